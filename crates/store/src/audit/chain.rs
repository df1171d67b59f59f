//! The chain itself: what a line's hash covers, and how one chain names the heads of others. Pure.

use crate::Head;
use ring::hmac;
use sha2::{Digest, Sha256};

/// A SHA-256.
pub type Hash = [u8; 32];

/// The key of the chains of an installation: whoever can write into the database but has not this key cannot make a
/// line that fits, not even a new one at the end.
#[derive(Clone)]
pub struct ChainKey(hmac::Key);

impl std::fmt::Debug for ChainKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChainKey(…)")
    }
}

impl ChainKey {
    /// What the vault derives it for.
    pub const LABEL: &'static str = "audit chain";

    /// The key of a secret.
    #[must_use]
    pub fn of(secret: &[u8; 32]) -> ChainKey {
        ChainKey(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }
}

/// What stands before the first line of a chain.
pub const NOTHING: Hash = [0; 32];

/// A line as the table holds it: raw, since what is verified may hold anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Number of its chain.
    pub chain: i64,
    /// Number in its chain, from 1.
    pub seq: i64,
    /// Microseconds since 1970, UTC.
    pub at: i64,
    /// Id of the line.
    pub id: String,
    /// Who.
    pub actor: String,
    /// For whom.
    pub for_whom: String,
    /// What was asked.
    pub action: String,
    /// Class of records.
    pub class: String,
    /// Whose record.
    pub client: Option<String>,
    /// The thing touched.
    pub object: String,
    /// With which result.
    pub outcome: String,
    /// Why it was allowed or denied.
    pub rule: String,
    /// From where.
    pub origin: String,
    /// On the first line of a chain: the heads that stood when it began.
    pub ties: Option<String>,
    /// Its hash.
    pub hash: Vec<u8>,
}

impl Line {
    /// What the hash must be, after a line with this hash: HMAC-SHA-256 over every column and the previous hash.
    #[must_use]
    pub fn hash_after(&self, key: &ChainKey, practice: &str, previous: &[u8]) -> Hash {
        let mut digest = Canonical(hmac::Context::with_key(&key.0));
        digest.text("attune audit line 1");
        digest.text(practice);
        for number in [self.chain, self.seq, self.at] {
            digest.number(number);
        }
        let texts = [&self.id, &self.actor, &self.for_whom, &self.action, &self.class];
        texts.into_iter().for_each(|text| digest.text(text));
        digest.maybe(self.client.as_deref());
        for text in [&self.object, &self.outcome, &self.rule, &self.origin] {
            digest.text(text);
        }
        digest.maybe(self.ties.as_deref());
        digest.bytes(previous);
        let mut hash = [0; 32];
        hash.copy_from_slice(digest.0.sign().as_ref());
        hash
    }
}

/// What takes bytes in: a plain hash, or one with a key.
pub(crate) trait Intake {
    fn take(&mut self, bytes: &[u8]);
}

impl Intake for Sha256 {
    fn take(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

impl Intake for hmac::Context {
    fn take(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

/// A hash over parts, each with its length before it, so that no two lists of parts read the same.
pub(crate) struct Canonical<I>(I);

impl Canonical<Sha256> {
    /// Begins with what kind of thing is hashed.
    pub(crate) fn new(kind: &str) -> Self {
        let mut digest = Canonical(Sha256::new());
        digest.text(kind);
        digest
    }

    pub(crate) fn finish(self) -> Hash {
        self.0.finalize().into()
    }
}

impl<I: Intake> Canonical<I> {
    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(crate) fn number(&mut self, number: i64) {
        self.bytes(&number.to_be_bytes());
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.take(&(bytes.len() as u64).to_be_bytes());
        self.0.take(bytes);
    }

    /// What is not there differs from what is empty.
    fn maybe(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.0.take(&[0xff; 8]),
        }
    }
}

/// The number a new chain gets: from the id of its first line, which is unique and random.
#[must_use]
pub(crate) fn number_of(practice: &str, first_line: &str) -> i64 {
    let mut digest = Canonical::new("attune audit chain 1");
    digest.text(practice);
    digest.text(first_line);
    let [a, b, c, d, e, f, g, h, ..] = digest.finish();
    (i64::from_be_bytes([a, b, c, d, e, f, g, h]) & i64::MAX).max(1)
}

/// Heads as text: `CHAIN:LINE:HASH`, chain and hash in hex, separated by spaces.
#[must_use]
pub fn heads_text(heads: &[Head]) -> String {
    let words = heads.iter().map(|head| format!("{:016x}:{}:{}", head.chain, head.seq, hex(&head.hash)));
    words.collect::<Vec<_>>().join(" ")
}

/// Heads read back; `None` when the text is not what [`heads_text`] writes.
#[must_use]
pub fn heads_of(text: &str) -> Option<Vec<Head>> {
    let words = text.split(' ').filter(|word| !word.is_empty());
    words
        .map(|word| {
            let mut parts = word.split(':');
            let chain = i64::from_str_radix(parts.next()?, 16).ok()?;
            let seq = parts.next()?.parse().ok()?;
            let hash = from_hex(parts.next()?)?.try_into().ok()?;
            parts.next().is_none().then_some(Head { chain, seq, hash })
        })
        .collect()
}

/// Bytes in hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hex in bytes.
#[must_use]
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pair = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len()).step_by(2).map(pair).collect()
}

/// Heads that no other chain's beginning names: everything else is covered by them.
#[must_use]
pub(crate) fn leaves(heads: &[Head], ties: &[String]) -> Vec<Head> {
    let named: std::collections::HashSet<(i64, i64)> =
        ties.iter().filter_map(|text| heads_of(text)).flatten().map(|head| (head.chain, head.seq)).collect();
    heads.iter().filter(|head| !named.contains(&(head.chain, head.seq))).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(chain: i64, seq: i64) -> Head {
        Head { chain, seq, hash: [chain.to_be_bytes()[7]; 32] }
    }

    #[test]
    fn heads_read_back_as_they_were_written_and_nothing_else_does() {
        let heads = vec![head(1, 5), head(i64::MAX, 1)];
        assert_eq!(heads_of(&heads_text(&heads)), Some(heads));
        assert_eq!(heads_of(""), Some(vec![]));
        for wrong in ["x", "1:2", "1:2:zz", "1:2:00", "1:2:3:4"] {
            assert_eq!(heads_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_heads_that_nothing_names_are_left() {
        let heads = [head(1, 5), head(2, 3), head(3, 1)];
        let ties = [heads_text(&[head(1, 5), head(2, 2)])];
        assert_eq!(leaves(&heads, &ties), vec![head(2, 3), head(3, 1)]);
    }

    #[test]
    fn what_is_empty_and_what_is_not_there_hash_differently() {
        let hash = |text: Option<&str>| {
            let mut digest = Canonical::new("t");
            digest.maybe(text);
            digest.finish()
        };
        assert_ne!(hash(None), hash(Some("")));
    }
}
