//! One client's course, played week by week through the use cases of the application.

use super::cast::{Person, Shape, Stands};
use super::chance::Chance;
use super::scores::{self, Path};
use super::{At, DemoError, papers};
use app::App;
use app::clients::NewCourse;
use app::context::Ctx;
use app::measures::Submission;
use app::notes::{
    Mark, Mode as SessionMode, MoodLink, Opening, SessionNote, StepMark, Technique, TechniqueUse,
};
use app::practices::NewAccount;
use domain::access::Relation;
use domain::account::{Role, Roles};
use domain::ids::{AccountId, ClientId, EpisodeId, PracticeId};
use domain::response::Mode;
use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use measure::{Answer, Answers, ItemId};
use protocol::{Exit, MissedReason, Phase, Protocol, RiskLevel};
use std::collections::BTreeMap;

/// Where the plays take place.
pub struct Stage<'a> {
    pub app: &'a App,
    pub practice: PracticeId,
    pub zone: TimeZone,
    pub now: Timestamp,
    pub members: &'a BTreeMap<String, AccountId>,
}

/// A course that is being played.
pub(super) struct Play<'a> {
    pub(super) stage: &'a Stage<'a>,
    pub(super) person: &'a Person,
    protocol: &'a Protocol,
    calendar: Calendar,
    pub(super) episode: EpisodeId,
    account: Option<AccountId>,
    pub(super) ties: Vec<domain::ids::TieId>,
}

impl Stage<'_> {
    /// Plays a person's course up to today. Gives the account of the client, if they have one.
    pub async fn play(&self, person: &Person, chance: &mut Chance) -> Result<Option<AccountId>, DemoError> {
        let calendar = Calendar::of(person, self.today(), chance);
        let ctx = self.therapist(person, calendar.registered_on, time(9, 0, 0, 0)).await?;
        let particulars = person.particulars(self.today());
        let client = self.app.create_client(&ctx, particulars).await.at("registering a client")?;
        let supervisor = self.member("supervisor")?;
        self.app
            .involve(&ctx, client, (supervisor, Relation::Supervises), None)
            .await
            .at("asking the supervisor")?;
        let account = self.client_account(&ctx, person, client).await?;
        if person.stands == Stands::Registered {
            return Ok(account);
        }
        let course = NewCourse {
            protocol: person.protocol.clone(),
            sessions: None,
            starts_on: calendar.first_session_on,
        };
        let episode = self.app.start_course(&ctx, client, course).await.at("starting the course")?;
        let protocol = self
            .app
            .content()
            .protocol(&person.protocol)
            .ok_or_else(|| DemoError::Cast(format!("no protocol `{}`", person.protocol)))?;
        let mut play = Play { stage: self, person, protocol, calendar, episode, account, ties: Vec::new() };
        play.play_up_to_today(chance).await?;
        Ok(account)
    }

    fn today(&self) -> Date {
        self.now.to_zoned(self.zone.clone()).date()
    }

    fn member(&self, key: &str) -> Result<AccountId, DemoError> {
        self.members.get(key).copied().ok_or_else(|| DemoError::Cast(format!("nobody is called `{key}`")))
    }

    async fn client_account(
        &self,
        ctx: &Ctx,
        person: &Person,
        client: ClientId,
    ) -> Result<Option<AccountId>, DemoError> {
        let Some(email) = &person.account else { return Ok(None) };
        let new = NewAccount {
            name: person.name.clone(),
            email: email.clone(),
            roles: Roles::of([Role::Client]),
            zone: self.zone.iana_name().unwrap_or("UTC").to_owned(),
            client: Some(client),
        };
        let account = self.app.add_demo_member(ctx, self.practice, new).await.at("a client's account")?;
        Ok(Some(account))
    }

    /// An account acting on a day at a time, never later than now.
    async fn acting(&self, account: AccountId, on: Date, at: Time) -> Result<Ctx, DemoError> {
        let wanted =
            on.to_datetime(at).to_zoned(self.zone.clone()).map_or(self.now, |zoned| zoned.timestamp());
        super::acting(self.app, self.practice, account, wanted.min(self.now)).await
    }

    /// The person's therapist acting on a day at a time.
    async fn therapist(&self, person: &Person, on: Date, at: Time) -> Result<Ctx, DemoError> {
        self.acting(self.member(&person.therapist)?, on, at).await
    }
}

impl Play<'_> {
    async fn play_up_to_today(&mut self, chance: &mut Chance) -> Result<(), DemoError> {
        let before = self.at(0, 10).await?;
        self.paper(&before, "eligibility").await?;
        for session in 1..=self.person.sessions {
            self.measures(session, chance).await?;
            self.session(session, chance).await?;
            self.after(session).await?;
        }
        match self.person.stands {
            Stands::DroppedOut => self.drop_out().await?,
            Stands::Finished | Stands::Maintenance => self.end().await?,
            Stands::UnderWay | Stands::Registered => {}
        }
        if self.person.risk_open {
            self.risk(chance).await?;
        }
        Ok(())
    }

    /// The therapist on the day of a session (0: the day of registration) at an hour.
    async fn at(&self, session: u16, hour: i8) -> Result<Ctx, DemoError> {
        let on = if session == 0 { self.calendar.registered_on } else { self.calendar.session_on(session) };
        self.stage.therapist(self.person, on, Time::constant(hour, 0, 0, 0)).await
    }

    pub(super) fn first_session_on(&self) -> Date {
        self.calendar.first_session_on
    }

    /// Writes a worksheet: what the program fills in by itself, with the play's own words typed over it.
    async fn paper(&self, ctx: &Ctx, kind: &str) -> Result<(), DemoError> {
        let (app, episode) = (self.stage.app, self.episode);
        let page = app.plan(ctx, episode, kind).await.at(kind)?;
        let day = papers::Day { on: ctx.today(), ends_on: page.head.summary.ends_on.unwrap_or(ctx.today()) };
        let typed = papers::write(kind, self.person, day);
        let mut pairs = page.worksheet.to_form(&page.body);
        pairs.retain(|(name, _)| !typed.iter().any(|(ours, _)| ours == name));
        pairs.extend(typed);
        app.save_plan(ctx, episode, kind, page.version(), pairs).await.at(kind)?;
        Ok(())
    }

    fn last_of(&self, phase: Phase) -> u16 {
        self.protocol.phase(phase).to
    }

    /// The scores of a week: at home by those who have an account, else at the start of the hour.
    async fn measures(&self, session: u16, chance: &mut Chance) -> Result<(), DemoError> {
        let ctx = match self.account {
            Some(account) => {
                let on = self.calendar.session_on(session);
                self.stage.acting(account, on, time(8, 0, 0, 0)).await?
            }
            None => self.at(session, 13).await?,
        };
        let mode = if self.account.is_some() { Mode::Portal } else { Mode::InSession };
        let level = path(self.person.course).level(f64::from(session - 1));
        for instrument in &self.protocol.measures {
            let Some(known) = self.stage.app.content().instrument(&instrument.instrument) else { continue };
            let share = if instrument.instrument.starts_with("gad") { 0.85 } else { 1.0 };
            let answers = scores::answers(known, level * share, chance);
            self.submit(&ctx, (&instrument.instrument, answers, mode), Some(session)).await?;
        }
        Ok(())
    }

    async fn submit(
        &self,
        ctx: &Ctx,
        (instrument, answers, mode): (&str, Answers, Mode),
        session: Option<u16>,
    ) -> Result<(), DemoError> {
        let submission = Submission {
            episode: self.episode,
            instrument: instrument.to_owned(),
            answers,
            mode,
            on: None,
            session,
        };
        self.stage.app.submit(ctx, submission).await.at("a measure").map(drop)
    }

    /// One session: opened, worked in, written up, signed.
    async fn session(&mut self, session: u16, chance: &mut Chance) -> Result<(), DemoError> {
        let (app, episode) = (self.stage.app, self.episode);
        let ctx = self.at(session, 14).await?;
        let opening =
            Opening { session, held_on: self.calendar.session_on(session), mode: SessionMode::InPerson };
        app.open_session(&ctx, episode, opening).await.at("opening a session")?;
        self.work(session).await?;
        let ctx = self.at(session, 15).await?;
        let note = self.note(&ctx, session, chance).await?;
        let version = app.save_note(&ctx, episode, session, 1, note.to_form()).await.at("saving a note")?;
        app.sign_note(&ctx, episode, session, version, None).await.at("signing a note")
    }

    /// What is written on worksheets and records in a session.
    async fn work(&mut self, session: u16) -> Result<(), DemoError> {
        let ctx = self.at(session, 14).await?;
        let (initial, middle) = (self.last_of(Phase::Initial), self.last_of(Phase::Middle));
        let half = self.protocol.sessions.count / 2;
        if session == 1 {
            for kind in ["diagnosis", "medication_decision", "sick_role"] {
                self.paper(&ctx, kind).await?;
            }
        }
        if session == 2 {
            self.people_and_past(&ctx).await?;
        }
        if session == initial {
            self.focus(&ctx).await?;
            self.paper(&ctx, "formulation").await?;
            self.paper(&ctx, "contract").await?;
        }
        if session == initial + 1 {
            self.strategy(&ctx).await?;
        }
        if session == half {
            self.paper(&ctx, "mid_review").await?;
        }
        if session == 5 || session == 9 {
            self.paper(&ctx, "progress_check").await?;
        }
        if session == middle + 1 {
            for kind in ["ending_talk", "progress_review", "skills"] {
                self.paper(&ctx, kind).await?;
            }
        }
        if session == self.protocol.sessions.count {
            self.paper(&ctx, "relapse_plan").await?;
            self.paper(&ctx, "disposition").await?;
            if self.person.stands == Stands::Maintenance {
                self.paper(&ctx, "maintenance_plan").await?;
            }
        }
        self.homework(&ctx, session).await
    }

    /// The gates that the session just signed opened.
    async fn after(&self, session: u16) -> Result<(), DemoError> {
        let ctx = self.at(session, 16).await?;
        let gate = |gate: &'static str| self.stage.app.pass_gate(&ctx, self.episode, gate, None);
        if session == self.last_of(Phase::Initial) {
            gate("G1").await.at("passing into the middle phase")?;
        }
        if session == self.last_of(Phase::Middle) {
            gate("G2").await.at("passing into the ending phase")?;
        }
        if session == self.protocol.sessions.count {
            gate("G3").await.at("passing to the end")?;
        }
        Ok(())
    }

    async fn note(&self, ctx: &Ctx, session: u16, chance: &mut Chance) -> Result<SessionNote, DemoError> {
        let page = self.stage.app.session(ctx, self.episode, session).await.at("reading the session")?;
        let mut steps = Vec::new();
        for step in &page.steps {
            let mark = if chance.unit() < 0.85 { Mark::Done } else { Mark::Partly };
            steps.push(StepMark { step: step.id.clone(), title: String::new(), mark, reason: String::new() });
        }
        let nearest = self.ties.first().copied();
        let who = self.person.ties.first().map_or("somebody close", |tie| tie.name.as_str());
        let mood = (10.0 * (1.0 - path(self.person.course).level(f64::from(session)))) as u8;
        let link = MoodLink {
            mood: mood.min(10),
            event: format!(
                "A talk with {who} that went {}",
                if mood > 4 { "better than feared" } else { "as always" }
            ),
            tie: nearest,
            life_event: None,
            feelings: if mood > 4 { "relief, some pride".into() } else { "hurt, then tired".into() },
            direction: None,
        };
        let techniques = [Technique::CommunicationAnalysis, Technique::RolePlay, Technique::DecisionAnalysis];
        let used = TechniqueUse {
            kind: techniques[chance.below(techniques.len())],
            tie: nearest,
            what_happened: "Went through the talk sentence by sentence and found where it turned.".into(),
            outcome: "One sentence to try before the weekend.".into(),
        };
        Ok(SessionNote {
            agenda: "The week, the score, what was tried at home.".into(),
            steps,
            mood_links: vec![link],
            techniques: vec![used],
            narrative: narrative(self.person, session),
            risk_level: Some(RiskLevel::None),
            risk_note: "Asked directly; no thoughts of that kind this week.".into(),
            sessions_left_said: true,
            ending_discussed: session + 1 >= self.last_of(Phase::Middle),
            ..SessionNote::default()
        })
    }

    async fn drop_out(&self) -> Result<(), DemoError> {
        let last = self.person.sessions;
        for week in 1..=2_u16 {
            let ctx = self.at(last + week, 15).await?;
            self.stage
                .app
                .miss_session(&ctx, self.episode, MissedReason::NoShow)
                .await
                .at("a missed session")?;
        }
        let ctx = self.at(last + 3, 9).await?;
        let exit = Exit::Dropout { last_attended: Some(self.calendar.session_on(last)), contact_attempts: 3 };
        self.stage.app.end_course(&ctx, self.episode, exit).await.at("closing after a drop-out").map(drop)
    }

    async fn end(&self) -> Result<(), DemoError> {
        let ctx = self.at(self.person.sessions, 17).await?;
        let app = self.stage.app;
        app.end_course(&ctx, self.episode, Exit::Completed).await.at("ending the course")?;
        if self.person.stands == Stands::Maintenance {
            app.start_maintenance(&ctx, self.episode).await.at("starting maintenance")?;
        }
        Ok(())
    }

    /// A questionnaire from yesterday evening with the risk item above zero.
    async fn risk(&self, chance: &mut Chance) -> Result<(), DemoError> {
        let yesterday = self.stage.today().saturating_sub(Span::new().days(1));
        let last = self.calendar.session_on(self.person.sessions);
        let ctx = self.stage.therapist(self.person, yesterday.max(last), time(18, 30, 0, 0)).await?;
        let Some(instrument) = self.stage.app.content().instrument("phq-9") else { return Ok(()) };
        let mut answers = scores::answers(instrument, 0.62, chance);
        if let Ok(item) = "9".parse::<ItemId>() {
            answers.insert(item, Answer::Value(1));
        }
        self.submit(&ctx, ("phq-9", answers, Mode::Paper), None).await
    }
}

/// When things happened.
struct Calendar {
    registered_on: Date,
    first_session_on: Date,
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
    fn session_on(&self, session: u16) -> Date {
        self.first_session_on.saturating_add(Span::new().days(i64::from(session.saturating_sub(1)) * 7))
    }
}

/// The path of the scores.
fn path(shape: Shape) -> Path {
    match shape {
        Shape::Improving => Path::IMPROVING,
        Shape::Flat => Path::FLAT,
        Shape::Remitting => Path::REMITTING,
    }
}

fn narrative(person: &Person, session: u16) -> String {
    let name = &person.called;
    match session {
        1 => {
            format!("{name} tells how it began. We name the depression and agree what may rest for a while.")
        }
        2 => format!(
            "We put the people on paper. {name} is surprised how many there are, and how far out some of them stand."
        ),
        3 => format!("We agree on what to work on. In {name}'s words: {}", person.words),
        _ => format!(
            "{name} tried what we agreed and tells how it went. We stay with one talk and look for the sentence on which it turned."
        ),
    }
}
