//! Who opened one record, day by day: for the client and for who treats them.

use super::words;
use crate::kernel::prelude::*;
use crate::pages::people::roles_words;
use app::trail::{History, Visit, Visitor};
use domain::ids::ClientId;
use jiff::civil::Date;

/// The client's own page.
pub fn own(signed: &Signed, history: &History) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("history-heading"), w.t("history-heading"));
    frame.here = "/today";
    frame.width = Width::Reading;
    frame.crumbs = vec![Crumb { href: "/today".into(), text: w.t("nav-today").into_owned() }];
    frame.lede = Some(html! { (w.t("history-lede")) });
    frame.actions = Some(print_button(&w.t("measures-print")));
    let ask = if history.officers.is_empty() {
        w.t("history-ask-nobody").into_owned()
    } else {
        w.with("history-ask", &[("officers", history.officers.join(", ").into())])
    };
    let older = history.older_than.map(|at| format!("/history?before={at}"));
    layout(&frame, html! { div.stack.loose { p { (ask) } (days(signed, history, true, older.as_deref())) } })
}

/// The page of who treats the client.
pub fn of_client(signed: &Signed, client: ClientId, history: &History) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("history-heading-staff"), w.t("history-heading-staff"));
    frame.here = "/clients";
    frame.width = Width::Reading;
    let back = format!("/clients/{client}");
    frame.crumbs = vec![
        Crumb { href: "/clients".into(), text: w.t("nav-clients").into_owned() },
        Crumb { href: back.into(), text: history.name.clone() },
    ];
    frame.lede = Some(html! { (w.t("history-lede-staff")) });
    frame.actions = Some(print_button(&w.t("measures-print")));
    let older = history.older_than.map(|at| format!("/clients/{client}/history?before={at}"));
    layout(&frame, days(signed, history, false, older.as_deref()))
}

fn days(signed: &Signed, history: &History, own: bool, older: Option<&str>) -> Markup {
    let w = signed.words();
    let mut dates: Vec<Date> = history.visits.iter().map(|visit| visit.day).collect();
    dates.dedup();
    html! {
        div.stack.loose {
            @if dates.is_empty() {
                (empty_state(&w.t("history-empty-title"), &w.t("history-empty-text"), None))
            }
            @for date in dates {
                section {
                    h2 { (w.weekday_date(date)) }
                    ul.plain-list.stack {
                        @for visit in history.visits.iter().filter(|visit| visit.day == date) {
                            (line(signed, visit, own))
                        }
                    }
                }
            }
            @if let Some(older) = older { p.no-print { (Button::link(&w.t("history-older"), older)) } }
        }
    }
}

fn line(signed: &Signed, visit: &Visit, own: bool) -> Markup {
    let w = signed.words();
    let deed = words::deed(w, &visit.action);
    let deed = if visit.let_in { deed } else { w.with("history-tried", &[("deed", deed.into())]) };
    let zone = &signed.who.zone;
    let (first, last) = (w.clock(visit.first, zone), w.clock(visit.last, zone));
    let when = if visit.times == 1 {
        w.with("history-once", &[("first", first.into())])
    } else {
        let times = visit.times.into();
        w.with("history-times", &[("count", times), ("first", first.into()), ("last", last.into())])
    };
    html! {
        li {
            strong { bdi { (who(w, &visit.who, own)) } } br;
            (deed) " " span.soft { "(" (when) ")" }
            @if !visit.let_in { " " (badge(Tone::Watch, &w.t("outcome-denied"))) }
        }
    }
}

fn who(w: Words, who: &Visitor, own: bool) -> String {
    let text = match who {
        Visitor::Person { name, roles } => {
            let role = roles_words(w, roles);
            return w.with("history-person", &[("name", name.as_str().into()), ("role", role.into())]);
        }
        Visitor::Client if own => w.t("history-you"),
        Visitor::Client => w.t("history-the-client"),
        Visitor::Link if own => w.t("history-link"),
        Visitor::Link => w.t("history-link-staff"),
        Visitor::Operator => w.t("history-operator"),
        Visitor::Unknown => w.t("history-unknown"),
    };
    text.into_owned()
}
