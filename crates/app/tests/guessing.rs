//! Guessing is limited, and keeps nobody out but who guesses.

use crate::accounts::{DEVICE, EMAIL, GOOD, Insider, come_in, ctx_of, half, typed, visitor};
use app::context::{Ctx, Origin};
use app::entry::Refused;
use app::sessions::Token;
use app::sign_in::{CodeError, SignInError};
use app::step_up::{Proof, VerifyError};
use app::testing::{World, code_at};
use domain::access::Actor;
use domain::account::{MOST_FAILURES, MOST_OF_NETWORK};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use store::{StoreError, Tx, guesses};

fn from(world: &World, address: &str, device: Option<&Token>) -> Ctx {
    let ctx = world.app.ctx(Actor::Visitor, TimeZone::UTC, Origin::Web(address.into()));
    ctx.on_device(device.cloned())
}

/// Signs in with both factors; gives what the device keeps.
async fn whole(world: &World, nadia: &Insider) -> Token {
    world.clock.advance(SignedDuration::from_mins(1));
    let session = half(world).await;
    let signed = world.app.signed_in(&session).await.unwrap().unwrap();
    let code = code_at(&nadia.secret, world.app.now());
    let entered = world.app.give_code(&visitor(world), (&signed, &session), &code, DEVICE).await.unwrap();
    entered.device.expect("a device of somebody who works here is known from now on")
}

async fn guess(world: &World, nadia: &Insider, place: &'static str, times: i64) {
    let owner = (world.practice, nadia.id);
    let count = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        (0..times).try_for_each(|_| guesses::count(tx, owner, place, None))
    };
    world.app.db().write_in(world.practice, count).await.unwrap();
}

fn not_heard<T: std::fmt::Debug>(outcome: &Result<T, Refused<SignInError>>) -> bool {
    matches!(outcome, Err(Refused::Verb(SignInError::NoMatch)))
}

#[tokio::test]
async fn a5_a_hundred_wrong_tries_of_strangers_stop_strangers_and_not_the_owner() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let device = whole(&world, &nadia).await;
        guess(&world, &nadia, "strangers", MOST_FAILURES - 1).await;
        let stranger = from(&world, "198.51.100.1", None);
        assert!(not_heard(&world.app.sign_in(&stranger, EMAIL, typed("wrong"), DEVICE).await));
        let right = world.app.sign_in(&stranger, EMAIL, typed(GOOD), DEVICE).await;
        assert!(not_heard(&right), "the hundredth was the last that counted");

        let at_home = from(&world, "192.0.2.7", Some(&device));
        let own = world.app.sign_in(&at_home, EMAIL, typed(GOOD), DEVICE).await;
        assert!(own.is_ok(), "her own device is heard: {own:?}");
        let made_up = from(&world, "192.0.2.7", Some(&Token::presented("made up")));
        assert!(not_heard(&world.app.sign_in(&made_up, EMAIL, typed(GOOD), DEVICE).await));

        // A link that somebody hands her opens the door to new devices again.
        let admin = world.ctx(world.administrator).await;
        let link = world.app.reset_link(&admin, nadia.id).await.unwrap();
        world.app.join(&visitor(&world), &link, typed("another plum tree"), DEVICE).await.unwrap();
        let again = world.app.sign_in(&stranger, EMAIL, typed("another plum tree"), DEVICE).await;
        assert!(again.is_ok(), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn a5_a_network_that_guesses_is_not_heard_for_an_hour_except_devices_that_are_known() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        let device = whole(&world, &nadia).await;
        let (now, after) = (world.app.now(), world.app.now() - SignedDuration::from_mins(60));
        let count = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            (1..MOST_OF_NETWORK).try_for_each(|_| guesses::count_network(tx, "198.51.100.0/24", now, after))
        };
        world.app.db().write_in(world.practice, count).await.unwrap();
        let neighbour = from(&world, "198.51.100.77", None);
        let unknown = world.app.sign_in(&neighbour, "nobody@example.org", typed("wrong"), DEVICE).await;
        assert!(not_heard(&unknown), "a try at nobody's account counts as well");

        let right = world.app.sign_in(&neighbour, EMAIL, typed(GOOD), DEVICE).await;
        assert!(not_heard(&right));
        let known = from(&world, "198.51.100.77", Some(&device));
        assert!(world.app.sign_in(&known, EMAIL, typed(GOOD), DEVICE).await.is_ok(), "nobody locks her out");
        let elsewhere = from(&world, "203.0.113.5", None);
        assert!(world.app.sign_in(&elsewhere, EMAIL, typed(GOOD), DEVICE).await.is_ok());
        world.clock.advance(SignedDuration::from_mins(61));
        let later = from(&world, "198.51.100.77", None);
        assert!(world.app.sign_in(&later, EMAIL, typed(GOOD), DEVICE).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a5_a_hundred_wrong_codes_stop_codes_and_wrong_passwords_of_strangers_do_not() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let nadia = come_in(&world).await;
        world.clock.advance(SignedDuration::from_mins(1));
        let ctx = ctx_of(&world, &nadia.session).await;
        guess(&world, &nadia, "strangers", MOST_FAILURES).await;
        let code = Proof::Code(code_at(&nadia.secret, ctx.now));
        let session = world.app.verify(&ctx, &nadia.session, code, DEVICE).await.unwrap();

        guess(&world, &nadia, "codes", MOST_FAILURES).await;
        world.clock.advance(SignedDuration::from_mins(1));
        let ctx = ctx_of(&world, &session).await;
        let right = Proof::Code(code_at(&nadia.secret, ctx.now));
        let stopped = world.app.verify(&ctx, &session, right, DEVICE).await.err();
        assert!(matches!(stopped, Some(Refused::Verb(VerifyError::Code(CodeError::Stopped)))), "{stopped:?}");
    })
    .await;
}
