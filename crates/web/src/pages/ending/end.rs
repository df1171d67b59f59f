//! Pausing, ending, going on to maintenance: what may be done now, what is in the way, and the deed itself.

use super::trouble_words;
use crate::kernel::door::Signed;
use crate::kernel::form::Form;
use crate::kernel::once::once;
use crate::pages::chart::{self, ChartTab};
use crate::pages::refusal;
use crate::ui::prelude::*;
use app::course::MayWrite;
use app::ending::{EndPage, EndingError};
use protocol::{Disposition, Exit, Refusal, Standing};

/// What was typed and what is the matter with it.
#[derive(Default)]
pub struct Typed {
    /// Everything as it was sent.
    pub form: Form,
    /// What is the matter.
    pub trouble: Option<EndingError>,
}

/// The whole page.
pub fn page(signed: &Signed, page: &EndPage, typed: &Typed) -> Markup {
    let w = signed.words();
    let mut frame = chart::frame(signed, &page.head, ChartTab::Plans, w.t("plans-end"));
    frame.width = Width::Reading;
    frame.crumbs.push(Crumb {
        text: w.t("chart-plans").into_owned(),
        href: chart::path(page.head.episode, "plans").into(),
    });
    let may_sign = page.head.may_write == MayWrite::All;
    layout(
        &frame,
        html! {
            (chart::top(w, &page.head, ChartTab::Plans))
            @if let Some(trouble) = &typed.trouble {
                (notice(Tone::Watch, &w.t("end-not-done"), html! { p { (trouble_words(w, trouble)) } }))
            }
            @match &page.standing {
                Standing::Ended(exit) => (ended(w, page, exit, may_sign)),
                Standing::NotEnrolled => p { (w.t("no-not-enrolled")) },
                _ => (under_way(w, page, typed, may_sign)),
            }
        },
    )
}

// ------------------------------------------------------------------------------------------------- it is over

fn ended(w: Words, page: &EndPage, exit: &Exit, may_sign: bool) -> Markup {
    let words = chart::exit_words(w, domain::episode::exit_word(exit));
    let summary = chart::path(page.head.episode, "summary");
    let maintained = matches!(exit, Exit::Completed | Exit::RemittedEarly);
    html! {
        (notice(Tone::Info, &w.with("end-ended", &[("exit", words.into())]), html! {
            p { (Button::link(&w.t("end-see-summary"), &summary)) }
        }))
        @if maintained && may_sign { (maintenance(w, page)) }
    }
}

fn maintenance(w: Words, page: &EndPage) -> Markup {
    let plan = chart::path(page.head.episode, "plans/maintenance_plan");
    let start = chart::path(page.head.episode, "maintenance");
    let body = match page.maintenance {
        Some((every_days, until)) => html! {
            p { (w.with("end-maintenance-planned", &[("days", every_days.into()), ("until", w.date(until).into())])) }
            (post_button(&start, &[], &Button::submit(&w.t("end-maintenance-start")).primary()))
        },
        None => {
            html! { p { (w.t("end-maintenance-none")) " " a href=(plan) { (w.t("end-maintenance-plan")) } } }
        }
    };
    html! { (Card::new(&w.t("end-maintenance"), body)) }
}

// ------------------------------------------------------------------------------------------------- it goes on

fn under_way(w: Words, page: &EndPage, typed: &Typed, may_sign: bool) -> Markup {
    html! {
        div.stack {
            @if page.head.may_write != MayWrite::No { (resting(w, page, typed)) }
            @if may_sign {
                (Card::new(&w.t("end-completed"), completing(w, page)))
                @if page.standing != Standing::Maintenance {
                    (Card::new(&w.t("end-early"), early(w, page)))
                }
                (Card::new(&w.t("end-other"), other(w, page, typed)))
            } @else {
                p { (w.t("end-therapist-only")) }
            }
        }
    }
}

fn resting(w: Words, page: &EndPage, typed: &Typed) -> Markup {
    let to = |part: &str| chart::path(page.head.episode, part);
    let label = w.t("end-pause-reason");
    match page.standing {
        Standing::Paused => html! {
            (Card::new(&w.t("end-paused"), html! {
                p { (w.t("end-paused-text")) }
                (post_button(&to("resume"), &[], &Button::submit(&w.t("end-resume")).primary()))
            }))
        },
        Standing::Active => html! {
            (Card::new(&w.t("end-pause"), html! {
                p { (w.t("end-pause-text")) }
                form method="post" action=(to("pause")) {
                    (once())
                    (text_area(&Field::new("reason", &label), typed.form.text("reason"), 2))
                    (Button::submit(&w.t("end-pause-button")))
                }
            }))
        },
        _ => html! {},
    }
}

fn completing(w: Words, page: &EndPage) -> Markup {
    let next = page.disposition.map(|disposition| match disposition {
        Disposition::Discharge => w.t("end-next-discharge"),
        Disposition::Maintenance => w.t("end-next-maintenance"),
        Disposition::StepUp => w.t("end-next-step-up"),
        Disposition::Refer => w.t("end-next-refer"),
    });
    html! {
        @match &page.completing {
            Some(refusal) => (in_the_way(w, page, refusal)),
            None => {
                @if let Some(next) = next { p { (w.t("end-next")) " " (next) } }
                (deed(w, page, "completed", &w.t("end-completed-button"), &w.t("end-completed-consequence")))
            }
        }
    }
}

fn early(w: Words, page: &EndPage) -> Markup {
    html! {
        p { (w.t("end-early-text")) }
        @match &page.ending_early {
            Some(refusal) => (in_the_way(w, page, refusal)),
            None => (deed(w, page, "remitted_early", &w.t("end-early-button"), &w.t("end-early-consequence"))),
        }
    }
}

/// What holds an ending up, with the way to do it.
fn in_the_way(w: Words, page: &EndPage, refusal: &Refusal) -> Markup {
    let to = |part: &str| chart::path(page.head.episode, part);
    let link = |part: &str, text: &str| html! { p { a href=(to(part)) { (text) } } };
    let title = |task: &str| {
        page.titles
            .iter()
            .find(|(id, _)| id == task)
            .map_or_else(|| task.to_owned(), |(_, title)| title.clone())
    };
    html! {
        p { (badge(Tone::Due, &w.t("end-not-yet"))) " " (refusal::words(w, refusal)) }
        @match refusal {
            Refusal::DischargeBlocked { missing } => ul {
                @for one in missing {
                    li { a href=(to(&format!("tasks/{}", one.task))) { (title(one.task.as_str())) } ": " (one.unmet.join("; ")) }
                }
            },
            Refusal::GateNotPassed { gate, .. } => (link(&format!("gates/{gate}"), &w.t("end-to-gate"))),
            Refusal::RisksUnanswered { .. } | Refusal::RiskLevelMissing | Refusal::SafetyFirst => (link("risks", &w.t("end-to-risks"))),
            Refusal::SessionStillOpen { session } => (link(&format!("sessions/{session}"), &w.t("end-to-session"))),
            Refusal::DispositionMissing => (link("plans/disposition", &w.t("end-to-disposition"))),
            _ => {}
        }
    }
}

/// In two steps without a dialog: unfold, read what will happen, do it.
fn deed(w: Words, page: &EndPage, exit: &str, text: &str, consequence: &str) -> Markup {
    let action = chart::path(page.head.episode, "end");
    confirm(text, consequence, &action, &[("exit", exit)], &Button::submit(&w.t("end-confirm")).primary())
}

fn other(w: Words, page: &EndPage, typed: &Typed) -> Markup {
    let action = chart::path(page.head.episode, "end");
    let sent = |name: &str| Some(typed.form.text(name)).filter(|value| !value.is_empty());
    let ways = [
        ("dropout", w.t("exit-dropout")),
        ("referred_up", w.t("exit-referred-up")),
        ("moved", w.t("exit-moved")),
        ("transferred", w.t("exit-transferred")),
        ("declined", w.t("exit-declined")),
        ("administrative", w.t("exit-administrative")),
        ("died", w.t("exit-died")),
    ];
    let choices: Vec<Choice<'_>> =
        ways.iter().map(|(value, text)| Choice::of(value, text, sent("exit"))).collect();
    let last = page.last_session_on.map_or_else(String::new, |on| on.to_string());
    let last = sent("last_attended").unwrap_or(&last);
    let (why, day, tries) = (w.t("end-why"), w.t("end-last-attended"), w.t("end-contact-attempts"));
    let optional = w.t("optional");
    html! {
        p { (w.t("end-other-text")) }
        (disclosure(&w.t("end-other-button"), html! {
            form method="post" action=(action) data-guard {
                (once())
                (radios(&Field::new("exit", &why).required(), &choices))
                fieldset.group {
                    legend { (w.t("end-if-dropout")) }
                    div.fields {
                        (date_field(&Field::new("last_attended", &day).optional(&optional), last))
                        (text_field(
                            &Field::new("contact_attempts", &tries).optional(&optional),
                            &Input { range: Some((0, 999)), chars: Some(4), ..Input::of(InputKind::Number, sent("contact_attempts").unwrap_or_default()) },
                        ))
                    }
                }
                p { (w.t("end-other-consequence")) }
                (Button::submit(&w.t("end-confirm")).danger())
            }
        }))
    }
}
