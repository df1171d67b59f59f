//! Stories about root keys that are no key file of ours: a passphrase, and what systemd hands over.

use crate::program::{attune_with, in_folder, mode, place, said, secret, serving_with};
use std::path::Path;

const RIGHT: &str = "seven grey herons stand in the shallows";

const NO_KEY: (&str, &str) = ("ATTUNE_KEY", "");

fn refused(database: &str, passphrase: &str) -> String {
    let words =
        ["serve", "--listen", "127.0.0.1:0", "--database", database, "--key-passphrase-file", passphrase];
    let ended = attune_with(&words, &[NO_KEY]);
    assert_eq!(ended.status.code(), Some(1), "{}", said(&ended));
    assert!(!said(&ended).contains(RIGHT), "a passphrase is never told");
    said(&ended)
}

#[test]
fn c2_the_right_passphrase_opens_and_a_wrong_a_short_and_a_readable_one_are_refused() {
    let (_folder, database) = place();
    let keys = tempfile::tempdir().unwrap();
    let short = secret(keys.path(), "short", "too short\n");
    assert!(refused(&database, &short).contains("20 letters or more"));
    let right = secret(keys.path(), "right", &format!("{RIGHT}\nonly the first line counts\n"));
    mode(&right, 0o644);
    assert!(cfg!(not(unix)) || refused(&database, &right).contains("can be read by others"));
    mode(&right, 0o600);
    assert!(refused(&database, &in_folder(keys.path(), "none")).contains("no file"));
    let beside = Path::new(&database).with_file_name("words");
    std::fs::copy(&right, &beside).unwrap();
    assert!(refused(&database, beside.to_str().unwrap()).contains("folder of the database"));
    assert!(!Path::new(&database).exists(), "nothing was made");

    let words = ["--database", &database, "--key-passphrase-file", &right];
    for _ in 0..2 {
        let serving = serving_with(&words, &[NO_KEY]);
        assert_eq!(serving.visitor().get("/health").0, 200);
        serving.stop();
    }
    let wrong = secret(keys.path(), "wrong", "seven grey herons stand in the meadow\n");
    let told = refused(&database, &wrong);
    assert!(told.contains("does not open this database") && told.contains("Nothing was changed"), "{told}");
    serving_with(&words, &[NO_KEY]).stop();
}

#[test]
fn c2_a_key_that_systemd_hands_over_opens_and_is_left_as_it_is() {
    let (_folder, database) = place();
    let handed = tempfile::tempdir().unwrap();
    let path = in_folder(handed.path(), "attune-root-key");
    assert!(attune_with(&["key", "new", "--key", &path], &[]).status.success());
    std::fs::remove_file(format!("{path}.sheet.html")).unwrap();
    let before = std::fs::read(&path).unwrap();
    mode(&path, 0o400);
    let folder = handed.path().to_str().unwrap();
    let credentials = [NO_KEY, ("CREDENTIALS_DIRECTORY", folder)];
    let serving = serving_with(&["--database", &database], &credentials);
    assert_eq!(serving.visitor().get("/health").0, 200);
    serving.stop();
    for words in [["key", "rotate"], ["key", "sheet"], ["key", "new"]] {
        let with_database = [&words[..], &["--database", &database]].concat();
        let words = if words[1] == "rotate" { &with_database[..] } else { &words[..] };
        let ended = attune_with(words, &credentials);
        assert_eq!(ended.status.code(), Some(1), "{words:?}: {}", said(&ended));
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(handed.path()).unwrap().count(), 1, "nothing was put beside it");
    let check = attune_with(&["key", "check", "--database", &database], &credentials);
    assert!(check.status.success() && said(&check).contains("generation 1"), "{}", said(&check));
}
