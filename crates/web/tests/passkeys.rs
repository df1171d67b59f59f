//! Passkeys through the real door: questions as a script reads them, answers as it sends them.

use crate::support::{Browser, House, Page, sqlite};
use axum::http::{StatusCode, header};
use store::testing::Authenticator;

const ORIGIN: &str = "https://practice.example";
const NAME: &str = "practice.example";

fn device() -> Authenticator {
    Authenticator::at(ORIGIN, NAME)
}

fn read(page: &Page) -> serde_json::Value {
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(page.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    serde_json::from_str(&page.body).unwrap()
}

/// The fields of an answer under their names in the form, with others before them.
async fn send(
    browser: &Browser<'_>,
    path: &str,
    prefix: &str,
    made: Vec<(&str, String)>,
    more: &[(&str, &str)],
) -> Page {
    let named: Vec<(String, String)> =
        made.into_iter().map(|(name, value)| (format!("{prefix}{name}"), value)).collect();
    let mut fields: Vec<(&str, &str)> = more.to_vec();
    fields.extend(named.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    browser.post(path, &fields).await
}

/// Adds a device's passkey on the account page; gives the page after.
async fn add(browser: &Browser<'_>, device: &mut Authenticator) -> Page {
    let question = read(&browser.get("/account/passkeys/question").await);
    assert_eq!(question["rp"]["id"], NAME);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let made = device.make(&text(&question["challenge"]), &text(&question["user"]["id"]));
    send(browser, "/account/passkeys/new", "passkey.", made, &[("name", "The blue phone")]).await
}

async fn shown(
    browser: &Browser<'_>,
    question: &str,
    device: &mut Authenticator,
) -> Vec<(&'static str, String)> {
    let question = read(&browser.get(question).await);
    assert_eq!(question["rpId"], NAME);
    device.show(question["challenge"].as_str().unwrap())
}

/// Signs in with a device's passkey alone, going on to a page; gives the answer.
async fn sign_in(house: &House, device: &mut Authenticator, next: &str) -> Page {
    let asked = house.visitor().get("/sign-in/passkey").await;
    let question = read(&asked);
    let cookie = asked.headers[header::SET_COOKIE].to_str().unwrap();
    for part in ["__Host-attune-visit=", "; Secure", "; HttpOnly", "; SameSite=Strict", "; Max-Age="] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let visit = cookie.split(';').next().unwrap().to_owned();
    let shown = device.show(question["challenge"].as_str().unwrap());
    send(&house.visitor().with_cookie(&visit), "/sign-in/passkey", "passkey.", shown, &[("next", next)]).await
}

#[tokio::test]
async fn a2_from_the_account_page_out_and_in_again_without_an_address_and_the_page_names_it() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let browser = house.browser(house.world.therapist).await;
        let page = browser.get("/account").await;
        assert!(page.body.contains("href=\"/account/passkeys/new\""), "{}", page.body);
        assert!(browser.get("/account/passkeys/new").await.body.contains("data-passkey=\"create\""));
        let mut phone = device();
        let codes = add(&browser, &mut phone).await;
        assert!(
            codes.body.contains("Your recovery codes"),
            "the first factor of this account: {}",
            codes.body
        );
        let page = house.browser_of(&codes).get("/account").await;
        assert!(page.body.contains("The blue phone") && page.body.contains("Not used yet"), "{}", page.body);

        let asks = house.visitor().get("/sign-in?next=/clients/new").await;
        assert!(asks.body.contains("data-question=\"/sign-in/passkey\""), "{}", asks.body);
        let entered = sign_in(&house, &mut phone, "/clients/new").await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.body);
        assert_eq!(entered.location.as_deref(), Some("/notices?next=/clients/new"), "she reads of it first");
        let browser = house.browser_of(&entered);
        let told = browser.get("/notices").await;
        assert!(told.body.contains("A passkey was added to your account"), "{}", told.body);
        assert_eq!(browser.get("/clients").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a2_a_passkey_that_does_not_fit_gets_one_sentence_and_no_session() {
    let house = House::new(sqlite()).await;
    let nobody = sign_in(&house, &mut device(), "/home").await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.body.contains("This passkey does not fit") && nobody.session().is_none());
    let bare = house.visitor().post("/sign-in/passkey", &[]).await;
    assert_eq!((bare.status, bare.body), (nobody.status, nobody.body), "a6: the same page");
}

#[tokio::test]
async fn a2_a10_a_form_at_a_screen_left_open_asks_for_the_passkey_and_then_arrives_whole() {
    let house = House::new(sqlite()).await;
    let mut phone = device();
    let browser = house.browser(house.world.therapist).await;
    let codes = add(&browser, &mut phone).await;
    house.world.clock.advance(jiff::SignedDuration::from_mins(6));
    let browser = house.browser_of(&codes);
    let asked = browser.get("/account/passkeys/new").await;
    assert_eq!(asked.location.as_deref(), Some("/verify?next=%2Faccount%2Fpasskeys%2Fnew"));
    let asked = browser.post("/account/factor", &[("anything", "kept")]).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    assert!(asked.body.contains("data-question=\"/verify/passkey\""), "{}", asked.body);
    assert!(!asked.body.contains("name=\"verify.code\""), "she has no authenticator app");
    assert!(asked.body.contains("name=\"verify.recovery\""));

    let carried = [("verify.to", "/account/factor"), ("verify.sends", "form"), ("anything", "kept")];
    let mut lying = shown(&browser, "/verify/passkey", &mut phone).await;
    lying[4].1 = "AAAA".into();
    let refused = send(&browser, "/verify", "verify.passkey.", lying, &carried).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("This passkey does not fit") && refused.body.contains("kept"));
    let right = shown(&browser, "/verify/passkey", &mut phone).await;
    let given = send(&browser, "/verify", "verify.passkey.", right, &carried).await;
    assert_eq!(given.status, StatusCode::TEMPORARY_REDIRECT, "{}", given.body);
    let again = house.browser_of(&given).post("/account/factor", &carried).await;
    assert_eq!(again.location.as_deref(), Some("/second-step"), "{}", again.body);
}

#[tokio::test]
async fn a2_staff_cannot_take_the_last_factor_away_and_may_give_it_another_name() {
    let house = House::new(sqlite()).await;
    let mut phone = device();
    let browser = house.browser(house.world.therapist).await;
    let browser = house.browser_of(&add(&browser, &mut phone).await);
    let page = browser.get("/account").await;
    let id = page.between("action=\"/account/passkeys/", "/name\"").to_owned();
    assert!(!page.body.contains("/remove\"") && page.body.contains("your only second step"), "{}", page.body);
    assert_eq!(
        browser.post(&format!("/account/passkeys/{id}/remove"), &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let field = format!("passkey-{id}");
    let rename = format!("/account/passkeys/{id}/name");
    let empty = browser.post(&rename, &[(field.as_str(), "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let named = browser.post(&rename, &[(field.as_str(), "<Pixel> & co")]).await;
    assert_eq!(named.location.as_deref(), Some("/account#passkeys"));
    assert!(browser.get("/account").await.body.contains("&lt;Pixel&gt; &amp; co"));
}

#[tokio::test]
async fn a2_without_a_known_address_no_passkey_is_offered_and_localhost_is_one_by_itself() {
    let house = House::with_address(sqlite(), None).await;
    let browser = house.browser(house.world.therapist).await;
    assert!(!house.visitor().get("/sign-in").await.body.contains("data-passkey"));
    assert_eq!(house.visitor().get("/sign-in/passkey").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/account/passkeys/new").await.status, StatusCode::NOT_FOUND);
    assert!(browser.get("/account").await.body.contains("Passkeys cannot be added at this address"));

    // What a browser calls the site is believed of this machine's own name alone.
    let here = house.visitor().at_host("localhost:8080");
    assert!(here.get("/sign-in").await.body.contains("data-passkey"));
    assert_eq!(read(&here.get("/sign-in/passkey").await)["rpId"], "localhost");
    let elsewhere = house.visitor().at_host("practice.example");
    assert_eq!(elsewhere.get("/sign-in/passkey").await.status, StatusCode::NOT_FOUND);
    // Where an address is set, it is the only one, whatever the browser calls the site.
    let house = House::new(sqlite()).await;
    let asked = house.visitor().at_host("localhost:8080").get("/sign-in/passkey").await;
    assert_eq!(read(&asked)["rpId"], NAME);
}

#[tokio::test]
async fn a2_somebody_invited_shows_a_passkey_in_place_of_a_code() {
    let house = House::new(sqlite()).await;
    let admin = house.browser(house.world.administrator).await;
    let fields = [("name", "Nadia N."), ("email", "nadia@example.org"), ("roles", "therapist"), ("zone", "")];
    let made = admin.post("/people/new", &fields).await;
    let link = format!("/l/{}", made.between("/l/", "\""));
    let half = house.visitor().post(&link, &[("password", "plum tree at dusk")]).await;
    let browser = house.browser_of(&half);
    let page = browser.get("/second-step").await;
    assert!(page.body.contains("data-question=\"/second-step/passkey\""), "{}", page.body);
    let question = read(&browser.get("/second-step/passkey").await);
    assert_eq!(question["user"]["name"], "nadia@example.org");
    let mut phone = device();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let mut made = phone.make(&text(&question["challenge"]), &text(&question["user"]["id"]));
    let sound = made.clone();
    made[2].1 = "AAAA".into();
    let refused = send(&browser, "/second-step/passkey", "passkey.", made, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let late = send(&browser, "/second-step/passkey", "passkey.", sound, &[]).await;
    assert_eq!(
        late.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the challenge was used up by the first answer"
    );
    let question = read(&browser.get("/second-step/passkey").await);
    let made = phone.make(&text(&question["challenge"]), &text(&question["user"]["id"]));
    let codes = send(&browser, "/second-step/passkey", "passkey.", made, &[]).await;
    assert!(codes.body.contains("Your recovery codes"), "{}", codes.body);
    assert_eq!(house.browser_of(&codes).get("/clients").await.status, StatusCode::OK);

    // And as the second factor after her password.
    let fields = [("email", "nadia@example.org"), ("password", "plum tree at dusk"), ("next", "/clients")];
    let half = house.visitor().post("/sign-in", &fields).await;
    assert_eq!(half.location.as_deref(), Some("/sign-in/code?next=/clients"));
    let browser = house.browser_of(&half);
    let page = browser.get("/sign-in/code?next=/clients").await;
    assert!(page.body.contains("data-question=\"/sign-in/code/passkey\""), "{}", page.body);
    assert!(!page.body.contains("id=\"f-code\"") && page.body.contains("name=\"recovery\""));
    let right = shown(&browser, "/sign-in/code/passkey", &mut phone).await;
    let whole = send(&browser, "/sign-in/code/passkey", "passkey.", right, &[("next", "/clients")]).await;
    assert_eq!(whole.location.as_deref(), Some("/clients"), "{}", whole.body);
}
