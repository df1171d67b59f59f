//! Measures: answer, score, look back. An answered questionnaire is the one entry that comes from everybody: from a
//! client by a link or signed in, from client and therapist together, from paper.

use crate::App;
use crate::context::Ctx;
use crate::course::{CourseError, Head, Record};
use crate::entry::{Action, Ask, Desk, Refused, StoreError, Verdict, no};
use domain::access::{Actor, Rule};
use domain::ids::{EpisodeId, ResponseId, RiskId};
use domain::response::{Mode, Scoring};
use domain::risk::Reason;
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use measure::trend::{self, Dated, Progress};
use measure::{AnswerError, Answers, Instrument, Score, Scored};
use protocol::{EventKind, Phase};
use store::responses::{self, NewResponse};
use store::risks::{self, NewRisk};

pub use store::responses::Response;

/// The same answers sent again within this time are one response.
pub const TWIN_MINUTES: i64 = 5;
/// A paper form may be typed in this long after it was filled.
pub const PAPER_DAYS_MAX: i32 = 366;
/// How often a submission is tried when somebody else wrote in the same course at the same moment.
const TRIES: u32 = 4;

/// Answers as they arrive.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// The course they belong to.
    pub episode: EpisodeId,
    /// The instrument's id.
    pub instrument: String,
    /// The answers.
    pub answers: Answers,
    /// How they came in.
    pub mode: Mode,
    /// The day a paper form was filled; today when none.
    pub on: Option<Date>,
    /// The session they were answered for; found by the day when none.
    pub session: Option<u16>,
}

/// Why answers were not taken.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MeasureError {
    /// No instrument of that id may be answered here.
    #[error("no such instrument")]
    NoSuchInstrument,
    /// An item the instrument lacks, or a value the item does not offer.
    #[error(transparent)]
    Answers(#[from] AnswerError),
    /// Nothing was answered at all.
    #[error("nothing was answered")]
    NothingAnswered,
    /// Clients answer by link or signed in, staff in session or from paper.
    #[error("not in this way")]
    WrongMode,
    /// A paper form of tomorrow, or of more than a year ago.
    #[error("between {earliest} and {latest}")]
    DayOutOfRange {
        /// The first day that is taken.
        earliest: Date,
        /// The last day that is taken: today.
        latest: Date,
    },
    /// No such response in this course.
    #[error("no such response")]
    NoSuchResponse,
    /// The engine refuses, or there is no such course.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// What the sender is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// The response that is on record.
    pub response: ResponseId,
    /// Whether it came in now or a moment ago already.
    pub arrival: Arrival,
    /// The total, where one could be given.
    pub total: Option<f64>,
    /// The band of the total.
    pub severity: Option<String>,
    /// What else followed; its flags are the risk items above 0.
    pub scoring: Scoring,
    /// The risk tasks that were opened now.
    pub risks: Vec<RiskId>,
}

/// Whether a submission was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// It was kept now.
    New,
    /// The same answers were on record already: a button pressed twice.
    Again,
}

/// Everything the progress page shows.
pub struct Measures {
    /// What every chart page shows on top.
    pub head: Head,
    /// The instruments due now.
    pub due: Vec<String>,
    /// The instruments the protocol asks for, each with what was answered; others that were answered follow.
    pub tracks: Vec<Track>,
    /// The days on which phases began.
    pub phases: Vec<(Phase, Date)>,
    /// The planned end.
    pub ends_on: Option<Date>,
    /// What the protocol suggests at these scores; prompts, never decisions.
    pub prompts: Vec<Prompt>,
}

/// What a protocol suggests at some change of score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// The instrument it speaks of; `None` when it speaks of the course as a whole.
    pub instrument: Option<String>,
    /// What it suggests.
    pub says: String,
    /// Where it comes from.
    pub source: String,
}

/// One instrument of a course.
pub struct Track {
    /// The instrument's id.
    pub instrument: String,
    /// Everything answered, by day.
    pub responses: Vec<Response>,
    /// The totals, by day.
    pub series: Vec<Dated>,
    /// What they say; none while there is no total.
    pub progress: Option<Progress>,
}

/// One response with its answers.
pub struct Answered {
    /// What every chart page shows on top.
    pub head: Head,
    /// The response.
    pub response: Response,
    /// Its answers.
    pub answers: Answers,
}

impl App {
    /// Scores and keeps answers. Each risk item above 0 opens a task for the treating therapist in the same
    /// transaction; a declined one opens none and is shown.
    ///
    /// # Errors
    /// Denied, [`MeasureError`], or the store's failure. Nothing was kept then.
    pub async fn submit(&self, ctx: &Ctx, submission: Submission) -> Verdict<Receipt, MeasureError> {
        again(|| self.submit_once(ctx, submission.clone())).await
    }

    async fn submit_once(&self, ctx: &Ctx, submission: Submission) -> Verdict<Receipt, MeasureError> {
        // It comes from an address: only one that is installed has a place in the audit trail.
        let known = self.content.instrument(&submission.instrument).is_some();
        let object = format!("measure {}", if known { &submission.instrument } else { "unknown" });
        let ask = Ask::on_episode(Action::AnswerMeasures, submission.episode, object);
        self.act(ctx, ask, move |desk| keep(desk, submission)).await
    }

    /// The progress page: what is due, what was answered and what it says.
    ///
    /// # Errors
    /// Denied, no such course, or the store's failure.
    pub async fn measures(&self, ctx: &Ctx, episode: EpisodeId) -> Verdict<Measures, MeasureError> {
        self.act(ctx, Ask::on_episode(Action::ReadChart, episode, "measures"), move |desk| {
            let record = Record::load::<MeasureError>(desk, episode)?;
            Ok(Measures {
                head: record.head(desk)?,
                tracks: tracks(desk, &record)?,
                phases: phases(&record),
                ends_on: record.course.ends_on,
                prompts: prompts(desk, &record),
                due: record.course.measures_due,
            })
        })
        .await
    }

    /// One response with its answers.
    ///
    /// # Errors
    /// Denied, [`MeasureError::NoSuchResponse`], or the store's failure.
    pub async fn response(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        id: ResponseId,
    ) -> Verdict<Answered, MeasureError> {
        let ask = Ask::on_episode(Action::ReadChart, episode, format!("response {id}"));
        self.act(ctx, ask, move |desk| {
            let record = Record::load::<MeasureError>(desk, episode)?;
            let mut kept = responses::of_episode(desk.tx, &desk.grant, episode)?.into_iter();
            let response = kept.find(|response| response.id == id);
            let answers = responses::answers(desk.tx, &desk.grant, (episode, id))?;
            match (response, answers) {
                (Some(response), Some(answers)) => {
                    Ok(Answered { head: record.head(desk)?, response, answers })
                }
                _ => no(MeasureError::NoSuchResponse),
            }
        })
        .await
    }

    /// The chart's head for a form in which staff type in answers; says no to those who may not.
    ///
    /// # Errors
    /// Denied, [`MeasureError::NoSuchInstrument`], or the store's failure.
    pub async fn sheet(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        instrument: String,
    ) -> Verdict<Head, MeasureError> {
        let ask = Ask::on_episode(Action::AnswerMeasures, episode, "measures form");
        self.act(ctx, ask, move |desk| {
            // The chart's head is for staff; a client has pages of their own.
            if !matches!(desk.grant.rule(), Rule::Relation(_)) {
                return no(MeasureError::WrongMode);
            }
            let record = Record::load::<MeasureError>(desk, episode)?;
            answerable(desk, &record, &instrument)?;
            record.head(desk)
        })
        .await
    }
}

/// Runs a submission again when somebody else appended to the same course at the same moment: an answer is not
/// turned away for that.
pub(crate) async fn again<T, E, F>(submit: impl Fn() -> F) -> Verdict<T, E>
where
    F: Future<Output = Verdict<T, E>>,
{
    for _ in 1..TRIES {
        match submit().await {
            Err(Refused::Store(failure)) if may_pass(&failure) => {}
            outcome => return outcome,
        }
    }
    submit().await
}

/// Whether trying again may help.
fn may_pass(failure: &StoreError) -> bool {
    failure.is_retryable() || matches!(failure, StoreError::Conflict { .. })
}

/// Scores and keeps answers at an open desk.
pub(crate) fn keep(desk: &mut Desk<'_, '_>, submission: Submission) -> Verdict<Receipt, MeasureError> {
    let mut record = Record::load::<MeasureError>(desk, submission.episode)?;
    let instrument = answerable(desk, &record, &submission.instrument)?;
    let on = day(desk, &submission)?;
    if submission.answers.is_empty() {
        return no(MeasureError::NothingAnswered);
    }
    let scored = measure::score(instrument, &submission.answers)
        .map_err(|wrong| Refused::Verb(MeasureError::Answers(wrong)))?;
    let session = submission.session.or_else(|| session_on(&record, on, desk.ctx.today()));
    let new = NewResponse {
        id: desk.ctx.new_id(),
        answered_at: desk.ctx.now,
        answered_on: on,
        instrument: submission.instrument,
        instrument_version: instrument.version.clone(),
        mode: submission.mode,
        session,
        total: scored.total.map(Score::value),
        severity: scored.severity.clone(),
        scoring: Scoring::from(&scored),
        answers: submission.answers,
    };
    let since = desk.ctx.now.saturating_sub(SignedDuration::from_mins(TWIN_MINUTES)).unwrap_or(desk.ctx.now);
    if let Some(twin) = responses::twin(desk.tx, &desk.grant, submission.episode, &new, since)? {
        return Ok(Receipt {
            response: twin.id,
            arrival: Arrival::Again,
            total: twin.total,
            severity: twin.severity,
            scoring: twin.scoring,
            risks: Vec::new(),
        });
    }
    responses::insert(desk.tx, &desk.grant, submission.episode, &new)?;
    let event = EventKind::Scored {
        instrument: new.instrument.clone(),
        total: new.total,
        severity: new.severity.clone(),
        session,
    };
    record.append_on::<MeasureError>(desk, on, event)?;
    let risks = open_risks(desk, &mut record, &new, &scored)?;
    record.summarise(desk)?;
    Ok(Receipt {
        response: new.id,
        arrival: Arrival::New,
        total: new.total,
        severity: new.severity,
        scoring: new.scoring,
        risks,
    })
}

/// The instrument, if it may be answered in this course by this person: staff use any that is installed, clients
/// those that the protocol asks for.
pub(crate) fn answerable<'c>(
    desk: &Desk<'c, '_>,
    record: &Record,
    id: &str,
) -> Verdict<&'c Instrument, MeasureError> {
    let asked_for = record.protocol.measures.iter().any(|measure| measure.instrument == id);
    let by_staff = matches!(desk.grant.rule(), Rule::Relation(_));
    let content = desk.content;
    match content.instrument(id) {
        Some(instrument) if asked_for || by_staff => Ok(instrument),
        _ => no(MeasureError::NoSuchInstrument),
    }
}

/// The day the answers belong to; also where a mode that does not fit the person is turned away.
fn day(desk: &Desk<'_, '_>, submission: &Submission) -> Verdict<Date, MeasureError> {
    let today = desk.ctx.today();
    let fits = match desk.grant.rule() {
        Rule::Link => submission.mode == Mode::Link && of_this_episode(&desk.ctx.actor, submission.episode),
        Rule::Own => submission.mode == Mode::Portal,
        _ => matches!(submission.mode, Mode::InSession | Mode::Paper),
    };
    let on = submission.on.unwrap_or(today);
    let earliest = today.saturating_sub(PAPER_DAYS_MAX.days());
    match (fits, submission.mode) {
        (false, _) => no(MeasureError::WrongMode),
        (true, Mode::Paper) if on < earliest || on > today => {
            no(MeasureError::DayOutOfRange { earliest, latest: today })
        }
        (true, Mode::Paper) => Ok(on),
        (true, _) => Ok(today),
    }
}

/// A link is for one course, also when the client has several.
fn of_this_episode(actor: &Actor, episode: EpisodeId) -> bool {
    matches!(actor, Actor::LinkBearer(bearer) if bearer.episode == episode)
}

/// The session that answers of a day belong to: the first one begun on that day or later, else the present one.
fn session_on(record: &Record, on: Date, today: Date) -> Option<u16> {
    let begun = record.events.iter().filter_map(|event| match event.kind {
        EventKind::SessionOpened { session } if event.on >= on => Some(session),
        _ => None,
    });
    let then = if on < today { begun.min() } else { None };
    then.or_else(|| record.course.current_session())
}

/// One task per risk item above 0, owned by whoever treats the client.
fn open_risks(
    desk: &mut Desk<'_, '_>,
    record: &mut Record,
    response: &NewResponse,
    scored: &Scored,
) -> Verdict<Vec<RiskId>, MeasureError> {
    if scored.flags.is_empty() {
        return Ok(Vec::new());
    }
    let owner = crate::risks::owner(desk)?;
    let mut opened = Vec::with_capacity(scored.flags.len());
    for flag in &scored.flags {
        let new = NewRisk {
            id: desk.ctx.new_id(),
            response: Some(response.id),
            reason: Reason::Item {
                instrument: response.instrument.clone(),
                item: flag.item.clone(),
                kind: flag.kind.clone(),
                value: flag.value,
            },
            owner,
            opened_at: desk.ctx.now,
        };
        risks::open(desk.tx, &desk.grant, record.episode.id, &new)?;
        let event = EventKind::RiskOpened { risk: new.id.to_string(), source: new.reason.source() };
        record.append::<MeasureError>(desk, event)?;
        opened.push(new.id);
    }
    Ok(opened)
}

/// Every instrument the protocol asks for and every other one that was answered, with what the answers say.
pub(crate) fn tracks<E>(desk: &mut Desk<'_, '_>, record: &Record) -> Verdict<Vec<Track>, E> {
    let kept = responses::of_episode(desk.tx, &desk.grant, record.episode.id)?;
    let mut names: Vec<String> =
        record.protocol.measures.iter().map(|measure| measure.instrument.clone()).collect();
    for response in &kept {
        if !names.contains(&response.instrument) {
            names.push(response.instrument.clone());
        }
    }
    let track = |name: String| {
        let responses: Vec<Response> =
            kept.iter().filter(|response| response.instrument == name).cloned().collect();
        let series = series(&responses);
        let progress =
            desk.content.instrument(&name).and_then(|instrument| trend::progress(instrument, &series));
        Track { instrument: name, responses, series, progress }
    };
    Ok(names.into_iter().map(track).collect())
}

fn series(responses: &[Response]) -> Vec<Dated> {
    let dated = |response: &Response| {
        Some(Dated { on: response.answered_on, score: response.total.and_then(Score::new)? })
    };
    responses.iter().filter_map(dated).collect()
}

fn prompts(desk: &Desk<'_, '_>, record: &Record) -> Vec<Prompt> {
    let rules = protocol::progress_rules(&record.protocol, &record.course, desk.ctx.today());
    let prompt = |rule: &protocol::Rule| Prompt {
        instrument: rule.score.as_ref().map(|score| score.instrument.clone()),
        says: rule.says.clone(),
        source: rule.source.clone(),
    };
    rules.into_iter().map(prompt).collect()
}

/// The first day of the course and the days on which gates opened the next phase.
pub(crate) fn phases(record: &Record) -> Vec<(Phase, Date)> {
    let course = &record.course;
    let passed = |gate: usize| course.gates.get(gate).and_then(|view| view.passed_on);
    let starts = [(Phase::Initial, course.starts_on), (Phase::Middle, passed(0)), (Phase::Ending, passed(1))];
    starts.into_iter().filter_map(|(phase, on)| Some((phase, on?))).collect()
}
