//! What stands between an account and a client: rows with a start, an end and a source. The clock ends them.

use jiff::{SignedDuration, Timestamp};

/// Days for which the record stays readable to somebody whose treatment of the client has ended.
pub const AFTERCARE_DAYS: i64 = 90;

/// What stands between an account and a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// Treats the client now.
    Treats,
    /// Stands in for the treating therapist for a while.
    Covers,
    /// Supervises the therapy.
    Supervises,
    /// Treats the client in training: what they write is signed by somebody else.
    TraineeOn,
    /// Is the client's guardian, for the items named.
    GuardianOf,
    /// Opened the record in an emergency, for an hour.
    BreakGlass,
    /// Denies: a conflict of interest keeps this person out.
    Conflict,
    /// Denies: the client wishes this person kept out.
    Restricted,
}

impl Relation {
    /// All relations.
    pub const ALL: [Relation; 8] = [
        Relation::Treats,
        Relation::Covers,
        Relation::Supervises,
        Relation::TraineeOn,
        Relation::GuardianOf,
        Relation::BreakGlass,
        Relation::Conflict,
        Relation::Restricted,
    ];

    /// The word the record keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Relation::Treats => "treats",
            Relation::Covers => "covers",
            Relation::Supervises => "supervises",
            Relation::TraineeOn => "trainee_on",
            Relation::GuardianOf => "guardian_of",
            Relation::BreakGlass => "break_glass",
            Relation::Conflict => "conflict",
            Relation::Restricted => "restricted",
        }
    }

    /// The relation behind a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Relation> {
        Relation::ALL.into_iter().find(|relation| relation.code() == code)
    }

    /// Whether it keeps the person out, whatever else would let them in.
    #[must_use]
    pub fn denies(self) -> bool {
        match self {
            Relation::Conflict | Relation::Restricted => true,
            Relation::Treats
            | Relation::Covers
            | Relation::Supervises
            | Relation::TraineeOn
            | Relation::GuardianOf
            | Relation::BreakGlass => false,
        }
    }
}

/// One thing a guardian may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// Name, contact and the days of sessions.
    Appointments,
    /// Documents that were released to them, one by one.
    Released,
}

impl Item {
    /// All items.
    pub const ALL: [Item; 2] = [Item::Appointments, Item::Released];

    /// The word the record keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Item::Appointments => "appointments",
            Item::Released => "released",
        }
    }

    fn bit(self) -> u8 {
        match self {
            Item::Appointments => 1,
            Item::Released => 2,
        }
    }
}

/// The items of a guardian's relation; of every other relation none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Items(u8);

impl Items {
    /// Nothing.
    pub const NONE: Items = Items(0);
    /// Everything a guardian can be given.
    pub const ALL: Items = Items(3);

    /// Collects items.
    #[must_use]
    pub fn of(items: impl IntoIterator<Item = Item>) -> Items {
        Items(items.into_iter().fold(0, |all, item| all | item.bit()))
    }

    /// Reads the stored form: codes separated by spaces. A word this version does not know gives nothing.
    #[must_use]
    pub fn from_codes(codes: &str) -> Items {
        Items::of(Item::ALL.into_iter().filter(|item| codes.split(' ').any(|code| code == item.code())))
    }

    /// The stored form.
    #[must_use]
    pub fn codes(self) -> String {
        let held = Item::ALL.into_iter().filter(|item| self.has(*item));
        held.map(Item::code).collect::<Vec<_>>().join(" ")
    }

    /// Whether an item is among them.
    #[must_use]
    pub fn has(self, item: Item) -> bool {
        self.0 & item.bit() != 0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A relation with its window; `holds` asks the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelationWindow {
    /// Kind of relation.
    pub relation: Relation,
    /// First instant it holds.
    pub starts_at: Timestamp,
    /// First instant it no longer holds; none means open.
    pub ends_at: Option<Timestamp>,
    /// What a guardian may be given.
    pub items: Items,
}

impl RelationWindow {
    /// A relation without an end and without items.
    #[must_use]
    pub fn open(relation: Relation, starts_at: Timestamp) -> RelationWindow {
        RelationWindow { relation, starts_at, ends_at: None, items: Items::NONE }
    }

    /// Whether the relation holds at `now`.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        self.starts_at <= now && self.ends_at.is_none_or(|end| now < end)
    }

    /// The end of the days in which an ended treatment can still be read, while they last.
    #[must_use]
    pub fn aftercare_until(&self, now: Timestamp) -> Option<Timestamp> {
        // A treatment that was ended before it began never was one.
        let ended = self.ends_at.filter(|end| *end <= now && self.starts_at < *end)?;
        let until = ended.saturating_add(SignedDuration::from_hours(24 * AFTERCARE_DAYS)).ok()?;
        (self.relation == Relation::Treats && now < until).then_some(until)
    }
}
