//! Psychotherapy notes (class K5): what the author writes for themselves about the conversation, kept apart from the
//! chart. Who may open one is decided twice: [`crate::access::decide`] asks how the person stands to the client,
//! [`standing`] how they stand to this one note.

use crate::access::{Grant, Relation, Rule};
use crate::ids::AccountId;
use crate::text::{self, TextError};
use serde::{Deserialize, Serialize};

/// Longest note, in characters.
pub const CHARS_MAX: usize = 20_000;

/// Highest number of a session a note may be about.
const SESSION_MAX: u16 = 200;

/// One note. Versioned as a whole; its words never appear in anything printed for debugging.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateNote {
    /// The session it thinks about, if one.
    #[serde(default)]
    pub session: Option<u16>,
    /// The text.
    pub text: String,
}

impl std::fmt::Debug for PrivateNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateNote(…)")
    }
}

impl PrivateNote {
    /// The first words, for a list only the same readers see.
    #[must_use]
    pub fn beginning(&self) -> &str {
        let line = self.text.trim_start().lines().next().unwrap_or_default();
        line.char_indices().nth(80).map_or(line, |(at, _)| line.get(..at).unwrap_or(line))
    }
}

/// A note as it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateForm {
    /// Number of the session, or nothing.
    #[serde(default)]
    pub session: String,
    /// The text.
    #[serde(default)]
    pub text: String,
}

impl std::fmt::Debug for PrivateForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateForm(…)")
    }
}

/// What is wrong with a typed note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrivateProblem {
    /// The text.
    #[error("the text: {0}")]
    Text(TextError),
    /// The number of the session.
    #[error("not the number of a session")]
    Session,
}

impl PrivateForm {
    /// A note as a form shows it.
    #[must_use]
    pub fn of(note: &PrivateNote) -> PrivateForm {
        let session = note.session.map_or_else(String::new, |number| number.to_string());
        PrivateForm { session, text: note.text.clone() }
    }

    /// The note that was typed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn checked(&self) -> Result<PrivateNote, PrivateProblem> {
        let text = text::prose(self.text.trim_end(), CHARS_MAX).map_err(PrivateProblem::Text)?;
        if text.trim().is_empty() {
            return Err(PrivateProblem::Text(TextError::Empty));
        }
        let session = match self.session.trim() {
            "" => None,
            typed => match typed.parse() {
                Ok(number) if (1..=SESSION_MAX).contains(&number) => Some(number),
                _ => return Err(PrivateProblem::Session),
            },
        };
        Ok(PrivateNote { session, text })
    }
}

/// How somebody stands to a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Wrote it.
    Author,
    /// Was let in by its author.
    Reader,
}

/// How the granted person stands to one note; `None` keeps them out. `let_in`: its author lets them read it now.
///
/// Whoever treats the client (in training or not) opens what they wrote; a supervisor what its author lets them read.
/// Nobody else, whatever else they may do.
#[must_use]
pub fn standing(grant: &Grant, author: AccountId, let_in: bool) -> Option<Standing> {
    let own = grant.account() == Some(author);
    match grant.rule() {
        Rule::Relation(Relation::Treats | Relation::TraineeOn) if own => Some(Standing::Author),
        Rule::Relation(Relation::Supervises) if let_in && !own => Some(Standing::Reader),
        _ => None,
    }
}

/// Whether the granted person may write notes of their own about this client.
#[must_use]
pub fn writes(grant: &Grant) -> bool {
    matches!(grant.rule(), Rule::Relation(Relation::Treats | Relation::TraineeOn))
}

/// Whether the granted person could have anything to open here: the way to it is shown to nobody else.
#[must_use]
pub fn concerns(grant: &Grant) -> bool {
    writes(grant) || grant.rule() == Rule::Relation(Relation::Supervises)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_note_needs_words_and_may_name_a_session() {
        let form = |session: &str, text: &str| PrivateForm { session: session.into(), text: text.into() };
        assert_eq!(form("", "  \n").checked(), Err(PrivateProblem::Text(TextError::Empty)));
        assert_eq!(form("0", "a").checked(), Err(PrivateProblem::Session));
        assert_eq!(form("x", "a").checked(), Err(PrivateProblem::Session));
        let note = form(" 3 ", "What I felt.\r\nAnd why.").checked().unwrap();
        assert_eq!(note, PrivateNote { session: Some(3), text: "What I felt.\nAnd why.".into() });
        assert_eq!(PrivateForm::of(&note).checked(), Ok(note.clone()));
        assert_eq!(note.beginning(), "What I felt.");
    }

    #[test]
    fn p6_no_word_of_a_note_is_printed_for_debugging() {
        let form = PrivateForm { session: "3".into(), text: "canary".into() };
        let printed = format!("{form:?} {:?}", form.checked());
        assert!(!printed.contains("canary"), "{printed}");
    }
}
