//! Life events and the onset: what happened when, as well as people remember it, and what lies near what.

use crate::fields::{Coded, FieldError, FieldProblem, Fields, Reading, coded};
use crate::fuzzy::FuzzyDate;
use crate::ids::TieId;
use crate::tie::Ended;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

coded! {
    /// What kind of thing happened.
    Kind {
        /// Somebody died.
        Death = "death",
        /// A move.
        Move = "move",
        /// Work begun, lost or changed.
        Job = "job",
        /// A birth.
        Birth = "birth",
        /// A separation or divorce.
        Separation = "separation",
        /// An illness, one's own or somebody's.
        Illness = "illness",
        /// A conflict began.
        ConflictStart = "conflict_start",
        /// Anything else.
        Other = "other",
        /// No event: how bad the symptoms were then, as remembered.
        Symptom = "symptom",
    }
}

impl Kind {
    /// Kinds of events, without the remembered symptoms.
    pub const EVENTS: [Kind; 8] = [
        Kind::Death,
        Kind::Move,
        Kind::Job,
        Kind::Birth,
        Kind::Separation,
        Kind::Illness,
        Kind::ConflictStart,
        Kind::Other,
    ];
}

coded! {
    /// How it was for the client.
    Valence {
        /// Good.
        Good = "good",
        /// Good and bad.
        Mixed = "mixed",
        /// Bad.
        Bad = "bad",
    }
}

coded! {
    /// How sure the onset is.
    Confidence {
        /// Sure.
        Sure = "sure",
        /// Fairly sure.
        Fair = "fair",
        /// A guess.
        Guess = "guess",
    }
}

/// Something that happened, or how bad the symptoms were. Versioned as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeEvent {
    /// What kind.
    pub kind: Kind,
    /// In a few words.
    pub title: String,
    /// When.
    pub when: FuzzyDate,
    /// Who was part of it.
    #[serde(default)]
    pub people: Vec<TieId>,
    /// How it was.
    #[serde(default)]
    pub valence: Option<Valence>,
    /// How much it hit, or how bad the symptoms were; 0 to 10.
    #[serde(default)]
    pub impact: Option<u8>,
    /// More about it.
    #[serde(default)]
    pub note: String,
    /// Set when it was taken off the timeline.
    #[serde(default)]
    pub ended: Option<Ended>,
}

impl LifeEvent {
    /// Reads the form of an event. `people` are those on record.
    ///
    /// # Errors
    /// Every field that cannot be taken as it is.
    pub fn read(
        fields: &Fields,
        people: &[TieId],
        kept: Option<Ended>,
        today: Date,
    ) -> Result<LifeEvent, Vec<FieldError>> {
        let mut reading = Reading::of(fields);
        let r = &mut reading;
        let kind: Option<Kind> = r.choice("kind");
        if kind.is_none() && r.raw("kind").is_empty() {
            r.note("kind", FieldProblem::Text(crate::text::TextError::Empty));
        }
        let symptom = kind == Some(Kind::Symptom);
        let title = if symptom { r.optional_line("title", 200) } else { r.line("title", 200) };
        let before = r.all("people").len();
        let known: Vec<TieId> = r
            .all("people")
            .into_iter()
            .filter_map(|text| text.parse().ok())
            .filter(|id| people.contains(id))
            .collect();
        if known.len() < before {
            r.note("people", FieldProblem::Unknown);
        }
        let when = required_date(r, "when", today);
        let impact = r.rating("impact");
        if symptom && impact.is_none() && r.raw("impact").is_empty() {
            r.note("impact", FieldProblem::Text(crate::text::TextError::Empty));
        }
        let event = LifeEvent {
            kind: kind.unwrap_or(Kind::Other),
            title,
            when: when.unwrap_or_else(|| today.into()),
            people: known,
            valence: r.choice("valence"),
            impact,
            note: r.prose("note", 4_000),
            ended: kept,
        };
        reading.finish(event)
    }

    /// The same as fields.
    #[must_use]
    pub fn to_fields(&self) -> Fields {
        let mut f = Fields::default().with("kind", self.kind.code()).with("title", &self.title);
        self.when.write(&mut f, "when");
        self.people.iter().for_each(|id| f.put("people", id));
        f.put("valence", self.valence.map(Coded::code).unwrap_or_default());
        f.put_some("impact", self.impact);
        f.put("note", &self.note);
        f
    }

    /// Whether it counts: an event, not taken off.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.ended.is_none() && self.kind != Kind::Symptom
    }

    /// Whether it is a remembered severity that counts.
    #[must_use]
    pub fn is_severity(&self) -> bool {
        self.ended.is_none() && self.kind == Kind::Symptom
    }
}

fn required_date(r: &mut Reading<'_>, name: &str, today: Date) -> Option<FuzzyDate> {
    let typed = ["year", "part", "day"].iter().any(|part| !r.raw(&format!("{name}.{part}")).is_empty());
    let when = FuzzyDate::read(r, name, today);
    if !typed {
        r.note(format!("{name}.year"), FieldProblem::YearMissing);
    }
    when
}

/// When the symptoms of this episode began. Versioned as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Onset {
    /// When, if it could be found.
    pub when: Option<FuzzyDate>,
    /// How sure it is.
    pub confidence: Option<Confidence>,
    /// Ticked when the pair looked and found no event near it.
    pub none_found: bool,
    /// More about it.
    pub note: String,
}

impl Onset {
    /// Reads its form.
    ///
    /// # Errors
    /// Every field that cannot be taken as it is.
    pub fn read(fields: &Fields, today: Date) -> Result<Onset, Vec<FieldError>> {
        let mut reading = Reading::of(fields);
        let r = &mut reading;
        let onset = Onset {
            when: FuzzyDate::read(r, "onset", today),
            confidence: r.choice("confidence"),
            none_found: r.ticked("none_found"),
            note: r.prose("onset_note", 4_000),
        };
        reading.finish(onset)
    }

    /// The same as fields.
    #[must_use]
    pub fn to_fields(&self) -> Fields {
        let mut f = Fields::default();
        if let Some(when) = self.when {
            when.write(&mut f, "onset");
        }
        f.put("confidence", self.confidence.map(Coded::code).unwrap_or_default());
        f.put("none_found", if self.none_found { "yes" } else { "" });
        f.put("onset_note", &self.note);
        f
    }
}

/// What counts as near the onset, in days on either side (six months).
pub const NEAR_ONSET_DAYS: i64 = 183;

/// Whether an event may lie within six months of the onset, given how exactly both are known.
#[must_use]
pub fn is_near(onset: &FuzzyDate, when: &FuzzyDate) -> bool {
    onset.gap_days(when) <= NEAR_ONSET_DAYS
}

/// The facts of the timeline, as the protocol asks for them.
#[must_use]
pub fn facts<'e>(onset: &Onset, events: impl IntoIterator<Item = &'e LifeEvent>) -> protocol::Facts {
    let near = onset.when.map_or(0, |onset| {
        events.into_iter().filter(|event| event.counts() && is_near(&onset, &event.when)).count()
    });
    protocol::Facts::new()
        .with("timeline.onset_set", onset.when.is_some())
        .with("timeline.events_near_onset", i64::try_from(near).unwrap_or(i64::MAX))
        .with("timeline.none_found", onset.none_found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ids::Identifier;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 22);

    fn event(kind: Kind, on: Date) -> LifeEvent {
        LifeEvent {
            kind,
            title: "x".into(),
            when: on.into(),
            people: Vec::new(),
            valence: None,
            impact: None,
            note: String::new(),
            ended: None,
        }
    }

    #[test]
    fn near_the_onset_is_six_months_to_the_day_on_either_side() {
        let onset = FuzzyDate::from(date(2026, 6, 1));
        for (on, near) in [
            (date(2025, 11, 30), true),
            (date(2025, 11, 29), false),
            (date(2026, 12, 1), true),
            (date(2026, 12, 2), false),
        ] {
            assert_eq!(is_near(&onset, &on.into()), near, "{on}");
        }
    }

    #[test]
    fn facts_count_events_near_the_onset_but_no_symptoms_and_nothing_taken_off() {
        let mut off = event(Kind::Job, date(2026, 5, 1));
        off.ended = Some(Ended { on: TODAY, reason: "wrong".into() });
        let events = [
            event(Kind::Death, date(2026, 4, 1)),
            event(Kind::Symptom, date(2026, 5, 1)),
            event(Kind::Move, date(2020, 5, 1)),
            off,
        ];
        let onset = Onset { when: Some(date(2026, 6, 1).into()), ..Onset::default() };
        let found = facts(&onset, &events);
        assert_eq!(found.count("timeline.events_near_onset"), 1);
        assert!(found.flag("timeline.onset_set"));
        let nothing = facts(&Onset { none_found: true, ..Onset::default() }, &events);
        assert_eq!(nothing.count("timeline.events_near_onset"), 0);
        assert!(nothing.flag("timeline.none_found"));
    }

    #[test]
    fn a_form_comes_back_and_a_bad_one_names_its_fields() {
        let tie = TieId::from_uuid(uuid::Uuid::from_u128(5));
        let fields = Fields::default()
            .with("kind", "death")
            .with("title", "Mother died")
            .with("when.year", 2026)
            .with("when.part", "summer")
            .with("people", tie)
            .with("valence", "bad")
            .with("impact", 9)
            .with("note", "In hospital");
        let read = LifeEvent::read(&fields, &[tie], None, TODAY).unwrap();
        assert_eq!(read.to_fields(), fields);
        let errors = LifeEvent::read(&fields, &[], None, TODAY).unwrap_err();
        assert_eq!(errors[0].field, "people");
        let symptom = Fields::default().with("kind", "symptom").with("when.year", 2031);
        let named: Vec<String> = LifeEvent::read(&symptom, &[], None, TODAY)
            .unwrap_err()
            .into_iter()
            .map(|error| error.field)
            .collect();
        assert_eq!(named, ["when.year", "impact"]);
    }

    #[test]
    fn an_onset_comes_back_from_its_form() {
        let fields = Fields::default()
            .with("onset.year", 2026)
            .with("onset.part", 3)
            .with("onset.around", "yes")
            .with("confidence", "fair")
            .with("none_found", "yes")
            .with("onset_note", "After the move");
        assert_eq!(Onset::read(&fields, TODAY).unwrap().to_fields(), fields);
    }
}
