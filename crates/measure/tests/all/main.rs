//! Stories on the public face of the crate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod change;
mod chart;
mod content;
mod fuzz;
mod parsing;
mod scoring;
mod trend;

use measure::{Answer, Answers, Instrument, Score};

const PHQ9_TEXT: &str = include_str!("../../../../content/instruments/phq-9.json");

fn phq9() -> Instrument {
    Instrument::parse(PHQ9_TEXT).unwrap()
}

fn gad7() -> Instrument {
    Instrument::parse(include_str!("../../../../content/instruments/gad-7.json")).unwrap()
}

fn answers(pairs: &[(&str, Answer)]) -> Answers {
    pairs.iter().map(|(item, answer)| (item.parse().unwrap(), *answer)).collect()
}

fn points(value: i32) -> Score {
    Score::from(value)
}
