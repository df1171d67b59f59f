//! Passkeys (W3C Web Authentication, level 3): what a browser sends is parsed strictly and compared with what was asked.
//! Pure: the hash of the site's name and the signature are computed by whoever calls.

mod cbor;
mod site;
#[cfg(test)]
mod tests;

pub use site::{NotASite, Site};

use cbor::Value;
use serde::Deserialize;

/// Longest client data that is read, in bytes; a browser sends a few hundred.
const CLIENT_DATA_MAX: usize = 4096;
/// Longest credential id, in bytes, as the standard sets it.
const CREDENTIAL_ID_MAX: usize = 1023;

/// Length of the modulus of an RSA key, in bytes: 2048 to 4096 bits.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=512;

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const HAS_CREDENTIAL: u8 = 0x40;
const HAS_EXTENSIONS: u8 = 0x80;

/// What the server asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The challenge, base64url without padding.
    pub challenge: &'a str,
    /// The site's exact origin, such as `https://practice.example`.
    pub origin: &'a str,
    /// SHA-256 of the site's name (RP id).
    pub rp_id_hash: &'a [u8; 32],
}

/// Which of the two ceremonies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ceremony {
    /// A new passkey.
    Create,
    /// A sign-in with one.
    Get,
}

/// Why an answer was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyProblem {
    /// Not in the form of the standard.
    #[error("the answer is not in the form of the standard")]
    Form,
    /// The other ceremony's answer.
    #[error("the answer belongs to another ceremony")]
    Ceremony,
    /// Not the challenge that was asked.
    #[error("the answer is to another challenge")]
    Challenge,
    /// From another site, or from inside another site's page.
    #[error("the answer was given on another site")]
    Origin,
    /// For another site's name.
    #[error("the answer is for another site's name")]
    RpId,
    /// Nobody showed that it is them.
    #[error("the person was not verified")]
    NotVerified,
    /// A kind of key that is not taken.
    #[error("a kind of key that is not taken")]
    Key,
}

/// A public key, checked for its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// ECDSA on P-256 with SHA-256 (signatures in ASN.1): the uncompressed point.
    Es256([u8; 65]),
    /// Ed25519.
    Ed25519([u8; 32]),
    /// RSA PKCS #1 v1.5 with SHA-256: modulus and exponent, big-endian.
    Rs256 {
        /// Modulus.
        n: Vec<u8>,
        /// Exponent.
        e: Vec<u8>,
    },
}

/// A new passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// Its id.
    pub credential_id: Vec<u8>,
    /// Its key as it came (COSE), to be kept.
    pub cose_key: Vec<u8>,
    /// What its device says beside it.
    pub state: KeyState,
}

/// What a device says of a passkey each time: how often it was used, and whether it is copied between devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyState {
    /// How often it was used; zero from devices that do not count.
    pub counter: u32,
    /// Whether it may be copied to other devices of the person. Never changes.
    pub may_be_copied: bool,
    /// Whether it was copied.
    pub is_copied: bool,
}

#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
    #[serde(rename = "topOrigin", default)]
    top_origin: Option<String>,
}

struct AuthenticatorData<'a> {
    state: KeyState,
    credential: Option<(&'a [u8], &'a [u8])>,
}

/// Checks the answer to a registration. The attestation is never evaluated: which make of device it is does not matter.
///
/// # Errors
/// [`PasskeyProblem`].
pub fn created(asked: &Asked<'_>, client_data: &[u8], attestation: &[u8]) -> Result<Created, PasskeyProblem> {
    check_client_data(asked, Ceremony::Create, client_data)?;
    let object = cbor::whole(attestation).ok_or(PasskeyProblem::Form)?;
    let Some(Value::Bytes(data)) = object.under(&Value::Text("authData")) else {
        return Err(PasskeyProblem::Form);
    };
    let data = authenticator_data(asked, data)?;
    let (id, key) = data.credential.ok_or(PasskeyProblem::Form)?;
    public_key(key)?;
    Ok(Created { credential_id: id.to_vec(), cose_key: key.to_vec(), state: data.state })
}

/// Checks the answer to a sign-in, all but its signature, which is over `authenticator_data` and the SHA-256 of
/// `client_data`.
///
/// # Errors
/// [`PasskeyProblem`].
pub fn given(
    asked: &Asked<'_>,
    client_data: &[u8],
    authenticator: &[u8],
) -> Result<KeyState, PasskeyProblem> {
    check_client_data(asked, Ceremony::Get, client_data)?;
    let data = authenticator_data(asked, authenticator)?;
    // A new passkey belongs to the other ceremony.
    if data.credential.is_some() { Err(PasskeyProblem::Form) } else { Ok(data.state) }
}

/// Whether a counter goes on from the one that is kept. Passkeys that never count stay at zero.
#[must_use]
pub fn counter_goes_on(kept: u32, given: u32) -> bool {
    given > kept || (kept == 0 && given == 0)
}

/// Reads a public key in COSE form (RFC 9053).
///
/// # Errors
/// [`PasskeyProblem::Key`].
pub fn public_key(cose: &[u8]) -> Result<PublicKey, PasskeyProblem> {
    read_key(cose).ok_or(PasskeyProblem::Key)
}

fn read_key(cose: &[u8]) -> Option<PublicKey> {
    let map = cbor::whole(cose)?;
    let number = |key| match map.under(&Value::Int(key)) {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    };
    match (number(1)?, number(3)?) {
        (2, -7) if number(-1)? == 1 => {
            let mut point = [4; 65];
            point[1..33].copy_from_slice(map.bytes_under(-2).filter(|x| x.len() == 32)?);
            point[33..].copy_from_slice(map.bytes_under(-3).filter(|y| y.len() == 32)?);
            Some(PublicKey::Es256(point))
        }
        (1, -8) if number(-1)? == 6 => Some(PublicKey::Ed25519(map.bytes_under(-2)?.try_into().ok()?)),
        (3, -257) => {
            let (n, e) = (map.bytes_under(-1)?, map.bytes_under(-2)?);
            let sound = RSA_BYTES.contains(&n.len()) && n.first() != Some(&0) && (1..=8).contains(&e.len());
            sound.then(|| PublicKey::Rs256 { n: n.to_vec(), e: e.to_vec() })
        }
        _ => None,
    }
}

fn check_client_data(asked: &Asked<'_>, ceremony: Ceremony, bytes: &[u8]) -> Result<(), PasskeyProblem> {
    if bytes.len() > CLIENT_DATA_MAX || !measure::nesting::is_shallow(bytes) {
        return Err(PasskeyProblem::Form);
    }
    let data: ClientData = serde_json::from_slice(bytes).map_err(|_| PasskeyProblem::Form)?;
    let kind = match ceremony {
        Ceremony::Create => "webauthn.create",
        Ceremony::Get => "webauthn.get",
    };
    if data.kind != kind {
        return Err(PasskeyProblem::Ceremony);
    }
    if data.challenge != asked.challenge {
        return Err(PasskeyProblem::Challenge);
    }
    if data.origin != asked.origin || data.cross_origin || data.top_origin.is_some() {
        return Err(PasskeyProblem::Origin);
    }
    Ok(())
}

fn authenticator_data<'a>(
    asked: &Asked<'_>,
    bytes: &'a [u8],
) -> Result<AuthenticatorData<'a>, PasskeyProblem> {
    let (hash, rest) = bytes.split_first_chunk::<32>().ok_or(PasskeyProblem::Form)?;
    let ([flags], rest) = rest.split_first_chunk::<1>().ok_or(PasskeyProblem::Form)?;
    let (counter, rest) = rest.split_first_chunk::<4>().ok_or(PasskeyProblem::Form)?;
    if hash != asked.rp_id_hash {
        return Err(PasskeyProblem::RpId);
    }
    let has = |flag| flags & flag != 0;
    if !has(USER_PRESENT) || !has(USER_VERIFIED) {
        return Err(PasskeyProblem::NotVerified);
    }
    if has(BACKED_UP) && !has(BACKUP_ELIGIBLE) {
        return Err(PasskeyProblem::Form);
    }
    let (credential, rest) = match has(HAS_CREDENTIAL).then(|| credential(rest)) {
        Some(found) => found.map(|(id, key, rest)| (Some((id, key)), rest)).ok_or(PasskeyProblem::Form)?,
        None => (None, rest),
    };
    let rest_is_sound = match (has(HAS_EXTENSIONS), cbor::whole(rest)) {
        (true, Some(Value::Map(_))) => true,
        (true, _) => false,
        (false, _) => rest.is_empty(),
    };
    if !rest_is_sound {
        return Err(PasskeyProblem::Form);
    }
    let state = KeyState {
        counter: u32::from_be_bytes(*counter),
        may_be_copied: has(BACKUP_ELIGIBLE),
        is_copied: has(BACKED_UP),
    };
    Ok(AuthenticatorData { state, credential })
}

/// Id and key of the new credential, and what follows them.
fn credential(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (_, rest) = bytes.split_at_checked(16)?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (id, rest) = rest.split_at_checked(length).filter(|_| (1..=CREDENTIAL_ID_MAX).contains(&length))?;
    let (_, after) = cbor::read(rest)?;
    let (key, after) = rest.split_at_checked(rest.len() - after.len())?;
    Some((id, key, after))
}
