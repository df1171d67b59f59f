//! What an attacker types: into every field of every form, into every part of every address.

use crate::crawl::{self, Form, escaped, header};
use crate::program::{Browser, Serving, place};
use std::collections::{BTreeMap, BTreeSet};

/// Each with a piece that must not stand in a page as it is.
const CORPUS: [(&str, &str); 12] = [
    ("<xq-script>alert(1)</xq-script>", "<xq-script"),
    ("\"><xq-img src=x onerror=alert(1)>", "<xq-img"),
    ("\" xq-attr=\"1", "\" xq-attr=\""),
    ("' xq-attr='1", "\" xq-none=\""),
    ("</textarea></title><xq-out>", "<xq-out"),
    ("javascript:xq(1)", "href=\"javascript:"),
    ("{{913*917}}${913*917}#{913*917}<%= 913*917 %>", "837221"),
    ("'; DROP TABLE client; -- \" OR 1=1 /*", "syntax error"),
    ("%s%n%x../../etc/passwd", "root:"),
    ("\u{202e}gnikcart\u{2066}\u{200f} \u{0645}\u{0631}\u{062d}\u{0628}\u{0627}", "\"\u{0}"),
    ("a\u{0}b\u{1}\u{7f}\r\nset-cookie: xq=1", "\u{0}"),
    ("\u{1f469}\u{200d}\u{1f680}\u{fe0f}\u{1d400}e\u{301}", "\u{fffd}"),
];

/// Forms that end the walk: they come last.
const LAST: [&str; 5] = ["/sign-out", "/account", "/practice", "/people", "/verify"];

/// A browser's roles in the demonstration, and where each begins.
const ROLES: [(&str, &[&str]); 5] = [
    ("therapist", &["/home", "/clients/new"]),
    ("client", &["/home", "/today/measures/phq-9", "/today/progress", "/today/shared"]),
    ("supervisor", &["/home"]),
    ("privacy_officer", &["/home", "/audit"]),
    ("administrator", &["/home", "/people/new", "/practice", "/audit"]),
];

fn well(what: &str, (status, head, body): &(u16, String, String)) {
    assert!(*status < 500, "{what} answers {status}: {body}");
    for (_, forbidden) in CORPUS {
        assert!(
            !body.contains(forbidden),
            "{what}: {forbidden:?} stands in the page as it is\n{}",
            around(body, forbidden)
        );
    }
    assert!(header(head, "set-cookie").is_none_or(|cookie| !cookie.contains("xq")), "{what}: {head}");
    let to = header(head, "location").unwrap_or("/");
    assert!(to.starts_with('/') && !to.starts_with("//"), "{what} leads to {to}");
}

/// The page round a piece of it.
fn around<'a>(body: &'a str, piece: &str) -> &'a str {
    let at = body.find(piece).unwrap_or_default();
    let (start, end) = (body.floor_char_boundary(at.saturating_sub(200)), body.floor_char_boundary(at + 200));
    &body[start..end]
}

fn inject(browser: &Browser, form: &Form) -> usize {
    let mut asked = 0;
    let mut ask = |body: String| {
        let what = format!("POST {} {}", form.action, body.chars().take(300).collect::<String>());
        well(&what, &browser.ask_with("POST", &form.action, &body));
        asked += 1;
    };
    // Into all fields that people type into, then into each field alone, those that no person types into included.
    for (text, _) in CORPUS {
        ask(form.body(|field| field.typed.then(|| text.to_owned())));
    }
    for (number, field) in form.fields.iter().enumerate() {
        let (text, _) = CORPUS[number % CORPUS.len()];
        ask(form.body(|other| (other.name == field.name).then(|| text.to_owned())));
    }
    ask(form.body(|field| field.typed.then(|| "long ".repeat(10_000 / form.fields.len().max(1)))));
    asked
}

fn forms(pages: &BTreeMap<String, String>, kinds: &mut BTreeSet<String>) -> Vec<Form> {
    let all = pages.iter().flat_map(|(path, body)| crawl::forms(path, body));
    let mut fresh: Vec<Form> = all.filter(|form| form.post && kinds.insert(form.kind())).collect();
    fresh.sort_by_key(|form| LAST.iter().any(|last| form.action.starts_with(last)));
    fresh
}

#[test]
fn w4_what_an_attacker_types_is_shown_as_text_everywhere() {
    let (_folder, database) = place();
    let serving = Serving::demo(&database);
    let browsers = ROLES.map(|(role, start)| (role, start, serving.browser(role)));
    let mut kinds = BTreeSet::new();
    let (mut asked, mut seen) = (0, 0);
    for (role, start, browser) in &browsers {
        let pages = crawl::walk(browser, start, 2);
        assert!(pages.len() >= 3, "{role} sees {} pages", pages.len());
        for form in forms(&pages, &mut kinds) {
            asked += inject(browser, &form);
        }
    }
    // Everything that was kept is looked at by everybody.
    let mut kept = 0;
    for (_, start, browser) in &browsers {
        for (path, body) in crawl::walk(browser, start, 6) {
            well(&path, &(200, String::new(), body.clone()));
            seen += 1;
            kept += usize::from(body.contains("&lt;xq-") || body.contains("&quot; xq-attr"));
        }
    }
    eprintln!("{kept} show what was typed; {} kinds of forms, {asked} requests, {seen} pages", kinds.len());
    assert!(kinds.len() >= 30 && asked >= 500 && seen >= 30 && kept >= 5);
}

#[test]
fn w4_i1_an_attackers_address_leads_nowhere() {
    let (_folder, database) = place();
    let serving = Serving::demo(&database);
    let mut asked = 0;
    for (role, start) in ROLES {
        let browser = serving.browser(role);
        for path in crawl::walk(&browser, start, 1).into_keys() {
            let parts: Vec<&str> = path.split('/').collect();
            for number in 1..parts.len() {
                let (text, _) = CORPUS[(number + asked) % CORPUS.len()];
                let mut changed = parts.clone();
                let text = escaped(text);
                changed[number] = &text;
                let changed = changed.join("/");
                well(&changed, &browser.ask("GET", &changed));
                asked += 1;
            }
            let names =
                ["next", "q", "page", "sort", "order", "from", "to", "focus", "version", "with", "name"];
            let query: Vec<String> = names
                .iter()
                .zip(CORPUS.iter().cycle().skip(asked % CORPUS.len()))
                .map(|(name, (text, _))| format!("{name}={}", escaped(text)))
                .collect();
            let plain = path.split('?').next().unwrap_or_default();
            let changed = format!("{plain}?{}", query.join("&"));
            well(&changed, &browser.ask("GET", &changed));
            asked += 1;
        }
    }
    let visitor = serving.visitor();
    for next in [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example",
    ] {
        let path = format!("/sign-in?next={}", escaped(next));
        well(&path, &visitor.ask("GET", &path));
    }
    eprintln!("{asked} addresses");
    assert!(asked >= 100);
}
