//! The editor of a note. It keeps drafts at the practice only, sealed: nothing of it stays on the device.

use super::room;
use crate::kernel::door::Signed;
use crate::pages::clients::text_problem;
use crate::ui::prelude::*;
use app::private_notes::{Kept, PrivateForm, PrivatePage, PrivateProblem};
use jiff::Timestamp;

/// What the form shows.
pub struct Shown {
    typed: PrivateForm,
    version: i64,
    problem: Option<PrivateProblem>,
    theirs: Option<PrivateForm>,
    draft_at: Option<Timestamp>,
}

impl Shown {
    /// The note on record, or the author's draft of it.
    pub fn of(page: &PrivatePage) -> Shown {
        let current = page.note.as_ref().map(|note| &note.kept);
        let version = current.map_or(0, |kept| kept.version);
        let Some(draft) = &page.draft else {
            let typed = current.map(|kept| PrivateForm::of(&kept.note)).unwrap_or_default();
            return Shown::typed(typed, version);
        };
        let shown =
            Shown { draft_at: Some(draft.at), ..Shown::typed(draft.typed.clone(), draft.base_version) };
        match current {
            Some(kept) if kept.version != draft.base_version => shown.beside(kept),
            _ => shown,
        }
    }

    /// What was typed on top of a version.
    pub fn typed(typed: PrivateForm, version: i64) -> Shown {
        Shown { typed, version, problem: None, theirs: None, draft_at: None }
    }

    /// With what is wrong.
    pub fn wrong(self, problem: PrivateProblem) -> Shown {
        Shown { problem: Some(problem), ..self }
    }

    /// Beside the note as it stands now.
    pub fn beside(self, current: &Kept) -> Shown {
        Shown { version: current.version, theirs: Some(PrivateForm::of(&current.note)), ..self }
    }
}

/// The whole page.
pub fn page(signed: &Signed, page: &PrivatePage, shown: &Shown) -> Markup {
    let w = signed.words();
    let key = page.note.as_ref().map_or_else(|| "new".to_owned(), |note| note.kept.id.to_string());
    let address = |part: &str| room::path(page.head.episode, &format!("{key}{part}"));
    let heading = w.t(if page.note.is_some() { "private-one" } else { "private-new" }).into_owned();
    let content = html! {
        (top(signed, shown, &address("/draft/discard")))
        (room::belongs(w))
        form.private-form.no-print method="post" action=(address("")) data-autosave=(address("/draft")) data-keeps="server" {
            (hidden("version", &shown.version.to_string()))
            (fields(w, shown))
            div.form-end { (Button::submit(&w.t("private-save")).primary()) }
        }
        div.only-print.as-typed { (shown.typed.text) }
        @if page.note.is_some() {
            (readers(w, page, &address("/readers")))
            (versions(signed, page, &address("/versions")))
        }
    };
    room::page(signed, &page.head, heading, content)
}

/// What is wrong, what changed meanwhile, that this is a draft.
fn top(signed: &Signed, shown: &Shown, discard: &str) -> Markup {
    let w = signed.words();
    let problem = shown.problem.map(|problem| (field_of(problem), words(w, problem)));
    let links: Vec<ErrorLink<'_>> = problem.iter().map(|(name, text)| ErrorLink { name, text }).collect();
    html! {
        (error_summary(&w.t("form-errors"), &links))
        @if shown.theirs.is_some() {
            (notice(Tone::Watch, &w.t("stale-title"), html! { p { (w.t("stale-text")) } }))
        }
        @if let Some(at) = shown.draft_at {
            (notice(Tone::Info, &w.t("note-draft-title"), html! {
                p { (w.with("note-draft", &[("when", w.moment(at, &signed.who.zone).into())])) }
                (post_button(discard, &[], &Button::submit(&w.t("private-draft-discard"))))
            }))
        }
    }
}

fn fields(w: Words, shown: &Shown) -> Markup {
    let error = |name: &str| {
        shown.problem.filter(|problem| field_of(*problem) == name).map(|problem| words(w, problem))
    };
    let (session_error, text_error) = (error("session"), error("text"));
    let (session_label, text_label) = (w.t("private-session"), w.t("private-text"));
    let (session_help, text_help) = (w.t("private-session-help"), w.t("private-text-help"));
    let session = Field::new("session", &session_label).help(&session_help).error(session_error.as_deref());
    let text = Field::new("text", &text_label).help(&text_help).error(text_error.as_deref()).required();
    let number = Input {
        kind: InputKind::Number,
        value: &shown.typed.session,
        chars: Some(4),
        range: Some((1, 200)),
        ..Input::default()
    };
    html! {
        (text_field(&session, &number))
        (text_area(&text, &shown.typed.text, 14))
        @if let Some(theirs) = shown.theirs.as_ref().filter(|theirs| **theirs != shown.typed) {
            div.stale-theirs { p { (w.t("stale-theirs")) } div.as-typed { bdi { (theirs.text) } } }
        }
    }
}

fn readers(w: Words, page: &PrivatePage, address: &str) -> Markup {
    let colleagues = &page.colleagues;
    let body = html! {
        @if colleagues.readers.is_empty() { p { (w.t("private-readers-none")) } }
        ul.plain-list {
            @for (account, name) in &colleagues.readers {
                li.row-between {
                    (person(name, &w.t("private-reads")))
                    (post_button(&format!("{address}/end"), &[("reader", &account.to_string())],
                        &Button::submit(&w.t("private-keep-out")).about(name)))
                }
            }
            @for (account, name) in &colleagues.others {
                li.row-between {
                    (person(name, &w.t("relation-supervises")))
                    (post_button(address, &[("reader", &account.to_string())],
                        &Button::submit(&w.t("private-let-read")).about(name)))
                }
            }
        }
        @if colleagues.readers.is_empty() && colleagues.others.is_empty() { p.soft { (w.t("private-no-supervisor")) } }
    };
    html! { div.no-print { (Card::new(&w.t("private-readers"), body).look(CardLook::Aside)) } }
}

fn versions(signed: &Signed, page: &PrivatePage, address: &str) -> Markup {
    let w = signed.words();
    let list = html! {
        ol.stack reversed {
            @for (version, at) in &page.versions {
                li { a href=(format!("{address}/{version}")) {
                    (w.with("private-version", &[("version", (*version).into()), ("when", w.moment(*at, &signed.who.zone).into())]))
                } }
            }
        }
    };
    html! { div.no-print { (disclosure(&w.t("note-versions"), list)) } }
}

fn field_of(problem: PrivateProblem) -> &'static str {
    match problem {
        PrivateProblem::Text(_) => "text",
        PrivateProblem::Session => "session",
    }
}

fn words(w: Words, problem: PrivateProblem) -> String {
    match problem {
        PrivateProblem::Text(error) => text_problem(w, error),
        PrivateProblem::Session => w.t("private-session-problem").into_owned(),
    }
}
