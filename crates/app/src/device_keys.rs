//! Keys that seal what a browser keeps of a form while it is being filled in. They are derived, never kept: whoever may
//! have one gets the same again, so that a draft outlives a dead battery and a session, and nobody else can read it.

use crate::App;
use crate::context::Ctx;
use crate::entry::{Refused, Verdict};
use crate::link_trail::Looked;
use crate::sessions::Token;
use domain::access::{self, Action, Denial, Facts};
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use store::StoreError;

/// What the derived secret is for.
const LABEL: &str = "device drafts";

impl App {
    /// The key of the acting person's drafts, as base64.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub fn draft_key(&self, ctx: &Ctx) -> Verdict<String, Infallible> {
        let grant = access::decide(&ctx.actor, Action::OwnAccount, Facts::default(), ctx.now)
            .map_err(Refused::Denied)?;
        let account = grant.account().ok_or(Refused::Denied(Denial::NotSignedIn))?;
        let whose = format!("account {} {account}", grant.scope().practice());
        Ok(self.derived(&whose)?)
    }

    /// The key of what is kept while a link is being used, as base64; none once it has ended. The asking is in the trail.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn draft_key_of_link(&self, ctx: &Ctx, token: &Token) -> Result<Option<String>, StoreError> {
        match self.open_link(ctx, token, Looked::DraftKey).await? {
            Some(_) => Ok(Some(self.derived(&format!("link {}", token.hash()))?)),
            None => Ok(None),
        }
    }

    fn derived(&self, whose: &str) -> Result<String, StoreError> {
        let secret = self.db.vault().derive(LABEL)?;
        let key = Sha256::new().chain_update(secret).chain_update(whose).finalize();
        Ok(data_encoding::BASE64.encode(&key))
    }
}
