//! Stories on the public face of worksheets; the files in `content/worksheets` bring cases of their own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::Path;

use super::*;

fn files() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/worksheets");
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        files.insert(name, std::fs::read_to_string(&path).unwrap());
    }
    files
}

fn worksheets() -> Vec<Worksheet> {
    let parse = |(name, source): (String, String)| match Worksheet::parse(&source) {
        Ok(worksheet) => {
            assert_eq!(worksheet.id, name, "a file is named after its id");
            worksheet
        }
        Err(errors) => {
            panic!("{name}.toml:\n{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        }
    };
    files().into_iter().map(parse).collect()
}

#[test]
fn every_file_is_free_of_mistakes_and_its_cases_hold() {
    let failures: Vec<String> = worksheets().iter().flat_map(Worksheet::run_cases).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
