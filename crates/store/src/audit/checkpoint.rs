//! Signed checkpoints: where the chains of a practice stood at an instant.

use super::chain::{self, Canonical, Hash, Line};
use crate::Head;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

/// What the line in the trail says that a checkpoint announces itself with.
pub(crate) const ACTION: &str = "checkpoint";

/// Signs checkpoints.
pub struct Signer(Ed25519KeyPair);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(…)")
    }
}

impl Signer {
    /// The signer of a secret; `None` only when the cipher library refuses it.
    #[must_use]
    pub fn of(secret: &[u8; 32]) -> Option<Signer> {
        Ed25519KeyPair::from_seed_unchecked(secret).ok().map(Signer)
    }

    /// The key that proves its signatures: no secret.
    #[must_use]
    pub fn public_key(&self) -> Vec<u8> {
        self.0.public_key().as_ref().to_vec()
    }
}

/// Where the chains of a practice stood, signed. As JSON it is one line, to be kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The practice.
    pub practice: String,
    /// Its number, from 1.
    pub number: i64,
    /// When, in microseconds since 1970, UTC.
    pub at: i64,
    /// The heads, as [`chain::heads_text`] writes them.
    pub heads: String,
    /// The hash of the checkpoint before it.
    #[serde(with = "in_hex")]
    pub previous: Vec<u8>,
    /// SHA-256 over all of the above and the signer.
    #[serde(with = "in_hex")]
    pub hash: Vec<u8>,
    /// The public key of whoever signed it.
    #[serde(with = "in_hex")]
    pub signer: Vec<u8>,
    /// Ed25519 over the hash.
    #[serde(with = "in_hex")]
    pub signature: Vec<u8>,
}

impl Checkpoint {
    /// Makes and signs one after another.
    #[must_use]
    pub(crate) fn make(
        (practice, number, at): (&str, i64, i64),
        heads: &[Head],
        previous: &[u8],
        signer: &Signer,
    ) -> Checkpoint {
        let mut made = Checkpoint {
            practice: practice.to_owned(),
            number,
            at,
            heads: chain::heads_text(heads),
            previous: previous.to_vec(),
            hash: Vec::new(),
            signer: signer.public_key(),
            signature: Vec::new(),
        };
        let hash = made.hash_of(practice);
        made.signature = signer.0.sign(&hash).as_ref().to_vec();
        made.hash = hash.to_vec();
        made
    }

    fn hash_of(&self, practice: &str) -> Hash {
        let mut digest = Canonical::new("attune audit checkpoint 1");
        digest.text(practice);
        digest.number(self.number);
        digest.number(self.at);
        digest.text(&self.heads);
        digest.bytes(&self.previous);
        digest.bytes(&self.signer);
        digest.finish()
    }

    /// Whether the hash fits the columns.
    #[must_use]
    pub(crate) fn fits(&self, practice: &str) -> bool {
        self.practice == practice
            && chain::heads_of(&self.heads).is_some()
            && self.hash == self.hash_of(practice)
    }

    /// Whether a key signed it.
    #[must_use]
    pub(crate) fn is_signed_by(&self, signer: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, signer);
        self.signer == signer && key.verify(&self.hash, &self.signature).is_ok()
    }

    /// The heads it names.
    #[must_use]
    pub fn heads(&self) -> Vec<Head> {
        chain::heads_of(&self.heads).unwrap_or_default()
    }

    /// The object of the line that announces a checkpoint.
    #[must_use]
    pub(crate) fn object(number: i64) -> String {
        format!("checkpoint {number}")
    }

    /// The checkpoint that a line of the trail announces.
    #[must_use]
    pub(crate) fn announced_by(line: &Line) -> Option<i64> {
        let number = line.object.strip_prefix("checkpoint ")?;
        if line.action == ACTION { number.parse().ok() } else { None }
    }
}

mod in_hex {
    use super::chain::{from_hex, hex};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&hex(bytes))
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(text: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(text)?;
        from_hex(&text).ok_or_else(|| D::Error::custom("not hex"))
    }
}
