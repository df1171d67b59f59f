//! What the account page shows.

use crate::kernel::prelude::*;
use crate::pages::member_words::{new_password, of, summary};
use crate::pages::passkeys::view as passkeys;
use app::own_account::OwnAccount;
use domain::password::{LEAST_ALONE, LEAST_BESIDE_FACTOR};
use jiff::Timestamp;

/// What stands in the form for name and zone, and what is wrong anywhere on the page.
pub struct Draft {
    /// Name.
    pub name: String,
    /// Zone.
    pub zone: String,
    /// Problems by field.
    pub problems: Vec<(&'static str, String)>,
}

impl Draft {
    /// What is on record.
    pub fn of(own: &OwnAccount) -> Draft {
        Draft { name: own.account.name.clone(), zone: own.account.zone.clone(), problems: Vec::new() }
    }
}

/// The whole page.
pub fn page(signed: &Signed, own: &OwnAccount, draft: &Draft, now: Timestamp) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("account"), w.t("account"));
    frame.width = Width::Reading;
    layout(
        &frame,
        html! {
            (summary(w, &draft.problems))
            div.stack {
                (profile(w, own, draft))
                (password(w, own, draft))
                (factor(w, own))
                (passkeys::card(signed, own, of(&draft.problems, "passkey"), now))
                (sessions(signed, own, now))
            }
        },
    )
}

fn profile(w: Words, own: &OwnAccount, draft: &Draft) -> Markup {
    let (name, zone, zone_help) = (w.t("own-name"), w.t("zone"), w.t("zone-help"));
    let named = Input { autocomplete: Some("name"), ..Input::text(&draft.name) };
    let body = html! {
        p { (w.with("account-signs-in-with", &[("email", own.account.email.as_str().into())])) }
        form method="post" action="/account" {
            (text_field(&Field::new("name", &name).error(of(&draft.problems, "name")).required(), &named))
            (text_field(&Field::new("zone", &zone).help(&zone_help).error(of(&draft.problems, "zone")).required(), &Input::text(&draft.zone)))
            (Button::submit(&w.t("save")).primary())
        }
    };
    Card::new(&w.t("account-you"), body).render()
}

fn password(w: Words, own: &OwnAccount, draft: &Draft) -> Markup {
    let present = w.t("password-present");
    let field = Field::new("present", &present).error(of(&draft.problems, "present")).required();
    let input = Input { autocomplete: Some("current-password"), ..Input::of(InputKind::Password, "") };
    let least = if own.account.roles.is_staff() { LEAST_BESIDE_FACTOR } else { LEAST_ALONE };
    let body = html! {
        form method="post" action="/account/password" {
            // For the password manager: whose password this is.
            input.only-heard type="email" value=(own.account.email) autocomplete="username" readonly tabindex="-1"
                aria-hidden="true";
            (text_field(&field, &input))
            (new_password(w, least, of(&draft.problems, "password")))
            p.soft { (w.t("password-ends-sessions")) }
            (Button::submit(&w.t("password-change")))
        }
    };
    Card::new(&w.t("sign-in-password"), body).render()
}

fn factor(w: Words, own: &OwnAccount) -> Markup {
    let press = |to: &str, button: Button<'_>| post_button(to, &[], &button);
    let body = html! {
        @if own.factors.codes {
            div.stack {
                p { (badge(Tone::Well, &w.t("factor-on"))) " " (w.with("codes-left", &[("count", own.codes_left.into())])) }
                div.button-row {
                    (press("/account/recovery-codes", Button::submit(&w.t("recovery-renew"))))
                    (press("/account/factor", Button::submit(&w.t("factor-change"))))
                    @if !own.account.roles.is_staff() || own.factors.without_codes().any() {
                        (press("/account/factor/remove", Button::submit(&w.t("factor-remove")).plain()))
                    }
                }
            }
        } @else {
            div.stack {
                @if own.factors.any() {
                    p { (w.t("factor-off-passkey")) " " (w.with("codes-left", &[("count", own.codes_left.into())])) }
                } @else { p { (w.t("factor-off")) } }
                div.button-row {
                    (press("/account/factor", Button::submit(&w.t("factor-add"))))
                    @if own.factors.any() {
                        (press("/account/recovery-codes", Button::submit(&w.t("recovery-renew"))))
                    }
                }
            }
        }
    };
    Card::new(&w.t("factor-title"), body).render()
}

fn sessions(signed: &Signed, own: &OwnAccount, now: Timestamp) -> Markup {
    let w = signed.words();
    let zone = &signed.who.zone;
    let (device, since, seen, deed) =
        (w.t("session-device"), w.t("session-since"), w.t("session-seen"), w.t("session-deed"));
    let columns = [Column::text(&device), Column::text(&since), Column::text(&seen), Column::text(&deed)];
    let rows: Vec<Vec<Markup>> = own
        .sessions
        .iter()
        .map(|(glance, here)| {
            let name = browser_words(w, &glance.device);
            let end = Button::submit(&w.t("session-end")).about(&name).render();
            vec![
                html! { (name) },
                html! { (w.short_moment(glance.created_at, zone)) },
                html! { (w.since(glance.seen_at, now, zone)) },
                html! {
                    @if *here { (badge(Tone::Neutral, &w.t("session-here"))) }
                    @else {
                        form.post-button method="post" action="/account/sessions/end" {
                            (hidden("session", &glance.token_hash)) (end)
                        }
                    }
                },
            ]
        })
        .collect();
    let body = html! {
        (data_table(Caption::Heard(&w.t("sessions-title")), &columns, &rows))
        form.post-button method="post" action="/account/sessions/end-all" data-clears-drafts {
            (Button::submit(&w.t("sessions-end-all")))
        }
    };
    Card::new(&w.t("sessions-title"), body).render()
}

/// `Firefox on Android`, as far as a browser tells; its own words otherwise.
pub fn browser_words(w: Words, device: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(sign, _)| device.contains(sign)).map(|(_, name)| *name)
    };
    // Order matters: each browser also calls itself by the names of those below it.
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => {
            w.with("session-browser", &[("browser", browser.into()), ("system", system.into())])
        }
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) if device.is_empty() => w.t("session-unknown").into_owned(),
        (None, None) => device.chars().take(60).collect(),
    }
}
