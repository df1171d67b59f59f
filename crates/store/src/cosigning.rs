//! Whether a note waits for somebody to sign it for its author.

use crate::therapy_sessions::Which;
use crate::{StoreError, Tx, queries};
use domain::access::Grant;
use domain::account::{Role, Roles};

queries! {
    AUTHOR_ROLES = "SELECT a.roles FROM therapy_session s
                    JOIN account a ON a.practice_id = s.practice_id AND a.id = s.author
                    WHERE s.practice_id = $1 AND s.episode_id = $2 AND s.session_no = $3 AND s.state = 'open'";
}

/// Whether the newest version of an open note was written by a trainee.
///
/// # Errors
/// [`StoreError`].
pub fn waits(tx: &mut Tx<'_>, grant: &Grant, (episode, number): Which) -> Result<bool, StoreError> {
    let roles =
        tx.one(AUTHOR_ROLES, &[&grant.scope().practice(), &episode, &number], |row| row.get::<String>(0))?;
    Ok(roles.is_some_and(|roles| Roles::from_codes(&roles).has(Role::Trainee)))
}
