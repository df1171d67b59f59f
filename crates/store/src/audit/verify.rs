//! Looking at a whole trail: is every line as it was written, and is none missing? Pure over [`Trail`], so that the
//! same code reads a database page by page and a trail in memory.

use super::chain::{self, ChainKey, Hash, Line};
use super::checkpoint::Checkpoint;
use crate::Head;
use std::fmt;

/// Findings that are told one by one; more are counted.
const TOLD: usize = 1000;

/// Where a trail is read from.
pub trait Trail {
    /// Why it could not be read.
    type Error;
    /// The next lines in order of chain and number; none at the end.
    ///
    /// # Errors
    /// When it cannot be read.
    fn lines(&mut self) -> Result<Vec<Line>, Self::Error>;
    /// The hash of a line.
    ///
    /// # Errors
    /// When it cannot be read.
    fn hash_of(&mut self, chain: i64, seq: i64) -> Result<Option<Vec<u8>>, Self::Error>;
    /// The next checkpoints in order; none at the end.
    ///
    /// # Errors
    /// When it cannot be read.
    fn checkpoints(&mut self) -> Result<Vec<Checkpoint>, Self::Error>;
    /// One checkpoint.
    ///
    /// # Errors
    /// When it cannot be read.
    fn checkpoint(&mut self, number: i64) -> Result<Option<Checkpoint>, Self::Error>;
}

/// What names a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namer {
    /// The first line of this chain.
    Chain(i64),
    /// This checkpoint in the database.
    Checkpoint(i64),
    /// This checkpoint as it was kept elsewhere.
    Kept(i64),
}

/// Something that is not as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// The hash does not fit the columns and the line before.
    Altered {
        /// Chain.
        chain: i64,
        /// Line.
        seq: i64,
    },
    /// Lines are missing before one that is there.
    Missing {
        /// Chain.
        chain: i64,
        /// First one missing.
        from: i64,
        /// Last one missing.
        to: i64,
    },
    /// A line stands where it cannot: twice, or after a later one.
    Order {
        /// Chain.
        chain: i64,
        /// Line.
        seq: i64,
    },
    /// A line that something else names is not there: the end of its chain, or all of it, was removed.
    Gone {
        /// Chain.
        chain: i64,
        /// Line.
        seq: i64,
        /// What names it.
        by: Namer,
    },
    /// A line that something else names has another hash there.
    Differs {
        /// Chain.
        chain: i64,
        /// Line.
        seq: i64,
        /// What names it.
        by: Namer,
    },
    /// A checkpoint is missing.
    CheckpointMissing(i64),
    /// A checkpoint's hash does not fit its columns or the one before.
    CheckpointAltered(i64),
    /// A checkpoint's signature is not this installation's.
    Signature(i64),
    /// A checkpoint that was kept elsewhere differs from the one here.
    KeptDiffers(i64),
    /// A checkpoint that was kept elsewhere was not signed by this installation.
    KeptSignature(i64),
}

impl fmt::Display for Namer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Namer::Chain(chain) => write!(f, "the beginning of chain {chain:016x}"),
            Namer::Checkpoint(number) => write!(f, "checkpoint {number}"),
            Namer::Kept(number) => write!(f, "checkpoint {number} kept elsewhere"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::Altered { chain, seq } => write!(f, "chain {chain:016x}: line {seq} was altered"),
            Finding::Missing { chain, from, to } if from == to => {
                write!(f, "chain {chain:016x}: line {from} is missing")
            }
            Finding::Missing { chain, from, to } => {
                write!(f, "chain {chain:016x}: lines {from} to {to} are missing")
            }
            Finding::Order { chain, seq } => {
                write!(f, "chain {chain:016x}: line {seq} stands twice or out of order")
            }
            Finding::Gone { chain, seq, by } => {
                write!(f, "chain {chain:016x}: the end is missing, {by} names line {seq}")
            }
            Finding::Differs { chain, seq, by } => {
                write!(f, "chain {chain:016x}: line {seq} is another one than {by} names")
            }
            Finding::CheckpointMissing(number) => write!(f, "checkpoint {number} is missing"),
            Finding::CheckpointAltered(number) => write!(f, "checkpoint {number} was altered"),
            Finding::Signature(number) => {
                write!(f, "checkpoint {number} was not signed by this installation")
            }
            Finding::KeptDiffers(number) => {
                write!(f, "checkpoint {number} is another one than the one kept elsewhere")
            }
            Finding::KeptSignature(number) => {
                write!(f, "checkpoint {number} kept elsewhere was not signed by this installation")
            }
        }
    }
}

/// What a verification looked at and found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Lines looked at.
    pub lines: u64,
    /// Chains looked at.
    pub chains: u64,
    /// Checkpoints looked at.
    pub checkpoints: u64,
    /// What was found: of each chain the first.
    pub findings: Vec<Finding>,
    /// Findings beyond those told.
    pub more: u64,
}

impl Verified {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.findings.is_empty() && self.more == 0
    }

    fn find(&mut self, finding: Finding) {
        if self.findings.len() < TOLD {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }
}

/// What a verification trusts.
pub struct Trusted<'a> {
    /// The practice whose trail it is.
    pub practice: &'a str,
    /// The key of the chains.
    pub key: &'a ChainKey,
    /// The public key that checkpoints must be signed with.
    pub signer: &'a [u8],
    /// Checkpoints kept elsewhere.
    pub kept: &'a [Checkpoint],
}

/// Looks at every line and every checkpoint. Holds one page of lines at a time.
///
/// # Errors
/// When the trail cannot be read.
pub fn verify<T: Trail>(trail: &mut T, trusted: &Trusted<'_>) -> Result<Verified, T::Error> {
    let mut report = Verified::default();
    lines(trail, trusted, &mut report)?;
    checkpoints(trail, trusted, &mut report)?;
    kept(trail, trusted, &mut report)?;
    Ok(report)
}

/// Where the walk stands.
struct Place {
    chain: i64,
    seq: i64,
    hash: Vec<u8>,
    /// Something of this chain was told already.
    told: bool,
}

fn lines<T: Trail>(trail: &mut T, trusted: &Trusted<'_>, report: &mut Verified) -> Result<(), T::Error> {
    let mut place: Option<Place> = None;
    loop {
        let page = trail.lines()?;
        if page.is_empty() {
            return Ok(());
        }
        for line in page {
            report.lines += 1;
            let at = match place.take() {
                Some(at) if at.chain == line.chain => at,
                before => begin(before.as_ref(), &line, report),
            };
            let (told, wrong) = (at.told, wrong_with(trusted, &at, &line));
            if let (Some(finding), false) = (wrong, told) {
                report.find(finding);
            }
            if wrong.is_none() {
                named_by(trail, &line, report)?;
            }
            place = Some(Place {
                chain: line.chain,
                seq: line.seq.max(at.seq),
                hash: line.hash,
                told: told || wrong.is_some(),
            });
        }
    }
}

/// A chain begins, or one that had ended goes on.
fn begin(before: Option<&Place>, line: &Line, report: &mut Verified) -> Place {
    let again = before.is_some_and(|before| before.chain >= line.chain);
    if again {
        report.find(Finding::Order { chain: line.chain, seq: line.seq });
    }
    report.chains += 1;
    Place { chain: line.chain, seq: 0, hash: chain::NOTHING.to_vec(), told: again }
}

fn wrong_with(trusted: &Trusted<'_>, before: &Place, line: &Line) -> Option<Finding> {
    let (chain, seq) = (line.chain, line.seq);
    if seq <= before.seq {
        return Some(Finding::Order { chain, seq });
    }
    if seq > before.seq + 1 {
        return Some(Finding::Missing { chain, from: before.seq + 1, to: seq - 1 });
    }
    let ties_fit = match &line.ties {
        Some(ties) => seq == 1 && chain::heads_of(ties).is_some(),
        None => seq != 1,
    };
    let fits = ties_fit && line.hash == line.hash_after(trusted.key, trusted.practice, &before.hash);
    (!fits).then_some(Finding::Altered { chain, seq })
}

/// Looks for what a sound line names: heads of other chains, or a checkpoint.
fn named_by<T: Trail>(trail: &mut T, line: &Line, report: &mut Verified) -> Result<(), T::Error> {
    if let Some(ties) = &line.ties {
        for head in chain::heads_of(ties).unwrap_or_default() {
            look_for(trail, head, Namer::Chain(line.chain), report)?;
        }
    }
    if let Some(number) = Checkpoint::announced_by(line)
        && trail.checkpoint(number)?.is_none()
    {
        report.find(Finding::CheckpointMissing(number));
    }
    Ok(())
}

fn look_for<T: Trail>(trail: &mut T, head: Head, by: Namer, report: &mut Verified) -> Result<(), T::Error> {
    let Head { chain, seq, hash } = head;
    match trail.hash_of(chain, seq)? {
        None => report.find(Finding::Gone { chain, seq, by }),
        Some(found) if found != hash => report.find(Finding::Differs { chain, seq, by }),
        Some(_) => {}
    }
    Ok(())
}

fn checkpoints<T: Trail>(
    trail: &mut T,
    trusted: &Trusted<'_>,
    report: &mut Verified,
) -> Result<(), T::Error> {
    let mut before: (i64, Hash) = (0, chain::NOTHING);
    loop {
        let page = trail.checkpoints()?;
        if page.is_empty() {
            return Ok(());
        }
        for checkpoint in page {
            report.checkpoints += 1;
            let number = checkpoint.number;
            for missing in (before.0 + 1)..number.min(before.0 + 10) {
                report.find(Finding::CheckpointMissing(missing));
            }
            let follows = number != before.0 + 1 || checkpoint.previous == before.1;
            if !follows || number <= before.0 || !checkpoint.fits(trusted.practice) {
                report.find(Finding::CheckpointAltered(number));
            } else if !checkpoint.is_signed_by(trusted.signer) {
                report.find(Finding::Signature(number));
            } else {
                for head in checkpoint.heads() {
                    look_for(trail, head, Namer::Checkpoint(number), report)?;
                }
            }
            before = (number, Hash::try_from(checkpoint.hash.as_slice()).unwrap_or(chain::NOTHING));
        }
    }
}

fn kept<T: Trail>(trail: &mut T, trusted: &Trusted<'_>, report: &mut Verified) -> Result<(), T::Error> {
    for kept in trusted.kept.iter().filter(|kept| kept.practice == trusted.practice) {
        let number = kept.number;
        if !kept.fits(trusted.practice) || !kept.is_signed_by(trusted.signer) {
            report.find(Finding::KeptSignature(number));
            continue;
        }
        match trail.checkpoint(number)? {
            None => report.find(Finding::CheckpointMissing(number)),
            Some(here) if here != *kept => report.find(Finding::KeptDiffers(number)),
            Some(_) => {}
        }
        for head in kept.heads() {
            look_for(trail, head, Namer::Kept(number), report)?;
        }
    }
    Ok(())
}
