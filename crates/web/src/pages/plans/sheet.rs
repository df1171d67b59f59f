//! One worksheet: to read and print, or to fill in.

use crate::kernel::door::Signed;
use crate::kernel::form::Form;
use crate::pages::chart::{self, ChartTab};
use crate::pages::refusal;
use crate::ui::prelude::*;
use crate::worksheet::{form, read, words};
use app::context::Ctx;
use app::course::MayWrite;
use app::plans::{PlanPage, ReplanAsked, Shared, Stale};
use domain::worksheet::{Audience, Body, FieldError};
use protocol::Refusal;

/// What the form holds when it is not what is saved.
#[derive(Default)]
pub struct Typed {
    /// The version it is based on.
    pub version: u32,
    /// What was typed.
    pub body: Body,
    /// What does not fit.
    pub errors: Vec<FieldError>,
    /// What somebody else saved meanwhile.
    pub stale: Option<Stale>,
    /// The contract differs from the plan of the course.
    pub replan: Option<ReplanAsked>,
    /// Why the course does not allow it now.
    pub refusal: Option<Refusal>,
    /// Everything as it was sent.
    pub form: Form,
}

impl Typed {
    /// A form that begins with what this person typed last and has not saved, or else with what is saved.
    pub fn begin(page: &PlanPage) -> Typed {
        match page.typed() {
            Some((version, body)) => Typed { version, body: body.clone(), ..Typed::default() },
            None => Typed { version: page.version(), body: page.body.clone(), ..Typed::default() },
        }
    }
}

/// The whole page: the form when something is being typed or nothing is saved yet, else for reading.
pub fn page(signed: &Signed, ctx: &Ctx, page: &PlanPage, typed: Option<&Typed>) -> Markup {
    let w = signed.words();
    let address = chart::path(page.head.episode, &format!("plans/{}", page.worksheet.id));
    let may_write = page.head.may_write != MayWrite::No && page.closed.is_none();
    let begun;
    let typed = match typed {
        Some(typed) => Some(typed),
        None if page.saved.is_none() && may_write => {
            begun = Typed::begin(page);
            Some(&begun)
        }
        None => None,
    };
    let mut frame = chart::frame(signed, &page.head, ChartTab::Plans, page.worksheet.title.clone());
    frame.crumbs.push(Crumb {
        text: w.t("chart-plans").into_owned(),
        href: chart::path(page.head.episode, "plans").into(),
    });
    frame.lede = Some(html! { (page.worksheet.why) });
    let change = w.t("change");
    let edit = format!("{address}/edit");
    frame.actions = typed.is_none().then(|| {
        html! {
            @if may_write { (Button::link(&change, &edit).primary().icon(Icon::Note)) }
            (print_button(&w.t("print")))
        }
    });
    layout(
        &frame,
        html! {
            (chart::top(w, &page.head, ChartTab::Plans))
            @if let Some(refusal) = &page.closed {
                (notice(Tone::Info, &w.t("plan-closed"), html! { p { (refusal::words(w, refusal)) } }))
            }
            @match typed {
                Some(typed) if may_write || typed.refusal.is_some() => (fill_in(w, ctx, page, typed, &address)),
                _ => (to_read(w, ctx, page, &address)),
            }
        },
    )
}

// ---------------------------------------------------------------------------------------------- reading

fn to_read(w: Words, ctx: &Ctx, page: &PlanPage, address: &str) -> Markup {
    let Some(saved) = &page.saved else {
        return empty_state(&w.t("plan-none-title"), &w.t("plan-none-text"), None);
    };
    let draft = format!("{address}/draft");
    html! {
        @if page.draft.is_some() && page.head.may_write != MayWrite::No { (unsaved(w, ctx, page, address)) }
        (super::versions::stamp_line(w, ctx, &saved.stamp))
        div.only-heard data-clears-draft=(draft) {}
        (gaps(w, page))
        (read::sheet(w, &page.worksheet, &saved.body, &page.labels))
        @if page.head.may_write != MayWrite::No { (sharing(w, page, saved.stamp.shared, address)) }
        (super::versions::list(w, ctx, &page.history, address))
        (sources(w, page))
    }
}

/// What this person typed on another day and never saved.
fn unsaved(w: Words, ctx: &Ctx, page: &PlanPage, address: &str) -> Markup {
    let when = page.draft.as_ref().map_or_else(String::new, |draft| w.moment(draft.at, &ctx.zone));
    let (edit, drop) = (format!("{address}/edit"), format!("{address}/draft/drop"));
    notice(
        Tone::Due,
        &w.with("plan-draft-title", &[("when", when.into())]),
        html! {
            div.cluster {
                (Button::link(&w.t("plan-draft-continue"), &edit))
                (post_button(&drop, &[], &Button::submit(&w.t("plan-draft-drop")).plain()))
            }
        },
    )
}

/// What a complete form still needs: said, never forced.
fn gaps(w: Words, page: &PlanPage) -> Markup {
    let missing = page.worksheet.completeness(&page.body);
    html! {
        @if !missing.is_empty() {
            div.no-print {
                (disclosure(&w.with("plan-gaps", &[("count", missing.len().into())]), html! {
                    ul { @for gap in &missing { li { (words::missing(w, gap)) } } }
                }))
            }
        }
    }
}

fn sharing(w: Words, page: &PlanPage, shared: Shared, address: &str) -> Markup {
    if page.worksheet.audience == Audience::Staff {
        return html! { p.soft.small.no-print { (w.t("plan-staff-only")) } };
    }
    let action = format!("{address}/share");
    let body = match shared {
        Shared::Staff => html! {
            p { (w.t("plan-share-text")) }
            (post_button(&action, &[("with", "client")], &Button::submit(&w.t("plan-share"))))
        },
        Shared::Client => html! {
            p { (w.t("plan-shared-text")) }
            (post_button(&action, &[("with", "staff")], &Button::submit(&w.t("plan-unshare"))))
        },
    };
    html! { div.no-print { (Card::new(&w.t("plan-sharing"), body).look(CardLook::Aside)) } }
}

fn sources(w: Words, page: &PlanPage) -> Markup {
    html! {
        div.no-print {
            (disclosure(&w.t("plan-sources"), html! {
                ul { @for source in &page.worksheet.sources { li { (source.author) " (" (source.year) "): " (source.note) } } }
            }))
        }
    }
}

// ---------------------------------------------------------------------------------------------- filling in

fn fill_in(w: Words, ctx: &Ctx, page: &PlanPage, typed: &Typed, address: &str) -> Markup {
    let conflicts = typed.stale.as_ref().map_or(&[][..], |stale| stale.merged.conflicts.as_slice());
    let errors = words::errors(w, &page.worksheet, &typed.errors);
    let links: Vec<ErrorLink<'_>> = errors.iter().map(|(name, text)| ErrorLink { name, text }).collect();
    let sheet = form::Sheet {
        w,
        worksheet: &page.worksheet,
        body: &typed.body,
        labels: &page.labels,
        errors: &typed.errors,
        conflicts,
        action: address,
    };
    let draft = format!("{address}/draft");
    let save = w.t("save");
    html! {
        (error_summary(&w.t("form-errors"), &links))
        @if let Some(stale) = &typed.stale { (both(w, ctx, stale)) }
        @if let Some(refusal) = &typed.refusal {
            (notice(Tone::Watch, &w.t("plan-refused"), html! { p { (refusal::words(w, refusal)) } }))
        }
        form method="post" action=(address) novalidate data-autosave=(draft) {
            (hidden("version", &typed.version.to_string()))
            // The first button of a form is what Enter presses: it saves, and never removes a row.
            p.no-print { (Button::submit(&save)) }
            (replan(w, typed))
            (form::fields(&sheet))
            div.form-end {
                (Button::submit(&save).primary())
                @if page.saved.is_some() { (Button::link(&w.t("cancel"), address).plain()) }
            }
        }
    }
}

/// Somebody else saved meanwhile: who, when, and which places to decide.
fn both(w: Words, ctx: &Ctx, stale: &Stale) -> Markup {
    let lines = words::conflicts(&stale.merged.conflicts);
    let who = stale.theirs.stamp.author.clone().unwrap_or_else(|| w.t("author-unknown").into_owned());
    let when = w.moment(stale.theirs.stamp.at, &ctx.zone);
    notice(
        Tone::Watch,
        &w.t("stale-title"),
        html! {
            p { (w.with("plan-stale-who", &[("who", who.into()), ("when", when.into())])) }
            @if lines.is_empty() {
                p { (w.t("plan-stale-merged")) }
            } @else {
                p { (w.t("plan-stale-decide")) }
                ul { @for (path, label) in &lines {
                    @let top = path.split('.').next().unwrap_or(path);
                    li { a href={ "#" (field_id(top)) } { (label) } }
                } }
            }
        },
    )
}

/// A contract that differs from the plan of the course: why, and that both agreed.
fn replan(w: Words, typed: &Typed) -> Markup {
    let Some(asked) = &typed.replan else { return html! {} };
    let day = |on: Option<jiff::civil::Date>| on.map_or_else(String::new, |on| w.date(on));
    let text = w.with(
        "replan-text",
        &[
            ("sessions", asked.planned.0.into()),
            ("end", day(asked.planned.1).into()),
            ("newsessions", asked.asked.0.into()),
            ("newend", day(Some(asked.asked.1)).into()),
        ],
    );
    let sent = |name: &str| Some(typed.form.text(name)).filter(|value| !value.is_empty());
    let reason = w.t("replan-reason");
    html! {
        div id="replan" {
            (notice(Tone::Due, &w.t("replan-title"), html! {
                p { (text) }
                (text_area(&Field::new("replan_reason", &reason), typed.form.text("replan_reason"), 2))
                (check_box(&Field::new("replan_client", ""), &Choice::of("yes", &w.t("replan-client"), sent("replan_client"))))
                (check_box(&Field::new("replan_therapist", ""), &Choice::of("yes", &w.t("replan-therapist"), sent("replan_therapist"))))
            }))
        }
    }
}
