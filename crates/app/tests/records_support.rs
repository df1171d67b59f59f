//! A client with a course under way, for the stories about records.

use app::clients::NewCourse;
use app::context::Ctx;
use app::course::{CourseError, Record};
use app::entry::{Action, Ask};
use app::testing::World;
use domain::client::ParticularsForm;
use domain::fields::Fields;
use domain::ids::{ClientId, EpisodeId};
use jiff::civil::date;
use protocol::{EventKind, Exit, Facts};
use store::Db;

/// A therapist with one client on sixteen sessions.
pub struct Practice {
    pub world: World,
    pub ctx: Ctx,
    pub client: ClientId,
    pub episode: EpisodeId,
}

impl Practice {
    pub async fn new(db: Db) -> Practice {
        let world = World::new(db).await;
        let ctx = world.ctx(world.therapist).await;
        let form = ParticularsForm { name: "Grace O.".into(), ..ParticularsForm::default() };
        let client = world.app.create_client(&ctx, form).await.unwrap();
        let course =
            NewCourse { protocol: "ipt16_adult".into(), sessions: None, starts_on: date(2026, 11, 2) };
        let episode = world.app.start_course(&ctx, client, course).await.unwrap();
        Practice { world, ctx, client, episode }
    }

    /// What the course knows by a name.
    pub async fn count(&self, fact: &str) -> i64 {
        self.facts().await.count(fact)
    }

    /// Whether the course knows it for true.
    pub async fn flag(&self, fact: &str) -> bool {
        self.facts().await.flag(fact)
    }

    /// Goes through the first sessions and the first gate in one leap, with an agreed dispute as the focus (version 1).
    pub async fn pass_first_gate(&self) {
        let flags = |names: &[&str]| names.iter().fold(Facts::new(), |facts, name| facts.with(name, true));
        let recorded = |artefact: &str, facts: Facts| EventKind::Recorded {
            artefact: artefact.to_owned(),
            version: 1,
            facts,
            session: None,
        };
        let eligible =
            ["exclusions_answered", "consent_signed", "mode_known"].map(|f| format!("eligibility.{f}"));
        let mut events = vec![
            recorded("eligibility", flags(&eligible.each_ref().map(String::as_str))),
            EventKind::Scored {
                instrument: "phq-9".into(),
                total: Some(15.0),
                severity: None,
                session: None,
            },
            recorded("diagnosis", flags(&["diagnosis.recorded", "diagnosis.told"])),
        ];
        for session in 1..=3 {
            let note = Facts::new().with("note.risk_level", "none");
            events.push(EventKind::SessionOpened { session });
            events.push(EventKind::SessionClosed { session, facts: note });
        }
        events.extend([
            recorded("timeline", flags(&["timeline.onset_set", "timeline.none_found"])),
            recorded("inventory", Facts::new().with("inventory.none", true)),
        ]);
        self.append(events).await;
        let dispute = [("primary", "disputes"), ("agreed", "both"), ("reason", "It began with the quarrel")];
        self.world.app.choose_focus(&self.ctx, self.episode, 0, form(&dispute)).await.unwrap();
        let goals = Facts::new().with("contract.goals", 1i64).with("contract.goals_measured", 1i64);
        self.append(vec![
            recorded("formulation", flags(&["formulation.accepted", "formulation.client_words"])),
            recorded(
                "contract",
                goals.with("contract.sessions_set", true).with("contract.end_date_set", true),
            ),
            EventKind::GatePassed { gate: "G1".into(), overrun_reason: None },
        ])
        .await;
    }

    /// Ends the course, for what is refused afterwards.
    pub async fn end_course(&self) {
        self.append(vec![EventKind::Ended { exit: Exit::Moved, disposition: None }]).await;
    }

    async fn append(&self, events: Vec<EventKind>) {
        let episode = self.episode;
        let ask = Ask::on_episode(Action::SignChart, episode, "course");
        let appended = self.world.app.act(&self.ctx, ask, move |desk| {
            let mut record = Record::load::<CourseError>(desk, episode)?;
            events.into_iter().try_for_each(|kind| record.append_and_summarise::<CourseError>(desk, kind))
        });
        appended.await.unwrap();
    }

    async fn facts(&self) -> Facts {
        let overview = self.world.app.overview(&self.ctx, self.client).await.unwrap();
        overview.current.unwrap().course.facts
    }
}

/// Fields of a form.
pub fn form(pairs: &[(&str, &str)]) -> Fields {
    Fields::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}
