//! The trail of staff events: who came in, who changed whose account. Nothing about clients stands here.

use crate::kernel::prelude::*;
use crate::pages::trail::words;
use app::people::StaffAudit;
use domain::ids::AccountId;

/// One page of the trail.
pub fn page(signed: &Signed, trail: &StaffAudit, person: Option<AccountId>) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("nav-audit"), w.t("nav-audit"));
    frame.here = "/audit";
    let (when, who, what, outcome, whence) =
        (w.t("audit-when"), w.t("audit-who"), w.t("audit-what"), w.t("audit-outcome"), w.t("audit-whence"));
    let columns = [when, who, what, outcome, whence];
    let columns: Vec<Column<'_>> = columns.iter().map(|title| Column::text(title)).collect();
    let rows: Vec<Vec<Markup>> = trail
        .entries
        .iter()
        .map(|entry| {
            vec![
                html! { (w.short_moment(entry.at, &signed.who.zone)) },
                html! { bdi { (name_of(w, trail, &entry.actor)) } },
                html! { span { (words::deed(w, &entry.action)) " " span.soft { (object_words(w, trail, &entry.object)) } } },
                html! { span { (words::outcome(w, &entry.outcome)) " " span.soft { "(" (words::reason(w, &entry.rule)) ")" } } },
                html! { (entry.origin) },
            ]
        })
        .collect();
    let older = trail.older_than.map(|at| match person {
        Some(person) => format!("/audit?person={person}&before={at}"),
        None => format!("/audit?before={at}"),
    });
    layout(
        &frame,
        html! {
            p.soft { (w.t("audit-text")) }
            (filter(w, trail, person))
            @if rows.is_empty() { (empty_state(&w.t("audit-empty"), "", None)) }
            @else { (data_table(Caption::Heard(&w.t("nav-audit")), &columns, &rows)) }
            @if let Some(older) = older { p { (Button::link(&w.t("audit-older"), &older)) } }
        },
    )
}

fn filter(w: Words, trail: &StaffAudit, person: Option<AccountId>) -> Markup {
    let chosen = person.map(|person| person.to_string());
    let ids: Vec<String> = trail.people.iter().map(|account| account.id.to_string()).collect();
    let everybody = w.t("audit-everybody");
    let mut choices = vec![Choice::of("", &everybody, Some(chosen.as_deref().unwrap_or_default()))];
    choices.extend(
        ids.iter().zip(&trail.people).map(|(id, account)| Choice::of(id, &account.name, chosen.as_deref())),
    );
    html! {
        form.cluster.no-print method="get" action="/audit" data-autosubmit {
            (select(&Field::new("person", &w.t("audit-person")), &choices))
            span data-autosubmit-button { (Button::submit(&w.t("audit-show"))) }
        }
    }
}

/// The name behind an actor's id.
fn name_of(w: Words, trail: &StaffAudit, actor: &str) -> String {
    if actor == "operator" {
        return w.t("audit-operator").into_owned();
    }
    let known = trail.people.iter().find(|account| account.id.to_string() == actor);
    known.map_or_else(|| actor.to_owned(), |account| account.name.clone())
}

/// `account 019…` with the name in place of the id.
fn object_words(w: Words, trail: &StaffAudit, object: &str) -> String {
    match object.strip_prefix("account ") {
        Some(id) => w.with("audit-account-of", &[("name", name_of(w, trail, id).into())]),
        None => object.to_owned(),
    }
}
