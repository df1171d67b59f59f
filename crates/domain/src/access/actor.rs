//! Who acts.

use crate::account::{AccountState, Roles};
use crate::ids::{AccountId, ClientId, EpisodeId, LinkId, PracticeId};
use jiff::{SignedDuration, Timestamp};

/// The acting person or program, as the session, the link or the command line established it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Nobody signed in.
    Visitor,
    /// A signed-in person.
    Person(Person),
    /// Somebody who holds an unused one-time link to answer measures of one episode.
    LinkBearer(LinkBearer),
    /// The program's own command line or worker, on the machine that holds the database.
    Operator(PracticeId),
}

/// A signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// The practice the account belongs to.
    pub practice: PracticeId,
    /// Where the account stands: only a confirmed (active) one has powers.
    pub state: AccountState,
    /// Roles held now.
    pub roles: Roles,
    /// The client this account is, when it is a client's own.
    pub own_client: Option<ClientId>,
    /// How surely the person is who they say.
    pub assurance: Assurance,
    /// When they last gave their second factor in this session (their password, where they have no second factor).
    pub verified_at: Option<Timestamp>,
}

/// How long a second factor counts as fresh, in minutes (requirement A10).
pub const FRESH_MINUTES: i64 = 5;

impl Person {
    /// Whether the second factor was given within the last [`FRESH_MINUTES`].
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.verified_at.is_some_and(|at| now.duration_since(at) <= SignedDuration::from_mins(FRESH_MINUTES))
    }
}

/// The bearer of a one-time link for measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkBearer {
    /// The link's id (not its token).
    pub link: LinkId,
    /// The practice of the link.
    pub practice: PracticeId,
    /// The client it was made for.
    pub client: ClientId,
    /// The episode it was made for.
    pub episode: EpisodeId,
}

/// How surely a signed-in person is who they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// One factor so far.
    Partial,
    /// All the factors this person's roles ask for.
    Full,
}
