//! The progress chart: one sentence, one picture, one table, all of the same scores.
//!
//! `measure::chart` decides where everything stands; this draws it, once for a narrow and once for a wide
//! place (a container query shows one of them), with classes instead of colours so that dark screens, paper
//! and forced colours work. Shapes and words carry what the colours repeat.

use jiff::civil::Date;
use maud::{Markup, html};
use measure::Instrument;
use measure::chart::{Area, Chart, Point, Series, Sheet, chart};

use super::components::{Caption, Column, data_table, disclosure};
use super::saying::severity_words;
use crate::locale::Words;

/// How much a chart shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layers {
    /// Bands, cut-off, corridor of measurement error, phases and events: for staff.
    #[default]
    All,
    /// Bands, phases and events only: for clients.
    Few,
}

/// Something that happened, pinned to its day.
#[derive(Clone, Debug)]
pub struct Pin<'a> {
    /// The day.
    pub on: Date,
    /// What happened.
    pub text: &'a str,
}

/// What a progress chart needs to know.
#[derive(Clone, Debug)]
pub struct ProgressChart<'a> {
    /// Makes the ids on the page distinct; letters, digits and hyphens.
    pub id: &'a str,
    /// What is shown: "PHQ-9 since 3 Nov 2026".
    pub title: &'a str,
    /// What it says, in one or a few sentences; also the description of the picture.
    pub sentence: &'a str,
    /// The instrument of the scores.
    pub instrument: &'a Instrument,
    /// The scores and the phases.
    pub series: &'a Series<'a>,
    /// What happened meanwhile.
    pub pins: &'a [Pin<'a>],
    /// How much is shown.
    pub layers: Layers,
    /// The same as a table, when the page knows more of each score than the drawing does.
    pub table: Option<Markup>,
}

/// A place a chart is drawn for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Narrow,
    Wide,
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Place::Narrow => "narrow",
            Place::Wide => "wide",
        }
    }

    /// Both are drawn at about their real size, so that letters stay letters.
    fn sheet(self) -> Sheet {
        match self {
            Place::Narrow => {
                Sheet { width: 340.0, height: 270.0, top: 36.0, right: 10.0, left: 26.0, ..Sheet::default() }
            }
            Place::Wide => Sheet { width: 720.0, height: 300.0, top: 36.0, ..Sheet::default() },
        }
    }
}

/// The sentence, the picture, the key, the pins and the table. Without any score, only the sentence.
#[must_use]
pub fn progress_chart(words: Words, view: &ProgressChart<'_>) -> Markup {
    let drawing = |place: Place| {
        chart(view.instrument, view.series, place.sheet()).map(|laid| picture(words, view, &laid, place))
    };
    html! {
        figure.chart {
            p.chart-sentence { (view.sentence) }
            @if let (Some(narrow), Some(wide)) = (drawing(Place::Narrow), drawing(Place::Wide)) {
                (narrow)
                (wide)
                (key(words, view))
                @if !view.pins.is_empty() { (pin_list(words, view.pins)) }
                (disclosure(&words.t("chart-as-table"), view.table.clone().unwrap_or_else(|| table(words, view))))
            }
        }
    }
}

fn picture(words: Words, view: &ProgressChart<'_>, laid: &Chart, place: Place) -> Markup {
    let id = format!("{}-{}", view.id, place.name());
    let box_ = format!("0 0 {} {}", laid.sheet.width, laid.sheet.height);
    html! {
        svg.(format!("chart-{}", place.name())).few[laid.points.len() < 2] viewBox=(box_) role="img"
            aria-labelledby={ (id) "-title " (id) "-desc" } {
            title id={ (id) "-title" } { (view.title) }
            desc id={ (id) "-desc" } { (view.sentence) }
            (bands(words, laid, place))
            @if view.layers == Layers::All { (measurement_error(laid)) (cutoff(words, laid, place)) }
            (axes(words, laid))
            (phases(laid))
            (scores(laid))
            (pins(laid, view.pins))
        }
    }
}

fn bands(words: Words, laid: &Chart, place: Place) -> Markup {
    let right = laid.plot.x + laid.plot.width;
    html! {
        @for stripe in &laid.bands {
            (rect(&stripe.area, &format!("band-{}", stripe.trouble.min(4))))
        }
        @for stripe in laid.bands.iter().filter(|stripe| stripe.area.height >= 11.0) {
            @let middle = stripe.area.y + stripe.area.height / 2.0 + 4.0;
            @match place {
                Place::Wide => text.band-name x=(right + 8.0) y=(tenth(middle)) { (severity_words(words, &stripe.label)) },
                Place::Narrow => text.band-name x=(right - 4.0) y=(tenth(middle)) text-anchor="end" { (severity_words(words, &stripe.label)) },
            }
        }
    }
}

fn rect(area: &Area, class: &str) -> Markup {
    html! { rect class=(class) x=(area.x) y=(area.y) width=(area.width) height=(area.height) {} }
}

fn measurement_error(laid: &Chart) -> Markup {
    html! {
        @if let Some(area) = &laid.corridor {
            (rect(area, "corridor-fill"))
            @for y in [area.y, area.y + area.height] {
                line.corridor x1=(area.x) x2=(area.x + area.width) y1=(tenth(y)) y2=(tenth(y)) {}
            }
        }
    }
}

fn cutoff(words: Words, laid: &Chart, place: Place) -> Markup {
    html! {
        @if let Some(level) = laid.cutoff {
            line.cutoff x1=(laid.plot.x) x2=(laid.plot.x + laid.plot.width) y1=(level.y) y2=(level.y) {}
            @if place == Place::Wide {
                text.phase-name x=(laid.plot.x + 6.0) y=(level.y + 13.0) {
                    (words.with("chart-cutoff-at", &[("score", words.figure(level.value.value()).into())]))
                }
            }
        }
    }
}

fn axes(words: Words, laid: &Chart) -> Markup {
    let Area { x, y, width, height } = laid.plot;
    let base = tenth(y + height);
    let dates = spaced(laid.x_ticks.iter().map(|tick| (tick.x, tick.on)), 50.0);
    let totals = spaced(laid.y_ticks.iter().map(|tick| (tick.y, tick.value)), 13.0);
    html! {
        path.axis d={ "M" (x) " " (y) "V" (base) "H" (x + width) } {}
        @for (top, value) in totals {
            text x=(x - 6.0) y=(tenth(top + 4.0)) text-anchor="end" { (words.figure(value.value())) }
        }
        @for (i, (left, on)) in dates.into_iter().enumerate() {
            line.axis x1=(left) x2=(left) y1=(base) y2=(base + 4.0) {}
            // The first date would otherwise reach out of the sheet.
            text x=(if i == 0 { x } else { left }) y=(base + 18.0)
                text-anchor=(if i == 0 { "start" } else if left > x + width - 20.0 { "end" } else { "middle" }) {
                (words.short_date(on))
            }
        }
    }
}

/// Leaves out what would stand closer than `apart` to the one before.
fn spaced<T>(places: impl Iterator<Item = (f64, T)>, apart: f64) -> Vec<(f64, T)> {
    let mut kept: Vec<(f64, T)> = Vec::new();
    for (at, what) in places {
        if kept.last().is_none_or(|(last, _)| (at - last).abs() >= apart) {
            kept.push((at, what));
        }
    }
    kept
}

fn phases(laid: &Chart) -> Markup {
    let mut last_row_ends = [f64::MIN; 2];
    let bottom = laid.plot.y + laid.plot.height;
    html! {
        @for mark in &laid.marks {
            // Two rows of names, so that neighbours do not write over one another.
            @let row = usize::from(mark.x < last_row_ends[0]);
            @let () = last_row_ends[row] = mark.x + 6.2 * mark.label.chars().count() as f64 + 10.0;
            line.phase x1=(mark.x) x2=(mark.x) y1=(laid.plot.y - 6.0 - 13.0 * row as f64) y2=(tenth(bottom)) {}
            text.phase-name x=(mark.x + 4.0) y=(tenth(laid.plot.y - 8.0 - 13.0 * row as f64)) { (mark.label) }
        }
    }
}

fn scores(laid: &Chart) -> Markup {
    let line = |points: &[Point]| {
        let steps: Vec<String> = points.iter().map(|point| format!("{} {}", point.x, point.y)).collect();
        format!("M{}", steps.join("L"))
    };
    html! {
        @for range in &laid.lines {
            @if let Some(points) = laid.points.get(range.clone()) { path.line d=(line(points)) {} }
        }
        @for point in &laid.points { (point_shape(point.x, point.y, direction(laid, point))) }
        @if let Some(last) = laid.points.last() {
            // Inside the plot even when the last score stands at its right edge or on top.
            @let right = laid.plot.x + laid.plot.width;
            @let y = if last.y < laid.plot.y + 20.0 { last.y + 22.0 } else { last.y - 11.0 };
            text.last-value x=(last.x.min(right - 6.0)) y=(tenth(y)) text-anchor="middle" { (last.score) }
        }
    }
}

/// How a score compares with the first one, as far as measurement error lets anybody say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Against {
    Same,
    Lower,
    Higher,
}

fn direction(laid: &Chart, point: &Point) -> Against {
    match &laid.corridor {
        Some(area) if point.y > area.y + area.height => Against::Lower,
        Some(area) if point.y < area.y => Against::Higher,
        _ => Against::Same,
    }
}

fn point_shape(x: f64, y: f64, against: Against) -> Markup {
    let triangle = |sign: f64| {
        let tip = tenth(y + 6.5 * sign);
        let base = tenth(y - 4.5 * sign);
        format!("M{x} {tip}L{} {base}H{}z", tenth(x - 6.0), tenth(x + 6.0))
    };
    match against {
        Against::Same => html! { circle.point cx=(x) cy=(y) r="5" {} },
        Against::Lower => html! { path.point d=(triangle(1.0)) {} },
        Against::Higher => html! { path.point d=(triangle(-1.0)) {} },
    }
}

fn pins(laid: &Chart, pins: &[Pin<'_>]) -> Markup {
    let y = tenth(laid.plot.y + laid.plot.height - 10.0);
    html! {
        @for (i, pin) in pins.iter().enumerate() {
            circle.pin cx=(x_of(laid, pin.on)) cy=(y) r="7.5" {}
            text.pin-number x=(x_of(laid, pin.on)) y=(tenth(y + 3.5)) { (i + 1) }
        }
    }
}

/// Across, by day; a day outside the chart lies on its edge.
fn x_of(laid: &Chart, on: Date) -> f64 {
    let days = |from: Date, to: Date| f64::from((to - from).get_days());
    let share = days(laid.from, on) / days(laid.from, laid.to).max(1.0);
    tenth(laid.plot.x + laid.plot.width * share.clamp(0.0, 1.0))
}

fn pin_list(words: Words, pins: &[Pin<'_>]) -> Markup {
    html! {
        ul.chart-pins {
            @for (i, pin) in pins.iter().enumerate() {
                li { b { (i + 1) } (words.short_date(pin.on)) ": " (pin.text) }
            }
        }
    }
}

fn key(words: Words, view: &ProgressChart<'_>) -> Markup {
    let Some(laid) = chart(view.instrument, view.series, Place::Narrow.sheet()) else { return html! {} };
    let all = view.layers == Layers::All;
    let shown = |against: Against| laid.points.iter().any(|point| direction(&laid, point) == against);
    let entry = |drawing: Markup, text: &str| {
        html! { li { svg viewBox="0 0 28 12" aria-hidden="true" focusable="false" { (drawing) } (text) } }
    };
    html! {
        ul.chart-key {
            @if all && laid.cutoff.is_some() {
                (entry(html! { line.cutoff x1="0" x2="28" y1="6" y2="6" {} }, &words.t("chart-key-cutoff")))
            }
            @if all && laid.corridor.is_some() {
                (entry(html! { rect.corridor-fill x="0" y="1" width="28" height="10" {} line.corridor x1="0" x2="28" y1="1" y2="1" {} line.corridor x1="0" x2="28" y1="11" y2="11" {} }, &words.t("chart-key-corridor")))
            }
            @if laid.corridor.is_some() && shown(Against::Lower) {
                (entry(point_shape(14.0, 5.0, Against::Lower), &words.t("chart-key-lower")))
            }
            @if laid.corridor.is_some() && shown(Against::Higher) {
                (entry(point_shape(14.0, 7.0, Against::Higher), &words.t("chart-key-higher")))
            }
        }
    }
}

fn table(words: Words, view: &ProgressChart<'_>) -> Markup {
    let Some(laid) = chart(view.instrument, view.series, Sheet::default()) else { return html! {} };
    let rows: Vec<Vec<Markup>> = laid
        .points
        .iter()
        .map(|point| {
            vec![
                html! { (words.date(point.on)) },
                html! { (point.score) },
                html! { (point.severity.as_deref().map(|band| severity_words(words, band)).unwrap_or_default()) },
            ]
        })
        .collect();
    data_table(
        Caption::Heard(view.title),
        &[
            Column::text(&words.t("chart-column-day")),
            Column::figure(&words.t("chart-column-score")),
            Column::text(&words.t("chart-column-words")),
        ],
        &rows,
    )
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
