//! Erasing: a client's keys are destroyed, and with them everything they closed. What remains is a line in the ledger.

use crate::vault::{Field, Seal, Vault};
use crate::{Row, StoreError, ToValue, Tx, queries};
use domain::access::Grant;
use domain::account::AccountState;
use domain::erasure::{Erased, Reason};
use domain::ids::{AccountId, ClientId, PracticeId};
use jiff::Timestamp;

/// Takes away every row of a table that belongs to an episode of the client.
macro_rules! of_episodes {
    ($table:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE practice_id = $1 AND episode_id IN (SELECT id FROM episode WHERE practice_id = $1 AND client_id = $2)"
        )
    };
}

queries! {
    LEDGER = "SELECT practice_id, client_id, at, erased_by, reason FROM erasure ORDER BY practice_id, at, client_id";
    LEDGER_MARKED = "SELECT practice_id, client_id, at, erased_by, reason, mark FROM erasure
            ORDER BY practice_id, at, client_id";
    HAS_LEDGER = {
        sqlite: "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'erasure'",
        postgres: "SELECT COUNT(*) FROM pg_class WHERE relname = 'erasure' AND relnamespace = 'public'::regnamespace",
    };
    OF_PRACTICE = "SELECT practice_id, client_id, at, erased_by, reason, mark FROM erasure WHERE practice_id = $1
            ORDER BY at DESC, client_id";
    WRITE_DOWN = "INSERT INTO erasure (practice_id, client_id, at, erased_by, reason, mark) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (practice_id, client_id) DO NOTHING";
    DESTROY_KEYS = "DELETE FROM client_key WHERE practice_id = $1 AND client_id = $2";
    DROP_LINKS = "DELETE FROM one_time_link WHERE practice_id = $1 AND (client_id = $2 OR episode_id IN (
            SELECT id FROM episode WHERE practice_id = $1 AND client_id = $2))";
    DROP_VERSIONS = "DELETE FROM record_version WHERE practice_id = $1 AND (
            (kind = 'client' AND record_id = $2)
            OR (kind = 'tie' AND record_id IN (SELECT id FROM tie WHERE practice_id = $1 AND client_id = $2))
            OR (kind = 'life_event' AND record_id IN (SELECT id FROM life_event WHERE practice_id = $1 AND client_id = $2))
            OR (kind = 'homework' AND record_id IN (SELECT h.id FROM homework h
                JOIN episode e ON e.practice_id = h.practice_id AND e.id = h.episode_id
                WHERE e.practice_id = $1 AND e.client_id = $2))
            OR (kind = 'therapy_session' AND record_id IN (SELECT t.id FROM therapy_session t
                JOIN episode e ON e.practice_id = t.practice_id AND e.id = t.episode_id
                WHERE e.practice_id = $1 AND e.client_id = $2)))";
    DROP_TIES = "DELETE FROM tie WHERE practice_id = $1 AND client_id = $2";
    DROP_LIFE_EVENTS = "DELETE FROM life_event WHERE practice_id = $1 AND client_id = $2";
    DROP_ADDENDUM = (of_episodes!("addendum"));
    DROP_THERAPY_SESSION = (of_episodes!("therapy_session"));
    DROP_EPISODE_EVENT = (of_episodes!("episode_event"));
    DROP_EPISODE_SUMMARY = (of_episodes!("episode_summary"));
    DROP_ARTEFACT = (of_episodes!("artefact"));
    DROP_DRAFT = (of_episodes!("draft"));
    DROP_HOMEWORK = (of_episodes!("homework"));
    DROP_PROBLEM_AREA = (of_episodes!("problem_area"));
    DROP_RESPONSE = (of_episodes!("response"));
    DROP_RISK = (of_episodes!("risk"));
    DROP_PSYCHOTHERAPY_NOTE_READER = (of_episodes!("psychotherapy_note_reader"));
    DROP_PSYCHOTHERAPY_NOTE_DRAFT = (of_episodes!("psychotherapy_note_draft"));
    DROP_PSYCHOTHERAPY_NOTE = (of_episodes!("psychotherapy_note"));
    OWN_ACCOUNT = "SELECT id FROM account WHERE practice_id = $1 AND client_id = $2";
    // Guardians of this client and of nobody else, who have no other role.
    GUARDIANS = "SELECT DISTINCT r.account_id FROM relation r
            JOIN account a ON a.practice_id = r.practice_id AND a.id = r.account_id AND a.roles = 'guardian'
            WHERE r.practice_id = $1 AND r.client_id = $2 AND r.kind = 'guardian_of' AND NOT EXISTS (
              SELECT 1 FROM relation o WHERE o.practice_id = r.practice_id AND o.account_id = r.account_id
                AND o.client_id <> r.client_id AND (o.ends_at IS NULL OR o.ends_at > $3))";
    DROP_ACCOUNT = "DELETE FROM account WHERE practice_id = $1 AND id = $2";
    END_SESSIONS = "DELETE FROM web_session WHERE practice_id = $1 AND account_id = $2";
    DROP_FORM_KEYS = "DELETE FROM form_key WHERE practice_id = $1 AND account_id = $2";
    DROP_GUESSES = "DELETE FROM guess WHERE practice_id = $1 AND account_id = $2";
    DROP_DEVICES = "DELETE FROM known_device WHERE practice_id = $1 AND account_id = $2";
    DROP_NOTICES = "DELETE FROM notice WHERE practice_id = $1 AND account_id = $2";
    DROP_ACCOUNT_NOTICES = "DELETE FROM account_notice WHERE practice_id = $1 AND (account_id = $2 OR subject = $2)";
    DROP_PASSKEYS = "DELETE FROM passkey WHERE practice_id = $1 AND account_id = $2";
    SET_HOLD = "INSERT INTO legal_hold (practice_id, client_id, set_at, set_by, reason, mark)
            VALUES ($1, $2, $3, $4, $5, $6)";
    // Lifted ones come along, so that their marks are looked at.
    HOLDS = "SELECT practice_id, client_id, set_at, set_by, reason, practice_id, client_id, set_at, set_by, lifted_at,
              lifted_by, mark FROM legal_hold WHERE practice_id = $1 ORDER BY set_at, client_id";
    HOLDS_OF = "SELECT practice_id, client_id, set_at, set_by, reason, practice_id, client_id, set_at, set_by, lifted_at,
              lifted_by, mark FROM legal_hold WHERE practice_id = $1 AND client_id = $2 ORDER BY set_at DESC";
    LIFT_HOLD = "UPDATE legal_hold SET lifted_at = $1, lifted_by = $2, mark = $3
            WHERE practice_id = $4 AND client_id = $5 AND set_at = $6 AND lifted_at IS NULL";
    RETENTION = "SELECT practice_id, years, set_by, set_at, mark FROM retention WHERE practice_id = $1";
    SET_RETENTION = "INSERT INTO retention (practice_id, years, set_by, set_at, mark) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (practice_id) DO UPDATE
            SET years = excluded.years, set_by = excluded.set_by, set_at = excluded.set_at, mark = excluded.mark";
    LAST_CONTACT = "SELECT MAX(v.at) FROM episode_event v
            JOIN episode e ON e.practice_id = v.practice_id AND e.id = v.episode_id
            WHERE e.practice_id = $1 AND e.client_id = $2";
    PASSED = "SELECT c.id, COALESCE((SELECT MAX(v.at) FROM episode_event v
                JOIN episode e ON e.practice_id = v.practice_id AND e.id = v.episode_id
                WHERE e.practice_id = c.practice_id AND e.client_id = c.id), c.created_at)
            FROM client c
            WHERE c.practice_id = $1
              AND NOT EXISTS (SELECT 1 FROM erasure x WHERE x.practice_id = c.practice_id AND x.client_id = c.id)
              AND COALESCE((SELECT MAX(v.at) FROM episode_event v
                JOIN episode e ON e.practice_id = v.practice_id AND e.id = v.episode_id
                WHERE e.practice_id = c.practice_id AND e.client_id = c.id), c.created_at) < $2
            ORDER BY 2, 1 LIMIT 200";
}

/// What is taken away besides the keys, so that not even the shape of the record is left: what refers before what is
/// referred to. The client's and the episodes' own rows stay, closed for ever: other rows refer to them.
const ROWS: &[crate::Sql] = &[
    DROP_LINKS,
    DROP_VERSIONS,
    DROP_TIES,
    DROP_LIFE_EVENTS,
    DROP_ADDENDUM,
    DROP_THERAPY_SESSION,
    DROP_EPISODE_EVENT,
    DROP_EPISODE_SUMMARY,
    DROP_ARTEFACT,
    DROP_DRAFT,
    DROP_HOMEWORK,
    DROP_PROBLEM_AREA,
    DROP_RESPONSE,
    DROP_RISK,
    DROP_PSYCHOTHERAPY_NOTE_READER,
    DROP_PSYCHOTHERAPY_NOTE_DRAFT,
    DROP_PSYCHOTHERAPY_NOTE,
];

/// What belongs to an account that ends with the record: the client's own, and a guardian's of this client alone.
const OF_ACCOUNT: &[crate::Sql] = &[
    END_SESSIONS,
    DROP_FORM_KEYS,
    DROP_GUESSES,
    DROP_DEVICES,
    DROP_NOTICES,
    DROP_ACCOUNT_NOTICES,
    DROP_PASSKEYS,
];

/// Why a record is held.
pub(crate) const HOLD_REASON: Field = Field {
    table: "legal_hold",
    column: "reason",
    bound: &["practice_id", "client_id", "set_at", "set_by"],
    named_by: 3,
};

/// The mark of a hold: whether it stands decides whether a record may be erased.
pub(crate) const HOLD_MARK: Field = Field {
    table: "legal_hold",
    column: "mark",
    bound: &["practice_id", "client_id", "set_at", "set_by", "lifted_at", "lifted_by"],
    named_by: 3,
};
/// The mark of the years a practice keeps records.
pub(crate) const RETENTION_MARK: Field = Field {
    table: "retention",
    column: "mark",
    bound: &["practice_id", "years", "set_by", "set_at"],
    named_by: 1,
};
/// The mark of a line of the ledger.
pub(crate) const ERASED_MARK: Field = Field {
    table: "erasure",
    column: "mark",
    bound: &["practice_id", "client_id", "at", "erased_by", "reason"],
    named_by: 2,
};

/// A hold that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// On whose record.
    pub client: ClientId,
    /// Since when.
    pub set_at: Timestamp,
    /// By whom.
    pub set_by: String,
    /// Why.
    pub reason: String,
}

/// The whole ledger, of every practice this transaction reaches.
///
/// # Errors
/// [`StoreError`].
pub fn ledger(tx: &mut Tx<'_>) -> Result<Vec<Erased>, StoreError> {
    let vault = tx.share_vault();
    tx.all(LEDGER_MARKED, &[], |row| {
        vault.verify(&ERASED_MARK, row, 0)?;
        erased(row)
    })
}

/// The whole ledger of a database whose schema may be from before there were erasures, and before its keys are open.
pub(crate) fn ledger_if_any(tx: &mut Tx<'_>) -> Result<Vec<Erased>, StoreError> {
    let there: Option<i64> = tx.one(HAS_LEDGER, &[], |row| row.get(0))?;
    if there.unwrap_or_default() > 0 { tx.all(LEDGER, &[], erased) } else { Ok(Vec::new()) }
}

/// The ledger of the granted practice, newest first.
///
/// # Errors
/// [`StoreError`].
pub fn of_practice(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<Erased>, StoreError> {
    let vault = tx.share_vault();
    tx.all(OF_PRACTICE, &[&grant.scope().practice()], |row| {
        vault.verify(&ERASED_MARK, row, 0)?;
        erased(row)
    })
}

/// Destroys the keys of a client, takes the rows of their record away, ends every relation to them, and writes the line
/// of the ledger. Doing it again changes nothing more. Gives whether there was a key left to destroy.
///
/// # Errors
/// [`StoreError`].
pub fn erase(tx: &mut Tx<'_>, line: &Erased) -> Result<bool, StoreError> {
    let (practice, client) = (line.practice, line.client);
    let destroyed = tx.exec(DESTROY_KEYS, &[&practice, &client])? > 0;
    tx.forget_client_keys(practice, client);
    crate::relations::end_all(tx, practice, client, line.at)?;
    for sql in ROWS {
        tx.exec(*sql, &[&practice, &client])?;
    }
    let mut accounts = tx.all(OWN_ACCOUNT, &[&practice, &client], |row| row.get::<AccountId>(0))?;
    accounts.extend(tx.all(GUARDIANS, &[&practice, &client, &line.at], |row| row.get::<AccountId>(0))?);
    for account in accounts {
        close(tx, (practice, account), line.at)?;
    }
    let row: &[&dyn ToValue] = &[&practice, &client, &line.at, &line.by, &line.reason.code()];
    let mark = tx.vault().mark(&ERASED_MARK, row)?;
    tx.exec(WRITE_DOWN, &[row, &[&mark]].concat())?;
    Ok(destroyed)
}

/// Takes an account and what belongs to it away, or, where something still refers to it, closes it for good.
fn close(
    tx: &mut Tx<'_>,
    (practice, account): (PracticeId, AccountId),
    at: Timestamp,
) -> Result<(), StoreError> {
    for sql in OF_ACCOUNT {
        tx.exec(*sql, &[&practice, &account])?;
    }
    crate::credentials::forget(tx, (practice, account))?;
    crate::links::end_of_account(tx, practice, account, at)?;
    let gone = tx.savepoint(|tx| tx.exec(DROP_ACCOUNT, &[&practice, &account]));
    if let Err(StoreError::Conflict { .. }) = gone {
        // Something else still refers to the account: it cannot be entered any more.
        return crate::accounts::set_state(tx, (practice, account), AccountState::Disabled);
    }
    gone.map(|_| ())
}

/// Puts a hold on the granted client's record.
///
/// # Errors
/// [`StoreError`].
pub fn set_hold(tx: &mut Tx<'_>, grant: &Grant, reason: &str, now: Timestamp) -> Result<(), StoreError> {
    let (practice, client, by) = (grant.scope().practice(), grant.client(), crate::author(grant));
    let seal = tx.practice_key(practice)?;
    let sealed = seal.bytes(&HOLD_REASON, &[&practice, &client, &now, &by], reason.as_bytes())?;
    let standing: &[&dyn ToValue] = &[&practice, &client, &now, &by, &None::<Timestamp>, &None::<String>];
    let mark = tx.vault().mark(&HOLD_MARK, standing)?;
    tx.exec(SET_HOLD, &[&practice, &client, &now, &by, &sealed, &mark])?;
    Ok(())
}

/// Lifts every hold on the granted client's record; gives whether one stood.
///
/// # Errors
/// [`StoreError`].
pub fn lift_holds(tx: &mut Tx<'_>, grant: &Grant, now: Timestamp) -> Result<bool, StoreError> {
    let (practice, client, by) = (grant.scope().practice(), grant.client(), crate::author(grant));
    let mut lifted = false;
    for hold in holds_of(tx, grant)? {
        let row: &[&dyn ToValue] = &[&practice, &client, &hold.set_at, &hold.set_by, &Some(now), &by];
        let mark = tx.vault().mark(&HOLD_MARK, row)?;
        lifted |= tx.exec(LIFT_HOLD, &[&now, &by, &mark, &practice, &client, &hold.set_at])? > 0;
    }
    Ok(lifted)
}

/// The newest hold that stands on the granted client's record.
///
/// # Errors
/// [`StoreError`].
pub fn hold_of(tx: &mut Tx<'_>, grant: &Grant) -> Result<Option<Hold>, StoreError> {
    Ok(holds_of(tx, grant)?.into_iter().next())
}

/// The holds that stand on the granted client's record, newest first.
fn holds_of(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<Hold>, StoreError> {
    let (seal, vault) = (tx.practice_key(grant.scope().practice())?, tx.share_vault());
    let values: &[&dyn ToValue] = &[&grant.scope().practice(), &grant.client()];
    let found = tx.all(HOLDS_OF, values, |row| hold(&seal, &vault, row))?;
    Ok(found.into_iter().flatten().collect())
}

/// Every hold that stands in the granted practice.
///
/// # Errors
/// [`StoreError`].
pub fn holds(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<Hold>, StoreError> {
    let (seal, vault) = (tx.practice_key(grant.scope().practice())?, tx.share_vault());
    let found = tx.all(HOLDS, &[&grant.scope().practice()], |row| hold(&seal, &vault, row))?;
    Ok(found.into_iter().flatten().collect())
}

/// How many years the granted practice keeps a record, if it has said so.
///
/// # Errors
/// [`StoreError`].
pub fn retention(tx: &mut Tx<'_>, grant: &Grant) -> Result<Option<u16>, StoreError> {
    let vault = tx.share_vault();
    tx.one(RETENTION, &[&grant.scope().practice()], |row| {
        vault.verify(&RETENTION_MARK, row, 0)?;
        row.get(1)
    })
}

/// Sets how many years the granted practice keeps a record.
///
/// # Errors
/// [`StoreError`].
pub fn set_retention(tx: &mut Tx<'_>, grant: &Grant, years: u16, now: Timestamp) -> Result<(), StoreError> {
    let row: &[&dyn ToValue] = &[&grant.scope().practice(), &years, &crate::author(grant), &now];
    let mark = tx.vault().mark(&RETENTION_MARK, row)?;
    tx.exec(SET_RETENTION, &[row, &[&mark]].concat())?;
    Ok(())
}

/// When something last happened in the courses of the granted client.
///
/// # Errors
/// [`StoreError`].
pub fn last_contact(tx: &mut Tx<'_>, grant: &Grant) -> Result<Option<Timestamp>, StoreError> {
    let found = tx.one(LAST_CONTACT, &[&grant.scope().practice(), &grant.client()], |row| row.get(0))?;
    Ok(found.flatten())
}

/// Clients of the granted practice with whom nothing has happened since an instant, longest ago first (at most 200).
///
/// # Errors
/// [`StoreError`].
pub fn quiet_since(
    tx: &mut Tx<'_>,
    grant: &Grant,
    since: Timestamp,
) -> Result<Vec<(ClientId, Timestamp)>, StoreError> {
    tx.all(PASSED, &[&grant.scope().practice(), &since], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn erased(row: &Row<'_>) -> Result<Erased, StoreError> {
    let reason: String = row.get(4)?;
    Ok(Erased {
        practice: row.get::<PracticeId>(0)?,
        client: row.get(1)?,
        at: row.get(2)?,
        by: row.get(3)?,
        // A word of a later version erases all the same.
        reason: Reason::from_code(&reason).unwrap_or(Reason::RetentionPassed),
    })
}

/// A hold, if it stands.
fn hold(seal: &Seal, vault: &Vault, row: &Row<'_>) -> Result<Option<Hold>, StoreError> {
    vault.verify(&HOLD_MARK, row, 5)?;
    if row.get::<Option<Timestamp>>(9)?.is_some() {
        return Ok(None);
    }
    Ok(Some(Hold {
        client: row.get(1)?,
        set_at: row.get(2)?,
        set_by: row.get(3)?,
        reason: seal.text(&HOLD_REASON, row, 0)?,
    }))
}
