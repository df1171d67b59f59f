//! The register, for the front desk: names, contact, days of sessions.

use crate::kernel::prelude::*;
use app::register::Line;
use domain::account::Role;

pub fn routes() -> Vec<Route> {
    vec![get("/register", Policy::Needs(Action::ReadRegister), list)]
}

async fn list(State(web): State<Web>, signed: Signed) -> Result<Markup, WebError> {
    let lines = web.app.register(&signed.ctx(&web)).await?;
    Ok(page(&signed, &lines))
}

fn page(signed: &Signed, lines: &[Line]) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("nav-register"), w.t("nav-register"));
    frame.here = "/register";
    let titles = [w.t("client-name"), w.t("client-phone"), w.t("client-email"), w.t("register-last")];
    let columns: Vec<Column<'_>> = titles.iter().map(|title| Column::text(title)).collect();
    let may_correct = signed.is(Role::FrontDesk);
    let text = |value: &Option<String>| html! { bdi { (value.clone().unwrap_or_default()) } };
    let rows: Vec<Vec<Markup>> = lines
        .iter()
        .map(|line| {
            let particulars = &line.client.particulars;
            let name = html! { bdi { (particulars.name) } };
            let href = format!("/clients/{}/particulars", line.client.id);
            vec![
                if may_correct {
                    html! { a href=(href) { (name) } }
                } else {
                    name
                },
                text(&particulars.phone),
                text(&particulars.email),
                html! { (line.last_session_on.map(|on| w.date(on)).unwrap_or_default()) },
            ]
        })
        .collect();
    layout(
        &frame,
        html! {
            @if rows.is_empty() { (empty_state(&w.t("register-empty"), "", None)) }
            @else { (data_table(Caption::Heard(&w.t("nav-register")), &columns, &rows)) }
        },
    )
}
