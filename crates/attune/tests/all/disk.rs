//! Disks that are full, that fail, that are slow: nothing acknowledged is lost, and the person is told.
//!
//! A private mount namespace holds a small file system; `strace` makes the kernel's answers to fsync fail or late. Both
//! need Linux and root, and are skipped with a word elsewhere.

use crate::program::{Browser, Serving, attune, in_folder, key, place};
use std::process::Command;
use std::time::{Duration, Instant};

/// Registers a client; `true` when that was acknowledged, `false` when it was refused with the calm page.
fn register(browser: &Browser, name: &str) -> bool {
    let (status, head, body) = browser.post("/clients/new", &format!("name={name}")).unwrap();
    match status {
        303 => true,
        503 => {
            assert!(head.contains("retry-after: "), "{head}");
            assert!(body.contains("Nothing you sent was saved; it is still in your form"), "{body}");
            false
        }
        _ => panic!("{status} {head}"),
    }
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(60), "waited too long: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn all_there(serving: &Serving, browser: &Browser, acknowledged: &[String]) {
    let mut browser = browser.clone();
    browser.address.clone_from(&serving.address);
    // The very read that meets the fault is refused, because its trace could not be kept; the next one is not.
    let mut answers = (0..3).map(|_| browser.caseload());
    let (_, caseload) = answers.find(|(status, _)| *status == 200).expect("reading goes on");
    let lost: Vec<_> = acknowledged.iter().filter(|name| !caseload.contains(&format!(">{name}<"))).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
}

/// Killed, served again, checked: whatever was acknowledged is there and the database is whole.
fn whole_after_a_crash(serving: Serving, browser: &Browser, acknowledged: &[String], database: &str) {
    serving.crash();
    let (again, _) = Serving::on(database);
    all_there(&again, browser, acknowledged);
    again.stop();
    let check = attune(&["check", "--database", database]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
}

fn permitted(program: &str, arguments: &[&str]) -> bool {
    let tried = Command::new(program).args(arguments).output();
    let permitted = tried.is_ok_and(|ended| ended.status.success());
    if !permitted {
        eprintln!("skipped: `{program} {}` is not possible here (Linux, root)", arguments.join(" "));
    }
    permitted
}

#[test]
fn r3_a_full_disk_stops_saving_not_reading_and_saving_comes_back_once_there_is_room() {
    if !permitted("unshare", &["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mount = in_folder(folder.path(), "small");
    std::fs::create_dir(&mount).unwrap();
    let database = format!("{mount}/attune.db");
    let script = "mount -t tmpfs -o size=40m tmpfs \"$0\" && exec \"$@\"";
    let serving = Serving::demo_under(&["unshare", "-m", "sh", "-c", script, &mount], &database, key());
    let browser = serving.browser("therapist");
    let mut acknowledged = vec!["Before".to_owned()];
    assert!(register(&browser, "Before"));

    // The namespace is seen from outside through the process.
    let inside = format!("/proc/{}/root{mount}", serving.id());
    let filler = format!("{inside}/filler");
    let mut full = std::fs::File::create(&filler).unwrap();
    while std::io::Write::write_all(&mut full, &[1; 4096]).is_ok() {}
    while std::io::Write::write_all(&mut full, &[1; 1]).is_ok() {}
    let mut number = 0;
    until("a refusal", || {
        number += 1;
        let name = format!("Full{number}");
        let kept = register(&browser, &name);
        if kept {
            acknowledged.push(name);
        }
        !kept
    });
    for _ in 0..20 {
        assert!(!register(&browser, "Refused"), "nothing is acknowledged while the disk is full");
        assert_eq!(serving.visitor().get("/health").0, 200);
        assert_eq!(serving.visitor().get("/ready").0, 503);
        all_there(&serving, &browser, &acknowledged);
    }
    drop(full);
    std::fs::remove_file(&filler).unwrap();
    until("saving again", || serving.visitor().get("/ready").0 == 200);
    assert!(register(&browser, "After"));
    acknowledged.push("After".to_owned());
    all_there(&serving, &browser, &acknowledged);
    // The reads in between are in the trail: the check below counts an entry for each act it finds.
    let copy = in_folder(folder.path(), "copy.db");
    std::fs::copy(format!("{inside}/attune.db"), &copy).unwrap();
    std::fs::copy(format!("{inside}/attune.db-wal"), format!("{copy}-wal")).unwrap();
    whole_after_a_crash(serving, &browser, &acknowledged, &copy);
}

/// Serves under `strace`, which answers syncs of the database and its log in the kernel's place.
fn serving_with(injected: &str, database: &str) -> Option<Serving> {
    if !permitted("strace", &["-f", "-o", "/dev/null", "true"]) {
        return None;
    }
    let (inject, log) = (format!("inject=fsync,fdatasync:{injected}"), format!("{database}-wal"));
    let traced = ["strace", "-D", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fsync,fdatasync"];
    let under = [&traced[..], &["-P", database, "-P", &log, "-e", &inject]].concat();
    Some(Serving::on_under(&under, database, key()).0)
}

#[test]
fn r3_a_failing_sync_is_never_acknowledged_and_saving_comes_back_after_a_look() {
    let (_folder, database) = place();
    let demo = Serving::demo(&database);
    let mut browser = demo.browser("therapist");
    demo.stop();
    // The writer's fifth to eighth sync fail; each thread counts its own.
    let Some(serving) = serving_with("error=EIO:when=5..8", &database) else { return };
    browser.address.clone_from(&serving.address);
    let (mut acknowledged, mut refused) = (Vec::new(), 0);
    let start = Instant::now();
    while acknowledged.len() < 12 || refused == 0 {
        assert!(start.elapsed() < Duration::from_secs(90), "{} kept, {refused} refused", acknowledged.len());
        let name = format!("N{}", acknowledged.len() + refused);
        if register(&browser, &name) {
            acknowledged.push(name);
        } else {
            refused += 1;
            std::thread::sleep(Duration::from_millis(200));
        }
        all_there(&serving, &browser, &acknowledged);
    }
    whole_after_a_crash(serving, &browser, &acknowledged, &database);
}

#[test]
fn r3_on_a_slow_disk_an_answer_waits_for_the_sync() {
    let (_folder, database) = place();
    let demo = Serving::demo(&database);
    let mut browser = demo.browser("therapist");
    demo.stop();
    let Some(serving) = serving_with("delay_exit=150000", &database) else { return };
    browser.address.clone_from(&serving.address);
    let mut acknowledged = Vec::new();
    for number in 0..4 {
        let start = Instant::now();
        assert!(register(&browser, &format!("Slow{number}")));
        assert!(
            start.elapsed() >= Duration::from_millis(150),
            "answered before the sync: {:?}",
            start.elapsed()
        );
        acknowledged.push(format!("Slow{number}"));
    }
    whole_after_a_crash(serving, &browser, &acknowledged, &database);
}
