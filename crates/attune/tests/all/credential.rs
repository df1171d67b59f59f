//! What systemd hands over, laid out with the owners, modes and access lists of its two ways, read by a service that runs
//! as a user of its own. Needs root, `setpriv` and `setfacl`.
#![cfg(unix)]

use crate::program::{attune_under, in_folder, mode, said, serving_under};
use std::os::unix::fs::chown;
use std::process::Command;

/// The user of the service: nobody in particular.
const USER: u32 = 61_184;

/// A service's folder of credentials, and its own folder for data.
struct Service {
    handed: tempfile::TempDir,
    data: tempfile::TempDir,
}

fn run(words: &[&str]) -> bool {
    Command::new(words[0]).args(&words[1..]).output().is_ok_and(|ended| ended.status.success())
}

/// Whether this machine can play systemd.
fn possible() -> bool {
    let tried = tempfile::tempdir().unwrap();
    let path = tried.path().to_str().unwrap();
    let user = USER.to_string();
    let there = chown(tried.path(), Some(0), Some(0)).is_ok()
        && run(&["setfacl", "-m", &format!("u:{user}:rx"), path])
        && run(&[
            "setpriv",
            "--reuid",
            &user,
            "--regid",
            &user,
            "--clear-groups",
            env!("CARGO_BIN_EXE_attune"),
            "--version",
        ]);
    if !there {
        eprintln!("skipped: needs root, setpriv and setfacl, and a program that everybody may start");
    }
    there
}

impl Service {
    fn new() -> Service {
        let (handed, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let made =
            attune_under(&[], &["key", "new", "--key", &in_folder(handed.path(), "attune-root-key")], &[]);
        assert!(made.status.success(), "{}", said(&made));
        std::fs::remove_file(in_folder(handed.path(), "attune-root-key.sheet.html")).unwrap();
        chown(data.path(), Some(USER), Some(USER)).unwrap();
        Service { handed, data }
    }

    fn key(&self) -> String {
        in_folder(self.handed.path(), "attune-root-key")
    }

    fn folder(&self) -> String {
        self.handed.path().to_str().unwrap().to_owned()
    }

    /// As systemd 254 and later does it: everything is root's, and an access list lets the user of the service in.
    fn by_access_list(self) -> Service {
        let user = format!("u:{USER}:");
        for (path, bits, right) in [(self.folder(), 0o500, "rx"), (self.key(), 0o400, "r")] {
            chown(&path, Some(0), Some(0)).unwrap();
            mode(&path, bits);
            assert!(run(&["setfacl", "-m", &format!("{user}{right}"), &path]));
        }
        self
    }

    /// As earlier ones do it: everything is the user's own.
    fn by_owner(self) -> Service {
        for (path, bits) in [(self.key(), 0o400), (self.folder(), 0o500)] {
            chown(&path, Some(USER), Some(USER)).unwrap();
            mode(&path, bits);
        }
        self
    }

    fn words(&self) -> [String; 2] {
        ["--database".to_owned(), in_folder(self.data.path(), "attune.db")]
    }

    fn starts(&self) {
        let words = self.words();
        let serving = as_user(|under| {
            serving_under(
                under,
                &words.each_ref().map(String::as_str),
                &[("ATTUNE_KEY", ""), ("CREDENTIALS_DIRECTORY", &self.folder())],
            )
        });
        assert_eq!(serving.visitor().get("/health").0, 200);
        serving.stop();
    }

    /// What the program says when it does not start.
    fn refuses(&self, credentials: &str) -> String {
        let (words, key) = (self.words(), self.key());
        let ended = as_user(|under| {
            let words = [
                &["serve", "--listen", "127.0.0.1:0", "--key", &key],
                &words.each_ref().map(String::as_str)[..],
            ]
            .concat();
            attune_under(under, &words, &[("ATTUNE_KEY", ""), ("CREDENTIALS_DIRECTORY", credentials)])
        });
        assert_eq!(ended.status.code(), Some(1), "{}", said(&ended));
        said(&ended)
    }
}

fn as_user<T>(work: impl Fn(&[&str]) -> T) -> T {
    let user = USER.to_string();
    work(&["setpriv", "--reuid", &user, "--regid", &user, "--clear-groups"])
}

#[test]
fn c2_a_service_with_a_user_of_its_own_gets_its_key_by_access_list_and_by_owner() {
    if possible() {
        let service = Service::new().by_access_list();
        assert_eq!(bits(&service.key()), 0o440, "what the access list makes of the mode");
        service.starts();
        Service::new().by_owner().starts();
    }
}

#[test]
fn c2_a_credential_that_more_than_the_service_could_read_or_change_is_refused() {
    if !possible() {
        return;
    }
    const READABLE: &str = "can be read by others";
    // The same mode anywhere else.
    let service = Service::new().by_access_list();
    assert!(service.refuses("").contains(READABLE));
    let another = tempfile::tempdir().unwrap();
    assert!(service.refuses(another.path().to_str().unwrap()).contains(READABLE));
    service.starts();
    // For everybody, or to be written.
    for bits in [0o444, 0o460, 0o640] {
        mode(&service.key(), bits);
        assert!(service.refuses(&service.folder()).contains(READABLE), "{bits:o}");
    }
    // Of a group that has people in it.
    let service = Service::new().by_access_list();
    chown(service.key(), Some(0), Some(USER)).unwrap();
    assert!(service.refuses(&service.folder()).contains(READABLE));
    // In a folder that others can change.
    let service = Service::new().by_access_list();
    mode(&service.folder(), 0o570);
    assert!(service.refuses(&service.folder()).contains(READABLE));
}

fn bits(path: &str) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
