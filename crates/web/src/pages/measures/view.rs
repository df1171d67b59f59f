//! How it goes: one card an instrument with its sentence, its picture, its table and what to do next.

use crate::kernel::door::Signed;
use crate::kernel::once::once;
use crate::pages::chart::{self, ChartTab};
use crate::ui::prelude::*;
use app::content::Content;
use app::course::MayWrite;
use app::measures::{Measures, Response, Track};
use domain::ids::EpisodeId;
use domain::response::Mode;
use jiff::civil::Date;
use measure::Instrument;
use measure::chart::{Mark, Series};
use measure::trend::{NotOnTrack, OnTrack, Progress, Standing, TooEarly};

/// The whole page.
pub fn page(signed: &Signed, measures: &Measures, content: &Content, today: Date) -> Markup {
    let w = signed.words();
    let head = &measures.head;
    let mut frame = chart::frame(signed, head, ChartTab::Measures, w.t("chart-measures"));
    frame.actions = Some(print_button(&w.t("measures-print")));
    layout(
        &frame,
        html! {
            (chart::top(w, head, ChartTab::Measures))
            div.stack.loose {
                @if head.summary.open_risks > 0 { (risk_banner(w, head.episode)) }
                (due(w, measures, content))
                @for track in &measures.tracks { (card(w, measures, track, content, today)) }
            }
        },
    )
}

/// Says that somebody has to look, wherever the therapist is.
pub fn risk_banner(w: Words, episode: EpisodeId) -> Markup {
    notice(
        Tone::Act,
        &w.t("risk-open-title"),
        html! {
            p { (w.t("risk-open-text")) }
            p { (Button::link(&w.t("do-answer-risk"), &chart::path(episode, "risks")).primary()) }
        },
    )
}

/// What is due, with a button for each way to answer it.
fn due(w: Words, measures: &Measures, content: &Content) -> Markup {
    let episode = measures.head.episode;
    let of = |ids: &mut dyn Iterator<Item = &String>| -> Vec<Instrument> {
        ids.filter_map(|id| content.instrument(id)).cloned().collect()
    };
    let waiting = of(&mut measures.due.iter());
    let all = of(&mut measures.tracks.iter().map(|track| &track.instrument));
    if measures.head.may_write == MayWrite::No {
        return html! {};
    }
    let body = html! {
        @if waiting.is_empty() { p { (w.t("measures-none-due")) } }
        @if !waiting.is_empty() {
            ul.plain-list.stack {
                @for instrument in &waiting {
                    li.cluster {
                        (badge(Tone::Due, &w.t("due-now"))) strong { (instrument.short) }
                        (Button::link(&w.t("measures-enter"), &entry_path(episode, instrument)).about(&instrument.short))
                    }
                }
            }
        }
        (disclosure(&w.t("measures-link-title"), link_form(w, episode, &all, &measures.due)))
    };
    Card::new(&w.t("measures-due-title"), html! { div.no-print.stack { (body) } }).render()
}

fn entry_path(episode: EpisodeId, instrument: &Instrument) -> String {
    chart::path(episode, &format!("measures/{}/new", instrument.id))
}

fn link_form(w: Words, episode: EpisodeId, all: &[Instrument], due: &[String]) -> Markup {
    let choices: Vec<Choice<'_>> = all
        .iter()
        .map(|instrument| Choice {
            value: instrument.id.as_str(),
            text: &instrument.short,
            hint: None,
            chosen: due.iter().any(|id| id == instrument.id.as_str()),
        })
        .collect();
    html! {
        p { (w.t("measures-link-text")) }
        form method="post" action=(chart::path(episode, "measures/links")) {
            (once())
            (check_boxes(&Field::new("instrument", &w.t("measures-link-which")), &choices))
            (Button::submit(&w.t("measures-link-make")).icon(Icon::Link))
        }
    }
}

fn card(w: Words, measures: &Measures, track: &Track, content: &Content, today: Date) -> Markup {
    let Some(instrument) = content.instrument(&track.instrument) else {
        // The instrument was taken out of the content; what was answered is still said.
        let text = w.with("measures-gone", &[("count", track.responses.len().into())]);
        return Card::new(&track.instrument, html! { p { (text) } }).render();
    };
    let (episode, may_write) = (measures.head.episode, measures.head.may_write != MayWrite::No);
    let body = html! {
        @match &track.progress {
            None if track.responses.is_empty() => { p { (w.t("score-none-yet")) } }
            None => {
                p { (w.t("measures-no-total-yet")) }
                (responses(w, track, instrument, episode))
            }
            Some(progress) => {
                (picture(w, measures, track, instrument, progress))
                (next_step(w, measures, track, progress))
                @if let Some(last) = track.responses.last() {
                    p.small.soft { (w.with("measures-last", &[("when", w.days_apart(last.answered_on, today).into())])) }
                }
            }
        }
    };
    let enter = w.t("measures-enter");
    let href = entry_path(episode, instrument);
    let card = Card::new(&instrument.short, body);
    if may_write {
        card.action(Button::link(&enter, &href).about(&instrument.short)).render()
    } else {
        card.render()
    }
}

fn picture(
    w: Words,
    measures: &Measures,
    track: &Track,
    instrument: &Instrument,
    progress: &Progress,
) -> Markup {
    let mark = |(phase, on): &(protocol::Phase, Date)| Mark { on: *on, label: chart::phase_word(w, *phase) };
    let marks: Vec<Mark> = measures.phases.iter().map(mark).collect();
    let sentence = progress_sentence(w, progress);
    let since =
        [("instrument", instrument.short.as_str().into()), ("since", w.date(progress.baseline.on).into())];
    let title = w.with("measures-chart-title", &since);
    let series = Series { points: &track.series, marks: &marks, until: measures.ends_on };
    let view = ProgressChart {
        id: instrument.id.as_str(),
        title: &title,
        sentence: &sentence,
        instrument,
        series: &series,
        pins: &[],
        layers: Layers::All,
        table: Some(responses(w, track, instrument, measures.head.episode)),
    };
    progress_chart(w, &view)
}

/// Every score has a next step: one by where it stands, and what the protocol suggests, each with its source.
fn next_step(w: Words, measures: &Measures, track: &Track, progress: &Progress) -> Markup {
    let prompts =
        measures.prompts.iter().filter(|prompt| prompt.instrument.as_ref() == Some(&track.instrument));
    html! {
        div.next-step {
            p { (standing_badge(w, &progress.standing)) " " strong { (w.t("next-title")) } " " (next_words(w, &progress.standing)) }
            @for prompt in prompts {
                p { (prompt.says) " " span.small.soft { "(" (prompt.source) ")" } }
            }
        }
    }
}

fn next_words(w: Words, standing: &Standing) -> String {
    let text = match standing {
        Standing::TooEarly(TooEarly::OneScore) => w.t("next-one-score"),
        Standing::TooEarly(TooEarly::BeforeWeek(_)) => w.t("next-before-week"),
        Standing::OnTrack(OnTrack::Remission) => w.t("next-remission"),
        Standing::OnTrack(OnTrack::StartedBelowCutoff) => w.t("next-started-below"),
        Standing::OnTrack(_) => w.t("next-on-track"),
        Standing::NotOnTrack(NotOnTrack::Worse(_)) => w.t("next-worse"),
        Standing::NotOnTrack(NotOnTrack::TooLittleChange { .. }) => w.t("next-too-little"),
    };
    text.into_owned()
}

/// Every response: the table twin of the picture, which knows more than the picture.
fn responses(w: Words, track: &Track, instrument: &Instrument, episode: EpisodeId) -> Markup {
    let row = |response: &Response| -> Vec<Markup> {
        let total = response.total.map_or_else(|| w.t("score-none").into_owned(), |total| w.figure(total));
        let href = chart::path(episode, &format!("measures/responses/{}", response.id));
        vec![
            html! { a href=(href) { (w.date(response.answered_on)) } },
            html! { (total) },
            html! { (response.severity.as_deref().map(|band| severity_words(w, band)).unwrap_or_default()) },
            html! { (mode_words(w, response.mode)) },
            html! { @if let Some(session) = response.session { (session) } },
            html! { (remarks(w, response)) },
        ]
    };
    let rows: Vec<Vec<Markup>> = track.responses.iter().map(row).collect();
    let caption = w.with("measures-table", &[("instrument", instrument.short.as_str().into())]);
    data_table(
        Caption::Heard(&caption),
        &[
            Column::text(&w.t("chart-column-day")),
            Column::figure(&w.t("chart-column-score")),
            Column::text(&w.t("chart-column-words")),
            Column::text(&w.t("measures-column-how")),
            Column::figure(&w.t("measures-column-session")),
            Column::text(&w.t("measures-column-remarks")),
        ],
        &rows,
    )
}

/// How the answers came in.
pub fn mode_words(w: Words, mode: Option<Mode>) -> String {
    let text = match mode {
        Some(Mode::Link) => w.t("mode-link"),
        Some(Mode::Portal) => w.t("mode-portal"),
        Some(Mode::InSession) => w.t("mode-in-session"),
        Some(Mode::Paper) => w.t("mode-paper"),
        None => return String::new(),
    };
    text.into_owned()
}

/// What a reader of the total has to know: gaps, an estimate, a risk item above zero or left open.
pub fn remarks(w: Words, response: &Response) -> String {
    let scoring = &response.scoring;
    let mut said: Vec<String> = Vec::new();
    if !scoring.missing.is_empty() {
        let missing = [("count", scoring.missing.len().into())];
        said.push(w.with("remark-missing", &missing));
    }
    if scoring.prorated {
        said.push(w.t("remark-prorated").into_owned());
    }
    if !scoring.flags.is_empty() {
        said.push(w.t("remark-risk").into_owned());
    }
    if !scoring.risk_unanswered.is_empty() {
        said.push(w.t("remark-risk-open").into_owned());
    }
    said.join(" ")
}
