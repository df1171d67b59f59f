//! The start page, help, health, and where each person's home is.

use crate::kernel::prelude::*;
use domain::account::Role;

pub fn routes() -> Vec<Route> {
    vec![
        get("/", Policy::Public, start),
        get("/help", Policy::Public, help),
        get("/weather", Policy::Public, weather),
        get("/health", Policy::Public, alive),
        get("/ready", Policy::Public, ready),
        get("/home", Policy::Needs(Action::OwnAccount), home),
    ]
}

async fn start(asker: Asker) -> Markup {
    let w = asker.words;
    let mut frame = Frame::new(w, w.t("start-tab"), w.t("start-heading"));
    frame.width = Width::Reading;
    frame.help_href = Some("/help");
    layout(
        &frame,
        html! {
            p.lede { (w.t("start-lede")) }
            p { (w.t("start-how")) }
            p { (Button::link(&w.t("start-sign-in"), "/sign-in").primary()) }
            (notice(Tone::Info, &w.t("start-danger-title"), html! { p { (w.t("start-danger-text")) } }))
        },
    )
}

async fn help(asker: Asker) -> Markup {
    let w = asker.words;
    let mut frame = Frame::new(w, w.t("help"), w.t("help-heading"));
    frame.width = Width::Reading;
    layout(
        &frame,
        html! {
            p { (w.t("help-danger")) }
            p { (w.t("help-practice")) }
            p { (w.t("help-keys")) }
            p { (w.t("help-lost")) }
        },
    )
}

/// Where "Leave this page now" leads: a page that tells nothing about where one came from.
async fn weather(asker: Asker) -> Markup {
    let w = asker.words;
    let mut frame = Frame::new(w, w.t("weather-heading"), w.t("weather-heading"));
    frame.quick_exit = None;
    layout(&frame, html! { p { (w.t("weather-text")) } })
}

/// Answers as long as the program runs: whoever watches it restarts it when this stays silent.
async fn alive() -> &'static str {
    "alive\n"
}

/// Whether everything works, saving included: for a balancer, and for whoever watches the machine.
async fn ready(State(web): State<Web>) -> Response {
    let answer = |status, words: String| (status, words).into_response();
    match web.app.is_ready().await {
        Ok(()) => answer(StatusCode::OK, "ready\n".to_owned()),
        Err(reason) => answer(StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
    }
}

async fn home(State(web): State<Web>, signed: Signed) -> Result<Redirect, WebError> {
    if web.app.has_news(&signed.ctx(&web)).await? {
        return Ok(Redirect::to("/notices"));
    }
    let to = if signed.is(Role::Therapist) || signed.is(Role::Supervisor) || signed.is(Role::Trainee) {
        "/clients"
    } else if signed.is(Role::Administrator) {
        "/people"
    } else if signed.is(Role::PrivacyOfficer) {
        "/emergencies"
    } else if signed.is(Role::FrontDesk) {
        "/register"
    } else if signed.is(Role::Guardian) {
        "/guardian"
    } else {
        "/today"
    };
    Ok(Redirect::to(to))
}
