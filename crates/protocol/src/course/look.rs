//! Looking at what was folded: statuses, dues and gates.

use jiff::civil::Date;

use crate::condition::{all_met, unmet};
use crate::course::{
    Completion, Course, Due, DueReason, GateView, Missing, Overrun, Standing, TaskStatus, TaskView,
};
use crate::event::{Agreement, RiskLevel};
use crate::fact::Facts;
use crate::fold::Fold;
use crate::model::{Gate, Phase, Protocol, Task, TaskPhase, Timing};

impl Fold<'_> {
    /// Where the course stands on this day, without keeping the fold.
    pub(crate) fn into_course(mut self, today: Date) -> Course {
        let mut facts = std::mem::take(&mut self.facts);
        self.state_own_facts(&mut facts, today);
        let look = Look { fold: &self, facts: &facts, today };
        let tasks = look.tasks();
        let due = look.due(&tasks);
        let gates = look.gates();
        let (measures_due, overrun) = (look.measures_due(), look.overrun());
        let (phase, running) = (self.phase(), self.is_running());
        let focus_open = phase != Phase::Ending || self.replanned_in_ending || !self.focus_fits();
        let next = self.open_session.unwrap_or(self.sessions_held).saturating_add(1);
        let held = u32::from(self.sessions_held);
        let enrolled = u32::from(self.sessions_enrolled);
        let (safety_hold, sessions_left) = (self.safety_hold(), self.sessions_left());
        Course {
            today,
            follows: self.follows,
            safety_hold,
            meetings: self.meetings,
            answers: self.answers,
            transfers: self.transfers,
            paused_on: self.paused_on,
            resumed_on: self.resumed_on,
            ended_on: self.ended_on,
            maintenance: self.maintenance,
            phase,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            past_planned_end: running && self.ends_on.is_some_and(|end| today > end),
            open_session: self.open_session,
            sessions_held: self.sessions_held,
            sessions_missed: self.sessions_missed,
            next_session: (running && next <= self.sessions_planned).then_some(next),
            sessions_left,
            sessions_planned: self.sessions_planned,
            last_session_on: self.last_session_on,
            due,
            gates,
            tasks,
            artefacts: self.artefacts.into_iter().map(|(name, kept)| (name, kept.version)).collect(),
            measures_due,
            scores: self.scores,
            open_risks: self.open_risks,
            last_risk_level: self.last_risk_level,
            focus: self.focus,
            focus_open,
            overrun,
            completion: Completion {
                at_least_half: held > 0 && held * 2 >= enrolled,
                all: held > 0 && held >= enrolled,
            },
            facts,
            standing: self.standing,
        }
    }

    fn is_running(&self) -> bool {
        matches!(self.standing, Standing::Active | Standing::Paused)
    }

    fn sessions_left(&self) -> u16 {
        self.sessions_planned.saturating_sub(self.sessions_held)
    }

    /// Whether the risk judged last is high, in a course that goes on.
    fn safety_hold(&self) -> bool {
        self.last_risk_level == Some(RiskLevel::High) && !matches!(self.standing, Standing::Ended(_))
    }

    /// Whether the protocol has the area that was chosen; after a change of protocol it may not.
    fn focus_fits(&self) -> bool {
        self.focus.as_ref().is_none_or(|focus| self.protocol.area(focus.primary).is_some())
    }

    /// The engine's own facts, so that a file can ask for them like for any other.
    fn state_own_facts(&self, facts: &mut Facts, today: Date) {
        facts.set("session.held", self.sessions_held);
        facts.set("session.left", self.sessions_left());
        facts.set("session.missed", self.sessions_missed);
        let days = self.starts_on.and_then(|start| today.since(start).ok()).map_or(0, |span| span.get_days());
        facts.set("course.week", (days / 7).max(0));
        facts.set("course.maintenance", self.standing == Standing::Maintenance);
        facts.set("session.ending_discussed", self.ending_discussed);
        facts.set("course.transfers", self.transfers);
        for meeting in &self.protocol.meetings {
            facts.set(&meeting.fact, self.meetings.get(&meeting.id).map_or(0, |met| met.held));
        }
        let focus = self.focus.as_ref().filter(|_| self.focus_fits());
        facts.set("focus.chosen", focus.is_some());
        let agreed = focus.map_or(Agreement::Neither, |focus| focus.agreed);
        facts.set("focus.client_agreed", agreed.by_client());
        facts.set("focus.versions", self.focus.as_ref().map_or(0, |focus| focus.version));
        facts.set("risk.open", self.open_risks.len());
        if let Some(level) = self.last_risk_level {
            facts.set("risk.level", level.as_str());
        }
        let mut battery_done = true;
        for measure in &self.protocol.measures {
            let track = self.scores.iter().find(|track| track.instrument == measure.instrument);
            facts.set(&measure.fact, track.map_or(0, |track| track.count));
            battery_done &= track.is_some_and(|track| track.in_ending);
        }
        facts.set("outcome.battery_done", battery_done);
        let (responded, remitted) = self.outcome();
        facts.set("outcome.responded", responded);
        facts.set("outcome.in_remission", remitted);
    }

    /// Response and remission on the deciding instrument; remission needs a second score to compare with.
    fn outcome(&self) -> (bool, bool) {
        let rule = &self.protocol.outcome;
        let Some(track) = self.scores.iter().find(|track| track.instrument == rule.instrument) else {
            return (false, false);
        };
        match (track.baseline, track.latest) {
            (Some(first), Some(latest)) if track.count >= 2 => (
                first > 0.0 && (first - latest) * 100.0 >= first * f64::from(rule.response_drop_percent),
                latest < f64::from(rule.remission_below_points),
            ),
            _ => (false, false),
        }
    }
}

/// Session numbers of the file, moved to a course of another length: the ending stays at the end.
pub(super) fn place(protocol: &Protocol, planned: u16, session: u16) -> u16 {
    let [_, middle, ending] = &protocol.phases;
    if session < middle.to || session == 0 {
        return session;
    }
    let before_end = ending.to.saturating_sub(session);
    planned.saturating_sub(before_end).max(1)
}

struct Look<'a> {
    fold: &'a Fold<'a>,
    facts: &'a Facts,
    today: Date,
}

impl Look<'_> {
    fn tasks(&self) -> Vec<TaskView> {
        let statuses = self.fold.protocol.tasks.iter();
        statuses.map(|task| TaskView { task: task.id.clone(), status: self.status(task) }).collect()
    }

    fn status(&self, task: &Task) -> TaskStatus {
        if self.is_done(task) {
            TaskStatus::Done
        } else if self.can_begin(task) {
            TaskStatus::Open
        } else {
            TaskStatus::NotYet
        }
    }

    fn is_done(&self, task: &Task) -> bool {
        let met = all_met(&task.done_when, self.facts);
        match &task.timing {
            Timing::EverySession => met && self.held_in(task.phase) > 0,
            Timing::Weeks(_) => met && self.week_reached(task).is_none_or(|week| self.checked(task, week)),
            Timing::Window | Timing::HalfWay | Timing::WhenNeeded => met,
        }
    }

    fn can_begin(&self, task: &Task) -> bool {
        let protocol = self.fold.protocol;
        let passed = |id: &crate::ids::GateId| {
            let index = protocol.gates.iter().position(|gate| gate.id == *id);
            index.and_then(|index| self.fold.gates_passed.get(index)).is_some_and(Option::is_some)
        };
        let done = |id: &crate::ids::TaskId| protocol.task(id.as_str()).is_some_and(|one| self.is_done(one));
        task.after_gates.iter().all(passed)
            && task.after_tasks.iter().all(done)
            && all_met(&task.opens_when, self.facts)
    }

    fn held_in(&self, phase: TaskPhase) -> u16 {
        let [initial, middle, ending] = self.fold.held_in_phase;
        match phase {
            TaskPhase::Before => 0,
            TaskPhase::Initial => initial,
            TaskPhase::Middle => middle,
            TaskPhase::Ending => ending,
            TaskPhase::Any => self.fold.sessions_held,
        }
    }

    fn due(&self, tasks: &[TaskView]) -> Vec<Due> {
        if self.fold.standing != Standing::Active {
            return Vec::new();
        }
        let pairs = self.fold.protocol.tasks.iter().zip(tasks);
        let mut due: Vec<Due> = pairs.filter_map(|(task, view)| self.due_task(task, view.status)).collect();
        due.sort_by_key(|one| !one.overdue);
        due
    }

    fn due_task(&self, task: &Task, status: TaskStatus) -> Option<Due> {
        let due = |reason, overdue| Some(Due { task: task.id.clone(), reason, overdue });
        let current = self.fold.current_session();
        let held = self.fold.sessions_held;
        let (from, to) = (self.place(task.from), self.place(task.to));
        if status == TaskStatus::NotYet || (status == TaskStatus::Done && task.timing != Timing::EverySession)
        {
            return None;
        }
        match &task.timing {
            Timing::WhenNeeded => None,
            Timing::Window if task.to == 0 => {
                due(DueReason::BeforeFirstSession, held > 0 || self.fold.open_session.is_some())
            }
            Timing::Window if current >= from => due(DueReason::WindowReached { from, to }, held >= to),
            Timing::Window => None,
            Timing::EverySession => {
                let within = (from..=to).contains(&current) && self.can_begin(task);
                let left_undone = status == TaskStatus::Open && self.held_in(task.phase) > 0 && held >= from;
                if within { due(DueReason::EverySession { session: current }, left_undone) } else { None }
            }
            Timing::HalfWay => {
                let planned = self.fold.sessions_planned;
                let session = planned.div_ceil(2);
                let reason = DueReason::HalfReached { session, planned };
                if current >= session { due(reason, held >= session) } else { None }
            }
            Timing::Weeks(_) => {
                let week = self.week_reached(task)?;
                let cadence = i32::from(self.fold.protocol.sessions.cadence_days);
                due(DueReason::WeekReached { week }, self.days_since_start() >= i32::from(week) * 7 + cadence)
            }
        }
    }

    fn place(&self, session: u16) -> u16 {
        place(self.fold.protocol, self.fold.sessions_planned, session)
    }

    fn days_since_start(&self) -> i32 {
        let since = |start: Date| self.today.since(start).ok().map(|span| span.get_days());
        self.fold.starts_on.and_then(since).unwrap_or(0)
    }

    /// The latest of the task's weeks that has come.
    fn week_reached(&self, task: &Task) -> Option<u16> {
        let Timing::Weeks(weeks) = &task.timing else { return None };
        let days = self.days_since_start();
        weeks.iter().copied().filter(|week| days >= i32::from(*week) * 7).max()
    }

    /// Whether the task's artefact was recorded for this week, that is not earlier than a week before it.
    fn checked(&self, task: &Task, week: u16) -> bool {
        let Some(start) = self.fold.starts_on else { return false };
        let days = i64::from(week.saturating_sub(1)) * 7;
        let earliest = start.saturating_add(jiff::Span::new().days(days));
        let kept = |name: &String| self.fold.artefacts.get(name).is_some_and(|one| one.last_on >= earliest);
        task.artefacts.is_empty() || task.artefacts.iter().any(kept)
    }

    fn gates(&self) -> Vec<GateView> {
        let passed = self.fold.gates_passed;
        let next = passed.iter().position(Option::is_none);
        let gates = self.fold.protocol.gates.iter().zip(passed).enumerate();
        gates.map(|(index, (gate, passed_on))| self.gate(gate, passed_on, next == Some(index))).collect()
    }

    fn gate(&self, gate: &Gate, passed_on: Option<Date>, comes_next: bool) -> GateView {
        let passed = passed_on.is_some();
        let missing = if passed { Vec::new() } else { self.missing(gate) };
        let unmet = if passed { Vec::new() } else { unmet(&gate.when, self.facts) };
        let clear = missing.is_empty() && unmet.is_empty();
        let ready = comes_next && clear && self.fold.standing == Standing::Active && !self.fold.safety_hold();
        GateView { gate: gate.id.clone(), passed, passed_on, missing, unmet, ready }
    }

    fn missing(&self, gate: &Gate) -> Vec<Missing> {
        let needed = gate.needs.iter().filter_map(|id| self.fold.protocol.task(id.as_str()));
        needed
            .filter(|task| !self.is_done(task))
            .map(|task| Missing { task: task.id.clone(), unmet: unmet(&task.done_when, self.facts) })
            .collect()
    }

    fn overrun(&self) -> Option<Overrun> {
        let limit = self.fold.protocol.phase(Phase::Initial).to;
        let begun = self.fold.open_session.unwrap_or(0).max(self.fold.sessions_held);
        let running_over = self.fold.gates_passed[0].is_none() && begun > limit;
        let reason = self.fold.overrun_reason.clone();
        (running_over || reason.is_some()).then_some(Overrun { limit, reason })
    }

    fn measures_due(&self) -> Vec<String> {
        let current = self.fold.current_session();
        let track = |name: &str| self.fold.scores.iter().find(|track| track.instrument == name);
        let is_due = |name: &str| match (&self.fold.standing, self.fold.maintenance) {
            (Standing::Active, _) => {
                current <= self.fold.sessions_planned
                    && track(name).is_none_or(|one| one.last_session < current)
            }
            (Standing::Maintenance, Some(agreed)) => {
                let last = track(name).map_or(agreed.started_on, |one| one.last_on.max(agreed.started_on));
                let next = last.saturating_add(jiff::Span::new().days(i64::from(agreed.every_days)));
                self.today >= next
            }
            _ => false,
        };
        let names = self.fold.protocol.measures.iter().map(|measure| &measure.instrument);
        names.filter(|name| is_due(name)).cloned().collect()
    }
}
