//! The list of common passwords as it is shipped: a sorted run of short hashes, searched by halving.
//!
//! It answers "is it on the list" with 40 bits a password: of a million passwords that are not on a list of 100,000, one
//! in ten is taken for one by chance, and its owner chooses another. The hash need not be a strong one: who finds a
//! password that looks common has found one that is refused.

use super::short_hash::{BYTES, short_hash};

/// A list of passwords that nobody may choose.
#[derive(Clone, Copy)]
pub struct Blocklist<'a>(&'a [u8]);

impl<'a> Blocklist<'a> {
    /// Takes the bytes that `cargo xtask passwords` wrote: hashes of five bytes in rising order.
    #[must_use]
    pub fn of(bytes: &'a [u8]) -> Blocklist<'a> {
        Blocklist(bytes)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len() / BYTES
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a password is on the list. It comes in NFKC, case folded.
    #[must_use]
    pub fn holds(&self, folded: &str) -> bool {
        let wanted = short_hash(folded);
        let (chunks, _) = self.0.as_chunks::<BYTES>();
        chunks.binary_search(&wanted).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_knows_its_own_and_no_other() {
        let mut hashes: Vec<[u8; BYTES]> = ["password", "qwerty12", "sunshine"].map(short_hash).to_vec();
        hashes.sort_unstable();
        let bytes = hashes.concat();
        let list = Blocklist::of(&bytes);
        assert_eq!(short_hash("password"), [226, 181, 156, 170, 135], "as cargo xtask passwords writes it");
        assert!(["password", "qwerty12", "sunshine"].iter().all(|word| list.holds(word)));
        assert!(!list.holds("plum tree at dusk") && !Blocklist::of(&[]).holds("password"));
    }
}
