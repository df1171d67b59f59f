//! The guard at the door of every route: who is it, and does the route's policy let them knock at all.
//!
//! The door only turns away those who are not signed in far enough. Whether somebody may do what they ask is decided
//! once, inside the application's corridor, by the one decision function.

use super::error::{WebError, unread};
use super::form::Form;
use super::routes::{BODY_BYTES_MAX, Policy};
use super::state::{Asker, Web};
use crate::locale::Words;
use crate::pages::verify;
use crate::ui::prelude::*;
use app::context::{Ctx, Told};
use app::entry::{About, Action, Ask, Refused};
use app::sessions::{SignedIn, Token};
use app::submissions::Submission;
use axum::body::Body;
use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{self, Assurance, Denial};
use domain::account::Role;
use jiff::Timestamp;
use std::convert::Infallible;
use std::sync::Arc;

/// Name of the session cookie. The prefix makes browsers refuse it unless it is Secure, host-only and for `/`.
pub const COOKIE: &str = "__Host-attune";

/// When a page warns that the session will end: a minute before, and half a minute more, because activity is written down
/// only that often.
const WARN_AFTER_SECONDS: u32 = 13 * 60 + 30;

/// For how long before the absolute end of a session every page says so by itself, script or not.
const LAST_SECONDS: i64 = 5 * 60;

/// The signed-in person of this request, with what their pages need.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who it is.
    pub who: Arc<SignedIn>,
    /// What the request says about itself.
    pub asker: Asker,
    /// The form that was sent, if it carried a key.
    pub submission: Option<Submission>,
    /// Seconds until the session ends, whatever its person does.
    pub seconds_left: i64,
    /// Whether the trail was told of this request.
    pub told: Told,
}

impl Signed {
    /// The context of this request.
    #[must_use]
    pub fn ctx(&self, web: &Web) -> Ctx {
        let known_by = self.asker.known_by.clone();
        let mut ctx = web.app.ctx_of(&self.who, self.asker.origin()).on_device(known_by);
        ctx.submission.clone_from(&self.submission);
        ctx.told = self.told.clone();
        ctx
    }

    /// The texts in the person's language.
    #[must_use]
    pub fn words(&self) -> Words {
        self.asker.words
    }

    /// Whether the person holds a role.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.who.person.roles.has(role)
    }

    /// A frame for one of this person's pages: navigation, name, practice, and room filled in.
    /// `tab_title` must not name a client or say anything clinical.
    #[must_use]
    pub fn frame(&self, tab_title: impl Into<String>, heading: impl Into<String>) -> Frame<'_> {
        let w = self.words();
        let mut frame = Frame::new(w, tab_title, heading);
        let client = self.is(Role::Client) || self.is(Role::Guardian);
        frame.room = if client { Room::Client } else { Room::Staff };
        frame.practice = Some(&self.who.practice_name);
        frame.home_href = "/home";
        frame.person = Some(Person {
            name: &self.who.name,
            role: self.role_words(),
            account_href: "/account",
            sign_out_action: "/sign-out",
        });
        frame.nav = self.nav();
        frame.help_href = Some("/help");
        frame.idle =
            Some(Idle { warn_after_seconds: WARN_AFTER_SECONDS, ends_in_seconds: self.seconds_left });
        if self.seconds_left <= LAST_SECONDS {
            frame.notices.push(self.last_minutes());
        }
        frame
    }

    /// What stands on each page in the last minutes of a session.
    fn last_minutes(&self) -> Markup {
        let w = self.words();
        let at = [("time", w.clock(self.who.ends_at, &self.who.zone).into())];
        let again = Button::link(&w.t("session-again"), "/sign-in").render();
        let words = html! { p { (w.with("session-last-minutes-text", &at)) } (again) };
        html! { div data-session-ends { (notice(Tone::Due, &w.with("session-last-minutes", &at), words)) } }
    }

    fn role_words(&self) -> String {
        let w = self.words();
        let names: Vec<_> = self.who.person.roles.iter().map(|role| role_word(w, role)).collect();
        names.join(", ")
    }

    fn nav(&self) -> Vec<NavEntry<'static>> {
        let w = self.words();
        let mut nav = Vec::new();
        let mut add =
            |href, text: &str, icon| nav.push(NavEntry { href, text: w.t(text).into_owned(), icon });
        if self.is(Role::Therapist) || self.is(Role::Supervisor) || self.is(Role::Trainee) {
            add("/clients", "nav-clients", Icon::People);
        }
        if self.is(Role::Administrator) {
            add("/people", "nav-people", Icon::Person);
            add("/practice", "nav-practice", Icon::Settings);
            add("/audit", "nav-audit", Icon::Audit);
        }
        if self.is(Role::FrontDesk) || self.is(Role::PrivacyOfficer) {
            add("/register", "nav-register", Icon::People);
        }
        if self.is(Role::PrivacyOfficer) {
            add("/trail", "nav-trail", Icon::Audit);
            add("/erasures", "nav-erasures", Icon::Clock);
            add("/emergencies", "nav-emergencies", Icon::Key);
        }
        if domain::finding::is_told(&self.who.person.roles) {
            add("/findings", "nav-findings", Icon::Check);
        }
        if self.is(Role::Client) {
            add("/today", "nav-today", Icon::Calendar);
        }
        if self.is(Role::Guardian) {
            add("/guardian", "nav-guardian", Icon::People);
        }
        nav
    }
}

/// The word for a role.
pub fn role_word(w: Words, role: Role) -> String {
    let text = match role {
        Role::Administrator => w.t("role-administrator"),
        Role::Therapist => w.t("role-therapist"),
        Role::Supervisor => w.t("role-supervisor"),
        Role::Trainee => w.t("role-trainee"),
        Role::PrivacyOfficer => w.t("role-privacy-officer"),
        Role::FrontDesk => w.t("role-front-desk"),
        Role::Guardian => w.t("role-guardian"),
        Role::Client => w.t("role-client"),
    };
    text.into_owned()
}

impl FromRequestParts<Web> for Signed {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Signed, WebError> {
        parts.extensions.get::<Signed>().cloned().ok_or(WebError::SIGNED_OUT)
    }
}

/// For pages of the door itself, where nobody being signed in is no error.
impl OptionalFromRequestParts<Web> for Signed {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Option<Signed>, Infallible> {
        Ok(parts.extensions.get::<Signed>().cloned())
    }
}

/// Name of the cookie by which a device is known to have signed in before. It opens nothing: it only makes that wrong
/// tries of strangers do not count against it.
pub const DEVICE_COOKIE: &str = "__Host-attune-device";
/// How long a device keeps it.
const DEVICE_SECONDS: u64 = 400 * 24 * 3600;

/// Name of the cookie that holds a visit while somebody signs in with a passkey: the question was given to it. It opens
/// nothing.
const VISIT_COOKIE: &str = "__Host-attune-visit";
/// How long it holds.
const VISIT_SECONDS: u64 = 10 * 60;

/// The visit a question was given to.
pub fn visit_of(headers: &axum::http::HeaderMap) -> Option<Token> {
    cookie_of(headers, VISIT_COOKIE)
}

/// The header value that begins a visit.
pub fn set_visit_cookie(visit: &Token) -> String {
    let value = visit.reveal();
    format!("{VISIT_COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={VISIT_SECONDS}")
}

/// The header value that ends one.
pub fn clear_visit_cookie() -> String {
    format!("{VISIT_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
}

/// The session token of a request, from its cookie.
pub fn token_of(headers: &axum::http::HeaderMap) -> Option<Token> {
    cookie_of(headers, COOKIE)
}

/// A cookie of a request.
pub(super) fn cookie_of(headers: &axum::http::HeaderMap, wanted: &str) -> Option<Token> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| Token::presented(value))
}

/// The header value that hands a browser its session token.
pub fn set_cookie(token: &Token) -> String {
    format!("{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax", token.reveal())
}

/// The header value that lets a device be known from now on.
pub fn set_device_cookie(device: &Token) -> String {
    let value = device.reveal();
    format!("{DEVICE_COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={DEVICE_SECONDS}")
}

/// The header value that takes it away again.
pub fn clear_cookie() -> String {
    format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// Stands before each route with that route's policy.
pub async fn guard(
    (policy, route): (Policy, &'static str),
    State(web): State<Web>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let asker = Asker::of(&parts, &web);
    let who = match token_of(&parts.headers) {
        None => None,
        Some(token) => match web.app.signed_in(&token).await {
            Ok(who) => who,
            Err(failure) => return WebError::from(failure).into_response(),
        },
    };
    if let Some(turned_away) = turn_away(policy, who.as_ref(), &parts) {
        return match half_way(policy, who.as_ref(), &web, (route, &asker)).await {
            Ok(()) => turned_away,
            Err(failure) => failure.into_response(),
        };
    }
    if let Err(refused) = may_knock(policy, who.as_ref(), &web, (route, &asker)).await {
        return refused.into_response();
    }
    let now = web.app.now();
    let signed = who.map(|who| {
        let seconds_left = who.ends_at.duration_since(now).as_secs().max(0);
        Signed { who: Arc::new(who), asker, submission: None, seconds_left, told: Told::default() }
    });
    if let Some(signed) = &signed {
        parts.extensions.insert(signed.clone());
    }
    let (method, uri) = (parts.method.clone(), parts.uri.clone());
    let (mut response, form) = match kept_form(&parts, body, signed.as_ref(), web.app.now()).await {
        Ok((body, form)) => (next.run(Request::from_parts(parts, body)).await, form),
        Err(refused) => (refused.into_response(), None),
    };
    if let (Policy::Needs(action), Some(signed)) = (policy, &signed)
        && untold(signed, &response)
    {
        response = first_whether_they_may(&web, signed, asked(action, route, uri.path()), response).await;
    }
    if let Some(signed) = &signed
        && response.extensions().get::<WebError>() == Some(&WebError::NOT_FRESH)
    {
        return verify::instead(&web, signed, (&method, &uri), form).await;
    }
    // An error page is drawn further out and wants to know whose it is.
    if let Some(signed) = signed {
        response.extensions_mut().insert(signed);
    }
    response
}

/// The body of a form, kept aside where the answer may be that the second factor was given too long ago: the form is
/// then sent again once it was given.
async fn kept_form(
    parts: &Parts,
    body: Body,
    signed: Option<&Signed>,
    now: Timestamp,
) -> Result<(Body, Option<Form>), WebError> {
    let stale = signed.is_some_and(|signed| !signed.who.person.is_fresh(now));
    if !stale || parts.method != Method::POST || !Form::is_in(&parts.headers) {
        return Ok((body, None));
    }
    let bytes = axum::body::to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| WebError::TOO_LARGE)?;
    // What is no form is refused by the handler, not here.
    let form = Form::parse_body(&bytes).ok();
    Ok((Body::from(bytes), form))
}

/// Whether there is any record on which this person might be allowed what the route does. Pages that only show an
/// empty form ask no verb, so the door is where a role without any such right is turned away, and that is written down.
async fn may_knock(
    policy: Policy,
    who: Option<&SignedIn>,
    web: &Web,
    (route, asker): (&str, &Asker),
) -> Result<(), WebError> {
    let (Policy::Needs(action), Some(who)) = (policy, who) else { return Ok(()) };
    if access::conceivable(&who.person, action, web.app.now()) {
        return Ok(());
    }
    let ctx = web.app.ctx_of(who, asker.origin());
    web.app.turned_away(&ctx, action, Denial::NoRule, route).await?;
    Err(WebError::NOT_FOUND)
}

/// Writes down that somebody came with a password and no second factor. Of a stranger no practice is known.
async fn half_way(
    policy: Policy,
    who: Option<&SignedIn>,
    web: &Web,
    (route, asker): (&str, &Asker),
) -> Result<(), WebError> {
    let (Policy::Needs(action), Some(who)) = (policy, who) else { return Ok(()) };
    let ctx = web.app.ctx_of(who, asker.origin());
    Ok(web.app.turned_away(&ctx, action, Denial::SecondFactorMissing, route).await?)
}

/// Whether a request came to nothing before the verb it is for was asked: its form could not be read (whatever else was
/// looked at before), or its address holds something that is no id and no line tells of it yet.
fn untold(signed: &Signed, response: &Response) -> bool {
    unread(response) || (!signed.told.is_told() && response.status().is_client_error())
}

/// What a route asks, and about whose record, as far as its address tells.
fn asked(action: Action, route: &str, path: &str) -> Ask {
    let mut holes = route.split('/').zip(path.split('/'));
    let about = holes.find_map(|(hole, value)| match hole {
        "{client}" => value.parse().ok().map(About::Client),
        "{episode}" => value.parse().ok().map(About::Episode),
        _ => None,
    });
    Ask { action, about: about.unwrap_or(About::Nobody), object: route.to_owned() }
}

/// The answer to what could not be read, a form or an address: whether its sender might have asked at all comes before
/// what is wrong with it. No handler can forget it, since it stands around all of them.
async fn first_whether_they_may(web: &Web, signed: &Signed, mut ask: Ask, response: Response) -> Response {
    if let (About::Nobody, Some(own), true) =
        (&ask.about, signed.who.person.own_client, ask.action.about_a_client())
    {
        // A client's own pages carry no id.
        ask.about = About::Client(own);
    }
    match web.app.unreadable(&signed.ctx(web), ask).await {
        Ok(()) | Err(Refused::Verb(_)) => response,
        Err(other) => WebError::from(other).into_response(),
    }
}

/// What somebody is told who is not signed in far enough; `None` lets them knock.
fn turn_away(policy: Policy, who: Option<&SignedIn>, parts: &Parts) -> Option<Response> {
    if matches!(policy, Policy::Public | Policy::HalfSignedIn) {
        return None;
    }
    let to = match who.map(|who| who.person.assurance) {
        Some(Assurance::Full) => return None,
        Some(Assurance::Partial) => "/sign-in/code",
        None => "/sign-in",
    };
    // What a person was about to send is not lost: the page says so, and their browser keeps the form behind it.
    if parts.method == Method::GET {
        let wish = parts.uri.path();
        Some(Redirect::to(&format!("{to}?next={wish}")).into_response())
    } else {
        Some(WebError::SIGNED_OUT.into_response())
    }
}
