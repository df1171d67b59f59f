//! Psychotherapy notes: the author's alone, unless the author lets a supervisor read one.

use app::clients::NewCourse;
use app::context::Ctx;
use app::entry::{Action, Ask, Refused};
use app::private_notes::{PrivateError, PrivateForm, Standing};
use app::testing::World;
use domain::access::{Actor, Denial, Relation};
use domain::client::ParticularsForm;
use domain::ids::{AccountId, ClientId, EpisodeId, PrivateNoteId};
use jiff::SignedDuration;
use jiff::civil::date;
use store::relations::NewRelation;

struct Story {
    world: World,
    tom: Ctx,
    client: ClientId,
    episode: EpisodeId,
}

fn typed(text: &str) -> PrivateForm {
    PrivateForm { session: String::new(), text: text.into() }
}

fn denied<T>(outcome: Result<T, Refused<PrivateError>>) -> Option<Denial> {
    match outcome {
        Err(Refused::Denied(denial)) => Some(denial),
        _ => None,
    }
}

impl Story {
    async fn begin(db: store::Db) -> Story {
        let world = World::new(db).await;
        let tom = world.ctx(world.therapist).await;
        let form = ParticularsForm { name: "Grace O.".into(), ..ParticularsForm::default() };
        let client = world.app.create_client(&tom, form).await.unwrap();
        let course =
            NewCourse { protocol: "ipt16_adult".into(), sessions: None, starts_on: date(2026, 11, 2) };
        let episode = world.app.start_course(&tom, client, course).await.unwrap();
        Story { world, tom, client, episode }
    }

    async fn write(&self, text: &str) -> PrivateNoteId {
        self.world.app.save_private_note(&self.tom, (self.episode, None), 0, typed(text)).await.unwrap()
    }

    async fn read_as(
        &self,
        account: AccountId,
        note: PrivateNoteId,
    ) -> Result<String, Refused<PrivateError>> {
        let ctx = self.world.ctx(account).await;
        let page = self.world.app.private_note(&ctx, self.episode, note).await?;
        Ok(page.note.unwrap().kept.note.text)
    }

    /// The other therapist gets a relation to the client.
    async fn relate(&self, account: AccountId, relation: Relation) {
        let (client, now) = (self.client, self.world.app.now());
        let ask = Ask::on_client(Action::WriteChart, client, "test");
        let outcome: Result<(), Refused<std::convert::Infallible>> = self
            .world
            .app
            .act(&self.tom, ask, move |desk| {
                let new = NewRelation::now((account, relation, client), "test", now);
                Ok(store::relations::start(desk.tx, &desk.grant, &new)?)
            })
            .await;
        outcome.unwrap();
    }
}

#[tokio::test]
async fn z8_a_psychotherapy_note_is_read_by_its_author_and_by_nobody_else() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let world = &story.world;
        let note = story.write("What I felt when she spoke of him.").await;
        assert_eq!(story.read_as(world.therapist, note).await.unwrap(), "What I felt when she spoke of him.");
        world.supervise(story.client).await;
        story.relate(world.other_therapist, Relation::Covers).await;
        let own = world.client_account(story.client).await;
        let others =
            [world.supervisor, world.other_therapist, world.administrator, world.privacy_officer, own];
        for account in others {
            let refused = story.read_as(account, note).await;
            assert_eq!(denied(refused), Some(Denial::NoRule));
        }
        // Somebody who treats the client too reads what they wrote themselves, and no more.
        story.relate(world.other_therapist, Relation::Treats).await;
        assert_eq!(denied(story.read_as(world.other_therapist, note).await), Some(Denial::NoRule));
        let ola = world.ctx(world.other_therapist).await;
        assert!(world.app.private_notes(&ola, story.episode).await.unwrap().notes.is_empty());
        let write =
            world.app.save_private_note(&ola, (story.episode, Some(note)), 1, typed("mine now")).await;
        assert_eq!(denied(write), Some(Denial::NoRule));
        let sue = world.ctx(world.supervisor).await;
        assert!(world.app.private_notes(&sue, story.episode).await.unwrap().notes.is_empty());
        let write =
            world.app.save_private_note(&sue, (story.episode, None), 0, typed("a supervisor's")).await;
        assert_eq!(denied(write), Some(Denial::NoRule));
    })
    .await;
}

#[tokio::test]
async fn z8_a_supervisor_reads_the_one_note_its_author_lets_them_read_and_only_as_long() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let (world, app) = (&story.world, &story.world.app);
        let (shown, kept) = (story.write("Stuck; ask Sue.").await, story.write("Not for Sue.").await);
        let early = app.let_read(&story.tom, (story.episode, shown), world.supervisor).await;
        assert!(matches!(early, Err(Refused::Verb(PrivateError::NotASupervisor))));
        world.supervise(story.client).await;
        app.let_read(&story.tom, (story.episode, shown), world.supervisor).await.unwrap();

        assert_eq!(story.read_as(world.supervisor, shown).await.unwrap(), "Stuck; ask Sue.");
        assert_eq!(denied(story.read_as(world.supervisor, kept).await), Some(Denial::NoRule));
        let sue = world.ctx(world.supervisor).await;
        let list = app.private_notes(&sue, story.episode).await.unwrap();
        assert_eq!(list.notes.len(), 1);
        assert_eq!((list.notes[0].standing, list.may_write), (Standing::Reader, false));
        assert_eq!(list.notes[0].author, "Tom Therapist");
        let change = app.save_private_note(&sue, (story.episode, Some(shown)), 1, typed("changed")).await;
        assert_eq!(denied(change), Some(Denial::NoRule));
        let pass_on = app.let_read(&sue, (story.episode, shown), world.other_therapist).await;
        assert_eq!(denied(pass_on), Some(Denial::NoRule));

        app.let_read_no_more(&story.tom, (story.episode, shown), world.supervisor).await.unwrap();
        assert_eq!(denied(story.read_as(world.supervisor, shown).await), Some(Denial::NoRule));
    })
    .await;
}

#[tokio::test]
async fn a10_the_first_opening_in_a_session_asks_for_a_factor_of_this_moment() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let (world, app) = (&story.world, &story.world.app);
        let note = story.write("A thought.").await;
        let later = |ctx: &Ctx| {
            let mut later = ctx.clone();
            later.now = world.app.now();
            later
        };
        let other = world.ctx(world.therapist).await;
        world.clock.advance(SignedDuration::from_mins(6));
        assert!(app.private_note(&later(&story.tom), story.episode, note).await.is_ok(), "opened before");

        let mut unopened = later(&other);
        if let Actor::Person(person) = &mut unopened.actor {
            person.verified_at = other.now.checked_sub(SignedDuration::from_mins(1)).ok();
        }
        let refused = app.private_note(&unopened, story.episode, note).await;
        assert_eq!(denied(refused), Some(Denial::NotFresh), "a session that has not opened them yet");
        let draft = app.autosave_private_note(&unopened, (story.episode, Some(note)), 1, typed("x")).await;
        assert_eq!(denied(draft), Some(Denial::NotFresh));
        let fresh = world.ctx(world.therapist).await;
        assert!(app.private_note(&fresh, story.episode, note).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_comes_back_and_two_tabs_both_see_both_texts() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let (app, whole) = (&story.world.app, story.episode);
        app.autosave_private_note(&story.tom, (whole, None), 0, typed("begun")).await.unwrap();
        let new = app.new_private_note(&story.tom, whole).await.unwrap();
        assert_eq!(new.draft.unwrap().typed, typed("begun"));
        let note = story.write("begun and finished").await;
        assert!(app.new_private_note(&story.tom, whole).await.unwrap().draft.is_none());

        let key = (whole, Some(note));
        app.save_private_note(&story.tom, key, 1, typed("first tab")).await.unwrap();
        let stale = app.save_private_note(&story.tom, key, 1, typed("second tab")).await;
        let Err(Refused::Verb(PrivateError::Stale { current })) = stale else { panic!("{stale:?}") };
        assert_eq!((current.version, current.note.text.as_str()), (2, "first tab"));
        let late = app.autosave_private_note(&story.tom, key, 1, typed("second tab")).await;
        assert!(matches!(late, Err(Refused::Verb(PrivateError::Stale { .. }))));
        app.save_private_note(&story.tom, key, 2, typed("both")).await.unwrap();
        let same = app.save_private_note(&story.tom, key, 3, typed("both")).await.unwrap();
        let page = app.private_note(&story.tom, whole, same).await.unwrap();
        assert_eq!(page.versions.iter().map(|(version, _)| *version).collect::<Vec<_>>(), [3, 2, 1]);
        let first = app.private_note_version(&story.tom, whole, (note, 1)).await.unwrap();
        assert_eq!(first.kept.note.text, "begun and finished");
        let empty = app.save_private_note(&story.tom, key, 3, typed(" ")).await;
        assert!(matches!(empty, Err(Refused::Verb(PrivateError::Form(_)))));
    })
    .await;
}

#[tokio::test]
async fn z8_whoever_no_longer_treats_the_client_no_longer_opens_their_notes() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let note = story.write("A thought.").await;
        let (client, tom, now) = (story.client, story.world.therapist, story.world.app.now());
        let ask = Ask::on_client(Action::WriteChart, client, "test");
        let ended: Result<bool, Refused<std::convert::Infallible>> = story
            .world
            .app
            .act(&story.tom, ask, move |desk| {
                Ok(store::relations::end(desk.tx, &desk.grant, (tom, Relation::Treats, client), now)?)
            })
            .await;
        assert!(ended.unwrap());
        story.world.clock.advance(SignedDuration::from_secs(1));
        assert_eq!(denied(story.read_as(tom, note).await), Some(Denial::NoRule));
    })
    .await;
}
