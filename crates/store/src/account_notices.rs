//! Notices about somebody's way in. Each stays until its person says that they have read it.

use crate::credentials::Owner;
use crate::vault::{Field, Seal};
use crate::{Row, StoreError, Tx, queries};
use domain::ids::{AccountId, NoticeId};
use domain::way_in::Change;
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO account_notice (practice_id, account_id, id, kind, at, subject, origin)
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UNREAD = "SELECT n.practice_id, n.account_id, n.id, n.kind, n.at, n.subject, n.origin,
                a.practice_id, a.id, a.version, a.name FROM account_notice n
              JOIN account a ON a.practice_id = n.practice_id AND a.id = n.subject
              WHERE n.practice_id = $1 AND n.account_id = $2 AND n.read_at IS NULL ORDER BY n.at, n.id LIMIT 200";
    ANY_UNREAD = "SELECT 1 FROM account_notice
              WHERE practice_id = $1 AND account_id = $2 AND read_at IS NULL LIMIT 1";
    READ = "UPDATE account_notice SET read_at = $1
            WHERE practice_id = $2 AND account_id = $3 AND at <= $4 AND read_at IS NULL";
}

/// The sealed address a deed came from.
pub(crate) const ORIGIN: Field = Field {
    table: "account_notice",
    column: "origin",
    bound: &["practice_id", "account_id", "id", "kind", "at", "subject"],
    named_by: 3,
};

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountNotice {
    /// Id.
    pub id: NoticeId,
    /// What happened.
    pub change: Change,
    /// When.
    pub at: Timestamp,
    /// To whose way in.
    pub subject: AccountId,
    /// From which network address.
    pub origin: String,
}

/// Tells an account.
///
/// # Errors
/// [`StoreError`].
pub fn tell(tx: &mut Tx<'_>, to: Owner, notice: &AccountNotice) -> Result<(), StoreError> {
    let code = notice.change.code();
    let bound: [&dyn crate::ToValue; 6] = [&to.0, &to.1, &notice.id, &code, &notice.at, &notice.subject];
    let sealed = tx.practice_key(to.0)?.bytes(&ORIGIN, &bound, notice.origin.as_bytes())?;
    tx.exec(INSERT, &[&bound[..], &[&sealed]].concat())?;
    Ok(())
}

/// What an account has not read yet, each with the name of whom it is about: the oldest two hundred, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn unread(tx: &mut Tx<'_>, owner: Owner) -> Result<Vec<(AccountNotice, String)>, StoreError> {
    let (seal, names) = (tx.practice_key(owner.0)?, tx.names(owner.0)?);
    let rows = tx.all(UNREAD, &[&owner.0, &owner.1], |row| Ok((notice(&seal, row)?, names.of(row, 7)?)))?;
    // A word this version does not know has no sentence here.
    Ok(rows.into_iter().filter_map(|(notice, name)| Some((notice?, name))).collect())
}

/// Whether an account has something to read.
///
/// # Errors
/// [`StoreError`].
pub fn any_unread(tx: &mut Tx<'_>, owner: Owner) -> Result<bool, StoreError> {
    Ok(tx.one(ANY_UNREAD, &[&owner.0, &owner.1], |row| row.get::<i64>(0))?.is_some())
}

/// An account has read everything up to an instant.
///
/// # Errors
/// [`StoreError`].
pub fn read(tx: &mut Tx<'_>, owner: Owner, up_to: Timestamp, now: Timestamp) -> Result<(), StoreError> {
    tx.exec(READ, &[&now, &owner.0, &owner.1, &up_to])?;
    Ok(())
}

fn notice(seal: &Seal, row: &Row<'_>) -> Result<Option<AccountNotice>, StoreError> {
    let Some(change) = Change::from_code(&row.get::<String>(3)?) else { return Ok(None) };
    Ok(Some(AccountNotice {
        id: row.get(2)?,
        change,
        at: row.get(4)?,
        subject: row.get(5)?,
        origin: seal.text(&ORIGIN, row, 0)?,
    }))
}
