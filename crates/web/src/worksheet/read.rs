//! What a worksheet says: for reading, for print, and two versions side by side.

use super::words;
use crate::ui::prelude::*;
use domain::worksheet::{Body, FieldChange, FieldConflict, Labels, Shown, ShownValue, Worksheet};

/// The whole worksheet, part by part. Empty answers are shown as such: a gap is information.
pub fn sheet(w: Words, worksheet: &Worksheet, body: &Body, labels: &Labels) -> Markup {
    let shown = worksheet.display(body, labels);
    let mut parts: Vec<(Option<&str>, Vec<&Shown>)> = Vec::new();
    for line in &shown {
        match parts.last_mut() {
            Some((_, lines)) if line.part.is_none() => lines.push(line),
            _ => parts.push((line.part.as_deref(), vec![line])),
        }
    }
    html! {
        div.sheet {
            @for (title, lines) in &parts {
                section.sheet-part {
                    @if let Some(title) = title { h2 { (title) } }
                    dl.sheet-lines {
                        @for line in lines {
                            div { dt { (line.label) } dd { (value(w, &line.label, &line.value)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Some answers, without the headings of their parts; empty ones are left out.
pub fn some(w: Words, worksheet: &Worksheet, body: &Body, labels: &Labels, fields: &[&str]) -> Markup {
    let shown = worksheet.display(body, labels);
    let asked = |line: &&Shown| fields.contains(&line.field.as_str()) && line.value != ShownValue::Nothing;
    html! {
        dl.sheet-lines {
            @for line in shown.iter().filter(asked) {
                div { dt { (line.label) } dd { (value(w, &line.label, &line.value)) } }
            }
        }
    }
}

/// One answer.
pub fn value(w: Words, label: &str, shown: &ShownValue) -> Markup {
    match shown {
        ShownValue::Nothing => html! { span.soft { (w.t("ws-nothing")) } },
        ShownValue::Text(text) => html! { span.kept-lines dir="auto" { (text) } },
        ShownValue::Date(date) => html! { (w.date(*date)) },
        ShownValue::Word(word) => html! { (words::shown(w, *word)) },
        ShownValue::List(texts) => {
            html! { ul.answer-list { @for text in texts { li dir="auto" { (text) } } } }
        }
        ShownValue::Table { columns, rows } => table(w, label, columns, rows),
    }
}

fn table(w: Words, label: &str, columns: &[String], rows: &[Vec<ShownValue>]) -> Markup {
    let heads: Vec<Column<'_>> = columns.iter().map(|title| Column::text(title)).collect();
    let cell = |shown: &ShownValue| match shown {
        // A whole sentence in every empty cell would drown the others.
        ShownValue::Nothing => {
            html! { span aria-hidden="true" { "–" } span.only-heard { (w.t("ws-nothing")) } }
        }
        shown => value(w, label, shown),
    };
    let cells: Vec<Vec<Markup>> = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    data_table(Caption::Heard(label), &heads, &cells)
}

/// What changed between two versions, field by field, each change named in words.
pub fn changes(w: Words, changes: &[FieldChange]) -> Markup {
    html! {
        @for change in changes {
            section.change {
                h3 { (change.label) " " (badge(Tone::Info, &kind(w, change))) }
                div.versions {
                    div { p.soft.small { (w.t("ws-was")) } div.was { (value(w, &change.label, &change.before)) } }
                    div { p.soft.small { (w.t("ws-is")) } div.is { (value(w, &change.label, &change.after)) } }
                }
            }
        }
    }
}

fn kind(w: Words, change: &FieldChange) -> String {
    let text = match (&change.before, &change.after) {
        (ShownValue::Nothing, _) => w.t("ws-added"),
        (_, ShownValue::Nothing) => w.t("ws-removed"),
        _ => w.t("ws-changed"),
    };
    text.into_owned()
}

/// A place that two people changed: what it was, what they wrote, what was typed here.
pub fn conflict(w: Words, conflict: &FieldConflict) -> Markup {
    html! {
        div.versions.conflict {
            div { p.soft.small { (w.t("ws-conflict-base")) } div.was { (value(w, &conflict.label, &conflict.base)) } }
            div { p.soft.small { (w.t("ws-conflict-theirs")) } div.is { (value(w, &conflict.label, &conflict.theirs)) } }
            div { p.soft.small { (w.t("ws-conflict-mine")) } div.is { (value(w, &conflict.label, &conflict.mine)) } }
        }
    }
}
