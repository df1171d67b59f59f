//! Words that nobody else writes, typed into every field, and then looked for where they must not be: in the log at its
//! most talkative, in the files of the database, in the figures, in addresses, in titles, in the pages of those who may not read them.

use crate::crawl::{self, Form, escaped};
use crate::program::{Browser, Serving, place};
use crate::sealed_files;
use std::collections::BTreeMap;
use store::testing::TestDatabase;
use store::{DatabaseUrl, Engine};

/// What every canary begins with.
const MARK: &str = "kanarienvogel";

/// The roles whose words are health data, and where each begins.
const WRITERS: [(&str, &[&str]); 2] = [
    ("therapist", &["/home", "/clients/new"]),
    ("client", &["/home", "/today/measures/phq-9", "/today/progress", "/today/shared"]),
];

#[derive(Default)]
struct Nest {
    count: usize,
    forms: BTreeMap<String, u16>,
}

impl Nest {
    fn next(&mut self) -> String {
        self.count += 1;
        format!("{MARK}{:05}", self.count)
    }

    /// Sends a form with a canary in each field that takes free text.
    fn send(&mut self, browser: &Browser, form: &Form) {
        let canaries: Vec<String> = form.fields.iter().map(|_| self.next()).collect();
        let place = |name: &str| form.fields.iter().position(|field| field.name == name).unwrap_or_default();
        let body = form.body(|field| field.free.then(|| canaries[place(&field.name)].clone()));
        let (status, head, page) = browser.ask_with("POST", &form.action, &body);
        assert!(status < 500, "{} answers {status}: {page}", form.action);
        assert!(!head.contains(MARK), "{}: {head}", form.action);
        tame(&form.action, &page);
        self.forms.insert(form.kind(), status);
    }
}

/// No canary in the title or in an address of a page.
fn tame(path: &str, page: &str) {
    for tag in crawl::tags(page) {
        assert!(tag.name != "title" || !tag.text.contains(MARK), "{path}: {}", tag.text);
        for name in ["href", "action", "src", "formaction"] {
            let address = tag.attribute(name).unwrap_or_default();
            assert!(!address.contains(MARK), "{path}: {name}={address}");
        }
    }
}

/// Types canaries everywhere as the people who write health data. What was refused is tried again in the next round.
fn type_everywhere(nest: &mut Nest, browsers: &BTreeMap<&str, Browser>, rounds: usize) {
    for (role, start) in (0..rounds).flat_map(|_| WRITERS) {
        let browser = &browsers[role];
        let pages = crawl::walk(browser, start, 2);
        for form in pages.iter().flat_map(|(path, page)| crawl::forms(path, page)) {
            let ends = form.action == "/sign-out" || form.action.starts_with("/account");
            if form.post && !ends && nest.forms.get(&form.kind()).is_none_or(|status| *status >= 400) {
                nest.send(browser, &form);
            }
        }
    }
}

/// What goes wrong on the way in: addresses, passwords, bodies, headers nobody expects.
fn go_astray(nest: &mut Nest, serving: &Serving, therapist: &Browser) {
    let visitor = serving.visitor();
    for path in ["/sign-in?next=/", "/clients/", "/l/", "/episodes/", "/nothing/", "/clients?sort="] {
        let (status, ..) = therapist.ask("GET", &format!("{path}{}", nest.next()));
        assert!(status < 500, "{path}");
    }
    let form = format!("email={}%40example.org&password={}", nest.next(), nest.next());
    visitor.ask_with("POST", "/sign-in", &form);
    therapist.ask_with("POST", "/clients/new", &format!("%GG{}=%FF&{}", nest.next(), nest.next()));
    therapist.ask_with("POST", "/clients/new", &format!("name={}", nest.next().repeat(200)));
    therapist.ask_with("POST", &format!("/l/{}", nest.next()), &format!("password={}", nest.next()));
}

fn canaries_stay_where_they_belong(database: &str, rounds: usize) {
    let demo = Serving::demo(database);
    let roles = ["therapist", "client", "supervisor", "administrator", "privacy_officer"];
    let browsers: BTreeMap<&str, Browser> =
        roles.into_iter().map(|role| (role, demo.browser(role))).collect();
    demo.stop();

    let folder = tempfile::tempdir().unwrap();
    let (serving, log, metrics) = Serving::talkative(database, folder.path());
    let browsers: BTreeMap<&str, Browser> =
        browsers.into_iter().map(|(role, browser)| (role, browser.at(&serving.address))).collect();
    let mut nest = Nest::default();
    type_everywhere(&mut nest, &browsers, rounds);
    go_astray(&mut nest, &serving, &browsers["therapist"]);

    let shown = crawl::walk(&browsers["therapist"], &["/home"], 40);
    shown.iter().for_each(|(path, page)| tame(path, page));
    let pages = shown.values().filter(|page| page.contains(MARK)).count();
    for role in ["administrator", "privacy_officer"] {
        for (path, page) in crawl::walk(&browsers[role], &["/home", "/audit"], 5) {
            tame(&path, &page);
            assert!(!page.contains(MARK), "the {role} reads a canary on {path}");
        }
    }
    let figures = Browser::at_address(&metrics).get("/metrics").1;
    assert!(figures.contains("route=\"/clients/{client}\"") && !figures.contains(MARK), "{figures}");
    // While it serves, what was written last stands in the journal; then it does not.
    sealed_files::hold_no_words(database, MARK);
    serving.stop();
    sealed_files::hold_no_words(database, MARK);

    let log = std::fs::read_to_string(log).unwrap();
    let levels =
        ["TRACE", "DEBUG", "INFO"].map(|level| log.matches(&format!("\"level\":\"{level}\"")).count());
    assert!(levels.iter().sum::<usize>() > 300, "the log is talkative: {levels:?}");
    assert!(log.contains("\"route\":\"/clients/{client}\""), "requests are in the log by their pattern");
    let line = log.lines().find(|line| line.contains(MARK) || line.contains(&escaped(MARK)));
    assert_eq!(line, None, "a canary is in the log");
    for (role, browser) in &browsers {
        let cookie = browser.cookie.as_deref().unwrap().split_once('=').unwrap().1;
        assert!(!log.contains(cookie), "the {role}'s session is in the log");
    }
    let taken = nest.forms.values().filter(|status| **status < 400).count();
    eprintln!(
        "{} canaries, {} kinds of forms ({taken} taken), shown on {pages} pages",
        nest.count,
        nest.forms.len()
    );
    assert!(nest.count >= 200 && taken >= 15 && pages >= 10);
}

#[test]
fn c1_p6_c6_w5_words_typed_anywhere_are_in_no_file_log_address_title_or_figure_on_sqlite() {
    let (_folder, database) = place();
    canaries_stay_where_they_belong(&database, 2);
}

#[test]
fn c1_p6_c6_w5_words_typed_anywhere_are_in_no_file_log_address_title_or_figure_on_postgres() {
    let Some(database) = TestDatabase::new(Engine::Postgres, store::MIGRATIONS) else { return };
    let DatabaseUrl::Postgres(url) = database.url() else { return };
    canaries_stay_where_they_belong(url, 1);
}
