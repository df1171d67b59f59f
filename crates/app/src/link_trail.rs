//! What is tried with one-time links stands in the trail: the page that was opened, the key of its drafts, and whatever
//! came to nothing, the link that has ended included. Nobody is signed in, so no corridor writes these lines.
//!
//! A token that no link ever had, or whose link was forgotten thirty days after its end, names no practice, and so no
//! trail; nor does the link of the very first set-up.

use crate::App;
use crate::context::Ctx;
use crate::links::{self, OpenLink};
use crate::sessions::Token;
use domain::access::{Class, Rule};
use store::links::Whose;
use store::{Across, StoreError, Tx, audit};

/// The word the trail keeps for a link that opens nothing any more.
const ENDED: &str = "link_ended";

/// What is looked at by a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// Its page.
    Page,
    /// The key of what the device keeps while the link is used.
    DraftKey,
}

impl App {
    /// What a link would do, if it still works, and the line that says somebody looked: `done`, or `denied` once it
    /// has ended. Without the line nothing is shown.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn open_link(
        &self,
        ctx: &Ctx,
        token: &Token,
        looked: Looked,
    ) -> Result<Option<OpenLink>, StoreError> {
        let (ctx, token) = (ctx.clone(), token.clone());
        let look = move |tx: &mut Tx<'_>| -> Result<Option<OpenLink>, StoreError> {
            let found = links::look(tx, ctx.now, &token)?;
            let told = match found {
                Some(_) => ("done", Rule::Link.code()),
                None => ("denied", ENDED),
            };
            tell(tx, &ctx, (&token, looked), told)?;
            Ok(found)
        };
        self.db.across_practices(Across::Link).write(look).await
    }

    /// Writes down that somebody tried to use a link and nothing came of it, unless a line says so already: `refused`
    /// while the link works, `denied` once it has ended.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn link_tried(&self, ctx: &Ctx, token: &Token) -> Result<(), StoreError> {
        if ctx.told.is_told() {
            return Ok(());
        }
        let (ctx, token) = (ctx.clone(), token.clone());
        let write = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let told = match links::look(tx, ctx.now, &token)? {
                Some(_) => ("refused", Rule::Link.code()),
                None => ("denied", ENDED),
            };
            tell(tx, &ctx, (&token, Looked::Page), told)
        };
        self.db.across_practices(Across::Link).write(write).await
    }
}

/// The line, in the trail of the practice whose link it is; nowhere when there is none.
fn tell(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (token, looked): (&Token, Looked),
    (outcome, rule): (&str, &str),
) -> Result<(), StoreError> {
    let Some(whose) = store::links::whose(tx, &token.hash())? else { return Ok(()) };
    let Some(practice) = whose.practice else { return Ok(()) };
    ctx.told.tell();
    let entry = audit::Entry {
        id: ctx.new_id(),
        at: ctx.now,
        actor: format!("link {}", whose.link),
        for_whom: whose.client.map_or_else(|| "self".to_owned(), |client| format!("client {client}")),
        action: "open_link".to_owned(),
        class: Class::K10.code().to_owned(),
        client: whose.client,
        object: object(&whose, looked),
        outcome: outcome.to_owned(),
        rule: rule.to_owned(),
        origin: ctx.origin.text().to_owned(),
    };
    audit::append(tx, practice, &entry)
}

/// The account a link opens, so that its page of staff events shows it; the link by its name, never by its secret.
fn object(whose: &Whose, looked: Looked) -> String {
    match (looked, whose.account) {
        (Looked::Page, Some(account)) => format!("account {account}"),
        (Looked::Page, None) => format!("link {}", whose.link),
        (Looked::DraftKey, _) => format!("draft key of link {}", whose.link),
    }
}
