//! Coming in for the first time, and a new password after a forgotten one: what the links for set-up, invitation and
//! reset do, and the adding of a second factor.
//!
//! Staff who accept an invitation are let in only after they proved a second factor. Until then the account stays
//! `invited`: its password opens nothing, and only the half session that began with the link may add the factor.

use crate::App;
use crate::announcements::announce;
use crate::context::Ctx;
use crate::entry::{Refused, Verdict, no};
use crate::factors;
use crate::guesses::{Place, Proven};
use crate::links::{self, LinkPurpose, NewLink, note};
use crate::passwords::{Crowded, Password};
use crate::practices::{self, NewAccount, NewPractice, Purpose};
use crate::sessions::{self, Token};
use crate::sign_in::{CodeError, Entered};
use domain::access::{Actor, Assurance, Denial, Person};
use domain::account::{AccountState, Role, Roles};
use domain::client::looks_like_email;
use domain::password::{LEAST_ALONE, LEAST_BESIDE_FACTOR, PasswordProblem};
use domain::text::{self, TextError};
use domain::way_in::Change;
use jiff::tz::TimeZone;
use store::accounts::{self, Account};
use store::credentials::{self, Owner};
use store::{Across, StoreError, Tx, web_sessions};

/// Why a link that opens an account did nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// The link was used, has expired, or never existed.
    #[error("the link has ended")]
    LinkEnded,
    /// The password cannot be taken.
    #[error("the password cannot be taken: {0}")]
    Password(PasswordProblem),
    /// Fields of the set-up that cannot be taken as they are.
    #[error("some fields need another look")]
    Form(Vec<(&'static str, MemberProblem)>),
    /// Too many people try at the same moment.
    #[error("too many tries at once")]
    Crowded,
}

impl From<Crowded> for JoinError {
    fn from(_: Crowded) -> Self {
        JoinError::Crowded
    }
}

/// What is wrong with a field about a person or the practice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MemberProblem {
    /// The text itself.
    #[error("{0}")]
    Text(TextError),
    /// Not an address.
    #[error("not an email address")]
    NotAnEmail,
    /// No zone of that name.
    #[error("no such time zone")]
    UnknownZone,
    /// Roles that do not go together, or none.
    #[error("no sound set of roles")]
    Roles,
    /// The password.
    #[error("{0}")]
    Password(PasswordProblem),
}

/// The form of the first start, as typed.
#[derive(Debug, Clone)]
pub struct SetUpForm {
    /// Name of the practice.
    pub practice: String,
    /// Its time zone.
    pub zone: String,
    /// The first person's name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The password they choose.
    pub password: Password,
    /// Whether they treat clients too, besides running the practice.
    pub treats: Treats,
}

/// Whether the first person treats clients too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treats {
    /// Runs the practice and treats.
    Too,
    /// Only runs the practice.
    Not,
}

/// A second factor that waits to be proven.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The secret in text, for those who type it.
    pub secret: String,
    /// What the picture says.
    pub address: String,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

/// A second factor in force: a new whole session, and the recovery codes, shown this once.
#[derive(Clone)]
pub struct Enrolled {
    /// The new session.
    pub token: Token,
    /// Ten recovery codes.
    pub codes: Vec<String>,
}

impl std::fmt::Debug for Enrolled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolled(…)")
    }
}

impl App {
    /// A link to found the first practice, while there is none; or, when the founder never finished, to go on where
    /// they stopped. `None` once somebody can sign in. Earlier set-up links end.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn set_up_link(&self, ctx: &Ctx) -> Result<Option<Token>, StoreError> {
        let ctx = ctx.clone();
        let link = move |tx: &mut Tx<'_>| -> Result<Option<Token>, StoreError> {
            let Some(practice) = store::practices::all(tx)?.into_iter().next() else {
                store::links::end_of_purpose(tx, LinkPurpose::SetUp, ctx.now)?;
                let new = NewLink {
                    purpose: LinkPurpose::SetUp,
                    practice: None,
                    account: None,
                    client: None,
                    episode: None,
                    payload: String::new(),
                };
                return Ok(Some(links::issue(tx, &ctx, new)?.1));
            };
            let people = accounts::all(tx, practice.id)?;
            if people.iter().any(|person| person.state == AccountState::Active) {
                return Ok(None);
            }
            let founder = people.iter().find(|person| {
                person.state == AccountState::Invited && person.roles.has(Role::Administrator)
            });
            let Some(founder) = founder else { return Ok(None) };
            store::links::end_of_account(tx, practice.id, founder.id, ctx.now)?;
            note(tx, &ctx, practice.id, founder.id, ("link_issued", "done", "operator"))?;
            let new = NewLink::for_account(LinkPurpose::Invitation, practice.id, founder.id);
            Ok(Some(links::issue(tx, &ctx, new)?.1))
        };
        self.db.across_practices(Across::Founding).write(link).await
    }

    /// Founds the first practice and the account of the person who holds the set-up link. What is left is their second
    /// factor.
    ///
    /// # Errors
    /// [`JoinError`], or the store's failure.
    pub async fn set_up(
        &self,
        ctx: &Ctx,
        token: &Token,
        form: SetUpForm,
        device: &str,
    ) -> Verdict<Entered, JoinError> {
        let (practice, founder) =
            checked(&form).map_err(|problems| Refused::Verb(JoinError::Form(problems)))?;
        let turn = self.turn().await.map_err(|crowded| Refused::Verb(crowded.into()))?;
        let hash =
            self.hashed(&turn, form.password).await.map_err(|crowded| Refused::Verb(crowded.into()))?;
        let (ctx, token, device) = (ctx.clone(), token.clone(), device.to_owned());
        let found = move |tx: &mut Tx<'_>| -> Result<Verdict<Entered, JoinError>, StoreError> {
            let link = links::open(tx, ctx.now, &token)?.filter(|link| link.purpose == LinkPurpose::SetUp);
            let Some(link) = link else { return Ok(no(JoinError::LinkEnded)) };
            if !store::practices::all(tx)?.is_empty() || !links::spend(tx, ctx.now, &link)? {
                return Ok(no(JoinError::LinkEnded));
            }
            let practice = practices::found(tx, &ctx, &practice)?;
            let account = practices::add_account(tx, &ctx, practice, &founder, AccountState::Invited)?;
            note(tx, &ctx, practice, account, ("set_up", "done", "link"))?;
            begin(tx, &ctx, (practice, account), &hash, &device).map(Ok)
        };
        self.db.across_practices(Across::Founding).write(found).await.map_err(Refused::from)?
    }

    /// Chooses a password by an invitation or a reset link. An invited client is in; everybody else still owes their
    /// second factor: staff who come for the first time add it, all others give it.
    ///
    /// # Errors
    /// [`JoinError`], or the store's failure.
    pub async fn join(
        &self,
        ctx: &Ctx,
        token: &Token,
        password: Password,
        device: &str,
    ) -> Verdict<Entered, JoinError> {
        let (look, now) = (token.clone(), ctx.now);
        let by_link = self.db.across_practices(Across::Link);
        let found = by_link.read(move |tx| joining(tx, now, &look)).await?;
        let Some(joining) = found else { return no(JoinError::LinkEnded) };
        joining.check(&password).map_err(|problem| Refused::Verb(JoinError::Password(problem)))?;
        let turn = self.turn().await.map_err(|crowded| Refused::Verb(crowded.into()))?;
        let hash = self.hashed(&turn, password).await.map_err(|crowded| Refused::Verb(crowded.into()))?;
        let practice = joining.owner().0;
        let (ctx, token, device) = (ctx.clone(), token.clone(), device.to_owned());
        let choose = move |tx: &mut Tx<'_>| -> Result<Verdict<Entered, JoinError>, StoreError> {
            let again = self::joining(tx, ctx.now, &token)?;
            let Some(joining) = again else { return Ok(no(JoinError::LinkEnded)) };
            if !links::spend(tx, ctx.now, &joining.link)? {
                return Ok(no(JoinError::LinkEnded));
            }
            let (practice, account) = joining.owner();
            note(tx, &ctx, practice, account, (joining.link.purpose.code(), "done", "link"))?;
            if joining.account.state == AccountState::Invited {
                return begin(tx, &ctx, joining.owner(), &hash, &device).map(Ok);
            }
            credentials::set_password(tx, joining.owner(), &hash)?;
            store::guesses::forget_all(tx, joining.owner())?;
            announce(tx, &ctx, joining.owner(), Change::PasswordReset)?;
            enter(tx, &ctx, joining.owner(), &device).map(Ok)
        };
        self.db.write_in(practice, choose).await.map_err(Refused::from)?
    }

    /// The second factor that waits to be proven by the signed-in person, if there is one.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn enrolment(&self, ctx: &Ctx) -> Verdict<Option<Enrolment>, CodeError> {
        let owner = half_or_whole(ctx).map_err(Refused::Denied)?;
        let look = move |tx: &mut Tx<'_>| -> Result<Option<Enrolment>, StoreError> {
            let account = accounts::find(tx, owner.0, owner.1)?;
            let practice = store::practices::find(tx, owner.0)?;
            let secret = credentials::find(tx, owner)?.and_then(|kept| kept.pending);
            let (Some(account), Some(practice), Some(secret)) = (account, practice, secret) else {
                return Ok(None);
            };
            let address = factors::address(&secret, &account.email, &practice.name);
            Ok(address.map(|address| Enrolment { secret, address }))
        };
        Ok(self.db.read_in(owner.0, look).await?)
    }

    /// Proves the waiting second factor with its first code. It comes into force, every session of the account ends,
    /// and a whole one begins.
    ///
    /// # Errors
    /// Denied, [`CodeError`], or the store's failure.
    pub async fn enrol(&self, ctx: &Ctx, code: &str, device: &str) -> Verdict<Enrolled, CodeError> {
        let owner = half_or_whole(ctx).map_err(Refused::Denied)?;
        let whole = matches!(&ctx.actor, Actor::Person(Person { assurance: Assurance::Full, .. }));
        if whole {
            domain::access::fresh(&ctx.actor, ctx.now).map_err(Refused::Denied)?;
        }
        let (ctx, code, device) = (ctx.clone(), code.to_owned(), device.to_owned());
        let confirm = move |tx: &mut Tx<'_>| -> Result<Verdict<Enrolled, CodeError>, StoreError> {
            let account = accounts::find(tx, owner.0, owner.1)?;
            let kept = credentials::find(tx, owner)?;
            let (Some(account), Some(kept)) = (account, kept) else { return Ok(no(CodeError::NoMatch)) };
            // A half session of somebody who has a factor already gives that one; it adds none.
            if !whole && account.state != AccountState::Invited {
                return Ok(Err(Refused::Denied(Denial::SecondFactorMissing)));
            }
            let place = Place::of(tx, &ctx, owner, Proven::Password)?;
            if let Err(refused) = CodeError::unless(place.next_try(ctx.now)) {
                return Ok(no(refused));
            }
            let step =
                kept.pending.as_deref().and_then(|secret| factors::matching_step(secret, &code, ctx.now));
            let Some(step) = step else {
                place.count(tx, owner, ctx.now)?;
                note(tx, &ctx, owner.0, owner.1, ("factor_set", "refused", "code"))?;
                return Ok(no(CodeError::NoMatch));
            };
            credentials::confirm_factor(tx, owner, step)?;
            if account.state == AccountState::Invited {
                accounts::set_state(tx, owner, AccountState::Active)?;
            }
            let codes = factors::renew_codes(tx, &ctx, owner)?;
            note(tx, &ctx, owner.0, owner.1, ("factor_set", "done", "totp"))?;
            if account.state == AccountState::Active {
                announce(tx, &ctx, owner, Change::FactorSet)?;
            }
            let token = whole_session(tx, &ctx, owner, &device)?;
            Ok(Ok(Enrolled { token, codes }))
        };
        self.db.write_in(owner.0, confirm).await.map_err(Refused::from)?
    }
}

/// A link that opens an account, with the account.
struct Joining {
    link: links::Link,
    account: Account,
    practice_name: String,
}

impl Joining {
    fn owner(&self) -> Owner {
        (self.account.practice, self.account.id)
    }

    fn check(&self, password: &Password) -> Result<(), PasswordProblem> {
        check_password(password, &self.account, &self.practice_name)
    }
}

/// Whether an account may have a password. Staff have a second factor beside it; clients may stand alone.
pub(crate) fn check_password(
    password: &Password,
    account: &Account,
    practice_name: &str,
) -> Result<(), PasswordProblem> {
    let least = if account.roles.is_staff() { LEAST_BESIDE_FACTOR } else { LEAST_ALONE };
    password.check(least, &[&account.name, &account.email, practice_name])
}

/// What an invitation or reset link opens, while it fits the account: an invitation somebody invited, a reset somebody
/// who has been in.
fn joining(tx: &mut Tx<'_>, now: jiff::Timestamp, token: &Token) -> Result<Option<Joining>, StoreError> {
    let Some(link) = links::open(tx, now, token)? else { return Ok(None) };
    let (Some(practice), Some(account)) = (link.practice, link.account) else { return Ok(None) };
    let Some(account) = accounts::find(tx, practice, account)? else { return Ok(None) };
    let Some(practice) = store::practices::find(tx, practice)? else { return Ok(None) };
    let fits = matches!(
        (link.purpose, account.state),
        (LinkPurpose::Invitation, AccountState::Invited) | (LinkPurpose::Reset, AccountState::Active)
    );
    Ok(fits.then_some(Joining { link, account, practice_name: practice.name }))
}

/// First steps of an invited account: the password is kept; a client is in, staff get a second factor to prove.
fn begin(tx: &mut Tx<'_>, ctx: &Ctx, owner: Owner, hash: &str, device: &str) -> Result<Entered, StoreError> {
    credentials::set_password(tx, owner, hash)?;
    let staff = accounts::find(tx, owner.0, owner.1)?.is_none_or(|account| account.roles.is_staff());
    if !staff {
        accounts::set_state(tx, owner, AccountState::Active)?;
        return enter(tx, ctx, owner, device);
    }
    credentials::begin_factor(tx, owner, &factors::new_secret(ctx))?;
    web_sessions::end_all(tx, owner.0, owner.1)?;
    half_session(tx, ctx, owner, device)
}

/// Ends every session and starts one: whole for a client without a second factor, half for everybody else.
fn enter(tx: &mut Tx<'_>, ctx: &Ctx, owner: Owner, device: &str) -> Result<Entered, StoreError> {
    web_sessions::end_all(tx, owner.0, owner.1)?;
    let alone = accounts::find(tx, owner.0, owner.1)?.is_some_and(|account| !account.roles.is_staff())
        && credentials::find(tx, owner)?.is_some_and(|kept| !kept.factors().any());
    if !alone {
        return half_session(tx, ctx, owner, device);
    }
    let token = whole_session(tx, ctx, owner, device)?;
    note(tx, ctx, owner.0, owner.1, ("sign_in", "done", "password"))?;
    Ok(Entered { token, assurance: Assurance::Full, device: None, told: true })
}

fn half_session(tx: &mut Tx<'_>, ctx: &Ctx, owner: Owner, device: &str) -> Result<Entered, StoreError> {
    let token = ctx.new_token();
    sessions::start(tx, &token, owner, Assurance::Partial, (ctx.now, device))?;
    Ok(Entered { token, assurance: Assurance::Partial, device: None, told: false })
}

/// Ends every session of an account and starts a whole one.
pub(crate) fn whole_session(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    owner: Owner,
    device: &str,
) -> Result<Token, StoreError> {
    web_sessions::end_all(tx, owner.0, owner.1)?;
    let token = ctx.new_token();
    sessions::start(tx, &token, owner, Assurance::Full, (ctx.now, device))?;
    credentials::entered(tx, owner, ctx.now)?;
    Ok(token)
}

/// The account of a person who gave at least one factor.
pub(crate) fn half_or_whole(ctx: &Ctx) -> Result<Owner, Denial> {
    match &ctx.actor {
        Actor::Person(person) => Ok((person.practice, person.account)),
        _ => Err(Denial::NotSignedIn),
    }
}

/// Checks the form of the first start; names every problem at once.
fn checked(form: &SetUpForm) -> Result<(NewPractice, NewAccount), Vec<(&'static str, MemberProblem)>> {
    let mut problems = Vec::new();
    let practice = text::line(&form.practice, 200).map_err(|e| problems.push(("practice", e.into()))).ok();
    let zone = checked_zone(&form.zone).map_err(|e| problems.push(("zone", e))).ok();
    let name = text::line(&form.name, 200).map_err(|e| problems.push(("name", e.into()))).ok();
    let email = checked_email(&form.email).map_err(|e| problems.push(("email", e))).ok();
    let about = [form.practice.as_str(), form.name.as_str(), form.email.as_str()];
    if let Err(problem) = form.password.check(LEAST_BESIDE_FACTOR, &about) {
        problems.push(("password", MemberProblem::Password(problem)));
    }
    let (Some(practice), Some(zone), Some(name), Some(email)) = (practice, zone, name, email) else {
        return Err(problems);
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    let roles = match form.treats {
        Treats::Too => Roles::of([Role::Administrator, Role::Therapist]),
        Treats::Not => Roles::of([Role::Administrator]),
    };
    let new = NewPractice { name: practice, zone: zone.clone(), purpose: Purpose::Care };
    Ok((new, NewAccount { name, email, roles, zone, client: None }))
}

impl From<TextError> for MemberProblem {
    fn from(error: TextError) -> Self {
        MemberProblem::Text(error)
    }
}

/// A zone this program knows.
pub(crate) fn checked_zone(typed: &str) -> Result<String, MemberProblem> {
    let zone = text::line(typed, 60)?;
    if TimeZone::get(&zone).is_err() {
        return Err(MemberProblem::UnknownZone);
    }
    Ok(zone)
}

/// An address, in its outer form.
pub(crate) fn checked_email(typed: &str) -> Result<String, MemberProblem> {
    let email = text::line(typed, 200)?;
    if !looks_like_email(&email) {
        return Err(MemberProblem::NotAnEmail);
    }
    Ok(email)
}
