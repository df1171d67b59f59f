//! What the register adds to the clients: the days of their sessions, and from whom a block keeps it.

use crate::{StoreError, Tx, queries};
use domain::access::Grant;
use domain::ids::{AccountId, ClientId};
use jiff::Timestamp;
use jiff::civil::Date;

queries! {
    KEPT_FROM = "SELECT DISTINCT client_id FROM relation
                 WHERE practice_id = $1 AND account_id = $2 AND kind IN ('conflict', 'restricted')
                   AND starts_at <= $3 AND (ends_at IS NULL OR ends_at > $3)";
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
    tx.all(KEPT_FROM, &[&grant.scope().practice(), &account, &now], |row| row.get(0))
}

/// The day of each client's last session.
///
/// # Errors
/// [`StoreError`].
pub fn last_sessions(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<(ClientId, Date)>, StoreError> {
    tx.all(LAST_SESSIONS, &[&grant.scope().practice()], |row| Ok((row.get(0)?, row.get(1)?)))
}
