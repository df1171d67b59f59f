//! The recovery sheet: one page of paper that brings the root key back.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use store::vault::{KeyError, RootKeys, sheet};
use zeroize::Zeroizing;

/// How the page looks; it asks no other host for anything.
const HEAD: &str = "<!doctype html>
<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Attune: recovery sheet</title>
<style>
  body { font: 12pt/1.5 Georgia, serif; color: #000; background: #fff; max-width: 17cm; margin: 2cm auto; padding: 0 1em }
  h1 { font-size: 18pt } h2 { font-size: 13pt; margin-top: 1.5em }
  pre { font: 15pt/1.7 ui-monospace, Consolas, monospace; border: 1px solid #000; padding: .6em 1em; break-inside: avoid }
  @media print { body { margin: 0 } }
</style></head><body>
<h1>Attune: recovery sheet of the root key</h1>
<p>Whoever holds this sheet and a copy of the database can read every record. Without the key nobody can, ever.
Keep it on paper, locked away, far from the machine. Then delete the file.</p>
<h2>To bring the key back</h2>
<p>On the machine with the database, run <strong>attune key new --from-sheet</strong>, type the lines below as they stand
(the last four letters of each line check it), and end with Ctrl-D. Then run <strong>attune key check</strong>.</p>
";

/// Writes the sheet so that only its owner may read it; an older one is replaced.
pub fn write(path: &Path, keys: &RootKeys) -> Result<(), KeyError> {
    let mut page = Zeroizing::new(String::with_capacity(8192));
    page.push_str(HEAD);
    // The oldest first: that is how they are typed in.
    page.push_str("<pre>");
    for key in keys.all() {
        for line in sheet::lines(key) {
            // Writing into a string cannot fail.
            let _ = writeln!(page, "{line}");
        }
    }
    page.push_str("</pre>\n<p>Where this sheet is kept: ______________________ &nbsp; Since: ____________</p>\n</body></html>\n");
    let failed = |wrong: std::io::Error| KeyError::File { path: path.to_owned(), reason: wrong.to_string() };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    if path.exists() {
        std::fs::remove_file(path).map_err(failed)?;
    }
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(page.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
}
