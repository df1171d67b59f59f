//! One client's course, played week by week.

use super::cast::{Person, Shape, Stands};
use super::chance::Chance;
use super::scores::Path;
use super::{At, DemoError};
use app::App;
use app::clients::NewCourse;
use app::context::Ctx;
use domain::access::Relation;
use domain::ids::{AccountId, ClientId, PracticeId};
use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use std::collections::BTreeMap;

/// Where the plays take place.
pub struct Stage<'a> {
    pub app: &'a App,
    pub practice: PracticeId,
    pub zone: TimeZone,
    pub now: Timestamp,
    pub members: &'a BTreeMap<String, AccountId>,
}

impl Stage<'_> {
    /// Plays a person's course up to today.
    pub async fn play(&self, person: &Person, chance: &mut Chance) -> Result<ClientId, DemoError> {
        let plan = Calendar::of(person, self.today(), chance);
        let ctx = self.therapist(person, plan.registered_on, time(9, 0, 0, 0)).await?;
        let particulars = person.particulars(self.today());
        let client = self.app.create_client(&ctx, particulars).await.at("registering a client")?;
        let supervisor = self.member("supervisor")?;
        self.app.involve(&ctx, client, supervisor, Relation::Supervises).await.at("asking the supervisor")?;
        if person.stands == Stands::Registered {
            return Ok(client);
        }
        let course =
            NewCourse { protocol: person.protocol.clone(), sessions: None, starts_on: plan.first_session_on };
        self.app.start_course(&ctx, client, course).await.at("starting the course")?;
        Ok(client)
    }

    fn today(&self) -> Date {
        self.now.to_zoned(self.zone.clone()).date()
    }

    fn member(&self, key: &str) -> Result<AccountId, DemoError> {
        self.members.get(key).copied().ok_or_else(|| DemoError::Cast(format!("nobody is called `{key}`")))
    }

    /// The person's therapist acting on a day at a time, never later than now.
    pub async fn therapist(&self, person: &Person, on: Date, at: Time) -> Result<Ctx, DemoError> {
        let account = self.member(&person.therapist)?;
        let wanted =
            on.to_datetime(at).to_zoned(self.zone.clone()).map_or(self.now, |zoned| zoned.timestamp());
        super::acting(self.app, self.practice, account, wanted.min(self.now)).await
    }
}

/// When things happened.
pub struct Calendar {
    /// The client was registered.
    pub registered_on: Date,
    /// The first session.
    pub first_session_on: Date,
}

impl Calendar {
    fn of(person: &Person, today: Date, chance: &mut Chance) -> Calendar {
        let weeks_ago = match person.stands {
            Stands::Finished => i64::from(person.sessions) + 3,
            Stands::DroppedOut => i64::from(person.sessions) + 5,
            Stands::Maintenance => i64::from(person.sessions) + 9,
            Stands::UnderWay | Stands::Registered => i64::from(person.sessions).max(1) - 1,
        };
        let days = weeks_ago * 7 + 1 + chance.below(5) as i64;
        let first_session_on = today.saturating_sub(Span::new().days(days));
        Calendar { registered_on: first_session_on.saturating_sub(Span::new().days(4)), first_session_on }
    }

    /// The day of a session.
    pub fn session_on(&self, session: u16) -> Date {
        self.first_session_on.saturating_add(Span::new().days(i64::from(session.saturating_sub(1)) * 7))
    }
}

/// The path of the scores.
pub fn path(shape: Shape) -> Path {
    match shape {
        Shape::Improving => Path::IMPROVING,
        Shape::Flat => Path::FLAT,
        Shape::Remitting => Path::REMITTING,
    }
}
