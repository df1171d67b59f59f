//! Whether one more event may be added. The rules that a course never breaks are here and nowhere else.

mod beside;

use jiff::civil::Date;

use crate::course::{Course, Missing, Standing};
use crate::event::{Agreement, Disposition, EventKind, Exit, ProblemArea};
use crate::ids::{GateId, ProtocolId};
use crate::model::{Phase, Protocol, TaskPhase};
use crate::refusal::Refusal;

/// Says whether this event may be added to the course.
///
/// Observations (a score, a risk that is seen, a risk that is answered) are admitted in every standing: what a
/// client tells about themselves is never turned away. Everything else follows the rules of the course.
///
/// # Errors
/// The first rule that the event would break.
pub fn admit(protocol: &Protocol, course: &Course, kind: &EventKind) -> Result<(), Refusal> {
    let at = Gatekeeper { protocol, course };
    at.standing_allows(kind)?;
    match kind {
        EventKind::Enrolled { protocol: id, version, sessions, starts_on, ends_on } => {
            at.names_this_protocol(id, version)?;
            at.sessions_in_range(*sessions)?;
            not_before(*starts_on, *ends_on)
        }
        EventKind::SessionOpened { session } => at.open_session(*session),
        EventKind::SessionClosed { session, .. } => at.close_session(*session),
        EventKind::Recorded { artefact, version, .. } => at.record(artefact, *version),
        EventKind::RiskOpened { risk, .. } => at.open_risk(risk),
        EventKind::RiskAnswered { risk, .. } => at.answer_risk(risk),
        EventKind::FocusChosen { version, primary, secondary, client_agreed, reason, despite } => {
            at.focus(*version, *primary, *secondary)?;
            at.areas_open(*primary, *secondary, despite.as_deref())?;
            at.focus_revision(*client_agreed, reason)
        }
        EventKind::GatePassed { gate, overrun_reason } => at.pass(gate, overrun_reason.as_deref()),
        EventKind::Replanned { sessions, ends_on, reason, agreed } => {
            at.change_of_plan(*sessions, *ends_on, reason, *agreed)
        }
        EventKind::Migrated { protocol: id, version, sessions, ends_on, reason, agreed } => {
            at.names_this_protocol(id, version)?;
            at.another_protocol()?;
            at.no_session_open()?;
            at.change_of_plan(*sessions, *ends_on, reason, *agreed)
        }
        EventKind::Paused { reason } | EventKind::Transferred { reason } => {
            at.no_session_open()?;
            reason_given(reason)
        }
        EventKind::MeetingHeld { meeting, .. } => at.meeting(meeting),
        EventKind::RuleAnswered { rule, answer, reason } => at.answer_rule(rule, *answer, reason.as_deref()),
        EventKind::Resumed if course.standing != Standing::Paused => Err(Refusal::NotPaused),
        EventKind::Ended { exit, disposition } => at.end(exit, *disposition),
        EventKind::MaintenanceStarted { every_days: 0, .. } => Err(Refusal::IntervalMissing),
        EventKind::SessionMissed { .. }
        | EventKind::Scored { .. }
        | EventKind::Resumed
        | EventKind::MaintenanceStarted { .. } => Ok(()),
    }
}

struct Gatekeeper<'a> {
    protocol: &'a Protocol,
    course: &'a Course,
}

impl Gatekeeper<'_> {
    fn standing_allows(&self, kind: &EventKind) -> Result<(), Refusal> {
        use EventKind as Kind;
        if matches!(kind, Kind::Scored { .. } | Kind::RiskOpened { .. } | Kind::RiskAnswered { .. }) {
            return Ok(());
        }
        match (&self.course.standing, kind) {
            (Standing::NotEnrolled, Kind::Enrolled { .. }) => Ok(()),
            (Standing::NotEnrolled, _) => Err(Refusal::NotEnrolled),
            (_, Kind::Enrolled { .. }) => Err(Refusal::AlreadyEnrolled),
            (Standing::Ended(Exit::Completed | Exit::RemittedEarly), Kind::MaintenanceStarted { .. }) => {
                Ok(())
            }
            (_, Kind::MaintenanceStarted { .. }) => Err(Refusal::MaintenanceNotPossible),
            (Standing::Ended(exit), Kind::MeetingHeld { .. } | Kind::RuleAnswered { .. })
                if *exit != Exit::Died =>
            {
                Ok(())
            }
            (Standing::Ended(exit), _) => Err(Refusal::CourseEnded { exit: exit.clone() }),
            (
                Standing::Maintenance,
                Kind::Recorded { .. }
                | Kind::Ended { .. }
                | Kind::MeetingHeld { .. }
                | Kind::RuleAnswered { .. }
                | Kind::Transferred { .. },
            ) => Ok(()),
            (Standing::Maintenance, _) => Err(Refusal::InMaintenance),
            (
                Standing::Paused,
                Kind::SessionOpened { .. }
                | Kind::SessionMissed { .. }
                | Kind::MeetingHeld { .. }
                | Kind::Paused { .. },
            ) => Err(Refusal::Paused),
            (Standing::Active | Standing::Paused, _) => Ok(()),
        }
    }

    /// The event names the protocol it is checked against.
    fn names_this_protocol(&self, id: &ProtocolId, version: &str) -> Result<(), Refusal> {
        if *id == self.protocol.id && version == self.protocol.version {
            return Ok(());
        }
        Err(Refusal::OtherProtocol {
            protocol: self.protocol.id.clone(),
            version: self.protocol.version.clone(),
        })
    }

    fn sessions_in_range(&self, asked: u16) -> Result<(), Refusal> {
        let begun = self.course.open_session.unwrap_or(0).max(self.course.sessions_held);
        // An agreed early ending may be shorter than what a course may be planned for at the start.
        let fewest = if begun == 0 { self.protocol.sessions.fewest } else { begun };
        let most = self.protocol.sessions.most;
        let fits = (fewest..=most).contains(&asked);
        if fits { Ok(()) } else { Err(Refusal::SessionsOutOfRange { asked, fewest, most }) }
    }

    fn change_of_plan(
        &self,
        sessions: u16,
        ends_on: Date,
        reason: &str,
        agreed: Agreement,
    ) -> Result<(), Refusal> {
        reason_given(reason)?;
        agreed_by_both(agreed)?;
        self.sessions_in_range(sessions)?;
        self.course.starts_on.map_or(Ok(()), |starts_on| not_before(starts_on, ends_on))
    }

    fn no_session_open(&self) -> Result<(), Refusal> {
        self.course.open_session.map_or(Ok(()), |session| Err(Refusal::SessionStillOpen { session }))
    }

    fn no_risk_open(&self) -> Result<(), Refusal> {
        let risks = &self.course.open_risks;
        if risks.is_empty() { Ok(()) } else { Err(Refusal::RisksUnanswered { risks: risks.clone() }) }
    }

    fn open_session(&self, asked: u16) -> Result<(), Refusal> {
        self.no_session_open()?;
        let next = self.course.sessions_held.saturating_add(1);
        let planned = self.course.sessions_planned;
        if asked != next {
            Err(Refusal::SessionOutOfOrder { asked, next })
        } else if asked > planned {
            Err(Refusal::BeyondPlan { asked, planned })
        } else {
            Ok(())
        }
    }

    fn close_session(&self, asked: u16) -> Result<(), Refusal> {
        let open = self.course.open_session;
        if open != Some(asked) {
            return Err(Refusal::SessionNotOpen { asked, open });
        }
        self.no_risk_open()
    }

    /// A version is always newer, and nothing of the middle or the ending is recorded before the first gate.
    fn record(&self, artefact: &str, offered: u32) -> Result<(), Refusal> {
        newer(artefact, self.course.artefacts.get(artefact).copied(), offered)?;
        let makes = |task: &&crate::model::Task| task.artefacts.iter().any(|made| made == artefact);
        let mut makers = self.protocol.tasks.iter().filter(makes).peekable();
        let Some(first) = makers.peek().copied() else { return Ok(()) };
        let late = makers.all(|task| matches!(task.phase, TaskPhase::Middle | TaskPhase::Ending));
        if late && self.course.phase == Phase::Initial {
            let gate = self.protocol.gates[0].id.clone();
            return Err(Refusal::GateNotPassed { gate, task: Some(first.id.clone()) });
        }
        Ok(())
    }

    fn focus(
        &self,
        offered: u32,
        primary: ProblemArea,
        secondary: Option<ProblemArea>,
    ) -> Result<(), Refusal> {
        newer("focus", self.course.focus.as_ref().map(|focus| focus.version), offered)?;
        if secondary == Some(primary) {
            return Err(Refusal::SameAreaTwice { area: primary });
        }
        if self.course.focus_open { Ok(()) } else { Err(Refusal::FocusFixedInEnding) }
    }

    /// Before the first gate a choice may still be a proposal; afterwards it is a revision and needs both.
    fn focus_revision(&self, agreed: Agreement, reason: &str) -> Result<(), Refusal> {
        reason_given(reason)?;
        if self.course.phase == Phase::Initial { Ok(()) } else { agreed_by_both(agreed) }
    }

    fn pass(&self, gate: &GateId, overrun_reason: Option<&str>) -> Result<(), Refusal> {
        let Some(view) = self.course.gates.iter().find(|view| view.gate == *gate) else {
            return Err(Refusal::GateUnknown { gate: gate.clone() });
        };
        if view.passed {
            return Err(Refusal::GateAlreadyPassed { gate: gate.clone() });
        }
        if let Some(first) = self.course.gates.iter().find(|view| !view.passed)
            && first.gate != *gate
        {
            return Err(Refusal::GateNotPassed { gate: first.gate.clone(), task: None });
        }
        if !(view.missing.is_empty() && view.unmet.is_empty()) {
            return Err(Refusal::GateBlocked {
                gate: gate.clone(),
                missing: view.missing.clone(),
                unmet: view.unmet.clone(),
            });
        }
        self.no_safety_hold()?;
        match &self.course.overrun {
            Some(overrun) if self.course.phase == Phase::Initial && is_blank(overrun_reason) => {
                Err(Refusal::OverrunReasonMissing { gate: gate.clone(), limit: overrun.limit })
            }
            _ => Ok(()),
        }
    }

    fn end(&self, exit: &Exit, disposition: Option<Disposition>) -> Result<(), Refusal> {
        if *exit == Exit::Died {
            return Ok(());
        }
        self.no_risk_open()?;
        let discharge = matches!(exit, Exit::Completed | Exit::RemittedEarly);
        if !discharge || self.course.standing == Standing::Maintenance {
            return Ok(());
        }
        self.no_safety_hold()?;
        self.no_session_open()?;
        self.may_discharge()?;
        if *exit == Exit::RemittedEarly {
            return Ok(());
        }
        if let Some(gate) = self.course.gates.iter().find(|view| !view.passed) {
            return Err(Refusal::GateNotPassed { gate: gate.gate.clone(), task: None });
        }
        if disposition.is_none() { Err(Refusal::DispositionMissing) } else { Ok(()) }
    }

    fn may_discharge(&self) -> Result<(), Refusal> {
        let needs = self.protocol.discharge.needs.iter().filter_map(|id| self.protocol.task(id.as_str()));
        let missing: Vec<Missing> = needs
            .filter(|task| self.course.task(task.id.as_str()) != Some(crate::course::TaskStatus::Done))
            .map(|task| Missing {
                task: task.id.clone(),
                unmet: crate::condition::unmet(&task.done_when, &self.course.facts),
            })
            .collect();
        if !missing.is_empty() {
            return Err(Refusal::DischargeBlocked { missing });
        }
        self.course.last_risk_level.map_or(Err(Refusal::RiskLevelMissing), |_| Ok(()))
    }
}

fn newer(artefact: &str, newest: Option<u32>, offered: u32) -> Result<(), Refusal> {
    let newest = newest.unwrap_or(0);
    if offered > newest {
        return Ok(());
    }
    Err(Refusal::VersionNotNewer { artefact: artefact.to_owned(), newest, offered })
}

fn not_before(starts_on: Date, ends_on: Date) -> Result<(), Refusal> {
    if ends_on < starts_on { Err(Refusal::EndsBeforeStart { starts_on, ends_on }) } else { Ok(()) }
}

fn reason_given(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() { Err(Refusal::ReasonMissing) } else { Ok(()) }
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

fn agreed_by_both(agreed: Agreement) -> Result<(), Refusal> {
    if agreed.by_both() { Ok(()) } else { Err(Refusal::AgreementMissing { agreed }) }
}
