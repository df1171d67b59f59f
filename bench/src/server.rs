//! The program under measurement, as its own process, and the database it works on.

use crate::http::{Connection, Encoding, Request};
use crate::machine;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest that a start may take.
const START: Duration = Duration::from_secs(60);

/// Where the records are.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file, and attune is its only process.
    Sqlite(PathBuf),
    /// A PostgreSQL whose first process we know.
    Postgres { url: String, process: u32 },
}

impl Database {
    pub fn engine(&self) -> &'static str {
        match self {
            Database::Sqlite(_) => "SQLite",
            Database::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Lets PostgreSQL count what is in the tables, as it does by itself some time after they were filled.
    pub fn know_itself(&self) -> Result<(), String> {
        match self {
            Database::Sqlite(_) => Ok(()),
            Database::Postgres { url, .. } => psql(url, "ANALYZE").map(drop),
        }
    }

    /// As `--database` takes it.
    pub fn url(&self) -> String {
        match self {
            Database::Sqlite(path) => path.display().to_string(),
            Database::Postgres { url, .. } => url.clone(),
        }
    }

    /// Size in bytes with nothing left in a log. Only while no server works on it.
    pub fn size_bytes(&self) -> Result<u64, String> {
        match self {
            Database::Sqlite(path) => {
                let size = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
                let wal = std::fs::metadata(format!("{}-wal", path.display())).map_or(0, |file| file.len());
                Ok(size + wal)
            }
            Database::Postgres { url, .. } => {
                psql(url, "VACUUM")?;
                psql(url, "CHECKPOINT")?;
                let size = psql(url, "SELECT pg_database_size(current_database())")?;
                size.trim().parse().map_err(|_| format!("psql said {size:?}"))
            }
        }
    }
}

/// Runs one command with PostgreSQL's own client.
pub fn psql(url: &str, command: &str) -> Result<String, String> {
    let run = Command::new("psql").args(["-qAtX", "-d", url, "-c", command]).output();
    let output = run.map_err(|error| format!("`psql` cannot be started: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// CPU time used so far.
pub struct Cpu {
    pub attune_ms: f64,
    pub database_ms: f64,
}

/// A running attune; ended when dropped.
pub struct Server {
    pub address: SocketAddr,
    /// From the start of the process to its first answer.
    pub start_ms: f64,
    child: Child,
    /// What it prints; kept open, since a closed pipe would disturb it.
    output: BufReader<std::process::ChildStdout>,
    database: Database,
}

impl Server {
    /// Starts `attune serve` and waits for its first answer.
    pub fn start(program: &std::path::Path, database: &Database) -> Result<Server, String> {
        // Every load comes from this machine, as from a proxy on it, and names whom it asks for.
        Server::run(program, database, "serve", &["--trusted-proxy", "127.0.0.0/8"])
    }

    /// Starts `attune demo` on an empty database; gives the therapist's link too.
    pub fn demo(program: &std::path::Path, database: &Database) -> Result<(Server, String), String> {
        let mut server = Server::run(program, database, "demo", &["--json"])?;
        let mut line = String::new();
        while !line.starts_with('{') {
            line.clear();
            if server.output.read_line(&mut line).map_err(|error| error.to_string())? == 0 {
                return Err("`attune demo --json` printed no links".to_owned());
            }
        }
        let said: serde_json::Value = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        let link = said.pointer("/links/therapist").and_then(|link| link.as_str());
        let link = link.ok_or("`attune demo --json` named no link for the therapist")?;
        Ok((server, link.to_owned()))
    }

    fn run(
        program: &std::path::Path,
        database: &Database,
        command: &str,
        more: &[&str],
    ) -> Result<Server, String> {
        let address = free_address()?;
        let start = Instant::now();
        let mut child = Command::new(program)
            .args([command, "--database", &database.url(), "--listen", &address.to_string()])
            .args(more)
            .arg("--key")
            .arg(crate::key::path()?)
            // Not the folder of whoever measures.
            .env("ATTUNE_DATA", crate::key::path()?.with_file_name("data"))
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} cannot be started: {error}", program.display()))?;
        let output = child.stdout.take().map(BufReader::new).ok_or("no output")?;
        let mut server = Server { address, start_ms: 0.0, child, output, database: database.clone() };
        while !server.answers() {
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(format!("`attune {command}` ended at once ({status})"));
            }
            if start.elapsed() > START {
                return Err(format!("`attune {command}` did not answer within {} s", START.as_secs()));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        server.start_ms = start.elapsed().as_secs_f64() * 1000.0;
        Ok(server)
    }

    fn answers(&self) -> bool {
        let asked = Connection::open(self.address, "", Encoding::Plain)
            .and_then(|mut connection| connection.ask(&Request::get("/help")));
        asked.is_ok_and(|answer| answer.status == 200)
    }

    pub fn cpu(&self) -> Cpu {
        let database_ms = match self.database {
            Database::Sqlite(_) => 0.0,
            Database::Postgres { process, .. } => machine::family_cpu_ms(process),
        };
        Cpu { attune_ms: machine::cpu_ms(self.child.id()), database_ms }
    }

    pub fn resident_mb(&self) -> f64 {
        machine::resident_mb(self.child.id())
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(mut self) -> Result<(), String> {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        asked.map_err(|error| format!("`kill` cannot be started: {error}"))?;
        let status = self.child.wait().map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("attune did not stop well ({status})")) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> Result<SocketAddr, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    listener.map_err(|error| format!("no free port: {error}"))
}
