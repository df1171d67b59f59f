//! What the nightly look at everything can find, and when it is said of a look that it is late.

use crate::account::{Role, Roles};
use jiff::{SignedDuration, Timestamp};

/// Characters of the note on what was done about a finding, at most.
pub const NOTE_CHARS_MAX: usize = 1000;

/// Hours without a finished look after which people are told: two nights were missed.
const LATE_HOURS: i64 = 48;

/// Who is told: whoever runs the practice, and who answers for its records.
pub const TOLD: &[Role] = &[Role::Administrator, Role::PrivacyOfficer];

/// Whether somebody with these roles is told.
#[must_use]
pub fn is_told(roles: &Roles) -> bool {
    TOLD.iter().any(|role| roles.has(*role))
}

/// Where something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The database itself: pages, indexes, tables or columns that went.
    Database,
    /// A sealed field or a mark that does not verify, or a key that is not there.
    Field,
    /// An episode whose kept summary, protocol or line of the trail does not fit its history.
    Record,
    /// The audit trail.
    Trail,
    /// A part of the look that ended in an error.
    Failed,
    /// No look has ended for two days.
    Late,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 6] =
        [Kind::Database, Kind::Field, Kind::Record, Kind::Trail, Kind::Failed, Kind::Late];

    /// The word the record keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Kind::Database => "database",
            Kind::Field => "field",
            Kind::Record => "record",
            Kind::Trail => "trail",
            Kind::Failed => "failed",
            Kind::Late => "late",
        }
    }

    /// The kind behind a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Whether it is too long ago that a look ended.
#[must_use]
pub fn is_late(last: Timestamp, now: Timestamp) -> bool {
    now.duration_since(last) > SignedDuration::from_hours(LATE_HOURS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_back_from_its_word() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(Kind::from_code("else"), None);
    }

    #[test]
    fn r4_a_look_is_late_after_two_days_and_not_before() {
        let last = Timestamp::UNIX_EPOCH;
        assert!(!is_late(last, last + SignedDuration::from_hours(48)));
        assert!(is_late(last, last + SignedDuration::from_secs(48 * 3600 + 1)));
        assert!(
            !is_late(last, last - SignedDuration::from_hours(1)),
            "a clock that went back is no late look"
        );
    }
}
