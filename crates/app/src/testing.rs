//! A small practice for tests: real store, real content, a clock that stands where the test puts it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use crate::App;
use crate::content::Content;
use crate::context::{Clock, Ctx, Entropy, Origin, SystemEntropy};
use crate::entry::{Action, Ask, Verdict};
use crate::practices::{self, NewAccount, NewPractice, Purpose};
use crate::sessions::{self, Token};
use domain::access::{Actor, Assurance, Person, Relation};
use domain::account::{AccountState, Role, Roles};
use domain::ids::{AccountId, ClientId, PracticeId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex};
use store::relations::NewRelation;
use store::{Db, StoreError};

/// A clock that a test moves.
#[derive(Debug)]
pub struct TestClock(Mutex<Timestamp>);

impl TestClock {
    /// Moves the clock on.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A practice in Kampala with an administrator, two therapists and a supervisor, on a fresh database.
pub struct World {
    /// The application.
    pub app: App,
    /// Its clock: starts on Monday, 2 November 2026, 09:00 in Kampala.
    pub clock: Arc<TestClock>,
    /// The practice.
    pub practice: PracticeId,
    /// Its administrator.
    pub administrator: AccountId,
    /// A therapist.
    pub therapist: AccountId,
    /// Another therapist, a stranger to the first one's clients.
    pub other_therapist: AccountId,
    /// A supervisor.
    pub supervisor: AccountId,
    /// The privacy officer.
    pub privacy_officer: AccountId,
    /// A trainee.
    pub trainee: AccountId,
    /// Somebody at the front desk.
    pub front_desk: AccountId,
}

/// The application on a database as it is, with a clock that starts on Monday, 2 November 2026, 09:00 in Kampala.
#[must_use]
pub fn bare(db: Db) -> (App, Arc<TestClock>) {
    let clock = Arc::new(TestClock(Mutex::new("2026-11-02T06:00:00Z".parse().unwrap())));
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    (App::new(db, Content::embedded().unwrap(), clock.clone(), entropy), clock)
}

impl World {
    /// Founds the practice.
    pub async fn new(db: Db) -> World {
        let (app, clock) = bare(db);
        let ctx = app.ctx(Actor::Visitor, zone(), Origin::CommandLine);
        let new = NewPractice {
            name: "Test practice".into(),
            zone: "Africa/Kampala".into(),
            purpose: Purpose::Care,
        };
        let founder = ctx.clone();
        let practice = app
            .db
            .across_practices(store::Across::Founding)
            .write(move |tx| -> Result<_, StoreError> { practices::found(tx, &founder, &new) })
            .await
            .unwrap();
        let add = async |name: &str, role: Role| account(&app, practice, name, &[role], None).await;
        World {
            administrator: add("Ada Administrator", Role::Administrator).await,
            therapist: add("Tom Therapist", Role::Therapist).await,
            other_therapist: add("Ola Other", Role::Therapist).await,
            supervisor: add("Sue Supervisor", Role::Supervisor).await,
            privacy_officer: add("Pia Privacy", Role::PrivacyOfficer).await,
            trainee: add("Tia Trainee", Role::Trainee).await,
            front_desk: add("Fay Frontdesk", Role::FrontDesk).await,
            practice,
            clock,
            app,
        }
    }

    /// An account of a client.
    pub async fn client_account(&self, client: ClientId) -> AccountId {
        account(&self.app, self.practice, "Client account", &[Role::Client], Some(client)).await
    }

    /// One more therapist.
    pub async fn therapist_account(&self, name: &str) -> AccountId {
        account(&self.app, self.practice, name, &[Role::Therapist], None).await
    }

    /// Somebody with the account of a guardian; whose guardian, a relation tells.
    pub async fn guardian_account(&self) -> AccountId {
        account(&self.app, self.practice, "Gus Guardian", &[Role::Guardian], None).await
    }

    /// The supervisor supervises the therapist's client from now on.
    pub async fn supervise(&self, client: ClientId) {
        let (ctx, supervisor) = (self.ctx(self.therapist).await, self.supervisor);
        let ask = Ask::on_client(Action::WriteChart, client, "relation");
        let outcome: Verdict<(), std::convert::Infallible> = self
            .app
            .act(&ctx, ask, move |desk| {
                let relation = (supervisor, Relation::Supervises, client);
                store::relations::start(
                    desk.tx,
                    &desk.grant,
                    &NewRelation::now(relation, "asked", desk.ctx.now),
                )?;
                Ok(())
            })
            .await;
        outcome.unwrap();
    }

    /// The context of an account acting now, fully signed in.
    pub async fn ctx(&self, id: AccountId) -> Ctx {
        let practice = self.practice;
        let account = self
            .app
            .db
            .read_in(practice, move |tx| store::accounts::find(tx, practice, id))
            .await
            .unwrap()
            .unwrap();
        let person = Person {
            account: id,
            practice,
            state: account.state,
            roles: account.roles,
            own_client: account.client,
            assurance: Assurance::Full,
            verified_at: Some(self.app.now()),
        };
        self.app.ctx(Actor::Person(person), zone(), Origin::CommandLine)
    }

    /// A session of an account, as a browser would hold it.
    pub async fn session(&self, id: AccountId, assurance: Assurance) -> Token {
        let (token, now, practice) = (self.app.new_token(), self.app.now(), self.practice);
        let kept = token.clone();
        let work = move |tx: &mut store::Tx<'_>| -> Result<(), StoreError> {
            sessions::start(tx, &kept, (practice, id), assurance, (now, "test browser"))
        };
        self.app.db.write_in(practice, work).await.unwrap();
        token
    }
}

/// The code an authenticator with this secret shows at an instant.
#[must_use]
pub fn code_at(secret: &str, at: Timestamp) -> String {
    crate::factors::code_at(secret, at).unwrap()
}

fn zone() -> TimeZone {
    TimeZone::get("Africa/Kampala").unwrap()
}

async fn account(
    app: &App,
    practice: PracticeId,
    name: &str,
    roles: &[Role],
    client: Option<ClientId>,
) -> AccountId {
    let ctx = app.ctx(Actor::Visitor, zone(), Origin::CommandLine);
    let new = NewAccount {
        name: name.to_owned(),
        email: format!("{}@example.org", ctx.new_id::<AccountId>()),
        roles: Roles::of(roles.iter().copied()),
        zone: "Africa/Kampala".into(),
        client,
    };
    let work = move |tx: &mut store::Tx<'_>| -> Result<_, StoreError> {
        practices::add_account(tx, &ctx, practice, &new, AccountState::Active)
    };
    app.db.write_in(practice, work).await.unwrap()
}
