//! Verbs: one function per thing somebody may ask for. Each authorises, loads, decides, saves and records in one
//! transaction (see [`entry`]). Pages, commands and jobs all call these.
//!
//! Never knows: SQL, HTTP, HTML.

use std::path::Path;
use std::sync::Arc;
use store::Db;

pub mod announcements;
pub mod care;
pub mod caseload;
pub mod clients;
pub mod content;
pub mod context;
pub mod course;
pub mod demonstration;
mod device_keys;
pub mod emergencies;
pub mod ending;
pub mod entry;
pub mod erasure;
mod factors;
pub mod focus;
pub mod guardians;
mod guesses;
mod held;
pub mod homework;
pub mod joining;
pub mod link_trail;
pub mod links;
pub mod measure_links;
pub mod measures;
pub mod nightly;
pub mod notes;
pub mod own_account;
pub mod passkeys;
pub mod passwords;
pub mod people;
pub mod phrases;
pub mod plans;
pub mod practices;
pub mod private_notes;
pub mod protocols;
mod recorded;
pub mod register;
pub mod risks;
pub mod sessions;
pub mod sign_in;
pub mod step_up;
pub mod submissions;
pub mod summary;
#[cfg(feature = "testing")]
pub mod testing;
pub mod ties;
pub mod timeline;
pub mod today;
pub mod trail;
pub mod trail_keeping;
mod upkeep;
pub use upkeep::{CheckReport, FieldReport};

use content::Content;
use context::{Clock, Ctx, Entropy, Origin, Told};
use domain::access::Actor;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The application: the store, the content and the outside world's time and chance.
#[derive(Clone)]
pub struct App {
    pub(crate) db: Db,
    pub(crate) content: Arc<Content>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) turns: passwords::Turns,
    /// Held while traces of reads go into the trail: two at once would forget lines of each other.
    pub(crate) appending: Arc<tokio::sync::Mutex<()>>,
    pub(crate) led: submissions::Led,
    /// The ledger of erasures outside the database.
    pub(crate) ledger: Option<Arc<Path>>,
}

impl App {
    /// Puts the application together.
    #[must_use]
    pub fn new(db: Db, content: Content, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> App {
        let ledger = store::ledger_file::beside(db.url()).map(Arc::from);
        App {
            ledger,
            db,
            content: Arc::new(content),
            clock,
            entropy,
            turns: passwords::Turns::default(),
            appending: Arc::default(),
            led: submissions::Led::default(),
        }
    }

    /// Keeps the ledger of erasures in that file as well. With SQLite it lies beside the database anyway.
    #[must_use]
    pub fn with_ledger(self, path: &Path) -> App {
        App { ledger: Some(Arc::from(path)), ..self }
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A number that chance chose, for the minute of something that should not fall on the same one everywhere.
    #[must_use]
    pub fn chance(&self) -> u16 {
        let [one, two, ..] = self.entropy.unique();
        u16::from_be_bytes([one, two])
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn is_well(&self) -> Result<(), store::StoreError> {
        self.practices().await.map(drop)
    }

    /// Whether the store answers and takes changes.
    ///
    /// # Errors
    /// Why not: the store's failure, or [`store::StoreError::Stopped`] with the fault.
    pub async fn is_ready(&self) -> Result<(), store::StoreError> {
        if let Some(fault) = self.db.state().fault() {
            return Err(store::StoreError::Stopped(fault));
        }
        self.is_well().await
    }

    /// The store, for upkeep (integrity, backup) by the command line.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Protocols, instruments and worksheets in use.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The context of a request that starts now.
    #[must_use]
    pub fn ctx(&self, actor: Actor, zone: TimeZone, origin: Origin) -> Ctx {
        self.ctx_at(self.now(), actor, zone, origin)
    }

    /// The context of a request at a given instant: late entries of a demonstration, and tests.
    #[must_use]
    pub fn ctx_at(&self, now: Timestamp, actor: Actor, zone: TimeZone, origin: Origin) -> Ctx {
        Ctx {
            actor,
            now,
            zone,
            origin,
            device: None,
            submission: None,
            told: Told::default(),
            entropy: self.entropy.clone(),
        }
    }
}
