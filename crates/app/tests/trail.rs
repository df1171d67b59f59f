//! The audit trail: one line an act, read by whom it concerns.

use app::context::{Ctx, Origin};
use app::entry::{Action, Refused};
use app::testing::World;
use app::trail::{Column, Search, Visitor};
use app::trail_keeping::Format;
use domain::access::Denial;
use domain::client::ParticularsForm;
use domain::ids::ClientId;
use jiff::{SignedDuration, Timestamp};
use store::audit::chain::Line;
use store::{Engine, Sql, StoreError, Tx};

async fn lines(world: &World) -> Vec<Line> {
    let practice = world.practice;
    let read = move |tx: &mut Tx<'_>| -> Result<Vec<Line>, StoreError> {
        let mut lines = Vec::new();
        store::audit::search::each_in_period(tx, practice, (Timestamp::MIN, Timestamp::MAX), |line| {
            lines.push(line.clone());
            Ok(true)
        })?;
        Ok(lines)
    };
    world.app.db().read_in(practice, read).await.unwrap()
}

fn named(name: &str) -> ParticularsForm {
    ParticularsForm { name: name.into(), ..Default::default() }
}

async fn client_of(world: &World) -> ClientId {
    let ctx = world.ctx(world.therapist).await;
    world.app.create_client(&ctx, named("Amina Nakato")).await.unwrap()
}

fn from_home(ctx: &Ctx) -> Ctx {
    let mut ctx = ctx.clone();
    ctx.origin = Origin::Web("192.0.2.7".into());
    ctx
}

/// The one line that an act left, in words: what, whose, result, why.
async fn one_line<T>(world: &World, act: impl Future<Output = T>) -> Line {
    let before = lines(world).await;
    act.await;
    let mut after = lines(world).await;
    after.retain(|line| !before.iter().any(|known| known.id == line.id));
    assert_eq!(after.len(), 1, "{after:?}");
    after.remove(0)
}

fn said(line: &Line) -> (&str, Option<&str>, &str, &str) {
    (&line.action, line.client.as_deref(), &line.outcome, &line.rule)
}

#[tokio::test]
async fn l1_each_act_view_and_denial_leaves_exactly_one_line_that_tells_all() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let app = &world.app;
        let id = client_of(&world).await;
        let client = id.to_string();
        let own = world.client_account(id).await;
        world.clock.advance(SignedDuration::from_mins(5));
        let therapist = from_home(&world.ctx(world.therapist).await);
        let stranger = world.ctx(world.other_therapist).await;
        let own_ctx = world.ctx(own).await;
        let administrator = world.ctx(world.administrator).await;

        let seen = one_line(&world, app.client(&therapist, id)).await;
        assert_eq!(said(&seen), ("write_identity", Some(client.as_str()), "done", "treats"));
        assert_eq!(seen.actor, world.therapist.to_string());
        assert_eq!((seen.for_whom.as_str(), seen.object.as_str()), ("self", "particulars"));
        assert_eq!((seen.class.as_str(), seen.origin.as_str()), ("K1", "192.0.2.7"));
        assert_eq!(seen.at, therapist.now.as_microsecond());

        let denied = one_line(&world, app.client(&stranger, id)).await;
        assert_eq!(said(&denied), ("write_identity", Some(client.as_str()), "denied", "no_rule"));
        let refused = one_line(&world, app.create_client(&therapist, named(""))).await;
        assert_eq!(said(&refused), ("create_client", None, "refused", "therapist"));
        let list = one_line(&world, app.caseload(&therapist)).await;
        assert_eq!(said(&list), ("read_caseload", None, "done", "therapist"));
        let today = one_line(&world, app.today(&own_ctx)).await;
        assert_eq!(said(&today), ("read_shared", Some(client.as_str()), "done", "own"));
        let history = one_line(&world, app.history(&own_ctx, None, None)).await;
        assert_eq!(said(&history), ("read_own_history", Some(client.as_str()), "done", "own"));
        let people = one_line(&world, app.people(&administrator)).await;
        assert_eq!(said(&people), ("read_people", None, "done", "administrator"));
        let turned = app.turned_away(&stranger, Action::ReadPeople, Denial::NoRule, "/people");
        let turned = one_line(&world, turned).await;
        assert_eq!(said(&turned), ("read_people", None, "denied", "no_rule"));
        assert_eq!(turned.object, "/people");
    })
    .await;
}

#[tokio::test]
async fn l1_an_act_whose_line_cannot_be_written_does_not_happen() {
    const BREAK: Sql = Sql::per_engine(
        "CREATE TRIGGER audit_broken BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'broken'); END",
        "ALTER TABLE audit ADD CONSTRAINT audit_broken CHECK (seq < 0) NOT VALID",
    );
    const MEND: Sql =
        Sql::per_engine("DROP TRIGGER audit_broken", "ALTER TABLE audit DROP CONSTRAINT audit_broken");
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let db = world.app.db();
        assert!(matches!(db.engine(), Engine::Sqlite | Engine::Postgres));
        db.write_in(world.practice, |tx| tx.exec(BREAK, &[])).await.unwrap();
        let ctx = world.ctx(world.therapist).await;
        let tried = world.app.create_client(&ctx, named("Nobody")).await;
        assert!(matches!(tried, Err(Refused::Store(_))), "{tried:?}");
        let looked = world.app.caseload(&ctx).await;
        assert!(matches!(looked, Err(Refused::Store(_))), "a look without its line shows nothing");
        db.write_in(world.practice, |tx| tx.exec(MEND, &[])).await.unwrap();
        assert!(world.app.caseload(&ctx).await.unwrap().is_empty(), "no client was registered");
    })
    .await;
}

fn everything() -> Search {
    Search {
        from: Timestamp::MIN,
        to: Timestamp::MAX,
        actor: String::new(),
        client: None,
        action: String::new(),
        outcome: String::new(),
        class: String::new(),
        column: Column::Time,
        up: false,
        after: None,
    }
}

#[tokio::test]
async fn l3_the_privacy_officer_searches_narrows_and_sorts_by_every_column() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (app, id) = (&world.app, client_of(&world).await);
        let stranger = world.ctx(world.other_therapist).await;
        assert!(app.client(&stranger, id).await.is_err());
        let officer = world.ctx(world.privacy_officer).await;
        let search = async |search: Search| app.search_trail(&officer, search).await.unwrap();

        let denied = search(Search { outcome: "denied".into(), ..everything() }).await;
        assert_eq!(denied.entries.len(), 1);
        assert_eq!(denied.clients, vec![(id, "Amina Nakato".to_owned())]);
        let about = search(Search { client: Some(id), ..everything() }).await;
        assert!(about.entries.iter().all(|entry| entry.client == Some(id)) && !about.entries.is_empty());
        let own = search(Search { actor: world.privacy_officer.to_string(), ..everything() }).await;
        assert!(!own.entries.is_empty(), "reading the trail is itself in the trail");
        assert!(search(Search { to: Timestamp::UNIX_EPOCH, ..everything() }).await.entries.is_empty());

        for column in Column::ALL {
            for up in [true, false] {
                let found = search(Search { column, up, ..everything() }).await.entries;
                let held: Vec<String> = found.iter().map(|entry| column.of(entry)).collect();
                let mut sorted = held.clone();
                sorted.sort();
                if !up {
                    sorted.reverse();
                }
                assert_eq!(held, sorted, "{column:?} {up}");
            }
        }
        let denied = app.search_trail(&world.ctx(world.administrator).await, everything()).await;
        assert!(matches!(denied, Err(Refused::Denied(Denial::NoRule))));
    })
    .await;
}

#[tokio::test]
async fn l3_a_long_search_goes_on_where_its_page_ended_and_loses_no_line() {
    let world = World::new(crate::sqlite()).await;
    let (therapist, officer) = (world.ctx(world.therapist).await, world.ctx(world.privacy_officer).await);
    for _ in 0..450 {
        world.app.caseload(&therapist).await.unwrap();
    }
    for column in [Column::Time, Column::Actor, Column::Outcome] {
        let narrowed = Search { action: "read_caseload".into(), column, ..everything() };
        let mut search = narrowed.clone();
        let mut seen = std::collections::BTreeSet::new();
        loop {
            let page = world.app.search_trail(&officer, search.clone()).await.unwrap();
            assert!(page.entries.len() <= app::trail::TRAIL_PAGE);
            seen.extend(page.entries.iter().map(|entry| entry.id.to_string()));
            match page.next {
                Some(next) => search.after = Some(next),
                None => break,
            }
        }
        assert_eq!(seen.len(), 450, "{column:?}");
    }
}

#[tokio::test]
async fn l3_a_client_sees_by_day_who_opened_the_record_and_who_was_not_let_in() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (app, id) = (&world.app, client_of(&world).await);
        let own = world.client_account(id).await;
        let therapist = world.ctx(world.therapist).await;
        for _ in 0..3 {
            app.client(&therapist, id).await.unwrap();
        }
        assert!(app.client(&world.ctx(world.other_therapist).await, id).await.is_err());
        world.clock.advance(SignedDuration::from_hours(24));
        let own_ctx = world.ctx(own).await;
        app.today(&own_ctx).await.unwrap();

        let history = app.history(&own_ctx, None, None).await.unwrap();
        let told: Vec<(String, &str, bool, usize)> = history
            .visits
            .iter()
            .map(|visit| {
                let who = match &visit.who {
                    Visitor::Person { name, .. } => name.clone(),
                    Visitor::Client => "client".to_owned(),
                    other => format!("{other:?}"),
                };
                (who, visit.action.as_str(), visit.let_in, visit.times)
            })
            .collect();
        assert!(told.contains(&("Tom Therapist".into(), "write_identity", true, 3)), "{told:?}");
        assert!(told.contains(&("Ola Other".into(), "write_identity", false, 1)), "{told:?}");
        assert!(told.contains(&("client".into(), "read_shared", true, 1)), "{told:?}");
        assert_eq!(history.officers, vec!["Pia Privacy".to_owned()]);
        assert!(history.visits.first().unwrap().day > history.visits.last().unwrap().day);

        let same = app.history(&world.ctx(world.therapist).await, Some(id), None).await.unwrap();
        assert!(same.visits.len() >= history.visits.len());
        let stranger = app.history(&world.ctx(world.other_therapist).await, Some(id), None).await;
        assert!(matches!(stranger, Err(Refused::Denied(_))));
    })
    .await;
}

#[tokio::test]
async fn l2_a_practice_at_work_has_a_trail_that_verifies_and_checkpoints_that_cover_it() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let app = &world.app;
        client_of(&world).await;
        let made = app.checkpoint_audit(1).await.unwrap();
        assert_eq!(made.len(), 1);
        assert!(app.checkpoint_audit(1).await.unwrap().is_empty(), "nothing was written since");
        let reports = app.verify_audit(&made).await.unwrap();
        let (_, report) = reports.first().unwrap();
        assert!(report.is_well(), "{:?}", report.findings);
        assert!(report.lines > 1 && report.checkpoints == 1);
        assert_eq!(made[0].signer, app.audit_key().unwrap());
    })
    .await;
}

#[tokio::test]
async fn w11_an_export_runs_no_formula_and_is_itself_in_the_trail() {
    let world = World::new(crate::sqlite()).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trail.csv");
    let practice = world.practice;
    let ctx = world.ctx(world.therapist).await;
    let entry = store::audit::Entry {
        id: ctx.new_id(),
        at: ctx.now,
        actor: "=HYPERLINK(\"http://example.org\")".into(),
        for_whom: "self".into(),
        action: "+1".into(),
        class: "K1".into(),
        client: None,
        object: "@SUM(A1)".into(),
        outcome: "done".into(),
        rule: "-1".into(),
        origin: "\tx".into(),
    };
    world.app.db().write_in(practice, move |tx| store::audit::append(tx, practice, &entry)).await.unwrap();
    let file = std::fs::File::create(&path).unwrap();
    let period = (Timestamp::MIN, Timestamp::MAX);
    let count = world.app.export_audit(period, Format::Csv, file).await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count() as u64, count + 1);
    for harmless in ["\"'=HYPERLINK(", "\"'+1\"", "\"'@SUM(A1)\"", "\"'-1\"", "\"'\tx\""] {
        assert!(text.contains(harmless), "{harmless}");
    }
    assert!(text.contains(",export,"), "the export is in the trail");
}
