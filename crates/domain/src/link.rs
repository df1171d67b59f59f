//! Links that work once: what each is for and how long it lives.

use jiff::SignedDuration;

/// What a one-time link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// Found the first practice of a new database and its first account.
    SetUp,
    /// Come in for the first time: choose a password and, for staff, add the second factor.
    Invitation,
    /// Choose a new password. Never replaces the second factor.
    Reset,
    /// Be one of the made-up people of a demonstration.
    Demonstration,
    /// Answer measures without signing in.
    Measures,
}

impl LinkPurpose {
    /// All purposes.
    pub const ALL: [LinkPurpose; 5] = [
        LinkPurpose::SetUp,
        LinkPurpose::Invitation,
        LinkPurpose::Reset,
        LinkPurpose::Demonstration,
        LinkPurpose::Measures,
    ];

    /// The word the record keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            LinkPurpose::SetUp => "set_up",
            LinkPurpose::Invitation => "invitation",
            LinkPurpose::Reset => "reset",
            LinkPurpose::Demonstration => "demonstration",
            LinkPurpose::Measures => "measures",
        }
    }

    /// The purpose behind a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<LinkPurpose> {
        LinkPurpose::ALL.into_iter().find(|purpose| purpose.code() == code)
    }

    /// How long a link lives. What opens an account lives as short as handing it over allows; a questionnaire
    /// may lie for a week.
    #[must_use]
    pub fn lifetime(self) -> SignedDuration {
        match self {
            LinkPurpose::Reset => SignedDuration::from_mins(30),
            LinkPurpose::SetUp | LinkPurpose::Demonstration => SignedDuration::from_hours(24),
            LinkPurpose::Invitation => SignedDuration::from_hours(72),
            LinkPurpose::Measures => SignedDuration::from_hours(7 * 24),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_is_read_back_from_its_word_and_an_unknown_word_is_none() {
        for purpose in LinkPurpose::ALL {
            assert_eq!(LinkPurpose::from_code(purpose.code()), Some(purpose));
        }
        assert_eq!(LinkPurpose::from_code("anything"), None);
    }
}
