//! The demonstration practice: made-up people, driven through the same use cases that the screens call.
//!
//! Nothing is inserted behind the program's back: every step is a verb of the application, asked by a made-up member of
//! staff at a made-up instant of the past months, authorised and audited like any other.

mod cast;
mod chance;
mod course;
mod papers;
mod records;
mod scores;

use app::App;
use app::demonstration::DemonstrationError;
use app::entry::Refused;
use app::practices::NewAccount;
use cast::Cast;
use domain::account::{Role, Roles};
use domain::ids::{AccountId, PracticeId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Why the demonstration could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A use case refused what the script asked for: the script and the rules disagree.
    #[error("the demonstration could not be made: {step} was refused ({reason})")]
    Refused {
        /// The step.
        step: String,
        /// The refusal.
        reason: String,
    },
    /// The cast file has a mistake.
    #[error("the cast of the demonstration cannot be read: {0}")]
    Cast(String),
}

/// Names the step a refusal came from.
trait At<T> {
    fn at(self, step: &str) -> Result<T, DemoError>;
}

impl<T, E: std::fmt::Debug> At<T> for Result<T, Refused<E>> {
    fn at(self, step: &str) -> Result<T, DemoError> {
        self.map_err(|refused| DemoError::Refused { step: step.to_owned(), reason: format!("{refused:?}") })
    }
}

/// A made practice.
pub struct Made {
    practice: PracticeId,
    members: BTreeMap<String, AccountId>,
}

impl Made {
    /// One-time sign-in links, one a role: role, path.
    pub async fn links(&self, app: &App) -> Result<Vec<(String, String)>, DemoError> {
        let ctx = app.ctx(
            domain::access::Actor::Operator(self.practice),
            TimeZone::UTC,
            app::context::Origin::CommandLine,
        );
        let mut links = Vec::new();
        for (key, account) in &self.members {
            let token = app.demonstration_link(&ctx, self.practice, *account).await.at("a sign-in link")?;
            links.push((key.clone(), format!("/l/{}", token.reveal())));
        }
        Ok(links)
    }
}

/// Founds the practice and plays everybody's course up to `now`.
pub async fn make(app: &App, seed: u64, now: Timestamp) -> Result<Made, DemoError> {
    let cast = Cast::read()?;
    let zone = TimeZone::get(&cast.zone).map_err(|error| DemoError::Cast(error.to_string()))?;
    let visitor =
        app.ctx_at(now, domain::access::Actor::Visitor, zone.clone(), app::context::Origin::CommandLine);
    let practice = app.found_demonstration(&visitor, &cast.practice, &cast.zone).await.at("founding")?;
    let mut members = BTreeMap::new();
    for staff in &cast.staff {
        let role = Role::from_code(&staff.role).ok_or_else(|| DemoError::Cast(staff.role.clone()))?;
        let new = NewAccount {
            name: staff.name.clone(),
            email: staff.email.clone(),
            roles: Roles::of([role]),
            zone: cast.zone.clone(),
            client: None,
        };
        let account = app.add_demo_member(&visitor, practice, new).await.at("adding staff")?;
        members.insert(staff.key.clone(), account);
    }
    let stage = course::Stage { app, practice, zone, now, members: &members };
    let mut client_account = None;
    for (number, person) in cast.client.iter().enumerate() {
        let mut chance = chance::Chance::new(seed.wrapping_add(number as u64));
        let account = stage.play(person, &mut chance).await?;
        client_account = client_account.or(account);
    }
    members.extend(client_account.map(|account| ("client".to_owned(), account)));
    Ok(Made { practice, members })
}

/// A member of the demonstration acting at an instant.
async fn acting(
    app: &App,
    practice: PracticeId,
    account: AccountId,
    at: Timestamp,
) -> Result<app::context::Ctx, DemoError> {
    let acting: Result<_, Refused<DemonstrationError>> = app.demo_ctx_at(at, practice, account).await;
    acting.at("acting")
}
