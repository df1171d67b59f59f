//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Interpersonal Psychotherapy, from the first appointment to the last, in one record.
#[derive(Debug, Parser)]
#[command(
    name = "attune",
    version,
    after_help = "Exit codes: 0 done, 1 failed (nothing half-done), 2 wrong words on the command line, 3 `check` or `audit verify` found something."
)]
pub struct Cli {
    /// How the log on standard error is written
    #[arg(long, value_enum, default_value = "text", global = true)]
    pub log: LogFormat,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One readable line an event
    Text,
    /// One JSON object a line
    Json,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve a practice
    Serve(Serve),
    /// Make a demonstration practice with made-up people and serve it
    Demo(Demo),
    /// Check the database, the derived summaries and the audit trail
    Check(Check),
    /// Copy the database to a file while it is in use, and read the copy back
    Backup(Backup),
    /// Put a backup in place of a database that nobody uses
    Restore(Restore),
    /// Show the ledger of erased records, write it to a file, or apply it again
    #[command(subcommand)]
    Erase(Erase),
    /// Verify the audit trail, take it out, sign where it stands
    #[command(subcommand)]
    Audit(Audit),
    /// Invite people, give them a new way in, or keep them out
    #[command(subcommand)]
    User(User),
    /// Take a sealed snapshot, list them, print the keys that open them
    #[command(subcommand)]
    Snapshot(Snapshot),
    /// Check, list, show and compare treatment protocols
    #[command(subcommand)]
    Protocol(Protocol),
    /// Make, change, check or print the root key, without which nobody can read the records
    #[command(subcommand)]
    Key(Key),
}

/// Which database.
#[derive(Debug, Clone, Args)]
pub struct Database {
    /// A SQLite file, or postgres://USER@HOST/NAME [default: attune.db in the platform's data folder]
    #[arg(long, value_name = "URL", env = "ATTUNE_DATABASE")]
    pub database: Option<String>,
    /// Folder for what is kept outside a PostgreSQL database: the ledger of erasures, traces of reads while nothing can be written [default: the platform's data folder]
    #[arg(long, value_name = "FOLDER", env = "ATTUNE_DATA")]
    pub data: Option<PathBuf>,
}

/// Which root key.
#[derive(Debug, Clone, Args)]
pub struct KeyArgs {
    /// The file with the root key [default: root.key in the platform's folder for settings]
    #[arg(long, value_name = "FILE", env = "ATTUNE_KEY")]
    pub key: Option<PathBuf>,
    /// A file whose first line is a passphrase, in place of a key file
    #[arg(long, value_name = "FILE", env = "ATTUNE_KEY_PASSPHRASE_FILE", conflicts_with = "key")]
    pub key_passphrase_file: Option<PathBuf>,
}

/// `attune serve`
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub database: Database,
    #[command(flatten)]
    pub key: KeyArgs,
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", env = "ATTUNE_LISTEN")]
    pub listen: SocketAddr,
    /// The address people use, such as `https://practice.example`: the only one at which passkeys work, and the one that
    /// links are made for
    #[arg(long, value_name = "URL", env = "ATTUNE_ADDRESS")]
    pub address: Option<domain::passkey::Site>,
    /// Allow an address beyond this machine, because a proxy in front of it speaks TLS
    #[arg(long)]
    pub behind_tls_proxy: bool,
    /// Addresses of proxies whose `X-Forwarded-For` is believed: 10.1.2.3, 10.1.2.0/24, fd00::/8; several with commas
    #[arg(long, value_name = "NETWORK", value_delimiter = ',', env = "ATTUNE_TRUSTED_PROXY")]
    pub trusted_proxy: Vec<web::Network>,
    /// Certificate chain (PEM) to speak TLS with; taken up anew when it changes, or on SIGHUP
    #[arg(long, value_name = "FILE", requires = "tls_key", env = "ATTUNE_TLS_CERTIFICATE")]
    pub tls_certificate: Option<PathBuf>,
    /// Private key (PEM) of the certificate, readable by nobody else
    #[arg(long, value_name = "FILE", requires = "tls_certificate", env = "ATTUNE_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
    /// Address on this machine that offers /metrics to a collector
    #[arg(long, value_name = "ADDR", env = "ATTUNE_METRICS")]
    pub metrics: Option<SocketAddr>,
    /// Folder with protocols, instruments and worksheets of your own, laid over the ones inside
    #[arg(long, value_name = "FOLDER", env = "ATTUNE_CONTENT")]
    pub content: Option<PathBuf>,
    /// Folder, best on another disk, for a sealed snapshot every hour [default: snapshots beside the database]; `off` takes none
    #[arg(long, value_name = "FOLDER", env = "ATTUNE_SNAPSHOTS")]
    pub snapshots: Option<PathBuf>,
    /// Folder, best on another disk or machine, in which signed checkpoints of the audit trail are kept as well
    #[arg(long, value_name = "FOLDER", env = "ATTUNE_CHECKPOINTS")]
    pub checkpoint_folder: Option<PathBuf>,
}

/// `attune snapshot`
#[derive(Debug, Subcommand)]
pub enum Snapshot {
    /// Take one now, also while the database is in use
    Now {
        /// Folder of the snapshots [default: snapshots beside the database or in the data folder]
        #[arg(long, value_name = "FOLDER", env = "ATTUNE_SNAPSHOTS")]
        folder: Option<PathBuf>,
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// List them, newest first
    List {
        /// Folder of the snapshots [default: snapshots beside the database or in the data folder]
        #[arg(long, value_name = "FOLDER", env = "ATTUNE_SNAPSHOTS")]
        folder: Option<PathBuf>,
        #[command(flatten)]
        database: Database,
    },
    /// Print the keys with which openssl opens and proves a snapshot: secret, like the root key
    Key {
        /// Of this snapshot alone; needs no database
        #[arg(long, value_name = "SNAPSHOT")]
        of: Option<PathBuf>,
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: KeyArgs,
    },
}

/// `attune protocol`
#[derive(Debug, Subcommand)]
pub enum Protocol {
    /// Check files: every mistake with file, line, field, rule and what to do. Exit code 3 when something is wrong
    Check {
        /// Protocol files (TOML); they may extend each other and those inside
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// One JSON array of mistakes
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        shelf: ProtocolFolder,
    },
    /// List the protocols
    List {
        /// One JSON array
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        shelf: ProtocolFolder,
    },
    /// Show one protocol
    Show {
        /// Its id, for example `ipt16_adult`
        id: String,
        /// The whole protocol as JSON, with what it extends laid under it
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        shelf: ProtocolFolder,
    },
    /// Say what two protocols do differently
    Diff {
        /// The one
        left: String,
        /// The other
        right: String,
        #[command(flatten)]
        shelf: ProtocolFolder,
    },
    /// Play random but plausible courses: how long phases take, which gates are late, which rules speak
    Simulate {
        /// The protocol's id
        id: String,
        /// The same seed plays the same courses
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many courses, at most 100000
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        courses: u32,
        /// One JSON object
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        shelf: ProtocolFolder,
    },
    /// Print the format of the files as a JSON Schema
    Schema,
}

/// Protocols of one's own.
#[derive(Debug, Clone, Args)]
pub struct ProtocolFolder {
    /// Folder with protocols, instruments and worksheets of your own, laid over the ones inside
    #[arg(long, value_name = "FOLDER", env = "ATTUNE_CONTENT")]
    pub content: Option<PathBuf>,
}

/// `attune audit`
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Look at every line and checkpoint: altered, missing, out of order, cut off? Exit code 3 when something is found
    Verify {
        /// Checkpoints kept elsewhere, one JSON line each, to compare with
        #[arg(long, value_name = "FILE")]
        against: Option<PathBuf>,
        #[command(flatten)]
        opened: Opened,
    },
    /// Write the lines of a period, all practices, in the order of time
    Export {
        /// From this day or instant (UTC) on
        #[arg(long, value_name = "WHEN")]
        from: Option<String>,
        /// Up to the end of this day, or before this instant (UTC)
        #[arg(long, value_name = "WHEN")]
        to: Option<String>,
        /// How it is written
        #[arg(long, value_enum, default_value = "csv")]
        format: ExportFormat,
        /// A new file, readable by its owner only [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        opened: Opened,
    },
    /// Sign a checkpoint now and give the newest one of each practice
    Checkpoint {
        /// The file they are added to, one JSON line each; keep it on another machine [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        opened: Opened,
    },
    /// Print the public key that proves checkpoints
    Key {
        #[command(flatten)]
        opened: Opened,
    },
}

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// For a spreadsheet; what would be a formula is text
    Csv,
    /// One JSON object a line
    Jsonl,
}

/// `attune demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// An empty database to fill [default: SQLite in a temporary folder, gone at the end]
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// A root key to close it with, so that it can be served again [default: a key that is thrown away at the end]
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Print one line of JSON once it answers: {"address", "links": {ROLE: LINK}}
    #[arg(long)]
    pub json: bool,
    /// Seed of the made-up people; the same seed gives the same people
    #[arg(long, default_value_t = 2026)]
    pub seed: u64,
}

/// `attune check`
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    pub database: Database,
    #[command(flatten)]
    pub key: KeyArgs,
}

/// `attune backup`
#[derive(Debug, Args)]
pub struct Backup {
    /// The file to write
    pub dest: PathBuf,
    #[command(flatten)]
    pub database: Database,
    /// Replace an older backup of that name
    #[arg(long)]
    pub replace: bool,
}

/// `attune restore`
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup to read
    pub src: PathBuf,
    #[command(flatten)]
    pub database: Database,
    #[command(flatten)]
    pub key: KeyArgs,
    /// Replace the database that is there; it is kept beside
    #[arg(long)]
    pub replace: bool,
}

/// Where the practice answers, for links.
#[derive(Debug, Clone, Args)]
pub struct Door {
    /// The address people use, for the printed link
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080", env = "ATTUNE_ADDRESS")]
    pub address: String,
}

/// Which database, opened with which key.
#[derive(Debug, Clone, Args)]
pub struct Opened {
    #[command(flatten)]
    pub database: Database,
    #[command(flatten)]
    pub key: KeyArgs,
}

/// `attune key`
#[derive(Debug, Subcommand)]
pub enum Key {
    /// Make a root key and a recovery sheet to print; do this once, before the first `attune serve`
    New {
        /// Type the key in from its recovery sheet: its lines on standard input
        #[arg(long)]
        from_sheet: bool,
        /// Where to write the sheet [default: root.key.sheet.html beside the key]
        #[arg(long, value_name = "FILE")]
        sheet: Option<PathBuf>,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Close the database with another root key, also while a server runs: a new generation in the key file, or what is named
    ///
    /// A passphrase has no generations: with it, name a new passphrase or a key file. Keep what the database was closed with before, since backups and snapshots made before need it.
    Rotate {
        /// A file whose first line is a new passphrase, of 20 letters or more, to close the database with from now on
        #[arg(long, value_name = "FILE", conflicts_with = "new_key")]
        new_passphrase_file: Option<PathBuf>,
        /// A key file to close the database with from now on; made, with its recovery sheet, where there is none
        #[arg(long, value_name = "FILE")]
        new_key: Option<PathBuf>,
        #[command(flatten)]
        opened: Opened,
    },
    /// Say which generation of the key opens what
    Check {
        #[command(flatten)]
        opened: Opened,
    },
    /// Write the recovery sheet again
    Sheet {
        /// Where to write it [default: root.key.sheet.html beside the key]
        #[arg(long, value_name = "FILE")]
        sheet: Option<PathBuf>,
        #[command(flatten)]
        key: KeyArgs,
    },
}

/// `attune user`
#[derive(Debug, Subcommand)]
pub enum User {
    /// Invite somebody: prints a one-time link to hand over
    Invite {
        /// Name
        name: String,
        /// Email address; also the name to sign in with
        email: String,
        /// Roles: administrator, therapist, trainee, supervisor, privacy_officer, front_desk
        #[arg(required = true)]
        roles: Vec<String>,
        #[command(flatten)]
        door: Door,
        #[command(flatten)]
        opened: Opened,
    },
    /// Give somebody a one-time link to a new password; the second factor stays
    Reset {
        /// Email address
        email: String,
        #[command(flatten)]
        door: Door,
        #[command(flatten)]
        opened: Opened,
    },
    /// For somebody who lost their second factor and recovery codes: start the account anew
    StartAnew {
        /// Email address
        email: String,
        #[command(flatten)]
        door: Door,
        #[command(flatten)]
        opened: Opened,
    },
    /// Let somebody in again
    Enable {
        /// Email address
        email: String,
        #[command(flatten)]
        opened: Opened,
    },
    /// Keep somebody out: their sessions end at once
    Disable {
        /// Email address
        email: String,
        #[command(flatten)]
        opened: Opened,
    },
    /// List people with roles and state
    List {
        #[command(flatten)]
        opened: Opened,
    },
}

/// `attune erase`: the ledger only. Records are erased by the privacy officer, on the page "Keeping and erasing".
#[derive(Debug, Subcommand)]
pub enum Erase {
    /// List what was erased: when, why, and identifiers that name nobody
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Write the ledger to a file, or add to one; keep it with your backups
    Ledger {
        /// The file
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        database: Database,
    },
    /// Erase again what a ledger names, in a database from an older backup
    Apply {
        /// The ledger
        file: PathBuf,
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: KeyArgs,
    },
}
