//! Upkeep by the machine's operator: does the derived agree with the history, is the audit trail complete?

use crate::App;
use crate::context::Origin;
use crate::entry::{Action, Ask, Refused, Verdict};
use crate::protocols::followed;
use domain::access::Actor;
use domain::ids::PracticeId;
use jiff::tz::TimeZone;
use std::convert::Infallible;
use store::practices::Practice;
use store::{Across, StoreError, Tx, audit, episodes, practices, upkeep};

/// What a check looked at and found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Episodes looked at.
    pub episodes: usize,
    /// Events looked at.
    pub events: usize,
    /// Audit entries there are.
    pub audit_entries: u64,
    /// What is wrong, one line each, without clinical content.
    pub findings: Vec<String>,
}

impl CheckReport {
    fn take(&mut self, other: CheckReport) {
        self.episodes += other.episodes;
        self.events += other.events;
        self.audit_entries += other.audit_entries;
        self.findings.extend(other.findings);
    }
}

/// What opening every sealed field gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldReport {
    /// Fields that were opened and are as they were written.
    pub fields: u64,
    /// Clients whose records were erased: their fields open for nobody.
    pub erased: u64,
    /// What is not as it was written, one line each, without clinical content.
    pub findings: Vec<String>,
}

impl FieldReport {
    fn take(&mut self, page: store::vault::Verified) {
        self.fields += page.fields;
        self.erased += page.erased;
        self.findings.extend(page.broken);
    }
}

/// Clients whose fields are opened in one transaction.
const CLIENTS: i64 = 20;
/// Episodes read in one transaction.
const PAGE: i64 = 200;

impl App {
    /// Writes into the trail of each practice that everything in it is about to be looked at: every field is opened,
    /// though nobody is shown any.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn begin_look(&self) -> Result<(), StoreError> {
        for id in self.practice_ids().await? {
            let ctx = self.ctx(Actor::Operator(id), TimeZone::UTC, Origin::CommandLine);
            let ask = Ask::to(Action::Operate, "look at everything");
            let told: Verdict<(), Infallible> = self.act(&ctx, ask, |_| Ok(())).await;
            if let Err(Refused::Store(failure)) = told {
                return Err(failure);
            }
        }
        Ok(())
    }

    /// Opens every sealed field of every record and looks at every mark, a page of clients in a transaction.
    ///
    /// # Errors
    /// The store's failure; what does not verify is in the report.
    pub async fn verify_fields(&self) -> Result<FieldReport, StoreError> {
        let mut report = FieldReport { findings: self.refused_texts().await?, ..FieldReport::default() };
        for id in self.practice_ids().await? {
            let of_practice = self.verify_practice(id).await?;
            report.fields += of_practice.fields;
            report.erased += of_practice.erased;
            report.findings.extend(of_practice.findings);
        }
        Ok(report)
    }

    /// Texts of the program that the database does not take: a table or column that went or has another name is found by
    /// the texts that name it.
    pub(crate) async fn refused_texts(&self) -> Result<Vec<String>, StoreError> {
        let texts = |tx: &mut Tx<'_>| store::check_texts(tx, &store::all_queries());
        self.db.across_practices(Across::Operator).read(texts).await
    }

    /// The practices there are, by their ids alone: one whose own row is not as it was written is looked at like any
    /// other.
    pub(crate) async fn practice_ids(&self) -> Result<Vec<PracticeId>, StoreError> {
        self.db.across_practices(Across::Operator).read(practices::ids).await
    }

    /// Opens every sealed field of a practice and looks at every mark.
    pub(crate) async fn verify_practice(&self, id: PracticeId) -> Result<FieldReport, StoreError> {
        let mut report = FieldReport::default();
        report.take(self.db.read_in(id, move |tx| store::vault::practice_page(tx, id)).await?);
        let mut after = None;
        loop {
            let from = after;
            let work = move |tx: &mut Tx<'_>| store::vault::clients_page(tx, id, from, CLIENTS);
            let page = self.db.read_in(id, work).await?;
            let last = page.last;
            report.take(page);
            match last {
                Some(last) => after = Some(last),
                None => return Ok(report),
            }
        }
    }

    /// Computes every episode anew from its events and compares with the kept summary, and looks for events
    /// without an audit entry.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn check_records(&self) -> Result<CheckReport, StoreError> {
        let mut report = CheckReport::default();
        for practice in self.practices().await? {
            report.take(self.check_practice(&practice).await?);
        }
        Ok(report)
    }

    /// The same of one practice.
    pub(crate) async fn check_practice(&self, practice: &Practice) -> Result<CheckReport, StoreError> {
        let mut report = CheckReport::default();
        let mut after = String::new();
        loop {
            let (app, from, place) = (self.clone(), after.clone(), practice.clone());
            let work = move |tx: &mut Tx<'_>| app.check_page(tx, &place, &from);
            let (page, last) = self.db.read_in(practice.id, work).await?;
            report.take(page);
            match last {
                Some(last) => after = last,
                None => break,
            }
        }
        let id = practice.id;
        let work = move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
            Ok((audit::count(tx, id)?, upkeep::events_without_audit(tx, id)?))
        };
        let (entries, bare) = self.db.read_in(id, work).await?;
        report.audit_entries += entries;
        for (episode, seq) in bare {
            report.findings.push(format!("episode {episode}: event {seq} has no audit entry"));
        }
        Ok(report)
    }

    fn check_page(
        &self,
        tx: &mut Tx<'_>,
        practice: &Practice,
        after: &str,
    ) -> Result<(CheckReport, Option<String>), StoreError> {
        let mut report = CheckReport::default();
        let page = episodes::page(tx, practice.id, after, PAGE)?;
        for kept in &page {
            let events = episodes::events(tx, practice.id, kept.id)?;
            report.episodes += 1;
            report.events += events.len();
            let key = &kept.protocol;
            let Some(protocol) = followed(&self.content, tx, practice.id, key)? else {
                let (id, version) = (&key.id, &key.version);
                let finding =
                    format!("episode {}: protocol `{id}` version {version} is not installed", kept.id);
                report.findings.push(finding);
                continue;
            };
            if let Some(gap) = events.iter().zip(1..).find(|(event, seq)| event.seq != *seq) {
                report.findings.push(format!("episode {}: event {} is missing", kept.id, gap.1));
            }
            // The summary was derived on the day of the newest event: what is due depends on the day.
            let zone = TimeZone::get(&practice.zone).unwrap_or(TimeZone::UTC);
            let on = events.last().map_or_else(|| self.now().to_zoned(zone).date(), |event| event.on);
            let course = protocol::course(&protocol, &events, on);
            let instrument = self.content.instrument(&protocol.outcome.instrument);
            let fresh = domain::episode::summarise(&protocol, instrument, &course, &events);
            let summary = episodes::kept_summary(tx, practice.id, kept.id)?;
            if !events.is_empty() && summary.as_ref() != Some(&fresh) {
                report
                    .findings
                    .push(format!("episode {}: the kept summary differs from the history", kept.id));
            }
        }
        Ok((report, page.last().map(|kept| kept.id.to_string())))
    }
}
