//! A state as a word with a shape before it. The colour only repeats what the word says.

use maud::{Markup, html};

/// What a state means for the reader. Each has a shape of its own, so that it survives black-and-white print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to do or to fear: an open circle.
    #[default]
    Neutral,
    /// Going well, done, passed: a filled circle with a tick.
    Well,
    /// Due or worth a look: a half-filled circle.
    Due,
    /// Not on track, needs a change: a triangle.
    Watch,
    /// Act today: a filled diamond.
    Act,
    /// Good to know: a square.
    Info,
}

impl Tone {
    pub(super) fn class(self) -> &'static str {
        match self {
            Tone::Neutral => "tone-neutral",
            Tone::Well => "tone-well",
            Tone::Due => "tone-due",
            Tone::Watch => "tone-watch",
            Tone::Act => "tone-act",
            Tone::Info => "tone-info",
        }
    }

    pub(super) fn shape(self) -> Markup {
        html! {
            svg.shape viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false" {
                @match self {
                    Tone::Neutral => circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" stroke-width="1.5" {},
                    Tone::Well => {
                        circle cx="6" cy="6" r="6" fill="currentColor" {}
                        path.knock d="M3.2 6.3l2 2 3.6-4.1" fill="none" stroke-width="1.6" {}
                    }
                    Tone::Due => {
                        circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" stroke-width="1.5" {}
                        path d="M6 1a5 5 0 0 1 0 10z" fill="currentColor" {}
                    }
                    Tone::Watch => path d="M6 .8l5.7 10.4H.3z" fill="currentColor" {},
                    Tone::Act => path d="M6 0l6 6-6 6-6-6z" fill="currentColor" {},
                    Tone::Info => rect x="1" y="1" width="10" height="10" rx="2" fill="currentColor" {},
                }
            }
        }
    }
}

/// A state in one to three words: `badge(Tone::Due, "Review due")`.
#[must_use]
pub fn badge(tone: Tone, text: &str) -> Markup {
    html! { span.badge.(tone.class()) { (tone.shape()) (text) } }
}

/// A severity in words, with one to five bars before it. `level` counts from 0 (least) to 4 (most); higher
/// values read as 4. Bars, not red: a high score is information, not an alarm.
#[must_use]
pub fn severity_badge(level: u8, text: &str) -> Markup {
    let level = level.min(4);
    html! {
        span.badge.severity.(format!("severity-{level}")) {
            svg.shape viewBox="0 0 19 12" width="19" height="12" aria-hidden="true" focusable="false" {
                @for bar in 0..5u8 {
                    @let height = 4 + 2 * bar;
                    rect.bar-off[bar > level] x=(4 * bar) y=(12 - height) width="3" height=(height) rx="1"
                        fill="currentColor" {}
                }
            }
            (text)
        }
    }
}
