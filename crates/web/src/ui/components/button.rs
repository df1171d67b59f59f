//! Buttons, as submit or as link.

use maud::{Markup, Render, html};

use super::field::hidden;
use crate::ui::icons::Icon;

/// How much a button asks for attention. One [`Look::Primary`] per form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The thing this page is for.
    Primary,
    /// Everything else.
    #[default]
    Quiet,
    /// Takes something away for good. Always behind [`super::confirm`] or a page that says what happens.
    Danger,
    /// Looks like a link; for the least important things in a row.
    Plain,
}

#[derive(Clone, Copy, Debug)]
enum Deed<'a> {
    Submit,
    Link(&'a str),
}

/// A button: `(Button::submit("Save").primary())`, `(Button::link("Open", "/clients"))`.
#[derive(Clone, Copy, Debug)]
pub struct Button<'a> {
    text: &'a str,
    deed: Deed<'a>,
    look: Look,
    icon: Option<Icon>,
    named: Option<(&'a str, &'a str)>,
    about: Option<&'a str>,
    posts_to: Option<&'a str>,
    checks: bool,
}

impl<'a> Button<'a> {
    /// A button that submits its form.
    #[must_use]
    pub fn submit(text: &'a str) -> Button<'a> {
        Button::of(text, Deed::Submit)
    }

    /// A link that looks like a button.
    #[must_use]
    pub fn link(text: &'a str, href: &'a str) -> Button<'a> {
        Button::of(text, Deed::Link(href))
    }

    fn of(text: &'a str, deed: Deed<'a>) -> Button<'a> {
        Button {
            text,
            deed,
            look: Look::Quiet,
            icon: None,
            named: None,
            about: None,
            posts_to: None,
            checks: true,
        }
    }

    /// With this look.
    #[must_use]
    pub fn look(mut self, look: Look) -> Button<'a> {
        self.look = look;
        self
    }

    /// Shorthand for [`Look::Primary`].
    #[must_use]
    pub fn primary(self) -> Button<'a> {
        self.look(Look::Primary)
    }

    /// Shorthand for [`Look::Danger`].
    #[must_use]
    pub fn danger(self) -> Button<'a> {
        self.look(Look::Danger)
    }

    /// Shorthand for [`Look::Plain`].
    #[must_use]
    pub fn plain(self) -> Button<'a> {
        self.look(Look::Plain)
    }

    /// With an icon before the word.
    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Button<'a> {
        self.icon = Some(icon);
        self
    }

    /// Sends `name=value` with the form, so that several buttons can stand in one form.
    #[must_use]
    pub fn named(mut self, name: &'a str, value: &'a str) -> Button<'a> {
        self.named = Some((name, value));
        self
    }

    /// What the button is about, for rows of equal buttons: heard after the text, not seen ("Open, Amina").
    #[must_use]
    pub fn about(mut self, about: &'a str) -> Button<'a> {
        self.about = Some(about);
        self
    }

    /// Sends the form to another address than the form's own.
    #[must_use]
    pub fn posts_to(mut self, action: &'a str) -> Button<'a> {
        self.posts_to = Some(action);
        self
    }

    /// Sends the form as it is: the browser does not insist on required fields (save a draft, add a row).
    #[must_use]
    pub fn unchecked(mut self) -> Button<'a> {
        self.checks = false;
        self
    }

    fn class(&self) -> &'static str {
        match self.look {
            Look::Primary => "button primary",
            Look::Quiet => "button quiet",
            Look::Danger => "button danger",
            Look::Plain => "button plain",
        }
    }

    fn face(&self) -> Markup {
        html! {
            @if let Some(icon) = self.icon { (icon) }
            span { (self.text) @if let Some(about) = self.about { span.only-heard { ", " (about) } } }
        }
    }
}

impl Render for Button<'_> {
    fn render(&self) -> Markup {
        match self.deed {
            Deed::Link(href) => html! { a class=(self.class()) href=(href) { (self.face()) } },
            Deed::Submit => html! {
                button class=(self.class()) type="submit" name=[self.named.map(|pair| pair.0)]
                    value=[self.named.map(|pair| pair.1)] formaction=[self.posts_to]
                    formnovalidate[!self.checks] { (self.face()) }
            },
        }
    }
}

/// Buttons side by side, wrapping where there is no room. The primary one comes first.
#[must_use]
pub fn button_row(buttons: &[Button<'_>]) -> Markup {
    html! { div.button-row { @for button in buttons { (button) } } }
}

/// A form that is only a button: for verbs that need no fields. `fields` are sent hidden.
#[must_use]
pub fn post_button(action: &str, fields: &[(&str, &str)], button: &Button<'_>) -> Markup {
    html! {
        form.post-button method="post" action=(action) {
            @for (name, value) in fields { (hidden(name, value)) }
            (button)
        }
    }
}

/// A button that opens the browser's print window. It needs the script, so it is hidden until the script runs.
#[must_use]
pub fn print_button(text: &str) -> Markup {
    html! {
        button.button.quiet type="button" data-print hidden { (Icon::Print) span { (text) } }
    }
}
