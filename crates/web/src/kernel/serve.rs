//! Answering on a listener until somebody asks to stop.

use super::routes::router;
use super::state::Web;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Serves until `stop` completes; requests under way are finished first.
///
/// # Errors
/// The listener's failure.
pub async fn serve(
    listener: TcpListener,
    web: Web,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(web).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
