//! Signing in: password, then for staff (and clients who chose so) a second factor.
//!
//! The answer to a wrong try is the same in words, status and time whether or not the person exists. Wrong tries are
//! counted in the database, by account and by network (see `crate::guesses`).

use crate::App;
use crate::announcements::{announce, awaits_after_sign_in};
use crate::context::Ctx;
use crate::entry::{Refused, Verdict, no};
use crate::factors;
use crate::guesses::{self, Place, Proven};
use crate::joining::half_or_whole;
use crate::links::note;
use crate::passwords::{Crowded, Password};
use crate::practices::email_key;
use crate::sessions::{self, SignedIn, Token};
use domain::access::Assurance;
use domain::account::{AccountState, NextTry};
use domain::way_in::{Change, Factors};
use jiff::Timestamp;
use std::convert::Infallible;
use std::time::Duration;
use store::accounts::{self, Account};
use store::credentials::{self, Credentials, Owner};
use store::{Across, StoreError, Tx, account_notices, web_sessions};
use tokio::time::Instant;

/// A refused try takes at least this long, whatever it met.
pub(crate) const REFUSAL_MILLIS: u64 = 250;
/// Longest address that is looked up.
const EMAIL_BYTES_MAX: usize = 320;

/// Why somebody is not in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Address and password do not belong together, or there were too many tries: nobody is told which.
    #[error("address and password do not match, or too many tries")]
    NoMatch,
    /// Too many people try at the same moment.
    #[error("too many tries at once")]
    Crowded,
}

impl From<Crowded> for SignInError {
    fn from(_: Crowded) -> Self {
        SignInError::Crowded
    }
}

/// Why a code or passkey was not taken as the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not the code of this moment, or used already; no passkey of theirs, or not as it must be.
    #[error("the code or passkey does not match or was used already")]
    NoMatch,
    /// Too many wrong codes; no try counts before this instant.
    #[error("too many wrong codes")]
    Wait {
        /// When the next try counts.
        until: Timestamp,
    },
    /// A hundred wrong codes in a row: none counts any more from this place.
    #[error("too many wrong codes in a row")]
    Stopped,
}

impl CodeError {
    /// Whether a code would count now.
    pub(crate) fn unless(next: NextTry) -> Result<(), CodeError> {
        match next {
            NextTry::Now => Ok(()),
            NextTry::From(until) => Err(CodeError::Wait { until }),
            NextTry::Never => Err(CodeError::Stopped),
        }
    }
}

/// Somebody who gave their first factor.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The session's token, for the cookie.
    pub token: Token,
    /// Whether they are in, or a second factor is still wanted.
    pub assurance: Assurance,
    /// What the device keeps from now on, so that strangers cannot keep its owner out.
    pub device: Option<Token>,
    /// Whether there is something about their way in that they read first.
    pub told: bool,
}

/// Somebody who is in with all their factors.
#[derive(Debug, Clone)]
pub struct LetIn {
    /// The session's token, for the cookie.
    pub token: Token,
    /// What the device keeps from now on.
    pub device: Option<Token>,
    /// Whether there is something about their way in that they read first.
    pub told: bool,
}

/// An account with what it proves itself with.
struct Known {
    account: Account,
    kept: Credentials,
    place: Place,
}

impl Known {
    fn owner(&self) -> Owner {
        (self.account.practice, self.account.id)
    }

    /// Whether a right password counts at this moment: the account is in use, no wait runs, and staff have their
    /// second factor. Who has not yet added it comes in by the invitation, never by the password alone.
    fn may_try(&self, now: Timestamp) -> bool {
        self.account.state == AccountState::Active
            && self.place.next_try(now) == NextTry::Now
            && (!self.account.roles.is_staff() || self.kept.factors().any())
    }

    fn assurance(&self) -> Assurance {
        if self.kept.factors().any() { Assurance::Partial } else { Assurance::Full }
    }
}

impl App {
    /// Signs in with address and password. `device` is what the browser calls itself.
    ///
    /// # Errors
    /// [`SignInError`], or the store's failure.
    pub async fn sign_in(
        &self,
        ctx: &Ctx,
        email: &str,
        password: Password,
        device: &str,
    ) -> Verdict<Entered, SignInError> {
        let started = Instant::now();
        let outcome = self.try_password(ctx, email, password, device).await;
        if matches!(outcome, Err(Refused::Verb(SignInError::NoMatch))) {
            tokio::time::sleep_until(started + Duration::from_millis(REFUSAL_MILLIS)).await;
        }
        outcome
    }

    async fn try_password(
        &self,
        ctx: &Ctx,
        email: &str,
        password: Password,
        device: &str,
    ) -> Verdict<Entered, SignInError> {
        let key = if email.len() <= EMAIL_BYTES_MAX { email_key(email) } else { String::new() };
        let (asks, by_email) = (ctx.clone(), self.db.across_practices(Across::SignIn));
        let (closed, known) = by_email
            .read(move |tx| -> Result<_, StoreError> {
                Ok((guesses::network_is_closed(tx, &asks)?, known(tx, &asks, &key)?))
            })
            .await?;
        let open = known.filter(|known| known.account.state != AccountState::Disabled);
        // Strangers from a network that guessed too much are not heard, whomever they ask for, and cost nothing.
        if closed && !open.as_ref().is_some_and(|known| known.place.device_known()) {
            return no(SignInError::NoMatch);
        }
        let may_try = open.as_ref().is_some_and(|known| known.may_try(ctx.now));
        let hash = open.as_ref().filter(|_| may_try).and_then(|known| known.kept.password_hash.clone());
        let turn = self.turn().await.map_err(|crowded| Refused::Verb(crowded.into()))?;
        let right = self.matches(&turn, password, hash).await;
        drop(turn);
        let (ctx, device) = (ctx.clone(), device.to_owned());
        let practice = open.as_ref().map(|known| known.account.practice);
        let finish = move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
            match open {
                Some(known) if right => let_in(tx, &ctx, &known, &device),
                known => turn_away(tx, &ctx, known.as_ref()),
            }
        };
        match practice {
            Some(practice) => self.db.write_in(practice, finish).await,
            None => self.db.across_practices(Across::SignIn).write(finish).await,
        }
        .map_err(Refused::from)?
    }

    /// Gives the second factor: a code of the authenticator or a recovery code. The half session ends and a whole one
    /// with a new token begins.
    ///
    /// # Errors
    /// [`CodeError`], or the store's failure.
    pub async fn give_code(
        &self,
        ctx: &Ctx,
        (signed, session): (&SignedIn, &Token),
        code: &str,
        device: &str,
    ) -> Verdict<LetIn, CodeError> {
        let owner = (signed.person.practice, signed.person.account);
        let (ctx, session, code, device) = (ctx.clone(), session.hash(), code.to_owned(), device.to_owned());
        let staff = signed.person.roles.is_staff();
        let step_up = move |tx: &mut Tx<'_>| -> Result<Verdict<LetIn, CodeError>, StoreError> {
            match checked_code(tx, &ctx, owner, &code)? {
                Err(refused) => Ok(no(refused)),
                Ok(proof) => {
                    second_factor_given(tx, &ctx, (owner, staff), (&session, &device), proof.code()).map(Ok)
                }
            }
        };
        self.db.write_in(owner.0, step_up).await.map_err(Refused::from)?
    }

    /// What the person of a session, half or whole, can show beside their password.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn factors(&self, ctx: &Ctx) -> Verdict<Factors, Infallible> {
        let owner = half_or_whole(ctx).map_err(Refused::Denied)?;
        let kept = self.db.read_in(owner.0, move |tx| credentials::find(tx, owner)).await?;
        Ok(kept.map(|kept| kept.factors()).unwrap_or_default())
    }
}

/// Ends the half session and starts a whole one; `by` is the word for the trail.
pub(crate) fn second_factor_given(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (owner, staff): (Owner, bool),
    (session, device): (&str, &str),
    by: &'static str,
) -> Result<LetIn, StoreError> {
    web_sessions::end(tx, session)?;
    let token = ctx.new_token();
    sessions::start(tx, &token, owner, Assurance::Full, (ctx.now, device))?;
    let device = entered(tx, ctx, owner, staff)?;
    note(tx, ctx, owner.0, owner.1, ("sign_in", "done", by))?;
    Ok(LetIn { token, device, told: awaits_after_sign_in(tx, owner)? })
}

/// Checks a code and counts it when it is wrong. The count is kept, so callers commit also when refused.
pub(crate) fn checked_code(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    owner: Owner,
    code: &str,
) -> Result<Result<factors::Proof, CodeError>, StoreError> {
    let place = Place::of(tx, ctx, owner, Proven::Password)?;
    if let Err(refused) = CodeError::unless(place.next_try(ctx.now)) {
        note(tx, ctx, owner.0, owner.1, ("second_factor", "refused", "waiting"))?;
        return Ok(Err(refused));
    }
    if let Some(proof) = factors::prove(tx, owner, code, ctx.now)? {
        if proof == factors::Proof::Recovery {
            announce(tx, ctx, owner, Change::RecoveryCode)?;
        }
        return Ok(Ok(proof));
    }
    place.count(tx, owner, ctx.now)?;
    note(tx, ctx, owner.0, owner.1, ("second_factor", "refused", "code"))?;
    Ok(Err(CodeError::NoMatch))
}

/// Notes that somebody is in with all their factors; gives what their device keeps.
pub(crate) fn entered(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    owner: Owner,
    staff: bool,
) -> Result<Option<Token>, StoreError> {
    credentials::entered(tx, owner, ctx.now)?;
    guesses::forget(tx, ctx, owner)?;
    guesses::know_device(tx, ctx, owner, staff)
}

fn known(tx: &mut Tx<'_>, ctx: &Ctx, email_key: &str) -> Result<Option<Known>, StoreError> {
    let Some(owner) = accounts::by_email(tx, email_key)? else { return Ok(None) };
    let account = accounts::find(tx, owner.0, owner.1)?;
    let kept = credentials::find(tx, owner)?;
    let place = Place::of(tx, ctx, owner, Proven::Nothing)?;
    Ok(account.zip(kept).map(|(account, kept)| Known { account, kept, place }))
}

fn let_in(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    known: &Known,
    device: &str,
) -> Result<Verdict<Entered, SignInError>, StoreError> {
    let owner = known.owner();
    // The account may have been disabled or given another password while the hash was computed.
    let now = accounts::find(tx, owner.0, owner.1)?.zip(credentials::find(tx, owner)?);
    let same = now.is_some_and(|(account, kept)| {
        account.state == AccountState::Active
            && kept.password_hash == known.kept.password_hash
            && kept.factor == known.kept.factor
            && kept.passkeys == known.kept.passkeys
    });
    if !same {
        return Ok(no(SignInError::NoMatch));
    }
    let (token, assurance) = (ctx.new_token(), known.assurance());
    sessions::start(tx, &token, owner, assurance, (ctx.now, device))?;
    let (action, device) = match assurance {
        Assurance::Full => ("sign_in", entered(tx, ctx, owner, known.account.roles.is_staff())?),
        // The count of wrong tries stays until the second factor is right.
        Assurance::Partial => ("first_factor", None),
    };
    note(tx, ctx, owner.0, owner.1, (action, "done", "password"))?;
    let told = assurance == Assurance::Full && account_notices::any_unread(tx, owner)?;
    Ok(Ok(Entered { token, assurance, device, told }))
}

/// Counts a wrong try, at nobody's account too, and says the one thing that is said to all.
fn turn_away(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    known: Option<&Known>,
) -> Result<Verdict<Entered, SignInError>, StoreError> {
    guesses::count_network(tx, ctx)?;
    if let Some(known) = known {
        let owner = known.owner();
        let counts = known.place.next_try(ctx.now) == NextTry::Now;
        // Counted anew: another try may have been wrong while the hash was computed.
        Place::of(tx, ctx, owner, Proven::Nothing)?.count(tx, owner, ctx.now)?;
        let rule = if counts { "password" } else { "waiting" };
        note(tx, ctx, owner.0, owner.1, ("sign_in", "refused", rule))?;
    }
    Ok(no(SignInError::NoMatch))
}
