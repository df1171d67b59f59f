//! What the nightly look finds reaches people, once, and stays until it is answered and gone; on both engines.

use crate::records_support::Practice;
use app::entry::Refused;
use app::nightly::{AnswerError, Finding, Standing};
use domain::access::Denial;
use domain::finding::Kind;
use domain::ids::AccountId;
use domain::text::TextError;
use jiff::SignedDuration;
use store::testing::each_engine;
use store::{Across, Db, Sql, StoreError};

const TAKE_PART: Sql = Sql::new("UPDATE episode SET created_by = created_by || '-' WHERE created_by <> ''");
const GIVE_BACK: Sql = Sql::new("UPDATE episode SET created_by = replace(created_by || '!', '-!', '')");

async fn run(db: &Db, sql: Sql) {
    let changed = db.across_practices(Across::Operator).write(move |tx| tx.exec(sql, &[])).await;
    assert_ne!(changed, Ok::<_, StoreError>(0), "{sql:?} changed nothing");
    changed.unwrap();
}

async fn rename(db: &Db, sql: Sql) {
    let done = db.across_practices(Across::Operator).write(move |tx| tx.exec(sql, &[])).await;
    done.map(|_: u64| ()).map_err(|wrong: StoreError| wrong.to_string()).unwrap();
}

impl Practice {
    /// A day later, by night.
    async fn night(&self) -> usize {
        self.world.clock.advance(SignedDuration::from_hours(24));
        self.world.app.look_at_everything().await.unwrap()
    }

    async fn told(&self, who: AccountId) -> Standing {
        self.world.app.findings(&self.world.ctx(who).await).await.unwrap()
    }

    async fn only(&self) -> Finding {
        let told = self.told(self.world.administrator).await.findings;
        assert_eq!(told.len(), 1, "{told:?}");
        told[0].0.clone()
    }

    async fn answer(&self, finding: &Finding, note: &str) -> Result<(), Refused<AnswerError>> {
        let ctx = self.world.ctx(self.world.privacy_officer).await;
        self.world.app.answer_finding(&ctx, finding.id, note).await
    }

    async fn waits_for(&self, who: AccountId) -> bool {
        self.world.app.has_news(&self.world.ctx(who).await).await.unwrap()
    }
}

#[tokio::test]
async fn r4_what_a_night_finds_is_told_once_to_administrators_and_privacy_officers_and_to_nobody_else() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        let world = &practice.world;
        assert_eq!(practice.night().await, 0);
        assert!(practice.told(world.administrator).await.last.is_some_and(|look| look.found == 0));
        assert!(!practice.waits_for(world.administrator).await);

        run(&db, TAKE_PART).await;
        assert_eq!(practice.night().await, 1);
        let first = practice.only().await;
        assert_eq!(first.found.kind, Kind::Field);
        assert!(first.found.line.contains("episode.mark"), "{first:?}");
        assert!(first.found.line.contains(&practice.episode.to_string()), "{first:?}");
        assert!(!first.found.line.contains("Grace"), "a line names no client: {first:?}");
        for who in [world.administrator, world.privacy_officer] {
            assert!(practice.waits_for(who).await);
        }
        for who in [world.therapist, world.front_desk, world.supervisor] {
            assert!(!practice.waits_for(who).await);
            let refused = world.app.findings(&world.ctx(who).await).await;
            assert!(matches!(refused, Err(Refused::Denied(Denial::NoRule))), "{refused:?}");
        }

        assert_eq!(practice.night().await, 1);
        let again = practice.only().await;
        assert_eq!((again.id, again.first_at), (first.id, first.first_at));
        assert!(again.last_at > first.last_at, "the next night adds nothing, it is seen again");
        let trail = world.app.verify_audit(&[]).await.unwrap();
        assert!(trail.iter().all(|(_, report)| report.is_well()));
    })
    .await;
}

#[tokio::test]
async fn r4_a_finding_stays_until_somebody_said_what_was_done_and_a_look_finds_it_no_more() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        run(&db, TAKE_PART).await;
        practice.night().await;
        let found = practice.only().await;
        let empty = practice.answer(&found, "  ").await;
        assert!(matches!(empty, Err(Refused::Verb(AnswerError::Note(TextError::Empty)))), "{empty:?}");
        practice.answer(&found, "The disk is being changed.").await.unwrap();
        let twice = practice.answer(&found, "Nothing.").await;
        assert!(matches!(twice, Err(Refused::Verb(AnswerError::NothingToAnswer))), "{twice:?}");
        assert!(!practice.waits_for(practice.world.administrator).await);

        practice.night().await;
        let still = practice.only().await;
        assert_eq!(still.answer.unwrap().note, "The disk is being changed.");
        let told = practice.told(practice.world.administrator).await;
        assert_eq!(told.findings[0].1.as_deref(), Some("Pia Privacy"));

        run(&db, GIVE_BACK).await;
        assert_eq!(practice.night().await, 0);
        assert!(practice.told(practice.world.administrator).await.findings.is_empty());

        run(&db, TAKE_PART).await;
        practice.night().await;
        assert_eq!(practice.only().await.answer, None, "what came back is a new matter");
        assert!(practice.waits_for(practice.world.administrator).await);
    })
    .await;
}

#[tokio::test]
async fn r4_what_went_away_by_itself_is_told_until_somebody_said_what_it_was() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        run(&db, TAKE_PART).await;
        practice.night().await;
        run(&db, GIVE_BACK).await;
        practice.night().await;
        let gone = practice.only().await;
        assert!(gone.gone_at.is_some() && practice.waits_for(practice.world.administrator).await);
        practice.answer(&gone, "Somebody tried something and told us.").await.unwrap();
        assert!(practice.told(practice.world.administrator).await.findings.is_empty());
    })
    .await;
}

#[tokio::test]
async fn r4_a_part_of_the_look_that_ends_in_an_error_is_told_and_declares_nothing_gone() {
    const AWAY: Sql = Sql::new("ALTER TABLE life_event RENAME TO mislaid");
    const BACK: Sql = Sql::new("ALTER TABLE mislaid RENAME TO life_event");
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        run(&db, TAKE_PART).await;
        practice.night().await;
        let damaged = practice.only().await.found;
        rename(&db, AWAY).await;
        run(&db, GIVE_BACK).await;
        let last = practice.told(practice.world.administrator).await.last;
        practice.night().await;
        let told = practice.told(practice.world.administrator).await;
        let kinds = |kind: Kind| told.findings.iter().filter(|(one, _)| one.found.kind == kind).count();
        assert_eq!(kinds(Kind::Failed), 1, "{told:?}");
        let known = told.findings.iter().find(|(one, _)| one.found == damaged).unwrap();
        assert_eq!(known.0.gone_at, None, "whether it is gone is not known");
        assert_eq!(told.last, last, "no look went through to its end");
        rename(&db, BACK).await;
        assert_eq!(practice.night().await, 0);
        let told = practice.told(practice.world.administrator).await;
        assert!(told.findings.iter().all(|(one, _)| one.gone_at.is_some()), "{told:?}");
    })
    .await;
}

#[tokio::test]
async fn r4_a_look_that_is_two_days_late_is_told_once_and_the_next_one_takes_it_back() {
    each_engine(async |db| {
        let practice = Practice::new(db).await;
        let world = &practice.world;
        world.clock.advance(SignedDuration::from_hours(47));
        assert!(!world.app.tell_late_looks().await.unwrap(), "a new practice had no night yet");
        world.clock.advance(SignedDuration::from_hours(2));
        assert!(world.app.tell_late_looks().await.unwrap());
        assert!(world.app.tell_late_looks().await.unwrap());
        let late = practice.only().await;
        assert_eq!(late.found.kind, Kind::Late);
        practice.answer(&late, "The machine was off over the weekend.").await.unwrap();
        assert!(world.app.tell_late_looks().await.unwrap());
        assert!(practice.only().await.answer.is_some(), "told again, it stays answered");
        practice.night().await;
        assert!(!world.app.tell_late_looks().await.unwrap());
        assert!(practice.told(world.administrator).await.findings.is_empty());
    })
    .await;
}

#[tokio::test]
async fn r4_a_finding_that_was_changed_from_outside_is_a_finding_itself() {
    const HUSHED: Sql = Sql::new("UPDATE finding SET answered_at = 1, answered_by = 'nobody', gone_at = 1");
    const HURRIED: Sql = Sql::new("UPDATE last_look SET at = at + 1");
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        run(&db, TAKE_PART).await;
        practice.night().await;
        run(&db, HUSHED).await;
        let told = practice.told(practice.world.administrator).await;
        assert!(told.findings[0].0.found.line.contains("finding.body"), "{told:?}");
        run(&db, HURRIED).await;
        assert_eq!(practice.told(practice.world.administrator).await.last, None);
        assert_eq!(practice.night().await, 3, "the episode, the finding and the mark of the last look");
        assert!(practice.waits_for(practice.world.administrator).await);
        assert_eq!(practice.night().await, 1, "the look wrote both anew");
        let open = practice.told(practice.world.administrator).await.findings;
        let tables: Vec<bool> = open.iter().map(|(one, _)| one.gone_at.is_some()).collect();
        assert_eq!(tables.iter().filter(|gone| **gone).count(), 2, "{open:?}");
    })
    .await;
}

#[tokio::test]
async fn r4_a_damaged_key_or_row_of_a_practice_is_kept_as_a_finding_all_the_same() {
    const KEYLESS: Sql = Sql::new("UPDATE practice_key SET practice_id = practice_id, wrapped = $1");
    const RENAMED: Sql = Sql::new("UPDATE practice SET name = 'Another'");
    const KEPT: Sql = Sql::new("SELECT COUNT(*) FROM finding WHERE answered_at IS NULL");
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        let spoil = |tx: &mut store::Tx<'_>| tx.exec(KEYLESS, &[&vec![7_u8; 60]]);
        let spoilt = db.across_practices(Across::Operator).write(spoil).await;
        assert_eq!(spoilt, Ok::<_, StoreError>(1));
        run(&db, RENAMED).await;
        assert!(practice.night().await >= 2);
        let count = |tx: &mut store::Tx<'_>| tx.one(KEPT, &[], |row| row.get::<i64>(0));
        let kept = db.across_practices(Across::Operator).read(count).await.unwrap();
        assert!(kept >= Some(2), "{kept:?}");
    })
    .await;
}
