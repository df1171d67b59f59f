//! SQLite and PostgreSQL behind one face: queries, migrations, the audit trail. The only SQL.
//!
//! Never knows: HTTP, HTML, who may do what (it asks for proof of that: a [`domain::access::Grant`]).

use domain::access::Grant;
use serde::Serialize;
use serde::de::DeserializeOwned;

mod kernel;
mod migrations;
#[cfg(feature = "testing")]
pub mod testing;

mod account_names;
pub mod account_notices;
pub mod accounts;
pub mod artefacts;
pub mod audit;
pub mod clients;
pub mod cosigning;
pub mod credentials;
pub mod drafts;
pub mod emergencies;
pub mod episode_documents;
pub mod episodes;
pub mod erasures;
pub mod findings;
pub mod form_keys;
pub mod guesses;
pub mod homework;
pub mod ledger_file;
pub mod life_events;
pub mod links;
pub mod notices;
pub mod passkey_challenges;
pub mod passkeys;
pub mod practices;
pub mod private_notes;
pub mod problem_areas;
pub mod protocol_versions;
pub mod record_versions;
pub mod register;
pub mod relations;
pub mod responses;
pub mod risks;
pub mod therapy_sessions;
pub mod ties;
pub mod upkeep;
pub mod vault;
pub mod web_sessions;

pub use kernel::*;
pub use migrations::MIGRATIONS;

/// The modules that hold SQL, by name. A new one is added here, and the test of all queries finds it.
const MODULES: &[(&str, &[(&str, Sql)])] = &[
    ("account_notices", account_notices::TEXTS),
    ("accounts", accounts::TEXTS),
    ("artefacts", artefacts::TEXTS),
    ("audit", audit::TEXTS),
    ("audit::keeping", audit::keeping::TEXTS),
    ("audit::search", audit::search::TEXTS),
    ("clients", clients::TEXTS),
    ("drafts", drafts::TEXTS),
    ("cosigning", cosigning::TEXTS),
    ("credentials", credentials::TEXTS),
    ("emergencies", emergencies::TEXTS),
    ("episodes", episodes::TEXTS),
    ("links", links::TEXTS),
    ("episode_documents", episode_documents::TEXTS),
    ("erasures", erasures::TEXTS),
    ("findings", findings::TEXTS),
    ("guesses", guesses::TEXTS),
    ("form_keys", form_keys::TEXTS),
    ("homework", homework::TEXTS),
    ("life_events", life_events::TEXTS),
    ("notices", notices::TEXTS),
    ("passkey_challenges", passkey_challenges::TEXTS),
    ("passkeys", passkeys::TEXTS),
    ("practices", practices::TEXTS),
    ("private_notes", private_notes::TEXTS),
    ("problem_areas", problem_areas::TEXTS),
    ("protocol_versions", protocol_versions::TEXTS),
    ("record_versions", record_versions::TEXTS),
    ("register", register::TEXTS),
    ("relations", relations::TEXTS),
    ("responses", responses::TEXTS),
    ("risks", risks::TEXTS),
    ("therapy_sessions", therapy_sessions::TEXTS),
    ("upkeep", upkeep::TEXTS),
    ("ties", ties::TEXTS),
    ("vault", vault::TEXTS),
    ("vault::marks", vault::marks::TEXTS),
    ("vault::verify", vault::verify::TEXTS),
    ("web_sessions", web_sessions::TEXTS),
];

/// Every SQL text of the crate as `module::NAME`.
pub fn all_queries() -> Vec<(String, Sql)> {
    let named = |module: &str, name: &str| format!("{module}::{name}");
    let each = MODULES.iter();
    each.flat_map(|(module, texts)| texts.iter().map(move |(name, sql)| (named(module, name), *sql)))
        .collect()
}

text_values!(
    domain::ids::PracticeId,
    domain::ids::AccountId,
    domain::ids::ClientId,
    domain::ids::EpisodeId,
    domain::ids::SessionId,
    domain::ids::TieId,
    domain::ids::EventId,
    domain::ids::HomeworkId,
    domain::ids::ResponseId,
    domain::ids::RiskId,
    domain::ids::AddendumId,
    domain::ids::AuditId,
    domain::ids::LinkId,
    domain::ids::PrivateNoteId,
    domain::ids::EmergencyId,
    domain::ids::NoticeId,
    domain::ids::PasskeyId,
    domain::ids::FindingId,
);

/// A document as it is kept: JSON text.
fn document<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::Other { code: "document".to_owned(), message: error.to_string() })
}

/// A document read back. The error names the column and the place, never the content.
fn read_document<T: DeserializeOwned>(text: &str, column: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Decode {
        column: column.to_owned(),
        reason: format!("the document does not fit (line {}, column {})", error.line(), error.column()),
    })
}

/// Who is written down as the author under a grant: the account's id, or the rule where there is none.
fn author(grant: &Grant) -> String {
    grant.account().map_or_else(|| grant.rule().code().to_owned(), |account| account.to_string())
}
