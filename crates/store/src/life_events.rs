//! Life events of a client, one document each, every version kept.

use crate::account_names::Names;
use crate::record_versions::{self, FORMAT, Versioned};
use crate::vault::{Field, Seal};
use crate::{Row, StoreError, ToValue, Tx, queries};
use domain::access::Grant;
use domain::ids::EventId;
use domain::life_event::LifeEvent;
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO life_event (practice_id, client_id, id, version, author, at, format, body)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    ALL = "SELECT t.practice_id, t.client_id, t.id, t.version, t.author, t.at, t.format, t.body, a.practice_id, a.id, a.version, a.name
           FROM life_event t
           LEFT JOIN account a ON a.practice_id = t.practice_id AND a.id = t.author
           WHERE t.practice_id = $1 AND t.client_id = $2 ORDER BY t.id";
    FIND = "SELECT t.practice_id, t.client_id, t.id, t.version, t.author, t.at, t.format, t.body, a.practice_id, a.id, a.version, a.name
           FROM life_event t
            LEFT JOIN account a ON a.practice_id = t.practice_id AND a.id = t.author
            WHERE t.practice_id = $1 AND t.client_id = $2 AND t.id = $3";
    UPDATE = "UPDATE life_event SET version = version + 1, author = $1, at = $2, format = $8, body = $3
              WHERE practice_id = $4 AND client_id = $5 AND id = $6 AND version = $7";
}

/// What is sealed.
pub(crate) const BODY: Field = Field {
    table: "life_event",
    column: "body",
    bound: &["practice_id", "client_id", "id", "version", "author", "at", "format"],
    named_by: 3,
};

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
    let bound: &[&dyn ToValue] = &[&practice, &grant.client(), &id, &1_i64, &author, &now, &FORMAT];
    let sealed = tx.chart_key(grant)?.bytes(&BODY, bound, body.as_bytes())?;
    tx.exec(INSERT, &[&practice, &grant.client(), &id, &1_i64, &author, &now, &FORMAT, &sealed])?;
    record_versions::keep(tx, grant, record_versions::of("life_event", id, 1), &body, now)
}

/// All events of the granted client in the order they were added, those taken off included.
///
/// # Errors
/// [`StoreError`].
pub fn all(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<KeptEvent>, StoreError> {
    let key = tx.chart_key(grant)?;
    let names = tx.names(grant.scope().practice())?;
    tx.all(ALL, &[&grant.scope().practice(), &grant.client()], |row| kept(&key, &names, row))
}

/// One event of the granted client.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, grant: &Grant, id: EventId) -> Result<Option<KeptEvent>, StoreError> {
    let key = tx.chart_key(grant)?;
    let names = tx.names(grant.scope().practice())?;
    tx.one(FIND, &[&grant.scope().practice(), &grant.client(), &id], |row| kept(&key, &names, row))
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
    let next = version + 1;
    let bound: &[&dyn ToValue] = &[&practice, &grant.client(), &id, &next, &author, &now, &FORMAT];
    let sealed = tx.chart_key(grant)?.bytes(&BODY, bound, body.as_bytes())?;
    let values: &[&dyn ToValue] =
        &[&author, &now, &sealed, &practice, &grant.client(), &id, &version, &FORMAT];
    let changed = tx.exec(UPDATE, values)? > 0;
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

fn kept(key: &Seal, names: &Names, row: &Row<'_>) -> Result<KeptEvent, StoreError> {
    Ok(Versioned {
        id: row.get(2)?,
        version: row.get(3)?,
        at: row.get(5)?,
        body: key.read(&BODY, row, 0)?,
        author: names.any(row, 8)?,
    })
}
