//! Sharing a worksheet with the client, and what the client says to it.

use super::{PlanError, acceptance, ask, known, save, worksheet};
use crate::App;
use crate::context::Ctx;
use crate::course::Record;
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use crate::today::{newest, own};
use domain::ids::EpisodeId;
use domain::worksheet::{Audience, Body, Labels, Worksheet, YES};
use store::artefacts::{self, Artefact, Shared, Stamp};

/// A worksheet shared with the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedLine {
    /// Its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub why: String,
    /// Version, author, time.
    pub stamp: Stamp,
    /// Whether the client's yes is still asked for.
    pub asks_for_yes: bool,
}

/// A shared worksheet as the client reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedPage {
    /// The form without the staff's fields.
    pub worksheet: Worksheet,
    /// Version, author, time.
    pub stamp: Stamp,
    /// What it says, without the staff's fields.
    pub body: Body,
    /// Words for the records it points at.
    pub labels: Labels,
    /// Whether the client may say yes here.
    pub acceptance: Option<super::Acceptance>,
}

impl App {
    /// Shares the newest version of a worksheet with the client, or stops sharing it. Who may read it is kept with
    /// the version, so that each change makes one.
    ///
    /// # Errors
    /// Denied, [`PlanError::NoSuchPlan`] when nothing is saved or the worksheet is for staff alone, or the store's
    /// failure.
    pub async fn share_plan(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        kind: &str,
        shared: Shared,
    ) -> Verdict<(), PlanError> {
        let (kind, ask) = (kind.to_owned(), ask(&self.content, Action::WriteChart, episode, kind));
        let word = if shared == Shared::Client { "share" } else { "unshare" };
        let ask = Ask { object: format!("{} {word}", ask.object), ..ask };
        self.act(ctx, ask, move |desk| {
            let worksheet = worksheet(desk, &kind)?;
            let newest = artefacts::newest(desk.tx, &desk.grant, episode, &kind)?;
            let newest = newest.ok_or(Refused::Verb(PlanError::NoSuchPlan))?;
            if worksheet.audience == Audience::Staff {
                return no(PlanError::NoSuchPlan);
            }
            if newest.stamp.shared == shared {
                return Ok(());
            }
            let new = artefacts::New {
                kind: &kind,
                version: newest.stamp.version + 1,
                session: newest.stamp.session,
                shared,
                format: worksheet.format,
                body: &newest.body,
            };
            Ok(artefacts::insert(desk.tx, &desk.grant, episode, new, desk.ctx.now)?)
        })
        .await
    }

    /// Everything shared with the acting client, by kind.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn shared_plans(&self, ctx: &Ctx) -> Verdict<Vec<SharedLine>, PlanError> {
        self.act(ctx, own(ctx, Action::ReadShared, "shared plans"), |desk| {
            let Some(episode) = newest(desk)? else { return Ok(Vec::new()) };
            let latest = artefacts::latest(desk.tx, &desk.grant, episode)?;
            let line = |artefact: Artefact| {
                let worksheet = desk.content.worksheet(&artefact.kind)?.for_client()?;
                let asks = |yes: super::Acceptance| !artefact.body.is_yes(yes.tick);
                Some(SharedLine {
                    title: worksheet.title,
                    why: worksheet.why,
                    asks_for_yes: acceptance(&artefact.kind).is_some_and(asks),
                    kind: artefact.kind,
                    stamp: artefact.stamp,
                })
            };
            let shared = latest.into_iter().filter(|one| one.stamp.shared == Shared::Client);
            Ok(shared.filter_map(line).collect())
        })
        .await
    }

    /// One shared worksheet as the acting client reads it.
    ///
    /// # Errors
    /// Denied, [`PlanError::NoSuchPlan`] when it is not shared, or the store's failure.
    pub async fn shared_plan(&self, ctx: &Ctx, kind: &str) -> Verdict<SharedPage, PlanError> {
        let kind = kind.to_owned();
        self.act(ctx, own(ctx, Action::ReadShared, "shared plan"), move |desk| {
            let (record, full, artefact) = shared_artefact(desk, &kind)?;
            let seen = full.for_client().ok_or(Refused::Verb(PlanError::NoSuchPlan))?;
            let open = record.course.standing == protocol::Standing::Active;
            Ok(SharedPage {
                body: seen.read_form(&seen.to_form(&artefact.body)).body,
                stamp: artefact.stamp,
                labels: known::labels(desk, &record)?,
                acceptance: acceptance(&kind).filter(|_| open),
                worksheet: seen,
            })
        })
        .await
    }

    /// The acting client says yes to a shared agreement, in their own words where it has room for them; or takes the
    /// yes back. Everything else in the worksheet stays as it is.
    ///
    /// # Errors
    /// Denied, [`PlanError`] with everything typed inside, or the store's failure.
    pub async fn accept_plan(
        &self,
        ctx: &Ctx,
        kind: &str,
        base_version: u32,
        pairs: Vec<(String, String)>,
    ) -> Verdict<save::Saved, PlanError> {
        let kind = kind.to_owned();
        self.act(ctx, own(ctx, Action::WriteShared, "shared plan yes"), move |desk| {
            let (mut record, full, newest) = shared_artefact(desk, &kind)?;
            let yes = acceptance(&kind).ok_or(Refused::Verb(PlanError::NoSuchPlan))?;
            let mut merged: Vec<(String, String)> = full.to_form(&newest.body);
            merged.retain(|(name, _)| {
                name != yes.tick && name != yes.on && !yes.words.contains(&name.as_str())
            });
            let theirs = pairs.iter().filter(|(name, _)| yes.words.contains(&name.as_str()));
            merged.extend(theirs.cloned());
            if pairs.iter().any(|(name, value)| name == yes.tick && value == YES) {
                let on = if newest.body.is_yes(yes.tick) { newest.body.date(yes.on) } else { None };
                merged.push((yes.tick.to_owned(), YES.to_owned()));
                merged.push((yes.on.to_owned(), on.unwrap_or_else(|| desk.ctx.today()).to_string()));
            }
            let reading = full.read_form(&merged);
            let body = full.keep_staff_fields(reading.body, &newest.body);
            if !reading.errors.is_empty() {
                return no(PlanError::Errors { body: Box::new(body), errors: reading.errors });
            }
            if body == newest.body {
                return Ok(save::Saved { version: newest.stamp.version, new: false });
            }
            save::not_stale(desk, &full, (&record, base_version), Some(&newest), &body)?;
            let version = save::keep(desk, &mut record, &full, Some(&newest), &body)?;
            Ok(save::Saved { version, new: true })
        })
        .await
    }
}

fn shared_artefact<'c>(
    desk: &mut Desk<'c, '_>,
    kind: &str,
) -> Verdict<(Record, Worksheet, Artefact), PlanError> {
    let nothing = || Refused::Verb(PlanError::NoSuchPlan);
    let full = worksheet(desk, kind)?;
    let episode = newest(desk)?.ok_or_else(nothing)?;
    let record = Record::load::<PlanError>(desk, episode)?;
    let newest = artefacts::newest(desk.tx, &desk.grant, episode, kind)?;
    let shared = newest.filter(|newest| newest.stamp.shared == Shared::Client);
    Ok((record, full, shared.ok_or_else(nothing)?))
}
