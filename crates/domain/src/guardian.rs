//! Guardians of clients who are minors.

use jiff::{ToSpan, civil::Date};

/// Age of majority in years: article 1 of the United Nations Convention on the Rights of the Child. Where the law sets
/// another one, the last day of the relation is chosen by hand and can only be earlier.
pub const MAJORITY_YEARS: i32 = 18;

/// On which ground somebody is a guardian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// A parent with custody.
    Parent,
    /// Appointed by a court.
    Court,
    /// Another ground that the practice has seen a document of.
    Document,
}

impl Basis {
    /// All grounds.
    pub const ALL: [Basis; 3] = [Basis::Parent, Basis::Court, Basis::Document];

    /// The word the record keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Basis::Parent => "parent",
            Basis::Court => "court",
            Basis::Document => "document",
        }
    }

    /// The ground behind a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Basis> {
        Basis::ALL.into_iter().find(|basis| basis.code() == code)
    }
}

/// The first day on which somebody born on a day needs no guardian any more. Who was born on 29 February comes of age
/// on the last day of February.
#[must_use]
pub fn majority(born_on: Date) -> Date {
    born_on.saturating_add(MAJORITY_YEARS.years())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn z10_majority_is_the_eighteenth_birthday() {
        assert_eq!(majority(date(2012, 5, 1)), date(2030, 5, 1));
        assert_eq!(majority(date(2012, 2, 29)), date(2030, 2, 28));
    }
}
