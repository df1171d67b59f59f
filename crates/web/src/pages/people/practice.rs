//! The practice's own settings.

use crate::kernel::prelude::*;
use crate::pages::member_words::{in_words, of, summary};
use app::people::PeopleError;

pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, WebError> {
    let practice = web.app.practice(&signed.ctx(&web)).await?;
    Ok(page(&signed, &practice.name, &practice.zone, &[]))
}

pub async fn change(State(web): State<Web>, signed: Signed, form: Form) -> Result<Response, WebError> {
    let (name, zone) = (form.text("name"), form.text("zone"));
    match web.app.change_practice(&signed.ctx(&web), name, zone).await {
        Ok(()) => Ok(Redirect::to("/practice").into_response()),
        Err(Refused::Verb(PeopleError::Form(problems))) => {
            let page = page(&signed, name, zone, &in_words(signed.words(), &problems));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

fn page(signed: &Signed, name: &str, zone: &str, problems: &[(&'static str, String)]) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("nav-practice"), w.t("nav-practice"));
    frame.here = "/practice";
    frame.width = Width::Reading;
    let (name_label, zone_label, zone_help) = (w.t("practice-name"), w.t("zone"), w.t("practice-zone-help"));
    layout(
        &frame,
        html! {
            (summary(w, problems))
            form method="post" data-guard {
                (text_field(&Field::new("name", &name_label).error(of(problems, "name")).required(), &Input::text(name)))
                (text_field(&Field::new("zone", &zone_label).help(&zone_help).error(of(problems, "zone")).required(), &Input::text(zone)))
                (Button::submit(&w.t("save")).primary())
            }
        },
    )
}
