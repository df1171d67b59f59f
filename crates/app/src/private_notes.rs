//! Psychotherapy notes (class K5): written by whoever treats the client, read by nobody else unless the author lets a
//! supervisor read one. The first opening in a session asks for a second factor given just now.

use crate::App;
use crate::context::Ctx;
use crate::course::{CourseError, Head, Record};
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use domain::access::{Actor, Denial, Relation};
use domain::ids::{AccountId, EpisodeId, PrivateNoteId};
use jiff::Timestamp;
use store::accounts::Colleague;
use store::private_notes::Opened;
use store::{accounts, private_notes, relations};

pub use domain::private_note::{PrivateForm, PrivateNote, PrivateProblem, Standing};
pub use store::private_notes::{Kept, NoteDraft};

/// Largest draft kept, in bytes.
const DRAFT_BYTES_MAX: usize = 200_000;

/// Why a psychotherapy note could not be opened or written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PrivateError {
    /// There is no such note, or not for this person.
    #[error("no such note")]
    NotFound,
    /// The form cannot be taken as it is.
    #[error("the form needs another look: {0}")]
    Form(PrivateProblem),
    /// It was written anew since the form was opened.
    #[error("changed meanwhile")]
    Stale {
        /// As it stands now.
        current: Box<Kept>,
    },
    /// The draft is larger than any note could be.
    #[error("the draft is too large")]
    DraftTooLarge,
    /// The person does not supervise this therapy now.
    #[error("not a supervisor of this therapy")]
    NotASupervisor,
    /// The course.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// A note in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Its newest version.
    pub kept: Kept,
    /// Who wrote it.
    pub author: String,
    /// How the person who asks stands to it.
    pub standing: Standing,
}

/// The notes somebody may open.
#[derive(Debug, Clone, PartialEq)]
pub struct PrivateList {
    /// Whose, and where the course stands.
    pub head: Head,
    /// The notes, newest first.
    pub notes: Vec<Listed>,
    /// Whether this person may write one.
    pub may_write: bool,
    /// When a draft of a new note was kept, if there is one.
    pub draft_at: Option<Timestamp>,
}

/// Somebody who is or could be let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleagues {
    /// May read the note now.
    pub readers: Vec<(AccountId, String)>,
    /// Supervise this therapy and may not read it.
    pub others: Vec<(AccountId, String)>,
}

/// One note as its author or reader sees it; or the form of a new one.
#[derive(Debug, Clone, PartialEq)]
pub struct PrivatePage {
    /// Whose, and where the course stands.
    pub head: Head,
    /// The note; none yet for a new one.
    pub note: Option<Listed>,
    /// What the author typed and has not saved yet.
    pub draft: Option<NoteDraft>,
    /// Numbers and instants of its versions, newest first.
    pub versions: Vec<(i64, Timestamp)>,
    /// Who may read it, for its author.
    pub colleagues: Colleagues,
}

/// One version, to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct PrivateVersion {
    /// Whose.
    pub head: Head,
    /// The version.
    pub kept: Kept,
}

impl App {
    /// The notes of a course that the person wrote or may read.
    ///
    /// # Errors
    /// Denied, also when the second factor is to be given first; or the store's failure.
    pub async fn private_notes(&self, ctx: &Ctx, episode: EpisodeId) -> Verdict<PrivateList, PrivateError> {
        let ask = Ask::on_episode(Action::ReadPrivateNotes, episode, format!("private notes of {episode}"));
        self.act(ctx, ask, move |desk| {
            let head = enter(desk, episode)?;
            let names = accounts::colleagues(desk.tx, &desk.grant)?;
            let opened = private_notes::all(desk.tx, &desk.grant, episode, desk.ctx.now)?;
            let notes = opened.into_iter().map(|one| listed(one, &names)).collect();
            let may_write = writes(desk);
            let draft = match may_write {
                true => private_notes::draft(desk.tx, &desk.grant, (episode, None), desk.ctx.now)?,
                false => None,
            };
            Ok(PrivateList { head, notes, may_write, draft_at: draft.map(|draft| draft.at) })
        })
        .await
    }

    /// The form of a new note, with the draft of one that was begun.
    ///
    /// # Errors
    /// Denied, also when the second factor is to be given first; or the store's failure.
    pub async fn new_private_note(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
    ) -> Verdict<PrivatePage, PrivateError> {
        let ask =
            Ask::on_episode(Action::WritePrivateNotes, episode, format!("new private note of {episode}"));
        self.act(ctx, ask, move |desk| {
            let head = enter(desk, episode)?;
            let draft = private_notes::draft(desk.tx, &desk.grant, (episode, None), desk.ctx.now)?;
            let colleagues = Colleagues { readers: Vec::new(), others: Vec::new() };
            Ok(PrivatePage { head, note: None, draft, versions: Vec::new(), colleagues })
        })
        .await
    }

    /// One note.
    ///
    /// # Errors
    /// Denied, also when the second factor is to be given first; [`PrivateError::NotFound`], or the store's failure.
    pub async fn private_note(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        id: PrivateNoteId,
    ) -> Verdict<PrivatePage, PrivateError> {
        let ask = Ask::on_episode(Action::ReadPrivateNotes, episode, format!("private note {id}"));
        self.act(ctx, ask, move |desk| {
            let head = enter(desk, episode)?;
            let opened = opened(desk, episode, id)?;
            let names = accounts::colleagues(desk.tx, &desk.grant)?;
            let (mut draft, mut colleagues) = (None, Colleagues { readers: Vec::new(), others: Vec::new() });
            if opened.standing == Standing::Author {
                draft = private_notes::draft(desk.tx, &desk.grant, (episode, Some(id)), desk.ctx.now)?;
                colleagues = supervisors(desk, episode, id, &names)?;
            }
            let versions = private_notes::versions(desk.tx, &desk.grant, (episode, id))?;
            Ok(PrivatePage { head, note: Some(listed(opened, &names)), draft, versions, colleagues })
        })
        .await
    }

    /// An earlier version of a note.
    ///
    /// # Errors
    /// As [`App::private_note`].
    pub async fn private_note_version(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        (id, version): (PrivateNoteId, i64),
    ) -> Verdict<PrivateVersion, PrivateError> {
        let ask = Ask::on_episode(
            Action::ReadPrivateNotes,
            episode,
            format!("private note {id} version {version}"),
        );
        self.act(ctx, ask, move |desk| {
            let head = enter(desk, episode)?;
            opened(desk, episode, id)?;
            let kept = private_notes::at_version(desk.tx, &desk.grant, (episode, id), version, desk.ctx.now)?;
            let kept = kept.ok_or(Refused::Verb(PrivateError::NotFound))?;
            Ok(PrivateVersion { head, kept })
        })
        .await
    }

    /// Keeps what was typed so far, sealed; gives the instant it was kept. `note` is `None` for a new one.
    ///
    /// # Errors
    /// Denied; [`PrivateError::NotFound`], [`PrivateError::Stale`], [`PrivateError::DraftTooLarge`]; or the store's
    /// failure.
    pub async fn autosave_private_note(
        &self,
        ctx: &Ctx,
        (episode, note): (EpisodeId, Option<PrivateNoteId>),
        base_version: i64,
        typed: PrivateForm,
    ) -> Verdict<Timestamp, PrivateError> {
        let ask = Ask::on_episode(Action::WritePrivateNotes, episode, of_draft(episode, note));
        self.act(ctx, ask, move |desk| {
            enter(desk, episode)?;
            still(desk, (episode, note), base_version)?;
            if typed.text.len() + typed.session.len() > DRAFT_BYTES_MAX {
                return no(PrivateError::DraftTooLarge);
            }
            let now = desk.ctx.now;
            private_notes::keep_draft(desk.tx, &desk.grant, (episode, note), base_version, &typed, now)?;
            Ok(now)
        })
        .await
    }

    /// Throws the person's draft away.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn discard_private_draft(
        &self,
        ctx: &Ctx,
        (episode, note): (EpisodeId, Option<PrivateNoteId>),
    ) -> Verdict<(), PrivateError> {
        let ask = Ask::on_episode(Action::WritePrivateNotes, episode, of_draft(episode, note));
        self.act(ctx, ask, move |desk| {
            enter(desk, episode)?;
            Ok(private_notes::drop_draft(desk.tx, &desk.grant, (episode, note))?)
        })
        .await
    }

    /// Writes a new note, or the next version of one if nobody else has since `base_version`.
    ///
    /// # Errors
    /// Denied; [`PrivateError::Form`], [`PrivateError::NotFound`], [`PrivateError::Stale`] with the note as it stands
    /// now; or the store's failure.
    pub async fn save_private_note(
        &self,
        ctx: &Ctx,
        (episode, note): (EpisodeId, Option<PrivateNoteId>),
        base_version: i64,
        typed: PrivateForm,
    ) -> Verdict<PrivateNoteId, PrivateError> {
        let id: PrivateNoteId = note.unwrap_or_else(|| ctx.new_id());
        let ask = Ask::on_episode(Action::WritePrivateNotes, episode, format!("private note {id}"));
        self.act(ctx, ask, move |desk| {
            enter(desk, episode)?;
            let body = typed.checked().map_err(|problem| Refused::Verb(PrivateError::Form(problem)))?;
            let current = still(desk, (episode, note), base_version)?;
            private_notes::drop_draft(desk.tx, &desk.grant, (episode, note))?;
            if current.as_ref().is_some_and(|current| current.note == body) {
                return Ok(id);
            }
            let version = current.map_or(0, |current| current.version) + 1;
            let (key, now) = ((episode, id), desk.ctx.now);
            if private_notes::add(desk.tx, &desk.grant, key, version, &body, now)? {
                return Ok(id);
            }
            // Somebody was faster by an instant.
            let current = opened(desk, episode, id)?.kept;
            no(PrivateError::Stale { current: Box::new(current) })
        })
        .await
    }

    /// The author lets a supervisor of this therapy read one note.
    ///
    /// # Errors
    /// Denied; [`PrivateError::NotFound`], [`PrivateError::NotASupervisor`]; or the store's failure.
    pub async fn let_read(
        &self,
        ctx: &Ctx,
        (episode, id): (EpisodeId, PrivateNoteId),
        reader: AccountId,
    ) -> Verdict<(), PrivateError> {
        let object = format!("private note {id}, let read by {reader}");
        let ask = Ask::on_episode(Action::WritePrivateNotes, episode, object);
        self.act(ctx, ask, move |desk| {
            enter(desk, episode)?;
            authored(desk, episode, id)?;
            let holders = relations::holders(desk.tx, &desk.grant, desk.ctx.now)?;
            let supervises = |holder: &relations::Holder| {
                holder.account == reader && holder.relation == Relation::Supervises
            };
            if !holders.iter().any(supervises) {
                return no(PrivateError::NotASupervisor);
            }
            Ok(private_notes::let_read(desk.tx, &desk.grant, (episode, id), reader, desk.ctx.now)?)
        })
        .await
    }

    /// The author lets somebody read a note no more.
    ///
    /// # Errors
    /// Denied; [`PrivateError::NotFound`]; or the store's failure.
    pub async fn let_read_no_more(
        &self,
        ctx: &Ctx,
        (episode, id): (EpisodeId, PrivateNoteId),
        reader: AccountId,
    ) -> Verdict<(), PrivateError> {
        let object = format!("private note {id}, kept from {reader}");
        let ask = Ask::on_episode(Action::WritePrivateNotes, episode, object);
        self.act(ctx, ask, move |desk| {
            enter(desk, episode)?;
            authored(desk, episode, id)?;
            Ok(private_notes::keep_out(desk.tx, &desk.grant, (episode, id), reader)?)
        })
        .await
    }
}

fn of_draft(episode: EpisodeId, note: Option<PrivateNoteId>) -> String {
    match note {
        Some(id) => format!("draft of private note {id}"),
        None => format!("draft of a private note of {episode}"),
    }
}

/// The door of the room: the first time in a session a second factor of this moment is asked for. Gives what the
/// page shows on top.
fn enter(desk: &mut Desk<'_, '_>, episode: EpisodeId) -> Verdict<Head, PrivateError> {
    let Actor::Person(person) = &desk.ctx.actor else { return Err(Refused::Denied(Denial::NoRule)) };
    let Some(verified_at) = person.verified_at else { return Err(Refused::Denied(Denial::NotFresh)) };
    if person.is_fresh(desk.ctx.now) {
        private_notes::opened(desk.tx, &desk.grant, verified_at, desk.ctx.now)?;
    } else if !private_notes::was_opened(desk.tx, &desk.grant, verified_at)? {
        return Err(Refused::Denied(Denial::NotFresh));
    }
    let record = Record::load::<PrivateError>(desk, episode)?;
    record.head(desk)
}

/// A note the person may open; anything else was denied, and looks as if there were none.
fn opened(desk: &mut Desk<'_, '_>, episode: EpisodeId, id: PrivateNoteId) -> Verdict<Opened, PrivateError> {
    let found = private_notes::find(desk.tx, &desk.grant, (episode, id), desk.ctx.now)?;
    found.ok_or(Refused::Denied(Denial::NoRule))
}

/// A note the person wrote.
fn authored(desk: &mut Desk<'_, '_>, episode: EpisodeId, id: PrivateNoteId) -> Verdict<Opened, PrivateError> {
    let found = opened(desk, episode, id)?;
    if found.standing == Standing::Author { Ok(found) } else { Err(Refused::Denied(Denial::NoRule)) }
}

/// The note as it stands, if the person wrote it and it is at this version; nothing for a new one.
fn still(
    desk: &mut Desk<'_, '_>,
    (episode, note): (EpisodeId, Option<PrivateNoteId>),
    base_version: i64,
) -> Verdict<Option<Kept>, PrivateError> {
    let Some(id) = note else { return Ok(None) };
    let current = authored(desk, episode, id)?.kept;
    if current.version != base_version {
        return no(PrivateError::Stale { current: Box::new(current) });
    }
    Ok(Some(current))
}

/// Whether the rule that let the person in lets them write.
fn writes(desk: &Desk<'_, '_>) -> bool {
    domain::private_note::writes(&desk.grant)
}

fn listed(opened: Opened, names: &[Colleague]) -> Listed {
    let author = name(names, opened.kept.author);
    Listed { kept: opened.kept, author, standing: opened.standing }
}

fn name(names: &[Colleague], account: AccountId) -> String {
    names.iter().find(|known| known.id == account).map_or_else(String::new, |known| known.name.clone())
}

fn supervisors(
    desk: &mut Desk<'_, '_>,
    episode: EpisodeId,
    id: PrivateNoteId,
    names: &[Colleague],
) -> Verdict<Colleagues, PrivateError> {
    let readers = private_notes::readers(desk.tx, &desk.grant, (episode, id))?;
    let holders = relations::holders(desk.tx, &desk.grant, desk.ctx.now)?;
    let supervise = holders.into_iter().filter(|holder| holder.relation == Relation::Supervises);
    let others = supervise
        .filter(|holder| readers.iter().all(|reader| reader.account != holder.account))
        .map(|holder| (holder.account, holder.name))
        .collect();
    let readers = readers.iter().map(|reader| (reader.account, name(names, reader.account))).collect();
    Ok(Colleagues { readers, others })
}
