//! The text of a key file. Every byte of it is checked: what is always the same is compared, each other line ends with
//! a check of its own that tells where the damage is, and the last line checks the whole.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::cipher::KEY_LEN;
use super::root::{KeyKind, RootKey, RootKeys};

/// How each key file begins.
const BEGINNING: [&str; 3] = [
    "# The root key of an Attune installation. Keep it secret, and keep a copy of it on paper:",
    "# without it nobody can read the records or their backups.",
    "attune root key 1",
];
/// Letters of a line's own check: 32 bits.
const LINE_CHECK: usize = 8;
/// Letters of the check of the whole file: 64 bits.
const WHOLE_CHECK: usize = 16;
const WHOLE: &str = "whole ";

/// Why a text is not taken for a root key. Neither tells anything of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAKey {
    /// It is something else.
    Other,
    /// It is a key file whose line of that number, from 1, is not as it was written.
    Damaged(usize),
}

/// The text of a key file.
pub(super) fn write(keys: &RootKeys) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(1024));
    for line in BEGINNING {
        text.push_str(line);
        text.push('\n');
    }
    let mut number = BEGINNING.len() + 1;
    push(&mut text, number, &format!("for {}", keys.kind().code()));
    for key in keys.all() {
        number += 1;
        let mut line = Zeroizing::new(format!("{} ", key.generation()));
        for byte in key.reveal() {
            // Writing into a string cannot fail.
            let _ = write!(line, "{byte:02x}");
        }
        push(&mut text, number, &line);
    }
    let check = check("attune key file", 0, text.as_bytes(), WHOLE_CHECK);
    let _ = writeln!(text, "{WHOLE}{check}");
    text
}

fn push(text: &mut String, number: usize, line: &str) {
    let check = check("attune key file line", number, line.as_bytes(), LINE_CHECK);
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{line} {check}");
}

/// Reads the text of a key file.
pub(super) fn read(text: &[u8]) -> Result<RootKeys, NotAKey> {
    let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    if !lines.iter().any(|line| BEGINNING.iter().any(|known| known.as_bytes() == *line)) {
        return Err(NotAKey::Other);
    }
    // Nothing stands after the last line feed.
    let count = lines.len();
    if lines.pop() != Some(b"") {
        return Err(NotAKey::Damaged(count));
    }
    let mut lines = lines.into_iter().zip(1..);
    for known in BEGINNING {
        match lines.next() {
            Some((line, _)) if line == known.as_bytes() => {}
            Some((_, number)) => return Err(NotAKey::Damaged(number)),
            None => return Err(NotAKey::Damaged(count)),
        }
    }
    let (line, number) = lines.next().ok_or(NotAKey::Damaged(count))?;
    let kind = checked(line, number).and_then(|line| KeyKind::from_code(line.strip_prefix("for ")?));
    let kind = kind.ok_or(NotAKey::Damaged(number))?;
    let mut keys: Option<RootKeys> = None;
    let mut before = BEGINNING.iter().map(|line| line.len() + 1).sum::<usize>() + line.len() + 1;
    for (line, number) in lines {
        let damaged = NotAKey::Damaged(number);
        if line.starts_with(WHOLE.as_bytes()) {
            let whole = check("attune key file", 0, text.get(..before).unwrap_or_default(), WHOLE_CHECK);
            let last = number + 1 == count && line == format!("{WHOLE}{whole}").as_bytes();
            return keys.filter(|_| last).ok_or(damaged);
        }
        let key = checked(line, number).and_then(key_in).ok_or(damaged)?;
        if keys.as_ref().and_then(RootKeys::current).is_some_and(|old| old.generation() >= key.generation()) {
            return Err(damaged);
        }
        keys = Some(match keys {
            None => RootKeys::of(kind, key),
            Some(older) => older.with(key),
        });
        before += line.len() + 1;
    }
    Err(NotAKey::Damaged(count))
}

/// A line without its check, if that fits.
fn checked(line: &[u8], number: usize) -> Option<&str> {
    let line = std::str::from_utf8(line).ok()?;
    let (words, told) = line.rsplit_once(' ')?;
    (told == check("attune key file line", number, words.as_bytes(), LINE_CHECK)).then_some(words)
}

fn key_in(line: &str) -> Option<RootKey> {
    let (generation, hex) = line.split_once(' ')?;
    if hex.len() != KEY_LEN * 2 || !hex.is_ascii() {
        return None;
    }
    let mut bytes = Zeroizing::new([0; KEY_LEN]);
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    RootKey::of(generation.parse().ok()?, *bytes).ok()
}

/// The first letters of the SHA-256 of a purpose, a number and bytes.
fn check(purpose: &str, number: usize, bytes: &[u8], letters: usize) -> String {
    let number = u64::try_from(number).unwrap_or(u64::MAX).to_be_bytes();
    let digest = Sha256::new().chain_update(purpose).chain_update(number).chain_update(bytes).finalize();
    let mut text = digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    text.truncate(letters);
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn two() -> RootKeys {
        RootKeys::of(KeyKind::Practice, RootKey::of(1, [7; 32]).unwrap())
            .with(RootKey::of(3, [8; 32]).unwrap())
    }

    /// The number of the line in which a byte stands; a line feed belongs to the line it ends.
    fn line_of(text: &[u8], place: usize) -> usize {
        text.iter().take(place).filter(|byte| **byte == b'\n').count() + 1
    }

    #[test]
    fn a_key_file_reads_back_as_it_was_written() {
        let text = write(&two());
        let again = read(text.as_bytes()).unwrap();
        assert_eq!(again.kind(), KeyKind::Practice);
        assert_eq!(again.current().unwrap().id(), two().current().unwrap().id());
        assert_eq!(again.find(two().all().first().unwrap().id()).unwrap().generation(), 1);
        assert_eq!(again.current().unwrap().reveal(), &[8; 32]);
        assert_eq!(write(&again).as_str(), text.as_str());
    }

    #[test]
    fn r4_every_flipped_bit_of_a_key_file_is_refused_and_its_line_named() {
        let text = write(&two()).as_bytes().to_vec();
        for bit in 0..text.len() * 8 {
            let mut flipped = text.clone();
            let place = bit / 8;
            *flipped.get_mut(place).unwrap() ^= 1 << (bit % 8);
            let told = read(&flipped).unwrap_err();
            assert_eq!(told, NotAKey::Damaged(line_of(&text, place)), "bit {bit}");
        }
    }

    #[test]
    fn r4_a_key_file_that_is_cut_off_doubled_or_put_in_another_order_is_refused() {
        let text = write(&two()).as_bytes().to_vec();
        for length in 0..text.len() {
            let told = read(text.get(..length).unwrap());
            assert!(told.is_err(), "cut to {length}");
        }
        assert!(read(&[text.as_slice(), text.as_slice()].concat()).is_err());
        assert!(read(&[text.as_slice(), b"\n"].concat()).is_err());
        let mut lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        for first in 0..lines.len() {
            for second in first + 1..lines.len() {
                lines.swap(first, second);
                assert!(read(&lines.concat()).is_err(), "lines {first} and {second}");
                lines.swap(first, second);
            }
            let line = lines.remove(first);
            assert!(read(&lines.concat()).is_err(), "without line {first}");
            lines.insert(first, line);
        }
        assert!(read(&lines.concat()).is_ok());
    }

    #[test]
    fn something_else_is_told_from_a_damaged_key() {
        for other in [&b""[..], b"not a key", b"\n\n", b"# another program's file\n", &[0xff; 64]] {
            assert_eq!(read(other).unwrap_err(), NotAKey::Other);
        }
    }
}
