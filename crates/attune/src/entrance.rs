//! Where people come in: the listener, its certificate, and the page for a collector of metrics.

use crate::cli::Serve;
use crate::deeds::{self, Job};
use crate::failure::Failure;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use web::{Entrance, Metrics, Proxies, Tls};

/// How often the certificate's files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Takes hold of the address, reads the certificate, and offers the metrics where that was asked for.
///
/// # Errors
/// The address would be open to others without encryption, is taken, or the certificate cannot be used.
pub async fn open(args: &Serve) -> Result<Entrance, Failure> {
    let tls = match (&args.tls_certificate, &args.tls_key) {
        (Some(certificate), Some(key)) => Some(Tls::from_files(certificate, key)?),
        _ => None,
    };
    if tls.is_none() && !args.listen.ip().is_loopback() && !args.behind_tls_proxy {
        return Err(Failure::Plain(args.listen));
    }
    let metrics = Metrics::default();
    if let Some(address) = args.metrics {
        offer(address, metrics.clone()).await?;
    }
    if let Some(tls) = tls.clone() {
        deeds::start(Job::Certificate, refresh(tls));
    }
    let proxies = Proxies::from(args.trusted_proxy.as_slice());
    Ok(Entrance { tcp: listen(args.listen).await?, tls, metrics, proxies })
}

/// Takes hold of an address.
///
/// # Errors
/// It is taken, or not ours.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|source| Failure::Listen { address, source })
}

/// The address people use, as far as the program knows it.
pub fn address(entrance: &Entrance, asked: SocketAddr) -> String {
    let scheme = if entrance.tls.is_some() { "https" } else { "http" };
    format!("{scheme}://{}", entrance.tcp.local_addr().unwrap_or(asked))
}

/// Serves the metrics on this machine, until the program ends.
async fn offer(address: SocketAddr, metrics: Metrics) -> Result<(), Failure> {
    if !address.ip().is_loopback() {
        return Err(Failure::Plain(address));
    }
    let listener = listen(address).await?;
    deeds::start(Job::Figures, web::serve_metrics(listener, metrics));
    Ok(())
}

/// Takes up a new certificate when its files change, or at once on SIGHUP.
async fn refresh(tls: Tls) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    #[cfg(unix)]
    let mut told = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok();
    loop {
        #[cfg(unix)]
        match &mut told {
            Some(told) => tokio::select! { _ = ticks.tick() => {}, _ = told.recv() => {} },
            None => drop(ticks.tick().await),
        }
        #[cfg(not(unix))]
        ticks.tick().await;
        match tls.refresh() {
            Ok(true) => tracing::info!("the new certificate is in use"),
            Ok(false) => {}
            Err(failure) => {
                tracing::error!(%failure, "the new certificate cannot be used; the old one stays");
            }
        }
    }
}
