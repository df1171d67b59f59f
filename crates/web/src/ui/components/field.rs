//! Fields of a form: label, help, error and the control, tied together for assistive technology.

use maud::{Markup, html};

/// What stands round a control. Made with [`Field::new`] and handed to the function of its control.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Name that is sent.
    pub name: &'a str,
    /// The label.
    pub label: &'a str,
    /// A line of help under the label.
    pub help: Option<&'a str>,
    /// What is wrong and how to put it right.
    pub error: Option<&'a str>,
    /// Word behind the label of a field that may stay empty, for example "optional". Fields are required
    /// in plain reading; those that are not say so.
    pub optional: Option<&'a str>,
    /// Whether the browser insists on a value before it sends the form.
    pub required: bool,
}

impl<'a> Field<'a> {
    /// A field with a name and a label.
    #[must_use]
    pub fn new(name: &'a str, label: &'a str) -> Field<'a> {
        Field { name, label, help: None, error: None, optional: None, required: false }
    }

    /// With a line of help.
    #[must_use]
    pub fn help(mut self, help: &'a str) -> Field<'a> {
        self.help = Some(help);
        self
    }

    /// With an error, if there is one.
    #[must_use]
    pub fn error(mut self, error: Option<&'a str>) -> Field<'a> {
        self.error = error;
        self
    }

    /// May stay empty; `word` says so.
    #[must_use]
    pub fn optional(mut self, word: &'a str) -> Field<'a> {
        self.optional = Some(word);
        self
    }

    /// Must be filled; the browser insists.
    #[must_use]
    pub fn required(mut self) -> Field<'a> {
        self.required = true;
        self
    }

    /// The id of the control.
    #[must_use]
    pub fn id(&self) -> String {
        field_id(self.name)
    }

    /// The ids of help and error, for `aria-describedby`.
    pub(super) fn described_by(&self) -> Option<String> {
        let id = self.id();
        let help = self.help.map(|_| format!("{id}-help"));
        let error = self.error.map(|_| format!("{id}-error"));
        let ids: Vec<String> = help.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    pub(super) fn invalid(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }

    pub(super) fn label_text(&self) -> Markup {
        html! {
            (self.label)
            @if let Some(word) = self.optional { " " span.optional { "(" (word) ")" } }
        }
    }

    pub(super) fn notes(&self) -> Markup {
        let id = self.id();
        html! {
            @if let Some(help) = self.help { p.field-help id={ (id) "-help" } { (help) } }
            @if let Some(error) = self.error {
                p.field-error id={ (id) "-error" } { (super::badge::Tone::Watch.shape()) (error) }
            }
        }
    }

    fn wrap(&self, control: Markup) -> Markup {
        html! {
            div.field.has-error[self.error.is_some()] {
                label for=(self.id()) { (self.label_text()) }
                (self.notes())
                (control)
            }
        }
    }
}

/// The id of the control of a field: `rows.0.who` gives `f-rows-0-who`. Error links point here.
#[must_use]
pub fn field_id(name: &str) -> String {
    let safe: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("f-{safe}")
}

/// What a one-line field takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Any text.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A password; may be pasted.
    Password,
    /// A telephone number.
    Tel,
    /// A number with the device's number keys.
    Number,
    /// Digits of a one-time code.
    Code,
    /// A search.
    Search,
    /// A time of day.
    Time,
    /// A web address.
    Url,
}

impl InputKind {
    fn type_name(self) -> &'static str {
        match self {
            InputKind::Text | InputKind::Code => "text",
            InputKind::Email => "email",
            InputKind::Password => "password",
            InputKind::Tel => "tel",
            InputKind::Number => "number",
            InputKind::Search => "search",
            InputKind::Time => "time",
            InputKind::Url => "url",
        }
    }

    fn input_mode(self) -> Option<&'static str> {
        match self {
            InputKind::Number | InputKind::Code => Some("numeric"),
            _ => None,
        }
    }
}

/// The control of a one-line field.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// What it takes.
    pub kind: InputKind,
    /// What it holds.
    pub value: &'a str,
    /// The browser's `autocomplete` word ("email", "current-password", "one-time-code", "off" …).
    pub autocomplete: Option<&'a str>,
    /// Expected length in characters; sets the width. `None` fills the line.
    pub chars: Option<u16>,
    /// Longest text taken.
    pub max_chars: Option<u32>,
    /// Least and greatest number, for [`InputKind::Number`].
    pub range: Option<(i64, i64)>,
}

impl<'a> Input<'a> {
    /// A text that holds `value`.
    #[must_use]
    pub fn text(value: &'a str) -> Input<'a> {
        Input { value, ..Input::default() }
    }

    /// A control of a kind that holds `value`.
    #[must_use]
    pub fn of(kind: InputKind, value: &'a str) -> Input<'a> {
        Input { kind, value, ..Input::default() }
    }
}

/// A one-line field.
#[must_use]
pub fn text_field(field: &Field<'_>, input: &Input<'_>) -> Markup {
    field.wrap(html! {
        input type=(input.kind.type_name()) id=(field.id()) name=(field.name) value=(input.value)
            inputmode=[input.kind.input_mode()] autocomplete=[input.autocomplete] size=[input.chars]
            maxlength=[input.max_chars] min=[input.range.map(|r| r.0)] max=[input.range.map(|r| r.1)]
            required[field.required] aria-describedby=[field.described_by()] aria-invalid=[field.invalid()];
    })
}

/// A field of several lines. It grows with its text where the browser can.
#[must_use]
pub fn text_area(field: &Field<'_>, value: &str, rows: u8) -> Markup {
    field.wrap(html! {
        textarea id=(field.id()) name=(field.name) rows=(rows) required[field.required]
            aria-describedby=[field.described_by()] aria-invalid=[field.invalid()] { (value) }
    })
}

/// A date, as the browser's own control; `value` is `2026-11-03` or empty.
#[must_use]
pub fn date_field(field: &Field<'_>, value: &str) -> Markup {
    field.wrap(html! {
        input type="date" id=(field.id()) name=(field.name) value=(value) required[field.required]
            aria-describedby=[field.described_by()] aria-invalid=[field.invalid()];
    })
}

/// A value that is sent but not seen.
#[must_use]
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// Fields that belong together, under a legend.
#[must_use]
pub fn fieldset(legend: &str, fields: Markup) -> Markup {
    html! { fieldset.group { legend { (legend) } (fields) } }
}

/// The fields of a record. Somebody who only reads it sees them filled in, and cannot type what nobody would keep.
#[must_use]
pub fn record_fields(writes: bool, fields: Markup) -> Markup {
    if writes {
        fields
    } else {
        html! { fieldset.bare disabled { (fields) } }
    }
}

/// One line of an error summary.
#[derive(Clone, Copy, Debug)]
pub struct ErrorLink<'a> {
    /// Name of the field it leads to.
    pub name: &'a str,
    /// What is wrong and how to put it right.
    pub text: &'a str,
}

/// All errors of a form on top, each a link to its field. Nothing without errors. The script moves the
/// focus here; without it, the page opens on top anyway.
#[must_use]
pub fn error_summary(heading: &str, errors: &[ErrorLink<'_>]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.error-summary role="alert" tabindex="-1" data-focus-first aria-labelledby="error-summary-title" {
                h2 id="error-summary-title" { (super::badge::Tone::Watch.shape()) (heading) }
                ul {
                    @for error in errors {
                        li { a href={ "#" (field_id(error.name)) } { (error.text) } }
                    }
                }
            }
        }
    }
}
