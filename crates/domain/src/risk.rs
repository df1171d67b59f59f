//! A risk task: an answer above zero on a risk item, which stays open until somebody has looked and written down
//! what they found. The program opens it and reminds; the judgement is a clinician's. It never calls anybody safe.

use crate::text::{self, TextError};
use jiff::civil::Date;
use measure::ItemId;
use protocol::RiskLevel;
use serde::{Deserialize, Serialize};

/// Longest text of one field, in characters.
pub const TEXT_MAX: usize = 4_000;

/// What a risk task is about and, once somebody looked, what they found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// Why it was opened.
    pub reason: Reason,
    /// What was found; none while it is open.
    #[serde(default)]
    pub answer: Option<Answer>,
}

/// Why a risk task was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Reason {
    /// A risk item was answered above 0.
    Item {
        /// The instrument.
        instrument: String,
        /// The item.
        item: ItemId,
        /// The kind of risk the item points to.
        kind: String,
        /// The value that was chosen.
        value: i32,
    },
}

impl Reason {
    /// Where it comes from, as the course's history names it: `phq-9/9`.
    #[must_use]
    pub fn source(&self) -> String {
        match self {
            Reason::Item { instrument, item, .. } => format!("{instrument}/{item}"),
        }
    }
}

/// What a clinician found and did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The clinician's judgement today. `none` means: asked, and nothing found.
    pub level: RiskLevel,
    /// What was found.
    pub found: String,
    /// What was done.
    pub done: String,
    /// Who was told; may be nobody.
    pub told: String,
    /// The day somebody looks again.
    pub next_check: Option<Date>,
}

/// The answer as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    /// See [`Answer::level`].
    pub level: String,
    /// See [`Answer::found`].
    pub found: String,
    /// See [`Answer::done`].
    pub done: String,
    /// See [`Answer::told`].
    pub told: String,
    /// See [`Answer::next_check`] (`YYYY-MM-DD`).
    pub next_check: String,
}

/// A field of the form and what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    /// The field's name in the form.
    pub field: &'static str,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What can be wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// Empty where something is needed, too long, or with forbidden characters.
    Text(TextError),
    /// No level was chosen.
    NoLevel,
    /// Somebody has to know of a moderate or high level.
    NobodyTold,
    /// Any level above none needs a day to look again.
    NoNextCheck,
    /// No date, or a day that has passed.
    BadDate,
}

impl Answer {
    /// Checks what was typed. All problems are named at once.
    ///
    /// What was found and done is always asked for; from low on a day to look again, from moderate on who was told
    /// (the supervisor hears of it the same day).
    ///
    /// # Errors
    /// One [`Problem`] per field that cannot be taken as it is.
    pub fn from_form(form: &AnswerForm, today: Date) -> Result<Answer, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut note = |field: &'static str, kind: ProblemKind| problems.push(Problem { field, kind });
        let level = RiskLevel::from_word(form.level.trim());
        if level.is_none() {
            note("level", ProblemKind::NoLevel);
        }
        let mut words = |field: &'static str, typed: &str, needed: bool| {
            let read = text::prose(typed.trim(), TEXT_MAX);
            let read = read.and_then(|t| if needed && t.is_empty() { Err(TextError::Empty) } else { Ok(t) });
            read.map_err(|error| note(field, ProblemKind::Text(error))).unwrap_or_default()
        };
        let (found, done) = (words("found", &form.found, true), words("done", &form.done, true));
        let told = words("told", &form.told, false);
        if level >= Some(RiskLevel::Moderate) && told.is_empty() {
            note("told", ProblemKind::NobodyTold);
        }
        let next_check = match form.next_check.trim() {
            "" if level > Some(RiskLevel::None) => {
                note("next_check", ProblemKind::NoNextCheck);
                None
            }
            "" => None,
            typed => match typed.parse::<Date>() {
                Ok(day) if day >= today => Some(day),
                _ => {
                    note("next_check", ProblemKind::BadDate);
                    None
                }
            },
        };
        match level {
            Some(level) if problems.is_empty() => Ok(Answer { level, found, done, told, next_check }),
            _ => Err(problems),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 2);

    fn form(level: &str) -> AnswerForm {
        AnswerForm {
            level: level.into(),
            found: "Passing thoughts, no wish to act.".into(),
            done: "Talked it through.".into(),
            ..AnswerForm::default()
        }
    }

    fn fields(form: &AnswerForm) -> Vec<&'static str> {
        Answer::from_form(form, TODAY).unwrap_err().iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn the_higher_the_level_the_more_has_to_be_written_down() {
        assert!(Answer::from_form(&form("none"), TODAY).is_ok());
        assert_eq!(fields(&form("low")), ["next_check"]);
        assert_eq!(fields(&form("moderate")), ["told", "next_check"]);
        assert_eq!(fields(&form("high")), ["told", "next_check"]);
        let whole = AnswerForm { told: "Sue".into(), next_check: "2026-11-03".into(), ..form("high") };
        assert_eq!(Answer::from_form(&whole, TODAY).unwrap().next_check, Some(date(2026, 11, 3)));
    }

    #[test]
    fn an_empty_form_names_everything_that_is_missing() {
        assert_eq!(fields(&AnswerForm::default()), ["level", "found", "done"]);
        assert_eq!(fields(&form("very")), ["level"]);
    }

    #[test]
    fn nobody_looks_again_yesterday() {
        let late = AnswerForm { next_check: "2026-11-01".into(), ..form("low") };
        let no_date = AnswerForm { next_check: "soon".into(), ..form("low") };
        assert_eq!((fields(&late), fields(&no_date)), (vec!["next_check"], vec!["next_check"]));
    }

    #[test]
    fn the_kept_form_is_fixed() {
        let reason = Reason::Item {
            instrument: "phq-9".into(),
            item: "9".parse().unwrap(),
            kind: "suicide-or-self-harm".into(),
            value: 1,
        };
        assert_eq!(reason.source(), "phq-9/9");
        insta::assert_snapshot!(serde_json::to_string(&Body { reason, answer: None }).unwrap(), @r#"{"reason":{"type":"item","instrument":"phq-9","item":"9","kind":"suicide-or-self-harm","value":1},"answer":null}"#);
    }
}
