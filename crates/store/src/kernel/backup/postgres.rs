//! PostgreSQL: its own `pg_dump` and `pg_restore`, found on the PATH.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use postgres::Client;
use postgres::config::Host;

use super::super::dialect::Engine;
use super::super::error::{OpenError, StoreError};
use super::super::migrate::{self, Migration};
use super::super::postgres::error;
use super::super::reach::{EVERY, SETTING};
use super::super::server::Server;
use super::file::{Part, failed, is_free};
use super::{BackupError, Overwrite, Report, TableRows};

const DUMP: &str = "pg_dump";
const RESTORE: &str = "pg_restore";
/// Our connections, this one excepted: whoever serves the database.
const OTHERS: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

pub(crate) fn backup(url: &str, target: &Path, overwrite: Overwrite) -> Result<Report, BackupError> {
    let server = Server::at(url).map_err(OpenError::from)?;
    is_free(target, overwrite)?;
    let part = Part::beside(target)?;
    let mut client = connect(&server)?;
    // The rows are counted in the very state that is dumped.
    obey(&mut client, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    let snapshot: String = value(&mut client, "SELECT pg_export_snapshot()")?;
    let tables = counts(&mut client)?;
    let mut dump = tool(DUMP, &server);
    dump.args(["--format=custom", "--schema=public", "--no-owner", "--no-privileges"]);
    // Without it, pg_dump refuses tables whose rows it might not see; the setting lets it see all.
    dump.arg("--enable-row-security");
    dump.arg(format!("--snapshot={snapshot}")).arg("--file").arg(part.path());
    run(DUMP, &mut dump)?;
    drop(client);
    if read_back(part.path())? != tables {
        let reason = "the rows of the copy are not those of the original".to_owned();
        return Err(BackupError::Damaged(vec![reason]));
    }
    let bytes = part.put(target, overwrite)?;
    Ok(Report { engine: Engine::Postgres, bytes, tables, kept: None })
}

pub(crate) fn restore(
    source: &Path,
    url: &str,
    overwrite: Overwrite,
    known: &[Migration],
) -> Result<Report, BackupError> {
    let server = Server::at(url).map_err(OpenError::from)?;
    let tables = read_back(source)?;
    if !tables.iter().any(|found| found.table == "schema_migration") {
        return Err(BackupError::NotABackup(source.to_owned()));
    }
    let mut client = connect(&server)?;
    let others: i64 = value(&mut client, OTHERS)?;
    if others > 0 {
        return Err(BackupError::InUse(others));
    }
    let exists = !counts(&mut client)?.is_empty();
    if exists && overwrite == Overwrite::Refuse {
        return Err(BackupError::Exists(server.config().get_dbname().unwrap_or("the database").to_owned()));
    }
    let kept = set_aside(&mut client)?;
    let filled = fill(source, &server, &mut client, &tables)
        .and_then(|()| Ok(migrate::remaining(&migrate::postgres_applied(&mut client)?, known).map(drop)?));
    if let Err(wrong) = filled {
        let back = format!("DROP SCHEMA public CASCADE; ALTER SCHEMA {kept} RENAME TO public");
        obey(&mut client, &back)?;
        return Err(wrong);
    }
    if !exists {
        // It holds no table; if it holds something else, it stays.
        let _ = obey(&mut client, &format!("DROP SCHEMA {kept}"));
    }
    let bytes = source.metadata().map_err(failed(source))?.len();
    Ok(Report { engine: Engine::Postgres, bytes, tables, kept: exists.then_some(kept) })
}

/// Moves everything of the database into a schema of another name.
fn set_aside(client: &mut Client) -> Result<String, BackupError> {
    const FREE: &str = "SELECT 'before_restore_' || (coalesce(max(substring(nspname FROM 16)::int), 0) + 1)
        FROM pg_namespace WHERE nspname ~ '^before_restore_[0-9]+$'";
    let kept: String = value(client, FREE)?;
    obey(client, &format!("BEGIN; ALTER SCHEMA public RENAME TO {kept}; CREATE SCHEMA public; COMMIT"))?;
    Ok(kept)
}

/// Fills the empty schema from the archive, in one transaction, and reads it back.
fn fill(
    source: &Path,
    server: &Server,
    client: &mut Client,
    tables: &[TableRows],
) -> Result<(), BackupError> {
    let mut list = tool(RESTORE, server);
    list.arg("--list").arg(source);
    let contents = run(RESTORE, &mut list)?;
    // The schema itself is there already.
    let wanted = contents.lines().filter(|line| !line.contains("SCHEMA - ") && !line.contains("- SCHEMA "));
    let chosen = Part::beside(&source.with_extension("list"))?;
    std::fs::write(chosen.path(), wanted.collect::<Vec<_>>().join("\n")).map_err(failed(chosen.path()))?;

    let mut restore = tool(RESTORE, server);
    restore.args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]);
    restore.arg("--use-list").arg(chosen.path());
    restore.arg("--dbname").arg(server.config().get_dbname().unwrap_or_default()).arg(source);
    run(RESTORE, &mut restore)?;
    if counts(client)? != tables {
        let reason = "the rows of the database are not those of the backup".to_owned();
        return Err(BackupError::Damaged(vec![reason]));
    }
    Ok(())
}

pub(crate) fn integrity(url: &str) -> Result<Vec<String>, BackupError> {
    const INVALID: &str = "SELECT 'index ' || indexrelid::regclass || ' is not valid' FROM pg_index
            WHERE NOT indisvalid
        UNION ALL SELECT 'constraint ' || conname || ' is not validated' FROM pg_constraint
            WHERE NOT convalidated
        UNION ALL SELECT checksum_failures || ' pages failed their checksum' FROM pg_stat_database
            WHERE datname = current_database() AND checksum_failures > 0";
    let server = Server::at(url).map_err(OpenError::from)?;
    let mut client = connect(&server)?;
    let rows = client.query(INVALID, &[]).map_err(|wrong| error(&wrong))?;
    let mut faults = Vec::new();
    for row in rows {
        faults.push(row.try_get(0).map_err(|wrong| error(&wrong))?);
    }
    // Reading every table finds pages that cannot be read.
    match counts(&mut client) {
        Err(BackupError::Store(StoreError::Corrupt(reason))) => faults.push(reason),
        other => drop(other?),
    }
    Ok(faults)
}

fn connect(server: &Server) -> Result<Client, BackupError> {
    let mut client = server.connect()?;
    // A backup holds the rows of all practices.
    obey(&mut client, &format!("SET {SETTING} = '{EVERY}'"))?;
    Ok(client)
}

fn obey(client: &mut Client, sql: &str) -> Result<(), BackupError> {
    Ok(client.batch_execute(sql).map_err(|wrong| error(&wrong))?)
}

fn value<T: for<'r> postgres::types::FromSql<'r>>(client: &mut Client, sql: &str) -> Result<T, BackupError> {
    let row = client.query_one(sql, &[]).map_err(|wrong| error(&wrong))?;
    Ok(row.try_get(0).map_err(|wrong| error(&wrong))?)
}

fn counts(client: &mut Client) -> Result<Vec<TableRows>, BackupError> {
    const TABLES: &str = "SELECT relname::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname COLLATE \"C\"";
    let mut tables = Vec::new();
    for row in client.query(TABLES, &[]).map_err(|wrong| error(&wrong))? {
        let table: String = row.try_get(0).map_err(|wrong| error(&wrong))?;
        let quoted = table.replace('"', "\"\"");
        let rows: i64 = value(client, &format!("SELECT count(*) FROM public.\"{quoted}\""))?;
        tables.push(TableRows { table, rows: u64::try_from(rows).unwrap_or_default() });
    }
    Ok(tables)
}

/// Reads an archive to its end and counts the rows of each table in it.
fn read_back(archive: &Path) -> Result<Vec<TableRows>, BackupError> {
    let mut command = Command::new(RESTORE);
    command.arg("--data-only").args(["--file", "-"]).arg(archive);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|wrong| not_started(RESTORE, wrong))?;
    let mut tables = Vec::new();
    if let Some(output) = child.stdout.take() {
        let mut counting = false;
        for line in BufReader::new(output).split(b'\n') {
            let line = line.map_err(failed(archive))?;
            count_line(&line, &mut counting, &mut tables);
        }
    }
    let ended = child.wait_with_output().map_err(failed(archive))?;
    if !ended.status.success() {
        return Err(BackupError::ToolFailed { tool: RESTORE, message: complaint(&ended.stderr) });
    }
    tables.sort();
    Ok(tables)
}

/// `COPY public.person (…) FROM stdin;`, then a row a line, then `\.`.
fn count_line(line: &[u8], counting: &mut bool, tables: &mut Vec<TableRows>) {
    if *counting {
        if line == b"\\." {
            *counting = false;
        } else if let Some(last) = tables.last_mut() {
            last.rows += 1;
        }
    } else if let Some(rest) = line.strip_prefix(b"COPY public.") {
        let name: Vec<u8> = rest.iter().copied().take_while(|byte| *byte != b' ').collect();
        let table = String::from_utf8_lossy(&name).trim_matches('"').to_owned();
        tables.push(TableRows { table, rows: 0 });
        *counting = true;
    }
}

/// The address goes through the environment: arguments are visible to everybody on the machine.
fn tool(name: &'static str, server: &Server) -> Command {
    let mut command = Command::new(name);
    command.env("PGOPTIONS", format!("-c {SETTING}={EVERY}"));
    let config = server.config();
    if let Some(authority) = server.authority() {
        command.env("PGSSLMODE", "verify-full").env("PGSSLROOTCERT", authority);
    }
    match config.get_hosts().first() {
        Some(Host::Tcp(host)) => {
            command.env("PGHOST", host);
        }
        #[cfg(unix)]
        Some(Host::Unix(folder)) => {
            command.env("PGHOST", folder);
        }
        _ => {}
    }
    if let Some(address) = config.get_hostaddrs().first() {
        command.env("PGHOSTADDR", address.to_string());
    }
    if let Some(port) = config.get_ports().first() {
        command.env("PGPORT", port.to_string());
    }
    if let Some(user) = config.get_user() {
        command.env("PGUSER", user);
    }
    if let Some(password) = config.get_password() {
        command.env("PGPASSWORD", String::from_utf8_lossy(password).as_ref());
    }
    if let Some(name) = config.get_dbname() {
        command.env("PGDATABASE", name);
    }
    command
}

/// Runs to the end and returns what it printed.
fn run(name: &'static str, command: &mut Command) -> Result<String, BackupError> {
    let ended = command.stdin(Stdio::null()).output().map_err(|wrong| not_started(name, wrong))?;
    if !ended.status.success() {
        return Err(BackupError::ToolFailed { tool: name, message: complaint(&ended.stderr) });
    }
    Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
}

fn not_started(name: &'static str, wrong: std::io::Error) -> BackupError {
    if wrong.kind() == std::io::ErrorKind::NotFound {
        return BackupError::ToolMissing(name);
    }
    BackupError::ToolFailed { tool: name, message: wrong.to_string() }
}

/// The error lines only: details and contexts quote rows.
fn complaint(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let errors = text.lines().filter(|line| line.contains(": error:"));
    let errors: Vec<&str> = errors.take(3).collect();
    if errors.is_empty() { "it gave no reason".to_owned() } else { errors.join("; ") }
}
