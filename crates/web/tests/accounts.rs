use crate::support::{Browser, House, Page, sqlite};
use app::testing::code_at;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

const EMAIL: &str = "nadia@example.org";
const GOOD: &str = "plum tree at dusk";

/// Invites Nadia, and brings her in; gives the secret of her authenticator and the page with her recovery codes.
async fn nadia_comes_in(house: &House) -> (String, Page) {
    let admin = house.browser(house.world.administrator).await;
    let fields = [("name", "Nadia N."), ("email", EMAIL), ("roles", "therapist"), ("zone", "")];
    let made = admin.post("/people/new", &fields).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let link = format!("/l/{}", made.between("/l/", "\""));

    let shown = house.visitor().get(&link).await;
    assert!(shown.body.contains("Nadia N., you are invited to Test practice"), "{}", shown.body);
    let short = house.visitor().post(&link, &[("password", "short")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.body.contains("at least 8 characters"));
    let half = house.visitor().post(&link, &[("password", GOOD)]).await;
    assert_eq!(half.location.as_deref(), Some("/sign-in/code"), "{}", half.body);

    let browser = house.browser_of(&half);
    assert_eq!(browser.get("/sign-in/code").await.location.as_deref(), Some("/second-step"));
    let factor = browser.get("/second-step").await;
    let secret = factor.between("<code class=\"secret\">", "</code>").replace(' ', "");
    let wrong = browser.post("/second-step", &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
    let code = code_at(&secret, house.world.app.now());
    let codes = browser.post("/second-step", &[("code", &code)]).await;
    assert_eq!(codes.status, StatusCode::OK, "{}", codes.body);
    assert!(codes.body.contains("Your recovery codes"));
    (secret, codes)
}

async fn sign_in<'h>(house: &'h House, next: &str) -> (Page, Browser<'h>) {
    let fields = [("email", EMAIL), ("password", GOOD), ("next", next)];
    let page = house.visitor().post("/sign-in", &fields).await;
    let browser = house.browser_of(&page);
    (page, browser)
}

#[tokio::test]
async fn from_the_invitation_to_the_caseload_and_out_again() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let (secret, codes) = nadia_comes_in(&house).await;
        assert_eq!(house.browser_of(&codes).get("/clients").await.status, StatusCode::OK);

        house.world.clock.advance(jiff::SignedDuration::from_mins(1));
        let (half, browser) = sign_in(&house, "/clients/new").await;
        assert_eq!(half.location.as_deref(), Some("/sign-in/code?next=/clients/new"));
        assert_eq!(browser.get("/clients").await.location.as_deref(), Some("/sign-in/code?next=/clients"));
        let code = code_at(&secret, house.world.app.now());
        let whole = browser.post("/sign-in/code", &[("code", &code), ("next", "/clients/new")]).await;
        assert_eq!(whole.location.as_deref(), Some("/clients/new"), "{}", whole.body);
        assert!(browser.get("/clients").await.location.is_some(), "the half session has ended");

        let browser = house.browser_of(&whole);
        assert_eq!(browser.get("/clients").await.status, StatusCode::OK);
        assert!(browser.get("/account").await.body.contains("10 recovery codes are left"));
        let out = browser.post("/sign-out", &[]).await;
        assert_eq!(out.headers["clear-site-data"], "\"cache\", \"storage\"");
        assert!(out.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
        assert!(browser.get("/clients").await.location.unwrap().starts_with("/sign-in"));
    })
    .await;
}

#[tokio::test]
async fn s1_the_session_cookie_is_secure_and_never_cached() {
    let house = House::new(sqlite()).await;
    nadia_comes_in(&house).await;
    let (page, _) = sign_in(&house, "").await;
    let cookie = page.headers[header::SET_COOKIE].to_str().unwrap();
    for part in ["__Host-attune=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn a6_unknown_and_wrong_look_the_same_and_keep_the_address() {
    let house = House::new(sqlite()).await;
    nadia_comes_in(&house).await;
    let wrong = house.visitor().post("/sign-in", &[("email", EMAIL), ("password", "wrong")]).await;
    let unknown =
        house.visitor().post("/sign-in", &[("email", "nobody@example.org"), ("password", "wrong")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.body.replace(EMAIL, "nobody@example.org"), unknown.body);
    assert!(wrong.session().is_none() && !wrong.body.contains("value=\"wrong\""));
}

#[tokio::test]
async fn signing_in_leads_to_no_other_site() {
    let house = House::new(sqlite()).await;
    let (secret, _) = nadia_comes_in(&house).await;
    for next in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        house.world.clock.advance(jiff::SignedDuration::from_mins(1));
        let (half, browser) = sign_in(&house, next).await;
        assert_eq!(half.location.as_deref(), Some("/sign-in/code?next=/home"));
        let code = code_at(&secret, house.world.app.now());
        let whole = browser.post("/sign-in/code", &[("code", &code), ("next", next)]).await;
        assert_eq!(whole.location.as_deref(), Some("/home"));
    }
}

#[tokio::test]
async fn a6_an_ended_link_and_one_that_never_was_give_the_same_page() {
    let house = House::new(sqlite()).await;
    let admin = house.browser(house.world.administrator).await;
    let fields = [("name", "Nadia N."), ("email", EMAIL), ("roles", "therapist")];
    let made = admin.post("/people/new", &fields).await;
    let link = format!("/l/{}", made.between("/l/", "\""));
    house.visitor().post(&link, &[("password", GOOD)]).await;
    let used = house.visitor().get(&link).await;
    let never = house.visitor().get("/l/nonsense").await;
    assert_eq!((used.status, never.status), (StatusCode::GONE, StatusCode::GONE));
    assert_eq!(used.body, never.body);
    assert_eq!(house.visitor().post(&link, &[("password", GOOD)]).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn another_site_cannot_press_the_buttons() {
    let house = House::new(sqlite()).await;
    let request = Request::post("/sign-in")
        .header(header::HOST, "attune.example")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let page = house.visitor().raw(request, Body::from("email=a&password=b")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("<h1"), "a refusal is a page: {}", page.body);
}

#[tokio::test]
async fn an_administrator_runs_the_place() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let admin = house.browser(house.world.administrator).await;
        let list = admin.get("/people").await;
        assert!(list.body.contains("Tom Therapist") && list.body.contains("never"), "{}", list.body);
        let therapist = house.world.therapist;
        let page = format!("/people/{therapist}");
        assert!(admin.get(&page).await.body.contains("Change the roles"));
        let none = admin.post(&format!("{page}/roles"), &[]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(none.body.contains("Choose at least one role"));
        let own = format!("/people/{}/disable", house.world.administrator);
        let refused = admin.post(&own, &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("your own account"));

        let other = house.browser(therapist).await;
        admin.post(&format!("{page}/disable"), &[]).await;
        assert!(other.get("/clients").await.location.unwrap().starts_with("/sign-in"));
        assert!(admin.get(&page).await.body.contains("Enable the account"));

        let unknown = admin.post("/practice", &[("name", "Lakeside"), ("zone", "Mars/Olympus")]).await;
        assert!(unknown.body.contains("Write a zone such as") && unknown.body.contains("Mars/Olympus"));
        admin.post("/practice", &[("name", "Lakeside"), ("zone", "Europe/Berlin")]).await;
        assert!(admin.get("/practice").await.body.contains("Lakeside"));
        let trail = admin.get(&format!("/audit?person={}", house.world.administrator)).await;
        assert!(trail.body.contains("changed people"), "{}", trail.body);
    })
    .await;
}

#[tokio::test]
async fn a_client_gets_an_account_of_their_own_from_their_therapist() {
    let house = House::new(sqlite()).await;
    let therapist = house.browser(house.world.therapist).await;
    let client = therapist.post("/clients/new", &[("name", "Grace O.")]).await.location.unwrap();
    let page = format!("{client}/account");
    let bad = therapist.post(&page, &[("email", "grace")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let made = therapist.post(&page, &[("email", "grace@example.org")]).await;
    let link = format!("/l/{}", made.between("/l/", "\""));
    let entered = house.visitor().post(&link, &[("password", GOOD)]).await;
    assert_eq!(entered.location.as_deref(), Some("/home"), "{}", entered.body);
    let grace = house.browser_of(&entered);
    assert!(grace.get("/account").await.body.contains("Add a second step"));
    let bare = grace.post("/account/recovery-codes", &[("code", "000000")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "no codes without a second step");
    assert_eq!(grace.get("/people").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a10_a_form_at_a_screen_left_open_asks_who_it_is_and_then_arrives_whole() {
    let house = House::new(sqlite()).await;
    let (secret, codes) = nadia_comes_in(&house).await;
    house.world.clock.advance(jiff::SignedDuration::from_mins(6));
    let browser = house.browser_of(&codes);
    let asked = browser.post("/account/factor", &[("anything", "kept & <safe>")]).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN, "{}", asked.body);
    assert!(asked.body.contains("Is it still you?"));
    assert!(asked.body.contains("name=\"anything\" value=\"kept &amp; &lt;safe&gt;\""), "{}", asked.body);

    let code = code_at(&secret, house.world.app.now());
    let carried = [("verify.to", "/account/factor"), ("verify.sends", "form"), ("anything", "kept & <safe>")];
    let wrong = browser.post("/verify", &[&carried[..], &[("verify.code", "000000")]].concat()).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("kept &amp; &lt;safe&gt;"), "still there after a wrong code");
    let given = browser.post("/verify", &[&carried[..], &[("verify.code", &code)]].concat()).await;
    assert_eq!(given.status, StatusCode::TEMPORARY_REDIRECT, "the browser sends the form again");
    assert_eq!(given.location.as_deref(), Some("/account/factor"));
    assert!(browser.get("/account").await.location.is_some(), "s1: the old token has ended");
    let again = house.browser_of(&given).post("/account/factor", &carried).await;
    assert_eq!(again.location.as_deref(), Some("/second-step"), "{}", again.body);
}

#[tokio::test]
async fn a10_no_password_is_carried_and_no_way_leads_elsewhere() {
    let house = House::new(sqlite()).await;
    let (secret, codes) = nadia_comes_in(&house).await;
    house.world.clock.advance(jiff::SignedDuration::from_mins(6));
    let browser = house.browser_of(&codes);
    let asked = browser.post("/account/password", &[("present", GOOD), ("password", "new plum trees")]).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    assert!(!asked.body.contains(GOOD) && !asked.body.contains("new plum trees"));
    assert!(asked.body.contains("value=\"/account\""));
    let code = code_at(&secret, house.world.app.now());
    let elsewhere = [("verify.to", "https://evil.example"), ("verify.code", code.as_str())];
    assert_eq!(browser.post("/verify", &elsewhere).await.location.as_deref(), Some("/home"));
}

#[tokio::test]
async fn s4_the_key_of_a_persons_drafts_is_theirs_alone_and_is_had_only_while_signed_in() {
    let house = House::new(sqlite()).await;
    let world = &house.world;
    let key = async |browser: &Browser<'_>| browser.get("/account/draft-key").await;
    let first = house.browser(world.therapist).await;
    let mine = key(&first).await;
    assert_eq!((mine.status, mine.body.len()), (StatusCode::OK, 44));
    assert_eq!(mine.headers[header::CACHE_CONTROL], "no-store");
    let again = key(&house.browser(world.therapist).await).await;
    assert_eq!(again.body, mine.body, "a draft outlives the session it was typed in");
    assert_ne!(key(&house.browser(world.other_therapist).await).await.body, mine.body);
    first.post("/sign-out", &[]).await;
    assert!(key(&first).await.location.unwrap().starts_with("/sign-in"));
    assert_eq!(house.visitor().get("/l/no-such-link/draft-key").await.status, StatusCode::GONE);
}

#[tokio::test]
async fn s2_a_page_warns_a_minute_before_and_staying_is_one_request_without_parameters() {
    let house = House::new(sqlite()).await;
    let browser = house.browser(house.world.therapist).await;
    let page = browser.get("/account").await;
    let warns: i64 = page.between("data-idle-after=\"", "\"").parse().unwrap();
    assert!(warns <= 15 * 60 - 60 - 30, "activity may have been written down 30 seconds early: {warns}");
    house.world.clock.advance(jiff::SignedDuration::from_mins(14));
    assert_eq!(browser.post("/session/stay", &[]).await.status, StatusCode::NO_CONTENT);
    house.world.clock.advance(jiff::SignedDuration::from_mins(14));
    assert_eq!(browser.get("/account?idle=3600").await.status, StatusCode::OK);
    house.world.clock.advance(jiff::SignedDuration::from_mins(16));
    let late = browser.post("/session/stay", &[("minutes", "600")]).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn s2_the_last_minutes_before_the_twelfth_hour_are_said_on_every_page_and_nothing_puts_them_off() {
    let house = House::new(sqlite()).await;
    let browser = house.browser(house.world.therapist).await;
    let minutes = |count| house.world.clock.advance(jiff::SignedDuration::from_mins(count));
    let left = |page: &Page| -> i64 { page.between("data-ends-in=\"", "\"").parse().unwrap() };
    let page = browser.get("/account").await;
    assert_eq!(left(&page), 12 * 60 * 60);
    assert!(!page.body.contains("data-session-ends>"), "not said too early");
    for _ in 0..65 {
        minutes(11);
        assert_eq!(browser.post("/session/stay", &[]).await.status, StatusCode::NO_CONTENT);
    }
    let page = browser.get("/clients").await;
    assert_eq!(left(&page), 5 * 60, "staying puts nothing off");
    assert!(page.body.contains("data-session-ends") && page.body.contains("Sign in again"), "{}", page.body);
    minutes(5);
    assert!(browser.get("/clients").await.location.unwrap().starts_with("/sign-in"));
}

#[tokio::test]
async fn a8_whoever_signs_in_after_a_recovery_reads_of_it_first_and_can_end_every_other_session() {
    let house = House::new(sqlite()).await;
    let world = &house.world;
    let administrator = world.ctx(world.administrator).await;
    let link = world.app.reset_link(&administrator, world.therapist).await.unwrap();
    let path = format!("/l/{}", link.reveal());
    house.visitor().post(&path, &[("password", "another plum tree in the yard")]).await;
    let (own, other) = (house.browser(world.therapist).await, house.browser(world.therapist).await);
    assert_eq!(own.get("/home").await.location.as_deref(), Some("/notices"));
    let page = own.get("/notices?next=/clients").await;
    assert!(page.body.contains("Your password was changed by a recovery link"), "{}", page.body);
    let until = page.between("name=\"until\" value=\"", "\"").to_owned();
    let fields = [("until", until.as_str()), ("next", "/clients")];
    assert_eq!(own.post("/notices/not-me", &fields).await.location.as_deref(), Some("/account"));
    assert!(other.get("/clients").await.location.unwrap().starts_with("/sign-in"));
    assert_eq!(own.get("/home").await.location.as_deref(), Some("/clients"));
    let told = house.browser(world.administrator).await.get("/notices").await;
    assert!(
        told.body.contains("Tom Therapist says that a change of their way in was not theirs"),
        "{}",
        told.body
    );
}
