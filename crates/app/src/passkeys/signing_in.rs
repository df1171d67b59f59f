//! Signing in with a passkey alone, and giving one as the second factor.

use super::{Answer, Asking, Purpose, attempt};
use crate::App;
use crate::announcements::awaits_after_sign_in;
use crate::context::Ctx;
use crate::entry::{Refused, Verdict, no};
use crate::guesses::{self, Place, Proven};
use crate::links::note;
use crate::sessions::{self, SignedIn, Token};
use crate::sign_in::{CodeError, LetIn, REFUSAL_MILLIS, SignInError, entered, second_factor_given};
use domain::access::Assurance;
use domain::account::AccountState;
use domain::passkey::Site;
use std::time::Duration;
use store::credentials::Owner;
use store::{Across, StoreError, Tx, accounts, passkeys};
use tokio::time::Instant;

impl App {
    /// Signs in with a passkey alone: its device verified the person, so that it stands for both factors. `visit` is
    /// whom the challenge was given to, `device` what the browser calls itself. No password is computed on this way.
    ///
    /// # Errors
    /// [`SignInError`], the same for a passkey that nobody has and for one that was not taken, or the store's failure.
    pub async fn sign_in_with_passkey(
        &self,
        ctx: &Ctx,
        (site, visit): (&Site, &Token),
        answer: Answer,
        device: &str,
    ) -> Verdict<LetIn, SignInError> {
        let started = Instant::now();
        let outcome = self.try_passkey(ctx, (site, visit), answer, device).await;
        if matches!(outcome, Err(Refused::Verb(_))) {
            tokio::time::sleep_until(started + Duration::from_millis(REFUSAL_MILLIS)).await;
        }
        outcome
    }

    async fn try_passkey(
        &self,
        ctx: &Ctx,
        (site, visit): (&Site, &Token),
        answer: Answer,
        device: &str,
    ) -> Verdict<LetIn, SignInError> {
        let (asks, id) = (ctx.clone(), answer.credential_id.clone());
        let by_passkey = self.db.across_practices(Across::SignIn);
        let (closed, owner) = by_passkey
            .read(move |tx| -> Result<_, StoreError> {
                let closed = guesses::network_is_closed(tx, &asks)?;
                let owner = passkeys::owner_of(tx, &id)?;
                let known = match owner {
                    Some(owner) => Place::of(tx, &asks, owner, Proven::Passkey)?.device_known(),
                    None => false,
                };
                Ok((closed && !known, owner))
            })
            .await?;
        // Strangers from a network that guessed too much are not heard, and cost nothing.
        if closed {
            return no(SignInError::NoMatch);
        }
        let (ctx, site, visit, device) = (ctx.clone(), site.clone(), visit.hash(), device.to_owned());
        let finish = move |tx: &mut Tx<'_>| -> Result<Verdict<LetIn, SignInError>, StoreError> {
            let asking = Asking { site: &site, purpose: Purpose::SignIn, whose: &visit, of: None };
            let taken = attempt(tx, &ctx, &asking, &answer, "sign_in")?;
            let owner = taken.as_ref().ok().map(store::passkeys::Passkey::owner);
            let let_in = match owner {
                Some(owner) => let_in(tx, &ctx, owner, &device)?,
                None => None,
            };
            match let_in {
                Some(let_in) => Ok(Ok(let_in)),
                None => {
                    guesses::count_network(tx, &ctx)?;
                    Ok(no(SignInError::NoMatch))
                }
            }
        };
        match owner {
            Some(owner) => self.db.write_in(owner.0, finish).await,
            None => self.db.across_practices(Across::SignIn).write(finish).await,
        }
        .map_err(Refused::from)?
    }

    /// Gives a passkey as the second factor. The half session ends and a whole one with a new token begins.
    ///
    /// # Errors
    /// [`CodeError`], or the store's failure.
    pub async fn give_passkey(
        &self,
        ctx: &Ctx,
        (signed, session): (&SignedIn, &Token),
        (site, answer): (&Site, Answer),
        device: &str,
    ) -> Verdict<LetIn, CodeError> {
        let owner = (signed.person.practice, signed.person.account);
        let staff = signed.person.roles.is_staff();
        let (ctx, site, half, device) = (ctx.clone(), site.clone(), session.hash(), device.to_owned());
        let give = move |tx: &mut Tx<'_>| -> Result<Verdict<LetIn, CodeError>, StoreError> {
            let asking =
                Asking { site: &site, purpose: Purpose::SecondFactor, whose: &half, of: Some(owner) };
            match attempt(tx, &ctx, &asking, &answer, "second_factor")? {
                Err(refused) => Ok(no(refused)),
                Ok(_) => second_factor_given(tx, &ctx, (owner, staff), (&half, &device), "passkey").map(Ok),
            }
        };
        self.db.write_in(owner.0, give).await.map_err(Refused::from)?
    }
}

/// Starts a whole session, if the account is in use.
fn let_in(tx: &mut Tx<'_>, ctx: &Ctx, owner: Owner, device: &str) -> Result<Option<LetIn>, StoreError> {
    let account = accounts::find(tx, owner.0, owner.1)?;
    let Some(account) = account.filter(|account| account.state == AccountState::Active) else {
        note(tx, ctx, owner.0, owner.1, ("sign_in", "refused", "disabled"))?;
        return Ok(None);
    };
    let token = ctx.new_token();
    sessions::start(tx, &token, owner, Assurance::Full, (ctx.now, device))?;
    let device = entered(tx, ctx, owner, account.roles.is_staff())?;
    note(tx, ctx, owner.0, owner.1, ("sign_in", "done", "passkey"))?;
    Ok(Some(LetIn { token, device, told: awaits_after_sign_in(tx, owner)? }))
}
