//! The note to be read: signed, as an earlier version, or before signing. Prints well.

use super::words;
use crate::kernel::door::Signed;
use crate::kernel::once::once;
use crate::pages::chart::{self, ChartTab};
use crate::ui::prelude::*;
use app::course::MayWrite;
use app::notes::{
    Added, Labels, MoodLink, NoteVersion, SessionNote, SessionPage, Signature, StepMark, TechniqueUse,
    TherapySession, VersionMark,
};
use domain::session::NARRATIVE_CHARS_MAX;
use jiff::tz::TimeZone;

/// A note that is signed, with what was added to it; also for those who may only read an open one.
/// `typed` is what somebody was still writing when the note was locked.
pub fn page(signed: &Signed, page: &SessionPage, typed: Option<&str>, problem: Option<&str>) -> Markup {
    let w = signed.words();
    let zone = &signed.who.zone;
    let session = &page.session;
    let mut frame = frame(signed, page);
    frame.actions = Some(print_button(&w.t("print")));
    let device_draft = address(page, "draft");
    layout(
        &frame,
        html! {
            (chart::top(w, &page.head, ChartTab::Sessions))
            @if session.signed.is_some() { div data-clears-draft=(device_draft) {} }
            @if typed.is_some() && problem.is_none() {
                (notice(Tone::Watch, &w.t("signed-locked"), html! { p { (w.t("signed-locked-text")) } }))
            }
            div.note-page {
                (signature(w, session.signed.as_ref(), zone))
                @if page.cosigns && page.gaps.is_empty() { (cosign(w, page)) }
                (note(w, &session.note, &page.labels))
                @if session.signed.is_some() {
                    (addenda(w, &page.addenda, zone))
                    @if page.head.may_write != MayWrite::No { (addendum_form(w, page, typed, problem)) }
                }
                (versions(w, page, zone))
            }
        },
    )
}

/// The supervisor's signature under what a trainee wrote.
fn cosign(w: Words, page: &SessionPage) -> Markup {
    let version = page.session.version.to_string();
    let text = w.t("cosign-button");
    let button = Button::submit(&text).primary().icon(Icon::Lock);
    notice(
        Tone::Due,
        &w.t("cosign-title"),
        html! {
            p { (w.t("cosign-text")) }
            (post_button(&address(page, "cosign"), &[("version", &version)], &button))
        },
    )
}

/// One version of a note.
pub fn version(signed: &Signed, kept: &NoteVersion) -> Markup {
    let w = signed.words();
    let zone = &signed.who.zone;
    let number = kept.session.number;
    let heading = w.with("session-heading", &[("session", number.into())]);
    let mut frame = chart::frame(signed, &kept.head, ChartTab::Sessions, heading.clone());
    let href = chart::path(kept.head.episode, &format!("sessions/{number}"));
    frame.crumbs.push(Crumb { href: href.into(), text: w.t("note-back").into_owned() });
    frame.lede = Some(html! { (version_words(w, &kept.mark, zone)) });
    frame.actions = Some(print_button(&w.t("print")));
    layout(
        &frame,
        html! {
            (chart::top(w, &kept.head, ChartTab::Sessions))
            (note(w, &kept.note, &kept.labels))
        },
    )
}

/// The frame of a session's page.
pub fn frame<'a>(signed: &'a Signed, page: &SessionPage) -> Frame<'a> {
    let w = signed.words();
    let session = &page.session;
    let heading = w.with("session-heading", &[("session", session.number.into())]);
    let mut frame = chart::frame(signed, &page.head, ChartTab::Sessions, heading);
    let sessions = chart::path(page.head.episode, "sessions");
    frame.crumbs.push(Crumb { href: sessions.into(), text: w.t("chart-sessions").into_owned() });
    frame.lede = Some(held(w, session, page.brief.left_after));
    frame
}

fn held(w: Words, session: &TherapySession, left_after: u16) -> Markup {
    html! {
        (w.with("session-held", &[("date", w.weekday_date(session.held_on).into())]))
        " · " (words::mode(w, session.note.mode)) ". "
        (w.with("session-left-after", &[("left", left_after.into())]))
    }
}

/// The address of a part of a session.
pub fn address(page: &SessionPage, part: &str) -> String {
    let own = format!("sessions/{}", page.session.number);
    let part = if part.is_empty() { own } else { format!("{own}/{part}") };
    chart::path(page.head.episode, &part)
}

fn signature(w: Words, signature: Option<&Signature>, zone: &TimeZone) -> Markup {
    let Some(signature) = signature else {
        return html! { p { (badge(Tone::Due, &w.t("session-state-open"))) } };
    };
    let who = signature.by.clone().unwrap_or_else(|| w.t("note-by-unknown").into_owned());
    let when = w.moment(signature.at, zone);
    html! {
        p.cluster {
            (badge(Tone::Well, &w.t("session-state-signed")))
            span { (w.with("signed-by", &[("when", when.into()), ("who", who.into())])) }
        }
    }
}

/// The whole note, section by section; empty sections are left out, those that are always asked say so.
pub fn note(w: Words, note: &SessionNote, labels: &Labels) -> Markup {
    html! {
        article.card.note-read {
            (part(&w.t("note-agenda"), &note.agenda))
            (part(&w.t("note-attended"), &note.attended))
            @if note.mode.is_remote() {
                (part(&w.t("note-place"), &note.place))
                (part(&w.t("note-emergency"), &note.emergency_contact))
            }
            @if !note.steps.is_empty() {
                section { h2 { (w.t("note-from-steps")) } (from_steps(w, &note.steps)) }
            }
            section {
                h2 { (w.t("note-links")) }
                @if note.mood_links.is_empty() { p.soft { (w.t("note-link-none")) } }
                @for link in &note.mood_links { (mood_link(w, link, labels)) }
            }
            section {
                h2 { (w.t("note-techniques")) }
                @if note.techniques.is_empty() { p.soft { (w.t("note-techniques-none")) } }
                @for one in &note.techniques { (technique(w, one, labels)) }
            }
            (part(&w.t("note-narrative"), &note.narrative))
            (risk(w, note))
            (ending(w, note))
            @if let Some(skipped) = &note.skipped {
                section {
                    h2 { (w.t("note-skipped")) }
                    p { (words::skipped(w, skipped.reason)) @if !skipped.note.is_empty() { ": " (skipped.note) } }
                }
            }
        }
    }
}

fn part(title: &str, text: &str) -> Markup {
    html! { @if !text.is_empty() { section { h2 { (title) } p.kept-lines { (text) } } } }
}

/// Sentences from the marks of the steps.
pub fn from_steps(w: Words, steps: &[StepMark]) -> Markup {
    let sentence = |step: &StepMark| {
        let mark = words::mark(w, step.mark);
        let title = step.title.as_str();
        if step.reason.is_empty() {
            w.with("note-step-sentence", &[("step", title.into()), ("mark", mark.into())])
        } else {
            let values =
                [("step", title.into()), ("mark", mark.into()), ("reason", step.reason.as_str().into())];
            w.with("note-step-sentence-reason", &values)
        }
    };
    html! { ul.from-steps { @for step in steps { li { (sentence(step)) } } } }
}

/// One mood-event link.
pub fn mood_link(w: Words, link: &MoodLink, labels: &Labels) -> Markup {
    let tie = link.tie.and_then(|id| labels.tie(id));
    let event = link.life_event.and_then(|id| labels.event(id));
    html! {
        div.note-item {
            p {
                strong { (w.with("note-mood-of", &[("mood", link.mood.into())])) }
                @if let Some(name) = tie { " · " bdi { (name) } }
                @if let Some(name) = event { " · " bdi { (name) } }
                @if let Some(direction) = link.direction { " · " (words::direction(w, direction)) }
            }
            p.kept-lines { (link.event) }
            @if !link.feelings.is_empty() { p.soft { (link.feelings) } }
        }
    }
}

/// One technique that was used.
pub fn technique(w: Words, one: &TechniqueUse, labels: &Labels) -> Markup {
    let tie = one.tie.and_then(|id| labels.tie(id));
    html! {
        div.note-item {
            p {
                strong { (words::technique(w, one.kind)) }
                @if let Some(name) = tie { " · " bdi { (name) } }
            }
            @if !one.what_happened.is_empty() { p.kept-lines { (one.what_happened) } }
            @if !one.outcome.is_empty() { p.soft.kept-lines { (one.outcome) } }
        }
    }
}

fn risk(w: Words, note: &SessionNote) -> Markup {
    html! {
        section {
            h2 { (w.t("note-risk")) }
            @match note.risk_level.map(|level| words::risk(w, level)) {
                Some((word, hint)) => p { strong { (word) } " · " (hint) },
                None => p.soft { (w.t("note-risk-not-set")) },
            }
            @if !note.risk_note.is_empty() { p.kept-lines { (note.risk_note) } }
        }
    }
}

fn ending(w: Words, note: &SessionNote) -> Markup {
    let ticks = [
        (note.sessions_left_said, w.t("note-sessions-left-said")),
        (note.ending_discussed, w.t("note-ending-discussed")),
        (note.client_wishes_to_end, w.t("note-client-wishes-to-end")),
    ];
    let said: Vec<_> = ticks.iter().filter(|(is_so, _)| *is_so).collect();
    html! {
        @if !said.is_empty() {
            section {
                h2 { (w.t("note-ending")) }
                ul { @for (_, text) in said { li { (text) } } }
            }
        }
    }
}

fn addenda(w: Words, addenda: &[Added], zone: &TimeZone) -> Markup {
    html! {
        section.part {
            div.part-head { h2 { (w.t("addenda-title")) } }
            @if addenda.is_empty() { p.soft { (w.t("addenda-none")) } }
            @for added in addenda {
                article.card {
                    p.stamp {
                        (w.moment(added.addendum.at, zone)) " · "
                        bdi { (added.addendum.author.as_deref().unwrap_or(&w.t("note-by-unknown"))) }
                        @if added.late { " " (badge(Tone::Due, &w.t("addendum-late"))) }
                    }
                    p.kept-lines { (added.addendum.text) }
                }
            }
        }
    }
}

fn addendum_form(w: Words, page: &SessionPage, typed: Option<&str>, problem: Option<&str>) -> Markup {
    let label = w.t("addendum-text");
    let help = w.t("addendum-help");
    let field = Field::new("text", &label).help(&help).error(problem).required();
    let limit = w.with("note-narrative-help", &[("max", w.count(NARRATIVE_CHARS_MAX as i64).into())]);
    html! {
        section.card.no-print {
            h2 { (w.t("addendum-new")) }
            form method="post" action=(address(page, "addenda")) {
                (once())
                (text_area(&field, typed.unwrap_or_default(), 4))
                p.soft.small { (limit) }
                (Button::submit(&w.t("addendum-button")).primary())
            }
        }
    }
}

fn version_words(w: Words, mark: &VersionMark, zone: &TimeZone) -> String {
    let who = mark.author.clone().unwrap_or_else(|| w.t("note-by-unknown").into_owned());
    let when = w.moment(mark.at, zone);
    let values = [("version", mark.version.into()), ("when", when.into()), ("who", who.into())];
    w.with("note-version-by", &values)
}

/// Every version with a way to it; closed at first.
pub fn versions(w: Words, page: &SessionPage, zone: &TimeZone) -> Markup {
    let list = html! {
        ol.stack reversed {
            @for mark in &page.versions {
                li { a href=(address(page, &format!("versions/{}", mark.version))) { (version_words(w, mark, zone)) } }
            }
        }
    };
    html! { div.no-print { (disclosure(&w.t("note-versions"), list)) } }
}
