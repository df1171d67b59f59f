//! A generated practice, made by the verbs that the screens call: nothing is inserted behind the program's back.

use crate::chance::Chance;
use crate::server::Database;
use app::App;
use app::clients::NewCourse;
use app::content::Content;
use app::context::{Ctx, Origin, SystemClock};
use app::measures::Submission;
use app::practices::NewAccount;
use domain::access::Actor;
use domain::account::{Role, Roles};
use domain::client::ParticularsForm;
use domain::ids::{AccountId, EpisodeId, PracticeId};
use domain::response::Mode;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use measure::{Answer, Answers, Instrument};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::vault::Keys;
use store::{DatabaseUrl, Db, Options};

/// Clients of one therapist.
pub const CASELOAD: usize = 100;
/// Scored measures of one client: a PHQ-9 and a GAD-7 a week.
pub const MEASURES: usize = 30;
const WEEKS: usize = MEASURES / 2;
/// Courses written at the same time, so that writes share a synchronisation.
const AT_ONCE: usize = 48;
const ZONE: &str = "Europe/London";
const SEED: u64 = 2026;

/// What was made.
pub struct Practice {
    /// One-time sign-in links of therapists, one each, each with [`CASELOAD`] clients.
    pub links: Vec<String>,
    pub clients: usize,
    pub measures: usize,
    pub seconds: f64,
}

/// Fills an empty database.
pub fn generate(database: &Database, clients: usize) -> Result<Practice, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(told)?;
    runtime.block_on(fill(database, clients))
}

async fn fill(database: &Database, clients: usize) -> Result<Practice, String> {
    let start = std::time::Instant::now();
    let url: DatabaseUrl = database.url().parse().map_err(told)?;
    let keys = Keys::from_file(crate::key::path()?).map_err(told)?;
    let db = Db::open(&url, &keys, Options { writers: 8, ..Options::default() }).map_err(told)?;
    let content = Content::embedded().map_err(told)?;
    let chance = Arc::new(Chance::new(SEED));
    let app = App::new(db.clone(), content, Arc::new(SystemClock), chance.clone());
    let maker = Maker::found(app, chance).await?;
    let therapists = maker.therapists(clients.div_ceil(CASELOAD)).await?;

    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::new();
    for _ in 0..AT_ONCE {
        let (maker, next, therapists) = (maker.clone(), next.clone(), therapists.clone());
        tasks.push(tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= clients {
                    return Ok::<(), String>(());
                }
                // Neighbours in time belong to different therapists, as in a real practice.
                let therapist = therapists[number % therapists.len()];
                maker.course(therapist, number).await?;
            }
        }));
    }
    for task in tasks {
        task.await.map_err(told)??;
    }
    let mut links = Vec::new();
    let operator = maker.operator();
    for therapist in therapists {
        let token = maker.app.demonstration_link(&operator, maker.practice, therapist).await.map_err(said)?;
        links.push(token.reveal().to_owned());
    }
    db.close().await;
    Ok(Practice { links, clients, measures: clients * MEASURES, seconds: start.elapsed().as_secs_f64() })
}

/// What the tasks share.
#[derive(Clone)]
struct Maker {
    app: App,
    chance: Arc<Chance>,
    practice: PracticeId,
    begin: Timestamp,
}

impl Maker {
    async fn found(app: App, chance: Arc<Chance>) -> Result<Maker, String> {
        let ctx = app.ctx(Actor::Visitor, TimeZone::UTC, Origin::CommandLine);
        let practice = app.found_demonstration(&ctx, "Generated practice", ZONE).await.map_err(said)?;
        let begin = app.now() - SignedDuration::from_hours(24 * 7 * (WEEKS as i64 + 1));
        Ok(Maker { app, chance, practice, begin })
    }

    fn operator(&self) -> Ctx {
        self.app.ctx(Actor::Visitor, TimeZone::UTC, Origin::CommandLine)
    }

    async fn therapists(&self, count: usize) -> Result<Vec<AccountId>, String> {
        let ctx = self.operator();
        let mut made = Vec::new();
        for number in 0..count {
            let new = NewAccount {
                name: format!("Therapist {number}"),
                email: format!("therapist{number}@example.org"),
                roles: Roles::of([Role::Therapist]),
                zone: ZONE.to_owned(),
                client: None,
            };
            made.push(self.app.add_demo_member(&ctx, self.practice, new).await.map_err(said)?);
        }
        Ok(made)
    }

    async fn ctx(&self, therapist: AccountId, week: usize) -> Result<Ctx, String> {
        let minutes = i64::try_from(self.chance.below(60 * 24 * 3)).unwrap_or(0);
        let at = self.begin + SignedDuration::from_mins(60 * 24 * 7 * week as i64 + minutes);
        self.app.demo_ctx_at(at, self.practice, therapist).await.map_err(said)
    }

    /// One client's course: registered, begun, and measured every week.
    async fn course(&self, therapist: AccountId, number: usize) -> Result<(), String> {
        let mut ctx = self.ctx(therapist, 0).await?;
        let form = ParticularsForm {
            name: format!("{} {}", pick(&FIRST_NAMES, number), pick(&LAST_NAMES, number / FIRST_NAMES.len())),
            born_on: format!("{}-{:02}-{:02}", 1950 + number % 55, 1 + number % 12, 1 + number % 28),
            phone: format!("+44 20 7946 {:04}", number % 10_000),
            email: format!("client{number}@example.org"),
            ..ParticularsForm::default()
        };
        let client = self.app.create_client(&ctx, form).await.map_err(said)?;
        let course = NewCourse { protocol: "ipt16_adult".to_owned(), sessions: None, starts_on: ctx.today() };
        let episode = self.app.start_course(&ctx, client, course).await.map_err(said)?;
        for week in 0..WEEKS {
            if week > 0 {
                ctx = self.ctx(therapist, week).await?;
            }
            for instrument in ["phq-9", "gad-7"] {
                self.measure(&ctx, episode, instrument, week).await?;
            }
        }
        Ok(())
    }

    async fn measure(&self, ctx: &Ctx, episode: EpisodeId, id: &str, week: usize) -> Result<(), String> {
        let instrument = self.app.content().instrument(id).ok_or("no such instrument")?;
        let answers = answers(instrument, week, &self.chance);
        let submission = Submission {
            episode,
            instrument: id.to_owned(),
            answers,
            mode: Mode::InSession,
            on: None,
            session: None,
        };
        self.app.submit(ctx, submission).await.map(drop).map_err(said)
    }
}

/// Answers that fall from week to week, with some spread; a risk item above zero in one of two hundred.
fn answers(instrument: &Instrument, week: usize, chance: &Chance) -> Answers {
    let mut answers = Answers::new();
    for item in instrument.items.iter() {
        if !instrument.asks(item, &answers) {
            continue;
        }
        let values: Vec<i32> = instrument.choices(item).iter().map(|choice| choice.value).collect();
        let top = values.len().saturating_sub(1);
        let level = (top * (WEEKS * 2 - week)) / (WEEKS * 2) + usize::from(chance.below(3) == 0);
        let quiet = item.risk.is_some() && chance.below(200) > 0;
        let index = if quiet { 0 } else { level.saturating_sub(usize::from(chance.below(3) == 0)).min(top) };
        if let Some(value) = values.get(index) {
            answers.insert(item.id.clone(), Answer::Value(*value));
        }
    }
    answers
}

const FIRST_NAMES: [&str; 12] =
    ["Amina", "Ben", "Chloe", "Daudi", "Elif", "Farah", "George", "Hana", "Ivan", "Joy", "Kofi", "Lena"];
const LAST_NAMES: [&str; 10] =
    ["Adeyemi", "Brown", "Castro", "Dubois", "Evans", "Fischer", "Garcia", "Hughes", "Ito", "Jones"];

fn pick(names: &[&'static str], number: usize) -> &'static str {
    names.get(number % names.len().max(1)).copied().unwrap_or_default()
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn said<E: std::fmt::Debug>(refused: app::entry::Refused<E>) -> String {
    format!("a verb refused: {refused:?}")
}
