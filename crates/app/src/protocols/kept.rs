//! Protocols that practices keep, read once and remembered: a course is looked at far more often than it begins.

use domain::ids::PracticeId;
use protocol::Protocol;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use store::protocol_versions::Key;

/// Most protocols remembered; the one that was not asked for longest is forgotten first.
const MOST: usize = 128;

/// One protocol of one practice.
type Entry = (PracticeId, Key, Arc<Protocol>);

/// The memory, shared by all requests. What a version says never changes, so nothing in it can be out of date.
#[derive(Debug, Clone, Default)]
pub struct Kept(Arc<Mutex<VecDeque<Entry>>>);

impl Kept {
    pub(super) fn find(&self, practice: PracticeId, key: &Key) -> Option<Arc<Protocol>> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = entries.iter().position(|(whose, known, _)| *whose == practice && known == key)?;
        let found = entries.remove(at)?;
        let protocol = found.2.clone();
        entries.push_front(found);
        Some(protocol)
    }

    pub(super) fn put(&self, practice: PracticeId, key: &Key, protocol: &Arc<Protocol>) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|(whose, known, _)| *whose != practice || known != key);
        entries.push_front((practice, key.clone(), protocol.clone()));
        entries.truncate(MOST);
    }
}
