//! The same form sent twice does its work once.

use crate::support::{Browser, House, sqlite};
use axum::http::StatusCode;

async fn key_of(browser: &Browser<'_>, page: &str) -> String {
    browser.get(page).await.between("name=\"form_key\" value=\"", "\"").to_owned()
}

async fn clients(house: &House) -> Vec<String> {
    let ctx = house.world.ctx(house.world.therapist).await;
    let list = house.world.app.caseload(&ctx).await.unwrap();
    let mut names: Vec<String> = list.into_iter().map(|entry| entry.row.name).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_a_form_sent_twice_makes_one_record_and_leads_to_the_same_place() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let browser = house.browser(house.world.therapist).await;
        let key = key_of(&browser, "/clients/new").await;
        assert!(key.len() >= 22, "128 bits or more: {key}");
        let form = [("form_key", key.as_str()), ("name", "Grace O.")];
        // A double click: both are under way at once.
        let (one, two) =
            tokio::join!(browser.post("/clients/new", &form), browser.post("/clients/new", &form));
        assert_eq!((one.status, two.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{}", two.body);
        assert_eq!(one.location, two.location);
        // Back, and sent again later.
        assert_eq!(browser.post("/clients/new", &form).await.location, one.location);
        assert_eq!(clients(&house).await, ["Grace O."]);
        // The page that was left open is filled in with somebody else: nothing typed is thrown away.
        let other = [("form_key", key.as_str()), ("name", "Hope A.")];
        let hope = browser.post("/clients/new", &other).await;
        assert_ne!(hope.location, one.location);
        assert_eq!(clients(&house).await, ["Grace O.", "Hope A."]);
    })
    .await;
}

#[tokio::test]
async fn r7_a_form_that_was_refused_can_be_sent_again_and_a_key_is_its_owners() {
    let house = House::new(sqlite()).await;
    let browser = house.browser(house.world.therapist).await;
    let key = key_of(&browser, "/clients/new").await;
    let form = [("form_key", key.as_str()), ("name", "")];
    assert_eq!(browser.post("/clients/new", &form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.post("/clients/new", &form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = [("form_key", key.as_str()), ("name", "Grace O.")];
    assert_eq!(browser.post("/clients/new", &form).await.status, StatusCode::SEE_OTHER);
    let other = house.browser(house.world.other_therapist).await;
    let theirs = other.post("/clients/new", &form).await;
    assert_eq!(theirs.status, StatusCode::SEE_OTHER, "somebody else's form is another form");
    assert_ne!(key_of(&browser, "/clients/new").await, key, "every page has its own key");
}

#[tokio::test]
async fn r7_every_form_that_makes_something_carries_a_key() {
    let house = House::new(sqlite()).await;
    let browser = house.browser(house.world.therapist).await;
    let client = browser.post("/clients/new", &[("name", "Grace O.")]).await.location.unwrap();
    key_of(&browser, &client).await;
    let course = [("protocol", "ipt16_adult"), ("starts_on", "2026-11-02")];
    browser.post(&format!("{client}/course"), &course).await;
    let ctx = house.world.ctx(house.world.therapist).await;
    let id = client.rsplit('/').next().unwrap().parse().unwrap();
    let overview = house.world.app.overview(&ctx, id).await.unwrap();
    let episode = format!("/episodes/{}", overview.current.unwrap().episode.id);
    for part in ["inventory", "timeline", "homework", "sessions", "measures"] {
        key_of(&browser, &format!("{episode}/{part}")).await;
    }
    let administrator = house.browser(house.world.administrator).await;
    key_of(&administrator, "/people/new").await;
}
