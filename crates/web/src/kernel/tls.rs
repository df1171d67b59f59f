//! The listener's certificate: read, checked, and read anew when its files change, without a restart.

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;
use tokio_rustls::TlsAcceptor;

/// TLS for a listener, TLS 1.2 and 1.3.
#[derive(Clone)]
pub struct Tls {
    pub(super) acceptor: TlsAcceptor,
    held: Arc<Held>,
    provider: Arc<CryptoProvider>,
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{}: {reason}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Others on this machine could read the key.
    #[error("{} can be read by others: chmod 600 it, then try again", path.display())]
    Exposed {
        /// The key.
        path: PathBuf,
    },
    /// Certificate and key do not fit, or the key is of a kind we do not know.
    #[error("certificate and key cannot be used together: {0}")]
    Unfit(rustls::Error),
}

/// The certificate in use; connections that are open keep the one they began with.
#[derive(Debug)]
struct Held {
    certificate: PathBuf,
    key: PathBuf,
    now: RwLock<(Arc<CertifiedKey>, [Option<SystemTime>; 2])>,
}

impl Tls {
    /// Reads a certificate chain and its key, both PEM.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Tls, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let found = (read(certificate, key, &provider)?, [changed(certificate), changed(key)]);
        let held = Arc::new(Held {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            now: RwLock::new(found),
        });
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Unfit)?;
        let mut config =
            config.with_no_client_auth().with_cert_resolver(Arc::clone(&held) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls { acceptor: TlsAcceptor::from(Arc::new(config)), held, provider })
    }

    /// Takes up the files if they changed since they were last read; says whether they had.
    ///
    /// # Errors
    /// The new files cannot be used; the old ones stay in use.
    pub fn refresh(&self) -> Result<bool, TlsError> {
        let held = &self.held;
        let times = [changed(&held.certificate), changed(&held.key)];
        if held.now.read().unwrap_or_else(PoisonError::into_inner).1 == times {
            return Ok(false);
        }
        let fresh = read(&held.certificate, &held.key, &self.provider)?;
        *held.now.write().unwrap_or_else(PoisonError::into_inner) = (fresh, times);
        Ok(true)
    }
}

impl ResolvesServerCert for Held {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner).0))
    }
}

fn read(certificate: &Path, key: &Path, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, TlsError> {
    let unreadable = |path: &Path, reason: String| TlsError::File { path: path.to_owned(), reason };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|wrong| unreadable(certificate, wrong.to_string()))?;
    if chain.is_empty() {
        return Err(unreadable(certificate, "it holds no certificate".into()));
    }
    let known = key.metadata().map_err(|wrong| unreadable(key, wrong.to_string()))?;
    if exposed(&known) {
        return Err(TlsError::Exposed { path: key.to_owned() });
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|wrong| unreadable(key, wrong.to_string()))?;
    CertifiedKey::from_der(chain, secret, provider).map(Arc::new).map_err(TlsError::Unfit)
}

/// Whether anybody but the owner could read or change it; a group may read, as Debian's `ssl-cert` does.
fn exposed(known: &std::fs::Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::PermissionsExt::mode(&known.permissions()) & 0o037 != 0;
    #[cfg(not(unix))]
    return known.len() == 0;
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|known| known.modified()).ok()
}
