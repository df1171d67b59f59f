//! The root key of measured databases: made once, beside none of them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use store::vault::{KeyKind, RootKey, RootKeys, file};

static FOLDER: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();

/// Where the key file is.
pub fn path() -> Result<&'static Path, String> {
    if FOLDER.get().is_none() {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let path = folder.path().join("root.key");
        let key = RootKey::new(1).map_err(|error| error.to_string())?;
        file::create(&path, &RootKeys::of(KeyKind::Practice, key)).map_err(|error| error.to_string())?;
        // Whoever was first wins; both made a whole one.
        let _ = FOLDER.set((folder, path));
    }
    FOLDER.get().map(|(_, path)| path.as_path()).ok_or_else(|| "no key".to_owned())
}

/// Takes it away again.
pub fn remove() {
    if let Some((folder, _)) = FOLDER.get() {
        // A folder of a temporary place: nothing depends on it.
        let _ = std::fs::remove_dir_all(folder.path());
    }
}
