//! The program's decision and the independent policy say the same.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use oracle::{Chance, Oracle, World};

/// Worlds compared unless `ATTUNE_ORACLE_WORLDS` says otherwise; a release compares a million.
const WORLDS: u64 = 300_000;

#[test]
fn z2_the_decision_and_an_independent_policy_say_the_same_in_every_world() {
    let wanted = std::env::var("ATTUNE_ORACLE_WORLDS").ok().and_then(|number| number.parse().ok());
    let worlds = wanted.unwrap_or(WORLDS);
    let oracle = Oracle::new().unwrap();
    let (mut chance, mut allowed) = (Chance(11), 0_u64);
    for number in 0..worlds {
        let world = World::random(&mut chance);
        let (program, policy) = (world.program(), oracle.says(&world).unwrap());
        assert_eq!(program, policy, "world {number}: the program left, the policy right: {world:#?}");
        allowed += u64::from(program);
    }
    // Worlds in which nothing is ever allowed would agree on anything.
    assert!(allowed > worlds / 50, "only {allowed} of {worlds} worlds allow anything");
    eprintln!("{worlds} worlds, {allowed} of them allow what is asked");
}
