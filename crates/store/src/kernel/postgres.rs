//! PostgreSQL: several threads write and several read, each with a connection of its own.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::future::poll_fn;
use std::pin::pin;
use std::thread::sleep;
use std::time::Duration;

use postgres::error::SqlState;
use postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use tokio_postgres::Statement;

use super::error::{ConflictKind, StoreError};
use super::heads::Heads;
use super::health::{Fault, Health};
use super::jobs::{Job, Queue};
use super::numeric;
use super::reach::Reach;
use super::server::Server;
use super::tx::{Link, Row, Tx};
use super::value::Value;
use super::wire::Wire;
use futures_core::Stream;

/// Pauses before each try to connect.
const TRIES: [Duration; 3] = [Duration::ZERO, Duration::from_millis(100), Duration::from_millis(400)];

/// A connection that was used within this time is taken to be there still.
const WARM: Duration = Duration::from_millis(500);

/// SQLSTATE of "cached plan must not change result type".
const OUTDATED: &str = "0A000";

/// What a connection serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    Write,
    Read,
    /// Exports: no time limit on a statement.
    Export,
}

impl Lane {
    /// One way there and back for all of it: the transaction, whose rows it may touch, and for what writes the
    /// savepoint it wants, see `Tx::standing`.
    fn begin(self, reach: Reach) -> String {
        let reach = reach.command();
        match self {
            Self::Write => {
                format!("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE{reach}; SAVEPOINT attune_1")
            }
            Self::Read | Self::Export => format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY{reach}"),
        }
    }

    /// `synchronous_commit`: what was acknowledged must survive a power cut, whatever the server's default.
    fn settings(self) -> &'static str {
        match self {
            Self::Export => "SET TIME ZONE 'UTC'",
            Self::Write | Self::Read => {
                "SET TIME ZONE 'UTC'; SET statement_timeout = '60s'; SET lock_timeout = '15s';
                 SET idle_in_transaction_session_timeout = '60s';
                 SELECT set_config('synchronous_commit', 'on', false)
                 WHERE current_setting('synchronous_commit') IN ('off', 'local')"
            }
        }
    }
}

/// A connection with its prepared statements.
pub(crate) struct Session {
    statements: HashMap<&'static str, Statement>,
    wire: Wire,
    server: Server,
    lane: Lane,
    /// The beginning of a transaction, while nobody knows whether the server heard it.
    unheard: Option<String>,
}

impl Session {
    pub(crate) fn connect(server: &Server, lane: Lane) -> Result<Self, StoreError> {
        let (wire, server) = (Wire::connect(server)?, server.clone());
        let mut session = Self { wire, statements: HashMap::new(), server, lane, unheard: None };
        session.command(lane.settings())?;
        Ok(session)
    }

    pub(crate) fn command(&mut self, text: &str) -> Result<(), StoreError> {
        self.heard(|session| {
            let client = session.wire.client();
            session.wire.wait(client.batch_execute(text))
        })
    }

    /// Opens a transaction. On a connection that was in use a moment ago it goes out with the first statement.
    fn begin(&mut self, text: String) -> Result<(), StoreError> {
        if !self.wire.is_warm(WARM) {
            return self.command(&text);
        }
        self.command_ahead(text.clone())?;
        self.unheard = Some(text);
        Ok(())
    }

    fn command_ahead(&mut self, text: String) -> Result<(), StoreError> {
        let client = self.wire.client();
        self.wire.ahead(async move { client.batch_execute(&text).await })
    }

    /// Ends a transaction that only read. Nobody waits for it.
    fn end_reading(&mut self) -> Result<(), StoreError> {
        self.command_ahead("COMMIT".to_owned())?;
        self.wire.push();
        Ok(())
    }

    /// Waits for everything that was put ahead.
    pub(crate) fn settle(&mut self) -> Result<(), StoreError> {
        if !self.wire.is_ahead() {
            return Ok(());
        }
        self.heard(|session| session.wire.wait(async { Ok(()) }))
    }

    pub(crate) fn statement(&mut self, text: &'static str) -> Result<Statement, StoreError> {
        if let Some(known) = self.statements.get(text) {
            return Ok(known.clone());
        }
        let statement = self.heard(|session| {
            let client = session.wire.client();
            session.wire.wait(client.prepare(text))
        })?;
        self.statements.insert(text, statement.clone());
        Ok(statement)
    }

    pub(crate) fn exec(&mut self, text: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        self.heard(|session| {
            let (statement, client) = (session.statement(text)?, session.wire.client());
            session.wire.wait(client.execute_raw(&statement, values))
        })
    }

    /// Puts a statement ahead: it goes out with the next one, which fails if this one does.
    pub(crate) fn exec_ahead(
        &mut self,
        text: &'static str,
        values: Vec<Value<'static>>,
    ) -> Result<(), StoreError> {
        if self.unheard.is_some() {
            self.settle()?;
        }
        let (statement, client) = (self.statement(text)?, self.wire.client());
        self.wire.ahead(async move { client.execute_raw(&statement, values).await.map(drop) })
    }

    pub(crate) fn each(
        &mut self,
        text: &'static str,
        values: &[Value<'_>],
        take: &mut dyn FnMut(&Row<'_>) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let mut outcome = Ok(true);
        self.heard(|session| {
            let (statement, client) = (session.statement(text)?, session.wire.client());
            session.wire.wait(async {
                let mut rows = pin!(client.query_raw(&statement, values).await?);
                // The rest is read off even when nobody wants it: an error at its end must not be lost.
                while let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await.transpose()? {
                    if outcome == Ok(true) {
                        outcome = take(&Row::postgres(&row));
                    }
                }
                Ok(())
            })
        })?;
        outcome.map(drop)
    }

    /// Asks the server. Where the connection turns out to have been lost before the transaction began, it begins anew on
    /// another one: nothing has happened in it.
    fn heard<T>(&mut self, mut ask: impl FnMut(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let unheard = self.unheard.take();
        let mut outcome = ask(self);
        if let (Some(begin), Err(StoreError::Unavailable(_))) = (unheard, &outcome)
            && self.wire.failed_ahead()
        {
            *self = Self::connect(&self.server, self.lane)?;
            self.command(&begin)?;
            outcome = ask(self);
        }
        self.forget_outdated(outcome)
    }

    /// A newer instance of the program may have changed a table under our prepared statements.
    fn forget_outdated<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if matches!(&outcome, Err(StoreError::Other { code, .. }) if code == OUTDATED) {
            self.statements.clear();
            return Err(StoreError::Retry);
        }
        outcome
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.wire.is_closed()
    }
}

/// Serves jobs until the queue closes; connects when there is work, and again when a connection is lost.
pub(crate) fn serve(server: &Server, lane: Lane, queue: &Queue, health: &Health) {
    let mut session = None;
    let mut epoch = health.epoch();
    let mut heads = Heads::default();
    while let Some(mut job) = queue.pop() {
        if !job.wanted() {
            continue;
        }
        if lane == Lane::Write
            && let Err(stopped) = health.writable()
        {
            job.settle(Err(stopped));
            continue;
        }
        if epoch != health.epoch() {
            epoch = health.epoch();
            session = None;
        }
        match begin(&mut session, server, lane, job.reach()) {
            Err(wrong) => job.settle(Err(wrong)),
            Ok(()) => {
                let ended = session
                    .as_mut()
                    .map_or(Ok(()), |session| transact(session, lane, &mut heads, (job.as_mut(), health)));
                if session.as_ref().is_some_and(Session::is_closed) || !is_clean(&ended) {
                    session = None;
                }
                job.settle(ended);
            }
        }
    }
}

/// Whether the connection can be used again after a transaction ended so.
fn is_clean(ended: &Result<(), StoreError>) -> bool {
    matches!(ended, Ok(()) | Err(StoreError::Conflict { .. } | StoreError::Retry))
}

/// Opens a transaction. A connection that died while idle shows only here, where trying again is safe.
fn begin(session: &mut Option<Session>, server: &Server, lane: Lane, reach: Reach) -> Result<(), StoreError> {
    let begin = lane.begin(reach);
    if let Some(open) = session.as_mut()
        && open.begin(begin.clone()).is_ok()
    {
        return Ok(());
    }
    *session = None;
    let mut last = StoreError::Unavailable("no connection".to_owned());
    for pause in TRIES {
        sleep(pause);
        let connected = Session::connect(server, lane).and_then(|mut fresh| {
            fresh.command(&begin)?;
            Ok(fresh)
        });
        match connected {
            Ok(fresh) => {
                *session = Some(fresh);
                return Ok(());
            }
            Err(wrong) => last = wrong,
        }
    }
    Err(match last {
        unavailable @ StoreError::Unavailable(_) => unavailable,
        other => StoreError::Unavailable(other.to_string()),
    })
}

fn transact(
    session: &mut Session,
    lane: Lane,
    heads: &mut Heads,
    (job, health): (&mut dyn Job, &Health),
) -> Result<(), StoreError> {
    let link = Link::Postgres(session);
    let mut tx = if lane == Lane::Write { Tx::standing(link, heads) } else { Tx::reading(link, health) };
    let keep = job.run(&mut tx);
    if let Some(fault) = tx.fault() {
        note(health, lane, &fault);
    }
    if !keep {
        heads.back_to(0);
        // What was put ahead is undone with the rest; only a fault in it says something about the server.
        if let Err(wrong) = session.settle() {
            note(health, lane, &wrong);
        }
        return session.command("ROLLBACK");
    }
    if lane != Lane::Write {
        return session.end_reading();
    }
    let ended = session.command("COMMIT");
    match &ended {
        Ok(()) => heads.settle(),
        Err(StoreError::Conflict { .. } | StoreError::Retry) => heads.back_to(0),
        Err(_) => heads.forget(),
    }
    ended.map_err(|wrong| {
        note(health, lane, &wrong);
        match wrong {
            StoreError::Unavailable(_) | StoreError::Io(_) => StoreError::InDoubt,
            other => other,
        }
    })
}

/// Stops writing if the error is a fault of the server's disk or data. A change that a reader tried is none.
fn note(health: &Health, lane: Lane, wrong: &StoreError) {
    if lane != Lane::Write && *wrong == StoreError::ReadOnly {
        return;
    }
    if let Some(why) = Fault::of(wrong) {
        health.stop(why);
    }
}

/// Looks at the server from a fresh connection: a file that grows, then a change that is kept.
///
/// # Errors
/// What is still wrong.
pub(crate) fn verify(server: &Server) -> Result<(), StoreError> {
    let mut session = Session::connect(server, Lane::Write)?;
    session.command(
        "BEGIN READ WRITE; CREATE TEMP TABLE attune_probe (bytes TEXT) ON COMMIT DROP;
         INSERT INTO attune_probe SELECT repeat(md5(n::text), 32) FROM generate_series(1, 4096) n; COMMIT",
    )?;
    session.command("BEGIN READ WRITE; UPDATE schema_migration SET applied_at = applied_at; COMMIT")
}

/// An error in the kernel's words. Never the detail of PostgreSQL's message: it quotes values.
pub(crate) fn error(wrong: &postgres::Error) -> StoreError {
    if let Some(refused) = wrong.as_db_error() {
        return refusal(refused);
    }
    if wrong.is_closed() {
        return StoreError::Unavailable("the connection is closed".to_owned());
    }
    let mut cause: Option<&(dyn StdError + 'static)> = wrong.source();
    while let Some(deeper) = cause {
        if deeper.is::<std::io::Error>() {
            return StoreError::Unavailable(deeper.to_string());
        }
        cause = deeper.source();
    }
    match wrong.source() {
        Some(cause) => StoreError::other("postgres", format!("{wrong}: {cause}")),
        None => StoreError::other("postgres", wrong.to_string()),
    }
}

fn refusal(refused: &postgres::error::DbError) -> StoreError {
    let code = refused.code().code();
    let named = |kind| StoreError::Conflict {
        kind,
        constraint: refused.constraint().unwrap_or(refused.message()).to_owned(),
    };
    match code {
        "23505" | "23P01" => named(ConflictKind::Unique),
        "23503" | "23001" => named(ConflictKind::ForeignKey),
        "23514" => named(ConflictKind::Check),
        "23502" => StoreError::Conflict {
            kind: ConflictKind::NotNull,
            constraint: format!(
                "{}.{}",
                refused.table().unwrap_or_default(),
                refused.column().unwrap_or_default()
            ),
        },
        "P0001" => {
            StoreError::Conflict { kind: ConflictKind::Trigger, constraint: refused.message().to_owned() }
        }
        "25006" => StoreError::ReadOnly,
        "40001" | "40P01" => StoreError::Retry,
        "55P03" | "57014" => StoreError::Busy,
        "53100" => StoreError::Full,
        "58030" => StoreError::Io(refused.message().to_owned()),
        "XX001" | "XX002" => StoreError::Corrupt(refused.message().to_owned()),
        "53300" | "57P01" | "57P02" | "57P03" => StoreError::Unavailable(refused.message().to_owned()),
        _ if code.starts_with("08")
            || code.starts_with("28")
            || *refused.code() == SqlState::INVALID_CATALOG_NAME =>
        {
            StoreError::Unavailable(refused.message().to_owned())
        }
        // Messages about wrong values quote them.
        _ if code.starts_with("22") => StoreError::other(code, "a value does not fit"),
        _ => StoreError::other(code, refused.message()),
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Bool(flag) if *ty == Type::BOOL => flag.to_sql(ty, out),
            Value::Bool(flag) => Value::Int(i64::from(*flag)).to_sql(ty, out),
            Value::Int(number) => match *ty {
                Type::INT8 => number.to_sql(ty, out),
                Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
                Type::INT2 => i16::try_from(*number)?.to_sql(ty, out),
                Type::FLOAT8 => (*number as f64).to_sql(ty, out),
                _ => Err(format!("a whole number does not fit into {ty}").into()),
            },
            Value::Real(number) => match *ty {
                Type::FLOAT8 => number.to_sql(ty, out),
                Type::FLOAT4 => (*number as f32).to_sql(ty, out),
                _ => Err(format!("a number with a fraction does not fit into {ty}").into()),
            },
            Value::Text(text) => {
                if *ty == Type::JSONB {
                    out.extend_from_slice(&[1]);
                } else if *ty != Type::JSON && !<&str as ToSql>::accepts(ty) {
                    return Err(format!("text does not fit into {ty}").into());
                }
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            Value::Bytes(bytes) if *ty == Type::BYTEA => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            Value::Bytes(_) => Err(format!("bytes do not fit into {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Any column as a [`Value`].
struct Cell<'r>(Value<'r>);

impl<'r> FromSql<'r> for Cell<'r> {
    fn from_sql(ty: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        let value = match *ty {
            Type::BOOL => Value::Bool(bool::from_sql(ty, raw)?),
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Int(i64::from(i32::from_sql(ty, raw)?)),
            Type::INT2 => Value::Int(i64::from(i16::from_sql(ty, raw)?)),
            Type::FLOAT8 => Value::Real(f64::from_sql(ty, raw)?),
            Type::FLOAT4 => Value::Real(f64::from(f32::from_sql(ty, raw)?)),
            Type::NUMERIC => numeric::decode(raw).ok_or("the number does not fit")?,
            Type::BYTEA => Value::Bytes(raw.into()),
            Type::JSONB => Value::Text(std::str::from_utf8(raw.get(1..).unwrap_or_default())?.into()),
            Type::JSON => Value::Text(std::str::from_utf8(raw)?.into()),
            _ if <&str as FromSql>::accepts(ty) => Value::Text(std::str::from_utf8(raw)?.into()),
            _ => return Err(format!("{ty} cannot be read: cast it in the query").into()),
        };
        Ok(Self(value))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

pub(crate) fn cell(row: &postgres::Row, index: usize) -> Result<Value<'_>, String> {
    if index >= row.len() {
        return Err("there is no such column".to_owned());
    }
    let Cell(value) = row
        .try_get(index)
        .map_err(|wrong| StdError::source(&wrong).map_or_else(|| wrong.to_string(), ToString::to_string))?;
    Ok(value)
}
