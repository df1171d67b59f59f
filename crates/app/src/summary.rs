//! The summary of a course: one page that says what was done, what changed and what comes next. Works under way too.

use crate::App;
use crate::clients::Client;
use crate::context::Ctx;
use crate::course::{Head, Record};
use crate::entry::{Action, Ask, Refused, Verdict};
use crate::measures::{self, Track};
use crate::plans::{PlanError, known};
use domain::access::Relation;
use domain::ids::EpisodeId;
use domain::plans::Place;
use domain::worksheet::{Body, Labels, Worksheet};
use jiff::civil::Date;
use protocol::{Course, EventKind};
use store::artefacts::{self, Stamp};

/// Everything on the page.
pub struct CourseSummary {
    /// What every chart page shows on top.
    pub head: Head,
    /// The client.
    pub client: Client,
    /// Names of those who treated the client.
    pub therapists: Vec<String>,
    /// Where the course stands.
    pub course: Course,
    /// Title of the problem area in the protocol, once chosen.
    pub focus: Option<String>,
    /// Title of the second area, if there is one.
    pub second_focus: Option<String>,
    /// The sessions held: number and day.
    pub sessions: Vec<(u16, Date)>,
    /// The day the course ended, if it did.
    pub ended_on: Option<Date>,
    /// Scores by instrument.
    pub tracks: Vec<Track>,
    /// The worksheets the page quotes, without the staff's fields.
    pub sheets: Vec<SummarySheet>,
    /// Words for the records the worksheets point at.
    pub labels: Labels,
}

/// One worksheet quoted in the summary.
pub struct SummarySheet {
    /// The form as the client may see it.
    pub worksheet: Worksheet,
    /// Version, author, time.
    pub stamp: Stamp,
    /// What it says.
    pub body: Body,
}

impl CourseSummary {
    /// A worksheet by its kind, if it is filled in.
    #[must_use]
    pub fn sheet(&self, kind: &str) -> Option<&SummarySheet> {
        self.sheets.iter().find(|sheet| sheet.worksheet.id == kind)
    }
}

impl App {
    /// The summary of a course, finished or so far.
    ///
    /// # Errors
    /// Denied, no such episode, or the store's failure.
    pub async fn course_summary(&self, ctx: &Ctx, episode: EpisodeId) -> Verdict<CourseSummary, PlanError> {
        self.act(ctx, Ask::on_episode(Action::ReadChart, episode, "summary"), move |desk| {
            let record = Record::load::<PlanError>(desk, episode)?;
            let client = store::clients::find(desk.tx, &desk.grant)?;
            let holders = store::relations::holders(desk.tx, &desk.grant, desk.ctx.now)?;
            let treating = holders.into_iter().filter(|holder| holder.relation == Relation::Treats);
            let latest = artefacts::latest(desk.tx, &desk.grant, episode)?;
            let sheet = |found: artefacts::Artefact| {
                if !Place::is_worksheet(&found.kind) {
                    return None;
                }
                let worksheet = desk.content.worksheet(&found.kind)?.for_client()?;
                let body = worksheet.read_form(&worksheet.to_form(&found.body)).body;
                Some(SummarySheet { worksheet, stamp: found.stamp, body })
            };
            let sheets = latest.into_iter().filter_map(sheet).collect();
            let area = |area| record.protocol.area(area).map(|area| area.title.clone());
            let focus = record.course.focus.as_ref();
            Ok(CourseSummary {
                head: record.head(desk)?,
                client: client.ok_or(Refused::Verb(PlanError::NoSuchPlan))?,
                therapists: treating.map(|holder| holder.name).collect(),
                focus: focus.and_then(|focus| area(focus.primary)),
                second_focus: focus.and_then(|focus| focus.secondary).and_then(area),
                sessions: sessions(&record),
                ended_on: ended_on(&record),
                tracks: measures::tracks(desk, &record)?,
                labels: known::labels(desk, &record)?,
                sheets,
                course: record.course,
            })
        })
        .await
    }
}

/// The sessions that were held, each with the day it began.
fn sessions(record: &Record) -> Vec<(u16, Date)> {
    let closed = |number: u16| {
        record.events.iter().any(
            |event| matches!(&event.kind, EventKind::SessionClosed { session, .. } if *session == number),
        )
    };
    let opened = record.events.iter().filter_map(|event| match &event.kind {
        EventKind::SessionOpened { session } if closed(*session) => Some((*session, event.on)),
        _ => None,
    });
    opened.collect()
}

fn ended_on(record: &Record) -> Option<Date> {
    let ended = record.events.iter().rev().find(|event| matches!(event.kind, EventKind::Ended { .. }));
    ended.map(|event| event.on)
}
