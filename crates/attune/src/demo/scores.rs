//! Made-up symptom courses with the shape trials report: most gain early, then slower.
//!
//! The scale of improvement follows published figures: 57 % lower after 12 weeks of IPT (O'Hara 2000, HRSD 19.4 to 8.3),
//! response in about 0.41-0.55 of those treated (Cuijpers 2021; Elkin 1989), most of it in the first eight sessions.

use super::chance::Chance;
use measure::{Answer, Answers, Instrument};

/// How somebody's symptoms move.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Path {
    /// Share of the most that can be scored, at the start (0 to 1).
    pub start: f64,
    /// Share of the start that is left in the long run: 0.43 after a 57 % drop.
    pub left: f64,
    /// Weeks after which half of the change has come.
    pub half_weeks: f64,
}

impl Path {
    /// Better the way IPT trials report.
    pub const IMPROVING: Path = Path { start: 0.68, left: 0.30, half_weeks: 4.0 };
    /// No more than chance.
    pub const FLAT: Path = Path { start: 0.66, left: 0.97, half_weeks: 4.0 };
    /// Better until few symptoms are left.
    pub const REMITTING: Path = Path { start: 0.64, left: 0.10, half_weeks: 4.5 };

    /// Expected share of the most that can be scored, some weeks after the start.
    pub fn level(&self, week: f64) -> f64 {
        let done = 1.0 - 0.5_f64.powf(week / self.half_weeks);
        self.start * (1.0 - (1.0 - self.left) * done)
    }
}

/// Answers to an instrument at a level between 0 and 1, with some spread from item to item. The total comes close to
/// the level; a risk item stays at zero, and the item about difficulty (not scored) follows the level.
pub fn answers(instrument: &Instrument, level: f64, chance: &mut Chance) -> Answers {
    let mut answers = Answers::new();
    let wobble = 0.015 * chance.normal();
    for item in instrument.items.iter() {
        if !instrument.asks(item, &answers) {
            continue;
        }
        let values: Vec<i32> = instrument.choices(item).iter().map(|choice| choice.value).collect();
        let (Some(low), Some(high)) = (values.iter().min(), values.iter().max()) else { continue };
        let span = f64::from(high - low);
        let wish = f64::from(*low) + span * (level + wobble) + 0.30 * chance.normal();
        let nearest = values
            .iter()
            .copied()
            .min_by(|a, b| (f64::from(*a) - wish).abs().total_cmp(&(f64::from(*b) - wish).abs()));
        let value = if item.risk.is_some() { *low } else { nearest.unwrap_or(*low) };
        answers.insert(item.id.clone(), Answer::Value(value));
    }
    answers
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_improving_course_loses_about_three_fifths_in_twelve_weeks_and_most_of_it_early() {
        let drop = 1.0 - Path::IMPROVING.level(12.0) / Path::IMPROVING.level(0.0);
        assert!((0.53..0.68).contains(&drop), "{drop}");
        let early = 1.0 - Path::IMPROVING.level(6.0) / Path::IMPROVING.level(0.0);
        assert!(early > drop / 2.0);
    }

    #[test]
    fn answers_are_valid_close_to_the_level_and_never_raise_a_risk() {
        let content = app::content::Content::embedded().unwrap();
        let mut chance = Chance::new(1);
        for id in ["phq-9", "gad-7"] {
            let instrument = content.instrument(id).unwrap();
            let mut sum = 0.0;
            for _ in 0..200 {
                let scored = measure::score(instrument, &answers(instrument, 0.5, &mut chance)).unwrap();
                assert!(scored.flags.is_empty());
                sum += scored.total.unwrap().value();
            }
            let most = instrument.scoring.range.1;
            assert!((sum / 200.0 / most - 0.5).abs() < 0.1, "{id}: {}", sum / 200.0);
        }
    }
}
