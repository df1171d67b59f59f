//! The client's own page: what is due, how it goes, what is shared. A client sees their own course and no other.

use crate::App;
use crate::context::Ctx;
use crate::course::Record;
use crate::entry::{About, Action, Ask, Desk, Refused, Verdict, no};
use crate::measures::{self, MeasureError, Response, Track};
use domain::access::Actor;
use domain::ids::{ClientId, EpisodeId};
use domain::response::Mode;
use jiff::civil::Date;
use protocol::Phase;
use store::{clients, episodes, responses};

/// Everything the client's page shows.
pub struct Today {
    /// What the client likes to be called.
    pub name: String,
    /// The newest course, if there is one.
    pub course: Option<OwnCourse>,
}

/// A client's own course as their page shows it.
pub struct OwnCourse {
    /// The episode.
    pub episode: EpisodeId,
    /// The instruments due now.
    pub due: Vec<String>,
    /// What was answered so far.
    pub tracks: Vec<Track>,
    /// The instrument by which the course is steered.
    pub outcome: String,
    /// Sessions held.
    pub sessions_held: u16,
    /// Sessions planned.
    pub sessions_planned: u16,
    /// Whether the course is under way.
    pub under_way: bool,
    /// The days on which phases began.
    pub phases: Vec<(Phase, Date)>,
    /// The planned end.
    pub ends_on: Option<Date>,
}

impl App {
    /// The client's own page.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn today(&self, ctx: &Ctx) -> Verdict<Today, MeasureError> {
        self.act(ctx, own(ctx, Action::ReadShared, "today"), |desk| {
            let name = clients::find(desk.tx, &desk.grant)?
                .map_or_else(String::new, |client| client.particulars.spoken_name().to_owned());
            let course = match newest(desk)? {
                Some(episode) => Some(own_course(desk, episode)?),
                None => None,
            };
            Ok(Today { name, course })
        })
        .await
    }

    /// The course in which a client may answer an instrument now.
    ///
    /// # Errors
    /// Denied, [`MeasureError::NoSuchInstrument`], or the store's failure.
    pub async fn own_sheet(&self, ctx: &Ctx, instrument: String) -> Verdict<EpisodeId, MeasureError> {
        self.act(ctx, own(ctx, Action::AnswerMeasures, "measures form"), move |desk| {
            let Some(episode) = newest(desk)? else { return no(MeasureError::NoSuchInstrument) };
            let record = Record::load::<MeasureError>(desk, episode)?;
            measures::answerable(desk, &record, &instrument)?;
            Ok(episode)
        })
        .await
    }

    /// What the client sent last of an instrument today, for the page that thanks them.
    ///
    /// # Errors
    /// Denied, [`MeasureError::NoSuchResponse`], or the store's failure.
    pub async fn own_receipt(&self, ctx: &Ctx, instrument: String) -> Verdict<Response, MeasureError> {
        self.act(ctx, own(ctx, Action::ReadShared, "response"), move |desk| {
            let Some(episode) = newest(desk)? else { return no(MeasureError::NoSuchResponse) };
            let today = desk.ctx.today();
            let mut kept = responses::of_episode(desk.tx, &desk.grant, episode)?;
            kept.retain(|one| {
                one.instrument == instrument && one.mode == Some(Mode::Portal) && one.answered_on == today
            });
            kept.pop().ok_or(Refused::Verb(MeasureError::NoSuchResponse))
        })
        .await
    }
}

/// Asks for something about the asking client's own record.
pub(crate) fn own(ctx: &Ctx, action: Action, object: &str) -> Ask {
    let about = own_client(ctx).map_or(About::Nobody, About::Client);
    Ask { action, about, object: object.to_owned() }
}

fn own_client(ctx: &Ctx) -> Option<ClientId> {
    match &ctx.actor {
        Actor::Person(person) => person.own_client,
        _ => None,
    }
}

/// The granted client's newest course.
pub(crate) fn newest<E>(desk: &mut Desk<'_, '_>) -> Verdict<Option<EpisodeId>, E> {
    let found = episodes::of_client(desk.tx, &desk.grant)?.into_iter().next();
    Ok(found.map(|(episode, _)| episode.id))
}

fn own_course(desk: &mut Desk<'_, '_>, episode: EpisodeId) -> Verdict<OwnCourse, MeasureError> {
    let record = Record::load::<MeasureError>(desk, episode)?;
    let tracks = measures::tracks(desk, &record)?;
    let phases = measures::phases(&record);
    let course = record.course;
    Ok(OwnCourse {
        episode,
        due: course.measures_due,
        tracks,
        outcome: record.protocol.outcome.instrument.clone(),
        sessions_held: course.sessions_held,
        sessions_planned: course.sessions_planned,
        under_way: course.standing == protocol::Standing::Active,
        phases,
        ends_on: course.ends_on,
    })
}
