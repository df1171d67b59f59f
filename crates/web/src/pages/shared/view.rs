//! How shared worksheets look to the client.

use super::{Trouble, Typed};
use crate::kernel::door::Signed;
use crate::ui::prelude::*;
use crate::worksheet::{form, read, words};
use app::context::Ctx;
use app::plans::{Acceptance, SharedLine, SharedPage};
use domain::worksheet::Worksheet;

/// Everything shared.
pub fn list(signed: &Signed, ctx: &Ctx, shared: &[SharedLine]) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("shared-tab-title"), w.t("shared-heading"));
    frame.here = "/today";
    frame.width = Width::Reading;
    frame.crumbs = vec![Crumb { href: "/today".into(), text: w.t("nav-today").into_owned() }];
    layout(
        &frame,
        html! {
            @if shared.is_empty() {
                (empty_state(&w.t("shared-none-title"), &w.t("shared-none-text"), None))
            }
            div.stack { @for line in shared {
                @let href = format!("/today/shared/{}", line.kind);
                (Card::new(&line.title, html! {
                    p { (line.why) }
                    @if line.asks_for_yes { p { (badge(Tone::Due, &w.t("shared-asks"))) } }
                    p.soft.small { (w.with("shared-saved", &[("when", w.moment(line.stamp.at, &ctx.zone).into())])) }
                    p { (Button::link(&w.t("shared-read"), &href).about(&line.title)) }
                }))
            } }
        },
    )
}

/// One shared worksheet, to read, to print, and to say yes to where a yes is asked for.
pub fn page(signed: &Signed, ctx: &Ctx, page: &SharedPage, typed: &Typed) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("shared-tab-title"), page.worksheet.title.clone());
    frame.here = "/today";
    frame.width = Width::Reading;
    frame.lede = Some(html! { (page.worksheet.why) });
    frame.crumbs = vec![
        Crumb { href: "/today".into(), text: w.t("nav-today").into_owned() },
        Crumb { href: "/today/shared".into(), text: w.t("shared-heading").into_owned() },
    ];
    frame.actions = Some(html! { (print_button(&w.t("print"))) });
    let errors = words::errors(w, &page.worksheet, &typed.errors);
    let links: Vec<ErrorLink<'_>> = errors.iter().map(|(name, text)| ErrorLink { name, text }).collect();
    layout(
        &frame,
        html! {
            (error_summary(&w.t("form-errors"), &links))
            @match typed.trouble {
                Some(Trouble::Changed) => (notice(Tone::Due, &w.t("shared-changed"), html! { p { (w.t("shared-changed-text")) } })),
                Some(Trouble::NotNow) => (notice(Tone::Due, &w.t("shared-not-now"), html! { p { (w.t("shared-not-now-text")) } })),
                None => {}
            }
            (read::sheet(w, &page.worksheet, &page.body, &page.labels))
            @if let Some(yes) = page.acceptance { (say_yes(w, page, typed, yes)) }
            p.soft.small { (w.with("shared-saved", &[("when", w.moment(page.stamp.at, &ctx.zone).into())])) }
        },
    )
}

fn say_yes(w: Words, page: &SharedPage, typed: &Typed, yes: Acceptance) -> Markup {
    let own = Worksheet {
        fields: page
            .worksheet
            .fields
            .iter()
            .filter(|field| field.id == yes.tick || yes.words.contains(&field.id.as_str()))
            .cloned()
            .map(|mut field| {
                field.part = None;
                field
            })
            .collect(),
        ..page.worksheet.clone()
    };
    let action = format!("/today/shared/{}", page.worksheet.id);
    let sheet = form::Sheet {
        w,
        worksheet: &own,
        body: typed.body.as_ref().unwrap_or(&page.body),
        labels: &page.labels,
        errors: &typed.errors,
        conflicts: &[],
        action: &action,
    };
    html! {
        div.no-print {
            (Card::new(&w.t("shared-yours"), html! {
                p { (w.t("shared-yours-text")) }
                form method="post" action=(action) data-guard {
                    (hidden("version", &page.stamp.version.to_string()))
                    (form::fields(&sheet))
                    (Button::submit(&w.t("save")).primary())
                }
            }))
        }
    }
}
