//! Who may do what: one decision, deny by default.
//!
//! [`decide`] is the only place that says yes, and [`Grant`] the only proof of it: store functions take a grant
//! (or its [`Scope`]) first, so a query cannot be asked without a decision. What each action needs stands in one
//! table (`policy.rs`) that names every action: one that is missing there does not compile.
//! `docs/access.md` explains the rules, `docs/access-matrix.toml` holds the reference they answer to, and tests
//! hold the three together.

mod action;
mod actor;
mod grant;
mod policy;
mod relation;

pub use action::{Action, Class, Verb};
pub use actor::{Actor, Assurance, FRESH_MINUTES, LinkBearer, Person};
pub use grant::{Denial, Grant, Rule, Scope};
pub use relation::{AFTERCARE_DAYS, Item, Items, Relation, RelationWindow};

use crate::account::{AccountState, Role};
use crate::ids::{ClientId, Identifier};
use jiff::Timestamp;
use policy::{Policy, Way};

/// What the decision needs to know beyond actor and action.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The client asked about, if any, already known to belong to the actor's practice.
    pub client: Option<ClientId>,
    /// What stands between the actor and that client: relations and blocks, past and future ones included.
    pub relations: &'a [RelationWindow],
}

/// Decides whether `actor` may do `action` now.
///
/// # Errors
/// [`Denial`] with the reason; anything not expressly allowed is denied, and a block beats whatever allows.
pub fn decide(actor: &Actor, action: Action, facts: Facts<'_>, now: Timestamp) -> Result<Grant, Denial> {
    if action.about_a_client() && facts.client.is_none() {
        return Err(Denial::NoClient);
    }
    let policy = policy::of(action);
    // What is about nobody's record asks for no relation, and no block keeps anybody from it.
    let facts = if action.about_a_client() { facts } else { Facts::default() };
    let client = facts.client;
    match actor {
        Actor::Visitor => Err(Denial::NotSignedIn),
        Actor::Operator(practice) if policy.operator => {
            Ok(Grant::new(*practice, action, Rule::Operator).about(client))
        }
        Actor::LinkBearer(bearer) if policy.link && facts.client == Some(bearer.client) => {
            Ok(Grant::new(bearer.practice, action, Rule::Link).about(client))
        }
        Actor::Operator(_) | Actor::LinkBearer(_) => Err(Denial::NoRule),
        Actor::Person(person) => {
            let (rule, until) = rule_for(person, &policy, facts, now)?;
            if action.wants_fresh_factor() && !person.is_fresh(now) {
                return Err(Denial::NotFresh);
            }
            Ok(Grant::new(person.practice, action, rule).by(person.account).about(client).until(until))
        }
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
        Actor::Person(_) | Actor::Visitor | Actor::LinkBearer(_) | Actor::Operator(_) => Ok(()),
    }
}

/// Whether there is any record on which `person` might be allowed `action`. For the door of a route and for
/// what a page offers; never instead of [`decide`].
#[must_use]
pub fn conceivable(person: &Person, action: Action, now: Timestamp) -> bool {
    let every = Relation::ALL.into_iter().filter(|relation| !relation.denies()).map(|relation| {
        RelationWindow { items: Items::ALL, ..RelationWindow::open(relation, Timestamp::MIN) }
    });
    let every: Vec<RelationWindow> = every.collect();
    let nobody = ClientId::from_uuid(uuid::Uuid::nil());
    let facts = Facts { client: Some(person.own_client.unwrap_or(nobody)), relations: &every };
    rule_for(person, &policy::of(action), facts, now).is_ok()
}

/// The rule that allows it, and until when where it ends by itself soon.
type Allowed = (Rule, Option<Timestamp>);

/// The rule that allows it, however long ago the second factor was given.
fn rule_for(person: &Person, policy: &Policy, facts: Facts<'_>, now: Timestamp) -> Result<Allowed, Denial> {
    match person.state {
        AccountState::Active => {}
        AccountState::Invited => return Err(Denial::NotConfirmed),
        AccountState::Disabled => return Err(Denial::Disabled),
    }
    if person.assurance < Assurance::Full {
        return Err(Denial::SecondFactorMissing);
    }
    let block = facts.relations.iter().find(|window| window.relation.denies() && window.holds(now));
    if let Some(block) = block {
        return Err(Denial::Blocked(block.relation));
    }
    by_role(person, policy)
        .or_else(|| by_own_record(person, policy, facts))
        .map(|rule| (rule, None))
        .or_else(|| policy.ways.iter().find_map(|way| by_way(person, way, facts.relations, now)))
        .ok_or(Denial::NoRule)
}

/// Rules that ask nothing but the role.
fn by_role(person: &Person, policy: &Policy) -> Option<Rule> {
    if policy.oneself {
        return Some(Rule::Own);
    }
    policy.roles.iter().copied().find(|role| person.roles.has(*role)).map(Rule::Role)
}

/// Rules for clients and what is their own.
fn by_own_record(person: &Person, policy: &Policy, facts: Facts<'_>) -> Option<Rule> {
    let own = person.own_client.is_some() && person.own_client == facts.client;
    (policy.own_record && own && person.roles.has(Role::Client)).then_some(Rule::Own)
}

/// Rules for people who stand in a relation to the client.
fn by_way(person: &Person, way: &Way, relations: &[RelationWindow], now: Timestamp) -> Option<Allowed> {
    let of = |kind: Relation| relations.iter().filter(move |window| window.relation == kind);
    match *way {
        Way::Now(role, relation) if person.roles.has(role) => {
            let held = of(relation).find(|window| window.holds(now))?;
            Some((Rule::Relation(relation), held.ends_at))
        }
        Way::Item(role, relation, item) if person.roles.has(role) => {
            let held = of(relation).find(|window| window.holds(now) && window.items.has(item))?;
            Some((Rule::Relation(relation), held.ends_at))
        }
        Way::Aftercare(role) if person.roles.has(role) => {
            let after = of(Relation::Treats).find_map(|window| window.aftercare_until(now))?;
            Some((Rule::Aftercare, Some(after)))
        }
        Way::Now(..) | Way::Item(..) | Way::Aftercare(_) => None,
    }
}

#[cfg(test)]
mod matrix;
#[cfg(test)]
mod tests;
