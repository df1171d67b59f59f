//! The step before the signature: what is missing, why, and what signing means.

use super::{read, words};
use crate::kernel::door::Signed;
use crate::pages::chart::{self, ChartTab};
use crate::ui::prelude::*;
use app::notes::{Gap, Need, SessionPage, SkipReason};

/// What was answered on the page, and what stopped it.
#[derive(Default)]
pub struct Answered {
    /// Code of the reason.
    pub reason: String,
    /// In words.
    pub note: String,
    /// What is wrong with the answer.
    pub problem: Option<String>,
    /// The note was changed since the page was opened.
    pub changed: bool,
}

/// The whole page.
pub fn page(signed: &Signed, page: &SessionPage, answered: &Answered) -> Markup {
    let w = signed.words();
    let mut frame = read::frame(signed, page);
    frame.heading = w.with("sign-heading", &[("session", page.session.number.into())]);
    frame.crumbs.push(Crumb { href: read::address(page, "").into(), text: w.t("note-back").into_owned() });
    let musts: Vec<Gap> = of_need(page, Need::Must);
    let usual: Vec<Gap> = of_need(page, Need::Reason);
    let stopped = page.open_risks > 0 || !musts.is_empty();
    layout(
        &frame,
        html! {
            (chart::top(w, &page.head, ChartTab::Sessions))
            div.note-page {
                @if answered.changed { (notice(Tone::Watch, &w.t("sign-changed"), html! {})) }
                @if page.open_risks > 0 { (open_risk(w, page)) }
                @if !musts.is_empty() {
                    (notice(Tone::Due, &w.t("sign-must"), gap_list(w, page, &musts)))
                }
                @if !stopped { (form(w, page, &usual, answered)) }
                @if stopped && !usual.is_empty() { (Card::new("", html! { p { (w.t("sign-optional")) } (gap_list(w, page, &usual)) })) }
                section.part {
                    div.part-head { h2 { (w.t("sign-read-again")) } }
                    (read::note(w, &page.session.note, &page.labels))
                }
            }
        },
    )
}

/// The banner that leads to the open risk.
pub fn open_risk(w: Words, page: &SessionPage) -> Markup {
    let title = w.with("note-risk-open", &[("count", page.open_risks.into())]);
    let href = chart::path(page.head.episode, "risks");
    notice(
        Tone::Act,
        &title,
        html! {
            p { (w.t("note-risk-open-text")) }
            p { (Button::link(&w.t("do-answer-risk"), &href)) }
        },
    )
}

fn of_need(page: &SessionPage, need: Need) -> Vec<Gap> {
    page.gaps.iter().copied().filter(|gap| gap.need() == need).collect()
}

fn gap_list(w: Words, page: &SessionPage, gaps: &[Gap]) -> Markup {
    html! {
        ul {
            @for gap in gaps {
                @let (text, field) = words::gap(w, *gap);
                li { a href={ (read::address(page, "")) "#" (field_id(field)) } { (text) } }
            }
        }
    }
}

fn form(w: Words, page: &SessionPage, usual: &[Gap], answered: &Answered) -> Markup {
    let reasons: Vec<(&str, String)> =
        SkipReason::ALL.iter().map(|reason| (reason.code(), words::skipped(w, *reason))).collect();
    let choices: Vec<Choice<'_>> =
        reasons.iter().map(|(code, text)| Choice::of(code, text, Some(&answered.reason))).collect();
    let (label, note_label, optional) = (w.t("sign-reason"), w.t("sign-reason-note"), w.t("optional"));
    let reason = Field::new("reason", &label).error(answered.problem.as_deref()).required();
    let note = Field::new("reason_note", &note_label).optional(&optional);
    let body = html! {
        form method="post" action=(read::address(page, "sign")) {
            (hidden("version", &page.session.version.to_string()))
            @if usual.is_empty() {
                p { (w.t("sign-ready")) }
            } @else {
                p { (w.t("sign-optional")) }
                (gap_list(w, page, usual))
                (radios(&reason, &choices))
                (text_field(&note, &Input::text(&answered.note)))
            }
            p { (w.t("sign-text")) }
            (Button::submit(&w.t("sign-button")).primary().icon(Icon::Lock))
        }
    };
    Card::new("", body).render()
}
