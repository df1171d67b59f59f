//! Random but plausible courses, played through the engine, so that an author sees how a protocol runs before a person
//! does: how long phases take, which gates are late, which rules speak. A model for authors; it says nothing about
//! how well a treatment works.

mod dice;
mod play;
mod work;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::Protocol;
use dice::Dice;
use play::Played;

/// What became of the courses that were played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Simulation {
    /// How many were played.
    pub courses: u32,
    /// Sessions held in the initial phase, the middle and the ending, over the courses that got there.
    pub phases: [Spread; 3],
    /// Each gate in order.
    pub gates: Vec<GateTally>,
    /// Courses whose initial phase took longer than the protocol says.
    pub overruns: u32,
    /// Planned sessions that were missed, over all courses.
    pub missed: u32,
    /// By rule: in how many courses it spoke.
    pub rules: BTreeMap<String, u32>,
    /// By word: how many courses ended so.
    pub exits: BTreeMap<String, u32>,
    /// By word: how often the engine refused what a plausible course wanted. Empty in a protocol that runs smoothly.
    pub refused: BTreeMap<String, u32>,
}

/// Least, middle and most of a number of sessions; 0 when no course got there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// Courses that got there.
    pub courses: u32,
    /// The shortest.
    pub least: u16,
    /// Half of them took so many or fewer.
    pub median: u16,
    /// The longest.
    pub most: u16,
}

/// How often a gate was passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GateTally {
    /// Its id.
    pub gate: String,
    /// Courses that passed it.
    pub passed: u32,
    /// The middle one of the sessions after which it was passed; 0 when none did.
    pub median_session: u16,
}

/// Plays so many courses of a protocol. The same seed gives the same courses.
#[must_use]
pub fn simulate(protocol: &Protocol, seed: u64, courses: u32) -> Simulation {
    let mut dice = Dice::new(seed);
    let played: Vec<Played> = (0..courses).map(|_| play::course(protocol, &mut dice)).collect();
    let phase = |index: usize| {
        let mut held: Vec<u16> =
            played.iter().filter_map(|one| one.held.get(index).copied().flatten()).collect();
        spread(&mut held)
    };
    let gate = |index: usize| {
        let mut passed: Vec<u16> =
            played.iter().filter_map(|one| one.gates.get(index).copied().flatten()).collect();
        let found = spread(&mut passed);
        let gate = protocol.gates.get(index).map(|gate| gate.id.to_string()).unwrap_or_default();
        GateTally { gate, passed: found.courses, median_session: found.median }
    };
    Simulation {
        courses,
        phases: [phase(0), phase(1), phase(2)],
        gates: (0..3).map(gate).collect(),
        overruns: count(played.iter().filter(|one| one.overran)),
        missed: played.iter().map(|one| u32::from(one.missed)).sum(),
        rules: tally(played.iter().flat_map(|one| one.rules.iter().cloned())),
        exits: tally(played.iter().map(|one| one.exit.to_owned())),
        refused: tally(played.iter().flat_map(|one| one.refused.iter().map(|code| (*code).to_owned()))),
    }
}

fn count<T>(of: impl Iterator<Item = T>) -> u32 {
    u32::try_from(of.count()).unwrap_or(u32::MAX)
}

fn tally(words: impl Iterator<Item = String>) -> BTreeMap<String, u32> {
    let mut counted = BTreeMap::new();
    for word in words {
        *counted.entry(word).or_insert(0) += 1;
    }
    counted
}

fn spread(numbers: &mut [u16]) -> Spread {
    numbers.sort_unstable();
    let at = |index: usize| numbers.get(index).copied().unwrap_or(0);
    Spread {
        courses: count(numbers.iter()),
        least: at(0),
        median: at(numbers.len().saturating_sub(1) / 2),
        most: at(numbers.len().saturating_sub(1)),
    }
}
