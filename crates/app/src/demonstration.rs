//! Demonstration practices: made-up people who are entered by a link alone. What stands here refuses any practice that
//! gives real care.

use crate::App;
use crate::context::{Ctx, Origin};
use crate::entry::{Refused, Verdict, no};
use crate::links::{self, NewLink};
use crate::practices::{self, NewAccount, NewPractice, Purpose};
use crate::sessions::Token;
use domain::access::{Actor, Assurance, Person};
use domain::account::AccountState;
use domain::ids::{AccountId, PracticeId};
use domain::link::LinkPurpose;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::practices::Practice;
use store::{Across, StoreError, Tx, accounts, clients};

/// Why something that only demonstrations may do was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DemonstrationError {
    /// The practice gives real care: nobody comes in there without their own factors.
    #[error("this is no demonstration: nobody can be added or let in this way")]
    NotADemonstration,
    /// Asked from somewhere else than the machine's own command line.
    #[error("a demonstration is founded from the command line only")]
    NotTheCommandLine,
    /// No such account, or a disabled one.
    #[error("no such account in the demonstration")]
    NoSuchAccount,
}

type Outcome<T> = Result<Verdict<T, DemonstrationError>, StoreError>;

impl App {
    /// Founds a practice whose people are made up.
    ///
    /// # Errors
    /// [`DemonstrationError::NotTheCommandLine`], or the store's failure.
    pub async fn found_demonstration(
        &self,
        ctx: &Ctx,
        name: &str,
        zone: &str,
    ) -> Verdict<PracticeId, DemonstrationError> {
        if ctx.origin != Origin::CommandLine {
            return no(DemonstrationError::NotTheCommandLine);
        }
        let new =
            NewPractice { name: name.to_owned(), zone: zone.to_owned(), purpose: Purpose::Demonstration };
        let ctx = ctx.clone();
        let found = move |tx: &mut Tx<'_>| -> Result<_, StoreError> { practices::found(tx, &ctx, &new) };
        Ok(self.db.across_practices(Across::Founding).write(found).await?)
    }

    /// Adds a made-up person who can be entered at once. With [`NewAccount::client`] it is that client's own account.
    ///
    /// # Errors
    /// [`DemonstrationError::NotADemonstration`], or the store's failure.
    pub async fn add_demo_member(
        &self,
        ctx: &Ctx,
        practice: PracticeId,
        new: NewAccount,
    ) -> Verdict<AccountId, DemonstrationError> {
        let ctx = ctx.clone();
        let add = move |tx: &mut Tx<'_>| -> Outcome<AccountId> {
            if let Err(refused) = made_up(tx, practice)? {
                return Ok(Err(refused));
            }
            let id = practices::add_account(tx, &ctx, practice, &new, AccountState::Active)?;
            if let Some(client) = new.client {
                clients::link_account(tx, practice, client, id)?;
            }
            Ok(Ok(id))
        };
        self.db.write_in(practice, add).await.map_err(Refused::from)?
    }

    /// A link by which anybody enters the demonstration as one of its people, once.
    ///
    /// # Errors
    /// [`DemonstrationError`], or the store's failure.
    pub async fn demonstration_link(
        &self,
        ctx: &Ctx,
        practice: PracticeId,
        account: AccountId,
    ) -> Verdict<Token, DemonstrationError> {
        let ctx = ctx.clone();
        let link = move |tx: &mut Tx<'_>| -> Outcome<Token> {
            if let Err(refused) = made_up(tx, practice)? {
                return Ok(Err(refused));
            }
            let known = accounts::find(tx, practice, account)?;
            if !known.is_some_and(|account| account.state == AccountState::Active) {
                return Ok(no(DemonstrationError::NoSuchAccount));
            }
            let new = NewLink::for_account(LinkPurpose::Demonstration, practice, account);
            let (_, token) = links::issue(tx, &ctx, new)?;
            links::note(tx, &ctx, practice, account, ("link_issued", "done", "operator"))?;
            Ok(Ok(token))
        };
        self.db.write_in(practice, link).await.map_err(Refused::from)?
    }

    /// The context in which a made-up person acted at some instant: how a demonstration gets its past.
    ///
    /// # Errors
    /// [`DemonstrationError`], or the store's failure.
    pub async fn demo_ctx_at(
        &self,
        at: Timestamp,
        practice: PracticeId,
        account: AccountId,
    ) -> Verdict<Ctx, DemonstrationError> {
        let look = move |tx: &mut Tx<'_>| -> Outcome<_> {
            let place = match made_up(tx, practice)? {
                Ok(place) => place,
                Err(refused) => return Ok(Err(refused)),
            };
            match accounts::find(tx, practice, account)? {
                Some(account) if account.state == AccountState::Active => Ok(Ok((place, account))),
                _ => Ok(no(DemonstrationError::NoSuchAccount)),
            }
        };
        let (place, found) = self.db.read_in(practice, look).await.map_err(Refused::from)??;
        let person = Person {
            account,
            practice,
            state: found.state,
            roles: found.roles,
            own_client: found.client,
            assurance: Assurance::Full,
            verified_at: Some(at),
        };
        let zone = TimeZone::get(&place.zone).unwrap_or(TimeZone::UTC);
        Ok(self.ctx_at(at, Actor::Person(person), zone, Origin::CommandLine))
    }
}

fn made_up(tx: &mut Tx<'_>, practice: PracticeId) -> Outcome<Practice> {
    match store::practices::find(tx, practice)? {
        Some(found) if found.purpose == Purpose::Demonstration => Ok(Ok(found)),
        _ => Ok(no(DemonstrationError::NotADemonstration)),
    }
}
