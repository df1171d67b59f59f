use crate::records_support::{Practice, form};
use app::entry::Refused;
use app::timeline::TimelineError;
use domain::fields::FieldProblem;

#[tokio::test]
async fn an_onset_and_the_events_round_it_make_a_timeline() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        let amina = app.add_ties(&p.ctx, p.episode, "Amina").await.unwrap()[0].to_string();
        let move_ = form(&[
            ("kind", "move"),
            ("title", "Left the village"),
            ("when.year", "2026"),
            ("when.part", "spring"),
            ("people", &amina),
            ("impact", "7"),
            ("valence", "mixed"),
        ]);
        let event = app.add_event(&p.ctx, p.episode, move_).await.unwrap();
        app.add_event(
            &p.ctx,
            p.episode,
            form(&[("kind", "job"), ("title", "First job"), ("when.year", "1999")]),
        )
        .await
        .unwrap();
        app.add_event(
            &p.ctx,
            p.episode,
            form(&[("kind", "symptom"), ("impact", "8"), ("when.year", "2026")]),
        )
        .await
        .unwrap();
        assert_eq!(p.count("timeline.events_near_onset").await, 0, "no onset yet");
        app.set_onset(
            &p.ctx,
            p.episode,
            0,
            form(&[("onset.year", "2026"), ("onset.part", "7"), ("onset.around", "yes")]),
        )
        .await
        .unwrap();
        assert!(p.flag("timeline.onset_set").await);
        assert_eq!(p.count("timeline.events_near_onset").await, 1);

        let timeline = app.timeline(&p.ctx, p.episode).await.unwrap();
        let titles: Vec<&str> = timeline.events.iter().map(|event| event.body.title.as_str()).collect();
        assert_eq!(titles, ["First job", "Left the village", ""]);
        app.end_event(&p.ctx, p.episode, (event, 1), "It was another year").await.unwrap();
        assert_eq!(p.count("timeline.events_near_onset").await, 0);
        app.restore_event(&p.ctx, p.episode, (event, 2)).await.unwrap();
        assert_eq!(app.life_event(&p.ctx, p.episode, event).await.unwrap().versions.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn impossible_dates_are_refused_at_their_field() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        for (day, field, problem) in [
            (["2026", "11", "3"], "when.year", FieldProblem::AfterToday),
            (["2026", "2", "30"], "when.day", FieldProblem::NotADate),
            (["", "", ""], "when.year", FieldProblem::YearMissing),
        ] {
            let fields = form(&[
                ("kind", "move"),
                ("title", "x"),
                ("when.year", day[0]),
                ("when.part", day[1]),
                ("when.day", day[2]),
            ]);
            let refused = p.world.app.add_event(&p.ctx, p.episode, fields).await.err().unwrap();
            let Refused::Verb(TimelineError::Form(errors)) = refused else { panic!("{refused:?}") };
            assert_eq!((errors[0].field.as_str(), errors[0].problem), (field, problem));
        }
        let today = form(&[
            ("kind", "move"),
            ("title", "x"),
            ("when.year", "2026"),
            ("when.part", "11"),
            ("when.day", "2"),
        ]);
        p.world.app.add_event(&p.ctx, p.episode, today).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn looking_and_finding_nothing_is_an_answer_and_two_tabs_do_not_overwrite_it() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        let onset = form(&[("onset.year", "2025"), ("none_found", "yes"), ("confidence", "guess")]);
        app.set_onset(&p.ctx, p.episode, 0, onset).await.unwrap();
        assert!(p.flag("timeline.none_found").await);
        let refused =
            app.set_onset(&p.ctx, p.episode, 0, form(&[("onset.year", "2024")])).await.err().unwrap();
        let Refused::Verb(TimelineError::StaleOnset { current }) = refused else { panic!("{refused:?}") };
        assert_eq!(current.version, 1);
        app.set_onset(&p.ctx, p.episode, 1, form(&[("onset.year", "2024")])).await.unwrap();
        let timeline = app.timeline(&p.ctx, p.episode).await.unwrap();
        assert_eq!((timeline.onset.unwrap().version, timeline.earlier_onsets.len()), (2, 1));
    })
    .await;
}
