//! Therapy sessions and their notes: open, write, sign, add to, look back.

mod read;
mod write;

pub use domain::session::{
    Direction, Gap, LinkForm, Mark, Mode, MoodLink, Need, NoteForm, NoteProblem, SessionNote, SkipReason,
    Skipped, StepForm, StepMark, Technique, TechniqueForm, TechniqueUse,
};
pub use read::{
    Added, Blocker, Brief, GuideStep, Labels, NextGate, NoteVersion, SessionList, SessionPage, VersionMark,
};
pub use store::drafts::Draft;
pub use store::therapy_sessions::{Addendum, Signature, TherapySession};
pub use write::Opening;

use crate::course::CourseError;
use crate::entry::{Desk, Refused, Verdict};
use domain::ids::EpisodeId;
use domain::text::TextError;
use jiff::civil::Date;
use store::therapy_sessions;

/// Why a session could not be opened, written or signed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoteError {
    /// Fields that cannot be taken as they are.
    #[error("some fields need another look")]
    Form(Vec<NoteProblem>),
    /// Somebody wrote a newer version since the form was opened.
    #[error("changed by somebody else meanwhile")]
    Stale {
        /// The note as it stands now.
        current: Box<TherapySession>,
    },
    /// The note is signed; only addenda can follow.
    #[error("signed and locked")]
    Locked,
    /// The note is not signed yet, so it is changed itself instead of added to.
    #[error("not signed yet")]
    NotSigned,
    /// The episode has no such session or version.
    #[error("no such session")]
    NotFound,
    /// Something is missing before the note can be signed.
    #[error("not ready to be signed")]
    Gaps(Vec<Gap>),
    /// The day of the session lies after today.
    #[error("a session cannot be held in the future")]
    InFuture,
    /// The day of the session lies before the session that was held before it, or before the course began.
    #[error("not before {earliest}")]
    TooEarly {
        /// The first day it can have been.
        earliest: Date,
    },
    /// The text of an addendum cannot be taken as it is.
    #[error("the text needs another look")]
    Text(TextError),
    /// The draft is larger than any note.
    #[error("too large for a draft")]
    DraftTooLarge,
    /// The course does not allow it now.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// The name of the form whose drafts belong to a session.
fn draft_form(number: u16) -> String {
    format!("session {number}")
}

/// A session of the granted client's episode.
fn find(desk: &mut Desk<'_, '_>, episode: EpisodeId, number: u16) -> Verdict<TherapySession, NoteError> {
    let found = therapy_sessions::find(desk.tx, &desk.grant, (episode, number))?;
    found.ok_or(Refused::Verb(NoteError::NotFound))
}
