//! The notes somebody may open.

use super::room;
use crate::kernel::door::Signed;
use crate::ui::prelude::*;
use app::private_notes::{Listed, PrivateList, Standing};

/// The whole page.
pub fn page(signed: &Signed, list: &PrivateList) -> Markup {
    let w = signed.words();
    let href = room::path(list.head.episode, "new");
    let content = html! {
        div.stack {
            @if list.may_write {
                p { (Button::link(&w.t("private-new"), &href).primary().icon(Icon::Pen)) }
                @if let Some(at) = list.draft_at {
                    p { a href=(href) { (w.with("private-draft-waits", &[("when", w.moment(at, &signed.who.zone).into())])) } }
                }
            }
            @if list.notes.is_empty() {
                (empty_state(&w.t("private-empty"), &w.t(if list.may_write { "private-empty-text" } else { "private-empty-reader" }), None))
            } @else {
                ul.plain-list { @for note in &list.notes { li { (row(signed, list, note)) } } }
            }
        }
    };
    room::page(signed, &list.head, w.t("private-heading").into_owned(), content)
}

fn row(signed: &Signed, list: &PrivateList, note: &Listed) -> Markup {
    let w = signed.words();
    let href = room::path(list.head.episode, &note.kept.id.to_string());
    let when = w.moment(note.kept.at, &signed.who.zone);
    let what = match note.kept.note.session {
        Some(session) => w.with("private-of-session", &[("session", session.into())]),
        None => w.t("private-of-none").into_owned(),
    };
    html! {
        article.card.private-row {
            p { a href=(href) { (what) } " · " (when) @if note.standing == Standing::Reader { " · " bdi { (note.author) } } }
            p.soft { bdi { (note.kept.note.beginning()) } }
        }
    }
}
