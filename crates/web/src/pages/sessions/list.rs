//! All sessions of a course: held, open, missed, and the next one.

use super::words;
use crate::kernel::door::Signed;
use crate::kernel::once::once;
use crate::pages::chart::{self, ChartTab};
use crate::ui::prelude::*;
use app::course::MayWrite;
use app::notes::{Mode, SessionList, TherapySession};
use domain::episode::Stand;
use jiff::civil::Date;
use protocol::MissedReason;

/// What was chosen for the next session, and what is wrong with it.
pub struct Next {
    /// The day, as typed.
    pub held_on: String,
    /// Code of the mode.
    pub mode: String,
    /// What is wrong, in words.
    pub problem: Option<String>,
}

impl Next {
    /// Today, in person.
    pub fn on(today: Date) -> Next {
        Next { held_on: today.to_string(), mode: Mode::InPerson.code().to_owned(), problem: None }
    }
}

/// The whole page.
pub fn page(signed: &Signed, list: &SessionList, next: &Next) -> Markup {
    let w = signed.words();
    let frame = chart::frame(signed, &list.head, ChartTab::Sessions, w.t("chart-sessions"));
    let writes = list.head.may_write != MayWrite::No;
    layout(
        &frame,
        html! {
            (chart::top(w, &list.head, ChartTab::Sessions))
            div.stack {
                @if list.next.is_none() && let Some(problem) = &next.problem {
                    (notice(Tone::Watch, problem, html! {}))
                }
                @if writes && let Some(number) = list.next { (next_form(w, list, number, next)) }
                @if list.sessions.is_empty() {
                    (empty_state(&w.t("sessions-empty-title"), &w.t("sessions-empty-text"), None))
                } @else {
                    (Card::new(&w.t("sessions-held-title"), table(w, list)))
                }
                @if writes && list.head.summary.stand == Stand::Active { (missed_form(w, list)) }
                @if !list.missed.is_empty() { (Card::new(&w.t("sessions-missed-title"), missed(w, list)).look(CardLook::Aside)) }
            }
        },
    )
}

fn table(w: Words, list: &SessionList) -> Markup {
    let caption = w.t("sessions-held-title");
    let row = |session: &TherapySession| {
        let href = chart::path(list.head.episode, &format!("sessions/{}", session.number));
        let name = w.with("session-heading", &[("session", session.number.into())]);
        let state = match session.signed {
            Some(_) => badge(Tone::Well, &w.t("session-state-signed")),
            None => badge(Tone::Due, &w.t("session-state-open")),
        };
        vec![
            html! { a href=(href) { (name) } },
            html! { (w.weekday_date(session.held_on)) },
            html! { (words::mode(w, session.note.mode)) },
            state,
        ]
    };
    let titles = [
        w.t("sessions-column-session"),
        w.t("sessions-column-day"),
        w.t("sessions-column-mode"),
        w.t("sessions-column-state"),
    ];
    let columns: Vec<Column<'_>> = titles.iter().map(|title| Column::text(title)).collect();
    let rows: Vec<Vec<Markup>> = list.sessions.iter().rev().map(row).collect();
    data_table(Caption::Heard(&caption), &columns, &rows)
}

fn next_form(w: Words, list: &SessionList, number: u16, next: &Next) -> Markup {
    let modes: Vec<(&str, String)> =
        Mode::ALL.iter().map(|mode| (mode.code(), words::mode(w, *mode))).collect();
    let choices: Vec<Choice<'_>> =
        modes.iter().map(|(code, text)| Choice::of(code, text, Some(&next.mode))).collect();
    let planned = list.head.summary.sessions_planned;
    let text = w.with("sessions-next-text", &[("session", number.into()), ("planned", planned.into())]);
    let (label, help) = (w.t("sessions-held-on"), w.t("sessions-held-on-help"));
    let day = Field::new("held_on", &label).help(&help).error(next.problem.as_deref()).required();
    let form = html! {
        p { (text) }
        form method="post" action=(chart::path(list.head.episode, "sessions")) {
            (once())
            (hidden("session", &number.to_string()))
            div.fields {
                (date_field(&day, &next.held_on))
                (radios(&Field::new("mode", &w.t("sessions-mode")), &choices))
            }
            (Button::submit(&w.with("sessions-open-button", &[("session", number.into())])).primary().icon(Icon::Note))
        }
    };
    Card::new(&w.t("sessions-next-title"), form).render()
}

fn missed_form(w: Words, list: &SessionList) -> Markup {
    let reasons: Vec<(&str, String)> = super::MISSED
        .iter()
        .map(|(code, reason): &(&str, MissedReason)| (*code, words::missed(w, *reason)))
        .collect();
    let choices: Vec<Choice<'_>> = reasons.iter().map(|(code, text)| Choice::of(code, text, None)).collect();
    disclosure(
        &w.t("sessions-missed-open"),
        html! {
            p { (w.t("sessions-missed-text")) }
            form method="post" action=(chart::path(list.head.episode, "missed-sessions")) {
                (once())
                (radios(&Field::new("reason", &w.t("sessions-missed-reason")).required(), &choices))
                (Button::submit(&w.t("sessions-missed-button")))
            }
        },
    )
}

fn missed(w: Words, list: &SessionList) -> Markup {
    html! {
        ul { @for (on, reason) in &list.missed { li { (w.weekday_date(*on)) " · " (words::missed(w, *reason)) } } }
    }
}
