//! Holds the colour tokens to WCAG 2.2 AA: 4.5 to 1 for text, 3 to 1 for edges of controls, shapes and lines.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../../assets/css/tokens.css");

type Colours = BTreeMap<String, [f64; 3]>;

/// The colours of one block of the file, from its opening line to its closing brace.
fn colours(opening: &str) -> Colours {
    let from = TOKENS.find(opening).unwrap_or_else(|| panic!("no block {opening}"));
    let block = TOKENS[from + opening.len()..].split('}').next().unwrap();
    block
        .split(';')
        .filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"))
        .map(|(name, hex)| (name.to_owned(), channels(hex)))
        .collect()
}

fn channels(hex: &str) -> [f64; 3] {
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0)
}

/// Relative luminance as WCAG defines it.
fn luminance(colour: [f64; 3]) -> f64 {
    let [r, g, b] = colour.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Foregrounds, the grounds they stand on, and the least contrast.
const PAIRS: [(&[&str], &[&str], f64); 10] = [
    (
        &["ink"],
        &[
            "paper",
            "sheet",
            "sunken",
            "accent-soft",
            "well-soft",
            "due-soft",
            "watch-soft",
            "act-soft",
            "info-soft",
            "band-0",
            "band-1",
            "band-2",
            "band-3",
            "band-4",
        ],
        4.5,
    ),
    (
        &["ink-soft"],
        &[
            "paper",
            "sheet",
            "sunken",
            "accent-soft",
            "info-soft",
            "band-0",
            "band-1",
            "band-2",
            "band-3",
            "band-4",
        ],
        4.5,
    ),
    (
        &["accent", "accent-deep"],
        &[
            "paper",
            "sheet",
            "sunken",
            "accent-soft",
            "due-soft",
            "watch-soft",
            "act-soft",
            "well-soft",
            "info-soft",
        ],
        4.5,
    ),
    (&["on-accent"], &["accent", "accent-deep"], 4.5),
    (&["well"], &["well-soft", "sheet", "paper"], 4.5),
    (&["due"], &["due-soft", "sheet", "paper"], 4.5),
    (&["watch"], &["watch-soft", "sheet", "paper"], 4.5),
    (&["act"], &["act-soft", "sheet", "paper"], 4.5),
    (&["private", "ink", "ink-soft", "accent-deep"], &["private-soft"], 4.5),
    (&["line-strong", "focus"], &["paper", "sheet", "sunken"], 3.0),
];

fn failures(colours: &Colours) -> Vec<String> {
    let mut failures = Vec::new();
    for (fronts, grounds, least) in PAIRS {
        for (front, ground) in fronts.iter().flat_map(|f| grounds.iter().map(move |g| (*f, *g))) {
            let ratio = contrast(colours[front], colours[ground]);
            if ratio < least {
                failures.push(format!("{front} on {ground}: {ratio:.2}, needs {least}"));
            }
        }
    }
    for (line, ground) in (0..5).flat_map(|band| [("accent", band), ("line-strong", band)]) {
        let ground = format!("band-{ground}");
        let ratio = contrast(colours[line], colours[&ground]);
        if ratio < if line == "accent" { 3.0 } else { 2.2 } {
            failures.push(format!("{line} on {ground}: {ratio:.2}"));
        }
    }
    failures
}

const DEVICE_DARK: &str = ":root:not([data-theme=\"light\"]) {";
const CHOSEN_DARK: &str = ":root[data-theme=\"dark\"] {";

#[test]
fn light_colours_have_enough_contrast() {
    assert_eq!(failures(&colours(":root {")), Vec::<String>::new());
}

#[test]
fn dark_colours_have_enough_contrast() {
    assert_eq!(failures(&colours(CHOSEN_DARK)), Vec::<String>::new());
}

#[test]
fn dark_is_the_same_whether_the_device_or_the_person_asks() {
    assert_eq!(colours(DEVICE_DARK), colours(CHOSEN_DARK));
    assert_eq!(
        colours(":root {").keys().collect::<Vec<_>>(),
        colours(CHOSEN_DARK).keys().collect::<Vec<_>>()
    );
}

#[test]
fn black_on_white_is_twenty_one_to_one() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
}
