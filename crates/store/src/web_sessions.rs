//! Sessions of signed-in people. Only the hash of a session's token is kept.

use crate::account_names::NAME;
use crate::vault::{Field, Taken, Vault};
use crate::{Row, StoreError, Tx, queries};
use domain::access::{Assurance, Person};
use domain::account::{AccountState, Roles};
use domain::ids::{AccountId, PracticeId};
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO web_session (token_hash, practice_id, account_id, assurance, created_at, seen_at, ends_at, device,
                verified_at, mark)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    // Three marked rows, one after the other; then what no mark covers.
    FIND = "SELECT s.token_hash, s.practice_id, s.account_id, s.assurance, s.created_at, s.ends_at, s.verified_at, s.mark,
                   a.practice_id, a.id, a.version, a.email_key, a.roles, a.zone, a.state, a.client_id, a.created_at, a.mark,
                   p.id, p.name, p.zone, p.purpose, p.created_at, p.mark,
                   s.seen_at, a.practice_id, a.id, a.version, a.name
            FROM web_session s
            JOIN account a ON a.practice_id = s.practice_id AND a.id = s.account_id
            JOIN practice p ON p.id = s.practice_id
            WHERE s.token_hash = $1";
    TOUCH = "UPDATE web_session SET seen_at = $1 WHERE token_hash = $2";
    END = "DELETE FROM web_session WHERE token_hash = $1";
    OF_ACCOUNT = "SELECT practice_id, account_id, token_hash, device, assurance, created_at, seen_at FROM web_session
                  WHERE practice_id = $1 AND account_id = $2 AND ends_at > $3 AND seen_at > $4 ORDER BY seen_at DESC";
    END_ONE_OF_ACCOUNT = "DELETE FROM web_session WHERE practice_id = $1 AND account_id = $2 AND token_hash = $3";
    END_OTHERS_OF_ACCOUNT = "DELETE FROM web_session WHERE practice_id = $1 AND account_id = $2 AND token_hash <> $3";
    END_OF_ACCOUNT = "DELETE FROM web_session WHERE practice_id = $1 AND account_id = $2";
    SWEEP = "DELETE FROM web_session WHERE ends_at <= $1 OR seen_at <= $2";
}

/// What the browser calls itself, sealed with a key of the installation.
pub(crate) const DEVICE: Field = Field {
    table: "web_session",
    column: "device",
    bound: &["practice_id", "account_id", "token_hash"],
    named_by: 2,
};

/// The mark of a session: over all that does not change while it lasts, except what the browser calls itself.
pub(crate) const MARK: Field = Field {
    table: "web_session",
    column: "mark",
    bound: &["token_hash", "practice_id", "account_id", "assurance", "created_at", "ends_at", "verified_at"],
    named_by: 1,
};

/// A session with the person and the practice it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The acting person.
    pub person: Person,
    /// Their name.
    pub name: String,
    /// Their time zone.
    pub zone: String,
    /// Whether the account can still act.
    pub state: AccountState,
    /// The practice's name.
    pub practice_name: String,
    /// The practice's time zone.
    pub practice_zone: String,
    /// Whether the practice is a demonstration.
    pub demonstration: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When the person was last active.
    pub seen_at: Timestamp,
    /// When the session ends whatever happens.
    pub ends_at: Timestamp,
}

/// What a new session is made of.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Hash of its token.
    pub token_hash: String,
    /// Practice of the account.
    pub practice: PracticeId,
    /// The account.
    pub account: AccountId,
    /// How surely the person is who they say.
    pub assurance: Assurance,
    /// When the person signed in; a session that takes another one's place keeps that one's.
    pub created_at: Timestamp,
    /// Last activity.
    pub seen_at: Timestamp,
    /// When the second factor was given, if it was.
    pub verified_at: Option<Timestamp>,
    /// Absolute end.
    pub ends_at: Timestamp,
    /// What the browser calls itself, shortened.
    pub device: String,
}

/// Starts a session.
///
/// # Errors
/// [`StoreError`].
pub fn insert(tx: &mut Tx<'_>, session: &NewSession) -> Result<(), StoreError> {
    let assurance = match session.assurance {
        Assurance::Partial => "partial",
        Assurance::Full => "full",
    };
    let NewSession { token_hash, practice, account, created_at, ends_at, verified_at, .. } = session;
    let mark = tx
        .vault()
        .mark(&MARK, &[token_hash, practice, account, &assurance, created_at, ends_at, verified_at])?;
    let device =
        tx.vault().entrance().bytes(&DEVICE, &[practice, account, token_hash], session.device.as_bytes())?;
    tx.exec(
        INSERT,
        &[
            &session.token_hash,
            &session.practice,
            &session.account,
            &assurance,
            &session.created_at,
            &session.seen_at,
            &session.ends_at,
            &device,
            &session.verified_at,
            &mark,
        ],
    )?;
    Ok(())
}

/// The session behind a token's hash.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, token_hash: &str) -> Result<Option<Session>, StoreError> {
    let vault = tx.share_vault();
    // Whose key opens the name is in the row itself.
    let found =
        tx.one(FIND, &[&token_hash], |row| Ok((session(&vault, row)?, Taken::of(&NAME, row, 25)?)))?;
    let Some((mut session, name)) = found else { return Ok(None) };
    session.name = tx.practice_key(session.person.practice)?.text_of(&name)?;
    Ok(Some(session))
}

/// Notes that the person was active.
///
/// # Errors
/// [`StoreError`].
pub fn touch(tx: &mut Tx<'_>, token_hash: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.exec(TOUCH, &[&now, &token_hash])?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// [`StoreError`].
pub fn end(tx: &mut Tx<'_>, token_hash: &str) -> Result<(), StoreError> {
    tx.exec(END, &[&token_hash])?;
    Ok(())
}

/// Ends all sessions of an account.
///
/// # Errors
/// [`StoreError`].
pub fn end_all(tx: &mut Tx<'_>, practice: PracticeId, account: AccountId) -> Result<u64, StoreError> {
    tx.exec(END_OF_ACCOUNT, &[&practice, &account])
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// Its name on the page: the hash of its token, which opens nothing.
    pub token_hash: String,
    /// How far it is signed in.
    pub assurance: Assurance,
    /// Start.
    pub created_at: Timestamp,
    /// Last activity.
    pub seen_at: Timestamp,
    /// What the browser called itself.
    pub device: String,
}

/// The sessions of an account that still hold: not ended by `now`, active since `idle_before`.
///
/// # Errors
/// [`StoreError`].
pub fn of_account(
    tx: &mut Tx<'_>,
    (practice, account): (PracticeId, AccountId),
    now: Timestamp,
    idle_before: Timestamp,
) -> Result<Vec<Glance>, StoreError> {
    let vault = tx.share_vault();
    tx.all(OF_ACCOUNT, &[&practice, &account, &now, &idle_before], |row| {
        Ok(Glance {
            token_hash: row.get(2)?,
            assurance: assurance(&row.get::<String>(4)?),
            created_at: row.get(5)?,
            seen_at: row.get(6)?,
            device: vault.entrance().text(&DEVICE, row, 0)?,
        })
    })
}

/// Ends one session of an account.
///
/// # Errors
/// [`StoreError`].
pub fn end_one(
    tx: &mut Tx<'_>,
    (practice, account): (PracticeId, AccountId),
    token_hash: &str,
) -> Result<(), StoreError> {
    tx.exec(END_ONE_OF_ACCOUNT, &[&practice, &account, &token_hash])?;
    Ok(())
}

/// Ends all sessions of an account but one.
///
/// # Errors
/// [`StoreError`].
pub fn end_others(
    tx: &mut Tx<'_>,
    (practice, account): (PracticeId, AccountId),
    token_hash: &str,
) -> Result<(), StoreError> {
    tx.exec(END_OTHERS_OF_ACCOUNT, &[&practice, &account, &token_hash])?;
    Ok(())
}

/// Forgets sessions past their absolute end, or idle since before `idle_before`.
///
/// # Errors
/// [`StoreError`].
pub fn sweep(tx: &mut Tx<'_>, now: Timestamp, idle_before: Timestamp) -> Result<u64, StoreError> {
    tx.exec(SWEEP, &[&now, &idle_before])
}

fn session(vault: &Vault, row: &Row<'_>) -> Result<Session, StoreError> {
    vault.verify(&MARK, row, 0)?;
    vault.verify(&crate::accounts::MARK, row, 8)?;
    vault.verify(&crate::practices::MARK, row, 18)?;
    let state = AccountState::from_code(&row.get::<String>(14)?);
    Ok(Session {
        person: Person {
            practice: row.get(1)?,
            account: row.get(2)?,
            state,
            assurance: assurance(&row.get::<String>(3)?),
            roles: Roles::from_codes(&row.get::<String>(12)?),
            own_client: row.get(15)?,
            verified_at: row.get(6)?,
        },
        created_at: row.get(4)?,
        seen_at: row.get(24)?,
        ends_at: row.get(5)?,
        name: String::new(),
        zone: row.get(13)?,
        state,
        practice_name: row.get(19)?,
        practice_zone: row.get(20)?,
        demonstration: row.get::<String>(21)? == "demonstration",
    })
}

fn assurance(word: &str) -> Assurance {
    match word {
        "full" => Assurance::Full,
        _ => Assurance::Partial,
    }
}
