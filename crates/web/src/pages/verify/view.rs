//! What the page that asks for the second factor shows.

use super::{Errand, PATH};
use crate::kernel::prelude::*;
use crate::pages::sign_in::view::{code_input, code_problem, problem};
use app::step_up::{Means, VerifyError};

/// One question, and what was about to be sent in hidden fields.
pub fn page(signed: &Signed, means: Means, errand: &Errand, error: Option<&str>) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("verify-tab"), "");
    frame.width = Width::Reading;
    layout(
        &frame,
        html! {
            div.quiet-page.stack {
                h1 { (w.t("verify-heading")) }
                p { (w.t("verify-text")) }
                (problem(error))
                form method="post" action=(PATH) {
                    (carried(errand))
                    (question(w, means))
                    (Button::submit(&w.t("go-on")).primary())
                }
                p { a href="/home" { (w.t("verify-not-now")) } }
            }
        },
    )
}

fn carried(errand: &Errand) -> Markup {
    html! {
        (hidden("verify.to", &errand.to))
        @if let Some(form) = &errand.form {
            (hidden("verify.sends", "form"))
            @for (name, value) in &form.pairs { (hidden(name, value)) }
        }
    }
}

fn question(w: Words, means: Means) -> Markup {
    match means {
        Means::Code => {
            let (label, help) = (w.t("code-label"), w.t("code-help"));
            let (recovery, recovery_help) = (w.t("code-recovery"), w.t("code-recovery-help"));
            let typed = Input { autocomplete: Some("off"), max_chars: Some(40), ..Input::text("") };
            html! {
                (text_field(&Field::new("verify.code", &label).help(&help), &code_input()))
                (disclosure(&w.t("code-no-device"), html! {
                    (text_field(&Field::new("verify.recovery", &recovery).help(&recovery_help), &typed))
                }))
            }
        }
        Means::Password => {
            let label = w.t("sign-in-password");
            let input =
                Input { autocomplete: Some("current-password"), ..Input::of(InputKind::Password, "") };
            text_field(&Field::new("verify.password", &label).required(), &input)
        }
        Means::Nothing => html! { p { (w.t("verify-demonstration")) } },
    }
}

/// Why it was not taken, in words.
pub fn problem_text(signed: &Signed, error: &VerifyError) -> String {
    match error {
        VerifyError::Code(code) => code_problem(signed, code),
        VerifyError::Password => signed.words().t("password-wrong").into_owned(),
        VerifyError::Crowded => signed.words().t("error-too-many-text").into_owned(),
    }
}
