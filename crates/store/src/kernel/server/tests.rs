#![allow(clippy::unwrap_used, clippy::print_stderr)]
use super::*;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use std::thread;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_rustls::TlsAcceptor;

#[test]
fn c5_a_remote_server_needs_an_authority() {
    let remote = |host: &str| UrlError::Remote(host.to_owned());
    for (url, host) in [
        ("postgres://me@db.example.org/a", "db.example.org"),
        ("postgres://me@10.0.0.5/a?sslmode=disable", "10.0.0.5"),
        ("postgres://me@10.0.0.5/a?sslmode=require", "10.0.0.5"),
        ("postgres://me@localhost,10.0.0.5/a", "10.0.0.5"),
        ("postgres://me@localhost/a?hostaddr=10.0.0.5", "10.0.0.5"),
    ] {
        assert_eq!(checked(url).err(), Some(remote(host)), "{url}");
    }
    assert_eq!(checked("postgres://me@localhost/a?sslmode=verify-full").err(), Some(UrlError::NoAuthority));
    let (_, authority) = checked("postgres://me@db.example.org/a?sslrootcert=/etc/a%20b.pem").unwrap();
    assert_eq!(authority, Some(PathBuf::from("/etc/a b.pem")));
}

#[test]
fn c5_no_address_switches_the_check_off() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, authority().pem()).unwrap();
    for mode in ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] {
        let url = format!("postgres://me@db.example.org/a?sslmode={mode}&sslrootcert={}", file.display());
        let server = Server::at(&url).unwrap();
        assert_eq!(server.config().get_ssl_mode(), SslMode::Require, "{mode}");
        assert_eq!(server.authority(), Some(file.as_path()));
    }
}

#[test]
fn c5_an_authority_that_cannot_be_read_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let url = format!("postgres://me@db.example.org/a?sslrootcert={}", file.display());
    assert!(matches!(Server::at(&url).err(), Some(UrlError::Authority { .. })));
    std::fs::write(&file, "nothing of the kind").unwrap();
    assert!(matches!(Server::at(&url).err(), Some(UrlError::Authority { .. })));
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// The other end of a proxy's way: the throw-away server of the tests.
enum Behind {
    Socket(PathBuf),
    Port(u16),
}

/// A proxy that speaks TLS as PostgreSQL does, with a certificate for `localhost`, in front of the real server.
/// Returns its port.
fn proxy(authority: &CertifiedIssuer<'static, KeyPair>, behind: Behind) -> u16 {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap().port()).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                carry(stream, &acceptor, &behind).await.ok();
            }
        });
    });
    told.recv().unwrap()
}

async fn carry(mut stream: TcpStream, acceptor: &TlsAcceptor, behind: &Behind) -> std::io::Result<()> {
    let mut request = [0; 8];
    stream.read_exact(&mut request).await?;
    assert_eq!(request, [0, 0, 0, 8, 4, 210, 22, 47], "the driver asks for TLS before anything else");
    stream.write_all(b"S").await?;
    let mut inside = acceptor.accept(stream).await?;
    match behind {
        Behind::Socket(path) => copy_bidirectional(&mut inside, &mut UnixStream::connect(path).await?).await,
        Behind::Port(port) => {
            copy_bidirectional(&mut inside, &mut TcpStream::connect(("127.0.0.1", *port)).await?).await
        }
    }
    .map(drop)
}

/// Where the throw-away server is, and a user of it.
fn throw_away() -> Option<(Behind, String)> {
    let Ok(url) = std::env::var("ATTUNE_TEST_POSTGRES") else {
        eprintln!("skipped PostgreSQL: ATTUNE_TEST_POSTGRES is not set");
        return None;
    };
    let (config, _) = checked(&url).unwrap();
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let user = config.get_user().unwrap_or("postgres").to_owned();
    let behind = match config.get_hosts().first() {
        Some(Host::Unix(folder)) => Behind::Socket(folder.join(format!(".s.PGSQL.{port}"))),
        _ => Behind::Port(port),
    };
    Some((behind, user))
}

#[test]
fn c5_a_server_that_proves_itself_is_spoken_to_over_tls_and_no_other() {
    let Some((behind, user)) = throw_away() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (ours, foreign) = (authority(), authority());
    for (name, authority) in [("ours.pem", &ours), ("foreign.pem", &foreign)] {
        std::fs::write(folder.path().join(name), authority.pem()).unwrap();
    }
    let port = proxy(&ours, behind);
    let url = |host: &str, file: &str| {
        let file = folder.path().join(file);
        format!("postgres://{user}@{host}:{port}/postgres?sslrootcert={}", file.display())
    };
    let mut client = Server::at(&url("localhost", "ours.pem")).unwrap().connect().unwrap();
    assert_eq!(client.query_one("SELECT 41 + 1", &[]).unwrap().get::<_, i32>(0), 42);
    drop(client);
    for (host, file) in [("localhost", "foreign.pem"), ("127.0.0.1", "ours.pem")] {
        let refused = Server::at(&url(host, file)).unwrap().connect().err().unwrap();
        assert!(refused.to_string().contains("certificate"), "{host} with {file}: {refused}");
    }
}

#[test]
fn c5_a_server_that_offers_no_tls_is_not_spoken_to() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, authority().pem()).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 8];
        stream.read_exact(&mut request).unwrap();
        stream.write_all(b"N").unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        rest
    });
    let url =
        format!("postgres://me:s3cret@localhost:{port}/a?sslmode=prefer&sslrootcert={}", file.display());
    assert!(Server::at(&url).unwrap().connect().is_err());
    assert_eq!(heard.join().unwrap(), b"", "not a byte follows in the clear");
}
