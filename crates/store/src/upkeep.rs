//! Questions only the machine's operator asks.

use crate::{StoreError, Tx, queries};
use domain::ids::{EpisodeId, PracticeId};

queries! {
    WITHOUT_AUDIT = "SELECT v.episode_id, v.seq FROM episode_event v
        JOIN episode e ON e.practice_id = v.practice_id AND e.id = v.episode_id
        WHERE v.practice_id = $1 AND NOT EXISTS (
            SELECT 1 FROM audit a
            WHERE a.practice_id = v.practice_id AND a.client_id = e.client_id AND a.at = v.at)
        ORDER BY v.episode_id, v.seq LIMIT 100";
}

/// Events of a practice that have no audit entry of the same instant about the same client (at most 100).
///
/// # Errors
/// [`StoreError`].
pub fn events_without_audit(
    tx: &mut Tx<'_>,
    practice: PracticeId,
) -> Result<Vec<(EpisodeId, i64)>, StoreError> {
    tx.all(WITHOUT_AUDIT, &[&practice], |row| Ok((row.get(0)?, row.get(1)?)))
}
