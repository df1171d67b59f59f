//! A PostgreSQL server: where it is, and the encrypted way to it.
//!
//! Nothing crosses a network in the clear, and the other end always proves who it is: by a certificate of the
//! authority named in the address (`sslrootcert=FILE`). There is no way to switch that off.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use postgres::{Client, NoTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::{Config, Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error::StoreError;
use super::postgres::error;
use super::url::UrlError;

/// What reads and writes on a connection; ends with it.
pub(crate) type Talk = Pin<Box<dyn Future<Output = Result<(), postgres::Error>> + Send>>;

const CONNECT: Duration = Duration::from_secs(5);

/// A server, ready to be connected to.
#[derive(Clone)]
pub(crate) struct Server {
    config: Config,
    tls: Option<Tls>,
}

#[derive(Clone)]
struct Tls {
    authority: PathBuf,
    connector: MakeRustlsConnect,
}

/// What an address says about encryption; taken out of it before the driver reads the rest.
struct Wish {
    address: String,
    authority: Option<PathBuf>,
    encrypted: bool,
}

impl Server {
    /// Reads an address and the certificate of the authority it names.
    ///
    /// # Errors
    /// The address is not well formed, would cross a network in the clear, or names an authority that cannot be read.
    pub(crate) fn at(url: &str) -> Result<Self, UrlError> {
        let (mut config, authority) = checked(url)?;
        let tls = match authority {
            None => None,
            Some(authority) => {
                config.ssl_mode(SslMode::Require);
                Some(Tls { connector: connector(&authority)?, authority })
            }
        };
        Ok(Self { config, tls })
    }

    /// How the server is reached.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// The file with the authority's certificate, when the way is encrypted.
    pub(crate) fn authority(&self) -> Option<&Path> {
        self.tls.as_ref().map(|tls| tls.authority.as_path())
    }

    /// Connects.
    ///
    /// # Errors
    /// The server does not answer, refuses, or does not prove who it is.
    pub(crate) fn connect(&self) -> Result<Client, StoreError> {
        let config = postgres::Config::from(self.config.clone());
        let connected = match &self.tls {
            None => config.connect(NoTls),
            Some(tls) => config.connect(tls.connector.clone()),
        };
        connected.map_err(|wrong| error(&wrong))
    }

    /// Connects; gives what statements are made with, and what reads and writes for as long as it is polled.
    ///
    /// # Errors
    /// The server does not answer, refuses, or does not prove who it is.
    pub(crate) async fn reach(&self) -> Result<(tokio_postgres::Client, Talk), StoreError> {
        let failed = |wrong: postgres::Error| error(&wrong);
        match &self.tls {
            None => {
                let (client, talk) = self.config.connect(NoTls).await.map_err(failed)?;
                Ok((client, Box::pin(talk)))
            }
            Some(tls) => {
                let (client, talk) = self.config.connect(tls.connector.clone()).await.map_err(failed)?;
                Ok((client, Box::pin(talk)))
            }
        }
    }
}

/// Checks an address without reading any file.
///
/// # Errors
/// It is not well formed, or would cross a network in the clear.
pub(crate) fn checked(url: &str) -> Result<(Config, Option<PathBuf>), UrlError> {
    let wish = wish(url);
    let mut config: Config = wish.address.parse().map_err(|wrong: postgres::Error| {
        UrlError::Postgres(
            std::error::Error::source(&wrong).map_or_else(|| wrong.to_string(), ToString::to_string),
        )
    })?;
    if wish.authority.is_none() {
        if let Some(remote) = beyond_this_machine(&config) {
            return Err(UrlError::Remote(remote));
        }
        if wish.encrypted {
            return Err(UrlError::NoAuthority);
        }
        config.ssl_mode(SslMode::Disable);
    }
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        config.host_path("/var/run/postgresql");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    config.application_name("attune");
    Ok((config, wish.authority))
}

fn wish(url: &str) -> Wish {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let mut wish = Wish { address: address.to_owned(), authority: None, encrypted: false };
    let mut kept = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sslrootcert", file)) => wish.authority = Some(PathBuf::from(unescaped(file))),
            // `disable` and `prefer` weaken nothing: where an authority is named the way is encrypted and checked.
            Some(("sslmode", mode)) => wish.encrypted = !matches!(mode, "disable" | "allow" | "prefer"),
            _ => kept.push(pair),
        }
    }
    if !kept.is_empty() {
        wish.address = format!("{address}?{}", kept.join("&"));
    }
    wish
}

/// `%2F` and the like, as addresses write them.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'%').then(|| after.get(..2)).flatten();
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn beyond_this_machine(config: &Config) -> Option<String> {
    let host = config.get_hosts().iter().find_map(|host| match host {
        Host::Tcp(name) if !is_this_machine(name) => Some(name.clone()),
        _ => None,
    });
    host.or_else(|| {
        config.get_hostaddrs().iter().find(|address| !address.is_loopback()).map(ToString::to_string)
    })
}

fn is_this_machine(name: &str) -> bool {
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Trusts the certificates of one file and nothing else.
fn connector(authority: &Path) -> Result<MakeRustlsConnect, UrlError> {
    let unreadable = |reason: String| UrlError::Authority { path: authority.to_owned(), reason };
    let mut roots = RootCertStore::empty();
    let certificates =
        CertificateDer::pem_file_iter(authority).map_err(|wrong| unreadable(wrong.to_string()))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|wrong| unreadable(wrong.to_string()))?;
        roots.add(certificate).map_err(|wrong| unreadable(wrong.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unreadable("it holds no certificate".to_owned()));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|wrong| unreadable(wrong.to_string()))?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}

#[cfg(test)]
mod tests;
