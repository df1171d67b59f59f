//! The one corridor every verb walks: authorise, load, decide, save, record, in one transaction.
//!
//! A verb is a function that calls [`App::act`] with what it asks to do and a body. The corridor finds out whose
//! record it is, decides, runs the body, and writes the audit entry, all in one transaction: if the entry cannot
//! be written, nothing happened; if the body refuses, its changes are undone and the refusal is on record.

use crate::App;
use crate::content::Content;
use crate::context::Ctx;
use crate::submissions::first_time;
use domain::access::{self, Actor, Denial, Facts, Grant};
use domain::ids::{ClientId, EpisodeId, PracticeId};
use store::{Tx, audit, clients, episodes, relations};

pub use domain::access::Action;
pub use store::StoreError;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The action.
    pub action: Action,
    /// Whose record it is about.
    pub about: About,
    /// The thing touched, for the audit trail: a noun and an id or number, never content.
    pub object: String,
}

impl Ask {
    /// Asks for an action that is about nobody's record.
    #[must_use]
    pub fn to(action: Action, object: impl Into<String>) -> Ask {
        Ask { action, about: About::Nobody, object: object.into() }
    }

    /// Asks for an action on a client's record.
    #[must_use]
    pub fn on_client(action: Action, client: ClientId, object: impl Into<String>) -> Ask {
        Ask { action, about: About::Client(client), object: object.into() }
    }

    /// Asks for an action on an episode of some client.
    #[must_use]
    pub fn on_episode(action: Action, episode: EpisodeId, object: impl Into<String>) -> Ask {
        Ask { action, about: About::Episode(episode), object: object.into() }
    }
}

/// Whose record an action is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Nobody's.
    Nobody,
    /// A client's.
    Client(ClientId),
    /// The client's whose episode it is.
    Episode(EpisodeId),
    /// The one client's who has exactly this id or this name; nobody's when several have it.
    Found(String),
}

/// Why a verb gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum Refused<E> {
    /// The actor may not, or there is no such thing here (which look the same from outside).
    #[error("denied: {0}")]
    Denied(Denial),
    /// The same form asked for it before, and it was done then.
    #[error("done before")]
    Repeated,
    /// The verb's own refusal.
    #[error("refused")]
    Verb(E),
    /// The store failed; nothing was changed.
    #[error("store: {0}")]
    Store(StoreError),
}

impl<E> From<StoreError> for Refused<E> {
    fn from(error: StoreError) -> Self {
        Refused::Store(error)
    }
}

/// What a verb's body may refuse with: its own reason, or the store's failure passed up by `?`.
pub type Verdict<T, E> = Result<T, Refused<E>>;

/// A refusal a body can return with `?` or `.into()`.
pub fn no<T, E>(reason: E) -> Verdict<T, E> {
    Err(Refused::Verb(reason))
}

/// What a body works at: the open transaction, the proof of permission, the context and the content.
pub struct Desk<'a, 'tx> {
    /// The open transaction.
    pub tx: &'a mut Tx<'tx>,
    /// The proof that the action was allowed.
    pub grant: Grant,
    /// The context of the request.
    pub ctx: &'a Ctx,
    /// Protocols, instruments and worksheets.
    pub content: &'a Content,
}

impl Desk<'_, '_> {
    /// Refuses a person whose second factor was given more than five minutes ago (A10). For a verb in which only one
    /// way through needs a fresh one; call it before anything is changed. The page then asks for the factor and sends
    /// the same form again. Actions that always need one say so in [`Action::wants_fresh_factor`] and need no call.
    ///
    /// # Errors
    /// [`Denial::NotFresh`] as [`Refused::Denied`].
    pub fn fresh<E>(&self) -> Verdict<(), E> {
        access::fresh(&self.ctx.actor, self.ctx.now).map_err(Refused::Denied)
    }
}

impl App {
    /// Walks the corridor. The body runs only if the decision function says yes.
    ///
    /// # Errors
    /// [`Refused`]: denied, refused by the verb, or the store failed. Nothing was changed then, and except for a
    /// failing store the attempt is on record.
    pub async fn act<T, E, F>(&self, ctx: &Ctx, ask: Ask, body: F) -> Verdict<T, E>
    where
        T: Send + 'static,
        E: Send + 'static,
        F: FnOnce(&mut Desk<'_, '_>) -> Verdict<T, E> + Send + 'static,
    {
        let Some(practice) = practice_of(&ctx.actor) else {
            return Err(Refused::Denied(Denial::NotSignedIn));
        };
        let (ctx, content) = (ctx.clone(), self.content.clone());
        // A disk that takes no changes must not keep anybody from the record: the trace is held beside it then.
        let reads_on = reads(&ask) && self.db.state().fault().is_some();
        let work = move |tx: &mut Tx<'_>| -> Result<Verdict<T, E>, StoreError> {
            corridor(tx, (&ctx, practice), &content, &ask, body)
        };
        if !reads_on {
            return self.db.write_in(practice, work).await?;
        }
        let outcome = self.db.read_in(practice, work).await?;
        if self.db.state().fault().is_none()
            && let Err(failure) = self.append_held().await
        {
            // Writing came back meanwhile, and whoever appends what is held may have been here already. The trace is
            // safe where it is, and goes along with the next ones.
            tracing::warn!(%failure, "a held trace could not be appended yet");
        }
        outcome
    }
}

impl App {
    /// Answers somebody whose form could not be read: whether they might have asked at all is decided and written down
    /// first, so that nobody learns from a spoilt form what a right one would not tell.
    ///
    /// # Errors
    /// [`Refused::Denied`] when they may not, [`Unreadable`] as [`Refused::Verb`] when they may, or the store's failure.
    pub async fn unreadable(&self, ctx: &Ctx, ask: Ask) -> Verdict<(), Unreadable> {
        self.act(ctx, ask, |_| no(Unreadable)).await
    }
}

/// The form that came with an ask could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the form could not be read")]
pub struct Unreadable;

/// Outer result: what decides between commit and rollback. Inner: what the asker is told.
fn corridor<T, E>(
    tx: &mut Tx<'_>,
    (ctx, practice): (&Ctx, PracticeId),
    content: &Content,
    ask: &Ask,
    body: impl FnOnce(&mut Desk<'_, '_>) -> Verdict<T, E>,
) -> Result<Verdict<T, E>, StoreError> {
    let client = whose(tx, practice, &ask.about)?;
    let relations = match (&ctx.actor, client) {
        (Actor::Person(person), Some(client)) => relations::of(tx, practice, person.account, client)?,
        _ => Vec::new(),
    };
    let facts = Facts { client, relations: &relations };
    let grant = match access::decide(&ctx.actor, ask.action, facts, ctx.now) {
        Ok(grant) => grant,
        Err(denial) => {
            record(tx, ctx, ask, practice, client, ("denied", denial.code()))?;
            return Ok(Err(Refused::Denied(denial)));
        }
    };
    // The key comes with the row that names the client: a record whose key was destroyed has nothing to open.
    if client.is_some_and(|client| ask.action.about_a_client() && tx.is_erased(practice, client)) {
        record(tx, ctx, ask, practice, client, ("denied", Denial::Erased.code()))?;
        return Ok(Err(Refused::Denied(Denial::Erased)));
    }
    let outcome = tx.attempt(|tx| {
        if !reads(ask) && !first_time(tx, ctx)? {
            return Err(Refused::Repeated);
        }
        body(&mut Desk { tx, grant, ctx, content })
    });
    match outcome {
        Err(Refused::Store(failure)) => Err(failure),
        outcome => {
            let told = match &outcome {
                Ok(_) => ("done", grant.rule().code()),
                Err(Refused::Denied(denial)) => ("denied", denial.code()),
                Err(_) => ("refused", grant.rule().code()),
            };
            record(tx, ctx, ask, practice, client, told)?;
            Ok(outcome)
        }
    }
}

/// Whether what is asked only looks.
fn reads(ask: &Ask) -> bool {
    ask.action.verb() == access::Verb::Read
}

fn practice_of(actor: &Actor) -> Option<PracticeId> {
    match actor {
        Actor::Visitor => None,
        Actor::Person(person) => Some(person.practice),
        Actor::LinkBearer(bearer) => Some(bearer.practice),
        Actor::Operator(practice) => Some(*practice),
    }
}

/// The client an ask is about, if there is such a client in this practice.
fn whose(tx: &mut Tx<'_>, practice: PracticeId, about: &About) -> Result<Option<ClientId>, StoreError> {
    match about {
        About::Nobody => Ok(None),
        About::Client(client) => relations::client_exists(tx, practice, *client),
        About::Episode(episode) => episodes::client_of(tx, practice, *episode),
        About::Found(words) => match words.trim().parse() {
            Ok(client) => relations::client_exists(tx, practice, client),
            Err(_) => clients::exactly(tx, practice, words.trim()),
        },
    }
}

/// A denial that fell before the corridor: at the door of a route.
pub(crate) fn record_denial(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    ask: &Ask,
    practice: PracticeId,
    denial: Denial,
) -> Result<(), StoreError> {
    record(tx, ctx, ask, practice, None, ("denied", denial.code()))
}

fn record(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    ask: &Ask,
    practice: PracticeId,
    client: Option<ClientId>,
    (outcome, rule): (&'static str, &'static str),
) -> Result<(), StoreError> {
    ctx.told.tell();
    audit::append(
        tx,
        practice,
        &audit::Entry {
            id: ctx.new_id(),
            at: ctx.now,
            actor: ctx.actor_text(),
            for_whom: ctx.for_whom(),
            action: ask.action.code().to_owned(),
            class: ask.action.class().code().to_owned(),
            client,
            object: ask.object.clone(),
            outcome: outcome.to_owned(),
            rule: rule.to_owned(),
            origin: ctx.origin.text().to_owned(),
        },
    )
}
