//! What every page of the room shares: frame, tabs, and the words that say where one is.

use crate::kernel::door::Signed;
use crate::pages::chart::{self, ChartTab};
use crate::ui::prelude::*;
use app::course::Head;
use domain::ids::EpisodeId;

/// An address of the room.
pub fn path(episode: EpisodeId, part: &str) -> String {
    let slash = if part.is_empty() { "" } else { "/" };
    chart::path(episode, &format!("private-notes{slash}{part}"))
}

/// A page of the room. Its colour, its icon and its words say the same.
pub fn page(signed: &Signed, head: &Head, heading: String, content: Markup) -> Markup {
    let w = signed.words();
    let mut frame = chart::frame(signed, head, ChartTab::Private, heading);
    if let Some(last) = frame.crumbs.last().cloned() {
        frame.crumbs = vec![
            Crumb { text: w.t("nav-clients").into_owned(), href: "/clients".into() },
            last,
            Crumb { text: w.t("private-heading").into_owned(), href: path(head.episode, "").into() },
        ];
    }
    layout(
        &frame,
        html! {
            (chart::top(w, head, ChartTab::Private))
            div.private-room {
                p.private-sign { (Icon::Private) strong { (w.t("private-sign")) } " " (w.t("private-sign-text")) }
                (content)
            }
        },
    )
}

/// What belongs into these notes and what does not.
pub fn belongs(w: Words) -> Markup {
    html! {
        div.private-belongs {
            p { strong { (w.t("private-belongs")) } " " (w.t("private-belongs-text")) }
            p { strong { (w.t("private-belongs-not")) } " " (w.t("private-belongs-not-text")) }
        }
    }
}
