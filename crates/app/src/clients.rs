//! Clients: register, read, correct, and the one page before a session.

use crate::App;
use crate::context::Ctx;
use crate::course::{CourseError, Head, MayWrite, Record};
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use crate::protocols::{self, offered};
use domain::access::Relation;
use domain::client::{FieldProblem, Particulars, ParticularsForm, Problem};
use domain::episode::Summary;
use domain::ids::{ClientId, EpisodeId};
use jiff::civil::Date;
use protocol::{Course, EventKind, PhaseSpan, ProtocolId};
use store::episodes::{self, Episode};
use store::{clients, homework, relations};

pub use store::clients::Client;
pub use store::homework::KeptHomework;
pub use store::relations::Holder;

/// Why a client could not be registered or changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ClientError {
    /// Fields that cannot be taken as they are.
    #[error("some fields need another look")]
    Form(Vec<FieldProblem>),
    /// Somebody changed the particulars since the form was opened.
    #[error("changed by somebody else meanwhile")]
    Stale {
        /// What the record says now.
        current: Box<Client>,
    },
    /// No such client.
    #[error("no such client")]
    NotFound,
    /// A course is under way already; one at a time.
    #[error("a course is under way")]
    CourseUnderWay {
        /// The episode.
        episode: EpisodeId,
    },
    /// No protocol of that id is installed.
    #[error("no such protocol")]
    NoSuchProtocol,
    /// The number of sessions is outside the protocol's bounds.
    #[error("between {fewest} and {most} sessions")]
    SessionsOutOfBounds {
        /// Fewest.
        fewest: u16,
        /// Most.
        most: u16,
    },
    /// The engine refuses.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// What a therapist chooses to start a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCourse {
    /// Id of the protocol.
    pub protocol: String,
    /// Sessions planned; the protocol's count when none.
    pub sessions: Option<u16>,
    /// First day of the course.
    pub starts_on: Date,
}

/// A gate in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Whether it is passed.
    pub passed: bool,
    /// What blocks it: tasks by name, then the other conditions as the protocol words them.
    pub missing: Vec<String>,
}

/// Everything the client's page shows.
pub struct Overview {
    /// The client.
    pub client: Client,
    /// Who treats and supervises.
    pub holders: Vec<Holder>,
    /// The newest episode, if there is one.
    pub current: Option<Current>,
    /// Earlier episodes.
    pub earlier: Vec<(Episode, Option<Summary>)>,
    /// What this person may change about the client.
    pub may_write: MayWrite,
    /// The emergency that lets them read the record, if one does.
    pub emergency: Option<crate::course::Emergency>,
}

/// The newest episode and where it stands.
pub struct Current {
    /// The episode.
    pub episode: Episode,
    /// Where it stands in full.
    pub course: Course,
    /// What the page shows on top.
    pub head: Head,
    /// The sessions of each phase: name, first, last.
    pub phases: Vec<PhaseSpan>,
    /// Homework that was agreed and not looked at yet.
    pub homework: Vec<KeptHomework>,
    /// The gates with what blocks each.
    pub gates: Vec<GateLine>,
}

impl App {
    /// Registers a client, whom the acting therapist treats from now on.
    ///
    /// # Errors
    /// Denied, [`ClientError::Form`], or the store's failure.
    pub async fn create_client(&self, ctx: &Ctx, form: ParticularsForm) -> Verdict<ClientId, ClientError> {
        let id: ClientId = ctx.new_id();
        self.act(ctx, Ask::to(Action::CreateClient, format!("client {id}")), move |desk| {
            let particulars = Particulars::from_form(&form, desk.ctx.today())
                .map_err(|problems| Refused::Verb(ClientError::Form(problems)))?;
            clients::insert(desk.tx, &desk.grant, id, &particulars, desk.ctx.now)?;
            if let Some(account) = desk.grant.account() {
                let treats = (account, Relation::Treats, id);
                let treats = relations::NewRelation::now(treats, "registered", desk.ctx.now);
                relations::start(desk.tx, &desk.grant, &treats)?;
            }
            Ok(id)
        })
        .await
    }

    /// A client's particulars, to change them.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn client(&self, ctx: &Ctx, id: ClientId) -> Verdict<Client, ClientError> {
        self.act(ctx, Ask::on_client(Action::WriteIdentity, id, "particulars"), |desk| {
            clients::find(desk.tx, &desk.grant)?.ok_or(Refused::Verb(ClientError::NotFound))
        })
        .await
    }

    /// Corrects a client's particulars, if nobody else has since `version`.
    ///
    /// # Errors
    /// Denied, [`ClientError::Form`], [`ClientError::Stale`] with the present record, or the store's failure.
    pub async fn correct_client(
        &self,
        ctx: &Ctx,
        id: ClientId,
        version: i64,
        form: ParticularsForm,
    ) -> Verdict<(), ClientError> {
        self.act(ctx, Ask::on_client(Action::WriteIdentity, id, "particulars"), move |desk| {
            let particulars = Particulars::from_form(&form, desk.ctx.today())
                .map_err(|problems| Refused::Verb(ClientError::Form(problems)))?;
            if let Some(email) = &particulars.email
                && crate::guardians::is_a_guardians(desk, email)?
            {
                let problem = FieldProblem { field: "email", problem: Problem::Guardians };
                return no(ClientError::Form(vec![problem]));
            }
            if clients::update(desk.tx, &desk.grant, version, &particulars, desk.ctx.now)? {
                return Ok(());
            }
            let current = clients::find(desk.tx, &desk.grant)?.ok_or(Refused::Verb(ClientError::NotFound))?;
            no(ClientError::Stale { current: Box::new(current) })
        })
        .await
    }

    /// Opens an episode on a protocol. From here on the course has a number of sessions and a last day.
    ///
    /// # Errors
    /// Denied, [`ClientError::CourseUnderWay`], [`ClientError::NoSuchProtocol`],
    /// [`ClientError::SessionsOutOfBounds`], or the store's failure.
    pub async fn start_course(
        &self,
        ctx: &Ctx,
        client: ClientId,
        course: NewCourse,
    ) -> Verdict<EpisodeId, ClientError> {
        let id: EpisodeId = ctx.new_id();
        let ask = Ask::on_client(Action::WriteChart, client, format!("episode {id}"));
        self.act(ctx, ask, move |desk| {
            let underway = episodes::of_client(desk.tx, &desk.grant)?.into_iter().find(|(_, summary)| {
                summary.as_ref().is_none_or(|summary| summary.stand != domain::episode::Stand::Ended)
            });
            if let Some((episode, _)) = underway {
                return no(ClientError::CourseUnderWay { episode: episode.id });
            }
            let protocol =
                offered(desk, &course.protocol)?.ok_or(Refused::Verb(ClientError::NoSuchProtocol))?;
            let plan = &protocol.sessions;
            let sessions = course.sessions.unwrap_or(plan.count);
            if !(plan.fewest..=plan.most).contains(&sessions) {
                return no(ClientError::SessionsOutOfBounds { fewest: plan.fewest, most: plan.most });
            }
            let episode = Episode {
                id,
                client,
                protocol: course.protocol.clone(),
                protocol_version: protocol.version.clone(),
                created_at: desk.ctx.now,
            };
            protocols::keep_shipped(desk, &protocol)?;
            episodes::insert(desk.tx, &desk.grant, &episode)?;
            let days = i64::from(plan.cadence_days) * i64::from(sessions.saturating_sub(1));
            let enrolled = EventKind::Enrolled {
                protocol: ProtocolId::from(course.protocol.as_str()),
                version: protocol.version.clone(),
                sessions,
                starts_on: course.starts_on,
                ends_on: course.starts_on.saturating_add(jiff::Span::new().days(days)),
            };
            let mut record = Record::load::<ClientError>(desk, id)?;
            record.append_and_summarise::<ClientError>(desk, enrolled)?;
            Ok(id)
        })
        .await
    }

    /// One page before the session: who it is, where the course stands, what is due and why.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn overview(&self, ctx: &Ctx, id: ClientId) -> Verdict<Overview, ClientError> {
        self.act(ctx, Ask::on_client(Action::ReadChart, id, "overview"), |desk| {
            let client = clients::find(desk.tx, &desk.grant)?.ok_or(Refused::Verb(ClientError::NotFound))?;
            let holders = relations::holders(desk.tx, &desk.grant, desk.ctx.now)?;
            let mut episodes = episodes::of_client(desk.tx, &desk.grant)?.into_iter();
            let current = match episodes.next() {
                None => None,
                Some((episode, _)) => {
                    let record = Record::of::<ClientError>(desk, episode)?;
                    Some(Current {
                        head: record.head_of(desk, client.particulars.spoken_name()),
                        phases: record.protocol.phases.to_vec(),
                        homework: open_homework(desk, record.episode.id)?,
                        gates: gate_lines(&record),
                        course: record.course,
                        episode: record.episode,
                    })
                }
            };
            let may_write = MayWrite::under(desk.grant.rule());
            let emergency = crate::course::emergency(desk);
            Ok(Overview { client, holders, current, earlier: episodes.collect(), may_write, emergency })
        })
        .await
    }
}

fn open_homework(desk: &mut Desk<'_, '_>, episode: EpisodeId) -> Verdict<Vec<KeptHomework>, ClientError> {
    let mut steps = homework::all(desk.tx, &desk.grant, episode)?;
    steps.retain(|step| step.body.reviewed_on.is_none());
    Ok(steps)
}

fn gate_lines(record: &Record) -> Vec<GateLine> {
    let title_of = |task: &protocol::TaskId| {
        record.protocol.task(task.as_str()).map_or_else(|| task.to_string(), |task| task.title.clone())
    };
    let line = |view: &protocol::GateView| GateLine {
        id: view.gate.to_string(),
        title: record.protocol.gate(view.gate.as_str()).map_or_else(String::new, |gate| gate.title.clone()),
        passed: view.passed,
        missing: view
            .missing
            .iter()
            .map(|missing| title_of(&missing.task))
            .chain(view.unmet.clone())
            .collect(),
    };
    record.course.gates.iter().map(line).collect()
}
