//! Where the audit chains of a connection stand, in step with its transaction.
//!
//! A chain belongs to the connection that writes it, so that nobody waits for anybody's line. The head moves with each
//! line, goes back with a savepoint, and is forgotten when nobody can know whether a commit stood: then a new chain begins.

use std::collections::HashMap;

use uuid::Uuid;

use crate::audit::chain::ChainKey;

/// The last line of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of the chain: random, positive.
    pub chain: i64,
    /// Number of the line in its chain, from 1.
    pub seq: i64,
    /// Its hash.
    pub hash: [u8; 32],
}

/// The heads of one connection, by practice.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    now: HashMap<Uuid, Head>,
    undo: Vec<(Uuid, Option<Head>)>,
    /// The key of the chains, once it was asked for.
    pub(crate) key: Option<ChainKey>,
}

impl Heads {
    pub(crate) fn get(&self, practice: Uuid) -> Option<Head> {
        self.now.get(&practice).copied()
    }

    pub(crate) fn set(&mut self, practice: Uuid, head: Head) {
        let before = self.now.insert(practice, head);
        self.undo.push((practice, before));
    }

    /// How things stand here, for [`Heads::back_to`].
    pub(crate) fn mark(&self) -> usize {
        self.undo.len()
    }

    /// Everything since the mark was undone.
    pub(crate) fn back_to(&mut self, mark: usize) {
        while self.undo.len() > mark {
            match self.undo.pop() {
                Some((practice, Some(before))) => drop(self.now.insert(practice, before)),
                Some((practice, None)) => drop(self.now.remove(&practice)),
                None => break,
            }
        }
    }

    /// The transaction was committed.
    pub(crate) fn settle(&mut self) {
        self.undo.clear();
    }

    /// The transaction failed, or nobody knows: what this connection writes next begins a new chain.
    pub(crate) fn forget(&mut self) {
        self.now.clear();
        self.undo.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(seq: i64) -> Head {
        Head { chain: 7, seq, hash: [0; 32] }
    }

    #[test]
    fn a_head_goes_back_to_the_mark_and_no_further() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut heads = Heads::default();
        heads.set(one, head(1));
        heads.settle();
        heads.set(one, head(2));
        let mark = heads.mark();
        heads.set(one, head(3));
        heads.set(two, head(1));
        heads.back_to(mark);
        assert_eq!((heads.get(one), heads.get(two)), (Some(head(2)), None));
        heads.back_to(0);
        assert_eq!(heads.get(one), Some(head(1)));
        heads.forget();
        assert_eq!(heads.get(one), None);
    }
}
