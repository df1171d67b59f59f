//! What the program does that no route asks for: commands, and jobs that run while it serves. Each says who may have it
//! done, which records it touches, how far it reaches and what it leaves in the audit trail. `docs/access-jobs.txt` is
//! this table; tests walk every line of it.
//!
//! A command without a line here does not compile ([`Order::of`] names each), and [`start`] takes no job that has none.

use crate::cli::{self, Command};
use domain::access::Class;
use std::fmt::{self, Display, Formatter};
use tokio::task::JoinHandle;

#[cfg(test)]
mod tests;

/// Who has it done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Whoever may run the program on the machine that holds the database (and, where records are opened, the key).
    Operator,
    /// The program itself, while it serves.
    Program,
}

/// Which records it touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Records {
    /// None.
    Nothing,
    /// Every class, as sealed bytes: nothing is opened.
    Sealed,
    /// Every class, opened to see whether it is whole; nothing of it is shown or kept.
    Verified,
    /// The keys that wrap keys (K12): never shown, except where the text says so.
    Keys,
    /// These classes.
    Classes(&'static [Class]),
    /// Every class of a record that was erased before and came back.
    Erased,
    /// Every class, of people who are made up.
    MadeUp,
}

/// How far it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// No database.
    Nowhere,
    /// The one practice of the database; it refuses to choose among several.
    One,
    /// Every practice of the database.
    Every,
}

/// What it leaves in the trail of each practice it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trail {
    /// A line with each of these actions.
    Lines(&'static [&'static str]),
    /// The same for each thing that is named, and nothing where there is none.
    ForEach(&'static [&'static str], &'static str),
    /// Nothing, and why that is right.
    Nothing(&'static str),
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// The words of the command, or what the job is called.
    pub name: &'static str,
    /// Who has it done.
    pub who: Who,
    /// Which records it touches.
    pub records: Records,
    /// How far it reaches.
    pub reach: Reach,
    /// What it leaves in the trail.
    pub trail: Trail,
}

macro_rules! deeds {
    ($(#[$doc:meta])+ $enum:ident by $who:ident:
     $($deed:ident = $name:literal, $records:expr, $reach:ident, $trail:expr;)+) => {
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $enum { $(#[doc = $name] $deed,)+ }

        impl $enum {
            /// All of them.
            #[cfg(test)]
            pub const ALL: &[$enum] = &[$($enum::$deed),+];

            /// Its line of the table.
            #[must_use]
            pub fn policy(self) -> Policy {
                use Records::*;
                use Trail::{ForEach, Lines};
                match self {
                    $($enum::$deed => Policy {
                        name: $name,
                        who: Who::$who,
                        records: $records,
                        reach: Reach::$reach,
                        trail: $trail,
                    },)+
                }
            }
        }
    };
}

const SEALED: Trail =
    Trail::Nothing("a copy of sealed bytes: nothing is opened, and the copy opens only with the root key");
const NO_KEY: Trail =
    Trail::Nothing("asks for no root key, without which no line can be chained; ids that name nobody");
const KEYS_ONLY: Trail = Trail::Nothing("touches the file of the key alone, no record");
const WRAPPED: Trail =
    Trail::Nothing("touches wrapped keys, beside a server that owns the trail; no record is opened");
const CONTENT: Trail = Trail::Nothing("reads protocol files, no record");
const PEOPLE: Records = Records::Classes(&[Class::K10]);

deeds! {
    /// What is done by command.
    Order by Operator:
    Serve = "serve", Nothing, Every,
        ForEach(&["link_issued"], "founder who never finished; what runs while it serves is named below");
    Demo = "demo", MadeUp, One,
        Trail::Nothing("fills an empty database with made-up people; what they do leaves their lines");
    Check = "check", Verified, Every, Lines(&["operate"]);
    Backup = "backup", Sealed, Every, SEALED;
    Restore = "restore", Erased, Every, ForEach(&["operate"], "record that had been erased and came back");
    EraseList = "erase list", Classes(&[Class::K8]), Every, NO_KEY;
    EraseLedger = "erase ledger", Classes(&[Class::K8]), Every, NO_KEY;
    EraseApply = "erase apply", Erased, Every, ForEach(&["operate"], "record that the ledger names");
    AuditVerify = "audit verify", Classes(&[Class::K9]), Every,
        Trail::Nothing("says whether the trail is whole, shows none of it, and must not change what it looks at");
    AuditExport = "audit export", Classes(&[Class::K9]), Every, Lines(&["export"]);
    AuditCheckpoint = "audit checkpoint", Classes(&[Class::K9]), Every, Lines(&["checkpoint"]);
    AuditKey = "audit key", Nothing, Nowhere, Trail::Nothing("prints a public key");
    UserInvite = "user invite", PEOPLE, One, Lines(&["write_people"]);
    UserReset = "user reset", PEOPLE, One, Lines(&["read_people", "write_people"]);
    UserStartAnew = "user start-anew", PEOPLE, One, Lines(&["read_people", "write_people"]);
    UserEnable = "user enable", PEOPLE, One, Lines(&["read_people", "write_people"]);
    UserDisable = "user disable", PEOPLE, One, Lines(&["read_people", "write_people"]);
    UserList = "user list", PEOPLE, One, Lines(&["read_people"]);
    SnapshotNow = "snapshot now", Sealed, Every, SEALED;
    SnapshotList = "snapshot list", Nothing, Nowhere, Trail::Nothing("names of files");
    SnapshotKey = "snapshot key", Keys, Nowhere,
        Trail::Nothing("shows the keys of snapshots to whoever can read the root key; opens no record");
    ProtocolCheck = "protocol check", Nothing, Nowhere, CONTENT;
    ProtocolList = "protocol list", Nothing, Nowhere, CONTENT;
    ProtocolShow = "protocol show", Nothing, Nowhere, CONTENT;
    ProtocolDiff = "protocol diff", Nothing, Nowhere, CONTENT;
    ProtocolSimulate = "protocol simulate", Nothing, Nowhere, CONTENT;
    ProtocolSchema = "protocol schema", Nothing, Nowhere, CONTENT;
    KeyNew = "key new", Keys, Nowhere, KEYS_ONLY;
    KeyRotate = "key rotate", Keys, Every, WRAPPED;
    KeyCheck = "key check", Keys, Every, WRAPPED;
    KeySheet = "key sheet", Keys, Nowhere, KEYS_ONLY;
}

impl Order {
    /// What a command does. Every command is named: a new one that is missing here does not compile.
    #[must_use]
    pub fn of(command: &Command) -> Order {
        use cli::{Audit, Erase, Key, Protocol, Snapshot, User};
        match command {
            Command::Serve(_) => Order::Serve,
            Command::Demo(_) => Order::Demo,
            Command::Check(_) => Order::Check,
            Command::Backup(_) => Order::Backup,
            Command::Restore(_) => Order::Restore,
            Command::Erase(Erase::List { .. }) => Order::EraseList,
            Command::Erase(Erase::Ledger { .. }) => Order::EraseLedger,
            Command::Erase(Erase::Apply { .. }) => Order::EraseApply,
            Command::Audit(Audit::Verify { .. }) => Order::AuditVerify,
            Command::Audit(Audit::Export { .. }) => Order::AuditExport,
            Command::Audit(Audit::Checkpoint { .. }) => Order::AuditCheckpoint,
            Command::Audit(Audit::Key { .. }) => Order::AuditKey,
            Command::User(User::Invite { .. }) => Order::UserInvite,
            Command::User(User::Reset { .. }) => Order::UserReset,
            Command::User(User::StartAnew { .. }) => Order::UserStartAnew,
            Command::User(User::Enable { .. }) => Order::UserEnable,
            Command::User(User::Disable { .. }) => Order::UserDisable,
            Command::User(User::List { .. }) => Order::UserList,
            Command::Snapshot(Snapshot::Now { .. }) => Order::SnapshotNow,
            Command::Snapshot(Snapshot::List { .. }) => Order::SnapshotList,
            Command::Snapshot(Snapshot::Key { .. }) => Order::SnapshotKey,
            Command::Protocol(Protocol::Check { .. }) => Order::ProtocolCheck,
            Command::Protocol(Protocol::List { .. }) => Order::ProtocolList,
            Command::Protocol(Protocol::Show { .. }) => Order::ProtocolShow,
            Command::Protocol(Protocol::Diff { .. }) => Order::ProtocolDiff,
            Command::Protocol(Protocol::Simulate { .. }) => Order::ProtocolSimulate,
            Command::Protocol(Protocol::Schema) => Order::ProtocolSchema,
            Command::Key(Key::New { .. }) => Order::KeyNew,
            Command::Key(Key::Rotate { .. }) => Order::KeyRotate,
            Command::Key(Key::Check { .. }) => Order::KeyCheck,
            Command::Key(Key::Sheet { .. }) => Order::KeySheet,
        }
    }
}

deeds! {
    /// What the program does by itself while it serves.
    Job by Program:
    Answer = "answer requests", Nothing, Every,
        Trail::Nothing("the table of routes names what each request may do (access-routes.txt)");
    Figures = "figures for a collector", Nothing, Nowhere, Trail::Nothing("counts and durations, no record");
    Certificate = "take up a new certificate", Nothing, Nowhere, Trail::Nothing("files of the certificate, no record");
    EraseAgain = "erase again what a backup brought back", Erased, Every,
        ForEach(&["operate"], "record that had been erased and came back");
    HeldTraces = "append traces of reads held while nothing could be written", Classes(&[Class::K9]), Every,
        Trail::Nothing("the lines of the reads themselves, no line of its own");
    Sweep = "forget what has ended", PEOPLE, Every,
        Trail::Nothing("forgets sessions, links, tries, forms and challenges that open nothing any more; reads no record");
    Checkpoint = "sign checkpoints of the trail", Classes(&[Class::K9]), Every, Lines(&["checkpoint"]);
    Snapshot = "hourly snapshot", Sealed, Every, SEALED;
    NightlyLook = "nightly look at everything", Verified, Every, Lines(&["operate"]);
}

/// Starts a job. With [`within`] the only door: a test holds that nothing else in this crate starts anything that goes
/// on by itself.
pub fn start<T: Send + 'static>(job: Job, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(within(job, work))
}

/// Does a job on the spot.
pub async fn within<T>(job: Job, work: impl Future<Output = T>) -> T {
    tracing::debug!(policy = %job.policy(), "a job begins");
    work.await
}

impl Display for Policy {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Policy { name, who, records, reach, trail } = self;
        write!(f, "{name} | by {who} | {records} | {reach} | {trail}")
    }
}

impl Display for Who {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Who::Operator => "the operator",
            Who::Program => "the program",
        })
    }
}

impl Display for Records {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Records::Nothing => f.write_str("no record"),
            Records::Sealed => f.write_str("every class, sealed"),
            Records::Verified => f.write_str("every class, opened and shown to nobody"),
            Records::Keys => f.write_str("K12"),
            Records::Classes(classes) => {
                f.write_str(&classes.iter().map(|class| class.code()).collect::<Vec<_>>().join(" "))
            }
            Records::Erased => f.write_str("every class of records erased before"),
            Records::MadeUp => f.write_str("every class, made up"),
        }
    }
}

impl Display for Reach {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reach::Nowhere => "no practice",
            Reach::One => "one practice",
            Reach::Every => "every practice",
        })
    }
}

impl Display for Trail {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Trail::Lines(actions) => write!(f, "leaves {}", actions.join(", ")),
            Trail::ForEach(actions, what) => write!(f, "leaves {} for each {what}", actions.join(", ")),
            Trail::Nothing(why) => write!(f, "leaves nothing: {why}"),
        }
    }
}
