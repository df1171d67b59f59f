//! A way to tell an episode, one event after the other, each one admitted or refused as in real life.

use std::sync::LazyLock;

use jiff::civil::{Date, date};
use jiff::{Span, Timestamp};
use protocol::{
    Agreement, Course, Event, EventKind, Exit, Facts, Fold, ProblemArea, Protocol, Refusal, RiskLevel, admit,
    course,
};

static IPT16: LazyLock<Protocol> = LazyLock::new(|| {
    Protocol::parse(include_str!("../../../../content/protocols/ipt16_adult.toml")).unwrap()
});

pub fn ipt16() -> &'static Protocol {
    &IPT16
}

pub struct Story<'p> {
    pub protocol: &'p Protocol,
    pub events: Vec<Event>,
    pub today: Date,
    fold: Fold<'p>,
}

pub fn start() -> Date {
    date(2026, 1, 5)
}

pub fn enrolled(protocol: &Protocol, sessions: u16) -> EventKind {
    let ends_on = start().saturating_add(Span::new().days(7 * i64::from(sessions.saturating_sub(1))));
    EventKind::Enrolled {
        protocol: protocol.id.clone(),
        version: protocol.version.clone(),
        sessions,
        starts_on: start(),
        ends_on,
    }
}

pub fn note() -> Facts {
    Facts::new().with("note.mood_links", 1).with("note.techniques", 2).with("note.risk_level", "low")
}

impl<'p> Story<'p> {
    pub fn new(protocol: &'p Protocol) -> Self {
        Self { protocol, events: Vec::new(), today: start(), fold: Fold::new(protocol) }
    }

    pub fn enrolled(protocol: &'p Protocol) -> Self {
        let mut story = Self::new(protocol);
        story.add(enrolled(protocol, protocol.sessions.count));
        story
    }

    pub fn course(&self) -> Course {
        let whole = course(self.protocol, &self.events, self.today);
        assert_eq!(whole, self.fold.course(self.today), "step by step and all at once give the same course");
        whole
    }

    pub fn attempt(&mut self, kind: EventKind) -> Result<(), Refusal> {
        admit(self.protocol, &self.fold.course(self.today), &kind)?;
        self.push(kind);
        Ok(())
    }

    pub fn push(&mut self, kind: EventKind) {
        let seq = u32::try_from(self.events.len()).unwrap() + 1;
        let event = Event { seq, at: Timestamp::UNIX_EPOCH, on: self.today, kind };
        self.fold.apply(&event);
        self.events.push(event);
    }

    pub fn add(&mut self, kind: EventKind) -> &mut Self {
        let shown = format!("{kind:?}");
        self.attempt(kind).unwrap_or_else(|refusal| panic!("{shown} was refused: {refusal:?}"));
        self
    }

    pub fn record(&mut self, artefact: &str, facts: Facts) -> &mut Self {
        let version = self.fold.course(self.today).artefacts.get(artefact).copied().unwrap_or(0) + 1;
        self.add(EventKind::Recorded { artefact: artefact.to_owned(), version, facts, session: None })
    }

    pub fn open(&mut self, session: u16) -> &mut Self {
        self.add(EventKind::SessionOpened { session })
    }

    pub fn close(&mut self, session: u16, facts: Facts) -> &mut Self {
        self.add(EventKind::SessionClosed { session, facts });
        self.today = self.today.saturating_add(Span::new().days(7));
        self
    }

    pub fn score(&mut self, instrument: &str, total: f64) -> &mut Self {
        self.add(EventKind::Scored {
            instrument: instrument.to_owned(),
            total: Some(total),
            severity: None,
            session: None,
        })
    }

    pub fn gate(&mut self, gate: &str) -> &mut Self {
        self.add(EventKind::GatePassed { gate: gate.into(), overrun_reason: None })
    }

    pub fn session(&mut self, session: u16, phq9: f64) -> &mut Self {
        self.score("phq-9", phq9).score("gad-7", 8.0).open(session).close(session, note())
    }

    pub fn initial_work(&mut self) -> &mut Self {
        self.record(
            "eligibility",
            flags("eligibility", &["exclusions_answered", "consent_signed", "mode_known"]),
        )
        .record("diagnosis", flags("diagnosis", &["recorded", "told"]))
        .record("timeline", flags("timeline", &["onset_set"]).with("timeline.events_near_onset", 2))
        .record("inventory", Facts::new().with("inventory.ties", 4).with("inventory.described", 4))
        .focus(1, ProblemArea::Disputes)
        .record("formulation", flags("formulation", &["accepted", "client_words"]))
        .record("contract", contract())
    }

    pub fn focus(&mut self, version: u32, primary: ProblemArea) -> &mut Self {
        self.add(EventKind::FocusChosen {
            version,
            primary,
            secondary: None,
            client_agreed: Agreement::Both,
            reason: "it fits".to_owned(),
            despite: None,
        })
    }

    /// Sessions 1 to 3 with everything in place, then the first gate.
    pub fn reach_middle(&mut self) -> &mut Self {
        self.initial_work();
        (1..=3).for_each(|session| {
            self.session(session, 18.0);
        });
        self.gate("G1")
    }

    /// Through the middle to the ending.
    pub fn reach_ending(&mut self) -> &mut Self {
        self.reach_middle();
        (4..=13).for_each(|session| {
            self.session(session, 12.0);
        });
        self.score("phq-9", 9.0)
            .score("gad-7", 6.0)
            .open(14)
            .close(14, note().with("note.ending_discussed", true))
            .gate("G2")
    }

    pub fn plan_for_bad_days(&mut self) -> &mut Self {
        let facts = ["signs", "actions", "contacts"].map(|name| (format!("relapse_plan.{name}"), 2));
        self.record("relapse_plan", facts.into_iter().collect())
    }

    /// All sessions and the closing work, up to the third gate.
    pub fn reach_third_gate(&mut self) -> &mut Self {
        self.reach_ending();
        (15..=16).for_each(|session| {
            self.session(session, 6.0);
        });
        self.record(
            "progress_review",
            Facts::new().with("progress_review.goals_rated", 2).with("progress_review.compared", true),
        )
        .plan_for_bad_days()
        .record("disposition", flags("disposition", &["chosen", "follow_up_set"]))
        .gate("G3")
    }

    pub fn risk(&mut self, risk: &str) -> &mut Self {
        self.add(EventKind::RiskOpened { risk: risk.to_owned(), source: "phq-9 item 9".to_owned() })
    }

    pub fn answer(&mut self, risk: &str, level: RiskLevel) -> &mut Self {
        self.add(EventKind::RiskAnswered { risk: risk.to_owned(), level })
    }
}

pub fn flags(artefact: &str, names: &[&str]) -> Facts {
    names.iter().map(|name| (format!("{artefact}.{name}"), true)).collect()
}

pub fn contract() -> Facts {
    flags("contract", &["sessions_set", "end_date_set"])
        .with("contract.goals", 2)
        .with("contract.goals_measured", 2)
}

pub fn ended(exit: Exit) -> EventKind {
    EventKind::Ended { exit, disposition: Some(protocol::Disposition::Discharge) }
}
