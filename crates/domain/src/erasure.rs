//! Erasing a client's record: not before the retention has passed, never under a legal hold, and for good.

use crate::ids::{ClientId, PracticeId};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// Years a record is kept after the last contact, unless the practice says otherwise: seven, as the Record Keeping
/// Guidelines of the American Psychological Association advise (2007, guideline 7; American Psychologist 62, 993-1004).
/// Laws differ: Germany asks for ten (BGB § 630f).
pub const RETENTION_YEARS: u16 = 7;

/// Least and most years a practice may set.
pub const RETENTION_RANGE: (u16, u16) = (1, 100);

/// Age at which the years of somebody who was a client as a minor begin to count.
const MAJORITY: i16 = 18;

/// Longest reason of a hold, in characters.
pub const REASON_CHARS_MAX: usize = 500;

/// The first day on which a record may be erased: `years` after the last contact, and not before `years` after the
/// client came of age.
#[must_use]
pub fn possible_from(last_contact: Date, born_on: Option<Date>, years: u16) -> Date {
    let after = |from: Date, years: i16| from.saturating_add(years.years());
    let years = i16::try_from(years).unwrap_or(i16::MAX);
    let by_contact = after(last_contact, years);
    let by_age = born_on.map(|born| after(after(born, MAJORITY), years));
    by_age.map_or(by_contact, |by_age| by_contact.max(by_age))
}

/// Why a record is erased. A word of ours and never free text: nothing of the person may remain in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The time for which it had to be kept is over.
    RetentionPassed,
    /// The client asked for it, after that time.
    ClientAsked,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Reason; 2] = [Reason::RetentionPassed, Reason::ClientAsked];

    /// The word the ledger keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Reason::RetentionPassed => "retention_passed",
            Reason::ClientAsked => "client_asked",
        }
    }

    /// The reason behind a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// One line of the ledger of erasures: all that remains of a client, apart from the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// The practice.
    pub practice: PracticeId,
    /// The client's id. It names nobody any more.
    pub client: ClientId,
    /// When.
    pub at: Timestamp,
    /// Who: an account's id, or `operator`.
    pub by: String,
    /// Why.
    pub reason: Reason,
}

/// Why a record cannot be erased now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotYet {
    /// A legal hold stands. It wins over everything.
    #[error("a legal hold stands")]
    Held,
    /// The record must be kept longer.
    #[error("it must be kept until {from}")]
    TooEarly {
        /// The first day on which it may be erased.
        from: Date,
    },
}

/// Whether a record may be erased on a day.
///
/// # Errors
/// [`NotYet`]: the hold first, then the retention.
pub fn may_erase(held: bool, from: Date, today: Date) -> Result<(), NotYet> {
    if held {
        return Err(NotYet::Held);
    }
    if today < from { Err(NotYet::TooEarly { from }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn p2_a_record_is_kept_for_its_years_and_a_minors_until_they_are_over_after_majority() {
        let last = date(2026, 11, 2);
        assert_eq!(possible_from(last, None, 7), date(2033, 11, 2));
        assert_eq!(possible_from(last, Some(date(1980, 1, 1)), 7), date(2033, 11, 2));
        assert_eq!(possible_from(last, Some(date(2012, 5, 3)), 7), date(2037, 5, 3));
        assert_eq!(possible_from(date(2024, 2, 29), None, 1), date(2025, 2, 28));
    }

    #[test]
    fn p2_a_hold_wins_over_a_retention_that_has_passed() {
        let (from, day) = (date(2033, 11, 2), date(2033, 11, 1));
        assert_eq!(may_erase(false, from, day), Err(NotYet::TooEarly { from }));
        assert_eq!(may_erase(false, from, from), Ok(()));
        assert_eq!(may_erase(true, from, from), Err(NotYet::Held));
    }

    #[test]
    fn the_ledger_holds_words_of_ours_only() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_code(reason.code()), Some(reason));
        }
    }
}
