//! One gate: what it needs, and the therapist's word that it is passed.

use super::trouble_words;
use crate::kernel::door::Signed;
use crate::kernel::once::once;
use crate::pages::chart::{self, ChartTab};
use crate::pages::{plans, refusal};
use crate::ui::prelude::*;
use app::course::MayWrite;
use app::ending::{EndingError, GatePage};
use protocol::Refusal;

/// What was typed and what is the matter with it.
#[derive(Default)]
pub struct Typed {
    /// Why the gate is passed later than the protocol says.
    pub reason: String,
    /// What is the matter.
    pub trouble: Option<EndingError>,
}

/// The whole page.
pub fn page(signed: &Signed, page: &GatePage, typed: &Typed) -> Markup {
    let w = signed.words();
    let view = &page.gate.view;
    let heading = w.with("gate-title", &[("title", page.gate.title.clone().into())]);
    let mut frame = chart::frame(signed, &page.head, ChartTab::Plans, heading);
    frame.width = Width::Reading;
    frame.lede = Some(html! { (page.gate.why) });
    frame.crumbs.push(Crumb {
        text: w.t("chart-plans").into_owned(),
        href: chart::path(page.head.episode, "plans").into(),
    });
    layout(
        &frame,
        html! {
            (chart::top(w, &page.head, ChartTab::Plans))
            @if let Some(trouble) = &typed.trouble {
                (notice(Tone::Watch, &w.t("gate-not-passed"), html! { p { (trouble_words(w, trouble)) } }))
            }
            @if let Some(on) = view.passed_on {
                p { (badge(Tone::Well, &w.with("gate-passed-on", &[("date", w.date(on).into())]))) }
            } @else {
                (plans::blocks(w, page.head.episode, &page.gate))
                (act(w, page, typed))
            }
        },
    )
}

fn act(w: Words, page: &GatePage, typed: &Typed) -> Markup {
    if page.head.may_write != MayWrite::All {
        return html! { p { (w.t("gate-therapist-only")) } };
    }
    match &page.refusal {
        // What blocks this gate stands above, each with the way to do it.
        Some(Refusal::GateBlocked { .. }) => html! {},
        Some(other) => html! { p { (refusal::words(w, other)) } },
        None => confirm(w, page, typed),
    }
}

fn confirm(w: Words, page: &GatePage, typed: &Typed) -> Markup {
    let action = chart::path(page.head.episode, &format!("gates/{}", page.gate.view.gate));
    let label = w.t("gate-overrun-reason");
    html! {
        p { (w.t("gate-consequence")) }
        form method="post" action=(action) data-guard {
            (once())
            @if let Some(limit) = page.overrun_limit {
                p { (w.with("no-overrun-reason-missing", &[("limit", limit.into())])) }
                (text_area(&Field::new("overrun_reason", &label), &typed.reason, 3))
            }
            (Button::submit(&w.t("gate-pass")).primary())
        }
    }
}
