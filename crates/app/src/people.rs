//! The people of a practice: invite, roles, reset, disable; the practice's own settings; the trail of these deeds.
//!
//! There is no mail yet: a link is given back once, to be handed over. Administrators never choose anybody's password
//! and never see one; nobody changes their own roles; one administrator who can sign in always remains.

use crate::App;
use crate::announcements::announce;
use crate::context::Ctx;
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use crate::joining::{MemberProblem, checked_email, checked_zone};
use crate::links::{self, LinkPurpose, NewLink};
use crate::practices::{self, NewAccount, email_key};
use crate::sessions::Token;
use domain::account::{AccountState, Role, Roles};
use domain::ids::{AccountId, ClientId};
use domain::text;
use domain::way_in::Change;
use jiff::Timestamp;
use store::accounts::{self, Account};
use store::audit::{self, Entry};
use store::practices::Practice;
use store::{StoreError, clients, credentials, web_sessions};

/// Lines of the audit trail on one page.
pub const AUDIT_PAGE: usize = 50;

/// Why a deed about somebody's account was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeopleError {
    /// Fields that cannot be taken as they are.
    #[error("some fields need another look")]
    Form(Vec<(&'static str, MemberProblem)>),
    /// The address has an account already.
    #[error("this address cannot be used for a new account")]
    AddressTaken,
    /// No such account.
    #[error("no such account")]
    NoSuchAccount,
    /// One's own account: somebody else does that.
    #[error("nobody does this to their own account; ask another administrator")]
    OwnAccount,
    /// Nobody would be left to run the practice.
    #[error("the last administrator who can sign in stays; make somebody else administrator first")]
    LastAdministrator,
    /// The account does not stand where this deed makes sense.
    #[error("the account is {}", .0.code())]
    WrongState(AccountState),
    /// No such client.
    #[error("no such client")]
    NoSuchClient,
}

/// A form about a member of staff, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default)]
pub struct MemberForm {
    /// Name.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
    /// Time zone; the practice's own when empty.
    pub zone: String,
}

/// A person with what the list shows beside them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub account: Account,
    /// Whether a second factor is in force.
    pub has_factor: bool,
    /// When they last signed in.
    pub signed_in_at: Option<Timestamp>,
}

/// One page of the trail, with the names behind the ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffAudit {
    /// Lines, newest first.
    pub entries: Vec<Entry>,
    /// Everybody with an account.
    pub people: Vec<Account>,
    /// The instant to go on from, when there is more.
    pub older_than: Option<Timestamp>,
}

/// A link for a client, and what it does.
#[derive(Debug, Clone)]
pub struct ClientLink {
    /// An invitation, or a reset for somebody who has been in.
    pub purpose: LinkPurpose,
    /// Its secret.
    pub token: Token,
}

type Step<T> = Verdict<T, PeopleError>;

impl App {
    /// Everybody with an account, by name.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn people(&self, ctx: &Ctx) -> Step<Vec<Member>> {
        self.act(ctx, Ask::to(Action::ReadPeople, "people"), |desk| {
            let practice = desk.grant.scope().practice();
            let standings = accounts::standings(desk.tx, practice)?;
            let members = accounts::all(desk.tx, practice)?.into_iter().map(|account| {
                let standing = standings.iter().find(|standing| standing.id == account.id);
                Member {
                    has_factor: standing.is_some_and(|standing| standing.has_factor),
                    signed_in_at: standing.and_then(|standing| standing.signed_in_at),
                    account,
                }
            });
            Ok(members.collect())
        })
        .await
    }

    /// One person.
    ///
    /// # Errors
    /// Denied, [`PeopleError::NoSuchAccount`], or the store's failure.
    pub async fn member(&self, ctx: &Ctx, id: AccountId) -> Step<Member> {
        self.act(ctx, Ask::to(Action::ReadPeople, object(id)), move |desk| {
            let account = find(desk, id)?;
            let standings = accounts::standings(desk.tx, account.practice)?;
            let standing = standings.into_iter().find(|standing| standing.id == id);
            Ok(Member {
                has_factor: standing.is_some_and(|standing| standing.has_factor),
                signed_in_at: standing.and_then(|standing| standing.signed_in_at),
                account,
            })
        })
        .await
    }

    /// The account an address signs in to, in the actor's practice. For the command line.
    ///
    /// # Errors
    /// Denied, [`PeopleError::NoSuchAccount`], or the store's failure.
    pub async fn member_by_email(&self, ctx: &Ctx, email: &str) -> Step<AccountId> {
        let key = email_key(email);
        self.act(ctx, Ask::to(Action::ReadPeople, "account by address"), move |desk| {
            let found = accounts::by_email(desk.tx, &key)?;
            found
                .filter(|(practice, _)| *practice == desk.grant.scope().practice())
                .map(|(_, id)| id)
                .ok_or(Refused::Verb(PeopleError::NoSuchAccount))
        })
        .await
    }

    /// Invites a member of staff and gives the link to hand over.
    ///
    /// # Errors
    /// Denied, [`PeopleError::Form`], [`PeopleError::AddressTaken`], or the store's failure.
    pub async fn invite(&self, ctx: &Ctx, form: MemberForm, roles: Roles) -> Step<(AccountId, Token)> {
        self.act(ctx, Ask::to(Action::WritePeople, "invitation"), move |desk| {
            let practice = practice_of(desk)?;
            let new = checked(&form, &roles, &practice)?;
            let id = add(desk, &new)?;
            let token = link(desk, LinkPurpose::Invitation, id)?;
            Ok((id, token))
        })
        .await
    }

    /// A new link for somebody invited who has not come in yet; the old one ends.
    ///
    /// # Errors
    /// Denied, [`PeopleError`], or the store's failure.
    pub async fn invite_again(&self, ctx: &Ctx, id: AccountId) -> Step<Token> {
        self.act(ctx, Ask::to(Action::WritePeople, object(id)), move |desk| {
            standing(&find(desk, id)?, AccountState::Invited)?;
            link(desk, LinkPurpose::Invitation, id)
        })
        .await
    }

    /// A link to choose a new password. The second factor stays: this link does not replace it.
    ///
    /// # Errors
    /// Denied, [`PeopleError`], or the store's failure.
    pub async fn reset_link(&self, ctx: &Ctx, id: AccountId) -> Step<Token> {
        self.act(ctx, Ask::to(Action::WritePeople, object(id)), move |desk| {
            standing(&find(desk, id)?, AccountState::Active)?;
            link(desk, LinkPurpose::Reset, id)
        })
        .await
    }

    /// For somebody who lost their second factor and their recovery codes: password, factors, passkeys and codes are forgotten,
    /// sessions end, and an invitation link starts the account anew. Only after one has made sure who is asking.
    ///
    /// # Errors
    /// Denied, [`PeopleError`], or the store's failure.
    pub async fn start_anew(&self, ctx: &Ctx, id: AccountId) -> Step<Token> {
        self.act(ctx, Ask::to(Action::WritePeople, object(id)), move |desk| {
            not_oneself(desk, id)?;
            let account = find(desk, id)?;
            standing(&account, AccountState::Active)?;
            somebody_else_runs_the_place(desk, &account)?;
            let owner = (account.practice, id);
            credentials::forget(desk.tx, owner)?;
            store::guesses::forget_all(desk.tx, owner)?;
            store::guesses::forget_devices(desk.tx, owner)?;
            accounts::set_state(desk.tx, owner, AccountState::Invited)?;
            web_sessions::end_all(desk.tx, owner.0, owner.1)?;
            announce(desk.tx, desk.ctx, owner, Change::StartedAnew)?;
            link(desk, LinkPurpose::Invitation, id)
        })
        .await
    }

    /// Gives a member of staff other roles. Their sessions end.
    ///
    /// # Errors
    /// Denied, [`PeopleError`], or the store's failure.
    pub async fn set_roles(&self, ctx: &Ctx, id: AccountId, roles: Roles) -> Step<()> {
        self.act(ctx, Ask::to(Action::WritePeople, object(id)), move |desk| {
            not_oneself(desk, id)?;
            let account = find(desk, id)?;
            let staff_stays_staff = account.roles.is_staff() && roles.is_staff() && roles.is_sound();
            if !staff_stays_staff {
                return no(PeopleError::Form(vec![("roles", MemberProblem::Roles)]));
            }
            if !roles.has(Role::Administrator) {
                somebody_else_runs_the_place(desk, &account)?;
            }
            accounts::set_roles(desk.tx, (account.practice, id), &roles)?;
            web_sessions::end_all(desk.tx, account.practice, id)?;
            Ok(())
        })
        .await
    }

    /// Disables an account: its sessions and links end at once; its password and factor are kept for the day it is
    /// enabled again.
    ///
    /// # Errors
    /// Denied, [`PeopleError`], or the store's failure.
    pub async fn disable(&self, ctx: &Ctx, id: AccountId) -> Step<()> {
        self.act(ctx, Ask::to(Action::WritePeople, object(id)), move |desk| {
            not_oneself(desk, id)?;
            let account = find(desk, id)?;
            somebody_else_runs_the_place(desk, &account)?;
            accounts::set_state(desk.tx, (account.practice, id), AccountState::Disabled)?;
            web_sessions::end_all(desk.tx, account.practice, id)?;
            store::links::end_of_account(desk.tx, account.practice, id, desk.ctx.now)?;
            Ok(())
        })
        .await
    }

    /// Enables a disabled account. Who never came in is invited again.
    ///
    /// # Errors
    /// Denied, [`PeopleError`], or the store's failure.
    pub async fn enable(&self, ctx: &Ctx, id: AccountId) -> Step<()> {
        self.act(ctx, Ask::to(Action::WritePeople, object(id)), move |desk| {
            let account = find(desk, id)?;
            standing(&account, AccountState::Disabled)?;
            let owner = (account.practice, id);
            let complete = credentials::find(desk.tx, owner)?.is_some_and(|kept| {
                kept.password_hash.is_some() && (kept.factors().any() || !account.roles.is_staff())
            });
            let state = if complete { AccountState::Active } else { AccountState::Invited };
            accounts::set_state(desk.tx, owner, state)?;
            Ok(())
        })
        .await
    }

    /// Gives a client a way in of their own: an invitation, or, when they have been in, a reset. The treating therapist
    /// hands the link over.
    ///
    /// # Errors
    /// Denied, [`PeopleError`], or the store's failure.
    pub async fn invite_client(&self, ctx: &Ctx, client: ClientId, email: &str) -> Step<ClientLink> {
        let email = email.to_owned();
        self.act(ctx, Ask::on_client(Action::ManageCare, client, "own account"), move |desk| {
            desk.fresh()?;
            let found = clients::find(desk.tx, &desk.grant)?;
            let found = found.ok_or(Refused::Verb(PeopleError::NoSuchClient))?;
            let practice = practice_of(desk)?;
            let known = match found.account {
                Some(account) => Some(find(desk, account)?),
                None => None,
            };
            let (purpose, account) = match known.map(|known| (known.state, known.id)) {
                Some((AccountState::Disabled, _)) => {
                    return no(PeopleError::WrongState(AccountState::Disabled));
                }
                Some((AccountState::Active, account)) => (LinkPurpose::Reset, account),
                Some((AccountState::Invited, account)) => (LinkPurpose::Invitation, account),
                None => {
                    let zone = found.particulars.zone.clone().unwrap_or(practice.zone);
                    let email = checked_email(&email).map_err(|problem| form("email", problem))?;
                    let name = found.particulars.name.clone();
                    let roles = Roles::of([Role::Client]);
                    let account = add(desk, &NewAccount { name, email, roles, zone, client: Some(client) })?;
                    clients::set_account(desk.tx, &desk.grant, account)?;
                    (LinkPurpose::Invitation, account)
                }
            };
            Ok(ClientLink { purpose, token: link(desk, purpose, account)? })
        })
        .await
    }

    /// The practice's settings.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn practice(&self, ctx: &Ctx) -> Step<Practice> {
        self.act(ctx, Ask::to(Action::WritePractice, "practice"), practice_of).await
    }

    /// Changes the practice's name and time zone.
    ///
    /// # Errors
    /// Denied, [`PeopleError::Form`], or the store's failure.
    pub async fn change_practice(&self, ctx: &Ctx, name: &str, zone: &str) -> Step<()> {
        let (name, zone) = (name.to_owned(), zone.to_owned());
        self.act(ctx, Ask::to(Action::WritePractice, "practice"), move |desk| {
            let mut problems = Vec::new();
            let name = text::line(&name, 200).map_err(|e| problems.push(("name", e.into()))).ok();
            let zone = checked_zone(&zone).map_err(|e| problems.push(("zone", e))).ok();
            let (Some(name), Some(zone)) = (name, zone) else { return no(PeopleError::Form(problems)) };
            store::practices::update(desk.tx, desk.grant.scope().practice(), &name, &zone)?;
            Ok(())
        })
        .await
    }

    /// The trail of staff events before an instant, newest first; of one person when given.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn staff_audit(
        &self,
        ctx: &Ctx,
        person: Option<AccountId>,
        before: Option<Timestamp>,
    ) -> Step<StaffAudit> {
        self.act(ctx, Ask::to(Action::ReadStaffAudit, "staff events"), move |desk| {
            let before = before.unwrap_or(Timestamp::MAX);
            let limit = i64::try_from(AUDIT_PAGE + 1).unwrap_or(i64::MAX);
            let mut entries = match person {
                Some(person) => audit::staff_events_of(desk.tx, &desk.grant, person, before, limit)?,
                None => audit::staff_events(desk.tx, &desk.grant, before, limit)?,
            };
            let more = entries.len() > AUDIT_PAGE;
            entries.truncate(AUDIT_PAGE);
            let older_than = entries.last().filter(|_| more).map(|entry| entry.at);
            let people = accounts::all(desk.tx, desk.grant.scope().practice())?;
            Ok(StaffAudit { entries, people, older_than })
        })
        .await
    }
}

fn object(id: AccountId) -> String {
    format!("account {id}")
}

fn form(field: &'static str, problem: MemberProblem) -> Refused<PeopleError> {
    Refused::Verb(PeopleError::Form(vec![(field, problem)]))
}

pub(crate) fn practice_of(desk: &mut Desk<'_, '_>) -> Step<Practice> {
    let found = store::practices::find(desk.tx, desk.grant.scope().practice())?;
    found.ok_or(Refused::Denied(domain::access::Denial::NoRule))
}

fn find(desk: &mut Desk<'_, '_>, id: AccountId) -> Step<Account> {
    let found = accounts::find(desk.tx, desk.grant.scope().practice(), id)?;
    found.ok_or(Refused::Verb(PeopleError::NoSuchAccount))
}

fn standing(account: &Account, wanted: AccountState) -> Step<()> {
    if account.state == wanted { Ok(()) } else { no(PeopleError::WrongState(account.state)) }
}

fn not_oneself(desk: &Desk<'_, '_>, id: AccountId) -> Step<()> {
    if desk.grant.account() == Some(id) { no(PeopleError::OwnAccount) } else { Ok(()) }
}

/// Holds the practice's row, so that of two administrators who disable each other at once, one is told no.
fn somebody_else_runs_the_place(desk: &mut Desk<'_, '_>, leaving: &Account) -> Step<()> {
    store::practices::hold(desk.tx, leaving.practice)?;
    let others = accounts::all(desk.tx, leaving.practice)?;
    let runs =
        |account: &Account| account.state == AccountState::Active && account.roles.has(Role::Administrator);
    if runs(leaving) && !others.iter().any(|other| other.id != leaving.id && runs(other)) {
        return no(PeopleError::LastAdministrator);
    }
    Ok(())
}

pub(crate) fn add(desk: &mut Desk<'_, '_>, new: &NewAccount) -> Step<AccountId> {
    if accounts::by_email(desk.tx, &email_key(&new.email))?.is_some() {
        return no(PeopleError::AddressTaken);
    }
    let practice = desk.grant.scope().practice();
    let added = practices::add_account(desk.tx, desk.ctx, practice, new, AccountState::Invited);
    added.map_err(|failure| match failure {
        StoreError::Conflict { .. } => Refused::Verb(PeopleError::AddressTaken),
        other => Refused::Store(other),
    })
}

/// A new link to an account; those before it end.
pub(crate) fn link(desk: &mut Desk<'_, '_>, purpose: LinkPurpose, id: AccountId) -> Step<Token> {
    let practice = desk.grant.scope().practice();
    store::links::end_of_account(desk.tx, practice, id, desk.ctx.now)?;
    let (_, token) = links::issue(desk.tx, desk.ctx, NewLink::for_account(purpose, practice, id))?;
    Ok(token)
}

/// Checks the form of a new member of staff; names every problem at once.
fn checked(form: &MemberForm, roles: &Roles, practice: &Practice) -> Step<NewAccount> {
    let mut problems = Vec::new();
    let name = text::line(&form.name, 200).map_err(|e| problems.push(("name", e.into()))).ok();
    let email = checked_email(&form.email).map_err(|e| problems.push(("email", e))).ok();
    let own_zone = !form.zone.trim().is_empty();
    let zone = if own_zone { checked_zone(&form.zone) } else { Ok(practice.zone.clone()) };
    let zone = zone.map_err(|e| problems.push(("zone", e))).ok();
    if !roles.is_staff() || !roles.is_sound() {
        problems.push(("roles", MemberProblem::Roles));
    }
    match (name, email, zone) {
        (Some(name), Some(email), Some(zone)) if problems.is_empty() => {
            Ok(NewAccount { name, email, roles: roles.clone(), zone, client: None })
        }
        _ => no(PeopleError::Form(problems)),
    }
}
