//! Adding a passkey: to an account that is in, or as the factor with which an invitation is accepted.

use super::question::is_whole;
use super::{Asking, Doubt, NewAnswer, Purpose, name_hash};
use crate::App;
use crate::announcements::announce;
use crate::context::Ctx;
use crate::entry::{Refused, Verdict, no};
use crate::factors;
use crate::joining::{half_or_whole, whole_session};
use crate::links::note;
use crate::sessions::Token;
use data_encoding::BASE64URL_NOPAD;
use domain::access::{self, Action, Denial};
use domain::account::AccountState;
use domain::passkey::{Asked, Created, Site, created};
use domain::text::{self, TextError};
use domain::way_in::Change;
use store::accounts::{self, Account};
use store::credentials::{self, Owner};
use store::passkey_challenges;
use store::passkeys::{self, Passkey};
use store::{StoreError, Tx};

/// Most passkeys of one account.
const MOST: u32 = 20;
/// Longest name of a passkey, in characters.
pub(super) const NAME_MOST: usize = 60;

/// Why a passkey was not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// Its name.
    #[error("the name cannot be taken: {0}")]
    Name(TextError),
    /// What the browser sent is not what was asked for, or the question was too old.
    #[error("the answer cannot be taken, or came too late")]
    Refused,
    /// Somebody has this passkey already.
    #[error("this passkey is there already")]
    AlreadyThere,
    /// There are as many as there can be.
    #[error("there are as many passkeys as there can be")]
    Enough,
}

/// A passkey in force: a new whole session, and recovery codes where it is the first factor, shown this once.
#[derive(Clone)]
pub struct Added {
    /// The new session.
    pub token: Token,
    /// Ten recovery codes, of an account that had none.
    pub codes: Option<Vec<String>>,
}

impl std::fmt::Debug for Added {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Added(…)")
    }
}

impl App {
    /// Adds a passkey that a browser has just made. Every session of the account ends, and a whole one begins. Of
    /// somebody invited it is the second factor they owed.
    ///
    /// # Errors
    /// Denied, also when the last factor was given too long ago, [`PasskeyError`], or the store's failure.
    pub async fn add_passkey(
        &self,
        ctx: &Ctx,
        (site, session): (&Site, &Token),
        (name, answer): (&str, NewAnswer),
        device: &str,
    ) -> Verdict<Added, PasskeyError> {
        let owner = half_or_whole(ctx).map_err(Refused::Denied)?;
        let whole = is_whole(ctx);
        if whole && let Err(denial) = access::fresh(&ctx.actor, ctx.now) {
            self.turned_away(ctx, Action::ChangeFactors, denial, "passkey").await?;
            return Err(Refused::Denied(denial));
        }
        let name = text::line(name, NAME_MOST).map_err(|e| Refused::Verb(PasskeyError::Name(e)))?;
        let (ctx, site, whose, device) = (ctx.clone(), site.clone(), session.hash(), device.to_owned());
        let add = move |tx: &mut Tx<'_>| -> Result<Verdict<Added, PasskeyError>, StoreError> {
            credentials::hold(tx, owner)?;
            let account = accounts::find(tx, owner.0, owner.1)?;
            let Some(account) = account else { return Ok(Err(Refused::Denied(Denial::NotSignedIn))) };
            // A half session of somebody who has a factor already gives that one; it adds none.
            if !whole && account.state != AccountState::Invited {
                return Ok(Err(Refused::Denied(Denial::SecondFactorMissing)));
            }
            let asking = Asking { site: &site, purpose: Purpose::Add, whose: &whose, of: Some(owner) };
            let new = match checked(tx, &ctx, &asking, &answer)? {
                Ok(new) => new,
                Err(doubt) => {
                    note(tx, &ctx, owner.0, owner.1, ("factor_set", "refused", doubt.code()))?;
                    return Ok(no(PasskeyError::Refused));
                }
            };
            kept(tx, &ctx, &account, (new, &answer.transports, &name), &device)
        };
        self.db.write_in(owner.0, add).await.map_err(Refused::from)?
    }
}

fn checked(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    asking: &Asking<'_>,
    answer: &NewAnswer,
) -> Result<Result<Created, Doubt>, StoreError> {
    if !passkey_challenges::spend(tx, &answer.challenge, asking.bound(), ctx.now)? {
        return Ok(Err(Doubt::Challenge));
    }
    let challenge = BASE64URL_NOPAD.encode(&answer.challenge);
    let hash = name_hash(asking.site);
    let asked = Asked { challenge: &challenge, origin: asking.site.origin(), rp_id_hash: &hash };
    Ok(created(&asked, &answer.client_data, &answer.attestation).map_err(Doubt::Problem))
}

/// Keeps the new passkey, and all that follows from a factor that came into force.
fn kept(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    (new, transports, name): (Created, &str, &str),
    device: &str,
) -> Result<Verdict<Added, PasskeyError>, StoreError> {
    let owner: Owner = (account.practice, account.id);
    let before = credentials::find(tx, owner)?.map(|kept| kept.factors()).unwrap_or_default();
    if before.passkeys >= MOST {
        return Ok(no(PasskeyError::Enough));
    }
    let passkey = Passkey {
        practice: owner.0,
        account: owner.1,
        id: ctx.new_id(),
        credential_id: new.credential_id,
        public_key: new.cose_key,
        state: new.state,
        transports: transports.to_owned(),
        created_at: ctx.now,
        used_at: None,
    };
    match tx.savepoint(|tx| passkeys::insert(tx, &passkey, name)) {
        Err(StoreError::Conflict { .. }) => {
            note(tx, ctx, owner.0, owner.1, ("factor_set", "refused", "passkey_known"))?;
            return Ok(no(PasskeyError::AlreadyThere));
        }
        other => other?,
    }
    note(tx, ctx, owner.0, owner.1, ("factor_set", "done", "passkey"))?;
    match account.state {
        AccountState::Invited => accounts::set_state(tx, owner, AccountState::Active)?,
        _ => announce(tx, ctx, owner, Change::PasskeyAdded)?,
    }
    let codes = if before.any() { None } else { Some(factors::renew_codes(tx, ctx, owner)?) };
    Ok(Ok(Added { token: whole_session(tx, ctx, owner, device)?, codes }))
}
