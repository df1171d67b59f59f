//! The client's own page of one step: what was agreed, and how it went.

use crate::kernel::door::Signed;
use crate::pages::draft::{Draft, Sheet, options, word};
use crate::ui::prelude::*;
use app::homework::OwnStep;
use jiff::civil::Date;

const ANSWERS: &[(&str, &str)] =
    &[("done", "own-done"), ("partly", "own-partly"), ("not_done", "own-not-done")];

/// The whole page.
pub fn page(signed: &Signed, own: &OwnStep, draft: &Draft, today: Date) -> Markup {
    let w = signed.words();
    let step = &own.step.body;
    let mut frame = signed.frame(w.t("own-step-tab"), w.t("own-step-heading"));
    frame.width = Width::Reading;
    frame.here = "/today";
    frame.crumbs = vec![Crumb { text: w.t("nav-today").into_owned(), href: "/today".into() }];
    let says =
        |name: &str, value: &str| if name == "status" { word(w, ANSWERS, value) } else { value.to_owned() };
    let sheet = Sheet { w, draft, says: &says };
    let line = |key: &str, text: &str| {
        html! { @if !text.is_empty() { p { span.soft { (w.t(key)) } br; span.kept-lines { bdi { (text) } } } } }
    };
    layout(
        &frame,
        html! {
            (sheet.top())
            (Card::new("", html! {
                p.lead { strong { bdi { (step.task) } } }
                p { (w.t("own-by")) " " (w.date(step.due_on)) " (" (w.days_apart(step.due_on, today)) ")" }
                (line("own-with", own.with.as_deref().unwrap_or("")))
                (line("own-obstacle", &step.obstacle))
                (line("own-fallback", &step.fallback))
                (line("own-helper", &step.helper))
            }))
            form method="post" action={ "/today/homework/" (own.step.id) } data-guard {
                (sheet.version())
                (sheet.radios("status", &w.t("own-how"), &options(w, ANSWERS)))
                (sheet.prose("happened", &w.t("own-happened"), Some(&w.t("own-happened-help"))))
                (Button::submit(&w.t("own-save")).primary())
            }
        },
    )
}
