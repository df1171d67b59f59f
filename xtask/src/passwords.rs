//! `cargo xtask passwords`: makes the list of passwords that nobody may choose from a text of leaked ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

#[path = "../../crates/domain/src/password/short_hash.rs"]
mod short_hash;

/// Passwords taken from the top of the list.
const KEPT: usize = 100_000;
/// Shorter ones are refused for their length.
const CHARACTERS: std::ops::Range<usize> = 8..65;
/// From this length on, where a password may stand alone, every one of the list is taken.
const ALONE: usize = 15;
const FILE: &str = "content/passwords/common.bin";

const HELP: &str = "Usage: cargo xtask passwords LIST

Writes content/passwords/common.bin from LIST, a text with one password a line, the most common first:
the first 100,000 different ones of 8 characters or more, and every further one of 15 or more. Compared in
small letters. Lines beyond ASCII are left out. content/passwords/README.md says where the list in use is from.
";

/// Runs the command.
pub fn run(root: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    let [list] = arguments else {
        print!("{HELP}");
        return Ok(ExitCode::from(2));
    };
    let text = fs::read(list).map_err(|error| format!("{list}: {error}"))?;
    let mut chosen = BTreeSet::new();
    let mut hashes = BTreeSet::new();
    for line in String::from_utf8_lossy(&text).lines() {
        let password = line.to_lowercase();
        let fits = password.is_ascii() && CHARACTERS.contains(&password.len());
        if fits && (chosen.len() < KEPT || password.len() >= ALONE) && chosen.insert(password.clone()) {
            hashes.insert(short_hash::short_hash(&password));
        }
    }
    let bytes: Vec<u8> = hashes.into_iter().flatten().collect();
    fs::write(root.join(FILE), &bytes).map_err(|error| format!("{FILE}: {error}"))?;
    println!("{} passwords, {} bytes", chosen.len(), bytes.len());
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::short_hash::{BYTES, short_hash};

    #[test]
    fn the_hash_is_the_one_the_program_looks_for() {
        assert_eq!(short_hash("password"), PASSWORD);
    }

    /// Also in the test of the program's own function.
    const PASSWORD: [u8; BYTES] = [226, 181, 156, 170, 135];
}
