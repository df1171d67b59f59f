use crate::support::{Browser, House};
use axum::http::StatusCode;

/// A client with a course; gives the address of the episode.
async fn episode(house: &House, browser: &Browser<'_>) -> String {
    let client = browser.post("/clients/new", &[("name", "Grace O.")]).await.location.unwrap();
    let course = [("protocol", "ipt16_adult"), ("starts_on", "2026-11-02")];
    browser.post(&format!("{client}/course"), &course).await;
    let ctx = house.world.ctx(house.world.therapist).await;
    let id = client.rsplit('/').next().unwrap().parse().unwrap();
    let overview = house.world.app.overview(&ctx, id).await.unwrap();
    format!("/episodes/{}", overview.current.unwrap().episode.id)
}

/// The first address in a page that begins with `start` and goes on as an id.
fn address(body: &str, start: &str) -> String {
    let from = body.find(&format!("\"{start}0")).expect("an address with an id") + 1;
    body[from..].chars().take(start.len() + 36).collect()
}

#[tokio::test]
async fn people_are_added_placed_described_and_compared() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let browser = house.browser(house.world.therapist).await;
        let list = format!("{}/inventory", episode(&house, &browser).await);
        assert!(browser.get(&list).await.body.contains("Nobody named yet"));
        let added = browser.post(&list, &[("names", "Amina 🌻\nمحمد")]).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        let page = browser.get(&list).await.body;
        assert!(page.contains("<bdi>محمد</bdi>") && page.contains("2 people have no place yet."), "{page}");
        let tie = address(&page, &format!("{list}/"));
        let placed = browser.post(&format!("{tie}/place"), &[("version", "1"), ("ring_now", "1")]).await;
        assert_eq!(placed.status, StatusCode::SEE_OTHER);
        let stale = browser.post(&tie, &[("version", "1"), ("nickname", "Mina"), ("ring_now", "3")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.body.contains("They wrote:") && stale.body.contains("<bdi>Inner ring</bdi>"));
        assert!(stale.body.contains("value=\"Mina\"") && stale.body.contains("name=\"version\" value=\"2\""));
        let wrong = browser.post(&tie, &[("version", "2"), ("nickname", ""), ("died.year", "2030")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("This has not happened yet") && wrong.body.contains("value=\"2030\""));
        let history = browser.get(&format!("{tie}/history")).await.body;
        assert!(history.contains("Version 2") && history.contains("Inner ring"), "{history}");
        let off = browser.post(&format!("{tie}/end"), &[("version", "2"), ("reason", "Twice")]).await;
        assert_eq!(off.status, StatusCode::SEE_OTHER);
        assert!(browser.get(&list).await.body.contains("Taken off the list (1)"));
        for sort in ["name", "added"] {
            assert_eq!(browser.get(&format!("{list}?sort={sort}")).await.status, StatusCode::OK);
        }
        keep("inventory", &browser.get(&list).await.body);
        keep("tie", &browser.get(&tie).await.body);
    })
    .await;
}

#[tokio::test]
async fn a_supervisor_reads_a_person_and_has_nothing_to_type_in() {
    let house = House::new(crate::support::sqlite()).await;
    let browser = house.browser(house.world.therapist).await;
    let base = episode(&house, &browser).await;
    let list = format!("{base}/inventory");
    browser.post(&list, &[("names", "Amina")]).await;
    let tie = address(&browser.get(&list).await.body, &format!("{list}/"));
    let ctx = house.world.ctx(house.world.therapist).await;
    let client = house.world.app.caseload(&ctx).await.unwrap()[0].row.client;
    house.world.supervise(client).await;
    let supervisor = house.browser(house.world.supervisor).await;
    for page in [tie, format!("{base}/timeline")] {
        assert!(!browser.get(&page).await.body.contains("<fieldset class=\"bare\" disabled"), "{page}");
        assert!(supervisor.get(&page).await.body.contains("<fieldset class=\"bare\" disabled"), "{page}");
    }
}

#[tokio::test]
async fn nobody_to_name_is_said_and_taken_back() {
    let house = House::new(crate::support::sqlite()).await;
    let browser = house.browser(house.world.therapist).await;
    let list = format!("{}/inventory", episode(&house, &browser).await);
    browser.post(&format!("{list}/nobody"), &[("nobody", "yes")]).await;
    assert!(browser.get(&list).await.body.contains("Said: there is nobody to name"));
    browser.post(&format!("{list}/nobody"), &[]).await;
    assert!(!browser.get(&list).await.body.contains("Said: there is nobody to name"));
}

#[tokio::test]
async fn a_timeline_is_drawn_and_said_in_a_table() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let browser = house.browser(house.world.therapist).await;
        let line = format!("{}/timeline", episode(&house, &browser).await);
        let onset =
            [("version", "0"), ("onset.year", "2026"), ("onset.part", "summer"), ("onset.around", "yes")];
        let set = browser.post(&format!("{line}/onset"), &onset).await;
        assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
        let events = format!("{line}/events");
        for (kind, title, year, part) in [
            ("death", "Mother died", "2026", "3"),
            ("job", "Lost the job", "2024", ""),
            ("birth", "أول طفل", "2025", "autumn"),
        ] {
            let fields =
                [("kind", kind), ("title", title), ("when.year", year), ("when.part", part), ("impact", "8")];
            assert_eq!(browser.post(&events, &fields).await.status, StatusCode::SEE_OTHER);
        }
        let severity = [
            ("kind", "symptom"),
            ("severity.impact", "7"),
            ("severity.when.year", "2026"),
            ("severity.when.part", "8"),
        ];
        assert_eq!(browser.post(&events, &severity).await.status, StatusCode::SEE_OTHER);
        let page = browser.get(&line).await.body;
        assert!(page.contains("<svg") && page.contains("The symptoms began around summer 2026."), "{page}");
        assert!(page.contains("2 events lie within six months") && page.contains("<bdi>أول طفل</bdi>"));
        let stale = browser.post(&format!("{line}/onset"), &[("version", "0"), ("onset.year", "2025")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.body.contains("They wrote:") && stale.body.contains("value=\"2025\""));
        let wrong =
            browser.post(&events, &[("kind", "move"), ("title", "Moved"), ("when.year", "2031")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("value=\"Moved\"") && wrong.body.contains("This has not happened yet"));
        let event = address(&page, &format!("{events}/"));
        let saved = [("version", "1"), ("kind", "job"), ("title", "Lost her post"), ("when.year", "2024")];
        assert_eq!(browser.post(&event, &saved).await.status, StatusCode::SEE_OTHER);
        let history = browser.get(&event).await.body;
        assert!(
            history.contains("Lost the job") && history.contains("Lost her post"),
            "both versions stand there"
        );
        let unrated = browser.post(&events, &[("kind", "symptom"), ("severity.when.year", "2025")]).await;
        assert!(unrated.body.contains("href=\"#f-severity-impact\""), "the error leads to its own field");
        each_id_once(&unrated.body);
        keep("timeline", &browser.get(&line).await.body);
        keep("event", &history);
    })
    .await;
}

#[tokio::test]
async fn a_focus_is_reckoned_chosen_refused_and_kept() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let browser = house.browser(house.world.therapist).await;
        let episode = episode(&house, &browser).await;
        browser.post(&format!("{episode}/inventory"), &[("names", "Amina\nBob")]).await;
        let focus = format!("{episode}/focus");
        let reckoned =
            browser.post(&focus, &[("do", "reckon"), ("version", "0"), ("disputes.client_rank", "1")]).await;
        assert_eq!(reckoned.status, StatusCode::OK);
        assert!(reckoned.body.contains("20 of 100"), "{}", reckoned.body);
        let grief = [("version", "0"), ("primary", "grief"), ("agreed", "both"), ("reason", "Because")];
        let refused = browser.post(&focus, &grief).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Grief needs a death in the record"));
        let dispute =
            [("version", "0"), ("primary", "disputes"), ("agreed", "both"), ("reason", "The quarrel")];
        assert_eq!(browser.post(&focus, &dispute).await.status, StatusCode::SEE_OTHER);
        let stale = browser.post(&focus, &dispute).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let page = browser.get(&focus).await.body;
        assert!(page.contains("The quarrel") && page.contains("How far each step is can be recorded once"));
        assert!(browser.get(&format!("{focus}/versions/1")).await.body.contains("Role disputes"));
        assert_eq!(browser.get(&format!("{focus}/versions/2")).await.status, StatusCode::NOT_FOUND);
        let early =
            browser.post(&format!("{focus}/strategy"), &[("version", "0"), ("steps.0.state", "done")]).await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        assert!(early.body.contains("Gate G1 comes first"), "{}", early.body);
        keep("focus", &reckoned.body);
        keep("chosen", &page);
    })
    .await;
}

#[tokio::test]
async fn a_step_is_agreed_and_the_client_says_how_it_went() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let browser = house.browser(house.world.therapist).await;
        let episode = episode(&house, &browser).await;
        let list = format!("{episode}/homework");
        let late = browser.post(&list, &[("task", "Ring her"), ("due_on", "2026-11-01")]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(late.body.contains("This day has passed") && late.body.contains("value=\"Ring her\""));
        let step = [
            ("task", "Ring her 🌻"),
            ("due_on", "2026-11-02"),
            ("obstacle", "I lose heart"),
            ("fallback", "Write"),
        ];
        assert_eq!(browser.post(&list, &step).await.status, StatusCode::SEE_OTHER);
        let page = browser.get(&list).await.body;
        assert!(page.contains("Ring her 🌻") && page.contains("to talk about"), "{page}");
        let staff = address(&page, &format!("{list}/"));
        let id = staff.rsplit('/').next().unwrap();

        let ctx = house.world.ctx(house.world.therapist).await;
        let client = house.world.app.caseload(&ctx).await.unwrap()[0].row.client;
        let own = house.browser(house.world.client_account(client).await).await;
        let mine = format!("/today/homework/{id}");
        let seen = own.get(&mine).await;
        assert!(seen.status == StatusCode::OK && seen.body.contains("I lose heart"), "{}", seen.body);
        let unanswered = own.post(&mine, &[("version", "1"), ("happened", "Nothing")]).await;
        assert_eq!(unanswered.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            unanswered.body.contains("Choose one of the answers.")
                && unanswered.body.contains("Nothing</textarea>")
        );
        let told =
            own.post(&mine, &[("version", "1"), ("status", "partly"), ("happened", "She was out")]).await;
        assert_eq!(told.location.as_deref(), Some("/today"));
        assert_eq!(own.get(&list).await.status, StatusCode::NOT_FOUND, "the chart is not the client's");

        let stale = browser.post(&format!("{staff}/review"), &[("version", "1"), ("status", "done")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.body.contains("<bdi>done in part</bdi>"), "{}", stale.body);
        keep("homework", &browser.get(&list).await.body);
        keep("step", &browser.get(&staff).await.body);
        keep("own", &seen.body);
        let review = [("version", "2"), ("status", "partly"), ("happened", "She was out")];
        assert_eq!(browser.post(&format!("{staff}/review"), &review).await.status, StatusCode::SEE_OTHER);
        assert!(browser.get(&list).await.body.contains("Talked about"));
    })
    .await;
}

/// Labels and error links find their field only while ids are different.
fn each_id_once(body: &str) {
    let mut ids: Vec<&str> = body.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice");
}

/// Leaves a page for a look in a browser, when asked to by the environment.
fn keep(name: &str, body: &str) {
    each_id_once(body);
    if let Some(folder) = std::env::var_os("KEEP_PAGES") {
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.html")), body).unwrap();
    }
}
