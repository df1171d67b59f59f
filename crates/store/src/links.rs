//! One-time links. Only the hash of a link's token is kept. A link is opened before anybody is signed in, so these
//! functions ask for no grant; whoever issues one has been granted the deed that needs it.

use crate::vault::{Field, Vault};
use crate::{Row, StoreError, ToValue, Tx, queries};
use domain::ids::{AccountId, ClientId, EpisodeId, LinkId, PracticeId};
use domain::link::LinkPurpose;
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO one_time_link (id, token_hash, practice_id, purpose, account_id, client_id, episode_id,
                     created_by, created_at, expires_at, payload)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    FIND = "SELECT id, token_hash, practice_id, purpose, account_id, client_id, episode_id, created_by, created_at,
                   expires_at, payload, used_at FROM one_time_link WHERE token_hash = $1";
    // A used link carries nothing any more, so that whoever takes the mark of its use away has a link that is refused.
    SPEND = "UPDATE one_time_link SET used_at = $1, payload = NULL
             WHERE token_hash = $2 AND used_at IS NULL AND expires_at > $1";
    SPENT_FOR = "SELECT practice_id FROM one_time_link WHERE token_hash = $1 AND purpose = $2 AND used_at IS NOT NULL";
    WHOSE = "SELECT id, practice_id, account_id, client_id FROM one_time_link WHERE token_hash = $1";
    REWRITE = "UPDATE one_time_link SET payload = $1 WHERE token_hash = $2 AND payload = $3 AND used_at IS NULL";
    END_OF_ACCOUNT = "UPDATE one_time_link SET used_at = $1, payload = NULL
                      WHERE practice_id = $2 AND account_id = $3 AND used_at IS NULL";
    END_OF_PURPOSE = "UPDATE one_time_link SET used_at = $1, payload = NULL WHERE purpose = $2 AND used_at IS NULL";
    SWEEP = "DELETE FROM one_time_link WHERE expires_at <= $1";
}

/// What a link carries. Sealed with a key of the installation: the first link is made before there is a practice.
pub(crate) const PAYLOAD: Field = Field {
    table: "one_time_link",
    column: "payload",
    bound: &[
        "id",
        "token_hash",
        "practice_id",
        "purpose",
        "account_id",
        "client_id",
        "episode_id",
        "created_by",
        "created_at",
        "expires_at",
    ],
    named_by: 1,
};

/// A link as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Hash of its token.
    pub token_hash: String,
    /// Its name, apart from its secret.
    pub id: LinkId,
    /// The practice; none before the first one exists.
    pub practice: Option<PracticeId>,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Whose account it opens.
    pub account: Option<AccountId>,
    /// Which client it is about.
    pub client: Option<ClientId>,
    /// Which episode it is about.
    pub episode: Option<EpisodeId>,
    /// What else its purpose needs, as the issuing verb wrote it.
    pub payload: String,
    /// Who made it; none for the program itself.
    pub created_by: Option<AccountId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// First instant at which it no longer works.
    pub expires_at: Timestamp,
    /// How its payload stands in the table; of a new link nothing.
    pub kept: Kept,
}

/// A payload as it stands in the table, so that a change of it can tell whether somebody else was faster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept(Vec<u8>);

/// Keeps a new link.
///
/// # Errors
/// [`StoreError`].
pub fn insert(tx: &mut Tx<'_>, link: &Link) -> Result<(), StoreError> {
    let purpose = link.purpose.code();
    let bound = bound(link, &purpose);
    let sealed = tx.vault().entrance().bytes(&PAYLOAD, &bound, link.payload.as_bytes())?;
    tx.exec(INSERT, &[&bound[..], &[&sealed]].concat())?;
    Ok(())
}

/// The link behind a token's hash, if it still works at `now`.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, token_hash: &str, now: Timestamp) -> Result<Option<Link>, StoreError> {
    let vault = tx.share_vault();
    let found = tx.one(FIND, &[&token_hash], |row| link(&vault, row))?;
    Ok(found.flatten().filter(|link| now < link.expires_at))
}

/// Uses a link up; gives whether it was still whole. Of two who press at once, one is told no.
///
/// # Errors
/// [`StoreError`].
pub fn spend(tx: &mut Tx<'_>, token_hash: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.exec(SPEND, &[&now, &token_hash])? > 0)
}

/// The practice of a link that was used up for a purpose, so that whoever used it is told so.
///
/// # Errors
/// [`StoreError`].
pub fn spent_for(
    tx: &mut Tx<'_>,
    token_hash: &str,
    purpose: LinkPurpose,
) -> Result<Option<PracticeId>, StoreError> {
    let found = tx.one(SPENT_FOR, &[&token_hash, &purpose.code()], |row| row.get::<Option<PracticeId>>(0))?;
    Ok(found.flatten())
}

/// Whose a link is, for the trail alone: it may have ended, and its seal is not asked. It opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whose {
    /// The link.
    pub link: LinkId,
    /// In whose trail it belongs; none for the set-up.
    pub practice: Option<PracticeId>,
    /// Whose account it opens or opened.
    pub account: Option<AccountId>,
    /// Which client it is about.
    pub client: Option<ClientId>,
}

/// Whose the link behind a token's hash is or was, until it is forgotten.
///
/// # Errors
/// [`StoreError`].
pub fn whose(tx: &mut Tx<'_>, token_hash: &str) -> Result<Option<Whose>, StoreError> {
    tx.one(WHOSE, &[&token_hash], |row| {
        Ok(Whose { link: row.get(0)?, practice: row.get(1)?, account: row.get(2)?, client: row.get(3)? })
    })
}

/// Writes down how far a link was used; gives whether it was still as `link` says.
///
/// # Errors
/// [`StoreError`].
pub fn rewrite(tx: &mut Tx<'_>, link: &Link, payload: &str) -> Result<bool, StoreError> {
    let purpose = link.purpose.code();
    let sealed = tx.vault().entrance().bytes(&PAYLOAD, &bound(link, &purpose), payload.as_bytes())?;
    Ok(tx.exec(REWRITE, &[&sealed, &link.token_hash, &link.kept.0])? > 0)
}

/// Ends every open link of an account: a new one replaces them, and a disabled account has none.
///
/// # Errors
/// [`StoreError`].
pub fn end_of_account(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    account: AccountId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(END_OF_ACCOUNT, &[&now, &practice, &account])?;
    Ok(())
}

/// Ends every open link of a purpose.
///
/// # Errors
/// [`StoreError`].
pub fn end_of_purpose(tx: &mut Tx<'_>, purpose: LinkPurpose, now: Timestamp) -> Result<(), StoreError> {
    tx.exec(END_OF_PURPOSE, &[&now, &purpose.code()])?;
    Ok(())
}

/// Forgets links that ended before an instant.
///
/// # Errors
/// [`StoreError`].
pub fn sweep(tx: &mut Tx<'_>, ended_before: Timestamp) -> Result<u64, StoreError> {
    tx.exec(SWEEP, &[&ended_before])
}

/// What is bound to the payload, in the order of [`PAYLOAD`].
fn bound<'l>(link: &'l Link, purpose: &'l &'static str) -> [&'l dyn ToValue; 10] {
    [
        &link.id,
        &link.token_hash,
        &link.practice,
        purpose,
        &link.account,
        &link.client,
        &link.episode,
        &link.created_by,
        &link.created_at,
        &link.expires_at,
    ]
}

/// `None` for a used link and for a purpose this version does not know: neither opens anything.
fn link(vault: &Vault, row: &Row<'_>) -> Result<Option<Link>, StoreError> {
    let used: Option<Timestamp> = row.get(11)?;
    let purpose = LinkPurpose::from_code(&row.get::<String>(3)?);
    let (None, Some(purpose)) = (used, purpose) else { return Ok(None) };
    let payload = vault.entrance().text(&PAYLOAD, row, 0)?;
    Ok(Some(Link {
        id: row.get(0)?,
        token_hash: row.get(1)?,
        practice: row.get(2)?,
        purpose,
        account: row.get(4)?,
        client: row.get(5)?,
        episode: row.get(6)?,
        created_by: row.get(7)?,
        created_at: row.get(8)?,
        expires_at: row.get(9)?,
        payload,
        kept: Kept(row.get(10)?),
    }))
}
