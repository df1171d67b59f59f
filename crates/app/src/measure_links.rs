//! Links by which a client answers measures without signing in. One link is for one or several instruments of one
//! course; each is answered once, and with the last one the link is used up.

use crate::App;
use crate::context::Ctx;
use crate::course::{CourseError, Record};
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use crate::links::{self, Link, LinkPurpose, NewLink};
use crate::measures::{self, MeasureError, Receipt, Submission};
use crate::sessions::Token;
use domain::access::{Actor, LinkBearer, Rule};
use domain::ids::{EpisodeId, PracticeId};
use domain::response::Mode;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use measure::Answers;
use serde::{Deserialize, Serialize};
use store::{Across, StoreError, Tx};

/// Why a link could not be made or did not take the answers.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MeasureLinkError {
    /// No instrument was named.
    #[error("no instrument was chosen")]
    NothingChosen,
    /// The link has expired or never existed.
    #[error("the link has ended")]
    Ended,
    /// These answers came in already.
    #[error("already sent")]
    AlreadySent,
    /// As for every submission.
    #[error(transparent)]
    Measure(#[from] MeasureError),
}

impl From<CourseError> for MeasureLinkError {
    fn from(error: CourseError) -> Self {
        MeasureLinkError::Measure(MeasureError::Course(error))
    }
}

/// What the link keeps: which instruments it is for and which of them came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Payload {
    instruments: Vec<String>,
    #[serde(default)]
    answered: Vec<String>,
}

impl Payload {
    fn open(&self) -> Vec<String> {
        self.instruments.iter().filter(|name| !self.answered.contains(name)).cloned().collect()
    }
}

/// A link just made. The token exists nowhere else.
#[derive(Debug, Clone)]
pub struct NewMeasuresLink {
    /// The secret part of the address.
    pub token: Token,
    /// The instruments it is for.
    pub instruments: Vec<String>,
    /// When it ends, used or not.
    pub expires_at: Timestamp,
}

/// What somebody holds who opens a link for measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeasuresLink {
    /// Something is still to be answered.
    Open {
        /// The practice's name.
        practice_name: String,
        /// The instruments that are still to be answered, in order.
        open: Vec<String>,
        /// How many the link is for.
        of: usize,
    },
    /// Everything was answered.
    AlreadySent {
        /// The practice's name.
        practice_name: String,
    },
    /// Expired, or never existed.
    Ended,
}

/// What the sender is told, and what is left to answer.
#[derive(Debug, Clone, PartialEq)]
pub struct SentByLink {
    /// As for every submission.
    pub receipt: Receipt,
    /// The instruments that are still to be answered by this link.
    pub open: Vec<String>,
    /// The practice's name.
    pub practice_name: String,
}

impl App {
    /// Makes a link for some instruments of a course.
    ///
    /// # Errors
    /// Denied, [`MeasureLinkError`], or the store's failure.
    pub async fn create_measures_link(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        instruments: Vec<String>,
    ) -> Verdict<NewMeasuresLink, MeasureLinkError> {
        let ask = Ask::on_episode(Action::WriteChart, episode, "measures link");
        self.act(ctx, ask, move |desk| issue(desk, episode, instruments)).await
    }

    /// What a link is for, if it is one for measures. Changes nothing.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn measures_link(&self, token: &Token) -> Result<MeasuresLink, StoreError> {
        let (token, now) = (token.clone(), self.now());
        self.db.across_practices(Across::Link).read(move |tx| look(tx, now, &token)).await
    }

    /// Takes the answers of one instrument by a link. `ctx` is a visitor's.
    ///
    /// # Errors
    /// Denied, [`MeasureLinkError`], or the store's failure. Nothing was kept then, and the link is as it was.
    pub async fn submit_by_link(
        &self,
        ctx: &Ctx,
        token: &Token,
        instrument: String,
        answers: Answers,
    ) -> Verdict<SentByLink, MeasureLinkError> {
        let (wanted, now) = (token.clone(), ctx.now);
        let by_link = self.db.across_practices(Across::Link);
        let held = by_link.read(move |tx| bearer(tx, now, &wanted)).await?;
        let Some((bearer, zone, practice_name)) = held else {
            let state = self.measures_link(token).await?;
            let sent = matches!(state, MeasuresLink::AlreadySent { .. });
            return no(if sent { MeasureLinkError::AlreadySent } else { MeasureLinkError::Ended });
        };
        let ctx = Ctx { actor: Actor::LinkBearer(bearer), zone, ..ctx.clone() };
        let submission = Submission {
            episode: bearer.episode,
            instrument,
            answers,
            mode: Mode::Link,
            on: None,
            session: None,
        };
        measures::again(|| {
            let (token, submission, practice_name) =
                (token.clone(), submission.clone(), practice_name.clone());
            let ask = Ask::on_episode(Action::AnswerMeasures, bearer.episode, "measures by link");
            self.act(&ctx, ask, move |desk| {
                let open = tick_off(desk, &token, &submission.instrument)?;
                let receipt = measures::keep(desk, submission).map_err(widened)?;
                Ok(SentByLink { receipt, open, practice_name })
            })
        })
        .await
    }
}

fn issue(
    desk: &mut Desk<'_, '_>,
    episode: EpisodeId,
    mut instruments: Vec<String>,
) -> Verdict<NewMeasuresLink, MeasureLinkError> {
    let record = Record::load::<MeasureLinkError>(desk, episode)?;
    instruments.dedup();
    if instruments.is_empty() {
        return no(MeasureLinkError::NothingChosen);
    }
    // A client can only answer by link what the protocol asks for; a link for more would end in a closed door.
    for name in &instruments {
        let asked_for = record.protocol.measures.iter().any(|measure| measure.instrument == *name);
        if !asked_for || desk.content.instrument(name).is_none() {
            return no(MeasureLinkError::Measure(MeasureError::NoSuchInstrument));
        }
    }
    let payload = Payload { instruments: instruments.clone(), answered: Vec::new() };
    let new = NewLink {
        purpose: LinkPurpose::Measures,
        practice: Some(desk.grant.scope().practice()),
        account: None,
        client: Some(record.episode.client),
        episode: Some(episode),
        payload: written(&payload)?,
    };
    let expires_at = desk.ctx.now.saturating_add(LinkPurpose::Measures.lifetime()).unwrap_or(desk.ctx.now);
    let (_, token) = links::issue(desk.tx, desk.ctx, new)?;
    Ok(NewMeasuresLink { token, instruments, expires_at })
}

fn look(tx: &mut Tx<'_>, now: Timestamp, token: &Token) -> Result<MeasuresLink, StoreError> {
    if let Some(link) = links::open(tx, now, token)? {
        let (LinkPurpose::Measures, Some(practice)) = (link.purpose, link.practice) else {
            return Ok(MeasuresLink::Ended);
        };
        let payload = read(&link)?;
        let practice_name = name_of(tx, practice)?;
        return Ok(MeasuresLink::Open { practice_name, open: payload.open(), of: payload.instruments.len() });
    }
    match store::links::spent_for(tx, &token.hash(), LinkPurpose::Measures)? {
        Some(practice) => Ok(MeasuresLink::AlreadySent { practice_name: name_of(tx, practice)? }),
        None => Ok(MeasuresLink::Ended),
    }
}

fn bearer(
    tx: &mut Tx<'_>,
    now: Timestamp,
    token: &Token,
) -> Result<Option<(LinkBearer, TimeZone, String)>, StoreError> {
    let Some(link) = links::open(tx, now, token)? else { return Ok(None) };
    let (LinkPurpose::Measures, Some(practice), Some(client), Some(episode)) =
        (link.purpose, link.practice, link.client, link.episode)
    else {
        return Ok(None);
    };
    let Some(home) = store::practices::find(tx, practice)? else { return Ok(None) };
    let zone = TimeZone::get(&home.zone).unwrap_or(TimeZone::UTC);
    Ok(Some((LinkBearer { link: link.id, practice, client, episode }, zone, home.name)))
}

/// Notes on the link that an instrument came in, and gives those still open. With the last one the link is spent.
fn tick_off(
    desk: &mut Desk<'_, '_>,
    token: &Token,
    instrument: &str,
) -> Verdict<Vec<String>, MeasureLinkError> {
    debug_assert_eq!(desk.grant.rule(), Rule::Link);
    let Some(link) = links::open(desk.tx, desk.ctx.now, token)? else {
        return no(MeasureLinkError::AlreadySent);
    };
    let mut payload = read(&link)?;
    if payload.answered.iter().any(|name| name == instrument) {
        return no(MeasureLinkError::AlreadySent);
    }
    if !payload.instruments.iter().any(|name| name == instrument) {
        return no(MeasureLinkError::Measure(MeasureError::NoSuchInstrument));
    }
    payload.answered.push(instrument.to_owned());
    let open = payload.open();
    let ticked = if open.is_empty() {
        links::spend(desk.tx, desk.ctx.now, &link)?
    } else {
        store::links::rewrite(desk.tx, &link, &written(&payload)?)?
    };
    if ticked { Ok(open) } else { no(MeasureLinkError::AlreadySent) }
}

fn name_of(tx: &mut Tx<'_>, practice: PracticeId) -> Result<String, StoreError> {
    Ok(store::practices::find(tx, practice)?.map_or_else(String::new, |practice| practice.name))
}

fn read(link: &Link) -> Result<Payload, StoreError> {
    serde_json::from_str(&link.payload).map_err(|wrong| StoreError::Decode {
        column: "one_time_link.payload".to_owned(),
        reason: format!("the document does not fit (column {})", wrong.column()),
    })
}

fn written(payload: &Payload) -> Result<String, StoreError> {
    serde_json::to_string(payload)
        .map_err(|wrong| StoreError::Other { code: "document".to_owned(), message: wrong.to_string() })
}

fn widened(refused: Refused<MeasureError>) -> Refused<MeasureLinkError> {
    match refused {
        Refused::Verb(reason) => Refused::Verb(MeasureLinkError::Measure(reason)),
        Refused::Denied(denial) => Refused::Denied(denial),
        Refused::Repeated => Refused::Repeated,
        Refused::Store(failure) => Refused::Store(failure),
    }
}
