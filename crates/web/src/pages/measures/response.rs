//! One response: every question with the answer in words.

use super::view::{mode_words, remarks};
use crate::kernel::door::Signed;
use crate::pages::chart::{self, ChartTab};
use crate::ui::prelude::*;
use app::content::Content;
use app::measures::Answered;
use measure::{Answer, Instrument, Item};

/// The whole page.
pub fn page(signed: &Signed, answered: &Answered, content: &Content) -> Markup {
    let w = signed.words();
    let (head, response) = (&answered.head, &answered.response);
    let instrument = content.instrument(&response.instrument);
    let short = instrument.map_or(response.instrument.as_str(), |instrument| instrument.short.as_str());
    let on = w.date(response.answered_on);
    let heading = w.with("response-heading", &[("instrument", short.into()), ("on", on.into())]);
    let mut frame = chart::frame(signed, head, ChartTab::Measures, heading);
    frame.width = Width::Reading;
    let back = chart::path(head.episode, "measures");
    frame.crumbs.push(Crumb { href: back.into(), text: w.t("chart-measures").into_owned() });
    frame.actions = Some(print_button(&w.t("measures-print")));
    let total = response.total.map_or_else(|| w.t("score-none").into_owned(), |total| w.figure(total));
    let severity = response.severity.as_deref().map(|band| severity_words(w, band)).unwrap_or_default();
    let remarks = remarks(w, response);
    let came_in = w.moment(response.answered_at, &signed.who.practice_zone);
    let by = response.author.clone().unwrap_or_else(|| w.t("response-by-link").into_owned());
    layout(
        &frame,
        html! {
            (definition_list(&[
                (&w.t("chart-column-score"), html! { strong { (total) } " " (severity) }),
                (&w.t("measures-column-how"), html! { (mode_words(w, response.mode)) }),
                (&w.t("response-came-in"), html! { (came_in) ", " bdi { (by) } }),
            ]))
            @if !remarks.is_empty() { p { (remarks) } }
            @if let Some(instrument) = instrument { (answers(w, answered, instrument)) }
        },
    )
}

fn answers(w: Words, answered: &Answered, instrument: &Instrument) -> Markup {
    let flagged = |item: &Item| answered.response.scoring.flags.iter().any(|flag| flag.item == item.id);
    let rows: Vec<Vec<Markup>> = instrument
        .items
        .iter()
        .map(|item| {
            let given = answered.answers.get(&item.id);
            let figure = given.and_then(Answer::value).map(|value| value.to_string()).unwrap_or_default();
            vec![
                html! { (item.id) },
                html! { (item.text) },
                html! {
                    (answer_words(w, instrument, item, given))
                    @if flagged(item) { " " (badge(Tone::Watch, &w.t("response-risk"))) }
                },
                html! { (figure) },
            ]
        })
        .collect();
    let caption = w.t("response-table");
    html! {
        (data_table(
            Caption::Heard(&caption),
            &[
                Column::text(&w.t("response-column-number")),
                Column::text(&w.t("response-column-question")),
                Column::text(&w.t("response-column-answer")),
                Column::figure(&w.t("response-column-points")),
            ],
            &rows,
        ))
    }
}

/// The answer to an item in the instrument's own words.
pub fn answer_words(w: Words, instrument: &Instrument, item: &Item, answer: Option<Answer>) -> String {
    match answer {
        None => w.t("response-not-answered").into_owned(),
        Some(Answer::Declined) => w.t("sheet-declined").into_owned(),
        Some(Answer::Value(value)) => {
            let choice = instrument.choices(item).iter().find(|choice| choice.value == value);
            choice.map_or_else(|| value.to_string(), |choice| choice.text.clone())
        }
    }
}
