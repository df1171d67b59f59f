//! The address of a database.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use postgres::config::{Host, SslMode};

use super::dialect::Engine;

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
    /// Not this machine, and encryption is not built in yet.
    #[error(
        "{0} is another machine: connections to PostgreSQL are not encrypted yet, so only this machine (a unix socket, localhost) is allowed; use a tunnel"
    )]
    Remote(String),
    /// `sslmode=require`, and encryption is not built in yet.
    #[error(
        "sslmode=require: connections to PostgreSQL are not encrypted yet; use a unix socket or localhost"
    )]
    Tls,
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
            postgres_config(text)?;
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

/// Parses a PostgreSQL address and makes sure that nothing crosses a network in the clear.
pub(crate) fn postgres_config(url: &str) -> Result<postgres::Config, UrlError> {
    let mut config: postgres::Config = url.parse().map_err(|wrong: postgres::Error| {
        UrlError::Postgres(
            std::error::Error::source(&wrong).map_or_else(|| wrong.to_string(), ToString::to_string),
        )
    })?;
    if config.get_ssl_mode() == SslMode::Require {
        return Err(UrlError::Tls);
    }
    for host in config.get_hosts() {
        if let Host::Tcp(name) = host
            && !is_this_machine(name)
        {
            return Err(UrlError::Remote(name.clone()));
        }
    }
    if let Some(address) = config.get_hostaddrs().iter().find(|address| !address.is_loopback()) {
        return Err(UrlError::Remote(address.to_string()));
    }
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        config.host_path("/var/run/postgresql");
    }
    config.application_name("attune");
    Ok(config)
}

fn is_this_machine(name: &str) -> bool {
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
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
    fn nothing_crosses_a_network_in_the_clear() {
        let remote = |host: &str| Err(UrlError::Remote(host.to_owned()));
        assert_eq!("postgres://me@db.example.org/a".parse::<DatabaseUrl>(), remote("db.example.org"));
        assert_eq!("postgres://me@10.0.0.5/a".parse::<DatabaseUrl>(), remote("10.0.0.5"));
        assert_eq!("postgres://me@localhost,10.0.0.5/a".parse::<DatabaseUrl>(), remote("10.0.0.5"));
        assert_eq!("postgres://me@localhost/a?hostaddr=10.0.0.5".parse::<DatabaseUrl>(), remote("10.0.0.5"));
        assert_eq!("postgres://me@localhost/a?sslmode=require".parse::<DatabaseUrl>(), Err(UrlError::Tls));
    }

    #[test]
    fn a_password_is_never_shown() {
        let url: DatabaseUrl = "postgres://me:s3cret@localhost/a?password=s3cret".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://me@localhost/a");
        assert_eq!(format!("{url:?}"), "DatabaseUrl(postgres://me@localhost/a)");
    }
}
