//! Events folded one by one into what is known. Total: an event that should never have been admitted changes
//! as little as possible and never panics.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::course::{Answered, Course, Focus, Follows, Maintained, Met, ScoreTrack, Standing};
use crate::event::{Event, EventKind, Exit, RiskLevel, RuleAnswer};
use crate::fact::Facts;
use crate::ids::{GateId, ProtocolId};
use crate::model::{Phase, Protocol};

/// The history of one episode, as far as it was given. Add events as they happen and look at the course in
/// between: the same as folding the whole list each time, without doing so.
#[derive(Clone, Debug)]
pub struct Fold<'p> {
    pub(crate) protocol: &'p Protocol,
    pub(crate) standing: Standing,
    pub(crate) starts_on: Option<Date>,
    pub(crate) ends_on: Option<Date>,
    pub(crate) sessions_enrolled: u16,
    pub(crate) sessions_planned: u16,
    pub(crate) open_session: Option<u16>,
    pub(crate) sessions_held: u16,
    pub(crate) sessions_missed: u16,
    pub(crate) held_in_phase: [u16; 3],
    pub(crate) last_session_on: Option<Date>,
    pub(crate) gates_passed: [Option<Date>; 3],
    pub(crate) overrun_reason: Option<String>,
    pub(crate) facts: Facts,
    pub(crate) artefacts: BTreeMap<String, Recorded>,
    pub(crate) open_risks: Vec<String>,
    pub(crate) last_risk_level: Option<RiskLevel>,
    pub(crate) focus: Option<Focus>,
    pub(crate) replanned_in_ending: bool,
    pub(crate) ending_discussed: bool,
    pub(crate) scores: Vec<ScoreTrack>,
    pub(crate) maintenance: Option<Maintained>,
    pub(crate) follows: Option<Follows>,
    /// Gates passed under another protocol, in the order they were passed.
    foreign_gates: Vec<GateId>,
    pub(crate) meetings: BTreeMap<String, Met>,
    pub(crate) answers: Vec<Answered>,
    pub(crate) transfers: u16,
    pub(crate) paused_on: Option<Date>,
    pub(crate) resumed_on: Option<Date>,
    pub(crate) ended_on: Option<Date>,
}

/// What is known of an artefact's versions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recorded {
    pub version: u32,
    pub last_on: Date,
}

impl<'p> Fold<'p> {
    /// An episode in which nothing has happened yet.
    #[must_use]
    pub fn new(protocol: &'p Protocol) -> Self {
        Self {
            protocol,
            standing: Standing::NotEnrolled,
            starts_on: None,
            ends_on: None,
            sessions_enrolled: protocol.sessions.count,
            sessions_planned: protocol.sessions.count,
            open_session: None,
            sessions_held: 0,
            sessions_missed: 0,
            held_in_phase: [0; 3],
            last_session_on: None,
            gates_passed: [None; 3],
            overrun_reason: None,
            facts: Facts::new(),
            artefacts: BTreeMap::new(),
            open_risks: Vec::new(),
            last_risk_level: None,
            focus: None,
            replanned_in_ending: false,
            ending_discussed: false,
            scores: Vec::new(),
            maintenance: None,
            follows: None,
            foreign_gates: Vec::new(),
            meetings: BTreeMap::new(),
            answers: Vec::new(),
            transfers: 0,
            paused_on: None,
            resumed_on: None,
            ended_on: None,
        }
    }

    /// Takes one more event into account.
    pub fn apply(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Enrolled { protocol, version, sessions, starts_on, ends_on } => {
                if self.standing == Standing::NotEnrolled {
                    self.standing = Standing::Active;
                    self.follow(protocol, version);
                    self.starts_on = Some(*starts_on);
                    self.ends_on = Some(*ends_on);
                    self.sessions_enrolled = *sessions;
                    self.sessions_planned = *sessions;
                }
            }
            EventKind::SessionOpened { session } => {
                self.open_session = self.open_session.or(Some(*session));
            }
            EventKind::SessionClosed { session, facts } => self.close_session(*session, facts, event.on),
            EventKind::SessionMissed { .. } => {
                self.sessions_missed = self.sessions_missed.saturating_add(1);
                self.open_session = None;
            }
            EventKind::Recorded { artefact, version, facts, .. } => {
                self.record(artefact, *version, facts, event.on);
            }
            EventKind::Scored { instrument, total, session, .. } => {
                self.score(instrument, *total, *session, event.on);
            }
            EventKind::RiskOpened { risk, .. } => {
                if !self.open_risks.contains(risk) {
                    self.open_risks.push(risk.clone());
                }
            }
            EventKind::RiskAnswered { risk, level } => {
                self.open_risks.retain(|open| open != risk);
                self.last_risk_level = Some(*level);
            }
            EventKind::FocusChosen { .. } => self.choose(&event.kind, event.on),
            EventKind::GatePassed { gate, overrun_reason } => {
                self.pass(gate, overrun_reason.as_ref(), event.on);
            }
            EventKind::Replanned { sessions, ends_on, .. } => {
                self.sessions_planned = *sessions;
                self.ends_on = Some(*ends_on);
                self.replanned_in_ending |= self.phase() == Phase::Ending;
            }
            EventKind::Paused { .. } => self.pause(event.on),
            EventKind::Resumed => self.resume(event.on),
            EventKind::Ended { exit, .. } => self.end(exit, event.on),
            EventKind::MaintenanceStarted { every_days, until } => {
                self.standing = Standing::Maintenance;
                let (started_on, every_days, until) = (event.on, *every_days, *until);
                self.maintenance = Some(Maintained { started_on, every_days, until });
            }
            EventKind::MeetingHeld { meeting, facts } => self.meet(meeting, facts, event.on),
            EventKind::RuleAnswered { rule, answer, reason } => {
                self.answer(rule, *answer, reason.as_ref(), event.on);
            }
            EventKind::Transferred { .. } => self.transfers = self.transfers.saturating_add(1),
            EventKind::Migrated { protocol, version, sessions, ends_on, .. } => {
                self.follow(protocol, version);
                (self.sessions_planned, self.sessions_enrolled) = (*sessions, *sessions);
                self.ends_on = Some(*ends_on);
            }
        }
    }

    /// Where the course stands on this day.
    #[must_use]
    pub fn course(&self, today: Date) -> Course {
        self.clone().into_course(today)
    }

    /// The phase, decided by the gates that were passed.
    pub(crate) fn phase(&self) -> Phase {
        match self.gates_passed {
            [_, Some(_), _] => Phase::Ending,
            [Some(_), ..] => Phase::Middle,
            _ => Phase::Initial,
        }
    }

    /// The session that is open, or else the one that comes next.
    pub(crate) fn current_session(&self) -> u16 {
        self.open_session.unwrap_or_else(|| self.sessions_held.saturating_add(1))
    }

    fn close_session(&mut self, session: u16, facts: &Facts, on: Date) {
        let phase = self.phase() as usize;
        if session > self.sessions_held {
            self.held_in_phase[phase] = self.held_in_phase[phase].saturating_add(1);
        }
        self.sessions_held = self.sessions_held.max(session);
        self.open_session = None;
        self.last_session_on = Some(on);
        self.facts.replace("note", facts);
        self.ending_discussed |= facts.flag("note.ending_discussed");
        if let Some(level) = facts.text("note.risk_level").and_then(RiskLevel::from_word) {
            self.last_risk_level = Some(level);
        }
    }

    fn record(&mut self, artefact: &str, version: u32, facts: &Facts, on: Date) {
        let newest = Recorded { version, last_on: on };
        match self.artefacts.get_mut(artefact) {
            Some(held) => *held = Recorded { version: held.version.max(version), last_on: on },
            None => {
                self.artefacts.insert(artefact.to_owned(), newest);
            }
        }
        self.facts.replace(artefact, facts);
    }

    fn score(&mut self, instrument: &str, total: Option<f64>, session: Option<u16>, on: Date) {
        let for_session = session.unwrap_or_else(|| self.current_session());
        let in_ending = self.phase() == Phase::Ending;
        let index = match self.scores.iter().position(|track| track.instrument == instrument) {
            Some(index) => index,
            None => {
                self.scores.push(ScoreTrack::new(instrument, on));
                self.scores.len() - 1
            }
        };
        let Some(track) = self.scores.get_mut(index) else { return };
        track.count = track.count.saturating_add(1);
        track.last_on = track.last_on.max(on);
        track.last_session = track.last_session.max(for_session);
        track.in_ending |= in_ending;
        if let Some(total) = total {
            track.take(total, on);
        }
    }

    fn pass(&mut self, gate: &GateId, reason: Option<&String>, on: Date) {
        let Some(index) = self.gate_index(gate) else { return };
        if let Some(passed_on) = self.gates_passed.get_mut(index) {
            *passed_on = passed_on.or(Some(on));
        }
        if index == 0 && self.overrun_reason.is_none() {
            self.overrun_reason = reason.cloned();
        }
    }

    /// Gates of another protocol have names of their own; they count in the order in which they were passed.
    fn gate_index(&mut self, gate: &GateId) -> Option<usize> {
        if !self.is_foreign() {
            return self.protocol.gates.iter().position(|one| one.id == *gate);
        }
        if let Some(known) = self.foreign_gates.iter().position(|one| one == gate) {
            return Some(known);
        }
        self.foreign_gates.push(gate.clone());
        self.gates_passed.iter().position(Option::is_none)
    }

    /// Whether the course follows, at this point of its history, another protocol than the one it is looked at by.
    fn is_foreign(&self) -> bool {
        let Some(follows) = &self.follows else { return false };
        follows.protocol != self.protocol.id || follows.version != self.protocol.version
    }

    fn follow(&mut self, protocol: &ProtocolId, version: &str) {
        self.follows = Some(Follows { protocol: protocol.clone(), version: version.to_owned() });
        self.foreign_gates.clear();
    }

    fn meet(&mut self, meeting: &str, facts: &Facts, on: Date) {
        let met = self.meetings.entry(meeting.to_owned()).or_insert(Met { held: 0, last_on: on });
        *met = Met { held: met.held.saturating_add(1), last_on: met.last_on.max(on) };
        for (name, fact) in facts.iter() {
            self.facts.set(name, fact.clone());
        }
    }

    fn answer(&mut self, rule: &str, answer: RuleAnswer, reason: Option<&String>, on: Date) {
        let looked_at = self.protocol.rules.iter().find(|one| one.id == rule);
        let instrument = looked_at.and_then(|one| one.looks_at(&self.protocol.outcome.instrument));
        let scores = instrument.and_then(|name| self.scores.iter().find(|track| track.instrument == name));
        let newer = Answered {
            rule: rule.to_owned(),
            answer,
            reason: reason.cloned(),
            on,
            scores: scores.map_or(0, |track| track.count),
            in_maintenance: self.standing == Standing::Maintenance,
        };
        match self.answers.iter_mut().find(|one| one.rule == rule) {
            Some(held) => *held = newer,
            None => self.answers.push(newer),
        }
    }

    fn choose(&mut self, kind: &EventKind, on: Date) {
        let EventKind::FocusChosen { version, primary, secondary, client_agreed, .. } = kind else { return };
        self.focus = Some(Focus {
            version: *version,
            primary: *primary,
            secondary: secondary.filter(|second| second != primary),
            agreed: *client_agreed,
            chosen_on: on,
        });
        let kept = self.artefacts.entry("focus".to_owned());
        let newest = Recorded { version: *version, last_on: on };
        kept.and_modify(|held| held.version = held.version.max(*version)).or_insert(newest);
    }

    fn pause(&mut self, on: Date) {
        self.go(&Standing::Active, Standing::Paused);
        self.paused_on = self.paused_on.or(Some(on));
    }

    fn resume(&mut self, on: Date) {
        self.go(&Standing::Paused, Standing::Active);
        (self.paused_on, self.resumed_on) = (None, Some(on));
    }

    fn go(&mut self, from: &Standing, to: Standing) {
        if self.standing == *from {
            self.standing = to;
        }
    }

    fn end(&mut self, exit: &Exit, on: Date) {
        self.standing = Standing::Ended(exit.clone());
        self.ended_on = Some(on);
        self.open_session = None;
    }
}
