//! Opens every sealed field of a practice, client by client: what was flipped, moved or put back is found.

use domain::ids::{ClientId, PracticeId};

use super::{Class, Field};
use crate::kernel::{Sql, StoreError, Tx};
use crate::{artefacts, clients, drafts, episodes, homework, life_events, problem_areas, queries};
use crate::{record_versions, responses, risks, therapy_sessions, ties};

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
}

/// Every sealed column of a client's record with the query that reads it.
const SEALED: &[(Sql, &Field)] = &[
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
];

/// What a page of clients gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Sealed fields that were opened.
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
        match tx.client_key(practice, client, Class::Chart) {
            Ok(key) => {
                for (sql, field) in SEALED {
                    tx.each(*sql, &[&practice, &client], |row| page.look(key.open(field, row, 0).map(drop)))?;
                }
            }
            Err(StoreError::NoKey { .. }) => page.erased += 1,
            Err(wrong) if wrong.is_of_a_value() => page.broken.push(wrong.to_string()),
            Err(wrong) => return Err(wrong),
        }
    }
    Ok(page)
}
