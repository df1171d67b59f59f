//! The fields of a worksheet. Works without script: rows come and go by buttons of the form itself.

use super::{read, words};
use crate::ui::prelude::*;
use domain::worksheet::{
    Arity, Body, ChoiceOption, Field as Asked, FieldConflict, FieldError, FieldKind, Labels, ReferenceKind,
    Required, Worksheet,
};
use std::collections::BTreeMap;

/// Most options shown all at once; more become a drop-down list.
const RADIOS_MAX: usize = 6;

/// What a form is drawn from.
pub struct Sheet<'a> {
    /// The texts.
    pub w: Words,
    /// The form.
    pub worksheet: &'a Worksheet,
    /// What it holds.
    pub body: &'a Body,
    /// Records that can be pointed at.
    pub labels: &'a Labels,
    /// What does not fit.
    pub errors: &'a [FieldError],
    /// Places that somebody else changed too.
    pub conflicts: &'a [FieldConflict],
    /// Address the form is sent to, for the buttons that add and remove rows.
    pub action: &'a str,
}

/// All fields, part by part.
pub fn fields(sheet: &Sheet<'_>) -> Markup {
    let drawing = Drawing::of(sheet);
    let mut parts: Vec<(Option<&str>, Vec<&Asked>)> = Vec::new();
    for field in sheet.worksheet.fields.iter().filter(|field| drawing.is_drawn(field)) {
        match (parts.last_mut(), &field.part) {
            (Some((_, fields)), None) => fields.push(field),
            (_, part) => parts.push((part.as_deref(), vec![field])),
        }
    }
    html! {
        @for (title, fields) in &parts {
            section.sheet-part {
                @if let Some(title) = title { h2 { (title) } }
                @for field in fields { (drawing.field(field)) }
            }
        }
    }
}

struct Drawing<'a> {
    sheet: &'a Sheet<'a>,
    /// Values by address, as a browser would send them.
    values: BTreeMap<String, Vec<String>>,
    /// Mistakes by address.
    errors: BTreeMap<&'a str, String>,
}

impl<'a> Drawing<'a> {
    fn of(sheet: &'a Sheet<'a>) -> Drawing<'a> {
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (path, value) in sheet.worksheet.to_form(sheet.body) {
            values.entry(path).or_default().push(value);
        }
        let errors = sheet
            .errors
            .iter()
            .map(|found| (found.path.as_str(), words::error(sheet.w, &found.kind)))
            .collect();
        Drawing { sheet, values, errors }
    }

    /// A retired field is asked no more; it stays where an older version filled it.
    fn is_drawn(&self, field: &Asked) -> bool {
        !field.retired || self.values.keys().any(|path| path.split('.').next() == Some(field.id.as_str()))
    }

    fn first(&self, path: &str) -> &str {
        self.values.get(path).and_then(|values| values.first()).map_or("", String::as_str)
    }

    fn all(&self, path: &str) -> &[String] {
        self.values.get(path).map_or(&[], Vec::as_slice)
    }

    /// One top-level field with what somebody else wrote there.
    fn field(&self, field: &Asked) -> Markup {
        html! {
            @match &field.kind {
                FieldKind::Rows { columns, rows_max, .. } => (self.rows(field, columns, *rows_max)),
                FieldKind::Info => div.sheet-info { p { strong { (field.label) } } p { (field.help) } },
                FieldKind::Measure => (self.measure(field)),
                _ => (self.control(field, &field.id)),
            }
            (self.conflicts(&field.id))
        }
    }

    fn conflicts(&self, id: &str) -> Markup {
        let here = |path: &str| path.split('.').next() == Some(id);
        html! {
            @for found in self.sheet.conflicts.iter().filter(|found| here(&found.path)) {
                @if found.path != *id { p.small { strong { (found.label) } } }
                (read::conflict(self.sheet.w, found))
            }
        }
    }

    fn measure(&self, field: &Asked) -> Markup {
        let value = self.first(&field.id);
        let none = self.sheet.w.t("ws-no-score");
        html! {
            div.field.sheet-measure {
                p { strong { (field.label) } ": " (if value.is_empty() { &none } else { value }) }
                @if !field.help.is_empty() { p.field-help { (field.help) } }
            }
        }
    }

    fn control(&self, field: &Asked, path: &str) -> Markup {
        let optional = self.sheet.w.t("optional");
        let mut asked = Field::new(path, &field.label).error(self.errors.get(path).map(String::as_str));
        if !field.help.is_empty() {
            asked = asked.help(&field.help);
        }
        if field.required == Required::Never && !matches!(field.kind, FieldKind::Tick) {
            asked = asked.optional(&optional);
        }
        let value = self.first(path);
        let in_row = path.contains('.');
        match &field.kind {
            FieldKind::Line { .. } => text_field(&asked, &Input::text(value)),
            FieldKind::Text { .. } => text_area(&asked, value, if in_row { 2 } else { 4 }),
            // A browser's own control shows nothing at all for a value it cannot read; what was typed stays in sight.
            FieldKind::Date if value.is_empty() || self.sheet.body_date(value) => date_field(&asked, value),
            FieldKind::Number { .. } if value.is_empty() || value.trim().parse::<f64>().is_ok() => {
                text_field(&asked, &Input { chars: Some(8), ..Input::of(InputKind::Number, value) })
            }
            FieldKind::Date | FieldKind::Number { .. } => text_field(&asked, &Input::text(value)),
            FieldKind::Scale { min, max, min_label, max_label } => {
                self.scale(&asked, (*min, *max), (min_label, max_label), value)
            }
            FieldKind::Choice { options } => self.choice(&asked, options, value),
            FieldKind::Choices { options } => self.choices(&asked, options, path),
            FieldKind::YesNo => self.yes_no(&asked, value),
            FieldKind::Tick => {
                check_box(&asked, &Choice::of("yes", &field.label, (!value.is_empty()).then_some("yes")))
            }
            FieldKind::Reference { to, arity } => self.reference(&asked, *to, *arity, path),
            FieldKind::Rows { .. } | FieldKind::Measure | FieldKind::Info => html! {},
        }
    }

    fn scale(&self, asked: &Field<'_>, (min, max): (i32, i32), ends: (&str, &str), value: &str) -> Markup {
        let numbers: Vec<String> = (min..=max).map(|number| number.to_string()).collect();
        let choices: Vec<Choice<'_>> =
            numbers.iter().map(|number| Choice::of(number, number, Some(value))).collect();
        scale(asked, ends, &with_typed(choices, value))
    }

    fn choice(&self, asked: &Field<'_>, options: &[ChoiceOption], value: &str) -> Markup {
        let choices: Vec<Choice<'_>> =
            options.iter().map(|option| Choice::of(&option.value, &option.label, Some(value))).collect();
        self.one_of(asked, &with_typed(choices, value), value)
    }

    fn yes_no(&self, asked: &Field<'_>, value: &str) -> Markup {
        let (yes, no) = (self.sheet.w.t("ws-yes"), self.sheet.w.t("ws-no"));
        let choices = vec![Choice::of("yes", &yes, Some(value)), Choice::of("no", &no, Some(value))];
        self.one_of(asked, &with_typed(choices, value), value)
    }

    /// One answer out of several. An answer given can be taken back, without script as well.
    fn one_of(&self, asked: &Field<'_>, choices: &[Choice<'_>], value: &str) -> Markup {
        let none = self.sheet.w.t("ws-no-answer");
        let listed = choices.len() > RADIOS_MAX || (asked.name.contains('.') && choices.len() > 2);
        let none = Choice::of("", &none, Some(value));
        if listed {
            let all: Vec<Choice<'_>> = std::iter::once(none).chain(choices.iter().copied()).collect();
            return select(asked, &all);
        }
        let takes_back = (!value.is_empty()).then_some(none);
        radios(asked, &choices.iter().copied().chain(takes_back).collect::<Vec<_>>())
    }

    fn choices(&self, asked: &Field<'_>, options: &[ChoiceOption], path: &str) -> Markup {
        let held = self.all(path);
        let known = options.iter().map(|option| Choice {
            chosen: held.contains(&option.value),
            ..Choice::of(&option.value, &option.label, None)
        });
        let typed = held.iter().filter(|value| !options.iter().any(|option| option.value == **value));
        let typed = typed.map(|value| Choice { chosen: true, ..Choice::of(value, value, None) });
        check_boxes(asked, &known.chain(typed).collect::<Vec<_>>())
    }

    fn reference(&self, asked: &Field<'_>, to: ReferenceKind, arity: Arity, path: &str) -> Markup {
        let w = self.sheet.w;
        let held = self.all(path);
        let options = self.sheet.labels.options(to);
        let (none, gone) = (w.t("ws-no-answer"), words::shown(w, domain::worksheet::ShownWord::Gone));
        let known = options
            .iter()
            .map(|one| Choice { chosen: held.contains(&one.id), ..Choice::of(&one.id, &one.label, None) });
        // A record taken out since stays chosen until somebody decides otherwise.
        let lost = held.iter().filter(|id| !options.iter().any(|one| one.id == **id));
        let lost = lost.map(|id| Choice { chosen: true, ..Choice::of(id, &gone, None) });
        let choices: Vec<Choice<'_>> = known.chain(lost).collect();
        if choices.is_empty() {
            let empty = match to {
                ReferenceKind::Tie => w.t("ws-none-tie"),
                ReferenceKind::Event => w.t("ws-none-event"),
                ReferenceKind::Goal => w.t("ws-none-goal"),
                ReferenceKind::Homework => w.t("ws-none-homework"),
            };
            return html! { div.field { p { strong { (asked.label) } } p.field-help { (empty) } } };
        }
        match arity {
            Arity::Many => check_boxes(asked, &choices),
            Arity::One => {
                let mut all = vec![Choice { chosen: held.is_empty(), ..Choice::of("", &none, None) }];
                all.extend(choices);
                select(asked, &all)
            }
        }
    }

    fn rows(&self, field: &Asked, columns: &[Asked], rows_max: usize) -> Markup {
        let w = self.sheet.w;
        // One empty row invites; nobody has to press a button to begin.
        let count = self.sheet.body.rows(&field.id).len().max(1);
        let id = field_id(&field.id);
        let back = format!("{}#{id}", self.sheet.action);
        let optional = field.required == Required::Never;
        html! {
            fieldset.field.sheet-rows.has-error[self.errors.contains_key(field.id.as_str())] id=(id) {
                legend { (field.label) @if optional { " " span.optional { "(" (w.t("optional")) ")" } } }
                @if !field.help.is_empty() { p.field-help { (field.help) } }
                @if let Some(error) = self.errors.get(field.id.as_str()) { p.field-error { (error) } }
                div.rows data-rows=(field.id) {
                    @for index in 0..count { (self.row(field, columns, index, &back)) }
                    @if count < rows_max {
                        p {
                            (Button::submit(&w.t("ws-add-row")).named("edit", &format!("add:{}", field.id))
                                .icon(Icon::Plus).about(&field.label).posts_to(&back).unchecked())
                        }
                    }
                }
            }
        }
    }

    fn row(&self, field: &Asked, columns: &[Asked], index: usize, back: &str) -> Markup {
        let w = self.sheet.w;
        let place =
            w.with("ws-row", &[("label", field.label.clone().into()), ("number", (index + 1).into())]);
        html! {
            div.row role="group" aria-label=(place) {
                div.fields {
                    @for column in columns { (self.control(column, &format!("{}.{index}.{}", field.id, column.id))) }
                }
                (Button::submit(&w.t("ws-remove-row")).named("edit", &format!("remove:{}.{index}", field.id))
                    .plain().about(&place).posts_to(back).unchecked())
            }
        }
    }
}

impl Sheet<'_> {
    fn body_date(&self, value: &str) -> bool {
        value.trim().len() == 10 && value.trim().parse::<jiff::civil::Date>().is_ok()
    }
}

/// The choices, with what was typed among them where it is none of them: it is kept and pointed out.
fn with_typed<'c>(mut choices: Vec<Choice<'c>>, value: &'c str) -> Vec<Choice<'c>> {
    if !value.is_empty() && !choices.iter().any(|choice| choice.chosen) {
        choices.push(Choice::of(value, value, Some(value)));
    }
    choices
}
