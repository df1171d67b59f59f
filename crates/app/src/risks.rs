//! Risk tasks: see them, answer them. A session cannot be closed over an open one.

use crate::App;
use crate::context::Ctx;
use crate::course::{CourseError, Head, Record};
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use domain::access::Relation;
use domain::ids::{AccountId, EpisodeId, RiskId};
use domain::risk::{Answer, AnswerForm, Problem};
use protocol::EventKind;
use store::{relations, risks};

pub use store::risks::Risk;

/// Why a risk task could not be read or answered.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RiskError {
    /// Fields that need another look.
    #[error("some fields need another look")]
    Form(Vec<Problem>),
    /// No such task in this course.
    #[error("no such risk task")]
    NoSuchRisk,
    /// Somebody answered it meanwhile; what they wrote stands in the list.
    #[error("already answered")]
    AlreadyAnswered,
    /// The engine refuses, or there is no such course.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// All risk tasks of a course.
pub struct Risks {
    /// What every chart page shows on top.
    pub head: Head,
    /// Waiting for somebody to look, the oldest first.
    pub open: Vec<Risk>,
    /// Answered, the newest first.
    pub answered: Vec<Risk>,
}

impl App {
    /// All risk tasks of a course.
    ///
    /// # Errors
    /// Denied, no such course, or the store's failure.
    pub async fn risks(&self, ctx: &Ctx, episode: EpisodeId) -> Verdict<Risks, RiskError> {
        self.act(ctx, Ask::on_episode(Action::ReadChart, episode, "risks"), move |desk| {
            let record = Record::load::<RiskError>(desk, episode)?;
            let all = risks::of_episode(desk.tx, &desk.grant, episode)?;
            let (mut open, answered): (Vec<Risk>, Vec<Risk>) =
                all.into_iter().partition(|risk| risk.answered_at.is_none());
            open.reverse();
            Ok(Risks { head: record.head(desk)?, open, answered })
        })
        .await
    }

    /// Writes down what somebody found who looked, and closes the task.
    ///
    /// # Errors
    /// Denied, [`RiskError`], or the store's failure.
    pub async fn answer_risk(
        &self,
        ctx: &Ctx,
        (episode, risk): (EpisodeId, RiskId),
        form: AnswerForm,
    ) -> Verdict<(), RiskError> {
        let ask = Ask::on_episode(Action::WriteChart, episode, format!("risk {risk}"));
        self.act(ctx, ask, move |desk| {
            let mut record = Record::load::<RiskError>(desk, episode)?;
            let all = risks::of_episode(desk.tx, &desk.grant, episode)?;
            let found = all.into_iter().find(|one| one.id == risk);
            let found = found.ok_or(Refused::Verb(RiskError::NoSuchRisk))?;
            if found.answered_at.is_some() {
                return no(RiskError::AlreadyAnswered);
            }
            let answer = Answer::from_form(&form, desk.ctx.today())
                .map_err(|problems| Refused::Verb(RiskError::Form(problems)))?;
            let level = answer.level;
            let body = domain::risk::Body { answer: Some(answer), ..found.body };
            if !risks::answer(desk.tx, &desk.grant, (episode, risk), &body, desk.ctx.now)? {
                return no(RiskError::AlreadyAnswered);
            }
            let event = EventKind::RiskAnswered { risk: risk.to_string(), level };
            record.append_and_summarise::<RiskError>(desk, event)
        })
        .await
    }
}

/// Who has to look: the treating therapist, else whoever covers, else the supervisor.
pub(crate) fn owner<E>(desk: &mut Desk<'_, '_>) -> Verdict<Option<AccountId>, E> {
    let holders = relations::holders(desk.tx, &desk.grant, desk.ctx.now)?;
    let of = |relation| holders.iter().find(|holder| holder.relation == relation);
    let first = of(Relation::Treats).or_else(|| of(Relation::Covers)).or_else(|| of(Relation::Supervises));
    Ok(first.map(|holder| holder.account))
}
