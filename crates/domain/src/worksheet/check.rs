//! Whether what was typed makes sense, and what is still missing.

use serde_json::{Map, Value};

use super::body::{Body, NO, Values, YES, is_blank, rows_of};
use super::definition::{Field, FieldKind, ROWS_MAX, Required, TEXT_CHARS_MAX, Worksheet};

/// Longest id a reference may hold, in characters.
const REFERENCE_CHARS_MAX: usize = 64;

/// A value that does not fit its field. The value itself stays in the body as typed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{path}: {kind}")]
pub struct FieldError {
    /// Name of the field in the form, `told_on` or `goals.0.text`.
    pub path: String,
    /// What is wrong.
    pub kind: FieldErrorKind,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FieldErrorKind {
    /// Longer than the field takes.
    #[error("has {chars} characters, {chars_max} fit")]
    TooLong {
        /// Characters typed.
        chars: usize,
        /// Most characters.
        chars_max: usize,
    },
    /// Held control characters, which were taken out.
    #[error("held characters that cannot be shown; they were taken out")]
    ControlCharacters,
    /// Not a day between 1900 and 2199 written as year-month-day.
    #[error("is not a date such as 2026-03-02")]
    NotADate,
    /// Not a number.
    #[error("is not a number")]
    NotANumber,
    /// Not a whole number on a scale.
    #[error("is not a whole number")]
    NotWhole,
    /// Less than the field allows.
    #[error("is less than {min}")]
    TooSmall {
        /// Least value.
        min: f64,
    },
    /// More than the field allows.
    #[error("is more than {max}")]
    TooLarge {
        /// Greatest value.
        max: f64,
    },
    /// Between two allowed values.
    #[error("is not a multiple of {step}")]
    OffStep {
        /// Distance between allowed values.
        step: f64,
    },
    /// None of the options.
    #[error("is not one of the options")]
    NotAnOption,
    /// Not a well-formed reference.
    #[error("does not name a record")]
    NotAReference,
    /// More rows than the group takes.
    #[error("has {rows} rows, {rows_max} fit")]
    TooManyRows {
        /// Rows sent.
        rows: usize,
        /// Most rows.
        rows_max: usize,
    },
}

impl FieldErrorKind {
    /// Gives a stable short code, for locale files and tests.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too-long",
            Self::ControlCharacters => "control-characters",
            Self::NotADate => "not-a-date",
            Self::NotANumber => "not-a-number",
            Self::NotWhole => "not-whole",
            Self::TooSmall { .. } => "too-small",
            Self::TooLarge { .. } => "too-large",
            Self::OffStep { .. } => "off-step",
            Self::NotAnOption => "not-an-option",
            Self::NotAReference => "not-a-reference",
            Self::TooManyRows { .. } => "too-many-rows",
        }
    }

    /// Gives the figure the code's sentence needs: characters, rows, least or greatest value, step.
    pub fn limit(&self) -> Option<f64> {
        let count = |count: usize| u32::try_from(count).ok().map(f64::from);
        match self {
            Self::TooLong { chars_max, .. } => count(*chars_max),
            Self::TooManyRows { rows_max, .. } => count(*rows_max),
            Self::TooSmall { min } => Some(*min),
            Self::TooLarge { max } => Some(*max),
            Self::OffStep { step } => Some(*step),
            _ => None,
        }
    }

    /// Tells whether the body cannot be kept even as a draft, because it breaks a limit of the store. All other
    /// mistakes may stay in a draft until somebody mends them.
    pub fn forbids_draft(&self) -> bool {
        match self {
            Self::TooLong { chars, .. } => *chars > TEXT_CHARS_MAX,
            Self::TooManyRows { rows, .. } => *rows > ROWS_MAX,
            _ => false,
        }
    }
}

/// Something a complete form still needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Missing {
    /// Name of the field in the form.
    pub path: String,
    /// What is asked there; for a column, the group and row first.
    pub label: String,
    /// What it needs.
    pub kind: MissingKind,
}

/// What a field needs before the form is complete.
#[derive(Debug, Clone, PartialEq)]
pub enum MissingKind {
    /// An answer.
    Empty,
    /// More rows.
    TooFewRows {
        /// Fewest rows.
        rows_min: usize,
    },
    /// A valid answer in place of the one typed.
    Invalid(FieldErrorKind),
}

impl Worksheet {
    /// Gives every value that does not fit its field, in the order of the form.
    pub fn check(&self, body: &Body) -> Vec<FieldError> {
        let mut errors = Vec::new();
        for field in &self.fields {
            let Some(value) = body.0.get(&field.id).filter(|value| !is_blank(value)) else { continue };
            check_field(field, &field.id, value, &mut errors);
        }
        errors
    }

    /// Gives what is missing for a complete form; empty when it is complete. An incomplete form can be saved.
    pub fn completeness(&self, body: &Body) -> Vec<Missing> {
        let mut missing = Vec::new();
        for error in self.check(body) {
            let label = self.label(&error.path);
            missing.push(Missing { path: error.path, label, kind: MissingKind::Invalid(error.kind) });
        }
        for field in self.fields.iter().filter(|field| !field.retired) {
            let needed = is_required(field, body.values());
            match &field.kind {
                FieldKind::Rows { columns, rows_min, .. } => {
                    let least = if needed { (*rows_min).max(1) } else { 0 };
                    self.rows_missing(field, columns, least, &body.0, &mut missing);
                }
                _ if needed && !is_filled(&body.0, field) => missing.push(self.empty(field.id.clone())),
                _ => {}
            }
        }
        let order = |path: &str| {
            let top = path.split('.').next().unwrap_or(path);
            self.fields.iter().position(|field| field.id == top)
        };
        missing.sort_by_key(|item| order(&item.path));
        missing
    }

    /// Gives the words for a path: `Goals, 1: What we want to change` for `goals.0.text`.
    pub fn label(&self, path: &str) -> String {
        let mut parts = path.split('.');
        let top = parts.next().and_then(|id| self.field(id)).map_or(path, |field| field.label.as_str());
        let Some(row) = parts.next().and_then(|row| row.parse::<usize>().ok()) else { return top.to_owned() };
        let row = row.saturating_add(1);
        match parts.next().and_then(|_| self.field(path)) {
            Some(column) => format!("{top}, {row}: {}", column.label),
            None => format!("{top}, {row}"),
        }
    }

    fn rows_missing(
        &self,
        group: &Field,
        columns: &[Field],
        least: usize,
        body: &Map<String, Value>,
        out: &mut Vec<Missing>,
    ) {
        let rows = rows_of(body, &group.id);
        let filled = rows.iter().filter(|row| !is_blank(row)).count();
        if filled < least {
            let kind =
                if least == 1 { MissingKind::Empty } else { MissingKind::TooFewRows { rows_min: least } };
            out.push(Missing { path: group.id.clone(), label: group.label.clone(), kind });
        }
        for (index, row) in rows.iter().enumerate() {
            let Some(row) = row.as_object().filter(|row| row.values().any(|value| !is_blank(value))) else {
                continue;
            };
            for column in columns.iter().filter(|column| !column.retired) {
                if is_required(column, Values::of(row)) && !is_filled(row, column) {
                    out.push(self.empty(format!("{}.{index}.{}", group.id, column.id)));
                }
            }
        }
    }

    fn empty(&self, path: String) -> Missing {
        Missing { label: self.label(&path), path, kind: MissingKind::Empty }
    }
}

fn is_required(field: &Field, values: Values<'_>) -> bool {
    match &field.required {
        Required::Never => false,
        Required::Always => true,
        Required::When { field, is } => {
            values.texts(field).iter().any(|value| is.iter().any(|one| one == value))
        }
    }
}

/// Tells whether a field holds something, valid or not. Information never does and never must.
pub(super) fn is_filled(values: &Map<String, Value>, field: &Field) -> bool {
    matches!(field.kind, FieldKind::Info) || values.get(&field.id).is_some_and(|value| !is_blank(value))
}

/// Tells whether a field holds something and every value in it is valid.
pub(super) fn is_filled_validly(values: &Map<String, Value>, field: &Field) -> bool {
    let Some(value) = values.get(&field.id).filter(|value| !is_blank(value)) else { return false };
    let mut errors = Vec::new();
    check_field(field, &field.id, value, &mut errors);
    errors.is_empty()
}

fn check_field(field: &Field, path: &str, value: &Value, errors: &mut Vec<FieldError>) {
    if let FieldKind::Rows { columns, rows_max, .. } = &field.kind {
        check_rows(columns, *rows_max, path, value, errors);
        return;
    }
    let texts: Vec<&str> = match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if let Some(kind) = texts.into_iter().find_map(|text| check_text(&field.kind, text)) {
        errors.push(FieldError { path: path.to_owned(), kind });
    }
}

fn check_rows(columns: &[Field], rows_max: usize, path: &str, value: &Value, errors: &mut Vec<FieldError>) {
    let rows = value.as_array().map_or(&[][..], Vec::as_slice);
    if rows.len() > rows_max {
        let kind = FieldErrorKind::TooManyRows { rows: rows.len(), rows_max };
        errors.push(FieldError { path: path.to_owned(), kind });
    }
    for (index, row) in rows.iter().enumerate() {
        for column in columns {
            let Some(value) = row.get(&column.id).filter(|value| !is_blank(value)) else { continue };
            check_field(column, &format!("{path}.{index}.{}", column.id), value, errors);
        }
    }
}

fn check_text(kind: &FieldKind, text: &str) -> Option<FieldErrorKind> {
    let chars = text.chars().count();
    let chars_max = match kind {
        FieldKind::Line { chars_max } | FieldKind::Text { chars_max } => *chars_max,
        _ => TEXT_CHARS_MAX,
    };
    if chars > chars_max {
        return Some(FieldErrorKind::TooLong { chars, chars_max });
    }
    match kind {
        FieldKind::Line { .. } | FieldKind::Text { .. } | FieldKind::Measure | FieldKind::Info => None,
        FieldKind::Date => parse_date(text).is_none().then_some(FieldErrorKind::NotADate),
        FieldKind::Number { min, max, step } => check_number(text, *min, *max, *step),
        FieldKind::Scale { min, max, .. } => match parse_number(text) {
            Some(value) if value.fract() != 0.0 => Some(FieldErrorKind::NotWhole),
            _ => check_number(text, Some(f64::from(*min)), Some(f64::from(*max)), None),
        },
        FieldKind::Choice { options } | FieldKind::Choices { options } => {
            let known = options.iter().any(|option| option.value == text);
            (!known).then_some(FieldErrorKind::NotAnOption)
        }
        FieldKind::YesNo => (text != YES && text != NO).then_some(FieldErrorKind::NotAnOption),
        FieldKind::Tick => (text != YES).then_some(FieldErrorKind::NotAnOption),
        FieldKind::Reference { .. } => (!is_reference(text)).then_some(FieldErrorKind::NotAReference),
        FieldKind::Rows { .. } => None,
    }
}

fn check_number(text: &str, min: Option<f64>, max: Option<f64>, step: Option<f64>) -> Option<FieldErrorKind> {
    let Some(value) = parse_number(text) else { return Some(FieldErrorKind::NotANumber) };
    if let Some(min) = min.filter(|min| value < *min) {
        return Some(FieldErrorKind::TooSmall { min });
    }
    if let Some(max) = max.filter(|max| value > *max) {
        return Some(FieldErrorKind::TooLarge { max });
    }
    // Decimal steps such as 0.1 are not exact in binary: allow a thousandth of a step.
    let off_step = |step: &f64| {
        let steps = (value - min.unwrap_or(0.0)) / step;
        (steps - steps.round()).abs() > 1e-3
    };
    step.filter(off_step).map(|step| FieldErrorKind::OffStep { step })
}

/// Reads a day as browsers send it. Years outside 1900 to 2199 are slips of the keyboard, not days.
pub(super) fn parse_date(text: &str) -> Option<jiff::civil::Date> {
    let text = text.trim();
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let date: jiff::civil::Date = if shaped { text.parse().ok()? } else { return None };
    (1900..2200).contains(&date.year()).then_some(date)
}

/// Reads a plain decimal number: no exponent, no infinity, at most fifteen digits.
pub(super) fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    if !plain || text.len() > 17 {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn is_reference(text: &str) -> bool {
    text.len() <= REFERENCE_CHARS_MAX
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
