//! Who else is involved in a client's care: the treating therapist asks a colleague to supervise or to stand in.

use crate::App;
use crate::context::Ctx;
use crate::entry::{Action, Ask, Refused, Verdict, no};
use domain::access::Relation;
use domain::account::Role;
use domain::ids::{AccountId, ClientId};
use store::accounts;
use store::relations;

pub use store::accounts::Colleague;
pub use store::relations::Holder;

/// Why a relation could not be started or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CareError {
    /// No such colleague, or one whose role does not fit.
    #[error("nobody of that role")]
    NoSuchColleague,
    /// The relation exists already.
    #[error("already so")]
    AlreadySo,
    /// There is nothing to end.
    #[error("nothing to end")]
    NothingToEnd,
}

/// Who is involved now, and who could be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Care {
    /// Everybody in a relation to the client now.
    pub holders: Vec<Holder>,
    /// Colleagues with a role that can cover or supervise.
    pub colleagues: Vec<Colleague>,
}

/// The role a relation needs.
#[must_use]
pub fn role_for(relation: Relation) -> Role {
    match relation {
        Relation::Treats | Relation::Covers => Role::Therapist,
        Relation::Supervises => Role::Supervisor,
    }
}

impl App {
    /// Who is involved in a client's care, and who could be asked.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn care(&self, ctx: &Ctx, client: ClientId) -> Verdict<Care, CareError> {
        self.act(ctx, Ask::on_client(Action::WriteIdentity, client, "care"), |desk| {
            let holders = relations::holders(desk.tx, &desk.grant, desk.ctx.now)?;
            let mut colleagues = accounts::colleagues(desk.tx, &desk.grant)?;
            colleagues.retain(|colleague| {
                colleague.roles.has(Role::Therapist) || colleague.roles.has(Role::Supervisor)
            });
            Ok(Care { holders, colleagues })
        })
        .await
    }

    /// Asks a colleague to supervise the therapy or to cover for a while.
    ///
    /// # Errors
    /// Denied, [`CareError::NoSuchColleague`], [`CareError::AlreadySo`], or the store's failure.
    pub async fn involve(
        &self,
        ctx: &Ctx,
        client: ClientId,
        colleague: AccountId,
        relation: Relation,
    ) -> Verdict<(), CareError> {
        let ask = Ask::on_client(Action::WriteIdentity, client, format!("{} {colleague}", relation.code()));
        self.act(ctx, ask, move |desk| {
            let fits = accounts::colleagues(desk.tx, &desk.grant)?
                .iter()
                .any(|known| known.id == colleague && known.roles.has(role_for(relation)));
            if !fits {
                return no(CareError::NoSuchColleague);
            }
            let holds = relations::holders(desk.tx, &desk.grant, desk.ctx.now)?
                .iter()
                .any(|holder| holder.account == colleague && holder.relation == relation);
            if holds {
                return no(CareError::AlreadySo);
            }
            relations::start(desk.tx, &desk.grant, (colleague, relation, client), desk.ctx.now)
                .map_err(Refused::from)
        })
        .await
    }

    /// Ends a colleague's part in a client's care. The last therapist who treats stays.
    ///
    /// # Errors
    /// Denied, [`CareError::NothingToEnd`], or the store's failure.
    pub async fn release(
        &self,
        ctx: &Ctx,
        client: ClientId,
        colleague: AccountId,
        relation: Relation,
    ) -> Verdict<(), CareError> {
        let ask =
            Ask::on_client(Action::WriteIdentity, client, format!("end {} {colleague}", relation.code()));
        self.act(ctx, ask, move |desk| {
            let treating = relations::holders(desk.tx, &desk.grant, desk.ctx.now)?
                .iter()
                .filter(|holder| holder.relation == Relation::Treats)
                .count();
            if relation == Relation::Treats && treating < 2 {
                return no(CareError::NothingToEnd);
            }
            if relations::end(desk.tx, &desk.grant, (colleague, relation, client), desk.ctx.now)? {
                Ok(())
            } else {
                no(CareError::NothingToEnd)
            }
        })
        .await
    }
}
