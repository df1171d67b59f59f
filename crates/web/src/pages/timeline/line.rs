//! The timeline's page: the picture, the table that says the same, the onset, and the forms.

use super::{event, picture, words};
use crate::kernel::door::Signed;
use crate::kernel::once::once;
use crate::pages::chart::{self, ChartTab};
use crate::pages::draft::{Draft, Sheet, fuzzy_words, options};
use crate::ui::prelude::*;
use app::course::MayWrite;
use app::timeline::{KeptEvent, Timeline};
use domain::life_event::{self, Onset};
use jiff::civil::Date;

/// What the names of the severity form begin with on this page, where an event's form stands beside it.
pub const SEVERITY: &str = "severity.";

/// What came back from a form with something to put right.
#[derive(Debug, Default)]
pub struct Typed {
    /// The onset's form.
    pub onset: Option<Draft>,
    /// The form of a new event.
    pub event: Option<Draft>,
    /// The form of a remembered severity.
    pub severity: Option<Draft>,
}

/// The whole page.
pub fn page(signed: &Signed, timeline: &Timeline, typed: &Typed, today: Date) -> Markup {
    let w = signed.words();
    let mut frame = chart::frame(signed, &timeline.head, ChartTab::Timeline, w.t("chart-timeline"));
    frame.actions = Some(print_button(&w.t("print")));
    let writes = timeline.head.may_write != MayWrite::No;
    layout(
        &frame,
        html! {
            (chart::top(w, &timeline.head, ChartTab::Timeline))
            p { (summary(w, timeline)) }
            (picture::draw(w, timeline, &summary(w, timeline), today))
            (table(w, timeline))
            (taken_off(w, timeline))
            div.columns.no-print {
                (onset_card(w, timeline, typed, writes))
                @if writes { (event_card(w, timeline, typed)) (severity_card(w, timeline, typed)) }
            }
        },
    )
}

/// The sentence that says what the picture shows.
fn summary(w: Words, timeline: &Timeline) -> String {
    let events = timeline.events.iter().filter(|event| event.body.counts());
    let onset = timeline.onset.as_ref().map(|kept| &kept.body);
    let Some(when) = onset.and_then(|onset| onset.when) else {
        return w.with("timeline-no-onset", &[("count", events.count().into())]);
    };
    let near = events.filter(|event| life_event::is_near(&when, &event.body.when)).count();
    let said = w.with("timeline-onset", &[("when", fuzzy_words(w, &when).into()), ("near", near.into())]);
    if near == 0 && onset.is_some_and(|onset| onset.none_found) {
        format!("{said} {}", w.t("timeline-none-found"))
    } else {
        said
    }
}

fn table(w: Words, timeline: &Timeline) -> Markup {
    let on: Vec<&KeptEvent> = timeline.events.iter().filter(|event| event.body.ended.is_none()).collect();
    if on.is_empty() {
        return empty_state(&w.t("timeline-empty-title"), &w.t("timeline-empty-text"), None);
    }
    let titles = [
        w.t("event-when"),
        w.t("event-title"),
        w.t("event-people"),
        w.t("event-valence"),
        w.t("event-impact"),
        w.t("timeline-near-onset"),
    ];
    let columns = titles.each_ref().map(|title| Column::text(title));
    let rows: Vec<Vec<Markup>> = on.iter().map(|event| row(w, timeline, event)).collect();
    data_table(Caption::Shown(&w.t("timeline-table")), &columns, &rows)
}

fn row(w: Words, timeline: &Timeline, kept: &KeptEvent) -> Vec<Markup> {
    let event = &kept.body;
    let href = chart::path(timeline.head.episode, &format!("timeline/events/{}", kept.id));
    let onset = timeline.onset.as_ref().and_then(|kept| kept.body.when);
    let near = onset.is_some_and(|onset| event.counts() && life_event::is_near(&onset, &event.when));
    let valence = event.valence.map(domain::fields::Coded::code);
    let names = words::names(w, &timeline.people, event);
    vec![
        html! { (fuzzy_words(w, &event.when)) },
        html! { a href=(href) { bdi { (words::title(w, event)) } } @if !event.title.is_empty() { span.person-standing { (words::kind(w, event)) } } },
        html! { bdi { (if names.is_empty() { "—" } else { &names }) } },
        html! { (valence.map_or_else(|| "—".to_owned(), |code| words::says(w, &[], "valence", code))) },
        html! { (event.impact.map_or_else(|| "—".to_owned(), |impact| impact.to_string())) },
        html! { @if near { (badge(Tone::Info, &w.t("yes"))) } @else { "—" } },
    ]
}

fn taken_off(w: Words, timeline: &Timeline) -> Markup {
    let gone: Vec<&KeptEvent> = timeline.events.iter().filter(|event| event.body.ended.is_some()).collect();
    if gone.is_empty() {
        return html! {};
    }
    let list = html! {
        ul { @for event in &gone { li {
            a href=(chart::path(timeline.head.episode, &format!("timeline/events/{}", event.id))) { bdi { (words::title(w, &event.body)) } }
        } } }
    };
    disclosure(&w.with("timeline-taken-off", &[("count", gone.len().into())]), list)
}

fn onset_card(w: Words, timeline: &Timeline, typed: &Typed, writes: bool) -> Markup {
    let kept = timeline.onset.as_ref();
    let fresh = || {
        let fields = kept.map_or_else(|| Onset::default().to_fields(), |kept| kept.body.to_fields());
        Draft::of(fields, kept.map_or(0, |kept| kept.version.into()))
    };
    let draft = typed.onset.clone().unwrap_or_else(fresh);
    let says = |name: &str, value: &str| words::says(w, &[], name, value);
    let sheet = Sheet { w, draft: &draft, says: &says };
    let body = html! {
        p.soft { (w.t("onset-ask")) }
        (sheet.top())
        form method="post" action=(chart::path(timeline.head.episode, "timeline/onset")) data-guard {
            (sheet.version())
            (record_fields(writes, html! {
                (sheet.fuzzy("onset", &w.t("onset-when")))
                (sheet.radios("confidence", &w.t("onset-confidence"), &options(w, words::CONFIDENCES)))
                (sheet.tick("none_found", &w.t("onset-none-found")))
                (sheet.prose("onset_note", &w.t("event-note"), None))
            }))
            @if writes { (Button::submit(&w.t("onset-save")).primary()) }
        }
        @if !timeline.earlier_onsets.is_empty() {
            (disclosure(&w.t("onset-earlier"), html! { ul { @for kept in &timeline.earlier_onsets { li {
                (w.with("record-version", &[("version", kept.version.into())])) ": "
                (kept.body.when.map_or_else(|| "—".to_owned(), |when| fuzzy_words(w, &when)))
            } } } }))
        }
    };
    html! { (Card::new(&w.t("onset-title"), body)) }
}

fn event_card(w: Words, timeline: &Timeline, typed: &Typed) -> Markup {
    let draft = typed.event.clone().unwrap_or_default();
    let says = |name: &str, value: &str| words::says(w, &timeline.people, name, value);
    let sheet = Sheet { w, draft: &draft, says: &says };
    let body = html! {
        (sheet.top())
        form method="post" action=(chart::path(timeline.head.episode, "timeline/events")) data-guard {
            (once())
            (event::event_fields(&sheet, &timeline.people))
            (Button::submit(&w.t("event-add")).primary().icon(Icon::Plus))
        }
    };
    html! { (Card::new(&w.t("event-add"), body)) }
}

fn severity_card(w: Words, timeline: &Timeline, typed: &Typed) -> Markup {
    let draft = typed.severity.clone().unwrap_or_default();
    let says = |_: &str, value: &str| value.to_owned();
    let sheet = Sheet { w, draft: &draft, says: &says };
    let body = html! {
        p.soft { (w.t("severity-ask")) }
        (sheet.top())
        form method="post" action=(chart::path(timeline.head.episode, "timeline/events")) data-guard {
            (once())
            (hidden("kind", "symptom"))
            (event::severity_fields(&sheet, SEVERITY))
            (Button::submit(&w.t("severity-add")))
        }
    };
    html! { (Card::new(&w.t("severity-title"), body)) }
}
