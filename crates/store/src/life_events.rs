//! Life events of a client, one document each, every version kept.

use crate::record_versions::{self, Versioned};
use crate::{Row, StoreError, Tx, queries};
use domain::access::Grant;
use domain::ids::EventId;
use domain::life_event::LifeEvent;
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO life_event (practice_id, client_id, id, version, author, at, format, body)
              VALUES ($1, $2, $3, 1, $4, $5, 1, $6)";
    ALL = "SELECT t.id, t.version, t.at, t.body, a.name FROM life_event t
           LEFT JOIN account a ON a.practice_id = t.practice_id AND a.id = t.author
           WHERE t.practice_id = $1 AND t.client_id = $2 ORDER BY t.id";
    FIND = "SELECT t.id, t.version, t.at, t.body, a.name FROM life_event t
            LEFT JOIN account a ON a.practice_id = t.practice_id AND a.id = t.author
            WHERE t.practice_id = $1 AND t.client_id = $2 AND t.id = $3";
    UPDATE = "UPDATE life_event SET version = version + 1, author = $1, at = $2, body = $3
              WHERE practice_id = $4 AND client_id = $5 AND id = $6 AND version = $7";
}

/// An event as it stands now.
pub type KeptEvent = Versioned<EventId, LifeEvent>;

/// Adds an event to the granted client.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    tx: &mut Tx<'_>,
    grant: &Grant,
    id: EventId,
    event: &LifeEvent,
    now: Timestamp,
) -> Result<(), StoreError> {
    let body = crate::document(event)?;
    let (practice, author) = (grant.scope().practice(), crate::author(grant));
    tx.exec(INSERT, &[&practice, &grant.client(), &id, &author, &now, &body])?;
    record_versions::keep(tx, grant, record_versions::of("life_event", id, 1), &body, now)
}

/// All events of the granted client in the order they were added, those taken off included.
///
/// # Errors
/// [`StoreError`].
pub fn all(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<KeptEvent>, StoreError> {
    tx.all(ALL, &[&grant.scope().practice(), &grant.client()], kept)
}

/// One event of the granted client.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, grant: &Grant, id: EventId) -> Result<Option<KeptEvent>, StoreError> {
    tx.one(FIND, &[&grant.scope().practice(), &grant.client(), &id], kept)
}

/// Changes an event if it is still at `version`; gives whether it was.
///
/// # Errors
/// [`StoreError`].
pub fn update(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (id, version): (EventId, i64),
    event: &LifeEvent,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let body = crate::document(event)?;
    let (practice, author) = (grant.scope().practice(), crate::author(grant));
    let changed = tx.exec(UPDATE, &[&author, &now, &body, &practice, &grant.client(), &id, &version])? > 0;
    if changed {
        record_versions::keep(tx, grant, record_versions::of("life_event", id, version + 1), &body, now)?;
    }
    Ok(changed)
}

/// The events of the granted client by title, for a list to choose from; without remembered symptoms and those
/// taken off.
///
/// # Errors
/// [`StoreError`].
pub fn labels(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<(EventId, String)>, StoreError> {
    let all = all(tx, grant)?.into_iter().filter(|event| event.body.counts());
    Ok(all.map(|event| (event.id, event.body.title)).collect())
}

fn kept(row: &Row<'_>) -> Result<KeptEvent, StoreError> {
    Ok(Versioned {
        id: row.get(0)?,
        version: row.get(1)?,
        at: row.get(2)?,
        body: crate::read_document(&row.get::<String>(3)?, "life_event.body")?,
        author: row.get(4)?,
    })
}
