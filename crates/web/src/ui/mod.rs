//! The look of Attune: a frame round every page, components, icons and charts.
//!
//! All of it is plain functions and small builders that return [`maud::Markup`]; every text is handed in by
//! the caller (the frame takes [`crate::locale::Words`] for the texts that are the same on every page).
//! `docs/design.md` shows how to write a page. A page writer starts with
//! `use crate::ui::prelude::*;`.

pub mod chart;
pub mod components;
pub mod icons;
mod layout;
pub mod saying;

#[cfg(test)]
mod contrast;
#[cfg(test)]
mod samples;

pub use layout::{Frame, Idle, NavEntry, Person, QuickExit, Room, Theme, Width, layout};

/// Everything a page writer needs in one line.
pub mod prelude {
    pub use super::chart::{Layers, Pin, ProgressChart, progress_chart};
    pub use super::components::*;
    pub use super::icons::Icon;
    pub use super::saying::{
        gentle_sentence, progress_sentence, severity_words, standing_badge, standing_sentence,
    };
    pub use super::{Frame, Idle, NavEntry, Person, QuickExit, Room, Theme, Width, layout};
    pub use crate::locale::Words;
    pub use maud::{Markup, Render, html};
}
