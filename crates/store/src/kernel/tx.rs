//! A transaction, the only place where SQL runs.

use std::sync::Arc;

use super::dialect::Engine;
use super::error::StoreError;
use super::heads::{Head, Heads};
use super::health::{Fault, Health};
use super::postgres::Session;
use super::queries::Sql;
use super::value::{FromValue, ToValue, Value};
use super::{postgres, sqlite};
use crate::audit::chain::ChainKey;
use crate::vault::{Ring, Vault};
use uuid::Uuid;

/// A running transaction. After a statement fails, nothing more runs and nothing is kept, on both
/// engines alike, unless the statement stood in a [`Tx::savepoint`].
pub struct Tx<'c> {
    link: Link<'c>,
    depth: u32,
    /// The connection stands at a savepoint `attune_1` since which nothing was changed: the first savepoint that is
    /// asked for is there already.
    standing: bool,
    failed: Option<StoreError>,
    /// A fault of the disk or the data, kept even when a savepoint swallowed it.
    fault: Option<StoreError>,
    /// Where a reading transaction leaves its trace.
    health: Option<&'c Health>,
    /// The keys of the installation.
    pub(crate) vault: Arc<Vault>,
    /// The keys this transaction works with.
    pub(crate) ring: Ring,
    /// Of a connection that writes.
    heads: Option<&'c mut Heads>,
}

pub(crate) enum Link<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c mut Session),
}

impl<'c> Tx<'c> {
    pub(crate) fn new(link: Link<'c>) -> Self {
        Self {
            link,
            depth: 0,
            standing: false,
            failed: None,
            fault: None,
            health: None,
            vault: Vault::none(),
            ring: Ring::default(),
            heads: None,
        }
    }

    /// A writing transaction in which the savepoint `attune_1` was just set.
    pub(crate) fn standing(link: Link<'c>, heads: &'c mut Heads) -> Self {
        Self { standing: true, heads: Some(heads), ..Self::new(link) }
    }

    /// Where the audit chain of this connection stands in a practice.
    pub(crate) fn head(&self, practice: Uuid) -> Option<Head> {
        self.heads.as_ref()?.get(practice)
    }

    /// The key of the audit chains.
    pub(crate) fn chain_key(&mut self) -> Result<ChainKey, StoreError> {
        if let Some(known) = self.heads.as_ref().and_then(|heads| heads.key.clone()) {
            return Ok(known);
        }
        let key = ChainKey::of(&self.vault.derive(ChainKey::LABEL)?);
        if let Some(heads) = self.heads.as_mut() {
            heads.key = Some(key.clone());
        }
        Ok(key)
    }

    /// Moves it on; undone with the savepoint or transaction around it.
    pub(crate) fn set_head(&mut self, practice: Uuid, head: Head) -> Result<(), StoreError> {
        let heads = self.heads.as_mut().ok_or(StoreError::ReadOnly)?;
        heads.set(practice, head);
        Ok(())
    }

    /// A reading transaction.
    pub(crate) fn reading(link: Link<'c>, health: &'c Health) -> Self {
        Self { health: Some(health), ..Self::new(link) }
    }

    /// Whether this only reads, so that traces of it are held ([`Tx::hold`]) and not written. Also when writing came
    /// back since it began: it cannot write all the same.
    pub fn holds_traces(&self) -> bool {
        self.health.is_some()
    }

    /// Holds a line outside the database until writing begins again. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] when the line could not be held: then what it tells of must not happen.
    pub fn hold(&mut self, line: &str) -> Result<(), StoreError> {
        let outcome = match self.health {
            Some(health) => health.held.hold(line),
            None => Err(StoreError::other("hold", "only a reading transaction leaves its trace so")),
        };
        self.note(outcome)
    }

    /// The error that spoilt the transaction, whether or not its closure passed it on.
    pub(crate) fn failure(&self) -> Option<StoreError> {
        self.failed.clone()
    }

    /// The fault of disk or data that a statement met, whatever became of the statement.
    pub(crate) fn fault(&self) -> Option<StoreError> {
        self.fault.clone()
    }

    /// Which engine runs this.
    pub fn engine(&self) -> Engine {
        match self.link {
            Link::Sqlite(_) => Engine::Sqlite,
            Link::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a statement and returns the number of rows it changed.
    ///
    /// # Errors
    /// What the engine refused. The transaction is spoilt then: only a savepoint around it saves the rest.
    pub fn exec(&mut self, sql: Sql, values: &[&dyn ToValue]) -> Result<u64, StoreError> {
        let bound = self.bind(values)?;
        self.standing = false;
        let outcome = match &mut self.link {
            Link::Sqlite(connection) => sqlite::exec(connection, sql.text(Engine::Sqlite), &bound),
            Link::Postgres(session) => session.exec(sql.text(Engine::Postgres), &bound),
        };
        self.note(outcome)
    }

    /// Runs a statement of which nobody asks how many rows it changed, and on whose answer nothing depends: on
    /// PostgreSQL it goes out together with the next one.
    ///
    /// # Errors
    /// As [`Tx::exec`], but what PostgreSQL refuses shows at the next statement, or when the savepoint or the whole
    /// transaction ends.
    pub fn send(&mut self, sql: Sql, values: &[&dyn ToValue]) -> Result<(), StoreError> {
        if self.engine() == Engine::Sqlite {
            return self.exec(sql, values).map(drop);
        }
        let bound = self.bind(values)?.into_iter().map(Value::into_owned).collect();
        self.standing = false;
        let outcome = match &mut self.link {
            Link::Postgres(session) => session.exec_ahead(sql.text(Engine::Postgres), bound),
            Link::Sqlite(_) => Ok(()),
        };
        self.note(outcome)
    }

    /// Waits for what was sent.
    fn settle(&mut self) {
        if let Link::Postgres(session) = &mut self.link {
            let outcome = session.settle();
            // A failure spoils the transaction, or the savepoint that ends now.
            let _ = self.note(outcome);
        }
    }

    /// Runs a query and reads each row.
    ///
    /// # Errors
    /// What the engine refused, or [`StoreError::Decode`] from the closure.
    pub fn all<T>(
        &mut self,
        sql: Sql,
        values: &[&dyn ToValue],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.each(sql, values, |row| {
            found.push(read(row)?);
            Ok(true)
        })?;
        Ok(found)
    }

    /// Runs a query and reads its first row, if there is one.
    ///
    /// # Errors
    /// What the engine refused, or [`StoreError::Decode`] from the closure.
    pub fn one<T>(
        &mut self,
        sql: Sql,
        values: &[&dyn ToValue],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut found = None;
        self.each(sql, values, |row| {
            found = Some(read(row)?);
            Ok(false)
        })?;
        Ok(found)
    }

    /// Runs a query and hands over row by row, without keeping them, until the closure says `false`.
    ///
    /// # Errors
    /// What the engine refused, or the closure's own error.
    pub fn each(
        &mut self,
        sql: Sql,
        values: &[&dyn ToValue],
        mut take: impl FnMut(&Row<'_>) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let bound = self.bind(values)?;
        self.standing = self.standing && sql.only_reads(self.engine());
        let outcome = match &mut self.link {
            Link::Sqlite(connection) => sqlite::each(connection, sql.text(Engine::Sqlite), &bound, &mut take),
            Link::Postgres(session) => session.each(sql.text(Engine::Postgres), &bound, &mut take),
        };
        self.note(outcome)
    }

    /// Runs work whose failure undoes only itself: `Err` takes back its changes, `Ok` keeps them in
    /// the transaction around it.
    ///
    /// # Errors
    /// The work's own error, or what the engine refused.
    pub fn savepoint<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.undoing(|tx| {
            let outcome = work(tx);
            tx.settle();
            outcome
        })
    }

    /// A [`Tx::savepoint`] whose success hangs together with the whole transaction: `Ok` does not wait for what was
    /// sent inside, and the transaction fails as a whole if that fails.
    ///
    /// # Errors
    /// As [`Tx::savepoint`].
    pub fn attempt<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.undoing(|tx| {
            let outcome = work(tx);
            if outcome.is_err() {
                tx.settle();
            }
            outcome
        })
    }

    fn undoing<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.usable()?;
        let depth = self.depth + 1;
        let mark = self.heads.as_ref().map(|heads| heads.mark());
        let was_standing = self.standing && self.depth == 0;
        if !was_standing {
            self.command(&format!("SAVEPOINT attune_{depth}"))?;
        }
        self.depth = depth;
        let outcome = work(self);
        self.depth = depth - 1;
        let spoilt = self.failed.take();
        let outcome = match &spoilt {
            Some(spoilt) if outcome.is_ok() => Err(E::from(spoilt.clone())),
            _ => outcome,
        };
        let mut ended = Ok(());
        if outcome.is_err() {
            if let (Some(heads), Some(mark)) = (self.heads.as_mut(), mark) {
                heads.back_to(mark);
            }
            ended = self.command(&format!("ROLLBACK TO SAVEPOINT attune_{depth}"));
            self.standing = was_standing;
        }
        if ended.is_ok() && !was_standing {
            ended = self.command(&format!("RELEASE SAVEPOINT attune_{depth}"));
        }
        if let Err(lost) = ended {
            // The whole transaction is gone, and the first error tells why.
            self.failed = spoilt.or(Some(lost.clone()));
            return outcome.and(Err(E::from(lost)));
        }
        outcome
    }

    /// Lets the engine check a text without running it.
    ///
    /// # Errors
    /// What the engine refused.
    pub fn prepare(&mut self, sql: Sql) -> Result<(), StoreError> {
        self.usable()?;
        let outcome = match &mut self.link {
            Link::Sqlite(connection) => sqlite::prepare(connection, sql.text(Engine::Sqlite)),
            Link::Postgres(session) => session.statement(sql.text(Engine::Postgres)).map(drop),
        };
        self.note(outcome)
    }

    fn bind<'v>(&self, values: &'v [&dyn ToValue]) -> Result<Vec<Value<'v>>, StoreError> {
        self.usable()?;
        let numbered = values.iter().enumerate();
        numbered
            .map(|(index, value)| {
                value
                    .to_value()
                    .map_err(|wrong| StoreError::Bind { position: index + 1, reason: wrong.to_string() })
            })
            .collect()
    }

    /// A command of the kernel's own.
    fn command(&mut self, text: &str) -> Result<(), StoreError> {
        let outcome = match &mut self.link {
            Link::Sqlite(connection) => sqlite::control(connection, text),
            Link::Postgres(session) => session.command(text),
        };
        self.note(outcome)
    }

    fn usable(&self) -> Result<(), StoreError> {
        self.failed.clone().map_or(Ok(()), Err)
    }

    /// PostgreSQL ends the transaction at the first error; SQLite would go on. Both end it here.
    fn note<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(wrong) = &outcome
            && !wrong.is_of_a_value()
        {
            self.failed = Some(wrong.clone());
            if Fault::of(wrong).is_some() {
                self.fault = Some(wrong.clone());
            }
        }
        outcome
    }
}

/// One row of a result.
pub struct Row<'r> {
    cells: Cells<'r>,
}

enum Cells<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r ::postgres::Row),
}

impl<'r> Row<'r> {
    pub(crate) fn sqlite(row: &'r rusqlite::Row<'r>) -> Self {
        Self { cells: Cells::Sqlite(row) }
    }

    pub(crate) fn postgres(row: &'r ::postgres::Row) -> Self {
        Self { cells: Cells::Postgres(row) }
    }

    /// The value of a column, counted from 0.
    ///
    /// # Errors
    /// [`StoreError::Decode`] when there is no such column or it holds something else.
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T, StoreError> {
        T::from_value(self.cell(index)?)
            .map_err(|wrong| StoreError::Decode { column: self.column(index), reason: wrong.to_string() })
    }

    /// A cell as it is.
    ///
    /// # Errors
    /// [`StoreError::Decode`] when there is no such column.
    pub(crate) fn cell(&self, index: usize) -> Result<Value<'_>, StoreError> {
        let cell = match self.cells {
            Cells::Sqlite(row) => sqlite::cell(row, index),
            Cells::Postgres(row) => postgres::cell(row, index),
        };
        cell.map_err(|reason| StoreError::Decode { column: self.column(index), reason })
    }

    fn column(&self, index: usize) -> String {
        let name = match self.cells {
            Cells::Sqlite(row) => row.as_ref().column_name(index).ok(),
            Cells::Postgres(row) => row.columns().get(index).map(::postgres::Column::name),
        };
        name.map_or_else(|| format!("number {index}"), str::to_owned)
    }
}
