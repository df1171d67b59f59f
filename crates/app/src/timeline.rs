//! The timeline: life events, remembered severities, and the onset.

use crate::App;
use crate::context::Ctx;
use crate::course::{CourseError, Head, Record};
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use domain::fields::{FieldError, FieldProblem, Fields};
use domain::ids::{EpisodeId, EventId, TieId};
use domain::life_event::{self, LifeEvent, Onset};
use domain::text;
use domain::tie::Ended;
use jiff::civil::Date;
use protocol::EventKind;
use store::episode_documents::{self, KeptDocument, Which};
use store::life_events;
use store::record_versions::{self, Versioned};
use store::ties;

pub use store::life_events::KeptEvent;

/// The artefact's name in the protocol.
const TIMELINE: &str = "timeline";

/// Why the timeline could not be read or changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TimelineError {
    /// Fields that cannot be taken as they are.
    #[error("some fields need another look")]
    Form(Vec<FieldError>),
    /// Somebody changed the event since the form was opened.
    #[error("changed by somebody else meanwhile")]
    Stale {
        /// What the record says now.
        current: Box<KeptEvent>,
    },
    /// Somebody changed the onset since the form was opened.
    #[error("changed by somebody else meanwhile")]
    StaleOnset {
        /// What the record says now.
        current: Box<KeptDocument<Onset>>,
    },
    /// The client has no such event.
    #[error("no such event")]
    NotFound,
    /// The engine refuses.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// A score on the symptom line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SymptomScore {
    /// The day it was answered.
    pub on: Date,
    /// The total.
    pub total: f64,
}

/// The timeline as its page shows it.
pub struct Timeline {
    /// What every page of the chart shows on top.
    pub head: Head,
    /// The onset, if somebody wrote one down.
    pub onset: Option<KeptDocument<Onset>>,
    /// Earlier versions of the onset, newest first.
    pub earlier_onsets: Vec<KeptDocument<Onset>>,
    /// Everything on it, those taken off included, by the middle of their dates.
    pub events: Vec<KeptEvent>,
    /// The people of the inventory by name.
    pub people: Vec<(TieId, String)>,
    /// Totals of the outcome measure.
    pub scores: Vec<SymptomScore>,
    /// The outcome measure: short name and greatest total.
    pub instrument: Option<(String, f64)>,
}

/// One event with all its versions.
pub struct EventPage {
    /// What every page of the chart shows on top.
    pub head: Head,
    /// The event.
    pub event: KeptEvent,
    /// Its versions, newest first.
    pub versions: Vec<Versioned<EventId, LifeEvent>>,
    /// The people of the inventory by name.
    pub people: Vec<(TieId, String)>,
}

impl App {
    /// The timeline.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn timeline(&self, ctx: &Ctx, episode: EpisodeId) -> Verdict<Timeline, TimelineError> {
        self.act(ctx, Ask::on_episode(Action::ReadChart, episode, TIMELINE), move |desk| {
            let record = Record::load::<TimelineError>(desk, episode)?;
            let mut onsets =
                episode_documents::history(desk.tx, &desk.grant, onset_of(episode), 50)?.into_iter();
            let mut events = life_events::all(desk.tx, &desk.grant)?;
            events.sort_by_key(|event| (event.body.when.middle(), event.id));
            let instrument = desk.content.instrument(&record.protocol.outcome.instrument);
            Ok(Timeline {
                head: record.head(desk)?,
                onset: onsets.next(),
                earlier_onsets: onsets.collect(),
                events,
                people: ties::labels(desk.tx, &desk.grant)?,
                scores: scores(&record),
                instrument: instrument.map(|found| (found.short.clone(), greatest_total(found))),
            })
        })
        .await
    }

    /// One event.
    ///
    /// # Errors
    /// Denied, [`TimelineError::NotFound`], or the store's failure.
    pub async fn life_event(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        id: EventId,
    ) -> Verdict<EventPage, TimelineError> {
        self.act(ctx, Ask::on_episode(Action::ReadChart, episode, format!("event {id}")), move |desk| {
            let head = Record::load::<TimelineError>(desk, episode)?.head(desk)?;
            let event = find(desk, id)?;
            let versions = record_versions::read_history(desk.tx, &desk.grant, "life_event", id)?;
            Ok(EventPage { head, event, versions, people: ties::labels(desk.tx, &desk.grant)? })
        })
        .await
    }

    /// Adds an event or a remembered severity.
    ///
    /// # Errors
    /// Denied, [`TimelineError::Form`], the engine's refusal, or the store's failure.
    pub async fn add_event(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        fields: Fields,
    ) -> Verdict<EventId, TimelineError> {
        let id: EventId = ctx.new_id();
        self.act(ctx, Ask::on_episode(Action::WriteChart, episode, format!("event {id}")), move |desk| {
            let people = people(desk)?;
            let event = LifeEvent::read(&fields, &people, None, desk.ctx.today())
                .map_err(|errors| Refused::Verb(TimelineError::Form(errors)))?;
            life_events::insert(desk.tx, &desk.grant, id, &event, desk.ctx.now)?;
            record_timeline(desk, episode)?;
            Ok(id)
        })
        .await
    }

    /// Saves the form of an event.
    ///
    /// # Errors
    /// Denied, [`TimelineError::Form`], [`TimelineError::Stale`], [`TimelineError::NotFound`], the engine's refusal,
    /// or the store's failure.
    pub async fn save_event(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        (id, version): (EventId, i64),
        fields: Fields,
    ) -> Verdict<(), TimelineError> {
        self.change_event(ctx, episode, (id, version), move |kept, people, today| {
            LifeEvent::read(&fields, people, kept.ended.clone(), today).map_err(TimelineError::Form)
        })
        .await
    }

    /// Takes an event off the timeline, with a reason. The record stays.
    ///
    /// # Errors
    /// As [`App::save_event`].
    pub async fn end_event(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        (id, version): (EventId, i64),
        reason: &str,
    ) -> Verdict<(), TimelineError> {
        // What is wrong with it is said after the decision.
        let reason = text::line(reason, 400).map_err(|error| {
            let problem = FieldProblem::Text(error);
            TimelineError::Form(vec![FieldError { field: "reason".into(), problem }])
        });
        self.change_event(ctx, episode, (id, version), move |kept, _, today| {
            Ok(LifeEvent { ended: Some(Ended { on: today, reason: reason? }), ..kept.clone() })
        })
        .await
    }

    /// Puts an event back on the timeline.
    ///
    /// # Errors
    /// As [`App::save_event`].
    pub async fn restore_event(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        (id, version): (EventId, i64),
    ) -> Verdict<(), TimelineError> {
        self.change_event(ctx, episode, (id, version), |kept, _, _| {
            Ok(LifeEvent { ended: None, ..kept.clone() })
        })
        .await
    }

    /// Writes down when the symptoms began, as a new version after `base` (0 for the first).
    ///
    /// # Errors
    /// Denied, [`TimelineError::Form`], [`TimelineError::StaleOnset`], the engine's refusal, or the store's failure.
    pub async fn set_onset(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        base: u32,
        fields: Fields,
    ) -> Verdict<(), TimelineError> {
        self.act(ctx, Ask::on_episode(Action::WriteChart, episode, "onset"), move |desk| {
            let onset = Onset::read(&fields, desk.ctx.today())
                .map_err(|errors| Refused::Verb(TimelineError::Form(errors)))?;
            let which = onset_of(episode);
            let newest = episode_documents::newest::<Onset>(desk.tx, &desk.grant, which)?;
            match newest {
                Some(kept) if kept.version != base => {
                    return no(TimelineError::StaleOnset { current: Box::new(kept) });
                }
                _ => {}
            }
            let kept = (&onset, desk.ctx.now);
            episode_documents::insert(desk.tx, &desk.grant, which, (base + 1, None), kept)?;
            record_timeline(desk, episode)
        })
        .await
    }

    async fn change_event<F>(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        (id, version): (EventId, i64),
        change: F,
    ) -> Verdict<(), TimelineError>
    where
        F: FnOnce(&LifeEvent, &[TieId], Date) -> Result<LifeEvent, TimelineError> + Send + 'static,
    {
        self.act(ctx, Ask::on_episode(Action::WriteChart, episode, format!("event {id}")), move |desk| {
            let kept = find(desk, id)?;
            let people = people(desk)?;
            let event = change(&kept.body, &people, desk.ctx.today()).map_err(Refused::Verb)?;
            if kept.version != version {
                return no(TimelineError::Stale { current: Box::new(kept) });
            }
            if !life_events::update(desk.tx, &desk.grant, (id, version), &event, desk.ctx.now)? {
                return no(TimelineError::Stale { current: Box::new(find(desk, id)?) });
            }
            record_timeline(desk, episode)
        })
        .await
    }
}

/// The onset of an episode, if somebody wrote one down.
pub(crate) fn onset(
    desk: &mut Desk<'_, '_>,
    episode: EpisodeId,
) -> Result<Option<KeptDocument<Onset>>, store::StoreError> {
    episode_documents::newest(desk.tx, &desk.grant, onset_of(episode))
}

fn onset_of(episode: EpisodeId) -> Which {
    Which { episode, kind: "timeline_onset" }
}

fn find(desk: &mut Desk<'_, '_>, id: EventId) -> Verdict<KeptEvent, TimelineError> {
    life_events::find(desk.tx, &desk.grant, id)?.ok_or(Refused::Verb(TimelineError::NotFound))
}

/// Everybody an event may name: also people taken off the list, who may stand in an older event.
fn people(desk: &mut Desk<'_, '_>) -> Verdict<Vec<TieId>, TimelineError> {
    Ok(ties::all(desk.tx, &desk.grant)?.into_iter().map(|tie| tie.id).collect())
}

/// Tells the course how far the timeline is.
fn record_timeline(desk: &mut Desk<'_, '_>, episode: EpisodeId) -> Verdict<(), TimelineError> {
    let mut record = Record::load::<TimelineError>(desk, episode)?;
    let onset = onset(desk, episode)?.map(|kept| kept.body).unwrap_or_default();
    let events = life_events::all(desk.tx, &desk.grant)?;
    let facts = life_event::facts(&onset, events.iter().map(|event| &event.body));
    record.recorded(desk, TIMELINE, facts)
}

fn scores(record: &Record) -> Vec<SymptomScore> {
    let wanted = record.protocol.outcome.instrument.as_str();
    let totals = record.events.iter().filter_map(|event| match &event.kind {
        EventKind::Scored { instrument, total: Some(total), .. } if instrument == wanted => {
            Some(SymptomScore { on: event.on, total: *total })
        }
        _ => None,
    });
    totals.collect()
}

/// The greatest total an instrument can give: the end of its last band.
fn greatest_total(instrument: &measure::Instrument) -> f64 {
    instrument.bands.iter().map(|band| band.max).fold(1.0, f64::max)
}
