//! Where the root key comes from, and what is refused before anything is opened.

use crate::cli::KeyArgs;
use crate::failure::Failure;
use std::path::{Path, PathBuf};
use store::DatabaseUrl;
use store::snapshot::Sealed;
use store::vault::{KeyError, KeyKind, Keys, RootKey, SecretFile, file};

/// The name of the credential that systemd hands over.
const CREDENTIAL: &str = "attune-root-key";

/// The root key that somebody named, or the one in its usual place; refused for a practice where it is not safe.
pub fn for_practice(args: &KeyArgs, database: &DatabaseUrl) -> Result<Keys, Failure> {
    let keys = at_hand(args)?;
    if keys.kind() == KeyKind::Demonstration {
        return Err(KeyError::Demonstration(keys.path().display().to_string()).into());
    }
    apart(keys.path(), database)?;
    Ok(keys)
}

/// The same for whatever it is meant.
pub fn at_hand(args: &KeyArgs) -> Result<Keys, Failure> {
    Ok(match &args.key_passphrase_file {
        Some(path) => Keys::from_passphrase_file(secret(path))?,
        None => Keys::from_file(key_file(args)?)?,
    })
}

/// The key file: `--key`, what systemd hands over, or the platform's folder for settings.
pub fn key_file(args: &KeyArgs) -> Result<SecretFile, Failure> {
    if let Some(path) = &args.key {
        return Ok(secret(path));
    }
    match credentials().map(|folder| folder.join(CREDENTIAL)).filter(|path| path.exists()) {
        Some(path) => Ok(SecretFile::handed_over(&path)),
        None => Ok(settings_folder()?.join("root.key").as_path().into()),
    }
}

/// The same, to be changed or to have something written beside it: not what systemd hands over, which is a copy.
pub fn own_key_file(args: &KeyArgs) -> Result<SecretFile, Failure> {
    let file = key_file(args)?;
    if file.is_handed_over() {
        return Err(Failure::Said(format!(
            "the root key {} was handed over by systemd and is only a copy: nothing was changed\n\
             Name the file it comes from with --key FILE (LoadCredential in the unit says which).",
            file.path().display()
        )));
    }
    Ok(file)
}

/// The root key that a snapshot was sealed under.
pub fn of_snapshot(args: &KeyArgs, sealed: &Sealed) -> Result<RootKey, Failure> {
    let found = match (&sealed.stretch, &args.key_passphrase_file) {
        (Some(stretch), Some(_)) => at_hand(args)?.stretched(stretch)?.filter(|key| key.id() == sealed.key),
        (None, None) => file::read(&key_file(args)?)?.find(&sealed.key).cloned(),
        (Some(_), None) => {
            return Err(Failure::Said(
                "the snapshot was sealed under a passphrase\n\
                 Name the file whose first line it is with --key-passphrase-file FILE. Nothing was changed."
                    .to_owned(),
            ));
        }
        (None, Some(_)) => {
            return Err(Failure::Said(format!(
                "the snapshot was sealed under the key {} of a key file, and not under a passphrase\n\
                 Name that file with --key FILE. Nothing was changed.",
                sealed.key
            )));
        }
    };
    found.ok_or_else(|| {
        let what = if sealed.stretch.is_some() {
            "which is not this passphrase's"
        } else {
            "which this key file does not hold"
        };
        Failure::Said(format!(
            "the snapshot was sealed under the root key {}, {what}: nothing was changed",
            sealed.key
        ))
    })
}

/// A file somebody named; below the folder that systemd made for this service, it was handed over.
pub fn secret(path: &Path) -> SecretFile {
    let folder = |path: PathBuf| path.canonicalize().ok();
    let handed = folder(path.to_owned())
        .zip(credentials().and_then(folder))
        .is_some_and(|(path, folder)| path.parent() == Some(&folder));
    if handed { SecretFile::handed_over(path) } else { path.into() }
}

fn credentials() -> Option<PathBuf> {
    var("CREDENTIALS_DIRECTORY")
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
