//! What comes to nothing is in the trail too: links that have ended, keys of drafts, addresses whose id is none.

use crate::support::{House, sqlite};
use app::entry::{Action, Ask, Verdict};
use app::measure_links::NewMeasuresLink;
use app::trail::{Column, Entry, Search};
use axum::http::{Method, StatusCode};
use domain::client::ParticularsForm;
use domain::ids::{ClientId, EpisodeId};
use jiff::{SignedDuration, Timestamp};
use web::{Policy, table};

/// The one line that was left since the second began; then another second begins.
async fn one_line(house: &House) -> Entry {
    let mut fresh = lines(house).await;
    assert_eq!(fresh.len(), 1, "one line: {fresh:?}");
    next_second(house);
    fresh.remove(0)
}

/// Every line of this second. Asking for them leaves one too, which is not among them.
async fn lines(house: &House) -> Vec<Entry> {
    let (ctx, from) = (house.world.ctx(house.world.privacy_officer).await, house.world.app.now());
    let search = Search {
        from,
        to: Timestamp::MAX,
        actor: String::new(),
        client: None,
        action: String::new(),
        outcome: String::new(),
        class: String::new(),
        column: Column::Time,
        up: true,
        after: None,
    };
    let read: Verdict<Vec<Entry>, std::convert::Infallible> = house
        .world
        .app
        .act(&ctx, Ask::to(Action::ReadAudit, "test"), move |desk| {
            Ok(store::audit::search::search(desk.tx, &desk.grant, &search, 100)?)
        })
        .await;
    read.unwrap()
}

/// What was done before is not among the lines that are looked at from here on.
fn next_second(house: &House) {
    house.world.clock.advance(SignedDuration::from_secs(1));
}

type Fields<'a> = &'a [(&'a str, &'a str)];

async fn course(house: &House) -> (ClientId, EpisodeId) {
    let world = &house.world;
    let ctx = world.ctx(world.therapist).await;
    let form = ParticularsForm { name: "Grace O.".into(), ..Default::default() };
    let client = world.app.create_client(&ctx, form).await.unwrap();
    let course =
        app::clients::NewCourse { protocol: "ipt16_adult".into(), sessions: None, starts_on: ctx.today() };
    (client, world.app.start_course(&ctx, client, course).await.unwrap())
}

async fn measures_link(house: &House, episode: EpisodeId) -> NewMeasuresLink {
    let ctx = house.world.ctx(house.world.therapist).await;
    house.world.app.create_measures_link(&ctx, episode, vec!["phq-9".into()]).await.unwrap()
}

#[tokio::test]
async fn l1_whatever_is_tried_with_a_link_leaves_one_line_also_once_it_has_ended() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let (client, episode) = course(&house).await;
        let link = measures_link(&house, episode).await;
        let (secret, visitor) = (link.token.reveal(), house.visitor());
        let (page, key) = (format!("/l/{secret}"), format!("/l/{secret}/draft-key"));
        let answers: Vec<(String, &str)> = (1..=9).map(|item| (format!("item.{item}"), "1")).collect();
        let mut whole: Vec<(&str, &str)> = vec![("instrument", "phq-9")];
        whole.extend(answers.iter().map(|(name, value)| (name.as_str(), *value)));
        next_second(&house);
        let deeds: [(&str, Fields<'_>, u16, &str, &str, &str); 9] = [
            (&page, &[], 200, "open_link", "done", "link"),
            (&key, &[], 200, "open_link", "done", "link"),
            (&page, &[("instrument", "none")], 400, "open_link", "refused", "link"),
            (&page, &[("instrument", "phq-9")], 422, "open_link", "refused", "link"),
            (&page, &whole, 200, "answer_measures", "done", "link"),
            (&page, &[], 200, "open_link", "denied", "link_ended"),
            (&page, &whole, 200, "open_link", "denied", "link_ended"),
            (&page, &[("instrument", "none")], 200, "open_link", "denied", "link_ended"),
            (&key, &[], 410, "open_link", "denied", "link_ended"),
        ];
        for (path, form, status, action, outcome, rule) in deeds {
            let page = match form {
                [] => visitor.get(path).await,
                form => visitor.post(path, form).await,
            };
            assert_eq!(page.status.as_u16(), status, "{action} {outcome}");
            let line = one_line(&house).await;
            assert_eq!((&*line.action, &*line.outcome, &*line.rule), (action, outcome, rule));
            assert!(line.actor.starts_with("link ") && line.for_whom == format!("client {client}"));
            assert_eq!(line.client, Some(client));
            assert!(!format!("{line:?}").contains(secret), "the secret stands in no line");
        }
    })
    .await;
}

#[tokio::test]
async fn l1_a_way_in_that_has_ended_leaves_one_line_and_one_of_somebody_kept_out_meanwhile_too() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let (world, visitor) = (&house.world, house.visitor());
        let ctx = world.ctx(world.administrator).await;
        let replaced = world.app.reset_link(&ctx, world.therapist).await.unwrap();
        let open = world.app.reset_link(&ctx, world.therapist).await.unwrap();
        next_second(&house);
        let tries = async |token: &app::sessions::Token, form: Option<&str>| {
            let path = format!("/l/{}", token.reveal());
            let page = match form {
                None => visitor.get(&path).await,
                Some(password) => visitor.post(&path, &[("password", password)]).await,
            };
            let line = one_line(&house).await;
            assert_eq!(line.object, format!("account {}", world.therapist));
            (page.status.as_u16(), line.action, line.outcome, line.rule)
        };
        let told = |status: u16, outcome: &str, rule: &str| {
            (status, "open_link".to_owned(), outcome.to_owned(), rule.to_owned())
        };
        assert_eq!(tries(&replaced, None).await, told(410, "denied", "link_ended"));
        assert_eq!(
            tries(&replaced, Some("a sound password, so long")).await,
            told(410, "denied", "link_ended")
        );
        assert_eq!(tries(&open, None).await, told(200, "done", "link"));
        assert_eq!(tries(&open, Some("short")).await, told(422, "refused", "link"));
        let (status, action, outcome, _) = tries(&open, Some("a sound password, so long")).await;
        assert_eq!((status, &*action, &*outcome), (303, "reset", "done"));
        assert_eq!(tries(&open, None).await, told(410, "denied", "link_ended"));
    })
    .await;
}

#[tokio::test]
async fn l1_a_token_that_no_link_ever_had_belongs_to_no_trail() {
    let house = House::new(sqlite()).await;
    next_second(&house);
    for path in ["/l/no-such-link", "/l/no-such-link/draft-key"] {
        assert_eq!(house.visitor().get(path).await.status, StatusCode::GONE);
    }
    house.visitor().post("/l/no-such-link", &[("instrument", "phq-9")]).await;
    assert_eq!(lines(&house).await, Vec::new());
}

/// A path with something that is no id in one of its holes, and this client's in the others.
fn spoilt(pattern: &str, wrong: usize, (client, episode): (ClientId, EpisodeId)) -> String {
    let mut hole = 0;
    let part = |part: &str| {
        if !part.starts_with('{') {
            return part.to_owned();
        }
        hole += 1;
        match part {
            _ if hole == wrong + 1 => "Grace%20said%20no".to_owned(),
            "{client}" => client.to_string(),
            "{episode}" => episode.to_string(),
            "{session}" | "{version}" => "1".to_owned(),
            _ => "019a0000-0000-7000-8000-000000000000".to_owned(),
        }
    };
    pattern.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn l1_an_address_whose_id_is_no_id_leaves_one_line_and_shows_nothing() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let (therapist, officer) = (house.world.therapist, house.world.privacy_officer);
        let whose = course(&house).await;
        let everybody =
            [(therapist, house.browser(therapist).await), (officer, house.browser(officer).await)];
        next_second(&house);
        let paths = table().into_iter().flat_map(|(method, pattern, policy)| {
            let holes = pattern.matches('{').count();
            (0..holes).map(move |wrong| (method.clone(), spoilt(pattern, wrong, whose), policy))
        });
        let asked = paths.filter_map(|(method, path, policy)| match policy {
            Policy::Needs(action) => Some((method, path, action)),
            Policy::Public | Policy::HalfSignedIn => None,
        });
        for (method, path, action) in asked {
            for (account, browser) in &everybody {
                let page = match method {
                    Method::GET => browser.get(&path).await,
                    _ => browser.post(&path, &[]).await,
                };
                let line = one_line(&house).await;
                let what = format!("{method} {path}: {} {line:?}", page.status);
                assert!(page.status.is_client_error(), "{what}");
                assert_eq!(line.actor, account.to_string(), "{what}");
                assert_ne!(line.outcome, "done", "{what}");
                assert_eq!(line.action, action.code(), "{what}");
                assert!(!format!("{line:?}").contains("Grace"), "{what}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn z3_a_session_that_ended_idle_or_after_twelve_hours_opens_no_route() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let (client, episode) = course(&house).await;
        let therapist = house.world.therapist;
        let minutes = |minutes| house.world.clock.advance(SignedDuration::from_mins(minutes));
        let idle = house.browser(therapist).await;
        minutes(16);
        let long = house.browser(therapist).await;
        for _ in 0..72 {
            assert_eq!(long.get("/clients").await.status, StatusCode::OK);
            minutes(10);
        }
        minutes(1);
        for (method, pattern, _) in table().iter().filter(|(.., policy)| matches!(policy, Policy::Needs(_))) {
            let path = pattern.replace("{client}", &client.to_string());
            let path = path.replace("{episode}", &episode.to_string());
            for browser in [&idle, &long] {
                let page = match *method {
                    Method::GET => browser.get(&path).await,
                    _ => browser.post(&path, &[]).await,
                };
                let signs_in = page.location.is_some_and(|to| to.starts_with("/sign-in?"));
                assert!(
                    signs_in || page.status == StatusCode::UNAUTHORIZED,
                    "{method} {path}: {}",
                    page.status
                );
            }
        }
        assert_eq!(lines(&house).await, Vec::new(), "of nobody no practice is known");
    })
    .await;
}
