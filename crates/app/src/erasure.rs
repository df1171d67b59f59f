//! Retention, legal holds, and erasing a client's record for good. For the privacy officer.

use crate::App;
use crate::context::{Ctx, Origin};
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use domain::access::Actor;
use domain::erasure::{self, REASON_CHARS_MAX, RETENTION_RANGE, RETENTION_YEARS};
use domain::ids::ClientId;
use domain::text::{self, TextError};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use store::{Across, StoreError, clients, erasures, ledger_file};

pub use domain::erasure::{Erased, NotYet, Reason};
pub use store::erasures::Hold;

/// Why something about a record's end was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErasureError {
    /// The record may not be erased now.
    #[error(transparent)]
    NotYet(#[from] NotYet),
    /// The client's name was not typed as it is written in the record.
    #[error("the name was not typed as it is written")]
    NotConfirmed,
    /// No reason was chosen or given.
    #[error("the reason: {0}")]
    Reason(TextError),
    /// Not a number of years a record can be kept.
    #[error("not a number of years")]
    Years,
    /// No hold stands on the record.
    #[error("no hold stands")]
    NoHold,
    /// There is no such client.
    #[error("no such client")]
    NoSuchClient,
}

/// A client's record and when it may end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordEnd {
    /// The client.
    pub client: ClientId,
    /// Their name as it must be typed to erase.
    pub name: String,
    /// The day of the last contact.
    pub last_contact: Date,
    /// Years the practice keeps records.
    pub years: u16,
    /// The first day on which the record may be erased.
    pub from: Date,
    /// The hold that stands.
    pub hold: Option<Hold>,
    /// Whether it may be erased today.
    pub may: Result<(), NotYet>,
}

/// What the privacy officer sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasures {
    /// Years the practice keeps records.
    pub years: u16,
    /// Whether the practice set them itself.
    pub set: bool,
    /// Records without contact for that long, with the day of the last one. Nobody is named: opening one says who it
    /// is, and is on record.
    pub quiet: Vec<(ClientId, Date)>,
    /// Holds that stand.
    pub holds: Vec<Hold>,
    /// What was erased, newest first.
    pub ledger: Vec<Erased>,
}

type Step<T> = Verdict<T, ErasureError>;

impl App {
    /// Records that may have to end, holds, and what was erased.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn erasures(&self, ctx: &Ctx) -> Step<Erasures> {
        self.act(ctx, Ask::to(Action::ReadErasures, "erasures"), |desk| {
            let set = erasures::retention(desk.tx, &desk.grant)?;
            let years = set.unwrap_or(RETENTION_YEARS);
            let zone = desk.ctx.zone.clone();
            let since = desk.ctx.today().saturating_sub(i64::from(years).years());
            let since = since.to_zoned(zone.clone()).map_or(Timestamp::MIN, |start| start.timestamp());
            let quiet = erasures::quiet_since(desk.tx, &desk.grant, since)?;
            Ok(Erasures {
                years,
                set: set.is_some(),
                quiet: quiet.into_iter().map(|(id, at)| (id, at.to_zoned(zone.clone()).date())).collect(),
                holds: erasures::holds(desk.tx, &desk.grant)?,
                ledger: erasures::of_practice(desk.tx, &desk.grant)?,
            })
        })
        .await
    }

    /// One client's record: when it may be erased, and what keeps it.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn record_end(&self, ctx: &Ctx, client: ClientId) -> Step<RecordEnd> {
        self.act(ctx, Ask::on_client(Action::ManageRetention, client, "retention"), look).await
    }

    /// Puts a legal hold on a record: it is not erased while the hold stands.
    ///
    /// # Errors
    /// Denied; [`ErasureError::Reason`]; or the store's failure.
    pub async fn hold_record(&self, ctx: &Ctx, client: ClientId, reason: String) -> Step<()> {
        self.act(ctx, Ask::on_client(Action::ManageRetention, client, "legal hold set"), move |desk| {
            let reason = text::line(&reason, REASON_CHARS_MAX)
                .map_err(|problem| Refused::Verb(ErasureError::Reason(problem)))?;
            Ok(erasures::set_hold(desk.tx, &desk.grant, &reason, desk.ctx.now)?)
        })
        .await
    }

    /// Lifts the hold on a record.
    ///
    /// # Errors
    /// Denied; [`ErasureError::NoHold`]; or the store's failure.
    pub async fn lift_hold(&self, ctx: &Ctx, client: ClientId) -> Step<()> {
        self.act(ctx, Ask::on_client(Action::ManageRetention, client, "legal hold lifted"), |desk| {
            match erasures::lift_holds(desk.tx, &desk.grant, desk.ctx.now)? {
                true => Ok(()),
                false => no(ErasureError::NoHold),
            }
        })
        .await
    }

    /// How many years the practice keeps a record after the last contact.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn retention(&self, ctx: &Ctx) -> Step<u16> {
        self.act(ctx, Ask::to(Action::WritePractice, "retention"), |desk| {
            Ok(erasures::retention(desk.tx, &desk.grant)?.unwrap_or(RETENTION_YEARS))
        })
        .await
    }

    /// Sets how many years the practice keeps a record after the last contact.
    ///
    /// # Errors
    /// Denied; [`ErasureError::Years`]; or the store's failure.
    pub async fn set_retention(&self, ctx: &Ctx, years: u16) -> Step<()> {
        self.act(ctx, Ask::to(Action::WritePractice, format!("retention {years} years")), move |desk| {
            if !(RETENTION_RANGE.0..=RETENTION_RANGE.1).contains(&years) {
                return no(ErasureError::Years);
            }
            Ok(erasures::set_retention(desk.tx, &desk.grant, years, desk.ctx.now)?)
        })
        .await
    }

    /// Erases a client's record: its keys are destroyed, and nobody can ever read it again. `typed` is the client's
    /// name as the person typed it.
    ///
    /// # Errors
    /// Denied, also when the second factor was given too long ago; [`ErasureError`]; or the store's failure.
    pub async fn erase(&self, ctx: &Ctx, client: ClientId, reason: Reason, typed: String) -> Step<()> {
        let ask = Ask::on_client(Action::EraseClient, client, format!("record, {}", reason.code()));
        self.act(ctx, ask, move |desk| {
            let record = look(desk)?;
            record.may.map_err(|why| Refused::Verb(ErasureError::NotYet(why)))?;
            if text::folded(&typed) != text::folded(&record.name) {
                return no(ErasureError::NotConfirmed);
            }
            let line = Erased {
                practice: desk.grant.scope().practice(),
                client,
                at: desk.ctx.now,
                by: desk.grant.account().map_or_else(|| "operator".to_owned(), |account| account.to_string()),
                reason,
            };
            erasures::erase(desk.tx, &line)?;
            Ok(())
        })
        .await?;
        self.write_ledger().await;
        Ok(())
    }

    /// Every line of the ledger, of all practices of this database. For the command line.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn erasure_ledger(&self) -> Result<Vec<Erased>, StoreError> {
        self.db.across_practices(Across::Operator).read(erasures::ledger).await
    }

    /// Erases again what a ledger names, in a database that may be older than the ledger. Lines of practices that are
    /// not in this database are passed over. Gives how many records had a key left to destroy.
    ///
    /// # Errors
    /// The store's failure; what was applied by then stays applied.
    pub async fn apply_ledger(&self, lines: Vec<Erased>) -> Result<usize, StoreError> {
        let mut again = 0;
        for practice in self.practices().await? {
            let zone = TimeZone::get(&practice.zone).unwrap_or(TimeZone::UTC);
            let ctx = self.ctx(Actor::Operator(practice.id), zone, Origin::CommandLine);
            for line in lines.iter().filter(|line| line.practice == practice.id).cloned() {
                let ask = Ask::to(Action::Operate, format!("client {}, erased again", line.client));
                let done: Verdict<bool, std::convert::Infallible> =
                    self.act(&ctx, ask, move |desk| Ok(erasures::erase(desk.tx, &line)?)).await;
                match done {
                    Ok(true) => again += 1,
                    Ok(false) | Err(Refused::Denied(_) | Refused::Repeated) => {}
                    Err(Refused::Verb(never)) => match never {},
                    Err(Refused::Store(failure)) => return Err(failure),
                }
            }
        }
        self.write_ledger().await;
        Ok(again)
    }

    /// Applies the ledger that is kept outside the database, and writes it anew: at every start, so that a backup that
    /// was put in place by hand brings nobody back. Gives how many records were erased again.
    ///
    /// # Errors
    /// The store's failure, or a ledger that cannot be read.
    pub async fn keep_erased(&self) -> Result<usize, store::BackupError> {
        let Some(path) = &self.ledger else { return Ok(0) };
        let known = self.erasure_ledger().await?;
        let lines: Vec<Erased> = ledger_file::read(path)?
            .into_iter()
            .filter(|line| known.iter().all(|other| other.client != line.client))
            .collect();
        Ok(self.apply_ledger(lines).await?)
    }

    /// Writes the ledger outside the database. The database holds it too, so a file that cannot be written is told
    /// in the log and written with the next erasure or start.
    async fn write_ledger(&self) {
        let Some(path) = &self.ledger else { return };
        let written = async {
            let lines = self.erasure_ledger().await?;
            if lines.is_empty() { Ok(()) } else { ledger_file::add(path, &lines) }
        };
        if let Err(failure) = written.await {
            tracing::error!(%failure, "the ledger of erasures outside the database was not written");
        }
    }
}

/// The record of the granted client, and what keeps it.
fn look(desk: &mut Desk<'_, '_>) -> Step<RecordEnd> {
    let found = clients::find(desk.tx, &desk.grant)?.ok_or(Refused::Verb(ErasureError::NoSuchClient))?;
    let years = erasures::retention(desk.tx, &desk.grant)?.unwrap_or(RETENTION_YEARS);
    let last = erasures::last_contact(desk.tx, &desk.grant)?.unwrap_or(found.created_at);
    let last_contact = last.to_zoned(desk.ctx.zone.clone()).date();
    let from = erasure::possible_from(last_contact, found.particulars.born_on, years);
    let hold = erasures::hold_of(desk.tx, &desk.grant)?;
    Ok(RecordEnd {
        client: found.id,
        name: found.particulars.name,
        last_contact,
        years,
        from,
        may: erasure::may_erase(hold.is_some(), from, desk.ctx.today()),
        hold,
    })
}
