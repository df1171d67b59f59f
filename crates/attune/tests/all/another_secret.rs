//! Stories about changing what a database is closed with, and about coming back with nothing but a snapshot and a
//! passphrase.

use crate::program::{
    Browser, Serving, attune, attune_with, each_pair, in_folder, key, said, secret, serving_with,
};
use std::path::Path;
use std::process::Output;

const FIRST: &str = "seven grey herons stand in the shallows";
const SECOND: &str = "a kettle sings behind the yellow curtain";
const NO_KEY: [(&str, &str); 1] = [("ATTUNE_KEY", "")];

/// A command that must succeed.
fn done(words: &[&str]) -> Output {
    let ended = attune_with(words, &NO_KEY);
    assert!(ended.status.success(), "{words:?}: {}", said(&ended));
    ended
}

/// A command that must be refused with these words.
fn refused(words: &[&str], with: &str) {
    let ended = attune_with(words, &NO_KEY);
    assert_eq!(ended.status.code(), Some(1), "{words:?}: {}", said(&ended));
    assert!(said(&ended).contains(with), "{words:?}: {}", said(&ended));
    assert!(!said(&ended).contains(FIRST) && !said(&ended).contains(SECOND), "a passphrase is never told");
}

/// A demonstration's people, whose records a passphrase closes now, and a therapist who is signed in.
fn closed_with(words: &str, database: &str) -> Browser {
    let demo = Serving::demo(database);
    let therapist = demo.browser("therapist");
    demo.stop();
    done(&["key", "rotate", "--database", database, "--key", key(), "--new-passphrase-file", words]);
    therapist
}

fn opens(database: &str, words: &str, therapist: &Browser) {
    let serving = serving_with(&["--database", database, "--key-passphrase-file", words], &NO_KEY);
    let (status, page) = therapist.clone().at(&serving.address).get("/clients");
    assert!(status == 200 && page.contains("Amina Nabwire"), "{status}");
    serving.stop();
}

/// The only snapshot of a folder.
fn snapshot_in(folder: &Path) -> String {
    let mut files = std::fs::read_dir(folder).unwrap();
    let file = files.next().unwrap().unwrap().path();
    assert!(files.next().is_none());
    file.to_str().unwrap().to_owned()
}

#[test]
fn r5_a_snapshot_and_a_passphrase_are_all_it_takes_on_an_empty_host() {
    each_pair(|lost, empty| {
        let host = tempfile::tempdir().unwrap();
        let words = secret(host.path(), "words", FIRST);
        let therapist = closed_with(&words, lost);
        let folder = host.path().join("snapshots");
        let into = folder.to_str().unwrap();
        done(&["snapshot", "now", "--folder", into, "--database", lost, "--key-passphrase-file", &words]);
        if !lost.starts_with("postgres") {
            std::fs::remove_file(lost).unwrap();
        }
        std::fs::remove_file(&words).unwrap();

        // What is left is the snapshot, and what a person knows by heart.
        let snapshot = snapshot_in(&folder);
        let other = tempfile::tempdir().unwrap();
        let words = secret(other.path(), "typed", &format!("{FIRST}\n"));
        let wrong = secret(other.path(), "wrong", SECOND);
        let restore = ["restore", &snapshot, "--database", empty];
        refused(&[&restore[..], &["--key-passphrase-file", &wrong]].concat(), "not this passphrase's");
        refused(&[&restore[..], &["--key", key()]].concat(), "--key-passphrase-file");
        // A new database of PostgreSQL's tests has a table already.
        done(&[&restore[..], &["--replace", "--key-passphrase-file", &words]].concat());
        done(&["check", "--database", empty, "--key-passphrase-file", &words]);
        done(&["key", "check", "--database", empty, "--key-passphrase-file", &words]);
        opens(empty, &words, &therapist);
    });
}

#[test]
fn r5_openssl_opens_a_snapshot_under_a_passphrase_with_the_keys_of_that_snapshot() {
    if std::process::Command::new("openssl").arg("version").output().is_err() {
        eprintln!("skipped: openssl is not installed");
        return;
    }
    let (folder, database) = crate::program::place();
    let host = tempfile::tempdir().unwrap();
    let words = secret(host.path(), "words", FIRST);
    let therapist = closed_with(&words, &database);
    let into = folder.path().join("snapshots");
    let source = ["--database", &database, "--key-passphrase-file", &words];
    done(&[&["snapshot", "now", "--folder", into.to_str().unwrap()], &source[..]].concat());
    let snapshot = snapshot_in(&into);
    let told = done(&["snapshot", "key", "--of", &snapshot, "--key-passphrase-file", &words]).stdout;
    assert_eq!(
        told,
        done(&[&["snapshot", "key"], &source[..]].concat()).stdout,
        "the same from the database"
    );
    let told = String::from_utf8(told).unwrap();
    let line = |name: &str| told.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
    let plain = in_folder(host.path(), "plain.db");
    // The commands of docs/durability.md.
    let script = "set -e
        test \"$(head -c -65 \"$1\" | openssl dgst -sha256 -mac HMAC -macopt hexkey:\"$2\" | sed 's/.*= //')\" = \
             \"$(tail -c 65 \"$1\")\"
        iv=$(head -c 512 \"$1\" | sed -n 's/^iv //p')
        head -c -65 \"$1\" | tail -c +513 | openssl enc -d -aes-256-ctr -K \"$3\" -iv \"$iv\" > \"$4\"";
    let ended = std::process::Command::new("sh")
        .args(["-c", script, "sh", &snapshot, &line("proves"), &line("opens"), &plain])
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", said(&ended));
    let restored = tempfile::tempdir().unwrap();
    let database = in_folder(restored.path(), "attune.db");
    std::fs::rename(&plain, &database).unwrap();
    opens(&database, &words, &therapist);
}

#[test]
fn r5_a_head_with_another_salt_or_none_opens_nothing() {
    let (folder, database) = crate::program::place();
    let host = tempfile::tempdir().unwrap();
    let words = secret(host.path(), "words", FIRST);
    closed_with(&words, &database);
    let into = folder.path().join("snapshots");
    let into = into.to_str().unwrap();
    done(&["snapshot", "now", "--folder", into, "--database", &database, "--key-passphrase-file", &words]);
    let snapshot = snapshot_in(Path::new(into));
    let whole = std::fs::read(&snapshot).unwrap();
    let empty = in_folder(host.path(), "elsewhere.db");
    let head = String::from_utf8(whole[..512].to_vec()).unwrap();
    let salt = head.split("salt=").nth(1).unwrap().split('\n').next().unwrap();
    for (from, to) in [
        (salt.to_owned(), "0".repeat(32)),
        ("m=65536".to_owned(), "m=99999".to_owned()),
        ("passphrase argon2id".to_owned(), "passphrase argon2ie".to_owned()),
        ("passphrase ".to_owned(), "generation ".to_owned()),
    ] {
        let forged = [head.replace(&from, &to).into_bytes(), whole[512..].to_vec()].concat();
        assert_eq!(forged.len(), whole.len());
        std::fs::write(&snapshot, forged).unwrap();
        let other = tempfile::tempdir().unwrap();
        let typed = secret(other.path(), "typed", FIRST);
        refused(
            &["restore", &snapshot, "--database", &empty, "--key-passphrase-file", &typed],
            "othing was changed",
        );
        assert!(!Path::new(&empty).exists());
    }
}

#[test]
fn c2_a_passphrase_is_checked_and_changed_and_gives_way_to_a_key_file_and_back() {
    each_pair(|database, elsewhere| {
        let host = tempfile::tempdir().unwrap();
        let (first, second) = (secret(host.path(), "first", FIRST), secret(host.path(), "second", SECOND));
        let therapist = closed_with(&first, database);
        let with = |words: &[&str], passphrase: &str| -> Vec<String> {
            let more = ["--database", database, "--key-passphrase-file", passphrase];
            words.iter().chain(&more).map(|word| (*word).to_owned()).collect()
        };
        let run = |words: &[String]| done(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let no = |words: &[String], told: &str| {
            refused(&words.iter().map(String::as_str).collect::<Vec<_>>(), told);
        };
        let check = run(&with(&["key", "check"], &first));
        assert!(
            said(&check).contains("the passphrase (") && said(&check).contains("2 keys"),
            "{}",
            said(&check)
        );
        no(&with(&["key", "check"], &second), "does not open this database");
        let key_file = ["key", "check", "--database", database, "--key", key()];
        refused(&key_file, "does not open this database");
        no(&with(&["key", "rotate"], &first), "--new-passphrase-file");
        no(
            &with(&["key", "rotate", "--new-passphrase-file", &first], &second),
            "does not open this database",
        );
        refused(&["key", "sheet", "--key-passphrase-file", &first], "no recovery sheet");

        let backup = in_folder(host.path(), "before.backup");
        done(&["backup", &backup, "--database", database]);
        run(&with(&["key", "rotate", "--new-passphrase-file", &second], &first));
        no(&with(&["key", "check"], &first), "does not open this database");
        run(&with(&["check"], &second));
        opens(database, &second, &therapist);

        let made = in_folder(host.path(), "made.key");
        let told = run(&with(&["key", "rotate", "--new-key", &made], &second));
        assert!(said(&told).contains("every record and every backup is lost"), "{}", said(&told));
        assert!(Path::new(&format!("{made}.sheet.html")).exists(), "a sheet to print");
        no(&with(&["key", "check"], &second), "does not open this database");
        done(&["check", "--database", database, "--key", &made]);
        done(&["key", "rotate", "--database", database, "--key", &made]);
        done(&["key", "rotate", "--database", database, "--key", &made, "--new-passphrase-file", &first]);
        opens(database, &first, &therapist);

        // What was made before opens with what closed it then.
        done(&["restore", &backup, "--replace", "--database", elsewhere, "--key-passphrase-file", &first]);
        done(&["check", "--database", elsewhere, "--key-passphrase-file", &first]);
    });
}

/// Writes one client's name and finds it again.
fn writes(therapist: &Browser, name: &str) {
    let (status, head, _) = therapist.post("/clients/new", &format!("name={name}")).unwrap();
    assert_eq!(status, 303, "{head}");
    let (status, page) = therapist.caseload();
    assert!(status == 200 && page.contains(&format!(">{name}<")), "{status}");
}

#[test]
fn c3_a_server_goes_on_while_its_passphrase_changes_to_another_and_to_a_key_file() {
    each_pair(|database, _| {
        let host = tempfile::tempdir().unwrap();
        let (first, second) = (secret(host.path(), "first", FIRST), secret(host.path(), "second", SECOND));
        let therapist = closed_with(&first, database);
        let serving = serving_with(&["--database", database, "--key-passphrase-file", &first], &NO_KEY);
        let therapist = therapist.at(&serving.address);
        writes(&therapist, "Before");
        let with = |words: &str| {
            vec![
                "--database".to_owned(),
                database.to_owned(),
                "--key-passphrase-file".to_owned(),
                words.to_owned(),
            ]
        };
        let rotate = |from: &str, more: &[&str]| {
            let from = with(from);
            let words: Vec<&str> = ["key", "rotate"]
                .into_iter()
                .chain(from.iter().map(String::as_str))
                .chain(more.iter().copied())
                .collect();
            done(&words);
        };
        rotate(&first, &["--new-passphrase-file", &second]);
        writes(&therapist, "Between");
        let made = in_folder(host.path(), "made.key");
        rotate(&second, &["--new-key", &made]);
        writes(&therapist, "After");
        serving.stop();
        let (again, _) = Serving::on_with(database, &made);
        writes(&therapist.at(&again.address), "Again");
        again.stop();
        done(&["check", "--database", database, "--key", &made]);
    });
}

#[test]
fn c3_a_server_with_a_copy_of_the_key_from_systemd_goes_on_and_starts_anew_with_a_newer_copy() {
    let (folder, database) = crate::program::place();
    let host = tempfile::tempdir().unwrap();
    let own = in_folder(host.path(), "root.key");
    std::fs::copy(key(), &own).unwrap();
    let demo = Serving::demo_with(&database, &own);
    let therapist = demo.browser("therapist");
    demo.stop();
    // The folder that systemd makes at each start of a service.
    let handed = || {
        let folder = tempfile::tempdir().unwrap();
        let copy = in_folder(folder.path(), "attune-root-key");
        std::fs::copy(&own, &copy).unwrap();
        crate::program::mode(&copy, 0o400);
        folder
    };
    let at_first = handed();
    let snapshots = folder.path().join("snapshots");
    let words = ["--database", &database, "--snapshots", snapshots.to_str().unwrap()];
    let environment = |folder: &tempfile::TempDir| {
        [("ATTUNE_KEY", String::new()), ("CREDENTIALS_DIRECTORY", folder.path().to_str().unwrap().to_owned())]
    };
    let start = |folder: &tempfile::TempDir| {
        let environment = environment(folder);
        serving_with(&words, &environment.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    let serving = start(&at_first);
    let therapist = therapist.at(&serving.address);
    let told = attune(&["key", "rotate", "--database", &database, "--key", &own]);
    assert!(said(&told).contains("copy from systemd") && said(&told).contains("restart"), "{}", said(&told));
    writes(&therapist, "After");
    serving.stop();

    let environment = environment(&at_first);
    let stale = attune_with(
        &[&["serve", "--listen", "127.0.0.1:0"], &words[..]].concat(),
        &environment.each_ref().map(|(name, value)| (*name, value.as_str())),
    );
    assert!(said(&stale).contains("does not open this database"), "{}", said(&stale));
    let anew = start(&handed());
    writes(&therapist.at(&anew.address), "Anew");
    anew.stop();
}

/// Registers clients until it is over; each must be taken. Gives their names.
fn writes_until(over: &std::sync::atomic::AtomicBool, therapist: &Browser, writer: u32) -> Vec<String> {
    let mut names = Vec::new();
    while !over.load(std::sync::atomic::Ordering::Relaxed) {
        let name = format!("W{writer}N{}", names.len());
        let (status, head, _) = therapist.post("/clients/new", &format!("name={name}")).unwrap();
        assert_eq!(status, 303, "{name} while the key was rotated: {head}");
        names.push(name);
    }
    names
}

#[test]
fn c3_four_write_on_while_the_key_is_rotated_again_and_again_and_every_answer_counts() {
    each_pair(|database, _| {
        let host = tempfile::tempdir().unwrap();
        let own = in_folder(host.path(), "own.key");
        std::fs::copy(key(), &own).unwrap();
        let demo = Serving::demo_with(database, &own);
        let therapist = demo.browser("therapist");
        let over = std::sync::atomic::AtomicBool::new(false);
        let acknowledged: Vec<String> = std::thread::scope(|scope| {
            let write = |writer: u32| {
                let (therapist, over) = (therapist.clone(), &over);
                move || writes_until(over, &therapist, writer)
            };
            let writers: Vec<_> = (0..4).map(|writer| scope.spawn(write(writer))).collect();
            let rotated: Vec<Output> =
                (0..5).map(|_| attune(&["key", "rotate", "--database", database, "--key", &own])).collect();
            over.store(true, std::sync::atomic::Ordering::Relaxed);
            let names = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
            for ended in &rotated {
                assert!(ended.status.success(), "{}", said(ended));
            }
            names
        });
        assert!(acknowledged.len() >= 20, "hardly anything was written: {}", acknowledged.len());
        demo.stop();
        let (serving, _) = Serving::on_with(database, &own);
        let page = therapist.at(&serving.address).caseload().1;
        serving.stop();
        let lost: Vec<_> = acknowledged.iter().filter(|name| !page.contains(&format!(">{name}<"))).collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
        let check = done(&["key", "check", "--database", database, "--key", &own]);
        assert!(said(&check).contains("generation 6"), "{}", said(&check));
        done(&["check", "--database", database, "--key", &own]);
    });
}
