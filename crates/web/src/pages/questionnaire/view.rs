//! The form: every question with its answers as large buttons. One long page without script, one question at a time
//! with it. The wording is the instrument's own, to the letter.

use super::{DECLINED, Fault, Gaps, Reading, field_name};
use crate::kernel::once::once;
use crate::ui::prelude::*;
use measure::{Answer, Instrument, Item, ItemId};

/// What the form needs to know.
pub struct Sheet<'a> {
    /// The instrument.
    pub instrument: &'a Instrument,
    /// What was answered so far and what is wrong with it.
    pub reading: &'a Reading,
    /// Whether items may be left out; decides between the client's form and the staff's.
    pub gaps: Gaps,
    /// Under which name the device keeps answers that are not sent yet; none keeps nothing.
    pub kept_as: Option<&'a str>,
    /// Further fields before the questions.
    pub before: Markup,
    /// Further fields and words before the button.
    pub after: Markup,
}

/// The list of what is wrong and the whole form.
pub fn form(w: Words, sheet: &Sheet<'_>) -> Markup {
    let instrument = sheet.instrument;
    let asked = instrument.items.iter().filter(|item| item.ask_if.is_none()).count();
    let counted = w.with("sheet-progress", &[("n", 1.into()), ("of", asked.into())]);
    // The script puts the figures in.
    let pattern = w.with("sheet-progress", &[("n", "{n}".into()), ("of", "{of}".into())]);
    let client = sheet.gaps == Gaps::Asked;
    html! {
        (faults(w, sheet))
        form.questionnaire method="post" data-questionnaire=[sheet.kept_as] data-progress=(pattern) data-guard[!client] {
            (once())
            (once())
            (sheet.before)
            @if client { div.sheet-progress data-steps hidden { (progress(&counted, 1, u32::try_from(asked).unwrap_or(1))) } }
            @for item in &instrument.items { (question(w, sheet, item)) }
            @if client {
                div.button-row data-steps hidden {
                    button.button.quiet type="button" data-back { (w.t("sheet-back")) }
                    button.button.primary type="button" data-next { (w.t("sheet-next")) }
                }
            }
            div data-end {
                (sheet.after)
                (Button::submit(&w.t("sheet-send")).primary())
            }
        }
        (licence(w, instrument))
    }
}

fn question(w: Words, sheet: &Sheet<'_>, item: &Item) -> Markup {
    let (name, error) = (field_name(item), fault_of(w, sheet, &item.id));
    let given = sheet.reading.answers.get(&item.id).map(|answer| match answer {
        Answer::Value(value) => value.to_string(),
        Answer::Declined => DECLINED.to_owned(),
    });
    let values: Vec<(String, &str)> = sheet
        .instrument
        .choices(item)
        .iter()
        .map(|choice| (choice.value.to_string(), choice.text.as_str()))
        .collect();
    let declined = w.t("sheet-declined");
    let mut choices: Vec<Choice<'_>> =
        values.iter().map(|(value, text)| Choice::of(value, text, given.as_deref())).collect();
    choices.push(Choice::of(DECLINED, &declined, given.as_deref()));
    let mut field = Field::new(&name, &item.text).error(error.as_deref());
    if sheet.gaps == Gaps::Asked && item.ask_if.is_none() {
        field = field.required();
    }
    let condition = item.ask_if.as_ref().map(|when| {
        let of = |id: &ItemId| sheet.instrument.item(id).map(field_name);
        (when.any_of.iter().filter_map(of).collect::<Vec<_>>().join(" "), when.at_least)
    });
    html! {
        div.item data-ask-if=[condition.as_ref().map(|(names, _)| names)]
            data-at-least=[condition.as_ref().map(|(_, least)| least)] {
            // The sentence above the items belongs to those that share its answers.
            @if item.options.is_none() { p.item-stem { (sheet.instrument.preamble) } }
            (answer_buttons(&field, &choices))
        }
    }
}

fn fault_of(w: Words, sheet: &Sheet<'_>, item: &ItemId) -> Option<String> {
    let (_, fault) = sheet.reading.problems.iter().find(|(id, _)| id == item)?;
    Some(fault_words(w, *fault))
}

fn fault_words(w: Words, fault: Fault) -> String {
    match fault {
        Fault::Open => w.t("sheet-open-item").into_owned(),
        Fault::NotAnAnswer => w.t("sheet-not-an-answer").into_owned(),
    }
}

fn faults(w: Words, sheet: &Sheet<'_>) -> Markup {
    let lines: Vec<(String, String)> = sheet
        .reading
        .problems
        .iter()
        .filter_map(|(id, fault)| {
            let item = sheet.instrument.item(id)?;
            let words = [("item", item.text.as_str().into()), ("fault", fault_words(w, *fault).into())];
            Some((field_name(item), w.with("sheet-fault", &words)))
        })
        .collect();
    let links: Vec<ErrorLink<'_>> = lines.iter().map(|(name, text)| ErrorLink { name, text }).collect();
    error_summary(&w.t("form-errors"), &links)
}

/// Whose questions these are and on which terms they are used.
fn licence(w: Words, instrument: &Instrument) -> Markup {
    html! {
        footer.small.soft.form-licence {
            p { (instrument.title) ". " (instrument.licence.text) }
            p { (w.t("sheet-source")) " " (instrument.citation) }
        }
    }
}
