//! One record: when it may end, what keeps it, and the page that ends it.

use super::list::{href, reason};
use crate::kernel::prelude::*;
use crate::pages::clients::text_problem;
use app::erasure::{NotYet, Reason, RecordEnd};
use domain::text::TextError;

fn frame<'a>(signed: &'a Signed, end: &RecordEnd, heading: &str) -> Frame<'a> {
    let w = signed.words();
    let mut frame = signed.frame(w.t("erasures-heading"), heading.to_owned());
    frame.here = "/erasures";
    frame.width = Width::Reading;
    frame.crumbs = vec![
        Crumb { text: w.t("erasures-heading").into_owned(), href: "/erasures".into() },
        Crumb { text: end.name.clone(), href: href(end.client).into() },
    ];
    frame
}

/// The record, what keeps it, and how to set or lift a hold.
pub fn page(signed: &Signed, end: &RecordEnd, problem: Option<TextError>) -> Markup {
    let w = signed.words();
    let facts = definition_list(&[
        (&w.t("erasures-last-contact"), html! { (w.date(end.last_contact)) }),
        (
            &w.t("erasures-kept-for"),
            html! { (w.with("erasures-kept-years", &[("years", i64::from(end.years).into())])) },
        ),
        (&w.t("erasures-possible-from"), html! { (w.date(end.from)) }),
    ]);
    layout(
        &frame(signed, end, &end.name),
        html! {
            div.stack {
                (standing(w, end))
                (Card::new(&w.t("erasures-retention"), facts))
                (Card::new(&w.t("erasures-hold"), hold(signed, end, problem)))
                @if end.may.is_ok() {
                    p { (Button::link(&w.t("erasures-erase-open"), &format!("{}/erase", href(end.client))).danger()) }
                }
            }
        },
    )
}

fn standing(w: Words, end: &RecordEnd) -> Markup {
    let (tone, title) = match end.may {
        Ok(()) => (Tone::Due, w.t("erasures-may").into_owned()),
        Err(NotYet::Held) => (Tone::Watch, w.t("erasures-held").into_owned()),
        Err(NotYet::TooEarly { from }) => {
            (Tone::Info, w.with("erasures-too-early", &[("date", w.date(from).into())]))
        }
    };
    notice(tone, &title, html! {})
}

fn hold(signed: &Signed, end: &RecordEnd, problem: Option<TextError>) -> Markup {
    let w = signed.words();
    let problem = problem.map(|problem| text_problem(w, problem));
    let (label, help) = (w.t("erasures-hold-reason"), w.t("erasures-hold-help"));
    let field = Field::new("reason", &label).help(&help).error(problem.as_deref()).required();
    let action = |part: &str| format!("{}/{part}", href(end.client));
    html! {
        @if let Some(hold) = &end.hold {
            p { (w.with("erasures-hold-since", &[("when", w.moment(hold.set_at, &signed.who.zone).into())])) " " bdi { (hold.reason) } }
            (confirm(&w.t("erasures-lift"), &w.t("erasures-lift-text"), &action("lift"), &[], &Button::submit(&w.t("erasures-lift-button"))))
        } @else {
            p { (w.t("erasures-hold-text")) }
            form method="post" action=(action("hold")) {
                (text_field(&field, &Input::text("")))
                (Button::submit(&w.t("erasures-hold-button")))
            }
        }
    }
}

/// The last page before the end: what will be gone, and the name to type.
pub fn ask(signed: &Signed, end: &RecordEnd, wrong: bool) -> Markup {
    let w = signed.words();
    let problem = wrong.then(|| w.t("erasures-name-problem").into_owned());
    let (label, help) =
        (w.t("erasures-name"), w.with("erasures-name-help", &[("name", end.name.clone().into())]));
    let field = Field::new("name", &label).help(&help).error(problem.as_deref()).required();
    let words: Vec<(&str, String)> =
        Reason::ALL.iter().map(|known| (known.code(), reason(w, *known))).collect();
    let choices: Vec<Choice<'_>> = words
        .iter()
        .map(|(code, text)| Choice::of(code, text, Some(Reason::RetentionPassed.code())))
        .collect();
    layout(
        &frame(signed, end, &w.t("erasures-erase")),
        html! {
            (notice(Tone::Act, &w.t("erasures-erase-title"), html! {
                p { (w.t("erasures-erase-text")) }
                p { (w.t("erasures-erase-left")) }
            }))
            form method="post" {
                (radios(&Field::new("reason", &w.t("erasures-why")).required(), &choices))
                (text_field(&field, &Input { autocomplete: Some("off"), ..Input::text("") }))
                (Button::submit(&w.t("erasures-erase-button")).danger())
            }
        },
    )
}
