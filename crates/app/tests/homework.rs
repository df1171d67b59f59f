use crate::records_support::{Practice, form};
use app::entry::Refused;
use app::homework::HomeworkError;
use domain::access::Denial;
use domain::homework::Status;
use jiff::SignedDuration;
use jiff::civil::date;

#[tokio::test]
async fn a_step_is_agreed_answered_by_the_client_and_talked_about() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        let amina = app.add_ties(&p.ctx, p.episode, "Amina 🌻").await.unwrap()[0].to_string();
        let step = form(&[("task", "Ring her on Sunday"), ("tie", &amina), ("due_on", "2026-11-08")]);
        let id = app.agree_homework(&p.ctx, p.episode, step).await.unwrap();
        assert_eq!((p.count("homework.agreed").await, p.count("homework.unreviewed").await), (1, 0));

        p.world.clock.advance(SignedDuration::from_hours(7 * 24));
        let own = p.world.ctx(p.world.client_account(p.client).await).await;
        let mine = app.own_homework(&own).await.unwrap();
        assert_eq!((mine.len(), mine[0].with.as_deref()), (1, Some("Amina 🌻")));
        let told = form(&[("status", "partly"), ("happened", "We spoke for a minute")]);
        app.report_homework(&own, (id, 1), told).await.unwrap();
        assert_eq!(p.count("homework.unreviewed").await, 1, "told, not yet talked about");

        let later = p.world.ctx(p.world.therapist).await;
        let page = app.homework(&later, p.episode).await.unwrap();
        assert_eq!((page.steps[0].version, page.steps[0].body.status), (2, Status::Partly));
        assert_eq!(page.steps[0].body.reported_on, Some(date(2026, 11, 9)));
        let review = form(&[("status", "done"), ("happened", "They met after all")]);
        app.review_homework(&later, p.episode, (id, 2), review).await.unwrap();
        assert_eq!(p.count("homework.unreviewed").await, 0);
    })
    .await;
}

#[tokio::test]
async fn two_people_answer_one_step_and_the_second_sees_the_first() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        let step = form(&[("task", "Ring her"), ("due_on", "2026-11-02")]);
        let id = app.agree_homework(&p.ctx, p.episode, step).await.unwrap();
        let own = p.world.ctx(p.world.client_account(p.client).await).await;
        app.report_homework(&own, (id, 1), form(&[("status", "not_done")])).await.unwrap();
        let refused =
            app.review_homework(&p.ctx, p.episode, (id, 1), form(&[("status", "done")])).await.err().unwrap();
        let Refused::Verb(HomeworkError::Stale { current }) = refused else { panic!("{refused:?}") };
        assert_eq!(current.body.status, Status::NotDone);
    })
    .await;
}

#[tokio::test]
async fn nobody_answers_for_somebody_else() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        let step = form(&[("task", "Ring her"), ("due_on", "2026-11-02")]);
        let id = app.agree_homework(&p.ctx, p.episode, step).await.unwrap();
        let staff = app.report_homework(&p.ctx, (id, 1), form(&[("status", "done")])).await.err().unwrap();
        assert!(matches!(staff, Refused::Denied(Denial::NoClient)));
        let particulars = domain::client::ParticularsForm { name: "Other".into(), ..Default::default() };
        let other = app.create_client(&p.ctx, particulars).await.unwrap();
        let other = p.world.ctx(p.world.client_account(other).await).await;
        assert!(app.own_homework(&other).await.unwrap().is_empty());
        let refused = app.report_homework(&other, (id, 1), form(&[("status", "done")])).await.err().unwrap();
        assert!(matches!(refused, Refused::Verb(HomeworkError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn what_fell_due_is_to_be_talked_about_when_a_session_begins() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        let step = form(&[("task", "Ring her"), ("due_on", "2026-11-05")]);
        app.agree_homework(&p.ctx, p.episode, step).await.unwrap();
        p.world.clock.advance(SignedDuration::from_hours(7 * 24));
        let ctx = p.world.ctx(p.world.therapist).await;
        assert_eq!(p.count("homework.unreviewed").await, 0);
        let opening =
            app::notes::Opening { session: 1, held_on: ctx.today(), mode: app::notes::Mode::InPerson };
        app.open_session(&ctx, p.episode, opening).await.unwrap();
        assert_eq!(p.count("homework.unreviewed").await, 1);
    })
    .await;
}
