//! The trail as the privacy officer searches it: narrowed by period, person, client, action, outcome and class,
//! sorted by any column. Which column is an enum that chooses among fixed texts; nothing is ever formatted into one.

use super::chain::Line;
use super::{Entry, entry, keeping};
use crate::{Row, Sql, StoreError, ToValue, Tx, queries};
use domain::access::Grant;
use domain::ids::{ClientId, PracticeId};
use jiff::Timestamp;

/// One text a column and direction: `$9` is empty on the first page, `$10` and `$11` are where the page before ended.
macro_rules! sorted {
    ($column:literal, $way:literal, $beyond:literal) => {
        concat!(
            "SELECT id, at, actor, for_whom, action, class, client_id, object, outcome, rule, origin FROM audit
             WHERE practice_id = $1 AND at >= $2 AND at < $3 AND ($4 = '' OR actor = $4)
               AND ($5 = '' OR client_id = $5) AND ($6 = '' OR action = $6) AND ($7 = '' OR outcome = $7)
               AND ($8 = '' OR class = $8) AND ($9 = '' OR (",
            $column,
            ", id) ",
            $beyond,
            " ($10, $11)) ORDER BY ",
            $column,
            " ",
            $way,
            ", id ",
            $way,
            " LIMIT $12"
        )
    };
}

queries! {
    TIME_UP = (sorted!("at", "ASC", ">"));
    TIME_DOWN = (sorted!("at", "DESC", "<"));
    ACTOR_UP = (sorted!("actor", "ASC", ">"));
    ACTOR_DOWN = (sorted!("actor", "DESC", "<"));
    ACTION_UP = (sorted!("action", "ASC", ">"));
    ACTION_DOWN = (sorted!("action", "DESC", "<"));
    CLIENT_UP = (sorted!("COALESCE(client_id, '')", "ASC", ">"));
    CLIENT_DOWN = (sorted!("COALESCE(client_id, '')", "DESC", "<"));
    OBJECT_UP = (sorted!("object", "ASC", ">"));
    OBJECT_DOWN = (sorted!("object", "DESC", "<"));
    CLASS_UP = (sorted!("class", "ASC", ">"));
    CLASS_DOWN = (sorted!("class", "DESC", "<"));
    OUTCOME_UP = (sorted!("outcome", "ASC", ">"));
    OUTCOME_DOWN = (sorted!("outcome", "DESC", "<"));
    RULE_UP = (sorted!("rule", "ASC", ">"));
    RULE_DOWN = (sorted!("rule", "DESC", "<"));
    ORIGIN_UP = (sorted!("origin", "ASC", ">"));
    ORIGIN_DOWN = (sorted!("origin", "DESC", "<"));
    PERIOD = "SELECT chain, seq, at, id, actor, for_whom, action, class, client_id, object, outcome, rule, origin, ties, hash
              FROM audit WHERE practice_id = $1 AND at >= $2 AND at < $3 ORDER BY at, id";
}

/// The column a search is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Column {
    /// When.
    #[default]
    Time,
    /// Who.
    Actor,
    /// What was asked.
    Action,
    /// Whose record.
    Client,
    /// The thing touched.
    Object,
    /// The class of records.
    Class,
    /// The result.
    Outcome,
    /// Why it was allowed or denied.
    Rule,
    /// From where.
    Origin,
}

impl Column {
    /// All columns.
    pub const ALL: [Column; 9] = [
        Column::Time,
        Column::Actor,
        Column::Action,
        Column::Client,
        Column::Object,
        Column::Class,
        Column::Outcome,
        Column::Rule,
        Column::Origin,
    ];

    /// The word an address uses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Column::Time => "time",
            Column::Actor => "person",
            Column::Action => "action",
            Column::Client => "client",
            Column::Object => "object",
            Column::Class => "class",
            Column::Outcome => "outcome",
            Column::Rule => "rule",
            Column::Origin => "origin",
        }
    }

    /// The column behind a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Column> {
        Column::ALL.into_iter().find(|column| column.code() == code)
    }

    fn text(self, up: bool) -> Sql {
        match (self, up) {
            (Column::Time, true) => TIME_UP,
            (Column::Time, false) => TIME_DOWN,
            (Column::Actor, true) => ACTOR_UP,
            (Column::Actor, false) => ACTOR_DOWN,
            (Column::Action, true) => ACTION_UP,
            (Column::Action, false) => ACTION_DOWN,
            (Column::Client, true) => CLIENT_UP,
            (Column::Client, false) => CLIENT_DOWN,
            (Column::Object, true) => OBJECT_UP,
            (Column::Object, false) => OBJECT_DOWN,
            (Column::Class, true) => CLASS_UP,
            (Column::Class, false) => CLASS_DOWN,
            (Column::Outcome, true) => OUTCOME_UP,
            (Column::Outcome, false) => OUTCOME_DOWN,
            (Column::Rule, true) => RULE_UP,
            (Column::Rule, false) => RULE_DOWN,
            (Column::Origin, true) => ORIGIN_UP,
            (Column::Origin, false) => ORIGIN_DOWN,
        }
    }

    /// What a line holds in it, as a cursor carries it.
    #[must_use]
    pub fn of(self, entry: &Entry) -> String {
        match self {
            Column::Time => entry.at.as_microsecond().to_string(),
            Column::Actor => entry.actor.clone(),
            Column::Action => entry.action.clone(),
            Column::Client => entry.client.map(|client| client.to_string()).unwrap_or_default(),
            Column::Object => entry.object.clone(),
            Column::Class => entry.class.clone(),
            Column::Outcome => entry.outcome.clone(),
            Column::Rule => entry.rule.clone(),
            Column::Origin => entry.origin.clone(),
        }
    }
}

/// What is searched for. Empty texts narrow nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// From this instant on.
    pub from: Timestamp,
    /// Before this instant.
    pub to: Timestamp,
    /// By this actor.
    pub actor: String,
    /// About this client.
    pub client: Option<ClientId>,
    /// This action.
    pub action: String,
    /// With this result.
    pub outcome: String,
    /// Of this class.
    pub class: String,
    /// Sorted by this column.
    pub column: Column,
    /// Smallest first.
    pub up: bool,
    /// Where the page before ended: what its last line holds in the column, and that line's id.
    pub after: Option<(String, String)>,
}

/// At most `limit` lines of a search.
///
/// # Errors
/// [`StoreError`].
pub fn search(tx: &mut Tx<'_>, grant: &Grant, search: &Search, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let (flag, value, id) = match &search.after {
        Some((value, id)) => ("after", value.as_str(), id.as_str()),
        None => ("", "", ""),
    };
    // Time is a number in the table; a cursor that is none finds nothing new.
    let instant: i64 = value.parse().unwrap_or(0);
    let value: &dyn ToValue = if search.column == Column::Time { &instant } else { &value };
    let client = search.client.map(|client| client.to_string()).unwrap_or_default();
    tx.all(
        search.column.text(search.up),
        &[
            &grant.scope().practice(),
            &search.from,
            &search.to,
            &search.actor,
            &client,
            &search.action,
            &search.outcome,
            &search.class,
            &flag,
            value,
            &id,
            &limit,
        ],
        entry,
    )
}

/// Hands over every line of a period in the order of time, until the closure says `false`.
///
/// # Errors
/// [`StoreError`], or the closure's own.
pub fn each_in_period(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    (from, to): (Timestamp, Timestamp),
    mut take: impl FnMut(&Line) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    tx.each(PERIOD, &[&practice, &from, &to], |row: &Row<'_>| take(&keeping::line(row)?))
}
