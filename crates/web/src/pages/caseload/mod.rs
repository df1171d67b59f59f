//! The caseload: who needs something today, who is not on track, what is due, who goes well.

use crate::kernel::prelude::*;
use crate::pages::paging::Which;
use axum::extract::Query;

mod view;

pub fn routes() -> Vec<Route> {
    vec![get("/clients", Policy::Needs(Action::ReadCaseload), list)]
}

async fn list(
    State(web): State<Web>,
    signed: Signed,
    Query(which): Query<Which>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let (entries, notices) = web.app.caseload_page(&ctx).await?;
    Ok(view::page(&signed, entries, which.number(), &notices, ctx.today()))
}
