//! One-time links. Looking at one changes nothing; pressing its button does. A link that was used, has expired or
//! never existed gives one and the same page.

use crate::kernel::door;
use crate::kernel::prelude::*;
use app::context::Ctx;
use app::joining::{JoinError, SetUpForm, Treats};
use app::link_trail::Looked;
use app::links::{LinkPurpose, OpenLink};
use app::passwords::Password;
use app::sessions::Token;
use axum::http::header;
use axum::response::AppendHeaders;
use domain::access::Assurance;

mod measures;
mod view;

pub fn routes() -> Vec<Route> {
    vec![
        get("/l/{token}", Policy::Public, show),
        post("/l/{token}", Policy::Public, act),
        get("/l/{token}/draft-key", Policy::Public, draft_key),
    ]
}

async fn show(State(web): State<Web>, asker: Asker, Path(token): Path<String>) -> Result<Response, WebError> {
    let token = Token::presented(&token);
    let link = web.app.open_link(&asker.visitor(&web.app), &token, Looked::Page).await?;
    // A used link is no open one, but whoever used it for measures is told that all went well.
    let Some(link) = link else { return measures::show(&web, &asker, &token).await };
    match (link.purpose, &link.holder) {
        (LinkPurpose::Measures, _) => measures::show(&web, &asker, &token).await,
        (LinkPurpose::Demonstration, Some(holder)) => {
            Ok(view::demonstration(&asker, &link, holder).into_response())
        }
        (LinkPurpose::Invitation | LinkPurpose::Reset, Some(holder)) => {
            Ok(view::password(&asker, &link, holder, None).into_response())
        }
        (LinkPurpose::SetUp, None) => {
            let empty = view::SetUpFields::default();
            Ok(view::set_up(&asker, &empty, &[]).into_response())
        }
        _ => Err(WebError::LINK_ENDED),
    }
}

/// The key that seals on the device what is answered by a link, while the link works.
async fn draft_key(
    State(web): State<Web>,
    asker: Asker,
    Path(token): Path<String>,
) -> Result<String, WebError> {
    let (ctx, token) = (asker.visitor(&web.app), Token::presented(&token));
    web.app.draft_key_of_link(&ctx, &token).await?.ok_or(WebError::LINK_ENDED)
}

async fn act(
    State(web): State<Web>,
    asker: Asker,
    Path(token): Path<String>,
    form: Result<Form, WebError>,
) -> Result<Response, WebError> {
    let token = Token::presented(&token);
    let sent = Sent { web: &web, asker: &asker, ctx: asker.visitor(&web.app), token: &token };
    let answer = sent.answer(form).await;
    // Whatever came to nothing before any verb was asked is in the trail too.
    web.app.link_tried(&sent.ctx, &token).await?;
    answer
}

/// A form sent to a link, with what answering it needs. One context: it knows whether the trail was told.
struct Sent<'a> {
    web: &'a Web,
    asker: &'a Asker,
    ctx: Ctx,
    token: &'a Token,
}

impl Sent<'_> {
    async fn answer(&self, form: Result<Form, WebError>) -> Result<Response, WebError> {
        let Some(link) = self.web.app.link(self.token).await? else {
            return measures::show(self.web, self.asker, self.token).await;
        };
        match link.purpose {
            LinkPurpose::Measures => measures::act(self, &form?).await,
            LinkPurpose::Demonstration => {
                let device = &self.asker.device;
                let session = self.web.app.enter_demonstration(&self.ctx, self.token, device).await?;
                Ok(enter(&session, "/home"))
            }
            LinkPurpose::Invitation | LinkPurpose::Reset => self.join(&link, &form?).await,
            LinkPurpose::SetUp => self.set_up(&form?).await,
        }
    }

    async fn join(&self, link: &OpenLink, form: &Form) -> Result<Response, WebError> {
        let password = Password::typed(form.text("password"));
        let joined = self.web.app.join(&self.ctx, self.token, password, &self.asker.device).await;
        match (joined, &link.holder) {
            (Ok(entered), _) => Ok(enter(&entered.token, after(entered.assurance))),
            (Err(Refused::Verb(JoinError::Password(problem))), Some(holder)) => {
                let page = view::password(self.asker, link, holder, Some(problem));
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
            }
            (Err(other), _) => Err(other.into()),
        }
    }

    async fn set_up(&self, form: &Form) -> Result<Response, WebError> {
        let typed: view::SetUpFields = form.read()?;
        let wanted = SetUpForm {
            practice: typed.practice.clone(),
            zone: typed.zone.clone(),
            name: typed.name.clone(),
            email: typed.email.clone(),
            password: Password::typed(form.text("password")),
            treats: if typed.treats == "too" { Treats::Too } else { Treats::Not },
        };
        match self.web.app.set_up(&self.ctx, self.token, wanted, &self.asker.device).await {
            Ok(entered) => Ok(enter(&entered.token, after(entered.assurance))),
            Err(Refused::Verb(JoinError::Form(problems))) => {
                let page = view::set_up(self.asker, &typed, &problems);
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
            }
            Err(other) => Err(other.into()),
        }
    }
}

/// Where somebody goes who has just chosen a password.
fn after(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Full => "/home",
        Assurance::Partial => "/sign-in/code",
    }
}

/// Hands the browser its session and what makes its device known, and sends it on.
pub fn let_in(session: &Token, device: Option<&Token>, to: &str) -> Response {
    let device = device.map(|device| AppendHeaders([(header::SET_COOKIE, door::set_device_cookie(device))]));
    (device, enter(session, to)).into_response()
}

/// Hands the browser its session and sends it on.
pub fn enter(session: &Token, to: &str) -> Response {
    let cookie = AppendHeaders([(header::SET_COOKIE, door::set_cookie(session))]);
    (cookie, Redirect::to(to)).into_response()
}
