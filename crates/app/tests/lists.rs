//! A list shows exactly what its predicate allows, in random worlds.

use app::entry::{Action, Ask, Verdict};
use app::testing::World;
use domain::access::{Actor, Assurance, Facts, Items, Person, Relation, RelationWindow, decide};
use domain::account::{AccountState, Role, Roles};
use domain::client::ParticularsForm;
use domain::ids::ClientId;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use store::relations::{self, NewRelation};

/// Numbers that are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    /// Hours from one number to another.
    fn hours(&mut self, from: i64, to: i64) -> SignedDuration {
        let span = u64::try_from(to - from).unwrap();
        SignedDuration::from_hours(from + i64::try_from(self.below(span)).unwrap())
    }

    fn window(&mut self, now: Timestamp) -> RelationWindow {
        let count = u64::try_from(Relation::ALL.len()).unwrap();
        let relation = Relation::ALL[usize::try_from(self.below(count)).unwrap()];
        let starts_at = now.checked_add(self.hours(-200 * 24, 10 * 24)).unwrap();
        let ends_at = (self.below(3) > 0).then(|| starts_at.checked_add(self.hours(-24, 150 * 24)).unwrap());
        RelationWindow { ends_at, items: Items::ALL, ..RelationWindow::open(relation, starts_at) }
    }

    fn roles(&mut self) -> Roles {
        Roles::of(Role::ALL.into_iter().filter(|_| self.below(3) == 0))
    }
}

const CLIENTS: usize = 25;

/// `worlds` times: somebody with random roles at a random instant. The relations stay, so that every world has many.
async fn compare(world: &World, worlds: u64) {
    let mut clients: Vec<ClientId> = Vec::new();
    for number in 0..CLIENTS {
        let form = ParticularsForm { name: format!("Client {number}"), ..Default::default() };
        let ctx = world.ctx(world.therapist).await;
        clients.push(world.app.create_client(&ctx, form).await.unwrap());
    }
    let (account, practice) = (world.other_therapist, world.practice);
    let ctx = world.ctx(account).await;
    let ask = Ask::to(Action::OwnAccount, "a list");
    let compared: Verdict<(), std::convert::Infallible> = world
        .app
        .act(&ctx, ask, move |desk| {
            let (mut chance, now) = (Chance(7), desk.ctx.now);
            let mut rows: Vec<(ClientId, Vec<RelationWindow>)> = Vec::new();
            for client in clients {
                let windows: Vec<_> = (0..chance.below(5)).map(|_| chance.window(now)).collect();
                for kept in &windows {
                    let new = NewRelation {
                        window: (kept.starts_at, kept.ends_at),
                        items: kept.items,
                        ..NewRelation::now((account, kept.relation, client), "test", now)
                    };
                    // Two alike in one client's list are one row.
                    let _ = desk.tx.savepoint(|tx| relations::start(tx, &desk.grant, &new));
                }
                rows.push((client, windows));
            }
            for _ in 0..worlds {
                let at = now.checked_add(chance.hours(-300 * 24, 300 * 24)).unwrap();
                let person = Person {
                    account,
                    practice,
                    state: AccountState::Active,
                    roles: chance.roles(),
                    own_client: None,
                    assurance: Assurance::Full,
                    verified_at: Some(at),
                };
                let own = (account, &person.roles);
                let listed = store::episodes::caseload(desk.tx, desk.grant.scope(), own, at)?;
                let listed: BTreeSet<ClientId> = listed.into_iter().map(|row| row.client).collect();
                let actor = Actor::Person(person.clone());
                let allowed = |(client, windows): &(ClientId, Vec<RelationWindow>)| {
                    let facts = Facts { client: Some(*client), relations: windows };
                    decide(&actor, Action::ReadChart, facts, at).is_ok().then_some(*client)
                };
                let allowed: BTreeSet<ClientId> = rows.iter().filter_map(allowed).collect();
                assert_eq!(listed, allowed, "{:?} at {at}: {rows:?}", person.roles);
            }
            Ok(())
        })
        .await;
    compared.unwrap();
}

#[tokio::test]
async fn z2_a_caseload_lists_exactly_the_clients_whose_chart_the_decision_opens() {
    compare(&World::new(super::sqlite()).await, 2_000).await;
}

#[tokio::test]
async fn z3_a_caseload_lists_the_same_on_every_engine() {
    store::testing::each_engine(async |db| compare(&World::new(db).await, 200).await).await;
}
