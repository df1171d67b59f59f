//! The cast, read from `content/demo/cast.toml`.

use super::DemoError;
use domain::client::ParticularsForm;
use jiff::civil::Date;
use serde::Deserialize;

/// Everybody in the demonstration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cast {
    pub practice: String,
    pub zone: String,
    pub staff: Vec<Staff>,
    pub client: Vec<Person>,
}

/// Somebody who works here.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    pub key: String,
    pub name: String,
    pub email: String,
    pub role: String,
}

/// A made-up client and the story of the course.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: String,
    pub called: String,
    #[serde(default)]
    pub born: Option<String>,
    #[serde(default)]
    pub age: Option<i16>,
    pub therapist: String,
    #[serde(default)]
    pub account: Option<String>,
    pub protocol: String,
    pub area: String,
    pub course: Shape,
    pub sessions: u16,
    pub stands: Stands,
    #[serde(default)]
    pub risk_open: bool,
    pub onset_months: i32,
    pub life_goal: String,
    pub symptom_goal: String,
    pub words: String,
    pub link: String,
    pub pattern: String,
    pub strengths: String,
    pub ties: Vec<Tie>,
    pub events: Vec<LifeEvent>,
}

/// How the scores move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    Improving,
    Flat,
    Remitting,
}

/// Where the course stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    Registered,
    UnderWay,
    Finished,
    DroppedOut,
    Maintenance,
}

/// Somebody in a client's life.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tie {
    pub name: String,
    pub role: String,
    pub ring: u8,
    pub before: u8,
    pub wanted: u8,
    pub confide: String,
    pub conflict: u8,
    pub good: String,
    pub hard: String,
    pub mine: String,
    pub theirs: String,
    pub matched: u8,
    pub change: String,
    #[serde(default)]
    pub died_months: Option<i32>,
}

/// Something that happened.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifeEvent {
    pub title: String,
    pub kind: String,
    pub months: i32,
    pub valence: String,
    pub impact: u8,
}

impl Cast {
    /// Reads the file that is built in.
    pub fn read() -> Result<Cast, DemoError> {
        let text = include_str!("../../../../content/demo/cast.toml");
        toml::from_str(text).map_err(|error| DemoError::Cast(error.to_string()))
    }
}

impl Person {
    /// The particulars as the form sends them.
    pub fn particulars(&self, today: Date) -> ParticularsForm {
        let born = match (&self.born, self.age) {
            (Some(born), _) => born.clone(),
            (None, Some(age)) => today.saturating_sub(jiff::Span::new().years(age).months(4)).to_string(),
            (None, None) => String::new(),
        };
        ParticularsForm {
            name: self.name.clone(),
            called: self.called.clone(),
            born_on: born,
            phone: "+256 700 000 000".to_owned(),
            ..ParticularsForm::default()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_cast_covers_every_point_of_a_course() {
        let cast = Cast::read().unwrap();
        assert_eq!(cast.client.len(), 12);
        for stands in
            [Stands::Registered, Stands::UnderWay, Stands::Finished, Stands::DroppedOut, Stands::Maintenance]
        {
            assert!(cast.client.iter().any(|person| person.stands == stands), "{stands:?}");
        }
        assert!(cast.client.iter().any(|person| person.risk_open));
        assert!(cast.client.iter().any(|person| person.age.is_some_and(|age| age < 18)));
    }
}
