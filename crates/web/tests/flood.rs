//! A flood of strangers costs its senders, and those who work here hardly anything.

use crate::support::House;
use axum::http::StatusCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Pages that are read in one round.
const PAGES: u32 = 15;
/// Tries that are under way at once.
const FLOOD: usize = 32;
/// Rounds of which the quickest counts: whatever else the machine does spoils single ones.
const ROUNDS: u32 = 5;
/// Half of the processors may hash, so a page may take about twice as long; without that bound it took more than ten
/// times as long.
const TIMES: u32 = 4;

async fn read_pages(house: &House) -> Duration {
    let therapist = house.browser(house.world.therapist).await;
    let start = Instant::now();
    for _ in 0..PAGES {
        assert_eq!(therapist.get("/clients").await.status, StatusCode::OK);
    }
    start.elapsed()
}

/// Strangers who try passwords until they are told to stop; gives how many tries were answered.
async fn flood(house: &Arc<House>, stop: &Arc<AtomicBool>, answered: &Arc<AtomicUsize>) {
    let stranger = |number: usize| {
        let (house, stop, answered) = (house.clone(), stop.clone(), answered.clone());
        async move {
            let email = format!("stranger{number}@example.org");
            let form = [("email", email.as_str()), ("password", "plum tree at dusk")];
            while !stop.load(Ordering::Relaxed) {
                let status = house.visitor().post("/sign-in", &form).await.status;
                let told = [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::TOO_MANY_REQUESTS];
                assert!(told.contains(&status), "{status}");
                answered.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    let strangers: Vec<_> = (0..FLOOD).map(|number| tokio::spawn(stranger(number))).collect();
    for stranger in strangers {
        stranger.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r10_a_flood_of_sign_ins_starves_nobody_who_reads() {
    store::testing::each_engine(async |db| {
        let house = Arc::new(House::new(db).await);
        let (mut at_rest, mut in_flood) = (Duration::MAX, Duration::MAX);
        for _ in 0..ROUNDS {
            at_rest = at_rest.min(read_pages(&house).await);
            let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
            let flood = {
                let (house, stop, answered) = (house.clone(), stop.clone(), answered.clone());
                tokio::spawn(async move { flood(&house, &stop, &answered).await })
            };
            while answered.load(Ordering::Relaxed) < 2 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            in_flood = in_flood.min(read_pages(&house).await);
            assert!(!flood.is_finished(), "the flood went on all the while");
            stop.store(true, Ordering::Relaxed);
            flood.await.unwrap();
        }
        assert!(
            in_flood < at_rest * TIMES + Duration::from_millis(50),
            "{PAGES} pages: {at_rest:?} at rest, {in_flood:?} in the flood"
        );
    })
    .await;
}
