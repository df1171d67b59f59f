//! What is seen of passkeys: the button, the page that makes one, and their place on the account page.

use super::PREFIX;
use crate::kernel::prelude::*;
use crate::pages::account::view::browser_words;
use crate::pages::clients::form::text_problem;
use crate::pages::sign_in::view as sign_in;
use app::own_account::OwnAccount;
use app::passkeys::{OwnPasskey, PasskeyError};
use app::sign_in::CodeError;
use domain::ids::PasskeyId;
use jiff::Timestamp;

/// A button that has the browser show a passkey or make one. It fills the form it stands in, and sends it.
#[derive(Debug, Clone, Copy)]
pub struct Prompt<'a> {
    /// Where the script gets the question.
    pub question: &'a str,
    /// What the fields of the answer begin with.
    pub prefix: &'a str,
    /// The words on the button.
    pub label: &'a str,
    /// Whether it is what the page is for.
    pub primary: bool,
}

impl<'a> Prompt<'a> {
    /// A button on a page that is for it.
    pub fn first(question: &'a str, label: &'a str) -> Prompt<'a> {
        Prompt { question, prefix: PREFIX, label, primary: true }
    }

    /// Has the browser show one.
    pub fn show(&self, w: Words) -> Markup {
        self.button(w, "get", &["challenge", "id", "client", "authenticator", "signature", "handle"])
    }

    /// Has the browser make one.
    pub fn make(&self, w: Words) -> Markup {
        self.button(w, "create", &["challenge", "client", "attestation", "transports"])
    }

    /// Hidden until the script runs; where the browser has no passkeys, the script says so in its place.
    fn button(&self, w: Words, kind: &str, fields: &[&str]) -> Markup {
        let class = if self.primary { "button primary" } else { "button quiet" };
        html! {
            div.passkey data-passkey=(kind) data-question=(self.question) data-prefix=(self.prefix)
                data-none=(w.t("passkey-none")) data-cancelled=(w.t("passkey-cancelled"))
                data-known=(w.t("passkey-known")) data-failed=(w.t("passkey-failed")) hidden {
                @for name in fields { (hidden(&format!("{}{name}", self.prefix), "")) }
                button class=(class) type="button" { (Icon::Key) span { (self.label) } }
                p.soft role="status" {}
            }
        }
    }
}

/// Why a passkey was not taken, in words.
pub fn problem(signed: &Signed, error: &CodeError) -> String {
    match error {
        CodeError::NoMatch => signed.words().t("passkey-no-match").into_owned(),
        other => sign_in::code_problem(signed, other),
    }
}

/// Why a passkey was not added, in words.
pub fn not_added(w: Words, error: PasskeyError) -> String {
    match error {
        PasskeyError::Name(problem) => text_problem(w, problem),
        PasskeyError::Refused => w.t("passkey-too-late").into_owned(),
        PasskeyError::AlreadyThere => w.t("passkey-known").into_owned(),
        PasskeyError::Enough => w.t("passkey-enough").into_owned(),
    }
}

/// What a passkey is called until its person says otherwise: the browser it was made with.
pub fn usual_name(signed: &Signed) -> String {
    browser_words(signed.words(), &signed.asker.device)
}

/// The page that makes one.
pub fn new(signed: &Signed, name: &str, error: Option<PasskeyError>) -> Markup {
    let w = signed.words();
    let words = error.map(|error| not_added(w, error));
    let of_name = words.as_deref().filter(|_| matches!(error, Some(PasskeyError::Name(_))));
    let (label, help, make) = (w.t("passkey-name"), w.t("passkey-name-help"), w.t("passkey-make"));
    let field = Field::new("name", &label).help(&help).error(of_name).required();
    let typed = Input { max_chars: Some(60), ..Input::text(name) };
    let mut frame = signed.frame(w.t("passkey-new-tab"), "");
    frame.width = Width::Reading;
    layout(
        &frame,
        html! {
            div.quiet-page.stack {
                h1 { (w.t("passkey-new-heading")) }
                p { (w.t("passkey-what")) }
                (sign_in::problem(words.as_deref().filter(|_| of_name.is_none())))
                form method="post" action="/account/passkeys/new" {
                    (text_field(&field, &typed))
                    (Prompt::first("/account/passkeys/question", &make).make(w))
                }
                (needs_script(w))
                p.soft { (w.t("passkey-ends-sessions")) }
                p { a href="/account" { (w.t("passkey-not-now")) } }
            }
        },
    )
}

/// Said where script is off.
pub fn needs_script(w: Words) -> Markup {
    html! { noscript { p { (w.t("passkey-needs-script")) } } }
}

/// The name of the field that renames one.
pub fn name_field(id: PasskeyId) -> String {
    format!("passkey-{id}")
}

/// Their place on the account page.
pub fn card(signed: &Signed, own: &OwnAccount, wrong: Option<&str>, now: Timestamp) -> Markup {
    let w = signed.words();
    let offered = signed.asker.passkeys.is_some();
    // Whoever works here keeps one factor.
    let kept = own.account.roles.is_staff() && !own.factors.without_a_passkey().any();
    let body = html! {
        div.stack id="f-passkey" tabindex="-1" {
            p { (w.t("passkey-what")) }
            @if let Some(wrong) = wrong { p.field-error { (wrong) } }
            @for passkey in &own.passkeys { (one(signed, passkey, kept, now)) }
            @if kept && !own.passkeys.is_empty() { p.soft { (w.t("passkey-last")) } }
            @if offered { p { (Button::link(&w.t("passkey-add"), "/account/passkeys/new")) } }
            @else { p.soft { (w.t("passkey-no-address")) } }
        }
    };
    Card::new(&w.t("passkeys"), body).id("passkeys").render()
}

fn one(signed: &Signed, passkey: &OwnPasskey, kept: bool, now: Timestamp) -> Markup {
    let w = signed.words();
    let zone = &signed.who.zone;
    let since = [("when", w.short_moment(passkey.created_at, zone).into())];
    let used = match passkey.used_at {
        Some(at) => w.with("passkey-used", &[("when", w.since(at, now, zone).into())]),
        None => w.t("passkey-unused").into_owned(),
    };
    let (field, label) = (name_field(passkey.id), w.t("passkey-name"));
    let rename = format!("/account/passkeys/{}/name", passkey.id);
    let remove = format!("/account/passkeys/{}/remove", passkey.id);
    let typed = Input { max_chars: Some(60), ..Input::text(&passkey.name) };
    html! {
        div.own-passkey {
            p {
                strong { bdi { (passkey.name) } } " "
                @if passkey.is_copied { (badge(Tone::Neutral, &w.t("passkey-copied"))) }
            }
            p.soft { (w.with("passkey-since", &since)) " " (used) }
            div.button-row {
                (disclosure(&w.t("passkey-rename"), html! {
                    form method="post" action=(rename) {
                        (text_field(&Field::new(&field, &label).required(), &typed))
                        (Button::submit(&w.t("save")))
                    }
                }))
                @if !kept {
                    (post_button(&remove, &[], &Button::submit(&w.t("passkey-remove")).about(&passkey.name).plain()))
                }
            }
        }
    }
}
