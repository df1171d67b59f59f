//! Why a command failed: what happened, what is safe, what to do next.

use std::net::SocketAddr;
use std::path::PathBuf;

/// A command's failure.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The program could not start its threads.
    #[error("cannot start: {0}")]
    Runtime(std::io::Error),
    /// The address of the database makes no sense.
    #[error("{0}")]
    Url(#[from] store::UrlError),
    /// The database could not be opened.
    #[error("{0}")]
    Open(#[from] store::OpenError),
    /// The data folder could not be made.
    #[error("cannot make the folder {}: {source}\nChoose another place with --database FILE.", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// No data folder is known on this system.
    #[error("this system names no folder for data\nSay where with --database FILE.")]
    NoDataFolder,
    /// No folder for settings is known on this system.
    #[error(
        "this system names no folder for settings\nSay with --key FILE where the root key is, or is to be."
    )]
    NoSettingsFolder,
    /// The root key is not there, not safe, or not the right one.
    #[error("{0}")]
    Key(#[from] store::vault::KeyError),
    /// The address could not be listened on.
    #[error(
        "cannot listen on {address}: {source}\nAnother program may use it; choose another with --listen 127.0.0.1:PORT."
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// A plain listener beyond this machine.
    #[error(
        "refusing to listen on {0} without encryption: whoever is on the way could read the records\n\
         Give it a certificate (--tls-certificate FILE --tls-key FILE), or listen on 127.0.0.1 and put a proxy with TLS\n\
         in front of it (--behind-tls-proxy if that is on another machine). Metrics stay on this machine."
    )]
    Plain(SocketAddr),
    /// The certificate cannot be used.
    #[error("{0}")]
    Tls(#[from] web::TlsError),
    /// Serving stopped.
    #[error("serving stopped: {0}")]
    Serve(std::io::Error),
    /// The content has mistakes.
    #[error("{0}")]
    Content(#[from] app::content::ContentError),
    /// The store failed.
    #[error("{0}")]
    Store(#[from] store::StoreError),
    /// A backup or restore failed.
    #[error("{0}")]
    Backup(#[from] store::BackupError),
    /// The demonstration needs an empty database.
    #[error(
        "the database already holds a practice\nThe demonstration fills only an empty database; nothing was changed."
    )]
    NotEmpty,
    /// The demonstration could not be made.
    #[error("{0}")]
    Demo(#[from] crate::demo::DemoError),
    /// There is no practice to work on.
    #[error("the database holds no practice yet\nRun `attune serve` and follow the set-up link it prints.")]
    NoPractice,
    /// Anything that is said in its own words.
    #[error("{0}")]
    Said(String),
}
