//! SQLite and PostgreSQL behind one face. The only SQL.

mod kernel;
mod migrations;
#[cfg(feature = "testing")]
pub mod testing;

pub use kernel::*;
pub use migrations::MIGRATIONS;

/// The modules that hold SQL, by name. A new one is added here, and the test of all queries finds it.
const MODULES: &[(&str, &[(&str, Sql)])] = &[];

/// Every SQL text of the crate as `module::NAME`.
pub fn all_queries() -> Vec<(String, Sql)> {
    let named = |module: &str, name: &str| format!("{module}::{name}");
    let each = MODULES.iter();
    each.flat_map(|(module, texts)| texts.iter().map(move |(name, sql)| (named(module, name), *sql)))
        .collect()
}
