//! Checkpoints and verification on a database.

use super::chain::{self, Line};
use super::checkpoint::{ACTION, Checkpoint, Signer};
use super::verify::{self, Trail, Trusted, Verified};
use super::{Entry, leaves};
use crate::{Row, StoreError, Tx, queries};
use domain::ids::PracticeId;

queries! {
    LINES = "SELECT chain, seq, at, id, actor, for_whom, action, class, client_id, object, outcome, rule, origin, ties, hash
              FROM audit WHERE practice_id = $1 AND (chain, seq) > ($2, $3) ORDER BY chain, seq LIMIT $4";
    HASH = "SELECT hash FROM audit WHERE practice_id = $1 AND chain = $2 AND seq = $3";
    KEEP = "INSERT INTO audit_checkpoint (practice_id, number, at, heads, previous, hash, signer, signature)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    CHECKPOINTS = "SELECT practice_id, number, at, heads, previous, hash, signer, signature FROM audit_checkpoint
              WHERE practice_id = $1 AND number > $2 ORDER BY number LIMIT $3";
    CHECKPOINT = "SELECT practice_id, number, at, heads, previous, hash, signer, signature FROM audit_checkpoint
              WHERE practice_id = $1 AND number = $2";
    LATEST = "SELECT practice_id, number, at, heads, previous, hash, signer, signature FROM audit_checkpoint
              WHERE practice_id = $1 ORDER BY number DESC LIMIT 1";
}

/// Rows read at once.
const PAGE: i64 = 1000;

/// The newest checkpoint of a practice.
///
/// # Errors
/// [`StoreError`].
pub fn latest(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Option<Checkpoint>, StoreError> {
    tx.one(LATEST, &[&practice], checkpoint)
}

/// How many lines were written since the newest checkpoint.
///
/// # Errors
/// [`StoreError`].
pub fn lines_since(tx: &mut Tx<'_>, practice: PracticeId) -> Result<i64, StoreError> {
    let covered = latest(tx, practice)?.map(|before| before.heads()).unwrap_or_default();
    let before = |chain: i64| covered.iter().find(|head| head.chain == chain).map_or(0, |head| head.seq);
    Ok(leaves(tx, practice)?.iter().map(|head| head.seq - before(head.chain)).sum())
}

/// Makes a checkpoint, if anything was written since the last one; `line` announces it in the trail, its object and
/// action are filled in. Two at once: one of them gets a conflict, and all is well.
///
/// # Errors
/// [`StoreError`].
pub fn make_checkpoint(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    line: Entry,
    signer: &Signer,
) -> Result<Option<Checkpoint>, StoreError> {
    let before = latest(tx, practice)?;
    let standing = chain::heads_text(&leaves(tx, practice)?);
    let unchanged = before.as_ref().is_some_and(|before| before.heads == standing);
    if unchanged || (before.is_none() && standing.is_empty()) {
        return Ok(None);
    }
    let (number, previous) =
        before.map_or((1, chain::NOTHING.to_vec()), |before| (before.number + 1, before.hash));
    let at = line.at.as_microsecond();
    let line = Entry { action: ACTION.to_owned(), object: Checkpoint::object(number), ..line };
    super::append(tx, practice, &line)?;
    let heads = leaves(tx, practice)?;
    let made = Checkpoint::make((&practice.to_string(), number, at), &heads, &previous, signer);
    tx.exec(
        KEEP,
        &[
            &practice,
            &made.number,
            &made.at,
            &made.heads,
            &made.previous,
            &made.hash,
            &made.signer,
            &made.signature,
        ],
    )?;
    Ok(Some(made))
}

/// Looks at a practice's whole trail, page by page, in one state of the database.
///
/// # Errors
/// [`StoreError`].
pub fn verify(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    signer: &[u8],
    kept: &[Checkpoint],
) -> Result<Verified, StoreError> {
    let name = practice.to_string();
    let key = &tx.chain_key()?;
    let mut trail = Kept { tx, practice, after: (i64::MIN, i64::MIN), number: i64::MIN };
    verify::verify(&mut trail, &Trusted { practice: &name, key, signer, kept })
}

struct Kept<'a, 'tx> {
    tx: &'a mut Tx<'tx>,
    practice: PracticeId,
    after: (i64, i64),
    number: i64,
}

impl Trail for Kept<'_, '_> {
    type Error = StoreError;

    fn lines(&mut self) -> Result<Vec<Line>, StoreError> {
        let (chain, seq) = self.after;
        let page = self.tx.all(LINES, &[&self.practice, &chain, &seq, &PAGE], line)?;
        if let Some(last) = page.last() {
            self.after = (last.chain, last.seq);
        }
        Ok(page)
    }

    fn hash_of(&mut self, chain: i64, seq: i64) -> Result<Option<Vec<u8>>, StoreError> {
        self.tx.one(HASH, &[&self.practice, &chain, &seq], |row| row.get(0))
    }

    fn checkpoints(&mut self) -> Result<Vec<Checkpoint>, StoreError> {
        let page = self.tx.all(CHECKPOINTS, &[&self.practice, &self.number, &PAGE], checkpoint)?;
        if let Some(last) = page.last() {
            self.number = last.number;
        }
        Ok(page)
    }

    fn checkpoint(&mut self, number: i64) -> Result<Option<Checkpoint>, StoreError> {
        self.tx.one(CHECKPOINT, &[&self.practice, &number], checkpoint)
    }
}

pub(crate) fn line(row: &Row<'_>) -> Result<Line, StoreError> {
    Ok(Line {
        chain: row.get(0)?,
        seq: row.get(1)?,
        at: row.get(2)?,
        id: row.get(3)?,
        actor: row.get(4)?,
        for_whom: row.get(5)?,
        action: row.get(6)?,
        class: row.get(7)?,
        client: row.get(8)?,
        object: row.get(9)?,
        outcome: row.get(10)?,
        rule: row.get(11)?,
        origin: row.get(12)?,
        ties: row.get(13)?,
        hash: row.get(14)?,
    })
}

fn checkpoint(row: &Row<'_>) -> Result<Checkpoint, StoreError> {
    Ok(Checkpoint {
        practice: row.get(0)?,
        number: row.get(1)?,
        at: row.get(2)?,
        heads: row.get(3)?,
        previous: row.get(4)?,
        hash: row.get(5)?,
        signer: row.get(6)?,
        signature: row.get(7)?,
    })
}
