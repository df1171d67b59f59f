//! What strangers do to those who work here: a clinician's waiting times at rest, and while a flood runs.
//!
//! Clinicians ask at their own pace, some 250 times a second in all, and do not press on when answers are slow. The
//! strangers press as hard as they can, and their work is done on the same processors.

use crate::chance::Chance;
use crate::http::{Connection, Encoding, Request};
use crate::load::{self, Path};
use crate::report::{Style, Table, figure};
use crate::server::Server;
use crate::site::Site;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Clinicians at work.
const CLINICIANS: usize = 6;
/// How long each of them looks at an answer.
const PACE: Duration = Duration::from_millis(20);
/// Connections of strangers that press.
const STRANGERS: usize = 32;
/// Connections of strangers that never end a request. The program takes 1,024 in all.
const SLOW: usize = 900;
/// Runs of each kind, of which the middle one counts.
const ROUNDS: usize = 3;
const PATHS: [Path; 3] = [Path::Caseload, Path::Overview, Path::Submit];

/// What strangers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flood {
    None,
    /// Wrong passwords, each from another address.
    SignIns,
    /// A page that anybody may read.
    Pages,
    /// Heads of requests of which a byte arrives now and then.
    Slow,
}

impl Flood {
    const ALL: [Flood; 4] = [Flood::None, Flood::SignIns, Flood::Pages, Flood::Slow];

    fn name(self) -> &'static str {
        match self {
            Flood::None => "at rest",
            Flood::SignIns => "sign-ins",
            Flood::Pages => "anonymous pages",
            Flood::Slow => "slow connections",
        }
    }
}

/// What one run gave.
#[derive(Clone, Copy, Default)]
struct Run {
    p50: f64,
    p99: f64,
    failures: f64,
    /// Answers the strangers had a second.
    strangers: f64,
}

/// Sign-ins a second with nothing else to do: each with a wrong password, each from another address.
pub fn sign_ins(server: &Server, time: Duration) -> f64 {
    let mut runs: Vec<f64> =
        (0..ROUNDS).map(|_| run(server, &[], Path::Static, Flood::SignIns, time).strangers).collect();
    runs.sort_by(f64::total_cmp);
    runs[ROUNDS / 2]
}

/// The table of waiting times, and for each path and flood by how much the 99th percentile grew.
pub fn measure(server: &Server, sites: &[Site], time: Duration, style: Style) -> String {
    let mut table = Table::new(&[
        "path",
        "meanwhile",
        "p50 ms",
        "p99 ms",
        "× at rest",
        "spread of p99 ms",
        "strangers/s",
        "failed",
    ]);
    for path in PATHS {
        let mut runs: Vec<Vec<Run>> = vec![Vec::new(); Flood::ALL.len()];
        for _ in 0..ROUNDS {
            for (kind, flood) in runs.iter_mut().zip(Flood::ALL) {
                kind.push(run(server, sites, path, flood, time));
            }
        }
        let rest = middle(&runs[0], |run| run.p99);
        for (kind, flood) in runs.iter().zip(Flood::ALL) {
            let p99 = middle(kind, |run| run.p99);
            let least = kind.iter().map(|run| run.p99).fold(f64::INFINITY, f64::min);
            let most = kind.iter().map(|run| run.p99).fold(0.0, f64::max);
            table.row(vec![
                path.name().to_owned(),
                flood.name().to_owned(),
                figure(middle(kind, |run| run.p50)),
                figure(p99),
                figure(p99 / rest.max(f64::EPSILON)),
                format!("{} to {}", figure(least), figure(most)),
                format!("{:.0}", middle(kind, |run| run.strangers)),
                format!("{:.0}", kind.iter().map(|run| run.failures).sum::<f64>()),
            ]);
        }
    }
    table.text(style)
}

fn middle(runs: &[Run], figure: impl Fn(&Run) -> f64) -> f64 {
    let mut all: Vec<f64> = runs.iter().map(figure).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}

fn run(server: &Server, sites: &[Site], path: Path, flood: Flood, time: Duration) -> Run {
    let (stop, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        match flood {
            Flood::None => {}
            Flood::Slow => drop(scope.spawn(|| dawdle(server.address, &stop))),
            Flood::SignIns | Flood::Pages => {
                for number in 0..STRANGERS {
                    let (stop, answered) = (&stop, &answered);
                    scope.spawn(move || press(server.address, (flood, number), stop, answered));
                }
            }
        }
        // The flood stands before anybody is timed.
        std::thread::sleep(Duration::from_millis(500));
        let (before, start) = (answered.load(Ordering::Relaxed), Instant::now());
        let clinicians: Vec<_> = (0..CLINICIANS.min(sites.len()))
            .map(|number| scope.spawn(move || clinician(server, &sites[number], path, time)))
            .collect();
        if clinicians.is_empty() {
            std::thread::sleep(time);
        }
        let mut times = Vec::new();
        let mut failures = 0;
        for clinician in clinicians {
            let (own, failed) = clinician.join().unwrap_or((Vec::new(), 1));
            times.extend(own);
            failures += failed;
        }
        let strangers = (answered.load(Ordering::Relaxed) - before) as f64 / start.elapsed().as_secs_f64();
        stop.store(true, Ordering::Relaxed);
        times.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let index = (share * times.len().saturating_sub(1) as f64).round() as usize;
            times.get(index).copied().unwrap_or_default()
        };
        Run { p50: at(0.5), p99: at(0.99), failures: failures as f64, strangers }
    })
}

/// Milliseconds of each answer, and how many were none.
fn clinician(server: &Server, site: &Site, path: Path, time: Duration) -> (Vec<f64>, usize) {
    let chance = Chance::new(u64::from(std::process::id()));
    let (mut times, mut failures) = (Vec::new(), 0);
    let Ok(mut connection) = Connection::open(server.address, &site.cookie, Encoding::Gzip) else {
        return (times, 1);
    };
    let start = Instant::now();
    while start.elapsed() < time {
        std::thread::sleep(PACE);
        let request = path.request(site, times.len(), &chance);
        let asked = Instant::now();
        match connection.ask(&request) {
            Ok(answer) if load::is_answered(answer.status) => {
                times.push(asked.elapsed().as_secs_f64() * 1000.0)
            }
            _ => failures += 1,
        }
    }
    (times, failures)
}

fn press(address: SocketAddr, (flood, number): (Flood, usize), stop: &AtomicBool, answered: &AtomicUsize) {
    let chance = Chance::new(number as u64);
    let Ok(mut connection) = Connection::open(address, "", Encoding::Gzip) else { return };
    while !stop.load(Ordering::Relaxed) {
        let request = match flood {
            Flood::SignIns => {
                let [a, b, c, ..] = chance.bits().to_le_bytes();
                let form =
                    format!("email=stranger{number}%40example.org&password=plum+tree+{a}+at+dusk&next=");
                Request::post("/sign-in", form).from(format!("100.{}.{b}.{c}", a % 64 + 64))
            }
            _ => Request::get("/help"),
        };
        // A try that is turned away has been answered too.
        answered.fetch_add(usize::from(connection.ask(&request).is_ok()), Ordering::Relaxed);
    }
}

/// Keeps heads of requests under way, a byte at a time; opens another one where the server has let one go.
fn dawdle(address: SocketAddr, stop: &AtomicBool) {
    let open = || {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1)).ok()?;
        stream.write_all(b"GET /help HTTP/1.1\r\nHost: x\r\nX-Slow: ").ok()?;
        Some(stream)
    };
    let mut streams: Vec<Option<TcpStream>> = (0..SLOW).map(|_| open()).collect();
    while !stop.load(Ordering::Relaxed) {
        for stream in &mut streams {
            let alive = stream.as_mut().is_some_and(|stream| stream.write_all(b"a").is_ok());
            if !alive {
                *stream = open();
            }
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}
