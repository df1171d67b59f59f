//! Every route with every role. The picture is `docs/access-routes.txt`; a route or a right that changes shows there.

use crate::support::{Browser, House, sqlite};
use axum::http::{Method, StatusCode};
use std::fmt::Write;
use web::table;

/// What a role met at a route. For a path with an id of nobody's record in it, "not found" is the right answer
/// for everyone; the point is that nobody gets anything else.
fn word(status: StatusCode, location: Option<&str>) -> String {
    match (status, location) {
        (StatusCode::SEE_OTHER, Some(to)) if to.starts_with("/sign-in") => "signs-in".to_owned(),
        (StatusCode::UNAUTHORIZED, _) => "signs-in".to_owned(),
        (StatusCode::NOT_FOUND | StatusCode::GONE, _) => "-".to_owned(),
        (status, _) if status.is_server_error() => format!("FAULT {status}"),
        _ => "in".to_owned(),
    }
}

async fn knock(browser: &Browser<'_>, method: &Method, path: &str) -> String {
    let page = if method == Method::GET { browser.get(path).await } else { browser.post(path, &[]).await };
    word(page.status, page.location.as_deref())
}

/// A path with made-up ids in its holes: a well-formed one nobody has.
pub fn filled(pattern: &str) -> String {
    let part = |part: &str| match part {
        "{session}" => "1".to_owned(),
        "{kind}" => "diagnosis".to_owned(),
        "{instrument}" => "phq-9".to_owned(),
        "{task}" => "I1".to_owned(),
        "{version}" => "1".to_owned(),
        "{token}" => "no-such-token".to_owned(),
        part if part.starts_with('{') => "019a0000-0000-7000-8000-000000000000".to_owned(),
        part => part.to_owned(),
    };
    pattern.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn the_routes_answer_each_role_as_the_table_says() {
    let house = House::new(sqlite()).await;
    let world = &house.world;
    let ctx = world.ctx(world.therapist).await;
    let form = domain::client::ParticularsForm { name: "Somebody".into(), ..Default::default() };
    let client = world.app.create_client(&ctx, form).await.unwrap();
    let own = world.client_account(client).await;
    let mut picture = String::new();
    for (method, pattern, policy) in table() {
        let mut line = format!("{method} {pattern} [{policy:?}]");
        let path = filled(pattern);
        let accounts = [
            ("visitor", None),
            ("administrator", Some(world.administrator)),
            ("therapist", Some(world.therapist)),
            ("supervisor", Some(world.supervisor)),
            ("privacy_officer", Some(world.privacy_officer)),
            ("trainee", Some(world.trainee)),
            ("front_desk", Some(world.front_desk)),
            ("client", Some(own)),
        ];
        for (name, account) in accounts {
            let browser = match account {
                Some(account) => house.browser(account).await,
                None => house.visitor(),
            };
            write!(line, " {name}:{}", knock(&browser, &method, &path).await).unwrap();
        }
        assert!(!line.contains("FAULT"), "{line}");
        picture += &line;
        picture.push('\n');
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/access-routes.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(file, &picture).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert_eq!(picture, kept, "run with UPDATE_SNAPSHOTS=1 and review the change");
}

#[tokio::test]
async fn a_role_without_its_second_factor_gets_nowhere() {
    let house = House::new(sqlite()).await;
    let half = house.browser_with(house.world.therapist, domain::access::Assurance::Partial).await;
    for (method, pattern, policy) in table() {
        if matches!(policy, web::Policy::Needs(_)) {
            assert_eq!(knock(&half, &method, &filled(pattern)).await, "signs-in", "{method} {pattern}");
        }
    }
}
