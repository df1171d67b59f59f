//! Who may see a client's record: the treating therapist asks a colleague to supervise, to stand in or to treat too,
//! keeps somebody out, and ends each of these. The clock ends what has an end.

use crate::App;
use crate::context::Ctx;
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use domain::access::Relation;
use domain::account::Role;
use domain::episode::Stand;
use domain::ids::{AccountId, ClientId};
use jiff::Timestamp;
use jiff::civil::Date;
use store::relations::NewRelation;
use store::{accounts, episodes, relations};

pub use store::accounts::Colleague;
pub use store::relations::Holder;

/// Longest that somebody may be asked to stand in, in days.
pub const COVER_DAYS_MAX: i64 = 366;

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
    /// Cover needs a last day, from today on and within a year.
    #[error("a last day from today on, within a year")]
    NoEnd,
    /// Nobody keeps themselves out: somebody else would have to let them in again.
    #[error("nobody keeps themselves out")]
    OneselfOut,
}

/// Who is involved now, and who could be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Care {
    /// Everybody in a relation to the client now, blocks included.
    pub holders: Vec<Holder>,
    /// Colleagues with a role that fits one of the relations.
    pub colleagues: Vec<Colleague>,
    /// The acting person: they do not keep themselves out.
    pub oneself: Option<AccountId>,
    /// Whether there was a course and none is under way, so that the last therapist may go.
    pub over: bool,
}

/// The role a colleague needs to be asked for a relation; none where colleagues are not asked for it.
#[must_use]
pub fn role_for(relation: Relation) -> Option<Role> {
    match relation {
        Relation::Treats | Relation::Covers => Some(Role::Therapist),
        Relation::Supervises => Some(Role::Supervisor),
        Relation::TraineeOn => Some(Role::Trainee),
        Relation::GuardianOf | Relation::BreakGlass | Relation::Conflict | Relation::Restricted => None,
    }
}

impl App {
    /// Who is involved in a client's care, and who could be asked.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn care(&self, ctx: &Ctx, client: ClientId) -> Verdict<Care, CareError> {
        self.act(ctx, Ask::on_client(Action::ManageCare, client, "care"), |desk| {
            let holders = relations::holders(desk.tx, &desk.grant, desk.ctx.now)?;
            let colleagues = accounts::colleagues(desk.tx, &desk.grant)?;
            Ok(Care { holders, colleagues, oneself: desk.grant.account(), over: course_is_over(desk)? })
        })
        .await
    }

    /// Asks a colleague to supervise the therapy, to treat too, or to cover up to a last day.
    ///
    /// # Errors
    /// Denied, [`CareError::NoSuchColleague`], [`CareError::AlreadySo`], [`CareError::NoEnd`], or the store's failure.
    pub async fn involve(
        &self,
        ctx: &Ctx,
        client: ClientId,
        (colleague, relation): (AccountId, Relation),
        until: Option<Date>,
    ) -> Verdict<(), CareError> {
        let ask = Ask::on_client(Action::ManageCare, client, format!("{} {colleague}", relation.code()));
        self.act(ctx, ask, move |desk| {
            let role = role_for(relation).ok_or(Refused::Verb(CareError::NoSuchColleague))?;
            let fits = |known: &Colleague| known.id == colleague && known.roles.has(role);
            if !accounts::colleagues(desk.tx, &desk.grant)?.iter().any(fits) {
                return no(CareError::NoSuchColleague);
            }
            not_yet(desk, colleague, relation)?;
            let ends_at = end_of(desk.ctx, relation, until)?;
            let window = (desk.ctx.now, ends_at);
            let new = NewRelation {
                window,
                ..NewRelation::now((colleague, relation, client), "asked", desk.ctx.now)
            };
            relations::start(desk.tx, &desk.grant, &new).map_err(Refused::from)
        })
        .await
    }

    /// Keeps somebody who works here out of the record: a conflict of interest, or the client's wish. A block beats
    /// whatever would let them in.
    ///
    /// # Errors
    /// Denied, [`CareError::NoSuchColleague`], [`CareError::AlreadySo`], [`CareError::OneselfOut`], or the store's
    /// failure.
    pub async fn keep_out(
        &self,
        ctx: &Ctx,
        client: ClientId,
        (who, block): (AccountId, Relation),
    ) -> Verdict<(), CareError> {
        let ask = Ask::on_client(Action::ManageCare, client, format!("{} {who}", block.code()));
        self.act(ctx, ask, move |desk| {
            if desk.grant.account() == Some(who) {
                return no(CareError::OneselfOut);
            }
            let known = accounts::colleagues(desk.tx, &desk.grant)?.iter().any(|known| known.id == who);
            if !known || !block.denies() {
                return no(CareError::NoSuchColleague);
            }
            not_yet(desk, who, block)?;
            let source = if block == Relation::Restricted { "client" } else { "therapist" };
            let new = NewRelation::now((who, block, client), source, desk.ctx.now);
            relations::start(desk.tx, &desk.grant, &new).map_err(Refused::from)
        })
        .await
    }

    /// Ends a colleague's part in a client's care, or a block. The last therapist who treats stays until the course
    /// is over; whose treatment ended may read the record for [`domain::access::AFTERCARE_DAYS`] more days.
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
        let ask = Ask::on_client(Action::ManageCare, client, format!("end {} {colleague}", relation.code()));
        self.act(ctx, ask, move |desk| {
            if relation == Relation::Treats && last_who_treats(desk)? && !course_is_over(desk)? {
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

fn not_yet(desk: &mut Desk<'_, '_>, who: AccountId, relation: Relation) -> Verdict<(), CareError> {
    let holders = relations::holders(desk.tx, &desk.grant, desk.ctx.now)?;
    let there = holders.iter().any(|holder| holder.account == who && holder.relation == relation);
    if there { no(CareError::AlreadySo) } else { Ok(()) }
}

fn last_who_treats(desk: &mut Desk<'_, '_>) -> Verdict<bool, CareError> {
    let holders = relations::holders(desk.tx, &desk.grant, desk.ctx.now)?;
    Ok(holders.iter().filter(|holder| holder.relation == Relation::Treats).count() < 2)
}

/// Whether there was a course and none is under way.
fn course_is_over(desk: &mut Desk<'_, '_>) -> Verdict<bool, CareError> {
    let courses = episodes::of_client(desk.tx, &desk.grant)?;
    let over = |summary: &Option<domain::episode::Summary>| {
        summary.as_ref().is_some_and(|summary| summary.stand == Stand::Ended)
    };
    Ok(!courses.is_empty() && courses.iter().all(|(_, summary)| over(summary)))
}

/// The end of a relation: the end of the last day in the practice's zone. Cover must have one.
fn end_of(ctx: &Ctx, relation: Relation, until: Option<Date>) -> Verdict<Option<Timestamp>, CareError> {
    let Some(last_day) = until else {
        return if relation == Relation::Covers { no(CareError::NoEnd) } else { Ok(None) };
    };
    let today = ctx.today();
    let latest = today.saturating_add(jiff::Span::new().days(COVER_DAYS_MAX));
    if last_day < today || last_day > latest {
        return no(CareError::NoEnd);
    }
    let next = last_day.saturating_add(jiff::Span::new().days(1));
    let end = next.to_zoned(ctx.zone.clone()).map_err(|_| Refused::Verb(CareError::NoEnd))?;
    Ok(Some(end.timestamp()))
}
