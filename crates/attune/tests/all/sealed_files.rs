//! Every byte that is left on a disk, looked through for words that must be sealed: the database and its journal, a
//! snapshot, and what `pg_dump` writes.

use crate::program::{attune, in_folder, key};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Names and addresses of the demonstration's people, and whatever else is given.
fn words(more: &str) -> Vec<String> {
    let cast = concat!(env!("CARGO_MANIFEST_DIR"), "/../../content/demo/cast.toml");
    let cast = std::fs::read_to_string(cast).unwrap();
    let mut words = vec![more.to_owned()];
    // What stands before the first person is the practice, whose name is no secret.
    for line in cast.split("[[").skip(1).flat_map(str::lines) {
        if let Some((what, word)) = line.split_once(" = ")
            && ["name", "email", "account"].contains(&what)
        {
            words.push(word.trim_matches('"').to_owned());
        }
    }
    assert!(words.len() > 15 && words.iter().any(|word| word.contains('@')), "{words:?}");
    words
}

/// Whether a word stands in the bytes, as it is or as hexadecimal digits (so `pg_dump` writes sealed columns).
fn stands_in(bytes: &[u8], word: &str) -> bool {
    let hex = word.bytes().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    [word.as_bytes(), hex.as_bytes()].iter().any(|wanted| contains(bytes, wanted))
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|part| part[0] == wanted[0] && part == wanted)
}

/// Looks through everything that a database leaves behind. `more` is a word typed into it.
pub fn hold_no_words(database: &str, more: &str) {
    let folder = tempfile::tempdir().unwrap();
    let into = in_folder(folder.path(), "snapshots");
    let taken = attune(&["snapshot", "now", "--folder", &into, "--database", database, "--key", key()]);
    assert!(taken.status.success(), "{}", String::from_utf8_lossy(&taken.stderr));
    let snapshots: Vec<Vec<u8>> =
        std::fs::read_dir(&into).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    assert!(!snapshots.is_empty());
    let kept = if database.starts_with("postgres") { dump(database) } else { files(database) };
    // The look finds what does stand in the clear: which instrument was answered.
    assert!(stands_in(&kept, "phq-9"));
    for word in words(more) {
        assert!(!stands_in(&kept, &word), "{word} stands in the database");
        assert!(snapshots.iter().all(|snapshot| !stands_in(snapshot, &word)), "{word} stands in a snapshot");
    }
}

/// The database of SQLite with its journal and what else stands beside it.
fn files(database: &str) -> Vec<u8> {
    let path = Path::new(database.trim_start_matches("sqlite:"));
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let file = file.unwrap().path();
        if file.is_file() && file.file_name().unwrap().to_string_lossy().starts_with(&name) {
            bytes.extend(std::fs::read(file).unwrap());
        }
    }
    bytes
}

/// Everything in a database of PostgreSQL, as text.
fn dump(database: &str) -> Vec<u8> {
    let mut dump = Command::new("pg_dump");
    dump.args(["--enable-row-security", "--inserts", "--dbname", database]);
    let dumped = dump.env("PGOPTIONS", "-c attune.practice=*").output().unwrap();
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    dumped.stdout
}
