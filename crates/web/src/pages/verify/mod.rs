//! Giving one's second factor again, on the way to what asks for a fresh one.
//!
//! A page that is read leads here and back. A form that was sent is carried along in hidden fields and, once the factor
//! was given, sent again by the browser (307), so that nothing typed is lost, with or without script. Passwords are not
//! carried: a form with one is filled in again.

use crate::kernel::door;
use crate::kernel::error::Public;
use crate::kernel::form::VERIFY_PREFIX;
use crate::kernel::prelude::*;
use crate::pages::links::enter;
use crate::pages::passkeys::answer;
use crate::pages::sign_in::onward;
use app::passwords::Password;
use app::sessions::Token;
use app::step_up::{Means, Proof};
use axum::extract::Query;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::AppendHeaders;
use serde::Deserialize;

mod view;

/// Where the page stands.
pub const PATH: &str = "/verify";
/// Fields that are never carried: nobody's password is written into a page.
const SECRET: [&str; 2] = ["present", "password"];

pub fn routes() -> Vec<Route> {
    let own = Policy::Needs(Action::OwnAccount);
    vec![get(PATH, own, ask), post(PATH, own, give)]
}

/// Where somebody goes on to, and what they were about to send.
#[derive(Debug, Default)]
pub struct Errand {
    /// The address.
    pub to: String,
    /// The form, when one was sent there.
    pub form: Option<Form>,
}

impl Errand {
    fn of_page(uri: &Uri) -> Errand {
        let to = uri.path_and_query().map_or("/home", |path| path.as_str());
        Errand { to: onward(to).to_owned(), form: None }
    }

    fn of_form(uri: &Uri, form: Form) -> Errand {
        let errand = Errand::of_page(uri);
        if SECRET.iter().any(|name| form.has(name)) {
            return Errand { to: "/account".to_owned(), form: None };
        }
        Errand { form: Some(form), ..errand }
    }

    /// As the page's own form carried it.
    fn carried(form: &Form) -> Errand {
        let to = onward(form.text("verify.to")).to_owned();
        let sends = form.text("verify.sends") == "form";
        let pairs = form.pairs.iter().filter(|(name, _)| !name.starts_with(VERIFY_PREFIX)).cloned();
        Errand { to, form: sends.then(|| Form { pairs: pairs.collect() }) }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    next: String,
}

async fn ask(State(web): State<Web>, signed: Signed, Query(wish): Query<Wish>) -> Result<Response, WebError> {
    let to = onward(&wish.next).to_owned();
    if signed.who.person.is_fresh(web.app.now()) {
        return Ok(Redirect::to(&to).into_response());
    }
    let means = web.app.means(&signed.ctx(&web)).await?;
    Ok(view::page(&signed, means, &Errand { to, form: None }, None).into_response())
}

/// The answer in place of a refusal: for a page, the way here; for a form, this page with the form inside.
pub async fn instead(
    web: &Web,
    signed: &Signed,
    (method, uri): (&Method, &Uri),
    form: Option<Form>,
) -> Response {
    let errand = match form {
        Some(form) => Errand::of_form(uri, form),
        None if method == Method::GET => {
            let to = Errand::of_page(uri).to;
            let wish = serde_urlencoded::to_string([("next", to)]).unwrap_or_default();
            return Redirect::to(&format!("{PATH}?{wish}")).into_response();
        }
        // What a script sent: the script is told, and leads the person here.
        None => return WebError::NOT_FRESH.into_response(),
    };
    match web.app.means(&signed.ctx(web)).await {
        Ok(means) => (WebError::NOT_FRESH.status, view::page(signed, means, &errand, None)).into_response(),
        Err(refused) => WebError::from(refused).into_response(),
    }
}

async fn give(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let token = door::token_of(&headers).ok_or(WebError::SIGNED_OUT)?;
    let (means, errand) = (web.app.means(&ctx).await?, Errand::carried(&form));
    match web.app.verify(&ctx, &token, proof(means, &signed, &form), &signed.asker.device).await {
        Ok(session) => Ok(go_on(&session, &errand)),
        Err(Refused::Verb(error)) => {
            let text = view::problem_text(&signed, &error, form.has("verify.passkey.id"));
            let page = view::page(&signed, means, &errand, Some(&text));
            Ok((error.public().status, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// What the fields of a passkey's answer begin with.
const PASSKEY: &str = "verify.passkey.";

fn proof(means: Means, signed: &Signed, form: &Form) -> Proof {
    let recovery = form.text("verify.recovery").trim();
    match (means, &signed.asker.passkeys) {
        (Means::Factors(_), Some(site)) if form.has("verify.passkey.id") => {
            Proof::Passkey(site.clone(), answer(form, PASSKEY))
        }
        (Means::Factors(_), _) if !recovery.is_empty() => Proof::Code(recovery.to_owned()),
        (Means::Factors(_), _) => Proof::Code(form.text("verify.code").to_owned()),
        (Means::Password, _) => Proof::Password(Password::typed(form.text("verify.password"))),
        (Means::Nothing, _) => Proof::Nothing,
    }
}

/// On, with the new session. For a form the browser sends the same fields again, to where they were going.
fn go_on(session: &Token, errand: &Errand) -> Response {
    if errand.form.is_none() {
        return enter(session, &errand.to);
    }
    let cookie = AppendHeaders([(header::SET_COOKIE, door::set_cookie(session))]);
    (cookie, Redirect::temporary(&errand.to)).into_response()
}
