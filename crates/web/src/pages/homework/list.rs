//! Homework for staff: the list, a new step, and one step with what became of it.

use crate::kernel::door::Signed;
use crate::kernel::once::once;
use crate::pages::chart::{self, ChartTab};
use crate::pages::draft::{Draft, Sheet, options, word};
use crate::ui::prelude::*;
use app::course::MayWrite;
use app::homework::{HomeworkPage, KeptHomework};
use domain::fields::Coded;
use domain::homework::Status;
use jiff::civil::Date;

const STATUSES: &[(&str, &str)] = &[
    ("agreed", "homework-agreed"),
    ("done", "homework-done"),
    ("partly", "homework-partly"),
    ("not_done", "homework-not-done"),
];

/// The forms of one step.
#[derive(Debug)]
pub struct Typed {
    /// What was agreed.
    pub agreement: Draft,
    /// What became of it.
    pub review: Draft,
}

impl Typed {
    /// The forms as the record has them.
    pub fn of(step: &KeptHomework) -> Typed {
        Typed {
            agreement: Draft::of(step.body.to_fields(), step.version),
            review: Draft::of(step.body.answer_fields(), step.version),
        }
    }
}

/// The list with the form for a new step.
pub fn page(signed: &Signed, page: &HomeworkPage, draft: &Draft, today: Date) -> Markup {
    let w = signed.words();
    let mut frame = chart::frame(signed, &page.head, ChartTab::Homework, w.t("chart-homework"));
    frame.actions = Some(print_button(&w.t("print")));
    let writes = page.head.may_write != MayWrite::No;
    let (open, done): (Vec<&KeptHomework>, Vec<&KeptHomework>) =
        page.steps.iter().partition(|step| step.body.reviewed_on.is_none());
    layout(
        &frame,
        html! {
            (chart::top(w, &page.head, ChartTab::Homework))
            @if page.steps.is_empty() { (empty_state(&w.t("homework-empty-title"), &w.t("homework-empty-text"), None)) }
            @for (title, steps) in [(w.t("homework-open"), &open), (w.t("homework-talked"), &done)] {
                @if !steps.is_empty() {
                    section.part { h2 { (title) } ul.plain-list.homework-list { @for step in steps { (row(w, page, step, today)) } } }
                }
            }
            @if writes { (Card::new(&w.t("homework-new"), agreement(w, page, draft, None))) }
        },
    )
}

fn row(w: Words, page: &HomeworkPage, step: &KeptHomework, today: Date) -> Markup {
    let body = &step.body;
    let href = chart::path(page.head.episode, &format!("homework/{}", step.id));
    html! {
        li.card {
            p { a href=(href) { bdi { (body.task) } }
                @if let Some(name) = name(page, step) { " · " (w.t("homework-with")) " " bdi { (name) } } }
            p.marks {
                (status_badge(w, body.status))
                @if body.waits_for_review(today) { (badge(Tone::Due, &w.t("homework-to-talk"))) }
                @if body.reported_on.is_some() && body.reviewed_on.is_none() { (badge(Tone::Info, &w.t("homework-told"))) }
                span.soft { (w.t("homework-due")) " " (w.date(body.due_on)) " (" (w.days_apart(body.due_on, today)) ")" }
            }
            @if !body.happened.is_empty() { p.kept-lines { bdi { (body.happened) } } }
        }
    }
}

fn status_badge(w: Words, status: Status) -> Markup {
    let tone = match status {
        Status::Agreed | Status::NotDone => Tone::Neutral,
        Status::Done => Tone::Well,
        Status::Partly => Tone::Info,
    };
    badge(tone, &word(w, STATUSES, status.code()))
}

fn name<'p>(page: &'p HomeworkPage, step: &KeptHomework) -> Option<&'p str> {
    page.people.iter().find(|(id, _)| Some(*id) == step.body.tie).map(|(_, name)| name.as_str())
}

/// One step: what became of it first, what was agreed below.
pub fn step_page(
    signed: &Signed,
    page: &HomeworkPage,
    step: &KeptHomework,
    typed: &Typed,
    today: Date,
) -> Markup {
    let w = signed.words();
    let mut frame = chart::frame(signed, &page.head, ChartTab::Homework, step.body.task.clone());
    let back = chart::path(page.head.episode, "homework");
    frame.crumbs.push(Crumb { text: w.t("chart-homework").into_owned(), href: back.into() });
    let writes = page.head.may_write != MayWrite::No;
    layout(
        &frame,
        html! {
            (chart::top(w, &page.head, ChartTab::Homework))
            ul.plain-list { (row(w, page, step, today)) }
            @if writes {
                (Card::new(&w.t("homework-review"), review(w, page, step, &typed.review)))
                (Card::new(&w.t("homework-agreement"), agreement(w, page, &typed.agreement, Some(step))).look(CardLook::Aside))
            }
        },
    )
}

fn review(w: Words, page: &HomeworkPage, step: &KeptHomework, draft: &Draft) -> Markup {
    let says =
        |name: &str, value: &str| if name == "status" { word(w, STATUSES, value) } else { value.to_owned() };
    let sheet = Sheet { w, draft, says: &says };
    let action = chart::path(page.head.episode, &format!("homework/{}/review", step.id));
    html! {
        (sheet.top())
        p.soft { (w.t("homework-review-text")) }
        form method="post" action=(action) data-guard {
            (once())
            (sheet.version())
            (sheet.radios("status", &w.t("homework-how"), &options(w, &STATUSES[1..])))
            (sheet.prose("happened", &w.t("homework-happened"), None))
            (Button::submit(&w.t("save")).primary())
        }
    }
}

fn agreement(w: Words, page: &HomeworkPage, draft: &Draft, step: Option<&KeptHomework>) -> Markup {
    let people: Vec<(String, String)> =
        page.people.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let says = |name: &str, value: &str| {
        let known = people.iter().find(|(id, _)| name == "tie" && id == value);
        known.map_or_else(|| value.to_owned(), |(_, name)| name.clone())
    };
    let sheet = Sheet { w, draft, says: &says };
    let part = step.map_or_else(|| "homework".to_owned(), |step| format!("homework/{}", step.id));
    html! {
        (sheet.top())
        form method="post" action=(chart::path(page.head.episode, &part)) data-guard {
            (once())
            @if step.is_some() { (sheet.version()) }
            (sheet.line("task", &w.t("homework-task"), Some(&w.t("homework-task-help"))))
            div.fields {
                @if !people.is_empty() { (sheet.choice("tie", &w.t("homework-person"), &people)) }
                (sheet.day("due_on", &w.t("homework-due")))
            }
            (sheet.prose("obstacle", &w.t("homework-obstacle"), None))
            (sheet.prose("fallback", &w.t("homework-fallback"), None))
            (sheet.optional_line("helper", &w.t("homework-helper"), None))
            (Button::submit(&w.t(if step.is_some() { "save" } else { "homework-agree" })).primary())
        }
    }
}
