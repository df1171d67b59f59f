use crate::support::{Browser, House, sqlite};
use axum::http::StatusCode;

/// Opens a course of sixteen sessions for a new client and gives the address of its episode.
pub async fn course(house: &House) -> String {
    let world = &house.world;
    let ctx = world.ctx(world.therapist).await;
    let form = domain::client::ParticularsForm { name: "Grace O.".into(), ..Default::default() };
    let client = world.app.create_client(&ctx, form).await.unwrap();
    let course = app::clients::NewCourse {
        protocol: "ipt16_adult".into(),
        sessions: None,
        starts_on: jiff::civil::date(2026, 11, 2),
    };
    let episode = world.app.start_course(&ctx, client, course).await.unwrap();
    format!("/episodes/{episode}")
}

async fn is_ok(browser: &Browser<'_>, path: &str) -> String {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
    assert!(!page.body.contains("style=\""), "{path} has a style of its own");
    page.body
}

#[tokio::test]
async fn a_worksheet_is_filled_in_read_changed_and_compared() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let episode = course(&house).await;
        let browser = house.browser(house.world.therapist).await;
        let plan = format!("{episode}/plans/sick_role");
        let empty = is_ok(&browser, &plan).await;
        assert!(empty.contains("data-autosave") && empty.contains("name=\"duties_kept.0.duty\""));

        let saved = browser.post(&plan, &[("version", "0"), ("duties_kept.0.duty", "Walk to school")]).await;
        assert_eq!(saved.location.as_deref(), Some(plan.as_str()), "{}", saved.body);
        let read = is_ok(&browser, &plan).await;
        assert!(
            read.contains("Walk to school") && read.contains("Version 1") && read.contains("Tom Therapist")
        );
        assert!(!read.contains("<textarea"), "what is saved is read first");
        assert!(is_ok(&browser, &format!("{plan}/edit")).await.contains("value=\"Walk to school\""));

        browser.post(&plan, &[("version", "1"), ("duties_kept.0.duty", "Cook on Sunday")]).await;
        let compared = is_ok(&browser, &format!("{plan}/compare?from=1&to=2")).await;
        assert!(compared.contains("Walk to school") && compared.contains("Cook on Sunday"));
        assert!(is_ok(&browser, &format!("{plan}/versions/1")).await.contains("An earlier version"));
        assert_eq!(browser.get(&format!("{plan}/versions/9")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get(&format!("{plan}/compare?from=x")).await.status, StatusCode::BAD_REQUEST);
        assert!(is_ok(&browser, &format!("{episode}/plans")).await.contains("version 2, by Tom Therapist"));
    })
    .await;
}

#[tokio::test]
async fn every_worksheet_has_its_page() {
    let house = House::new(sqlite()).await;
    let episode = course(&house).await;
    let browser = house.browser(house.world.therapist).await;
    let own_page = |kind: &str| !domain::plans::Place::is_worksheet(kind);
    for worksheet in house.world.app.content().worksheets().filter(|sheet| !own_page(&sheet.id)) {
        let page = is_ok(&browser, &format!("{episode}/plans/{}", worksheet.id)).await;
        assert!(page.contains(&maud::html! { (worksheet.title) }.into_string()));
    }
}

#[tokio::test]
async fn rows_come_and_go_without_script_and_nothing_typed_is_lost() {
    let house = House::new(sqlite()).await;
    let episode = course(&house).await;
    let browser = house.browser(house.world.therapist).await;
    let plan = format!("{episode}/plans/sick_role");
    let two = [("version", "0"), ("duties_kept.0.duty", "One"), ("duties_kept.1.duty", "Two")];
    let typed = |edit| [two.as_slice(), &[("edit", edit), ("review_session", "soon")]].concat();
    let more = browser.post(&plan, &typed("add:duties_kept")).await;
    assert_eq!(more.status, StatusCode::OK);
    assert!(more.body.contains("name=\"duties_kept.2.duty\"") && more.body.contains("value=\"soon\""));
    let fewer = browser.post(&plan, &typed("remove:duties_kept.0")).await;
    assert!(!fewer.body.contains("value=\"One\"") && fewer.body.contains("value=\"Two\""));
    assert!(is_ok(&browser, &plan).await.contains("version\" value=\"0\""), "nothing was saved by that");
}

#[tokio::test]
async fn mistakes_long_texts_and_odd_characters_come_back_with_everything_typed() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let episode = course(&house).await;
        let browser = house.browser(house.world.therapist).await;
        let plan = format!("{episode}/plans/diagnosis");
        let long = "y".repeat(30_000);
        let back = browser
            .post(
                &plan,
                &[("version", "0"), ("told_on", "31.12.2026"), ("told_words", &long), ("label", "a\u{1}b")],
            )
            .await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(back.body.contains("value=\"31.12.2026\"") && back.body.contains(&long));
        assert!(back.body.contains("Write the date as year-month-day"));
        assert!(back.body.contains("Shorten this to"));
        assert!(back.body.contains("They were taken out"));
        let huge = "y".repeat(2_000_000);
        let refused = browser.post(&plan, &[("version", "0"), ("told_words", &huge)]).await;
        assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(browser.post(&plan, &[("told_words", "x")]).await.status, StatusCode::BAD_REQUEST);
    })
    .await;
}

#[tokio::test]
async fn the_second_of_two_tabs_sees_both_texts() {
    let house = House::new(sqlite()).await;
    let episode = course(&house).await;
    let browser = house.browser(house.world.therapist).await;
    let plan = format!("{episode}/plans/formulation");
    browser.post(&plan, &[("version", "0"), ("aim", "Rest")]).await;
    browser.post(&plan, &[("version", "1"), ("aim", "Peace at home")]).await;
    let second = browser.post(&plan, &[("version", "1"), ("aim", "Sleep again")]).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    for text in ["Rest", "Peace at home", "Sleep again", "Tom Therapist saved this"] {
        assert!(second.body.contains(text), "{text} is not shown");
    }
    assert!(second.body.contains("name=\"version\" value=\"2\""), "saving again decides with both in sight");
}

#[tokio::test]
async fn a_draft_waits_where_it_was_typed() {
    let house = House::new(sqlite()).await;
    let episode = course(&house).await;
    let browser = house.browser(house.world.therapist).await;
    let plan = format!("{episode}/plans/formulation");
    let kept = browser.post(&format!("{plan}/draft"), &[("version", "0"), ("aim", "Half a sent")]).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    assert!(is_ok(&browser, &plan).await.contains("Half a sent"));
    browser.post(&format!("{plan}/draft/drop"), &[]).await;
    assert!(!is_ok(&browser, &plan).await.contains("Half a sent"));
}

#[tokio::test]
async fn a_task_leads_to_where_it_is_done() {
    let house = House::new(sqlite()).await;
    let episode = course(&house).await;
    let browser = house.browser(house.world.therapist).await;
    for (task, place) in [
        ("I1", "measures"),
        ("I5", "timeline"),
        ("I9", "plans/contract"),
        ("M0", "sessions"),
        ("M2", "homework"),
    ] {
        let to = browser.get(&format!("{episode}/tasks/{task}")).await.location;
        assert_eq!(to, Some(format!("{episode}/{place}")));
    }
    assert_eq!(browser.get(&format!("{episode}/tasks/Q9")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&format!("{episode}/plans/no_such")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_gate_says_what_it_needs_and_an_ending_says_what_is_in_the_way() {
    let house = House::new(sqlite()).await;
    let episode = course(&house).await;
    let browser = house.browser(house.world.therapist).await;
    let gate = is_ok(&browser, &format!("{episode}/gates/G1")).await;
    assert!(gate.contains("Agree the treatment contract") && gate.contains("/tasks/I9"));
    let refused = browser.post(&format!("{episode}/gates/G1"), &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("Something this gate needs is missing"));
    assert_eq!(browser.get(&format!("{episode}/gates/G7")).await.status, StatusCode::NOT_FOUND);

    let end = is_ok(&browser, &format!("{episode}/end")).await;
    assert!(end.contains("/tasks/T4"), "the way to the relapse-prevention plan");
    let refused = browser.post(&format!("{episode}/end"), &[("exit", "completed")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(
        browser.post(&format!("{episode}/end"), &[("exit", "bored")]).await.status,
        StatusCode::BAD_REQUEST
    );
    let odd = browser
        .post(
            &format!("{episode}/end"),
            &[("exit", "dropout"), ("last_attended", "2031"), ("contact_attempts", "4")],
        )
        .await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(odd.body.contains("value=\"4\""), "what was typed is still there");
    assert!(is_ok(&browser, &format!("{episode}/summary")).await.contains("Summary of the course so far"));

    browser.post(&format!("{episode}/pause"), &[("reason", "A journey")]).await;
    assert!(is_ok(&browser, &format!("{episode}/end")).await.contains("The course is paused"));
    browser.post(&format!("{episode}/resume"), &[]).await;
    let moved = browser.post(&format!("{episode}/end"), &[("exit", "moved")]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
    let summary = is_ok(&browser, &format!("{episode}/summary")).await;
    assert!(summary.contains("Moved away") && summary.contains("Grace O."));
    assert!(is_ok(&browser, &format!("{episode}/plans/contract")).await.contains("Its record can be read"));
}

#[tokio::test]
async fn a_client_reads_what_is_shared_and_says_yes() {
    let house = House::new(sqlite()).await;
    let world = &house.world;
    let ctx = world.ctx(world.therapist).await;
    let form = domain::client::ParticularsForm { name: "Grace O.".into(), ..Default::default() };
    let client = world.app.create_client(&ctx, form).await.unwrap();
    let course = app::clients::NewCourse {
        protocol: "ipt16_adult".into(),
        sessions: None,
        starts_on: jiff::civil::date(2026, 11, 2),
    };
    let episode = world.app.start_course(&ctx, client, course).await.unwrap();
    let plan = format!("/episodes/{episode}/plans/formulation");
    let therapist = house.browser(world.therapist).await;
    let own = house.browser(world.client_account(client).await).await;
    therapist.post(&plan, &[("version", "0"), ("aim", "My town back"), ("staff_note", "Shame")]).await;
    assert_eq!(own.get("/today/shared/formulation").await.status, StatusCode::NOT_FOUND);
    therapist.post(&format!("{plan}/share"), &[("with", "client")]).await;

    assert!(is_ok(&own, "/today/shared").await.contains("Your yes is asked for"));
    let page = is_ok(&own, "/today/shared/formulation").await;
    assert!(page.contains("My town back") && !page.contains("Shame"));
    assert_eq!(own.get(&plan).await.status, StatusCode::NOT_FOUND, "the chart stays the staff's");
    let yes = [("version", "2"), ("accepted", "yes"), ("client_words", "I want my town back")];
    let saved = own.post("/today/shared/formulation", &yes).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert!(is_ok(&therapist, &plan).await.contains("I want my town back"));
    let late = own.post("/today/shared/formulation", &[("version", "2"), ("client_words", "Or not")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("Or not"), "what the client wrote is still there");
}
