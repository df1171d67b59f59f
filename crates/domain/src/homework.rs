//! Work between sessions: a small step with a day, and what became of it.

use crate::fields::{Coded, FieldError, FieldProblem, Fields, Reading, coded};
use crate::ids::TieId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

coded! {
    /// What became of a step.
    Status {
        /// Agreed, nothing said yet.
        Agreed = "agreed",
        /// Done.
        Done = "done",
        /// Done in part.
        Partly = "partly",
        /// Not done.
        NotDone = "not_done",
    }
}

impl Status {
    /// What may be answered about a step.
    pub const ANSWERS: [Status; 3] = [Status::Done, Status::Partly, Status::NotDone];
}

/// One step. Versioned as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Homework {
    /// What to try.
    pub task: String,
    /// With whom.
    #[serde(default)]
    pub tie: Option<TieId>,
    /// By when.
    pub due_on: Date,
    /// What might get in the way.
    #[serde(default)]
    pub obstacle: String,
    /// What to do then.
    #[serde(default)]
    pub fallback: String,
    /// Who could help.
    #[serde(default)]
    pub helper: String,
    /// What became of it.
    pub status: Status,
    /// What happened, in the words of whoever told it last.
    #[serde(default)]
    pub happened: String,
    /// The day the client answered on their own.
    #[serde(default)]
    pub reported_on: Option<Date>,
    /// The day it was talked about in a session.
    #[serde(default)]
    pub reviewed_on: Option<Date>,
}

impl Homework {
    /// Reads the form of an agreement. What became of the step is kept from `kept`.
    ///
    /// # Errors
    /// Every field that cannot be taken as it is. A new step may not be due before `today`.
    pub fn read(
        fields: &Fields,
        people: &[TieId],
        kept: Option<&Homework>,
        today: Date,
    ) -> Result<Homework, Vec<FieldError>> {
        let mut reading = Reading::of(fields);
        let r = &mut reading;
        let task = r.line("task", 400);
        let tie = r.raw("tie").parse().ok().filter(|id| people.contains(id));
        if tie.is_none() && !r.raw("tie").is_empty() {
            r.note("tie", FieldProblem::Unknown);
        }
        let due_on: Option<Date> = r.raw("due_on").parse().ok();
        match due_on {
            None => r.note("due_on", FieldProblem::NotADate),
            Some(on) if on < today && kept.is_none_or(|kept| kept.due_on != on) => {
                r.note("due_on", FieldProblem::BeforeToday);
            }
            Some(_) => {}
        }
        let homework = Homework {
            task,
            tie,
            due_on: due_on.unwrap_or(today),
            obstacle: r.prose("obstacle", 1_000),
            fallback: r.prose("fallback", 1_000),
            helper: r.optional_line("helper", 200),
            status: kept.map_or(Status::Agreed, |kept| kept.status),
            happened: kept.map(|kept| kept.happened.clone()).unwrap_or_default(),
            reported_on: kept.and_then(|kept| kept.reported_on),
            reviewed_on: kept.and_then(|kept| kept.reviewed_on),
        };
        reading.finish(homework)
    }

    /// The agreement as fields.
    #[must_use]
    pub fn to_fields(&self) -> Fields {
        let mut f = Fields::default().with("task", &self.task);
        f.put_some("tie", self.tie);
        f.with("due_on", self.due_on)
            .with("obstacle", &self.obstacle)
            .with("fallback", &self.fallback)
            .with("helper", &self.helper)
    }

    /// The step with an answer: what became of it and what happened.
    ///
    /// # Errors
    /// An answer that is none of the three, or a text that cannot be kept.
    pub fn answered(&self, fields: &Fields, by: Answerer, today: Date) -> Result<Homework, Vec<FieldError>> {
        let mut reading = Reading::of(fields);
        let r = &mut reading;
        let status: Option<Status> = r.choice::<Status>("status").filter(|status| *status != Status::Agreed);
        if status.is_none() {
            r.note("status", FieldProblem::NotAChoice);
        }
        let mut answered = Homework {
            status: status.unwrap_or(self.status),
            happened: r.prose("happened", 4_000),
            ..self.clone()
        };
        match by {
            Answerer::Client => answered.reported_on = Some(today),
            Answerer::Therapist => answered.reviewed_on = Some(today),
        }
        reading.finish(answered)
    }

    /// The answer as fields.
    #[must_use]
    pub fn answer_fields(&self) -> Fields {
        let status = if self.status == Status::Agreed { "" } else { self.status.code() };
        Fields::default().with("status", status).with("happened", &self.happened)
    }

    /// Whether its day has come and it has not been talked about.
    #[must_use]
    pub fn waits_for_review(&self, today: Date) -> bool {
        self.reviewed_on.is_none() && self.due_on <= today
    }
}

/// Who says what became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answerer {
    /// The client, between sessions.
    Client,
    /// The therapist, after talking about it in a session.
    Therapist,
}

/// The facts of homework, as the protocol asks for them on a day.
#[must_use]
pub fn facts<'h>(all: impl IntoIterator<Item = &'h Homework>, today: Date) -> protocol::Facts {
    let (mut agreed, mut unreviewed) = (0i64, 0i64);
    for homework in all {
        agreed += 1;
        unreviewed += i64::from(homework.waits_for_review(today));
    }
    protocol::Facts::new().with("homework.agreed", agreed).with("homework.unreviewed", unreviewed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 22);

    fn step(due_on: Date) -> Homework {
        let fields = Fields::default().with("task", "Ring Amina").with("due_on", due_on);
        Homework::read(&fields, &[], None, date(2026, 11, 1)).unwrap()
    }

    #[test]
    fn a_step_is_due_today_or_later_and_stays_valid_once_agreed() {
        let fields = |on: Date| Fields::default().with("task", "Ring Amina").with("due_on", on);
        assert!(Homework::read(&fields(TODAY), &[], None, TODAY).is_ok());
        let yesterday = fields(date(2026, 11, 21));
        assert_eq!(
            Homework::read(&yesterday, &[], None, TODAY).unwrap_err()[0].problem,
            FieldProblem::BeforeToday
        );
        assert!(Homework::read(&yesterday, &[], Some(&step(date(2026, 11, 21))), TODAY).is_ok());
        let nothing = Homework::read(&Fields::default(), &[], None, TODAY).unwrap_err();
        assert_eq!(nothing.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["task", "due_on"]);
    }

    #[test]
    fn unreviewed_is_what_was_due_and_not_talked_about() {
        let told = Fields::default().with("status", "not_done").with("happened", "I lost heart");
        let due = step(date(2026, 11, 20));
        let reported = due.answered(&told, Answerer::Client, TODAY).unwrap();
        let reviewed = reported.answered(&told, Answerer::Therapist, TODAY).unwrap();
        let later = step(date(2026, 11, 29));
        for (all, agreed, unreviewed) in
            [(vec![], 0, 0), (vec![&due], 1, 1), (vec![&reported], 1, 1), (vec![&reviewed, &later], 2, 0)]
        {
            let found = facts(all, TODAY);
            assert_eq!(found.count("homework.agreed"), agreed);
            assert_eq!(found.count("homework.unreviewed"), unreviewed);
        }
        assert_eq!(reviewed.answer_fields(), told);
    }

    #[test]
    fn an_answer_is_one_of_three() {
        for status in ["", "agreed", "great"] {
            let fields = Fields::default().with("status", status);
            let errors = step(TODAY).answered(&fields, Answerer::Client, TODAY).unwrap_err();
            assert_eq!(errors.last().unwrap().problem, FieldProblem::NotAChoice, "{status}");
        }
    }
}
