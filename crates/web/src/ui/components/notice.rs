//! Messages on top of a page or beside a thing.

use maud::{Markup, html};

use super::badge::Tone;

/// A message: what happened, what is safe, what to do next. [`Tone::Act`] and [`Tone::Watch`] interrupt
/// a screen reader, the others wait.
#[must_use]
pub fn notice(tone: Tone, heading: &str, body: Markup) -> Markup {
    let role = if matches!(tone, Tone::Act | Tone::Watch) { "alert" } else { "status" };
    html! {
        div.notice.(tone.class()) role=(role) {
            (tone.shape())
            div.notice-words {
                @if !heading.is_empty() { p.notice-title { (heading) } }
                (body)
            }
        }
    }
}
