//! Hashing and checking passwords: Argon2id, off the async threads, on half of the processors at most, so that a flood
//! of tries costs its senders and not everybody else.

use crate::App;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use domain::password::{self, Blocklist, PasswordProblem};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization;

/// The 100,000 most common passwords, as hashes; `content/passwords/README.md` says where they are from.
static COMMON: &[u8] = include_bytes!("../../../content/passwords/common.bin");

/// Memory of one hash in KiB (19 MiB), as OWASP advises for Argon2id with two passes on one lane.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
/// Share of the processors that may be busy with hashes: half of them, so that the other half answers everybody else.
const SHARE_OF_PROCESSORS: usize = 2;
/// Longest a try waits for its turn.
const TURN_SECONDS: u64 = 5;

/// Too many tries wait for their turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many tries at once; try again in a moment")]
pub(crate) struct Crowded;

/// A password as it was typed. Never printed.
#[derive(Clone)]
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Password {
    /// Takes what was typed, in the form that is the same on every keyboard (NFKC).
    #[must_use]
    pub fn typed(text: &str) -> Password {
        // Normalising may lengthen a text many times over; what is too long anyway is not normalised.
        let short = text.len() <= 4 * password::MOST_BYTES;
        Password(if short { text.nfkc().collect() } else { text.to_owned() })
    }

    /// Whether it may be chosen. `about` are words others know of its owner.
    ///
    /// # Errors
    /// [`PasswordProblem`].
    pub(crate) fn check(&self, least: usize, about: &[&str]) -> Result<(), PasswordProblem> {
        password::check(&self.0, least, Blocklist::of(COMMON), about)
    }
}

/// The right to compute a hash now. Whoever computes holds it too: a try that is given up (the browser went away, the
/// request took too long) frees its place only when its hash is done.
pub(crate) struct Turn(Arc<OwnedSemaphorePermit>);

impl Turn {
    /// Computes beside the threads that answer requests. `None` when the computation failed.
    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let held = self.0.clone();
        let done = tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop(held);
            outcome
        });
        done.await.ok()
    }
}

/// Gives turns.
#[derive(Clone)]
pub(crate) struct Turns(Arc<Semaphore>);

impl Default for Turns {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Turns(Arc::new(Semaphore::new((processors / SHARE_OF_PROCESSORS).max(1))))
    }
}

impl Turns {
    async fn next(&self) -> Result<Turn, Crowded> {
        let wait = Duration::from_secs(TURN_SECONDS);
        let turn = tokio::time::timeout(wait, self.0.clone().acquire_owned()).await;
        turn.ok().and_then(Result::ok).map(|permit| Turn(Arc::new(permit))).ok_or(Crowded)
    }
}

impl App {
    /// Waits for a turn to hash. Held over the whole try, so that tries at one account follow each other.
    pub(crate) async fn turn(&self) -> Result<Turn, Crowded> {
        self.turns.next().await
    }

    /// The hash to keep of a password.
    pub(crate) async fn hashed(&self, turn: &Turn, password: Password) -> Result<String, Crowded> {
        let salt = self.entropy.secret();
        let hash = turn.compute(move || hash(&password, &salt)).await;
        hash.flatten().ok_or(Crowded)
    }

    /// Whether a password belongs to a hash. Without a hash it takes as long and says no.
    pub(crate) async fn matches(&self, turn: &Turn, password: Password, kept: Option<String>) -> bool {
        let check = move || {
            let known = kept.is_some() && password.0.len() <= password::MOST_BYTES;
            let kept = kept.filter(|_| known);
            let against = kept.as_deref().unwrap_or(&NOBODY);
            let bytes: &[u8] = if known { password.0.as_bytes() } else { b"nobody" };
            argon2().is_some_and(|argon2| argon2.verify_password(bytes, against).is_ok()) && known
        };
        turn.compute(check).await.unwrap_or(false)
    }
}

/// The hash of no one's password, to be compared with when there is nobody.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash(&Password("nobody at all".into()), &[7; 32]).unwrap_or_default());

fn argon2() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &Password, salt: &[u8; 32]) -> Option<String> {
    let hash = argon2()?.hash_password_with_salt(password.0.as_bytes(), &salt[..16]).ok()?;
    Some(hash.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_hash_says_how_it_was_made_and_knows_its_password_however_it_was_typed() {
        let kept = hash(&Password::typed("Ångström ﬁne"), &[1; 32]).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        let same = Password::typed("A\u{30a}ngstro\u{308}m fine");
        assert!(argon2().unwrap().verify_password(same.0.as_bytes(), kept.as_str()).is_ok());
        assert!(argon2().unwrap().verify_password(b"Angstrom fine", kept.as_str()).is_err());
    }

    fn turns(bound: usize) -> Turns {
        Turns(Arc::new(Semaphore::new(bound)))
    }

    #[tokio::test]
    async fn a4_never_more_hashings_at_once_than_the_bound() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let (turns, running, most) = (turns(2), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let one_try = || {
            let (turns, running, most) = (turns.clone(), running.clone(), most.clone());
            tokio::spawn(async move {
                let turn = turns.next().await.unwrap();
                let work = move || {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_millis(5));
                    running.fetch_sub(1, Ordering::SeqCst);
                };
                turn.compute(work).await.unwrap();
            })
        };
        let tries: Vec<_> = (0..40).map(|_| one_try()).collect();
        for done in tries {
            done.await.unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), 2, "both places were used, and no third one");
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        assert!(Turns::default().0.available_permits() <= processors.div_ceil(2));
    }

    #[tokio::test]
    async fn a4_a_try_given_up_keeps_its_place_until_its_hash_is_done() {
        let turns = turns(1);
        let turn = turns.next().await.unwrap();
        let (finish, wait) = std::sync::mpsc::channel::<()>();
        let mut computing = Box::pin(turn.compute(move || wait.recv()));
        assert!(tokio::time::timeout(Duration::from_millis(20), &mut computing).await.is_err());
        drop(computing);
        drop(turn);
        assert_eq!(turns.0.available_permits(), 0, "the browser went away, the hash is still computed");
        finish.send(()).unwrap();
        assert!(turns.next().await.is_ok());
    }

    #[tokio::test]
    async fn a4_while_a_flood_of_sign_ins_waits_another_page_is_answered() {
        use crate::context::Origin;
        use domain::access::Actor;
        store::testing::each_engine(async |db| {
            let (app, _) = crate::testing::bare(db);
            let bound = u32::try_from(app.turns.0.available_permits()).unwrap();
            let busy = app.turns.0.clone().acquire_many_owned(bound).await.unwrap();
            let one_try = || {
                let app = app.clone();
                let ctx = app.ctx(Actor::Visitor, jiff::tz::TimeZone::UTC, Origin::Web("192.0.2.1".into()));
                tokio::spawn(async move {
                    let password = Password::typed("plum tree at dusk");
                    app.sign_in(&ctx, "nobody@example.org", password, "").await
                })
            };
            let flood: Vec<_> = (0..200).map(|_| one_try()).collect();
            tokio::time::sleep(Duration::from_millis(100)).await;
            let page = tokio::time::timeout(Duration::from_secs(1), app.practices()).await;
            assert_eq!(page.unwrap().unwrap(), Vec::new(), "another page is answered at once");
            assert!(flood.iter().all(|waiting| !waiting.is_finished()), "no try found a place");
            flood.iter().for_each(tokio::task::JoinHandle::abort);
            drop(busy);
            assert!(app.turn().await.is_ok(), "whoever comes after the flood has a turn");
        })
        .await;
    }

    #[test]
    fn a3_a_hundred_thousand_common_passwords_are_refused_in_every_dress() {
        let list = Blocklist::of(COMMON);
        assert!(list.len() >= 100_000, "{}", list.len());
        assert!(COMMON.chunks(5).is_sorted(), "the search needs them in order");
        let refused = |text: &str| Password::typed(text).check(8, &["Amina Okello", "Lakeside Practice"]);
        let dressed = [
            "Password1",
            "ＰＡＳＳＷＯＲＤ１２３",
            "passwordpassword",
            "!sunshine1!",
            "iloveyou2",
            "Trustno1...",
        ];
        for common in dressed.into_iter().chain(["qwertyuiop", "football12", "1q2w3e4r5t"]) {
            assert_eq!(refused(common), Err(PasswordProblem::Common), "{common}");
        }
        assert_eq!(refused("Okello-Amina-87"), Err(PasswordProblem::AboutYou));
        assert_eq!(refused("plum tree at dusk"), Ok(()));
    }

    #[test]
    fn a3_hardly_any_good_password_is_taken_for_a_common_one() {
        let list = Blocklist::of(COMMON);
        let wrongly = (0..200_000).filter(|n| list.holds(&format!("plum tree {n} at dusk"))).count();
        assert!(wrongly <= 1, "{wrongly} of 200,000; by the size of the hash 0.02 are to be expected");
    }
}
