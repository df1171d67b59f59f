#![allow(clippy::unwrap_used)]
use super::*;
use crate::account::Roles;
use uuid::Uuid;

pub(super) fn id<T: Identifier>(n: u128) -> T {
    T::from_uuid(Uuid::from_u128(n))
}

pub(super) fn person(roles: &[Role], own: Option<ClientId>) -> Person {
    Person {
        account: id(1),
        practice: id(2),
        state: AccountState::Active,
        roles: Roles::of(roles.iter().copied()),
        own_client: own,
        assurance: Assurance::Full,
        verified_at: Some(now()),
    }
}

pub(super) fn window(relation: Relation) -> RelationWindow {
    RelationWindow { items: Items::ALL, ..RelationWindow::open(relation, Timestamp::UNIX_EPOCH) }
}

const NOW: i64 = 1_800_000_000;

pub(super) fn now() -> Timestamp {
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
        (
            "therapist, treated until a month ago",
            Actor::Person(person(&[Role::Therapist], None)),
            vec![RelationWindow {
                ends_at: Some(Timestamp::from_second(NOW - 30 * 86_400).unwrap()),
                ..window(Relation::Treats)
            }],
        ),
        (
            "therapist, break-glass",
            Actor::Person(person(&[Role::Therapist], None)),
            vec![window(Relation::BreakGlass)],
        ),
        (
            "therapist, treats but kept out",
            Actor::Person(person(&[Role::Therapist], None)),
            vec![window(Relation::Treats), window(Relation::Restricted)],
        ),
        ("trainee on it", Actor::Person(person(&[Role::Trainee], None)), vec![window(Relation::TraineeOn)]),
        ("therapist, stranger", Actor::Person(person(&[Role::Therapist], None)), vec![]),
        (
            "supervisor of it",
            Actor::Person(person(&[Role::Supervisor], None)),
            vec![window(Relation::Supervises)],
        ),
        ("supervisor, stranger", Actor::Person(person(&[Role::Supervisor], None)), vec![]),
        ("privacy officer", Actor::Person(person(&[Role::PrivacyOfficer], None)), vec![]),
        (
            "privacy officer, break-glass",
            Actor::Person(person(&[Role::PrivacyOfficer], None)),
            vec![window(Relation::BreakGlass)],
        ),
        ("front desk", Actor::Person(person(&[Role::FrontDesk], None)), vec![]),
        (
            "guardian of the client",
            Actor::Person(person(&[Role::Guardian], None)),
            vec![window(Relation::GuardianOf)],
        ),
        ("guardian, stranger", Actor::Person(person(&[Role::Guardian], None)), vec![]),
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
            .iter()
            .copied()
            .filter(|action| decide(actor, *action, facts, now()).is_ok())
            .map(Action::code)
            .collect();
        picture += &format!("{name}: {}\n", allowed.join(" "));
    }
    assert_eq!(picture, include_str!("../../../../docs/access-matrix.txt"));
}

#[test]
fn z11_a_relation_that_has_ended_or_not_begun_gives_nothing() {
    let actor = Actor::Person(person(&[Role::Therapist], None));
    for window in [
        RelationWindow { ends_at: Some(now()), ..window(Relation::Covers) },
        RelationWindow { starts_at: Timestamp::from_second(NOW + 1).unwrap(), ..window(Relation::Treats) },
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
    for action in Action::ALL.iter().copied() {
        let facts = Facts { client: Some(id(10)), relations: &[window(Relation::Treats)] };
        assert_eq!(decide(&actor, action, facts, now()), Err(Denial::SecondFactorMissing));
    }
}

#[test]
fn an_action_about_a_client_needs_a_client() {
    let actor = Actor::Person(person(&[Role::Therapist], None));
    for action in Action::ALL.iter().copied().filter(|action| action.about_a_client()) {
        assert_eq!(decide(&actor, action, Facts::default(), now()), Err(Denial::NoClient));
    }
}

#[test]
fn z11_an_ended_treatment_is_read_for_ninety_days_and_written_no_more() {
    let actor = Actor::Person(person(&[Role::Therapist], None));
    let days = |days: i64| Timestamp::from_second(NOW + days * 86_400).unwrap();
    let ended = [RelationWindow { ends_at: Some(now()), ..window(Relation::Treats) }];
    let facts = Facts { client: Some(id(10)), relations: &ended };
    let last = Timestamp::from_second(NOW + 90 * 86_400 - 1).unwrap();
    for at in [now(), days(89), last] {
        let grant = decide(&actor, Action::ReadChart, facts, at).unwrap();
        assert_eq!(grant.rule(), Rule::Aftercare);
        assert_eq!(grant.ends_at(), Some(days(90)));
        for action in [Action::WriteChart, Action::SignChart, Action::ManageCare, Action::WriteIdentity] {
            assert_eq!(decide(&actor, action, facts, at), Err(Denial::NoRule));
        }
    }
    assert_eq!(decide(&actor, Action::ReadChart, facts, days(90)), Err(Denial::NoRule));
}

#[test]
fn z4_a_block_beats_every_relation_and_role() {
    for block in [Relation::Conflict, Relation::Restricted] {
        let relations = Relation::ALL.map(window).into_iter().filter(|one| !one.relation.denies());
        let relations: Vec<RelationWindow> = relations.chain([window(block)]).collect();
        let facts = Facts { client: Some(id(10)), relations: &relations };
        let actor = Actor::Person(person(&Role::STAFF, None));
        for action in Action::ALL.iter().copied().filter(|action| action.about_a_client()) {
            assert_eq!(decide(&actor, action, facts, now()), Err(Denial::Blocked(block)), "{action:?}");
        }
    }
}

#[test]
fn z4_a_block_that_has_ended_keeps_nobody_out() {
    let actor = Actor::Person(person(&[Role::Therapist], None));
    let block = RelationWindow { ends_at: Some(now()), ..window(Relation::Conflict) };
    let facts = Facts { client: Some(id(10)), relations: &[window(Relation::Treats), block] };
    assert!(decide(&actor, Action::ReadChart, facts, now()).is_ok());
}

#[test]
fn z4_no_role_no_relation_no_items_mean_nothing() {
    let relations = [RelationWindow::open(Relation::GuardianOf, Timestamp::UNIX_EPOCH)];
    let facts = Facts { client: Some(id(10)), relations: &relations };
    let nobody = Actor::Person(person(&[], None));
    let guardian = Actor::Person(person(&[Role::Guardian], None));
    for action in Action::ALL.iter().copied().filter(|action| action.about_a_client()) {
        assert_eq!(decide(&nobody, action, facts, now()), Err(Denial::NoRule));
        assert_eq!(decide(&guardian, action, facts, now()), Err(Denial::NoRule));
    }
}

#[test]
fn z1_only_a_confirmed_member_has_powers() {
    for (state, denial) in
        [(AccountState::Invited, Denial::NotConfirmed), (AccountState::Disabled, Denial::Disabled)]
    {
        let somebody = Person { state, ..person(&Role::STAFF, None) };
        let relations = [window(Relation::Treats)];
        let facts = Facts { client: Some(id(10)), relations: &relations };
        for action in Action::ALL.iter().copied() {
            assert_eq!(decide(&Actor::Person(somebody.clone()), action, facts, now()), Err(denial));
        }
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
    for action in Action::ALL.iter().copied() {
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

#[test]
fn z8_no_office_no_cover_no_aftercare_and_no_emergency_opens_psychotherapy_notes() {
    let roles: Vec<Role> = Role::ALL.into_iter().filter(|role| *role != Role::Client).collect();
    let ended = RelationWindow { ends_at: Some(now()), ..window(Relation::Treats) };
    let others = Relation::ALL.into_iter().filter(|relation| {
        !matches!(relation, Relation::Treats | Relation::TraineeOn | Relation::Supervises)
    });
    let mut relations: Vec<RelationWindow> = others.filter(|one| !one.denies()).map(window).collect();
    relations.push(ended);
    let facts = Facts { client: Some(id(10)), relations: &relations };
    let actor = Actor::Person(person(&roles, None));
    for action in [Action::ReadPrivateNotes, Action::WritePrivateNotes] {
        assert_eq!(action.class(), Class::K5);
        assert_eq!(decide(&actor, action, facts, now()), Err(Denial::NoRule), "{action:?}");
    }
}

#[test]
fn z8_a_note_is_its_authors_and_a_supervisors_only_when_let_in() {
    use crate::private_note::{Standing, standing};
    let grant = |role, relation| {
        let facts = Facts { client: Some(id(10)), relations: &[window(relation)] };
        decide(&Actor::Person(person(&[role], None)), Action::ReadPrivateNotes, facts, now()).unwrap()
    };
    let (me, other) = (id(1), id(7));
    for (role, relation) in [(Role::Therapist, Relation::Treats), (Role::Trainee, Relation::TraineeOn)] {
        let grant = grant(role, relation);
        assert_eq!(standing(&grant, me, false), Some(Standing::Author));
        assert_eq!(standing(&grant, other, false), None);
        assert_eq!(standing(&grant, other, true), None, "letting in is for supervisors");
    }
    let supervisor = grant(Role::Supervisor, Relation::Supervises);
    assert_eq!(standing(&supervisor, other, true), Some(Standing::Reader));
    assert_eq!(standing(&supervisor, other, false), None);
}
