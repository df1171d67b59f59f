//! Fields of a worksheet's file.

use super::definition::{Arity, Field, FieldKind, ROWS_MAX, ReferenceKind, Required, TEXT_CHARS_MAX};
use super::parse::{condition, id, options, required};
use super::prefill::{MEASURE_FIGURES, PREFILL_NAMES};
use super::reader::Table;

/// Characters a short text takes where the file does not say.
const LINE_CHARS_MAX: usize = 200;
/// Characters a long text takes where the file does not say.
const LONG_CHARS_MAX: usize = 4_000;
/// Rows a group takes where the file does not say.
const ROWS_MAX_USUAL: usize = 20;

/// Reads all fields under a key; afterwards checks what one field says about another.
pub(super) fn fields(parent: &Table<'_>, key: &'static str) -> Vec<Field> {
    let mut tables = parent.tables(key);
    let mut fields: Vec<Field> = Vec::new();
    for table in &mut tables {
        let id = id(table);
        table.path = format!("{}.{id}", table.path);
        if id == "edit" {
            table.mistake(&table.at_key("id"), "`edit` is kept for the buttons that add and remove rows");
        }
        if fields.iter().any(|field| field.id == id) {
            table.mistake(&table.at_key("id"), format!("there are two fields `{id}`"));
        }
        fields.push(field(table, id, key));
    }
    for (index, table) in tables.iter().enumerate() {
        if let Some(when) = table.table("required_when")
            && let (Some((other, is)), Some(field)) = (condition(&when, &fields), fields.get_mut(index))
        {
            field.required = Required::When { field: other, is };
        }
        table.finish();
    }
    fields
}

fn field(table: &Table<'_>, id: String, key: &'static str) -> Field {
    let kind = kind(table, key);
    let field = Field {
        id,
        label: table.text("label").unwrap_or_default(),
        help: table.optional_text("help").unwrap_or_default(),
        part: table.optional_text("part"),
        required: required(table),
        staff_only: table.flag("staff_only"),
        retired: table.flag("retired"),
        prefill: table.optional_text("prefill"),
        kind,
    };
    if let Some(name) = field.prefill.as_ref().filter(|name| key == "field" && !is_prefill_name(name)) {
        let message = format!(
            "`{name}` is not known; known: {}, measure.<instrument>.<{}>, <worksheet>.<field>",
            PREFILL_NAMES.join(", "),
            MEASURE_FIGURES.join(" or ")
        );
        table.mistake(&table.at_key("prefill"), message);
    }
    if field.kind == FieldKind::Measure && field.prefill.is_none() {
        table.mistake(&table.at, "a measure is filled by the program: `prefill` must name its value");
    }
    if field.staff_only && key != "field" {
        table.mistake(
            &table.at_key("staff_only"),
            "a column is seen by whoever sees its rows; hide the whole group",
        );
    }
    if field.kind == FieldKind::Info && field.required != Required::Never {
        table.mistake(&table.at_key("required"), "information cannot be required");
    }
    field
}

/// Tells whether a prefill name has a shape that some caller fills.
fn is_prefill_name(name: &str) -> bool {
    let parts: Vec<&str> = name.split('.').collect();
    let kept = ["client", "therapist", "session", "course", "protocol", "focus", "measure"];
    match parts.as_slice() {
        ["measure", _, figure] => MEASURE_FIGURES.contains(figure),
        [worksheet, _] if !kept.contains(worksheet) => true,
        _ => PREFILL_NAMES.contains(&name),
    }
}

fn kind(table: &Table<'_>, key: &'static str) -> FieldKind {
    let name = table.text("kind").unwrap_or_default();
    match name.as_str() {
        "line" => FieldKind::Line { chars_max: chars_max(table, LINE_CHARS_MAX) },
        "text" => FieldKind::Text { chars_max: chars_max(table, LONG_CHARS_MAX) },
        "date" => FieldKind::Date,
        "number" => number(table),
        "scale" => scale(table),
        "choice" => FieldKind::Choice { options: options(table) },
        "choices" => FieldKind::Choices { options: options(table) },
        "yes_no" => FieldKind::YesNo,
        "tick" => FieldKind::Tick,
        "tie" => reference(table, ReferenceKind::Tie),
        "event" => reference(table, ReferenceKind::Event),
        "goal" => reference(table, ReferenceKind::Goal),
        "homework" => reference(table, ReferenceKind::Homework),
        "rows" if key == "field" => rows(table),
        "measure" if key == "field" => FieldKind::Measure,
        "info" if key == "field" => FieldKind::Info,
        "rows" | "measure" | "info" => {
            table.mistake(&table.at_key("kind"), format!("`{name}` cannot stand inside rows"));
            FieldKind::Info
        }
        other => {
            if table.has("kind") {
                let known = "line, text, date, number, scale, choice, choices, yes_no, tick, rows, tie, event, goal, \
                             homework, measure, info";
                table.mistake(
                    &table.at_key("kind"),
                    format!("`{other}` is not a kind of field; known: {known}"),
                );
            }
            FieldKind::Info
        }
    }
}

fn chars_max(table: &Table<'_>, usual: usize) -> usize {
    let chars = table.whole("chars_max").unwrap_or(usual);
    if chars == 0 || chars > TEXT_CHARS_MAX {
        table.mistake(&table.at_key("chars_max"), format!("`chars_max` must be from 1 to {TEXT_CHARS_MAX}"));
    }
    chars
}

fn number(table: &Table<'_>) -> FieldKind {
    let (min, max, step) = (table.number("min"), table.number("max"), table.number("step"));
    if min.zip(max).is_some_and(|(min, max)| min >= max) {
        table.mistake(&table.at_key("max"), "`max` must be greater than `min`");
    }
    if step.is_some_and(|step| step <= 0.0) {
        table.mistake(&table.at_key("step"), "`step` must be greater than 0");
    }
    FieldKind::Number { min, max, step }
}

fn scale(table: &Table<'_>) -> FieldKind {
    let (min, max) = (table.whole("min").unwrap_or(0), table.whole("max").unwrap_or(10));
    if min >= max || max - min > 100 {
        table.mistake(&table.at_key("max"), "`max` must be greater than `min`, by at most 100");
    }
    FieldKind::Scale {
        min,
        max,
        min_label: table.text("min_label").unwrap_or_default(),
        max_label: table.text("max_label").unwrap_or_default(),
    }
}

fn reference(table: &Table<'_>, to: ReferenceKind) -> FieldKind {
    FieldKind::Reference { to, arity: if table.flag("many") { Arity::Many } else { Arity::One } }
}

fn rows(table: &Table<'_>) -> FieldKind {
    let columns = fields(table, "column");
    let rows_min = table.whole("rows_min").unwrap_or(0);
    let rows_max = table.whole("rows_max").unwrap_or(ROWS_MAX_USUAL);
    if columns.is_empty() {
        table.mistake(&table.at, "rows need at least one [[field.column]]");
    }
    if rows_max == 0 || rows_max > ROWS_MAX || rows_min > rows_max {
        table.mistake(&table.at_key("rows_max"), format!("`rows_max` must be from `rows_min` to {ROWS_MAX}"));
    }
    FieldKind::Rows { columns, rows_min, rows_max }
}
