//! The proof that something was allowed, by which rule; and why something was not.

use super::action::Action;
use super::relation::Relation;
use crate::account::Role;
use crate::ids::{AccountId, ClientId, PracticeId};
use jiff::Timestamp;

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
    until: Option<Timestamp>,
}

impl Grant {
    pub(super) fn new(practice: PracticeId, action: Action, rule: Rule) -> Grant {
        Grant { scope: Scope { practice }, action, client: None, account: None, rule, until: None }
    }

    pub(super) fn by(self, account: AccountId) -> Grant {
        Grant { account: Some(account), ..self }
    }

    pub(super) fn about(self, client: Option<ClientId>) -> Grant {
        Grant { client, ..self }
    }

    pub(super) fn until(self, until: Option<Timestamp>) -> Grant {
        Grant { until, ..self }
    }

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
    /// When the relation that allowed it ends by itself, where it does.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.until
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
    /// By having treated the client until lately.
    Aftercare,
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
            Rule::Aftercare => "aftercare",
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
    /// Invited, not yet confirmed by all the factors the roles ask for.
    #[error("not confirmed")]
    NotConfirmed,
    /// The account was disabled.
    #[error("account disabled")]
    Disabled,
    /// Signed in with fewer factors than the role needs.
    #[error("second factor missing")]
    SecondFactorMissing,
    /// A conflict of interest or the client's wish keeps this person out.
    #[error("kept out")]
    Blocked(Relation),
    /// No rule allows it.
    #[error("no rule allows it")]
    NoRule,
    /// Allowed, but only with a second factor given just now.
    #[error("the second factor was given too long ago")]
    NotFresh,
    /// Allowed, but the record was erased: there is nothing left to open.
    #[error("the record was erased")]
    Erased,
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
            Denial::NotConfirmed => "not_confirmed",
            Denial::Disabled => "disabled",
            Denial::SecondFactorMissing => "second_factor_missing",
            Denial::Blocked(relation) => relation.code(),
            Denial::NoRule => "no_rule",
            Denial::NotFresh => "not_fresh",
            Denial::Erased => "erased",
            Denial::NoClient => "no_client",
        }
    }
}
