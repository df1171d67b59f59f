//! The cipher: AES-256-GCM, HMAC-SHA-256 and HKDF-SHA-256. The only file that names the library (`ring`), so that a
//! FIPS-validated one can take its place: new keys and values then get another format byte, old ones stay readable.

use std::sync::Arc;

use ring::rand::{SecureRandom, SystemRandom};
use ring::{aead, hkdf, hmac};
use zeroize::Zeroizing;

/// Format of a sealed value: this byte, a random nonce of 96 bits, the ciphertext, its tag of 128 bits.
const FORMAT: u8 = 1;
const NONCE_AT: usize = 1;
const BODY_AT: usize = NONCE_AT + aead::NONCE_LEN;

/// Bytes of every key.
pub(crate) const KEY_LEN: usize = 32;

/// The bytes of a key; wiped when they are dropped.
pub(crate) type Secret = Zeroizing<[u8; KEY_LEN]>;

/// A value could not be sealed or opened. Says nothing about why, on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CipherError;

/// New random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], CipherError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| CipherError)?;
    Ok(bytes)
}

/// A new random key.
pub(crate) fn new_secret() -> Result<Secret, CipherError> {
    random().map(Zeroizing::new)
}

/// A key that seals and opens. The library keeps its schedule in memory and does not wipe it; nothing prints it.
#[derive(Clone)]
pub(crate) struct Cipher(Arc<aead::LessSafeKey>);

impl std::fmt::Debug for Cipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cipher(…)")
    }
}

impl Cipher {
    pub(crate) fn new(secret: &Secret) -> Result<Cipher, CipherError> {
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, secret.as_slice()).map_err(|_| CipherError)?;
        Ok(Cipher(Arc::new(aead::LessSafeKey::new(key))))
    }

    /// Seals `plain`; it opens only with the same `bound`.
    pub(crate) fn seal(&self, bound: &[u8], plain: &[u8]) -> Result<Vec<u8>, CipherError> {
        let nonce: [u8; aead::NONCE_LEN] = random()?;
        let mut sealed = Vec::with_capacity(BODY_AT + plain.len() + aead::AES_256_GCM.tag_len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let body = sealed.get_mut(BODY_AT..).ok_or(CipherError)?;
        let nonce = aead::Nonce::assume_unique_for_key(nonce);
        let tag = self.0.seal_in_place_separate_tag(nonce, aead::Aad::from(bound), body);
        sealed.extend_from_slice(tag.map_err(|_| CipherError)?.as_ref());
        Ok(sealed)
    }

    /// Opens what [`Cipher::seal`] gave for the same `bound`; anything else is refused.
    pub(crate) fn open(&self, bound: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CipherError> {
        if sealed.first() != Some(&FORMAT) {
            return Err(CipherError);
        }
        let nonce = sealed.get(NONCE_AT..BODY_AT).ok_or(CipherError)?;
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).map_err(|_| CipherError)?;
        let mut body = Zeroizing::new(sealed.get(BODY_AT..).ok_or(CipherError)?.to_vec());
        let length =
            self.0.open_in_place(nonce, aead::Aad::from(bound), &mut body).map_err(|_| CipherError)?.len();
        body.truncate(length);
        Ok(body)
    }
}

/// A key that marks: whoever lacks it can neither make nor change a mark.
#[derive(Clone)]
pub(crate) struct Marker(hmac::Key);

impl std::fmt::Debug for Marker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Marker(…)")
    }
}

impl Marker {
    pub(crate) fn new(secret: &Secret) -> Marker {
        Marker(hmac::Key::new(hmac::HMAC_SHA256, secret.as_slice()))
    }

    pub(crate) fn mark(&self, bound: &[u8]) -> Vec<u8> {
        hmac::sign(&self.0, bound).as_ref().to_vec()
    }

    /// Compares in constant time.
    pub(crate) fn holds(&self, bound: &[u8], mark: &[u8]) -> bool {
        hmac::verify(&self.0, bound, mark).is_ok()
    }
}

/// Another secret for each label, from which neither the first one nor another label's can be found.
pub(crate) fn derive(secret: &Secret, label: &str) -> Result<Secret, CipherError> {
    let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"attune");
    let mut derived = Zeroizing::new([0; KEY_LEN]);
    salt.extract(secret.as_slice())
        .expand(&[label.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(derived.as_mut_slice()))
        .map_err(|_| CipherError)?;
    Ok(derived)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn c1_what_was_sealed_opens_with_the_same_key_and_place_and_with_no_other() {
        let cipher = Cipher::new(&new_secret().unwrap()).unwrap();
        let sealed = cipher.seal(b"place", b"words").unwrap();
        assert_eq!(cipher.open(b"place", &sealed).unwrap().as_slice(), b"words");
        assert_eq!(cipher.open(b"elsewhere", &sealed), Err(CipherError));
        let other = Cipher::new(&new_secret().unwrap()).unwrap();
        assert_eq!(other.open(b"place", &sealed), Err(CipherError));
        assert!(sealed.windows(5).all(|part| part != b"words"));
        assert_ne!(cipher.seal(b"place", b"words").unwrap(), sealed, "no nonce is used twice");
    }

    #[test]
    fn c1_every_flipped_bit_and_every_cut_is_found() {
        let cipher = Cipher::new(&new_secret().unwrap()).unwrap();
        let sealed = cipher.seal(b"place", b"words").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(cipher.open(b"place", &flipped), Err(CipherError), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert_eq!(cipher.open(b"place", &sealed[..length]), Err(CipherError), "cut to {length}");
        }
    }

    #[test]
    fn each_label_gives_a_secret_of_its_own_and_always_the_same() {
        let secret = new_secret().unwrap();
        assert_eq!(derive(&secret, "one").unwrap(), derive(&secret, "one").unwrap());
        assert_ne!(derive(&secret, "one").unwrap(), derive(&secret, "two").unwrap());
        let marker = Marker::new(&secret);
        assert!(marker.holds(b"row", &marker.mark(b"row")));
        assert!(!marker.holds(b"raw", &marker.mark(b"row")));
    }

    #[test]
    fn c6_no_key_is_ever_printed() {
        let secret = Zeroizing::new([0xab; KEY_LEN]);
        let printed = format!("{:?} {:?}", Cipher::new(&secret).unwrap(), Marker::new(&secret));
        assert_eq!(printed, "Cipher(…) Marker(…)");
    }
}
