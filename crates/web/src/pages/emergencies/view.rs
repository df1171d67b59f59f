//! How these pages look, and the banner on every page of a record that is open in an emergency.

use crate::kernel::prelude::*;
use app::course::Emergency as Open;
use app::emergencies::{Emergencies, Emergency, EmergencyError, Notice, Wish};
use domain::emergency::{Finding, Reason};
use domain::ids::ClientId;
use jiff::Timestamp;

/// What is wrong with the form, at which field.
pub struct Wrong {
    pub field: &'static str,
    pub text: String,
}

/// What a refusal says at its field.
pub fn problem(w: Words, error: EmergencyError) -> Wrong {
    let (field, text) = match error {
        EmergencyError::NoReason => ("reason", w.t("emergency-no-reason")),
        EmergencyError::Words(_) => ("words", w.t("emergency-no-words")),
        EmergencyError::ReviewOverdue => ("who", w.t("emergency-overdue")),
        EmergencyError::NothingToReview => ("who", w.t("emergency-nobody")),
    };
    Wrong { field, text: text.into_owned() }
}

fn reason_words(w: Words, reason: Reason) -> String {
    let text = match reason {
        Reason::Danger => w.t("emergency-danger"),
        Reason::Unreachable => w.t("emergency-unreachable"),
        Reason::Asked => w.t("emergency-asked"),
        Reason::Inquiry => w.t("emergency-inquiry"),
    };
    text.into_owned()
}

/// The form that opens a record.
pub fn ask(signed: &Signed, wish: &Wish, wrong: Option<&Wrong>) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("emergency-tab"), w.t("emergency-heading"));
    frame.width = Width::Reading;
    let at = |field: &str| wrong.filter(|wrong| wrong.field == field).map(|wrong| wrong.text.as_str());
    let (who, who_help) = (w.t("emergency-who"), w.t("emergency-who-help"));
    let (reason, words, words_help) =
        (w.t("emergency-reason"), w.t("emergency-words"), w.t("emergency-words-help"));
    let reasons: Vec<(&str, String)> =
        Reason::ALL.iter().map(|reason| (reason.code(), reason_words(w, *reason))).collect();
    let chosen = wish.reason.map(Reason::code);
    let choices: Vec<Choice<'_>> =
        reasons.iter().map(|(code, text)| Choice::of(code, text, chosen)).collect();
    let off = Input { autocomplete: Some("off"), ..Input::text(&wish.who) };
    layout(
        &frame,
        html! {
            div.stack {
                (notice(Tone::Due, &w.t("emergency-before"), html! { p { (w.t("emergency-before-text")) } }))
                form method="post" action="/emergency" {
                    (text_field(&Field::new("who", &who).help(&who_help).error(at("who")).required(), &off))
                    (radios(&Field::new("reason", &reason).error(at("reason")).required(), &choices))
                    (text_area(&Field::new("words", &words).help(&words_help).error(at("words")).required(), &wish.words, 3))
                    (Button::submit(&w.t("emergency-open")).danger())
                }
            }
        },
    )
}

/// What stands on every page of the record while it is open: until when, and the way to close it.
pub fn banner(signed: &Signed, client: ClientId, open: Open) -> Markup {
    let w = signed.words();
    let values =
        [("minutes", open.minutes_left.into()), ("until", w.clock(open.until, &signed.who.zone).into())];
    notice(
        Tone::Act,
        &w.t("emergency-banner"),
        html! {
            p { (w.with("emergency-banner-text", &values)) }
            (post_button("/emergency/end", &[("client", &client.to_string())], &Button::submit(&w.t("emergency-end"))))
        },
    )
}

/// What somebody was told and has not said they read.
pub fn unread(signed: &Signed, notices: &[Notice], name_of: &dyn Fn(ClientId) -> Option<String>) -> Markup {
    let w = signed.words();
    html! {
        @for told in notices {
            @let name = told.client.and_then(name_of).unwrap_or_default();
            @let values = [
                ("who", told.who.clone().unwrap_or_default().into()),
                ("name", name.into()),
                ("when", w.moment(told.at, &signed.who.zone).into()),
            ];
            (notice(Tone::Watch, &w.t("notice-emergency"), html! {
                p { (w.with("notice-emergency-text", &values)) }
                (post_button(&format!("/notices/{}/read", told.id), &[], &Button::submit(&w.t("notice-read"))))
            }))
        }
    }
}

/// Everything that was opened in an emergency.
pub fn list(signed: &Signed, emergencies: &Emergencies, now: Timestamp) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("nav-emergencies"), w.t("nav-emergencies"));
    frame.here = "/emergencies";
    let name_of = |client: ClientId| {
        emergencies.names.iter().find(|(id, _)| *id == client).map(|(_, name)| name.clone())
    };
    frame.notices = vec![unread(signed, &emergencies.notices, &name_of)];
    layout(
        &frame,
        html! {
            div.stack {
                p.soft { (w.t("emergencies-text")) }
                @if emergencies.all.is_empty() { (empty_state(&w.t("emergencies-none"), "", None)) }
                @for emergency in &emergencies.all {
                    (one(signed, emergency, name_of(emergency.client).unwrap_or_default(), emergencies, now))
                }
            }
        },
    )
}

fn one(signed: &Signed, emergency: &Emergency, name: String, all: &Emergencies, now: Timestamp) -> Markup {
    let w = signed.words();
    let zone = &signed.who.zone;
    let title = w.with("emergency-of", &[("who", emergency.name.clone().into()), ("name", name.into())]);
    let facts = [
        (w.t("emergency-when"), html! { (w.moment(emergency.started_at, zone)) }),
        (w.t("emergency-reason"), html! { (reason_words(w, emergency.reason)) }),
        (w.t("emergency-words"), html! { bdi { (emergency.words) } }),
        (w.t("emergency-looks"), html! { (w.count(emergency.looks)) }),
    ];
    let facts: Vec<(&str, Markup)> = facts.iter().map(|(term, what)| (term.as_ref(), what.clone())).collect();
    let own = all.oneself == Some(emergency.account);
    let state = match &emergency.review {
        Some(review) => badge(Tone::Neutral, &finding_words(w, review.finding)),
        None if domain::emergency::review_is_overdue(emergency.started_at, now) => {
            badge(Tone::Watch, &w.t("emergency-review-late"))
        }
        None => badge(Tone::Due, &w.t("emergency-review-open")),
    };
    let body = html! {
        (definition_list(&facts))
        @match &emergency.review {
            Some(review) => p.soft {
                (w.with("emergency-reviewed", &[
                    ("who", review.by.clone().unwrap_or_default().into()),
                    ("when", w.moment(review.at, zone).into()),
                ]))
            },
            None if own => p.soft { (w.t("emergency-own")) },
            None => (review_form(w, emergency)),
        }
    };
    Card::new(&title, body).action(state).render()
}

fn review_form(w: Words, emergency: &Emergency) -> Markup {
    let action = format!("/emergencies/{}/review", emergency.id);
    html! {
        div.cluster {
            @for finding in Finding::ALL {
                (post_button(&action, &[("finding", finding.code())], &Button::submit(&finding_words(w, finding)).about(&emergency.name)))
            }
        }
    }
}

fn finding_words(w: Words, finding: Finding) -> String {
    let text = match finding {
        Finding::Justified => w.t("emergency-justified"),
        Finding::NotJustified => w.t("emergency-not-justified"),
    };
    text.into_owned()
}
