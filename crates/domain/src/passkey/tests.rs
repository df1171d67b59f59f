#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

const HASH: [u8; 32] = [9; 32];
const ASKED: Asked<'static> =
    Asked { challenge: "Y2hhbGxlbmdl", origin: "https://practice.example", rp_id_hash: &HASH };

fn client_data(kind: &str, challenge: &str, origin: &str, more: &str) -> Vec<u8> {
    format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}"{more}}}"#).into_bytes()
}

fn right(kind: &str) -> Vec<u8> {
    client_data(kind, ASKED.challenge, ASKED.origin, r#","crossOrigin":false,"other":{"a":[1]}"#)
}

fn data(hash: [u8; 32], flags: u8, rest: &[u8]) -> Vec<u8> {
    [hash.as_slice(), &[flags], &7u32.to_be_bytes(), rest].concat()
}

fn byte_string(bytes: &[u8]) -> Vec<u8> {
    [&[0x59], u16::try_from(bytes.len()).unwrap().to_be_bytes().as_slice(), bytes].concat()
}

/// A key on P-256 with the point (1…, 2…).
fn es256() -> Vec<u8> {
    let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
    [head.as_slice(), &[1; 32], &[0x22, 0x58, 0x20], &[2; 32]].concat()
}

fn attestation(flags: u8, key: &[u8]) -> Vec<u8> {
    let credential = [[0; 16].as_slice(), &[0, 3], b"abc", key].concat();
    let inner = data(HASH, flags, &credential);
    let inner = if inner.len() > 255 {
        byte_string(&inner)
    } else {
        [&[0x58, u8::try_from(inner.len()).unwrap()], inner.as_slice()].concat()
    };
    [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData".as_slice(), &inner].concat()
}

#[test]
fn a2_a_new_passkey_and_a_sign_in_are_taken_as_asked() {
    let new = created(&ASKED, &right("webauthn.create"), &attestation(0x45, &es256())).unwrap();
    assert_eq!((new.credential_id.as_slice(), new.state.counter), (b"abc".as_slice(), 7));
    let mut point = [4; 65];
    point[1..33].fill(1);
    point[33..].fill(2);
    assert_eq!(public_key(&new.cose_key), Ok(PublicKey::Es256(point)));
    let state = |flags| given(&ASKED, &right("webauthn.get"), &data(HASH, flags, &[])).unwrap();
    assert_eq!(state(0x05), KeyState { counter: 7, may_be_copied: false, is_copied: false });
    assert_eq!(state(0x1d), KeyState { counter: 7, may_be_copied: true, is_copied: true });
}

#[test]
fn a2_another_site_another_challenge_and_the_other_ceremony_are_refused() {
    let sound = data(HASH, 0x05, &[]);
    let refused = |client: Vec<u8>| given(&ASKED, &client, &sound).unwrap_err();
    for origin in [
        "http://practice.example",
        "https://practice.example:8443",
        "https://practice.example/",
        "https://evil.practice.example",
        "https://practice.example.evil",
        "HTTPS://practice.example",
    ] {
        let client = client_data("webauthn.get", ASKED.challenge, origin, "");
        assert_eq!(refused(client), PasskeyProblem::Origin, "{origin}");
    }
    for framed in [r#","crossOrigin":true"#, r#","topOrigin":"https://practice.example""#] {
        let client = client_data("webauthn.get", ASKED.challenge, ASKED.origin, framed);
        assert_eq!(refused(client), PasskeyProblem::Origin, "{framed}");
    }
    let client = client_data("webauthn.get", "Y2hhbGxlbmdlMg", ASKED.origin, "");
    assert_eq!(refused(client), PasskeyProblem::Challenge);
    assert_eq!(refused(right("webauthn.create")), PasskeyProblem::Ceremony);
    assert_eq!(refused(b"{}".to_vec()), PasskeyProblem::Form);
    let twice = format!(r#","origin":"{}""#, ASKED.origin);
    let client = client_data("webauthn.get", ASKED.challenge, ASKED.origin, &twice);
    assert_eq!(refused(client), PasskeyProblem::Form, "a field said twice");
}

#[test]
fn a2_another_name_and_an_unverified_person_are_refused() {
    let refused = |data: Vec<u8>| given(&ASKED, &right("webauthn.get"), &data).unwrap_err();
    assert_eq!(refused(data([8; 32], 0x05, &[])), PasskeyProblem::RpId);
    for flags in [0x00, 0x01, 0x04, 0x18, 0x19] {
        assert_eq!(refused(data(HASH, flags, &[])), PasskeyProblem::NotVerified, "{flags:#x}");
    }
    assert_eq!(refused(data(HASH, 0x15, &[])), PasskeyProblem::Form, "backed up, yet not to be");
    assert_eq!(refused(data(HASH, 0x05, &[0])), PasskeyProblem::Form, "something behind the end");
    assert_eq!(refused(data(HASH, 0x85, &[])), PasskeyProblem::Form, "extensions that are not there");
    let with_key = data(HASH, 0x45, &[[0; 16].as_slice(), &[0, 3], b"abc", &es256()].concat());
    assert_eq!(refused(with_key), PasskeyProblem::Form, "a new passkey at a sign-in");
    let unverified = created(&ASKED, &right("webauthn.create"), &attestation(0x41, &es256()));
    assert_eq!(unverified, Err(PasskeyProblem::NotVerified));
}

#[test]
fn a2_a_counter_goes_on_or_never_counted() {
    assert!(counter_goes_on(0, 0) && counter_goes_on(0, 1) && counter_goes_on(7, 8));
    assert!(!counter_goes_on(7, 7) && !counter_goes_on(7, 6) && !counter_goes_on(7, 0));
}

#[test]
fn a2_only_the_three_kinds_of_keys_are_read() {
    let ed25519 = [[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 0x20].as_slice(), &[5; 32]].concat();
    assert_eq!(public_key(&ed25519), Ok(PublicKey::Ed25519([5; 32])));
    let rsa = |length| {
        let n = byte_string(&vec![6; length]);
        [[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20].as_slice(), &n, &[0x21, 0x43, 1, 0, 1]].concat()
    };
    assert!(matches!(public_key(&rsa(256)), Ok(PublicKey::Rs256 { e, .. }) if e == [1, 0, 1]));
    assert_eq!(public_key(&rsa(255)), Err(PasskeyProblem::Key), "too short to be safe");
    assert!(public_key(&rsa(512)).is_ok());
    assert_eq!(public_key(&rsa(513)), Err(PasskeyProblem::Key), "longer than anybody uses, and slow");
    let mut other = es256();
    other[4] = 0x27;
    assert_eq!(public_key(&other), Err(PasskeyProblem::Key), "the curve of one, the kind of another");
    let longer = [es256().as_slice(), &[0]].concat();
    assert_eq!(public_key(&longer), Err(PasskeyProblem::Key));
}

#[test]
fn i4_cbor_that_is_not_in_its_one_form_is_refused() {
    for bad in [
        b"\x18\x01".as_slice(),
        b"\x19\x00\xff",
        b"\x5f\x41a\xff",
        b"\x9f\xff",
        b"\xc0\x61a",
        b"\xf9\x00\x00",
        b"\xa2\x01\x01\x01\x02",
        b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x81\x81\x81\x81\x81\x00",
        b"\x61\xff",
        b"",
    ] {
        assert_eq!(cbor::whole(bad), None, "{bad:x?}");
    }
    assert!(cbor::whole(b"\x81\x81\x81\x81\x00").is_some());
}

#[test]
fn a2_a_site_is_one_exact_origin_and_the_name_in_it() {
    let site =
        |address: &str| Site::of(address).map(|site| (site.origin().to_owned(), site.name().to_owned()));
    let both = |origin: &str, name: &str| Ok((origin.to_owned(), name.to_owned()));
    assert_eq!(site("https://practice.example"), both("https://practice.example", "practice.example"));
    assert_eq!(
        site("https://practice.example:8443/"),
        both("https://practice.example:8443", "practice.example")
    );
    assert_eq!(site("https://practice.example:443"), both("https://practice.example", "practice.example"));
    assert_eq!(site("http://localhost:8080"), both("http://localhost:8080", "localhost"));
    assert_eq!(site("http://localhost:80"), both("http://localhost", "localhost"));
    for bad in [
        "",
        "practice.example",
        "http://practice.example",
        "https://Practice.example",
        "https://practice.example/attune",
        "https://practice.example?x",
        "https://user@practice.example",
        "https://practice.example:0",
        "https://practice.example:99999",
        "https://practice.example:08443",
        "https://.example",
        "https://practice..example",
        "https://practice.example.",
        "https://-a.example",
        "https://192.0.2.7",
        "https://[2001:db8::1]",
        "http://127.0.0.1:8080",
        "http://localhost.example:80",
    ] {
        assert_eq!(site(bad), Err(NotASite), "{bad:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn i4_any_bytes_are_a_passkey_or_not_and_no_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        at in 0usize..200,
        byte: u8,
    ) {
        let mut nearly = attestation(0x45, &es256());
        let at = at % nearly.len();
        nearly[at] = byte;
        for attestation in [&bytes, &nearly, &nearly[..at].to_vec()] {
            if let Ok(new) = created(&ASKED, &right("webauthn.create"), attestation) {
                prop_assert!(public_key(&new.cose_key).is_ok() && !new.credential_id.is_empty());
            }
        }
        prop_assert!(given(&ASKED, &bytes, &bytes).is_err());
        let _ = public_key(&bytes);
    }
}
