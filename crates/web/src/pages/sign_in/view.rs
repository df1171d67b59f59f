//! What the pages of signing in show.

use crate::kernel::prelude::*;
use crate::pages::passkeys::view::{Prompt, needs_script};
use app::joining::Enrolment;
use app::sign_in::CodeError;
use domain::account::AccountState;
use domain::way_in::Factors;
use qrcode::{Color, QrCode};

/// One small thing on a page of its own.
pub fn quiet(asker: &Asker, tab: &str, content: Markup) -> Markup {
    let mut frame = Frame::new(asker.words, tab, "");
    frame.width = Width::Reading;
    frame.help_href = Some("/help");
    layout(&frame, html! { div.quiet-page.stack { (content) } })
}

/// A problem above a small form. The script moves the focus here.
pub fn problem(error: Option<&str>) -> Markup {
    html! {
        @if let Some(error) = error {
            div tabindex="-1" data-focus-first { (notice(Tone::Watch, "", html! { p { (error) } })) }
        }
    }
}

/// Address and password.
pub fn sign_in(asker: &Asker, next: &str, email: &str, error: Option<&str>) -> Markup {
    let w = asker.words;
    let (email_label, password_label) = (w.t("sign-in-email"), w.t("sign-in-password"));
    let email = Input { autocomplete: Some("username"), ..Input::of(InputKind::Email, email) };
    let password = Input { autocomplete: Some("current-password"), ..Input::of(InputKind::Password, "") };
    quiet(
        asker,
        &w.t("sign-in"),
        html! {
            h1 { (w.t("sign-in")) }
            (problem(error))
            form method="post" action="/sign-in" {
                (hidden("next", next))
                (text_field(&Field::new("email", &email_label).required(), &email))
                (text_field(&Field::new("password", &password_label).required(), &password))
                (Button::submit(&w.t("sign-in")).primary())
            }
            @if asker.passkeys.is_some() {
                form method="post" action="/sign-in/passkey" {
                    (hidden("next", next))
                    (Prompt { primary: false, ..Prompt::first("/sign-in/passkey", &w.t("passkey-sign-in")) }.show(w))
                }
            }
            p.soft { (w.t("sign-in-forgotten")) }
        },
    )
}

/// The second factor: whichever of them the person has.
pub fn code(asker: &Asker, next: &str, factors: Factors, error: Option<&str>) -> Markup {
    let w = asker.words;
    let by_passkey = factors.passkeys > 0 && asker.passkeys.is_some();
    quiet(
        asker,
        &w.t("sign-in"),
        html! {
            h1 { (w.t(if by_passkey { "passkey-step-heading" } else { "code-heading" })) }
            (problem(error))
            @if by_passkey {
                form method="post" action="/sign-in/code/passkey" {
                    (hidden("next", next))
                    p { (w.t("passkey-step-text")) }
                    (Prompt::first("/sign-in/code/passkey", &w.t("passkey-use")).show(w))
                }
                (needs_script(w))
            }
            form method="post" action="/sign-in/code" {
                (hidden("next", next))
                (code_fields(w, factors, ("code", "recovery")))
                @let go_on = w.t("go-on");
                @let button = Button::submit(&go_on);
                (if by_passkey { button } else { button.primary() })
            }
            form.post-button method="post" action="/sign-out" { (Button::submit(&w.t("code-cancel")).plain()) }
        },
    )
}

/// The fields for a code of the authenticator, where there is one, and for a recovery code.
pub fn code_fields(w: Words, factors: Factors, (code, recovery): (&str, &str)) -> Markup {
    let (label, help) = (w.t("code-label"), w.t("code-help"));
    let (other, other_help) = (w.t("code-recovery"), w.t("code-recovery-help"));
    let typed = Input { autocomplete: Some("off"), max_chars: Some(40), ..Input::text("") };
    html! {
        @if factors.codes { (text_field(&Field::new(code, &label).help(&help), &code_input())) }
        (disclosure(&w.t(if factors.codes { "code-no-device" } else { "passkey-no-device" }), html! {
            (text_field(&Field::new(recovery, &other).help(&other_help), &typed))
        }))
    }
}

/// The field for a code of the authenticator.
pub fn code_input() -> Input<'static> {
    Input {
        autocomplete: Some("one-time-code"),
        chars: Some(8),
        max_chars: Some(12),
        ..Input::of(InputKind::Code, "")
    }
}

/// Adding a second factor: picture, secret in text, first code.
pub fn factor(asker: &Asker, signed: &Signed, enrolment: &Enrolment, error: Option<&str>) -> Markup {
    let w = asker.words;
    let (label, help) = (w.t("code-label"), w.t("factor-code-help"));
    quiet(
        asker,
        &w.t("factor-heading"),
        html! {
            h1 { (w.t("factor-heading")) }
            p { bdi { (signed.who.name) } ": " (w.t("factor-why")) }
            ol {
                li { (w.t("factor-step-app")) }
                li {
                    (w.t("factor-step-scan"))
                    @if let Some(picture) = qr(&enrolment.address, &w.t("factor-picture")) { (picture) }
                    p { (w.t("factor-secret")) " " code.secret { (grouped(&enrolment.secret)) } }
                }
                li { (w.t("factor-step-code")) }
            }
            (problem(error))
            form method="post" action="/second-step" {
                (text_field(&Field::new("code", &label).help(&help).required(), &code_input()))
                (Button::submit(&w.t("go-on")).primary())
            }
            @if asker.passkeys.is_some() && signed.who.state == AccountState::Invited {
                form method="post" action="/second-step/passkey" {
                    p { (w.t("passkey-join")) }
                    (Prompt { primary: false, ..Prompt::first("/second-step/passkey", &w.t("passkey-join-button")) }.make(w))
                }
            }
        },
    )
}

/// The recovery codes, this once.
pub fn recovery_codes(asker: &Asker, codes: &[String]) -> Markup {
    let w = asker.words;
    quiet(
        asker,
        &w.t("recovery-heading"),
        html! {
            h1 { (w.t("recovery-heading")) }
            p { (w.t("recovery-text")) }
            ul.codes { @for code in codes { li { (code) } } }
            (notice(Tone::Due, "", html! { p { (w.t("recovery-once")) } }))
            div.button-row {
                (print_button(&w.t("print")))
                (Button::link(&w.t("recovery-kept"), "/home").primary())
            }
        },
    )
}

/// Why a code was not taken, in words.
pub fn code_problem(signed: &Signed, error: &CodeError) -> String {
    let w = signed.words();
    match error {
        CodeError::NoMatch => w.t("code-no-match").into_owned(),
        CodeError::Stopped => w.t("code-stopped").into_owned(),
        CodeError::Wait { until } => {
            w.with("code-wait", &[("time", w.clock(*until, &signed.who.zone).into())])
        }
    }
}

/// `ABCD EFGH …`, easier to type.
fn grouped(secret: &str) -> String {
    let parts: Vec<&str> = secret.as_bytes().chunks(4).filter_map(|part| str::from_utf8(part).ok()).collect();
    parts.join(" ")
}

/// A picture that an authenticator reads, drawn as one path on white: black on white also in the dark.
fn qr(text: &str, label: &str) -> Option<Markup> {
    use std::fmt::Write;
    /// White modules that the standard wants round the picture.
    const MARGIN: usize = 4;
    let code = QrCode::new(text).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (i, _) in code.to_colors().iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
        let (x, y) = (i % width + MARGIN, i / width + MARGIN);
        write!(path, "M{x} {y}h1v1h-1z").ok()?;
    }
    let side = width + 2 * MARGIN;
    Some(html! {
        div.qr {
            svg viewBox=(format!("0 0 {side} {side}")) width="220" height="220" role="img" aria-label=(label)
                shape-rendering="crispEdges" { path d=(path) fill="#000" {} }
        }
    })
}
