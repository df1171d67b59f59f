//! Answering on a listener until somebody asks to stop.

use super::metrics::{self, Metrics};
use super::proxies::{self, Proxies};
use super::routes::router;
use super::state::{Https, Web};
use super::tls::Tls;
use axum::extract::ConnectInfo;
use axum::middleware::from_fn_with_state;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Most bytes of a request's head.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Once more than half of the places are taken, whoever comes has this share of the time for the head of a request: those
/// who dawdle make room the sooner, and nobody else notices.
const IN_A_CROWD: u32 = 5;

/// What a stranger may take up before having said anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at once; further ones wait to be accepted.
    pub connections: usize,
    /// Longest a connection may take to agree on encryption, and again to send the head of a request; a fifth of it once
    /// more than half of the places are taken.
    pub head: Duration,
    /// Longest the requests under way may take after somebody asked to stop.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { connections: 1024, head: Duration::from_secs(15), farewell: Duration::from_secs(20) }
    }
}

/// Where people come in. A plain [`TcpListener`] becomes one without encryption.
pub struct Entrance {
    /// The listener.
    pub tcp: TcpListener,
    /// Its certificate; `None` speaks plain HTTP.
    pub tls: Option<Tls>,
    /// Where requests are counted.
    pub metrics: Metrics,
    /// Proxies whose word about the caller's address counts.
    pub proxies: Proxies,
}

impl From<TcpListener> for Entrance {
    fn from(tcp: TcpListener) -> Entrance {
        Entrance { tcp, tls: None, metrics: Metrics::default(), proxies: Proxies::default() }
    }
}

/// Serves until `stop` completes; requests under way are finished first.
///
/// # Errors
/// The listener's failure.
pub async fn serve(
    entrance: impl Into<Entrance>,
    web: Web,
    limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let Entrance { tcp, tls, metrics, proxies } = entrance.into();
    let mut app = router(web).layer(from_fn_with_state(metrics.clone(), metrics::observe));
    app = app.layer(from_fn_with_state(proxies, proxies::behind));
    if tls.is_some() {
        app = app.layer(Extension(Https));
    }
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut stop = pin!(stop);
    loop {
        let arrival = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, tcp.accept().await)
        };
        let (place, accepted) = tokio::select! {
            arrived = arrival => arrived,
            () = &mut stop => break,
        };
        let crowded = places.available_permits() < limits.connections / 2;
        let (stream, peer) = match accepted {
            Ok(arrived) => arrived,
            Err(failure) => {
                // Out of descriptors, or the caller has gone already: neither is a reason to stop serving.
                tracing::warn!(%failure, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let head = if crowded { limits.head / IN_A_CROWD } else { limits.head };
        let caller = Caller { app: app.clone(), peer, head, watcher: graceful.watcher() };
        let (tls, counted) = (tls.clone(), metrics.connected());
        tokio::spawn(async move {
            caller.answer(stream, tls).await;
            drop((place, counted));
        });
    }
    drop(tcp);
    // Whoever is slower than this has to send again.
    tokio::time::timeout(limits.farewell, graceful.shutdown()).await.ok();
    Ok(())
}

/// One connection, before it has said anything.
struct Caller {
    app: Router,
    peer: SocketAddr,
    /// Longest it may take to agree on encryption, and again to send the head of a request.
    head: Duration,
    watcher: Watcher,
}

impl Caller {
    async fn answer(self, stream: TcpStream, tls: Option<Tls>) {
        // Small answers should not wait for a full packet; where the option is refused they just do.
        stream.set_nodelay(true).ok();
        match tls {
            None => self.converse(stream).await,
            Some(tls) => {
                let agreed = tokio::time::timeout(self.head, tls.acceptor.accept(stream)).await;
                // Scanners and callers who break off are no failure of ours.
                if let Ok(Ok(stream)) = agreed {
                    self.converse(stream).await;
                }
            }
        }
    }

    async fn converse(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let service = TowerToHyperService::new(self.app.layer(Extension(ConnectInfo(self.peer))));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.head)
            .max_header_size(HEAD_BYTES_MAX)
            .serve_connection(TokioIo::new(stream), service);
        // A caller who breaks off is no failure of ours.
        self.watcher.watch(connection).await.ok();
    }
}
