//! Load: some connections that ask as fast as they are answered, and what came of it.

use crate::chance::Chance;
use crate::http::{Connection, Encoding, Request};
use crate::server::Server;
use crate::site::Site;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// `/help`: the server's own static page, the measure of all others.
    Static,
    /// The list of one's clients.
    Caseload,
    /// The page before the session.
    Overview,
    /// A PHQ-9 that is sent in.
    Submit,
    /// One after the other of the three above.
    Mixed,
}

impl Path {
    pub const MEASURED: [Path; 4] = [Path::Static, Path::Caseload, Path::Overview, Path::Submit];

    pub fn name(self) -> &'static str {
        match self {
            Path::Static => "static page",
            Path::Caseload => "caseload",
            Path::Overview => "client overview",
            Path::Submit => "submit a PHQ-9",
            Path::Mixed => "mixed",
        }
    }

    /// The next request of one connection.
    pub fn request(self, site: &Site, count: usize, chance: &Chance) -> Request {
        let turn = match (self, count % 3) {
            (Path::Mixed, 0) => Path::Caseload,
            (Path::Mixed, 1) => Path::Overview,
            (Path::Mixed, _) => Path::Submit,
            (path, _) => path,
        };
        let index = usize::try_from(chance.bits() >> 1).unwrap_or(0);
        match turn {
            Path::Overview if !site.overviews.is_empty() => {
                Request::get(site.overviews[index % site.overviews.len()].clone())
            }
            Path::Submit if !site.forms.is_empty() => site.forms[index % site.forms.len()].filled(chance),
            Path::Static => Request::get("/help"),
            _ => Request::get("/clients"),
        }
    }
}

/// Whether an answer is the one that the request wants.
pub fn is_answered(status: u16) -> bool {
    matches!(status, 200 | 303)
}

/// When a run is over.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    /// After some time.
    Elapsed(Duration),
    /// After so many requests in all.
    Requests(usize),
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub requests: usize,
    pub failures: usize,
    /// What the first failure was.
    pub failure: Option<String>,
    pub seconds: f64,
    /// Times of all requests in microseconds, in order of size.
    times: Vec<u32>,
    /// CPU time a request, of attune.
    pub attune_ms: f64,
    /// CPU time a request, of the database's own processes.
    pub database_ms: f64,
}

impl Outcome {
    pub fn per_second(&self) -> f64 {
        self.requests as f64 / self.seconds.max(f64::EPSILON)
    }

    pub fn cpu_ms(&self) -> f64 {
        self.attune_ms + self.database_ms
    }

    /// Milliseconds in which a share of the requests was answered.
    pub fn percentile_ms(&self, share: f64) -> f64 {
        let last = self.times.len().saturating_sub(1);
        let index = (share * last as f64).round() as usize;
        self.times.get(index).map_or(0.0, |time| f64::from(*time) / 1000.0)
    }
}

/// Runs a load. Each connection acts for one site, in turn.
pub fn run(server: &Server, sites: &[Site], path: Path, connections: usize, until: Until) -> Outcome {
    let stop = AtomicBool::new(false);
    let quota = match until {
        Until::Elapsed(_) => usize::MAX,
        Until::Requests(all) => all.div_ceil(connections),
    };
    let cpu = server.cpu();
    let start = Instant::now();
    let nobody = Site::default();
    let each: Vec<Outcome> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..connections)
            .map(|number| {
                let site = if path == Path::Static { &nobody } else { &sites[number % sites.len()] };
                let stop = &stop;
                scope.spawn(move || worker(server, site, path, (number, quota), stop))
            })
            .collect();
        if let Until::Elapsed(time) = until {
            std::thread::sleep(time);
            stop.store(true, Ordering::Relaxed);
        }
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    let mut all = Outcome { seconds: start.elapsed().as_secs_f64(), ..Outcome::default() };
    let used = server.cpu();
    for one in each {
        all.requests += one.requests;
        all.failures += one.failures;
        all.failure = all.failure.or(one.failure);
        all.times.extend(one.times);
    }
    all.times.sort_unstable();
    let count = (all.requests + all.failures).max(1) as f64;
    all.attune_ms = (used.attune_ms - cpu.attune_ms) / count;
    all.database_ms = (used.database_ms - cpu.database_ms) / count;
    all
}

fn worker(
    server: &Server,
    site: &Site,
    path: Path,
    (number, quota): (usize, usize),
    stop: &AtomicBool,
) -> Outcome {
    let mut outcome = Outcome::default();
    let chance = Chance::new(u64::from(std::process::id()) << 20 | number as u64);
    let mut connection = match Connection::open(server.address, &site.cookie, Encoding::Gzip) {
        Ok(connection) => connection,
        Err(error) => return Outcome { failures: 1, failure: Some(error), ..outcome },
    };
    let mut count = number;
    while outcome.requests + outcome.failures < quota && !stop.load(Ordering::Relaxed) {
        let request = path.request(site, count, &chance);
        count += 1;
        let start = Instant::now();
        let failure = match connection.ask(&request) {
            Ok(answer) if is_answered(answer.status) => {
                outcome.requests += 1;
                let micros = start.elapsed().as_micros();
                outcome.times.push(u32::try_from(micros).unwrap_or(u32::MAX));
                continue;
            }
            Ok(answer) => format!("{} answered {}", request.target, answer.status),
            Err(error) => format!("{}: {error}", request.target),
        };
        outcome.failures += 1;
        outcome.failure.get_or_insert(failure);
    }
    outcome
}

/// Asks `/ready` every 50 ms while something else runs; gives the longest time an answer took, in milliseconds,
/// and how many answers were not "well".
pub fn watch_health(server: &Server, stop: &AtomicBool) -> (f64, usize) {
    let (mut longest, mut unwell) = (0.0_f64, 0);
    while !stop.load(Ordering::Relaxed) {
        let start = Instant::now();
        let asked = Connection::open(server.address, "", Encoding::Plain)
            .and_then(|mut connection| connection.ask(&Request::get("/ready")));
        longest = longest.max(start.elapsed().as_secs_f64() * 1000.0);
        unwell += usize::from(asked.map_or(true, |answer| answer.status != 200));
        std::thread::sleep(Duration::from_millis(50));
    }
    (longest, unwell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_sorted_times() {
        let outcome = Outcome { times: (1..=100).map(|n| n * 1000).collect(), ..Outcome::default() };
        assert_eq!(outcome.percentile_ms(0.50), 51.0);
        assert_eq!(outcome.percentile_ms(0.99), 99.0);
        assert_eq!(Outcome::default().percentile_ms(0.5), 0.0);
    }
}
