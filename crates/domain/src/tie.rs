//! Ties: the client's relationships, one document per person, and what the list of them shows.
//!
//! The field groups follow the interpersonal inventory of Klerman et al. (1984) and Weissman et al. (2018): who it
//! is, how close, what is good and bad, what each expects of the other, what changed around the onset.

use crate::fields::{Coded, FieldError, Fields, Reading, coded};
use crate::fuzzy::{FuzzyDate, days_between};
use crate::ids::TieId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

coded! {
    /// What the person is to the client.
    Role {
        /// Partner or spouse.
        Partner = "partner",
        /// Parent.
        Parent = "parent",
        /// Child.
        Child = "child",
        /// Sister or brother.
        Sibling = "sibling",
        /// Other family.
        Kin = "kin",
        /// Friend.
        Friend = "friend",
        /// Colleague.
        Colleague = "colleague",
        /// Superior at work.
        Boss = "boss",
        /// Teacher.
        Teacher = "teacher",
        /// Neighbour.
        Neighbour = "neighbour",
        /// Doctor, social worker and so on.
        Professional = "professional",
        /// From a faith or another community.
        Community = "community",
        /// Known online.
        Online = "online",
        /// An animal.
        Pet = "pet",
        /// Anything else.
        Other = "other",
    }
}

coded! {
    /// Whether the person is still there.
    Presence {
        /// Alive and in reach.
        Living = "living",
        /// Dead.
        Deceased = "deceased",
        /// Alive as far as known, contact lost.
        Lost = "lost",
        /// Not known.
        Unknown = "unknown",
    }
}

coded! {
    /// A ring of the closeness circle, from the inside.
    Ring {
        /// Closest.
        Inner = "1",
        /// In between.
        Middle = "2",
        /// Further out.
        Outer = "3",
    }
}

impl Ring {
    /// Its number, 1 to 3 from the inside.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Ring::Inner => 1,
            Ring::Middle => 2,
            Ring::Outer => 3,
        }
    }
}

coded! {
    /// Whether the client can confide in the person.
    Confides {
        /// Yes.
        Yes = "yes",
        /// In some things.
        Partly = "partly",
        /// No.
        No = "no",
    }
}

coded! {
    /// How a conflict shows.
    ConflictKind {
        /// In the open.
        Overt = "overt",
        /// Unspoken.
        Covert = "covert",
    }
}

coded! {
    /// A kind of support.
    Support {
        /// Listening, comfort.
        Emotional = "emotional",
        /// A hand, a lift, a tool.
        Practical = "practical",
        /// Advice, knowledge.
        Informational = "informational",
        /// Time together.
        Companionship = "companionship",
        /// Money.
        Financial = "financial",
        /// Looking after children.
        Childcare = "childcare",
        /// There when everything breaks.
        Crisis = "crisis",
    }
}

coded! {
    /// What became of the tie since the symptoms began.
    Change {
        /// No change.
        Same = "same",
        /// Better.
        Better = "better",
        /// Worse.
        Worse = "worse",
        /// Over.
        Ended = "ended",
        /// Not there before.
        New = "new",
    }
}

/// Something in words with a rating from 0 to 10.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rated {
    /// In words.
    pub text: String,
    /// 0 to 10.
    pub rating: Option<u8>,
}

/// Taken off the inventory. Nothing is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When it was taken off.
    pub on: Date,
    /// Why.
    pub reason: String,
}

/// What is known about one relationship of the client. Versioned as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tie {
    /// What the person is called here: a nickname or initials, the less the better.
    pub nickname: String,
    /// What they are to the client.
    #[serde(default)]
    pub role: Option<Role>,
    /// Whether they are still there.
    pub presence: Presence,
    /// When they died, if they did and it is known.
    #[serde(default)]
    pub died: Option<FuzzyDate>,
    /// Whether they live with the client.
    #[serde(default)]
    pub lives_with: bool,
    /// Closeness now.
    #[serde(default)]
    pub ring_now: Option<Ring>,
    /// Closeness before the onset.
    #[serde(default)]
    pub ring_before: Option<Ring>,
    /// Closeness the client would like.
    #[serde(default)]
    pub ring_wanted: Option<Ring>,
    /// Contacts a month now.
    #[serde(default)]
    pub contacts_now: Option<u16>,
    /// Contacts a month before the onset.
    #[serde(default)]
    pub contacts_before: Option<u16>,
    /// What is good.
    #[serde(default)]
    pub satisfaction: Rated,
    /// What disappoints.
    #[serde(default)]
    pub disappointment: Rated,
    /// Whether the client can confide in them.
    #[serde(default)]
    pub confides: Option<Confides>,
    /// Conflict, 0 none to 10 constant.
    #[serde(default)]
    pub conflict: Option<u8>,
    /// How it shows.
    #[serde(default)]
    pub conflict_kind: Option<ConflictKind>,
    /// Support the client gets.
    #[serde(default)]
    pub receives: Vec<Support>,
    /// Support the client gives.
    #[serde(default)]
    pub gives: Vec<Support>,
    /// What the client expects of them.
    #[serde(default)]
    pub expects: String,
    /// What they expect of the client, as far as the client knows or guesses.
    #[serde(default)]
    pub expected: String,
    /// How well the two fit, 0 not at all to 10 fully.
    #[serde(default)]
    pub fit: Option<u8>,
    /// What changed since the onset.
    #[serde(default)]
    pub change: Option<Change>,
    /// When.
    #[serde(default)]
    pub changed: Option<FuzzyDate>,
    /// What brought it about.
    #[serde(default)]
    pub change_cause: String,
    /// What the client would like to change.
    #[serde(default)]
    pub wanted: String,
    /// For staff only; never shown to the client.
    #[serde(default)]
    pub private_note: String,
    /// Set when the tie was taken off the inventory.
    #[serde(default)]
    pub ended: Option<Ended>,
}

/// Longest name of a person, in characters.
pub const NICKNAME_CHARS_MAX: usize = 80;
const TEXT_CHARS_MAX: usize = 4_000;

impl Tie {
    /// A tie with nothing but a name.
    #[must_use]
    pub fn named(nickname: String) -> Tie {
        Tie {
            nickname,
            role: None,
            presence: Presence::Living,
            died: None,
            lives_with: false,
            ring_now: None,
            ring_before: None,
            ring_wanted: None,
            contacts_now: None,
            contacts_before: None,
            satisfaction: Rated::default(),
            disappointment: Rated::default(),
            confides: None,
            conflict: None,
            conflict_kind: None,
            receives: Vec::new(),
            gives: Vec::new(),
            expects: String::new(),
            expected: String::new(),
            fit: None,
            change: None,
            changed: None,
            change_cause: String::new(),
            wanted: String::new(),
            private_note: String::new(),
            ended: None,
        }
    }

    /// Reads the form of a tie. Whether it was taken off is not in the form and is kept from `kept`.
    ///
    /// # Errors
    /// Every field that cannot be taken as it is.
    pub fn read(fields: &Fields, kept: Option<Ended>, today: Date) -> Result<Tie, Vec<FieldError>> {
        let mut reading = Reading::of(fields);
        let r = &mut reading;
        let rated = |r: &mut Reading<'_>, name: &str| Rated {
            text: r.prose(name, TEXT_CHARS_MAX),
            rating: r.rating(&format!("{name}.rating")),
        };
        let contacts = |r: &mut Reading<'_>, name: &str| {
            r.number(name, 0, 1_000).and_then(|number| u16::try_from(number).ok())
        };
        let presence = r.choice("presence").unwrap_or(Presence::Living);
        let died = FuzzyDate::read(r, "died", today);
        let tie = Tie {
            nickname: r.line("nickname", NICKNAME_CHARS_MAX),
            role: r.choice("role"),
            presence: if died.is_some() { Presence::Deceased } else { presence },
            died,
            lives_with: r.ticked("lives_with"),
            ring_now: r.choice("ring_now"),
            ring_before: r.choice("ring_before"),
            ring_wanted: r.choice("ring_wanted"),
            contacts_now: contacts(r, "contacts_now"),
            contacts_before: contacts(r, "contacts_before"),
            satisfaction: rated(r, "satisfaction"),
            disappointment: rated(r, "disappointment"),
            confides: r.choice("confides"),
            conflict: r.rating("conflict"),
            conflict_kind: r.choice("conflict_kind"),
            receives: r.choices("receives"),
            gives: r.choices("gives"),
            expects: r.prose("expects", TEXT_CHARS_MAX),
            expected: r.prose("expected", TEXT_CHARS_MAX),
            fit: r.rating("fit"),
            change: r.choice("change"),
            changed: FuzzyDate::read(r, "changed", today),
            change_cause: r.prose("change_cause", TEXT_CHARS_MAX),
            wanted: r.prose("wanted", TEXT_CHARS_MAX),
            private_note: r.prose("private_note", TEXT_CHARS_MAX),
            ended: kept,
        };
        reading.finish(tie)
    }

    /// The same as fields, to edit and to compare.
    #[must_use]
    pub fn to_fields(&self) -> Fields {
        let mut f = Fields::default();
        let code = |value: Option<&'static str>| value.unwrap_or_default();
        f.put("nickname", &self.nickname);
        f.put("role", code(self.role.map(Coded::code)));
        f.put("presence", self.presence.code());
        if let Some(died) = self.died {
            died.write(&mut f, "died");
        }
        f.put("lives_with", if self.lives_with { "yes" } else { "" });
        f.put("ring_now", code(self.ring_now.map(Coded::code)));
        f.put("ring_before", code(self.ring_before.map(Coded::code)));
        f.put("ring_wanted", code(self.ring_wanted.map(Coded::code)));
        f.put_some("contacts_now", self.contacts_now);
        f.put_some("contacts_before", self.contacts_before);
        for (name, rated) in [("satisfaction", &self.satisfaction), ("disappointment", &self.disappointment)]
        {
            f.put(name, &rated.text);
            f.put_some(&format!("{name}.rating"), rated.rating);
        }
        f.put("confides", code(self.confides.map(Coded::code)));
        f.put_some("conflict", self.conflict);
        f.put("conflict_kind", code(self.conflict_kind.map(Coded::code)));
        self.receives.iter().for_each(|kind| f.put("receives", kind.code()));
        self.gives.iter().for_each(|kind| f.put("gives", kind.code()));
        f.put("expects", &self.expects);
        f.put("expected", &self.expected);
        f.put_some("fit", self.fit);
        f.put("change", code(self.change.map(Coded::code)));
        if let Some(changed) = self.changed {
            changed.write(&mut f, "changed");
        }
        f.put("change_cause", &self.change_cause);
        f.put("wanted", &self.wanted);
        f.put("private_note", &self.private_note);
        f
    }

    /// Whether the tie counts now: it was not taken off the list.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.ended.is_none()
    }

    /// Whether the person is there to turn to.
    #[must_use]
    pub fn is_living(&self) -> bool {
        self.presence == Presence::Living
    }

    /// Whether what the inventory asks of every person is there: closeness, change since the onset, and what both
    /// expect. Of somebody who died, closeness before and the change are enough.
    #[must_use]
    pub fn is_described(&self) -> bool {
        let close = self.ring_now.is_some() || self.ring_before.is_some();
        let both = !self.expects.is_empty() && !self.expected.is_empty();
        close && self.change.is_some() && (both || self.presence == Presence::Deceased)
    }

    /// The distance between what the two expect of each other, 0 to 10, where it was rated.
    #[must_use]
    pub fn expectation_gap(&self) -> Option<u8> {
        self.fit.map(|fit| 10 - fit.min(10))
    }

    fn is_close(&self) -> bool {
        matches!(self.ring_now, Some(Ring::Inner | Ring::Middle))
    }
}

/// What the list shows beside the people: hints to talk about, never a verdict. Thresholds are our own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indicators {
    /// Living people placed in a ring.
    pub network_size: usize,
    /// Living people in the inner ring.
    pub inner_count: usize,
    /// Whether there is a living person the client can confide in.
    pub confidant_present: bool,
    /// Deaths and ties that ended or were lost within 24 months.
    pub loss_count: usize,
    /// Of these, deaths.
    pub death_count: usize,
    /// Close people with a distance of 6 or more between what both expect; widest first.
    pub wide_gaps: Vec<(TieId, u8)>,
    /// Close people with a disappointment of 6 or more and no conflict named.
    pub covert_disputes: Vec<TieId>,
}

/// At or below this many people a network counts as small.
pub const SMALL_NETWORK: usize = 3;
/// From here on the distance between expectations is wide.
pub const WIDE_GAP: u8 = 6;
/// From here on a disappointment without a conflict is striking.
pub const STRIKING_DISAPPOINTMENT: u8 = 6;
/// How far back a loss counts, in days (24 months).
const LOSS_WINDOW_DAYS: i64 = 731;

/// Works out the indicators over the ties that count.
#[must_use]
pub fn indicators<'t>(ties: impl IntoIterator<Item = (TieId, &'t Tie)>, today: Date) -> Indicators {
    let mut found = Indicators::default();
    for (id, tie) in ties.into_iter().filter(|(_, tie)| tie.counts()) {
        if tie.is_living() {
            found.network_size += usize::from(tie.ring_now.is_some());
            found.inner_count += usize::from(tie.ring_now == Some(Ring::Inner));
            found.confidant_present |= tie.confides == Some(Confides::Yes);
        }
        let recent = |when: Option<FuzzyDate>| {
            when.is_some_and(|on| days_between(on.latest(), today) <= LOSS_WINDOW_DAYS)
        };
        let died = tie.presence == Presence::Deceased && recent(tie.died.or(tie.changed));
        let lost = tie.presence != Presence::Deceased
            && (tie.presence == Presence::Lost || tie.change == Some(Change::Ended))
            && recent(tie.changed);
        found.death_count += usize::from(died);
        found.loss_count += usize::from(died || lost);
        if let Some(gap) = tie.expectation_gap().filter(|gap| *gap >= WIDE_GAP && tie.is_close()) {
            found.wide_gaps.push((id, gap));
        }
        let disappointed = tie.disappointment.rating.is_some_and(|rating| rating >= STRIKING_DISAPPOINTMENT);
        if tie.is_close() && disappointed && tie.conflict.unwrap_or(0) == 0 {
            found.covert_disputes.push(id);
        }
    }
    found.wide_gaps.sort_by_key(|(_, gap)| std::cmp::Reverse(*gap));
    found
}

/// The facts of the inventory, as the protocol asks for them.
#[must_use]
pub fn facts<'t>(ties: impl IntoIterator<Item = &'t Tie>, nobody: bool) -> protocol::Facts {
    let counted: Vec<&Tie> = ties.into_iter().filter(|tie| tie.counts()).collect();
    let described = counted.iter().filter(|tie| tie.is_described()).count();
    protocol::Facts::new()
        .with("inventory.ties", i64::try_from(counted.len()).unwrap_or(i64::MAX))
        .with("inventory.described", i64::try_from(described).unwrap_or(i64::MAX))
        .with("inventory.none", nobody && counted.is_empty())
}

/// Names that come more than once, compared without regard to case.
#[must_use]
pub fn namesakes<'t>(ties: impl IntoIterator<Item = (TieId, &'t Tie)>) -> Vec<TieId> {
    let named: Vec<(TieId, String)> = ties
        .into_iter()
        .filter(|(_, tie)| tie.counts())
        .map(|(id, tie)| (id, crate::text::folded(&tie.nickname)))
        .collect();
    let mut seen = std::collections::BTreeMap::<&str, usize>::new();
    named.iter().for_each(|(_, name)| *seen.entry(name).or_default() += 1);
    named
        .iter()
        .filter(|(_, name)| seen.get(name.as_str()).is_some_and(|n| *n > 1))
        .map(|(id, _)| *id)
        .collect()
}

#[cfg(test)]
mod tests;
