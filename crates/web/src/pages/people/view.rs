//! What the pages about people show.

use crate::kernel::door::role_word;
use crate::kernel::once::once;
use crate::kernel::prelude::*;
use crate::pages::member_words::{of, summary};
use crate::pages::paging::steps;
use app::people::{Member, MemberForm, PeopleError};
use domain::account::{AccountState, Role, Roles};
use jiff::Timestamp;

/// A frame of this family of pages.
fn frame<'a>(signed: &'a Signed, heading: String) -> Frame<'a> {
    let w = signed.words();
    let mut frame = signed.frame(w.t("nav-people"), heading);
    frame.here = "/people";
    frame.width = Width::Reading;
    frame.crumbs = vec![Crumb { href: "/people".into(), text: w.t("nav-people").into_owned() }];
    frame
}

/// The roles of somebody, in words.
pub fn roles_words(w: Words, roles: &Roles) -> String {
    roles.iter().map(|role| role_word(w, role)).collect::<Vec<_>>().join(", ")
}

/// Where an account stands, as a badge.
fn state_badge(w: Words, member: &Member) -> Markup {
    match member.account.state {
        AccountState::Invited => badge(Tone::Due, &w.t("account-invited")),
        AccountState::Active => badge(Tone::Well, &w.t("account-active")),
        AccountState::Disabled => badge(Tone::Neutral, &w.t("account-disabled")),
    }
}

/// Everybody with an account.
pub fn list(signed: &Signed, people: Vec<Member>, number: usize, now: Timestamp) -> Markup {
    let w = signed.words();
    let page = domain::paging::page(people, number);
    let mut frame = signed.frame(w.t("nav-people"), w.t("nav-people"));
    frame.here = "/people";
    frame.actions =
        Some(html! { (Button::link(&w.t("people-invite"), "/people/new").primary().icon(Icon::Plus)) });
    let (name, roles, state, seen) =
        (w.t("people-name"), w.t("people-roles"), w.t("people-state"), w.t("people-seen"));
    let columns = [Column::text(&name), Column::text(&roles), Column::text(&state), Column::text(&seen)];
    let rows: Vec<Vec<Markup>> = page
        .entries
        .iter()
        .map(|member| {
            vec![
                html! { a href=(format!("/people/{}", member.account.id)) { bdi { (member.account.name) } } },
                html! { (roles_words(w, &member.account.roles)) },
                state_badge(w, member),
                html! { (seen_words(signed, member, now)) },
            ]
        })
        .collect();
    let table = data_table(Caption::Heard(&w.t("nav-people")), &columns, &rows);
    layout(&frame, html! { (table) (steps(w, "/people", page.number, page.of)) })
}

fn seen_words(signed: &Signed, member: &Member, now: Timestamp) -> String {
    let w = signed.words();
    match member.signed_in_at {
        Some(at) => w.since(at, now, &signed.who.zone),
        None => w.t("people-never").into_owned(),
    }
}

/// Inviting a member of staff.
pub fn new(
    signed: &Signed,
    typed: &MemberForm,
    roles: &Roles,
    problems: &[(&'static str, String)],
) -> Markup {
    let w = signed.words();
    let (name, email, zone) = (w.t("people-name"), w.t("sign-in-email"), w.t("zone"));
    let (zone_help, optional) = (w.t("people-zone-help"), w.t("optional"));
    let zone_field = Field::new("zone", &zone).help(&zone_help).error(of(problems, "zone"));
    let off = |kind, value| Input { autocomplete: Some("off"), ..Input::of(kind, value) };
    layout(
        &frame(signed, w.t("people-invite").into_owned()),
        html! {
            (summary(w, problems))
            form method="post" data-guard {
                (once())
                (text_field(&Field::new("name", &name).error(of(problems, "name")).required(), &off(InputKind::Text, &typed.name)))
                (text_field(&Field::new("email", &email).error(of(problems, "email")).required(), &off(InputKind::Email, &typed.email)))
                (role_boxes(w, roles, of(problems, "roles")))
                (text_field(&zone_field.optional(&optional), &off(InputKind::Text, &typed.zone)))
                p.soft { (w.t("people-invite-text")) }
                (Button::submit(&w.t("people-make-link")).primary())
            }
        },
    )
}

fn role_boxes(w: Words, roles: &Roles, error: Option<&str>) -> Markup {
    let label = w.t("people-roles");
    let texts = Role::STAFF.map(|role| {
        let hint = match role {
            Role::Administrator => w.t("role-administrator-hint"),
            Role::Therapist => w.t("role-therapist-hint"),
            Role::Trainee => w.t("role-trainee-hint"),
            Role::PrivacyOfficer => w.t("role-privacy-officer-hint"),
            Role::FrontDesk => w.t("role-front-desk-hint"),
            Role::Supervisor | Role::Client | Role::Guardian => w.t("role-supervisor-hint"),
        };
        (role, role_word(w, role), hint)
    });
    let choices: Vec<Choice<'_>> = texts
        .iter()
        .map(|(role, text, hint)| Choice {
            value: role.code(),
            text,
            hint: Some(hint),
            chosen: roles.has(*role),
        })
        .collect();
    check_boxes(&Field::new("roles", &label).error(error), &choices)
}

/// One person: who they are, and what may be done about their account.
pub fn member(signed: &Signed, member: &Member, refused: Option<&PeopleError>, now: Timestamp) -> Markup {
    let w = signed.words();
    let account = &member.account;
    let own = account.id == signed.who.person.account;
    let factor = if member.has_factor { w.t("people-factor-yes") } else { w.t("people-factor-no") };
    let facts = [
        (w.t("sign-in-email"), html! { (account.email) }),
        (w.t("people-roles"), html! { (roles_words(w, &account.roles)) }),
        (w.t("people-state"), state_badge(w, member)),
        (w.t("people-seen"), html! { (seen_words(signed, member, now)) }),
        (w.t("factor-title"), html! { (factor) }),
        (w.t("zone"), html! { (account.zone) }),
    ];
    let facts: Vec<(&str, Markup)> =
        facts.iter().map(|(term, value)| (term.as_ref(), value.clone())).collect();
    let trail = format!("/audit?person={}", account.id);
    layout(
        &frame(signed, account.name.clone()),
        html! {
            @if let Some(refused) = refused {
                (notice(Tone::Watch, "", html! { p { (refusal_words(w, refused)) } }))
            }
            div.stack {
                (Card::new("", definition_list(&facts)).foot(html! { a href=(trail) { (w.t("people-trail")) } }))
                @if own {
                    p { (w.t("people-own")) " " a href="/account" { (w.t("account")) } }
                } @else {
                    (deeds(w, member))
                }
            }
        },
    )
}

fn deeds(w: Words, member: &Member) -> Markup {
    let account = &member.account;
    let to = |deed: &str| format!("/people/{}/{deed}", account.id);
    let (link, roles, anew, disable, enable) =
        (to("link"), to("roles"), to("start-anew"), to("disable"), to("enable"));
    html! {
        @match account.state {
            AccountState::Invited => {
                (Card::new(&w.t("people-link"), html! { div.stack {
                    p { (w.t("people-invited-text")) }
                    (post_button(&link, &[("purpose", "invitation")], &Button::submit(&w.t("people-new-link"))))
                } }))
            }
            AccountState::Active => {
                (Card::new(&w.t("people-link"), html! { div.stack {
                    p { (w.t("people-reset-text")) }
                    (post_button(&link, &[("purpose", "reset")], &Button::submit(&w.t("people-reset"))))
                    @if account.roles.is_staff() {
                        (confirm(&w.t("people-anew"), &w.t("people-anew-text"), &anew, &[], &Button::submit(&w.t("people-anew-button")).danger()))
                    }
                } }))
            }
            AccountState::Disabled => {
                (Card::new(&w.t("people-disabled-title"), html! { div.stack {
                    p { (w.t("people-disabled-text")) }
                    (post_button(&enable, &[], &Button::submit(&w.t("people-enable"))))
                } }))
            }
        }
        @if account.roles.is_staff() && account.state != AccountState::Disabled {
            (Card::new(&w.t("people-roles"), html! {
                form method="post" action=(roles) {
                    (role_boxes(w, &account.roles, None))
                    p.soft { (w.t("people-roles-text")) }
                    (Button::submit(&w.t("people-roles-save")))
                }
            }))
        }
        @if account.state != AccountState::Disabled {
            (confirm(&w.t("people-disable"), &w.t("people-disable-text"), &disable, &[], &Button::submit(&w.t("people-disable")).danger()))
        }
    }
}

fn refusal_words(w: Words, refused: &PeopleError) -> String {
    match refused {
        PeopleError::LastAdministrator => w.t("people-last-administrator").into_owned(),
        PeopleError::OwnAccount => w.t("people-own").into_owned(),
        PeopleError::Form(_) => w.t("problem-roles").into_owned(),
        PeopleError::AddressTaken
        | PeopleError::NoSuchAccount
        | PeopleError::NoSuchClient
        | PeopleError::WrongState(_) => w.t("people-changed").into_owned(),
    }
}

/// A link, this once, to be handed over.
pub fn handed(signed: &Signed, name: &str, address: &str, back: &str) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("handed-tab"), w.t("handed-heading"));
    frame.width = Width::Reading;
    let label = w.with("handed-label", &[("name", name.into())]);
    layout(
        &frame,
        html! {
            div.stack {
            p { (w.with("handed-text", &[("name", name.into())])) }
            div.field {
                label for="f-link" { (label) }
                input.handed-link type="text" id="f-link" value=(address) readonly;
            }
            (notice(Tone::Due, "", html! { p { (w.t("handed-once")) } }))
            p { (Button::link(&w.t("handed-back"), back).primary()) }
            }
        },
    )
}
