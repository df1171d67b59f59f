//! Our own small set of icons: strokes of one width on a 24-unit grid, in the colour of the text beside them.
//!
//! An icon never speaks alone: it is hidden from assistive technology and a word stands beside it.

use maud::{Markup, PreEscaped, Render, html};

/// One icon of the set. Put it into a page with `(Icon::Pen)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names are the documentation.
pub enum Icon {
    Today,
    People,
    Person,
    Rings,
    Calendar,
    Clock,
    Note,
    Pen,
    Lock,
    Check,
    Flag,
    Care,
    Chart,
    Homework,
    Link,
    Print,
    Search,
    Plus,
    Minus,
    Right,
    Left,
    Exit,
    Settings,
    Key,
    Audit,
    Sun,
    Moon,
    Menu,
    Course,
    Help,
    Talk,
    Private,
}

impl Icon {
    /// Every icon, for the gallery.
    pub const ALL: [Icon; 32] = [
        Icon::Today,
        Icon::People,
        Icon::Person,
        Icon::Rings,
        Icon::Calendar,
        Icon::Clock,
        Icon::Note,
        Icon::Pen,
        Icon::Lock,
        Icon::Check,
        Icon::Flag,
        Icon::Care,
        Icon::Chart,
        Icon::Homework,
        Icon::Link,
        Icon::Print,
        Icon::Search,
        Icon::Plus,
        Icon::Minus,
        Icon::Right,
        Icon::Left,
        Icon::Exit,
        Icon::Settings,
        Icon::Key,
        Icon::Audit,
        Icon::Sun,
        Icon::Moon,
        Icon::Menu,
        Icon::Course,
        Icon::Help,
        Icon::Talk,
        Icon::Private,
    ];

    // tidy: one thought, a row for each icon
    fn strokes(self) -> &'static str {
        match self {
            Icon::Today => {
                r#"<path d="M3 18h18M6 18a6 6 0 0 1 12 0M12 5v3M4.2 9.2l2 2M19.8 9.2l-2 2M8 21.5h8"/>"#
            }
            Icon::People => {
                r#"<circle cx="9" cy="8" r="3.25"/><path d="M3 20c.4-4 2.7-6 6-6s5.6 2 6 6M15.5 5.2a3.25 3.25 0 0 1 0 5.6M17.5 14.5c2 .8 3.2 2.7 3.5 5.5"/>"#
            }
            Icon::Person => {
                r#"<circle cx="12" cy="8" r="3.750"/><path d="M5 20.5c.5-4.5 3-6.5 7-6.5s6.5 2 7 6.5"/>"#
            }
            Icon::Rings => {
                r#"<circle cx="12" cy="12" r="9"/><circle cx="12" cy="12" r="5"/><circle cx="12" cy="12" r="1.25" fill="currentColor" stroke="none"/><circle cx="17.6" cy="6.4" r="1.6" fill="currentColor" stroke="none"/>"#
            }
            Icon::Calendar => {
                r#"<rect x="3.5" y="5" width="17" height="15.5" rx="2.5"/><path d="M3.5 10h17M8 3v4M16 3v4"/><path d="M8 14.5h3"/>"#
            }
            Icon::Clock => r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v5.3l3.5 2"/>"#,
            Icon::Note => {
                r#"<path d="M6.5 3.5h11a2 2 0 0 1 2 2v9l-6 6h-7a2 2 0 0 1-2-2v-13a2 2 0 0 1 2-2zM13.5 20v-5.5H19M8.5 8h7M8.5 12h5"/>"#
            }
            Icon::Pen => {
                r#"<path d="M4 20l1-4.5L16.2 4.3a2 2 0 0 1 2.8 0l.7.7a2 2 0 0 1 0 2.8L8.5 19zM14 6.5l3.5 3.5"/>"#
            }
            Icon::Lock => {
                r#"<rect x="4.5" y="10.5" width="15" height="10" rx="2.5"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.5v2"/>"#
            }
            Icon::Check => r#"<path d="M4.5 12.8l5 5L19.5 6.5"/>"#,
            Icon::Flag => r#"<path d="M5.5 21V4M5.5 4.8c4-2.3 7 2 13 0l-2.2 4.7 2.2 4.7c-6 2-9-2.3-13 0"/>"#,
            Icon::Care => {
                r#"<path d="M12 11.5C9 9.5 7.5 8 7.5 6.1A2.350 2.350 0 0 1 12 5a2.350 2.350 0 0 1 4.5 1.1c0 1.9-1.5 3.4-4.5 5.4z"/><path d="M3 14.5c2.5-1 4.5-.8 6.5 1h3c1.7 0 1.7 2.3 0 2.3H10M14.5 16.8l4.3-2.3c1.6-.8 2.7 1 1.5 2.1-2.3 2-4.6 3.9-7.8 3.9-3.5 0-5-1.8-9.5-1"/>"#
            }
            Icon::Chart => r#"<path d="M4 4v14.5a1.5 1.5 0 0 0 1.5 1.5H20.5M7.5 8.5l4 3.5 3.5-1 4.5 5"/>"#,
            Icon::Homework => {
                r#"<path d="M4 5.5c3-1 5.5-.8 8 .8 2.5-1.6 5-1.8 8-.8v13c-3-1-5.5-.8-8 .8-2.5-1.6-5-1.8-8-.8zM12 6.3v13"/>"#
            }
            Icon::Link => {
                r#"<path d="M10 14.5a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7l-1 1M14 9.5a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1-1"/>"#
            }
            Icon::Print => {
                r#"<path d="M7 8V3.5h10V8M7 17H5a1.5 1.5 0 0 1-1.5-1.5V10A2 2 0 0 1 5.5 8h13a2 2 0 0 1 2 2v5.5A1.5 1.5 0 0 1 19 17h-2M7 14h10v6.5H7z"/>"#
            }
            Icon::Search => r#"<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.3 15.3l5.2 5.2"/>"#,
            Icon::Plus => r#"<path d="M12 5v14M5 12h14"/>"#,
            Icon::Minus => r#"<path d="M5 12h14"/>"#,
            Icon::Right => r#"<path d="M5 12h14M13 6l6 6-6 6"/>"#,
            Icon::Left => r#"<path d="M19 12H5M11 6l-6 6 6 6"/>"#,
            Icon::Exit => {
                r#"<path d="M13.5 4H6.5A1.5 1.5 0 0 0 5 5.5v13A1.5 1.5 0 0 0 6.5 20h7M10 12h11M17 8l4 4-4 4"/>"#
            }
            Icon::Settings => {
                r#"<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>"#
            }
            Icon::Key => {
                r#"<circle cx="8" cy="16" r="4.25"/><path d="M11 13l9-9M16.5 7.5l3 3M13.8 10.2l2 2"/>"#
            }
            Icon::Audit => {
                r#"<path d="M5 3.5h14v10M5 3.5v17h7M8.5 8h7M8.5 12h4"/><circle cx="16.5" cy="17" r="2.750"/><path d="M18.6 19.1l2.4 2.4"/>"#
            }
            Icon::Sun => {
                r#"<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4"/>"#
            }
            Icon::Moon => r#"<path d="M20 14.2A8.3 8.3 0 0 1 9.8 4a8.3 8.3 0 1 0 10.2 10.2z"/>"#,
            Icon::Menu => r#"<path d="M4 7h16M4 12h16M4 17h16"/>"#,
            Icon::Course => {
                r#"<circle cx="5" cy="18.5" r="2"/><circle cx="19" cy="5.5" r="2"/><path d="M7 18.5h8.5a3.25 3.25 0 0 0 0-6.5h-7a3.25 3.25 0 0 1 0-6.5H17"/>"#
            }
            Icon::Help => {
                r#"<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.7 2.2c-.8.5-1.2 1-1.2 2M12 16.7v.1"/>"#
            }
            Icon::Private => {
                r#"<rect x="4.5" y="3.5" width="15" height="17" rx="2"/><path d="M8.5 3.5v17"/><rect x="11.5" y="11" width="5.5" height="4.5" rx="1"/><path d="M12.75 11V9.75a1.5 1.5 0 0 1 3 0V11"/>"#
            }
            Icon::Talk => {
                r#"<path d="M4 5.5h11a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5H9L5 18v-3.5H4A1.5 1.5 0 0 1 2.5 13V7A1.5 1.5 0 0 1 4 5.5zM19 9h1a1.5 1.5 0 0 1 1.5 1.5V16a1.5 1.5 0 0 1-1.5 1.5v3L17 17.5h-4"/>"#
            }
        }
    }
}

impl Render for Icon {
    fn render(&self) -> Markup {
        html! {
            svg.icon viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor"
                stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"
                aria-hidden="true" focusable="false" { (PreEscaped(self.strokes())) }
        }
    }
}
