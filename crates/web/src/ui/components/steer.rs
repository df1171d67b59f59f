//! Ways to other pages: breadcrumbs, tabs as links, pager.

use std::borrow::Cow;

use maud::{Markup, html};

use crate::ui::icons::Icon;

/// One step of the way to a page.
#[derive(Clone, Debug)]
pub struct Crumb<'a> {
    /// Where it leads.
    pub href: Cow<'a, str>,
    /// Its name.
    pub text: String,
}

/// The way to this page. The page itself is the heading and does not repeat here.
#[must_use]
pub fn breadcrumbs(label: &str, crumbs: &[Crumb<'_>]) -> Markup {
    html! {
        nav.crumbs aria-label=(label) {
            ol { @for crumb in crumbs { li { a href=(crumb.href) { (crumb.text) } } } }
        }
    }
}

/// One tab.
#[derive(Clone, Debug)]
pub struct Tab<'a> {
    /// Where it leads; also its identity for `here` of [`tabs`].
    pub href: &'a str,
    /// Its name.
    pub text: &'a str,
    /// How many things are in it, when that is worth knowing.
    pub count: Option<u32>,
}

/// Pages that belong together, as links; `here` is the `href` of the current one.
#[must_use]
pub fn tabs(label: &str, here: &str, entries: &[Tab<'_>]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            ul {
                @for tab in entries {
                    li {
                        a href=(tab.href) aria-current=[(tab.href == here).then_some("page")] {
                            (tab.text)
                            @if let Some(count) = tab.count { " " span.tab-count { (count) } }
                        }
                    }
                }
            }
        }
    }
}

/// A neighbouring page of a long list.
#[derive(Clone, Copy, Debug)]
pub struct PageStep<'a> {
    /// Where it leads.
    pub href: &'a str,
    /// "Earlier", "Next 50" …
    pub text: &'a str,
}

/// Steps through a long list. `place` says where one is: "1 to 50 of 312".
#[must_use]
pub fn pager(label: &str, place: &str, back: Option<PageStep<'_>>, on: Option<PageStep<'_>>) -> Markup {
    html! {
        nav.pager aria-label=(label) {
            @if let Some(back) = back { a.button.quiet href=(back.href) rel="prev" { (Icon::Left) span { (back.text) } } }
            span.pager-place { (place) }
            @if let Some(on) = on { a.button.quiet href=(on.href) rel="next" { span { (on.text) } (Icon::Right) } }
        }
    }
}
