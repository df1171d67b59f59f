//! Lists: terms with values, moments in time, people with a reason.

use maud::{Markup, html};

use super::badge::Tone;

/// Terms and their values.
#[must_use]
pub fn definition_list(entries: &[(&str, Markup)]) -> Markup {
    html! {
        dl.terms { @for (term, value) in entries { div { dt { (term) } dd { (value) } } } }
    }
}

/// One moment on a timeline.
#[derive(Clone, Debug)]
pub struct Moment<'a> {
    /// When, in words.
    pub when: &'a str,
    /// What happened.
    pub title: &'a str,
    /// More about it.
    pub body: Option<Markup>,
    /// What it means.
    pub tone: Tone,
}

/// What happened, in the order given.
#[must_use]
pub fn timeline(moments: &[Moment<'_>]) -> Markup {
    html! {
        ol.timeline {
            @for moment in moments {
                li.(moment.tone.class()) {
                    span.timeline-dot { (moment.tone.shape()) }
                    div.timeline-what {
                        span.timeline-when { (moment.when) }
                        span.timeline-title { (moment.title) }
                        @if let Some(body) = &moment.body { div.timeline-body { (body) } }
                    }
                }
            }
        }
    }
}

/// One person in a list for staff: who, where they stand, the last figure, why they are here, what to do.
#[derive(Clone, Debug)]
pub struct PersonRow<'a> {
    /// Name as the practice writes it.
    pub name: &'a str,
    /// Their page.
    pub href: &'a str,
    /// Where they stand: "Middle phase, session 6 of 14".
    pub standing: &'a str,
    /// Last figure with its change in words, or nothing yet.
    pub figure: Option<Markup>,
    /// Last contact in words.
    pub contact: &'a str,
    /// Why the person is in this list, always text.
    pub why: Markup,
    /// What to do about it: one button.
    pub action: Option<Markup>,
    /// What the reason means; draws the shape and the stripe.
    pub tone: Tone,
}

/// People, one row each, the whole row readable at 320 px.
#[must_use]
pub fn people_list(rows: &[PersonRow<'_>]) -> Markup {
    html! {
        ul.people { @for row in rows { li.person-row.(row.tone.class()) { (person_row(row)) } } }
    }
}

fn person_row(row: &PersonRow<'_>) -> Markup {
    html! {
        div.person-who {
            span.initials aria-hidden="true" { (initials(row.name)) }
            div {
                a.person-name href=(row.href) { bdi { (row.name) } }
                span.person-standing { (row.standing) }
            }
        }
        div.person-figure { @if let Some(figure) = &row.figure { (figure) } }
        div.person-why { (row.tone.shape()) div { (row.why) span.person-contact { (row.contact) } } }
        div.person-action { @if let Some(action) = &row.action { (action) } }
    }
}

/// A person with a line about them: for headers and cards.
#[must_use]
pub fn person(name: &str, about: &str) -> Markup {
    html! {
        div.person-who {
            span.initials aria-hidden="true" { (initials(name)) }
            div { bdi.person-name { (name) } span.person-standing { (about) } }
        }
    }
}

/// The first letters of the first and the last word of a name: `AO` for "Amina Nabwire Okello".
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}
