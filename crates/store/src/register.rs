//! What the register adds to the clients: the days of their sessions, and from whom a block keeps it.

use crate::{StoreError, Tx, queries};
use domain::access::Grant;
use domain::ids::{AccountId, ClientId};
use jiff::Timestamp;
use jiff::civil::Date;

queries! {
    KEPT_FROM = "SELECT practice_id, account_id, client_id, kind, starts_at, ends_at, granted_by, source, items, mark
                 FROM relation WHERE practice_id = $1 AND account_id = $2 AND kind IN ('conflict', 'restricted')
                 ORDER BY client_id";
    LAST_SESSIONS = "SELECT e.client_id, MAX(s.held_on) FROM therapy_session s
                 JOIN episode e ON e.practice_id = s.practice_id AND e.id = s.episode_id
                 WHERE s.practice_id = $1 GROUP BY e.client_id";
}

/// The clients that a block keeps from an account now.
///
/// # Errors
/// [`StoreError`].
pub fn kept_from(
    tx: &mut Tx<'_>,
    grant: &Grant,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<ClientId>, StoreError> {
    let vault = tx.share_vault();
    let blocks = tx.all(KEPT_FROM, &[&grant.scope().practice(), &account], |row| {
        let stands = crate::relations::window(&vault, row, 0)?.is_some_and(|block| block.holds(now));
        Ok(stands.then_some(row.get::<ClientId>(2)?))
    })?;
    let mut kept: Vec<ClientId> = blocks.into_iter().flatten().collect();
    kept.dedup();
    Ok(kept)
}

/// The day of each client's last session.
///
/// # Errors
/// [`StoreError`].
pub fn last_sessions(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<(ClientId, Date)>, StoreError> {
    tx.all(LAST_SESSIONS, &[&grant.scope().practice()], |row| Ok((row.get(0)?, row.get(1)?)))
}
