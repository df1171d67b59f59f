//! Stories about the root key: without the right one nothing opens, and it can be replaced while a server runs.

use crate::program::{Serving, attune, in_folder, key, place, said, secret};

fn serve(database: &str, key: &str) -> String {
    let refused = attune(&["serve", "--listen", "127.0.0.1:0", "--database", database, "--key", key]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(!std::path::Path::new(database).exists(), "nothing was made");
    said(&refused)
}

fn new_key(path: &str) -> String {
    let made = attune(&["key", "new", "--key", path]);
    assert!(made.status.success(), "{}", said(&made));
    said(&made)
}

#[test]
fn c2_a_missing_key_a_readable_one_one_beside_the_records_and_a_demonstrations_are_refused() {
    let (folder, database) = place();
    let elsewhere = tempfile::tempdir().unwrap();
    let path = in_folder(elsewhere.path(), "root.key");
    assert!(serve(&database, &path).contains("attune key new"));

    new_key(&path);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        mode(0o640);
        assert!(serve(&database, &path).contains("chmod 600"));
        mode(0o600);
    }
    let beside = in_folder(folder.path(), "root.key");
    std::fs::copy(&path, &beside).unwrap();
    assert!(serve(&database, &beside).contains("folder of the database"));

    let made_up = store::vault::RootKeys::of(
        store::vault::KeyKind::Demonstration,
        store::vault::RootKey::of(1, [7; 32]).unwrap(),
    );
    secret(elsewhere.path(), "root.key", &made_up.to_text());
    assert!(serve(&database, &path).contains("demonstration"));
    std::fs::write(&path, "not a key").unwrap();
    assert!(serve(&database, &path).contains("not a root key"));
}

#[test]
fn c2_another_installations_key_opens_nothing_and_changes_nothing() {
    let (_folder, database) = place();
    Serving::demo(&database).stop();
    let elsewhere = tempfile::tempdir().unwrap();
    let other = in_folder(elsewhere.path(), "other.key");
    new_key(&other);
    let refused = attune(&["serve", "--listen", "127.0.0.1:0", "--database", &database, "--key", &other]);
    assert!(said(&refused).contains("does not open this database"), "{}", said(&refused));
    let check = attune(&["check", "--database", &database]);
    assert!(check.status.success() && said(&check).contains("sealed fields opened"), "{}", said(&check));
}

#[test]
fn c2_losing_the_key_is_explained_first_and_the_sheet_brings_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = in_folder(folder.path(), "root.key");
    let told = new_key(&path);
    let warned = told.find("every record and every backup is lost").unwrap();
    assert!(warned < told.find(&path).unwrap(), "{told}");
    assert_eq!(attune(&["key", "new", "--key", &path]).status.code(), Some(1), "a key is never overwritten");

    let sheet = std::fs::read_to_string(format!("{path}.sheet.html")).unwrap();
    let lines = sheet.split("<pre>").nth(1).unwrap().split("</pre>").next().unwrap().to_owned();
    let again = in_folder(folder.path(), "again.key");
    let typed = crate::program::attune_typed(&["key", "new", "--from-sheet", "--key", &again], &lines);
    assert!(typed.status.success(), "{}", said(&typed));
    assert_eq!(std::fs::read(&again).unwrap(), std::fs::read(&path).unwrap());
}

#[test]
fn r4_a_damaged_key_file_is_refused_by_every_command_with_its_line_and_the_way_back() {
    let (_folder, database) = place();
    let folder = tempfile::tempdir().unwrap();
    let path = in_folder(folder.path(), "root.key");
    new_key(&path);
    let whole = std::fs::read(&path).unwrap();
    // A letter of the key itself, in the fifth line.
    let place = whole.len() - 60;
    let mut flipped = whole.clone();
    flipped[place] ^= 1;
    std::fs::write(&path, &flipped).unwrap();
    let line = whole[..place].iter().filter(|byte| **byte == b'\n').count() + 1;
    for words in [&["serve", "--listen", "127.0.0.1:0"][..], &["key", "check"], &["key", "rotate"]] {
        let ended = attune(&[words, &["--database", &database, "--key", &path]].concat());
        let told = said(&ended);
        assert_eq!(ended.status.code(), Some(1), "{words:?}: {told}");
        assert!(told.contains(&format!("damaged in line {line}")), "{words:?}: {told}");
        assert!(told.contains("recovery sheet") && told.contains("copy"), "{told}");
        assert!(!std::path::Path::new(&database).exists(), "nothing was made");
    }
    assert_eq!(std::fs::read(&path).unwrap(), flipped, "it was left as it was");
}

#[test]
fn r4_a_mistake_in_typing_the_sheet_is_told_by_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = in_folder(folder.path(), "root.key");
    new_key(&path);
    let sheet = std::fs::read_to_string(format!("{path}.sheet.html")).unwrap();
    let mut lines: Vec<&str> =
        sheet.split("<pre>").nth(1).unwrap().split("</pre>").next().unwrap().lines().collect();
    let (row, with) = (lines[5].to_owned(), if lines[5].contains(" 0") { " 1" } else { " 0" });
    let mistyped = format!("{}{with}{}", &row[..2], &row[4..]);
    lines[5] = &mistyped;
    let again = in_folder(folder.path(), "again.key");
    let typed =
        crate::program::attune_typed(&["key", "new", "--from-sheet", "--key", &again], &lines.join("\n"));
    assert_eq!(typed.status.code(), Some(1));
    assert!(!std::path::Path::new(&again).exists());
    assert!(said(&typed).contains("row 5 has a mistake"), "{}", said(&typed));
}

#[test]
fn c3_the_key_is_replaced_while_the_program_serves_and_older_backups_still_open() {
    let (folder, database) = place();
    let keys = tempfile::tempdir().unwrap();
    let own = in_folder(keys.path(), "own.key");
    std::fs::copy(key(), &own).unwrap();
    let demo = Serving::demo_with(&database, &own);
    let therapist = demo.browser("therapist");
    let backup = in_folder(folder.path(), "before.backup");
    assert!(attune(&["backup", &backup, "--database", &database]).status.success());
    for _ in 0..2 {
        let rotated = attune(&["key", "rotate", "--database", &database, "--key", &own]);
        assert!(rotated.status.success(), "{}", said(&rotated));
        assert_eq!(therapist.get("/").0, 200);
    }
    demo.stop();
    let check = attune(&["key", "check", "--database", &database, "--key", &own]);
    assert!(said(&check).contains("generation 3") && check.status.success(), "{}", said(&check));
    let (serving, _) = Serving::on_with(&database, &own);
    assert_eq!(serving.visitor().get("/health").0, 200);
    serving.stop();

    let elsewhere = in_folder(folder.path(), "restored.db");
    assert!(attune(&["restore", &backup, "--database", &elsewhere]).status.success());
    let check = attune(&["check", "--database", &elsewhere, "--key", &own]);
    assert!(check.status.success(), "{}", said(&check));
    let stale = attune(&["check", "--database", &database]);
    assert!(said(&stale).contains("does not open"), "the older key alone does not: {}", said(&stale));
}

#[test]
fn c3_a_rotation_killed_at_any_moment_leaves_a_database_that_opens() {
    let (_folder, database) = place();
    let keys = tempfile::tempdir().unwrap();
    let own = in_folder(keys.path(), "own.key");
    std::fs::copy(key(), &own).unwrap();
    Serving::demo_with(&database, &own).stop();
    for round in 0..12 {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_attune"))
            .args(["key", "rotate", "--database", &database, "--key", &own])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // From before its first step to after its last one.
        std::thread::sleep(std::time::Duration::from_millis(round * 3));
        let _ = child.kill();
        child.wait().unwrap();
        let check = attune(&["key", "check", "--database", &database, "--key", &own]);
        assert!(check.status.success(), "round {round}: {}", said(&check));
    }
}
