//! The look at everything that happens every night, and telling people what it found (requirement R4).
//!
//! What was found belongs to the practice, not to a person: whoever holds the role of administrator or privacy officer
//! at the moment they look is told. No recipient is chosen, because that would mean trusting rows of accounts of which
//! one may be what is damaged. What is found in the database itself, and in no practice, is told in each of them.

use crate::App;
use crate::context::Ctx;
use crate::entry::{Action, Ask, Refused, Verdict, no};
use domain::finding::{Kind, NOTE_CHARS_MAX, is_late};
use domain::ids::{FindingId, PracticeId};
use domain::text::{self, TextError};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::convert::Infallible;
use store::findings::{self, Found, Look};
use store::{StoreError, Tx, accounts, audit, practices};

pub use store::findings::{Finding, KEPT_MAX, LastLook};

/// Why it was not written down what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// The words cannot be taken as they are.
    #[error("the words need another look")]
    Note(TextError),
    /// There is no such finding, or somebody answered it before.
    #[error("there is nothing to answer here")]
    NothingToAnswer,
}

/// What is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Oldest first, each with the name of whoever answered it, where that can be told.
    pub findings: Vec<(Finding, Option<String>)>,
    /// When a look last went through to its end.
    pub last: Option<LastLook>,
}

/// What a part of the look gave.
type Part = (Kind, &'static str, Gave);

/// How a part of the look ended.
#[derive(Clone)]
enum Gave {
    /// At its end, with what it found.
    Lines(Vec<String>),
    /// Before its end, at something that another part has named.
    Stopped,
    /// Before its end, for this reason.
    Failed(String),
}

impl Gave {
    fn of<E: std::fmt::Display>(outcome: Result<Vec<String>, E>) -> Gave {
        match outcome {
            Ok(lines) => Gave::Lines(lines),
            Err(wrong) => Gave::Failed(wrong.to_string()),
        }
    }

    /// The same, if the reason is not among what was found already.
    fn unless_named(self, found: &Gave) -> Gave {
        match (self, found) {
            (Gave::Failed(wrong), Gave::Lines(lines)) if lines.contains(&wrong) => Gave::Stopped,
            (other, _) => other,
        }
    }
}

impl App {
    /// Looks at everything and keeps what it found for the people concerned; gives how much it found.
    ///
    /// # Errors
    /// The store's failure when not even the practices can be named, or what was found cannot be kept: the caller says
    /// so in the log and looks again soon.
    pub async fn look_at_everything(&self) -> Result<usize, StoreError> {
        let ids = self.practice_ids().await?;
        let database = self.look_at_database().await;
        // Nothing is written into what is not whole before it was looked at.
        if database.iter().all(|(_, _, gave)| matches!(gave, Gave::Lines(lines) if lines.is_empty())) {
            self.begin_look().await?;
        }
        let mut told = BTreeSet::new();
        for id in ids {
            let mut parts = database.clone();
            parts.extend(self.look_at_practice(id).await);
            let look = look_of(parts);
            for found in &look.found {
                tracing::error!(practice = %id, kind = found.kind.code(), line = found.line, "found by the nightly look");
            }
            told.extend(look.found.iter().cloned());
            self.keep(id, look).await?;
        }
        Ok(told.len())
    }

    async fn look_at_database(&self) -> Vec<Part> {
        let url = self.db.url().clone();
        let engine = match tokio::task::spawn_blocking(move || store::integrity(&url)).await {
            Ok(done) => Gave::of(done),
            Err(wrong) => Gave::Failed(wrong.to_string()),
        };
        let texts = Gave::of(self.refused_texts().await);
        vec![(Kind::Database, "the database's own check", engine), (Kind::Database, "the texts", texts)]
    }

    async fn look_at_practice(&self, id: PracticeId) -> Vec<Part> {
        let fields = self.verify_practice(id).await.map(|report| report.findings);
        let records = async {
            let found = self.db.read_in(id, move |tx| practices::find(tx, id)).await?;
            match found {
                Some(practice) => Ok(self.check_practice(&practice).await?.findings),
                None => Ok::<_, StoreError>(Vec::new()),
            }
        };
        let trail = self.verify_trail(id, Vec::new()).await.map(|report| {
            let mut lines: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
            if report.more > 0 {
                lines.push(format!("{} more lines of the trail", report.more));
            }
            lines
        });
        let fields = Gave::of(fields);
        let records = Gave::of(records.await).unless_named(&fields);
        vec![
            (Kind::Field, "sealed fields and marks", fields),
            (Kind::Record, "summaries and histories", records),
            (Kind::Trail, "the audit trail", Gave::of(trail)),
        ]
    }

    /// Keeps what a look gave, and leaves a line in the trail where it told something.
    async fn keep(&self, id: PracticeId, look: Look) -> Result<(), StoreError> {
        let mut line = self.operators_line("nightly_look");
        line.object = format!("look, {} findings", look.found.len());
        let now = line.at;
        let work = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            // That the look was begun is on record already; this line is for what it told.
            if findings::keep(tx, id, &look, now)? { audit::append(tx, id, &line) } else { Ok(()) }
        };
        self.db.write_in(id, work).await
    }

    /// Tells of each practice whose last look ended more than two days ago; gives whether there is one. The next look
    /// that goes through to its end takes that back.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn tell_late_looks(&self) -> Result<bool, StoreError> {
        let mut late = false;
        let now = self.now();
        for id in self.practice_ids().await? {
            let work = move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let since = match findings::last_look(tx, id)? {
                    Some(look) => Some(look.at),
                    None => practices::find(tx, id)?.map(|practice| practice.created_at),
                };
                let Some(since) = since.filter(|since| is_late(*since, now)) else { return Ok(None) };
                let found = late_since(since);
                let known = findings::is_known(tx, id, &found)?;
                Ok(Some((found, known)))
            };
            let Some((found, known)) = self.db.read_in(id, work).await? else { continue };
            late = true;
            if known {
                continue;
            }
            let mut line = self.operators_line("nightly_look");
            "late look".clone_into(&mut line.object);
            let tell = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
                findings::add(tx, id, found, now)?;
                audit::append(tx, id, &line)
            };
            self.db.write_in(id, tell).await?;
        }
        Ok(late)
    }

    /// What the looks found and nobody answered, or is still there; for administrators and privacy officers.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn findings(&self, ctx: &Ctx) -> Verdict<Standing, Infallible> {
        self.act(ctx, Ask::to(Action::ReadFindings, "findings"), |desk| {
            let practice = desk.grant.scope().practice();
            let standing = findings::standing(desk.tx, &desk.grant)?;
            let last = findings::last_look(desk.tx, practice)?;
            let mut named = Vec::new();
            for one in standing {
                let by = one.answer.as_ref().and_then(|answer| answer.by.parse().ok());
                // A name that cannot be told must not hide a finding.
                let name = match by {
                    Some(by) => accounts::find(desk.tx, practice, by).ok().flatten().map(|who| who.name),
                    None => None,
                };
                named.push((one, name));
            }
            Ok(Standing { findings: named, last })
        })
        .await
    }

    /// Writes down what was done about a finding.
    ///
    /// # Errors
    /// Denied, [`AnswerError`], or the store's failure.
    pub async fn answer_finding(&self, ctx: &Ctx, id: FindingId, note: &str) -> Verdict<(), AnswerError> {
        let note = text::prose(note.trim(), NOTE_CHARS_MAX);
        self.act(ctx, Ask::to(Action::ReadFindings, format!("finding {id}")), move |desk| {
            let note = note.map_err(|wrong| Refused::Verb(AnswerError::Note(wrong)))?;
            if note.is_empty() {
                return no(AnswerError::Note(TextError::Empty));
            }
            if findings::answer(desk.tx, &desk.grant, id, &note, desk.ctx.now)? {
                Ok(())
            } else {
                no(AnswerError::NothingToAnswer)
            }
        })
        .await
    }
}

fn late_since(since: Timestamp) -> Found {
    Found { kind: Kind::Late, line: format!("no look at everything has ended since {since}") }
}

/// What the parts gave together. What only failed to be looked at is a finding, too, and nothing of its kind is said to
/// be gone.
fn look_of(parts: Vec<Part>) -> Look {
    let mut look = Look { through: BTreeSet::from(Kind::ALL), whole: true, ..Look::default() };
    for (kind, name, gave) in parts {
        match gave {
            Gave::Lines(lines) => look.found.extend(lines.into_iter().map(|line| Found { kind, line })),
            Gave::Stopped => look.through.retain(|open| *open != kind),
            Gave::Failed(wrong) => {
                look.found.insert(Found { kind: Kind::Failed, line: format!("{name}: {wrong}") });
                look.through.retain(|open| ![kind, Kind::Failed, Kind::Late].contains(open));
                look.whole = false;
            }
        }
    }
    look
}
