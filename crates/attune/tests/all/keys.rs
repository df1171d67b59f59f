//! Stories about the root key: without the right one nothing opens, and it can be replaced while a server runs.

use crate::program::{Serving, attune, in_folder, key, place};

fn said(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

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

    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("for practice", "for demonstration")).unwrap();
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
