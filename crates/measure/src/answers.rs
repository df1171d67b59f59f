//! What a person answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::instrument::ItemId;

/// One answer. An item that was not reached has no answer at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The value of the chosen option.
    Value(i32),
    /// "I would rather not say". It is kept as the person's word and counts as missing in scores.
    Declined,
}

impl Answer {
    /// Returns the chosen value, or nothing when the person declined.
    pub fn value(self) -> Option<i32> {
        match self {
            Answer::Value(value) => Some(value),
            Answer::Declined => None,
        }
    }
}

const DECLINED: &str = "declined";

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Answer::Value(value) => serializer.serialize_i32(*value),
            Answer::Declined => serializer.serialize_str(DECLINED),
        }
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Answer;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "a whole number or \"{DECLINED}\"")
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Answer, E> {
                let value = i32::try_from(value)
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))?;
                Ok(Answer::Value(value))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Answer, E> {
                let value = i32::try_from(value)
                    .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(value), &self))?;
                Ok(Answer::Value(value))
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Answer, E> {
                if word == DECLINED {
                    Ok(Answer::Declined)
                } else {
                    Err(E::invalid_value(de::Unexpected::Str(word), &self))
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// All answers to one instrument on one occasion, by item.
///
/// Stored as a plain JSON object: `{"1": 2, "9": "declined"}`. Items that are absent were not
/// answered. Nothing here says whether a value is one of the item's options; [`crate::score`] does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<ItemId, Answer>);

impl Answers {
    /// Starts with nothing answered.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps one answer and returns the one it replaces.
    pub fn insert(&mut self, item: ItemId, answer: Answer) -> Option<Answer> {
        self.0.insert(item, answer)
    }

    /// Returns the answer to an item; nothing when it was not answered.
    pub fn get(&self, item: &ItemId) -> Option<Answer> {
        self.0.get(item).copied()
    }

    /// Returns the chosen value of an item; nothing when it was not answered or declined.
    pub fn value(&self, item: &ItemId) -> Option<i32> {
        self.get(item).and_then(Answer::value)
    }

    /// Walks over all answers, ordered by item id as text.
    pub fn iter(&self) -> impl Iterator<Item = (&ItemId, Answer)> {
        self.0.iter().map(|(item, answer)| (item, *answer))
    }

    /// Returns how many items carry an answer, declined ones included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Tells whether no item carries an answer.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(ItemId, Answer)> for Answers {
    fn from_iter<I: IntoIterator<Item = (ItemId, Answer)>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}
