//! Forms that are sent twice: a double click, Back and send again, a lost answer. The corridor does the work once; here
//! is where the second sending learns what the first one led to.

use crate::App;
use crate::context::Ctx;
use domain::access::{Actor, Person};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use store::{Across, StoreError, form_keys};

/// A form that was sent is known for this long.
const KNOWN_HOURS: i64 = 48;

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
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        Submission { form: hex(&hash.finalize()), sending: hex(&app.entropy.secret()) }
    }

    pub(crate) fn text(&self) -> &str {
        &self.form
    }
}

impl App {
    /// Keeps where a submission led its sender.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn remember_result(
        &self,
        person: &Person,
        submission: Submission,
        result: String,
    ) -> Result<(), StoreError> {
        let whose = (person.practice, person.account);
        let keep = move |tx: &mut store::Tx<'_>| form_keys::set_result(tx, whose, submission.text(), &result);
        self.db.write_in(whose.0, keep).await
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
        let whose = (person.practice, person.account);
        self.db.read_in(whose.0, move |tx| form_keys::result(tx, whose, submission.text())).await
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
pub(crate) fn first_time(tx: &mut store::Tx<'_>, ctx: &Ctx) -> Result<bool, StoreError> {
    let (Some(submission), Actor::Person(person)) = (&ctx.submission, &ctx.actor) else { return Ok(true) };
    let sent = (submission.form.as_str(), submission.sending.as_str());
    form_keys::spend(tx, (person.practice, person.account), sent, ctx.now)
}
