//! Versions of a worksheet: who saved what and when, one of them, two side by side.

use crate::kernel::door::Signed;
use crate::pages::chart::{self, ChartTab};
use crate::ui::prelude::*;
use crate::worksheet::read;
use app::context::Ctx;
use app::course::Head;
use app::plans::{ComparePage, Shared, Stamp, VersionPage};
use domain::worksheet::Worksheet;

/// Version, time and author under a heading.
pub fn stamp_line(w: Words, ctx: &Ctx, at: &Stamp) -> Markup {
    let number = w.with("plan-version", &[("number", at.version.into())]);
    stamp(&number, &w.moment(at.at, &ctx.zone), &author(w, at))
}

fn author(w: Words, stamp: &Stamp) -> String {
    stamp.author.clone().unwrap_or_else(|| w.t("author-unknown").into_owned())
}

/// All versions, with a way to compare two of them.
pub fn list(w: Words, ctx: &Ctx, history: &[Stamp], address: &str) -> Markup {
    let row = |stamp: &Stamp| {
        let href = format!("{address}/versions/{}", stamp.version);
        let shared = match stamp.shared {
            Shared::Client => w.t("plan-shared-client"),
            Shared::Staff => w.t("plan-shared-staff"),
        };
        let session = stamp.session.map_or_else(String::new, |number| number.to_string());
        vec![
            html! { a href=(href) { (w.with("plan-version", &[("number", stamp.version.into())])) } },
            html! { (w.moment(stamp.at, &ctx.zone)) },
            html! { bdi { (author(w, stamp)) } },
            html! { (session) },
            html! { (shared) },
        ]
    };
    let titles =
        [w.t("plan-versions"), w.t("plan-when"), w.t("plan-who"), w.t("plan-session"), w.t("plan-readers")];
    let columns: Vec<Column<'_>> = titles.iter().map(|title| Column::text(title)).collect();
    let rows: Vec<Vec<Markup>> = history.iter().map(row).collect();
    html! {
        section.part.no-print {
            div.part-head { h2 { (w.t("plan-versions")) } }
            (data_table(Caption::Heard(&w.t("plan-versions")), &columns, &rows))
            (comparing(w, history, address, None))
        }
    }
}

fn comparing(w: Words, history: &[Stamp], address: &str, now: Option<(u32, u32)>) -> Markup {
    let [newest, before, ..] = history else { return html! {} };
    let (from, to) = now.unwrap_or((before.version, newest.version));
    let numbers: Vec<(String, String)> = history
        .iter()
        .map(|stamp| (stamp.version.to_string(), w.with("plan-version", &[("number", stamp.version.into())])))
        .collect();
    let choices = |chosen: u32| -> Vec<Choice<'_>> {
        let chosen = chosen.to_string();
        numbers.iter().map(|(value, text)| Choice::of(value, text, Some(&chosen))).collect()
    };
    html! {
        form.cluster.no-print method="get" action={ (address) "/compare" } {
            (select(&Field::new("from", &w.t("plan-compare-from")), &choices(from)))
            (select(&Field::new("to", &w.t("plan-compare-to")), &choices(to)))
            (Button::submit(&w.t("plan-compare")))
        }
    }
}

fn frame<'a>(signed: &'a Signed, head: &Head, worksheet: &Worksheet, heading: String) -> Frame<'a> {
    let w = signed.words();
    let mut frame = chart::frame(signed, head, ChartTab::Plans, heading);
    frame.crumbs.push(Crumb {
        text: w.t("chart-plans").into_owned(),
        href: chart::path(head.episode, "plans").into(),
    });
    frame.crumbs.push(Crumb { text: worksheet.title.clone(), href: address(head, worksheet).into() });
    frame.actions = Some(html! { (print_button(&w.t("print"))) });
    frame
}

fn address(head: &Head, worksheet: &Worksheet) -> String {
    chart::path(head.episode, &format!("plans/{}", worksheet.id))
}

/// One kept version.
pub fn page(signed: &Signed, ctx: &Ctx, page: &VersionPage) -> Markup {
    let w = signed.words();
    let stamp = &page.artefact.stamp;
    let heading = w.with(
        "plan-version-of",
        &[("title", page.worksheet.title.clone().into()), ("number", stamp.version.into())],
    );
    let newest = page.history.first().is_none_or(|newest| newest.version == stamp.version);
    layout(
        &frame(signed, &page.head, &page.worksheet, heading),
        html! {
            (chart::top(w, &page.head, ChartTab::Plans))
            @if !newest { (notice(Tone::Info, &w.t("plan-older"), html! { p { (w.t("plan-older-text")) } })) }
            (stamp_line(w, ctx, stamp))
            (read::sheet(w, &page.worksheet, &page.artefact.body, &page.labels))
            (list(w, ctx, &page.history, &address(&page.head, &page.worksheet)))
        },
    )
}

/// Two versions side by side: only what differs.
pub fn compare(signed: &Signed, ctx: &Ctx, page: &ComparePage) -> Markup {
    let w = signed.words();
    let (older, newer) = &page.stamps;
    let heading = w.with(
        "plan-compare-heading",
        &[
            ("title", page.worksheet.title.clone().into()),
            ("from", older.version.into()),
            ("to", newer.version.into()),
        ],
    );
    layout(
        &frame(signed, &page.head, &page.worksheet, heading),
        html! {
            (chart::top(w, &page.head, ChartTab::Plans))
            div.versions { (stamp_line(w, ctx, older)) (stamp_line(w, ctx, newer)) }
            @if page.changes.is_empty() { p { (w.t("plan-compare-same")) } }
            @else { p { (w.with("plan-compare-count", &[("count", page.changes.len().into())])) } }
            (read::changes(w, &page.changes))
            (comparing(w, &page.history, &address(&page.head, &page.worksheet), Some((older.version, newer.version))))
        },
    )
}
