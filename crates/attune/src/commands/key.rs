//! `attune key`: make, change, check and print the root key.

use super::database_url;
use crate::cli::{Key, KeyArgs, Opened};
use crate::failure::Failure;
use crate::keys::{self, key_file, own_key_file};
use crate::{say, sheet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::DatabaseUrl;
use store::vault::{self, KeyError, KeyKind, RootKey, RootKeys, Stretch, file};

/// What is said before a key is made.
const BEFORE: &str = "\
A root key closes every record of this installation. Attune cannot open them without it, and neither can anybody else:
  - If the key is lost, every record and every backup is lost. Nobody can bring them back.
  - If somebody else has the key and a copy of the database, they can read everything.
So print the recovery sheet, put it where only you can reach it and away from this machine, then delete the file.";

/// What is said after the database was closed with something else.
const KEEP_BEFORE: &str =
    "Keep what it was closed with before, on paper: backups and snapshots made before now need it.";

pub fn run(command: &Key) -> Result<ExitCode, Failure> {
    match command {
        Key::New { from_sheet, sheet, key } => make(*from_sheet, sheet.as_deref(), key),
        Key::Rotate { new_passphrase_file, new_key, opened } => {
            rotate(new_passphrase_file.as_deref(), new_key.as_deref(), opened)
        }
        Key::Check { opened } => check(opened),
        Key::Sheet { sheet, key } => print_sheet(sheet.as_deref(), key),
    }
}

fn make(from_sheet: bool, sheet: Option<&Path>, args: &KeyArgs) -> Result<ExitCode, Failure> {
    refuse_passphrase(args)?;
    let file = key_file(args)?;
    let path = file.path().to_owned();
    if path.exists() {
        return Err(Failure::Said(format!(
            "there is a root key at {} already: it was left as it is\n\
             Use it with `attune serve`, or choose another place with --key FILE.",
            path.display()
        )));
    }
    if from_sheet {
        let mut typed = zeroize::Zeroizing::new(String::new());
        std::io::stdin().read_to_string(&mut typed).map_err(Failure::Runtime)?;
        let keys = vault::sheet::read(&typed).map_err(Failure::Said)?;
        file::create(&path, &keys)?;
        say::out(&format!(
            "The root key stands in {} again. `attune key check` tells whether it fits.",
            path.display()
        ));
        return Ok(ExitCode::SUCCESS);
    }
    say::out(BEFORE);
    let keys = RootKeys::of(KeyKind::Practice, RootKey::new(1)?);
    file::create(&path, &keys)?;
    say::out(&format!("\nThe root key: {}", path.display()));
    write_sheet(sheet, &path, &keys)?;
    say::out("Next: `attune serve`.");
    Ok(ExitCode::SUCCESS)
}

fn print_sheet(sheet: Option<&Path>, args: &KeyArgs) -> Result<ExitCode, Failure> {
    refuse_passphrase(args)?;
    let file = if sheet.is_some() { key_file(args)? } else { own_key_file(args)? };
    write_sheet(sheet, file.path(), &file::read(&file)?)?;
    Ok(ExitCode::SUCCESS)
}

fn write_sheet(sheet: Option<&Path>, key: &Path, keys: &RootKeys) -> Result<(), Failure> {
    let path = sheet.map_or_else(|| sheet_beside(key), Path::to_owned);
    sheet::write(&path, keys)?;
    say::out(&format!("Its recovery sheet, to print and then delete: {}", path.display()));
    Ok(())
}

fn sheet_beside(key: &Path) -> PathBuf {
    let mut name = key.as_os_str().to_owned();
    name.push(".sheet.html");
    PathBuf::from(name)
}

fn rotate(passphrase: Option<&Path>, key: Option<&Path>, opened: &Opened) -> Result<ExitCode, Failure> {
    let url = database_url(&opened.database)?;
    match (passphrase, key) {
        (Some(path), _) => to_passphrase(path, &url, &opened.key),
        (None, Some(path)) => to_key_file(path, &url, &opened.key),
        (None, None) if opened.key.key_passphrase_file.is_some() => Err(Failure::Said(
            "a passphrase has no generations: nothing was changed\n\
             Name another passphrase with --new-passphrase-file FILE, or a key file with --new-key FILE."
                .to_owned(),
        )),
        (None, None) => to_next_generation(&url, &opened.key),
    }
}

fn to_next_generation(url: &DatabaseUrl, args: &KeyArgs) -> Result<ExitCode, Failure> {
    let file = own_key_file(args)?;
    let path = file.path();
    let _held = file::hold(path)?;
    let mut keys = file::read(&file)?;
    let used = vault::generations(url)?;
    let current = keys.current().ok_or(KeyError::Cipher)?;
    // A newest generation that closes nothing was left by a rotation that was cut off: it is used now.
    if used.used.iter().any(|(name, _)| name == current.id()) {
        keys = keys.with(RootKey::new(current.generation() + 1)?);
        file::replace(path, &keys)?;
    }
    let count = vault::rotate(url, &keys)?;
    let generation = keys.current().map_or(0, RootKey::generation);
    say::out(&format!(
        "Generation {generation} closes this database now: {count} keys were wrapped anew.\n\
         A server that reads this file goes on. One that gets a copy from systemd goes on with what it has: restart it soon.\n\
         The older generations stay in {}: backups made before now need them.",
        path.display()
    ));
    write_sheet(None, path, &keys)?;
    Ok(ExitCode::SUCCESS)
}

/// Closes the database with a passphrase, in one transaction: what it was closed with before, or this, nothing between.
fn to_passphrase(path: &Path, url: &DatabaseUrl, args: &KeyArgs) -> Result<ExitCode, Failure> {
    let words = file::read_passphrase(&keys::secret(path))?;
    keys::apart(path, url)?;
    let before = closing_now(url, args)?;
    let count = vault::rotate(url, &before.with(Stretch::new()?.key(&words)?))?;
    say::out(&format!(
        "The passphrase in {} closes this database now: {count} keys were wrapped anew.\n\
         Start with --key-passphrase-file {} from now on; a server that runs goes on, restart it soon.\n\
         {KEEP_BEFORE}",
        path.display(),
        path.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Closes the database with a key file, which is made where there is none.
fn to_key_file(path: &Path, url: &DatabaseUrl, args: &KeyArgs) -> Result<ExitCode, Failure> {
    keys::apart(path, url)?;
    let before = closing_now(url, args)?;
    if !path.exists() {
        say::out(BEFORE);
        file::create(path, &RootKeys::of(KeyKind::Practice, RootKey::new(1)?))?;
    }
    let next = file::read(&keys::secret(path))?;
    if next.kind() != KeyKind::Practice {
        return Err(KeyError::Demonstration(path.display().to_string()).into());
    }
    let count = vault::rotate(url, &before.with(next.current().ok_or(KeyError::Cipher)?.clone()))?;
    say::out(&format!(
        "The key in {} closes this database now: {count} keys were wrapped anew.\n\
         Start with --key {} from now on; a server that runs goes on, restart it soon.\n\
         {KEEP_BEFORE}",
        path.display(),
        path.display()
    ));
    write_sheet(None, path, &next)?;
    Ok(ExitCode::SUCCESS)
}

/// The keys at hand, if they are this database's.
fn closing_now(url: &DatabaseUrl, args: &KeyArgs) -> Result<RootKeys, Failure> {
    let keys = keys::at_hand(args)?;
    let closing = vault::closing_of(url, &keys)?;
    closing.key.ok_or(KeyError::Wrong { needed: closing.name })?;
    Ok(keys.known().ok_or(KeyError::Cipher)?)
}

fn check(opened: &Opened) -> Result<ExitCode, Failure> {
    let url = database_url(&opened.database)?;
    let keys = keys::at_hand(&opened.key)?;
    let closing = vault::closing_of(&url, &keys)?;
    let used = vault::generations(&url)?.used;
    let wraps = |key: &RootKey| used.iter().find(|(name, _)| name == key.id()).map_or(0, |(_, count)| *count);
    let known = keys.known();
    for key in known.iter().flat_map(RootKeys::all) {
        let what = match key.stretch() {
            Some(_) => "the passphrase".to_owned(),
            None => format!("generation {}", key.generation()),
        };
        say::out(&format!("{what} ({}): wraps {} keys of this database", key.id(), wraps(key)));
    }
    let known = known.ok_or(KeyError::Wrong { needed: closing.name })?;
    let count = vault::verify_keys(&url, &known)?;
    let what = if keys.is_passphrase() { "the passphrase in" } else { "the key in" };
    say::out(&format!("{count} keys opened: {what} {} is this database's", keys.path().display()));
    Ok(ExitCode::SUCCESS)
}

fn refuse_passphrase(args: &KeyArgs) -> Result<(), Failure> {
    match &args.key_passphrase_file {
        Some(_) => Err(Failure::Said(
            "a passphrase is no key file, and has no recovery sheet: write the passphrase itself on paper\n\
             Nothing was made."
                .to_owned(),
        )),
        None => Ok(()),
    }
}
