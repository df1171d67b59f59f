//! The program's own TLS, with a real client.

use crate::support::sqlite;
use app::testing::World;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use web::{Entrance, Limits, Metrics, Tls, TlsError, Web};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Writes `cert.pem` and `key.pem` for `localhost`; the key is its owner's alone.
fn write(folder: &Path, authority: &Authority) {
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, authority).unwrap();
    fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    allow(&folder.join("key.pem"), 0o600);
}

fn allow(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn tls(folder: &Path) -> Result<Tls, TlsError> {
    Tls::from_files(&folder.join("cert.pem"), &folder.join("key.pem"))
}

async fn serving(tls: Tls, metrics: Metrics) -> SocketAddr {
    let world = World::new(sqlite()).await;
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = tcp.local_addr().unwrap();
    let entrance = Entrance { tcp, tls: Some(tls), metrics, proxies: web::Proxies::default() };
    let web = Web { app: world.app.clone(), address: None };
    tokio::spawn(web::serve(entrance, web, Limits::default(), std::future::pending()));
    address
}

/// Asks for a page over TLS, trusting one authority.
async fn ask(address: SocketAddr, trusted: &CertificateDer<'static>, path: &str) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn c5_a_browser_speaks_tls_and_one_that_trusts_another_authority_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, foreign) = (authority(), authority());
    write(folder.path(), &ours);
    let metrics = Metrics::default();
    let address = serving(tls(folder.path()).unwrap(), metrics.clone()).await;

    let answer = ask(address, ours.der(), "/").await.unwrap().to_lowercase();
    assert!(answer.starts_with("http/1.1 200"), "{answer}");
    assert!(answer.contains("\r\nstrict-transport-security: max-age=31536000\r\n"), "{answer}");
    let refused = ask(address, foreign.der(), "/").await.unwrap_err();
    assert!(refused.to_string().contains("certificate"), "{refused}");

    // Whoever speaks plain HTTP to it gets no page.
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    plain.read_to_end(&mut answer).await.ok();
    assert!(!answer.starts_with(b"HTTP/"), "{answer:?}");
    assert!(metrics.text().contains("attune_requests_total{method=\"GET\",route=\"/\",status=\"2xx\"} 1"));
}

#[tokio::test]
async fn c5_a_new_certificate_is_taken_up_without_a_restart_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (authority(), authority());
    write(folder.path(), &old);
    let tls = tls(folder.path()).unwrap();
    let address = serving(tls.clone(), Metrics::default()).await;
    assert!(!tls.refresh().unwrap(), "nothing changed");

    write(folder.path(), &new);
    let later = SystemTime::now() + Duration::from_secs(10);
    fs::File::options()
        .append(true)
        .open(folder.path().join("cert.pem"))
        .unwrap()
        .set_modified(later)
        .unwrap();
    assert!(tls.refresh().unwrap());
    assert!(ask(address, new.der(), "/health").await.unwrap().ends_with("alive\n"));
    assert!(ask(address, old.der(), "/health").await.is_err());

    fs::write(folder.path().join("cert.pem"), "half a certif").unwrap();
    assert!(tls.refresh().is_err());
    assert!(ask(address, new.der(), "/health").await.is_ok(), "the old one stays in use");
}

#[test]
fn c5_a_key_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &authority());
    for (mode, welcome) in
        [(0o600, true), (0o400, true), (0o640, true), (0o644, false), (0o660, false), (0o604, false)]
    {
        allow(&folder.path().join("key.pem"), mode);
        let found = tls(folder.path());
        assert_eq!(found.is_ok(), welcome, "{mode:o}");
        assert!(welcome || matches!(found.err(), Some(TlsError::Exposed { .. })));
    }
}

#[test]
fn c5_a_key_of_another_certificate_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &authority());
    fs::write(folder.path().join("key.pem"), KeyPair::generate().unwrap().serialize_pem()).unwrap();
    assert!(matches!(tls(folder.path()).err(), Some(TlsError::Unfit(_))));
}
