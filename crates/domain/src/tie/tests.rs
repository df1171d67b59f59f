#![allow(clippy::unwrap_used)]
use super::*;
use crate::fields::FieldProblem;
use crate::ids::Identifier;
use jiff::civil::date;
use uuid::Uuid;

const TODAY: Date = date(2026, 11, 22);

fn id(n: u128) -> TieId {
    TieId::from_uuid(Uuid::from_u128(n))
}

fn tie(name: &str, change: impl FnOnce(&mut Tie)) -> Tie {
    let mut tie = Tie::named(name.to_owned());
    change(&mut tie);
    tie
}

#[test]
fn a_full_form_comes_back_as_it_went() {
    let pairs = [
        ("nickname", "محمد 🌻"),
        ("role", "partner"),
        ("presence", "deceased"),
        ("died.year", "2026"),
        ("died.part", "3"),
        ("died.around", "yes"),
        ("lives_with", "yes"),
        ("ring_now", "1"),
        ("ring_before", "2"),
        ("ring_wanted", "1"),
        ("contacts_now", "0"),
        ("contacts_before", "30"),
        ("satisfaction", "Laughs at my jokes"),
        ("satisfaction.rating", "8"),
        ("disappointment.rating", "0"),
        ("confides", "partly"),
        ("conflict", "7"),
        ("conflict_kind", "overt"),
        ("receives", "emotional"),
        ("receives", "childcare"),
        ("gives", "financial"),
        ("expects", "Time"),
        ("expected", "Money"),
        ("fit", "2"),
        ("change", "worse"),
        ("changed.year", "2026"),
        ("change_cause", "The new job"),
        ("wanted", "An evening a week"),
        ("private_note", "Ask about safety"),
    ];
    let fields = Fields::new(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect());
    let read = Tie::read(&fields, None, TODAY).unwrap();
    assert_eq!(read.to_fields(), fields);
    let text = serde_json::to_string(&read).unwrap();
    assert_eq!(serde_json::from_str::<Tie>(&text).unwrap(), read);
    assert!(read.is_described());
}

#[test]
fn a_bad_form_names_every_field() {
    let fields = Fields::default()
        .with("nickname", "x".repeat(81))
        .with("ring_now", "4")
        .with("conflict", "-1")
        .with("died.year", "2030")
        .with("receives", "love");
    let errors = Tie::read(&fields, None, TODAY).unwrap_err();
    let named: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(named, ["died.year", "nickname", "ring_now", "conflict", "receives"]);
    assert_eq!(errors[0].problem, FieldProblem::AfterToday);
}

#[test]
fn described_means_closeness_change_and_both_sides() {
    let full = |t: &mut Tie| {
        t.ring_now = Some(Ring::Outer);
        t.change = Some(Change::Same);
        t.expects = "a".into();
        t.expected = "b".into();
    };
    for (what, without, described) in [
        ("all", (|_| ()) as fn(&mut Tie), true),
        ("no ring", |t| t.ring_now = None, false),
        ("ring before is enough", |t| (t.ring_now, t.ring_before) = (None, Some(Ring::Inner)), true),
        ("no change", |t| t.change = None, false),
        ("one side", |t| t.expected.clear(), false),
        ("the dead expect nothing", |t| (t.expected, t.presence) = (String::new(), Presence::Deceased), true),
    ] {
        let tie = tie("A", |t| {
            full(t);
            without(t);
        });
        assert_eq!(tie.is_described(), described, "{what}");
    }
}

#[test]
fn indicators_worked_by_hand() {
    let mother = tie("Mother", |t| {
        (t.presence, t.ring_now) = (Presence::Deceased, Some(Ring::Inner));
        t.died = Some(date(2025, 12, 1).into());
    });
    let husband = tie("Husband", |t| {
        (t.ring_now, t.fit, t.confides) = (Some(Ring::Inner), Some(3), Some(Confides::Partly));
        t.disappointment.rating = Some(6);
    });
    let friend = tie("Friend", |t| (t.ring_now, t.fit) = (Some(Ring::Outer), Some(0)));
    let brother = tie("Brother", |t| {
        (t.ring_now, t.conflict, t.fit) = (Some(Ring::Middle), Some(8), Some(4));
        t.disappointment.rating = Some(9);
        t.change = Some(Change::Ended);
        t.changed = Some(date(2026, 1, 1).into());
    });
    let long_gone = tie("Uncle", |t| {
        (t.presence, t.died) = (Presence::Deceased, Some(date(2010, 1, 1).into()));
    });
    let taken_off = tie("Wrong entry", |t| {
        (t.ring_now, t.confides) = (Some(Ring::Inner), Some(Confides::Yes));
        t.ended = Some(Ended { on: TODAY, reason: "Entered twice".into() });
    });
    let all = [&mother, &husband, &friend, &brother, &long_gone, &taken_off];
    let found = indicators(all.into_iter().enumerate().map(|(n, tie)| (id(n as u128), tie)), TODAY);
    assert_eq!(
        found,
        Indicators {
            network_size: 3,
            inner_count: 1,
            confidant_present: false,
            loss_count: 2,
            death_count: 1,
            wide_gaps: vec![(id(1), 7), (id(3), 6)],
            covert_disputes: vec![id(1)],
        }
    );
    assert_eq!(indicators([], TODAY), Indicators::default());
}

#[test]
fn facts_count_only_who_is_still_on_the_list_and_nobody_only_while_there_is_nobody() {
    let amina = Tie::named("Amina".into());
    let gone = tie("Gone", |t| t.ended = Some(Ended { on: TODAY, reason: "x".into() }));
    let with = facts([&amina, &gone], true);
    assert_eq!((with.count("inventory.ties"), with.count("inventory.described")), (1, 0));
    assert!(!with.flag("inventory.none"));
    assert!(facts([&gone], true).flag("inventory.none"));
}

#[test]
fn namesakes_are_found_whatever_the_case() {
    let ties = [Tie::named("Zoë".into()), Tie::named("zoë".into()), Tie::named("Max".into())];
    let found = namesakes(ties.iter().enumerate().map(|(n, tie)| (id(n as u128), tie)));
    assert_eq!(found, [id(0), id(1)]);
}
