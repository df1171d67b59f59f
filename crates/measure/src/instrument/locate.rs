//! Finds the line of a field in a JSON text, and the field at a line, so that an error can name both.

/// Where a value stands in the text.
struct Span {
    /// Path such as `bands[2].min`; empty for the whole text.
    path: String,
    start: usize,
    end: usize,
}

/// Returns line and column (both from 1, columns in characters) of the value at `path`.
///
/// When the path does not exist, its nearest existing parent is taken: an absent field is
/// reported where it should stand.
pub(super) fn position_of(text: &str, path: &str) -> (usize, usize) {
    let spans = spans(text);
    let mut wanted = path;
    loop {
        if let Some(span) = spans.iter().find(|span| span.path == wanted) {
            return line_and_column(text, span.start);
        }
        match wanted.rfind(['.', '[']) {
            Some(cut) => wanted = &wanted[..cut],
            None if wanted.is_empty() => return (1, 1),
            None => wanted = "",
        }
    }
}

/// Returns the path of the innermost value that covers a line and column as `serde_json` counts
/// them (column in bytes, pointing at or just behind the value).
pub(super) fn path_at(text: &str, line: usize, column: usize) -> String {
    let line_start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let offset = line_start + column.saturating_sub(1);
    spans(text)
        .into_iter()
        .filter(|span| span.start <= offset && offset <= span.end)
        .min_by_key(|span| span.end - span.start)
        .map(|span| span.path)
        .unwrap_or_default()
}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// Deepest nesting that is followed; paths grow with it.
const DEPTH_MAX: usize = 64;

/// An object or list whose end was not reached yet.
struct Open {
    span: usize,
    /// The next index in a list; absent in an object.
    index: Option<usize>,
    /// The last key read in an object.
    key: Option<String>,
}

/// Lists every value with its path. Stops early, without complaint, where the text is no JSON.
fn spans(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut spans: Vec<Span> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            // Deeper than any instrument: the reader of the text has refused it already.
            b'{' | b'[' if open.len() == DEPTH_MAX => break,
            b'{' | b'[' => {
                let path = path_of_next(&spans, &mut open);
                spans.push(Span { path, start: at, end: text.len() });
                let index = (bytes[at] == b'[').then_some(0);
                open.push(Open { span: spans.len() - 1, index, key: None });
                at += 1;
            }
            b'}' | b']' => {
                at += 1;
                if let Some(closed) = open.pop() {
                    spans[closed.span].end = at;
                }
            }
            b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' => at += 1,
            _ => {
                let end = end_of_scalar(bytes, at);
                if is_key(&open) {
                    if let Some(object) = open.last_mut() {
                        object.key = Some(text[at..end].trim_matches('"').to_owned());
                    }
                } else {
                    let path = path_of_next(&spans, &mut open);
                    spans.push(Span { path, start: at, end });
                }
                at = end;
            }
        }
    }
    spans
}

fn is_key(open: &[Open]) -> bool {
    open.last().is_some_and(|inner| inner.index.is_none() && inner.key.is_none())
}

fn path_of_next(spans: &[Span], open: &mut [Open]) -> String {
    let Some(inner) = open.last_mut() else {
        return String::new();
    };
    let parent = &spans[inner.span].path;
    if let Some(index) = inner.index.as_mut() {
        *index += 1;
        return format!("{parent}[{}]", *index - 1);
    }
    let key = inner.key.take().unwrap_or_default();
    if parent.is_empty() { key } else { format!("{parent}.{key}") }
}

/// Ends always on a character boundary: behind a closing quote, before an ASCII delimiter, or at the end.
fn end_of_scalar(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    if bytes[start] == b'"' {
        at += 1;
        while at < bytes.len() && bytes[at] != b'"' {
            at += if bytes[at] == b'\\' { 2 } else { 1 };
        }
        return (at + 1).min(bytes.len());
    }
    while at < bytes.len() && !b",:]}{[\" \n\r\t".contains(&bytes[at]) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\n  \"a\": [1, {\"ü\": \"x\"}],\n  \"b\": true\n}";

    #[test]
    fn a_path_leads_to_its_line_and_back() {
        assert_eq!(position_of(TEXT, "a[1].ü"), (2, 18));
        assert_eq!(position_of(TEXT, "b"), (3, 8));
        assert_eq!(path_at(TEXT, 2, 9), "a[0]");
        assert_eq!(path_at(TEXT, 3, 9), "b");
    }

    #[test]
    fn an_absent_field_is_reported_at_its_parent() {
        assert_eq!(position_of(TEXT, "a[1].missing"), (2, 12));
        assert_eq!(position_of(TEXT, "missing"), (1, 1));
    }

    proptest::proptest! {
        #[test]
        fn any_text_and_place_is_survived(text in "[\\PC\n\"\\\\{}\\[\\]:,]{0,60}", path in "[a-z.\\[\\]0-9]{0,12}", line in 0usize..5, column in 0usize..80) {
            position_of(&text, &path);
            path_at(&text, line, column);
        }
    }
}
