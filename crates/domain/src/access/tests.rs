#![allow(clippy::unwrap_used)]
use super::*;
use crate::ids::Identifier;
use uuid::Uuid;

fn id<T: Identifier>(n: u128) -> T {
    T::from_uuid(Uuid::from_u128(n))
}

fn person(roles: &[Role], own: Option<ClientId>) -> Person {
    Person {
        account: id(1),
        practice: id(2),
        roles: Roles::of(roles.iter().copied()),
        own_client: own,
        assurance: Assurance::Full,
        verified_at: Some(now()),
    }
}

fn window(relation: Relation) -> RelationWindow {
    RelationWindow { relation, starts_at: Timestamp::UNIX_EPOCH, ends_at: None }
}

const NOW: i64 = 1_800_000_000;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

/// Every persona by every action, as one picture: a change of the rules changes this picture, in review.
#[test]
fn the_matrix_is_the_one_in_the_documents() {
    let client: ClientId = id(10);
    let personas: Vec<(&str, Actor, Vec<RelationWindow>)> = vec![
        ("visitor", Actor::Visitor, vec![]),
        ("administrator", Actor::Person(person(&[Role::Administrator], None)), vec![]),
        (
            "therapist, treats",
            Actor::Person(person(&[Role::Therapist], None)),
            vec![window(Relation::Treats)],
        ),
        (
            "therapist, covers",
            Actor::Person(person(&[Role::Therapist], None)),
            vec![window(Relation::Covers)],
        ),
        ("therapist, stranger", Actor::Person(person(&[Role::Therapist], None)), vec![]),
        (
            "supervisor of it",
            Actor::Person(person(&[Role::Supervisor], None)),
            vec![window(Relation::Supervises)],
        ),
        ("supervisor, stranger", Actor::Person(person(&[Role::Supervisor], None)), vec![]),
        ("privacy officer", Actor::Person(person(&[Role::PrivacyOfficer], None)), vec![]),
        ("client, own", Actor::Person(person(&[Role::Client], Some(client))), vec![]),
        ("client, another's", Actor::Person(person(&[Role::Client], Some(id(11)))), vec![]),
        (
            "link bearer",
            Actor::LinkBearer(LinkBearer { link: id(5), practice: id(2), client, episode: id(6) }),
            vec![],
        ),
        ("operator", Actor::Operator(id(2)), vec![]),
    ];
    let mut picture = String::new();
    for (name, actor, relations) in &personas {
        let facts = Facts { client: Some(client), relations };
        let allowed: Vec<&str> = Action::ALL
            .into_iter()
            .filter(|action| decide(actor, *action, facts, now()).is_ok())
            .map(Action::code)
            .collect();
        picture += &format!("{name}: {}\n", allowed.join(" "));
    }
    assert_eq!(picture, include_str!("../../../../docs/access-matrix.txt"));
}

#[test]
fn a_relation_that_has_ended_or_not_begun_gives_nothing() {
    let actor = Actor::Person(person(&[Role::Therapist], None));
    for window in [
        RelationWindow { relation: Relation::Treats, starts_at: Timestamp::UNIX_EPOCH, ends_at: Some(now()) },
        RelationWindow {
            relation: Relation::Treats,
            starts_at: Timestamp::from_second(NOW + 1).unwrap(),
            ends_at: None,
        },
    ] {
        let facts = Facts { client: Some(id(10)), relations: &[window] };
        assert_eq!(decide(&actor, Action::ReadChart, facts, now()), Err(Denial::NoRule));
    }
}

#[test]
fn one_factor_opens_nothing_not_even_ones_own_account() {
    let mut one = person(&[Role::Therapist], None);
    one.assurance = Assurance::Partial;
    let actor = Actor::Person(one);
    for action in Action::ALL {
        let facts = Facts { client: Some(id(10)), relations: &[window(Relation::Treats)] };
        assert_eq!(decide(&actor, action, facts, now()), Err(Denial::SecondFactorMissing));
    }
}

#[test]
fn an_action_about_a_client_needs_a_client() {
    let actor = Actor::Person(person(&[Role::Therapist], None));
    for action in Action::ALL.into_iter().filter(|action| action.about_a_client()) {
        assert_eq!(decide(&actor, action, Facts::default(), now()), Err(Denial::NoClient));
    }
}

#[test]
fn a10_what_a_screen_left_open_must_not_do_asks_for_a_second_factor_of_the_last_five_minutes() {
    let given = |minutes: i64| {
        let mut person = person(&[Role::Administrator, Role::Therapist], None);
        person.verified_at = now().checked_sub(jiff::SignedDuration::from_mins(minutes)).ok();
        person
    };
    let facts = Facts { client: Some(id(10)), relations: &[window(Relation::Treats)] };
    for action in Action::ALL {
        let now_and_then =
            [given(5), given(6)].map(|person| decide(&Actor::Person(person), action, facts, now()).err());
        let expected = match now_and_then[0] {
            None if action.wants_fresh_factor() => Some(Denial::NotFresh),
            denial => denial,
        };
        assert_eq!(now_and_then[1], expected, "{action:?}");
    }
    let mut never = given(0);
    never.verified_at = None;
    assert!(conceivable(&never, Action::ChangeFactors, now()), "the form is shown; the deed asks");
    assert_eq!(fresh(&Actor::Person(never), now()), Err(Denial::NotFresh));
    assert_eq!(fresh(&Actor::Operator(id(2)), now()), Ok(()));
}
