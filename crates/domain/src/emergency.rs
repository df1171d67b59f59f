//! Opening a record in an emergency: for how long, for which reasons, and what a review may find.

use jiff::{SignedDuration, Timestamp};

/// Minutes for which a record stays open.
pub const OPEN_MINUTES: i64 = 60;
/// Hours after which a review that is still open blocks the person's next emergency.
pub const REVIEW_HOURS: i64 = 72;
/// Most characters of the reason in words.
pub const WORDS_CHARS_MAX: usize = 1_000;

/// Why a record was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Somebody is in danger.
    Danger,
    /// The client needs care now and whoever treats them cannot be reached.
    Unreachable,
    /// The client is here and asks for it.
    Asked,
    /// A complaint or an inquiry has to be looked into.
    Inquiry,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Reason; 4] = [Reason::Danger, Reason::Unreachable, Reason::Asked, Reason::Inquiry];

    /// The word the record keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Reason::Danger => "danger",
            Reason::Unreachable => "unreachable",
            Reason::Asked => "asked",
            Reason::Inquiry => "inquiry",
        }
    }

    /// The reason behind a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// What a review found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Finding {
    /// It was right to open the record.
    Justified,
    /// It was not.
    NotJustified,
}

impl Finding {
    /// All findings.
    pub const ALL: [Finding; 2] = [Finding::Justified, Finding::NotJustified];

    /// The word the record keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Finding::Justified => "justified",
            Finding::NotJustified => "not_justified",
        }
    }

    /// The finding behind a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Finding> {
        Finding::ALL.into_iter().find(|finding| finding.code() == code)
    }
}

/// When a record opened at `now` closes.
#[must_use]
pub fn closes_at(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_mins(OPEN_MINUTES)).unwrap_or(now)
}

/// Whether an emergency that began at `began` and was not reviewed keeps its person from the next one.
#[must_use]
pub fn review_is_overdue(began: Timestamp, now: Timestamp) -> bool {
    now.duration_since(began) >= SignedDuration::from_hours(REVIEW_HOURS)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn z9_a_record_is_open_for_an_hour_and_a_review_may_wait_for_three_days() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let after = |seconds: i64| now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
        assert_eq!(closes_at(now), after(3_600));
        assert!(!review_is_overdue(now, after(72 * 3_600 - 1)));
        assert!(review_is_overdue(now, after(72 * 3_600)));
    }
}
