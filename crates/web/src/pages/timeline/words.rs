//! The words for what stands on the timeline.

use crate::pages::draft::{fuzzy_words, word};
use crate::ui::prelude::*;
use domain::fields::{Coded, Fields};
use domain::ids::TieId;
use domain::life_event::LifeEvent;

pub const KINDS: &[(&str, &str)] = &[
    ("death", "event-death"),
    ("move", "event-move"),
    ("job", "event-job"),
    ("birth", "event-birth"),
    ("separation", "event-separation"),
    ("illness", "event-illness"),
    ("conflict_start", "event-conflict-start"),
    ("other", "event-other"),
];
pub const VALENCES: &[(&str, &str)] =
    &[("good", "event-good"), ("mixed", "event-mixed"), ("bad", "event-bad")];
pub const CONFIDENCES: &[(&str, &str)] =
    &[("sure", "onset-sure"), ("fair", "onset-fair"), ("guess", "onset-guess")];

const LABELS: &[(&str, &str)] = &[
    ("kind", "event-kind"),
    ("title", "event-title"),
    ("when", "event-when"),
    ("people", "event-people"),
    ("valence", "event-valence"),
    ("impact", "event-impact"),
    ("note", "event-note"),
    ("taken_off", "event-taken-off"),
];

/// The label of a field.
pub fn label(w: Words, name: &str) -> String {
    word(w, LABELS, name)
}

/// What an event or a remembered severity is called.
pub fn title(w: Words, event: &LifeEvent) -> String {
    if event.title.is_empty() { kind(w, event) } else { event.title.clone() }
}

/// The word for its kind.
pub fn kind(w: Words, event: &LifeEvent) -> String {
    kind_word(w, event.kind.code())
}

fn kind_word(w: Words, code: &str) -> String {
    if code == "symptom" { w.t("event-symptom").into_owned() } else { word(w, KINDS, code) }
}

/// A value of a field in words.
pub fn says(w: Words, people: &[(TieId, String)], name: &str, value: &str) -> String {
    match name {
        "kind" => kind_word(w, value),
        "valence" => word(w, VALENCES, value),
        "confidence" => word(w, CONFIDENCES, value),
        "none_found" => w.t("yes").into_owned(),
        "people" => people_words(w, people, value.parse().ok()),
        _ => value.to_owned(),
    }
}

fn people_words(w: Words, people: &[(TieId, String)], id: Option<TieId>) -> String {
    let found = people.iter().find(|(known, _)| Some(*known) == id);
    found.map_or_else(|| w.t("event-person-off").into_owned(), |(_, name)| name.clone())
}

/// The names of those who were part of an event.
pub fn names(w: Words, people: &[(TieId, String)], event: &LifeEvent) -> String {
    let named: Vec<String> = event.people.iter().map(|id| people_words(w, people, Some(*id))).collect();
    named.join(", ")
}

/// The record as fields to compare in words.
pub fn comparable(w: Words, event: &LifeEvent) -> Fields {
    let all = event.to_fields();
    let mut fields = Fields::default();
    fields.put("kind", all.text("kind"));
    fields.put("title", all.text("title"));
    fields.put("when", fuzzy_words(w, &event.when));
    for name in ["people", "valence", "impact", "note"] {
        all.all(name).for_each(|value| fields.put(name, value));
    }
    fields.put_some("taken_off", event.ended.as_ref().map(|ended| ended.reason.clone()));
    fields
}
