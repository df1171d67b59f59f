//! An episode in one row: what a list needs to know without reading the history.

use jiff::civil::Date;
use measure::change::Deterioration;
use measure::trend::{Dated, NotOnTrack, OnTrack, Standing};
use measure::{Instrument, Score};
use protocol::{Course, DueReason, Event, EventKind, Phase, ProblemArea, Protocol, Standing as Stands};
use serde::{Deserialize, Serialize};

/// A score as the caseload shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreMark {
    /// The instrument.
    pub instrument: String,
    /// Total, if one could be given.
    pub total: Option<f64>,
    /// The band it falls in.
    pub severity: Option<String>,
    /// The day it was answered.
    pub on: Date,
}

/// How the outcome measure moves: the standing of [`measure::trend`], as a list needs it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// Too few scores or too early in the course.
    TooEarly,
    /// Better than measurement error, or by enough for this week.
    Improved,
    /// Below the remission threshold.
    Remitted,
    /// Began below the cut-off and stayed there.
    LowFromTheStart,
    /// Too little better by this week.
    TooLittle,
    /// Worse in a way that calls for a look.
    Worse(Worsening),
}

/// What a worsening is measured against, with its points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worsening {
    /// Since the first score.
    SinceTheStart(f64),
    /// Since the score before.
    SinceLastTime(f64),
    /// Twice running, together.
    TwiceRunning(f64),
}

/// A task that is due, by its id in the protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueMark {
    /// Task id.
    pub task: String,
    /// Its title in the protocol.
    pub title: String,
    /// Whether its window has passed.
    pub overdue: bool,
}

/// Where the episode stands, without the details of its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stand {
    /// Opened, not yet enrolled in a protocol.
    NotEnrolled,
    /// Under way.
    Active,
    /// Interrupted by agreement.
    Paused,
    /// After the acute course, in maintenance.
    Maintenance,
    /// Ended.
    Ended,
}

impl Stand {
    /// Leaves out the details of the end.
    #[must_use]
    pub fn of(standing: &Stands) -> Stand {
        match standing {
            Stands::NotEnrolled => Stand::NotEnrolled,
            Stands::Active => Stand::Active,
            Stands::Paused => Stand::Paused,
            Stands::Maintenance => Stand::Maintenance,
            Stands::Ended(_) => Stand::Ended,
        }
    }
}

/// One episode in one row, derived from its events; never edited by hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Where it stands.
    pub stand: Stand,
    /// How it ended, as the protocol's word.
    pub exit: Option<String>,
    /// Phase of the course.
    pub phase: Phase,
    /// Sessions planned.
    pub sessions_planned: u16,
    /// Sessions held.
    pub sessions_held: u16,
    /// Number of the session that is open, if one is.
    pub open_session: Option<u16>,
    /// The focus, once chosen.
    pub focus: Option<ProblemArea>,
    /// The planned end.
    pub ends_on: Option<Date>,
    /// Day of the newest event in which somebody was in touch with the client.
    pub last_contact_on: Option<Date>,
    /// First and newest score of the protocol's outcome measure.
    pub baseline: Option<ScoreMark>,
    /// Newest score.
    pub latest: Option<ScoreMark>,
    /// How it moves.
    pub trend: Trend,
    /// Open risk tasks.
    pub open_risks: usize,
    /// The day the oldest open risk task was opened.
    pub risk_since: Option<Date>,
    /// What is due, most pressing first (at most five).
    pub due: Vec<DueMark>,
}

/// Derives the one-row summary of an episode from its events and where the engine says it stands.
///
/// `instrument` is the protocol's outcome measure; without it the trend stays [`Trend::TooEarly`].
#[must_use]
pub fn summarise(
    protocol: &Protocol,
    instrument: Option<&Instrument>,
    course: &Course,
    events: &[Event],
) -> Summary {
    let marks = scores(&protocol.outcome.instrument, events);
    let exit = match &course.standing {
        Stands::Ended(exit) => Some(exit_word(exit).to_owned()),
        _ => None,
    };
    Summary {
        stand: Stand::of(&course.standing),
        exit,
        phase: course.phase,
        sessions_planned: course.sessions_planned,
        sessions_held: course.sessions_held,
        open_session: course.open_session,
        focus: course.focus.as_ref().map(|focus| focus.primary),
        ends_on: course.ends_on,
        last_contact_on: events.iter().filter(|event| is_contact(&event.kind)).map(|event| event.on).max(),
        trend: instrument.map_or(Trend::TooEarly, |instrument| trend(instrument, &marks)),
        baseline: marks.first().cloned(),
        latest: marks.last().cloned(),
        open_risks: course.open_risks.len(),
        risk_since: oldest_open_risk(course, events),
        due: due_marks(protocol, course),
    }
}

fn due_marks(protocol: &Protocol, course: &Course) -> Vec<DueMark> {
    let mut due: Vec<DueMark> = course
        .due
        .iter()
        // What belongs to every session is always due; it would say nothing about this client.
        .filter(|due| !matches!(due.reason, DueReason::EverySession { .. }))
        .map(|due| DueMark {
            task: due.task.to_string(),
            title: protocol.task(due.task.as_str()).map_or_else(String::new, |task| task.title.clone()),
            overdue: due.overdue,
        })
        .collect();
    due.sort_by_key(|due| !due.overdue);
    due.truncate(5);
    due
}

/// The scores of one instrument, by the day they were answered: a form that was filled on paper may be typed in
/// days later, and takes its place by its own day.
#[must_use]
pub fn scores(instrument: &str, events: &[Event]) -> Vec<ScoreMark> {
    let of_event = |event: &Event| match &event.kind {
        EventKind::Scored { instrument: which, total, severity, .. } if which == instrument => {
            Some(ScoreMark {
                instrument: which.clone(),
                total: *total,
                severity: severity.clone(),
                on: event.on,
            })
        }
        _ => None,
    };
    let mut marks: Vec<ScoreMark> = events.iter().filter_map(of_event).collect();
    marks.sort_by_key(|mark| mark.on);
    marks
}

/// How a series of scores moves. Scores without a total are passed over.
#[must_use]
pub fn trend(instrument: &Instrument, marks: &[ScoreMark]) -> Trend {
    let dated = |mark: &ScoreMark| Some(Dated { on: mark.on, score: mark.total.and_then(Score::new)? });
    let series: Vec<Dated> = marks.iter().filter_map(dated).collect();
    let Some(progress) = measure::trend::progress(instrument, &series) else { return Trend::TooEarly };
    match progress.standing {
        Standing::TooEarly(_) => Trend::TooEarly,
        Standing::OnTrack(OnTrack::Remission) => Trend::Remitted,
        Standing::OnTrack(OnTrack::StartedBelowCutoff) => Trend::LowFromTheStart,
        Standing::OnTrack(OnTrack::Response | OnTrack::ReliablyBetter | OnTrack::EnoughForNow) => {
            Trend::Improved
        }
        Standing::NotOnTrack(NotOnTrack::TooLittleChange { .. }) => Trend::TooLittle,
        Standing::NotOnTrack(NotOnTrack::Worse(worse)) => Trend::Worse(match worse {
            Deterioration::WorseThanAtStart { points } => Worsening::SinceTheStart(points),
            Deterioration::WorseThanLastTime { points } => Worsening::SinceLastTime(points),
            Deterioration::WorseTwiceInARow { points } => Worsening::TwiceRunning(points),
        }),
    }
}

/// Whether somebody was in touch with the client: a session, an answered measure, a risk answered.
fn is_contact(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Enrolled { .. }
            | EventKind::SessionOpened { .. }
            | EventKind::SessionClosed { .. }
            | EventKind::Scored { .. }
            | EventKind::RiskAnswered { .. }
            | EventKind::MeetingHeld { .. }
    )
}

fn oldest_open_risk(course: &Course, events: &[Event]) -> Option<Date> {
    let opened = events.iter().filter_map(|event| match &event.kind {
        EventKind::RiskOpened { risk, .. } if course.open_risks.contains(risk) => Some(event.on),
        _ => None,
    });
    opened.min()
}

/// The word for an exit.
#[must_use]
pub fn exit_word(exit: &protocol::Exit) -> &'static str {
    match exit {
        protocol::Exit::Completed => "completed",
        protocol::Exit::RemittedEarly => "remitted_early",
        protocol::Exit::Dropout { .. } => "dropout",
        protocol::Exit::ReferredUp => "referred_up",
        protocol::Exit::Moved => "moved",
        protocol::Exit::Declined => "declined",
        protocol::Exit::Administrative => "administrative",
        protocol::Exit::Died => "died",
        protocol::Exit::Transferred => "transferred",
    }
}
