//! One-time links. Only the hash of a link's token is kept. A link is opened before anybody is signed in, so these
//! functions ask for no grant; whoever issues one has been granted the deed that needs it.

use crate::{Row, StoreError, Tx, queries};
use domain::ids::{AccountId, ClientId, EpisodeId, LinkId, PracticeId};
use domain::link::LinkPurpose;
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO one_time_link (token_hash, id, practice_id, purpose, account_id, client_id, episode_id,
                     payload, created_by, created_at, expires_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    FIND = "SELECT token_hash, id, practice_id, purpose, account_id, client_id, episode_id, payload, expires_at, used_at
            FROM one_time_link WHERE token_hash = $1";
    SPEND = "UPDATE one_time_link SET used_at = $1 WHERE token_hash = $2 AND used_at IS NULL AND expires_at > $1";
    SPENT_FOR = "SELECT practice_id FROM one_time_link WHERE token_hash = $1 AND purpose = $2 AND used_at IS NOT NULL";
    REWRITE = "UPDATE one_time_link SET payload = $1 WHERE token_hash = $2 AND payload = $3 AND used_at IS NULL";
    END_OF_ACCOUNT = "UPDATE one_time_link SET used_at = $1 WHERE practice_id = $2 AND account_id = $3 AND used_at IS NULL";
    END_OF_PURPOSE = "UPDATE one_time_link SET used_at = $1 WHERE purpose = $2 AND used_at IS NULL";
    SWEEP = "DELETE FROM one_time_link WHERE expires_at <= $1";
}

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
    /// First instant at which it no longer works.
    pub expires_at: Timestamp,
}

/// Keeps a new link.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    tx: &mut Tx<'_>,
    link: &Link,
    created_by: Option<AccountId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(
        INSERT,
        &[
            &link.token_hash,
            &link.id,
            &link.practice,
            &link.purpose.code(),
            &link.account,
            &link.client,
            &link.episode,
            &link.payload,
            &created_by,
            &now,
            &link.expires_at,
        ],
    )?;
    Ok(())
}

/// The link behind a token's hash, if it still works at `now`.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, token_hash: &str, now: Timestamp) -> Result<Option<Link>, StoreError> {
    let found = tx.one(FIND, &[&token_hash], link)?;
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

/// Writes down how far a link was used; gives whether it was still as `link` says.
///
/// # Errors
/// [`StoreError`].
pub fn rewrite(tx: &mut Tx<'_>, link: &Link, payload: &str) -> Result<bool, StoreError> {
    Ok(tx.exec(REWRITE, &[&payload, &link.token_hash, &link.payload])? > 0)
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

/// `None` for a used link and for a purpose this version does not know: neither opens anything.
fn link(row: &Row<'_>) -> Result<Option<Link>, StoreError> {
    let used: Option<Timestamp> = row.get(9)?;
    let Some(purpose) = LinkPurpose::from_code(&row.get::<String>(3)?) else { return Ok(None) };
    let link = Link {
        token_hash: row.get(0)?,
        id: row.get(1)?,
        practice: row.get(2)?,
        purpose,
        account: row.get(4)?,
        client: row.get(5)?,
        episode: row.get(6)?,
        payload: row.get(7)?,
        expires_at: row.get(8)?,
    };
    Ok(used.is_none().then_some(link))
}
