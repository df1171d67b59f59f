//! The caseload: who needs something today, who is not on track, what is due, who goes well.

use crate::kernel::prelude::*;

mod view;

pub fn routes() -> Vec<Route> {
    vec![get("/clients", Policy::Needs(Action::ReadCaseload), list)]
}

async fn list(State(web): State<Web>, signed: Signed) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let (entries, notices) = web.app.caseload_page(&ctx).await?;
    Ok(view::page(&signed, &entries, &notices, ctx.today()))
}
