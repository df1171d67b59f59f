//! The register: who is here and how to reach them, with the days of their sessions. Nothing clinical.

use crate::App;
use crate::context::Ctx;
use crate::entry::{Action, Ask, Verdict};
use domain::access::Actor;
use jiff::civil::Date;
use store::clients::{self, Client};
use store::register;

/// One line of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The client.
    pub client: Client,
    /// The day of the last session held or open.
    pub last_session_on: Option<Date>,
}

impl App {
    /// Every client of the practice by name, but those a block keeps from the person who asks.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn register(&self, ctx: &Ctx) -> Verdict<Vec<Line>, std::convert::Infallible> {
        self.act(ctx, Ask::to(Action::ReadRegister, "register"), |desk| {
            let Actor::Person(person) = &desk.ctx.actor else { return Ok(Vec::new()) };
            let kept_from = register::kept_from(desk.tx, &desk.grant, person.account, desk.ctx.now)?;
            let days = register::last_sessions(desk.tx, &desk.grant)?;
            let mut all = clients::all(desk.tx, &desk.grant)?;
            all.retain(|client| !kept_from.contains(&client.id));
            all.sort_by(|a, b| a.particulars.name.cmp(&b.particulars.name));
            let line = |client: Client| Line {
                last_session_on: days.iter().find(|(id, _)| *id == client.id).map(|(_, on)| *on),
                client,
            };
            Ok(all.into_iter().map(line).collect())
        })
        .await
    }
}
