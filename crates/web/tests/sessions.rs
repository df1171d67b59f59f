//! The session page as a browser without script sees it.

use crate::support::{Browser, House, sqlite};
use app::clients::NewCourse;
use app::course::{CourseError, Record};
use app::entry::{Action, Ask};
use axum::http::StatusCode;
use domain::ids::EpisodeId;
use jiff::civil::date;

/// A client of the therapist with a course begun; gives the episode.
async fn course(house: &House) -> EpisodeId {
    let ctx = house.world.ctx(house.world.therapist).await;
    let form = domain::client::ParticularsForm { name: "Grace O.".into(), ..Default::default() };
    let client = house.world.app.create_client(&ctx, form).await.unwrap();
    let new = NewCourse { protocol: "ipt16_adult".into(), sessions: None, starts_on: date(2026, 11, 2) };
    house.world.app.start_course(&ctx, client, new).await.unwrap()
}

async fn begun(house: &House) -> (Browser<'_>, String) {
    let episode = course(house).await;
    let browser = house.browser(house.world.therapist).await;
    let opened = browser.post(&format!("/episodes/{episode}/sessions"), &[("session", "1")]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    let page = opened.location.unwrap();
    assert_eq!(page, format!("/episodes/{episode}/sessions/1"));
    (browser, page)
}

#[tokio::test]
async fn a_session_goes_from_opening_over_the_note_to_the_signature_and_an_addition() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let (browser, page) = begun(&house).await;
        let shown = browser.get(&page).await.body;
        assert!(
            shown.contains("Welcome, and what these sessions are"),
            "today's steps stand beside the note"
        );
        assert!(shown.contains("After this session, 15 are left."));
        assert!(shown.contains(&format!("data-autosave=\"{page}/draft\"")));

        let fields = [
            ("version", "1"),
            ("steps.B-1.mark", "done"),
            ("steps.B-2.mark", "not_today"),
            ("links.0.mood", "3"),
            ("links.0.event", "Quarrel with <b>her</b> sister"),
            ("techniques.role_play.use", "1"),
            ("techniques.role_play.outcome", "More sure of herself"),
            ("narrative", "We met.\r\nShe was tired."),
            ("risk_level", "none"),
            ("deed", "sign"),
        ];
        let saved = browser.post(&page, &fields).await;
        assert_eq!(saved.location.as_deref(), Some(format!("{page}/sign").as_str()), "{}", saved.body);
        let sign = browser.get(&format!("{page}/sign")).await.body;
        assert!(sign.contains("A reason for the steps marked") && sign.contains("Quarrel with &lt;b&gt;her"));

        let without = browser.post(&format!("{page}/sign"), &[("version", "2")]).await;
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(without.body.contains("Choose a reason"));
        let done = browser.post(&format!("{page}/sign"), &[("version", "2"), ("reason", "no_time")]).await;
        assert_eq!(done.location.as_deref(), Some(page.as_str()), "{}", done.body);

        let read = browser.get(&page).await.body;
        assert!(read.contains("by Tom Therapist") && read.contains("The time ran out"));
        assert!(read.contains("Welcome, and what these sessions are: done."));
        assert!(!read.contains("name=\"narrative\""), "a signed note is read, not edited");
        let added = browser.post(&format!("{page}/addenda"), &[("text", "She rang at six.")]).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER);
        assert!(browser.get(&page).await.body.contains("She rang at six."));
        let versions = browser.get(&format!("{page}/versions/2")).await;
        assert!(versions.body.contains("She was tired."));
        assert_eq!(browser.get(&format!("{page}/versions/9")).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_note_far_too_long_comes_back_whole_with_a_clear_word() {
    let house = House::new(sqlite()).await;
    let (browser, page) = begun(&house).await;
    let long = "x".repeat(100_000);
    let fields =
        [("version", "1"), ("narrative", long.as_str()), ("agenda", "Sleep"), ("links.0.mood", "most")];
    let back = browser.post(&page, &fields).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("Shorten this to 20000 characters."), "{}", &back.body[..4000]);
    assert!(back.body.contains("Write the mood as a whole number from 0 to 10."));
    assert!(back.body.contains("href=\"#f-narrative\"") && back.body.contains(&long));
    assert!(back.body.contains(">Sleep</textarea>") && back.body.contains("value=\"most\""));
}

#[tokio::test]
async fn rows_are_added_and_removed_without_script_and_nothing_typed_is_lost() {
    let house = House::new(sqlite()).await;
    let (browser, page) = begun(&house).await;
    let typed =
        [("version", "1"), ("links.0.event", "First event"), ("narrative", "Half a"), ("edit", "add:links")];
    let more = browser.post(&page, &typed).await;
    assert_eq!(more.status, StatusCode::OK);
    assert!(more.body.contains("links.1.event") && more.body.contains("First event"));
    assert!(more.body.contains(">Half a</textarea>"));
    let typed = [
        ("version", "1"),
        ("links.0.event", "First"),
        ("links.1.event", "Second"),
        ("edit", "remove:links.0"),
    ];
    let fewer = browser.post(&page, &typed).await.body;
    assert!(fewer.contains(">Second</textarea>") && !fewer.contains(">First</textarea>"));
}

#[tokio::test]
async fn two_tabs_meet_and_the_second_sees_both_texts_field_by_field() {
    let house = House::new(sqlite()).await;
    let (browser, page) = begun(&house).await;
    let first = [
        ("version", "1"),
        ("narrative", "First tab"),
        ("agenda", "Same"),
        ("techniques.affect.use", "1"),
        ("ending_discussed", "1"),
    ];
    assert_eq!(browser.post(&page, &first).await.status, StatusCode::SEE_OTHER);
    let second = [("version", "1"), ("narrative", "Second tab"), ("agenda", "Same"), ("mode", "in_person")];
    let both = browser.post(&page, &second).await;
    assert_eq!(both.status, StatusCode::CONFLICT);
    assert!(both.body.contains(">Second tab</textarea>") && both.body.contains("First tab"));
    assert!(both.body.contains("name=\"version\" value=\"2\""), "saving again counts on the newest");
    assert_eq!(
        both.body.matches("They wrote:").count(),
        3,
        "narrative, techniques, a tick; not the equal agenda"
    );
    let again = [("version", "2"), ("narrative", "First tab. Second tab"), ("agenda", "Same")];
    assert_eq!(browser.post(&page, &again).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_draft_comes_back_after_a_crash_and_can_be_thrown_away() {
    let house = House::new(sqlite()).await;
    let (browser, page) = begun(&house).await;
    let kept =
        browser.post(&format!("{page}/draft"), &[("version", "1"), ("narrative", "Half a sent")]).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    let found = browser.get(&page).await.body;
    assert!(found.contains(">Half a sent</textarea>") && found.contains("have not saved it yet"));
    browser.post(&format!("{page}/draft/discard"), &[]).await;
    assert!(!browser.get(&page).await.body.contains("Half a sent"));
    let saved = [("version", "1"), ("narrative", "Saved")];
    assert_eq!(browser.post(&page, &saved).await.status, StatusCode::SEE_OTHER);
    let stale = browser.post(&format!("{page}/draft"), &[("version", "1"), ("narrative", "old tab")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_note_locked_in_another_tab_gives_back_what_was_typed_as_an_addition() {
    let house = House::new(sqlite()).await;
    let (browser, page) = begun(&house).await;
    browser.post(&page, &[("version", "1"), ("risk_level", "low")]).await;
    assert_eq!(
        browser.post(&format!("{page}/sign"), &[("version", "2")]).await.status,
        StatusCode::SEE_OTHER
    );
    let late = browser.post(&page, &[("version", "2"), ("narrative", "Still typing")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("signed and locked") && late.body.contains(">Still typing</textarea>"));
}

#[tokio::test]
async fn an_open_risk_is_explained_before_the_signature() {
    let house = House::new(sqlite()).await;
    let (browser, page) = begun(&house).await;
    browser.post(&page, &[("version", "1"), ("risk_level", "low")]).await;
    let episode: EpisodeId = page.split('/').nth(2).unwrap().parse().unwrap();
    let ctx = house.world.ctx(house.world.therapist).await;
    let risk = protocol::EventKind::RiskOpened { risk: "r1".into(), source: "phq-9.9".into() };
    let ask = Ask::on_episode(Action::WriteChart, episode, "test");
    let opened = house.world.app.act(&ctx, ask, move |desk| {
        Record::load::<CourseError>(desk, episode)?.append_and_summarise::<CourseError>(desk, risk)
    });
    opened.await.unwrap();
    let shown = browser.get(&page).await.body;
    assert!(
        shown.contains("A risk answer waits for you")
            && shown.contains(&format!("/episodes/{episode}/risks"))
    );
    let refused = browser.post(&format!("{page}/sign"), &[("version", "2")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("The note can be signed once you have written down what you found."));
    assert!(!refused.body.contains("Sign and lock"), "no button that would be refused");
}

#[tokio::test]
async fn the_list_says_in_words_why_a_session_cannot_begin_and_keeps_missed_ones() {
    let house = House::new(sqlite()).await;
    let episode = course(&house).await;
    let list = format!("/episodes/{episode}/sessions");
    let browser = house.browser(house.world.therapist).await;
    for (fields, words) in [
        (vec![("session", "1"), ("held_on", "2031-01-01")], "cannot lie in the future"),
        (vec![("session", "1"), ("held_on", "1931-01-01")], "lies before 2 Nov 2026"),
        (vec![("session", "1"), ("held_on", "30.2.26")], "Write the date as year-month-day"),
        (vec![("session", "3")], "Session 1 comes next."),
    ] {
        let refused = browser.post(&list, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    let missed = format!("/episodes/{episode}/missed-sessions");
    assert_eq!(browser.post(&missed, &[("reason", "no_show")]).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get(&list).await.body.contains("Did not come and did not say so"));
    browser.post(&list, &[("session", "1"), ("mode", "video")]).await;
    let second = browser.post(&list, &[("session", "2")]).await;
    assert!(second.body.contains("Session 1 is still open."), "{}", second.body);
    let stranger = house.browser(house.world.other_therapist).await;
    assert_eq!(stranger.get(&list).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get(&format!("{list}/1")).await.status, StatusCode::NOT_FOUND);
}
