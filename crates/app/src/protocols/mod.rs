//! Protocols: those the program ships, and those a practice brings itself.
//!
//! An episode names its protocol by id and version. A shipped one of that version is read from the content; any other was
//! kept by the practice in one piece, so that nothing that is released or uploaded later changes a running course.

mod kept;

use crate::content::Content;
use crate::entry::{Desk, Refused, Verdict};
use domain::ids::PracticeId;
use protocol::Protocol;
use std::sync::Arc;
use store::protocol_versions::{self, Key, New, State};
use store::{StoreError, Tx};

pub use kept::Kept;

/// The protocol of this id and version, as a course of the practice follows it; none where nobody knows it.
pub(crate) fn followed(
    content: &Content,
    tx: &mut Tx<'_>,
    practice: PracticeId,
    key: &Key,
) -> Result<Option<Arc<Protocol>>, StoreError> {
    if let Some(shipped) = content.shared(&key.id).filter(|shipped| shipped.version == key.version) {
        return Ok(Some(shipped));
    }
    if let Some(known) = content.kept().find(practice, key) {
        return Ok(Some(known));
    }
    let Some(whole) = protocol_versions::whole(tx, practice, key)? else { return Ok(None) };
    let Ok(read) = Protocol::from_whole(&whole) else {
        // Written by a version of the program that reads another format: as good as not there.
        tracing::error!(protocol = key.id, version = key.version, "a kept protocol cannot be read any more");
        return Ok(None);
    };
    let read = Arc::new(read);
    content.kept().put(practice, key, &read);
    Ok(Some(read))
}

/// The protocol that a new course of this id would follow: the shipped one, or else the newest version of the practice's
/// own that was not withdrawn.
pub(crate) fn offered<E>(desk: &mut Desk<'_, '_>, id: &str) -> Verdict<Option<Arc<Protocol>>, E> {
    if let Some(shipped) = desk.content.shared(id) {
        return Ok(Some(shipped));
    }
    let practice = desk.grant.scope().practice();
    let own = protocol_versions::list(desk.tx, practice)?;
    let newest = own.into_iter().find(|kept| kept.key.id == id && kept.state == State::Active);
    Ok(match newest {
        Some(newest) => followed(desk.content, desk.tx, practice, &newest.key)?,
        None => None,
    })
}

/// Keeps a shipped protocol in one piece for the course that begins with it. The practice's own are kept already.
pub(crate) fn keep_shipped<E>(desk: &mut Desk<'_, '_>, protocol: &Protocol) -> Verdict<(), E> {
    let key = Key { id: protocol.id.to_string(), version: protocol.version.clone() };
    let practice = desk.grant.scope().practice();
    if protocol_versions::find(desk.tx, practice, &key)?.is_some() {
        return Ok(());
    }
    if let Some(whole) = desk.content.whole(&key.id) {
        let new = New { key: &key, whole: &whole, source: "", state: State::Kept };
        protocol_versions::insert(desk.tx, &desk.grant, new, desk.ctx.now).map_err(Refused::Store)?;
    }
    Ok(())
}
