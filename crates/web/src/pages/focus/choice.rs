//! The page of the choice: what is chosen now, the form for a new choice, earlier versions.

use super::{areas, steps};
use crate::kernel::door::Signed;
use crate::pages::chart::{self, ChartTab};
use crate::pages::draft::{Draft, Sheet, options, word};
use crate::ui::prelude::*;
use app::course::MayWrite;
use app::focus::{FocusPage, KeptChoice};
use domain::focus::{AGREEMENTS, FocusChoice};
use jiff::tz::TimeZone;
use protocol::ProblemArea;

/// What came back from a form with something to put right or to work out.
#[derive(Debug, Default)]
pub struct Typed {
    /// The form of a choice.
    pub choice: Option<Draft>,
    /// The form of the steps.
    pub steps: Option<Draft>,
}

const AGREED: &[(&str, &str)] = &[
    ("both", "focus-agreed-both"),
    ("client_only", "focus-agreed-client"),
    ("therapist_only", "focus-agreed-therapist"),
    ("neither", "focus-agreed-neither"),
];

/// The whole page.
pub fn page(signed: &Signed, page: &FocusPage, typed: &Typed, zone: &TimeZone) -> Markup {
    let w = signed.words();
    let mut frame = chart::frame(signed, &page.head, ChartTab::Focus, w.t("focus-heading"));
    frame.actions = Some(print_button(&w.t("print")));
    let writes = page.head.may_write != MayWrite::No;
    layout(
        &frame,
        html! {
            (chart::top(w, &page.head, ChartTab::Focus))
            @if let Some(kept) = page.choices.first() { (chosen(w, page, kept, zone)) }
            @else { p { (w.t("focus-none-yet")) } }
            @if let Some(strategy) = &page.strategy { (steps::card(w, page, strategy, typed.steps.as_ref(), writes)) }
            @if writes { (new_choice(w, page, typed)) }
            (earlier(w, page))
        },
    )
}

/// A version of the choice to read.
pub fn version_page(signed: &Signed, page: &FocusPage, version: u32, zone: &TimeZone) -> Option<Markup> {
    let w = signed.words();
    let kept = page.choices.iter().find(|kept| kept.version == version)?;
    let mut frame = chart::frame(signed, &page.head, ChartTab::Focus, w.t("focus-heading"));
    let back = chart::path(page.head.episode, "focus");
    frame.crumbs.push(Crumb { text: w.t("focus-heading").into_owned(), href: back.into() });
    Some(layout(
        &frame,
        html! { (chart::top(w, &page.head, ChartTab::Focus)) (chosen(w, page, kept, zone)) (looked_at(w, page, &kept.body)) },
    ))
}

fn chosen(w: Words, page: &FocusPage, kept: &KeptChoice, zone: &TimeZone) -> Markup {
    let choice = &kept.body;
    let agreed = AGREEMENTS.iter().find(|(_, agreed)| *agreed == choice.agreed).map_or("", |(code, _)| *code);
    let second = choice.secondary.map_or_else(|| "—".to_owned(), |area| areas::title(w, &page.areas, area));
    let mut rows = vec![
        (w.t("focus-primary"), html! { strong { (areas::title(w, &page.areas, choice.primary)) } }),
        (w.t("focus-secondary"), html! { (second) }),
        (w.t("focus-agreed"), html! { (word(w, AGREED, agreed)) }),
        (w.t("focus-reason"), html! { span.kept-lines { bdi { (choice.reason) } } }),
    ];
    if !choice.despite.is_empty() {
        rows.push((w.t("focus-despite"), html! { span.kept-lines { bdi { (choice.despite) } } }));
    }
    let rows: Vec<(&str, Markup)> = rows.iter().map(|(name, value)| (name.as_ref(), value.clone())).collect();
    let body = definition_list(&rows);
    let stamp = stamp(
        &w.with("record-version", &[("version", kept.version.into())]),
        &w.short_moment(kept.at, zone),
        kept.author.as_deref().unwrap_or(&w.t("author-unknown")),
    );
    html! { (Card::new(&w.t("focus-chosen"), body).foot(stamp)) }
}

/// The areas as they were looked at, to read.
fn looked_at(w: Words, page: &FocusPage, choice: &FocusChoice) -> Markup {
    let rank = |rank: Option<u8>| rank.map_or_else(|| "—".to_owned(), |rank| rank.to_string());
    html! {
        @for candidate in &choice.candidates {
            section.part {
                h2 { (areas::title(w, &page.areas, candidate.area)) }
                p {
                    (w.t("focus-client-rank")) ": " (rank(candidate.client_rank)) " · "
                    (w.t("focus-therapist-rank")) ": " (rank(candidate.therapist_rank))
                }
                (areas::parts(w, &candidate.parts))
                ul {
                    @for (id, tie) in &page.ties { @if candidate.ties.contains(id) { li { bdi { (tie.nickname) } } } }
                    @for (id, event) in &page.events { @if candidate.events.contains(id) { li { bdi { (event.title) } } } }
                }
            }
        }
    }
}

fn new_choice(w: Words, page: &FocusPage, typed: &Typed) -> Markup {
    let newest = page.choices.first();
    let fresh = || {
        let fields = newest.map(|kept| kept.body.to_fields()).unwrap_or_default();
        Draft::of(fields, newest.map_or(0, |kept| kept.version.into()))
    };
    let draft = typed.choice.clone().unwrap_or_else(fresh);
    let says = |name: &str, value: &str| says(w, page, name, value);
    let sheet = Sheet { w, draft: &draft, says: &says };
    let all: Vec<(String, String)> =
        page.areas.iter().map(|one| (one.area.as_str().to_owned(), one.title.clone())).collect();
    let form = html! {
        (sheet.top())
        p.soft { (w.t("focus-how")) }
        form method="post" action=(chart::path(page.head.episode, "focus")) data-guard {
            (sheet.version())
            (areas::fieldsets(&sheet, page))
            p { (Button::submit(&w.t("focus-reckon")).named("do", "reckon").unchecked()) }
            fieldset.group {
                legend { (w.t("focus-decision")) }
                (sheet.radios("primary", &w.t("focus-primary"), &all))
                (sheet.choice("secondary", &w.t("focus-secondary"), &all))
                (sheet.radios("agreed", &w.t("focus-agreed"), &options(w, AGREED)))
                (sheet.prose("reason", &w.t("focus-reason"), Some(&w.t("focus-reason-help"))))
                (sheet.prose("despite", &w.t("focus-despite"), Some(&w.t("focus-despite-help"))))
                (Button::submit(&w.t("focus-save")).primary())
            }
        }
    };
    if !page.may_choose {
        return html! { (notice(Tone::Neutral, &w.t("focus-fixed-title"), html! { p { (w.t("no-focus-fixed")) } })) };
    }
    match (newest, &typed.choice) {
        (Some(_), None) => disclosure(&w.t("focus-revise"), form),
        (Some(_), Some(_)) => html! { (Card::new(&w.t("focus-revise"), form)) },
        (None, _) => html! { (Card::new(&w.t("focus-choose"), form)) },
    }
}

fn says(w: Words, page: &FocusPage, name: &str, value: &str) -> String {
    match name {
        "primary" | "secondary" => {
            ProblemArea::from_word(value).map_or_else(String::new, |area| areas::title(w, &page.areas, area))
        }
        "agreed" => word(w, AGREED, value),
        _ => {
            let tie = page.ties.iter().find(|(id, _)| id.to_string() == value).map(|(_, tie)| &tie.nickname);
            let event =
                page.events.iter().find(|(id, _)| id.to_string() == value).map(|(_, event)| &event.title);
            tie.or(event).cloned().unwrap_or_else(|| value.to_owned())
        }
    }
}

fn earlier(w: Words, page: &FocusPage) -> Markup {
    if page.choices.is_empty() {
        return html! {};
    }
    let list = html! {
        ul { @for kept in &page.choices { li {
            a href=(chart::path(page.head.episode, &format!("focus/versions/{}", kept.version))) {
                (w.with("record-version", &[("version", kept.version.into())])) ": " (areas::title(w, &page.areas, kept.body.primary))
            }
        } } }
    };
    disclosure(&w.t("focus-versions"), list)
}
