//! A guardian's own page, and where the therapist adds a guardian.

use crate::kernel::error::Public;
use crate::kernel::prelude::*;
use crate::pages::member_words::in_words;
use app::guardians::{GuardianError, GuardianForm};
use domain::guardian::Basis;
use domain::ids::ClientId;

mod view;

pub fn routes() -> Vec<Route> {
    vec![
        get("/guardian", Policy::Needs(Action::OwnAccount), own),
        get("/clients/{client}/guardian", Policy::Needs(Action::ManageCare), ask),
        post("/clients/{client}/guardian", Policy::Needs(Action::ManageCare), add),
    ]
}

async fn own(State(web): State<Web>, signed: Signed) -> Result<Markup, WebError> {
    let wards = web.app.wards(&signed.ctx(&web)).await?;
    Ok(view::own(&signed, &wards))
}

async fn ask(
    State(web): State<Web>,
    signed: Signed,
    Path(client): Path<ClientId>,
) -> Result<Markup, WebError> {
    web.app.care(&signed.ctx(&web), client).await?;
    Ok(view::ask(&signed, client, &GuardianForm::default(), &[]))
}

async fn add(
    State(web): State<Web>,
    signed: Signed,
    Path(client): Path<ClientId>,
    form: Form,
) -> Result<Response, WebError> {
    let typed = GuardianForm {
        name: form.text("name").to_owned(),
        email: form.text("email").to_owned(),
        basis: Basis::from_code(form.text("basis")),
        until: form.text("until").to_owned(),
    };
    let back = format!("/clients/{client}/care");
    let error = match web.app.add_guardian(&signed.ctx(&web), client, typed.clone()).await {
        Ok(Some(token)) => {
            let address = format!("{}/l/{}", signed.asker.site, token.reveal());
            let page = crate::pages::people::handed(&signed, &typed.name, &address, &back);
            return Ok(page.into_response());
        }
        Ok(None) => return Ok(Redirect::to(&back).into_response()),
        Err(Refused::Verb(error)) => error,
        Err(other) => return Err(other.into()),
    };
    let w = signed.words();
    let problems = match &error {
        GuardianError::Form(problems) => in_words(w, problems),
        GuardianError::NoBasis => vec![("basis", w.t("guardian-no-basis").into_owned())],
        GuardianError::NotAMinor => vec![("name", w.t("guardian-not-a-minor").into_owned())],
        GuardianError::ClientsOwnAddress => vec![("email", w.t("guardian-clients-own-address").into_owned())],
        GuardianError::AddressTaken => vec![("email", w.t("people-address-taken").into_owned())],
        GuardianError::NoEnd => vec![("until", w.t("guardian-no-end").into_owned())],
        GuardianError::AlreadySo | GuardianError::NotFound => return Err(error.public()),
    };
    Ok((error.public().status, view::ask(&signed, client, &typed, &problems)).into_response())
}
