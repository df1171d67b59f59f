//! What is kept outside the database: the ledger of erasures, traces of reads.

use crate::program::{Serving, attune, attune_with, each_pair, in_folder, key, said, serving_with};
use std::path::{Path, PathBuf};

/// The clients that stand on a page.
fn clients_on(page: &str) -> Vec<String> {
    let ids = page.split("/clients/").skip(1).filter_map(|rest| rest.get(..36));
    let mut ids: Vec<String> = ids.filter(|id| id.split('-').count() == 5).map(str::to_owned).collect();
    ids.dedup();
    ids
}

fn practice_of(database: &str) -> String {
    let signed = attune(&["audit", "checkpoint", "--database", database]);
    assert!(signed.status.success(), "{}", said(&signed));
    let line = String::from_utf8(signed.stdout).unwrap();
    let line = line.lines().find(|line| line.starts_with('{')).unwrap();
    serde_json::from_str::<serde_json::Value>(line).unwrap()["practice"].as_str().unwrap().to_owned()
}

/// Where the program keeps the ledger of a database.
fn ledger_of(database: &str, data: &Path) -> PathBuf {
    match database.starts_with("postgres") {
        true => data.join("attune.erasures"),
        false => PathBuf::from(format!("{database}.erasures")),
    }
}

#[test]
fn p2_a_backup_put_where_the_database_is_lost_brings_nobody_back_whom_the_ledger_names() {
    each_pair(|lost, empty| {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().to_str().unwrap();
        let demo = Serving::demo(lost);
        let therapist = demo.browser("therapist");
        let caseload = clients_on(&therapist.get("/clients").1);
        let (erased, left) = (caseload.first().unwrap(), caseload.last().unwrap());
        assert_ne!(erased, left);
        demo.stop();
        let backup = in_folder(data.path(), "older.backup");
        assert!(attune(&["backup", &backup, "--database", lost]).status.success());
        let practice = practice_of(lost);
        let line = serde_json::json!({
            "practice": practice, "client": erased, "at": "2026-11-24T10:00:00Z", "by": "operator",
            "reason": "client_asked",
        });
        std::fs::write(ledger_of(empty, data.path()), format!("{line}\n")).unwrap();

        let restored = attune(&["restore", &backup, "--replace", "--database", empty, "--data", folder]);
        assert!(restored.status.success(), "{}", said(&restored));
        assert!(said(&restored).contains("1 had come back and were erased again"), "{}", said(&restored));
        let words = ["--database", empty, "--data", folder, "--key", key()];
        let serving = serving_with(&words, &[]);
        let therapist = therapist.at(&serving.address);
        assert_eq!(therapist.get(&format!("/clients/{left}")).0, 200);
        assert_ne!(therapist.get(&format!("/clients/{erased}")).0, 200);
        let held = std::fs::read_dir(data.path())
            .unwrap()
            .filter_map(|file| file.unwrap().file_name().into_string().ok());
        let held: Vec<_> = held.filter(|name| name.ends_with("-1.held")).collect();
        assert_eq!(held.len(), usize::from(empty.starts_with("postgres")), "{held:?}");
        serving.stop();
    });
}

#[test]
fn p2_a_program_that_finds_the_ledger_at_its_start_erases_what_came_back() {
    each_pair(|database, _| {
        let data = tempfile::tempdir().unwrap();
        let demo = Serving::demo(database);
        let therapist = demo.browser("therapist");
        let erased = clients_on(&therapist.get("/clients").1).first().unwrap().clone();
        demo.stop();
        let line = serde_json::json!({
            "practice": practice_of(database), "client": erased, "at": "2026-11-24T10:00:00Z", "by": "operator",
            "reason": "client_asked",
        });
        let ledger = ledger_of(database, data.path());
        std::fs::write(&ledger, format!("{line}\n")).unwrap();
        let folder = data.path().to_str().unwrap();
        let ended = |serving: Serving| {
            let status = therapist.clone().at(&serving.address).get(&format!("/clients/{erased}")).0;
            serving.stop();
            status
        };
        // What it prints first is not its address this time.
        let words = ["--database", database, "--key", key()];
        let environment = [("ATTUNE_DATA", folder)];
        drop(serving_with(&words, &environment));
        assert_ne!(ended(serving_with(&words, &environment)), 200);
        let listed = attune_with(&["erase", "list", "--database", database], &environment);
        assert!(said(&listed).contains(&erased), "{}", said(&listed));
        assert!(std::fs::read_to_string(&ledger).unwrap().contains(&erased));
    });
}
