//! One's own passkeys: what they are called, and taking one away.

use super::adding::NAME_MOST;
use crate::App;
use crate::announcements::announce;
use crate::context::Ctx;
use crate::entry::{Action, Ask, Refused, Verdict, no};
use crate::joining::whole_session;
use crate::own_account::{OwnAccountError, Renewed, of_desk};
use domain::access::Denial;
use domain::ids::PasskeyId;
use domain::text;
use domain::way_in::Change;
use jiff::Timestamp;
use store::credentials::{self, Owner};
use store::{StoreError, Tx, accounts, passkeys};

/// A passkey as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPasskey {
    /// Its id.
    pub id: PasskeyId,
    /// What they called it.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When they last signed in with it.
    pub used_at: Option<Timestamp>,
    /// Whether it is copied between their devices.
    pub is_copied: bool,
}

/// The passkeys of an account, the oldest first.
pub(crate) fn of_account(tx: &mut Tx<'_>, owner: Owner) -> Result<Vec<OwnPasskey>, StoreError> {
    let found = passkeys::of_account(tx, owner)?.into_iter().map(|(passkey, name)| OwnPasskey {
        id: passkey.id,
        name,
        created_at: passkey.created_at,
        used_at: passkey.used_at,
        is_copied: passkey.state.is_copied,
    });
    Ok(found.collect())
}

impl App {
    /// Gives one of one's passkeys another name.
    ///
    /// # Errors
    /// Denied, [`OwnAccountError`], or the store's failure.
    pub async fn rename_passkey(&self, ctx: &Ctx, id: PasskeyId, name: &str) -> Verdict<(), OwnAccountError> {
        let name = name.to_owned();
        self.act(ctx, Ask::to(Action::OwnAccount, format!("passkey {id}")), move |desk| {
            let owner = of_desk(desk)?;
            let name = match text::line(&name, NAME_MOST) {
                Ok(name) => name,
                Err(wrong) => return no(OwnAccountError::Form(vec![("passkey", wrong.into())])),
            };
            if !passkeys::rename(desk.tx, owner, id, &name)? {
                return no(OwnAccountError::NoSuchPasskey);
            }
            Ok(())
        })
        .await
    }

    /// Takes one of one's passkeys away. Whoever works here keeps one factor at least. All sessions end; a new one
    /// begins.
    ///
    /// # Errors
    /// Denied, also when the last factor was given too long ago, [`OwnAccountError`], or the store's failure.
    pub async fn remove_passkey(
        &self,
        ctx: &Ctx,
        id: PasskeyId,
        device: &str,
    ) -> Verdict<Renewed, OwnAccountError> {
        let device = device.to_owned();
        self.act(ctx, Ask::to(Action::ChangeFactors, format!("passkey {id} removed")), move |desk| {
            let owner = of_desk(desk)?;
            credentials::hold(desk.tx, owner)?;
            let account = accounts::find(desk.tx, owner.0, owner.1)?;
            let kept = credentials::find(desk.tx, owner)?;
            let (Some(account), Some(kept)) = (account, kept) else {
                return Err(Refused::Denied(Denial::NotSignedIn));
            };
            let left = kept.factors().without_a_passkey();
            if account.roles.is_staff() && !left.any() {
                return no(OwnAccountError::FactorNeeded);
            }
            if !passkeys::remove(desk.tx, owner, id)? {
                return no(OwnAccountError::NoSuchPasskey);
            }
            if !left.any() {
                credentials::forget_codes(desk.tx, owner)?;
            }
            announce(desk.tx, desk.ctx, owner, Change::PasskeyRemoved)?;
            Ok(Renewed { token: whole_session(desk.tx, desk.ctx, owner, &device)? })
        })
        .await
    }
}
