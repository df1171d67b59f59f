//! Surfaces that hold things together: card, disclosure, confirmation, empty state, version stamp.

use maud::{Markup, Render, html};

use super::badge::Tone;
use super::button::Button;

/// What a card is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CardLook {
    /// A sheet of paper.
    #[default]
    Sheet,
    /// No border: a part of the page.
    Bare,
    /// Sunken: beside the main thing.
    Aside,
    /// Private notes: hatched edge, never printed with the record.
    Private,
    /// With the stripe of a tone at its start edge.
    Toned(Tone),
}

/// A titled surface: `(Card::new("Measures", body).action(Button::link("See all", href)))`.
#[derive(Clone, Debug)]
pub struct Card<'a> {
    title: &'a str,
    body: Markup,
    look: CardLook,
    action: Option<Markup>,
    foot: Option<Markup>,
    id: Option<&'a str>,
    level: u8,
}

impl<'a> Card<'a> {
    /// A card with an `h2`. An empty title gives none.
    #[must_use]
    pub fn new(title: &'a str, body: Markup) -> Card<'a> {
        Card { title, body, look: CardLook::Sheet, action: None, foot: None, id: None, level: 2 }
    }

    /// With this look.
    #[must_use]
    pub fn look(mut self, look: CardLook) -> Card<'a> {
        self.look = look;
        self
    }

    /// Something at the right of the title: a button, a badge.
    #[must_use]
    pub fn action(mut self, action: impl Render) -> Card<'a> {
        self.action = Some(action.render());
        self
    }

    /// A line at the bottom: a stamp, a link.
    #[must_use]
    pub fn foot(mut self, foot: impl Render) -> Card<'a> {
        self.foot = Some(foot.render());
        self
    }

    /// With an id, to be linked to.
    #[must_use]
    pub fn id(mut self, id: &'a str) -> Card<'a> {
        self.id = Some(id);
        self
    }

    /// With an `h3`, for a card inside a section that has an `h2`.
    #[must_use]
    pub fn under_section(mut self) -> Card<'a> {
        self.level = 3;
        self
    }

    fn class(&self) -> String {
        match self.look {
            CardLook::Sheet => "card".to_owned(),
            CardLook::Bare => "card bare".to_owned(),
            CardLook::Aside => "card aside".to_owned(),
            CardLook::Private => "card private".to_owned(),
            CardLook::Toned(tone) => format!("card toned {}", tone.class()),
        }
    }
}

impl Render for Card<'_> {
    fn render(&self) -> Markup {
        html! {
            section class=(self.class()) id=[self.id] {
                @if !self.title.is_empty() || self.action.is_some() {
                    div.card-head {
                        @if self.title.is_empty() { span {} }
                        @else if self.level == 3 { h3 { (self.title) } }
                        @else { h2 { (self.title) } }
                        @if let Some(action) = &self.action { div.card-action { (action) } }
                    }
                }
                div.card-body { (self.body) }
                @if let Some(foot) = &self.foot { div.card-foot { (foot) } }
            }
        }
    }
}

/// Something to unfold, closed at first.
#[must_use]
pub fn disclosure(summary: &str, body: Markup) -> Markup {
    html! { details.disclosure { summary { (summary) } div.disclosure-body { (body) } } }
}

/// A deed that cannot be undone, in two steps without a dialog: unfold, read what will happen, do it.
/// `fields` are sent hidden with the form.
#[must_use]
pub fn confirm(
    summary: &str,
    consequence: &str,
    action: &str,
    fields: &[(&str, &str)],
    button: &Button<'_>,
) -> Markup {
    html! {
        details.disclosure.confirm {
            summary { (summary) }
            div.disclosure-body {
                p { (consequence) }
                (super::button::post_button(action, fields, button))
            }
        }
    }
}

/// What stands where a list would be: why it is empty and what to do first.
#[must_use]
pub fn empty_state(title: &str, text: &str, action: Option<&Button<'_>>) -> Markup {
    html! {
        div.empty {
            svg.empty-mark viewBox="0 0 64 40" width="64" height="40" fill="none" aria-hidden="true" focusable="false" {
                circle cx="25" cy="22" r="14" {}
                circle cx="39" cy="18" r="14" stroke-dasharray="3 4" {}
            }
            p.empty-title { (title) }
            p { (text) }
            @if let Some(action) = action { (action) }
        }
    }
}

/// Which version of a record this is: `stamp("Version 3", "3 Nov 2026, 14:05", "Dr Okello")`.
#[must_use]
pub fn stamp(version: &str, when: &str, who: &str) -> Markup {
    html! {
        p.stamp {
            span { (version) } " " span.dot aria-hidden="true" { "·" } " " span { (when) }
            " " span.dot aria-hidden="true" { "·" } " " bdi { (who) }
        }
    }
}
