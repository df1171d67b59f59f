//! Guardians of clients who are minors: the treating therapist adds one, with a legal basis and an end that is the day
//! of majority at the latest. A guardian sees what their scope names and nothing else; the clock or the therapist ends it.

use crate::App;
use crate::context::Ctx;
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use crate::joining::{MemberProblem, checked_email};
use crate::links::LinkPurpose;
use crate::people::{self, PeopleError};
use crate::practices::{NewAccount, email_key};
use crate::sessions::Token;
use domain::access::{self, Denial, Facts, Item, Items, Relation};
use domain::account::{AccountState, Role, Roles};
use domain::guardian::{Basis, majority};
use domain::ids::{AccountId, ClientId};
use domain::text;
use jiff::Timestamp;
use jiff::civil::Date;
use std::convert::Infallible;
use store::relations::{self, NewRelation};
use store::{StoreError, accounts, clients};

/// Why a guardian was not added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuardianError {
    /// Fields that cannot be taken as they are.
    #[error("some fields need another look")]
    Form(Vec<(&'static str, MemberProblem)>),
    /// No legal basis was named.
    #[error("a legal basis is needed")]
    NoBasis,
    /// The client is of age, or no date of birth is on record.
    #[error("only minors have guardians")]
    NotAMinor,
    /// The address is the client's own.
    #[error("a client's own address is never a guardian's")]
    ClientsOwnAddress,
    /// The address belongs to somebody who is no guardian.
    #[error("this address cannot be used")]
    AddressTaken,
    /// The last day is no day, past, or after the client comes of age.
    #[error("a last day from today on, before majority")]
    NoEnd,
    /// The relation exists already.
    #[error("already so")]
    AlreadySo,
    /// No such client.
    #[error("no such client")]
    NotFound,
}

/// What the form sends.
#[derive(Debug, Clone, Default)]
pub struct GuardianForm {
    /// Name.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
    /// Legal basis.
    pub basis: Option<Basis>,
    /// Last day as typed; until majority when empty.
    pub until: String,
}

/// What a guardian sees of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ward {
    /// The client's name.
    pub name: String,
    /// Phone number.
    pub phone: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// Whom to call in an emergency.
    pub emergency_contact: Option<String>,
    /// When the access ends.
    pub ends_at: Option<Timestamp>,
}

type Step<T> = Verdict<T, GuardianError>;

impl App {
    /// Adds a guardian who may see the client's contact details. Gives the link to hand over, unless they have an
    /// account already.
    ///
    /// # Errors
    /// Denied (also when the second factor was given too long ago), [`GuardianError`], or the store's failure.
    pub async fn add_guardian(&self, ctx: &Ctx, client: ClientId, form: GuardianForm) -> Step<Option<Token>> {
        self.act(ctx, Ask::on_client(Action::ManageCare, client, "guardian"), move |desk| {
            desk.fresh()?;
            let found = clients::find(desk.tx, &desk.grant)?.ok_or(Refused::Verb(GuardianError::NotFound))?;
            let basis = form.basis.ok_or(Refused::Verb(GuardianError::NoBasis))?;
            let ends_at = end(desk.ctx, found.particulars.born_on, &form.until)?;
            let email = checked_email(&form.email)
                .map_err(|problem| Refused::Verb(GuardianError::Form(vec![("email", problem)])))?;
            not_the_clients_own(desk, &found, &email)?;
            let (account, token) = guardian_account(desk, &form.name, email)?;
            let practice = desk.grant.scope().practice();
            let known = relations::of(desk.tx, practice, account, client)?;
            let holds = |one: &access::RelationWindow| {
                one.relation == Relation::GuardianOf && one.holds(desk.ctx.now)
            };
            if known.iter().any(holds) {
                return no(GuardianError::AlreadySo);
            }
            let new = NewRelation {
                window: (desk.ctx.now, Some(ends_at)),
                items: Items::of([Item::Appointments]),
                ..NewRelation::now((account, Relation::GuardianOf, client), basis.code(), desk.ctx.now)
            };
            relations::start(desk.tx, &desk.grant, &new)?;
            Ok(token)
        })
        .await
    }

    /// What the acting guardian may see, client by client; each look is in the client's history. Nobody where there is
    /// no relation, or none any more.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn wards(&self, ctx: &Ctx) -> Verdict<Vec<Ward>, Infallible> {
        let grant = access::decide(&ctx.actor, Action::OwnAccount, Facts::default(), ctx.now)
            .map_err(Refused::Denied)?;
        let account = grant.account().ok_or(Refused::Denied(Denial::NotSignedIn))?;
        let (practice, now) = (grant.scope().practice(), ctx.now);
        let guarded =
            self.db.read_in(practice, move |tx| relations::guarded(tx, (practice, account), now)).await?;
        let mut wards = Vec::new();
        for (client, ends_at) in guarded {
            let ask = Ask::on_client(Action::ReadIdentity, client, "guardian's page");
            let found: Verdict<_, Infallible> =
                self.act(ctx, ask, |desk| Ok(clients::find(desk.tx, &desk.grant)?)).await;
            match found {
                Ok(Some(found)) => {
                    let own = found.particulars;
                    let (phone, email) = (own.phone, own.email);
                    let emergency_contact = own.emergency_contact;
                    wards.push(Ward { name: own.name, phone, email, emergency_contact, ends_at });
                }
                // Kept out, or erased meanwhile: as if there were nobody.
                Ok(None) | Err(Refused::Denied(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(wards)
    }
}

/// The first instant without the relation: the day of majority, or the day after an earlier last day.
fn end(ctx: &Ctx, born_on: Option<Date>, until: &str) -> Step<Timestamp> {
    let of_age = majority(born_on.ok_or(Refused::Verb(GuardianError::NotAMinor))?);
    if of_age <= ctx.today() {
        return no(GuardianError::NotAMinor);
    }
    let last: Option<Date> = match until.trim() {
        "" => None,
        typed => Some(typed.parse().map_err(|_| Refused::Verb(GuardianError::NoEnd))?),
    };
    let first_without = match last {
        None => of_age,
        Some(last) if last < ctx.today() || last >= of_age => return no(GuardianError::NoEnd),
        Some(last) => last.saturating_add(jiff::Span::new().days(1)),
    };
    let at = first_without.to_zoned(ctx.zone.clone()).map_err(|_| Refused::Verb(GuardianError::NoEnd))?;
    Ok(at.timestamp())
}

/// Adolescents have contact points of their own, different from every guardian's.
fn not_the_clients_own(desk: &mut Desk<'_, '_>, client: &clients::Client, email: &str) -> Step<()> {
    let key = email_key(email);
    let on_record = client.particulars.email.as_deref().is_some_and(|own| email_key(own) == key);
    let signs_in = match client.account {
        Some(account) => accounts::find(desk.tx, desk.grant.scope().practice(), account)?
            .is_some_and(|own| email_key(&own.email) == key),
        None => false,
    };
    if on_record || signs_in { no(GuardianError::ClientsOwnAddress) } else { Ok(()) }
}

/// Whether a guardian whom the granted client has now signs in with this address.
///
/// # Errors
/// The store's failure.
pub(crate) fn is_a_guardians(desk: &mut Desk<'_, '_>, email: &str) -> Result<bool, StoreError> {
    let Some((practice, account)) = accounts::by_email(desk.tx, &email_key(email))? else { return Ok(false) };
    let holders = relations::holders(desk.tx, &desk.grant, desk.ctx.now)?;
    let ours = practice == desk.grant.scope().practice();
    Ok(ours && holders.iter().any(|one| one.relation == Relation::GuardianOf && one.account == account))
}

/// The account of a guardian: a new one with its invitation, or the one they have as another client's guardian.
fn guardian_account(desk: &mut Desk<'_, '_>, name: &str, email: String) -> Step<(AccountId, Option<Token>)> {
    let practice = desk.grant.scope().practice();
    if let Some((there, id)) = accounts::by_email(desk.tx, &email_key(&email))? {
        let known = if there == practice { accounts::find(desk.tx, practice, id)? } else { None };
        let guardian = known.filter(|one| one.roles.has(Role::Guardian));
        return match guardian.map(|one| one.state) {
            Some(AccountState::Active) => Ok((id, None)),
            Some(AccountState::Invited) => Ok((id, Some(invitation(desk, id)?))),
            Some(AccountState::Disabled) | None => no(GuardianError::AddressTaken),
        };
    }
    let name = text::line(name, 200)
        .map_err(|problem| Refused::Verb(GuardianError::Form(vec![("name", problem.into())])))?;
    let zone = people::practice_of(desk).map_err(ours)?.zone;
    let new = NewAccount { name, email, roles: Roles::of([Role::Guardian]), zone, client: None };
    let id = people::add(desk, &new).map_err(ours)?;
    Ok((id, Some(invitation(desk, id)?)))
}

fn invitation(desk: &mut Desk<'_, '_>, id: AccountId) -> Step<Token> {
    people::link(desk, LinkPurpose::Invitation, id).map_err(ours)
}

fn ours(refused: Refused<PeopleError>) -> Refused<GuardianError> {
    match refused {
        Refused::Verb(PeopleError::AddressTaken) => Refused::Verb(GuardianError::AddressTaken),
        Refused::Verb(PeopleError::Form(problems)) => Refused::Verb(GuardianError::Form(problems)),
        Refused::Verb(_) => Refused::Verb(GuardianError::NotFound),
        Refused::Denied(denial) => Refused::Denied(denial),
        Refused::Repeated => Refused::Repeated,
        Refused::Store(failure) => Refused::Store(failure),
    }
}
