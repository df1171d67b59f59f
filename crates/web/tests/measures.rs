use crate::support::{Browser, House, Page, sqlite};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

/// The chart of a client of Tom's whose course begins today.
async fn course(house: &House) -> (domain::ids::ClientId, String) {
    let browser = house.browser(house.world.therapist).await;
    let client = browser.post("/clients/new", &[("name", "Grace O.")]).await.location.unwrap();
    browser
        .post(&format!("{client}/course"), &[("protocol", "ipt16_adult"), ("starts_on", "2026-11-02")])
        .await;
    let overview = browser.get(&client).await.body;
    let from = overview.find("/episodes/").unwrap();
    let episode = &overview[from..from + "/episodes/".len() + 36];
    (client.rsplit('/').next().unwrap().parse().unwrap(), episode.to_owned())
}

/// The fields of a whole PHQ-9: one digit or `x` (rather not say) an item.
fn phq(text: &str) -> Vec<(String, String)> {
    let value = |c: char| if c == 'x' { "declined".to_owned() } else { c.to_string() };
    text.chars().enumerate().map(|(i, c)| (format!("item.{}", i + 1), value(c))).collect()
}

async fn send(browser: &Browser<'_>, path: &str, more: &[(&str, &str)], answers: &str) -> Page {
    let answers = phq(answers);
    let mut fields: Vec<(&str, &str)> = more.to_vec();
    fields.extend(answers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    browser.post(path, &fields).await
}

/// How many answers a form has chosen; the wording of one question has the word in it too.
fn chosen(page: &Page) -> usize {
    page.body.matches(" checked").count() - page.body.matches(" checked off").count()
}

/// The address of a link for some instruments, as the therapist's page shows it.
async fn link(house: &House, episode: &str, instruments: &[&str]) -> String {
    let browser = house.browser(house.world.therapist).await;
    let fields: Vec<(&str, &str)> = instruments.iter().map(|name| ("instrument", *name)).collect();
    let page = browser.post(&format!("{episode}/measures/links"), &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let from = page.body.find("/l/").unwrap();
    page.body[from..].split(['"', ' ', '\n']).next().unwrap().to_owned()
}

#[tokio::test]
async fn a_client_answers_by_link_is_thanked_and_cannot_send_twice() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let (_, episode) = course(&house).await;
        let link = link(&house, &episode, &["phq-9"]).await;
        let visitor = house.visitor();
        let sheet = visitor.get(&link).await;
        assert_eq!(sheet.status, StatusCode::OK);
        assert!(sheet.body.contains("Little interest or pleasure in doing things"));
        assert!(sheet.body.contains("I would rather not say") && !sheet.body.contains("Grace"));
        assert!(sheet.body.contains("<title>Questions · Attune</title>"), "nothing clinical in the tab");

        let sent = send(&visitor, &link, &[("instrument", "phq-9")], "222222220").await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
        assert!(sent.body.contains("16 out of 27 points") && sent.body.contains("not a diagnosis"));
        let twice = send(&visitor, &link, &[("instrument", "phq-9")], "222222220").await;
        assert!(twice.body.contains("Already sent") && twice.body.contains("local emergency number"));
        assert!(visitor.get(&link).await.body.contains("Already sent"));

        let therapist = house.browser(house.world.therapist).await;
        let progress = therapist.get(&format!("{episode}/measures")).await.body;
        assert!(progress.contains("Score 16, moderately severe. Too early to say"), "{progress}");
        assert!(progress.contains("By link"));
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_calls_for_help_is_met_with_help_first() {
    let house = House::new(sqlite()).await;
    let (_, episode) = course(&house).await;
    let link = link(&house, &episode, &["phq-9", "gad-7"]).await;
    let visitor = house.visitor();
    let sent = send(&visitor, &link, &[("instrument", "phq-9")], "000000001").await;
    let (help, score) = (sent.body.find("local emergency number"), sent.body.find("out of 27 points"));
    assert!(help.is_some() && help < score, "{}", sent.body);
    assert!(sent.body.contains("Your therapist will see this answer"));
    assert!(sent.body.contains("Go on to the next list"));
    assert!(visitor.get(&link).await.body.contains("Feeling nervous"));

    let therapist = house.browser(house.world.therapist).await;
    let risks = therapist.get(&format!("{episode}/risks")).await.body;
    assert!(risks.contains("Several days") && risks.contains("Tom Therapist"), "{risks}");
    let action = risks.find(&format!("{episode}/risks/")).map(|at| &risks[at..]).unwrap();
    let action = action.split('"').next().unwrap();
    let empty = therapist.post(action, &[("level", "high"), ("found", "Intent.")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("Intent.") && empty.body.contains("Write who was told"));
    let whole = [
        ("level", "low"),
        ("found", "Passing thoughts."),
        ("done", "Talked it through."),
        ("told", ""),
        ("next_check", "2026-11-09"),
    ];
    assert_eq!(therapist.post(action, &whole).await.status, StatusCode::SEE_OTHER);
    let again = therapist.post(action, &whole).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("Somebody else was faster") && again.body.contains("Passing thoughts."));
    assert!(!therapist.get(&format!("{episode}/measures")).await.body.contains("do-answer-risk"));
}

#[tokio::test]
async fn a_gap_or_a_value_no_button_sends_comes_back_with_the_other_answers_kept() {
    let house = House::new(sqlite()).await;
    let (_, episode) = course(&house).await;
    let link = link(&house, &episode, &["phq-9"]).await;
    let visitor = house.visitor();
    for bad in [("item.9", ""), ("item.9", "7"), ("item.9", "yes")] {
        let back = send(&visitor, &link, &[("instrument", "phq-9"), bad], "22222222").await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
        assert_eq!(chosen(&back), 8, "{}", back.body);
    }
    let none = visitor.post(&link, &[("instrument", "no-such")]).await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
    let other = send(&visitor, &link, &[("instrument", "gad-7")], "1111111").await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "a link is for its own questions");
    let kept = send(&visitor, &link, &[("instrument", "phq-9")], "22222222x").await;
    assert!(kept.body.contains("so this sum is an estimate") && kept.body.contains("That is your choice"));
}

#[tokio::test]
async fn a_body_far_too_large_is_turned_away() {
    let house = House::new(sqlite()).await;
    let (_, episode) = course(&house).await;
    let link = link(&house, &episode, &["phq-9"]).await;
    let request = Request::builder()
        .method("POST")
        .uri(&link)
        .header(header::HOST, "127.0.0.1")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let sent = house.visitor().raw(request, Body::from("a".repeat(2 << 20))).await;
    assert_eq!(sent.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(house.visitor().get(&link).await.body.contains("Little interest"), "the link still works");
}

#[tokio::test]
async fn a_client_answers_signed_in_and_sees_their_own_line() {
    store::testing::each_engine(async |db| {
        let house = House::new(db).await;
        let (client, episode) = course(&house).await;
        let own = house.world.client_account(client).await;
        let browser = house.browser(own).await;
        let today = browser.get("/today").await;
        assert!(today.body.contains("Hello Grace O.") && today.body.contains("/today/measures/phq-9"));
        assert!(today.body.contains("Nothing agreed just now"), "an empty place says what will stand there");
        let id = episode.rsplit('/').next().unwrap();
        let path = "/today/measures/phq-9";
        assert!(browser.get(path).await.body.contains("value=\"declined\""));
        for _ in 0..2 {
            let sent = send(&browser, path, &[("episode", id)], "111111110").await;
            assert_eq!(sent.location.as_deref(), Some("/today/measures/phq-9/sent"), "{}", sent.body);
        }
        let thanks = browser.get("/today/measures/phq-9/sent").await.body;
        assert!(thanks.contains("8 out of 27 points") && thanks.contains("/today/measures/gad-7"));
        assert!(browser.get("/today/progress").await.body.contains("This is your first line"));
        assert_eq!(browser.get(&format!("{episode}/measures/phq-9/new")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get(&format!("{episode}/risks")).await.status, StatusCode::NOT_FOUND);

        let therapist = house.browser(house.world.therapist).await;
        let progress = therapist.get(&format!("{episode}/measures")).await.body;
        assert_eq!(progress.matches("/measures/responses/").count(), 1, "sent twice is one response");
    })
    .await;
}

#[tokio::test]
async fn a_therapist_types_in_a_paper_form_with_its_day_and_its_gaps() {
    let house = House::new(sqlite()).await;
    let (_, episode) = course(&house).await;
    let browser = house.browser(house.world.therapist).await;
    let path = format!("{episode}/measures/phq-9/new");
    assert!(browser.get(&path).await.body.contains("From paper"));
    let tomorrow = send(&browser, &path, &[("mode", "paper"), ("on", "2026-11-03")], "1111").await;
    assert_eq!(tomorrow.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(tomorrow.body.contains("Choose a day between") && chosen(&tomorrow) == 5);
    let nothing = browser.post(&path, &[("mode", "in_session"), ("on", "")]).await;
    assert!(nothing.body.contains("Nothing was chosen yet"));
    let sent = send(&browser, &path, &[("mode", "paper"), ("on", "2026-10-30")], "2222222").await;
    assert_eq!(sent.location, Some(format!("{episode}/measures")));
    let page = browser.get(&format!("{episode}/measures")).await.body;
    assert!(page.contains("30 Oct 2026") && page.contains("2 questions left open."), "{page}");
    let response = page.find("/measures/responses/").unwrap();
    let response = page[response..].split('"').next().unwrap();
    let answers = browser.get(&format!("{episode}{response}")).await.body;
    assert!(answers.contains("More than half the days") && answers.contains("not answered"));
    let stranger = house.browser(house.world.other_therapist).await;
    assert_eq!(stranger.get(&format!("{episode}{response}")).await.status, StatusCode::NOT_FOUND);
}
