//! A PostgreSQL of our own for the time of a test run.

use crate::process;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

/// Where tests find the server: a URL that the `postgres` crate and PostgreSQL's own programs accept.
pub const URL_VARIABLE: &str = "ATTUNE_TEST_POSTGRES";

const FOLDER_PREFIX: &str = "attune-postgres-";
const HELP: &str = "Usage: cargo xtask postgres -- COMMAND [ARGUMENTS]

Starts a PostgreSQL in a temporary folder, runs COMMAND with its address in
ATTUNE_TEST_POSTGRES, then stops and removes the server. For example:

  cargo xtask postgres -- cargo nextest run -p store
";

/// A running server. It is stopped and its folder removed when this is dropped, and also when this
/// process dies in any other way: see `postgres.sh`.
pub struct Server {
    pub url: String,
    folder: PathBuf,
    watcher: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        let _ = self.watcher.wait();
    }
}

impl Server {
    /// Makes a fresh cluster (with checksums, syncing as in production) and waits until it answers.
    ///
    /// # Errors
    /// A sentence that says what is missing or what PostgreSQL said.
    pub fn start() -> Result<Server, String> {
        let programs =
            programs().ok_or("PostgreSQL's server programs (initdb, pg_ctl) are not on this machine")?;
        remove_left_over_servers(&programs);
        let account = account()?;
        let folder = fresh_folder()?;
        let port = free_port()?;
        let mut watcher = Command::new("sh")
            .args(["-c", include_str!("postgres.sh"), "postgres.sh"])
            .arg(&folder)
            .arg(port.to_string())
            .arg(&programs)
            .arg(account)
            // Ctrl-C goes to a whole process group; the watcher must outlive us to clean up.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("`sh` cannot be started: {error}"))?;
        let mut first_line = String::new();
        if let Some(stdout) = watcher.stdout.take() {
            let _ = BufReader::new(stdout).read_line(&mut first_line);
        }
        let server = Server { url: url(&folder, port), folder, watcher };
        if first_line.trim() == "ready" {
            Ok(server)
        } else {
            Err("PostgreSQL did not start; its own words are above".into())
        }
    }

    /// Number of the server's first process, whose children do its work.
    ///
    /// # Errors
    /// A sentence when PostgreSQL's own note of it cannot be read.
    pub fn process(&self) -> Result<u32, String> {
        let file = self.folder.join("data/postmaster.pid");
        let note = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let number = note.lines().next().and_then(|line| line.trim().parse().ok());
        number.ok_or_else(|| format!("{} holds no process", file.display()))
    }
}

/// `cargo xtask postgres -- COMMAND`.
pub fn run(repository: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    let words = arguments.iter().skip_while(|word| *word == "--").collect::<Vec<_>>();
    let Some((program, rest)) = words.split_first().filter(|(program, _)| !program.starts_with('-')) else {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    };
    let server = Server::start()?;
    process::pass(Command::new(program).args(rest).current_dir(repository).env(URL_VARIABLE, &server.url))?;
    Ok(ExitCode::SUCCESS)
}

/// The folder with `initdb` and `pg_ctl`: the newest of Debian's, or the one on the path.
pub fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .max();
    let on_path = || process::which("initdb").and_then(|file| file.parent().map(Path::to_path_buf));
    newest.map(|(_, bin)| bin).or_else(on_path)
}

/// PostgreSQL refuses to run as root, so root hands it to the account that Debian's package made.
fn account() -> Result<&'static str, String> {
    if !is_root() {
        return Ok("-");
    }
    let known = process::output(Command::new("id").args(["-u", "postgres"])).is_ok();
    if known && process::found("runuser") {
        Ok("postgres")
    } else {
        Err("root may not run PostgreSQL, and there is no account `postgres` (or no `runuser`) to hand it to"
            .into())
    }
}

/// Whether this process may install packages and change accounts.
pub fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn fresh_folder() -> Result<PathBuf, String> {
    // A socket's whole path must fit in 107 bytes; a long TMPDIR would not leave room for it.
    let temporary = Some(std::env::temp_dir())
        .filter(|path| path.as_os_str().len() < 60)
        .unwrap_or_else(|| "/tmp".into());
    let folder = temporary.join(format!("{FOLDER_PREFIX}{}", std::process::id()));
    let failed = |error| format!("cannot make {}: {error}", folder.display());
    std::fs::create_dir(&folder).map_err(failed)?;
    std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).map_err(failed)?;
    Ok(folder)
}

fn free_port() -> Result<u16, String> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| format!("no free port: {error}"))
}

/// A server whose watcher was killed together with its xtask still runs, or left its folder behind.
/// Its folder's name says whose it was.
fn remove_left_over_servers(programs: &Path) {
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(owner) = name.to_str().and_then(|name| name.strip_prefix(FOLDER_PREFIX)) else { continue };
        if Path::new("/proc").join(owner).exists() || !Path::new("/proc/self").exists() {
            continue;
        }
        let folder = entry.path();
        let mut stop = if is_root() { Command::new("runuser") } else { Command::new("env") };
        if is_root() {
            stop.args(["-u", "postgres", "--"]);
        }
        let stop = stop.arg(programs.join("pg_ctl")).arg("-D").arg(folder.join("data")).args([
            "-m",
            "immediate",
            "stop",
        ]);
        let _ = stop.current_dir("/").output();
        let _ = std::fs::remove_dir_all(&folder);
    }
}

fn url(folder: &Path, port: u16) -> String {
    // No host before the path: the crate would take it for a second server.
    format!("postgres://postgres@/postgres?host={}&port={port}", percent_encoded(&folder.to_string_lossy()))
}

fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_names_only_the_socket() {
        let url = url(Path::new("/tmp/attune-postgres-7"), 40001);
        assert_eq!(url, "postgres://postgres@/postgres?host=%2Ftmp%2Fattune-postgres-7&port=40001");
    }
}
