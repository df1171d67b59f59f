//! `attune key`: make, change, check and print the root key.

use super::database_url;
use crate::cli::{Key, KeyArgs, Opened};
use crate::failure::Failure;
use crate::keys::{key_path, own_key_path};
use crate::{say, sheet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::vault::{self, KeyKind, RootKey, RootKeys, file};

/// What is said before a key is made.
const BEFORE: &str = "\
A root key closes every record of this installation. Attune cannot open them without it, and neither can anybody else:
  - If the key is lost, every record and every backup is lost. Nobody can bring them back.
  - If somebody else has the key and a copy of the database, they can read everything.
So print the recovery sheet, put it where only you can reach it and away from this machine, then delete the file.";

pub fn run(command: &Key) -> Result<ExitCode, Failure> {
    match command {
        Key::New { from_sheet, sheet, key } => make(*from_sheet, sheet.as_deref(), key),
        Key::Rotate { opened } => rotate(opened),
        Key::Check { opened } => check(opened),
        Key::Sheet { sheet, key } => print_sheet(sheet.as_deref(), key),
    }
}

fn make(from_sheet: bool, sheet: Option<&Path>, args: &KeyArgs) -> Result<ExitCode, Failure> {
    let path = key_path(args)?;
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
    let path = if sheet.is_some() { key_path(args)? } else { own_key_path(args)? };
    write_sheet(sheet, &path, &file::read(&path)?)?;
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

fn rotate(opened: &Opened) -> Result<ExitCode, Failure> {
    refuse_passphrase(&opened.key)?;
    let url = database_url(&opened.database)?;
    let path = own_key_path(&opened.key)?;
    let _held = file::hold(&path)?;
    let mut keys = file::read(&path)?;
    let used = vault::generations(&url)?;
    let current = keys.current().ok_or(store::vault::KeyError::Cipher)?;
    // A newest generation that closes nothing was left by a rotation that was cut off: it is used now.
    if used.used.iter().any(|(name, _)| name == current.id()) {
        keys = keys.with(RootKey::new(current.generation() + 1)?);
        file::replace(&path, &keys)?;
    }
    let count = vault::rotate(&url, &keys)?;
    let generation = keys.current().map_or(0, RootKey::generation);
    say::out(&format!(
        "Generation {generation} closes this database now: {count} keys were wrapped anew. A server that runs goes on.\n\
         The older generations stay in {}: backups made before now need them.",
        path.display()
    ));
    write_sheet(None, &path, &keys)?;
    Ok(ExitCode::SUCCESS)
}

fn check(opened: &Opened) -> Result<ExitCode, Failure> {
    refuse_passphrase(&opened.key)?;
    let url = database_url(&opened.database)?;
    let path = key_path(&opened.key)?;
    let keys = file::read(&path)?;
    let used = vault::generations(&url)?;
    for key in keys.all() {
        let closed = used.used.iter().find(|(name, _)| name == key.id()).map_or(0, |(_, count)| *count);
        say::out(&format!(
            "generation {} ({}): wraps {closed} keys of this database",
            key.generation(),
            key.id()
        ));
    }
    let opened = vault::verify_keys(&url, &keys)?;
    say::out(&format!("{opened} keys opened: {} is the key of this database", path.display()));
    Ok(ExitCode::SUCCESS)
}

fn refuse_passphrase(args: &KeyArgs) -> Result<(), Failure> {
    match &args.key_passphrase_file {
        Some(_) => Err(Failure::Said(
            "a passphrase has no generations: to change it, see docs/keys.md (\"Another passphrase\")"
                .to_owned(),
        )),
        None => Ok(()),
    }
}
