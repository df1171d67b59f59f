//! A root key as lines that people can copy from paper: eight short rows with check digits, and the key's name.

use sha2::{Digest, Sha256};

use super::root::{KeyKind, RootKey, RootKeys};

/// Bytes of the key in a row.
const ROW: usize = 4;

/// A generation as lines: `generation 1`, eight rows (`1: 07ab 12cd ef`, the last two letters check the row), its name.
#[must_use]
pub fn lines(key: &RootKey) -> Vec<String> {
    let mut lines = vec![format!("generation {}", key.generation())];
    for (row, number) in key.reveal().chunks_exact(ROW).zip(1_u8..) {
        let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        let (first, second) = hex.split_at(hex.len() / 2);
        lines.push(format!("{number}: {} {} {:02x}", first.concat(), second.concat(), check(number, row)));
    }
    lines.push(format!("name {}", key.id()));
    lines
}

/// Reads the lines of a sheet as somebody typed them: one generation or several, the oldest first.
///
/// # Errors
/// Which line is wrong, and how; never the key.
pub fn read(text: &str) -> Result<RootKeys, String> {
    let mut lines = text.lines().map(plain).filter(|line| !line.is_empty()).peekable();
    let mut keys: Option<RootKeys> = None;
    while let Some(line) = lines.next() {
        let generation = line.strip_prefix("generation").and_then(|number| number.parse::<u32>().ok());
        let generation = generation.ok_or("a sheet begins with a line like `generation 1`")?;
        let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(32));
        for number in 1..=8_u8 {
            let row = lines.next().ok_or_else(|| format!("row {number} is missing"))?;
            bytes.extend(read_row(number, &row)?);
        }
        let name = lines.next().ok_or("the line with the key's name is missing")?;
        let whole: [u8; 32] = bytes.as_slice().try_into().map_err(|_| "the key is cut off".to_owned())?;
        let key = RootKey::of(generation, whole).map_err(|wrong| wrong.to_string())?;
        if name.strip_prefix("name") != Some(key.id()) {
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

fn read_row(number: u8, line: &str) -> Result<[u8; ROW], String> {
    let wrong = || format!("row {number} has a mistake: compare it with the sheet");
    let letters = line.split_once(':').map_or(line, |(_, letters)| letters);
    if letters.len() != (ROW + 1) * 2 || !letters.is_ascii() {
        return Err(wrong());
    }
    let byte = |index: usize| {
        let pair = letters.get(index * 2..index * 2 + 2)?;
        u8::from_str_radix(pair, 16).ok()
    };
    let mut bytes = [0; ROW];
    for (index, place) in bytes.iter_mut().enumerate() {
        *place = byte(index).ok_or_else(wrong)?;
    }
    if byte(ROW) == Some(check(number, &bytes)) { Ok(bytes) } else { Err(wrong()) }
}

fn check(number: u8, row: &[u8]) -> u8 {
    let digest = Sha256::new().chain_update([number]).chain_update(row).finalize();
    digest.first().copied().unwrap_or_default()
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

    #[test]
    fn every_single_mistyped_letter_is_found_and_its_row_named() {
        let good = sheet();
        for row in 1..=8 {
            for at in 3..good[row].len() {
                let mut lines = good.clone();
                let letter = lines[row].as_bytes()[at];
                if letter == b' ' {
                    continue;
                }
                lines[row].replace_range(at..=at, if letter == b'0' { "1" } else { "0" });
                let told = read(&lines.join("\n"));
                // One letter in 256 passes its row's check; then the name of the whole key does not fit.
                assert!(told.is_err(), "row {row}, letter {at}");
            }
        }
        assert!(read(&good[..8].join("\n")).is_err());
        assert!(read("").is_err());
    }
}
