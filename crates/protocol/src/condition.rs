//! Conditions over facts, each with the sentence a person reads.

use crate::fact::Facts;

/// A condition and the sentence that says what it asks for, for example "the onset date is set".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// The sentence, as the protocol file words it.
    pub says: String,
    /// What is tested.
    pub condition: Condition,
}

/// What is asked of the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// One fact passes a test.
    Fact {
        /// Its name, `artefact.fact`.
        name: String,
        /// The test.
        test: Test,
    },
    /// At least one holds.
    Any(Vec<Condition>),
    /// All hold.
    All(Vec<Condition>),
}

/// What one fact has to be. A fact that was never set counts as `false`, 0 or no word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// The flag has this value.
    Is(bool),
    /// The count is this or more.
    AtLeast(i64),
    /// The count is this or less.
    AtMost(i64),
    /// The count is that of another fact or more.
    AtLeastFact(String),
    /// The word is one of these.
    OneOf(Vec<String>),
    /// There is no word, or another than these.
    NoneOf(Vec<String>),
}

impl Condition {
    /// Whether it asks for a fact whose name begins so.
    pub(crate) fn names(&self, beginning: &str) -> bool {
        match self {
            Self::Any(parts) | Self::All(parts) => parts.iter().any(|part| part.names(beginning)),
            Self::Fact { name, .. } => name.starts_with(beginning),
        }
    }

    /// Whether the facts meet the condition.
    #[must_use]
    pub fn holds(&self, facts: &Facts) -> bool {
        match self {
            Self::Any(parts) => parts.iter().any(|part| part.holds(facts)),
            Self::All(parts) => parts.iter().all(|part| part.holds(facts)),
            Self::Fact { name, test } => match test {
                Test::Is(flag) => facts.flag(name) == *flag,
                Test::AtLeast(least) => facts.count(name) >= *least,
                Test::AtLeastFact(other) => facts.count(name) >= facts.count(other),
                Test::AtMost(most) => facts.count(name) <= *most,
                Test::OneOf(words) => {
                    facts.text(name).is_some_and(|text| words.iter().any(|word| word == text))
                }
                Test::NoneOf(words) => {
                    facts.text(name).is_none_or(|text| words.iter().all(|word| word != text))
                }
            },
        }
    }
}

/// The sentences of those criteria that the facts do not meet.
pub(crate) fn unmet(criteria: &[Criterion], facts: &Facts) -> Vec<String> {
    criteria.iter().filter(|one| !one.condition.holds(facts)).map(|one| one.says.clone()).collect()
}

/// Whether the facts meet all of them.
pub(crate) fn all_met(criteria: &[Criterion], facts: &Facts) -> bool {
    criteria.iter().all(|one| one.condition.holds(facts))
}
