//! Episodes: the course of care, its events in order, and the one-row summary derived from them.

use crate::vault::{Class, Field, Seal, Vault, wrapped};
use crate::{Row, StoreError, ToValue, Tx, queries};
use domain::access::{AFTERCARE_DAYS, Action, Grant, Relation, Scope};
use domain::account::{Role, Roles};
use domain::episode::Summary;
use domain::ids::{AccountId, ClientId, EpisodeId, PracticeId};
use jiff::{SignedDuration, Timestamp};
use protocol::{Event, EventKind};

queries! {
    CLIENT_OF = "SELECT e.practice_id, e.id, e.client_id, e.protocol_id, e.protocol_version, e.created_at, e.created_by, e.mark,
                   k.created_at, k.wrapped FROM episode e
                 LEFT JOIN client_key k ON k.practice_id = e.practice_id AND k.client_id = e.client_id AND k.class = 'K3'
                 WHERE e.practice_id = $1 AND e.id = $2";
    INSERT = "INSERT INTO episode (practice_id, id, client_id, protocol_id, protocol_version, created_at, created_by, mark)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND = "SELECT practice_id, id, client_id, protocol_id, protocol_version, created_at, created_by, mark FROM episode
            WHERE practice_id = $1 AND id = $2";
    // Who is about to write in a course waits for whoever does so already. SQLite writes one after the other anyway.
    FIND_TO_WRITE = {
        sqlite: "SELECT practice_id, id, client_id, protocol_id, protocol_version, created_at, created_by, mark FROM episode
                 WHERE practice_id = $1 AND id = $2",
        postgres: "SELECT practice_id, id, client_id, protocol_id, protocol_version, created_at, created_by, mark FROM episode
                   WHERE practice_id = $1 AND id = $2 FOR NO KEY UPDATE"
    };
    OF_CLIENT = "SELECT e.practice_id, e.id, e.client_id, e.protocol_id, e.protocol_version, e.created_at, e.created_by, e.mark,
                   s.practice_id, s.episode_id, s.client_id, s.seq, s.body FROM episode e
                 LEFT JOIN episode_summary s ON s.practice_id = e.practice_id AND s.episode_id = e.id
                 WHERE e.practice_id = $1 AND e.client_id = $2 ORDER BY e.created_at DESC";
    APPEND = "INSERT INTO episode_event (practice_id, episode_id, seq, at, on_day, actor, body)
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    EVENTS = "SELECT practice_id, episode_id, seq, at, on_day, actor, body FROM episode_event
              WHERE practice_id = $1 AND episode_id = $2 ORDER BY seq";
    SUMMARISE = "INSERT INTO episode_summary (practice_id, episode_id, client_id, seq, body)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (practice_id, episode_id) DO UPDATE SET seq = excluded.seq, body = excluded.body";
    SUMMARY = "SELECT practice_id, episode_id, client_id, seq, body FROM episode_summary
               WHERE practice_id = $1 AND episode_id = $2";
    ALL = "SELECT e.id, e.protocol_id, e.protocol_version FROM episode e WHERE e.practice_id = $1 AND e.id > $2
           AND NOT EXISTS (SELECT 1 FROM erasure x WHERE x.practice_id = e.practice_id AND x.client_id = e.client_id)
           ORDER BY e.id LIMIT $3";
    // An episode's id begins with the time it was made, so the highest is the newest.
    // A client whose key was destroyed is on no list. Blocks come along, whatever their time, so that their marks are
    // looked at before they count or do not count.
    // Keys are joined from the left, and a client without one is left out by whoever reads the rows: without statistics
    // (a new or restored database) PostgreSQL would otherwise read all keys of the practice for each client of the list.
    CASELOAD = "SELECT k.created_at, k.wrapped, c.practice_id, c.id, c.version, c.name,
                  s.practice_id, s.episode_id, s.client_id, s.seq, s.body,
                  r.practice_id, r.account_id, r.client_id, r.kind, r.starts_at, r.ends_at, r.granted_by, r.source,
                  r.items, r.mark
                FROM relation r
                JOIN client c ON c.practice_id = r.practice_id AND c.id = r.client_id
                LEFT JOIN client_key k ON k.practice_id = c.practice_id AND k.client_id = c.id AND k.class = 'K3'
                LEFT JOIN episode_summary s ON s.practice_id = c.practice_id AND s.client_id = c.id
                WHERE r.practice_id = $1 AND r.account_id = $2
                  AND (r.kind IN ('conflict', 'restricted')
                       OR (r.starts_at <= $3
                         AND ((r.kind IN ($4, $5, $6, $7, $8) AND (r.ends_at IS NULL OR r.ends_at > $3))
                           OR (r.kind = $4 AND r.starts_at < r.ends_at AND r.ends_at > $9))))
                  AND NOT EXISTS (SELECT 1 FROM erasure x
                       WHERE x.practice_id = c.practice_id AND x.client_id = c.id)
                ORDER BY c.id, s.episode_id DESC";
}

/// What is sealed of an event.
pub(crate) const EVENT: Field = Field {
    table: "episode_event",
    column: "body",
    bound: &["practice_id", "episode_id", "seq", "at", "on_day", "actor"],
    named_by: 3,
};
/// What is sealed of a summary.
pub(crate) const SUMMED: Field = Field {
    table: "episode_summary",
    column: "body",
    bound: &["practice_id", "episode_id", "client_id", "seq"],
    named_by: 2,
};

/// The mark of an episode: over all of it.
pub(crate) const MARK: Field = Field {
    table: "episode",
    column: "mark",
    bound: &["practice_id", "id", "client_id", "protocol_id", "protocol_version", "created_at", "created_by"],
    named_by: 2,
};

/// An episode without its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    /// Id.
    pub id: EpisodeId,
    /// Whose.
    pub client: ClientId,
    /// The protocol followed.
    pub protocol: String,
    /// Its version at the start; an episode keeps it.
    pub protocol_version: String,
    /// When it was opened.
    pub created_at: Timestamp,
}

/// Whose episode it is. Part of the decision, so it comes before a grant.
///
/// # Errors
/// [`StoreError`].
pub fn client_of(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    episode: EpisodeId,
) -> Result<Option<ClientId>, StoreError> {
    let vault = tx.share_vault();
    let found = tx.one(CLIENT_OF, &[&practice, &episode], |row| {
        vault.verify(&MARK, row, 0)?;
        Ok((row.get(2)?, wrapped(row, 8)?))
    })?;
    Ok(found.map(|(client, key)| {
        tx.hold_episode(practice, episode, client);
        tx.hold_client_key((practice, client, Class::Chart), key);
        client
    }))
}

/// Whether an action may append to a course.
fn writes(action: Action) -> bool {
    matches!(
        action,
        Action::WriteChart
            | Action::SignChart
            | Action::CosignChart
            | Action::WriteShared
            | Action::AnswerMeasures
    )
}

/// Opens an episode.
///
/// # Errors
/// [`StoreError`].
pub fn insert(tx: &mut Tx<'_>, grant: &Grant, episode: &Episode) -> Result<(), StoreError> {
    let row: &[&dyn ToValue] = &[
        &grant.scope().practice(),
        &episode.id,
        &episode.client,
        &episode.protocol,
        &episode.protocol_version,
        &episode.created_at,
        &crate::author(grant),
    ];
    let mark = tx.vault().mark(&MARK, row)?;
    tx.exec(INSERT, &[row, &[&mark]].concat())?;
    Ok(())
}

/// An episode of the granted client.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, grant: &Grant, id: EpisodeId) -> Result<Option<Episode>, StoreError> {
    let text = if writes(grant.action()) { FIND_TO_WRITE } else { FIND };
    let vault = tx.share_vault();
    let found = tx.one(text, &[&grant.scope().practice(), &id], |row| episode(&vault, row))?;
    if let Some(episode) = &found {
        tx.hold_episode(grant.scope().practice(), id, episode.client);
    }
    // The operator's upkeep has no client; every other grant opens one client's episodes only.
    Ok(found.filter(|episode| grant.client().is_none_or(|client| client == episode.client)))
}

/// The granted client's episodes with their summaries, newest first.
///
/// # Errors
/// [`StoreError`].
pub fn of_client(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<(Episode, Option<Summary>)>, StoreError> {
    let Some(client) = grant.client() else { return Ok(Vec::new()) };
    let practice = grant.scope().practice();
    let key = tx.chart_key(grant)?;
    let vault = tx.share_vault();
    let found =
        tx.all(OF_CLIENT, &[&practice, &client], |row| Ok((episode(&vault, row)?, summary(&key, row, 8)?)))?;
    for (episode, _) in &found {
        tx.hold_episode(practice, episode.id, client);
    }
    Ok(found)
}

/// The episode whose row this is; refused when it is not as the program wrote it.
fn episode(vault: &Vault, row: &Row<'_>) -> Result<Episode, StoreError> {
    vault.verify(&MARK, row, 0)?;
    Ok(Episode {
        id: row.get(1)?,
        client: row.get(2)?,
        protocol: row.get(3)?,
        protocol_version: row.get(4)?,
        created_at: row.get(5)?,
    })
}

/// The history of an episode, in order.
///
/// # Errors
/// [`StoreError`].
pub fn events(tx: &mut Tx<'_>, practice: PracticeId, episode: EpisodeId) -> Result<Vec<Event>, StoreError> {
    let key = tx.episode_key(practice, episode)?;
    tx.all(EVENTS, &[&practice, &episode], |row| {
        let kind: EventKind = key.read(&EVENT, row, 0)?;
        Ok(Event { seq: row.get(2)?, at: row.get(3)?, on: row.get(4)?, kind })
    })
}

/// Appends one event.
///
/// # Errors
/// [`StoreError::Conflict`] when somebody else appended the same number at the same time.
pub fn append(tx: &mut Tx<'_>, grant: &Grant, episode: EpisodeId, event: &Event) -> Result<(), StoreError> {
    let (practice, actor) = (grant.scope().practice(), crate::author(grant));
    let bound: &[&dyn ToValue] = &[&practice, &episode, &event.seq, &event.at, &event.on, &actor];
    let sealed = tx.episode_key(practice, episode)?.document(&EVENT, bound, &event.kind)?;
    tx.send(APPEND, &[&practice, &episode, &event.seq, &event.at, &event.on, &actor, &sealed])
}

/// Writes the summary derived from the events up to `seq`.
///
/// # Errors
/// [`StoreError`].
pub fn summarise(
    tx: &mut Tx<'_>,
    scope: Scope,
    (episode, client): (EpisodeId, ClientId),
    seq: u32,
    summary: &Summary,
) -> Result<(), StoreError> {
    let practice = scope.practice();
    let key = tx.client_key(practice, client, Class::Chart)?;
    let sealed = key.document(&SUMMED, &[&practice, &episode, &client, &seq], summary)?;
    tx.send(SUMMARISE, &[&practice, &episode, &client, &seq, &sealed])
}

/// The kept summary.
///
/// # Errors
/// [`StoreError`].
pub fn kept_summary(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    episode: EpisodeId,
) -> Result<Option<Summary>, StoreError> {
    let key = tx.episode_key(practice, episode)?;
    Ok(tx.one(SUMMARY, &[&practice, &episode], |row| summary(&key, row, 0))?.flatten())
}

/// An episode as upkeep sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Id.
    pub id: EpisodeId,
    /// The protocol followed.
    pub protocol: crate::protocol_versions::Key,
}

/// A page of all episodes of a practice, for upkeep: those with an id above `after`, in order.
///
/// # Errors
/// [`StoreError`].
pub fn page(tx: &mut Tx<'_>, practice: PracticeId, after: &str, limit: i64) -> Result<Vec<Kept>, StoreError> {
    tx.all(ALL, &[&practice, &after, &limit], |row| {
        let protocol = crate::protocol_versions::Key { id: row.get(1)?, version: row.get(2)? };
        Ok(Kept { id: row.get(0)?, protocol })
    })
}

/// One row of somebody's caseload.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseloadRow {
    /// The client.
    pub client: ClientId,
    /// The name on record.
    pub name: String,
    /// The newest episode with its summary, if there is one.
    pub episode: Option<(EpisodeId, Summary)>,
}

/// The clients whose charts an account may read now, by name. A test holds this condition equal to
/// [`domain::access::decide`] for [`Action::ReadChart`].
///
/// # Errors
/// [`StoreError`].
pub fn caseload(
    tx: &mut Tx<'_>,
    scope: Scope,
    (account, roles): (AccountId, &Roles),
    now: Timestamp,
) -> Result<Vec<CaseloadRow>, StoreError> {
    let word = |relation: Relation, of: &[Role]| {
        if of.iter().any(|role| roles.has(*role)) { relation.code() } else { "" }
    };
    let treats = word(Relation::Treats, &[Role::Therapist]);
    let covers = word(Relation::Covers, &[Role::Therapist]);
    let supervises = word(Relation::Supervises, &[Role::Supervisor]);
    let trainee = word(Relation::TraineeOn, &[Role::Trainee]);
    let emergency = word(Relation::BreakGlass, &[Role::Therapist, Role::PrivacyOfficer]);
    let aftercare = SignedDuration::from_hours(24 * AFTERCARE_DAYS);
    let ended_after = now.saturating_sub(aftercare).unwrap_or(now);
    let practice = scope.practice();
    let values: &[&dyn crate::ToValue] =
        &[&practice, &account, &now, &treats, &covers, &supervises, &trainee, &emergency, &ended_after];
    let keys = tx.practice_key(practice)?;
    let vault = tx.share_vault();
    let mut blocked = Vec::new();
    let rows = tx.all(CASELOAD, values, |row| {
        let client: ClientId = row.get(3)?;
        let window = crate::relations::window(&vault, row, 11)?;
        let grants = window.as_ref().is_some_and(|window| !window.relation.denies());
        if !grants {
            blocked.extend(window.filter(|block| block.holds(now)).map(|_| client));
            return Ok(None);
        }
        let Some(wrapped) = wrapped(row, 0)? else { return Ok(None) };
        let key = vault.unwrap(&keys, (practice, client, Class::Chart), &wrapped)?;
        let episode: Option<EpisodeId> = row.get(7)?;
        let name = key.text(&crate::clients::NAME, row, 2)?;
        Ok(Some(CaseloadRow { client, name, episode: episode.zip(summary(&key, row, 6)?) }))
    })?;
    let mut rows: Vec<CaseloadRow> = rows.into_iter().flatten().collect();
    rows.retain(|row| !blocked.contains(&row.client));
    // Somebody may both treat and supervise a client, who may have had several courses: one row a person.
    rows.dedup_by_key(|row| row.client);
    rows.sort_by(|one, other| (&one.name, one.client).cmp(&(&other.name, other.client)));
    Ok(rows)
}

/// The summary whose row stands from `at` on; none where there is no row.
fn summary(key: &Seal, row: &Row<'_>, at: usize) -> Result<Option<Summary>, StoreError> {
    match row.get::<Option<EpisodeId>>(at + 1)? {
        Some(_) => key.read(&SUMMED, row, at).map(Some),
        None => Ok(None),
    }
}
