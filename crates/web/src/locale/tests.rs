#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::date;
use jiff::tz::TimeZone;

use super::Words;

fn crates_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            out.push(path);
        }
    }
}

fn english_keys() -> BTreeSet<String> {
    let folder = crates_folder().join("../content/locales/en");
    let mut keys = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines() {
            let Some((name, _)) = line.split_once('=') else { continue };
            let name = name.trim_end();
            if line.starts_with(|c: char| c.is_ascii_lowercase()) && is_key(name) {
                assert!(keys.insert(name.to_owned()), "{name} stands twice, again in {}", path.display());
            }
        }
    }
    keys
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// The literal that follows each `call`, whatever line it was wrapped to.
fn literals_after<'a>(source: &'a str, call: &str) -> Vec<&'a str> {
    source
        .match_indices(call)
        .filter_map(|(at, _)| source[at + call.len()..].trim_start().strip_prefix('"'))
        .filter_map(|rest| rest.split('"').next())
        .filter(|key| is_key(key))
        .collect()
}

fn source_texts(krate: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    rust_files(&crates_folder().join(krate).join("src"), &mut files);
    files.into_iter().map(|path| (path.clone(), without_comments(&path))).collect()
}

fn without_comments(path: &Path) -> String {
    let source = std::fs::read_to_string(path).unwrap();
    source.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn every_text_a_view_asks_for_exists_in_english() {
    let known = english_keys();
    let mut missing: BTreeMap<String, PathBuf> = BTreeMap::new();
    for (path, source) in source_texts("web") {
        if path.ends_with("locale/tests.rs") {
            continue;
        }
        for call in [".t(", ".with("] {
            for key in literals_after(&source, call).into_iter().filter(|key| !known.contains(*key)) {
                missing.insert(key.to_owned(), path.clone());
            }
        }
    }
    assert!(missing.is_empty(), "add these texts to content/locales/en: {missing:#?}");
}

#[test]
fn every_english_text_is_used_somewhere() {
    let mut everything = String::new();
    for krate in ["web", "app", "domain", "attune"] {
        source_texts(krate).into_iter().for_each(|(_, source)| everything.push_str(&source));
    }
    let unused: Vec<String> =
        english_keys().into_iter().filter(|key| !everything.contains(&format!("\"{key}\""))).collect();
    assert!(unused.is_empty(), "no code names these texts as a whole literal; remove them: {unused:#?}");
}

#[test]
fn a_missing_text_shows_its_key_in_brackets() {
    assert_eq!(Words::english().t("no-such-text"), "[no-such-text]");
}

#[test]
fn a_wish_for_a_language_we_lack_ends_in_english() {
    assert_eq!(Words::preferred("tlh-QO, en-GB;q=0.8").tag(), "en");
    assert_eq!(Words::preferred("").tag(), "en");
    assert_eq!(Words::preferred("en-UG").direction(), "ltr");
}

#[test]
fn an_appointment_is_shown_in_the_persons_own_zone_and_says_which() {
    let kampala = TimeZone::get("Africa/Kampala").unwrap();
    let at = "2026-11-03T11:00:00Z".parse().unwrap();
    assert_eq!(Words::english().moment(at, &kampala), "Tue 3 Nov 2026, 14:00 (Kampala)");
}

#[test]
fn distances_between_days_read_as_people_say_them() {
    let today = date(2026, 11, 22);
    let words = Words::english();
    let said: Vec<String> = [0, -1, 1, -3, 3, -13, -14, -30, 45, -80, -400, -800, 1]
        .into_iter()
        .map(|days| words.days_apart(today.checked_add(jiff::Span::new().days(days)).unwrap(), today))
        .collect();
    assert_eq!(
        said,
        [
            "today",
            "yesterday",
            "tomorrow",
            "3 days ago",
            "in 3 days",
            "13 days ago",
            "2 weeks ago",
            "4 weeks ago",
            "in 6 weeks",
            "3 months ago",
            "13 months ago",
            "2 years ago",
            "tomorrow"
        ]
    );
}

#[test]
fn the_age_of_an_alert_is_told_in_the_largest_fitting_unit() {
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    let ago = |text: &str| Words::english().since(text.parse().unwrap(), now, &TimeZone::UTC);
    assert_eq!(ago("2026-11-22T11:59:30Z"), "just now");
    assert_eq!(ago("2026-11-22T11:59:00Z"), "1 minute ago");
    assert_eq!(ago("2026-11-22T09:10:00Z"), "2 hours ago");
    assert_eq!(ago("2026-11-21T09:10:00Z"), "yesterday");
    assert_eq!(ago("2026-11-22T13:00:00Z"), "just now");
}

#[test]
fn numbers_lose_needless_decimals_and_gain_thousands() {
    let words = Words::english();
    assert_eq!(words.figure(11.0), "11");
    assert_eq!(words.figure(4.46), "4.5");
    assert_eq!(words.figure(-0.04), "0");
    assert_eq!(words.count(12_400), "12,400");
    assert_eq!(words.count(-999), "\u{2212}999");
}
