//! Who may do what: one decision, deny by default.
//!
//! [`decide`] is the only place that says yes, and [`Grant`] the only proof of it: store functions take a grant
//! (or its [`Scope`]) first, so a query cannot be asked without a decision.
//! The table behind it is `docs/access.md`; a test holds the two together.

use crate::account::{Role, Roles};
use crate::ids::{AccountId, ClientId, EpisodeId, Identifier, LinkId, PracticeId};
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

/// Refuses a person whose second factor was given too long ago. For verbs in which only one way through needs a fresh
/// one; where every use of an action does, [`Action::wants_fresh_factor`] says so. Links and the command line have no
/// session that could have been left open, and pass.
///
/// # Errors
/// [`Denial::NotFresh`].
pub fn fresh(actor: &Actor, now: Timestamp) -> Result<(), Denial> {
    match actor {
        Actor::Person(person) if !person.is_fresh(now) => Err(Denial::NotFresh),
        _ => Ok(()),
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

/// What stands between an account and a client. The clock ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Treats the client now.
    Treats,
    /// Stands in for the treating therapist for a while.
    Covers,
    /// Supervises the therapy.
    Supervises,
}

impl Relation {
    /// All relations.
    pub const ALL: [Relation; 3] = [Relation::Treats, Relation::Covers, Relation::Supervises];

    /// The word the record keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Relation::Treats => "treats",
            Relation::Covers => "covers",
            Relation::Supervises => "supervises",
        }
    }

    /// The relation behind a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Relation> {
        Relation::ALL.into_iter().find(|relation| relation.code() == code)
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
}

impl RelationWindow {
    /// Whether the relation holds at `now`.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        self.starts_at <= now && self.ends_at.is_none_or(|end| now < end)
    }
}

/// What somebody asks to do. Each belongs to one record class and one verb; every route names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// See and change one's own account: name, zone, sessions.
    OwnAccount,
    /// Change what one signs in with: password, second factor, passkeys, recovery codes.
    ChangeFactors,
    /// See the staff and clients' accounts of the practice.
    ReadPeople,
    /// Invite, change roles of others, reset, disable.
    WritePeople,
    /// Change the practice's settings.
    WritePractice,
    /// Read the audit trail of staff events.
    ReadStaffAudit,
    /// Search the whole audit trail, what was done with clients' records included.
    ReadAudit,
    /// See one's own list of clients.
    ReadCaseload,
    /// Register a new client (and treat them).
    CreateClient,
    /// Read who a client is and how to reach them.
    ReadIdentity,
    /// Change who a client is and how to reach them.
    WriteIdentity,
    /// Read the chart: course, notes, measures, inventory, plans.
    ReadChart,
    /// Write in the chart.
    WriteChart,
    /// Sign a note or pass a gate: the therapist's own act.
    SignChart,
    /// See who opened the record.
    ReadOwnHistory,
    /// A client reads what is shared with them.
    ReadShared,
    /// A client writes in their own space: homework, own words, acceptance.
    WriteShared,
    /// Answer measures.
    AnswerMeasures,
    /// Run the program's own upkeep.
    Operate,
}

/// Classes of records, from public to the most private (the classes that exist so far).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Identity, contact, appointments.
    K1,
    /// The chart.
    K3,
    /// The client's own space.
    K4,
    /// The audit trail.
    K9,
    /// Users, roles, settings.
    K10,
}

impl Class {
    /// The short name used in the audit trail.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Class::K1 => "K1",
            Class::K3 => "K3",
            Class::K4 => "K4",
            Class::K9 => "K9",
            Class::K10 => "K10",
        }
    }
}

impl Action {
    /// All actions.
    pub const ALL: [Action; 19] = [
        Action::OwnAccount,
        Action::ChangeFactors,
        Action::ReadPeople,
        Action::WritePeople,
        Action::WritePractice,
        Action::ReadStaffAudit,
        Action::ReadAudit,
        Action::ReadCaseload,
        Action::CreateClient,
        Action::ReadIdentity,
        Action::WriteIdentity,
        Action::ReadChart,
        Action::WriteChart,
        Action::SignChart,
        Action::ReadOwnHistory,
        Action::ReadShared,
        Action::WriteShared,
        Action::AnswerMeasures,
        Action::Operate,
    ];

    /// The word the audit trail keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Action::OwnAccount => "own_account",
            Action::ChangeFactors => "change_factors",
            Action::ReadPeople => "read_people",
            Action::WritePeople => "write_people",
            Action::WritePractice => "write_practice",
            Action::ReadStaffAudit => "read_staff_audit",
            Action::ReadAudit => "read_audit",
            Action::ReadCaseload => "read_caseload",
            Action::CreateClient => "create_client",
            Action::ReadIdentity => "read_identity",
            Action::WriteIdentity => "write_identity",
            Action::ReadChart => "read_chart",
            Action::WriteChart => "write_chart",
            Action::SignChart => "sign_chart",
            Action::ReadOwnHistory => "read_own_history",
            Action::ReadShared => "read_shared",
            Action::WriteShared => "write_shared",
            Action::AnswerMeasures => "answer_measures",
            Action::Operate => "operate",
        }
    }

    /// The class of records the action touches.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Action::OwnAccount
            | Action::ChangeFactors
            | Action::ReadPeople
            | Action::WritePeople
            | Action::WritePractice
            | Action::Operate => Class::K10,
            Action::ReadStaffAudit | Action::ReadAudit | Action::ReadOwnHistory => Class::K9,
            Action::ReadCaseload | Action::CreateClient | Action::ReadIdentity | Action::WriteIdentity => {
                Class::K1
            }
            Action::ReadChart | Action::WriteChart | Action::SignChart | Action::AnswerMeasures => Class::K3,
            Action::ReadShared | Action::WriteShared => Class::K4,
        }
    }

    /// Whether the action asks for a second factor given within the last [`FRESH_MINUTES`]: what somebody at a
    /// screen that was left open must not do.
    #[must_use]
    pub fn wants_fresh_factor(self) -> bool {
        match self {
            Action::ChangeFactors | Action::WritePeople => true,
            Action::OwnAccount
            | Action::ReadPeople
            | Action::WritePractice
            | Action::ReadStaffAudit
            | Action::ReadAudit
            | Action::ReadCaseload
            | Action::CreateClient
            | Action::ReadIdentity
            | Action::WriteIdentity
            | Action::ReadChart
            | Action::WriteChart
            | Action::SignChart
            | Action::ReadOwnHistory
            | Action::ReadShared
            | Action::WriteShared
            | Action::AnswerMeasures
            | Action::Operate => false,
        }
    }

    /// Whether the action is about one client's record, so that a client must be named.
    #[must_use]
    pub fn about_a_client(self) -> bool {
        matches!(
            self,
            Action::ReadIdentity
                | Action::WriteIdentity
                | Action::ReadChart
                | Action::WriteChart
                | Action::SignChart
                | Action::ReadOwnHistory
                | Action::ReadShared
                | Action::WriteShared
                | Action::AnswerMeasures
        )
    }
}

/// What the decision needs to know beyond actor and action.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The client asked about, if any, already known to belong to the actor's practice.
    pub client: Option<ClientId>,
    /// The actor's relations to that client, past and future ones included.
    pub relations: &'a [RelationWindow],
}

/// Which practice's rows may be touched. Made only by a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    practice: PracticeId,
}

impl Scope {
    /// The practice.
    #[must_use]
    pub fn practice(&self) -> PracticeId {
        self.practice
    }
}

/// Proof that an action was allowed: for whom, where, about whom, by which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    scope: Scope,
    action: Action,
    client: Option<ClientId>,
    account: Option<AccountId>,
    rule: Rule,
}

impl Grant {
    /// The practice's rows this grant opens.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope
    }
    /// What was allowed.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }
    /// The client it is about.
    #[must_use]
    pub fn client(&self) -> Option<ClientId> {
        self.client
    }
    /// The acting account, where there is one.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }
    /// The rule that allowed it.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.rule
    }
}

/// The rule that allowed an action; the audit trail names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// One's own account or record.
    Own,
    /// By role alone.
    Role(Role),
    /// By a relation to the client.
    Relation(Relation),
    /// By a one-time link.
    Link,
    /// By being the machine's operator.
    Operator,
}

impl Rule {
    /// The word the audit trail keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Rule::Own => "own",
            Rule::Role(role) => role.code(),
            Rule::Relation(relation) => relation.code(),
            Rule::Link => "link",
            Rule::Operator => "operator",
        }
    }
}

/// Why an action was denied. The reason goes to the audit trail; the page says "not found" or "sign in".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Denial {
    /// Nobody is signed in.
    #[error("not signed in")]
    NotSignedIn,
    /// Signed in with fewer factors than the role needs.
    #[error("second factor missing")]
    SecondFactorMissing,
    /// No rule allows it.
    #[error("no rule allows it")]
    NoRule,
    /// Allowed, but only with a second factor given just now.
    #[error("the second factor was given too long ago")]
    NotFresh,
    /// The action is about a client and none was named, or none that exists here.
    #[error("no such client here")]
    NoClient,
}

impl Denial {
    /// The word the audit trail keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Denial::NotSignedIn => "not_signed_in",
            Denial::SecondFactorMissing => "second_factor_missing",
            Denial::NoRule => "no_rule",
            Denial::NotFresh => "not_fresh",
            Denial::NoClient => "no_client",
        }
    }
}

/// Decides whether `actor` may do `action` now.
///
/// # Errors
/// [`Denial`] with the reason; anything not expressly allowed is denied.
pub fn decide(actor: &Actor, action: Action, facts: Facts<'_>, now: Timestamp) -> Result<Grant, Denial> {
    if action.about_a_client() && facts.client.is_none() {
        return Err(Denial::NoClient);
    }
    match actor {
        Actor::Visitor => Err(Denial::NotSignedIn),
        Actor::Operator(practice) => match action {
            Action::Operate | Action::ReadPeople | Action::WritePeople => {
                Ok(grant(*practice, None, action, None, Rule::Operator))
            }
            _ => Err(Denial::NoRule),
        },
        Actor::LinkBearer(bearer) => {
            if action == Action::AnswerMeasures && facts.client == Some(bearer.client) {
                Ok(grant(bearer.practice, None, action, facts.client, Rule::Link))
            } else {
                Err(Denial::NoRule)
            }
        }
        Actor::Person(person) => decide_for_person(person, action, facts, now),
    }
}

/// Whether there is any record on which `person` might be allowed `action`. For the door of a route and for
/// what a page offers; never instead of [`decide`].
#[must_use]
pub fn conceivable(person: &Person, action: Action, now: Timestamp) -> bool {
    let every =
        Relation::ALL.map(|relation| RelationWindow { relation, starts_at: Timestamp::MIN, ends_at: None });
    let nobody = ClientId::from_uuid(uuid::Uuid::nil());
    let facts = Facts { client: Some(person.own_client.unwrap_or(nobody)), relations: &every };
    rule_for(person, action, facts, now).is_ok()
}

fn decide_for_person(
    person: &Person,
    action: Action,
    facts: Facts<'_>,
    now: Timestamp,
) -> Result<Grant, Denial> {
    let rule = rule_for(person, action, facts, now)?;
    if action.wants_fresh_factor() && !person.is_fresh(now) {
        return Err(Denial::NotFresh);
    }
    let client = if action.about_a_client() { facts.client } else { None };
    Ok(grant(person.practice, Some(person.account), action, client, rule))
}

/// The rule that allows it, however long ago the second factor was given.
fn rule_for(person: &Person, action: Action, facts: Facts<'_>, now: Timestamp) -> Result<Rule, Denial> {
    if person.assurance < Assurance::Full {
        return Err(Denial::SecondFactorMissing);
    }
    by_role(person, action)
        .or_else(|| by_own_record(person, action, facts))
        .or_else(|| by_relation(person, action, facts, now))
        .ok_or(Denial::NoRule)
}

/// Rules that ask nothing but the role.
fn by_role(person: &Person, action: Action) -> Option<Rule> {
    let needs = match action {
        Action::OwnAccount | Action::ChangeFactors => return Some(Rule::Own),
        Action::ReadPeople | Action::WritePeople | Action::WritePractice | Action::ReadStaffAudit => {
            &[Role::Administrator][..]
        }
        Action::ReadAudit => &[Role::PrivacyOfficer],
        Action::ReadCaseload => &[Role::Therapist, Role::Supervisor],
        Action::CreateClient => &[Role::Therapist],
        _ => return None,
    };
    needs.iter().copied().find(|role| person.roles.has(*role)).map(Rule::Role)
}

/// Rules for clients and what is their own.
fn by_own_record(person: &Person, action: Action, facts: Facts<'_>) -> Option<Rule> {
    let allowed = matches!(
        action,
        Action::ReadShared
            | Action::WriteShared
            | Action::AnswerMeasures
            | Action::ReadIdentity
            | Action::ReadOwnHistory
    );
    let own = person.own_client.is_some() && person.own_client == facts.client;
    (allowed && own && person.roles.has(Role::Client)).then_some(Rule::Own)
}

/// Rules for staff who stand in a relation to the client that holds now.
fn by_relation(person: &Person, action: Action, facts: Facts<'_>, now: Timestamp) -> Option<Rule> {
    let ways: &[(Role, Relation)] = match action {
        Action::ReadIdentity | Action::ReadChart => &[
            (Role::Therapist, Relation::Treats),
            (Role::Therapist, Relation::Covers),
            (Role::Supervisor, Relation::Supervises),
        ],
        Action::WriteChart => &[(Role::Therapist, Relation::Treats), (Role::Therapist, Relation::Covers)],
        Action::WriteIdentity | Action::SignChart | Action::ReadOwnHistory => {
            &[(Role::Therapist, Relation::Treats)]
        }
        Action::AnswerMeasures => &[(Role::Therapist, Relation::Treats), (Role::Therapist, Relation::Covers)],
        _ => &[],
    };
    ways.iter()
        .find(|(role, relation)| {
            person.roles.has(*role)
                && facts.relations.iter().any(|window| window.relation == *relation && window.holds(now))
        })
        .map(|(_, relation)| Rule::Relation(*relation))
}

fn grant(
    practice: PracticeId,
    account: Option<AccountId>,
    action: Action,
    client: Option<ClientId>,
    rule: Rule,
) -> Grant {
    Grant { scope: Scope { practice }, action, client, account, rule }
}

#[cfg(test)]
mod tests;
