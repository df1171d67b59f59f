//! How the client's own pages look: one thing at a time, plain words, nothing red.

use crate::kernel::door::Signed;
use crate::pages::chart;
use crate::pages::questionnaire::thanks::{self, Sent};
use crate::pages::questionnaire::view::{self as form, Sheet};
use crate::pages::questionnaire::{Gaps, Reading};
use crate::ui::prelude::*;
use app::content::Content;
use app::homework::OwnStep;
use app::measures::Track;
use app::plans::SharedLine;
use app::today::{OwnCourse, Today};
use domain::homework::Status;
use domain::ids::EpisodeId;
use measure::Instrument;
use measure::chart::{Mark, Series};

fn frame<'a>(signed: &'a Signed, heading: impl Into<String>) -> Frame<'a> {
    let w = signed.words();
    let mut frame = signed.frame(w.t("nav-today"), heading);
    frame.here = "/today";
    frame.width = Width::Reading;
    frame
}

/// What the page of the day shows.
pub struct Day<'a> {
    /// The course.
    pub today: &'a Today,
    /// The steps between sessions.
    pub steps: &'a [OwnStep],
    /// What the therapist shares.
    pub shared: &'a [SharedLine],
}

/// The page of the day.
pub fn today(signed: &Signed, day: &Day<'_>, content: &Content) -> Markup {
    let w = signed.words();
    let today = day.today;
    let mut frame = frame(signed, w.with("today-heading", &[("name", today.name.as_str().into())]));
    frame.lede = Some(html! { (w.t("today-lede")) });
    layout(
        &frame,
        html! {
            div.stack.loose {
                @match &today.course {
                    None => (empty_state(&w.t("today-no-course-title"), &w.t("today-no-course-text"), None)),
                    Some(course) => (own_course(w, day, course, content)),
                }
                (Card::new(&w.t("history-card"), html! {
                    p { (w.t("history-card-text")) }
                    p { (Button::link(&w.t("history-see"), "/history").icon(Icon::Audit)) }
                }))
                p.small { (w.t("today-danger")) }
            }
        },
    )
}

fn own_course(w: Words, day: &Day<'_>, course: &OwnCourse, content: &Content) -> Markup {
    let due: Vec<&Instrument> = course.due.iter().filter_map(|id| content.instrument(id)).collect();
    html! {
        @for instrument in &due { (due_card(w, instrument)) }
        @if due.is_empty() {
            (Card::new(&w.t("today-nothing-due-title"), html! { p { (w.t("today-nothing-due-text")) } }))
        }
        (steps(w, day))
        (shared(w, day))
        (Card::new(&w.t("today-progress-title"), html! {
            p { (own_sentence(w, course)) }
            @if course.tracks.iter().any(|track| track.progress.is_some()) {
                p { (Button::link(&w.t("today-progress-see"), "/today/progress").icon(Icon::Chart)) }
            }
        }))
        @if course.under_way {
            (Card::new(&w.t("today-course-title"), html! {
                p {
                    (w.with("today-course-text", &[
                        ("held", course.sessions_held.into()), ("planned", course.sessions_planned.into()),
                    ]))
                }
            }))
        }
    }
}

/// The steps that were agreed and not talked about yet.
fn steps(w: Words, day: &Day<'_>) -> Markup {
    let open: Vec<&OwnStep> = day.steps.iter().filter(|own| own.step.body.reviewed_on.is_none()).collect();
    let body = html! {
        @if open.is_empty() { p { (w.t("today-steps-none")) } }
        ul.plain-list.stack {
            @for own in &open {
                li {
                    a href={ "/today/homework/" (own.step.id) } { (own.step.body.task) }
                    " " span.soft {
                        @if own.step.body.status == Status::Agreed {
                            (w.with("today-step-by", &[("when", w.weekday_date(own.step.body.due_on).into())]))
                        } @else {
                            (w.t("today-step-told"))
                        }
                    }
                }
            }
        }
    };
    Card::new(&w.t("today-steps-title"), body).render()
}

/// What the therapist shares to read.
fn shared(w: Words, day: &Day<'_>) -> Markup {
    if day.shared.is_empty() {
        return html! {};
    }
    let body = html! {
        ul.plain-list.stack {
            @for line in day.shared {
                li {
                    a href={ "/today/shared/" (line.kind) } { (line.title) }
                    @if line.asks_for_yes { " " (badge(Tone::Due, &w.t("today-asks-yes"))) }
                }
            }
        }
    };
    Card::new(&w.t("today-shared-title"), body).render()
}

fn due_card(w: Words, instrument: &Instrument) -> Markup {
    let href = format!("/today/measures/{}", instrument.id);
    let start = w.t("today-due-start");
    Card::new(
        &w.t("today-due-title"),
        html! {
            p { (length(w, instrument)) " " (w.t("today-due-text")) }
            p { (Button::link(&start, &href).primary().about(&instrument.short)) }
        },
    )
    .render()
}

/// How many questions it is and how long they take.
pub fn length(w: Words, instrument: &Instrument) -> String {
    let count = instrument.items.iter().filter(|item| item.ask_if.is_none()).count();
    // Four questions take about a minute.
    let minutes = count.div_ceil(4);
    w.with("sheet-lede", &[("count", count.into()), ("minutes", minutes.into())])
}

/// One sentence about how it goes, by the measure the course is steered by.
fn own_sentence(w: Words, course: &OwnCourse) -> String {
    let steering = course.tracks.iter().find(|track| track.instrument == course.outcome);
    match steering.and_then(|track| track.progress.as_ref()) {
        Some(progress) => gentle_sentence(w, progress),
        None => w.t("today-progress-none").into_owned(),
    }
}

/// The name under which the device keeps a sheet that is not sent yet: one per course and instrument.
pub fn kept_as(episode: EpisodeId, instrument: &str) -> String {
    format!("{episode}-{instrument}")
}

/// A questionnaire.
pub fn sheet(signed: &Signed, instrument: &Instrument, episode: EpisodeId, reading: &Reading) -> Markup {
    let w = signed.words();
    let mut frame = frame(signed, w.t("sheet-heading"));
    frame.crumbs = vec![Crumb { href: "/today".into(), text: w.t("nav-today").into_owned() }];
    frame.lede = Some(html! { (length(w, instrument)) " " (w.t("sheet-how")) });
    let kept_as = kept_as(episode, instrument.id.as_str());
    let sheet = Sheet {
        instrument,
        reading,
        gaps: Gaps::Asked,
        kept_as: Some(&kept_as),
        before: hidden("episode", &episode.to_string()),
        after: html! { p.soft { (w.t("sheet-goes-to-therapist")) } },
    };
    layout(&frame, form::form(w, &sheet))
}

/// What follows the thanks: the next list that is due, or home.
pub fn onward(w: Words, next: Option<&str>) -> Markup {
    let href = next.map(|id| format!("/today/measures/{id}"));
    let (more, home) = (w.t("thanks-more"), w.t("thanks-home"));
    match &href {
        Some(href) => button_row(&[Button::link(&more, href).primary(), Button::link(&home, "/today")]),
        None => button_row(&[Button::link(&home, "/today").primary()]),
    }
}

/// The thanks.
pub fn sent(signed: &Signed, sent: &Sent<'_>) -> Markup {
    let w = signed.words();
    layout(&frame(signed, thanks::heading(w, sent.scoring)), thanks::content(w, sent))
}

/// How it goes, over time.
pub fn progress(signed: &Signed, today: &Today, content: &Content) -> Markup {
    let w = signed.words();
    let mut frame = frame(signed, w.t("own-progress-heading"));
    frame.crumbs = vec![Crumb { href: "/today".into(), text: w.t("nav-today").into_owned() }];
    frame.lede = Some(html! { (w.t("own-progress-lede")) });
    frame.actions = Some(print_button(&w.t("measures-print")));
    let shown = today.course.as_ref().map(|course| {
        let tracks = course.tracks.iter().filter(|track| track.progress.is_some());
        tracks.map(|track| own_track(w, course, track, content)).collect::<Vec<_>>()
    });
    let shown = shown.unwrap_or_default();
    layout(
        &frame,
        html! {
            div.stack.loose {
                @if shown.is_empty() {
                    (empty_state(&w.t("own-progress-empty-title"), &w.t("own-progress-empty-text"), None))
                }
                @for track in &shown { (track) }
                @if !shown.is_empty() { p.soft { (w.t("own-progress-talk")) } }
            }
        },
    )
}

fn own_track(w: Words, course: &OwnCourse, track: &Track, content: &Content) -> Markup {
    let (Some(instrument), Some(progress)) = (content.instrument(&track.instrument), &track.progress) else {
        return html! {};
    };
    let marks: Vec<Mark> = course
        .phases
        .iter()
        .map(|(phase, on)| Mark { on: *on, label: chart::phase_word(w, *phase) })
        .collect();
    let series = Series { points: &track.series, marks: &marks, until: course.ends_on };
    let sentence = gentle_sentence(w, progress);
    let view = ProgressChart {
        id: instrument.id.as_str(),
        title: &instrument.construct,
        sentence: &sentence,
        instrument,
        series: &series,
        pins: &[],
        layers: Layers::Few,
        table: None,
    };
    Card::new(&instrument.short, progress_chart(w, &view)).render()
}
