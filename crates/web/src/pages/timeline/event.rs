//! One event: its form and all its versions.

use super::words::{self, KINDS, VALENCES};
use crate::kernel::door::Signed;
use crate::pages::chart::{self, ChartTab};
use crate::pages::draft::{Draft, Sheet, changes, options};
use crate::ui::prelude::*;
use app::course::MayWrite;
use app::timeline::EventPage;
use domain::fields::Fields;
use domain::ids::TieId;
use domain::life_event::Kind;
use jiff::tz::TimeZone;

/// The whole page.
pub fn page(signed: &Signed, page: &EventPage, draft: &Draft, zone: &TimeZone) -> Markup {
    let w = signed.words();
    let event = &page.event.body;
    let mut frame = chart::frame(signed, &page.head, ChartTab::Timeline, words::title(w, event));
    let back = chart::path(page.head.episode, "timeline");
    frame.crumbs.push(Crumb { text: w.t("chart-timeline").into_owned(), href: back.into() });
    let says = |name: &str, value: &str| words::says(w, &page.people, name, value);
    let sheet = Sheet { w, draft, says: &says };
    let base = chart::path(page.head.episode, &format!("timeline/events/{}", page.event.id));
    let writes = page.head.may_write != MayWrite::No;
    layout(
        &frame,
        html! {
            (chart::top(w, &page.head, ChartTab::Timeline))
            (sheet.top())
            @if let Some(ended) = &event.ended {
                (notice(Tone::Neutral, &w.t("event-taken-off"), html! { p { (w.date(ended.on)) ": " bdi { (ended.reason) } } }))
                @if writes {
                    (post_button(&format!("{base}/restore"), &[("version", &page.event.version.to_string())],
                        &Button::submit(&w.t("people-restore"))))
                }
            }
            form.record-form method="post" action=(base) data-guard {
                (sheet.version())
                (record_fields(writes, html! {
                    @if event.kind == Kind::Symptom { (hidden("kind", "symptom")) (severity_fields(&sheet, "")) }
                    @else { (event_fields(&sheet, &page.people)) }
                }))
                @if writes && event.ended.is_none() { (Button::submit(&w.t("save")).primary()) }
            }
            @if writes && event.ended.is_none() { (end_form(&sheet, &base)) }
            (disclosure(&w.with("record-history", &[("version", page.event.version.into())]), versions(w, page, zone)))
        },
    )
}

/// The fields of an event.
pub fn event_fields(sheet: &Sheet<'_>, people: &[(TieId, String)]) -> Markup {
    let w = sheet.w;
    let label = |name: &str| words::label(w, name);
    let named: Vec<(String, String)> =
        people.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    html! {
        (sheet.line("title", &label("title"), None))
        (sheet.choice("kind", &label("kind"), &options(w, KINDS)))
        (sheet.fuzzy("when", &label("when")))
        @if !named.is_empty() { (sheet.many("people", &label("people"), &named)) }
        div.fields {
            (sheet.choice("valence", &label("valence"), &options(w, VALENCES)))
            (sheet.rating("impact", &label("impact")))
        }
        (sheet.prose("note", &label("note"), None))
    }
}

/// The fields of a remembered severity. Their names begin with `prefix`, so that they can stand beside an event's.
pub fn severity_fields(sheet: &Sheet<'_>, prefix: &str) -> Markup {
    let w = sheet.w;
    let name = |name: &str| format!("{prefix}{name}");
    html! {
        (sheet.rating(&name("impact"), &w.t("severity-rating")))
        (sheet.fuzzy(&name("when"), &words::label(w, "when")))
        (sheet.prose(&name("note"), &words::label(w, "note"), None))
    }
}

fn end_form(sheet: &Sheet<'_>, base: &str) -> Markup {
    let w = sheet.w;
    disclosure(
        &w.t("event-end"),
        html! {
            p { (w.t("tie-end-text")) }
            form method="post" action={ (base) "/end" } {
                (sheet.version())
                (sheet.line("reason", &w.t("tie-end-reason"), None))
                (Button::submit(&w.t("event-end")))
            }
        },
    )
}

fn versions(w: Words, page: &EventPage, zone: &TimeZone) -> Markup {
    let says = |name: &str, value: &str| words::says(w, &page.people, name, value);
    let label = |name: &str| words::label(w, name);
    let fields: Vec<Fields> =
        page.versions.iter().map(|version| words::comparable(w, &version.body)).collect();
    let nothing = Fields::default();
    html! {
        @for (n, version) in page.versions.iter().enumerate() {
            (stamp(
                &w.with("record-version", &[("version", version.version.into())]),
                &w.short_moment(version.at, zone),
                version.author.as_deref().unwrap_or(&w.t("author-unknown")),
            ))
            @if let Some(now) = fields.get(n) { (changes(fields.get(n + 1).unwrap_or(&nothing), now, &label, &says)) }
        }
    }
}
