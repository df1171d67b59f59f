//! Opens every sealed field of a practice, client by client: what was flipped, moved or put back is found.

use domain::ids::{ClientId, PracticeId};

use super::marks::MARKED;
use super::{Class, Field, Seal};
use crate::kernel::{Sql, StoreError, ToValue, Tx};
use crate::{
    account_names, accounts, artefacts, clients, credentials, drafts, emergencies, episodes, erasures,
    findings, homework, life_events, links,
};
use crate::{private_notes, problem_areas, protocol_versions, queries};
use crate::{record_versions, responses, risks, therapy_sessions, ties, web_sessions};

queries! {
    CLIENTS = "SELECT id FROM client WHERE practice_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    NAME = "SELECT practice_id, id, version, name FROM client WHERE practice_id = $1 AND id = $2";
    PARTICULARS = "SELECT practice_id, id, version, account_id, created_at, created_by, body FROM client
        WHERE practice_id = $1 AND id = $2";
    VERSIONS = "SELECT practice_id, client_id, kind, record_id, version, author, at, format, body FROM record_version
        WHERE practice_id = $1 AND client_id = $2";
    TIES = "SELECT practice_id, client_id, id, version, author, at, format, body FROM tie
        WHERE practice_id = $1 AND client_id = $2";
    LIFE_EVENTS = "SELECT practice_id, client_id, id, version, author, at, format, body FROM life_event
        WHERE practice_id = $1 AND client_id = $2";
    SUMMARIES = "SELECT practice_id, episode_id, client_id, seq, body FROM episode_summary
        WHERE practice_id = $1 AND client_id = $2";
    EVENTS = "SELECT practice_id, episode_id, seq, at, on_day, actor, body FROM episode_event
        WHERE practice_id = $1 AND episode_id IN (SELECT id FROM episode WHERE practice_id = $1 AND client_id = $2)";
    ARTEFACTS = "SELECT practice_id, episode_id, kind, version, author, at, session_no, shared, format, body FROM artefact
        WHERE practice_id = $1 AND episode_id IN (SELECT id FROM episode WHERE practice_id = $1 AND client_id = $2)";
    DRAFTS = "SELECT practice_id, account_id, episode_id, form, base_version, at, body FROM draft
        WHERE practice_id = $1 AND episode_id IN (SELECT id FROM episode WHERE practice_id = $1 AND client_id = $2)";
    HOMEWORK = "SELECT practice_id, episode_id, id, version, author, at, due_on, status, format, body FROM homework
        WHERE practice_id = $1 AND episode_id IN (SELECT id FROM episode WHERE practice_id = $1 AND client_id = $2)";
    AREAS = "SELECT practice_id, episode_id, version, author, at, format, body FROM problem_area
        WHERE practice_id = $1 AND episode_id IN (SELECT id FROM episode WHERE practice_id = $1 AND client_id = $2)";
    SESSIONS = "SELECT practice_id, episode_id, session_no, id, version, author, at, held_on, state, signed_at, signed_by,
          format, body FROM therapy_session
        WHERE practice_id = $1 AND episode_id IN (SELECT id FROM episode WHERE practice_id = $1 AND client_id = $2)";
    ADDENDA = "SELECT practice_id, episode_id, session_no, id, author, at, text FROM addendum
        WHERE practice_id = $1 AND episode_id IN (SELECT id FROM episode WHERE practice_id = $1 AND client_id = $2)";
    RESPONSES = "SELECT practice_id, episode_id, answered_at, id, answered_on, instrument, instrument_version, mode,
          author, session_no, body FROM response
        WHERE practice_id = $1 AND episode_id IN (SELECT id FROM episode WHERE practice_id = $1 AND client_id = $2)";
    RISKS = "SELECT practice_id, episode_id, id, client_id, response_id, source, owner, opened_at, answered_at,
          answered_by, body FROM risk
        WHERE practice_id = $1 AND episode_id IN (SELECT id FROM episode WHERE practice_id = $1 AND client_id = $2)";
    EMERGENCIES = "SELECT practice_id, id, account_id, client_id, reason, started_at, words FROM emergency_access
        WHERE practice_id = $1 AND client_id = $2";
    NOTES = "SELECT practice_id, episode_id, id, version, author_id, at, body FROM psychotherapy_note
        WHERE practice_id = $1 AND episode_id IN (SELECT id FROM episode WHERE practice_id = $1 AND client_id = $2)";
    NOTE_DRAFTS = "SELECT practice_id, episode_id, author_id, note, base_version, at, body FROM psychotherapy_note_draft
        WHERE practice_id = $1 AND episode_id IN (SELECT id FROM episode WHERE practice_id = $1 AND client_id = $2)";
    IN_LEDGER = "SELECT 1 FROM erasure WHERE practice_id = $1 AND client_id = $2";
    HAS_NOTES = "SELECT 1 FROM psychotherapy_note
        WHERE practice_id = $1 AND episode_id IN (SELECT id FROM episode WHERE practice_id = $1 AND client_id = $2)
        LIMIT 1";
    ACCOUNT_NAMES = "SELECT practice_id, id, version, name FROM account WHERE practice_id = $1";
    ADDRESSES = "SELECT practice_id, id, email_key, email FROM account WHERE practice_id = $1";
    PASSWORDS = "SELECT practice_id, id, password_hash FROM account
        WHERE practice_id = $1 AND password_hash IS NOT NULL";
    SECRETS = "SELECT practice_id, id, totp_secret FROM account WHERE practice_id = $1 AND totp_secret IS NOT NULL";
    WAITING = "SELECT practice_id, id, totp_pending FROM account WHERE practice_id = $1 AND totp_pending IS NOT NULL";
    ACCOUNT_NOTICES = "SELECT practice_id, account_id, id, kind, at, subject, origin FROM account_notice
        WHERE practice_id = $1";
    PASSKEY_NAMES = "SELECT practice_id, account_id, id, name FROM passkey WHERE practice_id = $1";
    LINKS = "SELECT id, token_hash, practice_id, purpose, account_id, client_id, episode_id, created_by, created_at,
          expires_at, payload FROM one_time_link WHERE practice_id = $1 AND used_at IS NULL";
    DEVICES = "SELECT practice_id, account_id, token_hash, device FROM web_session WHERE practice_id = $1";
    FINDINGS = "SELECT practice_id, id, first_at, last_at, gone_at, answered_at, answered_by, body FROM finding
        WHERE practice_id = $1";
    HOLDS = "SELECT practice_id, client_id, set_at, set_by, reason FROM legal_hold WHERE practice_id = $1";
}

/// Every sealed column of a client's chart with the query that reads it.
const CHART: &[(Sql, &Field)] = &[
    (NAME, &clients::NAME),
    (PARTICULARS, &clients::BODY),
    (VERSIONS, &record_versions::BODY),
    (TIES, &ties::BODY),
    (LIFE_EVENTS, &life_events::BODY),
    (SUMMARIES, &episodes::SUMMED),
    (EVENTS, &episodes::EVENT),
    (ARTEFACTS, &artefacts::BODY),
    (DRAFTS, &drafts::BODY),
    (HOMEWORK, &homework::BODY),
    (AREAS, &problem_areas::BODY),
    (SESSIONS, &therapy_sessions::BODY),
    (ADDENDA, &therapy_sessions::ADDED),
    (RESPONSES, &responses::BODY),
    (RISKS, &risks::BODY),
    (EMERGENCIES, &emergencies::WORDS),
];

/// The same of a client's psychotherapy notes, under their own key.
const PRIVATE: &[(Sql, &Field)] = &[(NOTES, &private_notes::BODY), (NOTE_DRAFTS, &private_notes::DRAFT_BODY)];

/// What the practice's own key closes.
const OF_PRACTICE: &[(Sql, &Field)] = &[
    (ACCOUNT_NAMES, &account_names::NAME),
    (ADDRESSES, &accounts::EMAIL),
    (PASSWORDS, &credentials::PASSWORD),
    (SECRETS, &credentials::SECRET),
    (WAITING, &credentials::WAITING),
    (HOLDS, &erasures::HOLD_REASON),
    (ACCOUNT_NOTICES, &crate::account_notices::ORIGIN),
    (PASSKEY_NAMES, &crate::passkeys::NAME),
];

/// What the installation's key closes of a practice.
const OF_ENTRANCE: &[(Sql, &Field)] =
    &[(LINKS, &links::PAYLOAD), (DEVICES, &web_sessions::DEVICE), (FINDINGS, &findings::BODY)];

/// What a page of clients gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Sealed fields that were opened, and marks that hold.
    pub fields: u64,
    /// Clients whose key was destroyed: nobody opens them any more.
    pub erased: u64,
    /// What does not verify: table, column and row, one line each, without content.
    pub broken: Vec<String>,
    /// The last client of the page; none when the page was the last one.
    pub last: Option<ClientId>,
}

impl Verified {
    /// Counts a field that opened, notes one that did not; the reading goes on.
    fn look(&mut self, opened: Result<(), StoreError>) -> Result<bool, StoreError> {
        match opened {
            Ok(()) => self.fields += 1,
            Err(wrong) if wrong.is_of_a_value() => self.broken.push(wrong.to_string()),
            Err(wrong) => return Err(wrong),
        }
        Ok(true)
    }

    /// Opens every value that each of the queries gives.
    fn opened(
        &mut self,
        tx: &mut Tx<'_>,
        key: &Seal,
        sealed: &[(Sql, &Field)],
        whose: &[&dyn ToValue],
    ) -> Result<(), StoreError> {
        for (sql, field) in sealed {
            tx.each(*sql, whose, |row| self.look(key.open(field, row, 0).map(drop)))?;
        }
        Ok(())
    }

    /// Looks at every mark of a practice.
    fn marks(&mut self, tx: &mut Tx<'_>, practice: PracticeId) -> Result<(), StoreError> {
        let vault = tx.share_vault();
        for marked in MARKED {
            tx.each(marked.read, &[&practice], |row| self.look(vault.verify(marked.field, row, 0)))?;
        }
        tx.each(protocol_versions::TEXTS_OF, &[&practice], |row| self.look(protocol_versions::sound(row)))?;
        Ok(())
    }

    /// Opens a client's psychotherapy notes. Their key is made with the first one.
    fn private(&mut self, tx: &mut Tx<'_>, practice: PracticeId, client: ClientId) -> Result<(), StoreError> {
        let whose: &[&dyn ToValue] = &[&practice, &client];
        match tx.client_key(practice, client, Class::Notes) {
            Ok(key) => self.opened(tx, &key, PRIVATE, whose),
            Err(wrong @ StoreError::NoKey { .. }) => {
                if tx.one(HAS_NOTES, whose, |_| Ok(()))?.is_some() {
                    self.broken.push(wrong.to_string());
                }
                Ok(())
            }
            Err(wrong) if wrong.is_of_a_value() => {
                self.broken.push(wrong.to_string());
                Ok(())
            }
            Err(wrong) => Err(wrong),
        }
    }
}

/// Opens every sealed field of the next `limit` clients of a practice after `after`.
///
/// # Errors
/// [`StoreError`] when the database fails; what does not verify is not an error.
pub fn clients_page(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    after: Option<ClientId>,
    limit: i64,
) -> Result<Verified, StoreError> {
    let after = after.map_or_else(String::new, |client| client.to_string());
    let clients = tx.all(CLIENTS, &[&practice, &after, &limit], |row| row.get::<ClientId>(0))?;
    let mut page = Verified { last: clients.last().copied(), ..Verified::default() };
    for client in clients {
        let whose: &[&dyn ToValue] = &[&practice, &client];
        match tx.client_key(practice, client, Class::Chart) {
            Ok(key) => {
                page.opened(tx, &key, CHART, whose)?;
                page.private(tx, practice, client)?;
            }
            Err(StoreError::NoKey { .. }) if tx.one(IN_LEDGER, whose, |_| Ok(()))?.is_some() => {
                page.erased += 1;
            }
            Err(wrong) if wrong.is_of_a_value() => page.broken.push(wrong.to_string()),
            Err(wrong) => return Err(wrong),
        }
    }
    Ok(page)
}

/// Opens what the key of a practice itself closes, its links and sessions, and looks at the mark of every row that has
/// one.
///
/// # Errors
/// [`StoreError`] when the database fails; what does not verify is not an error.
pub fn practice_page(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Verified, StoreError> {
    let mut page = Verified::default();
    page.marks(tx, practice)?;
    let whose: &[&dyn ToValue] = &[&practice];
    let entrance = tx.vault().entrance().clone();
    page.opened(tx, &entrance, OF_ENTRANCE, whose)?;
    // As the database holds it now, not as it was when the program first used it.
    let key = match tx.read_practice_key(practice) {
        Err(StoreError::NoKey { .. }) if tx.is_closed_anew(practice)? => tx.practice_key(practice),
        other => other,
    };
    match key {
        Ok(key) => {
            page.fields += 1;
            page.opened(tx, &key, OF_PRACTICE, whose)?;
        }
        Err(wrong) if wrong.is_of_a_value() => page.broken.push(wrong.to_string()),
        Err(wrong) => return Err(wrong),
    }
    Ok(page)
}
