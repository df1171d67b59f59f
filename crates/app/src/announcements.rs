//! Telling people what happened to their way in (requirement A8): whoever signs in next as that person sees it first,
//! and whoever runs the practice learns it of the people who work there. There is no mail yet; this is the one contact
//! point the program has of its own.

use crate::App;
use crate::context::Ctx;
use crate::entry::{Action, Ask, Verdict};
use crate::own_account::owner_for;
use crate::sessions::Token;
use domain::access::Actor;
use domain::account::{AccountState, Role, Roles};
use domain::ids::AccountId;
use domain::way_in::Change;
use jiff::Timestamp;
use std::convert::Infallible;
use store::account_notices::{self, AccountNotice};
use store::credentials::Owner;
use store::{StoreError, Tx, accounts, findings, web_sessions};

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// What happened.
    pub change: Change,
    /// When.
    pub at: Timestamp,
    /// From which network address.
    pub origin: String,
    /// To whom; none when it is oneself.
    pub who: Option<String>,
}

/// Tells whose way in it is and, where they work here or did not do it, everybody else who runs the practice. In the
/// transaction of the deed, so that no recovery stays untold.
pub(crate) fn announce(tx: &mut Tx<'_>, ctx: &Ctx, owner: Owner, change: Change) -> Result<(), StoreError> {
    for to in recipients(tx, owner, change)? {
        let notice = AccountNotice {
            id: ctx.new_id(),
            change,
            at: ctx.now,
            subject: owner.1,
            origin: ctx.origin.text().to_owned(),
        };
        account_notices::tell(tx, (owner.0, to), &notice)?;
    }
    Ok(())
}

fn recipients(tx: &mut Tx<'_>, owner: Owner, change: Change) -> Result<Vec<AccountId>, StoreError> {
    let concerned = accounts::with_administrators(tx, owner)?;
    let works_here = concerned.iter().any(|one| one.id == owner.1 && one.roles.is_staff());
    let others_too = works_here || change == Change::Disowned;
    let told = concerned.into_iter().filter(|one| match one.id == owner.1 {
        true => change != Change::Disowned,
        false => others_too && one.state == AccountState::Active && one.roles.has(Role::Administrator),
    });
    Ok(told.map(|one| one.id).collect())
}

/// Whether something waits to be read by an account with these roles: about its way in, or found by the nightly look.
pub(crate) fn awaits(tx: &mut Tx<'_>, owner: Owner, roles: &Roles) -> Result<bool, StoreError> {
    Ok(account_notices::any_unread(tx, owner)? || findings_wait(tx, owner, roles)?)
}

/// The same of somebody who has just signed in.
pub(crate) fn awaits_after_sign_in(tx: &mut Tx<'_>, owner: Owner) -> Result<bool, StoreError> {
    let roles = accounts::find(tx, owner.0, owner.1)?.map(|who| who.roles).unwrap_or_default();
    awaits(tx, owner, &roles)
}

fn findings_wait(tx: &mut Tx<'_>, owner: Owner, roles: &Roles) -> Result<bool, StoreError> {
    Ok(domain::finding::is_told(roles) && findings::any_waiting(tx, owner.0)?)
}

fn roles_of(actor: &Actor) -> Roles {
    match actor {
        Actor::Person(person) => person.roles.clone(),
        Actor::Visitor | Actor::LinkBearer(_) | Actor::Operator(_) => Roles::of([]),
    }
}

impl App {
    /// Whether there is something to read before one goes on.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn has_news(&self, ctx: &Ctx) -> Verdict<bool, Infallible> {
        let owner = owner_for(ctx, Action::ReadNotices)?;
        let roles = roles_of(&ctx.actor);
        Ok(self.db.read_in(owner.0, move |tx| awaits(tx, owner, &roles)).await?)
    }

    /// Whether the nightly look found something that one is told and nobody answered.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn has_findings(&self, ctx: &Ctx) -> Verdict<bool, Infallible> {
        let owner = owner_for(ctx, Action::ReadNotices)?;
        let roles = roles_of(&ctx.actor);
        Ok(self.db.read_in(owner.0, move |tx| findings_wait(tx, owner, &roles)).await?)
    }

    /// What one has not said one has read, oldest first.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn news(&self, ctx: &Ctx) -> Verdict<Vec<News>, Infallible> {
        let owner = owner_for(ctx, Action::ReadNotices)?;
        self.act(ctx, Ask::to(Action::ReadNotices, "notices about ways in"), move |desk| {
            let unread = account_notices::unread(desk.tx, owner)?.into_iter();
            let news = unread.map(|(notice, name)| News {
                change: notice.change,
                at: notice.at,
                origin: notice.origin,
                who: (notice.subject != owner.1).then_some(name),
            });
            Ok(news.collect())
        })
        .await
    }

    /// One has read what was told up to an instant.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn read_news(&self, ctx: &Ctx, up_to: Timestamp) -> Verdict<(), Infallible> {
        let owner = owner_for(ctx, Action::ReadNotices)?;
        self.act(ctx, Ask::to(Action::ReadNotices, "notices about ways in read"), move |desk| {
            Ok(account_notices::read(desk.tx, owner, up_to, desk.ctx.now)?)
        })
        .await
    }

    /// Says that a change was not one's own: every other session ends, and the administrators are told.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn disown(&self, ctx: &Ctx, session: &Token, up_to: Timestamp) -> Verdict<(), Infallible> {
        let (owner, here) = (owner_for(ctx, Action::ReadNotices)?, session.hash());
        self.act(ctx, Ask::to(Action::OwnAccount, "a change of the way in was not mine"), move |desk| {
            web_sessions::end_others(desk.tx, owner, &here)?;
            account_notices::read(desk.tx, owner, up_to, desk.ctx.now)?;
            Ok(announce(desk.tx, desk.ctx, owner, Change::Disowned)?)
        })
        .await
    }
}
