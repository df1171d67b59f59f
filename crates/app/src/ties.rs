//! The interpersonal inventory: people added fast, placed, described, and never deleted.

use crate::App;
use crate::context::Ctx;
use crate::course::{CourseError, Head, Record};
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use domain::fields::{FieldError, FieldProblem, Fields};
use domain::ids::{EpisodeId, TieId};
use domain::text::{self, TextError};
use domain::tie::{self, Ended, Indicators, NICKNAME_CHARS_MAX, Ring, Tie};
use serde::{Deserialize, Serialize};
use store::episode_documents::{self, Which};
use store::record_versions::{self, Versioned};
use store::ties;

pub use store::ties::KeptTie;

/// The artefact's name in the protocol.
const INVENTORY: &str = "inventory";
/// Most people added in one go.
const ADDED_AT_ONCE_MAX: usize = 100;

/// Why the inventory could not be read or changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TieError {
    /// Fields that cannot be taken as they are.
    #[error("some fields need another look")]
    Form(Vec<FieldError>),
    /// Somebody changed the tie since the form was opened.
    #[error("changed by somebody else meanwhile")]
    Stale {
        /// What the record says now.
        current: Box<KeptTie>,
    },
    /// The client has no such tie.
    #[error("no such tie")]
    NotFound,
    /// The engine refuses.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// The list of people with what it shows beside them.
pub struct Inventory {
    /// What every page of the chart shows on top.
    pub head: Head,
    /// Everybody, in the order they were added, those taken off included.
    pub ties: Vec<KeptTie>,
    /// Whether it was ticked that there is nobody to name.
    pub nobody: bool,
    /// Hints worked out from the list.
    pub indicators: Indicators,
    /// People whose name comes more than once.
    pub namesakes: Vec<TieId>,
}

/// One person.
pub struct TiePage {
    /// What every page of the chart shows on top.
    pub head: Head,
    /// The tie.
    pub tie: KeptTie,
    /// Others of the same name.
    pub namesakes: Vec<TieId>,
}

/// Every version of one person's record.
pub struct TieHistory {
    /// What every page of the chart shows on top.
    pub head: Head,
    /// The versions, newest first.
    pub versions: Vec<Versioned<TieId, Tie>>,
}

/// Where a person stands in the circle. What is `None` is left as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Placing {
    /// Closeness now; the inner `None` takes the person out of the rings.
    pub now: Option<Option<Ring>>,
    /// Closeness before the onset.
    pub before: Option<Option<Ring>>,
    /// Closeness wished for.
    pub wanted: Option<Option<Ring>>,
}

/// "There is nobody to name", ticked on purpose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Nobody {
    nobody: bool,
}

impl App {
    /// The list of people.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn inventory(&self, ctx: &Ctx, episode: EpisodeId) -> Verdict<Inventory, TieError> {
        self.act(ctx, Ask::on_episode(Action::ReadChart, episode, INVENTORY), move |desk| {
            let record = Record::load::<TieError>(desk, episode)?;
            let head = record.head(desk)?;
            let ties = ties::all(desk.tx, &desk.grant)?;
            let nobody = said_nobody(desk, episode)?;
            let today = desk.ctx.today();
            let indicators = tie::indicators(ties.iter().map(|tie| (tie.id, &tie.body)), today);
            let namesakes = tie::namesakes(ties.iter().map(|tie| (tie.id, &tie.body)));
            Ok(Inventory { head, ties, nobody, indicators, namesakes })
        })
        .await
    }

    /// One person.
    ///
    /// # Errors
    /// Denied, [`TieError::NotFound`], or the store's failure.
    pub async fn tie(&self, ctx: &Ctx, episode: EpisodeId, id: TieId) -> Verdict<TiePage, TieError> {
        self.act(ctx, Ask::on_episode(Action::ReadChart, episode, format!("tie {id}")), move |desk| {
            let head = Record::load::<TieError>(desk, episode)?.head(desk)?;
            let all = ties::all(desk.tx, &desk.grant)?;
            let mut namesakes = tie::namesakes(all.iter().map(|tie| (tie.id, &tie.body)));
            let tie = all.into_iter().find(|tie| tie.id == id).ok_or(Refused::Verb(TieError::NotFound))?;
            let name = text::folded(&tie.body.nickname);
            let shares = namesakes.contains(&id) && !name.is_empty();
            namesakes.retain(|other| shares && *other != id);
            Ok(TiePage { head, tie, namesakes })
        })
        .await
    }

    /// Every version of one person's record.
    ///
    /// # Errors
    /// Denied, [`TieError::NotFound`], or the store's failure.
    pub async fn tie_history(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        id: TieId,
    ) -> Verdict<TieHistory, TieError> {
        self.act(ctx, Ask::on_episode(Action::ReadChart, episode, format!("tie {id}")), move |desk| {
            let head = Record::load::<TieError>(desk, episode)?.head(desk)?;
            find(desk, id)?;
            let versions = record_versions::read_history(desk.tx, &desk.grant, "tie", id)?;
            Ok(TieHistory { head, versions })
        })
        .await
    }

    /// Adds people by name, one per line. Empty lines are passed over.
    ///
    /// # Errors
    /// Denied, [`TieError::Form`] for the field `names`, the engine's refusal, or the store's failure.
    pub async fn add_ties(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        names: &str,
    ) -> Verdict<Vec<TieId>, TieError> {
        let names = read_names(names);
        self.act(ctx, Ask::on_episode(Action::WriteChart, episode, INVENTORY), move |desk| {
            let names = match names {
                Ok(names) => names,
                Err(problem) => return no(TieError::Form(vec![problem])),
            };
            // Ids of one instant differ by chance alone: sorted, they keep the people in the order they were typed.
            let mut added: Vec<TieId> = names.iter().map(|_| desk.ctx.new_id()).collect();
            added.sort_unstable();
            for (id, name) in added.iter().zip(names) {
                ties::insert(desk.tx, &desk.grant, *id, &Tie::named(name), desk.ctx.now)?;
            }
            record_inventory(desk, episode)?;
            Ok(added)
        })
        .await
    }

    /// Saves the form of one person.
    ///
    /// # Errors
    /// Denied, [`TieError::Form`], [`TieError::Stale`] with the present record, [`TieError::NotFound`], the engine's
    /// refusal, or the store's failure.
    pub async fn save_tie(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        (id, version): (TieId, i64),
        fields: Fields,
    ) -> Verdict<(), TieError> {
        self.change_tie(ctx, episode, (id, version), move |kept, today| {
            Tie::read(&fields, kept.ended.clone(), today).map_err(TieError::Form)
        })
        .await
    }

    /// Places one person in the rings.
    ///
    /// # Errors
    /// Denied, [`TieError::Stale`], [`TieError::NotFound`], the engine's refusal, or the store's failure.
    pub async fn place_tie(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        (id, version): (TieId, i64),
        placing: Placing,
    ) -> Verdict<(), TieError> {
        self.change_tie(ctx, episode, (id, version), move |kept, _| {
            Ok(Tie {
                ring_now: placing.now.unwrap_or(kept.ring_now),
                ring_before: placing.before.unwrap_or(kept.ring_before),
                ring_wanted: placing.wanted.unwrap_or(kept.ring_wanted),
                ..kept.clone()
            })
        })
        .await
    }

    /// Takes one person off the list, with a reason. The record stays.
    ///
    /// # Errors
    /// As [`App::save_tie`]; without a reason, [`TieError::Form`] for the field `reason`.
    pub async fn end_tie(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        (id, version): (TieId, i64),
        reason: &str,
    ) -> Verdict<(), TieError> {
        // What is wrong with it is said after the decision.
        let reason = text::line(reason, 400).map_err(|error| {
            TieError::Form(vec![FieldError { field: "reason".into(), problem: FieldProblem::Text(error) }])
        });
        self.change_tie(ctx, episode, (id, version), move |kept, today| {
            Ok(Tie { ended: Some(Ended { on: today, reason: reason? }), ..kept.clone() })
        })
        .await
    }

    /// Puts a person back on the list.
    ///
    /// # Errors
    /// As [`App::place_tie`].
    pub async fn restore_tie(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        (id, version): (TieId, i64),
    ) -> Verdict<(), TieError> {
        self.change_tie(ctx, episode, (id, version), |kept, _| Ok(Tie { ended: None, ..kept.clone() })).await
    }

    /// Says on purpose that there is nobody to name, or takes it back.
    ///
    /// # Errors
    /// Denied, the engine's refusal, or the store's failure.
    pub async fn say_nobody(&self, ctx: &Ctx, episode: EpisodeId, nobody: Tick) -> Verdict<(), TieError> {
        self.act(ctx, Ask::on_episode(Action::WriteChart, episode, INVENTORY), move |desk| {
            let which = nobody_of(episode);
            let newest = episode_documents::newest::<Nobody>(desk.tx, &desk.grant, which)?;
            let version = newest.map_or(0, |kept| kept.version) + 1;
            let said = Nobody { nobody: nobody == Tick::Set };
            episode_documents::insert(desk.tx, &desk.grant, which, (version, None), (&said, desk.ctx.now))?;
            record_inventory(desk, episode)
        })
        .await
    }

    async fn change_tie<F>(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        (id, version): (TieId, i64),
        change: F,
    ) -> Verdict<(), TieError>
    where
        F: FnOnce(&Tie, jiff::civil::Date) -> Result<Tie, TieError> + Send + 'static,
    {
        self.act(ctx, Ask::on_episode(Action::WriteChart, episode, format!("tie {id}")), move |desk| {
            let kept = find(desk, id)?;
            let tie = change(&kept.body, desk.ctx.today()).map_err(Refused::Verb)?;
            if kept.version != version {
                return no(TieError::Stale { current: Box::new(kept) });
            }
            if !ties::update(desk.tx, &desk.grant, (id, version), &tie, desk.ctx.now)? {
                return no(TieError::Stale { current: Box::new(find(desk, id)?) });
            }
            record_inventory(desk, episode)
        })
        .await
    }
}

/// Whether a box is ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tick {
    /// Ticked.
    Set,
    /// Not ticked.
    Unset,
}

fn find(desk: &mut Desk<'_, '_>, id: TieId) -> Verdict<KeptTie, TieError> {
    ties::find(desk.tx, &desk.grant, id)?.ok_or(Refused::Verb(TieError::NotFound))
}

fn nobody_of(episode: EpisodeId) -> Which {
    Which { episode, kind: "inventory_none" }
}

fn said_nobody(desk: &mut Desk<'_, '_>, episode: EpisodeId) -> Verdict<bool, TieError> {
    let newest = episode_documents::newest::<Nobody>(desk.tx, &desk.grant, nobody_of(episode))?;
    Ok(newest.is_some_and(|kept| kept.body.nobody))
}

/// Tells the course how far the inventory is.
fn record_inventory(desk: &mut Desk<'_, '_>, episode: EpisodeId) -> Verdict<(), TieError> {
    let mut record = Record::load::<TieError>(desk, episode)?;
    let all = ties::all(desk.tx, &desk.grant)?;
    let nobody = said_nobody(desk, episode)?;
    let facts = tie::facts(all.iter().map(|tie| &tie.body), nobody);
    record.recorded(desk, INVENTORY, facts)
}

fn read_names(typed: &str) -> Result<Vec<String>, FieldError> {
    let wrong = |error| FieldError { field: "names".into(), problem: FieldProblem::Text(error) };
    let lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
    let names: Vec<String> =
        lines.map(|line| text::line(line, NICKNAME_CHARS_MAX)).collect::<Result<_, _>>().map_err(wrong)?;
    match names.len() {
        0 => Err(wrong(TextError::Empty)),
        1..=ADDED_AT_ONCE_MAX => Ok(names),
        _ => Err(FieldError {
            field: "names".into(),
            problem: FieldProblem::NotANumber { least: 1, most: 100 },
        }),
    }
}
