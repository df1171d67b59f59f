use crate::program::{Serving, attune, in_folder, key, place};

fn said(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn help_names_every_command_and_wrong_words_end_with_two() {
    let help = attune(&["--help"]);
    assert!(help.status.success());
    for word in ["serve", "demo", "check", "backup", "restore", "user", "Exit codes"] {
        assert!(said(&help).contains(word), "{word}: {}", said(&help));
    }
    let wrong = attune(&["sevre"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(said(&wrong).contains("serve"), "{}", said(&wrong));
}

#[test]
fn a_plain_listener_beyond_this_machine_is_refused_with_the_way_out() {
    let (_folder, database) = place();
    let refused = attune(&["serve", "--listen", "0.0.0.0:0", "--database", &database]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("--behind-tls-proxy"), "{}", said(&refused));
}

#[test]
fn a_protocol_with_a_mistake_is_named_by_file_line_and_field_and_nothing_starts() {
    let (folder, database) = place();
    std::fs::create_dir(folder.path().join("protocols")).unwrap();
    std::fs::write(folder.path().join("protocols/own.toml"), "id = \"own\"\nsesions = 3\n").unwrap();
    let content = folder.path().to_str().unwrap();
    let refused =
        attune(&["serve", "--listen", "127.0.0.1:0", "--database", &database, "--content", content]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("protocols/own.toml:2:1: sesions"), "{}", said(&refused));
}

#[test]
fn a_second_program_on_the_same_file_is_told_so_and_the_demo_leaves_a_practice_alone() {
    let (_folder, database) = place();
    let demo = Serving::demo(&database);
    let second = attune(&["serve", "--listen", "127.0.0.1:0", "--database", &database]);
    assert_eq!(second.status.code(), Some(1));
    assert!(said(&second).contains("in use"), "{}", said(&second));
    demo.stop();
    let again =
        attune(&["demo", "--json", "--listen", "127.0.0.1:0", "--database", &database, "--key", key()]);
    assert!(said(&again).contains("already holds a practice"), "{}", said(&again));
}

#[test]
fn a_backup_taken_while_serving_is_restored_elsewhere_and_checks_out() {
    let (folder, database) = place();
    let demo = Serving::demo(&database);
    let copy = in_folder(folder.path(), "monday.backup");
    let backup = attune(&["backup", &copy, "--database", &database]);
    assert!(backup.status.success(), "{}", said(&backup));
    let twice = attune(&["backup", &copy, "--database", &database]);
    assert_eq!(twice.status.code(), Some(1), "an older backup is not overwritten: {}", said(&twice));
    demo.crash();

    let elsewhere = in_folder(folder.path(), "elsewhere.db");
    let restore = attune(&["restore", &copy, "--database", &elsewhere]);
    assert!(restore.status.success(), "{}", said(&restore));
    for database in [&database, &elsewhere] {
        let check = attune(&["check", "--database", database]);
        assert!(check.status.success() && said(&check).contains("all well"), "{}", said(&check));
    }
    let (serving, _) = Serving::on(&elsewhere);
    assert_eq!(serving.visitor().get("/").0, 200);
}

#[test]
fn people_are_invited_listed_and_kept_out_from_the_command_line() {
    let (_folder, database) = place();
    Serving::demo(&database).stop();
    let user = |arguments: &[&str]| attune(&[&["user"], arguments, &["--database", &database]].concat());
    let invited = user(&["invite", "Noor Aziz", "noor@riverside.example", "therapist"]);
    assert!(invited.status.success() && said(&invited).contains("/l/"), "{}", said(&invited));
    let twice = user(&["invite", "Noor Aziz", "Noor@Riverside.example", "therapist"]);
    assert_eq!(twice.status.code(), Some(1), "{}", said(&twice));
    let wrong = user(&["invite", "Noor Aziz", "noor2@riverside.example", "wizard"]);
    assert!(said(&wrong).contains("administrator, therapist"), "{}", said(&wrong));
    assert!(user(&["disable", "ruth@riverside.example"]).status.success());
    let list = said(&user(&["list"]));
    let line = |email: &str| list.lines().find(|line| line.contains(email)).unwrap_or_default().to_owned();
    assert!(line("ruth@").starts_with("disabled") && line("noor@").starts_with("invited"), "{list}");
    let nobody = user(&["reset", "nobody@riverside.example"]);
    assert_eq!(nobody.status.code(), Some(1), "{}", said(&nobody));
}

#[test]
fn a_mistyped_database_leaves_no_empty_one_behind() {
    let (_folder, database) = place();
    let list = attune(&["user", "list", "--database", &database]);
    assert!(!list.status.success() && said(&list).contains("there is no database"), "{}", said(&list));
    assert!(!std::path::Path::new(&database).exists());
}

#[test]
fn p2_the_ledger_of_erasures_is_written_out_and_applied_from_the_command_line() {
    let (folder, database) = place();
    Serving::demo(&database).stop();
    let erase = |arguments: &[&str]| attune(&[&["erase"], arguments, &["--database", &database]].concat());
    let list = erase(&["list"]);
    assert!(list.status.success() && said(&list).is_empty(), "{}", said(&list));
    let out = in_folder(folder.path(), "ledger.erasures");
    let written = erase(&["ledger", "--out", &out]);
    assert!(written.status.success() && said(&written).contains("0 erasures"), "{}", said(&written));
    // A line of another practice is passed over.
    let line = r#"{"practice":"0198c0de-0000-7000-8000-000000000001","client":"0198c0de-0000-7000-8000-000000000002","at":"2026-11-02T06:00:00Z","by":"operator","reason":"client_asked"}"#;
    std::fs::write(&out, line).unwrap();
    let applied = erase(&["apply", &out]);
    assert!(said(&applied).contains("names 1 erased records; 0 had come back"), "{}", said(&applied));
    std::fs::write(&out, "not a ledger").unwrap();
    assert_eq!(erase(&["apply", &out]).status.code(), Some(1));
    let missing = erase(&["apply", &in_folder(folder.path(), "none")]);
    assert!(said(&missing).contains("there is no ledger"), "{}", said(&missing));
}
