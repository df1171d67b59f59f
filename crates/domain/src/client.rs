//! Clients: who they are and how to reach them.

use crate::text::{self, TextError};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What the practice knows of who a client is. Versioned as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Particulars {
    /// The name on record.
    pub name: String,
    /// What the client likes to be called.
    pub called: Option<String>,
    /// Date of birth, if known.
    pub born_on: Option<Date>,
    /// The client's time zone (IANA name); the practice's when not given.
    pub zone: Option<String>,
    /// Phone number as written.
    pub phone: Option<String>,
    /// Email address as written.
    pub email: Option<String>,
    /// Whom to call in an emergency, as written.
    pub emergency_contact: Option<String>,
}

/// What the form sends, unchecked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParticularsForm {
    /// See [`Particulars::name`].
    pub name: String,
    /// See [`Particulars::called`].
    pub called: String,
    /// Date of birth as typed (`YYYY-MM-DD`).
    pub born_on: String,
    /// See [`Particulars::zone`].
    pub zone: String,
    /// See [`Particulars::phone`].
    pub phone: String,
    /// See [`Particulars::email`].
    pub email: String,
    /// See [`Particulars::emergency_contact`].
    pub emergency_contact: String,
}

/// A field of the form and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name in the form.
    pub field: &'static str,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong with a typed field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Empty, too long, or with forbidden characters.
    Text(TextError),
    /// No date, or one that does not exist.
    NotADate,
    /// A date after today, or more than 120 years ago.
    ImpossibleDate,
    /// No time zone of that name.
    UnknownZone,
    /// Not an email address.
    NotAnEmail,
    /// A guardian of this client signs in with this address.
    Guardians,
}

impl Particulars {
    /// Checks the form. All problems are named at once.
    ///
    /// # Errors
    /// One [`FieldProblem`] per field that cannot be taken as it is.
    pub fn from_form(form: &ParticularsForm, today: Date) -> Result<Particulars, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut note = |field: &'static str, problem: Problem| problems.push(FieldProblem { field, problem });

        let name = text::line(&form.name, 200).map_err(|e| note("name", Problem::Text(e))).ok();
        let mut optional = |field: &'static str, value: &str, max: usize| {
            text::optional_line(value, max).map_err(|e| note(field, Problem::Text(e))).ok().flatten()
        };
        let called = optional("called", &form.called, 200);
        let phone = optional("phone", &form.phone, 60);
        let email = optional("email", &form.email, 200);
        let zone = optional("zone", &form.zone, 60);
        let emergency_contact = optional("emergency_contact", &form.emergency_contact, 400);
        if email.as_deref().is_some_and(|email| !looks_like_email(email)) {
            note("email", Problem::NotAnEmail);
        }
        if zone.as_deref().is_some_and(|zone| jiff::tz::TimeZone::get(zone).is_err()) {
            note("zone", Problem::UnknownZone);
        }
        let born_on = match birth_date(&form.born_on, today) {
            Ok(date) => date,
            Err(problem) => {
                note("born_on", problem);
                None
            }
        };
        match name {
            Some(name) if problems.is_empty() => {
                Ok(Particulars { name, called, born_on, zone, phone, email, emergency_contact })
            }
            _ => Err(problems),
        }
    }

    /// The same as a form, to show for editing.
    #[must_use]
    pub fn to_form(&self) -> ParticularsForm {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        ParticularsForm {
            name: self.name.clone(),
            called: text(&self.called),
            born_on: self.born_on.map(|date| date.to_string()).unwrap_or_default(),
            zone: text(&self.zone),
            phone: text(&self.phone),
            email: text(&self.email),
            emergency_contact: text(&self.emergency_contact),
        }
    }

    /// The name to use when speaking of the client.
    #[must_use]
    pub fn spoken_name(&self) -> &str {
        self.called.as_deref().unwrap_or(&self.name)
    }

    /// Age in whole years on a day.
    #[must_use]
    pub fn age_years(&self, on: Date) -> Option<i16> {
        let born = self.born_on?;
        let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
        Some(on.year() - born.year() - i16::from(!had_birthday))
    }
}

/// Whether a text has the outer form of an address: something, one `@`, a domain with a dot, no space.
#[must_use]
pub fn looks_like_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else { return false };
    !user.is_empty()
        && !host.contains('@')
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !text.contains(char::is_whitespace)
}

fn birth_date(typed: &str, today: Date) -> Result<Option<Date>, Problem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let date: Date = typed.parse().map_err(|_| Problem::NotADate)?;
    if date > today || today.year() - date.year() > 120 {
        return Err(Problem::ImpossibleDate);
    }
    Ok(Some(date))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 22);

    #[test]
    fn all_problems_of_a_form_are_named_at_once() {
        let form = ParticularsForm {
            name: " ".into(),
            born_on: "2027-02-30".into(),
            email: "nobody".into(),
            zone: "Mars/Olympus".into(),
            ..ParticularsForm::default()
        };
        let fields: Vec<&str> =
            Particulars::from_form(&form, TODAY).unwrap_err().iter().map(|p| p.field).collect();
        assert_eq!(fields, ["name", "email", "zone", "born_on"]);
    }

    #[test]
    fn nobody_is_born_tomorrow() {
        for (typed, problem) in [
            ("2026-11-23", Problem::ImpossibleDate),
            ("1899-01-01", Problem::ImpossibleDate),
            ("22.11.1990", Problem::NotADate),
        ] {
            assert_eq!(birth_date(typed, TODAY), Err(problem));
        }
        assert_eq!(birth_date("", TODAY), Ok(None));
    }

    #[test]
    fn age_counts_birthdays_and_a_form_comes_back_as_it_went() {
        let form =
            ParticularsForm { name: "Grace O.".into(), born_on: "2010-11-23".into(), ..Default::default() };
        let grace = Particulars::from_form(&form, TODAY).unwrap();
        assert_eq!(grace.age_years(TODAY), Some(15));
        assert_eq!(grace.age_years(date(2026, 11, 23)), Some(16));
        assert_eq!(grace.to_form(), form);
    }
}
