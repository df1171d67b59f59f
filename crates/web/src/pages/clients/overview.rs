//! One page before the session: who it is, where the course stands, what is due and why.

use super::care::relation_word;
use crate::kernel::door::Signed;
use crate::kernel::once::once;
use crate::pages::chart::{self, ChartTab};
use crate::pages::emergencies;
use crate::ui::prelude::*;
use app::clients::{Current, Overview};
use app::course::MayWrite;
use domain::episode::Stand;
use jiff::civil::Date;
use protocol::Protocol;

/// The whole page.
pub fn page(signed: &Signed, overview: &Overview, protocols: &[&Protocol], today: Date) -> Markup {
    let w = signed.words();
    let particulars = &overview.client.particulars;
    let mut frame = signed.frame(w.t("chart-tab-title"), particulars.spoken_name());
    frame.here = "/clients";
    frame.crumbs = vec![Crumb { href: "/clients".into(), text: w.t("nav-clients").into_owned() }];
    let client = overview.client.id;
    frame.notices.extend(overview.emergency.map(|open| emergencies::banner(signed, client, open)));
    layout(
        &frame,
        html! {
            @if let Some(current) = &overview.current { (chart::top(w, &current.head, ChartTab::Overview)) }
            div.stack {
                @match &overview.current {
                    Some(current) => (course(w, current, today)),
                    None if overview.may_write != MayWrite::No => (start_form(w, overview, protocols, today)),
                    None => {}
                }
                (about(w, overview, today))
                @if overview.may_write != MayWrite::No && overview.current.as_ref().is_some_and(|current| current.head.summary.stand == Stand::Ended) {
                    (start_form(w, overview, protocols, today))
                }
            }
        },
    )
}

fn course(w: Words, current: &Current, today: Date) -> Markup {
    let summary = &current.head.summary;
    html! {
        @if summary.open_risks > 0 {
            (notice(Tone::Act, &w.t("risk-open-title"), html! {
                p { (w.t("risk-open-text")) }
                p { (Button::link(&w.t("do-answer-risk"), &chart::path(current.episode.id, "risks")).primary()) }
            }))
        }
        (strip(w, current))
        @if summary.stand == Stand::Active && current.head.may_write != MayWrite::No {
            (next_session(w, current))
        }
        div.columns {
            (Card::new(&w.t("overview-due"), due(w, current)))
            (Card::new(&w.t("overview-scores"), scores(w, current, today))
                .action(Button::link(&w.t("do-see-progress"), &chart::path(current.episode.id, "measures"))))
            (Card::new(&w.t("overview-homework"), homework(w, current, today))
                .action(Button::link(&w.t("chart-homework"), &chart::path(current.episode.id, "homework"))))
            @if let Some(gate) = gate(w, current) { (gate) }
        }
        @if summary.stand == Stand::Ended {
            p { (Button::link(&w.t("overview-summary"), &chart::path(current.episode.id, "summary")).icon(Icon::Print)) }
        }
    }
}

/// What was agreed and not yet looked at, and what became of it.
fn homework(w: Words, current: &Current, today: Date) -> Markup {
    html! {
        @if current.homework.is_empty() { p { (w.t("overview-no-homework")) } }
        ul.due-list {
            @for step in &current.homework {
                @let due = step.body.due_on;
                li { bdi { (step.body.task) } " " span.quiet-words { (w.with("overview-homework-due", &[("when", w.days_apart(due, today).into())])) } }
            }
        }
    }
}

/// The next gate and what still blocks it.
fn gate(w: Words, current: &Current) -> Option<Markup> {
    let next = current.gates.iter().find(|gate| !gate.passed)?;
    let body = html! {
        @if next.missing.is_empty() { p { (w.t("overview-gate-open")) } } @else { p { (w.t("overview-gate-blocked")) } }
        ul { @for missing in &next.missing { li { (missing) } } }
    };
    let href = chart::path(current.episode.id, &format!("gates/{}", next.id));
    Some(html! { (Card::new(&next.title, body).action(Button::link(&w.t("overview-gate-see"), &href))) })
}

/// The course as a strip of sessions in phases, and the same in words.
fn strip(w: Words, current: &Current) -> Markup {
    let summary = &current.head.summary;
    let now = summary.open_session.unwrap_or(summary.sessions_held + 1);
    let marks: Vec<(String, Vec<SessionMark>)> = current
        .phases
        .iter()
        .map(|span| {
            let mark = |n: u16| match n {
                _ if n < now => SessionMark::Held,
                _ if n == now => SessionMark::Now,
                _ => SessionMark::Ahead,
            };
            let last = span.to.min(summary.sessions_planned);
            (chart::phase_word(w, span.phase), (span.from..=last).map(mark).collect())
        })
        .collect();
    let phases: Vec<PhaseStrip<'_>> =
        marks.iter().map(|(name, sessions)| PhaseStrip { name, state: "", sessions }).collect();
    let left = summary.sessions_planned.saturating_sub(summary.sessions_held);
    let text = w.with(
        "course-words",
        &[
            ("standing", chart::standing(w, summary).into()),
            ("left", left.into()),
            ("end", summary.ends_on.map_or_else(String::new, |on| w.date(on)).into()),
        ],
    );
    course_strip(&text, &phases)
}

/// What is due now, each with the way to do it, and what blocks the next gate.
fn due(w: Words, current: &Current) -> Markup {
    let marks = &current.head.summary.due;
    html! {
        @if marks.is_empty() { p { (w.t("due-nothing")) } }
        ul.due-list {
            @for mark in marks {
                li {
                    (badge(if mark.overdue { Tone::Watch } else { Tone::Due }, &if mark.overdue { w.t("due-overdue") } else { w.t("due-now") }))
                    " " a href=(chart::path(current.episode.id, &format!("tasks/{}", mark.task))) { (mark.title) }
                }
            }
        }
        p { a href=(chart::path(current.episode.id, "plans")) { (w.t("overview-all-tasks")) } }
    }
}

fn scores(w: Words, current: &Current, today: Date) -> Markup {
    let summary = &current.head.summary;
    html! {
        @match (&summary.baseline, &summary.latest) {
            (Some(first), Some(last)) => {
                (definition_list(&[
                    (&w.t("score-first"), score(w, first, today)),
                    (&w.t("score-latest"), score(w, last, today)),
                ]))
            }
            _ => p { (w.t("score-none-yet")) }
        }
    }
}

fn score(w: Words, mark: &domain::episode::ScoreMark, today: Date) -> Markup {
    let total = mark.total.map_or_else(|| w.t("score-none").into_owned(), |total| w.figure(total));
    html! {
        strong { (total) } " " (mark.severity.clone().unwrap_or_default())
        ", " (w.days_apart(mark.on, today))
    }
}

fn next_session(w: Words, current: &Current) -> Markup {
    let summary = &current.head.summary;
    match (summary.open_session, current.course.next_session) {
        (Some(open), _) => {
            let href = chart::path(current.episode.id, &format!("sessions/{open}"));
            html! { p { (Button::link(&w.with("session-continue", &[("session", open.into())]), &href).primary().icon(Icon::Note)) } }
        }
        (None, Some(next)) => {
            let action = chart::path(current.episode.id, "sessions");
            post_button(
                &action,
                &[("session", &next.to_string())],
                &Button::submit(&w.with("session-open", &[("session", next.into())]))
                    .primary()
                    .icon(Icon::Note),
            )
        }
        (None, None) => html! {},
    }
}

/// Who it is, how to reach them, who else is involved.
fn about(w: Words, overview: &Overview, today: Date) -> Markup {
    let particulars = &overview.client.particulars;
    let treats = overview.may_write == MayWrite::All;
    let none = || w.t("not-given").into_owned();
    let born = particulars.born_on.map_or_else(none, |on| {
        let years = particulars.age_years(today).unwrap_or(0);
        w.with("born-age", &[("date", w.date(on).into()), ("years", years.into())])
    });
    let staff: Vec<String> = overview
        .holders
        .iter()
        .map(|holder| format!("{} ({})", holder.name, relation_word(w, holder.relation)))
        .collect();
    let text = |value: &Option<String>| html! { bdi { (value.clone().unwrap_or_else(none)) } };
    let list = definition_list(&[
        (&w.t("client-name"), html! { bdi { (particulars.name) } }),
        (&w.t("client-born"), html! { (born) }),
        (&w.t("client-phone"), text(&particulars.phone)),
        (&w.t("client-email"), text(&particulars.email)),
        (&w.t("client-emergency"), text(&particulars.emergency_contact)),
        (
            &w.t("client-staff"),
            html! { (staff.join(", ")) @if treats { " " a href=(format!("/clients/{}/care", overview.client.id)) { (w.t("change")) } } },
        ),
        (
            &w.t("client-account"),
            html! {
                @if overview.client.account.is_some() { (w.t("client-account-yes")) } @else { (w.t("client-account-no")) }
                @if treats { " " a href=(format!("/clients/{}/account", overview.client.id)) { (w.t("people-make-link")) } }
            },
        ),
    ]);
    let href = format!("/clients/{}/particulars", overview.client.id);
    let opened = format!("/clients/{}/history", overview.client.id);
    let list = html! {
        (list)
        @if treats { p { a href=(opened) { (w.t("history-heading-staff")) } } }
    };
    let title = w.t("client-particulars");
    let card = Card::new(&title, list).look(CardLook::Aside);
    html! { @if treats { (card.action(Button::link(&w.t("change"), &href))) } @else { (card) } }
}

fn start_form(w: Words, overview: &Overview, protocols: &[&Protocol], today: Date) -> Markup {
    let age = overview.client.particulars.age_years(today);
    let suggested = if age.is_some_and(|age| age < 18) { "ipta12" } else { "ipt16_adult" };
    let ids: Vec<(String, &str, &str)> =
        protocols.iter().map(|p| (p.id.to_string(), p.title.as_str(), p.population.as_str())).collect();
    let choices: Vec<Choice<'_>> =
        ids.iter().map(|(id, title, hint)| Choice::of(id, title, Some(suggested)).hint(hint)).collect();
    let action = format!("/clients/{}/course", overview.client.id);
    html! {
        (Card::new(&w.t("course-start"), html! {
            p { (w.t("course-start-text")) }
            form method="post" action=(action) {
                (once())
                (radios(&Field::new("protocol", &w.t("course-protocol")).required(), &choices))
                (date_field(&Field::new("starts_on", &w.t("course-starts-on")), &today.to_string()))
                (Button::submit(&w.t("course-start-button")).primary())
            }
        }))
    }
}
