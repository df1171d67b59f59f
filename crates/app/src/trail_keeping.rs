//! What the machine's operator and the worker do with the audit trail: verify it, sign checkpoints, take it out.

use crate::App;
use crate::context::Origin;
use domain::access::{Actor, Class, Rule};
use domain::csv;
use domain::ids::PracticeId;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::io::Write;
use store::audit::chain::{Line, hex};
use store::audit::checkpoint::{Checkpoint, Signer};
use store::audit::keeping;
use store::audit::verify::Verified;
use store::practices::Practice;
use store::{StoreError, Tx, audit};

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a spreadsheet, formulas made harmless.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

/// The titles of an export, in the order of its cells.
const TITLES: [&str; 16] = [
    "practice", "chain", "line", "when_utc", "id", "actor", "for_whom", "action", "class", "client",
    "object", "outcome", "why", "origin", "ties", "hash",
];

impl App {
    /// The key that proves checkpoints. No secret.
    ///
    /// # Errors
    /// The store's failure.
    pub fn audit_key(&self) -> Result<Vec<u8>, StoreError> {
        Ok(self.signer()?.public_key())
    }

    /// Signs a checkpoint in each practice in which at least `lines` lines were written since the last one.
    ///
    /// # Errors
    /// The store's failure. Two programs that do it at once: one is told of a conflict.
    pub async fn checkpoint_audit(&self, lines: i64) -> Result<Vec<Checkpoint>, StoreError> {
        let mut made = Vec::new();
        for practice in self.practices().await? {
            let (signer, line, id) = (self.signer()?, self.operators_line("checkpoint"), practice.id);
            let work = move |tx: &mut Tx<'_>| -> Result<Option<Checkpoint>, StoreError> {
                if keeping::lines_since(tx, id)? < lines {
                    return Ok(None);
                }
                keeping::make_checkpoint(tx, id, line, &signer)
            };
            made.extend(self.db.write_in(practice.id, work).await?);
        }
        Ok(made)
    }

    /// The newest checkpoint of each practice.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn latest_checkpoints(&self) -> Result<Vec<Checkpoint>, StoreError> {
        let mut latest = Vec::new();
        for practice in self.practices().await? {
            let id = practice.id;
            latest.extend(self.db.read_in(id, move |tx| keeping::latest(tx, id)).await?);
        }
        Ok(latest)
    }

    /// Looks at the whole trail of each practice; `kept` are checkpoints kept elsewhere.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn verify_audit(&self, kept: &[Checkpoint]) -> Result<Vec<(Practice, Verified)>, StoreError> {
        let mut reports = Vec::new();
        for practice in self.practices().await? {
            let report = self.verify_trail(practice.id, kept.to_vec()).await?;
            reports.push((practice, report));
        }
        Ok(reports)
    }

    /// Looks at the whole trail of one practice.
    pub(crate) async fn verify_trail(
        &self,
        id: PracticeId,
        kept: Vec<Checkpoint>,
    ) -> Result<Verified, StoreError> {
        let signer = self.audit_key()?;
        self.db.export_in(id, move |tx| keeping::verify(tx, id, &signer, &kept)).await
    }

    /// Writes every line of a period, of all practices, in the order of time; gives how many. That it was done is
    /// itself a line of each trail.
    ///
    /// # Errors
    /// The store's failure, or [`StoreError::Io`] when the lines cannot be written.
    pub async fn export_audit<W: Write + Send + 'static>(
        &self,
        (from, to): (Timestamp, Timestamp),
        format: Format,
        mut out: W,
    ) -> Result<u64, StoreError> {
        if format == Format::Csv {
            put(&mut out, &csv::line(TITLES))?;
        }
        let mut lines = 0;
        for practice in self.practices().await? {
            let (id, line) = (practice.id, self.operators_line("export"));
            self.db.write_in(id, move |tx| audit::append(tx, id, &line)).await?;
            let work = move |tx: &mut Tx<'_>| -> Result<(W, u64), StoreError> {
                let mut written = 0;
                audit::search::each_in_period(tx, id, (from, to), |line| {
                    put(&mut out, &text_of(id, line, format))?;
                    written += 1;
                    Ok(true)
                })?;
                Ok((out, written))
            };
            let (back, written) = self.db.export_in(id, work).await?;
            out = back;
            lines += written;
        }
        out.flush().map_err(|wrong| StoreError::Io(wrong.to_string()))?;
        Ok(lines)
    }

    fn signer(&self) -> Result<Signer, StoreError> {
        let secret = self.db.vault().derive("audit checkpoint")?;
        let refused = || StoreError::Unavailable("the audit key cannot be derived".to_owned());
        Signer::of(&secret).ok_or_else(refused)
    }

    /// A line about what the operator or the worker does with the trail.
    pub(crate) fn operators_line(&self, action: &str) -> audit::Entry {
        let ctx = self.ctx(Actor::Visitor, TimeZone::UTC, Origin::CommandLine);
        audit::Entry {
            id: ctx.new_id(),
            at: ctx.now,
            actor: "operator".to_owned(),
            for_whom: "practice".to_owned(),
            action: action.to_owned(),
            class: Class::K9.code().to_owned(),
            client: None,
            object: "trail".to_owned(),
            outcome: "done".to_owned(),
            rule: Rule::Operator.code().to_owned(),
            origin: Origin::CommandLine.text().to_owned(),
        }
    }
}

fn put(out: &mut impl Write, text: &str) -> Result<(), StoreError> {
    out.write_all(text.as_bytes()).map_err(|wrong| StoreError::Io(wrong.to_string()))
}

fn text_of(practice: PracticeId, line: &Line, format: Format) -> String {
    let when = Timestamp::from_microsecond(line.at).map(|at| at.to_string()).unwrap_or_default();
    let cells = [
        practice.to_string(),
        format!("{:016x}", line.chain),
        line.seq.to_string(),
        when,
        line.id.clone(),
        line.actor.clone(),
        line.for_whom.clone(),
        line.action.clone(),
        line.class.clone(),
        line.client.clone().unwrap_or_default(),
        line.object.clone(),
        line.outcome.clone(),
        line.rule.clone(),
        line.origin.clone(),
        line.ties.clone().unwrap_or_default(),
        hex(&line.hash),
    ];
    match format {
        Format::Csv => csv::line(cells.iter().map(String::as_str)),
        Format::Jsonl => {
            let titles = TITLES.iter().map(|title| (*title).to_owned());
            let object: serde_json::Map<String, serde_json::Value> =
                titles.zip(cells.into_iter().map(serde_json::Value::String)).collect();
            format!("{}\n", serde_json::Value::Object(object))
        }
    }
}
