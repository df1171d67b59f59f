//! The second factor: time-based codes (RFC 6238, SHA-1, six digits, 30 seconds: what every authenticator can do) and
//! recovery codes for the day the device is lost.

use crate::context::Ctx;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use store::credentials::{self, Owner};
use store::{StoreError, Tx};
use totp_rs::{Builder, Totp};

/// Recovery codes in a set.
const CODES: usize = 10;
/// Bytes of chance in one: 64 bits.
const CODE_BYTES: usize = 8;
/// Bytes of a secret, as the standard advises for SHA-1.
const SECRET_BYTES: usize = 20;

/// Which kind of code opened the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// A code of the authenticator.
    Totp,
    /// A recovery code.
    Recovery,
}

impl Proof {
    /// The word the audit trail keeps.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Proof::Totp => "totp",
            Proof::Recovery => "recovery_code",
        }
    }
}

/// A new secret, base32.
pub(crate) fn new_secret(ctx: &Ctx) -> String {
    data_encoding::BASE32_NOPAD.encode(&ctx.entropy.secret()[..SECRET_BYTES])
}

/// What an authenticator reads from the picture. The label is the address, the issuer the practice.
pub(crate) fn address(secret: &str, email: &str, practice: &str) -> Option<String> {
    let plain = |text: &str| text.replace(':', " ");
    let bytes = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).ok()?;
    let issuer = format!("Attune, {}", plain(practice));
    let totp = Builder::new()
        .with_secret(bytes)
        .with_account_name(plain(email))
        .with_issuer(Some(issuer))
        .build_noncompliant();
    totp.to_url().ok()
}

/// The step whose code this is, one before and one after now included.
pub(crate) fn matching_step(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(now.as_second()).ok()?;
    i64::try_from(totp(secret)?.check(&code, seconds)?).ok()
}

/// The code of a secret at an instant: what an authenticator shows.
#[cfg(feature = "testing")]
pub(crate) fn code_at(secret: &str, at: Timestamp) -> Option<String> {
    Some(totp(secret)?.generate(u64::try_from(at.as_second()).ok()?).to_string())
}

fn totp(secret: &str) -> Option<Totp> {
    let bytes = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).ok()?;
    Some(Builder::new().with_secret(bytes).build_noncompliant())
}

/// Uses a code up: a step of the authenticator no later than any used before, or a recovery code. `None` when it is
/// neither.
pub(crate) fn prove(
    tx: &mut Tx<'_>,
    owner: Owner,
    code: &str,
    now: Timestamp,
) -> Result<Option<Proof>, StoreError> {
    let kept = credentials::find(tx, owner)?.filter(|kept| kept.factors().any());
    let Some(kept) = kept else { return Ok(None) };
    if let Some(step) = kept.factor.and_then(|factor| matching_step(&factor.secret, code, now)) {
        return Ok(credentials::use_step(tx, owner, step)?.then_some(Proof::Totp));
    }
    let hash = code_hash(owner, code);
    Ok(credentials::use_code(tx, owner, &hash, now)?.then_some(Proof::Recovery))
}

/// Ten new recovery codes in place of the old ones. They are shown once; only hashes are kept.
pub(crate) fn renew_codes(tx: &mut Tx<'_>, ctx: &Ctx, owner: Owner) -> Result<Vec<String>, StoreError> {
    let codes: Vec<String> = (0..CODES).map(|_| new_code(ctx)).collect();
    let hashes: Vec<String> = codes.iter().map(|code| code_hash(owner, code)).collect();
    credentials::replace_codes(tx, owner, &hashes)?;
    Ok(codes)
}

/// `K7QF-2MZA-9XTR-4`: 64 bits in letters that are hard to mistake.
fn new_code(ctx: &Ctx) -> String {
    let text = data_encoding::BASE32_NOPAD.encode(&ctx.entropy.secret()[..CODE_BYTES]);
    let parts: Vec<String> =
        text.as_bytes().chunks(4).map(|part| String::from_utf8_lossy(part).into()).collect();
    parts.join("-")
}

/// Bound to the account, so that a row that is moved opens nothing. A fast hash does: 64 bits of chance cannot be
/// searched through.
fn code_hash((practice, account): Owner, code: &str) -> String {
    let plain: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(64).collect();
    let mut hash = Sha256::new();
    hash.update(practice.to_string());
    hash.update(account.to_string());
    hash.update(plain);
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The secret and instants of RFC 6238, appendix B, six digits of its eight.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_standard_one_step_either_side() {
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(matching_step(SECRET, "287082", at(59)), Some(1));
        assert_eq!(matching_step(SECRET, "287 082", at(89)), Some(1));
        assert_eq!(matching_step(SECRET, "287082", at(90)), None);
        assert_eq!(matching_step(SECRET, "081804", at(1_111_111_109)), Some(37_037_036));
        assert_eq!(matching_step(SECRET, "", at(59)), None);
        assert_eq!(matching_step(SECRET, "28708２", at(59)), None);
    }

    #[test]
    fn an_authenticator_reads_address_and_practice() {
        let url = address(SECRET, "amina@example.org", "Lake: side").unwrap();
        assert!(url.starts_with("otpauth://totp/"), "{url}");
        assert!(url.contains(SECRET) && url.contains("Lake") && !url.contains("Lake:"), "{url}");
    }
}
