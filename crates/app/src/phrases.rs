//! Sentences the program writes into the record itself: scores and changes in words, findings of progress rules.
//!
//! The texts stand in `content/phrases`; here is only which one fits.

use domain::episode::ScoreMark;
use jiff::civil::Date;
use measure::change::{self, Change, Deterioration, Reliable, ResponseClass};
use measure::{Instrument, Score};
use serde::Deserialize;

/// The sentences of one language.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrases {
    /// Language of the sentences.
    pub language: String,
    score: ScorePhrases,
    change: ChangePhrases,
    finding: FindingPhrases,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScorePhrases {
    with_severity: String,
    plain: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangePhrases {
    lower: String,
    higher: String,
    same: String,
    beyond_error: String,
    within_error: String,
    plain: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FindingPhrases {
    adequate: String,
    probably_inadequate: String,
    inadequate: String,
    response: String,
    remission: String,
    no_reliable_change: String,
    worse_than_at_start: String,
    worse_than_last_time: String,
    worse_twice: String,
}

impl Phrases {
    /// A score with its severity in words: "17, moderately severe".
    #[must_use]
    pub fn score(&self, instrument: &Instrument, total: f64) -> String {
        let band = Score::new(total).and_then(|score| instrument.band(score));
        match band {
            Some(band) => {
                fill(&self.score.with_severity, &[("score", &points(total)), ("severity", &band.label)])
            }
            None => fill(&self.score.plain, &[("score", &points(total))]),
        }
    }

    /// How the latest score differs from the first, in words.
    #[must_use]
    pub fn change(&self, instrument: &Instrument, first: f64, latest: f64) -> Option<String> {
        let change = change::compare(instrument, Score::new(first)?, Score::new(latest)?);
        Some(self.change_words(instrument, &change))
    }

    fn change_words(&self, instrument: &Instrument, change: &Change) -> String {
        let texts = &self.change;
        let how = if change.points < 0.0 {
            fill(&texts.lower, &[("points", &points(-change.points))])
        } else if change.points > 0.0 {
            fill(&texts.higher, &[("points", &points(change.points))])
        } else {
            texts.same.clone()
        };
        match (change.reliable, change::error_points(instrument).map(points)) {
            (Reliable::Improved | Reliable::Deteriorated, Some(error)) => {
                fill(&texts.beyond_error, &[("change", &how), ("error", &error)])
            }
            (Reliable::Unchanged, Some(error)) => {
                fill(&texts.within_error, &[("change", &how), ("error", &error)])
            }
            _ => fill(&texts.plain, &[("change", &how)]),
        }
    }

    /// What the progress rules find in a series of scores on this day; empty before there are two.
    #[must_use]
    pub fn findings(&self, instrument: &Instrument, marks: &[ScoreMark], today: Date) -> Vec<String> {
        let totals: Vec<Score> = marks.iter().filter_map(|mark| mark.total.and_then(Score::new)).collect();
        let (Some(first_mark), [first, .., latest]) = (marks.first(), totals.as_slice()) else {
            return Vec::new();
        };
        let change = change::compare(instrument, *first, *latest);
        let how = self.change_words(instrument, &change);
        let days = today.since(first_mark.on).map_or(0, |span| span.get_days()).max(0);
        let week = u32::try_from(days / 7).unwrap_or(0);
        let texts = &self.finding;
        let class = change::response_class(instrument, *first, *latest, week).map(|class| {
            let text = match class {
                ResponseClass::Adequate => &texts.adequate,
                ResponseClass::ProbablyInadequate => &texts.probably_inadequate,
                ResponseClass::Inadequate => &texts.inadequate,
            };
            fill(text, &[("week", &week.to_string()), ("change", &how)])
        });
        let worse = change::deterioration(instrument, &totals).into_iter().map(|found| match found {
            Deterioration::WorseThanAtStart { points: by } => {
                fill(&texts.worse_than_at_start, &[("points", &points(by))])
            }
            Deterioration::WorseThanLastTime { points: by } => {
                fill(&texts.worse_than_last_time, &[("points", &points(by))])
            }
            Deterioration::WorseTwiceInARow { points: by } => {
                fill(&texts.worse_twice, &[("points", &points(by))])
            }
        });
        let better = if change.remission {
            Some(texts.remission.clone())
        } else if change.response {
            Some(texts.response.clone())
        } else {
            (class.is_none() && change.reliable == Reliable::Unchanged)
                .then(|| texts.no_reliable_change.clone())
        };
        worse.chain(class).chain(better).collect()
    }
}

fn fill(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// A figure without a fraction it does not need: 17, 4.5.
fn points(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    format!("{rounded}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::content::Content;
    use domain::episode::ScoreMark;
    use jiff::civil::date;

    fn marks(totals: &[f64]) -> Vec<ScoreMark> {
        let mark = |total: &f64| ScoreMark {
            instrument: "phq-9".into(),
            total: Some(*total),
            severity: None,
            on: date(2026, 9, 7),
        };
        totals.iter().map(mark).collect()
    }

    fn findings(totals: &[f64], today: jiff::civil::Date) -> Vec<String> {
        let content = Content::embedded().unwrap();
        let phq = content.instrument("phq-9").unwrap();
        content.phrases().findings(phq, &marks(totals), today)
    }

    #[test]
    fn the_rules_speak_in_whole_sentences() {
        let month = date(2026, 10, 5);
        assert_eq!(
            findings(&[17.0, 15.0, 14.0], month),
            ["Week 4: 3 lower than at the start, no more than measurement error (5). Probably not enough. \
              Look at focus, dose and whether the work between sessions happens."]
        );
        assert_eq!(
            findings(&[17.0, 20.0, 23.0], month),
            [
                "Worse than at the start by 6 points.",
                "Worse twice in a row, 6 points together.",
                "Week 4: 6 higher than at the start, more than measurement error (5). Not enough. \
                 Look again at focus, dose, diagnosis and medication.",
            ]
        );
        assert!(findings(&[17.0], date(2026, 10, 5)).is_empty());
    }

    #[test]
    fn no_sentence_is_left_with_an_unfilled_brace() {
        for totals in [[17.0, 17.0], [17.0, 4.0], [17.0, 8.0], [17.0, 24.0], [5.0, 4.0], [17.0, 12.0]] {
            for week in 0..20 {
                let today = date(2026, 9, 7).saturating_add(jiff::Span::new().weeks(week));
                for finding in findings(&totals, today) {
                    assert!(!finding.contains('{'), "{finding}");
                }
            }
        }
    }
}
