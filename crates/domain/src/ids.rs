//! Identifiers. Each noun has its own type, so that a tie cannot be passed where a client is meant.
//!
//! All are UUIDv7: sortable by the time they were made. They are names, not secrets.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What every identifier can do; lets the store bind and read all of them with one piece of code.
pub trait Identifier: Copy + Sized {
    /// Wraps a UUID.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The UUID inside.
    fn uuid(self) -> Uuid;
}

/// A text that is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct NotAnIdentifier;

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl Identifier for $name {
            fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            fn uuid(self) -> Uuid { self.0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnIdentifier;
            fn from_str(text: &str) -> Result<Self, NotAnIdentifier> {
                // Only the hyphenated form: one thing, one address.
                if text.len() != 36 { return Err(NotAnIdentifier); }
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnIdentifier)
            }
        }
    )+};
}

identifiers! {
    /// A practice: the tenant every row belongs to.
    PracticeId
    /// A person who can sign in.
    AccountId
    /// A client of the practice.
    ClientId
    /// One course of care for one client.
    EpisodeId
    /// One session record of an episode.
    SessionId
    /// A client's relationship with one person.
    TieId
    /// A life event on the timeline.
    EventId
    /// One piece of work between sessions.
    HomeworkId
    /// One answered instrument.
    ResponseId
    /// A risk task: something a client answered that somebody must look at.
    RiskId
    /// A relation between an account and a client (treats, supervises, …).
    RelationId
    /// An addendum to a signed note.
    AddendumId
    /// An audit entry.
    AuditId
    /// A one-time link, named apart from its secret token.
    LinkId
    /// A psychotherapy note.
    PrivateNoteId
    /// One opening of a record in an emergency.
    EmergencyId
    /// A notice to somebody who works here.
    NoticeId
    /// A passkey of somebody, named apart from what its device calls it.
    PasskeyId
    /// Something the nightly look found: the same for the same thing, whenever it is found.
    FindingId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_read_back_from_its_own_text_and_from_nothing_else() {
        let id = ClientId::from_uuid(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in
            ["", "7", "{00000000-0000-0000-0000-000000000007}", "0000000000000000000000000000000g", "../etc"]
        {
            assert_eq!(bad.parse::<ClientId>(), Err(NotAnIdentifier), "{bad}");
        }
    }
}
