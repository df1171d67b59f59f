//! One course: a client whose scores drift, a therapist who gets most things done, sessions that are missed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use jiff::{Span, Timestamp};

use super::dice::Dice;
use super::work::{Work, is_kept};
use crate::admit::admit;
use crate::course::{Course, TaskStatus, advice};
use crate::event::{Agreement, Disposition, Event, EventKind, Exit, MissedReason, ProblemArea};
use crate::fact::Facts;
use crate::fold::Fold;
use crate::model::{MeetingTime, Phase, Protocol, TaskPhase};

/// Drop-outs of a whole course (Linardon et al. 2019: 20.6 percent over 72 trials).
const DROP_OUT: f64 = 0.206;
/// Response (Cuijpers et al. 2021: about 41 percent) and getting worse (about 5 percent).
const OUTCOMES: [(Outcome, f64); 3] =
    [(Outcome::Responds, 0.41), (Outcome::Stays, 0.54), (Outcome::Worsens, 0.05)];
/// Planned sessions that are missed; our own guess.
const MISSED: f64 = 0.08;
/// How likely a task is done in a session in which it could be; our own guess.
const DONE: f64 = 0.65;

#[derive(Clone, Copy)]
enum Outcome {
    Responds,
    Stays,
    Worsens,
}

/// What became of one course.
pub(super) struct Played {
    /// Sessions held in each phase; `None` for a phase it did not get to.
    pub held: [Option<u16>; 3],
    /// The session after which each gate was passed.
    pub gates: [Option<u16>; 3],
    pub overran: bool,
    pub missed: u16,
    pub rules: BTreeSet<String>,
    pub exit: &'static str,
    pub refused: Vec<&'static str>,
}

/// Plays one course to its end.
pub(super) fn course(protocol: &Protocol, dice: &mut Dice) -> Played {
    let mut play = Play::begin(protocol, dice);
    play.hold_meetings(MeetingTime::Before);
    play.do_tasks(TaskPhase::Before, 1.0);
    let left_at = play.dice.happens(DROP_OUT).then(|| play.dice.part());
    let count = protocol.sessions.count;
    for session in 1..=count {
        let so_far = f64::from(session) / f64::from(count);
        if left_at.is_some_and(|left| so_far > left) {
            let last_attended = play.course().last_session_on;
            play.end(Exit::Dropout { last_attended, contact_attempts: 3 }, "dropout");
            return play.played;
        }
        play.session(session, so_far);
    }
    play.finish();
    play.played
}

struct Play<'p, 'd> {
    protocol: &'p Protocol,
    dice: &'d mut Dice,
    fold: Fold<'p>,
    seq: u32,
    today: Date,
    work: Work,
    baseline: f64,
    outcome: Outcome,
    played: Played,
}

impl<'p, 'd> Play<'p, 'd> {
    fn begin(protocol: &'p Protocol, dice: &'d mut Dice) -> Self {
        let baseline = dice.between(10.0, 24.0).round();
        let outcome = dice.pick(&OUTCOMES).unwrap_or(Outcome::Stays);
        let played = Played {
            held: [None; 3],
            gates: [None; 3],
            overran: false,
            missed: 0,
            rules: BTreeSet::new(),
            exit: "running",
            refused: Vec::new(),
        };
        let today = date(2026, 1, 5);
        let mut play = Self {
            protocol,
            dice,
            fold: Fold::new(protocol),
            seq: 0,
            today,
            work: Work::default(),
            baseline,
            outcome,
            played,
        };
        let days = protocol.sessions.cadence_days.saturating_mul(protocol.sessions.count);
        play.attempt(EventKind::Enrolled {
            protocol: protocol.id.clone(),
            version: protocol.version.clone(),
            sessions: protocol.sessions.count,
            starts_on: today,
            ends_on: today.saturating_add(Span::new().days(i64::from(days))),
        });
        play
    }

    fn course(&self) -> Course {
        self.fold.course(self.today)
    }

    /// Adds what the engine admits, notes what it refuses.
    fn attempt(&mut self, kind: EventKind) -> bool {
        if let Err(refusal) = admit(self.protocol, &self.course(), &kind) {
            self.played.refused.push(refusal.code());
            return false;
        }
        self.seq = self.seq.saturating_add(1);
        self.fold.apply(&Event { seq: self.seq, at: Timestamp::UNIX_EPOCH, on: self.today, kind });
        true
    }

    fn hold_meetings(&mut self, time: MeetingTime) {
        for meeting in self.protocol.meetings.iter().filter(|meeting| meeting.time == time) {
            for _ in 0..meeting.at_least {
                self.attempt(EventKind::MeetingHeld { meeting: meeting.id.clone(), facts: Facts::new() });
            }
        }
    }

    /// Does the tasks of a phase that can begin, each with this likelihood.
    fn do_tasks(&mut self, phase: TaskPhase, likelihood: f64) {
        let course = self.course();
        let open = |id: &str| course.task(id).is_some_and(|status| status != TaskStatus::Done);
        for task in self.protocol.tasks.iter().filter(|task| task.phase == phase && open(task.id.as_str())) {
            if self.dice.happens(likelihood) {
                let made = self.work.task(task);
                self.record(made);
            }
        }
    }

    fn record(&mut self, made: BTreeMap<String, Facts>) {
        for (artefact, facts) in made.into_iter().filter(|(artefact, _)| is_kept(self.protocol, artefact)) {
            let version = self.course().artefacts.get(&artefact).copied().unwrap_or(0) + 1;
            self.attempt(EventKind::Recorded { artefact, version, facts, session: None });
        }
    }

    fn session(&mut self, session: u16, so_far: f64) {
        while self.dice.happens(MISSED) {
            self.attempt(EventKind::SessionMissed { reason: MissedReason::CancelledByClient });
            self.played.missed = self.played.missed.saturating_add(1);
            self.wait(session);
        }
        if !self.attempt(EventKind::SessionOpened { session }) {
            return;
        }
        for measure in &self.protocol.measures {
            let total = Some(self.total(so_far));
            let instrument = measure.instrument.clone();
            self.attempt(EventKind::Scored { instrument, total, severity: None, session: Some(session) });
        }
        let course = self.course();
        for one in advice(self.protocol, &course, self.today) {
            self.played.rules.insert(one.rule.id.clone());
        }
        self.work_of(course.phase, session);
        let facts = Facts::new()
            .with("note.mood_links", 1)
            .with("note.techniques", 2)
            .with("note.risk_level", "none")
            .with("note.sessions_left_said", true)
            .with("note.ending_discussed", course.phase == Phase::Ending || so_far > 0.6);
        self.attempt(EventKind::SessionClosed { session, facts });
        let index = course.phase as usize;
        if let Some(held) = self.played.held.get_mut(index) {
            *held = Some(held.unwrap_or(0) + 1);
        }
        self.pass_gates(session);
        self.wait(session);
    }

    fn work_of(&mut self, phase: Phase, session: u16) {
        let late = session >= self.protocol.phase(phase).to;
        let likelihood = if late { 0.95 } else { DONE };
        let of_phase = match phase {
            Phase::Initial => TaskPhase::Initial,
            Phase::Middle => TaskPhase::Middle,
            Phase::Ending => TaskPhase::Ending,
        };
        if phase == Phase::Initial {
            self.choose_area(likelihood);
        }
        self.do_tasks(of_phase, likelihood);
        self.do_tasks(TaskPhase::Any, likelihood);
    }

    /// Problem areas by the share they have among older clients (Miller et al. 1998); others as often as the rarest.
    fn choose_area(&mut self, likelihood: f64) {
        if self.course().focus.is_some() || !self.dice.happens(likelihood) {
            return;
        }
        let weight = |area: ProblemArea| match area {
            ProblemArea::Transitions => 0.41,
            ProblemArea::Disputes => 0.345,
            ProblemArea::Grief => 0.23,
            ProblemArea::Deficits | ProblemArea::HealthySelf | ProblemArea::Pattern => 0.015,
        };
        let areas: Vec<(ProblemArea, f64)> =
            self.protocol.areas.iter().map(|one| (one.area, weight(one.area))).collect();
        if let Some(primary) = self.dice.pick(&areas) {
            self.attempt(EventKind::FocusChosen {
                version: 1,
                primary,
                secondary: None,
                client_agreed: Agreement::Both,
                reason: "simulated".to_owned(),
                despite: Some("simulated".to_owned()),
            });
        }
    }

    fn pass_gates(&mut self, session: u16) {
        let course = self.course();
        let phase = course.phase;
        self.played.overran |= course.overrun.is_some();
        let index = phase as usize;
        let in_time = session >= self.protocol.phase(phase).to;
        let Some(gate) = self.protocol.gates.get(index) else { return };
        if in_time {
            let made = self.work.gate(gate);
            self.record(made);
        }
        let ready = self.course().gates.get(index).is_some_and(|view| view.ready);
        if !ready || !in_time || phase == Phase::Ending {
            return;
        }
        self.pass(index, session);
        let time = if phase == Phase::Initial { MeetingTime::Middle } else { MeetingTime::Ending };
        self.hold_meetings(time);
    }

    fn pass(&mut self, index: usize, session: u16) {
        let Some(gate) = self.protocol.gates.get(index) else { return };
        let overrun_reason = self.course().overrun.is_some().then(|| "simulated".to_owned());
        if self.attempt(EventKind::GatePassed { gate: gate.id.clone(), overrun_reason })
            && let Some(passed) = self.played.gates.get_mut(index)
        {
            *passed = Some(session);
        }
    }

    /// After the last session: what is left is done, the last gate is passed where it opens.
    fn finish(&mut self) {
        let held = self.course().sessions_held;
        for (index, phase) in
            [TaskPhase::Initial, TaskPhase::Middle, TaskPhase::Ending].into_iter().enumerate()
        {
            self.do_tasks(phase, 1.0);
            self.do_tasks(TaskPhase::Any, 1.0);
            if let Some(gate) = self.protocol.gates.get(index) {
                let made = self.work.gate(gate);
                self.record(made);
            }
            if self.course().gates.get(index).is_some_and(|view| view.ready) {
                self.pass(index, held);
            }
        }
        if self.course().gates.iter().all(|view| view.passed) {
            self.end(Exit::Completed, "completed");
        } else {
            self.end(Exit::Administrative, "ran_out");
        }
    }

    fn end(&mut self, exit: Exit, word: &'static str) {
        let ended = self.attempt(EventKind::Ended { exit, disposition: Some(Disposition::Discharge) });
        self.played.exit = if ended { word } else { "refused" };
    }

    fn wait(&mut self, session: u16) {
        let days = self.protocol.sessions.days_after(session);
        self.today = self.today.saturating_add(Span::new().days(i64::from(days)));
    }

    /// A total that drifts from the first one towards what becomes of the client, with some noise.
    fn total(&mut self, so_far: f64) -> f64 {
        let share = match self.outcome {
            Outcome::Responds => -0.65,
            Outcome::Stays => -0.25,
            Outcome::Worsens => 0.35,
        };
        let noise = self.dice.between(-2.0, 2.0);
        (self.baseline * (1.0 + share * so_far) + noise).round().clamp(0.0, 27.0)
    }
}
