//! Walks the pages of a role as a browser would: links, forms, fields.

use crate::program::Browser;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// One form of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub action: String,
    pub post: bool,
    pub fields: Vec<Field>,
}

/// One field, as the browser would send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub value: String,
    /// Whether a person types into it.
    pub typed: bool,
    /// Whether any words will do.
    pub free: bool,
}

impl Form {
    /// The body with one value for each field that `choose` has a word for.
    pub fn body(&self, choose: impl Fn(&Field) -> Option<String>) -> String {
        let pairs: Vec<String> = self
            .fields
            .iter()
            .map(|field| {
                let value = choose(field).unwrap_or_else(|| field.value.clone());
                format!("{}={}", escaped(&field.name), escaped(&value))
            })
            .collect();
        pairs.join("&")
    }

    /// Two forms of one kind differ in ids only.
    pub fn kind(&self) -> String {
        let names: Vec<&str> = self.fields.iter().map(|field| field.name.as_str()).collect();
        format!("{} {}", kind(&self.action), names.join(" "))
    }
}

/// A path with ids and numbers taken out.
pub fn kind(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let part = |part: &str| {
        let id = part.len() == 36 && part.matches('-').count() == 4;
        let number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if id || number { "*".to_owned() } else { part.to_owned() }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Percent-encodes everything but letters and digits.
pub fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out += &format!("%{byte:02X}");
        }
        out
    })
}

/// Every page somebody reaches from `start` by links, at most `of_a_kind` of one kind: path to body.
pub fn walk(browser: &Browser, start: &[&str], of_a_kind: usize) -> BTreeMap<String, String> {
    let mut waiting: VecDeque<String> = start.iter().map(ToString::to_string).collect();
    let mut known: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut pages = BTreeMap::new();
    while let Some(path) = waiting.pop_front() {
        let count = kinds.entry(kind(&path)).or_default();
        *count += 1;
        if *count > of_a_kind {
            continue;
        }
        let (status, head, body) = browser.ask("GET", &path);
        assert!(status < 500, "{path} answers {status}: {body}");
        if let Some(to) = header(&head, "location") {
            follow(&mut waiting, &mut known, to);
        }
        for tag in tags(&body) {
            if let ("a", Some(href)) = (tag.name.as_str(), tag.attribute("href")) {
                follow(&mut waiting, &mut known, href);
            }
        }
        pages.insert(path, body);
    }
    pages
}

fn follow(waiting: &mut VecDeque<String>, known: &mut BTreeSet<String>, href: &str) {
    let path = href.split('#').next().unwrap_or_default();
    if path.starts_with('/') && !path.starts_with("//") && known.insert(path.to_owned()) {
        waiting.push_back(path.to_owned());
    }
}

/// The value of a header in an answer's head.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// A start tag.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// The text up to the next tag.
    pub text: String,
    closing: bool,
}

impl Tag {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// The tags of a page as our own views write them: names in lower case, values in double quotes.
pub fn tags(body: &str) -> Vec<Tag> {
    body.split('<')
        .skip(1)
        .filter_map(|piece| {
            let (inside, text) = piece.split_once('>')?;
            let closing = inside.starts_with('/');
            let inside = inside.trim_start_matches('/');
            let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
            let mut attributes = Vec::new();
            while let Some((before, after)) = rest.split_once("=\"") {
                let (value, more) = after.split_once('"')?;
                let name = before.split_whitespace().last().unwrap_or_default();
                let flags = before.split_whitespace().rev().skip(1);
                attributes.extend(flags.map(|flag| (flag.to_owned(), String::new())));
                attributes.push((name.to_owned(), plain(value)));
                rest = more;
            }
            attributes.extend(rest.split_whitespace().map(|flag| (flag.to_owned(), String::new())));
            Some(Tag { name: name.to_owned(), attributes, text: plain(text), closing })
        })
        .collect()
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// The forms of a page, with the values they carry.
pub fn forms(path: &str, body: &str) -> Vec<Form> {
    let mut found: Vec<Form> = Vec::new();
    let mut open = false;
    let mut select: Option<Field> = None;
    for tag in tags(body) {
        let text = |name: &str| tag.attribute(name).unwrap_or_default().to_owned();
        match (tag.name.as_str(), tag.closing) {
            ("form", false) => {
                let action = tag.attribute("action").unwrap_or(path).to_owned();
                found.push(Form {
                    action,
                    post: tag.attribute("method") == Some("post"),
                    fields: Vec::new(),
                });
                open = true;
            }
            ("form", true) => open = false,
            ("select", false) => {
                select = Some(Field { name: text("name"), value: String::new(), typed: false, free: false });
            }
            ("option", false) => {
                if let Some(field) = &mut select
                    && (field.value.is_empty() || tag.attribute("selected").is_some())
                {
                    field.value = text("value");
                }
            }
            ("select", true) => add(&mut found, open, select.take()),
            ("textarea", false) => {
                let value = tag.text.clone();
                add(&mut found, open, Some(Field { name: text("name"), value, typed: true, free: true }));
            }
            ("input" | "button", false) => add(&mut found, open, input(&tag)),
            _ => {}
        }
    }
    found
}

fn input(tag: &Tag) -> Option<Field> {
    let kind = tag.attribute("type").unwrap_or("text");
    if matches!(kind, "radio" | "checkbox") && tag.attribute("disabled").is_some() {
        return None;
    }
    Some(Field {
        name: tag.attribute("name").unwrap_or_default().to_owned(),
        value: tag.attribute("value").unwrap_or_default().to_owned(),
        typed: !matches!(kind, "radio" | "checkbox" | "hidden" | "submit" | "button"),
        free: matches!(kind, "text" | "search" | "tel") && tag.attribute("inputmode") != Some("numeric"),
    })
}

fn add(found: &mut [Form], open: bool, field: Option<Field>) {
    if let (true, Some(form), Some(field)) = (open, found.last_mut(), field)
        && !field.name.is_empty()
        && !form.fields.iter().any(|known| known.name == field.name)
    {
        form.fields.push(field);
    }
}
