//! One-time links. Looking at one changes nothing; pressing its button does. A link that was used, has expired or
//! never existed gives one and the same page.

use crate::kernel::door;
use crate::kernel::prelude::*;
use app::links::LinkPurpose;
use app::sessions::Token;
use axum::http::header;
use axum::response::AppendHeaders;

mod measures;
mod view;

pub fn routes() -> Vec<Route> {
    vec![get("/l/{token}", Policy::Public, show), post("/l/{token}", Policy::Public, act)]
}

async fn show(State(web): State<Web>, asker: Asker, Path(token): Path<String>) -> Result<Response, WebError> {
    let token = Token::presented(&token);
    // A used link is no open one, but whoever used it for measures is told that all went well.
    let Some(link) = web.app.link(&token).await? else { return measures::show(&web, &asker, &token).await };
    match (link.purpose, &link.holder) {
        (LinkPurpose::Measures, _) => measures::show(&web, &asker, &token).await,
        (LinkPurpose::Demonstration, Some(holder)) => {
            Ok(view::demonstration(&asker, &link, holder).into_response())
        }
        _ => Err(WebError::LINK_ENDED),
    }
}

async fn act(
    State(web): State<Web>,
    asker: Asker,
    Path(token): Path<String>,
    form: Result<Form, WebError>,
) -> Result<Response, WebError> {
    let token = Token::presented(&token);
    let Some(link) = web.app.link(&token).await? else { return measures::show(&web, &asker, &token).await };
    let ctx = asker.visitor(&web.app);
    match link.purpose {
        LinkPurpose::Measures => measures::act(&web, &asker, &token, &form?).await,
        LinkPurpose::Demonstration => {
            let session = web.app.enter_demonstration(&ctx, &token, &asker.device).await?;
            Ok(enter(&session, "/home"))
        }
        _ => Err(WebError::LINK_ENDED),
    }
}

/// Hands the browser its session and sends it on.
pub fn enter(session: &Token, to: &str) -> Response {
    let cookie = AppendHeaders([(header::SET_COOKIE, door::set_cookie(session))]);
    (cookie, Redirect::to(to)).into_response()
}
