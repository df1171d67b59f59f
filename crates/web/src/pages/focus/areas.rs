//! The areas of the protocol side by side: what they are, what speaks for each, and the parts of the score.

use crate::pages::draft::Sheet;
use crate::pages::timeline::KINDS;
use crate::ui::prelude::*;
use app::focus::FocusPage;
use domain::fields::Coded;
use domain::focus::{Candidate, Confidence, FocusChoice, Parts, confidence};
use protocol::{Area, ProblemArea};

/// The title of an area in the words of the protocol, or its usual name where the protocol does not have it: after a
/// change of protocol an earlier choice may name such an area.
pub fn title(w: Words, areas: &[Area], area: ProblemArea) -> String {
    let own = areas.iter().find(|found| found.area == area).map(|found| found.title.clone());
    own.unwrap_or_else(|| {
        let usual = match area {
            ProblemArea::Grief => w.t("area-grief"),
            ProblemArea::Disputes => w.t("area-disputes"),
            ProblemArea::Transitions => w.t("area-transitions"),
            ProblemArea::Deficits => w.t("area-deficits"),
            ProblemArea::HealthySelf => w.t("area-healthy-self"),
            ProblemArea::Pattern => w.t("area-pattern"),
        };
        usual.into_owned()
    })
}

/// The fields of all areas, with the scores that what is typed gives.
pub fn fieldsets(sheet: &Sheet<'_>, page: &FocusPage) -> Markup {
    let candidates = FocusChoice::candidates(&sheet.draft.fields, &page.ground());
    html! { @for candidate in &candidates { (area(sheet, page, candidate)) } }
}

fn area(sheet: &Sheet<'_>, page: &FocusPage, candidate: &Candidate) -> Markup {
    let w = sheet.w;
    let word = candidate.area.as_str();
    let name = |part: &str| format!("{word}.{part}");
    let about = page.areas.iter().find(|area| area.area == candidate.area);
    let (ties, events) = page.ground().pointing_to(candidate.area);
    let ranks: Vec<(String, String)> =
        (1..=page.areas.len()).map(|rank| (rank.to_string(), rank.to_string())).collect();
    html! {
        fieldset.group.area id={ "area-" (word) } {
            legend { (title(w, &page.areas, candidate.area)) }
            @if let Some(about) = about { p.soft { (about.explanation) } }
            p { (hint(w, page, candidate.area)) }
            (evidence(sheet, page, candidate.area, (&ties, &events)))
            div.fields {
                (sheet.choice(&name("client_rank"), &w.t("focus-client-rank"), &ranks))
                (sheet.choice(&name("therapist_rank"), &w.t("focus-therapist-rank"), &ranks))
                (sheet.rating(&name("changeability"), &w.t("focus-changeability")))
            }
            (parts(w, &candidate.parts))
        }
    }
}

/// How far a suggestion of this area can be trusted, and what the record says by rule.
fn hint(w: Words, page: &FocusPage, area: ProblemArea) -> Markup {
    let (tone, text) = match confidence(area) {
        Confidence::Higher => (Tone::Info, w.t("focus-confidence-higher")),
        Confidence::Lower => (Tone::Neutral, w.t("focus-confidence-lower")),
    };
    let rule = match area {
        ProblemArea::Grief if !page.ground().has_death() => Some(w.t("focus-no-death")),
        ProblemArea::Deficits if page.indicators.network_size <= domain::tie::SMALL_NETWORK => {
            Some(w.t("focus-few-people"))
        }
        ProblemArea::Deficits => Some(w.t("focus-deficits-last")),
        _ => None,
    };
    html! { (badge(tone, &text)) @if let Some(rule) = rule { " " (rule) } }
}

type Pointing<'a> = (&'a [domain::ids::TieId], &'a [domain::ids::EventId]);

/// People and events to tick: those the record points to first, the others folded.
fn evidence(sheet: &Sheet<'_>, page: &FocusPage, area: ProblemArea, (ties, events): Pointing<'_>) -> Markup {
    let w = sheet.w;
    let word = area.as_str();
    let fields = &sheet.draft.fields;
    let people = page.ties.iter().map(|(id, tie)| (id.to_string(), tie.nickname.clone(), ties.contains(id)));
    let happened = page.events.iter().map(|(id, event)| {
        let kind = crate::pages::draft::word(w, KINDS, event.kind.code());
        (id.to_string(), format!("{} ({kind})", event.title), events.contains(id))
    });
    let split = |name: &str, all: Vec<(String, String, bool)>| {
        let first = |(id, _, points): &(String, String, bool)| *points || fields.holds(name, id);
        let (near, far): (Vec<_>, Vec<_>) = all.into_iter().partition(first);
        let pairs = |list: Vec<(String, String, bool)>| -> Vec<(String, String)> {
            list.into_iter().map(|(id, text, _)| (id, text)).collect()
        };
        (pairs(near), pairs(far))
    };
    let (ties_name, events_name) = (format!("{word}.ties"), format!("{word}.events"));
    let (near_people, far_people) = split(&ties_name, people.collect());
    let (near_events, far_events) = split(&events_name, happened.collect());
    let far = far_people.len() + far_events.len();
    html! {
        @if !near_people.is_empty() { (sheet.many(&ties_name, &w.t("focus-people"), &near_people)) }
        @if !near_events.is_empty() { (sheet.many(&events_name, &w.t("focus-events"), &near_events)) }
        @if far > 0 {
            (disclosure(&w.with("focus-more-evidence", &[("count", far.into())]), html! {
                @if !far_people.is_empty() { (more(&ties_name, &w.t("focus-people"), &far_people)) }
                @if !far_events.is_empty() { (more(&events_name, &w.t("focus-events"), &far_events)) }
            }))
        }
    }
}

/// Boxes of a name that stands on the page already: their ids differ by their value.
fn more(name: &str, legend: &str, options: &[(String, String)]) -> Markup {
    html! {
        fieldset.field {
            legend { (legend) }
            div.choices { @for (value, text) in options {
                label.choice { input type="checkbox" name=(name) value=(value); span.choice-words { bdi { (text) } } }
            } }
        }
    }
}

/// The score with its parts; never the label alone.
pub fn parts(w: Words, parts: &Parts) -> Markup {
    let names = [
        w.t("focus-part-onset"),
        w.t("focus-part-affect"),
        w.t("focus-part-client"),
        w.t("focus-part-change"),
        w.t("focus-part-evidence"),
    ];
    let percent = |share: f64| w.figure((share * 100.0).round());
    html! {
        p.score-line-words {
            strong { (w.with("focus-score", &[("score", percent(parts.score()).into())])) }
            span.small.soft {
                @for ((name, part), weight) in names.iter().zip(parts.each()).zip(Parts::WEIGHTS) {
                    " · " (name) " " (percent(part * weight)) "/" (percent(weight))
                }
            }
        }
    }
}
