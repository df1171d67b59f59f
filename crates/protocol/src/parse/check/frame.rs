//! Sessions, phases, meetings: whether the frame of the course holds.

use super::Check;
use crate::model::{Phase, PhaseSpan};
use crate::parse::lint::Lint;

impl Check<'_, '_, '_> {
    pub(super) fn sessions(&mut self) {
        let sessions = &self.protocol.sessions;
        if sessions.fewest > sessions.count {
            let message = format!(
                "the fewest sessions ({}) are more than the usual {}",
                sessions.fewest, sessions.count
            );
            self.wrong("sessions.fewest", Lint::SessionNumbers, message);
        }
        if sessions.most < sessions.count {
            let message =
                format!("the most sessions ({}) are fewer than the usual {}", sessions.most, sessions.count);
            self.wrong("sessions.most", Lint::SessionNumbers, message);
        }
        if sessions.minutes_max < sessions.minutes_min {
            let message = "the longest length is below the shortest";
            self.wrong("sessions.minutes_max", Lint::SessionNumbers, message);
        }
        self.stretches();
    }

    fn stretches(&mut self) {
        let sessions = &self.protocol.sessions;
        let mut next = 1;
        for (index, stretch) in sessions.stretches.iter().enumerate() {
            let field = format!("sessions.stretches[{index}]");
            if stretch.from < next || stretch.to < stretch.from || stretch.to > sessions.count {
                let message = format!(
                    "sessions {} to {} do not fit: stretches follow each other and stay within 1 to {}",
                    stretch.from, stretch.to, sessions.count
                );
                self.wrong(&field, Lint::SessionNumbers, message);
            }
            if stretch.minutes_max < stretch.minutes_min {
                let message = "the longest length is below the shortest";
                self.wrong(&format!("{field}.minutes_max"), Lint::SessionNumbers, message);
            }
            next = stretch.to.saturating_add(1);
        }
    }

    pub(super) fn phases(&mut self) {
        let wanted = [Phase::Initial, Phase::Middle, Phase::Ending];
        let mut next = 1;
        for (span, phase) in self.protocol.phases.iter().zip(wanted) {
            let field = format!("phases.{}", span.phase.as_str());
            if span.phase != phase {
                let message =
                    format!("expected the phase `{}` here: initial, middle, ending", phase.as_str());
                self.wrong(&field, Lint::PhaseBounds, message);
                return;
            }
            if span.from != next {
                let kind = if span.from > next { "leaves a gap after" } else { "overlaps" };
                let message = format!(
                    "starts at session {} and {kind} the phase before; it has to start at {next}",
                    span.from
                );
                self.wrong(&format!("{field}.from"), Lint::PhaseBounds, message);
            }
            if span.to < span.from {
                let message = format!("ends at session {} before it starts at {}", span.to, span.from);
                self.wrong(&format!("{field}.to"), Lint::PhaseBounds, message);
            }
            self.parts(&field, span);
            next = span.to.saturating_add(1);
        }
        let (last, count) = (self.protocol.phase(Phase::Ending).to, self.protocol.sessions.count);
        if last != count {
            let message = format!("the last phase ends at session {last}, but there are {count} sessions");
            self.wrong("phases.ending.to", Lint::PhaseBounds, message);
        }
    }

    fn parts(&mut self, field: &str, span: &PhaseSpan) {
        let mut next = span.from;
        for part in &span.parts {
            if part.from != next || part.to < part.from {
                let message = format!(
                    "goes from session {} to {}; the parts of a phase follow each other without a gap, this one starts at {next}",
                    part.from, part.to
                );
                self.wrong(&format!("{field}.parts.{}", part.id), Lint::PhaseBounds, message);
            }
            next = part.to.saturating_add(1);
        }
        if !span.parts.is_empty() && next != span.to.saturating_add(1) {
            let message = format!("the last part has to end with the phase, at session {}", span.to);
            self.wrong(&format!("{field}.parts"), Lint::PhaseBounds, message);
        }
    }

    pub(super) fn meetings(&mut self) {
        let count = self.protocol.sessions.count;
        for (index, meeting) in self.protocol.meetings.iter().enumerate() {
            let field = self.once("meetings", index, &meeting.id, "meetings");
            self.snake_case(&format!("{field}.id"), &meeting.id);
            if meeting.at_most < meeting.at_least {
                let message =
                    format!("at most {} is less than at least {}", meeting.at_most, meeting.at_least);
                self.wrong(&format!("{field}.at_most"), Lint::SessionNumbers, message);
            }
            if meeting.who.is_empty() {
                self.wrong(&format!("{field}.who"), Lint::MissingField, "say who takes part");
            }
            let (from, to) = (meeting.from.unwrap_or(1), meeting.to.unwrap_or(count));
            if to < from || to > count {
                let message = format!("sessions {from} to {to} do not lie within 1 to {count}");
                self.wrong(&format!("{field}.to"), Lint::WindowBounds, message);
            }
        }
    }
}
