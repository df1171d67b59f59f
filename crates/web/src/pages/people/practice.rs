//! The practice's own settings.

use crate::kernel::prelude::*;
use crate::pages::member_words::{in_words, of, summary};
use app::people::PeopleError;

pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let practice = web.app.practice(&ctx).await?;
    let years = web.app.retention(&ctx).await?;
    Ok(page(&signed, (&practice.name, &practice.zone), years, &[]))
}

pub async fn change(State(web): State<Web>, signed: Signed, form: Form) -> Result<Response, WebError> {
    let (name, zone) = (form.text("name"), form.text("zone"));
    let ctx = signed.ctx(&web);
    match web.app.change_practice(&ctx, name, zone).await {
        Ok(()) => Ok(Redirect::to("/practice").into_response()),
        Err(Refused::Verb(PeopleError::Form(problems))) => {
            let years = web.app.retention(&ctx).await?;
            let page = page(&signed, (name, zone), years, &in_words(signed.words(), &problems));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

fn page(
    signed: &Signed,
    (name, zone): (&str, &str),
    years: u16,
    problems: &[(&'static str, String)],
) -> Markup {
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
            (Card::new(&w.t("retention-title"), retention(w, years)))
        },
    )
}

fn retention(w: Words, years: u16) -> Markup {
    let (label, help) = (w.t("retention-years"), w.t("retention-help"));
    let years = years.to_string();
    let number = Input {
        kind: InputKind::Number,
        value: &years,
        chars: Some(4),
        range: Some((1, 100)),
        ..Input::default()
    };
    html! {
        form method="post" action="/practice/retention" {
            (text_field(&Field::new("years", &label).help(&help).required(), &number))
            (Button::submit(&w.t("save")))
        }
    }
}
