//! The audit trail as people read it: the privacy officer searches all of it, a client and who treats them see who
//! opened one record. Reading the trail is itself in the trail. The search runs beside the writers, after the corridor
//! has said yes and written that down.

use crate::App;
use crate::context::Ctx;
use crate::entry::{About, Action, Ask, Refused, Verdict};
use domain::access::{Actor, Denial, Grant};
use domain::account::{AccountState, Role, Roles};
use domain::csv;
use domain::ids::{AccountId, ClientId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::convert::Infallible;
use store::accounts;
use store::{StoreError, Tx, audit, clients};

pub use store::accounts::Account;
pub use store::audit::Entry;
pub use store::audit::search::{Column, Search};

/// Lines on one page of a search.
pub const TRAIL_PAGE: usize = 200;
/// Lines of one download.
pub const DOWNLOAD_LINES: usize = 50_000;
/// Lines read for one page of a record's history.
const HISTORY_LINES: usize = 1000;

/// One page of a search, with the names behind the ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailPage {
    /// Lines in the order asked for.
    pub entries: Vec<Entry>,
    /// Everybody with an account.
    pub people: Vec<Account>,
    /// The clients on this page, by id.
    pub clients: Vec<(ClientId, String)>,
    /// Where the next page begins: what the last line holds in the sorted column, and its id.
    pub next: Option<(String, String)>,
}

/// Who a line of a record's history tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visitor {
    /// The client.
    Client,
    /// Somebody with an account here.
    Person {
        /// Name.
        name: String,
        /// Roles held now.
        roles: Roles,
    },
    /// Whoever held a one-time link for the client.
    Link,
    /// The program, by its operator's order.
    Operator,
    /// Nobody who is known here any more.
    Unknown,
}

/// What one person did with a record on one day, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The day, in the practice's time zone.
    pub day: Date,
    /// Who.
    pub who: Visitor,
    /// The action, as the trail words it.
    pub action: String,
    /// Whether they were let in.
    pub let_in: bool,
    /// First time that day.
    pub first: Timestamp,
    /// Last time that day.
    pub last: Timestamp,
    /// How often.
    pub times: usize,
}

/// Who opened a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The client's name.
    pub name: String,
    /// Newest day first.
    pub visits: Vec<Visit>,
    /// The names of the privacy officers, whom one may ask.
    pub officers: Vec<String>,
    /// The instant to go on from, when there is more.
    pub older_than: Option<Timestamp>,
}

/// What a verb about the trail gives: nothing of its own can be refused.
pub type Read<T> = Verdict<T, Infallible>;

impl App {
    /// One page of a search in the whole trail.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn search_trail(&self, ctx: &Ctx, search: Search) -> Read<TrailPage> {
        let grant = self.act(ctx, asked_for(&search, "trail"), |desk| Ok(desk.grant)).await?;
        self.beside(grant, move |tx, grant| {
            let limit = i64::try_from(TRAIL_PAGE + 1).unwrap_or(i64::MAX);
            let mut entries = audit::search::search(tx, grant, &search, limit)?;
            let more = entries.len() > TRAIL_PAGE;
            entries.truncate(TRAIL_PAGE);
            let last = entries.last().filter(|_| more);
            let next = last.map(|entry| (search.column.of(entry), entry.id.to_string()));
            let mut ids: Vec<ClientId> = entries.iter().filter_map(|entry| entry.client).collect();
            ids.extend(search.client);
            ids.sort_unstable();
            ids.dedup();
            Ok(TrailPage {
                people: accounts::all(tx, grant.scope().practice())?,
                clients: clients::names(tx, grant, &ids)?,
                entries,
                next,
            })
        })
        .await
    }

    /// A search as a file for a spreadsheet, its first line the titles: at most [`DOWNLOAD_LINES`] lines. Clients stand
    /// in it by their ids. Asks for a fresh second factor.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn download_trail(&self, ctx: &Ctx, search: Search) -> Read<String> {
        let asked = asked_for(&search, "trail download");
        let grant = self
            .act(ctx, asked, |desk| {
                desk.fresh()?;
                Ok(desk.grant)
            })
            .await?;
        self.beside(grant, move |tx, grant| {
            let limit = i64::try_from(DOWNLOAD_LINES).unwrap_or(i64::MAX);
            let entries = audit::search::search(tx, grant, &search, limit)?;
            let people = accounts::all(tx, grant.scope().practice())?;
            Ok(spreadsheet(&entries, &people))
        })
        .await
    }

    /// Who opened a client's record: the client's own when none is named.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn history(
        &self,
        ctx: &Ctx,
        client: Option<ClientId>,
        before: Option<Timestamp>,
    ) -> Read<History> {
        let own = match &ctx.actor {
            Actor::Person(person) => person.own_client,
            _ => None,
        };
        let about = client.or(own).map_or(About::Nobody, About::Client);
        let ask = Ask { action: Action::ReadOwnHistory, about, object: "history".to_owned() };
        let grant = self.act(ctx, ask, |desk| Ok(desk.grant)).await?;
        let zone = ctx.zone.clone();
        self.beside(grant, move |tx, grant| {
            let before = before.unwrap_or(Timestamp::MAX);
            let limit = i64::try_from(HISTORY_LINES + 1).unwrap_or(i64::MAX);
            let mut entries = audit::of_client(tx, grant, before, limit)?;
            let older_than = cut(&mut entries);
            let people = accounts::all(tx, grant.scope().practice())?;
            let officers = people
                .iter()
                .filter(|one| one.state == AccountState::Active && one.roles.has(Role::PrivacyOfficer));
            Ok(History {
                name: clients::find(tx, grant)?.map(|client| client.particulars.name).unwrap_or_default(),
                visits: visits(&entries, &people, grant.client(), &zone),
                officers: officers.map(|officer| officer.name.clone()).collect(),
                older_than,
            })
        })
        .await
    }

    /// Writes down that somebody was turned away at the door of a route, before any verb was asked.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn turned_away(
        &self,
        ctx: &Ctx,
        action: Action,
        denial: Denial,
        route: &str,
    ) -> Result<(), StoreError> {
        let Actor::Person(person) = &ctx.actor else { return Ok(()) };
        let (practice, ctx) = (person.practice, ctx.clone());
        let ask = Ask::to(action, route);
        let work = move |tx: &mut Tx<'_>| crate::entry::record_denial(tx, &ctx, &ask, practice, denial);
        self.db.write_in(practice, work).await
    }

    /// Reading that may take long, beside the writers, with the permission that was given.
    async fn beside<T, F>(&self, grant: Grant, work: F) -> Read<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>, &Grant) -> Result<T, StoreError> + Send + 'static,
    {
        let practice = grant.scope().practice();
        self.db.export_in(practice, move |tx| work(tx, &grant)).await.map_err(Refused::Store)
    }
}

/// The ask of a search: the trail keeps whom it was about.
fn asked_for(search: &Search, what: &str) -> Ask {
    let object = match (search.client, search.actor.parse::<AccountId>()) {
        (Some(client), _) => format!("{what} of client {client}"),
        (None, Ok(account)) => format!("{what} of account {account}"),
        (None, Err(_)) => what.to_owned(),
    };
    Ask::to(Action::ReadAudit, object)
}

/// Shortens what was read to whole instants, so that nothing is lost between two pages; gives where the next begins.
fn cut(entries: &mut Vec<Entry>) -> Option<Timestamp> {
    if entries.len() <= HISTORY_LINES {
        return None;
    }
    let last = entries.last()?.at;
    let whole = entries.iter().take_while(|entry| entry.at != last).count();
    if whole > 0 {
        entries.truncate(whole);
    }
    entries.last().map(|entry| entry.at)
}

/// Puts together what the same person did in the same way on the same day. Lines come newest first.
fn visits(entries: &[Entry], people: &[Account], client: Option<ClientId>, zone: &TimeZone) -> Vec<Visit> {
    let mut visits: Vec<Visit> = Vec::new();
    for entry in entries {
        let day = entry.at.to_zoned(zone.clone()).date();
        let who = visitor(entry, people, client);
        let let_in = entry.outcome != "denied";
        let same = visits.iter_mut().rev().take_while(|visit| visit.day == day).find(|visit| {
            (&visit.who, visit.action.as_str(), visit.let_in) == (&who, entry.action.as_str(), let_in)
        });
        match same {
            Some(visit) => {
                visit.first = visit.first.min(entry.at);
                visit.times += 1;
            }
            None => visits.push(Visit {
                day,
                who,
                action: entry.action.clone(),
                let_in,
                first: entry.at,
                last: entry.at,
                times: 1,
            }),
        }
    }
    visits
}

fn visitor(entry: &Entry, people: &[Account], client: Option<ClientId>) -> Visitor {
    if entry.actor == "operator" {
        return Visitor::Operator;
    }
    if entry.actor.starts_with("link ") {
        return Visitor::Link;
    }
    match people.iter().find(|account| account.id.to_string() == entry.actor) {
        Some(account) if client.is_some() && account.client == client => Visitor::Client,
        Some(account) => Visitor::Person { name: account.name.clone(), roles: account.roles.clone() },
        None => Visitor::Unknown,
    }
}

/// The titles of a download, in the order of its cells.
const TITLES: [&str; 12] = [
    "when_utc", "name", "actor", "for_whom", "action", "object", "client", "class", "outcome", "why",
    "origin", "line",
];

fn spreadsheet(entries: &[Entry], people: &[Account]) -> String {
    let mut file = csv::line(TITLES);
    for entry in entries {
        let known = people.iter().find(|account| account.id.to_string() == entry.actor);
        let (when, id) = (entry.at.to_string(), entry.id.to_string());
        let client = entry.client.map(|client| client.to_string()).unwrap_or_default();
        file += &csv::line([
            when.as_str(),
            known.map_or("", |account| account.name.as_str()),
            &entry.actor,
            &entry.for_whom,
            &entry.action,
            &entry.object,
            &client,
            &entry.class,
            &entry.outcome,
            &entry.rule,
            &entry.origin,
            &id,
        ]);
    }
    file
}
