use app::context::{Ctx, Origin};
use app::entry::Refused;
use app::joining::{JoinError, SetUpForm, Treats};
use app::own_account::OwnAccountError;
use app::passwords::Password;
use app::people::{MemberForm, PeopleError};
use app::sessions::Token;
use app::sign_in::{CodeError, SignInError};
use app::step_up::{Proof, VerifyError};
use app::testing::{World, code_at};
use domain::access::{Actor, Assurance, Denial};
use domain::account::{AccountState, Role, Roles};
use domain::client::ParticularsForm;
use domain::ids::AccountId;
use domain::password::PasswordProblem;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

pub const EMAIL: &str = "Nadia@Example.org";
pub const GOOD: &str = "plum tree at dusk";
pub const DEVICE: &str = "a browser";

pub fn visitor(world: &World) -> Ctx {
    world.app.ctx(Actor::Visitor, TimeZone::UTC, Origin::Web("192.0.2.7".into()))
}

pub fn typed(text: &str) -> Password {
    Password::typed(text)
}

fn nadia() -> MemberForm {
    MemberForm { name: "Nadia N.".into(), email: EMAIL.into(), zone: String::new() }
}

/// Somebody who came in by an invitation: account, secret of the authenticator, recovery codes, session.
pub struct Insider {
    pub id: AccountId,
    pub secret: String,
    pub codes: Vec<String>,
    pub session: Token,
}

pub async fn ctx_of(world: &World, session: &Token) -> Ctx {
    let signed = world.app.signed_in(session).await.unwrap().expect("a session that holds");
    world.app.ctx_of(&signed, Origin::Web("192.0.2.7".into()))
}

pub async fn come_in(world: &World) -> Insider {
    let admin = world.ctx(world.administrator).await;
    let (id, link) = world.app.invite(&admin, nadia(), Roles::of([Role::Therapist])).await.unwrap();
    let half = world.app.join(&visitor(world), &link, typed(GOOD), DEVICE).await.unwrap();
    assert_eq!(half.assurance, Assurance::Partial);
    let ctx = ctx_of(world, &half.token).await;
    let secret = world.app.enrolment(&ctx).await.unwrap().unwrap().secret;
    let enrolled = world.app.enrol(&ctx, &code_at(&secret, ctx.now), DEVICE).await.unwrap();
    assert!(world.app.signed_in(&half.token).await.unwrap().is_none(), "the half session has ended");
    Insider { id, secret, codes: enrolled.codes, session: enrolled.token }
}

pub async fn half(world: &World) -> Token {
    let entered = world.app.sign_in(&visitor(world), EMAIL, typed(GOOD), DEVICE).await.unwrap();
    assert_eq!(entered.assurance, Assurance::Partial);
    entered.token
}

async fn give(world: &World, half: &Token, code: &str) -> Result<Token, Refused<CodeError>> {
    let signed = world.app.signed_in(half).await.unwrap().unwrap();
    let entered = world.app.give_code(&visitor(world), (&signed, half), code, DEVICE).await;
    entered.map(|entered| entered.token)
}

#[tokio::test]
async fn a1_an_invited_therapist_chooses_a_password_adds_a_factor_and_is_in() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let signed = world.app.signed_in(&nadia.session).await.unwrap().unwrap();
        assert_eq!(signed.person.assurance, Assurance::Full);
        assert_eq!(nadia.codes.len(), 10);

        world.clock.advance(SignedDuration::from_mins(1));
        let half = half(&world).await;
        let denied = world.app.caseload(&ctx_of(&world, &half).await).await;
        assert!(matches!(denied, Err(Refused::Denied(Denial::SecondFactorMissing))));
        let code = code_at(&nadia.secret, world.app.now());
        let whole = give(&world, &half, &code).await.unwrap();
        assert!(world.app.caseload(&ctx_of(&world, &whole).await).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a1_a_password_alone_opens_nothing_before_the_factor_is_there() {
    let world = World::new(crate::sqlite()).await;
    let admin = world.ctx(world.administrator).await;
    let (_, link) = world.app.invite(&admin, nadia(), Roles::of([Role::Therapist])).await.unwrap();
    world.app.join(&visitor(&world), &link, typed(GOOD), DEVICE).await.unwrap();
    let refused = world.app.sign_in(&visitor(&world), EMAIL, typed(GOOD), DEVICE).await;
    assert!(matches!(refused, Err(Refused::Verb(SignInError::NoMatch))), "{refused:?}");
}

#[tokio::test]
async fn a9_a_link_works_once_and_ends_in_time() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let admin = world.ctx(world.administrator).await;
        let roles = Roles::of([Role::Therapist]);
        let (id, first) = world.app.invite(&admin, nadia(), roles).await.unwrap();
        let second = world.app.invite_again(&admin, id).await.unwrap();
        let ended = world.app.join(&visitor(&world), &first, typed(GOOD), DEVICE).await;
        assert!(matches!(ended, Err(Refused::Verb(JoinError::LinkEnded))), "a newer link replaces it");

        let short = world.app.join(&visitor(&world), &second, typed("short"), DEVICE).await;
        let expected = JoinError::Password(PasswordProblem::TooShort { least: 8 });
        assert!(matches!(short, Err(Refused::Verb(found)) if found == expected), "and does not use it up");
        world.app.join(&visitor(&world), &second, typed(GOOD), DEVICE).await.unwrap();
        let again = world.app.join(&visitor(&world), &second, typed(GOOD), DEVICE).await;
        assert!(matches!(again, Err(Refused::Verb(JoinError::LinkEnded))));

        let third = world.app.invite_again(&admin, id).await.unwrap();
        world.clock.advance(SignedDuration::from_hours(72));
        let late = world.app.join(&visitor(&world), &third, typed(GOOD), DEVICE).await;
        assert!(matches!(late, Err(Refused::Verb(JoinError::LinkEnded))));
    })
    .await;
}

#[tokio::test]
async fn a8_a_reset_changes_the_password_and_skips_no_factor() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let admin = world.ctx(world.administrator).await;
        let link = world.app.reset_link(&admin, nadia.id).await.unwrap();
        let entered =
            world.app.join(&visitor(&world), &link, typed("another plum tree"), DEVICE).await.unwrap();
        assert_eq!(entered.assurance, Assurance::Partial);
        assert!(world.app.signed_in(&nadia.session).await.unwrap().is_none(), "old sessions end");
        let ctx = ctx_of(&world, &entered.token).await;
        assert!(world.app.enrolment(&ctx).await.unwrap().is_none(), "nothing to enrol anew");
        let enrolled = world.app.enrol(&ctx, "000000", DEVICE).await;
        assert!(matches!(enrolled, Err(Refused::Denied(Denial::SecondFactorMissing))));
        let old = world.app.sign_in(&visitor(&world), EMAIL, typed(GOOD), DEVICE).await;
        assert!(matches!(old, Err(Refused::Verb(SignInError::NoMatch))));
        world.clock.advance(SignedDuration::from_mins(1));
        give(&world, &entered.token, &code_at(&nadia.secret, world.app.now())).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a7_a8_a_code_and_a_recovery_code_work_once() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let used = code_at(&nadia.secret, world.app.now());
        let refused = give(&world, &half(&world).await, &used).await;
        assert!(
            matches!(refused, Err(Refused::Verb(CodeError::NoMatch))),
            "the step that enrolled is used up"
        );
        world.clock.advance(SignedDuration::from_secs(30));
        let next = code_at(&nadia.secret, world.app.now());
        give(&world, &half(&world).await, &next).await.unwrap();
        assert!(give(&world, &half(&world).await, &next).await.is_err());

        let recovery = nadia.codes[3].to_lowercase().replace('-', " ");
        give(&world, &half(&world).await, &recovery).await.unwrap();
        assert!(give(&world, &half(&world).await, &recovery).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a6_unknown_wrong_and_disabled_get_one_answer_in_like_time() {
    let world = World::new(crate::sqlite()).await;
    let nadia = come_in(&world).await;
    let try_in = async |email: &str, password: &str| {
        let started = std::time::Instant::now();
        let answer = world.app.sign_in(&visitor(&world), email, typed(password), DEVICE).await;
        assert!(matches!(answer, Err(Refused::Verb(SignInError::NoMatch))), "{email}: {answer:?}");
        started.elapsed()
    };
    let times =
        [try_in("nobody@example.org", GOOD).await, try_in(EMAIL, "wrong").await, try_in("", "").await, {
            let admin = world.ctx(world.administrator).await;
            world.app.disable(&admin, nadia.id).await.unwrap();
            try_in(EMAIL, GOOD).await
        }];
    assert!(times.iter().all(|time| time.as_millis() >= 250), "{times:?}");
    // Nobody's account and somebody's: the same work. Medians of several, and a wide bound, for a busy machine.
    let mut rounds = [Vec::new(), Vec::new()];
    for round in 0..7 {
        rounds[0].push(try_in(&format!("nobody{round}@example.org"), "wrong").await);
        rounds[1].push(try_in(EMAIL, "wrong").await);
    }
    let medians = rounds.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2].as_millis()
    });
    assert!(medians[0].abs_diff(medians[1]) < 100, "{medians:?} ms");
}

#[tokio::test]
async fn a5_guessing_opens_a_wait_that_ends_by_itself() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        come_in(&world).await;
        for _ in 0..5 {
            assert!(world.app.sign_in(&visitor(&world), EMAIL, typed("wrong"), DEVICE).await.is_err());
        }
        let right = world.app.sign_in(&visitor(&world), EMAIL, typed(GOOD), DEVICE).await;
        assert!(matches!(right, Err(Refused::Verb(SignInError::NoMatch))), "no try counts while it runs");
        world.clock.advance(SignedDuration::from_secs(6));
        half(&world).await;
    })
    .await;
}

#[tokio::test]
async fn a5_wrong_codes_are_counted_even_though_the_password_was_right() {
    let world = World::new(crate::sqlite()).await;
    let nadia = come_in(&world).await;
    for _ in 0..5 {
        assert!(give(&world, &half(&world).await, "000000").await.is_err());
    }
    let session = {
        world.clock.advance(SignedDuration::from_secs(6));
        half(&world).await
    };
    assert!(give(&world, &session, "000000").await.is_err());
    let waiting = give(&world, &session, &code_at(&nadia.secret, world.app.now())).await;
    assert!(matches!(waiting, Err(Refused::Verb(CodeError::Wait { .. }))), "{waiting:?}");
}

#[tokio::test]
async fn s3_disabling_and_new_roles_end_sessions_at_once() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let admin = world.ctx(world.administrator).await;
        let both = Roles::of([Role::Therapist, Role::Supervisor]);
        world.app.set_roles(&admin, nadia.id, both).await.unwrap();
        assert!(world.app.signed_in(&nadia.session).await.unwrap().is_none());

        world.clock.advance(SignedDuration::from_mins(1));
        let whole =
            give(&world, &half(&world).await, &code_at(&nadia.secret, world.app.now())).await.unwrap();
        world.app.disable(&admin, nadia.id).await.unwrap();
        assert!(world.app.signed_in(&whole).await.unwrap().is_none());
        world.app.enable(&admin, nadia.id).await.unwrap();
        assert_eq!(world.app.member(&admin, nadia.id).await.unwrap().account.state, AccountState::Active);
    })
    .await;
}

#[tokio::test]
async fn nobody_changes_their_own_roles_and_one_administrator_stays() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let admin = world.ctx(world.administrator).await;
        let own = world.app.set_roles(&admin, world.administrator, Roles::of([Role::Therapist])).await;
        assert!(matches!(own, Err(Refused::Verb(PeopleError::OwnAccount))));
        let operator = world.app.ctx(Actor::Operator(world.practice), TimeZone::UTC, Origin::CommandLine);
        let last = world.app.disable(&operator, world.administrator).await;
        assert!(matches!(last, Err(Refused::Verb(PeopleError::LastAdministrator))));
        let client = world.app.set_roles(&admin, world.therapist, Roles::of([Role::Client])).await;
        assert!(matches!(client, Err(Refused::Verb(PeopleError::Form(_)))));
        for stranger in [world.therapist, world.supervisor] {
            let ctx = world.ctx(stranger).await;
            let denied = world.app.disable(&ctx, world.other_therapist).await;
            assert!(matches!(denied, Err(Refused::Denied(Denial::NoRule))));
        }
    })
    .await;
}

#[tokio::test]
async fn a_client_comes_in_with_a_long_password_alone_and_sees_only_their_own() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let therapist = world.ctx(world.therapist).await;
        let form = ParticularsForm { name: "Grace O.".into(), ..ParticularsForm::default() };
        let client = world.app.create_client(&therapist, form).await.unwrap();
        let link = world.app.invite_client(&therapist, client, "grace@example.org").await.unwrap();
        let short = world.app.join(&visitor(&world), &link.token, typed("plum tree"), DEVICE).await;
        let expected = JoinError::Password(PasswordProblem::TooShort { least: 15 });
        assert!(matches!(short, Err(Refused::Verb(found)) if found == expected));
        let entered = world.app.join(&visitor(&world), &link.token, typed(GOOD), DEVICE).await.unwrap();
        assert_eq!(entered.assurance, Assurance::Full);
        let ctx = ctx_of(&world, &entered.token).await;
        let denied = world.app.overview(&ctx, client).await.err().unwrap();
        assert!(matches!(denied, Refused::Denied(Denial::NoRule)));
        let Actor::Person(person) = ctx.actor else { panic!("a person") };
        assert_eq!(person.own_client, Some(client));
        let stranger = world.ctx(world.other_therapist).await;
        assert!(world.app.invite_client(&stranger, client, "x@example.org").await.is_err());
    })
    .await;
}

#[tokio::test]
async fn the_first_start_founds_a_practice_once() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let ctx = visitor(&world);
        assert!(world.app.set_up_link(&ctx).await.unwrap().is_none(), "somebody can sign in here");
    })
    .await;
    let url = store::DatabaseUrl::Sqlite(tempfile::tempdir().unwrap().keep().join("new.db"));
    let db = store::Db::open(&url, &store::testing::keys(), store::testing::OPTIONS).unwrap();
    let content = app::content::Content::embedded().unwrap();
    let clock = std::sync::Arc::new(app::context::SystemClock);
    let app = app::App::new(db, content, clock, std::sync::Arc::new(app::context::SystemEntropy));
    let ctx = app.ctx(Actor::Visitor, TimeZone::UTC, Origin::Web("192.0.2.7".into()));
    let form = |practice: &str| SetUpForm {
        practice: practice.into(),
        zone: "Africa/Kampala".into(),
        name: "Amina Okello".into(),
        email: "amina@example.org".into(),
        password: typed(GOOD),
        treats: Treats::Too,
    };
    let old = app.set_up_link(&ctx).await.unwrap().unwrap();
    let link = app.set_up_link(&ctx).await.unwrap().unwrap();
    assert!(app.set_up(&ctx, &old, form("Lakeside"), DEVICE).await.is_err(), "the newest link counts");
    assert!(matches!(
        app.set_up(&ctx, &link, form(""), DEVICE).await,
        Err(Refused::Verb(JoinError::Form(problems))) if problems[0].0 == "practice"
    ));
    app.set_up(&ctx, &link, form("Lakeside"), DEVICE).await.unwrap();
    assert!(app.set_up(&ctx, &link, form("Lakeside"), DEVICE).await.is_err());
    assert_eq!(app.practices().await.unwrap().len(), 1);

    let on = app.set_up_link(&ctx).await.unwrap().expect("the founder who stopped half way goes on");
    let half = app.join(&ctx, &on, typed(GOOD), DEVICE).await.unwrap();
    let signed = app.signed_in(&half.token).await.unwrap().unwrap();
    let person = app.ctx_of(&signed, Origin::CommandLine);
    let secret = app.enrolment(&person).await.unwrap().unwrap().secret;
    app.enrol(&person, &code_at(&secret, person.now), DEVICE).await.unwrap();
    assert!(app.set_up_link(&ctx).await.unwrap().is_none());
}

#[tokio::test]
async fn s5_people_see_and_end_their_sessions_and_change_password_and_factor() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        world.clock.advance(SignedDuration::from_mins(1));
        let elsewhere =
            give(&world, &half(&world).await, &code_at(&nadia.secret, world.app.now())).await.unwrap();
        let ctx = ctx_of(&world, &nadia.session).await;
        let own = world.app.own_account(&ctx, &nadia.session).await.unwrap();
        assert_eq!((own.sessions.len(), own.codes_left), (2, 10));
        let (other, _) = own.sessions.iter().find(|(_, here)| !here).unwrap();
        world.app.end_session(&ctx, &other.token_hash).await.unwrap();
        assert!(world.app.signed_in(&elsewhere).await.unwrap().is_none());

        let wrong =
            world.app.change_password(&ctx, &nadia.session, typed("wrong"), typed("new plum trees")).await;
        assert!(matches!(wrong, Err(Refused::Verb(OwnAccountError::WrongPassword))));
        world.app.change_password(&ctx, &nadia.session, typed(GOOD), typed("new plum trees")).await.unwrap();
        assert!(world.app.signed_in(&nadia.session).await.unwrap().is_some(), "this one stays");

        world.app.begin_factor(&ctx).await.unwrap();
        let new = world.app.enrolment(&ctx).await.unwrap().unwrap().secret;
        assert_ne!(new, nadia.secret);
        let changed = world.app.enrol(&ctx, &code_at(&new, ctx.now), DEVICE).await.unwrap();
        assert!(
            world.app.signed_in(&nadia.session).await.unwrap().is_none(),
            "a factor change ends sessions"
        );
        assert!(world.app.signed_in(&changed.token).await.unwrap().is_some());
        let ctx = ctx_of(&world, &changed.token).await;
        let removed = world.app.remove_factor(&ctx, DEVICE).await.err();
        assert!(matches!(removed, Some(Refused::Verb(OwnAccountError::FactorNeeded))));
    })
    .await;
}

#[tokio::test]
async fn the_trail_tells_who_came_in_and_never_what_was_typed() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let unknown = "somebody.unknown@example.org";
        assert!(world.app.sign_in(&visitor(&world), unknown, typed("wrong-word"), DEVICE).await.is_err());
        assert!(world.app.sign_in(&visitor(&world), EMAIL, typed("wrong-word"), DEVICE).await.is_err());
        let admin = world.ctx(world.administrator).await;
        let trail = world.app.staff_audit(&admin, Some(nadia.id), None).await.unwrap();
        let lines: Vec<_> =
            trail.entries.iter().map(|line| (line.action.as_str(), line.outcome.as_str())).collect();
        assert!(lines.contains(&("sign_in", "refused")), "{lines:?}");
        assert!(
            lines.contains(&("factor_set", "done")) && lines.contains(&("invitation", "done")),
            "{lines:?}"
        );
        let all = world.app.staff_audit(&admin, None, None).await.unwrap();
        assert!(all.entries.iter().all(|line| line.class == "K10"));
        let text = format!("{:?}", all.entries);
        assert!(!text.contains("unknown@") && !text.contains("wrong-word"));
        let therapist = world.ctx(world.therapist).await;
        assert!(world.app.staff_audit(&therapist, None, None).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a10_after_five_minutes_a_factor_changes_only_with_the_present_one_given_again() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        world.clock.advance(SignedDuration::from_mins(6));
        let ctx = ctx_of(&world, &nadia.session).await;
        let stale = |refused| matches!(refused, Some(Refused::Denied(Denial::NotFresh)));
        assert!(stale(world.app.begin_factor(&ctx).await.err()));
        assert!(stale(world.app.renew_recovery_codes(&ctx).await.err()));
        let change = world.app.change_password(&ctx, &nadia.session, typed(GOOD), typed("new plum trees"));
        assert!(stale(change.await.err()));
        assert!(world.app.own_account(&ctx, &nadia.session).await.is_ok(), "looking asks for nothing");

        let code = |code: &str| Proof::Code(code.to_owned());
        let wrong = world.app.verify(&ctx, &nadia.session, code("000000"), DEVICE).await.err();
        assert!(matches!(wrong, Some(Refused::Verb(VerifyError::Code(CodeError::NoMatch)))));
        let right = code_at(&nadia.secret, ctx.now);
        let fresh = world.app.verify(&ctx, &nadia.session, code(&right), DEVICE).await.unwrap();
        assert!(world.app.signed_in(&nadia.session).await.unwrap().is_none(), "s1: another token");
        let again = world.app.verify(&ctx_of(&world, &fresh).await, &fresh, code(&right), DEVICE).await;
        assert!(again.is_err(), "a7: no step works twice");
        assert!(world.app.begin_factor(&ctx_of(&world, &fresh).await).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn s2_giving_the_second_factor_again_does_not_make_a_session_live_longer() {
    let world = World::new(crate::sqlite()).await;
    let nadia = come_in(&world).await;
    let before = world.app.signed_in(&nadia.session).await.unwrap().unwrap().ends_at;
    world.clock.advance(SignedDuration::from_mins(10));
    let ctx = ctx_of(&world, &nadia.session).await;
    let proof = Proof::Code(code_at(&nadia.secret, ctx.now));
    let fresh = world.app.verify(&ctx, &nadia.session, proof, DEVICE).await.unwrap();
    assert_eq!(world.app.signed_in(&fresh).await.unwrap().unwrap().ends_at, before);
}

#[tokio::test]
async fn s2_fifteen_idle_minutes_or_twelve_hours_end_a_session() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let idle = world.session(world.therapist, Assurance::Full).await;
        let busy = world.session(world.therapist, Assurance::Full).await;
        let minutes = |n| SignedDuration::from_mins(n);
        for _ in 0..71 {
            world.clock.advance(minutes(10));
            assert!(world.app.signed_in(&busy).await.unwrap().is_some(), "every request extends it");
        }
        assert!(world.app.signed_in(&idle).await.unwrap().is_none(), "the other one was idle");
        world.clock.advance(minutes(10));
        assert!(world.app.signed_in(&busy).await.unwrap().is_none(), "twelve hours are the end");
    })
    .await;
}

#[tokio::test]
async fn s3_what_one_instance_ends_has_ended_in_another_at_its_next_request() {
    store::testing::each_engine(async |db| {
        let world = World::new(db.clone()).await;
        let content = app::content::Content::embedded().unwrap();
        let entropy = std::sync::Arc::new(app::context::SystemEntropy);
        let other = app::App::new(db, content, world.clock.clone(), entropy);
        let admin = world.ctx(world.administrator).await;
        let there = async |session: &Token| other.signed_in(session).await.unwrap().is_some();
        let begin = async || world.session(world.therapist, Assurance::Full).await;

        let session = begin().await;
        assert!(there(&session).await);
        world.app.sign_out(&visitor(&world), &session).await.unwrap();
        assert!(!there(&session).await, "signed out");
        let session = begin().await;
        let both = Roles::of([Role::Therapist, Role::Supervisor]);
        world.app.set_roles(&admin, world.therapist, both).await.unwrap();
        assert!(!there(&session).await, "other roles");
        let session = begin().await;
        world.app.disable(&admin, world.therapist).await.unwrap();
        assert!(!there(&session).await, "disabled");
    })
    .await;
}
