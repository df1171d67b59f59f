//! A questionnaire as a form: what it asks, what came back, and the page that thanks. Shared by the link, the client's
//! own page and the staff's form; it has no routes of its own.

use crate::kernel::form::Form;
use measure::{Answer, Answers, Instrument, Item, ItemId};

pub mod thanks;
pub mod view;

/// What a name of an answer's field begins with.
const PREFIX: &str = "item.";
/// What is sent for "I would rather not say".
const DECLINED: &str = "declined";

/// Whether items may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gaps {
    /// The person answers for themselves: each question asks for an answer, which may be "I would rather not say".
    Asked,
    /// Somebody types in what is on a sheet of paper, gaps and all.
    Kept,
}

/// What a form held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The answers that fit.
    pub answers: Answers,
    /// What has to be put right, in the order of the form.
    pub problems: Vec<(ItemId, Fault)>,
}

/// What is wrong with an item's field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing was chosen.
    Open,
    /// What was sent is none of the item's answers.
    NotAnAnswer,
}

/// The name of an item's field.
fn field_name(item: &Item) -> String {
    format!("{PREFIX}{}", item.id)
}

/// Reads the answers out of a form. Fields of other names are passed over.
pub fn read(instrument: &Instrument, form: &Form, gaps: Gaps) -> Reading {
    let mut reading = Reading::default();
    let mut open = Vec::new();
    for item in &instrument.items {
        match form.text(&field_name(item)) {
            "" => open.push(item),
            DECLINED => drop(reading.answers.insert(item.id.clone(), Answer::Declined)),
            sent => {
                let offered =
                    |value: &i32| instrument.choices(item).iter().any(|choice| choice.value == *value);
                match sent.parse().ok().filter(offered) {
                    Some(value) => drop(reading.answers.insert(item.id.clone(), Answer::Value(value))),
                    None => reading.problems.push((item.id.clone(), Fault::NotAnAnswer)),
                }
            }
        }
    }
    // A question that is only asked under a condition may always stay open.
    let missing = open.iter().filter(|item| gaps == Gaps::Asked && item.ask_if.is_none());
    reading.problems.extend(missing.map(|item| (item.id.clone(), Fault::Open)));
    let place = |id: &ItemId| instrument.items.iter().position(|item| item.id == *id);
    reading.problems.sort_by_key(|(id, _)| place(id));
    reading
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn phq9() -> Instrument {
        Instrument::parse(include_str!("../../../../../content/instruments/phq-9.json")).unwrap()
    }

    fn form(fields: &[(&str, &str)]) -> Form {
        Form { pairs: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect() }
    }

    #[test]
    fn an_open_question_is_asked_for_and_the_conditional_one_is_not() {
        let sent = form(&[("item.1", "2"), ("item.9", "declined"), ("other", "x")]);
        let asked = read(&phq9(), &sent, Gaps::Asked);
        let open: Vec<&str> = asked.problems.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(open, ["2", "3", "4", "5", "6", "7", "8"]);
        assert_eq!(asked.answers.len(), 2);
        assert_eq!(read(&phq9(), &sent, Gaps::Kept).problems, []);
    }

    #[test]
    fn what_no_button_sends_is_pointed_at_and_not_kept() {
        let sent = form(&[("item.1", "4"), ("item.2", "-1"), ("item.3", "two")]);
        let reading = read(&phq9(), &sent, Gaps::Kept);
        assert_eq!(reading.problems.len(), 3);
        assert!(reading.problems.iter().all(|(_, fault)| *fault == Fault::NotAnAnswer));
        assert!(reading.answers.is_empty());
    }
}
