//! Whoever runs the practice meets what the nightly check found, reads what is safe, and says what was done.

use crate::support::{House, sqlite};
use axum::http::StatusCode;
use store::{Across, Sql, StoreError};

const FORGED: Sql = Sql::new("UPDATE account SET zone = 'Europe/Berlin' WHERE roles = 'trainee'");

#[tokio::test]
async fn r4_an_administrator_reads_first_what_the_night_found_and_says_what_was_done() {
    let house = House::new(sqlite()).await;
    let world = &house.world;
    let browser = house.browser(world.administrator).await;
    let page = browser.get("/findings").await;
    assert!(page.body.contains("Nothing is wrong") && page.body.contains("No check has gone through yet"));
    assert_eq!(browser.get("/home").await.location.as_deref(), Some("/people"));

    let forge = |tx: &mut store::Tx<'_>| tx.exec(FORGED, &[]);
    assert_eq!(world.app.db().across_practices(Across::Operator).write(forge).await, Ok::<_, StoreError>(1));
    assert_eq!(world.app.look_at_everything().await, Ok(1));
    assert_eq!(browser.get("/home").await.location.as_deref(), Some("/notices"));
    let page = browser.get("/notices?next=/practice").await;
    assert!(page.body.contains("The nightly check found something"), "{}", page.body);
    assert!(page.body.contains("href=\"/practice\""), "one may go on: {}", page.body);
    assert!(!page.body.contains("not-me"), "damage is nobody's sign-in: {}", page.body);

    let page = browser.get("/findings").await;
    for said in ["account.mark of row", "What is safe", "What to do next", "docs/operations.md"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!page.body.contains("Tia Trainee"), "a line names nobody: {}", page.body);
    let action = format!("/findings/{}/answer", page.between("action=\"/findings/", "/answer"));
    let field = page.between("name=\"note-", "\"").to_owned();
    let field = format!("note-{field}");
    let empty = browser.post(&action, &[(field.as_str(), " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("Say in a sentence what was done"), "{}", empty.body);
    let done = browser.post(&action, &[(field.as_str(), "Restored from <b>Monday</b>.")]).await;
    assert_eq!(done.location.as_deref(), Some("/findings"));
    let page = browser.get("/findings").await;
    assert!(page.body.contains("Restored from &lt;b&gt;Monday&lt;/b&gt;."), "{}", page.body);
    assert!(page.body.contains("Ada Administrator") && page.body.contains("still found"), "{}", page.body);
    assert_eq!(browser.get("/home").await.location.as_deref(), Some("/people"));
    let officer = house.browser(world.privacy_officer).await;
    assert_eq!(officer.get("/home").await.location.as_deref(), Some("/emergencies"), "answered for all");
    assert_eq!(house.browser(world.therapist).await.get("/findings").await.status, StatusCode::NOT_FOUND);
}
