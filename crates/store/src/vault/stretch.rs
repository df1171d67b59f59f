//! How a passphrase becomes a root key: Argon2id with a salt. None of it is secret; without it the passphrase opens
//! nothing, so the database keeps it, and each snapshot has it in its head.

use std::fmt::Write as _;

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use super::cipher::{self, KEY_LEN};
use super::root::{KeyError, RootKey};

/// Memory in KiB (64 MiB), and the most that a head may ask for.
const MEMORY_KIB: (u32, u32) = (64 * 1024, 1024 * 1024);
/// Passes over it, and the most that a head may ask for.
const PASSES: (u32, u32) = (3, 16);
const SALT: usize = 16;

/// What a passphrase is stretched with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    memory_kib: u32,
    passes: u32,
    salt: [u8; SALT],
}

impl Stretch {
    /// With a new salt.
    ///
    /// # Errors
    /// [`KeyError::Cipher`] when the machine has no random source.
    pub fn new() -> Result<Stretch, KeyError> {
        Ok(Stretch { memory_kib: MEMORY_KIB.0, passes: PASSES.0, salt: cipher::random()? })
    }

    /// As the database keeps it: the salt. Other costs will have a salt of another length.
    pub(super) fn kept(salt: &[u8]) -> Option<Stretch> {
        Some(Stretch { memory_kib: MEMORY_KIB.0, passes: PASSES.0, salt: salt.try_into().ok()? })
    }

    pub(super) fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// As one line: `argon2id m=65536 t=3 p=1 salt=…`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("argon2id m={} t={} p=1 salt=", self.memory_kib, self.passes);
        for byte in self.salt {
            // Writing into a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// Reads such a line. Cheaper than what this program makes, or dearer than a machine should be asked for, is refused.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Stretch> {
        let (memory, rest) = text.strip_prefix("argon2id m=")?.split_once(" t=")?;
        let (passes, hex) = rest.split_once(" p=1 salt=")?;
        let (memory_kib, passes) = (memory.parse().ok()?, passes.parse().ok()?);
        let fair = (MEMORY_KIB.0..=MEMORY_KIB.1).contains(&memory_kib)
            && (PASSES.0..=PASSES.1).contains(&passes)
            && hex.len() == SALT * 2
            && hex.is_ascii();
        let mut salt = [0; SALT];
        for (index, byte) in salt.iter_mut().enumerate() {
            *byte = u8::from_str_radix(hex.get(index * 2..index * 2 + 2)?, 16).ok()?;
        }
        fair.then_some(Stretch { memory_kib, passes, salt })
    }

    /// The root key of a passphrase. Takes a good tenth of a second and 64 MiB, on purpose.
    ///
    /// # Errors
    /// [`KeyError::Cipher`].
    pub fn key(&self, passphrase: &str) -> Result<RootKey, KeyError> {
        let params = Params::new(self.memory_kib, self.passes, 1, Some(KEY_LEN));
        let params = params.map_err(|_| KeyError::Cipher)?;
        let mut bytes = Zeroizing::new([0; KEY_LEN]);
        let hashed = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
            passphrase.as_bytes(),
            &self.salt,
            bytes.as_mut_slice(),
        );
        hashed.map_err(|_| KeyError::Cipher)?;
        Ok(RootKey::of(1, *bytes)?.stretched(self.clone()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_line_gives_back_what_it_was_made_of_and_unfair_costs_are_refused() {
        let made = Stretch::new().unwrap();
        let text = made.to_text();
        assert_eq!(Stretch::from_text(&text), Some(made));
        for (right, wrong) in [
            ("m=65536", "m=8"),
            ("m=65536", "m=4294967295"),
            ("t=3", "t=1"),
            ("t=3", "t=4000000000"),
            ("p=1", "p=2"),
            ("argon2id", "argon2d"),
            ("salt=", "salt=00"),
        ] {
            assert_eq!(Stretch::from_text(&text.replace(right, wrong)), None, "{wrong}");
        }
        assert_eq!(Stretch::from_text(""), None);
    }

    #[test]
    fn a_passphrase_gives_one_key_with_a_salt_and_another_with_another() {
        let (one, two) = (Stretch::new().unwrap(), Stretch::new().unwrap());
        let words = "seven grey herons stand in the shallows";
        assert_eq!(one.key(words).unwrap().id(), one.key(words).unwrap().id());
        assert_ne!(one.key(words).unwrap().id(), two.key(words).unwrap().id());
        assert_eq!(Stretch::kept(one.salt()), Some(one));
    }
}
