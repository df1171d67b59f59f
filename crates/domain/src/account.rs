//! People who can sign in: their roles and what they may choose as a password.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

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

/// Wrong tries in a row from one place after which none counts any more from there.
pub const MOST_FAILURES: i64 = 100;

/// When the next try counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextTry {
    /// Now.
    Now,
    /// From this instant on.
    From(Timestamp),
    /// Not from this place, until somebody was in another way.
    Never,
}

/// When the next try counts, after so many wrong ones in a row.
#[must_use]
pub fn next_try(failures: i64, wait_until: Option<Timestamp>, now: Timestamp) -> NextTry {
    match wait_until {
        _ if failures >= MOST_FAILURES => NextTry::Never,
        Some(until) if now < until => NextTry::From(until),
        _ => NextTry::Now,
    }
}

/// How long a network's wrong tries are counted together, in minutes.
pub const NETWORK_MINUTES: i64 = 60;
/// Wrong tries from one network within [`NETWORK_MINUTES`] after which strangers from there are no longer heard.
pub const MOST_OF_NETWORK: i64 = 50;

/// The network that tries from an address are counted for: /24, or /64 of IPv6. `None` for an address of the machine
/// itself, behind which anybody may stand (a proxy that names nobody).
#[must_use]
pub fn network_of(address: IpAddr) -> Option<String> {
    match address.to_canonical() {
        address if address.is_loopback() || address.is_unspecified() => None,
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            Some(format!("{a}.{b}.{c}.0/24"))
        }
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Some(format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"))
        }
    }
}

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
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_few_slips_cost_nothing_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let seconds = |failures| waiting_after(failures).map(|wait| wait.as_secs());
        assert_eq!([1, 4, 5, 6, 7].map(seconds), [None, None, Some(5), Some(10), Some(20)]);
        assert_eq!([12, 13, 100, i64::MAX].map(seconds), [Some(640), Some(900), Some(900), Some(900)]);
    }

    #[test]
    fn a5_a_hundred_wrong_tries_in_a_row_are_the_end_from_that_place() {
        let now = Timestamp::from_second(1_000).unwrap();
        let later = Timestamp::from_second(1_010).unwrap();
        assert_eq!(next_try(99, None, now), NextTry::Now);
        assert_eq!(next_try(99, Some(later), now), NextTry::From(later));
        assert_eq!(next_try(99, Some(later), later), NextTry::Now);
        assert_eq!(next_try(100, None, now), NextTry::Never);
    }

    #[test]
    fn a5_neighbours_share_a_network_and_the_machine_itself_is_none() {
        let of = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(of("192.0.2.7"), of("192.0.2.250"));
        assert_ne!(of("192.0.2.7"), of("192.0.3.7"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.1"));
        assert_eq!(of("2001:db8:1:2::7"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::7"), of("2001:db8:1:3::7"));
        assert_eq!((of("127.0.0.1"), of("::1")), (None, None));
    }
}
