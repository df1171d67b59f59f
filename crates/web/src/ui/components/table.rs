//! Tables that stay readable at 320 px: each row then becomes a small card, each cell says its column.

use maud::{Markup, html};

/// Whether a table's caption is seen or only heard (when a heading above says the same).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caption<'a> {
    /// Shown above the table.
    Shown(&'a str),
    /// For assistive technology only.
    Heard(&'a str),
}

/// What a column holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnKind {
    /// Words, at the start edge.
    #[default]
    Text,
    /// Figures, at the end edge, digits of equal width.
    Figure,
}

/// One column.
#[derive(Clone, Copy, Debug, Default)]
pub struct Column<'a> {
    /// Its heading.
    pub title: &'a str,
    /// What it holds.
    pub kind: ColumnKind,
}

impl<'a> Column<'a> {
    /// A column of words.
    #[must_use]
    pub fn text(title: &'a str) -> Column<'a> {
        Column { title, kind: ColumnKind::Text }
    }

    /// A column of figures.
    #[must_use]
    pub fn figure(title: &'a str) -> Column<'a> {
        Column { title, kind: ColumnKind::Figure }
    }
}

/// A table. The first cell of each row names the row. Rows shorter than the columns end early.
#[must_use]
pub fn data_table(caption: Caption<'_>, columns: &[Column<'_>], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div.table-frame {
            table.table {
                @match caption {
                    Caption::Shown(text) => caption { (text) },
                    Caption::Heard(text) => caption.only-heard { (text) },
                }
                thead {
                    tr { @for column in columns { th.figure[column.kind == ColumnKind::Figure] scope="col" { (column.title) } } }
                }
                tbody { @for row in rows { tr { (cells(columns, row)) } } }
            }
        }
    }
}

fn cells(columns: &[Column<'_>], row: &[Markup]) -> Markup {
    html! {
        @for (i, (cell, column)) in row.iter().zip(columns).enumerate() {
            @let figure = column.kind == ColumnKind::Figure;
            @if i == 0 { th scope="row" data-label=(column.title) { (cell) } }
            @else { td.figure[figure] data-label=(column.title) { (cell) } }
        }
    }
}
