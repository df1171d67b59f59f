//! Sessions of signed-in people: start, recognise, end. Tokens are 256 bits; only their hash is kept.

use crate::App;
use crate::context::{Ctx, Origin};
use crate::links::note;
use domain::access::{Actor, Assurance, Person};
use domain::account::AccountState;
use domain::ids::{AccountId, PracticeId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use store::web_sessions::{self, NewSession, Session};
use store::{Across, StoreError, Tx};

/// A session ends after this long without a request by the person.
pub const IDLE_MINUTES: i64 = 15;
/// A session ends after this long whatever happens.
pub const ABSOLUTE_HOURS: i64 = 12;
/// Activity is written down at most this often; a page view need not cost a write.
const TOUCH_AFTER_SECONDS: i64 = 30;

/// A secret that a browser or a link carries. Never printed, never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// Takes what a cookie or an address carried. Anything at all may stand there.
    #[must_use]
    pub fn presented(text: &str) -> Token {
        Token(text.to_owned())
    }

    /// The text for the cookie or the address.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// A token of 256 random bits.
    pub(crate) fn of(secret: &[u8; 32]) -> Token {
        Token(data_encoding::BASE64URL_NOPAD.encode(secret))
    }

    /// What is kept of it.
    #[must_use]
    pub(crate) fn hash(&self) -> String {
        data_encoding::HEXLOWER.encode(&Sha256::digest(self.0.as_bytes()))
    }
}

/// A person who is signed in, as pages need to know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who acts.
    pub person: Person,
    /// Their name.
    pub name: String,
    /// Where their account stands; somebody invited adds their second factor and nothing else.
    pub state: AccountState,
    /// Their time zone.
    pub zone: TimeZone,
    /// The practice's name.
    pub practice_name: String,
    /// The practice's time zone.
    pub practice_zone: TimeZone,
    /// Whether the practice is a demonstration.
    pub demonstration: bool,
    /// When the session ends whatever happens.
    pub ends_at: Timestamp,
}

impl App {
    /// A new secret token.
    #[must_use]
    pub fn new_token(&self) -> Token {
        Token::of(&self.entropy.secret())
    }

    /// The person behind a session token, if the session still holds. Counts as activity.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn signed_in(&self, token: &Token) -> Result<Option<SignedIn>, StoreError> {
        let (hash, now) = (token.hash(), self.now());
        let wanted = hash.clone();
        let sessions = self.db.across_practices(Across::Session);
        let found: Option<Session> = sessions.read(move |tx| web_sessions::find(tx, &wanted)).await?;
        let Some(session) = found.filter(|session| holds(session, now)) else { return Ok(None) };
        if now.duration_since(session.seen_at) > SignedDuration::from_secs(TOUCH_AFTER_SECONDS) {
            let practice = session.person.practice;
            let touched = self.db.write_in(practice, move |tx| web_sessions::touch(tx, &hash, now)).await;
            // While nothing can be written, whoever is signed in reads on.
            touched
                .or_else(|failure| if self.db.state().fault().is_some() { Ok(()) } else { Err(failure) })?;
        }
        Ok(Some(present(session)))
    }

    /// Ends the session of a token.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn sign_out(&self, ctx: &Ctx, token: &Token) -> Result<(), StoreError> {
        let (ctx, hash) = (ctx.clone(), token.hash());
        let end = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let Some(session) = web_sessions::find(tx, &hash)? else { return Ok(()) };
            let person = session.person;
            web_sessions::end(tx, &hash)?;
            note(tx, &ctx, person.practice, person.account, ("sign_out", "done", "own"))
        };
        self.db.across_practices(Across::Session).write(end).await
    }

    /// Forgets sessions that have ended; gives how many.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn sweep_sessions(&self) -> Result<u64, StoreError> {
        let now = self.now();
        let idle_before = now.saturating_sub(SignedDuration::from_mins(IDLE_MINUTES)).unwrap_or(now);
        let everywhere = self.db.across_practices(Across::Sweeping);
        everywhere.write(move |tx| web_sessions::sweep(tx, now, idle_before)).await
    }

    /// The context of a signed-in person's request.
    #[must_use]
    pub fn ctx_of(&self, signed: &SignedIn, origin: Origin) -> Ctx {
        self.ctx(Actor::Person(signed.person.clone()), signed.practice_zone.clone(), origin)
    }
}

/// Starts a session inside the transaction that proved who it is, and gives its token.
pub(crate) fn start(
    tx: &mut Tx<'_>,
    token: &Token,
    (practice, account): (PracticeId, AccountId),
    assurance: Assurance,
    (now, device): (Timestamp, &str),
) -> Result<(), StoreError> {
    let new = NewSession {
        token_hash: token.hash(),
        practice,
        account,
        assurance,
        created_at: now,
        seen_at: now,
        verified_at: (assurance == Assurance::Full).then_some(now),
        ends_at: now.saturating_add(SignedDuration::from_hours(ABSOLUTE_HOURS)).unwrap_or(now),
        device: device_name(device),
    };
    web_sessions::insert(tx, &new)
}

/// Puts a fresh session in the place of one whose person gave a second factor again: another token, the same absolute
/// end. `false`: the old one has ended meanwhile.
pub(crate) fn renew(
    tx: &mut Tx<'_>,
    (old, token): (&Token, &Token),
    (now, device): (Timestamp, &str),
) -> Result<bool, StoreError> {
    let Some(session) = web_sessions::find(tx, &old.hash())?.filter(|session| holds(session, now)) else {
        return Ok(false);
    };
    web_sessions::end(tx, &old.hash())?;
    let new = NewSession {
        token_hash: token.hash(),
        practice: session.person.practice,
        account: session.person.account,
        assurance: session.person.assurance,
        created_at: session.created_at,
        seen_at: now,
        verified_at: Some(now),
        ends_at: session.ends_at,
        device: device_name(device),
    };
    web_sessions::insert(tx, &new)?;
    Ok(true)
}

/// What a browser calls itself, as far as it is kept.
fn device_name(device: &str) -> String {
    device.chars().filter(|c| !c.is_control()).take(200).collect()
}

fn holds(session: &Session, now: Timestamp) -> bool {
    let idle = now.duration_since(session.seen_at);
    // Somebody invited has a half session to add their second factor with, and nothing else.
    let usable = match session.state {
        AccountState::Active => true,
        AccountState::Invited => session.person.assurance == Assurance::Partial,
        AccountState::Disabled => false,
    };
    usable && now < session.ends_at && idle <= SignedDuration::from_mins(IDLE_MINUTES)
}

fn present(session: Session) -> SignedIn {
    // A zone that this build's database does not know any more falls back to UTC: shown, never guessed.
    let zone = |name: &str| TimeZone::get(name).unwrap_or(TimeZone::UTC);
    SignedIn {
        zone: zone(&session.zone),
        practice_zone: zone(&session.practice_zone),
        person: session.person,
        name: session.name,
        state: session.state,
        practice_name: session.practice_name,
        demonstration: session.demonstration,
        ends_at: session.ends_at,
    }
}
