//! Steps through a list that is longer than a page.

use crate::ui::prelude::*;
use serde::Deserialize;

/// Which page an address asks for: `?page=2`.
#[derive(Debug, Default, Deserialize)]
pub struct Which {
    #[serde(default)]
    page: String,
}

impl Which {
    /// The number, from 1; the first page for anything that is no number.
    pub fn number(&self) -> usize {
        self.page.parse().unwrap_or(1)
    }
}

/// The steps to the pages before and after; nothing where one page holds everything.
pub fn steps(w: Words, path: &str, number: usize, of: usize) -> Markup {
    if of < 2 {
        return html! {};
    }
    let place = w.with("paging-place", &[("number", number.into()), ("of", of.into())]);
    let (before, after) = (format!("{path}?page={}", number - 1), format!("{path}?page={}", number + 1));
    let (back, on) = (w.t("paging-back"), w.t("paging-on"));
    let back = (number > 1).then_some(PageStep { href: &before, text: &back });
    let on = (number < of).then_some(PageStep { href: &after, text: &on });
    pager(&w.t("paging-label"), &place, back, on)
}
