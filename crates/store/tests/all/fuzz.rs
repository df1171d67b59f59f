//! Addresses, key files, recovery sheets and ledger files: whatever they say, the readers answer.

use proptest::prelude::*;
use store::vault::{KeyKind, RootKey, RootKeys, sheet};
use store::{DatabaseUrl, ledger_file};

/// Inputs to try: `ATTUNE_FUZZ_INPUTS`, or as many as every run can afford.
fn inputs() -> ProptestConfig {
    let asked = std::env::var("ATTUNE_FUZZ_INPUTS").ok().and_then(|number| number.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(1_500), failure_persistence: None, ..ProptestConfig::default() }
}

fn key() -> RootKeys {
    RootKeys::of(KeyKind::Practice, RootKey::of(1, [7; 32]).unwrap())
}

/// A text with one character changed, taken out or put in.
fn touched(text: &str, place: f64, with: Option<char>, insert: bool) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = (((chars.len() as f64) * place) as usize).min(chars.len().saturating_sub(1));
    match (with, insert) {
        (Some(new), true) => chars.insert(at, new),
        (Some(new), false) => chars[at] = new,
        (None, _) => drop(chars.remove(at)),
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(inputs())]

    #[test]
    fn i4_any_address_is_taken_or_refused_and_its_password_is_never_shown(
        text in "(postgres(ql)?://u:secret-pass@|postgres://|sqlite:)?[ -~]{0,80}|(?s).{0,40}",
    ) {
        let shown = match text.parse::<DatabaseUrl>() {
            Ok(url) => url.to_string(),
            Err(wrong) => wrong.to_string(),
        };
        // A path is shown as it is; the address of a server is not.
        prop_assert!(!text.starts_with("postgres") || !shown.contains("secret-pass"), "{}", shown);
    }

    #[test]
    fn i4_r4_a_key_file_with_one_letter_changed_is_refused(
        place in 0.0..1.0_f64, with in proptest::option::of(any::<char>()), insert in any::<bool>(),
    ) {
        let text = key().to_text();
        let touched = touched(&text, place, with, insert);
        prop_assert_eq!(RootKeys::from_text(touched.as_bytes()).is_ok(), touched == *text);
    }

    #[test]
    fn i4_a_sheet_with_one_letter_wrong_is_refused_or_the_same_key(
        place in 0.0..1.0_f64, with in proptest::option::of(any::<char>()), insert in any::<bool>(),
    ) {
        let lines = sheet::lines(&key().all()[0]).join("\n");
        if let Ok(read) = sheet::read(&touched(&lines, place, with, insert)) {
            prop_assert!(read.all().iter().all(|one| one.reveal() == &[7; 32]), "a typing mistake went unnoticed");
        }
    }

    #[test]
    fn i4_any_text_is_no_key_no_sheet_and_no_panic(text in "(?s).{0,300}") {
        prop_assert!(RootKeys::from_text(text.as_bytes()).is_err());
        prop_assert!(sheet::read(&text).is_err() || text.trim().is_empty());
    }
}

#[test]
fn i4_a_ledger_of_anything_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    for text in [
        "{",
        "[]",
        "null",
        "{\"practice\":1}",
        "\u{0}",
        "{\"practice\":\"x\",\"client\":\"y\"}",
        &"[".repeat(9_999),
    ] {
        std::fs::write(&path, text).unwrap();
        assert!(ledger_file::read(&path).is_err(), "{text:.20}");
    }
    std::fs::write(&path, [0xff, 0xfe, 0x00]).unwrap();
    assert!(ledger_file::read(&path).is_err());
}
