//! The caseload: one's own clients in the four groups, each with its reason.

use crate::App;
use crate::context::Ctx;
use crate::entry::{Action, Ask, Verdict};
use domain::caseload::{self, Group, Reason};
use store::episodes;

pub use store::episodes::CaseloadRow;

/// A client in the caseload, with the reason why they stand where they stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The client and the newest episode.
    pub row: CaseloadRow,
    /// Group of the list.
    pub group: Group,
    /// Why.
    pub reason: Reason,
}

impl App {
    /// The clients of the acting therapist or supervisor, most pressing first, then by name.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn caseload(&self, ctx: &Ctx) -> Verdict<Vec<Entry>, std::convert::Infallible> {
        self.act(ctx, Ask::to(Action::ReadCaseload, "caseload"), |desk| {
            let Some(account) = desk.grant.account() else { return Ok(Vec::new()) };
            let rows = episodes::caseload(desk.tx, desk.grant.scope(), account, desk.ctx.now)?;
            let today = desk.ctx.today();
            let mut entries: Vec<Entry> = rows
                .into_iter()
                .map(|row| {
                    let summary = row.episode.as_ref().map(|(_, summary)| summary);
                    let (group, reason) = caseload::place(summary, today);
                    Entry { row, group, reason }
                })
                .collect();
            entries.sort_by_key(|entry| entry.group);
            Ok(entries)
        })
        .await
    }
}
