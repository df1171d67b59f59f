//! The caseload in its fixed order: who needs something today, who is not on track, what is due, who goes well.

use crate::episode::{DueMark, Stand, Summary, Trend};
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
    /// Worse by more than measurement error.
    Worse {
        /// Points since the start; above zero is worse.
        points: f64,
    },
    /// No more than measurement error has changed though the course is at least four sessions old.
    NoChangeYet {
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
/// Sessions after which no reliable change is worth a word (the week-4 decision of the response rules).
pub const EARLY_SESSIONS: u16 = 4;

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
    if summary.trend == Trend::Worse {
        return (Group::NotOnTrack, Reason::Worse { points: points(summary) });
    }
    if summary.trend == Trend::Unchanged
        && summary.sessions_held >= EARLY_SESSIONS
        && summary.stand == Stand::Active
    {
        return (Group::NotOnTrack, Reason::NoChangeYet { sessions: summary.sessions_held });
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
        (_, Trend::Improved | Trend::Remitted) => (Group::GoingWell, Reason::Improved),
        _ => match summary.due.first() {
            Some(due) => (Group::Due, Reason::TaskDue(due.clone())),
            None => (Group::GoingWell, Reason::UnderWay),
        },
    }
}

fn points(summary: &Summary) -> f64 {
    let total = |mark: &Option<crate::episode::ScoreMark>| mark.as_ref().and_then(|mark| mark.total);
    match (total(&summary.baseline), total(&summary.latest)) {
        (Some(first), Some(last)) => last - first,
        _ => 0.0,
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
    fn no_change_is_named_only_once_the_fourth_session_is_past() {
        let flat = |held| Summary { trend: Trend::Unchanged, sessions_held: held, ..summary() };
        assert_eq!(place(Some(&flat(3)), TODAY).0, Group::GoingWell);
        assert_eq!(place(Some(&flat(4)), TODAY), (Group::NotOnTrack, Reason::NoChangeYet { sessions: 4 }));
    }

    #[test]
    fn somebody_not_seen_for_two_weeks_is_due_and_somebody_without_a_course_too() {
        let lost = Summary { last_contact_on: Some(date(2026, 11, 1)), ..summary() };
        assert_eq!(place(Some(&lost), TODAY), (Group::Due, Reason::NoContact { days: 21 }));
        assert_eq!(place(None, TODAY), (Group::Due, Reason::NotStarted));
        assert_eq!(place(Some(&summary()), TODAY), (Group::GoingWell, Reason::Improved));
    }
}
