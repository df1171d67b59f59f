//! Cuts Rust source into words and signs, enough to count braces by; comments are dropped.

/// A word, a sign or a literal, with the line it stands on (counted from 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub text: &'a str,
    pub line: usize,
}

/// Signs of two letters that must not be read as two signs.
const PAIRS: [&str; 8] = ["=>", "->", "==", "!=", "<=", ">=", "::", "||"];

/// The text of every literal's token: its content must not be mistaken for code.
pub const LITERAL: &str = "\"\"";

/// All tokens of a source file. Never fails: an unclosed literal ends with the file.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = source;
    let mut line = 1;
    while let Some(letter) = rest.chars().next() {
        let (length, token) = next(rest, letter);
        let (text, after) = rest.split_at(length);
        match token {
            Kind::Nothing => {}
            Kind::Literal => found.push(Token { text: LITERAL, line }),
            Kind::Code => found.push(Token { text, line }),
        }
        line += text.matches('\n').count();
        rest = after;
    }
    found
}

enum Kind {
    Nothing,
    Literal,
    Code,
}

fn next(rest: &str, letter: char) -> (usize, Kind) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), Kind::Nothing);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), Kind::Nothing);
    }
    if let Some(length) = string(rest).or_else(|| character(rest)) {
        return (length, Kind::Literal);
    }
    if letter.is_alphabetic() || letter == '_' {
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        return (end.unwrap_or(rest.len()), Kind::Code);
    }
    if letter.is_ascii_digit() {
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        return (end.unwrap_or(rest.len()), Kind::Literal);
    }
    if PAIRS.iter().any(|pair| rest.starts_with(pair)) {
        return (2, Kind::Code);
    }
    (letter.len_utf8(), if letter.is_whitespace() { Kind::Nothing } else { Kind::Code })
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        if here.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with(b"*/") {
            depth -= 1;
            at += 2;
        } else {
            at += 1;
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// The length of the string literal that `rest` begins with, raw and byte strings included.
fn string(rest: &str) -> Option<usize> {
    let opened = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - opened.len();
    if prefix > 1 {
        return None;
    }
    let raw = opened.strip_prefix('r');
    let hashes = raw.map_or(0, |raw| raw.len() - raw.trim_start_matches('#').len());
    let body = raw.unwrap_or(opened)[hashes..].strip_prefix('"')?;
    let start = rest.len() - body.len();
    if raw.is_some() {
        let closing = format!("\"{}", "#".repeat(hashes));
        return Some(body.find(&closing).map_or(rest.len(), |at| start + at + closing.len()));
    }
    Some(unescaped(body, '"').map_or(rest.len(), |at| start + at + 1))
}

/// The length of a character literal; `None` for a lifetime.
fn character(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix("b'").or_else(|| rest.strip_prefix('\''))?;
    let start = rest.len() - body.len();
    let mut letters = body.chars();
    let first = letters.next()?;
    let closes = first == '\\' || letters.next() == Some('\'');
    if !closes {
        return None;
    }
    unescaped(body, '\'').map(|at| start + at + 1)
}

fn unescaped(body: &str, closing: char) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in body.char_indices() {
        if escaped {
            escaped = false;
        } else if letter == '\\' {
            escaped = true;
        } else if letter == closing {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        tokens(source).iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_literals_hide_their_braces() {
        assert_eq!(texts("a // {\n/* { /* { */ } */ b"), ["a", "b"]);
        assert_eq!(
            texts(r#"f("{\"{", '{', '\'', b'}', b"}")"#),
            ["f", "(", "\"\"", ",", "\"\"", ",", "\"\"", ",", "\"\"", ",", "\"\"", ")"]
        );
        assert_eq!(texts("r#\"{ \" {\"# r\"{\\\" x"), ["\"\"", "\"\"", "x"]);
    }

    #[test]
    fn lifetimes_are_not_characters() {
        assert_eq!(
            texts("fn f<'a>(x: &'a str)"),
            ["fn", "f", "<", "'", "a", ">", "(", "x", ":", "&", "'", "a", "str", ")"]
        );
    }

    #[test]
    fn lines_are_counted_through_strings() {
        let found = tokens("a \"\n\n\" b");
        assert_eq!(found.last(), Some(&Token { text: "b", line: 3 }));
    }

    #[test]
    fn arrows_stay_whole() {
        assert_eq!(texts("x => y -> z >= w"), ["x", "=>", "y", "->", "z", ">=", "w"]);
    }
}
