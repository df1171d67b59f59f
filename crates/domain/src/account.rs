//! People who can sign in: their roles and what they may choose as a password.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// What somebody is in the practice. One person may hold several roles: a lone therapist runs the practice too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the place: people, roles, settings, audit of staff events. Reads nothing clinical.
    Administrator,
    /// Treats clients.
    Therapist,
    /// Treats clients in training: what they write counts when somebody else has signed it.
    Trainee,
    /// Reads the records of the clients whose therapy they supervise.
    Supervisor,
    /// Watches over who opened what: reads the whole audit trail. Treats nobody.
    PrivacyOfficer,
    /// Keeps the register: names, contact, days of sessions. Reads nothing clinical.
    FrontDesk,
    /// Is treated.
    Client,
    /// Is a client's guardian: sees what was released to them, item by item.
    Guardian,
}

impl Role {
    /// All roles, in the order screens show them.
    pub const ALL: [Role; 8] = [
        Role::Administrator,
        Role::Therapist,
        Role::Trainee,
        Role::Supervisor,
        Role::PrivacyOfficer,
        Role::FrontDesk,
        Role::Client,
        Role::Guardian,
    ];

    /// The roles of people who work here, in the order screens show them.
    pub const STAFF: [Role; 6] = [
        Role::Administrator,
        Role::Therapist,
        Role::Trainee,
        Role::Supervisor,
        Role::PrivacyOfficer,
        Role::FrontDesk,
    ];

    /// The word the record keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::PrivacyOfficer => "privacy_officer",
            Role::Therapist => "therapist",
            Role::Trainee => "trainee",
            Role::Supervisor => "supervisor",
            Role::FrontDesk => "front_desk",
            Role::Client => "client",
            Role::Guardian => "guardian",
        }
    }

    /// Whether whoever holds it works here; staff need two factors.
    #[must_use]
    pub fn is_staff(self) -> bool {
        match self {
            Role::Administrator
            | Role::PrivacyOfficer
            | Role::Therapist
            | Role::Trainee
            | Role::Supervisor
            | Role::FrontDesk => true,
            Role::Client | Role::Guardian => false,
        }
    }

    /// The role behind a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// A set of roles. Staff roles may be combined; `Client` and `Guardian` stand alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Roles(Vec<Role>);

impl Roles {
    /// Collects roles, sorted and without doubles.
    #[must_use]
    pub fn of(roles: impl IntoIterator<Item = Role>) -> Roles {
        let mut roles: Vec<Role> = roles.into_iter().collect();
        roles.sort_unstable();
        roles.dedup();
        Roles(roles)
    }

    /// Reads the stored form: codes separated by spaces. Unknown words are left out: an unknown role gives nothing.
    #[must_use]
    pub fn from_codes(codes: &str) -> Roles {
        Roles::of(codes.split(' ').filter_map(Role::from_code))
    }

    /// The stored form.
    #[must_use]
    pub fn codes(&self) -> String {
        self.0.iter().map(|role| role.code()).collect::<Vec<_>>().join(" ")
    }

    /// Whether `role` is among them.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Whether any of them works here; staff need two factors.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.0.iter().any(|role| role.is_staff())
    }

    /// The roles in order.
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }

    /// Whether the combination makes sense: at least one role, those of people who do not work here alone, and
    /// nobody both a therapist and in training.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let staff = self.0.iter().filter(|role| role.is_staff()).count();
        let alone = staff == self.0.len() || self.0.len() == 1;
        !self.0.is_empty() && alone && !(self.has(Role::Trainee) && self.has(Role::Therapist))
    }
}

/// Where an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Has a link to come in with, has not yet chosen a password.
    Invited,
    /// Can sign in.
    Active,
    /// Cannot sign in; sessions have ended.
    Disabled,
}

impl AccountState {
    /// The word the record keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            AccountState::Invited => "invited",
            AccountState::Active => "active",
            AccountState::Disabled => "disabled",
        }
    }

    /// The state behind a word; anything unknown is disabled.
    #[must_use]
    pub fn from_code(code: &str) -> AccountState {
        match code {
            "invited" => AccountState::Invited,
            "active" => AccountState::Active,
            _ => AccountState::Disabled,
        }
    }
}

/// Wrong tries that cost nothing.
const FREE_TRIES: i64 = 4;
/// First wait, doubled with each further wrong try.
const FIRST_WAIT_SECONDS: i64 = 5;
/// Longest wait: guessing stays hopeless, and nobody is kept out for long by somebody else's guessing.
const LONGEST_WAIT_SECONDS: i64 = 15 * 60;

/// How long no try counts after this many wrong ones in a row.
#[must_use]
pub fn waiting_after(failures: i64) -> Option<SignedDuration> {
    let beyond = failures - FREE_TRIES;
    if beyond <= 0 {
        return None;
    }
    let doublings = u32::try_from(beyond - 1).unwrap_or(u32::MAX).min(20);
    let seconds = (FIRST_WAIT_SECONDS << doublings).min(LONGEST_WAIT_SECONDS);
    Some(SignedDuration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_slips_cost_nothing_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let seconds = |failures| waiting_after(failures).map(|wait| wait.as_secs());
        assert_eq!([1, 4, 5, 6, 7].map(seconds), [None, None, Some(5), Some(10), Some(20)]);
        assert_eq!([12, 13, 100, i64::MAX].map(seconds), [Some(640), Some(900), Some(900), Some(900)]);
    }
}
