//! Where work reaches across practices: a short list, kept here.

use std::collections::BTreeMap;
use std::path::Path;

/// File, reason, how often. Whoever adds a line says in the review why one practice is not enough.
const PLACES: &[(&str, &str, usize)] = &[
    ("demonstration.rs", "Founding", 1),
    ("erasure.rs", "Operator", 1),
    ("guesses.rs", "Sweeping", 1),
    ("joining.rs", "Founding", 2),
    ("joining.rs", "Link", 1),
    ("link_trail.rs", "Link", 2),
    ("links.rs", "Link", 2),
    ("links.rs", "Sweeping", 1),
    ("measure_links.rs", "Link", 2),
    ("passkeys/question.rs", "Sweeping", 1),
    ("passkeys/signing_in.rs", "SignIn", 2),
    ("practices.rs", "Operator", 1),
    ("sessions.rs", "Session", 2),
    ("sessions.rs", "Sweeping", 1),
    ("sign_in.rs", "SignIn", 2),
    ("submissions.rs", "Sweeping", 1),
    ("testing.rs", "Founding", 1),
    ("upkeep.rs", "Operator", 2),
];

fn collect(folder: &Path, root: &Path, found: &mut BTreeMap<(String, String), usize>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, root, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            let text = std::fs::read_to_string(&path).unwrap();
            for rest in text.split("across_practices(").skip(1) {
                let reason = rest.split(')').next().unwrap_or_default();
                let reason = reason.rsplit("::").next().unwrap_or_default().to_owned();
                *found.entry((name.clone(), reason)).or_default() += 1;
            }
        }
    }
}

#[test]
fn z5_only_these_places_work_across_practices() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    collect(&root, &root, &mut found);
    let found: Vec<_> = found.iter().map(|((file, why), n)| (file.as_str(), why.as_str(), *n)).collect();
    assert_eq!(found, PLACES);
}
