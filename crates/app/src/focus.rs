//! The problem area: what speaks for each, the choice in versions, and how far the steps of its strategy are.

use crate::App;
use crate::context::Ctx;
use crate::course::{CourseError, Head, Record};
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use crate::timeline;
use domain::fields::{FieldError, Fields};
use domain::focus::{FocusChoice, Ground, STRATEGY, Strategy};
use domain::fuzzy::FuzzyDate;
use domain::ids::{EpisodeId, EventId, TieId};
use domain::life_event::LifeEvent;
use domain::tie::{self, Indicators, Tie};
use protocol::{Area, EventKind, ProblemArea};
use store::episode_documents::{self, KeptDocument, Which};
use store::{life_events, problem_areas, ties};

pub use store::problem_areas::KeptChoice;

/// Why the focus could not be read or changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FocusError {
    /// Fields that cannot be taken as they are.
    #[error("some fields need another look")]
    Form(Vec<FieldError>),
    /// Somebody made another choice since the form was opened.
    #[error("changed by somebody else meanwhile")]
    Stale {
        /// The newest choice.
        current: Box<KeptChoice>,
    },
    /// Somebody changed the steps since the form was opened.
    #[error("changed by somebody else meanwhile")]
    StaleStrategy {
        /// The steps as they stand now.
        current: Box<Strategy>,
        /// Their version.
        version: u32,
    },
    /// No area is chosen yet, so there are no steps.
    #[error("no problem area is chosen yet")]
    NothingChosen,
    /// The engine refuses.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// What the page of the focus shows.
pub struct FocusPage {
    /// What every page of the chart shows on top.
    pub head: Head,
    /// All choices so far, newest first.
    pub choices: Vec<KeptChoice>,
    /// The people, those taken off the list left out.
    pub ties: Vec<(TieId, Tie)>,
    /// The events, those taken off the timeline left out.
    pub events: Vec<(EventId, LifeEvent)>,
    /// When the symptoms began, if known.
    pub onset: Option<FuzzyDate>,
    /// The hints of the inventory.
    pub indicators: Indicators,
    /// The protocol's problem areas.
    pub areas: Vec<Area>,
    /// The same by name only.
    pub offered: Vec<ProblemArea>,
    /// Whether the engine takes a new choice now.
    pub may_choose: bool,
    /// The steps of the chosen area with their states; none before an area is chosen.
    pub strategy: Option<Steps>,
}

/// The steps of the chosen area.
pub struct Steps {
    /// The steps with their states.
    pub strategy: Strategy,
    /// The version on record; 0 when nothing was saved yet.
    pub version: u32,
    /// Whether the engine takes records of them now; before the first gate it does not.
    pub open: bool,
}

impl FocusPage {
    /// What there is to choose by.
    #[must_use]
    pub fn ground(&self) -> Ground<'_> {
        Ground { ties: &self.ties, events: &self.events, onset: self.onset, areas: &self.offered }
    }
}

impl App {
    /// The page of the focus.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn focus(&self, ctx: &Ctx, episode: EpisodeId) -> Verdict<FocusPage, FocusError> {
        self.act(ctx, Ask::on_episode(Action::ReadChart, episode, "focus"), move |desk| {
            let record = Record::load::<FocusError>(desk, episode)?;
            let (ties, events, onset) = ground(desk, episode)?;
            let indicators = tie::indicators(ties.iter().map(|(id, tie)| (*id, tie)), desk.ctx.today());
            Ok(FocusPage {
                head: record.head(desk)?,
                choices: problem_areas::all(desk.tx, &desk.grant, episode)?,
                ties,
                events,
                onset,
                indicators,
                areas: record.protocol.areas.clone(),
                offered: record.protocol.areas.iter().map(|one| one.area).collect(),
                may_choose: record.course.focus_open,
                strategy: steps(desk, &record)?,
            })
        })
        .await
    }

    /// Chooses a problem area, as a new version after `base` (0 for the first). Earlier ones stay.
    ///
    /// # Errors
    /// Denied, [`FocusError::Form`], [`FocusError::Stale`], the engine's refusal (in the ending phase the focus is
    /// fixed; after the first gate both have to agree), or the store's failure.
    pub async fn choose_focus(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        base: u32,
        fields: Fields,
    ) -> Verdict<u32, FocusError> {
        self.act(ctx, Ask::on_episode(Action::WriteChart, episode, "focus"), move |desk| {
            let mut record = Record::load::<FocusError>(desk, episode)?;
            let (ties, events, onset) = ground(desk, episode)?;
            let areas: Vec<ProblemArea> = record.protocol.areas.iter().map(|one| one.area).collect();
            let ground = Ground { ties: &ties, events: &events, onset, areas: &areas };
            let choice = FocusChoice::read(&fields, &ground)
                .map_err(|errors| Refused::Verb(FocusError::Form(errors)))?;
            let newest = problem_areas::all(desk.tx, &desk.grant, episode)?.into_iter().next();
            if let Some(current) = newest.filter(|kept| kept.version != base) {
                return no(FocusError::Stale { current: Box::new(current) });
            }
            let version = base + 1;
            let chosen = EventKind::FocusChosen {
                version,
                primary: choice.primary,
                secondary: choice.secondary,
                client_agreed: choice.agreed,
                reason: choice.reason.clone(),
                despite: (!choice.despite.is_empty()).then(|| choice.despite.clone()),
            };
            record.append_and_summarise::<FocusError>(desk, chosen)?;
            problem_areas::insert(desk.tx, &desk.grant, (episode, version), &choice, desk.ctx.now)?;
            Ok(version)
        })
        .await
    }

    /// Saves how far each step of the chosen area is, as a new version after `base` (0 for the first).
    ///
    /// # Errors
    /// Denied, [`FocusError::NothingChosen`], [`FocusError::Form`], [`FocusError::StaleStrategy`], the engine's
    /// refusal, or the store's failure.
    pub async fn save_strategy(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        base: u32,
        fields: Fields,
    ) -> Verdict<(), FocusError> {
        self.act(ctx, Ask::on_episode(Action::WriteChart, episode, "strategy"), move |desk| {
            let mut record = Record::load::<FocusError>(desk, episode)?;
            let steps = steps(desk, &record)?.ok_or(Refused::Verb(FocusError::NothingChosen))?;
            let (current, version) = (Box::new(steps.strategy.clone()), steps.version);
            if version != base {
                return no(FocusError::StaleStrategy { current, version });
            }
            let strategy =
                steps.strategy.read(&fields).map_err(|errors| Refused::Verb(FocusError::Form(errors)))?;
            let next = record.next_version(STRATEGY).max(version + 1);
            let (facts, session) = (strategy.facts(), record.course.open_session);
            record.recorded_as::<FocusError>(desk, (STRATEGY, next), facts)?;
            let kept = (&strategy, desk.ctx.now);
            episode_documents::insert(desk.tx, &desk.grant, strategy_of(episode), (next, session), kept)?;
            Ok(())
        })
        .await
    }
}

fn strategy_of(episode: EpisodeId) -> Which {
    Which { episode, kind: STRATEGY }
}

/// The steps of the area the course works on, with what is on record about them.
fn steps(desk: &mut Desk<'_, '_>, record: &Record) -> Verdict<Option<Steps>, FocusError> {
    let Some(focus) = &record.course.focus else { return Ok(None) };
    let area = record.protocol.areas.iter().find(|area| area.area == focus.primary);
    let kept: Option<KeptDocument<Strategy>> =
        episode_documents::newest(desk.tx, &desk.grant, strategy_of(record.episode.id))?;
    let (kept, version) = kept.map_or((Strategy::default(), 0), |kept| (kept.body, kept.version));
    let steps = area.map_or(&[][..], |area| &area.steps[..]);
    let strategy = kept.for_area(focus.primary, steps);
    let next = EventKind::Recorded {
        artefact: STRATEGY.to_owned(),
        version: record.next_version(STRATEGY),
        facts: strategy.facts(),
        session: None,
    };
    let open = protocol::admit(&record.protocol, &record.course, &next).is_ok();
    Ok(Some(Steps { strategy, version, open }))
}

type People = Vec<(TieId, Tie)>;
type Events = Vec<(EventId, LifeEvent)>;

/// What there is to choose by: people and events that count, and the onset.
fn ground(
    desk: &mut Desk<'_, '_>,
    episode: EpisodeId,
) -> Verdict<(People, Events, Option<FuzzyDate>), FocusError> {
    let ties = ties::all(desk.tx, &desk.grant)?.into_iter();
    let events = life_events::all(desk.tx, &desk.grant)?.into_iter();
    let onset = timeline::onset(desk, episode)?.and_then(|kept| kept.body.when);
    Ok((
        ties.filter(|tie| tie.body.counts()).map(|tie| (tie.id, tie.body)).collect(),
        events.filter(|event| event.body.counts()).map(|event| (event.id, event.body)).collect(),
        onset,
    ))
}
