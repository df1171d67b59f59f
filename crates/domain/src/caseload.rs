//! The caseload in its fixed order: who needs something today, who is not on track, what is due, who goes well.

use crate::episode::{DueMark, Stand, Summary, Trend, Worsening};
use jiff::civil::Date;

/// The groups, in the order the list shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Somebody may be in danger: look today.
    ActToday,
    /// The scores do not move as they should.
    NotOnTrack,
    /// Something is due: a session, a measure, a task, a first appointment.
    Due,
    /// Nothing is asked of anybody.
    GoingWell,
    /// The course has ended.
    Finished,
}

impl Group {
    /// All groups in order.
    pub const ALL: [Group; 5] =
        [Group::ActToday, Group::NotOnTrack, Group::Due, Group::GoingWell, Group::Finished];
}

/// Why a client is in the group: always words on the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// A risk item was answered above zero and nobody has looked yet.
    RiskOpen {
        /// The day it was answered.
        since: Option<Date>,
    },
    /// Worse in a way that calls for a look.
    Worse(Worsening),
    /// Too little better by this week of the course.
    TooLittleChange {
        /// Sessions held.
        sessions: u16,
    },
    /// No course has been started.
    NotStarted,
    /// A session is open and its note unsigned.
    SessionOpen {
        /// Its number.
        session: u16,
    },
    /// Nobody has been in touch for a while.
    NoContact {
        /// Days since the last contact.
        days: i32,
    },
    /// A task of the protocol is due.
    TaskDue(DueMark),
    /// The course is paused.
    Paused,
    /// In maintenance, nothing due.
    Maintenance,
    /// Better, or remitted.
    Improved,
    /// Under way with nothing to tell.
    UnderWay,
    /// The course has ended, in this way.
    Ended(String),
}

/// Contact longer ago than this is worth a word: two weekly sessions missed.
pub const NO_CONTACT_DAYS: i32 = 15;

/// Sorts a client into a group, with the reason. One row a person: the most pressing reason wins.
#[must_use]
pub fn place(summary: Option<&Summary>, today: Date) -> (Group, Reason) {
    let Some(summary) = summary else { return (Group::Due, Reason::NotStarted) };
    if summary.open_risks > 0 {
        return (Group::ActToday, Reason::RiskOpen { since: summary.risk_since });
    }
    match summary.stand {
        Stand::Ended => {
            (Group::Finished, Reason::Ended(summary.exit.clone().unwrap_or_else(|| "completed".to_owned())))
        }
        Stand::NotEnrolled => (Group::Due, Reason::NotStarted),
        Stand::Paused => (Group::Due, Reason::Paused),
        Stand::Maintenance | Stand::Active => under_way(summary, today),
    }
}

fn under_way(summary: &Summary, today: Date) -> (Group, Reason) {
    match (summary.trend, summary.stand) {
        (Trend::Worse(worse), _) => return (Group::NotOnTrack, Reason::Worse(worse)),
        (Trend::TooLittle, Stand::Active) => {
            return (Group::NotOnTrack, Reason::TooLittleChange { sessions: summary.sessions_held });
        }
        _ => {}
    }
    if let Some(session) = summary.open_session {
        return (Group::Due, Reason::SessionOpen { session });
    }
    let days = summary.last_contact_on.map_or(0, |on| days_between(on, today));
    if summary.stand == Stand::Active && days >= NO_CONTACT_DAYS {
        return (Group::Due, Reason::NoContact { days });
    }
    if let Some(due) = summary.due.iter().find(|due| due.overdue) {
        return (Group::Due, Reason::TaskDue(due.clone()));
    }
    match (summary.stand, summary.trend) {
        (Stand::Maintenance, _) => (Group::GoingWell, Reason::Maintenance),
        (_, Trend::Improved | Trend::Remitted | Trend::LowFromTheStart) => {
            (Group::GoingWell, Reason::Improved)
        }
        _ => match summary.due.first() {
            Some(due) => (Group::Due, Reason::TaskDue(due.clone())),
            None => (Group::GoingWell, Reason::UnderWay),
        },
    }
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use protocol::Phase;

    fn summary() -> Summary {
        Summary {
            stand: Stand::Active,
            exit: None,
            phase: Phase::Middle,
            sessions_planned: 16,
            sessions_held: 6,
            open_session: None,
            focus: None,
            ends_on: None,
            last_contact_on: Some(date(2026, 11, 16)),
            baseline: None,
            latest: None,
            trend: Trend::Improved,
            open_risks: 0,
            risk_since: None,
            due: vec![],
        }
    }

    const TODAY: Date = date(2026, 11, 22);

    #[test]
    fn risk_comes_before_everything_even_after_the_end() {
        let risky = Summary { open_risks: 1, stand: Stand::Ended, ..summary() };
        assert_eq!(place(Some(&risky), TODAY).0, Group::ActToday);
    }

    #[test]
    fn who_does_not_move_and_who_gets_worse_is_not_on_track_with_the_reason() {
        let moving = |trend| Summary { trend, ..summary() };
        let flat = place(Some(&moving(Trend::TooLittle)), TODAY);
        assert_eq!(flat, (Group::NotOnTrack, Reason::TooLittleChange { sessions: 6 }));
        let worse = Worsening::SinceLastTime(6.0);
        assert_eq!(
            place(Some(&moving(Trend::Worse(worse))), TODAY),
            (Group::NotOnTrack, Reason::Worse(worse))
        );
        let kept = Summary { stand: Stand::Maintenance, ..moving(Trend::TooLittle) };
        assert_eq!(place(Some(&kept), TODAY).0, Group::GoingWell, "maintenance keeps, it need not improve");
    }

    #[test]
    fn somebody_not_seen_for_two_weeks_is_due_and_somebody_without_a_course_too() {
        let lost = Summary { last_contact_on: Some(date(2026, 11, 1)), ..summary() };
        assert_eq!(place(Some(&lost), TODAY), (Group::Due, Reason::NoContact { days: 21 }));
        assert_eq!(place(None, TODAY), (Group::Due, Reason::NotStarted));
        assert_eq!(place(Some(&summary()), TODAY), (Group::GoingWell, Reason::Improved));
    }
}
