//! SIGKILL at any moment: what was acknowledged is there, and the next start needs no hand.

use crate::program::{Browser, Serving, attune, place};
use std::time::Duration;
use store::testing::TestDatabase;
use store::{DatabaseUrl, Engine};

/// Rounds of killing; the release size is larger (`cargo xtask torture`).
fn rounds() -> usize {
    std::env::var("ATTUNE_KILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(100)
}

/// Registers clients one after the other until the server is gone. Gives those whose registration was acknowledged.
fn write_until_it_dies(browser: &Browser, prefix: &str) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for n in 0.. {
        let name = format!("{prefix}N{n}");
        match browser.post("/clients/new", &format!("name={name}")) {
            Some((303, ..)) => acknowledged.push(name),
            Some((status, head, _)) => panic!("{status} {head}"),
            None => break,
        }
    }
    acknowledged
}

fn killed_again_and_again(database: &str) {
    let demo = Serving::demo(database);
    let therapist = demo.browser("therapist");
    let mut serving = demo;
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..rounds() {
        // The session is in the database: the browser stays signed in over every crash.
        let (address, cookie) = (serving.address.clone(), therapist.cookie.clone());
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let mut browser = serving.visitor();
                browser.cookie = cookie.clone();
                std::thread::spawn(move || write_until_it_dies(&browser, &format!("R{round}W{writer}")))
            })
            .collect();
        std::thread::sleep(Duration::from_millis(20 + 37 * round as u64 % 110));
        serving.crash();
        for writer in writers {
            acknowledged.extend(writer.join().unwrap());
        }
        let (next, took) = Serving::on(database);
        assert!(took < Duration::from_secs(5), "ready after {took:?} (was on {address})");
        serving = next;
    }
    assert!(acknowledged.len() > rounds() / 4, "nothing was written: {}", acknowledged.len());
    let mut browser = serving.visitor();
    browser.cookie = therapist.cookie.clone();
    let (status, caseload) = browser.caseload();
    assert_eq!(status, 200);
    let lost: Vec<_> = acknowledged.iter().filter(|name| !caseload.contains(&format!(">{name}<"))).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    serving.stop();
    let check = attune(&["check", "--database", database]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
}

#[test]
fn r1_killed_a_hundred_times_nothing_acknowledged_is_lost_on_sqlite() {
    let (_folder, database) = place();
    killed_again_and_again(&database);
}

#[test]
fn r1_killed_a_hundred_times_nothing_acknowledged_is_lost_on_postgresql() {
    let Some(database) = TestDatabase::new(Engine::Postgres, &[]) else {
        eprintln!("skipped PostgreSQL: ATTUNE_TEST_POSTGRES is not set");
        return;
    };
    let DatabaseUrl::Postgres(address) = database.url() else { panic!("another engine") };
    killed_again_and_again(address);
}
