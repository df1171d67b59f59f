//! Forms that are sent twice: a double click, Back and send again, a lost answer. The corridor does the work once; here
//! is where the second sending learns what the first one led to: at once from what this process remembers, later from
//! the database, into which the addresses of a second go together. One that is lost with the process costs nothing but
//! the way: a second sending is then told that the first one was saved.

use crate::App;
use crate::context::Ctx;
use domain::access::{Actor, Person};
use domain::ids::{AccountId, PracticeId};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::{Across, StoreError, Tx, form_keys};

/// A form that was sent is known for this long.
const KNOWN_HOURS: i64 = 48;
/// Addresses of so long are written down together.
const TOGETHER: Duration = Duration::from_secs(1);
/// Bytes of the hash that tells submissions of one person apart: nobody but that person could make two alike.
const FORM_BYTES: usize = 16;
/// Bytes of what tells two sendings of one submission apart.
const SENDING_BYTES: usize = 8;

/// One sending of one form: its key, where it was sent and all that was in it. The same key with other words in the
/// form is another submission, so that nothing typed is ever thrown away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    form: String,
    /// Which request it came with.
    sending: String,
}

impl Submission {
    /// From the path, and the body with the form's key in it.
    #[must_use]
    pub fn of(app: &App, path: &str, body: &[u8]) -> Submission {
        let mut hash = Sha256::new();
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(body);
        let text = |bytes: &[u8]| data_encoding::BASE64URL_NOPAD.encode(bytes);
        let (form, sending) = (hash.finalize(), app.entropy.secret());
        Submission { form: text(&form[..FORM_BYTES]), sending: text(&sending[..SENDING_BYTES]) }
    }
}

/// Whose submission.
type Sent = (PracticeId, AccountId, String);

/// Where submissions led, until that is in the database.
#[derive(Clone, Default)]
pub(crate) struct Led(Arc<Mutex<HashMap<Sent, String>>>);

impl Led {
    fn map(&self) -> MutexGuard<'_, HashMap<Sent, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one in; says whether it is the first since all before it were written down.
    fn add(&self, sent: Sent, place: String) -> bool {
        let mut map = self.map();
        map.insert(sent, place);
        map.len() == 1
    }

    /// What is not written down yet, by practice.
    fn by_practice(&self) -> HashMap<PracticeId, Vec<(AccountId, String, String)>> {
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for ((practice, account, form), place) in self.map().iter() {
            found.entry(*practice).or_default().push((*account, form.clone(), place.clone()));
        }
        found
    }
}

impl App {
    /// Keeps where a submission led its sender: known at once, and written down within a second or so with others. Whoever
    /// happens to be the first of them waits for that.
    pub async fn remember_result(&self, person: &Person, submission: Submission, place: String) {
        if !self.led.add((person.practice, person.account, submission.form), place) {
            return;
        }
        loop {
            tokio::time::sleep(TOGETHER).await;
            for (practice, places) in self.led.by_practice() {
                self.write_down(practice, places).await;
            }
            if self.led.map().is_empty() {
                return;
            }
        }
    }

    async fn write_down(&self, practice: PracticeId, places: Vec<(AccountId, String, String)>) {
        let sent: Vec<Sent> =
            places.iter().map(|(account, form, _)| (practice, *account, form.clone())).collect();
        let keep = move |tx: &mut Tx<'_>| form_keys::set_results(tx, practice, &places);
        if let Err(failure) = self.db.write_in(practice, keep).await {
            tracing::warn!(%failure, "where some forms led could not be kept");
        }
        let mut map = self.led.map();
        sent.iter().for_each(|one| drop(map.remove(one)));
    }

    /// Where an earlier sending of the same form led, once that is known.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn earlier_result(
        &self,
        person: &Person,
        submission: Submission,
    ) -> Result<Option<String>, StoreError> {
        let (practice, account, form) = (person.practice, person.account, submission.form);
        let known = self.led.map().get(&(practice, account, form.clone())).cloned();
        if known.is_some() {
            return Ok(known);
        }
        self.db.read_in(practice, move |tx| form_keys::result(tx, (practice, account), &form)).await
    }

    /// Forgets forms that were sent more than two days ago; gives how many.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn sweep_submissions(&self) -> Result<u64, StoreError> {
        let now = self.now();
        let before = now.saturating_sub(SignedDuration::from_hours(KNOWN_HOURS)).unwrap_or(now);
        self.db.across_practices(Across::Sweeping).write(move |tx| form_keys::sweep(tx, before)).await
    }
}

/// Whether no other request brought the same form before. A request without a form's key is always the first.
pub(crate) fn first_time(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<bool, StoreError> {
    let (Some(submission), Actor::Person(person)) = (&ctx.submission, &ctx.actor) else { return Ok(true) };
    let sent = (submission.form.as_str(), submission.sending.as_str());
    form_keys::spend(tx, (person.practice, person.account), sent, ctx.now)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testing::World;

    async fn known(world: &World, person: &Person, forms: &[Submission; 2]) -> Vec<Option<String>> {
        let mut known = Vec::new();
        for form in forms {
            known.push(world.app.earlier_result(person, form.clone()).await.unwrap());
        }
        known
    }

    #[tokio::test]
    async fn r7_where_a_form_led_is_known_at_once_and_afterwards_in_the_database() {
        store::testing::each_engine(async |db| {
            let world = World::new(db).await;
            let ctx = world.ctx(world.therapist).await;
            let Actor::Person(person) = &ctx.actor else { return };
            let forms = [b"x=1", b"x=2"].map(|body| Submission::of(&world.app, "/a", body));
            let owner = (person.practice, person.account);
            for Submission { form, sending } in forms.clone() {
                let spend = move |tx: &mut Tx<'_>| form_keys::spend(tx, owner, (&form, &sending), ctx.now);
                assert!(world.app.db.write_in(owner.0, spend).await.unwrap());
            }
            assert_eq!(known(&world, person, &forms).await, [None, None]);
            let [one, other] = forms.clone();
            let places = ["/one", "/other"].map(|place| Some(place.to_owned()));
            let (first, whose) = (world.app.clone(), person.clone());
            let written =
                tokio::spawn(async move { first.remember_result(&whose, one, "/one".into()).await });
            tokio::task::yield_now().await;
            world.app.remember_result(person, other, "/other".into()).await;
            assert_eq!(world.app.led.map().len(), 2, "nothing was written down so far");
            assert_eq!(known(&world, person, &forms).await, places);
            written.await.unwrap();
            assert!(world.app.led.map().is_empty(), "the first one waited until both were");
            assert_eq!(known(&world, person, &forms).await, places);
        })
        .await;
    }
}
