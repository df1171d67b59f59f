//! Whatever a file says, the reader answers: with an instrument or with the place of the mistake.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "how many inputs comes from outside, and a test may hold a watch"
)]

use std::time::{Duration, Instant};

use measure::Instrument;
use proptest::prelude::*;

use super::PHQ9_TEXT;

/// Inputs to try: `ATTUNE_FUZZ_INPUTS`, or as many as every run can afford.
fn inputs() -> ProptestConfig {
    let asked = std::env::var("ATTUNE_FUZZ_INPUTS").ok().and_then(|number| number.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(1_500), failure_persistence: None, ..ProptestConfig::default() }
}

/// What damages a text: where (a share of its length), how much of it goes, what comes instead.
fn damage() -> impl Strategy<Value = (f64, usize, String)> {
    let pieces = [
        "",
        "\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "null",
        "-1",
        "1e309",
        "\\u0000",
        "\\ud800",
        "\u{202e}",
        "\n",
        "99999999999999999999",
    ];
    let instead =
        prop_oneof![3 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => ".{0,8}"];
    (0.0..1.0_f64, 0_usize..40, instead)
}

fn damaged(text: &str, damages: &[(f64, usize, String)]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (place, gone, instead) in damages {
        let from = ((chars.len() as f64) * place) as usize;
        let to = (from + gone).min(chars.len());
        chars.splice(from..to, instead.chars());
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(inputs())]

    #[test]
    fn i4_a_damaged_instrument_is_read_or_refused_with_its_place(damages in prop::collection::vec(damage(), 1..4)) {
        let text = damaged(PHQ9_TEXT, &damages);
        let start = Instant::now();
        if let Err(wrong) = Instrument::parse(&text) {
            let lines = text.lines().count().max(1);
            prop_assert!(wrong.line >= 1 && wrong.line <= lines + 1, "line {} of {lines}", wrong.line);
        }
        prop_assert!(start.elapsed() < Duration::from_secs(1));
    }

    #[test]
    fn i4_any_text_is_no_instrument_and_no_panic(text in "(?s).{0,400}") {
        prop_assert!(Instrument::parse(&text).is_err());
    }
}

#[test]
fn i4_deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let text = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        assert!(Instrument::parse(&text).is_err());
    }
}
