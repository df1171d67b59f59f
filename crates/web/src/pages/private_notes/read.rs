//! A note to be read: by a supervisor whom its author let in, or an earlier version by the author.

use super::room;
use crate::kernel::door::Signed;
use crate::ui::prelude::*;
use app::private_notes::{Kept, PrivatePage, PrivateVersion, Standing};

/// The page for a reader; `None` for the author, who gets the editor.
pub fn page(signed: &Signed, page: &PrivatePage) -> Option<Markup> {
    let note = page.note.as_ref().filter(|note| note.standing == Standing::Reader)?;
    let w = signed.words();
    let content = html! {
        p.soft { (w.with("private-written-by", &[("name", note.author.clone().into())])) }
        (text(signed, &note.kept))
    };
    Some(room::page(signed, &page.head, w.t("private-one").into_owned(), content))
}

/// One version.
pub fn version(signed: &Signed, version: &PrivateVersion) -> Markup {
    let w = signed.words();
    let href = room::path(version.head.episode, &version.kept.id.to_string());
    let content = html! {
        (text(signed, &version.kept))
        p.no-print { a href=(href) { (w.t("note-back")) } }
    };
    room::page(signed, &version.head, w.t("private-one").into_owned(), content)
}

fn text(signed: &Signed, kept: &Kept) -> Markup {
    let w = signed.words();
    html! {
        article.card.private-row {
            p.soft {
                @if let Some(session) = kept.note.session { (w.with("private-of-session", &[("session", session.into())])) " · " }
                (w.with("private-version", &[("version", kept.version.into()), ("when", w.moment(kept.at, &signed.who.zone).into())]))
            }
            div.as-typed { bdi { (kept.note.text) } }
        }
    }
}
