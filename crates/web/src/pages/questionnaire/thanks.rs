//! The page after the answers: thanks, what the sum says, and help first where an answer calls for it. It makes no
//! diagnosis and calls nobody safe.

use crate::ui::prelude::*;
use domain::response::Scoring;
use measure::Instrument;

/// What was sent and what came of it.
pub struct Sent<'a> {
    /// The instrument.
    pub instrument: &'a Instrument,
    /// The total, where one could be given.
    pub total: Option<f64>,
    /// The band of the total.
    pub severity: Option<&'a str>,
    /// What else followed.
    pub scoring: &'a Scoring,
    /// The name under which the device kept the answers, which it may forget now.
    pub kept_as: Option<&'a str>,
    /// Where it goes on.
    pub onward: Markup,
}

/// The heading of the page.
pub fn heading(w: Words, scoring: &Scoring) -> String {
    if scoring.flags.is_empty() {
        w.t("thanks-heading").into_owned()
    } else {
        w.t("thanks-heading-risk").into_owned()
    }
}

/// What the page says.
pub fn content(w: Words, sent: &Sent<'_>) -> Markup {
    let sheet = sent.kept_as.map(|name| format!("sheet:{name}"));
    html! {
        div.stack.loose data-clears-draft=[sheet] {
            @if sent.scoring.flags.is_empty() {
                p { (w.t("thanks-text")) }
                (score(w, sent))
                @if !sent.scoring.risk_unanswered.is_empty() { p { (w.t("thanks-left-open")) } }
                (sent.onward)
                (help(w))
            } @else {
                p { (w.t("thanks-risk-text")) }
                (help(w))
                (Card::new(&w.t("thanks-next-title"), html! {
                    p { (w.t("thanks-risk-next")) }
                    p { (w.t("thanks-risk-wait")) }
                }))
                (score(w, sent))
                (sent.onward)
            }
        }
    }
}

fn score(w: Words, sent: &Sent<'_>) -> Markup {
    let Some(total) = sent.total else {
        return Card::new(&w.t("thanks-score-title"), html! { p { (w.t("thanks-no-total")) } }).render();
    };
    let most = w.figure(sent.instrument.scoring.range.1);
    let sum = w.with("thanks-sum", &[("total", w.figure(total).into()), ("most", most.into())]);
    Card::new(
        &w.t("thanks-score-title"),
        html! {
            p { (sum) }
            @if let Some(severity) = sent.severity {
                p { (w.with("thanks-band", &[("severity", severity_words(w, severity).into())])) }
            }
            @if sent.scoring.prorated { p { (w.t("thanks-prorated")) } }
            p.soft { (w.t("thanks-no-diagnosis")) }
        },
    )
    .render()
}

/// Where help is now. Names no number: which one is right depends on where the person is.
pub fn help(w: Words) -> Markup {
    notice(
        Tone::Info,
        &w.t("crisis-title"),
        html! {
            p { (w.t("crisis-emergency")) }
            p { (w.t("crisis-somebody")) }
            p { (w.t("crisis-practice")) }
        },
    )
}
