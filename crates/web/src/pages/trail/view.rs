//! The search page of the privacy officer.

use super::words;
use crate::kernel::prelude::*;
use app::trail::{Column as Sorted, Entry, Search, TrailPage};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// What the page shows.
pub struct Shown<'a> {
    /// First and last day.
    pub days: (Date, Date),
    /// What was searched for.
    pub search: &'a Search,
    /// What was found.
    pub page: &'a TrailPage,
    /// The practice's zone.
    pub zone: &'a TimeZone,
}

/// The whole page.
pub fn page(signed: &Signed, shown: &Shown<'_>) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("nav-trail"), w.t("nav-trail"));
    frame.here = "/trail";
    frame.lede = Some(html! { (w.t("trail-lede")) });
    frame.actions = Some(print_button(&w.t("measures-print")));
    let page = shown.page;
    layout(
        &frame,
        html! {
            div.stack {
                (form(w, shown))
                @if page.entries.is_empty() {
                    (empty_state(&w.t("trail-empty-title"), &w.t("trail-empty-text"), None))
                } @else {
                    p.soft { (w.with("trail-count", &[("count", page.entries.len().into())])) }
                    (table(w, shown))
                    @if let Some(next) = &page.next {
                        p.no-print { (Button::link(&w.t("trail-more"), &address("/trail", shown, shown.search.column, shown.search.up, Some(next)))) }
                    }
                    div.no-print.stack {
                        p.soft { (w.with("trail-download-text", &[("count", super::most(w).into())])) }
                        p { (Button::link(&w.t("trail-download"), &address("/trail/lines.csv", shown, shown.search.column, shown.search.up, None))) }
                    }
                }
            }
        },
    )
}

fn form(w: Words, shown: &Shown<'_>) -> Markup {
    let (search, page) = (shown.search, shown.page);
    let (any, anybody, everybody) = (w.t("trail-any"), w.t("trail-anybody"), w.t("audit-everybody"));
    let people: Vec<(String, String)> =
        page.people.iter().map(|account| (account.id.to_string(), account.name.clone())).collect();
    let clients: Vec<(String, String)> =
        page.clients.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let client = search.client.map(|client| client.to_string()).unwrap_or_default();
    let coded = |codes: Vec<(&'static str, String)>| -> Vec<(String, String)> {
        codes.into_iter().map(|(code, text)| (code.to_owned(), text)).collect()
    };
    let columns: Vec<(String, String)> =
        Sorted::ALL.iter().map(|column| (column.code().to_owned(), title(w, *column))).collect();
    let order = if search.up { "up" } else { "down" };
    let orders = vec![
        ("down".to_owned(), w.t("trail-down").into_owned()),
        ("up".to_owned(), w.t("trail-up").into_owned()),
    ];
    let (from, to) = shown.days;
    html! {
        form.cluster.no-print method="get" action="/trail" {
            (date_field(&Field::new("from", &w.t("trail-from")), &from.to_string()))
            (date_field(&Field::new("to", &w.t("trail-to")), &to.to_string()))
            (one_of(("person", &w.t("audit-who")), Some(&everybody), &people, &search.actor))
            (one_of(("client", &w.t("trail-whose")), Some(&anybody), &clients, &client))
            (one_of(("action", &w.t("trail-action")), Some(&any), &coded(words::deeds(w)), &search.action))
            (one_of(("outcome", &w.t("trail-result")), Some(&any), &coded(words::outcomes(w)), &search.outcome))
            (one_of(("class", &w.t("trail-class")), Some(&any), &coded(words::classes(w)), &search.class))
            (one_of(("sort", &w.t("trail-sort")), None, &columns, search.column.code()))
            (one_of(("order", &w.t("trail-order")), None, &orders, order))
            (Button::submit(&w.t("audit-show")).primary())
        }
    }
}

fn one_of(
    (name, label): (&str, &str),
    none: Option<&str>,
    choices: &[(String, String)],
    chosen: &str,
) -> Markup {
    let none = none.map(|text| Choice::of("", text, Some(chosen)));
    let rest = choices.iter().map(|(value, text)| Choice::of(value, text, Some(chosen)));
    select(&Field::new(name, label), &none.into_iter().chain(rest).collect::<Vec<_>>())
}

/// The heading of a column.
fn title(w: Words, column: Sorted) -> String {
    let text = match column {
        Sorted::Time => w.t("audit-when"),
        Sorted::Actor => w.t("audit-who"),
        Sorted::Action => w.t("trail-action"),
        Sorted::Client => w.t("trail-whose"),
        Sorted::Object => w.t("trail-thing"),
        Sorted::Class => w.t("trail-class"),
        Sorted::Outcome => w.t("trail-result"),
        Sorted::Rule => w.t("trail-why"),
        Sorted::Origin => w.t("audit-whence"),
    };
    text.into_owned()
}

fn table(w: Words, shown: &Shown<'_>) -> Markup {
    html! {
        div.table-frame.wide tabindex="0" role="group" aria-label=(w.t("nav-trail")) {
            table.table.trail {
                caption.only-heard { (w.t("nav-trail")) }
                thead { tr { @for column in Sorted::ALL { (head(w, shown, column)) } } }
                tbody { @for entry in &shown.page.entries { tr { (row(w, shown, entry)) } } }
            }
        }
    }
}

/// A heading that sorts: the other way round when it is sorted by it already.
fn head(w: Words, shown: &Shown<'_>, column: Sorted) -> Markup {
    let sorted = shown.search.column == column;
    let up = shown.search.up;
    let sort = if !sorted {
        "none"
    } else if up {
        "ascending"
    } else {
        "descending"
    };
    let title = title(w, column);
    let heard = w.with("trail-sort-by", &[("column", title.as_str().into())]);
    let to = address("/trail", shown, column, sorted && !up, None);
    html! {
        th scope="col" aria-sort=(sort) {
            a.sort href=(to) title=(heard) { (title) @if sorted { span aria-hidden="true" { (if up { " ↑" } else { " ↓" }) } } }
        }
    }
}

fn row(w: Words, shown: &Shown<'_>, entry: &Entry) -> Markup {
    let cell = |column, content: Markup| html! { td data-label=(title(w, column)) { (content) } };
    html! {
        th scope="row" data-label=(title(w, Sorted::Time)) { (w.short_moment(entry.at, shown.zone)) }
        (cell(Sorted::Actor, html! { bdi { (who(w, shown.page, &entry.actor)) } }))
        (cell(Sorted::Action, html! { (words::deed(w, &entry.action)) }))
        (cell(Sorted::Client, whose(w, shown.page, entry)))
        (cell(Sorted::Object, html! { span.soft { (thing(w, shown.page, &entry.object)) } }))
        (cell(Sorted::Class, html! { (words::class(w, &entry.class)) }))
        (cell(Sorted::Outcome, html! { (words::outcome(w, &entry.outcome)) }))
        (cell(Sorted::Rule, html! { (words::reason(w, &entry.rule)) }))
        (cell(Sorted::Origin, html! { (entry.origin) }))
    }
}

/// The name behind an actor.
fn who(w: Words, page: &TrailPage, actor: &str) -> String {
    match actor {
        "operator" => return w.t("audit-operator").into_owned(),
        "visitor" => return w.t("trail-visitor").into_owned(),
        link if link.starts_with("link ") => return w.t("trail-by-link").into_owned(),
        _ => {}
    }
    let known = page.people.iter().find(|account| account.id.to_string() == actor);
    known.map_or_else(|| actor.to_owned(), |account| account.name.clone())
}

/// The client's name with the way to how long their record is kept; the id alone of somebody whose record was erased.
fn whose(w: Words, page: &TrailPage, entry: &Entry) -> Markup {
    let Some(id) = entry.client else { return html! {} };
    let href = format!("/erasures/{id}");
    match page.clients.iter().find(|(known, _)| *known == id) {
        Some((_, name)) => html! { a href=(href) title=(w.t("erasures-from-trail")) { bdi { (name) } } },
        None => html! { (id) },
    }
}

/// `account 019…` with the name in place of the id.
fn thing(w: Words, page: &TrailPage, object: &str) -> String {
    match object.strip_prefix("account ") {
        Some(id) => w.with("audit-account-of", &[("name", who(w, page, id).into())]),
        None => object.to_owned(),
    }
}

/// The address of a search, sorted so, from a line on.
fn address(
    path: &str,
    shown: &Shown<'_>,
    column: Sorted,
    up: bool,
    next: Option<&(String, String)>,
) -> String {
    let search = shown.search;
    let (from, to) = (shown.days.0.to_string(), shown.days.1.to_string());
    let client = search.client.map(|client| client.to_string()).unwrap_or_default();
    let (after, line) = next.map_or(("", ""), |(after, line)| (after.as_str(), line.as_str()));
    let fields = [
        ("from", from.as_str()),
        ("to", to.as_str()),
        ("person", &search.actor),
        ("client", &client),
        ("action", &search.action),
        ("outcome", &search.outcome),
        ("class", &search.class),
        ("sort", column.code()),
        ("order", if up { "up" } else { "down" }),
        ("after", after),
        ("line", line),
    ];
    let fields: Vec<(&str, &str)> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    format!("{path}?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
}
