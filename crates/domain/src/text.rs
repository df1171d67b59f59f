//! Text that people type: bounded, and free of what harms a record or deceives a reader.

/// Why a text was refused. The text itself stays with the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing was typed where something is needed.
    #[error("empty")]
    Empty,
    /// More than `max` characters.
    #[error("longer than {max} characters")]
    TooLong {
        /// The most characters this place holds.
        max: usize,
    },
    /// A NUL, another control character, or (in names) a character that reorders text.
    #[error("holds a character that cannot be stored")]
    Forbidden,
}

/// Checks a one-line text such as a name: trimmed, 1 to `max` characters, no control characters and no
/// direction overrides (they can make one name look like another).
///
/// # Errors
/// [`TextError`] says which bound was met.
pub fn line(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    if text.chars().any(|c| c.is_control() || is_direction_override(c)) {
        return Err(TextError::Forbidden);
    }
    Ok(text.to_owned())
}

/// Like [`line()`], but nothing typed is fine and gives `None`.
///
/// # Errors
/// As [`line()`], without [`TextError::Empty`].
pub fn optional_line(text: &str, max: usize) -> Result<Option<String>, TextError> {
    match line(text, max) {
        Ok(text) => Ok(Some(text)),
        Err(TextError::Empty) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Checks a longer text: line breaks and tabs are kept (CRLF becomes LF), other control characters are refused.
/// An empty text is fine.
///
/// # Errors
/// [`TextError::TooLong`] above `max` characters, [`TextError::Forbidden`] for NUL and other controls.
pub fn prose(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.replace("\r\n", "\n");
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(TextError::Forbidden);
    }
    Ok(text)
}

/// The form in which sign-in names are compared: case folded. The caller normalises to NFKC first.
#[must_use]
pub fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

fn is_direction_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_script_and_loses_only_the_space_around_it() {
        for name in ["Nakato A.", "محمد", "Zoë 🌻", "李小龍"] {
            assert_eq!(line(&format!("  {name} "), 200), Ok(name.to_owned()));
        }
        assert_eq!(line(" \t ", 200), Err(TextError::Empty));
        assert_eq!(line("a\u{0}b", 200), Err(TextError::Forbidden));
        assert_eq!(line("abc\u{202E}def", 200), Err(TextError::Forbidden));
        assert_eq!(line(&"x".repeat(201), 200), Err(TextError::TooLong { max: 200 }));
    }

    #[test]
    fn prose_keeps_paragraphs() {
        assert_eq!(prose("one\r\n\r\ntwo\tthree", 100), Ok("one\n\ntwo\tthree".to_owned()));
        assert_eq!(prose("bell\u{7}", 100), Err(TextError::Forbidden));
    }
}
