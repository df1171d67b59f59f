//! Choosing among given answers.

use maud::{Markup, html};

use super::field::Field;

/// One answer to choose.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice<'a> {
    /// What is sent.
    pub value: &'a str,
    /// What is read.
    pub text: &'a str,
    /// A line under the text.
    pub hint: Option<&'a str>,
    /// Whether it is chosen now.
    pub chosen: bool,
}

impl<'a> Choice<'a> {
    /// An answer, chosen when `current` equals its value.
    #[must_use]
    pub fn of(value: &'a str, text: &'a str, current: Option<&str>) -> Choice<'a> {
        Choice { value, text, hint: None, chosen: current == Some(value) }
    }

    /// With a line under the text.
    #[must_use]
    pub fn hint(mut self, hint: &'a str) -> Choice<'a> {
        self.hint = Some(hint);
        self
    }
}

/// A drop-down list. For five answers or fewer, [`radios`] show more and ask less.
#[must_use]
pub fn select(field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    html! {
        div.field.has-error[field.error.is_some()] {
            label for=(field.id()) { (field.label_text()) }
            (field.notes())
            select id=(field.id()) name=(field.name) required[field.required]
                aria-describedby=[field.described_by()] aria-invalid=[field.invalid()] {
                @for choice in choices {
                    option value=(choice.value) selected[choice.chosen] { (choice.text) }
                }
            }
        }
    }
}

/// One answer out of a few, all in sight.
#[must_use]
pub fn radios(field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    group(field, "choices", choices, "radio")
}

/// Any number of answers, each sent under the field's name.
#[must_use]
pub fn check_boxes(field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    group(field, "choices", choices, "checkbox")
}

/// The answers of a questionnaire item: full-width buttons, one to choose. Keys 1 to 9 choose with the script.
#[must_use]
pub fn answer_buttons(field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    group(field, "choices answers", choices, "radio")
}

/// Numbers between two named ends, in one line: `ends` are the words for the first and the last.
#[must_use]
pub fn scale(field: &Field<'_>, ends: (&str, &str), choices: &[Choice<'_>]) -> Markup {
    let id = field.id();
    html! {
        fieldset.field.has-error[field.error.is_some()] aria-describedby=[field.described_by()] {
            legend { (field.label_text()) }
            (field.notes())
            div.scale {
                span.scale-end { (ends.0) }
                @for (i, choice) in choices.iter().enumerate() {
                    @let own = if i == 0 { id.clone() } else { format!("{id}-{i}") };
                    (option(field, choice, &own, "radio"))
                }
                span.scale-end { (ends.1) }
            }
        }
    }
}

fn group(field: &Field<'_>, class: &str, choices: &[Choice<'_>], kind: &str) -> Markup {
    let id = field.id();
    html! {
        fieldset.field.has-error[field.error.is_some()] aria-describedby=[field.described_by()] {
            legend { (field.label_text()) }
            (field.notes())
            div class=(class) {
                @for (i, choice) in choices.iter().enumerate() {
                    // The first control carries the field's own id, so that error links land on it.
                    @let own = if i == 0 { id.clone() } else { format!("{id}-{i}") };
                    (option(field, choice, &own, kind))
                }
            }
        }
    }
}

fn option(field: &Field<'_>, choice: &Choice<'_>, id: &str, kind: &str) -> Markup {
    html! {
        label.choice for=(id) {
            input type=(kind) id=(id) name=(field.name) value=(choice.value) checked[choice.chosen]
                required[field.required && kind == "radio"] aria-invalid=[field.invalid()];
            span.choice-words {
                span { (choice.text) }
                @if let Some(hint) = choice.hint { span.choice-hint { (hint) } }
            }
        }
    }
}

/// One box to tick; sends `choice.value` when ticked. The field's label is not shown: the choice's text is.
#[must_use]
pub fn check_box(field: &Field<'_>, choice: &Choice<'_>) -> Markup {
    html! {
        div.field.has-error[field.error.is_some()] {
            (field.notes())
            label.choice for=(field.id()) {
                input type="checkbox" id=(field.id()) name=(field.name) value=(choice.value)
                    checked[choice.chosen] required[field.required]
                    aria-describedby=[field.described_by()] aria-invalid=[field.invalid()];
                span.choice-words {
                    span { (choice.text) }
                    @if let Some(hint) = choice.hint { span.choice-hint { (hint) } }
                }
            }
        }
    }
}
