//! What a protocol may know about an artefact: small named values, never its text.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::{Deserialize, Serialize};

/// One thing known about an artefact. In JSON simply `true`, `3` or `"low"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    /// Yes or no.
    Flag(bool),
    /// How many.
    Count(i64),
    /// One word out of a known set.
    Text(String),
}

impl From<bool> for Fact {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}
impl From<i64> for Fact {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}
impl From<i32> for Fact {
    fn from(count: i32) -> Self {
        Self::Count(count.into())
    }
}
impl From<u32> for Fact {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}
impl From<u16> for Fact {
    fn from(count: u16) -> Self {
        Self::Count(count.into())
    }
}
impl From<usize> for Fact {
    fn from(count: usize) -> Self {
        Self::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}
impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Facts by name. A name is `artefact.fact`, for example `timeline.onset_set`.
///
/// ```
/// let facts = protocol::Facts::new().with("inventory.ties", 6).with("inventory.none", false);
/// assert_eq!(facts.count("inventory.ties"), 6);
/// assert!(!facts.flag("timeline.onset_set"), "what was never said is not so");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(BTreeMap<String, Fact>);

impl Facts {
    /// No facts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same facts and one more (or one replaced).
    #[must_use]
    pub fn with(mut self, name: &str, fact: impl Into<Fact>) -> Self {
        self.set(name, fact);
        self
    }

    /// Sets or replaces one fact.
    pub fn set(&mut self, name: &str, fact: impl Into<Fact>) {
        match self.0.get_mut(name) {
            Some(held) => *held = fact.into(),
            None => {
                self.0.insert(name.to_owned(), fact.into());
            }
        }
    }

    /// The fact of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.0.get(name)
    }

    /// Whether a flag is raised; false when it was never set.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Fact::Flag(true)))
    }

    /// A count; 0 when it was never set.
    #[must_use]
    pub fn count(&self, name: &str) -> i64 {
        match self.get(name) {
            Some(Fact::Count(count)) => *count,
            _ => 0,
        }
    }

    /// A word, when it was set.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Fact::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Every fact in the order of its name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Fact)> {
        self.0.iter().map(|(name, fact)| (name.as_str(), fact))
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes over a new version of one artefact: its facts replace the old ones, also by their absence.
    pub(crate) fn replace(&mut self, artefact: &str, newer: &Facts) {
        let belongs = |name: &str| name.strip_prefix(artefact).is_some_and(|rest| rest.starts_with('.'));
        let gone: Vec<String> = self
            .0
            .range::<str, _>((Bound::Included(artefact), Bound::Unbounded))
            .map(|(name, _)| name)
            .take_while(|name| name.starts_with(artefact))
            .filter(|name| belongs(name) && newer.get(name).is_none())
            .cloned()
            .collect();
        for name in gone {
            self.0.remove(&name);
        }
        for (name, fact) in newer.iter() {
            self.set(name, fact.clone());
        }
    }
}

impl<N: Into<String>, F: Into<Fact>> FromIterator<(N, F)> for Facts {
    fn from_iter<I: IntoIterator<Item = (N, F)>>(facts: I) -> Self {
        Self(facts.into_iter().map(|(name, fact)| (name.into(), fact.into())).collect())
    }
}
