//! A root key as lines that people can copy from paper: every line ends with four letters that check it, so that a
//! typing mistake is found where it is.

use super::root::{KeyKind, RootKey, RootKeys};

/// Bytes of the key in a row.
const ROW: usize = 4;
/// Rows of a key.
const ROWS: u8 = 8;
/// Letters of a line's check.
const CHECK: usize = 4;

/// A generation as lines: `generation 1 a2b4`, eight rows (`1: 07ab 12cd 5e6f`), its name. The last four letters of each
/// check it.
#[must_use]
pub fn lines(key: &RootKey) -> Vec<String> {
    let mut lines = vec![format!("generation {} {:04x}", key.generation(), of_generation(key.generation()))];
    for (row, number) in key.reveal().chunks_exact(ROW).zip(1_u8..) {
        let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        let (first, second) = hex.split_at(hex.len() / 2);
        lines.push(format!("{number}: {} {} {:04x}", first.concat(), second.concat(), check(number, row)));
    }
    lines.push(format!("name {} {:04x}", key.id(), of_name(key.id())));
    lines
}

/// Reads the lines of a sheet as somebody typed them: one generation or several, the oldest first.
///
/// # Errors
/// Which line is wrong, and how; never the key.
pub fn read(text: &str) -> Result<RootKeys, String> {
    let mut lines = text.lines().map(plain).filter(|line| !line.is_empty());
    let mut keys: Option<RootKeys> = None;
    while let Some(line) = lines.next() {
        let generation = read_generation(&line)?;
        let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(32));
        for number in 1..=ROWS {
            let row = lines.next().ok_or_else(|| format!("row {number} is missing"))?;
            bytes.extend(read_row(number, &row)?);
        }
        let name = lines.next().ok_or("the line with the key's name is missing")?;
        let name = read_name(&name)?;
        let whole: [u8; 32] = bytes.as_slice().try_into().map_err(|_| "the key is cut off".to_owned())?;
        let key = RootKey::of(generation, whole).map_err(|wrong| wrong.to_string())?;
        if name != key.id() {
            return Err(format!(
                "the name of generation {generation} does not fit its rows: compare each row again"
            ));
        }
        let in_order =
            keys.as_ref().and_then(RootKeys::current).is_none_or(|old| old.generation() < generation);
        if !in_order {
            return Err("the generations are not in order: the oldest comes first".to_owned());
        }
        keys = Some(match keys {
            None => RootKeys::of(KeyKind::Practice, key),
            Some(older) => older.with(key),
        });
    }
    keys.ok_or_else(|| "nothing was typed".to_owned())
}

/// Small letters without spaces.
fn plain(line: &str) -> String {
    line.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
}

fn read_generation(line: &str) -> Result<u32, String> {
    let rest =
        line.strip_prefix("generation").ok_or("a sheet begins with a line like `generation 1 a2b4`")?;
    let read = || {
        let (number, told) = rest.split_at_checked(rest.len().checked_sub(CHECK)?)?;
        let number: u32 = number.parse().ok()?;
        (told == format!("{:04x}", of_generation(number))).then_some(number)
    };
    read().ok_or_else(|| "the line with the generation has a mistake: compare it with the sheet".to_owned())
}

fn read_name(line: &str) -> Result<&str, String> {
    let read = || {
        let rest = line.strip_prefix("name")?;
        let (name, told) = rest.split_at_checked(rest.len().checked_sub(CHECK)?)?;
        (told == format!("{:04x}", of_name(name))).then_some(name)
    };
    read().ok_or_else(|| "the line with the name has a mistake: compare it with the sheet".to_owned())
}

fn read_row(number: u8, line: &str) -> Result<[u8; ROW], String> {
    let read = || {
        let letters = line.split_once(':').map_or(line, |(_, letters)| letters);
        let (hex, told) = letters.split_at_checked(ROW * 2)?;
        let mut bytes = [0; ROW];
        for (index, place) in bytes.iter_mut().enumerate() {
            *place = u8::from_str_radix(hex.get(index * 2..index * 2 + 2)?, 16).ok()?;
        }
        (told == format!("{:04x}", check(number, &bytes))).then_some(bytes)
    };
    read().ok_or_else(|| format!("row {number} has a mistake: compare it with the sheet"))
}

fn of_generation(number: u32) -> u16 {
    check(0, &number.to_be_bytes())
}

fn of_name(name: &str) -> u16 {
    check(ROWS + 1, name.as_bytes())
}

/// CRC-16 (polynomial 0x1021, beginning with ones) of a line's number and bytes: finds every mistake within sixteen bits
/// of each other, so every single wrong letter and every two neighbours that changed places.
fn check(number: u8, bytes: &[u8]) -> u16 {
    std::iter::once(&number).chain(bytes).fold(u16::MAX, |before, byte| {
        (0..8).fold(before ^ (u16::from(*byte) << 8), |sum, _| {
            if sum & 0x8000 == 0 { sum << 1 } else { (sum << 1) ^ 0x1021 }
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn sheet() -> Vec<String> {
        lines(&RootKey::of(2, *b"abcdefghijklmnopqrstuvwxyz012345").unwrap())
    }

    #[test]
    fn a_key_comes_back_from_its_sheet_however_it_is_typed() {
        let typed = sheet().join("\n").to_uppercase().replace(": ", ":  ").replace("  ", " ");
        let read = read(&format!("\n{typed}\n")).unwrap();
        assert_eq!(read.current().unwrap().reveal(), b"abcdefghijklmnopqrstuvwxyz012345");
        assert_eq!(read.current().unwrap().generation(), 2);
    }

    /// What the line of that number is called when it has a mistake.
    fn called(line: usize) -> String {
        match line {
            0 => "generation".to_owned(),
            9 => "name".to_owned(),
            row => format!("row {row}"),
        }
    }

    #[test]
    fn r4_every_mistyped_letter_and_every_two_that_changed_places_are_found_and_their_row_named() {
        let good = sheet();
        for (number, line) in good.iter().enumerate() {
            // What stands before the letters says which line it is, for the reader's eye.
            let from = line.find(' ').unwrap() + 1;
            for at in (from..line.len()).filter(|at| line.as_bytes()[*at] != b' ') {
                for letter in "0123456789abcdefgloz".chars().filter(|with| !line[at..].starts_with(*with)) {
                    let mut typed = good.clone();
                    typed[number].replace_range(at..=at, &letter.to_string());
                    let told = read(&typed.join("\n")).unwrap_err();
                    assert!(told.contains(&called(number)), "line {number}, letter {at}, {letter}: {told}");
                }
                let mut typed = good.clone();
                let pair: String = line[at..].chars().take(2).collect();
                let turned: String = pair.chars().rev().collect();
                if pair == turned || pair.contains(' ') {
                    continue;
                }
                typed[number].replace_range(at..at + 2, &turned);
                let told = read(&typed.join("\n")).unwrap_err();
                assert!(told.contains(&called(number)), "line {number}, letters {at}: {told}");
            }
        }
    }

    #[test]
    fn r4_a_row_that_was_left_out_or_typed_in_the_wrong_place_is_named() {
        let good = sheet();
        for row in 1..=8 {
            let mut typed = good.clone();
            typed.remove(row);
            let told = read(&typed.join("\n")).unwrap_err();
            assert!(told.contains(&format!("row {row}")), "{told}");
        }
        let mut typed = good.clone();
        typed.swap(3, 4);
        assert!(read(&typed.join("\n")).unwrap_err().contains("row 3"));
        assert!(read(&good[..9].join("\n")).unwrap_err().contains("name is missing"));
        assert!(read("").is_err());
    }

    #[test]
    fn the_check_is_the_known_one() {
        // The check value of CRC-16 (0x1021, beginning with ones) of the digits 1 to 9.
        assert_eq!(check(b'1', b"23456789"), 0x29b1);
    }
}
