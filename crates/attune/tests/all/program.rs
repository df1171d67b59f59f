//! The built program as a child process, and a browser that is as plain as can be.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Runs a command to its end.
pub fn attune(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// Runs a command with something typed into it.
pub fn attune_typed(arguments: &[&str], typed: &str) -> Output {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// Runs a command to its end in another environment; an empty value takes a name away.
pub fn attune_with(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    attune_under(&[], arguments, environment)
}

/// The same, started by other words that end in becoming the program.
pub fn attune_under(under: &[&str], arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    in_environment(&mut command_under(under, arguments), environment).output().unwrap()
}

/// What a command said.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Serves with these arguments in another environment.
pub fn serving_with(arguments: &[&str], environment: &[(&str, &str)]) -> Serving {
    serving_under(&[], arguments, environment)
}

/// The same, started by other words that end in becoming the program.
pub fn serving_under(under: &[&str], arguments: &[&str], environment: &[(&str, &str)]) -> Serving {
    let mut command = command_under(under, &[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
    let mut child = in_environment(&mut command, environment).stdout(Stdio::piped()).spawn().unwrap();
    let line = first_line(&mut child);
    let address = line.trim().rsplit("http://").next().unwrap().to_owned();
    Serving { child, address, links: serde_json::Value::Null }
}

fn in_environment<'a>(command: &'a mut Command, environment: &[(&str, &str)]) -> &'a mut Command {
    for (name, value) in environment {
        if value.is_empty() {
            command.env_remove(name)
        } else {
            command.env(name, value)
        };
    }
    command
}

fn command(arguments: &[&str]) -> Command {
    command_under(&[], arguments)
}

/// The program, or other words with the program at their end.
fn command_under(under: &[&str], arguments: &[&str]) -> Command {
    let words = [under, &[env!("CARGO_BIN_EXE_attune")], arguments].concat();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).env_remove("ATTUNE_DATABASE").env_remove("ATTUNE_LISTEN");
    // Everybody but the demonstration opens with the key of the tests, unless told otherwise.
    command.env("ATTUNE_KEY", key()).env("ATTUNE_SNAPSHOTS", "off").env("ATTUNE_DATA", data());
    command
}

/// The data folder of these tests: not that of whoever runs them.
fn data() -> &'static Path {
    static DATA: std::sync::LazyLock<tempfile::TempDir> =
        std::sync::LazyLock::new(|| tempfile::tempdir().unwrap());
    DATA.path()
}

/// The root key of these tests, made by the program itself, once.
pub fn key() -> &'static str {
    static KEY: std::sync::LazyLock<(tempfile::TempDir, String)> = std::sync::LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = in_folder(folder.path(), "root.key");
        let mut make = Command::new(env!("CARGO_BIN_EXE_attune"));
        let made = make.args(["key", "new", "--key", &path]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        (folder, path)
    });
    &KEY.1
}

/// A program that serves.
pub struct Serving {
    child: Child,
    pub address: String,
    /// Links by role, of a demonstration.
    pub links: serde_json::Value,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    /// A demonstration on a fresh database.
    pub fn demo(database: &str) -> Serving {
        Serving::demo_with(database, key())
    }

    /// The same, closed with another key.
    pub fn demo_with(database: &str, key: &str) -> Serving {
        Serving::demo_under(&[], database, key)
    }

    /// The same, started by other words that end in becoming it.
    pub fn demo_under(under: &[&str], database: &str, key: &str) -> Serving {
        let demo = ["demo", "--json", "--listen", "127.0.0.1:0", "--database", database, "--key", key];
        let mut child = command_under(under, &demo).stdout(Stdio::piped()).spawn().unwrap();
        let line = first_line(&mut child);
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        let address = told["address"].as_str().unwrap().trim_start_matches("http://").to_owned();
        Serving { child, address, links: told["links"].clone() }
    }

    /// An existing database, served again. Gives the time from start to the first answer too.
    pub fn on(database: &str) -> (Serving, Duration) {
        Serving::on_with(database, key())
    }

    /// The same, opened with another key.
    pub fn on_with(database: &str, key: &str) -> (Serving, Duration) {
        Serving::on_under(&[], database, key)
    }

    /// The same, started by other words that end in becoming it.
    pub fn on_under(under: &[&str], database: &str, key: &str) -> (Serving, Duration) {
        let start = Instant::now();
        let serve = ["serve", "--listen", "127.0.0.1:0", "--database", database, "--key", key];
        let mut child = command_under(under, &serve).stdout(Stdio::piped()).spawn().unwrap();
        let line = first_line(&mut child);
        let address = line.trim().rsplit("http://").next().unwrap().to_owned();
        let serving = Serving { child, address, links: serde_json::Value::Null };
        assert_eq!(serving.visitor().get("/health").0, 200);
        (serving, start.elapsed())
    }

    /// An existing database, served with a log that tells everything it can and figures for a collector: the program,
    /// its log, the address of the figures.
    pub fn talkative(database: &str, folder: &Path) -> (Serving, String, String) {
        let log = in_folder(folder, "log");
        let metrics = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let listen = ["--listen", "127.0.0.1:0", "--metrics", &metrics, "--log", "json"];
        let mut child = command(&["serve", "--database", database])
            .args(listen)
            .env("ATTUNE_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let line = first_line(&mut child);
        let address = line.trim().rsplit("http://").next().unwrap().to_owned();
        (Serving { child, address, links: serde_json::Value::Null }, log, metrics)
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: no goodbye.
    pub fn crash(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and waits.
    pub fn stop(mut self) {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}");
    }

    /// Somebody without a session.
    pub fn visitor(&self) -> Browser {
        Browser { address: self.address.clone(), cookie: None }
    }

    /// Somebody signed in by a demonstration link.
    pub fn browser(&self, role: &str) -> Browser {
        let link = self.links[role].as_str().unwrap();
        let path = link.split_once(&self.address).unwrap().1;
        let mut browser = self.visitor();
        let (status, head, _) = browser.send("POST", path, "").unwrap();
        assert_eq!(status, 303, "{head}");
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        browser.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        browser
    }
}

fn first_line(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    // What follows must be read too, or the program would block on a full pipe.
    std::thread::spawn(move || drop(std::io::copy(&mut lines, &mut std::io::sink())));
    assert!(!line.is_empty(), "the program ended before it answered");
    line
}

/// A browser that is as plain as can be: one connection a request.
#[derive(Clone)]
pub struct Browser {
    pub address: String,
    pub cookie: Option<String>,
}

impl Browser {
    /// A browser without a session, at an address.
    pub fn at_address(address: &str) -> Browser {
        Browser { address: address.to_owned(), cookie: None }
    }

    /// The same person's browser at another address.
    pub fn at(self, address: &str) -> Browser {
        Browser { address: address.to_owned(), ..self }
    }

    pub fn get(&self, path: &str) -> (u16, String) {
        let (status, _, body) = self.send("GET", path, "").unwrap();
        (status, body)
    }

    /// The whole caseload: every page of it, one after the other, under the status of the first.
    pub fn caseload(&self) -> (u16, String) {
        let (status, mut whole) = self.get("/clients");
        let mut number = 2;
        while whole.contains(&format!("/clients?page={number}\"")) {
            whole.push_str(&self.get(&format!("/clients?page={number}")).1);
            number += 1;
        }
        (status, whole)
    }

    /// Asks without a body: status, head, body.
    pub fn ask(&self, method: &str, path: &str) -> (u16, String, String) {
        self.ask_with(method, path, "")
    }

    /// Asks with a form: status, head, body.
    pub fn ask_with(&self, method: &str, path: &str, body: &str) -> (u16, String, String) {
        self.send(method, path, body).unwrap_or_else(|| panic!("no answer to {method} {path}"))
    }

    /// Posts a form; `None` when the server went away before it answered.
    pub fn post(&self, path: &str, form: &str) -> Option<(u16, String, String)> {
        self.send("POST", path, form)
    }

    fn send(&self, method: &str, path: &str, body: &str) -> Option<(u16, String, String)> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
        let cookie = self.cookie.as_ref().map_or_else(String::new, |cookie| format!("cookie: {cookie}\r\n"));
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nsec-fetch-site: same-origin\r\n{cookie}\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let text = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, head.to_owned(), body.to_owned()))
    }
}

/// Makes sure that a file has these permissions.
pub fn mode(path: &str, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
}

/// A secret file that only its owner may read.
pub fn secret(folder: &Path, name: &str, text: &str) -> String {
    let path = in_folder(folder, name);
    std::fs::write(&path, text).unwrap();
    mode(&path, 0o600);
    path
}

/// Two empty databases of one engine, addresses as the command line takes them, each gone at the end.
pub fn each_pair(test: impl Fn(&str, &str)) {
    let (_one, first) = place();
    let (_two, second) = place();
    test(&first, &second);
    let postgres = || store::testing::TestDatabase::new(store::Engine::Postgres, &[]);
    let (Some(first), Some(second)) = (postgres(), postgres()) else {
        eprintln!("skipped PostgreSQL: ATTUNE_TEST_POSTGRES is not set");
        return;
    };
    let address = |database: &store::testing::TestDatabase| match database.url() {
        store::DatabaseUrl::Postgres(address) => address.clone(),
        store::DatabaseUrl::Sqlite(_) => panic!("another engine"),
    };
    test(&address(&first), &address(&second));
}

/// A folder that goes away, and a database path in it.
pub fn place() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = in_folder(folder.path(), "attune.db");
    (folder, path)
}

pub fn in_folder(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}
