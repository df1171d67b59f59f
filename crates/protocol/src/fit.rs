//! Whether a treatment fits a client, and why: age, indication, severity, what has to be so and what speaks against it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::{
    Evidence, Exclusion, Family, Grade, Inclusion, Indication, Mode, Protocol, Severity, Weight,
};

/// What is known of a client when a treatment is chosen. What nobody has asked yet is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Intake {
    /// Age in years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<u16>,
    /// What the client comes for; empty when not said yet.
    #[serde(default)]
    pub indications: BTreeSet<Indication>,
    /// The newest total of each instrument answered.
    #[serde(default)]
    pub scores: BTreeMap<String, f64>,
    /// Criteria that are so, by the ids of the protocols' inclusions and exclusions.
    #[serde(default)]
    pub present: BTreeSet<String>,
    /// Criteria that are not so.
    #[serde(default)]
    pub absent: BTreeSet<String>,
    /// How people will meet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
}

/// Whether one treatment fits one client.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit<'p> {
    /// The treatment.
    pub protocol: &'p Protocol,
    /// What follows from the reasons.
    pub verdict: Verdict,
    /// Uses it is studied in that the client comes for, the best studied first.
    pub studied: Vec<&'p Evidence>,
    /// Everything that speaks against it or asks for a change, the weightiest first.
    pub against: Vec<Against<'p>>,
    /// Criteria that are answered as they should be, by their ids.
    pub answered: Vec<&'p str>,
    /// Criteria that nobody has answered yet, by their ids.
    pub unanswered: Vec<&'p str>,
}

/// What follows from the reasons. A clinician may decide otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing speaks against it.
    Fits,
    /// Something has to be asked first.
    Ask,
    /// Something else comes first; look again afterwards.
    ReferFirst,
    /// Not this treatment.
    NotThis,
}

/// Something that speaks against a treatment, or asks for a change of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Against<'p> {
    /// It is not Interpersonal Psychotherapy, and therefore chosen only on purpose.
    NotIpt,
    /// It is not studied in anything the client comes for.
    OtherIndication,
    /// It was studied there and did not help more than others.
    NotHelpful(&'p Evidence),
    /// The client is younger or older than it is made for.
    Age {
        /// Age in years.
        age: u16,
        /// Youngest.
        from: Option<u16>,
        /// Oldest.
        to: Option<u16>,
    },
    /// Nobody has said how old the client is.
    AgeUnknown,
    /// The symptoms are lighter or heavier than those it was studied in.
    Severity {
        /// The band.
        band: &'p Severity,
        /// The total.
        total: f64,
    },
    /// Something that speaks against it is so.
    Excluded(&'p Exclusion),
    /// Something that has to be so is not.
    Missing(&'p Inclusion),
    /// People meet another way than it is delivered.
    Mode(Mode),
}

impl Against<'_> {
    /// What this reason leads to by itself.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::NotIpt | Self::Age { .. } | Self::Missing(_) | Self::OtherIndication => Verdict::NotThis,
            Self::Excluded(exclusion) => match exclusion.weight {
                Weight::Exclude => Verdict::NotThis,
                Weight::ReferFirst => Verdict::ReferFirst,
                Weight::Adapt => Verdict::Fits,
            },
            Self::AgeUnknown => Verdict::Ask,
            Self::NotHelpful(_) | Self::Severity { .. } | Self::Mode(_) => Verdict::Fits,
        }
    }
}

/// Says whether a treatment fits, with every reason for and against it.
///
/// A related model that is not IPT never fits by itself. What is unanswered asks; something that speaks against the
/// treatment outweighs that. A band of severity, a use it did not help in and another way of meeting are told and
/// left to the clinician.
#[must_use]
pub fn fit<'p>(protocol: &'p Protocol, intake: &Intake) -> Fit<'p> {
    let eligibility = &protocol.eligibility;
    let wanted = protocol.evidence.iter().filter(|one| intake.indications.contains(&one.indication));
    let mut studied: Vec<&Evidence> = wanted.collect();
    studied.sort_by_key(|one| one.grade);
    let mut against = person(protocol, intake, &studied);
    let (mut answered, mut unanswered) = (Vec::new(), Vec::new());
    for one in &eligibility.exclusions {
        if intake.present.contains(&one.id) {
            against.push(Against::Excluded(one));
        } else {
            note_answer(&one.id, intake.absent.contains(&one.id), &mut answered, &mut unanswered);
        }
    }
    for one in &eligibility.inclusions {
        if intake.absent.contains(&one.id) && !intake.present.contains(&one.id) {
            against.push(Against::Missing(one));
        } else {
            note_answer(&one.id, intake.present.contains(&one.id), &mut answered, &mut unanswered);
        }
    }
    against.sort_by_key(|one| Reverse(one.verdict()));
    let asks = if unanswered.is_empty() { Verdict::Fits } else { Verdict::Ask };
    let verdict = against.iter().map(Against::verdict).fold(asks, Ord::max);
    Fit { protocol, verdict, studied, against, answered, unanswered }
}

fn note_answer<'p>(id: &'p str, known: bool, answered: &mut Vec<&'p str>, unanswered: &mut Vec<&'p str>) {
    if known { answered.push(id) } else { unanswered.push(id) }
}

/// What age, indication, scores and mode say.
fn person<'p>(protocol: &'p Protocol, intake: &Intake, studied: &[&'p Evidence]) -> Vec<Against<'p>> {
    let eligibility = &protocol.eligibility;
    let mut against = Vec::new();
    if protocol.family == Family::Related {
        against.push(Against::NotIpt);
    }
    if studied.is_empty() && !intake.indications.is_empty() && !protocol.evidence.is_empty() {
        against.push(Against::OtherIndication);
    }
    against.extend(studied.iter().filter(|one| one.grade == Grade::N).map(|one| Against::NotHelpful(one)));
    let (from, to) = (eligibility.age_from, eligibility.age_to);
    match intake.age {
        Some(age) if from.is_some_and(|from| age < from) || to.is_some_and(|to| age > to) => {
            against.push(Against::Age { age, from, to });
        }
        None if from.is_some() || to.is_some() => against.push(Against::AgeUnknown),
        _ => {}
    }
    for band in &eligibility.severity {
        let total = intake.scores.get(&band.instrument).copied();
        let outside = |total: &f64| {
            band.from.is_some_and(|from| *total < f64::from(from))
                || band.to.is_some_and(|to| *total > f64::from(to))
        };
        against.extend(total.filter(outside).map(|total| Against::Severity { band, total }));
    }
    against.extend(intake.mode.filter(|mode| !protocol.delivery.modes.contains(mode)).map(Against::Mode));
    against
}

/// The treatments in the order in which they are shown: those that fit first, then by how well the best studied use
/// the client comes for is studied, then by id. Nothing else counts.
#[must_use]
pub fn ranked<'p>(protocols: impl IntoIterator<Item = &'p Protocol>, intake: &Intake) -> Vec<Fit<'p>> {
    let mut fits: Vec<Fit<'p>> = protocols.into_iter().map(|protocol| fit(protocol, intake)).collect();
    // What is not studied in it at all comes after every grade.
    let grade = |fit: &Fit<'_>| fit.studied.first().map_or((true, Grade::N), |one| (false, one.grade));
    fits.sort_by(|one, other| {
        let key = |fit: &Fit<'p>| (fit.verdict, grade(fit));
        key(one).cmp(&key(other)).then_with(|| one.protocol.id.cmp(&other.protocol.id))
    });
    fits
}

/// A question of the intake: one criterion, asked once for all protocols that have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'p> {
    /// The criterion's id.
    pub id: &'p str,
    /// The criterion, as the first protocol that has it words it.
    pub criterion: &'p str,
    /// Whether it speaks against a treatment when it is so; else it has to be so.
    pub speaks_against: bool,
    /// Where it comes from.
    pub source: &'p str,
}

/// The questions of all these protocols, each once: what speaks against a treatment first, both kinds in the order of
/// their ids. What speaks against one treatment and is asked for by another is one question. One list of answers then serves every protocol.
#[must_use]
pub fn criteria<'p>(protocols: impl IntoIterator<Item = &'p Protocol>) -> Vec<Question<'p>> {
    let protocols: Vec<&Protocol> = protocols.into_iter().collect();
    let mut questions: BTreeMap<&str, Question<'p>> = BTreeMap::new();
    for one in protocols.iter().flat_map(|protocol| &protocol.eligibility.exclusions) {
        let (id, criterion, source) = (one.id.as_str(), one.criterion.as_str(), one.source.as_str());
        questions.entry(id).or_insert(Question { id, criterion, speaks_against: true, source });
    }
    for one in protocols.iter().flat_map(|protocol| &protocol.eligibility.inclusions) {
        let (id, criterion, source) = (one.id.as_str(), one.criterion.as_str(), one.source.as_str());
        questions.entry(id).or_insert(Question { id, criterion, speaks_against: false, source });
    }
    let mut questions: Vec<Question<'p>> = questions.into_values().collect();
    questions.sort_by_key(|one| !one.speaks_against);
    questions
}
