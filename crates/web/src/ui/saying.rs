//! Scores said in words: the sentence on top of every chart, and whether somebody is on track and why.

use maud::Markup;
use measure::change::{Change, Deterioration, Reliable};
use measure::trend::{NotOnTrack, OnTrack, Progress, Standing, TooEarly};

use super::components::{Tone, badge};
use crate::locale::Words;

/// "Score 11, moderate. 6 lower than at the start, more than measurement error (5). On track: …". The same
/// text heads the chart and describes it to those who do not see it. It reports; it does not reassure.
#[must_use]
pub fn progress_sentence(words: Words, progress: &Progress) -> String {
    let score = words.figure(progress.latest.score.value());
    let now = match &progress.severity {
        Some(severity) => {
            let severity = severity_words(words, severity);
            words.with("score-now", &[("score", score.into()), ("severity", severity.into())])
        }
        None => words.with("score-now-plain", &[("score", score.into())]),
    };
    let change = progress.change.map(|change| change_sentence(words, &change, progress.error_points));
    [Some(now), change, Some(standing_sentence(words, &progress.standing))]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

/// A band's name in the person's language. A name that only one instrument uses stands as its file has it.
#[must_use]
pub fn severity_words(words: Words, band: &str) -> String {
    let key = match band {
        "none-minimal" => "severity-none-minimal",
        "mild" => "severity-mild",
        "moderate" => "severity-moderate",
        "moderately severe" => "severity-moderately-severe",
        "severe" => "severity-severe",
        other => return other.to_owned(),
    };
    words.t(key).into_owned()
}

/// For clients: what the last answers say, without judgement on track or not.
#[must_use]
pub fn gentle_sentence(words: Words, progress: &Progress) -> String {
    let Some(change) = progress.change else { return words.t("client-score-first").into_owned() };
    match change.reliable {
        Reliable::Improved => words.t("client-score-better").into_owned(),
        Reliable::Deteriorated => words.t("client-score-worse").into_owned(),
        Reliable::Unchanged | Reliable::Unknown => words.t("client-score-same").into_owned(),
    }
}

/// On track, not on track or too early to say, as a badge.
#[must_use]
pub fn standing_badge(words: Words, standing: &Standing) -> Markup {
    match standing {
        Standing::TooEarly(_) => badge(Tone::Neutral, &words.t("standing-too-early")),
        Standing::OnTrack(_) => badge(Tone::Well, &words.t("standing-on-track")),
        Standing::NotOnTrack(_) => badge(Tone::Watch, &words.t("standing-not-on-track")),
    }
}

fn change_sentence(words: Words, change: &Change, error_points: Option<f64>) -> String {
    let points = words.figure(change.points.abs());
    let how = if change.points < 0.0 {
        words.with("change-lower", &[("points", points.into())])
    } else if change.points > 0.0 {
        words.with("change-higher", &[("points", points.into())])
    } else {
        words.t("change-none").into_owned()
    };
    let error = error_points.map(|error| words.figure(error));
    match (change.reliable, error) {
        (Reliable::Improved | Reliable::Deteriorated, Some(error)) => {
            words.with("change-beyond-error", &[("change", how.into()), ("error", error.into())])
        }
        (Reliable::Unchanged, Some(error)) => {
            words.with("change-within-error", &[("change", how.into()), ("error", error.into())])
        }
        _ => words.with("change-plain", &[("change", how.into())]),
    }
}

/// Why somebody is or is not on track, in one sentence. A reason is always said.
#[must_use]
pub fn standing_sentence(words: Words, standing: &Standing) -> String {
    let plain = |key: &str| words.t(key).into_owned();
    match *standing {
        Standing::TooEarly(TooEarly::OneScore) => plain("because-one-score"),
        Standing::TooEarly(TooEarly::BeforeWeek(week)) => {
            words.with("because-before-week", &[("week", week.into())])
        }
        Standing::OnTrack(reason) => plain(match reason {
            OnTrack::Remission => "because-remission",
            OnTrack::Response => "because-response",
            OnTrack::ReliablyBetter => "because-reliably-better",
            OnTrack::EnoughForNow => "because-enough-for-now",
            OnTrack::StartedBelowCutoff => "because-started-below",
        }),
        Standing::NotOnTrack(NotOnTrack::TooLittleChange { improvement, week }) => {
            let points = words.figure(improvement.max(0.0));
            words.with("because-too-little", &[("points", points.into()), ("week", week.into())])
        }
        Standing::NotOnTrack(NotOnTrack::Worse(worse)) => {
            let (key, points) = match worse {
                Deterioration::WorseThanAtStart { points } => ("because-worse-than-start", points),
                Deterioration::WorseThanLastTime { points } => ("because-worse-than-last", points),
                Deterioration::WorseTwiceInARow { points } => ("because-worse-twice", points),
            };
            words.with(key, &[("points", words.figure(points).into())])
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::ToSpan;
    use jiff::civil::date;
    use measure::trend::{Dated, progress};
    use measure::{Instrument, Score};

    use super::*;

    fn said(totals: &[(i64, i32)]) -> String {
        let phq = Instrument::parse(include_str!("../../../../content/instruments/phq-9.json")).unwrap();
        let start = date(2026, 9, 14);
        let series: Vec<Dated> = totals
            .iter()
            .map(|(days, total)| Dated { on: start.saturating_add(days.days()), score: Score::from(*total) })
            .collect();
        progress_sentence(Words::english(), &progress(&phq, &series).unwrap())
    }

    #[test]
    fn a_first_score_is_compared_with_nothing() {
        assert_eq!(
            said(&[(0, 17)]),
            "Score 17, moderately severe. Too early to say: there is one score so far."
        );
    }

    #[test]
    fn a_clear_gain_names_the_measurement_error_it_exceeds() {
        assert_eq!(
            said(&[(0, 17), (42, 11)]),
            "Score 11, moderate. 6 lower than at the start, more than measurement error (5). \
             On track: better by more than measurement error."
        );
    }

    #[test]
    fn little_change_after_weeks_is_said_with_its_figures() {
        assert_eq!(
            said(&[(0, 17), (28, 16)]),
            "Score 16, moderately severe. 1 lower than at the start, within measurement error (5). \
             Not on track: 1 better by week 4, too little for this time."
        );
    }

    #[test]
    fn getting_worse_comes_before_everything_else() {
        assert_eq!(
            said(&[(0, 12), (14, 19)]),
            "Score 19, moderately severe. 7 higher than at the start, more than measurement error (5). \
             Not on track: 7 worse than at the start."
        );
    }
}
