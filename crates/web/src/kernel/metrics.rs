//! What the program counts of its own work: requests by route pattern and status, and how long they took.
//!
//! Labels are route patterns, methods and classes of status, never a path, an id or anything a person wrote.

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tracing::Instrument;

/// Upper bounds of the buckets, in milliseconds.
const BOUNDS_MS: [u64; 10] = [1, 2, 5, 10, 25, 50, 100, 250, 1_000, 15_000];

/// Counters of one serving program. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    series: RwLock<BTreeMap<(Method, String), Arc<Series>>>,
    open: AtomicU64,
    requests: AtomicU64,
}

/// One route and method.
#[derive(Debug, Default)]
struct Series {
    /// By hundreds of the status: 1xx to 5xx.
    answers: [AtomicU64; 5],
    /// One more than the bounds: what took longer than all of them.
    buckets: [AtomicU64; BOUNDS_MS.len() + 1],
    microseconds: AtomicU64,
}

impl Metrics {
    /// Counts a connection for as long as the answer is kept.
    pub(super) fn connected(&self) -> Connected {
        self.inner.open.fetch_add(1, Relaxed);
        Connected(Arc::clone(&self.inner))
    }

    fn series(&self, method: &Method, route: &str) -> Arc<Series> {
        let key = (method.clone(), route.to_owned());
        if let Some(known) = self.inner.series.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(known);
        }
        let mut series = self.inner.series.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(series.entry(key).or_default())
    }

    fn count(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let series = self.series(method, route);
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        series.answers[class].fetch_add(1, Relaxed);
        let bucket = BOUNDS_MS.iter().position(|bound| took <= Duration::from_millis(*bound));
        series.buckets[bucket.unwrap_or(BOUNDS_MS.len())].fetch_add(1, Relaxed);
        series.microseconds.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Relaxed);
    }

    /// Everything counted, in the text format that Prometheus reads.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::from("# TYPE attune_connections_open gauge\n");
        // Writing to a String cannot fail.
        let _ = writeln!(out, "attune_connections_open {}", self.inner.open.load(Relaxed));
        out += "# TYPE attune_requests_total counter\n# TYPE attune_request_seconds histogram\n";
        let series = self.inner.series.read().unwrap_or_else(PoisonError::into_inner);
        for ((method, route), series) in series.iter() {
            series.write(&mut out, &format!("method=\"{method}\",route=\"{route}\""));
        }
        out
    }
}

impl Series {
    fn write(&self, out: &mut String, labels: &str) {
        for (class, answers) in self.answers.iter().enumerate() {
            let answers = answers.load(Relaxed);
            if answers > 0 {
                let _ =
                    writeln!(out, "attune_requests_total{{{labels},status=\"{}xx\"}} {answers}", class + 1);
            }
        }
        let mut sum = 0;
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS_MS) {
            sum += bucket.load(Relaxed);
            let le = Duration::from_millis(bound).as_secs_f64();
            let _ = writeln!(out, "attune_request_seconds_bucket{{{labels},le=\"{le}\"}} {sum}");
        }
        sum += self.buckets[BOUNDS_MS.len()].load(Relaxed);
        let seconds = Duration::from_micros(self.microseconds.load(Relaxed)).as_secs_f64();
        let _ = writeln!(out, "attune_request_seconds_bucket{{{labels},le=\"+Inf\"}} {sum}");
        let _ = writeln!(out, "attune_request_seconds_sum{{{labels}}} {seconds}");
        let _ = writeln!(out, "attune_request_seconds_count{{{labels}}} {sum}");
    }
}

/// A connection that is open.
#[derive(Debug)]
pub(super) struct Connected(Arc<Inner>);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Relaxed);
    }
}

/// Counts a request and writes its line to the log: an id, the route's pattern, the status, the time it took. What else
/// is logged on the way carries the same id.
pub(super) async fn observe(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let id = metrics.inner.requests.fetch_add(1, Relaxed);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    let span = tracing::info_span!(target: "attune::request", "request", id);
    let began = Instant::now();
    let response = next.run(request).instrument(span).await;
    let (status, took) = (response.status(), began.elapsed());
    metrics.count(&method, route, status, took);
    let (status, ms) = (status.as_u16(), took.as_secs_f64() * 1000.0);
    tracing::info!(target: "attune::request", id, %method, route, status, ms, "answered");
    response
}

/// Serves the page that a collector reads, on a listener of its own on this machine, for as long as the program runs.
pub async fn serve_metrics(listener: TcpListener, metrics: Metrics) {
    let app = page(metrics);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let service = TowerToHyperService::new(app.clone());
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(15));
        tokio::spawn(builder.serve_connection(TokioIo::new(stream), service));
    }
}

fn page(metrics: Metrics) -> Router {
    let text = |State(metrics): State<Metrics>| async move {
        ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.text()).into_response()
    };
    Router::new().route("/metrics", get(text)).with_state(metrics)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_pattern_class_and_time() {
        let metrics = Metrics::default();
        let route = "/clients/{client}";
        metrics.count(&Method::GET, route, StatusCode::OK, Duration::from_micros(1_500));
        metrics.count(&Method::GET, route, StatusCode::NOT_FOUND, Duration::from_secs(60));
        let held = metrics.connected();
        let text = metrics.text();
        for line in [
            "attune_connections_open 1",
            "attune_requests_total{method=\"GET\",route=\"/clients/{client}\",status=\"2xx\"} 1",
            "attune_requests_total{method=\"GET\",route=\"/clients/{client}\",status=\"4xx\"} 1",
            "attune_request_seconds_bucket{method=\"GET\",route=\"/clients/{client}\",le=\"0.001\"} 0",
            "attune_request_seconds_bucket{method=\"GET\",route=\"/clients/{client}\",le=\"0.002\"} 1",
            "attune_request_seconds_bucket{method=\"GET\",route=\"/clients/{client}\",le=\"+Inf\"} 2",
            "attune_request_seconds_count{method=\"GET\",route=\"/clients/{client}\"} 2",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
        drop(held);
        assert!(metrics.text().contains("attune_connections_open 0"));
    }
}
