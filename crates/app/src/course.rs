//! The course of an episode: read its history, ask the engine, append what happened.
//!
//! Every verb that changes a course goes through [`Record::append`]: the engine admits the event or names the
//! invariant it would break, and the one-row summary is derived anew in the same transaction.

use crate::entry::{Desk, Refused, Verdict};
use crate::protocols::followed;
use domain::access::{Relation, Rule};
use domain::episode::{self, Summary};
use domain::ids::{ClientId, EpisodeId};
use jiff::Timestamp;
use jiff::civil::Date;
use protocol::{Course, Event, EventKind, Protocol};
use std::sync::Arc;
use store::episodes::{self, Episode};
use store::protocol_versions::Key;

/// Why a course could not be read or changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CourseError {
    /// The client has no such episode.
    #[error("no such episode")]
    NoSuchEpisode,
    /// The protocol the episode follows is not among the content of this installation.
    #[error("the protocol `{id}` is not installed")]
    ProtocolMissing {
        /// Its id.
        id: String,
    },
    /// The engine refuses: the event would break an invariant of the therapy.
    #[error("not now: {0:?}")]
    NotNow(protocol::Refusal),
}

/// An episode with its history and where it stands now.
pub struct Record {
    /// The episode.
    pub episode: Episode,
    /// The protocol it follows.
    pub protocol: Arc<Protocol>,
    /// What happened so far.
    pub events: Vec<Event>,
    /// Where it stands.
    pub course: Course,
}

/// What every page of a chart shows on top: whose it is and where the course stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// The client.
    pub client: ClientId,
    /// What the client likes to be called.
    pub name: String,
    /// The episode.
    pub episode: EpisodeId,
    /// Title of the protocol.
    pub protocol_title: String,
    /// Where the course stands, in one row.
    pub summary: Summary,
    /// What this person may do on the chart.
    pub may_write: MayWrite,
    /// Whether the way to the psychotherapy notes is shown to this person.
    pub may_open_private: bool,
    /// The emergency that lets them read it, if one does.
    pub emergency: Option<Emergency>,
}

/// A record that is open in an emergency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Emergency {
    /// When it closes by itself.
    pub until: Timestamp,
    /// Whole minutes left, rounded up.
    pub minutes_left: i64,
}

/// Whether the acting person may write in the chart they look at. Pages hide what would be refused;
/// the corridor refuses it all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayWrite {
    /// Reads only (a supervisor, a finished course for others).
    No,
    /// Writes entries, does not sign (a covering therapist, a trainee).
    Entries,
    /// Writes and signs (the treating therapist).
    All,
}

impl MayWrite {
    /// What the rule leaves open to do that let somebody read.
    pub(crate) fn under(rule: Rule) -> MayWrite {
        match rule {
            Rule::Relation(Relation::Treats) => MayWrite::All,
            Rule::Relation(Relation::Covers | Relation::TraineeOn) => MayWrite::Entries,
            _ => MayWrite::No,
        }
    }
}

/// The emergency that a grant rests on, where it rests on one.
pub(crate) fn emergency(desk: &Desk<'_, '_>) -> Option<Emergency> {
    let until = desk.grant.ends_at().filter(|_| desk.grant.rule() == Rule::Relation(Relation::BreakGlass))?;
    let seconds = until.duration_since(desk.ctx.now).as_secs();
    Some(Emergency { until, minutes_left: (seconds + 59) / 60 })
}

impl Record {
    /// What the page shows on top.
    ///
    /// # Errors
    /// The store's failure.
    pub fn head<E>(&self, desk: &mut Desk<'_, '_>) -> Verdict<Head, E> {
        let client = store::clients::find(desk.tx, &desk.grant)?;
        Ok(self.head_of(desk, client.as_ref().map_or("", |client| client.particulars.spoken_name())))
    }

    /// What the page shows on top, for a verb that has read the client already.
    pub(crate) fn head_of(&self, desk: &Desk<'_, '_>, spoken_name: &str) -> Head {
        Head {
            client: self.episode.client,
            name: spoken_name.to_owned(),
            episode: self.episode.id,
            protocol_title: self.protocol.title.clone(),
            summary: self.summary(desk),
            may_write: MayWrite::under(desk.grant.rule()),
            may_open_private: domain::private_note::concerns(&desk.grant),
            emergency: emergency(desk),
        }
    }

    /// Loads an episode of the granted client.
    ///
    /// # Errors
    /// [`CourseError::NoSuchEpisode`], [`CourseError::ProtocolMissing`], or the store's failure.
    pub fn load<E: From<CourseError>>(desk: &mut Desk<'_, '_>, id: EpisodeId) -> Verdict<Record, E> {
        let found = episodes::find(desk.tx, &desk.grant, id)?;
        Record::of(desk, found.ok_or(Refused::Verb(CourseError::NoSuchEpisode.into()))?)
    }

    /// Loads the history of an episode of the granted client that was read already.
    ///
    /// # Errors
    /// [`CourseError::ProtocolMissing`], or the store's failure.
    pub(crate) fn of<E: From<CourseError>>(desk: &mut Desk<'_, '_>, episode: Episode) -> Verdict<Record, E> {
        let practice = desk.grant.scope().practice();
        let key = Key { id: episode.protocol.clone(), version: episode.protocol_version.clone() };
        let protocol = followed(desk.content, desk.tx, practice, &key)?
            .ok_or_else(|| Refused::Verb(CourseError::ProtocolMissing { id: key.id }.into()))?;
        let events = episodes::events(desk.tx, practice, episode.id)?;
        let course = protocol::course(&protocol, &events, desk.ctx.today());
        Ok(Record { episode, protocol, events, course })
    }

    /// Appends one event that happens today, if the engine admits it.
    ///
    /// # Errors
    /// [`CourseError::NotNow`] with the invariant, or the store's failure.
    pub fn append<E: From<CourseError>>(
        &mut self,
        desk: &mut Desk<'_, '_>,
        kind: EventKind,
    ) -> Verdict<(), E> {
        let today = desk.ctx.today();
        self.append_on(desk, today, kind)
    }

    /// Appends one event that belongs to an earlier day, such as a form filled on paper and typed in later.
    ///
    /// # Errors
    /// As [`Record::append`].
    pub fn append_on<E: From<CourseError>>(
        &mut self,
        desk: &mut Desk<'_, '_>,
        on: Date,
        kind: EventKind,
    ) -> Verdict<(), E> {
        protocol::admit(&self.protocol, &self.course, &kind)
            .map_err(|refusal| Refused::Verb(CourseError::NotNow(refusal).into()))?;
        let seq = self.events.last().map_or(0, |event| event.seq) + 1;
        let event = Event { seq, at: desk.ctx.now, on, kind };
        episodes::append(desk.tx, &desk.grant, self.episode.id, &event)?;
        self.events.push(event);
        self.course = protocol::course(&self.protocol, &self.events, desk.ctx.today());
        Ok(())
    }

    /// Appends what [`Record::append`] appends and derives the summary; for verbs with a single event.
    ///
    /// # Errors
    /// As [`Record::append`].
    pub fn append_and_summarise<E: From<CourseError>>(
        &mut self,
        desk: &mut Desk<'_, '_>,
        kind: EventKind,
    ) -> Verdict<(), E> {
        self.append(desk, kind)?;
        self.summarise(desk)?;
        Ok(())
    }

    /// The summary these events give.
    #[must_use]
    pub fn summary(&self, desk: &Desk<'_, '_>) -> Summary {
        let instrument = desk.content.instrument(&self.protocol.outcome.instrument);
        episode::summarise(&self.protocol, instrument, &self.course, &self.events)
    }

    /// Writes the summary; the last step of every verb that appended.
    ///
    /// # Errors
    /// The store's failure.
    pub fn summarise(&self, desk: &mut Desk<'_, '_>) -> Result<(), store::StoreError> {
        let summary = self.summary(desk);
        let seq = self.events.last().map_or(0, |event| event.seq);
        let key = (self.episode.id, self.episode.client);
        episodes::summarise(desk.tx, desk.grant.scope(), key, seq, &summary)
    }
}
