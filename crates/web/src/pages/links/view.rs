//! What a one-time link shows.

use crate::kernel::door::role_word;
use crate::kernel::prelude::*;
use crate::pages::member_words::{in_words, new_password, of, password_problem, summary};
use crate::pages::sign_in::view::quiet;
use app::joining::MemberProblem;
use app::links::{LinkHolder, LinkPurpose, OpenLink};
use domain::password::{LEAST_ALONE, LEAST_BESIDE_FACTOR, PasswordProblem};
use serde::Deserialize;

/// One button: be this made-up person.
pub fn demonstration(asker: &Asker, link: &OpenLink, holder: &LinkHolder) -> Markup {
    let w = asker.words;
    let mut frame = Frame::new(w, w.t("link-tab"), "");
    frame.width = Width::Reading;
    frame.practice = link.practice_name.as_deref();
    frame.help_href = Some("/help");
    let role = holder.main_role().map(|role| role_word(w, role)).unwrap_or_default();
    let button =
        w.with("demo-continue", &[("name", holder.name.as_str().into()), ("role", role.as_str().into())]);
    layout(
        &frame,
        html! {
            div.quiet-page.stack {
                h1 { (w.t("demo-heading")) }
                p { (w.t("demo-text")) }
                form method="post" data-submit-at-once { (Button::submit(&button).primary()) }
            }
        },
    )
}

/// Choosing a password: for the first time, or after a forgotten one.
pub fn password(
    asker: &Asker,
    link: &OpenLink,
    holder: &LinkHolder,
    wrong: Option<PasswordProblem>,
) -> Markup {
    let w = asker.words;
    let staff = holder.roles.is_staff();
    let first = link.purpose == LinkPurpose::Invitation;
    let practice = link.practice_name.clone().unwrap_or_default();
    let heading = if first { w.t("join-heading") } else { w.t("reset-heading") };
    let names = [("name", holder.name.as_str().into()), ("practice", practice.as_str().into())];
    let text = if first { w.with("join-text", &names) } else { w.with("reset-text", &names) };
    let error = wrong.map(|problem| password_problem(w, problem));
    let next = match (first, staff) {
        (true, true) => Some(w.t("join-next-staff")),
        (false, true) => Some(w.t("reset-next")),
        _ => None,
    };
    let email_label = w.t("sign-in-email");
    let problems: Vec<_> = error.iter().map(|text| ("password", text.clone())).collect();
    quiet(
        asker,
        &w.t("link-tab"),
        html! {
            h1 { (heading) }
            p { (text) }
            (summary(w, &problems))
            form method="post" {
                // For the password manager: whose password this is. Not sent to change anything.
                div.field {
                    label for="f-email" { (email_label) }
                    input type="email" id="f-email" value=(holder.email) autocomplete="username" readonly;
                }
                (new_password(w, if staff { LEAST_BESIDE_FACTOR } else { LEAST_ALONE }, error.as_deref()))
                @if let Some(next) = next { p.soft { (next) } }
                (Button::submit(&w.t("join-button")).primary())
            }
        },
    )
}

/// The form of the first start, as typed; the password is not among what comes back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SetUpFields {
    /// Name of the practice.
    pub practice: String,
    /// Its time zone.
    pub zone: String,
    /// The first person's name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// `too` when they treat clients as well.
    pub treats: String,
}

/// The first start: the practice and the person who runs it.
pub fn set_up(asker: &Asker, typed: &SetUpFields, wrong: &[(&'static str, MemberProblem)]) -> Markup {
    let w = asker.words;
    let problems = in_words(w, wrong);
    let line = |name: &'static str, label: &str, help: Option<&str>, input: Input<'_>| {
        let field = Field::new(name, label).error(of(&problems, name)).required();
        text_field(&help.map_or(field, |help| field.help(help)), &input)
    };
    let (too, not) = (w.t("set-up-treats-too"), w.t("set-up-treats-not"));
    let chosen = if typed.treats.is_empty() { "too" } else { typed.treats.as_str() };
    let treats = [Choice::of("too", &too, Some(chosen)), Choice::of("not", &not, Some(chosen))];
    let with = |kind, value, word| Input { autocomplete: Some(word), ..Input::of(kind, value) };
    quiet(
        asker,
        &w.t("set-up-heading"),
        html! {
            h1 { (w.t("set-up-heading")) }
            p { (w.t("set-up-text")) }
            (summary(w, &problems))
            form method="post" {
                (line("practice", &w.t("practice-name"), None, with(InputKind::Text, &typed.practice, "organization")))
                (line("zone", &w.t("zone"), Some(&w.t("zone-help")), Input::text(&typed.zone)))
                (line("name", &w.t("own-name"), None, with(InputKind::Text, &typed.name, "name")))
                (line("email", &w.t("sign-in-email"), Some(&w.t("email-help")), with(InputKind::Email, &typed.email, "username")))
                (new_password(w, LEAST_BESIDE_FACTOR, of(&problems, "password")))
                (radios(&Field::new("treats", &w.t("set-up-treats")), &treats))
                p.soft { (w.t("join-next-staff")) }
                (Button::submit(&w.t("join-button")).primary())
            }
        },
    )
}
