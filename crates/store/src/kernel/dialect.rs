//! The few things in which the engines truly differ.

use std::fmt;

/// Which database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// SQLite: one file, one process.
    Sqlite,
    /// PostgreSQL: several processes.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// Words in migrations that each engine writes its own way: token, SQLite, PostgreSQL.
///
/// `TEXT` is compared by bytes on PostgreSQL too, so that both engines sort alike.
const TOKENS: &[(&str, &str, &str)] = &[
    ("{TEXT}", "TEXT", "TEXT COLLATE \"C\""),
    ("{BOOL}", "INTEGER", "BOOLEAN"),
    ("{INT}", "INTEGER", "INTEGER"),
    ("{BIGINT}", "INTEGER", "BIGINT"),
    ("{REAL}", "REAL", "DOUBLE PRECISION"),
    ("{BYTES}", "BLOB", "BYTEA"),
    ("{NO_BYTES}", "x''", "''"),
    ("{TRUE}", "1", "TRUE"),
    ("{FALSE}", "0", "FALSE"),
    ("{NUMBERED_PK}", "INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
    ("{STRICT}", " STRICT", ""),
    ("{WITHOUT_ROWID}", " STRICT, WITHOUT ROWID", ""),
];

/// The text of a migration for one engine.
///
/// Lines between `--{sqlite` or `--{postgres` and `--}` are for that engine only.
///
/// # Errors
/// The name of an unknown token, an unclosed block, or a constraint that is checked only at COMMIT: it
/// would fail for all who share that COMMIT.
pub(crate) fn migration_text(engine: Engine, text: &str) -> Result<String, String> {
    if text.to_ascii_uppercase().contains("DEFERRABLE") {
        return Err("DEFERRABLE constraints are not allowed".to_owned());
    }
    let mut only: Option<Engine> = None;
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        match line.trim() {
            "--{sqlite" => only = Some(Engine::Sqlite),
            "--{postgres" => only = Some(Engine::Postgres),
            "--}" => only = None,
            _ if only.is_none_or(|wanted| wanted == engine) => {
                out.push_str(line);
                out.push('\n');
            }
            _ => {}
        }
    }
    if only.is_some() {
        return Err("a block for one engine is not closed with --}".to_owned());
    }
    for (token, sqlite, postgres) in TOKENS {
        out = out.replace(token, if engine == Engine::Sqlite { sqlite } else { postgres });
    }
    unknown_token(&out).map_or(Ok(out.clone()), Err)
}

/// A `{WORD}` that no substitution took.
fn unknown_token(text: &str) -> Option<String> {
    let from = text.split('{').skip(1);
    from.filter_map(|rest| rest.split_once('}'))
        .map(|(word, _)| word)
        .find(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
        .map(|word| format!("unknown word {{{word}}}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_engine_gets_its_own_words_and_blocks() {
        let text = "CREATE TABLE t (id {TEXT}, seen {BOOL}){STRICT};\n--{postgres\nSELECT 1;\n--}\n";
        assert_eq!(
            migration_text(Engine::Sqlite, text).unwrap(),
            "CREATE TABLE t (id TEXT, seen INTEGER) STRICT;\n"
        );
        assert_eq!(
            migration_text(Engine::Postgres, text).unwrap(),
            "CREATE TABLE t (id TEXT COLLATE \"C\", seen BOOLEAN);\nSELECT 1;\n"
        );
    }

    #[test]
    fn an_unknown_word_or_an_open_block_is_refused() {
        assert_eq!(migration_text(Engine::Sqlite, "a {TXT}"), Err("unknown word {TXT}".to_owned()));
        assert!(migration_text(Engine::Sqlite, "--{sqlite\nx").is_err());
        assert!(migration_text(Engine::Sqlite, "REFERENCES t (id) Deferrable").is_err());
        assert_eq!(migration_text(Engine::Sqlite, "'{}' '{\"a\":1}'").unwrap(), "'{}' '{\"a\":1}'\n");
    }
}
