//! Giving one's second factor again, before what a screen left open must not allow (requirement A10). The session gets
//! a new token and keeps its absolute end.

use crate::App;
use crate::context::Ctx;
use crate::entry::{Refused, Verdict, no};
use crate::guesses::{Place, Proven};
use crate::links::note;
use crate::own_account::owner_for;
use crate::passkeys::{self, Answer, Asking, attempt};
use crate::passwords::{Crowded, Password};
use crate::sessions::{self, Token};
use crate::sign_in::{CodeError, checked_code};
use domain::access::{Action, Denial};
use domain::account::NextTry;
use domain::passkey::Site;
use domain::way_in::Factors;
use store::credentials::{self, Credentials, Owner};
use store::practices::{self, Purpose};
use store::{StoreError, Tx};

/// With what somebody shows that it is still them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// One of these, or a recovery code.
    Factors(Factors),
    /// The password, for whoever signs in with it alone.
    Password,
    /// Nothing: a made-up person of a demonstration.
    Nothing,
}

/// What somebody gives again.
#[derive(Debug, Clone)]
pub enum Proof {
    /// A code.
    Code(String),
    /// A passkey, and the site it was shown at.
    Passkey(Site, Answer),
    /// The password.
    Password(Password),
    /// A pressed button.
    Nothing,
}

/// Why it was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The code is not right.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The password is not right, or there were too many tries.
    #[error("the password does not match, or too many tries")]
    Password,
    /// Too many people try at the same moment.
    #[error("too many tries at once")]
    Crowded,
}

impl From<Crowded> for VerifyError {
    fn from(_: Crowded) -> Self {
        VerifyError::Crowded
    }
}

impl App {
    /// With what the signed-in person shows that it is still them.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn means(&self, ctx: &Ctx) -> Verdict<Means, VerifyError> {
        let owner = owner_for(ctx, Action::OwnAccount)?;
        Ok(self.db.read_in(owner.0, move |tx| means(tx, owner)).await?.0)
    }

    /// Gives the second factor again. The session of `token` ends and one with the token given back takes its place.
    ///
    /// # Errors
    /// Denied, [`VerifyError`], or the store's failure.
    pub async fn verify(
        &self,
        ctx: &Ctx,
        token: &Token,
        proof: Proof,
        device: &str,
    ) -> Verdict<Token, VerifyError> {
        let owner = owner_for(ctx, Action::OwnAccount)?;
        let asks = ctx.clone();
        let look = move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
            Ok((means(tx, owner)?, Place::of(tx, &asks, owner, Proven::Password)?))
        };
        let ((wanted, kept), place) = self.db.read_in(owner.0, look).await?;
        let right = match (&proof, wanted) {
            (Proof::Password(password), Means::Password) => {
                let turn = self.turn().await.map_err(|crowded| Refused::Verb(crowded.into()))?;
                let counts = place.next_try(ctx.now) == NextTry::Now;
                let hash = kept.and_then(|kept| kept.password_hash).filter(|_| counts);
                self.matches(&turn, password.clone(), hash).await
            }
            _ => false,
        };
        let (ctx, old, device) = (ctx.clone(), token.clone(), device.to_owned());
        let work = move |tx: &mut Tx<'_>| -> Result<Verdict<Token, VerifyError>, StoreError> {
            let by = match checked(tx, &ctx, owner, (&proof, right, &old))? {
                Ok(by) => by,
                Err(refused) => return Ok(no(refused)),
            };
            let new = ctx.new_token();
            if !sessions::renew(tx, (&old, &new), (ctx.now, &device))? {
                return Ok(Err(Refused::Denied(Denial::NotSignedIn)));
            }
            note(tx, &ctx, owner.0, owner.1, ("verify", "done", by))?;
            Ok(Ok(new))
        };
        self.db.write_in(owner.0, work).await.map_err(Refused::from)?
    }
}

/// What the account can show, and what it is compared with.
fn means(tx: &mut Tx<'_>, owner: Owner) -> Result<(Means, Option<Credentials>), StoreError> {
    let kept = credentials::find(tx, owner)?;
    let demonstration = practices::find(tx, owner.0)?.is_some_and(|p| p.purpose == Purpose::Demonstration);
    let means = match &kept {
        Some(kept) if kept.factors().any() => Means::Factors(kept.factors()),
        Some(kept) if kept.password_hash.is_none() && demonstration => Means::Nothing,
        _ => Means::Password,
    };
    Ok((means, kept))
}

/// Checks a proof in the transaction that acts on it. The means are looked up again: they may have changed since.
fn checked(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    owner: Owner,
    (proof, right, session): (&Proof, bool, &Token),
) -> Result<Result<&'static str, VerifyError>, StoreError> {
    let (wanted, _) = means(tx, owner)?;
    match (proof, wanted) {
        (Proof::Nothing, Means::Nothing) => Ok(Ok("demonstration")),
        (Proof::Code(code), Means::Factors(_)) => Ok(checked_code(tx, ctx, owner, code)?
            .map(crate::factors::Proof::code)
            .map_err(VerifyError::Code)),
        (Proof::Passkey(site, answer), Means::Factors(_)) => {
            let whose = session.hash();
            let asking = Asking { site, purpose: passkeys::Purpose::StepUp, whose: &whose, of: Some(owner) };
            let taken = attempt(tx, ctx, &asking, answer, "verify")?;
            Ok(taken.map(|_| "passkey").map_err(VerifyError::Code))
        }
        (Proof::Password(_), Means::Password) if right => Ok(Ok("password")),
        (Proof::Password(_), Means::Password) => {
            Place::of(tx, ctx, owner, Proven::Password)?.count(tx, owner, ctx.now)?;
            note(tx, ctx, owner.0, owner.1, ("verify", "refused", "password"))?;
            Ok(Err(VerifyError::Password))
        }
        (_, Means::Factors(_)) => Ok(Err(VerifyError::Code(CodeError::NoMatch))),
        _ => Ok(Err(VerifyError::Password)),
    }
}
