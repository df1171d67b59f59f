//! What happens beside the sessions: meetings, risks, answers to rules, problem areas, a change of protocol.

use super::{Gatekeeper, is_blank};
use crate::condition::unmet;
use crate::course::{Standing, advice};
use crate::event::{Exit, ProblemArea, RuleAnswer};
use crate::model::{MeetingTime, Phase};
use crate::refusal::Refusal;

impl Gatekeeper<'_> {
    pub(super) fn open_risk(&self, risk: &str) -> Result<(), Refusal> {
        if self.risk_is_open(risk) { Err(Refusal::RiskAlreadyOpen { risk: risk.to_owned() }) } else { Ok(()) }
    }

    pub(super) fn answer_risk(&self, risk: &str) -> Result<(), Refusal> {
        if self.risk_is_open(risk) { Ok(()) } else { Err(Refusal::RiskNotOpen { risk: risk.to_owned() }) }
    }

    fn risk_is_open(&self, risk: &str) -> bool {
        self.course.open_risks.iter().any(|open| open == risk)
    }

    /// While the risk counts as high, no step forward: no gate, no ending in good order.
    pub(super) fn no_safety_hold(&self) -> Result<(), Refusal> {
        if self.course.safety_hold { Err(Refusal::SafetyFirst) } else { Ok(()) }
    }

    /// Both areas are the protocol's own, and what they ask for is so, unless a reason is given all the same.
    pub(super) fn areas_open(
        &self,
        primary: ProblemArea,
        secondary: Option<ProblemArea>,
        despite: Option<&str>,
    ) -> Result<(), Refusal> {
        for area in [Some(primary), secondary].into_iter().flatten() {
            let known = self.protocol.area(area).ok_or(Refusal::AreaUnknown { area })?;
            let unmet = unmet(&known.opens_when, &self.course.facts);
            if !unmet.is_empty() && is_blank(despite) {
                return Err(Refusal::AreaNotOpen { area, unmet });
            }
        }
        Ok(())
    }

    pub(super) fn meeting(&self, id: &str) -> Result<(), Refusal> {
        let Some(meeting) = self.protocol.meeting(id) else {
            return Err(Refusal::MeetingUnknown { meeting: id.to_owned() });
        };
        if self.course.facts.count(&meeting.fact) >= i64::from(meeting.at_most) {
            return Err(Refusal::MeetingsUsed { meeting: id.to_owned(), at_most: meeting.at_most });
        }
        if self.is_time_for(meeting.time) {
            return Ok(());
        }
        Err(Refusal::MeetingNotNow { meeting: id.to_owned(), time: meeting.time })
    }

    fn is_time_for(&self, time: MeetingTime) -> bool {
        let course = self.course;
        let running = course.standing == Standing::Active;
        match time {
            MeetingTime::Before => running && course.sessions_held == 0 && course.open_session.is_none(),
            MeetingTime::Initial => running && course.phase == Phase::Initial,
            MeetingTime::Middle => running && course.phase == Phase::Middle,
            MeetingTime::Ending => running && course.phase == Phase::Ending,
            MeetingTime::Any => running,
            MeetingTime::After => match &course.standing {
                Standing::Maintenance => true,
                Standing::Ended(exit) => *exit != Exit::Died,
                _ => course.open_session.is_none() && course.sessions_left == 0,
            },
        }
    }

    pub(super) fn answer_rule(
        &self,
        id: &str,
        answer: RuleAnswer,
        reason: Option<&str>,
    ) -> Result<(), Refusal> {
        if self.protocol.rules.iter().all(|rule| rule.id != id) {
            return Err(Refusal::RuleUnknown { rule: id.to_owned() });
        }
        let today = self.course.today;
        let speaks = advice(self.protocol, self.course, today)
            .iter()
            .any(|one| one.rule.id == id && one.answered.is_none());
        if !speaks {
            return Err(Refusal::RuleSilent { rule: id.to_owned() });
        }
        match answer {
            RuleAnswer::Overridden if is_blank(reason) => Err(Refusal::ReasonMissing),
            RuleAnswer::Overridden | RuleAnswer::Accepted => Ok(()),
        }
    }

    pub(super) fn another_protocol(&self) -> Result<(), Refusal> {
        let (id, version) = (&self.protocol.id, &self.protocol.version);
        match &self.course.follows {
            Some(follows) if follows.protocol == *id && follows.version == *version => {
                Err(Refusal::SameProtocol { protocol: id.clone(), version: version.clone() })
            }
            _ => Ok(()),
        }
    }
}
