//! The address of a database.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::dialect::Engine;
use super::server;

/// Where the database is: a path or `sqlite:PATH`, or `postgres://user:password@host/name`.
///
/// A unix socket is given as `postgres://user@/name?host=/folder`.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL address, checked by `FromStr`. May hold a password: shown without it.
    Postgres(String),
}

/// The address of the database cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Nothing was given.
    #[error("the address of the database is empty: give a file or postgres://…")]
    Empty,
    /// Another scheme.
    #[error("{0}: is not a known kind of database: use a path, sqlite:PATH or postgres://…")]
    Scheme(String),
    /// The PostgreSQL address does not parse.
    #[error("the PostgreSQL address is not well formed: {0}")]
    Postgres(String),
    /// Not this machine, and nothing to know it by.
    #[error(
        "{0} is another machine: name the certificate of the authority it can be known by, for example \
         ?sslrootcert=/etc/attune/database-ca.pem (or use this machine: a unix socket, localhost)"
    )]
    Remote(String),
    /// Encryption was asked for, and nothing named to know the server by.
    #[error("sslmode needs sslrootcert=FILE, the certificate of the authority the server can be known by")]
    NoAuthority,
    /// The authority's certificate cannot be used.
    #[error("sslrootcert={}: {reason}", path.display())]
    Authority {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
}

impl DatabaseUrl {
    /// Which engine serves this address.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            server::checked(text)?;
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        let path = path.strip_prefix("//").filter(|_| text.starts_with("sqlite:")).unwrap_or(path);
        if path.is_empty() {
            return Err(UrlError::Empty);
        }
        if let Some((scheme, _)) = path.split_once("://") {
            return Err(UrlError::Scheme(scheme.to_owned()));
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(out, "sqlite:{}", path.display()),
            Self::Postgres(url) => out.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "DatabaseUrl({self})")
    }
}

/// Scheme, user, host and name: what is safe to show. Options are left out, they may hold a password.
fn without_password(url: &str) -> String {
    let shown = url.split('?').next().unwrap_or_default();
    match (shown.split_once("://"), shown.rsplit_once('@')) {
        (Some((scheme, _)), Some((before, after))) => {
            let user = before.split_once("://").map_or("", |(_, user)| user);
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{after}")
        }
        _ => shown.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn paths_and_addresses_are_told_apart() {
        let sqlite = |path: &str| DatabaseUrl::Sqlite(PathBuf::from(path));
        assert_eq!("data/attune.db".parse(), Ok(sqlite("data/attune.db")));
        assert_eq!("sqlite:/var/a.db".parse(), Ok(sqlite("/var/a.db")));
        assert_eq!("sqlite:///var/a.db".parse(), Ok(sqlite("/var/a.db")));
        assert_eq!("mysql://x/y".parse::<DatabaseUrl>(), Err(UrlError::Scheme("mysql".to_owned())));
        assert_eq!(" ".parse::<DatabaseUrl>(), Err(UrlError::Empty));
        assert!("postgres://me@/attune?host=/tmp/s".parse::<DatabaseUrl>().is_ok());
        assert!("postgresql://me@localhost:5433/attune".parse::<DatabaseUrl>().is_ok());
        assert!("postgres://me@[::1]/attune".parse::<DatabaseUrl>().is_ok());
        assert!("postgres://me@/attune?host=/tmp/s&bogus=1".parse::<DatabaseUrl>().is_err());
    }

    #[test]
    fn c5_nothing_crosses_a_network_in_the_clear() {
        let remote = |host: &str| Err(UrlError::Remote(host.to_owned()));
        assert_eq!("postgres://me@db.example.org/a".parse::<DatabaseUrl>(), remote("db.example.org"));
        assert_eq!("postgres://me@10.0.0.5/a".parse::<DatabaseUrl>(), remote("10.0.0.5"));
        assert_eq!("postgres://me@localhost,10.0.0.5/a".parse::<DatabaseUrl>(), remote("10.0.0.5"));
        assert_eq!("postgres://me@localhost/a?hostaddr=10.0.0.5".parse::<DatabaseUrl>(), remote("10.0.0.5"));
        let alone = "postgres://me@localhost/a?sslmode=require".parse::<DatabaseUrl>();
        assert_eq!(alone, Err(UrlError::NoAuthority));
    }

    #[test]
    fn c6_a_password_is_never_shown() {
        let url: DatabaseUrl = "postgres://me:s3cret@localhost/a?password=s3cret".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://me@localhost/a");
        assert_eq!(format!("{url:?}"), "DatabaseUrl(postgres://me@localhost/a)");
    }
}
