//! People, events, focus and work between sessions of a made-up course.

use super::cast::{LifeEvent, Shape, Tie};
use super::course::Play;
use super::{At, DemoError};
use app::context::Ctx;
use domain::fields::Fields;
use jiff::Span;
use jiff::civil::Date;

fn fields(pairs: &[(&str, String)]) -> Fields {
    Fields::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

/// A month some months before a day, as the fuzzy-date fields send it.
fn month_before(name: &str, on: Date, months: i32) -> Vec<(String, String)> {
    let then = on.saturating_sub(Span::new().months(months));
    vec![
        (format!("{name}.year"), then.year().to_string()),
        (format!("{name}.part"), then.month().to_string()),
    ]
}

impl Play<'_> {
    /// Session 2: who is in this person's life, and what happened when.
    pub(super) async fn people_and_past(&mut self, ctx: &Ctx) -> Result<(), DemoError> {
        let (app, person, episode) = (self.stage.app, self.person, self.episode);
        let names: Vec<&str> = person.ties.iter().map(|tie| tie.name.as_str()).collect();
        self.ties = app.add_ties(ctx, episode, &names.join("\n")).await.at("naming people")?;
        for (tie, id) in person.ties.iter().zip(&self.ties) {
            app.save_tie(ctx, episode, (*id, 1), tie_fields(tie, ctx.today()))
                .await
                .at("describing a tie")?;
        }
        for event in &person.events {
            let typed = event_fields(event, self.first_session_on());
            app.add_event(ctx, episode, typed).await.at("an event")?;
        }
        let mut onset = month_before("onset", self.first_session_on(), person.onset_months);
        onset.push(("confidence".to_owned(), "fair".to_owned()));
        app.set_onset(ctx, episode, 0, Fields::new(onset)).await.at("the onset")
    }

    /// The last initial session: what the work is about.
    pub(super) async fn focus(&self, ctx: &Ctx) -> Result<(), DemoError> {
        let (app, person, episode) = (self.stage.app, self.person, self.episode);
        let area = &person.area;
        let typed = fields(&[
            ("primary", area.clone()),
            ("secondary", String::new()),
            ("agreed", "both".to_owned()),
            ("reason", person.link.clone()),
            (&format!("{area}.client_rank"), "1".to_owned()),
            (&format!("{area}.therapist_rank"), "1".to_owned()),
            (&format!("{area}.changeability"), "6".to_owned()),
            (&format!("{area}.ties"), self.ties.first().map(ToString::to_string).unwrap_or_default()),
        ]);
        app.choose_focus(ctx, episode, 0, typed).await.at("choosing the focus").map(drop)
    }

    /// The first middle session: where the strategy of the area begins.
    pub(super) async fn strategy(&self, ctx: &Ctx) -> Result<(), DemoError> {
        let (app, area, episode) = (self.stage.app, &self.person.area, self.episode);
        let steps = [("steps.0.state", "in_progress"), ("steps.1.state", "not_started")];
        let mut typed: Vec<(&str, String)> =
            steps.iter().map(|(n, state)| (*n, (*state).to_owned())).collect();
        if area == "disputes" {
            typed.push(("dispute_stage", "renegotiation".to_owned()));
        }
        app.save_strategy(ctx, episode, 0, fields(&typed)).await.at("the strategy")
    }

    /// Every session from the second on: the last step is looked at, the next one agreed.
    pub(super) async fn homework(&self, ctx: &Ctx, session: u16) -> Result<(), DemoError> {
        if session < 2 {
            return Ok(());
        }
        let (app, person, episode) = (self.stage.app, self.person, self.episode);
        let page = app.homework(ctx, episode).await.at("reading the homework")?;
        for step in page.steps.iter().filter(|step| step.body.reviewed_on.is_none()) {
            let (status, happened) = outcome(person.course, session);
            let typed = fields(&[("status", status.to_owned()), ("happened", happened.to_owned())]);
            app.review_homework(ctx, episode, (step.id, step.version), typed)
                .await
                .at("reviewing homework")?;
        }
        let tasks = [
            "Ask one person for one small thing",
            "Begin the talk we rehearsed, before supper",
            "Write down one moment when the mood turned, and who was there",
            "Ring somebody you have not rung for a while",
        ];
        let tie = self.ties.first().map(ToString::to_string).unwrap_or_default();
        let typed = fields(&[
            ("task", tasks[usize::from(session) % tasks.len()].to_owned()),
            ("tie", tie),
            ("due_on", ctx.today().saturating_add(Span::new().days(6)).to_string()),
            ("obstacle", "Too tired in the evening".to_owned()),
            ("fallback", "Do it by message the next morning".to_owned()),
        ]);
        app.agree_homework(ctx, episode, typed).await.at("agreeing homework").map(drop)
    }
}

fn outcome(shape: Shape, session: u16) -> (&'static str, &'static str) {
    match (shape, session % 3) {
        (Shape::Flat, 0) | (_, 2) => ("partly", "Began, then the phone rang. Will try again."),
        (Shape::Flat, _) => ("not_done", "The week was too full. We look for a smaller step."),
        _ => ("done", "It went better than expected; the answer was kind."),
    }
}

fn tie_fields(tie: &Tie, today: Date) -> Fields {
    let mut typed: Vec<(String, String)> = Vec::new();
    let mut put = |name: &str, value: String| typed.push((name.to_owned(), value));
    put("nickname", tie.name.clone());
    put("role", tie.role.clone());
    put("presence", if tie.died_months.is_some() { "deceased" } else { "living" }.to_owned());
    put("ring_now", tie.ring.to_string());
    put("ring_before", tie.before.to_string());
    put("ring_wanted", tie.wanted.to_string());
    put("contacts_now", if tie.died_months.is_some() { "0" } else { "8" }.to_owned());
    put("contacts_before", "12".to_owned());
    put("satisfaction", tie.good.clone());
    put("satisfaction.rating", "6".to_owned());
    put("disappointment", tie.hard.clone());
    put("disappointment.rating", (tie.conflict.max(2)).to_string());
    put("confides", tie.confide.clone());
    put("conflict", tie.conflict.to_string());
    put("receives", "emotional".to_owned());
    put("expects", tie.mine.clone());
    put("expected", tie.theirs.clone());
    put("fit", tie.matched.to_string());
    put("change", tie.change.clone());
    if let Some(months) = tie.died_months {
        typed.extend(month_before("died", today, months));
    }
    Fields::new(typed)
}

fn event_fields(event: &LifeEvent, first_session_on: Date) -> Fields {
    let mut typed = month_before("when", first_session_on, event.months);
    let mut put = |name: &str, value: String| typed.push((name.to_owned(), value));
    put("kind", event.kind.clone());
    put("title", event.title.clone());
    put("valence", event.valence.clone());
    put("impact", event.impact.to_string());
    Fields::new(typed)
}
