//! A device with one passkey, in software: says what a browser would send. Everything it says can be changed, so that a
//! test can tell a lie at a time.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use sha2::{Digest, Sha256};

/// The device.
pub struct Authenticator {
    key: EcdsaKeyPair,
    /// As it names its passkey.
    pub credential_id: Vec<u8>,
    /// By what it knows its person, base64url as the server gave it.
    pub handle: String,
    /// The origin it says it was asked on.
    pub origin: String,
    /// The name of the site it signs for.
    pub name: String,
    /// Its count, which goes up by [`Authenticator::step`] each time.
    pub count: u32,
    /// How far the count goes each time: zero for a device that does not count.
    pub step: u32,
    /// Whether its person is verified each time.
    pub verifies: bool,
    /// Whether it says that the passkey may be copied.
    pub may_be_copied: bool,
}

impl Authenticator {
    /// A new device at a site, with a passkey nobody has yet.
    pub fn at(origin: &str, name: &str) -> Authenticator {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random);
        let document = document.expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random);
        let key = key.expect("a key");
        let credential_id = Sha256::digest(key.public_key().as_ref()).to_vec();
        Authenticator {
            key,
            credential_id,
            handle: String::new(),
            origin: origin.to_owned(),
            name: name.to_owned(),
            count: 0,
            step: 1,
            verifies: true,
            may_be_copied: false,
        }
    }

    /// What it sends when it is asked for a new passkey.
    pub fn make(&mut self, challenge: &str, handle: &str) -> Vec<(&'static str, String)> {
        handle.clone_into(&mut self.handle);
        let point = self.key.public_key().as_ref();
        let cose = [
            &[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20],
            &point[1..33],
            &[0x22, 0x58, 0x20],
            &point[33..],
        ];
        let length = u16::try_from(self.credential_id.len()).expect("a short id").to_be_bytes();
        let credential = [&[0; 16], &length[..], &self.credential_id, &cose.concat()].concat();
        let data = [self.data(0x40), credential].concat();
        let size = u8::try_from(data.len()).expect("short data");
        let attestation =
            [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", &[size][..], &data].concat();
        vec![
            ("challenge", challenge.to_owned()),
            ("client", base64url(&self.client_data("webauthn.create", challenge))),
            ("attestation", base64url(&attestation)),
            ("transports", "internal,hybrid".to_owned()),
        ]
    }

    /// What it sends when it is asked for its passkey.
    pub fn show(&mut self, challenge: &str) -> Vec<(&'static str, String)> {
        self.count += self.step;
        let (client, data) = (self.client_data("webauthn.get", challenge), self.data(0));
        let message = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &message).expect("a signature");
        vec![
            ("challenge", challenge.to_owned()),
            ("id", base64url(&self.credential_id)),
            ("client", base64url(&client)),
            ("authenticator", base64url(&data)),
            ("signature", base64url(signature.as_ref())),
            ("handle", self.handle.clone()),
        ]
    }

    fn client_data(&self, kind: &str, challenge: &str) -> Vec<u8> {
        let origin = &self.origin;
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#)
            .into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let verified = if self.verifies { 0x04 } else { 0 };
        let copied = if self.may_be_copied { 0x08 } else { 0 };
        let flags = flags | 0x01 | verified | copied;
        [Sha256::digest(self.name.as_bytes()).as_slice(), &[flags], &self.count.to_be_bytes()].concat()
    }
}

/// Bytes as browsers write them.
fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut three = [0; 3];
        three[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for place in 0..=chunk.len() {
            let at = (bits >> (18 - 6 * place)) & 63;
            text.push(char::from(LETTERS[usize::try_from(at).expect("six bits")]));
        }
    }
    text
}
