//! One-time links: issue, open, spend. A token is 256 bits and shown once, to be handed over; only its hash is kept.
//!
//! Opening a link changes nothing, so that a mail scanner or a preview cannot use it up. Acting on it spends it, in the
//! transaction of the act.

use crate::App;
use crate::context::{Ctx, Origin};
use crate::sessions::{self, Token};
use domain::access::{Actor, Assurance, Class};
use domain::account::{AccountState, Role, Roles};
use domain::ids::{AccountId, ClientId, EpisodeId, LinkId, PracticeId};
use jiff::{SignedDuration, Timestamp};
use store::{Across, StoreError, Tx, accounts, audit, links, practices};

pub use domain::link::LinkPurpose;
pub use store::links::Link;

use crate::entry::{Refused, Verdict, no};

/// The link was used, has expired, or never existed: nobody is told which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link has ended")]
pub struct LinkEnded;

/// What a link is made of, apart from its secret.
#[derive(Debug, Clone)]
pub(crate) struct NewLink {
    /// What for.
    pub purpose: LinkPurpose,
    /// In which practice; none for the set-up.
    pub practice: Option<PracticeId>,
    /// Whose account it opens.
    pub account: Option<AccountId>,
    /// Which client it is about.
    pub client: Option<ClientId>,
    /// Which episode it is about.
    pub episode: Option<EpisodeId>,
    /// What else the purpose needs, in the issuing verb's own words.
    pub payload: String,
}

impl NewLink {
    /// A link that opens an account.
    pub(crate) fn for_account(purpose: LinkPurpose, practice: PracticeId, account: AccountId) -> NewLink {
        NewLink {
            purpose,
            practice: Some(practice),
            account: Some(account),
            client: None,
            episode: None,
            payload: String::new(),
        }
    }
}

/// Makes a link inside a transaction and gives its secret, which exists nowhere else.
pub(crate) fn issue(tx: &mut Tx<'_>, ctx: &Ctx, new: NewLink) -> Result<(LinkId, Token), StoreError> {
    let token = ctx.new_token();
    let id: LinkId = ctx.new_id();
    let expires_at = ctx.now.saturating_add(new.purpose.lifetime()).unwrap_or(ctx.now);
    let by = match &ctx.actor {
        Actor::Person(person) => Some(person.account),
        _ => None,
    };
    let link = Link {
        token_hash: token.hash(),
        id,
        practice: new.practice,
        purpose: new.purpose,
        account: new.account,
        client: new.client,
        episode: new.episode,
        payload: new.payload,
        created_by: by,
        created_at: ctx.now,
        expires_at,
        kept: store::links::Kept::default(),
    };
    links::insert(tx, &link)?;
    Ok((id, token))
}

/// The link of a token, if it still works. Changes nothing.
pub(crate) fn open(tx: &mut Tx<'_>, now: Timestamp, token: &Token) -> Result<Option<Link>, StoreError> {
    links::find(tx, &token.hash(), now)
}

/// Uses a link up, inside the transaction of what it is used for. `false`: somebody else was faster.
pub(crate) fn spend(tx: &mut Tx<'_>, now: Timestamp, link: &Link) -> Result<bool, StoreError> {
    links::spend(tx, &link.token_hash, now)
}

/// A link that still works, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLink {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The practice's name; none before the first one exists.
    pub practice_name: Option<String>,
    /// Whose account it opens.
    pub holder: Option<LinkHolder>,
}

/// The person whose account a link opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkHolder {
    /// Name.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
    /// Roles.
    pub roles: Roles,
}

impl LinkHolder {
    /// The role that says most about the person on a page: the first one that treats or supervises, else the first.
    #[must_use]
    pub fn main_role(&self) -> Option<Role> {
        let clinical = self.roles.iter().find(|role| matches!(role, Role::Therapist | Role::Supervisor));
        clinical.or_else(|| self.roles.iter().next())
    }
}

impl App {
    /// What a link would do, if it still works. Changes nothing and leaves no line: for whoever is about to act on it.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn link(&self, token: &Token) -> Result<Option<OpenLink>, StoreError> {
        let (token, now) = (token.clone(), self.now());
        self.db.across_practices(Across::Link).read(move |tx| look(tx, now, &token)).await
    }

    /// Enters a demonstration as the person of the link, with all factors: nobody real is behind it. `device` is
    /// what the browser calls itself.
    ///
    /// # Errors
    /// [`LinkEnded`], or the store's failure.
    pub async fn enter_demonstration(
        &self,
        ctx: &Ctx,
        token: &Token,
        device: &str,
    ) -> Verdict<Token, LinkEnded> {
        let (ctx, token, device) = (ctx.clone(), token.clone(), device.to_owned());
        let enter = move |tx: &mut Tx<'_>| -> Result<Verdict<Token, LinkEnded>, StoreError> {
            let Some(link) = open(tx, ctx.now, &token)? else { return Ok(no(LinkEnded)) };
            let (LinkPurpose::Demonstration, Some(practice), Some(account)) =
                (link.purpose, link.practice, link.account)
            else {
                return Ok(no(LinkEnded));
            };
            let made_up = practices::find(tx, practice)?
                .is_some_and(|practice| practice.purpose == practices::Purpose::Demonstration);
            if !made_up || holder(tx, &link)?.is_none() || !spend(tx, ctx.now, &link)? {
                return Ok(no(LinkEnded));
            }
            let session = ctx.new_token();
            sessions::start(tx, &session, (practice, account), Assurance::Full, (ctx.now, &device))?;
            store::credentials::entered(tx, (practice, account), ctx.now)?;
            note(tx, &ctx, practice, account, ("sign_in", "done", "link"))?;
            Ok(Ok(session))
        };
        self.db.across_practices(Across::Link).write(enter).await.map_err(Refused::from)?
    }

    /// Forgets links that ended more than 30 days ago. For the upkeep job.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn sweep_links(&self) -> Result<u64, StoreError> {
        let before = self.now().saturating_sub(SignedDuration::from_hours(30 * 24)).unwrap_or(Timestamp::MIN);
        self.db.across_practices(Across::Sweeping).write(move |tx| links::sweep(tx, before)).await
    }
}

/// What a link would do, if it still works and whoever's way in it is may still come in.
pub(crate) fn look(tx: &mut Tx<'_>, now: Timestamp, token: &Token) -> Result<Option<OpenLink>, StoreError> {
    let Some(link) = open(tx, now, token)? else { return Ok(None) };
    let practice = match link.practice {
        Some(practice) => practices::find(tx, practice)?,
        None => None,
    };
    let holder = holder(tx, &link)?;
    if link.account.is_some() && holder.is_none() {
        return Ok(None);
    }
    let practice_name = practice.map(|practice| practice.name);
    Ok(Some(OpenLink { purpose: link.purpose, practice_name, holder }))
}

/// The account a link opens, unless it was disabled meanwhile.
fn holder(tx: &mut Tx<'_>, link: &Link) -> Result<Option<LinkHolder>, StoreError> {
    let (Some(practice), Some(account)) = (link.practice, link.account) else { return Ok(None) };
    let found = accounts::find(tx, practice, account)?;
    let usable = found.filter(|account| account.state != AccountState::Disabled);
    Ok(usable.map(|account| LinkHolder { name: account.name, email: account.email, roles: account.roles }))
}

/// Writes down a deed about an account's way in, in the transaction of the deed: for what no corridor can record,
/// because nobody is signed in yet. The actor is whoever the context names, and the account itself where it names nobody.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    practice: PracticeId,
    account: AccountId,
    (action, outcome, rule): (&str, &str, &str),
) -> Result<(), StoreError> {
    let actor = match (&ctx.actor, &ctx.origin) {
        (Actor::Visitor, Origin::CommandLine) => "operator".to_owned(),
        (Actor::Visitor, Origin::Web(_)) => account.to_string(),
        _ => ctx.actor_text(),
    };
    ctx.told.tell();
    audit::append(
        tx,
        practice,
        &audit::Entry {
            id: ctx.new_id(),
            at: ctx.now,
            for_whom: if actor == "operator" { "practice".to_owned() } else { ctx.for_whom() },
            actor,
            action: action.to_owned(),
            class: Class::K10.code().to_owned(),
            client: None,
            object: format!("account {account}"),
            outcome: outcome.to_owned(),
            rule: rule.to_owned(),
            origin: ctx.origin.text().to_owned(),
        },
    )
}
