//! Every route with every persona on a real record, as a page and as a script's request, on both engines. The picture
//! is `docs/access-record.txt`.

use crate::support::{Browser, House};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use domain::access::{Assurance, Facts, Items, Relation, RelationWindow, decide};
use domain::account::AccountState;
use domain::client::ParticularsForm;
use domain::fields::Fields;
use domain::ids::{AccountId, ClientId, EpisodeId};
use jiff::SignedDuration;
use std::fmt::Write;
use store::relations::{self, NewRelation};
use store::testing::TestDatabase;
use store::{Db, Engine};
use web::{Policy, table};

const MISSING: &str = "019a0000-0000-7000-8000-000000000000";

/// What stands in the holes of a path, in the order of [`HOLES`].
#[derive(Clone)]
struct Ids(Vec<String>);

/// Holes that hold an id of something real.
const HOLES: [&str; 9] = [
    "{client}",
    "{episode}",
    "{tie}",
    "{event}",
    "{response}",
    "{risk}",
    "{homework}",
    "{note}",
    "{account}",
];

impl Ids {
    /// Well-formed ids of nothing.
    fn of_nothing() -> Ids {
        Ids(HOLES.iter().map(|_| MISSING.to_owned()).collect())
    }

    fn filled(&self, pattern: &str) -> String {
        let part = |part: &str| match part {
            "{session}" | "{version}" => "1".to_owned(),
            "{kind}" => "diagnosis".to_owned(),
            "{instrument}" => "phq-9".to_owned(),
            "{task}" => "I1".to_owned(),
            "{gate}" => "middle".to_owned(),
            "{token}" => "no-such-token".to_owned(),
            part if part.starts_with('{') => {
                let known = HOLES.iter().position(|hole| *hole == part);
                known.map_or_else(|| MISSING.to_owned(), |at| self.0[at].clone())
            }
            part => part.to_owned(),
        };
        pattern.split('/').map(part).collect::<Vec<_>>().join("/")
    }
}

/// Writes one of each thing into a course.
async fn one_of_each(house: &House, client: ClientId, episode: EpisodeId) -> Ids {
    let (app, ctx) = (&house.world.app, house.world.ctx(house.world.therapist).await);
    let tie = app.add_ties(&ctx, episode, "Amina").await.unwrap()[0];
    let event = fields(&[("kind", "job"), ("title", "First job"), ("when.year", "1999")]);
    let event = app.add_event(&ctx, episode, event).await.unwrap();
    let ones = (1..=9).map(|item: u8| (item.to_string().parse().unwrap(), measure::Answer::Value(1)));
    let submission = app::measures::Submission {
        episode,
        instrument: "phq-9".into(),
        answers: ones.collect(),
        mode: domain::response::Mode::Paper,
        on: None,
        session: None,
    };
    let receipt = app.submit(&ctx, submission).await.unwrap();
    let (response, risk) = (receipt.response, receipt.risks[0]);
    let step = fields(&[("task", "Ring her"), ("due_on", "2026-11-05")]);
    let homework = app.agree_homework(&ctx, episode, step).await.unwrap();
    let typed = app::private_notes::PrivateForm { session: String::new(), text: "Mine".into() };
    let note = app.save_private_note(&ctx, (episode, None), 0, typed).await.unwrap();
    Ids(vec![
        client.to_string(),
        episode.to_string(),
        tie.to_string(),
        event.to_string(),
        response.to_string(),
        risk.to_string(),
        homework.to_string(),
        note.to_string(),
        house.world.other_therapist.to_string(),
    ])
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    Fields::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

/// Somebody at the door.
struct Persona {
    name: &'static str,
    account: Option<AccountId>,
    assurance: Assurance,
    relations: Vec<RelationWindow>,
}

struct Stage {
    house: House,
    ids: Ids,
    client: ClientId,
    personas: Vec<Persona>,
}

fn open(relation: Relation, house: &House) -> RelationWindow {
    let since = house.world.app.now().checked_sub(SignedDuration::from_hours(24 * 200)).unwrap();
    RelationWindow { items: Items::ALL, ..RelationWindow::open(relation, since) }
}

async fn stage(db: store::Db) -> Stage {
    let house = House::new(db).await;
    let world = &house.world;
    let ctx = world.ctx(world.therapist).await;
    let form = ParticularsForm { name: "Somebody".into(), ..Default::default() };
    let client = world.app.create_client(&ctx, form.clone()).await.unwrap();
    let other = world.app.create_client(&ctx, form).await.unwrap();
    let course =
        app::clients::NewCourse { protocol: "ipt16_adult".into(), sessions: None, starts_on: ctx.today() };
    let episode: EpisodeId = world.app.start_course(&ctx, client, course).await.unwrap();
    let opening = app::notes::Opening { session: 1, held_on: ctx.today(), mode: Default::default() };
    world.app.open_session(&ctx, episode, opening).await.unwrap();
    let ids = one_of_each(&house, client, episode).await;
    let hours = |hours: i64| world.app.now().checked_add(SignedDuration::from_hours(hours)).unwrap();
    let (treats, covers) = (open(Relation::Treats, &house), open(Relation::Covers, &house));
    let soon = RelationWindow { ends_at: Some(hours(24)), ..covers };
    let over = RelationWindow { ends_at: Some(hours(-24)), ..covers };
    let lately = RelationWindow { ends_at: Some(hours(-24 * 89)), ..treats };
    let long_ago = RelationWindow { ends_at: Some(hours(-24 * 91)), ..treats };
    let glass = RelationWindow { ends_at: Some(hours(1)), ..open(Relation::BreakGlass, &house) };
    let kept_out = open(Relation::Restricted, &house);
    let therapists = [
        ("therapist who covers", vec![soon]),
        ("therapist whose cover is over", vec![over]),
        ("therapist who treated until lately", vec![lately]),
        ("therapist who treated long ago", vec![long_ago]),
        ("therapist in an emergency", vec![glass]),
        ("therapist who is kept out", vec![treats, kept_out]),
        ("therapist, a stranger", vec![]),
    ];
    let mut personas = Vec::new();
    let mut add = |name, account, assurance, relations| {
        personas.push(Persona { name, account, assurance, relations });
    };
    add("visitor", None, Assurance::Full, vec![]);
    add("therapist who treats, half signed in", Some(world.therapist), Assurance::Partial, vec![treats]);
    add("therapist who treats", Some(world.therapist), Assurance::Full, vec![treats]);
    for (name, relations) in therapists {
        let account = world.therapist_account(name).await;
        add(name, Some(account), Assurance::Full, relations);
    }
    add("trainee on it", Some(world.trainee), Assurance::Full, vec![open(Relation::TraineeOn, &house)]);
    add(
        "supervisor of it",
        Some(world.supervisor),
        Assurance::Full,
        vec![open(Relation::Supervises, &house)],
    );
    add("administrator", Some(world.administrator), Assurance::Full, vec![]);
    add("privacy officer", Some(world.privacy_officer), Assurance::Full, vec![]);
    add("front desk", Some(world.front_desk), Assurance::Full, vec![]);
    let (own, others) = (world.client_account(client).await, world.client_account(other).await);
    add("client, own record", Some(own), Assurance::Full, vec![]);
    add("client, another's record", Some(others), Assurance::Full, vec![]);
    let guardian = world.guardian_account().await;
    add("guardian", Some(guardian), Assurance::Full, vec![open(Relation::GuardianOf, &house)]);
    let disabled = world.therapist_account("disabled").await;
    add("therapist who treats, disabled", Some(disabled), Assurance::Full, vec![treats]);
    let rows: Vec<(AccountId, RelationWindow)> = personas
        .iter()
        .filter(|persona| persona.name != "therapist who treats" && persona.assurance == Assurance::Full)
        .filter_map(|persona| Some((persona.account?, persona.relations.clone())))
        .flat_map(|(account, relations)| relations.into_iter().map(move |one| (account, one)))
        .collect();
    relate(&house, client, rows).await;
    disable(&house, disabled).await;
    Stage { ids, client, personas, house }
}

async fn relate(house: &House, client: ClientId, rows: Vec<(AccountId, RelationWindow)>) {
    let ctx = house.world.ctx(house.world.therapist).await;
    let ask = app::entry::Ask::on_client(app::entry::Action::ManageCare, client, "test");
    let outcome: app::entry::Verdict<(), std::convert::Infallible> = house
        .world
        .app
        .act(&ctx, ask, move |desk| {
            for (account, window) in rows {
                let whose = (account, window.relation, client);
                let new = NewRelation {
                    window: (window.starts_at, window.ends_at),
                    items: window.items,
                    ..NewRelation::now(whose, "test", desk.ctx.now)
                };
                relations::start(desk.tx, &desk.grant, &new)?;
            }
            Ok(())
        })
        .await;
    outcome.unwrap();
}

async fn disable(house: &House, account: AccountId) {
    let ctx = house.world.ctx(house.world.administrator).await;
    house.world.app.disable(&ctx, account).await.unwrap();
}

/// An answer in a word, and the whole of it without what every answer has of its own.
struct Answer {
    word: String,
    status: StatusCode,
    body: String,
}

async fn knock(browser: &Browser<'_>, method: &Method, path: &str, accept: &str) -> Answer {
    let mut request = Request::builder()
        .method(method.clone())
        .uri(path)
        .header(header::HOST, "127.0.0.1")
        .header(header::ACCEPT, accept)
        .header("sec-fetch-site", "same-origin");
    if method == Method::POST {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    let page = browser.raw(request, Body::empty()).await;
    let word = match (page.status, page.location.as_deref()) {
        (StatusCode::SEE_OTHER, Some(to)) if to.starts_with("/sign-in") => "signs-in".to_owned(),
        (StatusCode::UNAUTHORIZED, _) => "signs-in".to_owned(),
        (StatusCode::NOT_FOUND | StatusCode::GONE, _) => "-".to_owned(),
        (status, _) if status.is_server_error() => format!("FAULT {status}"),
        (status, _) if status.is_redirection() => "led on".to_owned(),
        (status, _) if status.is_success() => "in".to_owned(),
        (status, _) => status.as_u16().to_string(),
    };
    Answer { word, status: page.status, body: page.body }
}

impl Stage {
    async fn browser(&self, persona: &Persona) -> Browser<'_> {
        match persona.account {
            Some(account) => self.house.browser_with(account, persona.assurance).await,
            None => self.house.visitor(),
        }
    }

    /// Whether the decision lets this persona do what a route is for, on this record.
    async fn may(&self, persona: &Persona, policy: Policy) -> bool {
        let Policy::Needs(action) = policy else { return true };
        let Some(account) = persona.account else { return false };
        let mut ctx = self.house.world.ctx(account).await;
        if let domain::access::Actor::Person(person) = &mut ctx.actor {
            person.assurance = persona.assurance;
            assert_eq!(person.state == AccountState::Disabled, persona.name.ends_with("disabled"));
        }
        let facts = Facts { client: Some(self.client), relations: &persona.relations };
        decide(&ctx.actor, action, facts, ctx.now).is_ok()
    }

    async fn records(&self) -> u64 {
        records(&self.house).await
    }
}

/// Routes that end the very record or account the others need.
fn spoils(pattern: &str) -> bool {
    ["/sign-out", "/account/sessions/end-all"].contains(&pattern)
}

async fn picture(db: store::Db) -> String {
    let sqlite = db.engine() == Engine::Sqlite;
    let stage = stage(db).await;
    let (mut picture, mut wrong) = (String::new(), Vec::new());
    for (method, pattern, policy) in table().into_iter().filter(|(_, pattern, _)| !spoils(pattern)) {
        let about = pattern.contains("{client}") || pattern.contains("{episode}");
        let path = stage.ids.filled(pattern);
        let mut line = format!("{method} {pattern}");
        for persona in &stage.personas {
            let browser = stage.browser(persona).await;
            let before = stage.records().await;
            let page = knock(&browser, &method, &path, "text/html").await;
            let told = stage.records().await - before;
            let what = format!("{method} {pattern} as {}", persona.name);
            assert!(!page.word.contains("FAULT"), "{what}: {}", page.word);
            let shut = ["-", "signs-in"];
            if sqlite && about {
                // Whom a page keeps out a script's request finds shut too; no engine has a part in that.
                let script = knock(&browser, &method, &path, "application/json").await;
                let same = shut.contains(&page.word.as_str()) == shut.contains(&script.word.as_str());
                assert!(same, "{what}: {} and {}", page.word, script.word);
            }
            // Without a record in its path a client's route is about the client's own.
            let decided = matches!(policy, Policy::Needs(action) if about || !action.about_a_client());
            if decided && !stage.may(persona, policy).await {
                if !shut.contains(&page.word.as_str()) {
                    wrong.push(format!("{what} got {}", page.word));
                }
                // Of a stranger no practice is known, and so no trail. Everybody else leaves one line.
                let known = persona.account.is_some() && !persona.name.ends_with("disabled");
                if told != u64::from(known) {
                    wrong.push(format!("{what}: {told} lines in the trail"));
                }
            }
            let looked = matches!(policy, Policy::Needs(_)) && page.word == "in" && about;
            if looked && told != 1 {
                wrong.push(format!("{what} was let in: {told} lines in the trail"));
            }
            write!(line, " | {}: {}", persona.name, page.word).unwrap();
        }
        picture += &line;
        picture.push('\n');
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    picture
}

/// The picture on one engine, against the document. It is one picture for both.
async fn compared(engine: Engine) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/access-record.txt");
    let Some(database) = TestDatabase::new(engine, store::MIGRATIONS) else { return };
    let db = Db::open(database.url(), &store::testing::keys(), store::testing::OPTIONS).unwrap();
    let picture = picture(db.clone()).await;
    db.close().await;
    if engine == Engine::Sqlite && std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(file, &picture).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert_eq!(picture, kept, "run with UPDATE_SNAPSHOTS=1 and review the change");
}

#[tokio::test]
async fn z3_every_route_answers_every_persona_on_a_real_record_as_the_decision_says_on_sqlite() {
    compared(Engine::Sqlite).await;
}

#[tokio::test]
async fn z3_every_route_answers_every_persona_on_a_real_record_as_the_decision_says_on_postgres() {
    compared(Engine::Postgres).await;
}

/// Only PostgreSQL holds several practices; a SQLite file refuses a second one.
#[tokio::test]
async fn z3_z5_people_of_another_practice_find_nothing_and_their_tries_stand_in_their_own_trail() {
    let Some(database) = TestDatabase::new(Engine::Postgres, store::MIGRATIONS) else { return };
    let db = Db::open(database.url(), &store::testing::keys(), store::testing::OPTIONS).unwrap();
    let (stage, theirs) = (stage(db.clone()).await, House::new(db.clone()).await);
    let ctx = theirs.world.ctx(theirs.world.therapist).await;
    let form = ParticularsForm { name: "Somebody else".into(), ..Default::default() };
    let client = theirs.world.app.create_client(&ctx, form).await.unwrap();
    let strangers = [theirs.world.client_account(client).await, theirs.world.therapist];
    let about = |pattern: &str| pattern.contains("{client}") || pattern.contains("{episode}");
    for (method, pattern, _) in table().into_iter().filter(|(_, pattern, _)| about(pattern)) {
        for account in strangers {
            let browser = theirs.browser(account).await;
            let (here, there) = (stage.records().await, records(&theirs).await);
            let page = knock(&browser, &method, &stage.ids.filled(pattern), "text/html").await;
            assert_eq!(page.word, "-", "{method} {pattern}");
            assert_eq!(stage.records().await, here, "{method} {pattern}");
            assert_eq!(records(&theirs).await, there + 1, "{method} {pattern}");
        }
    }
    db.close().await;
}

#[tokio::test]
async fn z7_somebody_elses_record_and_one_that_is_not_there_look_the_same() {
    store::testing::each_engine(async |db| {
        let stage = stage(db).await;
        let nowhere = Ids::of_nothing();
        let strangers = ["therapist, a stranger", "therapist who is kept out", "client, another's record"];
        let about = |pattern: &str| pattern.contains("{client}") || pattern.contains("{episode}");
        for (method, pattern, _) in table().into_iter().filter(|(_, pattern, _)| about(pattern)) {
            for persona in stage.personas.iter().filter(|persona| strangers.contains(&persona.name)) {
                let browser = stage.browser(persona).await;
                let foreign = knock(&browser, &method, &stage.ids.filled(pattern), "text/html").await;
                let missing = knock(&browser, &method, &nowhere.filled(pattern), "text/html").await;
                let what = format!("{method} {pattern} as {}", persona.name);
                assert_eq!(foreign.status, missing.status, "{what}");
                assert_eq!(same(&foreign.body, &stage.ids), same(&missing.body, &nowhere), "{what}");
            }
        }
    })
    .await;
}

/// A page without the ids of its own address.
fn same(body: &str, ids: &Ids) -> String {
    ids.0.iter().fold(body.to_owned(), |body, id| body.replace(id, "ID"))
}

/// How many lines the trail of the house's practice has.
pub async fn records(house: &House) -> u64 {
    let practice = house.world.practice;
    let count = move |tx: &mut store::Tx<'_>| store::audit::count(tx, practice);
    house.world.app.db().read_in(practice, count).await.unwrap()
}

/// What is wrong with a form.
#[derive(Clone, Copy)]
pub enum FormSent {
    /// It is no form at all.
    NoForm,
    /// It holds what no browser sends.
    Nul,
}

/// Sends a spoilt form to every route that acts, as everybody.
pub async fn spoilt_everywhere(db: store::Db, sent: FormSent) {
    let stage = stage(db).await;
    let (kind, body) = match sent {
        FormSent::NoForm => ("application/json", "{\"version\":"),
        FormSent::Nul => ("application/x-www-form-urlencoded", "version=1&text=%00"),
    };
    let acts = |(method, pattern, _): &(Method, &str, Policy)| method == Method::POST && !spoils(pattern);
    for (method, pattern, policy) in table().into_iter().filter(acts) {
        let Policy::Needs(action) = policy else { continue };
        let about = pattern.contains("{client}") || pattern.contains("{episode}");
        for persona in &stage.personas {
            // Without an id in its path a client's route is about the client's own record.
            let own = !about && action.about_a_client() && persona.name.starts_with("client");
            if own || ((about || !action.about_a_client()) && stage.may(persona, policy).await) {
                continue;
            }
            let request = Request::builder()
                .method(method.clone())
                .uri(stage.ids.filled(pattern))
                .header(header::HOST, "127.0.0.1")
                .header("sec-fetch-site", "same-origin")
                .header(header::CONTENT_TYPE, kind);
            let before = stage.records().await;
            let page = stage.browser(persona).await.raw(request, Body::from(body)).await;
            let told = stage.records().await - before;
            let what = format!("{pattern} as {}: {}", persona.name, page.status);
            assert!([StatusCode::NOT_FOUND, StatusCode::UNAUTHORIZED].contains(&page.status), "{what}");
            let known = persona.account.is_some() && !persona.name.ends_with("disabled");
            assert_eq!(told, u64::from(known), "{what}: lines in the trail");
        }
    }
}
