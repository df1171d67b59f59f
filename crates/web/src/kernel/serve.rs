//! Answering on a listener until somebody asks to stop.

use super::routes::router;
use super::state::Web;
use axum::Extension;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// What a stranger may take up before having said anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at once; further ones wait to be accepted.
    pub connections: usize,
    /// Longest a connection may take to send the head of a request.
    pub head: Duration,
    /// Longest the requests under way may take after somebody asked to stop.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { connections: 1024, head: Duration::from_secs(15), farewell: Duration::from_secs(20) }
    }
}

/// Serves until `stop` completes; requests under way are finished first.
///
/// # Errors
/// The listener's failure.
pub async fn serve(
    listener: TcpListener,
    web: Web,
    limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let app = router(web);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut stop = pin!(stop);
    loop {
        let arrival = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            arrived = arrival => arrived,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(arrived) => arrived,
            Err(failure) => {
                // Out of descriptors, or the caller has gone already: neither is a reason to stop serving.
                tracing::warn!(%failure, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // Small answers should not wait for a full packet; where the option is refused they just do.
        stream.set_nodelay(true).ok();
        let service = TowerToHyperService::new(app.clone().layer(Extension(ConnectInfo(peer))));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A caller who breaks off is no failure of ours.
            connection.await.ok();
            drop(place);
        });
    }
    drop(listener);
    // Whoever is slower than this has to send again.
    tokio::time::timeout(limits.farewell, graceful.shutdown()).await.ok();
    Ok(())
}
