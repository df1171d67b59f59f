//! Keys that were unwrapped a moment ago, by the bytes they were unwrapped from: a row that another process rewrapped or
//! destroyed is seen, since the row is read each time and only the unwrapping is saved.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::cipher::Cipher;

/// Keys in each of the two halves.
const HALF: usize = 4096;

type Half = HashMap<Vec<u8>, Cipher>;

/// Two halves: when the young one is full, the old one is dropped and they change places.
#[derive(Default)]
pub(crate) struct Cache {
    halves: Mutex<(Half, Half)>,
}

impl Cache {
    pub(crate) fn get(&self, name: &[u8]) -> Option<Cipher> {
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = halves.0.get(name) {
            return Some(found.clone());
        }
        let (name, found) = halves.1.remove_entry(name)?;
        halves.0.insert(name, found.clone());
        Some(found)
    }

    pub(crate) fn put(&self, name: Vec<u8>, cipher: &Cipher) {
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        if halves.0.len() >= HALF {
            halves.1 = std::mem::take(&mut halves.0);
        }
        halves.0.insert(name, cipher.clone());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::vault::cipher::new_secret;

    #[test]
    fn the_cache_stays_small_and_keeps_what_is_in_use() {
        let cache = Cache::default();
        let cipher = Cipher::new(&new_secret().unwrap()).unwrap();
        cache.put(b"used".to_vec(), &cipher);
        for number in 0..HALF * 5 {
            cache.put(number.to_le_bytes().to_vec(), &cipher);
            assert!(cache.get(b"used").is_some());
        }
        let halves = cache.halves.lock().unwrap();
        assert!(halves.0.len() + halves.1.len() <= HALF * 2 + 1);
    }
}
