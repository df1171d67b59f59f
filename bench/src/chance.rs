//! Seeded chance, so that two runs make the same practice.

use app::context::{Entropy, SystemEntropy};
use std::sync::atomic::{AtomicU64, Ordering};

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64 (Steele, Lea & Flood 2014), shared by many tasks.
pub struct Chance(AtomicU64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(AtomicU64::new(seed))
    }

    pub fn bits(&self) -> u64 {
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `n`, which must not be 0.
    pub fn below(&self, n: u64) -> u64 {
        self.bits() % n
    }
}

impl Entropy for Chance {
    fn unique(&self) -> [u8; 10] {
        let (a, b) = (self.bits().to_le_bytes(), self.bits().to_le_bytes());
        [a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], b[0], b[1]]
    }

    /// Links and sessions get real secrets even here.
    fn secret(&self) -> [u8; 32] {
        SystemEntropy.secret()
    }
}
