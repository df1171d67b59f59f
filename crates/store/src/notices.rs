//! Notices to people who work here. Each stays until its person says that they have read it.

use crate::{StoreError, Tx, queries};
use domain::access::Grant;
use domain::ids::{AccountId, ClientId, NoticeId};
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO notice (practice_id, account_id, id, kind, at, client_id, subject)
              VALUES ($1, $2, $3, 'emergency_access', $4, $5, $6)";
    UNREAD = "SELECT n.id, n.at, n.client_id, a.practice_id, a.id, a.version, a.name FROM notice n
              LEFT JOIN account a ON a.practice_id = n.practice_id AND a.id = n.subject
              WHERE n.practice_id = $1 AND n.account_id = $2 AND n.read_at IS NULL ORDER BY n.at, n.id";
    READ = "UPDATE notice SET read_at = $1 WHERE practice_id = $2 AND account_id = $3 AND id = $4 AND read_at IS NULL";
}

/// A notice that somebody opened a record in an emergency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Id.
    pub id: NoticeId,
    /// When it happened.
    pub at: Timestamp,
    /// Whose record.
    pub client: Option<ClientId>,
    /// Who opened it, by name.
    pub who: Option<String>,
}

/// Tells an account that the granted one opened the granted client's record.
///
/// # Errors
/// [`StoreError`].
pub fn tell(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (to, id): (AccountId, NoticeId),
    now: Timestamp,
) -> Result<(), StoreError> {
    let practice = grant.scope().practice();
    tx.exec(INSERT, &[&practice, &to, &id, &now, &grant.client(), &grant.account()])?;
    Ok(())
}

/// What the granted account has not read yet, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn unread(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<Notice>, StoreError> {
    let names = tx.names(grant.scope().practice())?;
    tx.all(UNREAD, &[&grant.scope().practice(), &grant.account()], |row| {
        Ok(Notice { id: row.get(0)?, at: row.get(1)?, client: row.get(2)?, who: names.any(row, 3)? })
    })
}

/// The granted account has read a notice of its own.
///
/// # Errors
/// [`StoreError`].
pub fn read(tx: &mut Tx<'_>, grant: &Grant, id: NoticeId, now: Timestamp) -> Result<(), StoreError> {
    tx.exec(READ, &[&now, &grant.scope().practice(), &grant.account(), &id])?;
    Ok(())
}
