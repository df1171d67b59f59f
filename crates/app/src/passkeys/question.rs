//! What a browser is asked: a challenge for a purpose, given to a session or a visit, that ends after five minutes.

use super::handle;
use crate::App;
use crate::context::Ctx;
use crate::entry::{Refused, Verdict};
use crate::joining::half_or_whole;
use crate::sessions::Token;
use data_encoding::BASE64URL_NOPAD;
use domain::access::{self, Actor, Assurance, Person};
use jiff::{SignedDuration, Timestamp};
use std::convert::Infallible;
use store::passkey_challenges::{self, Bound};
use store::passkeys::{self, Passkey};
use store::vault::Vault;
use store::{StoreError, Tx, accounts};

/// How long a challenge may be answered.
const CHALLENGE_MINUTES: i64 = 5;

/// What a challenge is for. An answer to one is none to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signing in with a passkey alone.
    SignIn,
    /// The second factor, after the password.
    SecondFactor,
    /// The factor once more, before what matters.
    StepUp,
    /// A new passkey.
    Add,
}

impl Purpose {
    pub(super) fn code(self) -> &'static str {
        match self {
            Purpose::SignIn => "sign_in",
            Purpose::SecondFactor => "second_factor",
            Purpose::StepUp => "step_up",
            Purpose::Add => "add",
        }
    }
}

/// A passkey that a browser is told about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its id, base64url.
    pub id: String,
    /// How its device is reached.
    pub transports: Vec<String>,
}

/// The question to a browser that is to have a passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The challenge, base64url.
    pub challenge: String,
    /// The passkeys that will do; none named: any of this site.
    pub known: Vec<Known>,
}

/// The question to a browser that is to make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQuestion {
    /// The challenge, base64url.
    pub challenge: String,
    /// By what the device knows the person, base64url.
    pub handle: String,
    /// The address they sign in with, shown by the device.
    pub email: String,
    /// Their name, shown by the device.
    pub name: String,
    /// The practice's name, shown by the device.
    pub practice: String,
    /// The passkeys there are already, so that no device makes a second one.
    pub known: Vec<Known>,
}

impl App {
    /// Asks for a passkey of anybody, for a visit. Reads nothing and writes nothing.
    ///
    /// # Errors
    /// The store's failure.
    pub fn ask_for_any_passkey(&self, ctx: &Ctx, visit: &Token) -> Result<Question, StoreError> {
        let challenge = challenge(&self.db.vault(), ctx, Purpose::SignIn, visit)?;
        Ok(Question { challenge, known: Vec::new() })
    }

    /// Asks the person of a session, half or whole, for one of their passkeys.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn ask_for_own_passkey(&self, ctx: &Ctx, session: &Token) -> Verdict<Question, Infallible> {
        let owner = half_or_whole(ctx).map_err(Refused::Denied)?;
        let purpose = if is_whole(ctx) { Purpose::StepUp } else { Purpose::SecondFactor };
        let challenge = challenge(&self.db.vault(), ctx, purpose, session)?;
        let known = self.db.read_in(owner.0, move |tx| passkeys::of_account(tx, owner)).await?;
        Ok(Question { challenge, known: told(&known) })
    }

    /// Asks the person of a session, half or whole, to make a new passkey.
    ///
    /// # Errors
    /// Denied, also when the last factor was given too long ago, or the store's failure.
    pub async fn ask_for_new_passkey(
        &self,
        ctx: &Ctx,
        session: &Token,
    ) -> Verdict<Option<NewQuestion>, Infallible> {
        let owner = half_or_whole(ctx).map_err(Refused::Denied)?;
        if is_whole(ctx) {
            access::fresh(&ctx.actor, ctx.now).map_err(Refused::Denied)?;
        }
        let vault = self.db.vault();
        let challenge = challenge(&vault, ctx, Purpose::Add, session)?;
        let handle = BASE64URL_NOPAD.encode(&handle(&vault, owner)?);
        let look = move |tx: &mut Tx<'_>| -> Result<Option<NewQuestion>, StoreError> {
            let account = accounts::find(tx, owner.0, owner.1)?;
            let practice = store::practices::find(tx, owner.0)?;
            let (Some(account), Some(practice)) = (account, practice) else { return Ok(None) };
            let known = told(&passkeys::of_account(tx, owner)?);
            let (email, name) = (account.email, account.name);
            Ok(Some(NewQuestion { challenge, handle, email, name, practice: practice.name, known }))
        };
        Ok(self.db.read_in(owner.0, look).await?)
    }

    /// Forgets challenges that were answered and would have ended by now. For the upkeep job.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn sweep_challenges(&self) -> Result<u64, StoreError> {
        let now = self.now();
        let everywhere = self.db.across_practices(store::Across::Sweeping);
        everywhere.write(move |tx| passkey_challenges::sweep(tx, now)).await
    }
}

/// Whether somebody is in with all their factors.
pub(super) fn is_whole(ctx: &Ctx) -> bool {
    matches!(&ctx.actor, Actor::Person(Person { assurance: Assurance::Full, .. }))
}

fn challenge(vault: &Vault, ctx: &Ctx, purpose: Purpose, whose: &Token) -> Result<String, StoreError> {
    let lasts = SignedDuration::from_mins(CHALLENGE_MINUTES);
    let ends_at: Timestamp = ctx.now.saturating_add(lasts).unwrap_or(ctx.now);
    let bound = Bound { purpose: purpose.code(), whose: &whose.hash() };
    let bytes = passkey_challenges::issue(vault, &ctx.entropy.secret(), ends_at, bound)?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

fn told(known: &[(Passkey, String)]) -> Vec<Known> {
    let known = known.iter().map(|(passkey, _)| Known {
        id: BASE64URL_NOPAD.encode(&passkey.credential_id),
        transports: passkey.transports.split(',').filter(|way| !way.is_empty()).map(str::to_owned).collect(),
    });
    known.collect()
}
