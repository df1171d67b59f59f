//! A long list comes in pages of two hundred.

use crate::support::{House, sqlite};
use axum::http::StatusCode;
use domain::client::ParticularsForm;

#[tokio::test(flavor = "multi_thread")]
async fn i2_a_caseload_of_more_than_two_hundred_comes_in_pages_and_nobody_is_left_out() {
    let house = House::new(sqlite()).await;
    let ctx = house.world.ctx(house.world.therapist).await;
    for number in 1..=201 {
        let form = ParticularsForm { name: format!("Person {number:03}"), ..Default::default() };
        house.world.app.create_client(&ctx, form).await.unwrap();
    }
    let browser = house.browser(house.world.therapist).await;
    let first = browser.get("/clients").await;
    assert!(first.body.contains("Page 1 of 2") && first.body.contains("/clients?page=2"), "{}", first.body);
    assert!(first.body.contains("Person 200") && !first.body.contains("Person 201"));
    let last = browser.get("/clients?page=2").await;
    assert!(last.body.contains("Person 201") && !last.body.contains("Person 200"), "{}", last.body);
    assert!(last.body.contains("/clients?page=1"));
    for odd in ["/clients?page=0", "/clients?page=99999999999999999999999", "/clients?page=%00"] {
        let page = browser.get(odd).await;
        assert_eq!(page.status, StatusCode::OK, "{odd}");
        assert!(page.body.contains("Page 1 of 2"), "{odd}");
    }
}
