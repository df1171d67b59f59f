//! What all pages of one client's chart share: the frame with the client's name, the way here, the tabs.

use crate::kernel::door::Signed;
use crate::pages::emergencies;
use crate::ui::prelude::*;
use app::course::Head;
use domain::episode::{Stand, Summary};
use domain::ids::EpisodeId;
use protocol::Phase;

/// The tabs of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartTab {
    /// The one page before the session.
    Overview,
    /// Sessions and notes.
    Sessions,
    /// Interpersonal inventory.
    People,
    /// Timeline.
    Timeline,
    /// Problem area and formulation.
    Focus,
    /// Worksheets: agreements, reviews, plans.
    Plans,
    /// Measures and progress.
    Measures,
    /// Homework.
    Homework,
    /// Psychotherapy notes, kept apart.
    Private,
}

/// The frame of a chart page. The tab title stays neutral: a tab is seen by whoever looks over a shoulder.
pub fn frame<'a>(signed: &'a Signed, head: &Head, tab: ChartTab, heading: impl Into<String>) -> Frame<'a> {
    let w = signed.words();
    let mut frame = signed.frame(w.t("chart-tab-title"), heading);
    frame.here = "/clients";
    frame.crumbs = vec![Crumb { text: w.t("nav-clients").into_owned(), href: "/clients".into() }];
    if tab != ChartTab::Overview {
        frame
            .crumbs
            .push(Crumb { text: head.name.clone(), href: format!("/clients/{}", head.client).into() });
    }
    frame.notices.extend(head.emergency.map(|open| emergencies::banner(signed, head.client, open)));
    frame
}

/// The line under the heading and the tabs; every chart page begins its content with it.
pub fn top(w: Words, head: &Head, here: ChartTab) -> Markup {
    let overview = format!("/clients/{}", head.client);
    let of = |part: &str| path(head.episode, part);
    let mut entries = vec![
        (ChartTab::Overview, w.t("chart-overview"), overview),
        (ChartTab::Sessions, w.t("chart-sessions"), of("sessions")),
        (ChartTab::Measures, w.t("chart-measures"), of("measures")),
        (ChartTab::People, w.t("chart-people"), of("inventory")),
        (ChartTab::Timeline, w.t("chart-timeline"), of("timeline")),
        (ChartTab::Focus, w.t("chart-focus"), of("focus")),
        (ChartTab::Plans, w.t("chart-plans"), of("plans")),
        (ChartTab::Homework, w.t("chart-homework"), of("homework")),
    ];
    if head.may_open_private {
        entries.push((ChartTab::Private, w.t("chart-private"), of("private-notes")));
    }
    let current = entries.iter().find(|(tab, ..)| *tab == here).map_or("", |(_, _, href)| href.as_str());
    let tabs: Vec<Tab<'_>> = entries.iter().map(|(_, text, href)| Tab { text, href, count: None }).collect();
    html! {
        p.chart-standing { bdi { (head.name) } " · " (standing(w, &head.summary)) " · " (head.protocol_title) }
        (crate::ui::components::tabs(&w.t("chart-tabs-label"), current, &tabs))
    }
}

/// The address of a page of an episode.
pub fn path(episode: EpisodeId, part: &str) -> String {
    format!("/episodes/{episode}/{part}")
}

/// Where a course stands, in words: "Middle phase, session 6 of 16".
pub fn standing(w: Words, summary: &Summary) -> String {
    match summary.stand {
        Stand::NotEnrolled => w.t("standing-not-enrolled").into_owned(),
        Stand::Paused => w.t("standing-paused").into_owned(),
        Stand::Maintenance => w.t("standing-maintenance").into_owned(),
        Stand::Ended => exit_words(w, summary.exit.as_deref().unwrap_or("completed")),
        Stand::Active => {
            let next =
                summary.open_session.unwrap_or(summary.sessions_held + 1).min(summary.sessions_planned);
            w.with(
                "standing-active",
                &[
                    ("phase", phase_word(w, summary.phase).into()),
                    ("session", next.into()),
                    ("planned", summary.sessions_planned.into()),
                ],
            )
        }
    }
}

/// The word for a phase.
pub fn phase_word(w: Words, phase: Phase) -> String {
    let text = match phase {
        Phase::Initial => w.t("phase-initial"),
        Phase::Middle => w.t("phase-middle"),
        Phase::Ending => w.t("phase-ending"),
    };
    text.into_owned()
}

/// How a course ended, in words.
pub fn exit_words(w: Words, exit: &str) -> String {
    let text = match exit {
        "remitted_early" => w.t("exit-remitted-early"),
        "dropout" => w.t("exit-dropout"),
        "referred_up" => w.t("exit-referred-up"),
        "moved" => w.t("exit-moved"),
        "declined" => w.t("exit-declined"),
        "administrative" => w.t("exit-administrative"),
        "died" => w.t("exit-died"),
        "transferred" => w.t("exit-transferred"),
        _ => w.t("exit-completed"),
    };
    text.into_owned()
}
