//! Worked cases: a protocol file says itself how a course stands in situations its author thought through.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::{Date, date};
use jiff::{Span, Timestamp};

use crate::course::{Course, course, session_steps};
use crate::event::{Agreement, Event, EventKind, ProblemArea};
use crate::fact::Facts;
use crate::ids::{GateId, StepId, TaskId};
use crate::model::{Phase, Protocol};

/// A situation and what the course should say about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Case {
    /// What the situation is, in a sentence.
    pub name: String,
    /// Days since the first session; by default the day of the last session named.
    pub day: Option<u16>,
    /// Sessions held, one per cadence.
    pub sessions_held: u16,
    /// The session that is open.
    pub open_session: Option<u16>,
    /// Sessions planned, when other than the protocol's number.
    pub sessions_planned: Option<u16>,
    /// Gates passed; each as soon as its usual session is over.
    pub gates_passed: Vec<GateId>,
    /// Risks that wait for an answer.
    pub risks_open: u16,
    /// The problem area chosen.
    pub focus: Option<ProblemArea>,
    /// Whether the client agreed to it.
    pub focus_agreed: bool,
    /// Facts of artefacts recorded on the day; those of `note` belong to the last session held.
    pub facts: Facts,
    /// Totals per instrument, one per session from the first.
    pub scores: BTreeMap<String, Vec<i64>>,
    /// What should come out.
    pub expect: Expectation,
}

/// What should come out of a case; what is left out is not looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expectation {
    /// The phase.
    pub phase: Option<Phase>,
    /// The gate that could be passed now.
    pub ready: Option<GateId>,
    /// Gates with exactly the tasks that block them.
    pub blocked: BTreeMap<GateId, Vec<TaskId>>,
    /// Tasks among those due.
    pub due: Vec<TaskId>,
    /// Tasks among those overdue.
    pub overdue: Vec<TaskId>,
    /// Tasks not among those due.
    pub not_due: Vec<TaskId>,
    /// Sessions left.
    pub sessions_left: Option<u16>,
    /// Exactly the instruments due.
    pub measures_due: Option<Vec<String>>,
    /// Whether the initial phase runs over.
    pub overrun: Option<bool>,
    /// Steps among those of the session.
    pub steps: Vec<StepId>,
}

/// A case that came out otherwise than its author expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFailure {
    /// The case.
    pub case: String,
    /// What was looked at, for example `phase`.
    pub what: String,
    /// What the file expects.
    pub expected: String,
    /// What came out.
    pub found: String,
}

impl fmt::Display for CaseFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { case, what, expected, found } = self;
        write!(f, "case `{case}`: {what} should be {expected}, but is {found}")
    }
}

impl Protocol {
    /// Runs the cases that the file carries and returns those that came out otherwise.
    #[must_use]
    pub fn run_cases(&self) -> Vec<CaseFailure> {
        self.cases.iter().flat_map(|case| case.run(self)).collect()
    }
}

impl Case {
    fn run(&self, protocol: &Protocol) -> Vec<CaseFailure> {
        let (events, today) = self.events(protocol);
        let course = course(protocol, &events, today);
        let mut verdict = Verdict { case: &self.name, failures: Vec::new() };
        self.expect.compare(protocol, &course, &mut verdict);
        verdict.failures
    }

    /// The events the situation stands for, and its day.
    #[must_use]
    pub fn events(&self, protocol: &Protocol) -> (Vec<Event>, Date) {
        let mut told =
            Told { events: Vec::new(), start: date(2026, 1, 5), cadence: protocol.sessions.cadence_days };
        let planned = self.sessions_planned.unwrap_or(protocol.sessions.count);
        told.on(
            0,
            EventKind::Enrolled {
                protocol: protocol.id.clone(),
                version: protocol.version.clone(),
                sessions: planned,
                starts_on: told.start,
                ends_on: told.day(planned.saturating_sub(1).saturating_mul(told.cadence)),
            },
        );
        let last = self.open_session.unwrap_or(0).max(self.sessions_held);
        for session in 1..=last {
            self.tell_session(protocol, session, &mut told);
        }
        let today = self.day.unwrap_or(last.saturating_sub(1).saturating_mul(told.cadence));
        self.tell_artefacts(today, &mut told);
        for index in 0..self.risks_open {
            told.on(
                today,
                EventKind::RiskOpened { risk: format!("risk-{index}"), source: "case".to_owned() },
            );
        }
        let today = told.day(today);
        (told.events, today)
    }

    fn tell_session(&self, protocol: &Protocol, session: u16, told: &mut Told) {
        let day = (session - 1).saturating_mul(told.cadence);
        // A gate is confirmed once its phase's usual last session is over, or by the case's own end.
        for (gate, span) in protocol.gates.iter().zip(&protocol.phases) {
            if self.gates_passed.contains(&gate.id)
                && session == span.to.min(self.sessions_held).saturating_add(1)
            {
                told.on(day, EventKind::GatePassed { gate: gate.id.clone(), overrun_reason: None });
            }
        }
        for (instrument, totals) in &self.scores {
            if let Some(total) = totals.get(usize::from(session - 1)) {
                let total = i32::try_from(*total).ok().map(f64::from);
                let session = Some(session);
                told.on(
                    day,
                    EventKind::Scored { instrument: instrument.clone(), total, severity: None, session },
                );
            }
        }
        told.on(day, EventKind::SessionOpened { session });
        if session <= self.sessions_held {
            let facts = if session == self.sessions_held { self.facts_of("note") } else { Facts::new() };
            told.on(day, EventKind::SessionClosed { session, facts });
        }
        let after_last = session == self.sessions_held;
        for (gate, span) in protocol.gates.iter().zip(&protocol.phases) {
            if after_last
                && self.open_session.is_none()
                && self.gates_passed.contains(&gate.id)
                && span.to >= session
            {
                told.on(day, EventKind::GatePassed { gate: gate.id.clone(), overrun_reason: None });
            }
        }
    }

    fn tell_artefacts(&self, day: u16, told: &mut Told) {
        let mut names: Vec<&str> =
            self.facts.iter().filter_map(|(name, _)| name.split_once('.')).map(|(a, _)| a).collect();
        names.dedup();
        for artefact in names.into_iter().filter(|name| *name != "note") {
            let facts = self.facts_of(artefact);
            told.on(
                day,
                EventKind::Recorded { artefact: artefact.to_owned(), version: 1, facts, session: None },
            );
        }
        if let Some(primary) = self.focus {
            let client_agreed = if self.focus_agreed { Agreement::Both } else { Agreement::TherapistOnly };
            let (reason, secondary, despite) = ("case".to_owned(), None, None);
            let version = 1;
            told.on(
                day,
                EventKind::FocusChosen { version, primary, secondary, client_agreed, reason, despite },
            );
        }
    }

    fn facts_of(&self, artefact: &str) -> Facts {
        let belongs = |name: &str| name.split_once('.').is_some_and(|(owner, _)| owner == artefact);
        self.facts.iter().filter(|(name, _)| belongs(name)).map(|(name, fact)| (name, fact.clone())).collect()
    }
}

struct Told {
    events: Vec<Event>,
    start: Date,
    cadence: u16,
}

impl Told {
    fn day(&self, days: u16) -> Date {
        self.start.saturating_add(Span::new().days(i64::from(days)))
    }

    fn on(&mut self, days: u16, kind: EventKind) {
        let seq = u32::try_from(self.events.len()).unwrap_or(u32::MAX).saturating_add(1);
        self.events.push(Event { seq, at: Timestamp::UNIX_EPOCH, on: self.day(days), kind });
    }
}

struct Verdict<'c> {
    case: &'c str,
    failures: Vec<CaseFailure>,
}

impl Verdict<'_> {
    fn same<T: PartialEq + fmt::Debug>(&mut self, what: &str, expected: &T, found: &T) {
        if expected != found {
            self.fail(what, format!("{expected:?}"), format!("{found:?}"));
        }
    }

    fn within<T: PartialEq + fmt::Debug>(&mut self, what: &str, expected: &[T], found: &[T]) {
        if !expected.iter().all(|one| found.contains(one)) {
            self.fail(what, format!("at least {expected:?}"), format!("{found:?}"));
        }
    }

    fn fail(&mut self, what: &str, expected: String, found: String) {
        let (case, what) = (self.case.to_owned(), what.to_owned());
        self.failures.push(CaseFailure { case, what, expected, found });
    }
}

impl Expectation {
    fn compare(&self, protocol: &Protocol, course: &Course, verdict: &mut Verdict<'_>) {
        if let Some(phase) = &self.phase {
            verdict.same("phase", phase, &course.phase);
        }
        if let Some(gate) = &self.ready {
            let ready = course.gates.iter().find(|view| view.ready).map(|view| view.gate.clone());
            verdict.same("ready", &Some(gate.clone()), &ready);
        }
        for (gate, tasks) in &self.blocked {
            let view = course.gates.iter().find(|view| view.gate == *gate);
            let missing = view.map(|view| view.missing.iter().map(|one| one.task.clone()).collect());
            verdict.same(&format!("blocked.{gate}"), &Some(tasks.clone()), &missing);
        }
        let due: Vec<TaskId> = course.due.iter().map(|due| due.task.clone()).collect();
        let overdue: Vec<TaskId> =
            course.due.iter().filter(|due| due.overdue).map(|due| due.task.clone()).collect();
        verdict.within("due", &self.due, &due);
        verdict.within("overdue", &self.overdue, &overdue);
        let wrongly: Vec<&TaskId> = self.not_due.iter().filter(|task| due.contains(task)).collect();
        if !wrongly.is_empty() {
            verdict.fail("not_due", format!("without {wrongly:?}"), format!("{due:?}"));
        }
        if let Some(left) = &self.sessions_left {
            verdict.same("sessions_left", left, &course.sessions_left);
        }
        if let Some(measures) = &self.measures_due {
            verdict.same("measures_due", measures, &course.measures_due);
        }
        if let Some(overrun) = &self.overrun {
            verdict.same("overrun", overrun, &course.overrun.is_some());
        }
        let steps: Vec<StepId> = session_steps(protocol, course).iter().map(|step| step.id.clone()).collect();
        verdict.within("steps", &self.steps, &steps);
    }
}
