//! Everything a course asks for, phase by phase, with its gates.

use crate::kernel::door::Signed;
use crate::pages::chart::{self, ChartTab};
use crate::ui::prelude::*;
use app::content::Content;
use app::course::MayWrite;
use app::plans::{GateLine, Overdue, Plans, Stamp, TaskLine};
use domain::ids::EpisodeId;
use domain::plans::Place;
use protocol::{Phase, TaskPhase, TaskStatus};

/// The whole page.
pub fn page(signed: &Signed, content: &Content, plans: &Plans) -> Markup {
    let w = signed.words();
    let mut frame = chart::frame(signed, &plans.head, ChartTab::Plans, w.t("chart-plans"));
    let summary = chart::path(plans.head.episode, "summary");
    frame.actions = Some(html! { (Button::link(&w.t("summary-open"), &summary).icon(Icon::Print)) });
    let parts = [
        (w.t("plans-before"), TaskPhase::Before, None),
        (w.t("phase-initial"), TaskPhase::Initial, Some(Phase::Initial)),
        (w.t("plans-any"), TaskPhase::Any, None),
        (w.t("phase-middle"), TaskPhase::Middle, Some(Phase::Middle)),
        (w.t("phase-ending"), TaskPhase::Ending, Some(Phase::Ending)),
    ];
    layout(
        &frame,
        html! {
            (chart::top(w, &plans.head, ChartTab::Plans))
            @for (title, phase, ends) in &parts {
                @let tasks: Vec<&TaskLine> = plans.tasks.iter().filter(|task| task.phase == *phase).collect();
                section.part {
                    div.part-head { h2 { (title) } }
                    ul.task-list { @for task in &tasks { (task_line(w, content, plans, task)) } }
                    @if let Some(gate) = plans.gates.iter().find(|gate| Some(gate.ends) == *ends) { (gate_card(w, plans, gate)) }
                }
            }
            (others(w, plans))
            (end(w, plans))
        },
    )
}

fn task_line(w: Words, content: &Content, plans: &Plans, task: &TaskLine) -> Markup {
    let href = chart::path(plans.head.episode, &format!("tasks/{}", task.id));
    html! {
        li.task {
            div.task-head {
                a.task-title href=(href) { (task.title) } " "
                (status(w, task))
            }
            p.soft.small { (task.why) }
            @if !task.unmet.is_empty() && task.status != TaskStatus::NotYet {
                p.small { (w.t("task-unmet")) }
                ul.small { @for unmet in &task.unmet { li { (unmet) } } }
            }
            (made(w, content, plans, task))
        }
    }
}

fn status(w: Words, task: &TaskLine) -> Markup {
    match (task.status, task.due) {
        (TaskStatus::Done, _) => badge(Tone::Well, &w.t("task-done")),
        (_, Some(Overdue::Yes)) => badge(Tone::Watch, &w.t("due-overdue")),
        (_, Some(Overdue::No)) => badge(Tone::Due, &w.t("due-now")),
        (TaskStatus::Open, None) => badge(Tone::Neutral, &w.t("task-open")),
        (TaskStatus::NotYet, None) => badge(Tone::Neutral, &w.t("task-not-yet")),
    }
}

/// The worksheets of a task, with what is saved of each.
fn made(w: Words, content: &Content, plans: &Plans, task: &TaskLine) -> Markup {
    let kinds = task.places.iter().filter_map(|place| match place {
        Place::Plan(kind) => Some(kind.as_str()),
        _ => None,
    });
    let sheets: Vec<(&str, &str)> =
        kinds.filter_map(|kind| Some((kind, content.worksheet(kind)?.title.as_str()))).collect();
    html! {
        @if !sheets.is_empty() {
            ul.task-sheets {
                @for (kind, title) in sheets {
                    li { a href=(chart::path(plans.head.episode, &format!("plans/{kind}"))) { (title) } ": " (saved(w, plans, kind)) }
                }
            }
        }
    }
}

fn saved(w: Words, plans: &Plans, kind: &str) -> Markup {
    let found = plans.artefacts.iter().find(|(saved, _)| saved == kind);
    let Some((_, stamp)) = found else { return html! { span.soft { (w.t("plan-not-begun")) } } };
    let Stamp { version, author, .. } = stamp;
    let who = author.clone().unwrap_or_else(|| w.t("author-unknown").into_owned());
    html! { (w.with("plan-saved", &[("number", (*version).into()), ("who", who.into())])) }
}

fn gate_card(w: Words, plans: &Plans, gate: &GateLine) -> Markup {
    let view = &gate.view;
    let href = chart::path(plans.head.episode, &format!("gates/{}", view.gate));
    let tone = if view.passed {
        Tone::Well
    } else if view.ready {
        Tone::Due
    } else {
        Tone::Neutral
    };
    let state = match view.passed_on {
        Some(on) => w.with("gate-passed-on", &[("date", w.date(on).into())]),
        None if view.passed => w.t("gate-passed").into_owned(),
        None if view.ready => w.t("gate-ready").into_owned(),
        None => w.t("gate-blocked").into_owned(),
    };
    let body = html! {
        p { (badge(tone, &state)) }
        p.soft.small { (gate.why) }
        (blocks(w, plans.head.episode, gate))
        @if !view.passed { p { (Button::link(&w.t("gate-open"), &href).about(&gate.title)) } }
    };
    let title = w.with("gate-title", &[("title", gate.title.clone().into())]);
    html! { (Card::new(&title, body).look(CardLook::Toned(tone)).under_section()) }
}

/// What blocks a gate, each with the way to do it.
pub fn blocks(w: Words, episode: EpisodeId, gate: &GateLine) -> Markup {
    let view = &gate.view;
    html! {
        @if !view.missing.is_empty() || !view.unmet.is_empty() {
            p { (w.t("gate-needs")) }
            ul {
                @for (missing, title) in view.missing.iter().zip(&gate.missing_titles) {
                    li {
                        a href=(chart::path(episode, &format!("tasks/{}", missing.task))) { (title) }
                        @if !missing.unmet.is_empty() { ": " (missing.unmet.join("; ")) }
                    }
                }
                @for unmet in &view.unmet { li { (unmet) } }
            }
        }
    }
}

fn others(w: Words, plans: &Plans) -> Markup {
    html! {
        @if !plans.others.is_empty() {
            section.part {
                div.part-head { h2 { (w.t("plans-others")) } p { (w.t("plans-others-text")) } }
                ul.task-sheets {
                    @for (kind, title) in &plans.others {
                        li { a href=(chart::path(plans.head.episode, &format!("plans/{kind}"))) { (title) } ": " (saved(w, plans, kind)) }
                    }
                }
            }
        }
    }
}

fn end(w: Words, plans: &Plans) -> Markup {
    let href = chart::path(plans.head.episode, "end");
    html! {
        @if plans.head.may_write == MayWrite::All {
            section.part {
                div.part-head { h2 { (w.t("plans-end")) } }
                p { (w.t("plans-end-text")) }
                p { (Button::link(&w.t("plans-end-open"), &href)) }
            }
        }
    }
}
