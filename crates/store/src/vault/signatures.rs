//! Signatures of passkeys: the three kinds that `domain::passkey` reads, checked by `ring`.

use domain::passkey::PublicKey;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

/// Whether a signature over a message is the one of a key. A key that is no point of its curve signs nothing.
#[must_use]
pub fn signed_by(key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
    let outcome = match key {
        PublicKey::Es256(point) => {
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
        }
        PublicKey::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
        PublicKey::Rs256 { n, e } => {
            RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
        }
    };
    outcome.is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use domain::passkey::public_key;

    /// One signature of another library: which, the key in COSE form, the message, the signature.
    struct Vector {
        kind: String,
        key: PublicKey,
        message: Vec<u8>,
        signature: Vec<u8>,
    }

    /// Made with OpenSSL 4 through Python's `cryptography`; `testdata/passkey-signatures.txt` says how.
    fn vectors() -> Vec<Vector> {
        let text = include_str!("../../testdata/passkey-signatures.txt");
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        lines
            .map(|line| {
                let parts: Vec<&str> = line.split(' ').collect();
                let bytes = |at: usize| -> Vec<u8> {
                    let digits = parts[at].as_bytes().chunks(2);
                    digits.map(|two| u8::from_str_radix(str::from_utf8(two).unwrap(), 16).unwrap()).collect()
                };
                let key = public_key(&bytes(1)).unwrap();
                Vector { kind: parts[0].to_owned(), key, message: bytes(2), signature: bytes(3) }
            })
            .collect()
    }

    #[test]
    fn a2_signatures_of_another_library_hold_for_each_kind_of_key() {
        let vectors = vectors();
        for kind in ["es256", "ed25519", "rs256-2048", "rs256-4096"] {
            assert!(vectors.iter().any(|one| one.kind == kind), "{kind}");
        }
        for one in &vectors {
            assert!(signed_by(&one.key, &one.message, &one.signature), "{}", one.kind);
        }
    }

    #[test]
    fn a2_a_tampered_signature_message_or_key_is_refused() {
        let vectors = vectors();
        for one in &vectors {
            for at in 0..one.signature.len() {
                let mut tampered = one.signature.clone();
                tampered[at] ^= 1;
                assert!(!signed_by(&one.key, &one.message, &tampered), "{} byte {at}", one.kind);
            }
            for at in 0..one.message.len() {
                let mut tampered = one.message.clone();
                tampered[at] ^= 0x80;
                assert!(!signed_by(&one.key, &tampered, &one.signature), "{} byte {at}", one.kind);
            }
            assert!(!signed_by(&one.key, &one.message, &[]), "{}", one.kind);
            let cut = &one.signature[..one.signature.len() - 1];
            assert!(!signed_by(&one.key, &one.message, cut), "{}", one.kind);
            for other in vectors.iter().filter(|other| other.key != one.key) {
                assert!(!signed_by(&other.key, &one.message, &one.signature), "{} {}", one.kind, other.kind);
            }
        }
        assert!(
            !signed_by(&PublicKey::Es256([4; 65]), b"message", &vectors[0].signature),
            "no point of the curve"
        );
    }
}
