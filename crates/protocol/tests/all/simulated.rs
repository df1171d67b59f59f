//! Random courses on every shipped protocol.

use protocol::simulate;

use crate::files::shipped;

#[test]
fn the_same_seed_gives_the_same_courses_and_another_seed_others() {
    let protocols = shipped();
    let one = &protocols[0];
    assert_eq!(simulate(one, 7, 50), simulate(one, 7, 50));
    assert_ne!(simulate(one, 7, 50), simulate(one, 8, 50));
    assert_eq!(simulate(one, 7, 0).phases[0].courses, 0);
}

#[test]
fn plausible_courses_run_smoothly_through_every_shipped_protocol() {
    for protocol in &shipped() {
        let found = simulate(protocol, 1, 40);
        let id = &protocol.id;
        assert_eq!(found.exits.values().sum::<u32>(), 40, "{id}");
        let dropped = found.exits.get("dropout").copied().unwrap_or(0);
        assert!((1..=18).contains(&dropped), "{id}: {dropped} of 40 dropped out");
        let completed = found.exits.get("completed").copied().unwrap_or(0);
        assert!(completed >= 20, "{id}: {:?}", found.exits);
        assert!(found.refused.is_empty(), "{id}: {:?}", found.refused);
        assert!(found.phases[0].least >= 1 && found.gates[0].passed > found.gates[2].passed / 2, "{id}");
        assert!(found.phases[0].median >= 1 && found.phases[0].most <= protocol.sessions.count, "{id}");
    }
}
