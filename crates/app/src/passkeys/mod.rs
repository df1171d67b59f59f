//! Passkeys: adding them, signing in with one alone, giving one as the second factor or again (requirement A2).
//!
//! A passkey whose person was verified by its device is two factors at once. What a browser sends is parsed and compared
//! by `domain::passkey`, its signature is checked by `store::vault::signatures`; here is the order of the checks, what a
//! refused answer costs, and what it leaves in the trail. Attestation is asked for as "none" and never looked at.

mod adding;
mod own;
mod question;
mod signing_in;

pub use adding::{Added, PasskeyError};
pub use own::OwnPasskey;
pub(crate) use own::of_account;
pub use question::{Known, NewQuestion, Purpose, Question};

use crate::announcements::announce;
use crate::context::Ctx;
use crate::guesses::{Place, Proven};
use crate::links::note;
use crate::sign_in::CodeError;
use data_encoding::BASE64URL_NOPAD;
use domain::passkey::{Asked, PasskeyProblem, Site, counter_goes_on, given, public_key};
use domain::way_in::Change;
use sha2::{Digest, Sha256};
use store::credentials::Owner;
use store::passkey_challenges::{self, Bound};
use store::passkeys::{self, Passkey};
use store::vault::Vault;
use store::vault::signatures::signed_by;
use store::{StoreError, Tx};

/// Longest field of an answer that is read, in letters: far above what any device sends.
const LONGEST: usize = 16 * 1024;
/// What the secret behind the handles of people is derived for.
const HANDLES: &str = "passkey user handles";

/// What a browser sends for a passkey it has. What cannot be read is empty, and fails a check.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    challenge: Vec<u8>,
    credential_id: Vec<u8>,
    client_data: Vec<u8>,
    authenticator: Vec<u8>,
    signature: Vec<u8>,
    handle: Vec<u8>,
}

/// What a browser sends for a passkey it has made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAnswer {
    challenge: Vec<u8>,
    client_data: Vec<u8>,
    attestation: Vec<u8>,
    transports: String,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Answer(…)")
    }
}

impl std::fmt::Debug for NewAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewAnswer(…)")
    }
}

impl Answer {
    /// Reads the fields of a form, each bytes in base64url.
    pub fn sent<'f>(field: impl Fn(&'static str) -> &'f str) -> Answer {
        Answer {
            challenge: bytes(field("challenge")),
            credential_id: bytes(field("id")),
            client_data: bytes(field("client")),
            authenticator: bytes(field("authenticator")),
            signature: bytes(field("signature")),
            handle: bytes(field("handle")),
        }
    }
}

impl NewAnswer {
    /// Reads the fields of a form, each bytes in base64url but the ways in which the device is reached.
    pub fn sent<'f>(field: impl Fn(&'static str) -> &'f str) -> NewAnswer {
        NewAnswer {
            challenge: bytes(field("challenge")),
            client_data: bytes(field("client")),
            attestation: bytes(field("attestation")),
            transports: known_transports(field("transports")),
        }
    }
}

fn bytes(text: &str) -> Vec<u8> {
    let text = if text.len() <= LONGEST { text } else { "" };
    BASE64URL_NOPAD.decode(text.as_bytes()).unwrap_or_default()
}

/// The ways of the standard among what was sent: a hint to the browser, no more.
fn known_transports(sent: &str) -> String {
    const KNOWN: [&str; 6] = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];
    let sent: Vec<&str> = sent.split(',').take(20).collect();
    let known = KNOWN.into_iter().filter(|way| sent.contains(way));
    known.collect::<Vec<_>>().join(",")
}

/// What an answer must belong to.
pub(crate) struct Asking<'a> {
    /// The site.
    pub site: &'a Site,
    /// What the challenge was for.
    pub purpose: Purpose,
    /// Hash of the token of the session or visit it was given to.
    pub whose: &'a str,
    /// The account, where it is known already. Where it is not, the answer must name it.
    pub of: Option<Owner>,
}

impl Asking<'_> {
    fn bound(&self) -> Bound<'_> {
        Bound { purpose: self.purpose.code(), whose: self.whose }
    }
}

/// Why an answer was not taken: for the trail, never for whoever sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// No challenge of ours, for something else, for somebody else, ended, or used before.
    Challenge,
    /// A passkey that nobody has, or somebody else.
    Unknown,
    /// What was sent is not as it must be.
    Problem(PasskeyProblem),
    /// Signed by another key.
    Signature,
    /// The count went back: there may be a copy.
    Count,
}

impl Doubt {
    /// The word the audit trail keeps.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Doubt::Challenge | Doubt::Problem(PasskeyProblem::Challenge) => "passkey_challenge",
            Doubt::Unknown => "passkey_unknown",
            Doubt::Problem(PasskeyProblem::Origin | PasskeyProblem::RpId) => "passkey_site",
            Doubt::Problem(PasskeyProblem::NotVerified) => "passkey_unverified",
            Doubt::Problem(_) => "passkey_form",
            Doubt::Signature => "passkey_signature",
            Doubt::Count => "passkey_count",
        }
    }
}

/// Takes an answer, or counts it and writes down why not. The count is kept, so callers commit also when refused.
/// `deed` is the word for the trail.
pub(crate) fn attempt(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    asking: &Asking<'_>,
    answer: &Answer,
    deed: &'static str,
) -> Result<Result<Passkey, CodeError>, StoreError> {
    let owner = match asking.of {
        Some(owner) => Some(owner),
        None => passkeys::owner_of(tx, &answer.credential_id)?,
    };
    let Some(owner) = owner else { return Ok(Err(CodeError::NoMatch)) };
    let place = Place::of(tx, ctx, owner, Proven::Passkey)?;
    if let Err(refused) = CodeError::unless(place.next_try(ctx.now)) {
        note(tx, ctx, owner.0, owner.1, (deed, "refused", "waiting"))?;
        return Ok(Err(refused));
    }
    match checked(tx, ctx, asking, answer)? {
        Ok(passkey) => Ok(Ok(passkey)),
        Err(doubt) => {
            place.count(tx, owner, ctx.now)?;
            note(tx, ctx, owner.0, owner.1, (deed, "refused", doubt.code()))?;
            if doubt == Doubt::Count {
                announce(tx, ctx, owner, Change::PasskeyCopied)?;
            }
            Ok(Err(CodeError::NoMatch))
        }
    }
}

/// Every check of the standard that has a meaning here, the challenge first: whatever comes after, it is used up.
fn checked(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    asking: &Asking<'_>,
    answer: &Answer,
) -> Result<Result<Passkey, Doubt>, StoreError> {
    if !passkey_challenges::spend(tx, &answer.challenge, asking.bound(), ctx.now)? {
        return Ok(Err(Doubt::Challenge));
    }
    let Some(passkey) = passkeys::by_credential(tx, &answer.credential_id)? else {
        return Ok(Err(Doubt::Unknown));
    };
    // A device need not name its person where the account was known before.
    let named = match asking.of {
        Some(of) if of != passkey.owner() => false,
        Some(_) if answer.handle.is_empty() => true,
        _ => answer.handle == handle(tx.vault(), passkey.owner())?,
    };
    if !named {
        return Ok(Err(Doubt::Unknown));
    }
    match judged(asking.site, &passkey, answer) {
        Err(doubt) => Ok(Err(doubt)),
        Ok(state) => {
            passkeys::used(tx, &passkey, state, ctx.now)?;
            Ok(Ok(passkey))
        }
    }
}

/// The part that needs no database.
fn judged(site: &Site, passkey: &Passkey, answer: &Answer) -> Result<domain::passkey::KeyState, Doubt> {
    let challenge = BASE64URL_NOPAD.encode(&answer.challenge);
    let asked = Asked { challenge: &challenge, origin: site.origin(), rp_id_hash: &name_hash(site) };
    let state = given(&asked, &answer.client_data, &answer.authenticator).map_err(Doubt::Problem)?;
    if state.may_be_copied != passkey.state.may_be_copied {
        return Err(Doubt::Problem(PasskeyProblem::Form));
    }
    let key = public_key(&passkey.public_key).map_err(Doubt::Problem)?;
    let message = [answer.authenticator.as_slice(), &Sha256::digest(&answer.client_data)].concat();
    if !signed_by(&key, &message, &answer.signature) {
        return Err(Doubt::Signature);
    }
    // Only a count that the device itself signed tells of a copy.
    if counter_goes_on(passkey.state.counter, state.counter) { Ok(state) } else { Err(Doubt::Count) }
}

fn name_hash(site: &Site) -> [u8; 32] {
    Sha256::digest(site.name().as_bytes()).into()
}

/// By what a device knows whose passkey it is: 256 bits that tell nothing about the person.
fn handle(vault: &Vault, (practice, account): Owner) -> Result<Vec<u8>, StoreError> {
    let secret = vault.derive(HANDLES)?;
    let whose = format!("{practice} {account}");
    Ok(Sha256::new().chain_update(secret).chain_update(whose).finalize().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_empty_and_only_known_ways_are_kept() {
        assert_eq!(bytes("AQID"), [1, 2, 3]);
        for bad in ["A", "AQ==", "A+/_", &"A".repeat(LONGEST + 4)] {
            assert_eq!(bytes(bad), [0_u8; 0]);
        }
        assert_eq!(known_transports("usb,carrier pigeon,internal,usb"), "internal,usb");
    }

    #[test]
    fn c6_an_answer_is_never_printed() {
        let answer = Answer::sent(|_| "AQID");
        assert_eq!(format!("{answer:?} {:?}", NewAnswer::sent(|_| "AQID")), "Answer(…) NewAnswer(…)");
    }
}
