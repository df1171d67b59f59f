//! From a TOML file to a worksheet, or to every mistake in it.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::{DeTable, DeValue};

use super::definition::{
    Audience, Case, ChoiceOption, ExpectedFact, FactRule, Field, FieldKind, Required, Rule, Source, Worksheet,
};
use super::parse_field::fields;
use super::reader::{FILE, Mistakes, Placed, Table, WorksheetError};

/// Longest file that is read, in bytes.
const FILE_BYTES_MAX: usize = 1 << 20;

impl Worksheet {
    /// Reads a worksheet's file; the format is described in `docs/worksheets.md`.
    ///
    /// # Errors
    /// Gives all mistakes at once, from top to bottom, each with its line, column and entry.
    pub fn parse(source: &str) -> Result<Worksheet, Vec<WorksheetError>> {
        let mistakes = Mistakes::new(source);
        if source.len() > FILE_BYTES_MAX {
            mistakes.add(&(0..0), FILE, "the file is larger than one mebibyte");
            return Err(mistakes.into_sorted());
        }
        let (document, syntax) = DeTable::parse_recoverable(source);
        if !syntax.is_empty() {
            // A broken line makes keys vanish: what would follow from that only distracts.
            for error in &syntax {
                mistakes.add(&error.span().unwrap_or(0..0), FILE, error.message());
            }
            return Err(mistakes.into_sorted());
        }
        let worksheet = {
            let top = Table::new(document.get_ref(), 0..0, FILE.to_owned(), &mistakes);
            let worksheet = worksheet(&top);
            top.finish();
            worksheet
        };
        let found = mistakes.into_sorted();
        if found.is_empty() { Ok(worksheet) } else { Err(found) }
    }
}

fn worksheet(top: &Table<'_>) -> Worksheet {
    let mut worksheet = Worksheet {
        id: id(top),
        format: top.whole("format").unwrap_or(0),
        language: top.text("language").unwrap_or_default(),
        title: top.text("title").unwrap_or_default(),
        why: top.text("why").unwrap_or_default(),
        audience: audience(top),
        sources: top.tables("source").iter().map(source).collect(),
        fields: fields(top, "field"),
        facts: Vec::new(),
        cases: Vec::new(),
    };
    if worksheet.format == 0 {
        top.mistake(&top.at_key("format"), "`format` must be a whole number from 1");
    }
    if worksheet.sources.is_empty() {
        top.mistake(&top.at, "at least one [[source]] must be given");
    }
    if worksheet.fields.is_empty() {
        top.mistake(&top.at, "at least one [[field]] must be given");
    }
    worksheet.facts = facts(top, &worksheet);
    worksheet.cases = cases(top, &worksheet);
    worksheet
}

/// Reads `id` and holds it to the shape of a name.
pub(super) fn id(table: &Table<'_>) -> String {
    let id = table.text("id").unwrap_or_default();
    if !id.is_empty() && !is_name(&id) {
        table.mistake(
            &table.at_key("id"),
            format!("`{id}` must start with a letter and hold only a-z, 0-9 and _"),
        );
    }
    id
}

fn is_name(text: &str) -> bool {
    text.len() <= 48
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn audience(top: &Table<'_>) -> Audience {
    match top.text("shown_to").as_deref() {
        Some("client") => Audience::Client,
        Some("staff") | None => Audience::Staff,
        Some(other) => {
            let message = format!("`{other}` is not known; `shown_to` is \"client\" or \"staff\"");
            top.mistake(&top.at_key("shown_to"), message);
            Audience::Staff
        }
    }
}

fn source(table: &Table<'_>) -> Source {
    let source = Source {
        author: table.text("author").unwrap_or_default(),
        year: table.whole("year").unwrap_or_default(),
        note: table.text("note").unwrap_or_default(),
    };
    if !(1900..2200).contains(&source.year) {
        table.mistake(&table.at_key("year"), "`year` must be a year such as 2012");
    }
    table.finish();
    source
}

fn facts(top: &Table<'_>, worksheet: &Worksheet) -> Vec<FactRule> {
    let mut names = BTreeSet::new();
    let mut facts = Vec::new();
    for mut table in top.tables("fact") {
        let name = table.text("name").unwrap_or_default();
        table.path = format!("fact.{name}");
        if !is_name(&name) || !names.insert(name.clone()) {
            table.mistake(&table.at_key("name"), format!("`{name}` is not a name, or is given twice"));
        }
        if let Some(rule) = rule(&table, worksheet) {
            facts.push(FactRule { name, rule });
        }
        table.finish();
    }
    facts
}

fn rule(table: &Table<'_>, worksheet: &Worksheet) -> Option<Rule> {
    let ways = ["filled", "any_filled", "equals", "complete", "count", "text"];
    let given: Vec<&str> = ways.into_iter().filter(|way| table.has(way)).collect();
    match given.as_slice() {
        ["filled"] => Some(Rule::Filled(known_fields(table, "filled", &worksheet.fields))),
        ["any_filled"] => Some(Rule::AnyFilled(known_fields(table, "any_filled", &worksheet.fields))),
        ["complete"] => {
            if !table.flag("complete") {
                table.mistake(&table.at_key("complete"), "`complete` is either true or left out");
            }
            Some(Rule::Complete)
        }
        ["equals"] => {
            let (field, is) = condition(&table.table("equals")?, &worksheet.fields)?;
            Some(Rule::Equals { field, is })
        }
        ["count"] => {
            let rows = table.text("count")?;
            let group = worksheet.fields.iter().find(|field| field.id == rows && !field.columns().is_empty());
            let Some(group) = group else {
                table.mistake(&table.at_key("count"), format!("`{rows}` is not a field of kind rows"));
                return None;
            };
            let with = known_fields(table, "with", group.columns());
            let without = known_fields(table, "without", group.columns());
            Some(Rule::Count { rows, with, without })
        }
        ["text"] => {
            let field = table.text("text")?;
            let found = worksheet.fields.iter().find(|one| one.id == field);
            if !found.is_some_and(|one| matches!(one.kind, FieldKind::Choice { .. } | FieldKind::Line { .. }))
            {
                table.mistake(
                    &table.at_key("text"),
                    format!("`{field}` is not a field of kind choice or line"),
                );
            }
            Some(Rule::Text(field))
        }
        _ => {
            table.mistake(&table.at, format!("a fact has exactly one of {}", ways.join(", ")));
            None
        }
    }
}

fn known_fields(table: &Table<'_>, key: &'static str, fields: &[Field]) -> Vec<String> {
    let mut known = Vec::new();
    for Placed { value, at } in table.texts(key) {
        if !fields.iter().any(|field| field.id == value) {
            table.mistake(&at, format!("there is no field `{value}` here"));
        }
        known.push(value);
    }
    known
}

/// Reads `{ field = "…", is = ["…"] }` and holds the values to the field's options.
pub(super) fn condition(table: &Table<'_>, fields: &[Field]) -> Option<(String, Vec<String>)> {
    let field = table.text("field")?;
    let values = table.texts("is");
    table.finish();
    let Some(found) = fields.iter().find(|one| one.id == field) else {
        table.mistake(&table.at_key("field"), format!("there is no field `{field}` here"));
        return None;
    };
    if values.is_empty() {
        table.mistake(&table.at, "`is` must name at least one value");
    }
    for Placed { value, at } in &values {
        let known = match &found.kind {
            FieldKind::YesNo => value == "yes" || value == "no",
            FieldKind::Tick => value == "yes",
            _ => found.options().iter().any(|option| option.value == *value),
        };
        if !known {
            table.mistake(at, format!("`{value}` is not an option of `{field}`"));
        }
    }
    Some((field, values.into_iter().map(|placed| placed.value).collect()))
}

fn cases(top: &Table<'_>, worksheet: &Worksheet) -> Vec<Case> {
    let tables = top.tables("case");
    if tables.is_empty() {
        top.mistake(&top.at, "at least one [[case]] must show how the form is used");
    }
    tables.iter().map(|table| case(table, worksheet)).collect()
}

fn case(table: &Table<'_>, worksheet: &Worksheet) -> Case {
    let name = table.text("name").unwrap_or_default();
    let form = table.pairs("form");
    for Placed { value: (field, _), at } in &form {
        if field != "edit" && worksheet.field(field).is_none() {
            table.mistake(at, format!("there is no field `{field}`"));
        }
    }
    let missing =
        table.has("missing").then(|| table.texts("missing").into_iter().map(|one| one.value).collect());
    let errors = table.texts("errors").into_iter().map(|one| one.value).collect();
    let facts = table.table("facts").map(|facts| expected_facts(&facts, worksheet)).unwrap_or_default();
    table.finish();
    Case { name, form: form.into_iter().map(|pair| pair.value).collect(), facts, missing, errors }
}

fn expected_facts(table: &Table<'_>, worksheet: &Worksheet) -> BTreeMap<String, ExpectedFact> {
    let mut facts = BTreeMap::new();
    for (name, value) in table.all() {
        let fact = match value.get_ref() {
            DeValue::Boolean(flag) => Some(ExpectedFact::Flag(*flag)),
            DeValue::Integer(count) => count.as_str().parse().ok().map(ExpectedFact::Count),
            DeValue::String(text) => Some(ExpectedFact::Text(text.to_string())),
            _ => None,
        };
        if !worksheet.facts.iter().any(|fact| fact.name == name) {
            table.mistake(&value.span(), format!("there is no fact `{name}`"));
        }
        match fact {
            Some(fact) => drop(facts.insert(name.to_owned(), fact)),
            None => table.mistake(&value.span(), "a fact is true or false, a whole number, or a text"),
        }
    }
    facts
}

/// Reads the options of a choice.
pub(super) fn options(table: &Table<'_>) -> Vec<ChoiceOption> {
    let mut options: Vec<ChoiceOption> = Vec::new();
    for Placed { value: (value, label), at } in table.pairs("options") {
        if value.is_empty() || label.is_empty() || options.iter().any(|option| option.value == value) {
            table.mistake(&at, "an option has a value of its own and a label");
        }
        options.push(ChoiceOption { value, label });
    }
    if options.len() < 2 {
        table.mistake(&table.at_key("options"), "`options` must hold at least two");
    }
    options
}

/// Reads when a field is required.
pub(super) fn required(table: &Table<'_>) -> Required {
    if table.flag("required") { Required::Always } else { Required::Never }
}
