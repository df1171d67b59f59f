//! Every row that has a mark: looked at by the check and every night, and marked once when its table gets marks.

use super::Field;
use crate::kernel::{Sql, StoreError, ToValue, Tx, Value};
use crate::{accounts, credentials, emergencies, episodes, erasures, findings, passkeys, practices};
use crate::{private_notes, protocol_versions, queries, relations, web_sessions};
use domain::ids::PracticeId;

/// The step of the schema that gave these tables their marks.
pub(crate) const SINCE: u32 = 11;

queries! {
    PRACTICES = "SELECT id FROM practice ORDER BY id";
    PRACTICE = "SELECT id, name, zone, purpose, created_at, mark FROM practice WHERE id = $1";
    MARK_PRACTICE = "UPDATE practice SET mark = $1 WHERE id = $2";
    ACCOUNT = "SELECT practice_id, id, version, email_key, roles, zone, state, client_id, created_at, mark FROM account
        WHERE practice_id = $1";
    MARK_ACCOUNT = "UPDATE account SET mark = $1 WHERE practice_id = $2 AND id = $3";
    SESSION = "SELECT token_hash, practice_id, account_id, assurance, created_at, ends_at, verified_at, mark
        FROM web_session WHERE practice_id = $1";
    MARK_SESSION = "UPDATE web_session SET mark = $1 WHERE token_hash = $2";
    CODE = "SELECT practice_id, account_id, code_hash, used_at, mark FROM recovery_code WHERE practice_id = $1";
    MARK_CODE = "UPDATE recovery_code SET mark = $1 WHERE practice_id = $2 AND account_id = $3 AND code_hash = $4";
    RELATION = "SELECT practice_id, account_id, client_id, kind, starts_at, ends_at, granted_by, source, items, mark
        FROM relation WHERE practice_id = $1";
    MARK_RELATION = "UPDATE relation SET mark = $1
        WHERE practice_id = $2 AND account_id = $3 AND client_id = $4 AND kind = $5 AND starts_at = $6";
    EPISODE = "SELECT practice_id, id, client_id, protocol_id, protocol_version, created_at, created_by, mark FROM episode
        WHERE practice_id = $1";
    MARK_EPISODE = "UPDATE episode SET mark = $1 WHERE practice_id = $2 AND id = $3";
    HOLD = "SELECT practice_id, client_id, set_at, set_by, lifted_at, lifted_by, mark FROM legal_hold
        WHERE practice_id = $1";
    MARK_HOLD = "UPDATE legal_hold SET mark = $1 WHERE practice_id = $2 AND client_id = $3 AND set_at = $4";
    RETENTION = "SELECT practice_id, years, set_by, set_at, mark FROM retention WHERE practice_id = $1";
    MARK_RETENTION = "UPDATE retention SET mark = $1 WHERE practice_id = $2";
    ERASED = "SELECT practice_id, client_id, at, erased_by, reason, mark FROM erasure WHERE practice_id = $1";
    MARK_ERASED = "UPDATE erasure SET mark = $1 WHERE practice_id = $2 AND client_id = $3";
    OPENING = "SELECT practice_id, account_id, verified_at, mark FROM psychotherapy_opening WHERE practice_id = $1";
    MARK_OPENING = "UPDATE psychotherapy_opening SET mark = $1
        WHERE practice_id = $2 AND account_id = $3 AND verified_at = $4";
    REVIEW = "SELECT practice_id, id, reviewed_at, reviewed_by, finding, mark FROM emergency_access
        WHERE practice_id = $1 AND (reviewed_at IS NOT NULL OR finding IS NOT NULL OR mark IS NOT NULL)";
    MARK_REVIEW = "UPDATE emergency_access SET mark = $1 WHERE practice_id = $2 AND id = $3";
    READER = "SELECT practice_id, episode_id, note_id, account_id, granted_by, granted_at, mark
        FROM psychotherapy_note_reader WHERE practice_id = $1";
    PROTOCOL = "SELECT practice_id, id, version, state, uploaded_by, uploaded_at, withdrawn_by, withdrawn_at, whole_hash,
        source_hash, mark FROM protocol_version WHERE practice_id = $1";
    PASSKEY = "SELECT practice_id, account_id, id, credential_id, public_key, counter, transports, may_be_copied,
          is_copied, created_at, mark FROM passkey WHERE practice_id = $1";
    LOOK = "SELECT practice_id, at, found, mark FROM last_look WHERE practice_id = $1";
}

/// Rows with a mark: the field, the query that reads them (bound columns, then the mark), and the change that marks one
/// anew, for tables that had rows before they had marks. As many of the bound columns as name a row are its key.
pub(crate) struct Marked {
    pub(crate) field: &'static Field,
    pub(crate) read: Sql,
    write: Option<Sql>,
}

const fn since(field: &'static Field, read: Sql, write: Sql) -> Marked {
    Marked { field, read, write: Some(write) }
}

/// Every one of them.
pub(crate) const MARKED: &[Marked] = &[
    since(&practices::MARK, PRACTICE, MARK_PRACTICE),
    since(&accounts::MARK, ACCOUNT, MARK_ACCOUNT),
    since(&web_sessions::MARK, SESSION, MARK_SESSION),
    since(&credentials::CODE_MARK, CODE, MARK_CODE),
    since(&relations::MARK, RELATION, MARK_RELATION),
    since(&episodes::MARK, EPISODE, MARK_EPISODE),
    since(&erasures::HOLD_MARK, HOLD, MARK_HOLD),
    since(&erasures::RETENTION_MARK, RETENTION, MARK_RETENTION),
    since(&erasures::ERASED_MARK, ERASED, MARK_ERASED),
    since(&private_notes::OPENING, OPENING, MARK_OPENING),
    since(&emergencies::REVIEWED, REVIEW, MARK_REVIEW),
    Marked { field: &private_notes::READER, read: READER, write: None },
    Marked { field: &protocol_versions::MARK, read: PROTOCOL, write: None },
    Marked { field: &passkeys::MARK, read: PASSKEY, write: None },
    Marked { field: &findings::LOOKED, read: LOOK, write: None },
];

/// Marks the rows that were there before their tables had marks. Runs once, right after the step that added them: it
/// believes what it finds.
///
/// # Errors
/// [`StoreError`].
pub(crate) fn mark_all(tx: &mut Tx<'_>, vault: &super::Vault) -> Result<(), StoreError> {
    for practice in tx.all(PRACTICES, &[], |row| row.get::<PracticeId>(0))? {
        for marked in MARKED {
            let Some(write) = marked.write else { continue };
            let rows = tx.all(marked.read, &[&practice], |row| {
                let key: Result<Vec<Value<'static>>, StoreError> =
                    (0..marked.field.named_by).map(|at| Ok(row.cell(at)?.into_owned())).collect();
                Ok((vault.mark_of(marked.field, row, 0)?, key?))
            })?;
            for (mark, key) in &rows {
                let mut values: Vec<&dyn ToValue> = vec![mark];
                values.extend(key.iter().map(|cell| cell as &dyn ToValue));
                tx.exec(write, &values)?;
            }
        }
    }
    Ok(())
}
