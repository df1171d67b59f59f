//! Whatever a file says, the reader answers: with a protocol or with the places of its mistakes.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "how many inputs comes from outside, and a test may hold a watch"
)]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use protocol::Protocol;

const TEXT: &str = include_str!("../../../../content/protocols/ipt16_adult.toml");

/// Inputs to try: `ATTUNE_FUZZ_INPUTS`, or as many as every run can afford. A file takes milliseconds to check.
fn inputs() -> ProptestConfig {
    let asked = std::env::var("ATTUNE_FUZZ_INPUTS").ok().and_then(|number| number.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(200), failure_persistence: None, ..ProptestConfig::default() }
}

/// What damages a text: which line, what becomes of it.
#[derive(Debug, Clone)]
enum Damage {
    Gone,
    Twice,
    Instead(String),
    Cut(usize),
}

fn damage() -> impl Strategy<Value = (f64, Damage)> {
    let lines = [
        "[[tasks]]",
        "[",
        "]",
        "x = ",
        "id = \"\"",
        "extends = \"ipt16_adult\"",
        "sessions = -1",
        "sessions = 99999999999999999999",
        "text = '''",
        "a.b.c = 1",
        "= 1",
        "\u{feff}",
        "at = 1979-05-27T07:32:00Z",
        "n = nan",
    ];
    let how = prop_oneof![
        Just(Damage::Gone),
        Just(Damage::Twice),
        proptest::sample::select(lines.to_vec()).prop_map(|line| Damage::Instead(line.to_owned())),
        ".{0,30}".prop_map(Damage::Instead),
        (0_usize..60).prop_map(Damage::Cut),
    ];
    (0.0..1.0_f64, how)
}

fn damaged(damages: &[(f64, Damage)]) -> String {
    let mut lines: Vec<String> = TEXT.lines().map(str::to_owned).collect();
    for (place, how) in damages {
        let at = (((lines.len() as f64) * place) as usize).min(lines.len() - 1);
        match how {
            Damage::Gone => drop(lines.remove(at)),
            Damage::Twice => lines.insert(at, lines[at].clone()),
            Damage::Instead(line) => lines[at].clone_from(line),
            Damage::Cut(from) => lines[at] = lines[at].chars().skip(*from).collect(),
        }
    }
    lines.join("\n")
}

proptest! {
    #![proptest_config(inputs())]

    #[test]
    fn i4_a_damaged_protocol_is_read_or_refused(damages in prop::collection::vec(damage(), 1..5)) {
        let text = damaged(&damages);
        let start = Instant::now();
        if let Err(mistakes) = Protocol::parse(&text) {
            prop_assert!(!mistakes.is_empty(), "a refusal says why");
        }
        prop_assert!(start.elapsed() < Duration::from_secs(1));
    }

    #[test]
    fn i4_any_text_is_no_protocol_and_no_panic(text in "(?s).{0,400}") {
        prop_assert!(Protocol::parse(&text).is_err());
    }
}

#[test]
fn i4_deep_nesting_is_refused() {
    let deep = format!("a = {}1{}", "[".repeat(50_000), "]".repeat(50_000));
    assert!(Protocol::parse(&deep).is_err());
}
