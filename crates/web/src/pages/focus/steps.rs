//! The steps of the chosen area's strategy, each with how far it is.

use super::areas;
use crate::pages::chart;
use crate::pages::draft::{Draft, Sheet, options, word};
use crate::ui::prelude::*;
use app::focus::{FocusPage, Steps};
use protocol::{ProblemArea, Step};

const STATES: &[(&str, &str)] = &[
    ("not_started", "step-not-started"),
    ("in_progress", "step-in-progress"),
    ("done", "strategy-step-done"),
    ("not_applicable", "step-not-applicable"),
];
const STAGES: &[(&str, &str)] = &[
    ("renegotiation", "stage-renegotiation"),
    ("impasse", "stage-impasse"),
    ("dissolution", "stage-dissolution"),
];

/// The card with the steps.
pub fn card(w: Words, page: &FocusPage, steps: &Steps, typed: Option<&Draft>, writes: bool) -> Markup {
    let fresh = Draft::of(steps.strategy.to_fields(), steps.version.into());
    let draft = typed.unwrap_or(&fresh);
    let says = |name: &str, value: &str| {
        let table = if name == "dispute_stage" { STAGES } else { STATES };
        word(w, table, value)
    };
    let sheet = Sheet { w, draft, says: &says };
    let area = ProblemArea::from_word(&steps.strategy.area);
    let about: &[Step] =
        page.areas.iter().find(|found| Some(found.area) == area).map_or(&[], |found| &found.steps[..]);
    let title = area.map_or_else(String::new, |area| areas::title(w, &page.areas, area));
    let body = html! {
        (sheet.top())
        @if !steps.open { p { (w.t("steps-wait")) } }
        form method="post" action=(chart::path(page.head.episode, "focus/strategy")) data-guard {
            (sheet.version())
            (record_fields(writes, html! {
            @if area == Some(ProblemArea::Disputes) && steps.open {
                (sheet.radios("dispute_stage", &w.t("stage-label"), &options(w, STAGES)))
            }
            ol.steps {
                @for (n, row) in steps.strategy.steps.iter().enumerate() {
                    @let step = about.iter().find(|step| step.title == row.step);
                    li {
                        p.step-title { @if let Some(step) = step { span.soft { (step.id) } " " } bdi { (row.step) } }
                        @if let Some(step) = step { p.small.soft { (step.why) } p.small { q { (step.sample) } } }
                        @if steps.open {
                            div.fields {
                                (sheet.choice(&format!("steps.{n}.state"), &w.t("step-state"), &options(w, STATES)))
                                (sheet.optional_line(&format!("steps.{n}.note"), &w.t("step-note"), None))
                            }
                        }
                    }
                }
            }
            }))
            @if writes && steps.open { (Button::submit(&w.t("steps-save")).primary()) }
        }
    };
    html! { (Card::new(&w.with("steps-title", &[("area", title.into())]), body)) }
}
