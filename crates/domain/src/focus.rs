//! Choosing the problem area: what speaks for each of the four, and the choice with its reason.
//!
//! The score is a help for thinking: five parts, each shown with where it came from, always overridden by the two
//! people who choose. Weights are our own; the temporal rule (nearest to the onset first) and the residual rule
//! (deficits only when nothing else fits) follow Weissman, Markowitz & Klerman (2018).

use crate::fields::{FieldError, FieldProblem, Fields, Reading};
use crate::fuzzy::FuzzyDate;
use crate::ids::{EventId, TieId};
use crate::life_event::{self, Kind, LifeEvent};
use crate::tie::{Change, Presence, Tie, WIDE_GAP};
use protocol::{Agreement, ProblemArea};
use serde::{Deserialize, Serialize};

mod strategy;

pub use strategy::{STRATEGY, Stage, StepRow, StepState, Strategy};

/// What is on record to choose by.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The people.
    pub ties: &'a [(TieId, Tie)],
    /// The events.
    pub events: &'a [(EventId, LifeEvent)],
    /// When the symptoms began, if known.
    pub onset: Option<FuzzyDate>,
    /// The problem areas to choose from: those of the protocol, in its order.
    pub areas: &'a [ProblemArea],
}

impl Ground<'_> {
    /// Whether a death is on record: of a person on the list, or as an event.
    #[must_use]
    pub fn has_death(&self) -> bool {
        self.ties.iter().any(|(_, tie)| tie.counts() && tie.presence == Presence::Deceased)
            || self.events.iter().any(|(_, event)| event.counts() && event.kind == Kind::Death)
    }

    /// People and events that may point to an area, to be looked at first. A suggestion by rule, no more.
    #[must_use]
    pub fn pointing_to(&self, area: ProblemArea) -> (Vec<TieId>, Vec<EventId>) {
        let ties = self.ties.iter().filter(|(_, tie)| tie.counts() && tie_points_to(tie, area));
        let events = self.events.iter().filter(|(_, event)| {
            event.counts()
                && match area {
                    ProblemArea::Grief => event.kind == Kind::Death,
                    ProblemArea::Disputes => event.kind == Kind::ConflictStart,
                    ProblemArea::Transitions => {
                        !matches!(event.kind, Kind::Death | Kind::ConflictStart)
                            && self.onset.is_some_and(|onset| life_event::is_near(&onset, &event.when))
                    }
                    ProblemArea::Deficits | ProblemArea::HealthySelf | ProblemArea::Pattern => false,
                }
        });
        (ties.map(|(id, _)| *id).collect(), events.map(|(id, _)| *id).collect())
    }

    fn tie(&self, id: TieId) -> Option<&Tie> {
        self.ties.iter().find(|(found, _)| *found == id).map(|(_, tie)| tie)
    }

    fn event(&self, id: EventId) -> Option<&LifeEvent> {
        self.events.iter().find(|(found, _)| *found == id).map(|(_, event)| event)
    }
}

fn tie_points_to(tie: &Tie, area: ProblemArea) -> bool {
    match area {
        ProblemArea::Grief => tie.presence == Presence::Deceased,
        ProblemArea::Disputes => {
            tie.is_living()
                && (tie.expectation_gap().is_some_and(|gap| gap >= WIDE_GAP)
                    || tie.conflict.is_some_and(|conflict| conflict >= 6)
                    || tie.disappointment.rating.is_some_and(|rating| rating >= 6))
        }
        ProblemArea::Transitions => {
            tie.presence != Presence::Deceased && matches!(tie.change, Some(Change::Ended | Change::New))
        }
        ProblemArea::Deficits | ProblemArea::HealthySelf | ProblemArea::Pattern => false,
    }
}

/// How well raters agree on an area when they hear the same first sessions (kappa: grief 0.87, transitions 1.0,
/// disputes 0.58, deficits 0.48; Markowitz et al. 2000; loss of the healthy self 1.0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// Raters mostly agree.
    Higher,
    /// Raters often differ: a suggestion to look at twice.
    Lower,
}

/// How much a suggestion of this area is worth.
#[must_use]
pub fn confidence(area: ProblemArea) -> Confidence {
    match area {
        ProblemArea::Grief | ProblemArea::Transitions | ProblemArea::HealthySelf => Confidence::Higher,
        ProblemArea::Disputes | ProblemArea::Deficits | ProblemArea::Pattern => Confidence::Lower,
    }
}

/// The parts of a score, each from 0 to 1, before their weights.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    /// How near the nearest dated evidence lies to the onset: 1 at the onset, 0 from six months on.
    pub onset_proximity: f64,
    /// The strongest feeling in the evidence: impact of an event, or conflict, disappointment or distance of a tie.
    pub affect_load: f64,
    /// The client's own rank: first 1, second two thirds, third one third, fourth or none 0.
    pub client_rank: f64,
    /// How changeable it looks to the therapist.
    pub changeability: f64,
    /// How much evidence was ticked: three or more pieces count 1.
    pub evidence_count: f64,
}

impl Parts {
    /// The weights of the parts, in their order.
    pub const WEIGHTS: [f64; 5] = [0.35, 0.25, 0.2, 0.1, 0.1];

    /// The parts in the order of the weights.
    #[must_use]
    pub fn each(&self) -> [f64; 5] {
        [self.onset_proximity, self.affect_load, self.client_rank, self.changeability, self.evidence_count]
    }

    /// The weighted sum, 0 to 1.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.each().iter().zip(Parts::WEIGHTS).map(|(part, weight)| part * weight).sum()
    }
}

/// The last rank an area may get.
const RANKS: i64 = ProblemArea::ALL.len() as i64;

/// One area as the pair looked at it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Which.
    pub area: ProblemArea,
    /// People that speak for it.
    #[serde(default)]
    pub ties: Vec<TieId>,
    /// Events that speak for it.
    #[serde(default)]
    pub events: Vec<EventId>,
    /// The client's rank, 1 first.
    #[serde(default)]
    pub client_rank: Option<u8>,
    /// The therapist's rank, 1 first.
    #[serde(default)]
    pub therapist_rank: Option<u8>,
    /// How changeable it looks in the time there is, 0 to 10.
    #[serde(default)]
    pub changeability: Option<u8>,
    /// The score as it stood when this was saved.
    #[serde(default)]
    pub parts: Parts,
}

impl Candidate {
    fn read(r: &mut Reading<'_>, area: ProblemArea, ground: &Ground<'_>) -> Candidate {
        let name = |part: &str| format!("{}.{part}", area.as_str());
        let ties = evidence(r, &name("ties"), |id| ground.tie(id).is_some());
        let events = evidence(r, &name("events"), |id| ground.event(id).is_some());
        let mut rank = |part: &str| r.number(&name(part), 1, RANKS).and_then(|rank| u8::try_from(rank).ok());
        let (client_rank, therapist_rank) = (rank("client_rank"), rank("therapist_rank"));
        let changeability = r.rating(&name("changeability"));
        let mut candidate = Candidate {
            area,
            ties,
            events,
            client_rank,
            therapist_rank,
            changeability,
            parts: Parts::default(),
        };
        candidate.parts = reckon(&candidate, ground);
        candidate
    }

    fn write(&self, f: &mut Fields) {
        let name = |part: &str| format!("{}.{part}", self.area.as_str());
        self.ties.iter().for_each(|id| f.put(&name("ties"), id));
        self.events.iter().for_each(|id| f.put(&name("events"), id));
        f.put_some(&name("client_rank"), self.client_rank);
        f.put_some(&name("therapist_rank"), self.therapist_rank);
        f.put_some(&name("changeability"), self.changeability);
    }
}

fn evidence<T: std::str::FromStr + Copy>(
    r: &mut Reading<'_>,
    name: &str,
    known: impl Fn(T) -> bool,
) -> Vec<T> {
    let sent = r.all(name);
    let count = sent.len();
    let found: Vec<T> =
        sent.into_iter().filter_map(|text| text.parse().ok()).filter(|id| known(*id)).collect();
    if found.len() < count {
        r.note(name, FieldProblem::Unknown);
    }
    found
}

/// The parts of an area's score.
#[must_use]
pub fn reckon(candidate: &Candidate, ground: &Ground<'_>) -> Parts {
    let ties: Vec<&Tie> = candidate.ties.iter().filter_map(|id| ground.tie(*id)).collect();
    let events: Vec<&LifeEvent> = candidate.events.iter().filter_map(|id| ground.event(*id)).collect();
    let dates =
        ties.iter().filter_map(|tie| tie.died.or(tie.changed)).chain(events.iter().map(|event| event.when));
    let nearest = ground.onset.and_then(|onset| dates.map(|when| onset.gap_days(&when)).min());
    let feelings = ties
        .iter()
        .flat_map(|tie| [tie.conflict, tie.disappointment.rating, tie.expectation_gap()])
        .chain(events.iter().map(|event| event.impact))
        .flatten();
    let pieces = u32::try_from(ties.len() + events.len()).unwrap_or(u32::MAX);
    Parts {
        onset_proximity: nearest.map_or(0.0, |days| {
            let days = u32::try_from(days).unwrap_or(u32::MAX);
            (1.0 - f64::from(days) / life_event::NEAR_ONSET_DAYS as f64).max(0.0)
        }),
        affect_load: feelings.max().map_or(0.0, |feeling| f64::from(feeling.min(10)) / 10.0),
        client_rank: candidate.client_rank.map_or(0.0, |rank| f64::from(4_u8.saturating_sub(rank)) / 3.0),
        changeability: candidate.changeability.map_or(0.0, |rating| f64::from(rating) / 10.0),
        evidence_count: f64::from(pieces.min(3)) / 3.0,
    }
}

/// The choice: what is worked on, why, and who agreed. A version never overwrites the one before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FocusChoice {
    /// All areas of the protocol as the pair looked at them.
    pub candidates: Vec<Candidate>,
    /// The one that is worked on.
    pub primary: ProblemArea,
    /// A second one kept in view.
    #[serde(default)]
    pub secondary: Option<ProblemArea>,
    /// Why this one.
    pub reason: String,
    /// Who agreed.
    pub agreed: Agreement,
    /// Why this area although what it asks for is not on record; empty when it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub despite: String,
}

/// The words for who agreed, as they stand in forms.
pub const AGREEMENTS: [(&str, Agreement); 4] = [
    ("both", Agreement::Both),
    ("client_only", Agreement::ClientOnly),
    ("therapist_only", Agreement::TherapistOnly),
    ("neither", Agreement::Neither),
];

impl FocusChoice {
    /// The areas of the protocol as a form has them, whatever else is wrong with it: for working out the scores.
    #[must_use]
    pub fn candidates(fields: &Fields, ground: &Ground<'_>) -> Vec<Candidate> {
        let mut reading = Reading::of(fields);
        ground.areas.iter().map(|area| Candidate::read(&mut reading, *area, ground)).collect()
    }

    /// Reads the form of a choice.
    ///
    /// # Errors
    /// Every field that cannot be taken as it is; grief without a death on record and without a reason why all the same; the same area twice.
    pub fn read(fields: &Fields, ground: &Ground<'_>) -> Result<FocusChoice, Vec<FieldError>> {
        let mut reading = Reading::of(fields);
        let r = &mut reading;
        let candidates = ground.areas.iter().map(|area| Candidate::read(r, *area, ground)).collect();
        let offered = |area: &ProblemArea| ground.areas.contains(area);
        let primary = ProblemArea::from_word(r.raw("primary")).filter(offered);
        let secondary = ProblemArea::from_word(r.raw("secondary")).filter(offered);
        if primary.is_none() {
            r.note("primary", FieldProblem::NotAChoice);
        }
        if secondary.is_some() && secondary == primary {
            r.note("secondary", FieldProblem::SameTwice);
        }
        let despite = r.prose("despite", 4_000);
        for (field, area) in [("primary", primary), ("secondary", secondary)] {
            if area == Some(ProblemArea::Grief) && !ground.has_death() && despite.is_empty() {
                r.note(field, FieldProblem::NeedsDeath);
            }
        }
        let agreed = AGREEMENTS.iter().find(|(word, _)| *word == r.raw("agreed")).map(|(_, agreed)| *agreed);
        if agreed.is_none() {
            r.note("agreed", FieldProblem::NotAChoice);
        }
        let reason = r.prose("reason", 4_000);
        if reason.is_empty() {
            r.note("reason", FieldProblem::Text(crate::text::TextError::Empty));
        }
        let choice = FocusChoice {
            candidates,
            primary: primary.unwrap_or(ProblemArea::Deficits),
            secondary,
            reason,
            agreed: agreed.unwrap_or(Agreement::Neither),
            despite,
        };
        reading.finish(choice)
    }

    /// The same as fields.
    #[must_use]
    pub fn to_fields(&self) -> Fields {
        let mut f = Fields::default();
        self.candidates.iter().for_each(|candidate| candidate.write(&mut f));
        f.put("primary", self.primary.as_str());
        f.put("secondary", self.secondary.map(ProblemArea::as_str).unwrap_or_default());
        let agreed = AGREEMENTS.iter().find(|(_, agreed)| *agreed == self.agreed);
        f.put("agreed", agreed.map_or("", |(word, _)| word));
        f.put("despite", &self.despite);
        f.with("reason", &self.reason)
    }
}

#[cfg(test)]
mod tests;
