//! Passkeys, with a device in software: what is taken, and every way in which it is not.

use crate::accounts::{DEVICE, EMAIL, GOOD, Insider, come_in, ctx_of, half, typed, visitor};
use app::context::{Ctx, Origin};
use app::entry::Refused;
use app::own_account::OwnAccountError;
use app::passkeys::{Added, Answer, NewAnswer, PasskeyError};
use app::sessions::Token;
use app::sign_in::{CodeError, LetIn, SignInError};
use app::step_up::{Means, Proof, VerifyError};
use app::testing::World;
use domain::access::{Actor, Assurance, Denial};
use domain::account::{AccountState, MOST_FAILURES, MOST_OF_NETWORK, Role, Roles};
use domain::passkey::Site;
use domain::way_in::{Change, Factors};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use store::testing::{Authenticator, each_engine};
use store::{Across, Sql, StoreError, Tx, guesses};

const ORIGIN: &str = "https://practice.example";
const NAME: &str = "practice.example";

type Fields = Vec<(&'static str, String)>;

fn site() -> Site {
    Site::of(ORIGIN).unwrap()
}

fn device() -> Authenticator {
    Authenticator::at(ORIGIN, NAME)
}

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
}

fn answer(fields: &Fields) -> Answer {
    Answer::sent(|name| field(fields, name))
}

/// Adds a device's passkey in a session; gives the session that takes its place.
async fn try_add(
    world: &World,
    session: &Token,
    device: &mut Authenticator,
) -> Result<Added, Refused<PasskeyError>> {
    world.clock.advance(SignedDuration::from_secs(1));
    let ctx = ctx_of(world, session).await;
    let question = world.app.ask_for_new_passkey(&ctx, session).await.unwrap().unwrap();
    let made = device.make(&question.challenge, &question.handle);
    let sent = ("My phone", NewAnswer::sent(|name| field(&made, name)));
    world.app.add_passkey(&ctx, (&site(), session), sent, DEVICE).await
}

async fn add(world: &World, session: &Token, device: &mut Authenticator) -> Token {
    try_add(world, session, device).await.unwrap().token
}

/// A visit, and the challenge given to it.
fn visit(world: &World) -> (Token, String) {
    // Every try has an instant of its own.
    world.clock.advance(SignedDuration::from_secs(1));
    let visit = world.app.new_token();
    let question = world.app.ask_for_any_passkey(&visitor(world), &visit).unwrap();
    assert!(question.known.is_empty(), "nobody is told of anybody's passkeys");
    (visit, question.challenge)
}

async fn send(
    world: &World,
    ctx: &Ctx,
    visit: &Token,
    fields: &Fields,
) -> Result<LetIn, Refused<SignInError>> {
    world.app.sign_in_with_passkey(ctx, (&site(), visit), answer(fields), DEVICE).await
}

/// Signs in with a device's passkey alone.
async fn sign_in(world: &World, device: &mut Authenticator) -> Result<LetIn, Refused<SignInError>> {
    let (visit, challenge) = visit(world);
    let shown = device.show(&challenge);
    send(world, &visitor(world), &visit, &shown).await
}

fn refused<T>(outcome: &Result<T, Refused<SignInError>>) -> bool {
    matches!(outcome, Err(Refused::Verb(SignInError::NoMatch)))
}

/// Outcome and rule of the newest lines of an account, newest first.
async fn trail(world: &World, action: &'static str) -> Vec<(String, String)> {
    const LINES: Sql = Sql::new("SELECT outcome, rule FROM audit WHERE action = $1 ORDER BY at DESC");
    let read = move |tx: &mut Tx<'_>| tx.all(LINES, &[&action], |row| Ok((row.get(0)?, row.get(1)?)));
    world.app.db().read_in(world.practice, read).await.unwrap()
}

async fn news(world: &World, nadia: &Insider) -> Vec<Change> {
    let news = world.app.news(&world.ctx(nadia.id).await).await.unwrap();
    news.into_iter().map(|one| one.change).collect()
}

#[tokio::test]
async fn a2_a1_a_passkey_alone_is_two_factors_and_lets_her_in_without_an_address() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let mut phone = device();
        let added = try_add(&world, &nadia.session, &mut phone).await.unwrap();
        assert!(added.codes.is_none(), "she keeps the recovery codes she has");
        assert!(world.app.signed_in(&nadia.session).await.unwrap().is_none(), "every session ended");
        let entered = sign_in(&world, &mut phone).await.unwrap();
        assert!(entered.told && entered.device.is_some());
        let ctx = ctx_of(&world, &entered.token).await;
        let Actor::Person(person) = &ctx.actor else { panic!("a person") };
        assert_eq!((person.account, person.assurance), (nadia.id, Assurance::Full));
        assert!(person.is_fresh(ctx.now), "it counts as a factor given just now");
        assert!(world.app.caseload(&ctx).await.is_ok());
        assert_eq!(trail(&world, "sign_in").await[0], ("done".into(), "passkey".into()));
        assert_eq!(news(&world, &nadia).await, [Change::PasskeyAdded]);
        let own = world.app.own_account(&ctx, &entered.token).await.unwrap();
        assert_eq!(own.factors, Factors { codes: true, passkeys: 1 });
        const NAMES: Sql = Sql::new("SELECT name FROM passkey");
        let read = |tx: &mut Tx<'_>| tx.one(NAMES, &[], |row| row.get::<Vec<u8>>(0));
        let sealed = world.app.db().read_in(world.practice, read).await.unwrap().unwrap();
        assert!(!sealed.windows(5).any(|part| part == b"phone"), "c1: what she called it is sealed");
        assert_eq!((own.passkeys[0].name.as_str(), own.passkeys[0].used_at), ("My phone", Some(ctx.now)));
    })
    .await;
}

#[tokio::test]
async fn a2_each_lie_of_a_device_or_a_browser_is_refused_and_leaves_its_line() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let mut phone = device();
        add(&world, &nadia.session, &mut phone).await;
        let tampered = |name: &'static str| {
            move |fields: &mut Fields| {
                let (_, value) = fields.iter_mut().find(|(known, _)| *known == name).unwrap();
                // The last letter but one: never padding, always some bits.
                let at = value.len() - 2;
                let other = if &value[at..=at] == "A" { "B" } else { "A" };
                value.replace_range(at..=at, other);
            }
        };
        type Lie = Box<dyn Fn(&mut Authenticator)>;
        type Change = Box<dyn Fn(&mut Fields)>;
        let lies: Vec<(&str, Lie, Change)> = vec![
            (
                "passkey_site",
                Box::new(|one| one.origin = "https://practice.example.evil".into()),
                Box::new(|_| ()),
            ),
            ("passkey_site", Box::new(|one| one.origin = "http://practice.example".into()), Box::new(|_| ())),
            ("passkey_site", Box::new(|one| one.name = "evil.example".into()), Box::new(|_| ())),
            ("passkey_unverified", Box::new(|one| one.verifies = false), Box::new(|_| ())),
            ("passkey_form", Box::new(|one| one.may_be_copied = true), Box::new(|_| ())),
            ("passkey_unknown", Box::new(|one| one.handle = String::new()), Box::new(|_| ())),
            ("passkey_unknown", Box::new(|one| one.handle = "AAAA".into()), Box::new(|_| ())),
            ("passkey_signature", Box::new(|_| ()), Box::new(tampered("signature"))),
            ("passkey_signature", Box::new(|_| ()), Box::new(|fields| fields[4].1.clear())),
            ("passkey_challenge", Box::new(|_| ()), Box::new(tampered("challenge"))),
            ("passkey_form", Box::new(|_| ()), Box::new(|fields| fields[2].1 = "e30".into())),
        ];
        for (rule, lie, change) in lies {
            let (origin, name, handle) = (phone.origin.clone(), phone.name.clone(), phone.handle.clone());
            lie(&mut phone);
            let (visit, challenge) = visit(&world);
            let mut shown = phone.show(&challenge);
            change(&mut shown);
            let outcome = send(&world, &visitor(&world), &visit, &shown).await;
            assert!(refused(&outcome), "{rule}: {outcome:?}");
            assert_eq!(trail(&world, "sign_in").await[0], ("refused".into(), rule.into()));
            (phone.origin, phone.name, phone.handle) = (origin, name, handle);
            (phone.verifies, phone.may_be_copied) = (true, false);
            world.clock.advance(SignedDuration::from_mins(20));
        }
        assert!(sign_in(&world, &mut phone).await.is_ok(), "the truth is taken");
    })
    .await;
}

#[tokio::test]
async fn a2_a_challenge_is_answered_once_within_five_minutes_by_whom_it_was_given_to() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let mut phone = device();
        let session = add(&world, &nadia.session, &mut phone).await;
        let ctx = visitor(&world);

        let (first, challenge) = visit(&world);
        let shown = phone.show(&challenge);
        send(&world, &ctx, &first, &shown).await.unwrap();
        assert!(refused(&send(&world, &ctx, &first, &shown).await), "replayed");
        phone.count += 1;
        let anew = phone.show(&challenge);
        assert!(refused(&send(&world, &ctx, &first, &anew).await), "the same challenge, signed anew");

        let (_, challenge) = visit(&world);
        let shown = phone.show(&challenge);
        assert!(refused(&send(&world, &ctx, &world.app.new_token(), &shown).await), "another visit's");

        let own = world.app.ask_for_own_passkey(&ctx_of(&world, &session).await, &session).await.unwrap();
        assert_eq!(own.known.len(), 1);
        let shown = phone.show(&own.challenge);
        assert!(refused(&send(&world, &ctx, &session, &shown).await), "made for something else");

        let (late, challenge) = visit(&world);
        world.clock.advance(SignedDuration::from_mins(5));
        let shown = phone.show(&challenge);
        assert!(refused(&send(&world, &visitor(&world), &late, &shown).await), "five minutes have passed");
        world.clock.advance(SignedDuration::from_mins(20));
        assert!(world.app.sweep_challenges().await.unwrap() >= 1, "what has ended is forgotten");
        assert!(sign_in(&world, &mut phone).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a2_a_count_that_goes_back_is_refused_and_told_and_a_device_that_never_counts_is_not() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let (mut key, mut phone) = (device(), device());
        phone.step = 0;
        let session = add(&world, &nadia.session, &mut key).await;
        add(&world, &session, &mut phone).await;
        for _ in 0..3 {
            sign_in(&world, &mut key).await.unwrap();
            sign_in(&world, &mut phone).await.unwrap();
        }
        // A copy stands where the key stood some time ago.
        key.count -= 2;
        assert!(refused(&sign_in(&world, &mut key).await));
        assert_eq!(trail(&world, "sign_in").await[0], ("refused".into(), "passkey_count".into()));
        assert!(news(&world, &nadia).await.contains(&Change::PasskeyCopied));
        let admin = world.app.news(&world.ctx(world.administrator).await).await.unwrap();
        assert!(admin.iter().any(|one| one.change == Change::PasskeyCopied), "the administrators are told");
    })
    .await;
}

#[tokio::test]
async fn a2_one_persons_passkey_and_challenge_open_nothing_of_another() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let mut hers = device();
        let session = add(&world, &nadia.session, &mut hers).await;
        let tom = world.session(world.therapist, Assurance::Full).await;
        let mut his = device();
        let tom = add(&world, &tom, &mut his).await;

        // His passkey, her session, her challenge: as a step-up, and as a second factor.
        world.clock.advance(SignedDuration::from_mins(6));
        let ctx = ctx_of(&world, &session).await;
        let question = world.app.ask_for_own_passkey(&ctx, &session).await.unwrap();
        let shown = his.show(&question.challenge);
        let proof = Proof::Passkey(site(), answer(&shown));
        let outcome = world.app.verify(&ctx, &session, proof, DEVICE).await;
        assert!(matches!(outcome, Err(Refused::Verb(VerifyError::Code(CodeError::NoMatch)))), "{outcome:?}");
        // Her passkey, her session, his challenge.
        let question = world.app.ask_for_own_passkey(&ctx_of(&world, &tom).await, &tom).await.unwrap();
        let shown = hers.show(&question.challenge);
        let proof = Proof::Passkey(site(), answer(&shown));
        let outcome = world.app.verify(&ctx, &session, proof, DEVICE).await;
        assert!(matches!(outcome, Err(Refused::Verb(VerifyError::Code(CodeError::NoMatch)))), "{outcome:?}");

        // The same passkey belongs to one account.
        let ola = world.session(world.other_therapist, Assurance::Full).await;
        let again = try_add(&world, &ola, &mut his).await;
        assert!(matches!(again, Err(Refused::Verb(PasskeyError::AlreadyThere))), "{again:?}");
        assert_eq!(trail(&world, "factor_set").await[0], ("refused".into(), "passkey_known".into()));
    })
    .await;
}

#[tokio::test]
async fn a2_a_passkey_is_the_second_factor_after_the_password_and_again_before_what_matters() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let mut phone = device();
        let session = add(&world, &nadia.session, &mut phone).await;
        let ctx = ctx_of(&world, &session).await;
        let session = world.app.remove_factor(&ctx, DEVICE).await.unwrap().token;
        let ctx = ctx_of(&world, &session).await;
        let own = world.app.own_account(&ctx, &session).await.unwrap();
        assert_eq!((own.factors, own.codes_left), (Factors { codes: false, passkeys: 1 }, 10));

        let half = half(&world).await;
        let denied = world.app.caseload(&ctx_of(&world, &half).await).await;
        assert!(
            matches!(denied, Err(Refused::Denied(Denial::SecondFactorMissing))),
            "a1: one factor opens nothing"
        );
        let question = world.app.ask_for_own_passkey(&ctx_of(&world, &half).await, &half).await.unwrap();
        let shown = phone.show(&question.challenge);
        let signed = world.app.signed_in(&half).await.unwrap().unwrap();
        let sent = (&site(), answer(&shown));
        let whole = world.app.give_passkey(&visitor(&world), (&signed, &half), sent, DEVICE).await.unwrap();
        assert!(world.app.signed_in(&half).await.unwrap().is_none(), "the half session has ended");

        world.clock.advance(SignedDuration::from_mins(6));
        let ctx = ctx_of(&world, &whole.token).await;
        let stale = world.app.renew_recovery_codes(&ctx).await;
        assert!(matches!(stale, Err(Refused::Denied(Denial::NotFresh))));
        assert_eq!(world.app.means(&ctx).await.unwrap(), Means::Factors(own.factors));
        let question = world.app.ask_for_own_passkey(&ctx, &whole.token).await.unwrap();
        let shown = phone.show(&question.challenge);
        let proof = Proof::Passkey(site(), answer(&shown));
        let again = world.app.verify(&ctx, &whole.token, proof, DEVICE).await.unwrap();
        assert_eq!(trail(&world, "verify").await[0], ("done".into(), "passkey".into()));
        let codes = world.app.renew_recovery_codes(&ctx_of(&world, &again).await).await.unwrap();

        // A recovery code stands in for a passkey that is lost.
        world.clock.advance(SignedDuration::from_mins(6));
        let ctx = ctx_of(&world, &again).await;
        let proof = Proof::Code(codes[0].clone());
        assert!(world.app.verify(&ctx, &again, proof, DEVICE).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a2_a9_somebody_invited_comes_in_with_a_passkey_as_the_factor() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let admin = world.ctx(world.administrator).await;
        let form =
            app::people::MemberForm { name: "Nadia N.".into(), email: EMAIL.into(), zone: String::new() };
        let (id, link) = world.app.invite(&admin, form, Roles::of([Role::Therapist])).await.unwrap();
        let half = world.app.join(&visitor(&world), &link, typed(GOOD), DEVICE).await.unwrap().token;
        let mut phone = device();
        phone.verifies = false;
        let unverified = try_add(&world, &half, &mut phone).await;
        assert!(matches!(unverified, Err(Refused::Verb(PasskeyError::Refused))), "{unverified:?}");
        assert_eq!(trail(&world, "factor_set").await[0], ("refused".into(), "passkey_unverified".into()));
        phone.verifies = true;
        let added = try_add(&world, &half, &mut phone).await.unwrap();
        assert_eq!(added.codes.map(|codes| codes.len()), Some(10), "it is her first factor");
        let signed = world.app.signed_in(&added.token).await.unwrap().unwrap();
        assert_eq!((signed.state, signed.person.assurance), (AccountState::Active, Assurance::Full));
        assert!(sign_in(&world, &mut phone).await.is_ok());

        // Nobody who has a factor already adds one with the password alone.
        let half = crate::accounts::half(&world).await;
        let denied = try_add(&world, &half, &mut device()).await;
        assert!(matches!(denied, Err(Refused::Denied(Denial::SecondFactorMissing))), "{denied:?}");

        // Started anew, her passkey opens nothing.
        world.app.start_anew(&admin, id).await.unwrap();
        assert!(refused(&sign_in(&world, &mut phone).await));
    })
    .await;
}

#[tokio::test]
async fn a2_staff_keep_one_factor_and_may_name_and_remove_the_others() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let (mut key, mut phone) = (device(), device());
        let session = add(&world, &nadia.session, &mut key).await;
        let session = add(&world, &session, &mut phone).await;
        let ctx = ctx_of(&world, &session).await;
        let own = world.app.own_account(&ctx, &session).await.unwrap();
        let ids: Vec<_> = own.passkeys.iter().map(|one| one.id).collect();
        world.app.rename_passkey(&ctx, ids[0], "  The key on my ring ").await.unwrap();
        let empty = world.app.rename_passkey(&ctx, ids[0], " ").await;
        assert!(matches!(empty, Err(Refused::Verb(OwnAccountError::Form(_)))));
        let tom = world.ctx(world.therapist).await;
        for outcome in [
            world.app.rename_passkey(&tom, ids[0], "mine").await,
            world.app.remove_passkey(&tom, ids[0], DEVICE).await.map(|_| ()),
        ] {
            let kept = matches!(
                outcome,
                Err(Refused::Verb(OwnAccountError::NoSuchPasskey | OwnAccountError::FactorNeeded))
            );
            assert!(kept, "z7: another person's is not there: {outcome:?}");
        }

        let session = world.app.remove_factor(&ctx, DEVICE).await.unwrap().token;
        let ctx = ctx_of(&world, &session).await;
        let session = world.app.remove_passkey(&ctx, ids[1], DEVICE).await.unwrap().token;
        assert!(refused(&sign_in(&world, &mut phone).await), "what was removed opens nothing");
        let ctx = ctx_of(&world, &session).await;
        let own = world.app.own_account(&ctx, &session).await.unwrap();
        assert_eq!(
            own.passkeys.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
            ["The key on my ring"]
        );
        let last = world.app.remove_passkey(&ctx, ids[0], DEVICE).await.map(|_| ());
        assert!(matches!(last, Err(Refused::Verb(OwnAccountError::FactorNeeded))), "{last:?}");
        let told = news(&world, &nadia).await;
        assert!(told.contains(&Change::PasskeyRemoved) && told.contains(&Change::FactorRemoved));
        world.clock.advance(SignedDuration::from_mins(6));
        let stale =
            world.app.remove_passkey(&ctx_of(&world, &session).await, ids[0], DEVICE).await.map(|_| ());
        assert!(matches!(stale, Err(Refused::Denied(Denial::NotFresh))), "{stale:?}");
    })
    .await;
}

#[tokio::test]
async fn a2_a_client_may_go_back_to_the_password_alone() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let tom = world.ctx(world.therapist).await;
        let form = domain::client::ParticularsForm { name: "Grace".into(), ..Default::default() };
        let client = world.app.create_client(&tom, form).await.unwrap();
        let link = world.app.invite_client(&tom, client, "grace@example.org").await.unwrap().token;
        let password = "a long enough sentence of hers";
        let session = world.app.join(&visitor(&world), &link, typed(password), DEVICE).await.unwrap().token;
        let mut phone = device();
        let added = try_add(&world, &session, &mut phone).await.unwrap();
        assert!(added.codes.is_some(), "recovery codes come with the first factor");
        let by_password = async || {
            world.app.sign_in(&visitor(&world), "grace@example.org", typed(password), DEVICE).await.unwrap()
        };
        assert_eq!(by_password().await.assurance, Assurance::Partial);
        let entered = sign_in(&world, &mut phone).await.unwrap();
        assert!(entered.device.is_none(), "a client's device is not remembered");
        let ctx = ctx_of(&world, &entered.token).await;
        let own = world.app.own_account(&ctx, &entered.token).await.unwrap();
        let removed = world.app.remove_passkey(&ctx, own.passkeys[0].id, DEVICE).await.unwrap().token;
        let ctx = ctx_of(&world, &removed).await;
        let own = world.app.own_account(&ctx, &removed).await.unwrap();
        assert_eq!((own.factors, own.codes_left), (Factors::default(), 0));
        assert_eq!(by_password().await.assurance, Assurance::Full);
    })
    .await;
}

fn from(world: &World, address: &str, device: Option<&Token>) -> Ctx {
    let ctx = world.app.ctx(Actor::Visitor, TimeZone::UTC, Origin::Web(address.into()));
    ctx.on_device(device.cloned())
}

async fn guess(world: &World, nadia: &Insider, place: &'static str) {
    let owner = (world.practice, nadia.id);
    let count = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        (0..MOST_FAILURES).try_for_each(|_| guesses::count(tx, owner, place, None))
    };
    world.app.db().write_in(world.practice, count).await.unwrap();
}

#[tokio::test]
async fn a5_wrong_passkeys_are_counted_apart_and_a_guesser_of_passwords_stops_no_passkey() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let mut phone = device();
        add(&world, &nadia.session, &mut phone).await;
        guess(&world, &nadia, "strangers").await;
        guess(&world, &nadia, "codes").await;
        let known = sign_in(&world, &mut phone).await.unwrap().device.unwrap();

        guess(&world, &nadia, "passkeys").await;
        let stopped = sign_in(&world, &mut phone).await;
        assert!(refused(&stopped), "a hundred wrong ones in a row: {stopped:?}");
        assert_eq!(trail(&world, "sign_in").await[0], ("refused".into(), "waiting".into()));
        let by_password = world.app.sign_in(&visitor(&world), EMAIL, typed(GOOD), DEVICE).await;
        assert!(by_password.is_ok(), "and passwords go on: {by_password:?}");
        let (visit, challenge) = visit(&world);
        let shown = phone.show(&challenge);
        let at_home = from(&world, "192.0.2.7", Some(&known));
        assert!(send(&world, &at_home, &visit, &shown).await.is_ok(), "her own device counts for itself");
        assert!(sign_in(&world, &mut phone).await.is_ok(), "and opens the door again");
    })
    .await;
}

#[tokio::test]
async fn a5_a_network_that_guesses_is_not_heard_with_passkeys_either() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let mut phone = device();
        add(&world, &nadia.session, &mut phone).await;
        let known = sign_in(&world, &mut phone).await.unwrap().device.unwrap();
        let (now, after) = (world.app.now(), world.app.now() - SignedDuration::from_mins(60));
        let count = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            (1..MOST_OF_NETWORK).try_for_each(|_| guesses::count_network(tx, "198.51.100.0/24", now, after))
        };
        world.app.db().write_in(world.practice, count).await.unwrap();
        let ask = async |device: Option<&Token>, phone: &mut Authenticator| {
            let (visit, challenge) = visit(&world);
            let shown = phone.show(&challenge);
            send(&world, &from(&world, "198.51.100.77", device), &visit, &shown).await
        };
        assert!(refused(&ask(None, &mut device()).await), "a try with nobody's passkey counts as well");
        assert!(refused(&ask(None, &mut phone).await), "the network is closed");
        assert!(ask(Some(&known), &mut phone).await.is_ok(), "nobody locks her own device out");
        world.clock.advance(SignedDuration::from_mins(61));
        assert!(ask(None, &mut phone).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a6_nobodys_passkey_a_wrong_one_and_a_disabled_person_get_one_answer_in_like_time() {
    let world = World::new(crate::sqlite()).await;
    let nadia = come_in(&world).await;
    let mut phone = device();
    add(&world, &nadia.session, &mut phone).await;
    let timed = async |device: &mut Authenticator| {
        let started = std::time::Instant::now();
        let outcome = sign_in(&world, device).await;
        assert!(refused(&outcome), "{outcome:?}");
        started.elapsed().as_millis()
    };
    let unknown = timed(&mut device()).await;
    phone.verifies = false;
    let wrong = timed(&mut phone).await;
    phone.verifies = true;
    let admin = world.ctx(world.administrator).await;
    world.app.disable(&admin, nadia.id).await.unwrap();
    let disabled = timed(&mut phone).await;
    assert!([unknown, wrong, disabled].iter().all(|time| *time >= 250), "{unknown} {wrong} {disabled}");
    assert_eq!(trail(&world, "sign_in").await[0], ("refused".into(), "disabled".into()));
}

#[tokio::test]
async fn a2_c1_a_passkey_moved_to_another_account_in_the_database_is_refused_and_named() {
    const MOVED: Sql = Sql::new("UPDATE passkey SET account_id = $1");
    const KEY: Sql = Sql::new("UPDATE passkey SET counter = 0");
    each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let mut phone = device();
        add(&world, &nadia.session, &mut phone).await;
        sign_in(&world, &mut phone).await.unwrap();
        let broken = |outcome: Result<LetIn, Refused<SignInError>>| match outcome {
            Err(Refused::Store(StoreError::Broken { table, .. })) => table,
            other => panic!("{other:?}"),
        };
        let victim = world.administrator;
        let everywhere = world.app.db().across_practices(Across::Operator);
        everywhere.write(|tx| tx.exec(KEY, &[])).await.unwrap();
        assert_eq!(broken(sign_in(&world, &mut phone).await), "passkey", "a count put back");
        everywhere.write(move |tx| tx.exec(MOVED, &[&victim])).await.unwrap();
        assert_eq!(broken(sign_in(&world, &mut phone).await), "passkey", "the administrator's now?");
        let report = world.app.verify_fields().await.unwrap();
        assert!(report.findings.iter().any(|line| line.contains("passkey")), "{report:?}");
    })
    .await;
}

#[tokio::test]
async fn a2_of_two_answers_at_once_with_one_challenge_one_is_taken() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let mut phone = device();
        phone.step = 0;
        add(&world, &nadia.session, &mut phone).await;
        let (visit, challenge) = visit(&world);
        let shown = phone.show(&challenge);
        let ctx = visitor(&world);
        let tries = (0..4).map(|_| {
            let (app, ctx, visit, sent) = (world.app.clone(), ctx.clone(), visit.clone(), answer(&shown));
            tokio::spawn(async move { app.sign_in_with_passkey(&ctx, (&site(), &visit), sent, DEVICE).await })
        });
        let tries: Vec<_> = tries.collect();
        let mut taken = 0;
        for one in tries {
            taken += usize::from(one.await.unwrap().is_ok());
        }
        assert_eq!(taken, 1);
    })
    .await;
}
