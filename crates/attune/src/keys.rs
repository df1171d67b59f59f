//! Where the root key comes from, and what is refused before anything is opened.

use crate::cli::KeyArgs;
use crate::failure::Failure;
use std::path::{Path, PathBuf};
use store::DatabaseUrl;
use store::vault::{KeyError, KeyKind, Keys, file};
use zeroize::Zeroizing;

/// The name of the credential that systemd hands over.
const CREDENTIAL: &str = "attune-root-key";
/// Least letters of a passphrase: it is all that stands between a copied database and its reader.
const PASSPHRASE_LETTERS: usize = 20;

/// The root key that somebody named, or the one in its usual place; refused for a practice where it is not safe.
pub fn for_practice(args: &KeyArgs, database: &DatabaseUrl) -> Result<Keys, Failure> {
    if let Some(path) = &args.key_passphrase_file {
        return passphrase(path);
    }
    let path = key_path(args)?;
    let keys = Keys::from_file(&path)?;
    if keys.kind() == KeyKind::Demonstration {
        return Err(KeyError::Demonstration(path.display().to_string()).into());
    }
    apart(&path, database)?;
    Ok(keys)
}

/// The key file: `--key`, what systemd hands over, or the platform's folder for settings.
pub fn key_path(args: &KeyArgs) -> Result<PathBuf, Failure> {
    if let Some(path) = &args.key {
        return Ok(path.clone());
    }
    match handed() {
        Some(path) => Ok(path),
        None => Ok(settings_folder()?.join("root.key")),
    }
}

/// The same, to be changed or to have something written beside it: not what systemd hands over, which is a copy.
pub fn own_key_path(args: &KeyArgs) -> Result<PathBuf, Failure> {
    match handed() {
        Some(path) if args.key.is_none() => Err(Failure::Said(format!(
            "the root key {} was handed over by systemd and is only a copy: nothing was changed\n\
             Name the file it comes from with --key FILE (LoadCredential in the unit says which).",
            path.display()
        ))),
        _ => key_path(args),
    }
}

fn handed() -> Option<PathBuf> {
    var("CREDENTIALS_DIRECTORY").map(|folder| folder.join(CREDENTIAL)).filter(|path| path.exists())
}

/// Refuses a key that lies in the folder of the database or below it.
pub fn apart(key: &Path, database: &DatabaseUrl) -> Result<(), Failure> {
    let DatabaseUrl::Sqlite(file) = database else { return Ok(()) };
    let folder = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        folder.canonicalize().ok()
    };
    let beside = folder(key).zip(folder(file)).is_some_and(|(key, data)| key.starts_with(data));
    if beside { Err(KeyError::BesideDatabase(key.to_owned()).into()) } else { Ok(()) }
}

/// A key made from the first line of a file that only its owner may read.
fn passphrase(path: &Path) -> Result<Keys, Failure> {
    let failed = |reason: String| KeyError::File { path: path.to_owned(), reason };
    let found = std::fs::metadata(path).map_err(|wrong| failed(wrong.to_string()))?;
    file::check_mode(path, &found)?;
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|wrong| failed(wrong.to_string()))?);
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() < PASSPHRASE_LETTERS {
        return Err(failed(format!("a passphrase needs {PASSPHRASE_LETTERS} letters or more")).into());
    }
    Ok(Keys::from_passphrase(Zeroizing::new(line.to_owned())))
}

fn var(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The platform's folder for a program's settings. Never the one for its data.
fn settings_folder() -> Result<PathBuf, Failure> {
    let folder = if cfg!(target_os = "macos") {
        var("HOME").map(|home| home.join("Library/Preferences/Attune"))
    } else if cfg!(windows) {
        var("LOCALAPPDATA").map(|data| data.join("Attune"))
    } else {
        var("XDG_CONFIG_HOME")
            .or_else(|| var("HOME").map(|home| home.join(".config")))
            .map(|settings| settings.join("attune"))
    };
    folder.ok_or(Failure::NoSettingsFolder)
}
