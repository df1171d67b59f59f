//! One's own account: name and zone, password, second factor, recovery codes, sessions.

use crate::App;
use crate::announcements::announce;
use crate::context::Ctx;
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use crate::factors;
use crate::guesses::{Place, Proven};
use crate::joining::{MemberProblem, check_password, checked_zone, whole_session};
use crate::links::note;
use crate::passkeys::{OwnPasskey, of_account};
use crate::passwords::{Crowded, Password};
use crate::sessions::{IDLE_MINUTES, Token};
use domain::access::{self, Denial, Facts};
use domain::account::NextTry;
use domain::password::PasswordProblem;
use domain::text;
use domain::way_in::{Change, Factors};
use jiff::{SignedDuration, Timestamp};
use store::accounts::{self, Account};
use store::credentials::{self, Owner};
use store::web_sessions::{self, Glance};
use store::{StoreError, Tx};

/// Why a change of one's own account was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnAccountError {
    /// Fields that cannot be taken as they are.
    #[error("some fields need another look")]
    Form(Vec<(&'static str, MemberProblem)>),
    /// The present password is not right, or too many tries.
    #[error("the present password does not match")]
    WrongPassword,
    /// The new password cannot be taken.
    #[error("the new password cannot be taken: {0}")]
    Password(PasswordProblem),
    /// Staff keep one factor at least beside the password.
    #[error("staff keep a second factor")]
    FactorNeeded,
    /// No such passkey of one's own.
    #[error("no such passkey")]
    NoSuchPasskey,
    /// There is no second factor that recovery codes could stand in for.
    #[error("recovery codes stand in for a second factor, and there is none")]
    NoFactor,
    /// Too many people try at the same moment.
    #[error("too many tries at once")]
    Crowded,
}

impl From<Crowded> for OwnAccountError {
    fn from(_: Crowded) -> Self {
        OwnAccountError::Crowded
    }
}

/// What the account page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnAccount {
    /// The account.
    pub account: Account,
    /// What there is beside the password.
    pub factors: Factors,
    /// The passkeys, the oldest first.
    pub passkeys: Vec<OwnPasskey>,
    /// Recovery codes that were not used yet.
    pub codes_left: i64,
    /// Sessions that hold, the newest activity first; whether it is the one that asks.
    pub sessions: Vec<(Glance, bool)>,
}

/// A change that ended all sessions and began a new one; with recovery codes where there are new ones.
#[derive(Clone)]
pub struct Renewed {
    /// The new session.
    pub token: Token,
}

impl App {
    /// One's own account. `session` is the one that asks.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn own_account(&self, ctx: &Ctx, session: &Token) -> Verdict<OwnAccount, OwnAccountError> {
        let here = session.hash();
        let owner = owner(ctx)?;
        self.act(ctx, Ask::to(Action::OwnAccount, format!("account {}", owner.1)), move |desk| {
            let account = accounts::find(desk.tx, owner.0, owner.1)?;
            let kept = credentials::find(desk.tx, owner)?;
            let (Some(account), Some(kept)) = (account, kept) else {
                return Err(Refused::Denied(Denial::NotSignedIn));
            };
            let idle_before = idle_before(desk.ctx.now);
            let glances = web_sessions::of_account(desk.tx, owner, desk.ctx.now, idle_before)?;
            Ok(OwnAccount {
                account,
                factors: kept.factors(),
                passkeys: of_account(desk.tx, owner)?,
                codes_left: credentials::codes_left(desk.tx, owner)?,
                sessions: glances
                    .into_iter()
                    .map(|glance| {
                        let own = glance.token_hash == here;
                        (glance, own)
                    })
                    .collect(),
            })
        })
        .await
    }

    /// Changes one's own name and zone.
    ///
    /// # Errors
    /// Denied, [`OwnAccountError::Form`], or the store's failure.
    pub async fn change_profile(&self, ctx: &Ctx, name: &str, zone: &str) -> Verdict<(), OwnAccountError> {
        let owner = owner(ctx)?;
        let (name, zone) = (name.to_owned(), zone.to_owned());
        self.act(ctx, Ask::to(Action::OwnAccount, format!("account {}", owner.1)), move |desk| {
            let mut problems = Vec::new();
            let name = text::line(&name, 200).map_err(|e| problems.push(("name", e.into()))).ok();
            let zone = checked_zone(&zone).map_err(|e| problems.push(("zone", e))).ok();
            let (Some(name), Some(zone)) = (name, zone) else {
                return no(OwnAccountError::Form(problems));
            };
            accounts::set_profile(desk.tx, owner, &name, &zone)?;
            Ok(())
        })
        .await
    }

    /// Changes the password of somebody who knows the present one. All other sessions end.
    ///
    /// # Errors
    /// Denied, also when the second factor was given too long ago, [`OwnAccountError`], or the store's failure.
    pub async fn change_password(
        &self,
        ctx: &Ctx,
        session: &Token,
        present: Password,
        new: Password,
    ) -> Verdict<(), OwnAccountError> {
        let owner = owner_for(ctx, Action::ChangeFactors)?;
        let asks = ctx.clone();
        let found = self
            .db
            .read_in(owner.0, move |tx| -> Result<_, StoreError> {
                let place = Place::of(tx, &asks, owner, Proven::Password)?;
                let account = accounts::find(tx, owner.0, owner.1)?;
                let practice = store::practices::find(tx, owner.0)?;
                Ok(account.zip(practice).zip(credentials::find(tx, owner)?.zip(Some(place))))
            })
            .await?;
        let Some(((account, practice), (kept, place))) = found else {
            return Err(Refused::Denied(Denial::NotSignedIn));
        };
        check_password(&new, &account, &practice.name)
            .map_err(|problem| Refused::Verb(OwnAccountError::Password(problem)))?;
        let turn = self.turn().await.map_err(|crowded| Refused::Verb(crowded.into()))?;
        let hash = kept.password_hash.clone().filter(|_| place.next_try(ctx.now) == NextTry::Now);
        let right = self.matches(&turn, present, hash).await;
        let new = self.hashed(&turn, new).await.map_err(|crowded| Refused::Verb(crowded.into()))?;
        let (ctx, here) = (ctx.clone(), session.hash());
        let change = move |tx: &mut Tx<'_>| -> Result<Verdict<(), OwnAccountError>, StoreError> {
            if !right {
                place.count(tx, owner, ctx.now)?;
                note(tx, &ctx, owner.0, owner.1, ("change_password", "refused", "password"))?;
                return Ok(no(OwnAccountError::WrongPassword));
            }
            credentials::set_password(tx, owner, &new)?;
            store::guesses::forget_all(tx, owner)?;
            store::links::end_of_account(tx, owner.0, owner.1, ctx.now)?;
            web_sessions::end_others(tx, owner, &here)?;
            note(tx, &ctx, owner.0, owner.1, ("change_password", "done", "own"))?;
            announce(tx, &ctx, owner, Change::PasswordChanged)?;
            Ok(Ok(()))
        };
        self.db.write_in(owner.0, change).await.map_err(Refused::from)?
    }

    /// Begins to add or change the second factor; the one in force, if any, stays until the new one is proven (see
    /// [`App::enrol`]).
    ///
    /// # Errors
    /// Denied, also when the last factor was given too long ago, or the store's failure.
    pub async fn begin_factor(&self, ctx: &Ctx) -> Verdict<(), OwnAccountError> {
        self.act(ctx, Ask::to(Action::ChangeFactors, "second factor begun"), |desk| {
            let owner = of_desk(desk)?;
            Ok(credentials::begin_factor(desk.tx, owner, &factors::new_secret(desk.ctx))?)
        })
        .await
    }

    /// Ten new recovery codes in place of the old ones, shown this once.
    ///
    /// # Errors
    /// Denied, also when the last factor was given too long ago, or the store's failure.
    pub async fn renew_recovery_codes(&self, ctx: &Ctx) -> Verdict<Vec<String>, OwnAccountError> {
        self.act(ctx, Ask::to(Action::ChangeFactors, "recovery codes"), move |desk| {
            let owner = of_desk(desk)?;
            if credentials::find(desk.tx, owner)?.is_none_or(|kept| !kept.factors().any()) {
                return no(OwnAccountError::NoFactor);
            }
            announce(desk.tx, desk.ctx, owner, Change::CodesRenewed)?;
            Ok(factors::renew_codes(desk.tx, desk.ctx, owner)?)
        })
        .await
    }

    /// Takes the codes of the authenticator away. Staff keep one factor at least. All sessions end; a new one begins.
    ///
    /// # Errors
    /// Denied, also when the last factor was given too long ago, [`OwnAccountError`], or the store's failure.
    pub async fn remove_factor(&self, ctx: &Ctx, device: &str) -> Verdict<Renewed, OwnAccountError> {
        let device = device.to_owned();
        self.act(ctx, Ask::to(Action::ChangeFactors, "second factor removed"), move |desk| {
            let owner = of_desk(desk)?;
            credentials::hold(desk.tx, owner)?;
            let account = accounts::find(desk.tx, owner.0, owner.1)?;
            let kept = credentials::find(desk.tx, owner)?;
            let (Some(account), Some(kept)) = (account, kept) else {
                return Err(Refused::Denied(Denial::NotSignedIn));
            };
            let left = kept.factors().without_codes();
            if account.roles.is_staff() && !left.any() {
                return no(OwnAccountError::FactorNeeded);
            }
            credentials::remove_factor(desk.tx, owner)?;
            if !left.any() {
                credentials::forget_codes(desk.tx, owner)?;
            }
            announce(desk.tx, desk.ctx, owner, Change::FactorRemoved)?;
            Ok(Renewed { token: whole_session(desk.tx, desk.ctx, owner, &device)? })
        })
        .await
    }

    /// Ends one of one's own sessions, named by the hash the page showed.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn end_session(&self, ctx: &Ctx, token_hash: &str) -> Verdict<(), OwnAccountError> {
        let owner = owner(ctx)?;
        let hash = token_hash.to_owned();
        self.act(ctx, Ask::to(Action::OwnAccount, "session"), move |desk| {
            Ok(web_sessions::end_one(desk.tx, owner, &hash)?)
        })
        .await
    }

    /// Signs out everywhere, here included.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn end_all_sessions(&self, ctx: &Ctx) -> Verdict<(), OwnAccountError> {
        let owner = owner(ctx)?;
        self.act(ctx, Ask::to(Action::OwnAccount, "all sessions"), move |desk| {
            web_sessions::end_all(desk.tx, owner.0, owner.1)?;
            Ok(())
        })
        .await
    }
}

/// Whose account a desk is about: the acting person's own.
pub(crate) fn of_desk<E>(desk: &Desk<'_, '_>) -> Verdict<Owner, E> {
    let account = desk.grant.account().ok_or(Refused::Denied(Denial::NotSignedIn))?;
    Ok((desk.grant.scope().practice(), account))
}

/// Whose account it is, after the decision that they may touch it.
fn owner<E>(ctx: &Ctx) -> Result<Owner, Refused<E>> {
    owner_for(ctx, Action::OwnAccount)
}

/// Whose account it is, after the decision that they may do this with it.
pub(crate) fn owner_for<E>(ctx: &Ctx, action: Action) -> Result<Owner, Refused<E>> {
    let grant = access::decide(&ctx.actor, action, Facts::default(), ctx.now).map_err(Refused::Denied)?;
    let account = grant.account().ok_or(Refused::Denied(Denial::NotSignedIn))?;
    Ok((grant.scope().practice(), account))
}

fn idle_before(now: Timestamp) -> Timestamp {
    now.saturating_sub(SignedDuration::from_mins(IDLE_MINUTES)).unwrap_or(Timestamp::MIN)
}
