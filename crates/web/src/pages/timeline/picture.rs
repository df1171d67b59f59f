//! The timeline as a picture: symptoms above, events below, on one axis. What is known only roughly is drawn wide.

use super::words;
use crate::ui::prelude::*;
use app::timeline::{KeptEvent, Timeline};
use domain::fuzzy::{FuzzyDate, days_between};
use jiff::Span;
use jiff::civil::Date;

const WIDTH: f64 = 720.0;
const LEFT: f64 = 8.0;
const RIGHT: f64 = 712.0;
const SYMPTOMS_TOP: f64 = 24.0;
const SYMPTOMS_BOTTOM: f64 = 120.0;
const EVENTS_TOP: f64 = 150.0;
const ROW: f64 = 22.0;
/// Most rows of events; further ones share the last.
const ROWS_MAX: usize = 12;
/// The picture begins at most this long before the onset or today: older events are in the table.
const YEARS_SHOWN: i32 = 4;

/// The axis: days to the picture's units.
struct Axis {
    from: Date,
    days: f64,
}

impl Axis {
    fn x(&self, day: Date) -> f64 {
        let share = days_between(self.from, day) as f64 / self.days;
        (LEFT + share.clamp(0.0, 1.0) * (RIGHT - LEFT)).round()
    }
}

/// The picture; nothing when there is nothing to draw. `sentence` says the same.
pub fn draw(w: Words, timeline: &Timeline, sentence: &str, today: Date) -> Markup {
    let onset = timeline.onset.as_ref().and_then(|kept| kept.body.when);
    let events: Vec<&KeptEvent> = timeline.events.iter().filter(|event| event.body.ended.is_none()).collect();
    if events.is_empty() && onset.is_none() && timeline.scores.is_empty() {
        return html! {};
    }
    let axis = axis(onset, &events, today);
    let shown: Vec<&KeptEvent> = events
        .iter()
        .copied()
        .filter(|event| event.body.counts() && event.body.when.latest() >= axis.from)
        .collect();
    let older = events.iter().filter(|event| event.body.counts()).count() - shown.len();
    let rows = shown.len().clamp(1, ROWS_MAX);
    let bottom = EVENTS_TOP + rows as f64 * ROW;
    html! {
        // Narrow screens scroll it sideways; the keyboard must be able to.
        figure.life-line tabindex="0" {
            svg viewBox={ "0 0 " (WIDTH) " " (bottom + 24.0) } role="img" aria-labelledby="life-line-title life-line-desc" {
                title id="life-line-title" { (w.t("timeline-picture")) }
                desc id="life-line-desc" { (sentence) }
                @if let Some(onset) = onset { (band(w, &axis, &onset, bottom)) }
                text.lane x=(LEFT) y="14" { (w.t("timeline-lane-symptoms")) }
                line.lane-line x1=(LEFT) x2=(RIGHT) y1=(SYMPTOMS_BOTTOM) y2=(SYMPTOMS_BOTTOM) {}
                (symptoms(timeline, &events, &axis))
                text.lane x=(LEFT) y=(EVENTS_TOP - 12.0) { (w.t("timeline-lane-events")) }
                @for (n, event) in shown.iter().enumerate() { (mark(w, &axis, event, n.min(ROWS_MAX - 1))) }
                (years(&axis, today, bottom))
            }
            figcaption.small.soft {
                (w.t("timeline-key"))
                @if older > 0 { " " (w.with("timeline-older", &[("count", older.into())])) }
            }
        }
    }
}

fn axis(onset: Option<FuzzyDate>, events: &[&KeptEvent], today: Date) -> Axis {
    let anchor = onset.map_or(today, |onset| onset.earliest());
    let floor = anchor.saturating_sub(Span::new().years(YEARS_SHOWN));
    let first = events.iter().map(|event| event.body.when.earliest()).filter(|on| *on >= floor).min();
    let from = first.unwrap_or(anchor).min(anchor).saturating_sub(Span::new().months(2));
    Axis { from, days: (days_between(from, today).max(30)) as f64 }
}

fn band(w: Words, axis: &Axis, onset: &FuzzyDate, bottom: f64) -> Markup {
    let (from, to) = (axis.x(onset.earliest()), axis.x(onset.latest()));
    html! {
        rect.onset-band x=(from) y="18" width=((to - from).max(4.0)) height=(bottom - 18.0) {}
        text.onset-name x=((from + to) / 2.0) y="14" text-anchor=(if from > RIGHT - 80.0 { "end" } else { "middle" }) { (w.t("onset-word")) }
    }
}

/// Scores joined by a line, remembered severities as open diamonds; both as a share of what they could be at most.
fn symptoms(timeline: &Timeline, events: &[&KeptEvent], axis: &Axis) -> Markup {
    let y = |share: f64| (SYMPTOMS_BOTTOM - share.clamp(0.0, 1.0) * (SYMPTOMS_BOTTOM - SYMPTOMS_TOP)).round();
    let most = timeline.instrument.as_ref().map_or(1.0, |(_, most)| *most);
    let points: Vec<(f64, f64)> =
        timeline.scores.iter().map(|score| (axis.x(score.on), y(score.total / most))).collect();
    let path: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
    let remembered: Vec<(f64, f64)> = events
        .iter()
        .filter(|event| event.body.is_severity())
        .filter_map(|event| Some((axis.x(event.body.when.middle()), y(f64::from(event.body.impact?) / 10.0))))
        .collect();
    html! {
        @if path.len() > 1 { polyline.score-line points=(path.join(" ")) {} }
        @for (x, y) in &points { circle.score-point cx=(x) cy=(y) r="4" {} }
        @for (x, y) in &remembered {
            path.remembered d={ "M" (x) " " (y - 6.0) "l6 6l-6 6l-6 -6z" } {}
        }
    }
}

fn mark(w: Words, axis: &Axis, event: &KeptEvent, row: usize) -> Markup {
    let when = &event.body.when;
    let (from, to) = (axis.x(when.earliest()), axis.x(when.latest()));
    let top = EVENTS_TOP + row as f64 * ROW;
    let late = to > (LEFT + RIGHT) / 2.0;
    let (x, anchor) = if late { (from - 6.0, "end") } else { (to.max(from + 8.0) + 6.0, "start") };
    let title: String = words::title(w, &event.body).chars().take(40).collect();
    html! {
        rect.event-mark x=(from) y=(top) width=((to - from).max(8.0)) height="12" rx="6" {}
        text.event-name x=(x) y=(top + 10.0) text-anchor=(anchor) { (title) }
    }
}

fn years(axis: &Axis, today: Date, bottom: f64) -> Markup {
    let starts = (axis.from.year() + 1..=today.year()).filter_map(|year| Date::new(year, 1, 1).ok());
    html! {
        line.lane-line x1=(LEFT) x2=(RIGHT) y1=(bottom) y2=(bottom) {}
        @for start in starts {
            line.lane-line x1=(axis.x(start)) x2=(axis.x(start)) y1=(bottom) y2=(bottom + 6.0) {}
            text.lane x=(axis.x(start)) y=(bottom + 20.0) text-anchor="middle" { (start.year()) }
        }
    }
}
