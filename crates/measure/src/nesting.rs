//! How deep JSON may nest before anything reads it.

/// Lists and objects inside each other, at most. Nothing the program reads needs ten.
pub const DEEPEST: usize = 64;

/// Whether a text in JSON nests within [`DEEPEST`]. Looks at brackets outside of strings only, so it costs one pass and
/// no stack; whether the text is JSON at all is the reader's to say.
#[must_use]
pub fn is_shallow(json: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in json {
        if in_string {
            in_string = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i2_sixty_four_deep_is_read_and_one_more_is_not() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(is_shallow(deep(DEEPEST).as_bytes()));
        assert!(!is_shallow(deep(DEEPEST + 1).as_bytes()));
        assert!(!is_shallow("{\"a\":".repeat(100_000).as_bytes()));
    }

    #[test]
    fn i2_brackets_inside_of_strings_do_not_count() {
        let text = format!(r#"{{"a": "{} \" {}"}}"#, "[".repeat(100), "{".repeat(100));
        assert!(is_shallow(text.as_bytes()));
        let after = format!(r#"["\\", {}"#, "[".repeat(100));
        assert!(!is_shallow(after.as_bytes()), "a string that ends with a backslash has ended");
    }
}
