//! The frame round every page: skip link, header, navigation, one heading, notices, content, footer.

use maud::{DOCTYPE, Markup, html};

use super::components::{Crumb, breadcrumbs};
use super::icons::Icon;
use crate::assets;
use crate::locale::Words;

/// Whom a page is for. Sets the density: dense for staff, generous for clients and visitors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Room {
    /// Therapists, supervisors, administrators: 24 px targets at least, tight rows.
    Staff,
    /// Clients: 44 px targets, larger text, one thing at a time.
    Client,
    /// Nobody signed in: as for clients.
    #[default]
    Public,
}

impl Room {
    fn name(self) -> &'static str {
        match self {
            Room::Staff => "staff",
            Room::Client => "client",
            Room::Public => "public",
        }
    }
}

/// The colours a person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    #[default]
    Device,
    /// Light, whatever the device says.
    Light,
    /// Dark, whatever the device says.
    Dark,
}

/// How wide the content of a page may grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// For forms and texts: lines of about 70 characters.
    Reading,
    /// For lists and overviews.
    #[default]
    Working,
    /// For two columns side by side, such as the session page.
    Wide,
}

/// One entry of the main navigation. The current one is found by comparing with [`Frame::here`].
#[derive(Clone, Debug)]
pub struct NavEntry<'a> {
    /// Where it leads; also its identity for [`Frame::here`].
    pub href: &'a str,
    /// The word under or beside the icon.
    pub text: String,
    /// The icon.
    pub icon: Icon,
}

/// The person who is signed in.
#[derive(Clone, Debug)]
pub struct Person<'a> {
    /// As they wish to be called.
    pub name: &'a str,
    /// Role in words, for example "therapist".
    pub role: String,
    /// Page of their own account.
    pub account_href: &'a str,
    /// Where the sign-out form posts to.
    pub sign_out_action: &'a str,
}

/// The link by which somebody who is watched leaves at once: on every page but the one it leads to. Clients and visitors
/// have it in the header, staff in the footer.
#[derive(Clone, Copy, Debug)]
pub struct QuickExit<'a> {
    /// A harmless public page.
    pub href: &'a str,
}

/// The page that tells nothing about where one came from.
const HARMLESS: QuickExit<'static> = QuickExit { href: "/weather" };

/// When the page warns that the session will end.
#[derive(Clone, Copy, Debug)]
pub struct Idle {
    /// Seconds without a request after which the warning shows.
    pub warn_after_seconds: u32,
    /// Seconds until the session ends whatever happens.
    pub ends_in_seconds: i64,
}

/// What the frame of a page needs to know. Start from [`Frame::new`] and fill in the rest.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// The texts.
    pub words: Words,
    /// Title of the browser tab. Never clinical, never a client's name.
    pub tab_title: String,
    /// The one `h1`. Empty when the content brings its own.
    pub heading: String,
    /// A line under the heading.
    pub lede: Option<Markup>,
    /// Buttons at the right of the heading.
    pub actions: Option<Markup>,
    /// Whom the page is for.
    pub room: Room,
    /// The colours the person chose.
    pub theme: Theme,
    /// Width of the content.
    pub width: Width,
    /// Name of the practice, for header and print.
    pub practice: Option<&'a str>,
    /// Where the name of the practice leads.
    pub home_href: &'a str,
    /// Who is signed in.
    pub person: Option<Person<'a>>,
    /// Main navigation.
    pub nav: Vec<NavEntry<'a>>,
    /// `href` of the entry of `nav` that this page belongs to.
    pub here: &'a str,
    /// The way to this page, without the page itself.
    pub crumbs: Vec<Crumb<'a>>,
    /// Messages on top, made with [`super::components::notice`].
    pub notices: Vec<Markup>,
    /// The help page; stands at the same place on every page (WCAG 3.2.6).
    pub help_href: Option<&'a str>,
    /// Leave at once.
    pub quick_exit: Option<QuickExit<'a>>,
    /// Warning before the session ends.
    pub idle: Option<Idle>,
}

impl<'a> Frame<'a> {
    /// A frame for a visitor, with title and heading; everything else empty.
    #[must_use]
    pub fn new(words: Words, tab_title: impl Into<String>, heading: impl Into<String>) -> Frame<'a> {
        Frame {
            words,
            tab_title: tab_title.into(),
            heading: heading.into(),
            lede: None,
            actions: None,
            room: Room::Public,
            theme: Theme::Device,
            width: Width::Working,
            practice: None,
            home_href: "/",
            person: None,
            nav: Vec::new(),
            here: "",
            crumbs: Vec::new(),
            notices: Vec::new(),
            help_href: None,
            quick_exit: Some(HARMLESS),
            idle: None,
        }
    }
}

/// A whole page: the frame round a content.
#[must_use]
pub fn layout(frame: &Frame<'_>, content: Markup) -> Markup {
    let w = frame.words;
    html! {
        (DOCTYPE)
        html lang=(w.tag()) dir=(w.direction()) data-theme=[theme_name(frame.theme)] {
            (head(frame))
            body data-room=(frame.room.name()) data-width=(width_name(frame.width))
                data-draft-key=[frame.person.is_some().then_some("/account/draft-key")]
                data-idle-after=[frame.idle.map(|idle| idle.warn_after_seconds)]
                data-ends-in=[frame.idle.map(|idle| idle.ends_in_seconds)] {
                a.skip href="#content" { (w.t("skip-to-content")) }
                (header(frame))
                main id="content" tabindex="-1" {
                    @if !frame.crumbs.is_empty() { (breadcrumbs(&w.t("crumbs-label"), &frame.crumbs)) }
                    (page_head(frame))
                    div.notices { @for notice in &frame.notices { (notice) } }
                    (content)
                }
                (footer(frame))
                (live_regions(w))
            }
        }
    }
}

fn theme_name(theme: Theme) -> Option<&'static str> {
    match theme {
        Theme::Device => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    }
}

fn width_name(width: Width) -> &'static str {
    match width {
        Width::Reading => "reading",
        Width::Working => "working",
        Width::Wide => "wide",
    }
}

fn head(frame: &Frame<'_>) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            meta name="robots" content="noindex";
            title { (frame.words.with("page-title", &[("title", frame.tab_title.as_str().into())])) }
            link rel="icon" type="image/svg+xml" href=(assets::href("img/mark.svg"));
            link rel="stylesheet" href=(assets::href("app.css"));
            script type="module" src=(assets::href("js/enhance.js")) {}
        }
    }
}

fn header(frame: &Frame<'_>) -> Markup {
    let w = frame.words;
    html! {
        header.site {
            a.brand href=(frame.home_href) {
                (mark())
                span.brand-words {
                    span.brand-name { (w.t("app-name")) }
                    @if let Some(practice) = frame.practice { span.brand-practice { (practice) } }
                }
            }
            @if !frame.nav.is_empty() {
                nav.main-nav aria-label=(w.t("nav-label")) {
                    ul { @for entry in &frame.nav { (nav_item(entry, frame.here)) } }
                }
            }
            div.site-end { (site_end(frame)) }
        }
    }
}

fn nav_item(entry: &NavEntry<'_>, here: &str) -> Markup {
    html! {
        li {
            a href=(entry.href) aria-current=[(entry.href == here).then_some("page")] {
                (entry.icon) span { (entry.text) }
            }
        }
    }
}

/// Help, the person and the way out, at the same place on every page.
fn site_end(frame: &Frame<'_>) -> Markup {
    let w = frame.words;
    html! {
        @if let (Some(exit), false) = (&frame.quick_exit, frame.room == Room::Staff) {
            a.quick-exit href=(exit.href) rel="noreferrer noopener" data-quick-exit
                title=(w.t("quick-exit-hint")) { (Icon::Exit) (w.t("quick-exit")) }
        }
        @if let Some(person) = &frame.person {
            a.whoami href=(person.account_href) title=(w.t("account")) {
                span.initials aria-hidden="true" { (super::components::initials(person.name)) }
                span.whoami-words {
                    bdi { (person.name) }
                    span.whoami-role { (person.role) }
                }
            }
        }
        ul.site-links aria-label=(w.t("account-nav-label")) {
            @if let Some(help) = frame.help_href {
                li { a.site-link href=(help) { (Icon::Help) span { (w.t("help")) } } }
            }
            @if let Some(person) = &frame.person {
                li {
                    form method="post" action=(person.sign_out_action) data-clears-drafts {
                        button.site-link type="submit" { (Icon::Exit) span { (w.t("sign-out")) } }
                    }
                }
            }
        }
    }
}

fn page_head(frame: &Frame<'_>) -> Markup {
    html! {
        @if !frame.heading.is_empty() {
            div.page-head {
                div.page-title {
                    h1 { (frame.heading) }
                    @if let Some(lede) = &frame.lede { p.lede { (lede) } }
                }
                @if let Some(actions) = &frame.actions { div.page-actions { (actions) } }
            }
        }
    }
}

fn footer(frame: &Frame<'_>) -> Markup {
    let w = frame.words;
    html! {
        footer.site-foot {
            @if let Some(practice) = frame.practice { span.foot-practice { (practice) } }
            p { (w.t("footer-promise")) }
            @if let (Some(exit), Room::Staff) = (&frame.quick_exit, frame.room) {
                a.foot-exit href=(exit.href) rel="noreferrer noopener" data-quick-exit
                    title=(w.t("quick-exit-hint")) { (w.t("quick-exit")) }
            }
        }
    }
}

/// Where the script says what became of the work, with its sentences beside it as data.
fn live_regions(w: Words) -> Markup {
    html! {
        div.save-state id="save-state" role="status" aria-live="polite"
            data-device=(w.with("save-device", &[("time", "{time}".into())]))
            data-sending=(w.t("save-sending"))
            data-sent=(w.with("save-sent", &[("time", "{time}".into())]))
            data-offline=(w.t("save-offline"))
            data-signed-out=(w.t("save-signed-out"))
            data-conflict=(w.t("save-conflict"))
            data-refused=(w.t("save-refused"))
            data-draft-found=(w.with("draft-found", &[("time", "{time}".into())]))
            data-draft-restore=(w.t("draft-restore"))
            data-draft-discard=(w.t("draft-discard"))
            data-idle-warning=(w.t("idle-warning"))
            data-idle-stay=(w.t("idle-stay"))
            data-session-ends-soon=(w.t("session-ends-soon"))
            data-session-again=(w.t("session-again")) {}
    }
}

/// The mark: two rings that meet. Two people, one tie.
fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 32 32" width="32" height="32" fill="none" aria-hidden="true" focusable="false" {
            circle.mark-one cx="12" cy="17" r="8.5" stroke-width="2.6" {}
            circle.mark-two cx="20" cy="14" r="8.5" stroke-width="2.6" {}
        }
    }
}
