//! SQL texts are constants, registered so that one test prepares them all on both engines.

use super::dialect::Engine;
use super::error::StoreError;
use super::tx::Tx;

/// One SQL text, known at compile time: a text formatted at run time cannot become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sql {
    sqlite: &'static str,
    postgres: &'static str,
}

impl Sql {
    /// One text for both engines; placeholders are `$1`, `$2`, …, in any order.
    pub const fn new(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }

    /// A text for each engine, for what truly differs.
    pub const fn per_engine(sqlite: &'static str, postgres: &'static str) -> Self {
        Self { sqlite, postgres }
    }

    /// The text for an engine.
    pub const fn text(self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }

    /// Whether the text can only read; in doubt it cannot.
    pub(crate) fn only_reads(self, engine: Engine) -> bool {
        let text = self.text(engine);
        text.starts_with("SELECT ") && !text.contains(" FOR ")
    }
}

/// Defines SQL texts as constants, and `TEXTS`, the list of them for the registry.
///
/// ```ignore
/// queries! {
///     FIND = "SELECT name FROM client WHERE id = $1";
///     LIST = (concat!("SELECT ", "id", " FROM client"));          // any constant expression in parentheses
///     CLAIM = { sqlite: "UPDATE …", postgres: "UPDATE … SKIP LOCKED …" };
/// }
/// ```
#[macro_export]
macro_rules! queries {
    (@sql { sqlite: $sqlite:expr, postgres: $postgres:expr $(,)? }) => {
        $crate::Sql::per_engine($sqlite, $postgres)
    };
    (@sql ($text:expr)) => { $crate::Sql::new($text) };
    (@sql $text:literal) => { $crate::Sql::new($text) };
    ($($(#[$attribute:meta])* $vis:vis $name:ident = $text:tt;)+) => {
        $($(#[$attribute])* $vis const $name: $crate::Sql = $crate::queries!(@sql $text);)+
        /// Every SQL text of this module by name.
        pub(crate) const TEXTS: &[(&str, $crate::Sql)] = &[$((stringify!($name), $name)),+];
    };
}

/// Prepares each text and returns those that the engine refuses, with its reason.
///
/// # Errors
/// When the connection itself fails.
pub fn check_texts(tx: &mut Tx<'_>, texts: &[(String, Sql)]) -> Result<Vec<String>, StoreError> {
    let mut refused = Vec::new();
    for (name, sql) in texts {
        let outcome = tx.savepoint(|tx| tx.prepare(*sql));
        match outcome {
            Ok(()) => {}
            Err(wrong @ (StoreError::Unavailable(_) | StoreError::Io(_))) => return Err(wrong),
            Err(wrong) => refused.push(format!("{name} on {}: {wrong}", tx.engine())),
        }
    }
    Ok(refused)
}
