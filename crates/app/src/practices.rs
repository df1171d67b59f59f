//! Practices: found one, and its first people.

use crate::App;
use crate::context::Ctx;
use domain::account::{AccountState, Roles};
use domain::ids::{AccountId, ClientId, PracticeId};
use store::accounts::{self, Account};
use store::practices::{self, Practice};
use store::{Across, StoreError, Tx};
use unicode_normalization::UnicodeNormalization;

pub use store::practices::Purpose;

/// A practice to be founded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPractice {
    /// Its name.
    pub name: String,
    /// Its time zone (IANA name).
    pub zone: String,
    /// What it is for.
    pub purpose: Purpose,
}

impl App {
    /// All practices of this database. For the command line and the first start, before anybody is signed in.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn practices(&self) -> Result<Vec<Practice>, StoreError> {
        self.db.across_practices(Across::Operator).read(practices::all).await
    }
}

/// Founds a practice inside a transaction.
pub(crate) fn found(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewPractice) -> Result<PracticeId, StoreError> {
    let id: PracticeId = ctx.new_id();
    let practice = Practice {
        id,
        name: new.name.clone(),
        zone: new.zone.clone(),
        purpose: new.purpose,
        created_at: ctx.now,
    };
    practices::insert(tx, &practice)?;
    Ok(id)
}

/// Who is to get an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Name.
    pub name: String,
    /// Email address as written; also the name to sign in with.
    pub email: String,
    /// Roles.
    pub roles: Roles,
    /// Time zone (IANA name).
    pub zone: String,
    /// The client this account is, for a client's own.
    pub client: Option<ClientId>,
}

/// Adds an account inside a transaction.
pub(crate) fn add_account(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    practice: PracticeId,
    new: &NewAccount,
    state: AccountState,
) -> Result<AccountId, StoreError> {
    let id: AccountId = ctx.new_id();
    let account = Account {
        practice,
        id,
        version: 1,
        name: new.name.clone(),
        email: new.email.clone(),
        roles: new.roles.clone(),
        zone: new.zone.clone(),
        state,
        client: new.client,
        created_at: ctx.now,
    };
    accounts::insert(tx, &account, &email_key(&new.email))?;
    Ok(id)
}

/// An address as sign-in compares it: NFKC, case folded.
pub(crate) fn email_key(email: &str) -> String {
    let normal: String = email.nfkc().collect();
    domain::text::folded(&normal)
}
