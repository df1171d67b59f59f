//! The caseload: one's own clients in the four groups, each with its reason.

use crate::App;
use crate::context::Ctx;
use crate::entry::{Action, Ask, Verdict};
use domain::access::Actor;
use domain::account::Role;
use domain::caseload::{self, Group, Reason};
use store::notices::{self, Notice};
use store::{episodes, relations};

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
    /// Who treats the client, on a supervisor's list.
    pub therapist: Option<String>,
}

impl App {
    /// The clients of the acting therapist or supervisor, most pressing first, then by name.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn caseload(&self, ctx: &Ctx) -> Verdict<Vec<Entry>, std::convert::Infallible> {
        Ok(self.caseload_page(ctx).await?.0)
    }

    /// The same, with what the person was told and has not said they read.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn caseload_page(
        &self,
        ctx: &Ctx,
    ) -> Verdict<(Vec<Entry>, Vec<Notice>), std::convert::Infallible> {
        self.act(ctx, Ask::to(Action::ReadCaseload, "caseload"), |desk| {
            let Actor::Person(person) = &desk.ctx.actor else { return Ok((Vec::new(), Vec::new())) };
            let own = (person.account, &person.roles);
            let rows = episodes::caseload(desk.tx, desk.grant.scope(), own, desk.ctx.now)?;
            let treating = if person.roles.has(Role::Supervisor) {
                relations::treating(desk.tx, &desk.grant, person.account, desk.ctx.now)?
            } else {
                Vec::new()
            };
            let today = desk.ctx.today();
            let mut entries: Vec<Entry> = rows
                .into_iter()
                .map(|row| {
                    let summary = row.episode.as_ref().map(|(_, summary)| summary);
                    let (group, reason) = caseload::place(summary, today);
                    let therapist = treating
                        .iter()
                        .find(|(client, _)| *client == row.client)
                        .map(|(_, name)| name.clone());
                    Entry { row, group, reason, therapist }
                })
                .collect();
            entries.sort_by_key(|entry| entry.group);
            Ok((entries, notices::unread(desk.tx, &desk.grant)?))
        })
        .await
    }
}
