//! Every instrument that ships keeps its promises.

use std::path::{Path, PathBuf};

use measure::scoring::check_cases;
use measure::{Instrument, change};

#[expect(
    clippy::disallowed_methods,
    reason = "the crate reads no files, but this test looks at the folder that ships"
)]
fn shipped() -> Vec<(PathBuf, Instrument)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/instruments");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let instrument =
            Instrument::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path, instrument)
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn every_worked_case_comes_out_as_its_file_says() {
    for (path, instrument) in shipped() {
        assert!(instrument.cases.len() >= 5, "{} needs worked cases", path.display());
        let failing: Vec<String> = check_cases(&instrument).iter().map(ToString::to_string).collect();
        assert!(failing.is_empty(), "{}:\n{}", path.display(), failing.join("\n"));
    }
}

#[test]
fn worked_cases_touch_both_edges_of_every_band_and_both_sides_of_the_missing_limit() {
    for (path, instrument) in shipped() {
        let totals: Vec<f64> = instrument.cases.iter().filter_map(|case| Some(case.total?.value())).collect();
        for band in &instrument.bands {
            assert!(totals.contains(&band.min), "{}: no case at {}", path.display(), band.min);
            assert!(totals.contains(&band.max), "{}: no case at {}", path.display(), band.max);
        }
        let missing = |limit: usize| {
            instrument.cases.iter().any(|case| {
                let items = &instrument.scoring.items;
                items.iter().filter(|item| case.answers.value(item).is_none()).count() == limit
            })
        };
        let limit = instrument.scoring.missing.max_missing();
        assert!(missing(limit) && missing(limit + 1), "{}: missing limit {limit} untouched", path.display());
    }
}

#[test]
fn a_file_is_named_after_its_instrument_and_says_where_it_comes_from() {
    for (path, instrument) in shipped() {
        assert_eq!(path.file_stem().unwrap().to_str().unwrap(), instrument.id.as_str());
        assert!(instrument.licence.url.is_some(), "{} has no licence address", path.display());
        assert!(!instrument.recall.is_empty() && !instrument.preamble.is_empty());
    }
}

#[test]
fn official_wording_is_exact_where_copies_are_often_wrong() {
    let phq9 = super::phq9();
    let gad7 = super::gad7();
    // "Not at all sure" is a widely copied error: Zorowitz (2021), Lancet Psychiatry 8:180.
    assert_eq!(gad7.options[0].text, "Not at all");
    assert_eq!(
        phq9.item(&"9".parse().unwrap()).unwrap().text,
        "Thoughts that you would be better off dead or of hurting yourself in some way"
    );
    assert_eq!(phq9.options[2].text, "More than half the days");
}

#[test]
fn reliable_change_of_the_shipped_instruments() {
    let points: Vec<(String, Option<f64>, Option<f64>)> = shipped()
        .iter()
        .map(|(_, i)| (i.id.to_string(), change::reliable_change_points(i), change::error_points(i)))
        .collect();
    assert!(points.contains(&("phq-9".into(), Some(6.0), Some(5.0))));
    assert!(points.contains(&("gad-7".into(), Some(4.0), Some(3.0))));
    // Nothing sure enough is published for the adolescent form, so nothing is guessed.
    assert!(points.contains(&("phq-9a".into(), None, None)));
}

#[test]
fn the_example_in_the_document_is_a_complete_instrument() {
    let document = include_str!("../../../../docs/instruments.md");
    let (_, block) = document.split_once("```json\n").unwrap();
    let (example, _) = block.split_once("\n```").unwrap();
    let instrument = Instrument::parse(example).unwrap();
    assert_eq!(check_cases(&instrument), []);
    assert_eq!(instrument.cases.len(), 3);
}
