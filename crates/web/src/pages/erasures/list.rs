//! Records that may have to end, holds that stand, and the ledger.

use crate::kernel::prelude::*;
use app::erasure::{Erased, Erasures, Hold, Reason};
use domain::ids::ClientId;

/// The whole page.
pub fn page(signed: &Signed, erasures: &Erasures) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("erasures-heading"), w.t("erasures-heading"));
    frame.here = "/erasures";
    let years = w.with("erasures-years", &[("years", i64::from(erasures.years).into())]);
    layout(
        &frame,
        html! {
            div.stack {
                p { (years) " " @if !erasures.set { (w.t("erasures-years-default")) } }
                (Card::new(&w.t("erasures-quiet"), quiet(w, erasures)))
                (Card::new(&w.t("erasures-holds"), holds(signed, &erasures.holds)))
                (Card::new(&w.t("erasures-ledger"), ledger(signed, &erasures.ledger)))
            }
        },
    )
}

/// The address of a record's page.
pub fn href(client: ClientId) -> String {
    format!("/erasures/{client}")
}

fn quiet(w: Words, erasures: &Erasures) -> Markup {
    let caption = w.t("erasures-quiet");
    let titles = [w.t("erasures-last-contact"), w.t("erasures-record")];
    let columns: Vec<Column<'_>> = titles.iter().map(|title| Column::text(title)).collect();
    let row = |(client, last): &(ClientId, jiff::civil::Date)| {
        let about = w.date(*last);
        vec![
            html! { (about) },
            html! { a href=(href(*client)) { (w.t("erasures-open")) span.only-heard { ", " (about) } } },
        ]
    };
    let rows: Vec<Vec<Markup>> = erasures.quiet.iter().map(row).collect();
    html! {
        p { (w.t("erasures-quiet-text")) }
        @if rows.is_empty() { p.soft { (w.t("erasures-quiet-none")) } }
        @else { (data_table(Caption::Heard(&caption), &columns, &rows)) }
    }
}

fn holds(signed: &Signed, holds: &[Hold]) -> Markup {
    let w = signed.words();
    html! {
        @if holds.is_empty() { p.soft { (w.t("erasures-holds-none")) } }
        ul.plain-list {
            @for hold in holds {
                li { a href=(href(hold.client)) { (w.moment(hold.set_at, &signed.who.zone)) } " · " bdi { (hold.reason) } }
            }
        }
    }
}

fn ledger(signed: &Signed, lines: &[Erased]) -> Markup {
    let w = signed.words();
    let caption = w.t("erasures-ledger");
    let titles = [w.t("erasures-when"), w.t("erasures-why"), w.t("erasures-id")];
    let columns: Vec<Column<'_>> = titles.iter().map(|title| Column::text(title)).collect();
    let row = |line: &Erased| {
        vec![
            html! { (w.moment(line.at, &signed.who.zone)) },
            html! { (reason(w, line.reason)) },
            html! { code { (line.client) } },
        ]
    };
    let rows: Vec<Vec<Markup>> = lines.iter().map(row).collect();
    html! {
        p { (w.t("erasures-ledger-text")) }
        @if rows.is_empty() { p.soft { (w.t("erasures-ledger-none")) } }
        @else { (data_table(Caption::Heard(&caption), &columns, &rows)) }
    }
}

/// The words of a reason.
pub fn reason(w: Words, reason: Reason) -> String {
    let text = match reason {
        Reason::RetentionPassed => w.t("erasures-reason-passed"),
        Reason::ClientAsked => w.t("erasures-reason-asked"),
    };
    text.into_owned()
}
