use crate::sqlite;
use app::clients::NewCourse;
use app::context::{Ctx, Origin};
use app::entry::Refused;
use app::measure_links::{MeasureLinkError, MeasuresLink};
use app::measures::{Arrival, MeasureError, Receipt, Submission};
use app::risks::RiskError;
use app::testing::World;
use domain::access::{Actor, Denial};
use domain::client::ParticularsForm;
use domain::ids::{AccountId, ClientId, EpisodeId};
use domain::response::Mode;
use domain::risk::AnswerForm;
use jiff::SignedDuration;
use jiff::civil::date;
use jiff::tz::TimeZone;
use measure::{Answer, Answers};
use protocol::RiskLevel;

/// A client of Tom's in the first session week, with an account.
struct Case {
    world: World,
    tom: Ctx,
    client: ClientId,
    episode: EpisodeId,
    own: AccountId,
}

impl Case {
    async fn new(db: store::Db) -> Case {
        let world = World::new(db).await;
        let tom = world.ctx(world.therapist).await;
        let form = ParticularsForm { name: "Grace O.".into(), ..ParticularsForm::default() };
        let client = world.app.create_client(&tom, form).await.unwrap();
        let course =
            NewCourse { protocol: "ipt16_adult".into(), sessions: None, starts_on: date(2026, 11, 2) };
        let episode = world.app.start_course(&tom, client, course).await.unwrap();
        let own = world.client_account(client).await;
        Case { world, tom, client, episode, own }
    }

    fn paper(&self, answers: Answers) -> Submission {
        Submission {
            episode: self.episode,
            instrument: "phq-9".into(),
            answers,
            mode: Mode::Paper,
            on: None,
            session: None,
        }
    }

    async fn submit(&self, ctx: &Ctx, submission: Submission) -> Result<Receipt, Refused<MeasureError>> {
        self.world.app.submit(ctx, submission).await
    }
}

/// PHQ-9 answers: one digit an item, `-` left out, `x` declined.
fn phq(text: &str) -> Answers {
    let answer = |c: char| match c {
        'x' => Answer::Declined,
        digit => Answer::Value(digit.to_digit(10).unwrap().try_into().unwrap()),
    };
    let items = text.chars().enumerate().filter(|(_, c)| *c != '-');
    items.map(|(i, c)| ((i + 1).to_string().parse().unwrap(), answer(c))).collect()
}

fn looked(level: &str) -> AnswerForm {
    AnswerForm {
        level: level.into(),
        found: "Passing thoughts, no wish to act on them.".into(),
        done: "Talked about what helps at night.".into(),
        told: String::new(),
        next_check: "2026-11-09".into(),
    }
}

#[tokio::test]
async fn answers_are_scored_and_a_risk_item_opens_a_task_that_only_a_look_closes() {
    store::testing::each_engine(async |db| {
        let case = Case::new(db).await;
        let app = &case.world.app;
        let client = case.world.ctx(case.own).await;
        let portal = Submission { mode: Mode::Portal, ..case.paper(phq("222222221")) };
        let receipt = case.submit(&client, portal).await.unwrap();
        assert_eq!((receipt.total, receipt.severity.as_deref()), (Some(17.0), Some("moderately severe")));
        assert_eq!((receipt.arrival, receipt.risks.len()), (Arrival::New, 1));

        let overview = app.overview(&case.tom, case.client).await.unwrap();
        let course = overview.current.unwrap().course;
        assert_eq!(course.open_risks, [receipt.risks[0].to_string()]);
        assert_eq!(app.caseload(&case.tom).await.unwrap()[0].group, domain::caseload::Group::ActToday);

        let risks = app.risks(&case.tom, case.episode).await.unwrap();
        assert_eq!(risks.open[0].owner, Some(case.world.therapist));
        assert_eq!(risks.open[0].owner_name.as_deref(), Some("Tom Therapist"));
        assert_eq!(risks.open[0].body.reason.source(), "phq-9/9");

        app.answer_risk(&case.tom, (case.episode, receipt.risks[0]), looked("low")).await.unwrap();
        let overview = app.overview(&case.tom, case.client).await.unwrap().current.unwrap();
        assert!(overview.course.open_risks.is_empty());
        assert_eq!(overview.course.last_risk_level, Some(RiskLevel::Low));
        let risks = app.risks(&case.tom, case.episode).await.unwrap();
        assert!(risks.open.is_empty());
        assert_eq!(risks.answered[0].answered_by.as_deref(), Some("Tom Therapist"));
        let again = app.answer_risk(&case.tom, (case.episode, receipt.risks[0]), looked("high")).await;
        assert!(matches!(again, Err(Refused::Verb(RiskError::AlreadyAnswered))), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn a_risk_answer_without_words_is_not_taken() {
    let case = Case::new(sqlite()).await;
    let receipt = case.submit(&case.tom, case.paper(phq("000000001"))).await.unwrap();
    let empty = AnswerForm { level: "moderate".into(), ..AnswerForm::default() };
    let refused = case.world.app.answer_risk(&case.tom, (case.episode, receipt.risks[0]), empty).await;
    let Err(Refused::Verb(RiskError::Form(problems))) = refused else { panic!("{refused:?}") };
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field).collect();
    assert_eq!(fields, ["found", "done", "told", "next_check"]);
    assert_eq!(case.world.app.risks(&case.tom, case.episode).await.unwrap().open.len(), 1);
}

#[tokio::test]
async fn sixteen_answers_to_one_course_at_the_same_moment_are_all_kept() {
    store::testing::each_engine(async |db| {
        let case = Case::new(db).await;
        let tasks: Vec<_> = (0..16)
            .map(|number| {
                let submission = case.paper(phq(&format!("{}{}0000000", number % 4, number / 4)));
                let (app, ctx) = (case.world.app.clone(), case.tom.clone());
                tokio::spawn(async move { app.submit(&ctx, submission).await })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap().unwrap().arrival, Arrival::New);
        }
        let view = case.world.app.measures(&case.tom, case.episode).await.unwrap();
        assert_eq!(view.tracks[0].responses.len(), 16);
    })
    .await;
}

#[tokio::test]
async fn missing_answers_follow_the_rule_of_the_instrument_and_a_declined_risk_item_is_shown() {
    store::testing::each_engine(async |db| {
        let case = Case::new(db).await;
        let prorated = case.submit(&case.tom, case.paper(phq("22222222x"))).await.unwrap();
        assert_eq!((prorated.total, prorated.scoring.prorated), (Some(18.0), true));
        assert_eq!(prorated.risks, []);
        assert_eq!(prorated.scoring.risk_unanswered[0].as_str(), "9");

        case.world.clock.advance(jiff::SignedDuration::from_secs(1));
        let case = Case { tom: case.world.ctx(case.world.therapist).await, ..case };
        let too_few = case.submit(&case.tom, case.paper(phq("2222----1"))).await.unwrap();
        assert_eq!((too_few.total, too_few.risks.len()), (None, 1), "a risk is seen without a total too");

        let view = case.world.app.measures(&case.tom, case.episode).await.unwrap();
        let track = &view.tracks[0];
        assert_eq!((track.instrument.as_str(), track.responses.len(), track.series.len()), ("phq-9", 2, 1));
        let answered = case.world.app.response(&case.tom, case.episode, prorated.response).await.unwrap();
        assert_eq!(answered.answers, phq("22222222x"));
        assert_eq!(answered.response.author.as_deref(), Some("Tom Therapist"));
    })
    .await;
}

#[tokio::test]
async fn what_is_not_on_the_form_is_refused_and_nothing_is_kept() {
    store::testing::each_engine(async |db| {
        let case = Case::new(db).await;
        let beyond: Answers = [("1".parse().unwrap(), Answer::Value(4))].into_iter().collect();
        let unknown: Answers = [("77".parse().unwrap(), Answer::Value(1))].into_iter().collect();
        for answers in [beyond, unknown] {
            let refused = case.submit(&case.tom, case.paper(answers)).await;
            assert!(matches!(refused, Err(Refused::Verb(MeasureError::Answers(_)))), "{refused:?}");
        }
        let nothing = case.submit(&case.tom, case.paper(Answers::new())).await;
        assert!(matches!(nothing, Err(Refused::Verb(MeasureError::NothingAnswered))));
        let other = Submission { instrument: "phq-99".into(), ..case.paper(phq("0")) };
        let unknown = case.submit(&case.tom, other).await;
        assert!(matches!(unknown, Err(Refused::Verb(MeasureError::NoSuchInstrument))));
        let view = case.world.app.measures(&case.tom, case.episode).await.unwrap();
        assert!(view.tracks.iter().all(|track| track.responses.is_empty()));
        assert_eq!(view.due, ["phq-9", "gad-7"]);
    })
    .await;
}

#[tokio::test]
async fn a_course_is_answered_by_its_own_people_only() {
    store::testing::each_engine(async |db| {
        let case = Case::new(db).await;
        let other = case.world.ctx(case.world.other_therapist).await;
        let foreign = case.submit(&other, case.paper(phq("111111111"))).await;
        assert!(matches!(foreign, Err(Refused::Denied(Denial::NoRule))));
        let nowhere = Submission { episode: other.new_id(), ..case.paper(phq("1")) };
        let missing = case.submit(&case.tom, nowhere).await;
        assert!(matches!(missing, Err(Refused::Denied(Denial::NoClient))));

        case.world.supervise(case.client).await;
        let sue = case.world.ctx(case.world.supervisor).await;
        assert!(case.world.app.measures(&sue, case.episode).await.is_ok());
        let written = case.submit(&sue, case.paper(phq("111111111"))).await;
        assert!(matches!(written, Err(Refused::Denied(Denial::NoRule))));

        // A client may not pass for paper, a therapist not for the client.
        let client = case.world.ctx(case.own).await;
        let disguised = case.submit(&client, case.paper(phq("1"))).await;
        assert!(matches!(disguised, Err(Refused::Verb(MeasureError::WrongMode))));
        let portal = Submission { mode: Mode::Portal, ..case.paper(phq("1")) };
        let disguised = case.submit(&case.tom, portal).await;
        assert!(matches!(disguised, Err(Refused::Verb(MeasureError::WrongMode))));
        let sheet = case.world.app.sheet(&client, case.episode, "phq-9".into()).await;
        assert!(sheet.is_err(), "the staff's form shows the chart's head");
    })
    .await;
}

#[tokio::test]
async fn the_same_answers_sent_twice_are_one_response() {
    store::testing::each_engine(async |db| {
        let case = Case::new(db).await;
        let client = case.world.ctx(case.own).await;
        let portal = Submission { mode: Mode::Portal, ..case.paper(phq("111111111")) };
        let first = case.submit(&client, portal.clone()).await.unwrap();
        let second = case.submit(&client, portal.clone()).await.unwrap();
        assert_eq!((second.arrival, second.response), (Arrival::Again, first.response));
        let changed = Submission { answers: phq("111111112"), ..portal.clone() };
        assert_eq!(case.submit(&client, changed).await.unwrap().arrival, Arrival::New);
        case.world.clock.advance(SignedDuration::from_mins(6));
        let later = case.world.ctx(case.own).await;
        assert_eq!(case.submit(&later, portal).await.unwrap().arrival, Arrival::New);
        let view = case.world.app.measures(&case.tom, case.episode).await.unwrap();
        assert_eq!(view.tracks[0].responses.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_paper_form_takes_its_place_by_the_day_it_was_filled() {
    store::testing::each_engine(async |db| {
        let case = Case::new(db).await;
        case.submit(&case.tom, case.paper(phq("111111110"))).await.unwrap();
        let earlier = Submission { on: Some(date(2026, 10, 26)), ..case.paper(phq("222222220")) };
        case.submit(&case.tom, earlier).await.unwrap();
        let view = case.world.app.measures(&case.tom, case.episode).await.unwrap();
        let progress = view.tracks[0].progress.clone().unwrap();
        assert_eq!((progress.baseline.score.value(), progress.latest.score.value()), (16.0, 8.0));
        let summary = view.head.summary;
        assert_eq!(summary.baseline.unwrap().total, Some(16.0));
        assert_eq!(summary.latest.unwrap().total, Some(8.0));

        let tomorrow = Submission { on: Some(date(2026, 11, 3)), ..case.paper(phq("0")) };
        let refused = case.submit(&case.tom, tomorrow).await;
        assert!(matches!(refused, Err(Refused::Verb(MeasureError::DayOutOfRange { .. }))));
    })
    .await;
}

#[tokio::test]
async fn an_open_risk_blocks_the_end_of_the_course() {
    let case = Case::new(sqlite()).await;
    case.submit(&case.tom, case.paper(phq("000000003"))).await.unwrap();
    let course = case.world.app.overview(&case.tom, case.client).await.unwrap().current.unwrap().course;
    let protocol = case.world.app.content().protocol("ipt16_adult").unwrap();
    let end = protocol::EventKind::Ended { exit: protocol::Exit::Moved, disposition: None };
    let refusal = protocol::admit(protocol, &course, &end).unwrap_err();
    assert_eq!(refusal.code(), "risks_unanswered");
}

#[tokio::test]
async fn a_link_takes_each_of_its_instruments_once_and_nothing_else() {
    store::testing::each_engine(async |db| {
        let case = Case::new(db).await;
        let app = &case.world.app;
        let both = vec!["phq-9".to_owned(), "gad-7".to_owned()];
        let link = app.create_measures_link(&case.tom, case.episode, both).await.unwrap();
        let visitor = app.ctx(Actor::Visitor, TimeZone::UTC, Origin::CommandLine);
        let send = async |instrument: &str, answers: &str| {
            app.submit_by_link(&visitor, &link.token, instrument.into(), phq(answers)).await
        };
        let foreign = send("phq-9a", "1").await;
        assert!(
            matches!(foreign, Err(Refused::Verb(MeasureLinkError::Measure(MeasureError::NoSuchInstrument)))),
            "{foreign:?}"
        );
        let bad = send("phq-9", "9").await;
        assert!(matches!(bad, Err(Refused::Verb(MeasureLinkError::Measure(MeasureError::Answers(_))))));

        let first = send("phq-9", "111111111").await.unwrap();
        assert_eq!((first.receipt.total, first.receipt.risks.len()), (Some(9.0), 1));
        assert_eq!(first.open, ["gad-7"]);
        let twice = send("phq-9", "111111111").await;
        assert!(matches!(twice, Err(Refused::Verb(MeasureLinkError::AlreadySent))), "{twice:?}");
        assert!(send("gad-7", "1111111").await.unwrap().open.is_empty());
        let spent = send("gad-7", "0000000").await;
        assert!(matches!(spent, Err(Refused::Verb(MeasureLinkError::AlreadySent))), "{spent:?}");
        let state = app.measures_link(&link.token).await.unwrap();
        assert!(matches!(state, MeasuresLink::AlreadySent { .. }));

        let view = app.measures(&case.tom, case.episode).await.unwrap();
        assert_eq!(view.tracks.iter().map(|track| track.responses.len()).collect::<Vec<_>>(), [1, 1]);
        assert_eq!(view.tracks[0].responses[0].mode, Some(Mode::Link));
        assert_eq!(view.due, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_link_ends_after_seven_days_and_only_the_treating_side_makes_one() {
    store::testing::each_engine(async |db| {
        let case = Case::new(db).await;
        let app = &case.world.app;
        let phq9 = vec!["phq-9".to_owned()];
        let link = app.create_measures_link(&case.tom, case.episode, phq9.clone()).await.unwrap();
        case.world.clock.advance(SignedDuration::from_hours(7 * 24 + 1));
        let visitor = app.ctx(Actor::Visitor, TimeZone::UTC, Origin::CommandLine);
        let late = app.submit_by_link(&visitor, &link.token, "phq-9".into(), phq("1")).await;
        assert!(matches!(late, Err(Refused::Verb(MeasureLinkError::Ended))), "{late:?}");
        let unknown = app.measures_link(&app.new_token()).await.unwrap();
        assert_eq!(unknown, MeasuresLink::Ended);

        case.world.supervise(case.client).await;
        for account in [case.world.supervisor, case.world.other_therapist, case.own] {
            let ctx = case.world.ctx(account).await;
            let refused = app.create_measures_link(&ctx, case.episode, phq9.clone()).await;
            assert!(matches!(refused, Err(Refused::Denied(Denial::NoRule))));
        }
        let none = app.create_measures_link(&case.tom, case.episode, Vec::new()).await;
        assert!(matches!(none, Err(Refused::Verb(MeasureLinkError::NothingChosen))));
    })
    .await;
}

#[tokio::test]
async fn two_who_press_the_same_link_at_once_leave_one_response() {
    store::testing::each_engine(async |db| {
        let case = Case::new(db).await;
        let app = &case.world.app;
        let link = app.create_measures_link(&case.tom, case.episode, vec!["phq-9".into()]).await.unwrap();
        let visitor = app.ctx(Actor::Visitor, TimeZone::UTC, Origin::CommandLine);
        let send = || app.submit_by_link(&visitor, &link.token, "phq-9".into(), phq("111111110"));
        let (one, other) = tokio::join!(send(), send());
        assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|ok| **ok).count(), 1);
        let view = app.measures(&case.tom, case.episode).await.unwrap();
        assert_eq!(view.tracks[0].responses.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_client_sees_their_own_day_and_nobody_elses() {
    store::testing::each_engine(async |db| {
        let case = Case::new(db).await;
        let app = &case.world.app;
        let client = case.world.ctx(case.own).await;
        let before = app.today(&client).await.unwrap().course.unwrap();
        assert_eq!(before.due, ["phq-9", "gad-7"]);
        let episode = app.own_sheet(&client, "phq-9".into()).await.unwrap();
        assert_eq!(episode, case.episode);
        let portal = Submission { mode: Mode::Portal, ..case.paper(phq("111111110")) };
        case.submit(&client, portal).await.unwrap();
        assert_eq!(app.own_receipt(&client, "phq-9".into()).await.unwrap().total, Some(8.0));
        assert_eq!(app.today(&client).await.unwrap().course.unwrap().due, ["gad-7"]);
        let closed = app.own_sheet(&client, "phq-9a".into()).await;
        assert!(matches!(closed, Err(Refused::Verb(MeasureError::NoSuchInstrument))));
        assert!(app.today(&case.tom).await.is_err(), "a therapist has no page of this kind");
    })
    .await;
}
