//! What the page that asks for the second factor shows.

use super::{Errand, PASSKEY, PATH};
use crate::kernel::prelude::*;
use crate::pages::passkeys::view::{Prompt, needs_script, problem as passkey_problem};
use crate::pages::sign_in::view::{code_fields, code_problem, problem};
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
                    (question(signed, means))
                    @let go_on = w.t("go-on");
                    @let button = Button::submit(&go_on);
                    (if by_passkey(signed, means) { button } else { button.primary() })
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

fn by_passkey(signed: &Signed, means: Means) -> bool {
    matches!(means, Means::Factors(factors) if factors.passkeys > 0) && signed.asker.passkeys.is_some()
}

fn question(signed: &Signed, means: Means) -> Markup {
    let w = signed.words();
    match means {
        Means::Factors(factors) => {
            let label = w.t("passkey-use");
            html! {
                @if by_passkey(signed, means) {
                    (Prompt { prefix: PASSKEY, ..Prompt::first("/verify/passkey", &label) }.show(w))
                    (needs_script(w))
                }
                (code_fields(w, factors, ("verify.code", "verify.recovery")))
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
pub fn problem_text(signed: &Signed, error: &VerifyError, passkey: bool) -> String {
    match error {
        VerifyError::Code(code) if passkey => passkey_problem(signed, code),
        VerifyError::Code(code) => code_problem(signed, code),
        VerifyError::Password => signed.words().t("password-wrong").into_owned(),
        VerifyError::Crowded => signed.words().t("error-too-many-text").into_owned(),
    }
}
