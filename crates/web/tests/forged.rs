//! Fields nobody offered change nothing.

use crate::support::{House, sqlite};
use domain::client::ParticularsForm;

/// What a forger would like to set.
const FORGED: [(&str, &str); 16] = [
    ("id", "019a0000-0000-7000-8000-000000000000"),
    ("author", "019a0000-0000-7000-8000-000000000000"),
    ("created_by", "019a0000-0000-7000-8000-000000000000"),
    ("practice", "019a0000-0000-7000-8000-000000000000"),
    ("practice_id", "019a0000-0000-7000-8000-000000000000"),
    ("client_id", "019a0000-0000-7000-8000-000000000000"),
    ("account_id", "019a0000-0000-7000-8000-000000000000"),
    ("role", "administrator"),
    ("roles", "administrator"),
    ("state", "signed"),
    ("status", "signed"),
    ("signed_at", "2026-01-01T00:00:00Z"),
    ("signed_by", "019a0000-0000-7000-8000-000000000000"),
    ("at", "2020-01-01T00:00:00Z"),
    ("created_at", "2020-01-01T00:00:00Z"),
    ("held_on_server", "2020-01-01"),
];

fn with<'a>(fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().copied().chain(FORGED).collect()
}

#[tokio::test]
async fn z6_forged_fields_of_a_clients_form_change_nothing() {
    let house = House::new(sqlite()).await;
    let (world, browser) = (&house.world, house.browser(house.world.therapist).await);
    let page = browser.post("/clients/new", &with(&[("name", "Grace Okello")])).await;
    let path = page.location.unwrap();
    let client = path.rsplit('/').next().unwrap().parse().unwrap();
    let ctx = world.ctx(world.therapist).await;
    let overview = world.app.overview(&ctx, client).await.unwrap();
    assert_eq!(overview.client.created_at, world.app.now());
    assert_eq!(overview.client.account, None);
    assert_eq!(overview.holders.iter().map(|one| one.account).collect::<Vec<_>>(), [world.therapist]);
    let fields = with(&[("name", "Grace A. Okello"), ("version", "1")]);
    browser.post(&format!("{path}/particulars"), &fields).await;
    let overview = world.app.overview(&ctx, client).await.unwrap();
    assert_eq!(overview.client.particulars.name, "Grace A. Okello");
    assert_eq!((overview.client.version, overview.client.account), (2, None));
    assert_eq!(overview.client.created_at, world.app.now());
}

#[tokio::test]
async fn z6_forged_fields_of_a_note_sign_nothing_and_name_nobody_else() {
    let house = House::new(sqlite()).await;
    let (world, browser) = (&house.world, house.browser(house.world.therapist).await);
    let ctx = world.ctx(world.therapist).await;
    let form = ParticularsForm { name: "Grace".into(), ..Default::default() };
    let client = world.app.create_client(&ctx, form).await.unwrap();
    browser.post(&format!("/clients/{client}/course"), &with(&[("protocol", "ipt16_adult")])).await;
    let episode = world.app.overview(&ctx, client).await.unwrap().current.unwrap().episode.id;
    let sessions = format!("/episodes/{episode}/sessions");
    browser.post(&sessions, &with(&[("session", "1"), ("mode", "in_person")])).await;
    browser.post(&format!("{sessions}/1"), &with(&[("version", "1"), ("narrative", "We began.")])).await;
    let page = world.app.session(&ctx, episode, 1).await.unwrap();
    assert_eq!(page.session.signed, None);
    assert_eq!(page.session.author.as_deref(), Some("Tom Therapist"));
    assert_eq!(page.session.at, world.app.now());
}

#[tokio::test]
async fn z6_nobody_raises_their_own_role_by_any_form() {
    let house = House::new(sqlite()).await;
    let (world, browser) = (&house.world, house.browser(house.world.therapist).await);
    let fields = with(&[("name", "Tom Therapist"), ("zone", "Africa/Kampala")]);
    browser.post("/account", &fields).await;
    let admin = house.browser(world.administrator).await;
    let own = format!("/people/{}/roles", world.administrator);
    admin.post(&own, &with(&[("roles", "administrator"), ("roles", "therapist")])).await;
    let ctx = world.ctx(world.administrator).await;
    let people = world.app.people(&ctx).await.unwrap();
    let roles = |id| people.iter().find(|one| one.account.id == id).unwrap().account.roles.codes();
    assert_eq!(roles(world.therapist), "therapist");
    assert_eq!(roles(world.administrator), "administrator");
}
