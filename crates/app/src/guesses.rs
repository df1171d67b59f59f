//! Wrong tries: limited by account and by network, so that guessing stays hopeless and nobody can keep somebody else out.
//!
//! Tries at an account are counted by where they come from: each device that the account has signed in from counts for
//! itself, all other devices together (`strangers`), and codes of those who gave the right password apart from both
//! (`codes`), and so are passkeys (`passkeys`). A stranger's guessing therefore closes the door to strangers; the owner's own device, and a passkey or a
//! link handed over, go on working. Tries from a network are counted whosever account they are at; a device that the
//! account knows is not held to that count, so that a noisy neighbour keeps nobody out either.

use crate::App;
use crate::context::{Ctx, Origin};
use crate::sessions::Token;
use domain::account::{self, MOST_OF_NETWORK, NETWORK_MINUTES, NextTry, waiting_after};
use jiff::{SignedDuration, Timestamp};
use store::credentials::Owner;
use store::guesses::{self, Tries};
use store::{Across, StoreError, Tx};

/// Tries of devices that the account does not know.
const STRANGERS: &str = "strangers";
/// Codes, from a device that the account does not know, of those who gave the right password.
const CODES: &str = "codes";
/// Passkeys, from a device that the account does not know.
const PASSKEYS: &str = "passkeys";
/// A device that was not used for so long is no longer known.
const DEVICE_DAYS: i64 = 400;

/// How far somebody who tries has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proven {
    /// They gave nothing yet.
    Nothing,
    /// They gave the password, or are signed in.
    Password,
    /// They show a passkey, whose id nobody guesses.
    Passkey,
}

/// Where a try at an account comes from, and how many went wrong from there.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    name: String,
    device_known: bool,
    tries: Tries,
}

impl Place {
    /// Where the request of `ctx` comes from, seen from an account.
    pub(crate) fn of(tx: &mut Tx<'_>, ctx: &Ctx, owner: Owner, proven: Proven) -> Result<Place, StoreError> {
        let device = match ctx.device.as_ref().map(Token::hash) {
            Some(device) if guesses::knows(tx, owner, &device)? => Some(device),
            _ => None,
        };
        let device_known = device.is_some();
        let other = match proven {
            Proven::Nothing => STRANGERS,
            Proven::Password => CODES,
            Proven::Passkey => PASSKEYS,
        };
        let name = device.unwrap_or_else(|| other.to_owned());
        let tries = guesses::find(tx, owner, &name)?;
        Ok(Place { name, device_known, tries })
    }

    /// When the next try from here counts.
    pub(crate) fn next_try(&self, now: Timestamp) -> NextTry {
        account::next_try(self.tries.failures, self.tries.wait_until, now)
    }

    /// Whether the account knows the device.
    pub(crate) fn device_known(&self) -> bool {
        self.device_known
    }

    /// Counts a wrong try and opens the wait that follows it. A try that did not count is not counted.
    pub(crate) fn count(&self, tx: &mut Tx<'_>, owner: Owner, now: Timestamp) -> Result<(), StoreError> {
        if self.next_try(now) != NextTry::Now {
            return Ok(());
        }
        let wait = waiting_after(self.tries.failures + 1);
        guesses::count(tx, owner, &self.name, wait.and_then(|wait| now.saturating_add(wait).ok()))
    }
}

/// Somebody is in with all their factors: the wrong tries from where they are, and those at their second factor and
/// passkeys, are forgotten. Those of strangers stay when the owner comes in from a device of their own.
pub(crate) fn forget(tx: &mut Tx<'_>, ctx: &Ctx, owner: Owner) -> Result<(), StoreError> {
    let place = Place::of(tx, ctx, owner, Proven::Nothing)?;
    guesses::forget(tx, owner, &place.name)?;
    guesses::forget(tx, owner, PASSKEYS)?;
    guesses::forget(tx, owner, CODES)
}

/// Remembers the device of somebody who works here, so that strangers cannot keep them out; gives the token to be kept
/// there where it holds none yet. A client's device is not remembered: it would tell whoever looks that they come here.
pub(crate) fn know_device(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    owner: Owner,
    staff: bool,
) -> Result<Option<Token>, StoreError> {
    if !staff {
        return Ok(None);
    }
    let device = ctx.device.clone().unwrap_or_else(|| ctx.new_token());
    guesses::know(tx, owner, &device.hash(), ctx.now)?;
    Ok(Some(device))
}

/// Whether strangers from the network of `ctx` are no longer heard.
pub(crate) fn network_is_closed(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<bool, StoreError> {
    match network(ctx) {
        Some(network) => Ok(guesses::from_network(tx, &network, counted_after(ctx.now))? >= MOST_OF_NETWORK),
        None => Ok(false),
    }
}

/// Counts a wrong try from the network of `ctx`.
pub(crate) fn count_network(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), StoreError> {
    match network(ctx) {
        Some(network) => guesses::count_network(tx, &network, ctx.now, counted_after(ctx.now)),
        None => Ok(()),
    }
}

fn network(ctx: &Ctx) -> Option<String> {
    match &ctx.origin {
        Origin::Web(address) => account::network_of(address.parse().ok()?),
        Origin::CommandLine => None,
    }
}

fn counted_after(now: Timestamp) -> Timestamp {
    now.saturating_sub(SignedDuration::from_mins(NETWORK_MINUTES)).unwrap_or(Timestamp::MIN)
}

impl App {
    /// Forgets networks' wrong tries after an hour, and devices that were not used for 400 days. For the upkeep job.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn sweep_guesses(&self) -> Result<u64, StoreError> {
        let networks = counted_after(self.now());
        let days = SignedDuration::from_hours(24 * DEVICE_DAYS);
        let devices = self.now().saturating_sub(days).unwrap_or(Timestamp::MIN);
        let everywhere = self.db.across_practices(Across::Sweeping);
        everywhere.write(move |tx| guesses::sweep(tx, networks, devices)).await
    }
}
