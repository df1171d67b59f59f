//! Homework: steps agreed between sessions, what the client says became of them, and what was talked about.

use crate::App;
use crate::context::Ctx;
use crate::course::{CourseError, Head, Record};
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use crate::today;
use domain::fields::{FieldError, Fields};
use domain::homework::{self as rules, Answerer, Homework};
use domain::ids::{EpisodeId, HomeworkId, TieId};
use jiff::civil::Date;
use store::{homework, ties};

pub use store::homework::KeptHomework;

/// The artefact's name in the protocol.
const HOMEWORK: &str = "homework";

/// Why homework could not be read or changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum HomeworkError {
    /// Fields that cannot be taken as they are.
    #[error("some fields need another look")]
    Form(Vec<FieldError>),
    /// Somebody changed the step since the form was opened.
    #[error("changed by somebody else meanwhile")]
    Stale {
        /// What the record says now.
        current: Box<KeptHomework>,
    },
    /// There is no such step.
    #[error("no such step")]
    NotFound,
    /// The engine refuses.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// The homework of an episode.
pub struct HomeworkPage {
    /// What every page of the chart shows on top.
    pub head: Head,
    /// The steps, the earliest due first.
    pub steps: Vec<KeptHomework>,
    /// The people of the inventory by name.
    pub people: Vec<(TieId, String)>,
    /// The session that is open, if any.
    pub open_session: Option<u16>,
}

/// A step as its own client sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnStep {
    /// The step.
    pub step: KeptHomework,
    /// With whom, by name.
    pub with: Option<String>,
}

impl App {
    /// The homework of an episode.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn homework(&self, ctx: &Ctx, episode: EpisodeId) -> Verdict<HomeworkPage, HomeworkError> {
        self.act(ctx, Ask::on_episode(Action::ReadChart, episode, HOMEWORK), move |desk| {
            let record = Record::load::<HomeworkError>(desk, episode)?;
            Ok(HomeworkPage {
                head: record.head(desk)?,
                steps: homework::all(desk.tx, &desk.grant, episode)?,
                people: ties::labels(desk.tx, &desk.grant)?,
                open_session: record.course.open_session,
            })
        })
        .await
    }

    /// Agrees a step.
    ///
    /// # Errors
    /// Denied, [`HomeworkError::Form`], the engine's refusal, or the store's failure.
    pub async fn agree_homework(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        fields: Fields,
    ) -> Verdict<HomeworkId, HomeworkError> {
        let id: HomeworkId = ctx.new_id();
        self.act(ctx, Ask::on_episode(Action::WriteChart, episode, format!("homework {id}")), move |desk| {
            let mut record = Record::load::<HomeworkError>(desk, episode)?;
            let people = people(desk)?;
            let step = Homework::read(&fields, &people, None, desk.ctx.today())
                .map_err(|errors| Refused::Verb(HomeworkError::Form(errors)))?;
            homework::insert(desk.tx, &desk.grant, (episode, id), &step, desk.ctx.now)?;
            record.recount_homework(desk)?;
            Ok(id)
        })
        .await
    }

    /// Changes what was agreed.
    ///
    /// # Errors
    /// Denied, [`HomeworkError::Form`], [`HomeworkError::Stale`], [`HomeworkError::NotFound`], the engine's refusal,
    /// or the store's failure.
    pub async fn change_homework(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        (id, version): (HomeworkId, i64),
        fields: Fields,
    ) -> Verdict<(), HomeworkError> {
        self.write_homework(ctx, episode, (id, version), move |kept, people, today| {
            Homework::read(&fields, people, Some(kept), today)
        })
        .await
    }

    /// Writes down what became of a step after talking about it.
    ///
    /// # Errors
    /// As [`App::change_homework`].
    pub async fn review_homework(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        (id, version): (HomeworkId, i64),
        fields: Fields,
    ) -> Verdict<(), HomeworkError> {
        self.write_homework(ctx, episode, (id, version), move |kept, _, today| {
            kept.answered(&fields, Answerer::Therapist, today)
        })
        .await
    }

    /// The acting client's own steps of their newest course, the earliest due first.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn own_homework(&self, ctx: &Ctx) -> Verdict<Vec<OwnStep>, HomeworkError> {
        self.act(ctx, today::own(ctx, Action::ReadShared, HOMEWORK), |desk| {
            let Some(episode) = today::newest(desk)? else { return Ok(Vec::new()) };
            let names = ties::all(desk.tx, &desk.grant)?;
            let name = |id: TieId| names.iter().find(|tie| tie.id == id).map(|tie| tie.body.nickname.clone());
            let steps = homework::all(desk.tx, &desk.grant, episode)?.into_iter();
            Ok(steps.map(|step| OwnStep { with: step.body.tie.and_then(name), step }).collect())
        })
        .await
    }

    /// The acting client says what became of one of their own steps. Also where the course takes no records now:
    /// what a client tells is never turned away.
    ///
    /// # Errors
    /// Denied, [`HomeworkError::Form`], [`HomeworkError::Stale`], [`HomeworkError::NotFound`], or the store's failure.
    pub async fn report_homework(
        &self,
        ctx: &Ctx,
        (id, version): (HomeworkId, i64),
        fields: Fields,
    ) -> Verdict<(), HomeworkError> {
        let ask = today::own(ctx, Action::WriteShared, &format!("homework {id}"));
        self.act(ctx, ask, move |desk| {
            let episode = today::newest(desk)?.ok_or(Refused::Verb(HomeworkError::NotFound))?;
            let kept = find(desk, episode, id)?;
            let step = kept
                .body
                .answered(&fields, Answerer::Client, desk.ctx.today())
                .map_err(|errors| Refused::Verb(HomeworkError::Form(errors)))?;
            update(desk, episode, (kept, version), &step)?;
            let mut record = Record::load::<HomeworkError>(desk, episode)?;
            match record.recount_homework(desk) {
                Err(Refused::Verb(HomeworkError::Course(CourseError::NotNow(_)))) => Ok(()),
                counted => counted,
            }
        })
        .await
    }

    async fn write_homework<F>(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        (id, version): (HomeworkId, i64),
        change: F,
    ) -> Verdict<(), HomeworkError>
    where
        F: FnOnce(&Homework, &[TieId], Date) -> Result<Homework, Vec<FieldError>> + Send + 'static,
    {
        self.act(ctx, Ask::on_episode(Action::WriteChart, episode, format!("homework {id}")), move |desk| {
            let mut record = Record::load::<HomeworkError>(desk, episode)?;
            let kept = find(desk, episode, id)?;
            let people = people(desk)?;
            let step = change(&kept.body, &people, desk.ctx.today())
                .map_err(|errors| Refused::Verb(HomeworkError::Form(errors)))?;
            update(desk, episode, (kept, version), &step)?;
            record.recount_homework(desk)
        })
        .await
    }
}

impl Record {
    /// Tells the course what fell due since homework was last written to: for the beginning of a session, where it is
    /// to be talked about.
    ///
    /// # Errors
    /// The engine's refusal, or the store's failure.
    pub(crate) fn note_homework_due<E: From<CourseError>>(
        &mut self,
        desk: &mut Desk<'_, '_>,
    ) -> Verdict<(), E> {
        let all = homework::all(desk.tx, &desk.grant, self.episode.id)?;
        let facts = rules::facts(all.iter().map(|kept| &kept.body), desk.ctx.today());
        let known = self.course.facts.count("homework.unreviewed");
        if facts.count("homework.unreviewed") == known {
            Ok(())
        } else {
            self.recorded(desk, HOMEWORK, facts)
        }
    }

    /// Tells the course how homework stands today.
    ///
    /// # Errors
    /// The engine's refusal, or the store's failure.
    pub(crate) fn recount_homework<E: From<CourseError>>(
        &mut self,
        desk: &mut Desk<'_, '_>,
    ) -> Verdict<(), E> {
        let all = homework::all(desk.tx, &desk.grant, self.episode.id)?;
        let facts = rules::facts(all.iter().map(|kept| &kept.body), desk.ctx.today());
        self.recorded(desk, HOMEWORK, facts)
    }
}

fn find(desk: &mut Desk<'_, '_>, episode: EpisodeId, id: HomeworkId) -> Verdict<KeptHomework, HomeworkError> {
    let all = homework::all(desk.tx, &desk.grant, episode)?;
    all.into_iter().find(|kept| kept.id == id).ok_or(Refused::Verb(HomeworkError::NotFound))
}

fn update(
    desk: &mut Desk<'_, '_>,
    episode: EpisodeId,
    (kept, version): (KeptHomework, i64),
    step: &Homework,
) -> Verdict<(), HomeworkError> {
    if kept.version != version {
        return no(HomeworkError::Stale { current: Box::new(kept) });
    }
    let key = (episode, kept.id, version);
    if homework::update(desk.tx, &desk.grant, key, step, desk.ctx.now)? {
        return Ok(());
    }
    no(HomeworkError::Stale { current: Box::new(find(desk, episode, kept.id)?) })
}

fn people(desk: &mut Desk<'_, '_>) -> Verdict<Vec<TieId>, HomeworkError> {
    Ok(ties::all(desk.tx, &desk.grant)?.into_iter().map(|tie| tie.id).collect())
}
