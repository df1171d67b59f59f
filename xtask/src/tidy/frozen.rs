//! A step of the schema that was released never changes: whoever has that version has applied it as it was.

use super::{Finding, Tree};
use crate::freeze::{FROZEN, STEPS};
use std::path::{Path, PathBuf};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let kept = tree.with_extension("sql").filter(|path| path.starts_with(FROZEN));
    kept.filter_map(|path| changed(path, &tree.text(path), |step| tree.text(step))).collect()
}

fn changed(kept: &Path, was: &str, read: impl Fn(&Path) -> String) -> Option<Finding> {
    let version = kept.parent()?.file_name()?.to_string_lossy().into_owned();
    let step = PathBuf::from(STEPS).join(kept.file_name()?);
    let same = read(&step).replace("\r\n", "\n") == was.replace("\r\n", "\n");
    (!same).then(|| {
        Finding::new(&step, 0, format!("was released with {version} and must stay as it was: add a new step"))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn r6_a_released_step_that_changed_or_went_is_found() {
        let kept = Path::new("crates/store/tests/schemas/1.0.0/0001_first.sql");
        assert_eq!(changed(kept, "CREATE", |_| "CREATE".into()), None);
        assert_eq!(changed(kept, "A\nB", |_| "A\r\nB".into()), None);
        let found = changed(kept, "CREATE", |_| "ALTER".into()).unwrap();
        assert_eq!(found.path, Path::new("crates/store/migrations/0001_first.sql"));
        assert!(found.message.contains("1.0.0"));
        assert!(changed(kept, "CREATE", |_| String::new()).is_some());
    }
}
