//! Opening a record in an emergency ("breaking the glass"): one client, an hour, a reason, everybody concerned is told,
//! and somebody else looks it over.

use crate::App;
use crate::context::Ctx;
use crate::entry::{About, Action, Ask, Desk, Refused, Verdict, no};
use domain::access::{self, Facts, Items, Relation};
use domain::account::Role;
use domain::emergency::{Finding, Reason, WORDS_CHARS_MAX, closes_at, review_is_overdue};
use domain::ids::{AccountId, ClientId, EmergencyId, NoticeId};
use domain::text::{self, TextError};
use store::relations::{self, NewRelation};
use store::{accounts, clients, emergencies, notices};

pub use store::emergencies::Emergency;
pub use store::notices::Notice;

/// Why a record was not opened, or a review not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmergencyError {
    /// The reason is not one of those there are.
    #[error("a reason is needed")]
    NoReason,
    /// The words cannot be taken as they are.
    #[error("the words need another look")]
    Words(TextError),
    /// An earlier emergency of this person waits for its review for too long.
    #[error("an earlier emergency was not reviewed yet")]
    ReviewOverdue,
    /// The review was done, or it is one's own.
    #[error("nothing to review here")]
    NothingToReview,
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// The client's exact name or id.
    pub who: String,
    /// Why, in a word.
    pub reason: Option<Reason>,
    /// Why, in words.
    pub words: String,
}

/// What the privacy officer looks over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergencies {
    /// Newest first.
    pub all: Vec<Emergency>,
    /// The names of the clients.
    pub names: Vec<(ClientId, String)>,
    /// Who looks: nobody reviews what they did themselves.
    pub oneself: Option<AccountId>,
    /// What they were told and have not said they read.
    pub notices: Vec<Notice>,
}

type Step<T> = Verdict<T, EmergencyError>;

impl App {
    /// Opens one client's record for an hour. Whoever treats the client and every privacy officer is told at once.
    /// Who may read the record anyway is simply led to it.
    ///
    /// # Errors
    /// Denied (no such client, kept out, second factor too old), [`EmergencyError`], or the store's failure.
    pub async fn break_glass(&self, ctx: &Ctx, wish: Wish) -> Step<ClientId> {
        let ask = Ask {
            action: Action::BreakGlass,
            about: About::Found(wish.who.clone()),
            object: format!("emergency {}", wish.reason.map_or("", Reason::code)),
        };
        self.act(ctx, ask, move |desk| {
            let (Some(client), Some(account)) = (desk.grant.client(), desk.grant.account()) else {
                return no(EmergencyError::NoReason);
            };
            if may_read_anyway(desk, account, client)? {
                return Ok(client);
            }
            let (reason, words) = checked(&wish)?;
            let practice = desk.grant.scope().practice();
            let now = desk.ctx.now;
            let waits = emergencies::oldest_open(desk.tx, practice, account)?;
            if waits.is_some_and(|began| review_is_overdue(began, now)) {
                return no(EmergencyError::ReviewOverdue);
            }
            let new = NewRelation {
                account,
                relation: Relation::BreakGlass,
                client,
                window: (now, Some(closes_at(now))),
                source: reason.code(),
                items: Items::NONE,
            };
            relations::start(desk.tx, &desk.grant, &new)?;
            let id: EmergencyId = desk.ctx.new_id();
            emergencies::insert(desk.tx, &desk.grant, id, (reason, &words), now)?;
            tell(desk, account)?;
            Ok(client)
        })
        .await
    }

    /// Closes the record before the hour is over.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn end_emergency(&self, ctx: &Ctx, client: ClientId) -> Step<()> {
        self.act(ctx, Ask::on_client(Action::ReadChart, client, "end of emergency"), move |desk| {
            if let Some(account) = desk.grant.account() {
                relations::end(desk.tx, &desk.grant, (account, Relation::BreakGlass, client), desk.ctx.now)?;
            }
            Ok(())
        })
        .await
    }

    /// Every record opened in an emergency, for the privacy officer.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn emergencies(&self, ctx: &Ctx) -> Step<Emergencies> {
        self.act(ctx, Ask::to(Action::ReviewBreakGlass, "emergencies"), |desk| {
            let all = emergencies::all(desk.tx, &desk.grant)?;
            let notices = notices::unread(desk.tx, &desk.grant)?;
            let mut known = clients::all(desk.tx, &desk.grant)?;
            known.retain(|client| all.iter().any(|emergency| emergency.client == client.id));
            let names = known.into_iter().map(|client| (client.id, client.particulars.name));
            Ok(Emergencies { all, names: names.collect(), oneself: desk.grant.account(), notices })
        })
        .await
    }

    /// Writes down what a review found. Nobody reviews what they did themselves.
    ///
    /// # Errors
    /// Denied, [`EmergencyError::NothingToReview`], or the store's failure.
    pub async fn review_emergency(&self, ctx: &Ctx, id: EmergencyId, finding: Finding) -> Step<()> {
        let object = format!("emergency {id} {}", finding.code());
        self.act(ctx, Ask::to(Action::ReviewBreakGlass, object), move |desk| {
            if emergencies::review(desk.tx, &desk.grant, id, finding, desk.ctx.now)? {
                Ok(())
            } else {
                no(EmergencyError::NothingToReview)
            }
        })
        .await
    }

    /// Says that one has read a notice.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn read_notice(&self, ctx: &Ctx, id: NoticeId) -> Step<()> {
        self.act(ctx, Ask::to(Action::ReadNotices, format!("notice {id}")), move |desk| {
            Ok(notices::read(desk.tx, &desk.grant, id, desk.ctx.now)?)
        })
        .await
    }
}

/// Whether the person's own part in the care lets them read, so that no glass has to break.
fn may_read_anyway(desk: &mut Desk<'_, '_>, account: AccountId, client: ClientId) -> Step<bool> {
    let practice = desk.grant.scope().practice();
    let relations = relations::of(desk.tx, practice, account, client)?;
    let facts = Facts { client: Some(client), relations: &relations };
    Ok(access::decide(&desk.ctx.actor, Action::ReadChart, facts, desk.ctx.now).is_ok())
}

fn checked(wish: &Wish) -> Step<(Reason, String)> {
    let reason = wish.reason.ok_or(Refused::Verb(EmergencyError::NoReason))?;
    let words = text::prose(wish.words.trim(), WORDS_CHARS_MAX)
        .map_err(|error| Refused::Verb(EmergencyError::Words(error)))?;
    if words.is_empty() { no(EmergencyError::Words(TextError::Empty)) } else { Ok((reason, words)) }
}

/// Tells whoever treats the client, and the privacy officers.
fn tell(desk: &mut Desk<'_, '_>, by: AccountId) -> Step<()> {
    let holders = relations::holders(desk.tx, &desk.grant, desk.ctx.now)?;
    let treating = holders.iter().filter(|holder| holder.relation == Relation::Treats);
    let mut told: Vec<AccountId> = treating.map(|holder| holder.account).collect();
    let officers = accounts::colleagues(desk.tx, &desk.grant)?;
    told.extend(officers.iter().filter(|one| one.roles.has(Role::PrivacyOfficer)).map(|one| one.id));
    told.sort_unstable();
    told.dedup();
    for to in told.into_iter().filter(|to| *to != by) {
        notices::tell(desk.tx, &desk.grant, (to, desk.ctx.new_id()), desk.ctx.now)?;
    }
    Ok(())
}
