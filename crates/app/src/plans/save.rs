//! Saving a worksheet: nothing typed is lost, nothing saved is overwritten.

use super::{PlanError, ReplanAsked, Stale, ask, known, worksheet};
use crate::App;
use crate::context::Ctx;
use crate::course::Record;
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use domain::ids::EpisodeId;
use domain::worksheet::{Body, FieldError, FieldErrorKind, Labels, Worksheet};
use jiff::civil::Date;
use protocol::{Agreement, EventKind};
use store::artefacts::{self, Artefact, Shared};
use store::drafts;

/// What became of a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// The newest version now.
    pub version: u32,
    /// Whether this save made it. A save that changes nothing makes no version.
    pub new: bool,
}

/// The name of a worksheet's draft.
pub(super) fn form_name(kind: &str) -> String {
    format!("plan:{kind}")
}

impl App {
    /// Saves a worksheet that was opened at `base_version` (0 for a new one). `pairs` is the form as a browser sends
    /// it. A contract whose sessions or last day differ from the plan also needs the pairs `replan_reason`,
    /// `replan_client` and `replan_therapist` (`yes`).
    ///
    /// # Errors
    /// Denied, [`PlanError`] with everything typed inside, or the store's failure.
    pub async fn save_plan(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        kind: &str,
        base_version: u32,
        pairs: Vec<(String, String)>,
    ) -> Verdict<Saved, PlanError> {
        let (kind, ask) = (kind.to_owned(), ask(&self.content, Action::WriteChart, episode, kind));
        self.act(ctx, ask, move |desk| {
            let worksheet = worksheet(desk, &kind)?;
            let mut record = Record::load::<PlanError>(desk, episode)?;
            let reading = worksheet.read_form(&pairs);
            let newest = artefacts::newest(desk.tx, &desk.grant, episode, &kind)?;
            let labels = known::labels(desk, &record)?;
            let kept = newest.as_ref().map_or_else(Body::default, |newest| newest.body.clone());
            let body = worksheet.refill_measures(reading.body, &kept, &known::prefill(desk, &record)?);
            let mut errors = reading.errors;
            errors.extend(strange_references(&worksheet, &body, &kept, &labels));
            if !errors.is_empty() {
                return no(PlanError::Errors { body: Box::new(body), errors });
            }
            not_stale(desk, &worksheet, (&record, base_version), newest.as_ref(), &body)?;
            let form = form_name(&kind);
            if newest.as_ref().is_some_and(|newest| newest.body == body) {
                drafts::remove(desk.tx, &desk.grant, (episode, &form))?;
                return Ok(Saved { version: newest.map_or(0, |newest| newest.stamp.version), new: false });
            }
            if kind == "contract" {
                replan(desk, &mut record, &body, &pairs)?;
            }
            let version = keep(desk, &mut record, &worksheet, newest.as_ref(), &body)?;
            drafts::remove(desk.tx, &desk.grant, (episode, &form))?;
            Ok(Saved { version, new: true })
        })
        .await
    }

    /// Keeps what somebody typed in a worksheet and has not saved, in place of what they typed before. What is based
    /// on an older version than the newest is not kept: it may have been overtaken by the very save it led to.
    ///
    /// # Errors
    /// Denied, [`PlanError::Stale`], [`PlanError::Errors`] when it is longer than the store keeps, or the store's
    /// failure.
    pub async fn save_draft(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        kind: &str,
        base_version: u32,
        pairs: Vec<(String, String)>,
    ) -> Verdict<(), PlanError> {
        let (kind, ask) = (kind.to_owned(), ask(&self.content, Action::WriteChart, episode, kind));
        let ask = Ask { object: format!("{} draft", ask.object), ..ask };
        self.act(ctx, ask, move |desk| {
            let worksheet = worksheet(desk, &kind)?;
            let reading = worksheet.read_form(&pairs);
            if !reading.allows_draft() {
                return no(PlanError::Errors { body: Box::new(reading.body), errors: reading.errors });
            }
            let newest = artefacts::newest(desk.tx, &desk.grant, episode, &kind)?;
            if let Some(theirs) = newest.filter(|newest| newest.stamp.version != base_version) {
                let record = Record::load::<PlanError>(desk, episode)?;
                let base = body_at(desk, &worksheet, (&record, base_version))?;
                return no(stale(desk, &worksheet, (&record, &base), &theirs, &reading.body)?);
            }
            let form = form_name(&kind);
            let (base, now) = (i64::from(base_version), desk.ctx.now);
            Ok(drafts::keep(desk.tx, &desk.grant, (episode, &form), base, &reading.body, now)?)
        })
        .await
    }

    /// Throws away what the acting person typed in a worksheet and has not saved.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn drop_draft(&self, ctx: &Ctx, episode: EpisodeId, kind: &str) -> Verdict<(), PlanError> {
        let (kind, ask) = (kind.to_owned(), ask(&self.content, Action::WriteChart, episode, kind));
        let ask = Ask { object: format!("{} draft", ask.object), ..ask };
        self.act(ctx, ask, move |desk| {
            worksheet(desk, &kind)?;
            Ok(drafts::remove(desk.tx, &desk.grant, (episode, &form_name(&kind)))?)
        })
        .await
    }
}

/// References to records that are not this client's. Those a saved version holds already may stay: the record
/// may have been taken out since.
fn strange_references(worksheet: &Worksheet, body: &Body, kept: &Body, labels: &Labels) -> Vec<FieldError> {
    let before = worksheet.references(kept);
    let strange = worksheet.references(body).into_iter().filter(|reference| {
        labels.label(reference.kind, &reference.id).is_none()
            && !before.iter().any(|old| old.kind == reference.kind && old.id == reference.id)
    });
    strange
        .map(|reference| FieldError { path: reference.path, kind: FieldErrorKind::NotAReference })
        .collect()
}

/// Refuses a form whose base is not the newest version any more, unless what was saved since says the same.
pub(super) fn not_stale(
    desk: &mut Desk<'_, '_>,
    worksheet: &Worksheet,
    (record, base_version): (&Record, u32),
    newest: Option<&Artefact>,
    mine: &Body,
) -> Verdict<(), PlanError> {
    let Some(theirs) = newest.filter(|newest| newest.stamp.version != base_version) else { return Ok(()) };
    let base = body_at(desk, worksheet, (record, base_version))?;
    if theirs.body == base || theirs.body == *mine {
        return Ok(());
    }
    no(stale(desk, worksheet, (record, &base), theirs, mine)?)
}

/// What a version said; nothing for version 0.
fn body_at(
    desk: &mut Desk<'_, '_>,
    worksheet: &Worksheet,
    (record, version): (&Record, u32),
) -> Verdict<Body, PlanError> {
    let which = (worksheet.id.as_str(), version);
    let kept = artefacts::version(desk.tx, &desk.grant, record.episode.id, which)?;
    Ok(kept.map_or_else(Body::default, |kept| kept.body))
}

/// Both texts, and what becomes of them when they are put together.
fn stale(
    desk: &mut Desk<'_, '_>,
    worksheet: &Worksheet,
    (record, base): (&Record, &Body),
    theirs: &Artefact,
    mine: &Body,
) -> Verdict<PlanError, PlanError> {
    let labels = known::labels(desk, record)?;
    let merged = worksheet.merge(base, mine, &theirs.body, &labels);
    Ok(PlanError::Stale(Box::new(Stale { theirs: theirs.clone(), mine: mine.clone(), merged })))
}

/// Writes the next version and tells the course what it says.
pub(super) fn keep(
    desk: &mut Desk<'_, '_>,
    record: &mut Record,
    worksheet: &Worksheet,
    newest: Option<&Artefact>,
    body: &Body,
) -> Verdict<u32, PlanError> {
    let version = newest.map_or(0, |newest| newest.stamp.version) + 1;
    let session = record.course.open_session;
    let new = artefacts::New {
        kind: &worksheet.id,
        version,
        session,
        shared: newest.map_or(Shared::Staff, |newest| newest.stamp.shared),
        format: worksheet.format,
        body,
    };
    artefacts::insert(desk.tx, &desk.grant, record.episode.id, new, desk.ctx.now)?;
    let facts = worksheet.facts(body);
    let recorded = EventKind::Recorded { artefact: worksheet.id.clone(), version, facts, session };
    record.append_and_summarise::<PlanError>(desk, recorded)?;
    Ok(version)
}

/// A contract with another number of sessions or another last day is a new plan of the course.
fn replan(
    desk: &mut Desk<'_, '_>,
    record: &mut Record,
    body: &Body,
    pairs: &[(String, String)],
) -> Verdict<(), PlanError> {
    let course = &record.course;
    let planned = (course.sessions_planned, course.ends_on);
    let sessions = whole(body.number("sessions")).unwrap_or(planned.0);
    let Some(ends_on) = body.date("planned_end").or(planned.1) else { return Ok(()) };
    if (sessions, Some(ends_on)) == planned {
        return Ok(());
    }
    let sent = |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim());
    let reason = domain::text::prose(sent("replan_reason"), REASON_CHARS_MAX).unwrap_or_default();
    let agreed = (sent("replan_client") == "yes", sent("replan_therapist") == "yes");
    if reason.trim().is_empty() || agreed != (true, true) {
        let asked: (u16, Date) = (sessions, ends_on);
        return Err(Refused::Verb(PlanError::ReplanAsked(Box::new(ReplanAsked {
            body: body.clone(),
            planned,
            asked,
        }))));
    }
    let replanned = EventKind::Replanned { sessions, ends_on, reason, agreed: Agreement::Both };
    record.append::<PlanError>(desk, replanned)
}

/// Longest reason for a changed plan, in characters.
const REASON_CHARS_MAX: usize = 2_000;

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked first")]
fn whole(number: Option<f64>) -> Option<u16> {
    number.filter(|n| n.fract() == 0.0 && (0.0..=65_535.0).contains(n)).map(|n| n as u16)
}
