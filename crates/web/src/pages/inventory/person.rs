//! One person: the guided questions, in the order one would ask them.

use super::words::{self, CHANGES, CONFIDES, CONFLICTS, PRESENCES, RINGS, ROLES, SUPPORTS};
use crate::kernel::door::Signed;
use crate::pages::chart::{self, ChartTab};
use crate::pages::draft::{Draft, Sheet, options};
use crate::ui::prelude::*;
use app::course::MayWrite;
use app::ties::TiePage;

/// The whole page.
pub fn page(signed: &Signed, page: &TiePage, draft: &Draft) -> Markup {
    let w = signed.words();
    let mut frame = chart::frame(signed, &page.head, ChartTab::People, page.tie.body.nickname.clone());
    let list = chart::path(page.head.episode, "inventory");
    frame.crumbs.push(Crumb { text: w.t("people-heading").into_owned(), href: list.into() });
    frame.actions = Some(print_button(&w.t("print")));
    let says = |name: &str, value: &str| words::says(w, name, value);
    let sheet = Sheet { w, draft, says: &says };
    let base = chart::path(page.head.episode, &format!("inventory/{}", page.tie.id));
    let writes = page.head.may_write != MayWrite::No && page.tie.body.counts();
    layout(
        &frame,
        html! {
            (chart::top(w, &page.head, ChartTab::People))
            (sheet.top())
            @if !page.namesakes.is_empty() {
                (notice(Tone::Info, &w.t("tie-namesake-title"), html! { p { (w.t("tie-namesake-text"))
                    @for other in &page.namesakes { " " a href=(chart::path(page.head.episode, &format!("inventory/{other}"))) { (w.t("tie-namesake-other")) } } } }))
            }
            @if let Some(ended) = &page.tie.body.ended {
                (notice(Tone::Neutral, &w.t("tie-taken-off"), html! { p { (w.date(ended.on)) ": " bdi { (ended.reason) } } }))
            }
            form.record-form method="post" action=(base) data-guard {
                (sheet.version())
                (record_fields(writes, questions(&sheet)))
                @if writes { div.form-end { (Button::submit(&w.t("save")).primary()) } }
            }
            p { a href={ (base) "/history" } { (w.with("record-history", &[("version", page.tie.version.into())])) } }
            @if writes { (end_form(&sheet, &base, page.tie.version)) }
        },
    )
}

fn questions(sheet: &Sheet<'_>) -> Markup {
    let w = sheet.w;
    let label = |name: &str| words::label(w, name);
    let choice = |name: &str, table: &[(&str, &str)]| sheet.choice(name, &label(name), &options(w, table));
    let prose = |name: &str| sheet.prose(name, &label(name), None);
    let group = |legend: &str, ask: &str, fields: Markup| {
        fieldset(&w.t(legend), html! { p.soft { (w.t(ask)) } (fields) })
    };
    html! {
        (group("tie-group-who", "tie-ask-who", html! {
            (sheet.line("nickname", &label("nickname"), Some(&w.t("tie-nickname-help"))))
            div.fields { (choice("role", ROLES)) (choice("presence", PRESENCES)) }
            (sheet.tick("lives_with", &label("lives_with")))
            (sheet.fuzzy("died", &label("died")))
        }))
        (group("tie-group-close", "tie-ask-close", html! {
            div.fields { (choice("ring_now", RINGS)) (choice("ring_before", RINGS)) (choice("ring_wanted", RINGS)) }
            div.fields {
                (sheet.number("contacts_now", &label("contacts_now"), (0, 1000)))
                (sheet.number("contacts_before", &label("contacts_before"), (0, 1000)))
            }
        }))
        (group("tie-group-quality", "tie-ask-quality", html! {
            (prose("satisfaction"))
            (sheet.rating("satisfaction.rating", &label("satisfaction.rating")))
            (prose("disappointment"))
            (sheet.rating("disappointment.rating", &label("disappointment.rating")))
            div.fields {
                (choice("confides", CONFIDES))
                (sheet.rating("conflict", &label("conflict")))
                (choice("conflict_kind", CONFLICTS))
            }
        }))
        (group("tie-group-support", "tie-ask-support", html! {
            div.columns {
                (sheet.many("receives", &label("receives"), &options(w, SUPPORTS)))
                (sheet.many("gives", &label("gives"), &options(w, SUPPORTS)))
            }
        }))
        (group("tie-group-expect", "tie-ask-expect", html! {
            (prose("expects")) (prose("expected"))
            (sheet.rating("fit", &label("fit")))
        }))
        (group("tie-group-change", "tie-ask-change", html! {
            (choice("change", CHANGES))
            (sheet.fuzzy("changed", &label("changed")))
            (prose("change_cause")) (prose("wanted"))
        }))
        (Card::new(&label("private_note"), html! {
            (sheet.prose("private_note", &w.t("tie-private-note-label"), Some(&w.t("tie-private-note-help"))))
        }).look(CardLook::Private))
    }
}

fn end_form(sheet: &Sheet<'_>, base: &str, version: i64) -> Markup {
    let w = sheet.w;
    disclosure(
        &w.t("tie-end"),
        html! {
            p { (w.t("tie-end-text")) }
            form method="post" action={ (base) "/end" } {
                (hidden("version", &version.to_string()))
                (sheet.line("reason", &w.t("tie-end-reason"), None))
                (Button::submit(&w.t("tie-end-button")))
            }
        },
    )
}
