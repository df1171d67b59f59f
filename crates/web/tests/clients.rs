use crate::support::House;
use axum::http::StatusCode;

#[tokio::test]
async fn a_client_is_registered_a_course_started_and_the_overview_says_what_is_due() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let browser = house.browser(house.world.therapist).await;
        let empty = browser.get("/clients").await;
        assert!(empty.body.contains("No clients yet"), "{}", empty.body);

        let created = browser.post("/clients/new", &[("name", "Grace O.")]).await;
        assert_eq!(created.status, StatusCode::SEE_OTHER, "{}", created.body);
        let page = created.location.unwrap();
        let started = browser
            .post(&format!("{page}/course"), &[("protocol", "ipt16_adult"), ("starts_on", "2026-11-02")])
            .await;
        assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
        let overview = browser.get(&page).await;
        assert!(overview.body.contains("Initial phase, session 1 of 16"), "{}", overview.body);
        assert!(browser.get("/clients").await.body.contains("Grace O."));
    })
    .await;
}

#[tokio::test]
async fn a_form_with_mistakes_comes_back_with_everything_in_it() {
    let house = House::new(sqlite()).await;
    let browser = house.browser(house.world.therapist).await;
    let back =
        browser.post("/clients/new", &[("name", ""), ("phone", "0700 1"), ("born_on", "31.12.1990")]).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("value=\"0700 1\"") && back.body.contains("value=\"31.12.1990\""));
    assert!(back.body.contains("Fill this in."));
}

#[tokio::test]
async fn what_is_not_an_id_or_not_ones_own_is_not_there() {
    let house = House::new(sqlite()).await;
    let browser = house.browser(house.world.therapist).await;
    let created = browser.post("/clients/new", &[("name", "Grace O.")]).await.location.unwrap();
    let stranger = house.browser(house.world.other_therapist).await;
    let foreign = stranger.get(&created).await;
    let missing = stranger.get("/clients/019a0000-0000-7000-8000-000000000000").await;
    assert_eq!((foreign.status, missing.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!(foreign.body, missing.body, "foreign and missing look the same");
    assert_eq!(stranger.get("/clients/17").await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get("/clients/../../etc/passwd").await.status, StatusCode::NOT_FOUND);
}

fn sqlite() -> store::Db {
    crate::support::sqlite()
}

#[tokio::test]
async fn who_only_reads_is_offered_nothing_to_change() {
    let house = House::new(sqlite()).await;
    let therapist = house.browser(house.world.therapist).await;
    let page = therapist.post("/clients/new", &[("name", "Grace O.")]).await.location.unwrap();
    house.world.supervise(page.trim_start_matches("/clients/").parse().unwrap()).await;
    let supervisor = house.browser(house.world.supervisor).await;
    let ways = ["particulars", "care", "account", "course"].map(|way| format!("{page}/{way}\""));
    let (writes, reads) = (therapist.get(&page).await.body, supervisor.get(&page).await.body);
    for way in ways {
        assert!(writes.contains(&way), "{way} in {writes}");
        assert!(!reads.contains(&way), "{way} in {reads}");
    }
    let form = supervisor.get(&format!("{page}/particulars")).await;
    assert_eq!(form.status, StatusCode::NOT_FOUND);
}
