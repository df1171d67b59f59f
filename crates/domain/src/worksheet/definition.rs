//! What a worksheet is made of, once its file has been read and found free of mistakes.

use std::collections::BTreeMap;

/// Longest text any field accepts, in characters, whatever its own limit says.
pub const TEXT_CHARS_MAX: usize = 20_000;
/// Most rows any repeating group accepts.
pub const ROWS_MAX: usize = 100;

/// A form defined as data: its texts, its fields, the facts it tells the protocol, and worked cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Worksheet {
    /// Kind of artefact this worksheet makes, for example `sick_role`; first half of every fact's name.
    pub id: String,
    /// Format of the stored body, from 1. Raised when a field changes its meaning, never for wording.
    pub format: u32,
    /// Language of the texts, a BCP 47 tag such as `en`.
    pub language: String,
    /// Heading of the form.
    pub title: String,
    /// One or two sentences that say what the form is for.
    pub why: String,
    /// Who may read the finished form.
    pub audience: Audience,
    /// Where the content comes from; never empty.
    pub sources: Vec<Source>,
    /// Fields in the order they are drawn.
    pub fields: Vec<Field>,
    /// What the protocol learns from a body.
    pub facts: Vec<FactRule>,
    /// Worked examples, run as tests.
    pub cases: Vec<Case>,
}

/// Who may read a worksheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Only the staff of the practice.
    Staff,
    /// The client too, apart from fields marked `staff_only`.
    Client,
}

/// A publication the content rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Authors, as cited.
    pub author: String,
    /// Year of publication.
    pub year: u16,
    /// What was taken from it.
    pub note: String,
}

/// One question, statement or group of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Name in forms, bodies and facts; lower-case letters, digits and `_`.
    pub id: String,
    /// What is asked.
    pub label: String,
    /// One line of help under the label; may be empty.
    pub help: String,
    /// Heading of the part that begins with this field.
    pub part: Option<String>,
    /// When the form is complete only with this field. Saving an unfinished draft never needs it.
    pub required: Required,
    /// Hidden from the client even where the worksheet is shown to them.
    pub staff_only: bool,
    /// Asked no longer; drawn only where an older body has filled it.
    pub retired: bool,
    /// Name in the [`Prefill`](super::Prefill) this field starts from; for a column, the name within the row.
    pub prefill: Option<String>,
    /// What can be answered.
    pub kind: FieldKind,
}

/// When a field counts towards a complete form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Required {
    /// May stay empty.
    Never,
    /// Must be filled.
    Always,
    /// Must be filled when another field of the form holds one of these values.
    When {
        /// The other field, at the top level of the form.
        field: String,
        /// Values that make this field required.
        is: Vec<String>,
    },
}

/// The kinds of field.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldKind {
    /// Short text on one line.
    Line {
        /// Most characters.
        chars_max: usize,
    },
    /// Long text on several lines.
    Text {
        /// Most characters.
        chars_max: usize,
    },
    /// A day, `2026-03-02`.
    Date,
    /// A number.
    Number {
        /// Least value.
        min: Option<f64>,
        /// Greatest value.
        max: Option<f64>,
        /// Distance between allowed values, counted from `min` or 0.
        step: Option<f64>,
    },
    /// A whole number on a line between two named ends.
    Scale {
        /// Least value.
        min: i32,
        /// Greatest value.
        max: i32,
        /// What the least value means.
        min_label: String,
        /// What the greatest value means.
        max_label: String,
    },
    /// One of several options.
    Choice {
        /// What can be chosen.
        options: Vec<ChoiceOption>,
    },
    /// Any of several options.
    Choices {
        /// What can be chosen.
        options: Vec<ChoiceOption>,
    },
    /// Yes or no.
    YesNo,
    /// A box ticked to acknowledge the label.
    Tick,
    /// A group of fields that repeats.
    Rows {
        /// Fields of one row; never rows or information.
        columns: Vec<Field>,
        /// Fewest filled rows of a complete form, where the field is required.
        rows_min: usize,
        /// Most rows.
        rows_max: usize,
    },
    /// Points at records of the client's episode.
    Reference {
        /// What it points at.
        to: ReferenceKind,
        /// How many.
        arity: Arity,
    },
    /// A score the program fills in; people read it.
    Measure,
    /// An explanation; nothing to fill in. The label is its heading and the help its text.
    Info,
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceOption {
    /// Stored value.
    pub value: String,
    /// Words shown.
    pub label: String,
}

/// Records a worksheet can point at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferenceKind {
    /// A relationship of the client.
    Tie,
    /// A life event.
    Event,
    /// A goal of the treatment contract.
    Goal,
    /// A task between sessions.
    Homework,
}

/// How many records a reference holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// At most one.
    One,
    /// Any number.
    Many,
}

/// One fact the protocol may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactRule {
    /// Name without the worksheet's id.
    pub name: String,
    /// How it is found.
    pub rule: Rule,
}

/// How a fact is found in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// True when each of these fields is filled in validly.
    Filled(Vec<String>),
    /// True when at least one of these fields is filled in validly.
    AnyFilled(Vec<String>),
    /// True when a field holds one of these values.
    Equals {
        /// The field.
        field: String,
        /// The values.
        is: Vec<String>,
    },
    /// True when nothing required is missing.
    Complete,
    /// Number of rows that have every column of `with` and lack at least one of `without` (where named).
    Count {
        /// The group of rows.
        rows: String,
        /// Columns that must be filled; all columns empty is never counted.
        with: Vec<String>,
        /// Columns of which at least one must be empty; none named means no such test.
        without: Vec<String>,
    },
    /// The stored value of a choice or line; absent while empty.
    Text(String),
}

/// A worked example inside the worksheet's file.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// Form pairs as a browser would send them.
    pub form: Vec<(String, String)>,
    /// Facts expected, by name without the worksheet's id; others may exist.
    pub facts: BTreeMap<String, ExpectedFact>,
    /// Paths missing for a complete form: all of them, in any order. `None` when the case does not say.
    pub missing: Option<Vec<String>>,
    /// Mistakes expected as `path: code`: all of them, in order.
    pub errors: Vec<String>,
}

/// A fact's value as written in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedFact {
    /// True or false.
    Flag(bool),
    /// A number of rows.
    Count(i64),
    /// A stored value.
    Text(String),
}

impl Worksheet {
    /// Finds a field, `goals`, or a column, `goals.text`; row numbers in between are skipped: `goals.0.text`.
    pub fn field(&self, path: &str) -> Option<&Field> {
        let mut parts = path.split('.').filter(|part| !part.bytes().all(|byte| byte.is_ascii_digit()));
        let top = find(&self.fields, parts.next()?)?;
        match parts.next() {
            None => Some(top),
            Some(column) => find(top.columns(), column).filter(|_| parts.next().is_none()),
        }
    }

    /// Gives the worksheet as the client may see it, without fields for staff, facts or cases; `None` when it is
    /// for staff alone. Draw, read and compare with the result, and nothing hidden can leak. Before saving what a
    /// client sent, give it back the staff's fields with [`Worksheet::keep_staff_fields`].
    pub fn for_client(&self) -> Option<Worksheet> {
        if self.audience == Audience::Staff {
            return None;
        }
        let mut seen = Worksheet { facts: Vec::new(), cases: Vec::new(), ..self.clone() };
        seen.fields.retain(|field| !field.staff_only);
        Some(seen)
    }
}

impl Field {
    /// Gives the columns of a group of rows; empty for every other kind.
    pub fn columns(&self) -> &[Field] {
        match &self.kind {
            FieldKind::Rows { columns, .. } => columns,
            _ => &[],
        }
    }

    /// Gives the most rows a group takes; 0 for every other kind.
    pub fn rows_max(&self) -> usize {
        match self.kind {
            FieldKind::Rows { rows_max, .. } => rows_max,
            _ => 0,
        }
    }

    /// Gives the options of a choice; empty for every other kind.
    pub fn options(&self) -> &[ChoiceOption] {
        match &self.kind {
            FieldKind::Choice { options } | FieldKind::Choices { options } => options,
            _ => &[],
        }
    }

    /// Tells whether the field holds several values under one name.
    pub fn holds_many(&self) -> bool {
        matches!(self.kind, FieldKind::Choices { .. } | FieldKind::Reference { arity: Arity::Many, .. })
    }
}

fn find<'a>(fields: &'a [Field], id: &str) -> Option<&'a Field> {
    fields.iter().find(|field| field.id == id)
}
