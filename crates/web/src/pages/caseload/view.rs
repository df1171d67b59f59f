//! How the caseload looks.

use crate::kernel::door::Signed;
use crate::pages::paging::steps;
use crate::pages::{chart, emergencies};
use crate::ui::prelude::*;
use app::caseload::Entry;
use app::emergencies::Notice;
use domain::account::Role;
use domain::caseload::{Group, Reason};
use domain::episode::{Summary, Trend, Worsening};
use domain::paging;
use jiff::civil::Date;

/// The whole page.
pub fn page(signed: &Signed, entries: Vec<Entry>, number: usize, notices: &[Notice], today: Date) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("nav-clients"), w.t("caseload-heading"));
    frame.here = "/clients";
    let may_create = signed.is(Role::Therapist);
    let new = w.t("client-new");
    let new_button = Button::link(&new, "/clients/new").primary().icon(Icon::Plus);
    frame.actions = may_create.then(|| html! { (new_button) });
    let name_of =
        |client| entries.iter().find(|entry| entry.row.client == client).map(|entry| entry.row.name.clone());
    frame.notices.extend((!notices.is_empty()).then(|| emergencies::unread(signed, notices, &name_of)));
    let page = paging::page(entries, number);
    let entries = page.entries.as_slice();
    let steps = steps(w, "/clients", page.number, page.of);
    layout(
        &frame,
        html! {
            @if entries.is_empty() {
                (empty_state(&w.t("caseload-empty-title"), &w.t("caseload-empty-text"), may_create.then_some(&new_button)))
            }
            @for group in Group::ALL {
                (section(w, group, entries, today))
            }
            (steps)
            @if may_create { p.no-print { a href="/emergency" { (w.t("emergency-link")) } } }
        },
    )
}

fn section(w: Words, group: Group, entries: &[Entry], today: Date) -> Markup {
    let members: Vec<&Entry> = entries.iter().filter(|entry| entry.group == group).collect();
    if members.is_empty() {
        return html! {};
    }
    let (title, id) = match group {
        Group::ActToday => (w.t("group-act-today"), "act-today"),
        Group::NotOnTrack => (w.t("group-not-on-track"), "not-on-track"),
        Group::Due => (w.t("group-due"), "due"),
        Group::GoingWell => (w.t("group-going-well"), "going-well"),
        Group::Finished => (w.t("group-finished"), "finished"),
    };
    let count = w.with("group-count", &[("title", title.into()), ("count", members.len().into())]);
    let list = people(w, &members, today);
    html! {
        section.caseload-group id=(id) aria-label=(count) {
            @if matches!(group, Group::GoingWell | Group::Finished) {
                (disclosure(&count, list))
            } @else {
                h2 { (count) }
                (list)
            }
        }
    }
}

fn people(w: Words, entries: &[&Entry], today: Date) -> Markup {
    let texts: Vec<RowTexts> = entries.iter().map(|entry| RowTexts::of(w, entry, today)).collect();
    let rows: Vec<PersonRow<'_>> = entries
        .iter()
        .zip(&texts)
        .map(|(entry, texts)| PersonRow {
            name: &entry.row.name,
            href: &texts.href,
            standing: &texts.standing,
            figure: texts.figure.clone(),
            contact: &texts.contact,
            why: html! { (texts.why) },
            action: Some(html! { (Button::link(&texts.action, &texts.action_href).about(&entry.row.name)) }),
            tone: tone(&entry.reason),
        })
        .collect();
    people_list(&rows)
}

/// The words of one row.
struct RowTexts {
    href: String,
    standing: String,
    figure: Option<Markup>,
    contact: String,
    why: String,
    action: String,
    action_href: String,
}

impl RowTexts {
    fn of(w: Words, entry: &Entry, today: Date) -> RowTexts {
        let href = format!("/clients/{}", entry.row.client);
        let summary = entry.row.episode.as_ref().map(|(_, summary)| summary);
        let contact = summary.and_then(|summary| summary.last_contact_on).map_or_else(
            || w.t("contact-none").into_owned(),
            |on| w.with("contact-last", &[("when", w.days_apart(on, today).into())]),
        );
        let (action, part) = action(w, &entry.reason);
        let action_href = match (&entry.row.episode, part) {
            (Some((episode, _)), Some(part)) => chart::path(*episode, &part),
            _ => href.clone(),
        };
        RowTexts {
            standing: standing(w, entry),
            figure: summary.and_then(|summary| figure(w, summary)),
            contact,
            why: why(w, &entry.reason, today),
            action,
            action_href,
            href,
        }
    }
}

/// Where the course stands, and on a supervisor's list with whom.
fn standing(w: Words, entry: &Entry) -> String {
    let summary = entry.row.episode.as_ref().map(|(_, summary)| summary);
    let course = summary
        .map_or_else(|| w.t("standing-not-started").into_owned(), |summary| chart::standing(w, summary));
    match &entry.therapist {
        Some(name) => w.with("standing-with", &[("course", course.into()), ("name", name.clone().into())]),
        None => course,
    }
}

/// The last score with its change in words.
fn figure(w: Words, summary: &Summary) -> Option<Markup> {
    let latest = summary.latest.as_ref()?;
    let total = latest.total.map_or_else(|| w.t("score-none").into_owned(), |total| w.figure(total));
    let change = match summary.trend {
        Trend::TooEarly => w.t("trend-too-early"),
        Trend::Improved => w.t("trend-improved"),
        Trend::Remitted => w.t("trend-remitted"),
        Trend::LowFromTheStart => w.t("trend-low"),
        Trend::TooLittle => w.t("trend-too-little"),
        Trend::Worse(_) => w.t("trend-worse"),
    };
    Some(html! {
        span.figure-value { (total) } " "
        span.figure-words { (latest.severity.clone().unwrap_or_default()) ", " (change) }
    })
}

fn tone(reason: &Reason) -> Tone {
    match reason {
        Reason::RiskOpen { .. } => Tone::Act,
        Reason::Worse(_) | Reason::TooLittleChange { .. } => Tone::Watch,
        Reason::Improved | Reason::Maintenance => Tone::Well,
        Reason::UnderWay | Reason::Ended(_) => Tone::Neutral,
        _ => Tone::Due,
    }
}

/// Why the person is in the list: always words.
fn why(w: Words, reason: &Reason, today: Date) -> String {
    match reason {
        Reason::RiskOpen { since: Some(on) } => {
            w.with("why-risk-since", &[("when", w.days_apart(*on, today).into())])
        }
        Reason::RiskOpen { since: None } => w.t("why-risk").into_owned(),
        Reason::Worse(worse) => worsening(w, *worse),
        Reason::TooLittleChange { sessions } => w.with("why-too-little", &[("sessions", (*sessions).into())]),
        Reason::NotStarted => w.t("why-not-started").into_owned(),
        Reason::SessionOpen { session } => w.with("why-session-open", &[("session", (*session).into())]),
        Reason::NoContact { days } => w.with("why-no-contact", &[("days", (*days).into())]),
        Reason::TaskDue(due) if due.overdue => {
            w.with("why-task-overdue", &[("task", due.title.clone().into())])
        }
        Reason::TaskDue(due) => w.with("why-task-due", &[("task", due.title.clone().into())]),
        Reason::Paused => w.t("why-paused").into_owned(),
        Reason::Maintenance => w.t("why-maintenance").into_owned(),
        Reason::Improved => w.t("why-improved").into_owned(),
        Reason::UnderWay => w.t("why-under-way").into_owned(),
        Reason::Ended(exit) => chart::exit_words(w, exit),
    }
}

/// What a worsening is measured against, in words.
fn worsening(w: Words, worse: Worsening) -> String {
    let points = |points: f64| [("points", points.into())];
    match worse {
        Worsening::SinceTheStart(by) => w.with("why-worse-since-start", &points(by)),
        Worsening::SinceLastTime(by) => w.with("why-worse-since-last", &points(by)),
        Worsening::TwiceRunning(by) => w.with("why-worse-twice", &points(by)),
    }
}

/// The one button of a row: its text and the part of the chart it leads to.
fn action(w: Words, reason: &Reason) -> (String, Option<String>) {
    let (text, part) = match reason {
        Reason::RiskOpen { .. } => (w.t("do-answer-risk"), Some("risks".to_owned())),
        Reason::Worse(_) | Reason::TooLittleChange { .. } => {
            (w.t("do-see-progress"), Some("measures".to_owned()))
        }
        Reason::SessionOpen { session } => (w.t("do-open-note"), Some(format!("sessions/{session}"))),
        _ => (w.t("do-open-chart"), None),
    };
    (text.into_owned(), part)
}
