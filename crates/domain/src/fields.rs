//! Forms as the record sees them: named texts going in, problems coming out, and the same texts again for editing.
//!
//! A record reads all its fields in one go through a [`Reading`], so that every problem is named at once, and gives
//! them back by a `to_fields` of its own. Two versions of a record are compared field by field in this form.

use crate::text::{self, TextError};
use serde::{Deserialize, Serialize};

/// The fields of a form, in order; a name may come more than once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fields {
    pairs: Vec<(String, String)>,
}

impl Fields {
    /// The fields as they were sent.
    #[must_use]
    pub fn new(pairs: Vec<(String, String)>) -> Fields {
        Fields { pairs }
    }

    /// The first value of a field; empty when there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a field holds this value.
    #[must_use]
    pub fn holds(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|found| found == value)
    }

    /// Adds a value; an empty one is left out.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Fields {
        self.put(name, value);
        self
    }

    /// Adds a value; an empty one is left out.
    pub fn put(&mut self, name: &str, value: impl ToString) {
        let value = value.to_string();
        if !value.is_empty() {
            self.pairs.push((name.to_owned(), value));
        }
    }

    /// Adds a value if there is one.
    pub fn put_some(&mut self, name: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// The names of fields whose values differ, in the order of `self`, then those only `other` has.
    #[must_use]
    pub fn differing(&self, other: &Fields) -> Vec<String> {
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in self.pairs.iter().chain(&other.pairs) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names.retain(|name| !self.all(name).eq(other.all(name)));
        names.into_iter().map(str::to_owned).collect()
    }
}

/// A field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: String,
    /// What is wrong.
    pub problem: FieldProblem,
}

/// What can be wrong with a typed field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldProblem {
    /// Empty, too long, or with forbidden characters.
    Text(TextError),
    /// Not a whole number within these bounds.
    NotANumber {
        /// Least.
        least: i64,
        /// Greatest.
        most: i64,
    },
    /// Not one of the answers offered.
    NotAChoice,
    /// No date, or one that does not exist.
    NotADate,
    /// A month or a day without a year.
    YearMissing,
    /// A day without a month.
    MonthMissing,
    /// A date that has not come yet, where only the past is meant.
    AfterToday,
    /// A date so long ago that nobody living can mean it.
    TooLongAgo,
    /// A date that has passed, where one to come is meant.
    BeforeToday,
    /// A person or event that is not on record here.
    Unknown,
    /// The same as another answer that must differ from it.
    SameTwice,
    /// This choice needs something on record that is not there.
    NeedsDeath,
}

/// An enum whose variants have a word in the record and in forms.
pub trait Coded: Copy + Sized + 'static {
    /// All of them, in the order of a form.
    const ALL: &'static [Self];
    /// The word.
    fn code(self) -> &'static str;
    /// The variant behind a word.
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.code() == code)
    }
}

/// Declares an enum of words: the same words in documents, forms and [`Coded::code`].
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$about])* #[serde(rename = $code)] $variant,)+ }
        impl $crate::fields::Coded for $name {
            const ALL: &'static [Self] = &[$($name::$variant),+];
            fn code(self) -> &'static str { match self { $($name::$variant => $code),+ } }
        }
    };
}
pub(crate) use coded;

/// Reads the fields of one form and gathers what is wrong.
pub struct Reading<'f> {
    fields: &'f Fields,
    errors: Vec<FieldError>,
}

impl<'f> Reading<'f> {
    /// Begins to read.
    #[must_use]
    pub fn of(fields: &'f Fields) -> Reading<'f> {
        Reading { fields, errors: Vec::new() }
    }

    /// Writes a problem down.
    pub fn note(&mut self, field: impl Into<String>, problem: FieldProblem) {
        self.errors.push(FieldError { field: field.into(), problem });
    }

    /// The field as typed, without the space around it.
    #[must_use]
    pub fn raw(&self, name: &str) -> &'f str {
        self.fields.text(name).trim()
    }

    /// All values of a field.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&'f str> {
        let wanted = name.to_owned();
        self.fields.pairs.iter().filter(|(key, _)| *key == wanted).map(|(_, value)| value.as_str()).collect()
    }

    /// A line that must be there.
    pub fn line(&mut self, name: &str, max: usize) -> String {
        let read = text::line(self.fields.text(name), max);
        self.taken(name, read)
    }

    /// A line that may be empty.
    pub fn optional_line(&mut self, name: &str, max: usize) -> String {
        let read = text::optional_line(self.fields.text(name), max).map(Option::unwrap_or_default);
        self.taken(name, read)
    }

    /// A text of several lines that may be empty.
    pub fn prose(&mut self, name: &str, max: usize) -> String {
        let read = text::prose(self.fields.text(name), max).map(|text| text.trim().to_owned());
        self.taken(name, read)
    }

    /// A whole number within bounds, if one was typed.
    pub fn number(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        let typed = self.raw(name);
        if typed.is_empty() {
            return None;
        }
        let read = typed.parse().ok().filter(|number| (least..=most).contains(number));
        if read.is_none() {
            self.note(name, FieldProblem::NotANumber { least, most });
        }
        read
    }

    /// A rating from 0 to 10, if one was given.
    pub fn rating(&mut self, name: &str) -> Option<u8> {
        self.number(name, 0, 10).and_then(|rating| u8::try_from(rating).ok())
    }

    /// One of the answers offered, if one was given.
    pub fn choice<T: Coded>(&mut self, name: &str) -> Option<T> {
        let typed = self.raw(name);
        if typed.is_empty() {
            return None;
        }
        let read = T::from_code(typed);
        if read.is_none() {
            self.note(name, FieldProblem::NotAChoice);
        }
        read
    }

    /// Any number of the answers offered; unknown words are left out and noted.
    pub fn choices<T: Coded>(&mut self, name: &str) -> Vec<T> {
        let (known, unknown): (Vec<_>, Vec<_>) =
            self.all(name).into_iter().map(T::from_code).partition(Option::is_some);
        if !unknown.is_empty() {
            self.note(name, FieldProblem::NotAChoice);
        }
        known.into_iter().flatten().collect()
    }

    /// Whether a box was ticked.
    #[must_use]
    pub fn ticked(&self, name: &str) -> bool {
        !self.raw(name).is_empty()
    }

    /// The value read, if nothing was wrong.
    ///
    /// # Errors
    /// Everything that was.
    pub fn finish<T>(self, value: T) -> Result<T, Vec<FieldError>> {
        if self.errors.is_empty() { Ok(value) } else { Err(self.errors) }
    }

    fn taken(&mut self, name: &str, read: Result<String, TextError>) -> String {
        read.unwrap_or_else(|error| {
            self.note(name, FieldProblem::Text(error));
            String::new()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_named_at_once_and_nothing_typed_is_lost() {
        let fields = Fields::default().with("name", " ").with("rating", "11").with("note", "two\r\nlines ");
        let mut reading = Reading::of(&fields);
        reading.line("name", 10);
        assert_eq!(reading.rating("rating"), None);
        assert_eq!(reading.prose("note", 50), "two\nlines");
        let named: Vec<String> =
            reading.finish(()).err().into_iter().flatten().map(|error| error.field).collect();
        assert_eq!(named, ["name", "rating"]);
    }

    #[test]
    fn fields_are_compared_by_all_their_values() {
        let old = Fields::default().with("a", "1").with("b", "x").with("b", "y");
        let new = Fields::default().with("b", "x").with("b", "z").with("c", "3").with("a", "1");
        assert_eq!(old.differing(&new), ["b", "c"]);
        assert!(old.differing(&old).is_empty());
    }
}
