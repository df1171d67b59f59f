//! Where somebody stands on a way of known length: steps of a form, sessions of a course.

use maud::{Markup, html};

/// Progress as words and a bar: `progress("6 of 14 sessions", 6, 14)`.
#[must_use]
pub fn progress(text: &str, done: u32, of: u32) -> Markup {
    html! {
        div.progress {
            span.progress-words { (text) }
            progress value=(done) max=(of.max(1)) aria-label=(text) {}
        }
    }
}

/// One session on the strip of a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionMark {
    /// Was held.
    Held,
    /// Is open now, or comes next.
    Now,
    /// Is still to come.
    Ahead,
}

/// One phase of the course with its sessions.
#[derive(Clone, Debug)]
pub struct PhaseStrip<'a> {
    /// Name of the phase.
    pub name: &'a str,
    /// What became of it in words: "done", "session 6 now", "to come"; nothing where the dots say enough.
    pub state: &'a str,
    /// Its sessions, in order.
    pub sessions: &'a [SessionMark],
}

impl PhaseStrip<'_> {
    fn is_current(&self) -> bool {
        self.sessions.contains(&SessionMark::Now)
    }
}

/// The whole course as a strip of sessions in phases. `text` says the same in one line ("Session 6 of 14,
/// middle phase, 8 left") and is what assistive technology reads.
#[must_use]
pub fn course_strip(text: &str, phases: &[PhaseStrip<'_>]) -> Markup {
    html! {
        div.course {
            p.course-words { (text) }
            ol.course-strip {
                @for phase in phases {
                    li.course-phase.is-current[phase.is_current()] {
                        span.course-name {
                            (phase.name)
                            @if !phase.state.is_empty() { " " span.course-state { (phase.state) } }
                        }
                        span.course-dots aria-hidden="true" {
                            @for mark in phase.sessions { (session_mark(*mark)) }
                        }
                    }
                }
            }
        }
    }
}

fn session_mark(mark: SessionMark) -> Markup {
    match mark {
        SessionMark::Held => html! { i.held {} },
        SessionMark::Now => html! { i.now {} },
        SessionMark::Ahead => html! { i.ahead {} },
    }
}
