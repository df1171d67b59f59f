//! The audit trail for the privacy officer, and who opened one record for whom it concerns.

use crate::kernel::prelude::*;
use app::trail::{Column, DOWNLOAD_LINES, Search};
use axum::extract::Query;
use axum::http::header;
use domain::ids::ClientId;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

mod history;
mod view;
pub mod words;

/// Days a search goes back when nobody says otherwise.
const DAYS: i64 = 30;

pub fn routes() -> Vec<Route> {
    let (whole, record) = (Policy::Needs(Action::ReadAudit), Policy::Needs(Action::ReadOwnHistory));
    vec![
        get("/trail", whole, search),
        get("/trail/lines.csv", whole, download),
        get("/history", record, own),
        get("/clients/{client}/history", record, of_client),
    ]
}

/// A search as the address carries it. What makes no sense narrows nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    from: String,
    to: String,
    person: String,
    client: String,
    action: String,
    outcome: String,
    class: String,
    sort: String,
    order: String,
    after: String,
    line: String,
}

impl Wish {
    fn days(&self, today: Date) -> (Date, Date) {
        let day = |text: &str, otherwise: Date| text.parse().unwrap_or(otherwise);
        let past = today.saturating_sub(jiff::Span::new().days(DAYS));
        (day(&self.from, past), day(&self.to, today))
    }

    fn search(&self, today: Date, zone: &TimeZone) -> Search {
        let (from, to) = self.days(today);
        let start = |day: Date, otherwise| day.to_zoned(zone.clone()).map_or(otherwise, |at| at.timestamp());
        Search {
            from: start(from, Timestamp::MIN),
            to: to.tomorrow().map_or(Timestamp::MAX, |next| start(next, Timestamp::MAX)),
            actor: self.person.clone(),
            client: self.client.parse().ok(),
            action: self.action.clone(),
            outcome: self.outcome.clone(),
            class: self.class.clone(),
            column: Column::from_code(&self.sort).unwrap_or_default(),
            up: self.order == "up",
            after: (!self.line.is_empty()).then(|| (self.after.clone(), self.line.clone())),
        }
    }
}

async fn search(
    State(web): State<Web>,
    signed: Signed,
    Query(wish): Query<Wish>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let found = wish.search(ctx.today(), &ctx.zone);
    let page = web.app.search_trail(&ctx, found.clone()).await?;
    let shown = view::Shown { days: wish.days(ctx.today()), search: &found, page: &page, zone: &ctx.zone };
    Ok(view::page(&signed, &shown))
}

async fn download(
    State(web): State<Web>,
    signed: Signed,
    Query(wish): Query<Wish>,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let (from, to) = wish.days(ctx.today());
    let whole = Wish { after: String::new(), line: String::new(), ..wish };
    let file = web.app.download_trail(&ctx, whole.search(ctx.today(), &ctx.zone)).await?;
    let name = format!("attachment; filename=\"trail-{from}-{to}.csv\"");
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, file).into_response())
}

/// Where a history goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Older {
    before: String,
}

async fn own(State(web): State<Web>, signed: Signed, Query(older): Query<Older>) -> Result<Markup, WebError> {
    let found = web.app.history(&signed.ctx(&web), None, older.before.parse().ok()).await?;
    Ok(history::own(&signed, &found))
}

async fn of_client(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<ClientId>,
    Query(older): Query<Older>,
) -> Result<Markup, WebError> {
    let found = web.app.history(&signed.ctx(&web), Some(id), older.before.parse().ok()).await?;
    Ok(history::of_client(&signed, id, &found))
}

/// How many lines a download holds at most, in words.
fn most(w: Words) -> String {
    w.count(i64::try_from(DOWNLOAD_LINES).unwrap_or(i64::MAX))
}
