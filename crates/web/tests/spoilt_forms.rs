//! Whether somebody might ask comes before what is wrong with their form, and both are in the trail.

use crate::record_access::{FormSent, records, spoilt_everywhere};
use crate::support::{House, sqlite};
use domain::access::Assurance;

#[tokio::test]
async fn z3_l1_a_spoilt_form_is_answered_like_a_whole_one_to_whoever_may_not_send_it() {
    store::testing::each_engine(async |db| spoilt_everywhere(db, FormSent::NoForm).await).await;
}

#[tokio::test]
async fn z3_l1_a_form_with_a_nul_is_answered_like_a_whole_one_to_whoever_may_not_send_it() {
    store::testing::each_engine(async |db| spoilt_everywhere(db, FormSent::Nul).await).await;
}

#[tokio::test]
async fn l1_coming_without_the_second_factor_leaves_one_line() {
    let house = House::new(sqlite()).await;
    let half = house.browser_with(house.world.therapist, Assurance::Partial).await;
    let before = records(&house).await;
    let page = half.get("/clients").await;
    assert_eq!(page.location.as_deref(), Some("/sign-in/code?next=/clients"));
    assert_eq!(records(&house).await - before, 1);
}

#[tokio::test]
async fn l1_opening_a_link_leaves_one_line_and_one_that_never_was_leaves_none() {
    let house = House::new(sqlite()).await;
    let world = &house.world;
    let ctx = world.ctx(world.administrator).await;
    let link = world.app.reset_link(&ctx, world.therapist).await.unwrap();
    let before = records(&house).await;
    house.visitor().get(&format!("/l/{}", link.reveal())).await;
    assert_eq!(records(&house).await - before, 1);
    house.visitor().get("/l/no-such-link").await;
    assert_eq!(records(&house).await - before, 1);
}
