//! Who asks, when, from where, and with which new ids: everything a verb may not find out for itself.

use crate::sessions::Token;
use crate::submissions::Submission;
use domain::access::Actor;
use domain::ids::Identifier;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// Gives random bytes.
pub trait Entropy: Send + Sync {
    /// Bytes that make an identifier unique. May be seeded, for a demonstration that is the same each time.
    fn unique(&self) -> [u8; 10];
    /// Bytes nobody can guess. Never seeded outside tests.
    fn secret(&self) -> [u8; 32];
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // Whole microseconds: what the database keeps is what the program compares.
        let micros = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// The operating system's random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn unique(&self) -> [u8; 10] {
        random()
    }
    fn secret(&self) -> [u8; 32] {
        random()
    }
}

#[expect(clippy::expect_used, reason = "a machine without a random source must not hand out tokens")]
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// Where a request came from, for the audit trail. Never a name, an address of a person or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Over HTTP, from this network address.
    Web(String),
    /// From the command line.
    CommandLine,
}

impl Origin {
    pub(crate) fn text(&self) -> &str {
        match self {
            Origin::Web(address) => address,
            Origin::CommandLine => "command line",
        }
    }
}

/// Whether the trail has been told of a request. All contexts of one request share it, so that whoever answers last can
/// see that nothing told of it yet.
#[derive(Debug, Clone, Default)]
pub struct Told(Arc<AtomicBool>);

impl Told {
    /// Whether a line was written. Of a transaction that failed as a whole it may say so too: the answer is a failure
    /// then, and nothing was shown.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn tell(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The context of one request: fixed at its start, so that everything in it happens at one instant.
#[derive(Clone)]
pub struct Ctx {
    /// Who asks.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
    /// The practice's time zone: what "today" means in the record.
    pub zone: TimeZone,
    /// From where.
    pub origin: Origin,
    /// What the device shows of an earlier sign-in; opens nothing by itself.
    pub(crate) device: Option<Token>,
    /// The form that was sent, if it carried a key: what it asks for is done once.
    pub submission: Option<Submission>,
    /// Whether the trail has been told of the request.
    pub told: Told,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl Ctx {
    /// The same, from a device that holds this token of an earlier sign-in.
    #[must_use]
    pub fn on_device(self, device: Option<Token>) -> Ctx {
        Ctx { device, ..self }
    }

    /// The day it is in the practice.
    #[must_use]
    pub fn today(&self) -> Date {
        self.now.to_zoned(self.zone.clone()).date()
    }

    /// A new identifier: UUIDv7 of this request's instant.
    #[must_use]
    pub fn new_id<T: Identifier>(&self) -> T {
        let millis = u64::try_from(self.now.as_millisecond()).unwrap_or(0);
        T::from_uuid(uuid_v7(millis, self.entropy.unique()))
    }

    /// A new secret token.
    pub(crate) fn new_token(&self) -> Token {
        Token::of(&self.entropy.secret())
    }

    /// The words the audit trail keeps for the actor.
    pub(crate) fn actor_text(&self) -> String {
        match &self.actor {
            Actor::Visitor => "visitor".to_owned(),
            Actor::Person(person) => person.account.to_string(),
            Actor::LinkBearer(bearer) => format!("link {}", bearer.link),
            Actor::Operator(_) => "operator".to_owned(),
        }
    }
}

impl Ctx {
    /// For whom the actor acts, in the words of the audit trail.
    pub(crate) fn for_whom(&self) -> String {
        match &self.actor {
            Actor::Visitor | Actor::Person(_) => "self".to_owned(),
            Actor::LinkBearer(bearer) => format!("client {}", bearer.client),
            Actor::Operator(_) => "practice".to_owned(),
        }
    }
}

fn uuid_v7(millis: u64, random: [u8; 10]) -> Uuid {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&random);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_time_they_were_made_and_say_version_seven() {
        let early = uuid_v7(1_000, [0xff; 10]);
        let late = uuid_v7(1_001, [0; 10]);
        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
        assert_eq!(early.get_variant(), uuid::Variant::RFC4122);
    }
}
