//! Comma-separated values that a spreadsheet shows and never runs.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and a formula can send what stands
//! beside it away. Such a cell gets an apostrophe before it, which spreadsheets read as "this is text".

use std::borrow::Cow;

/// What a cell must not begin with: the signs of a formula, and blanks that a spreadsheet strips off before it looks.
const DANGEROUS: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// A cell's text as a spreadsheet shows it and does not run it.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(DANGEROUS) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// One line of a file, with its end: each cell harmless, and quoted where it has to be.
#[must_use]
pub fn line<'c>(cells: impl IntoIterator<Item = &'c str>) -> String {
    let cells = cells.into_iter().map(|text| quoted(harmless(text)));
    let mut line = cells.collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

fn quoted(text: Cow<'_, str>) -> String {
    if text.contains([',', '"', '\n', '\r', ';']) || text.starts_with('\'') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn w11_a_cell_that_would_be_a_formula_is_shown_as_text() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "a=1", "1-2", "'=1", "episode 7", "192.0.2.7", "2026-11-24"] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn a_line_quotes_what_has_to_be_quoted() {
        assert_eq!(line(["a", "b,c", "say \"so\"", ""]), "a,\"b,c\",\"say \"\"so\"\"\",\r\n");
        assert_eq!(line(["=1+1", "x\ny"]), "\"'=1+1\",\"x\ny\"\r\n");
    }

    proptest! {
        #[test]
        fn w11_no_text_becomes_a_formula(text in "\\PC*|[=+@\t\r\n-].*") {
            let line = line([text.as_str()]);
            let end = line.strip_suffix("\r\n").unwrap_or(&line);
            // What a spreadsheet reads: the quotes that enclose a cell are not part of it.
            let cell = end.strip_prefix('"').map_or(end.to_owned(), |cell| cell.replace("\"\"", "\""));
            prop_assert!(!cell.starts_with(DANGEROUS), "{cell:?}");
        }
    }
}
