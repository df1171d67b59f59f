//! Sessions, phases, meetings, artefacts.

use std::collections::BTreeMap;

use super::super::shape::Shape;
use super::F;
use crate::model::{
    Artefact, FactType, Meeting, MeetingKind, Phase, PhasePart, PhaseSpan, Sessions, Stretch, TaskPhase,
};

pub(super) fn sessions(f: &mut F<'_, '_, '_>) -> Sessions {
    let (minutes_min, minutes_max) = (f.number("minutes_min", 1), f.number("minutes_max", 1));
    Sessions {
        count: f.number("count", 3),
        fewest: f.number("fewest", 1),
        most: f.number("most", 1),
        cadence_days: f.number("cadence_days", 1),
        minutes_min,
        minutes_max,
        stretches: f.tables("stretches", |f| Stretch {
            from: f.number("from", 1),
            to: f.number("to", 1),
            cadence_days: f.number("cadence_days", 1),
            minutes_min: f.optional_number("minutes_min", 1).unwrap_or(minutes_min),
            minutes_max: f.optional_number("minutes_max", 1).unwrap_or(minutes_max),
            says: f.text("says"),
        }),
    }
}

pub(super) fn phase_span(f: &mut F<'_, '_, '_>) -> Option<PhaseSpan> {
    let phase = f.word("phase");
    let (from, to) = (f.number("from", 1), f.number("to", 1));
    let (title, aim) = (f.text("title"), f.text("aim"));
    let opening = f.optional_text("opening").map(|word| word.text);
    let parts = f.tables("parts", |f| PhasePart {
        id: f.text("id"),
        from: f.number("from", 1),
        to: f.number("to", 1),
        title: f.text("title"),
        aim: f.text("aim"),
    });
    Some(PhaseSpan { phase: phase?, from, to, title, aim, opening, parts })
}

/// Stands in for a phase whose name could not be read; the mistake is already noted.
pub(super) fn no_span() -> PhaseSpan {
    PhaseSpan {
        phase: Phase::Initial,
        from: 0,
        to: 0,
        title: String::new(),
        aim: String::new(),
        opening: None,
        parts: Vec::new(),
    }
}

/// Where each phase lies, to fill in windows that are left out.
pub(super) struct Bounds {
    spans: Vec<(Phase, u16, u16)>,
    count: u16,
}

impl Bounds {
    pub fn of(phases: &[Option<PhaseSpan>], sessions: Option<&Sessions>) -> Self {
        let spans = phases.iter().flatten().map(|span| (span.phase, span.from, span.to)).collect();
        Self { spans, count: sessions.map_or(u16::MAX, |sessions| sessions.count) }
    }

    /// First and last session a task of this phase may have.
    pub fn of_task(&self, phase: TaskPhase) -> (u16, u16) {
        let span = |phase| {
            let found = self.spans.iter().find(|(one, ..)| *one == phase);
            found.map_or((1, self.count), |(_, from, to)| (*from, *to))
        };
        match phase {
            TaskPhase::Before => (0, 0),
            TaskPhase::Any => (1, self.count),
            TaskPhase::Initial => span(Phase::Initial),
            TaskPhase::Middle => span(Phase::Middle),
            TaskPhase::Ending => span(Phase::Ending),
        }
    }
}

pub(super) fn meeting(f: &mut F<'_, '_, '_>) -> Option<Meeting> {
    let id = f.text("id");
    let (kind, title, why) = (f.word::<MeetingKind>("kind"), f.text("title"), f.text("why"));
    let time = f.word("time");
    let (from, to) = (f.optional_number("from", 1), f.optional_number("to", 1));
    let (at_least, at_most) = (f.number("at_least", 0), f.number("at_most", 1));
    let (minutes, who) = (f.number("minutes", 1), f.words_of("who"));
    let fact = format!("meeting.{id}");
    Some(Meeting {
        id,
        kind: kind?,
        title,
        why,
        time: time?,
        from,
        to,
        at_least,
        at_most,
        minutes,
        who,
        fact,
    })
}

pub(super) fn artefact(f: &mut F<'_, '_, '_>) -> Artefact {
    let title = f.text("title");
    let mut facts = BTreeMap::new();
    for (name, node) in f.values("facts", Shape::of_words::<FactType>) {
        // A type that cannot be read still leaves the name known, or every use of it would look like a mistake.
        let kind = f.as_word::<FactType>(&name.field, node).unwrap_or(FactType::Flag);
        facts.insert(name.text, kind);
    }
    Artefact { title, facts }
}
