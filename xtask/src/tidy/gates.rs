//! Doors through which whole classes of flaws come in: each may stand only in a file that somebody has reviewed.
//! `xtask/reviewed.txt` lists those files with a reason.

use super::lexer::{self, Token};
use super::{Finding, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const REVIEWED: &str = "xtask/reviewed.txt";

/// One class of doors.
struct Gate {
    name: &'static str,
    /// What to do instead.
    instead: &'static str,
    /// Words that stand one after the other in code (comments and literals do not count).
    words: &'static [&'static [&'static str]],
    /// Beginnings of string literals.
    literals: &'static [&'static str],
    /// Whether the tests of a crate may do it without review.
    tests_may: bool,
    /// Only files under this folder are looked at.
    within: &'static str,
}

const GATES: [Gate; 7] = [
    Gate {
        name: "sql",
        instead: "SQL is a constant in `queries!`, in the store",
        words: &[
            &["execute_batch", "("],
            &["batch_execute", "("],
            &["simple_query", "("],
            &["query_row", "("],
            &["query_raw", "("],
            &["query_typed", "("],
            &["prepare_cached", "("],
            &["client", ".", "query", "("],
            &["client", ".", "execute", "("],
            &["connection", ".", "prepare", "("],
            &["connection", ".", "execute", "("],
            &[".", "leak", "("],
            &["Box", "::", "leak"],
        ],
        literals: &[
            "SELECT ",
            "INSERT INTO ",
            "DELETE FROM ",
            "UPDATE ",
            "CREATE TABLE ",
            "DROP ",
            "PRAGMA ",
        ],
        tests_may: true,
        within: "",
    },
    Gate {
        name: "html",
        instead: "text goes into a page through `maud`, which escapes it",
        words: &[
            &["PreEscaped"],
            &["impl", "Render", "for"],
            &["impl", "maud", "::", "Render"],
            &["Html", "("],
            &["render_to"],
        ],
        literals: &["<script", "<div", "<p>", "<svg", "<!DOCTYPE"],
        tests_may: true,
        within: "",
    },
    Gate {
        name: "process",
        instead: "the program starts no other program",
        words: &[
            &["process", "::", "Command"],
            &["process", "::", "{", "Command"],
            &["Command", "::", "new", "("],
            &["CommandExt"],
            &["libloading"],
        ],
        literals: &[],
        tests_may: true,
        within: "",
    },
    Gate {
        name: "outgoing",
        instead: "the server asks no other host for anything, its database excepted",
        words: &[
            &["TcpStream", "::", "connect"],
            &["TcpSocket", "::"],
            &["UdpSocket", "::"],
            &["ToSocketAddrs"],
            &["lookup_host"],
            &["hyper", "::", "client"],
            &["hyper_util", "::", "client"],
        ],
        literals: &[],
        tests_may: true,
        within: "",
    },
    Gate {
        name: "certificate",
        instead: "certificates are always checked, by rustls' own verifier",
        words: &[
            &["danger_accept_invalid_certs"],
            &["danger_accept_invalid_hostnames"],
            &["dangerous", "("],
            &["ServerCertVerifier"],
            &["set_certificate_verifier"],
            &["with_custom_certificate_verifier"],
        ],
        literals: &[],
        tests_may: false,
        within: "",
    },
    Gate {
        name: "unsafe",
        instead: "unsafe code is forbidden",
        words: &[
            &["unsafe", "{"],
            &["unsafe", "fn"],
            &["unsafe", "impl"],
            &["unsafe", "extern"],
            &["allow", "(", "unsafe_code"],
        ],
        literals: &[],
        tests_may: false,
        within: "",
    },
    Gate {
        name: "clock",
        instead: "the time comes in, from `Ctx.now` or `App::now`",
        words: &[
            &["Timestamp", "::", "now"],
            &["Zoned", "::", "now"],
            &["SystemTime", "::", "now"],
            &["UNIX_EPOCH", ".", "elapsed"],
        ],
        literals: &[],
        tests_may: true,
        within: "crates",
    },
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (reviewed, wrong) = read(&tree.text(Path::new(REVIEWED)));
    findings.extend(wrong);
    let mut used = BTreeSet::new();
    for path in tree.with_extension("rs") {
        for (gate, finding) in source(path, &tree.text(path)) {
            let key = (gate.to_owned(), path.to_string_lossy().into_owned());
            if reviewed.contains_key(&key) {
                used.insert(key);
            } else {
                findings.push(finding);
            }
        }
    }
    for ((gate, path), line) in reviewed.iter().filter(|(key, _)| !used.contains(*key)) {
        let message = format!("`{gate} {path}` is not needed any more: remove the line");
        findings.push(Finding::new(Path::new(REVIEWED), *line, message));
    }
    for path in tree.with_extension("toml").filter(|path| path.ends_with("Cargo.toml")) {
        findings.extend(manifest(path, &tree.text(path)));
    }
    findings
}

type Reviewed = BTreeMap<(String, String), usize>;

/// The reviewed files: `gate path: reason`, one a line.
fn read(text: &str) -> (Reviewed, Vec<Finding>) {
    let mut reviewed = Reviewed::new();
    let mut findings = Vec::new();
    for (index, line) in
        text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
    {
        let (what, reason) = line.split_once(": ").unwrap_or((line, ""));
        match what.split_once(' ') {
            Some((gate, path))
                if !reason.trim().is_empty() && GATES.iter().any(|known| known.name == gate) =>
            {
                reviewed.insert((gate.to_owned(), path.trim().to_owned()), index + 1);
            }
            _ => {
                findings.push(Finding::new(Path::new(REVIEWED), index + 1, "a line says `gate path: reason`"))
            }
        }
    }
    (reviewed, findings)
}

/// The doors in one file, at most one finding a gate and line.
fn source(path: &Path, text: &str) -> Vec<(&'static str, Finding)> {
    let tokens = lexer::tokens(text);
    let in_tests =
        path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs");
    let mut found = Vec::new();
    let applies = |gate: &&Gate| path.starts_with(gate.within) && !(in_tests && gate.tests_may);
    for gate in GATES.iter().filter(applies) {
        let mut lines: BTreeSet<usize> = gate.words.iter().flat_map(|words| places(&tokens, words)).collect();
        lines.extend(literals(path, text, gate.literals));
        for line in lines {
            let message = format!("a door to `{}`: {} (or review it: {REVIEWED})", gate.name, gate.instead);
            found.push((gate.name, Finding::new(path, line, message)));
        }
    }
    found
}

fn places<'a>(tokens: &'a [Token<'a>], words: &'a [&'a str]) -> impl Iterator<Item = usize> + 'a {
    tokens
        .windows(words.len())
        .filter(move |window| window.iter().map(|token| token.text).eq(words.iter().copied()))
        .map(|window| window[0].line)
}

/// Lines on which a literal begins so. In the store's own room SQL may stand as a constant, and only the putting
/// together of a text is a door.
fn literals(path: &Path, text: &str, beginnings: &[&str]) -> Vec<usize> {
    let constants = path.starts_with("crates/store/src");
    let opens = |line: &str| {
        let opening = if constants { "format!(\"" } else { "\"" };
        beginnings.iter().any(|words| line.contains(&format!("{opening}{words}")))
    };
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim_start().starts_with("//") && opens(line))
        .map(|(index, _)| index + 1)
        .collect()
}

/// Every crate forbids unsafe code, by itself or with the workspace.
fn manifest(path: &Path, text: &str) -> Option<Finding> {
    let plain: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let forbids = plain.contains("unsafe_code = \"forbid\"")
        || (path != Path::new("Cargo.toml") && plain.contains("[lints] workspace = true"));
    (!forbids).then(|| Finding::new(path, 0, "the crate does not forbid unsafe code"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gates(path: &str, text: &str) -> Vec<&'static str> {
        source(Path::new(path), text).into_iter().map(|(gate, _)| gate).collect()
    }

    #[test]
    fn d2_raw_and_formatted_sql_are_found() {
        for text in [
            "fn f() { connection.execute_batch(&text); }",
            "fn f() { let sql = format!(\"SELECT {column} FROM client\"); }",
            "const A: &str = \"DELETE FROM client\";",
            "fn f() { let text: &'static str = sql.leak(); }",
        ] {
            assert_eq!(gates("crates/app/src/a.rs", text), ["sql"], "{text}");
        }
        let constant = "queries! { FIND = \"SELECT id FROM client WHERE id = $1\"; }";
        assert!(gates("crates/store/src/clients.rs", constant).is_empty());
        let formatted = "fn f() { let sql = format!(\"SELECT {column} FROM client\"); }";
        assert_eq!(gates("crates/store/src/clients.rs", formatted), ["sql"]);
    }

    #[test]
    fn d2_raw_html_is_found() {
        for text in [
            "fn f() { html! { (PreEscaped(note)) } }",
            "impl Render for Note { }",
            "fn f() -> Html<String> { Html(text) }",
            "fn f() { let text = format!(\"<p>{note}</p>\"); }",
        ] {
            assert_eq!(gates("crates/web/src/a.rs", text), ["html"], "{text}");
        }
    }

    #[test]
    fn w8_starting_a_program_is_found() {
        assert_eq!(gates("crates/app/src/a.rs", "use std::process::Command;"), ["process"]);
        assert_eq!(gates("crates/app/src/a.rs", "use tokio::process::Command;"), ["process"]);
        assert!(gates("crates/app/src/a.rs", "use std::process::ExitCode; // Command::new(").is_empty());
        assert!(gates("crates/attune/tests/all/main.rs", "use std::process::Command;").is_empty());
    }

    #[test]
    fn w7_asking_another_host_is_found() {
        assert_eq!(gates("crates/app/src/a.rs", "fn f() { TcpStream::connect(host); }"), ["outgoing"]);
        assert_eq!(gates("crates/web/src/a.rs", "use hyper_util::client::legacy::Client;"), ["outgoing"]);
    }

    #[test]
    fn r11_a_look_at_the_clock_of_the_machine_is_found() {
        for text in [
            "fn f() { jiff::Timestamp::now(); }",
            "fn f() { let day = Zoned::now().date(); }",
            "fn f() { std::time::SystemTime::now(); }",
            "fn f() { at.unwrap_or_else(Timestamp::now); }",
            "fn f() { UNIX_EPOCH.elapsed(); }",
        ] {
            for room in ["app", "store", "web"] {
                assert_eq!(gates(&format!("crates/{room}/src/a.rs"), text), ["clock"], "{text}");
            }
        }
        let deadline = "fn f() { let (until, now) = (Instant::now() + WAIT, ctx.now); web.app.now(); }";
        assert!(gates("crates/web/src/a.rs", deadline).is_empty());
        assert!(gates("crates/web/tests/all/a.rs", "Timestamp::now()").is_empty());
    }

    #[test]
    fn d2_a_disabled_certificate_check_is_found_in_tests_too() {
        for path in ["crates/store/src/a.rs", "crates/store/tests/all/a.rs"] {
            assert_eq!(
                gates(path, "builder.dangerous().with_custom_certificate_verifier(all)"),
                ["certificate"]
            );
            assert_eq!(gates(path, "impl ServerCertVerifier for All {}"), ["certificate"]);
        }
    }

    #[test]
    fn d2_unsafe_code_and_a_crate_that_allows_it_are_found() {
        assert_eq!(gates("crates/app/src/a.rs", "fn f() { unsafe { g() } }"), ["unsafe"]);
        assert_eq!(gates("crates/app/tests/a.rs", "#![allow(unsafe_code)]"), ["unsafe"]);
        assert!(manifest(Path::new("crates/app/Cargo.toml"), "[package]\nname = \"app\"\n").is_some());
        assert!(manifest(Path::new("crates/app/Cargo.toml"), "[lints]\nworkspace = true\n").is_none());
        assert!(manifest(Path::new("Cargo.toml"), "[lints]\nworkspace = true\n").is_some());
        assert!(
            manifest(Path::new("Cargo.toml"), "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n").is_none()
        );
    }

    #[test]
    fn d2_a_review_needs_a_gate_and_a_reason() {
        let (reviewed, wrong) = read("# why\nsql a.rs: the kernel\nsql b.rs\nother c.rs: x\n");
        assert_eq!((reviewed.len(), wrong.len()), (1, 2));
    }
}
