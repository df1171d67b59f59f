//! The note as the form sends it: everything text, nothing thrown away, and the way to a checked note and back.

use super::{
    Direction, LINE_CHARS_MAX, LINKS_MAX, Mark, Mode, MoodLink, NARRATIVE_CHARS_MAX, SessionNote, StepMark,
    TEXT_CHARS_MAX, Technique, TechniqueUse,
};
use crate::text::{self, TextError};
use protocol::RiskLevel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the form sends, unchecked. Drafts are kept in this form too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoteForm {
    /// Code of [`Mode`].
    pub mode: String,
    /// See [`SessionNote::place`].
    pub place: String,
    /// See [`SessionNote::emergency_contact`].
    pub emergency_contact: String,
    /// See [`SessionNote::attended`].
    pub attended: String,
    /// See [`SessionNote::agenda`].
    pub agenda: String,
    /// Steps with a mark or a reason.
    pub steps: Vec<StepForm>,
    /// Rows of mood-event links, empty ones included.
    pub links: Vec<LinkForm>,
    /// Techniques that are ticked or have text.
    pub techniques: Vec<TechniqueForm>,
    /// See [`SessionNote::narrative`].
    pub narrative: String,
    /// Word of [`RiskLevel`], or empty.
    pub risk_level: String,
    /// See [`SessionNote::risk_note`].
    pub risk_note: String,
    /// See [`SessionNote::sessions_left_said`].
    pub sessions_left_said: bool,
    /// See [`SessionNote::ending_discussed`].
    pub ending_discussed: bool,
    /// See [`SessionNote::client_wishes_to_end`].
    pub client_wishes_to_end: bool,
}

impl NoteForm {
    /// Without empty rows, unmarked steps and names of steps: what two forms are compared by.
    #[must_use]
    pub fn trimmed(mut self) -> NoteForm {
        self.links.retain(|link| !link.is_empty());
        self.steps.retain(|step| !step.mark.is_empty() || !step.reason.is_empty());
        for step in &mut self.steps {
            step.title.clear();
        }
        self
    }

    /// Bytes of all its texts together.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let alone = [&self.place, &self.emergency_contact, &self.attended, &self.agenda, &self.narrative];
        let steps = self.steps.iter().map(|step| step.reason.len());
        let links = self.links.iter().map(|link| link.event.len() + link.feelings.len());
        let techniques = self.techniques.iter().map(|one| one.what_happened.len() + one.outcome.len());
        let rows: usize = steps.chain(links).chain(techniques).sum();
        rows + self.risk_note.len() + alone.into_iter().map(String::len).sum::<usize>()
    }
}

/// One step as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepForm {
    /// The step's id.
    pub step: String,
    /// The step's name.
    pub title: String,
    /// Code of [`Mark`], or empty.
    pub mark: String,
    /// See [`StepMark::reason`].
    pub reason: String,
}

/// One mood-event link as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkForm {
    /// Mood, 0 to 10.
    pub mood: String,
    /// See [`MoodLink::event`].
    pub event: String,
    /// Id of a tie, or empty.
    pub tie: String,
    /// Id of a life event, or empty.
    pub life_event: String,
    /// See [`MoodLink::feelings`].
    pub feelings: String,
    /// Code of [`Direction`], or empty.
    pub direction: String,
}

impl LinkForm {
    /// Whether nothing was typed into the row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == LinkForm::default()
    }
}

/// One technique as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TechniqueForm {
    /// Code of [`Technique`].
    pub kind: String,
    /// Id of a tie, or empty.
    pub tie: String,
    /// See [`TechniqueUse::what_happened`].
    pub what_happened: String,
    /// See [`TechniqueUse::outcome`].
    pub outcome: String,
}

/// A field of the form and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteProblem {
    /// The field's name in the form, for example `links.0.mood`.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// Missing, too long, or with forbidden characters.
    Text(TextError),
    /// A mood that is no whole number from 0 to 10.
    Mood,
    /// Not one of the words that are offered.
    Choice,
    /// More rows than a note holds.
    TooMany {
        /// The most.
        max: usize,
    },
}

/// Collects what is wrong while reading.
#[derive(Default)]
struct Reader {
    problems: Vec<NoteProblem>,
}

impl Reader {
    fn wrong(&mut self, field: &str, problem: Problem) {
        self.problems.push(NoteProblem { field: field.to_owned(), problem });
    }

    fn line(&mut self, field: &str, typed: &str) -> String {
        match text::optional_line(typed, LINE_CHARS_MAX) {
            Ok(line) => line.unwrap_or_default(),
            Err(error) => {
                self.wrong(field, Problem::Text(error));
                String::new()
            }
        }
    }

    fn prose(&mut self, field: &str, typed: &str, max: usize) -> String {
        text::prose(typed, max).unwrap_or_else(|error| {
            self.wrong(field, Problem::Text(error));
            String::new()
        })
    }

    /// A word of a closed list; nothing typed is no choice.
    fn choice<T>(&mut self, field: &str, typed: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        let chosen = read(typed);
        if chosen.is_none() {
            self.wrong(field, Problem::Choice);
        }
        chosen
    }

    fn step(&mut self, typed: &StepForm) -> Option<StepMark> {
        let field = |part: &str| format!("steps.{}.{part}", typed.step);
        let reason = self.line(&field("reason"), &typed.reason);
        let mark = self.choice(&field("mark"), &typed.mark, Mark::from_code)?;
        let step = self.line(&field("mark"), &typed.step);
        let title = self.line(&field("mark"), &typed.title);
        Some(StepMark { step, title, mark, reason })
    }

    fn link(&mut self, index: usize, typed: &LinkForm) -> Option<MoodLink> {
        let field = |part: &str| format!("links.{index}.{part}");
        let mood = typed.mood.trim().parse::<u8>().ok().filter(|mood| *mood <= 10);
        if mood.is_none() {
            self.wrong(&field("mood"), Problem::Mood);
        }
        let event = text::prose(&typed.event, TEXT_CHARS_MAX);
        let event =
            event.and_then(|event| if event.trim().is_empty() { Err(TextError::Empty) } else { Ok(event) });
        let event = event.map_err(|error| self.wrong(&field("event"), Problem::Text(error))).ok();
        let tie = self.choice(&field("tie"), &typed.tie, |id| id.parse().ok());
        let life_event = self.choice(&field("life_event"), &typed.life_event, |id| id.parse().ok());
        let feelings = self.line(&field("feelings"), &typed.feelings);
        let direction = self.choice(&field("direction"), &typed.direction, Direction::from_code);
        Some(MoodLink { mood: mood?, event: event?, tie, life_event, feelings, direction })
    }

    fn technique(&mut self, typed: &TechniqueForm) -> Option<TechniqueUse> {
        let field = |part: &str| format!("techniques.{}.{part}", typed.kind);
        let kind = self.choice(&field("use"), &typed.kind, Technique::from_code)?;
        let tie = self.choice(&field("tie"), &typed.tie, |id| id.parse().ok());
        let what_happened = self.prose(&field("what_happened"), &typed.what_happened, TEXT_CHARS_MAX);
        let outcome = self.prose(&field("outcome"), &typed.outcome, TEXT_CHARS_MAX);
        Some(TechniqueUse { kind, tie, what_happened, outcome })
    }
}

impl SessionNote {
    /// Checks the form. All problems are named at once. Why something was left out is asked when signing, so a
    /// form never carries it.
    ///
    /// # Errors
    /// One [`NoteProblem`] per field that cannot be taken as it is.
    pub fn from_form(form: &NoteForm) -> Result<SessionNote, Vec<NoteProblem>> {
        let mut read = Reader::default();
        let links = form.links.iter().enumerate().filter(|(_, link)| !link.is_empty());
        let mood_links: Vec<MoodLink> = links.filter_map(|(index, link)| read.link(index, link)).collect();
        if mood_links.len() > LINKS_MAX {
            read.wrong("links.0.mood", Problem::TooMany { max: LINKS_MAX });
        }
        let mut techniques: Vec<TechniqueUse> =
            form.techniques.iter().filter_map(|one| read.technique(one)).collect();
        let mut seen = BTreeSet::new();
        techniques.retain(|one| seen.insert(one.kind));
        let note = SessionNote {
            mode: read.choice("mode", &form.mode, Mode::from_code).unwrap_or_default(),
            place: read.line("place", &form.place),
            emergency_contact: read.line("emergency_contact", &form.emergency_contact),
            attended: read.line("attended", &form.attended),
            agenda: read.prose("agenda", &form.agenda, TEXT_CHARS_MAX),
            steps: form.steps.iter().filter_map(|step| read.step(step)).collect(),
            mood_links,
            techniques,
            narrative: read.prose("narrative", &form.narrative, NARRATIVE_CHARS_MAX),
            risk_level: read.choice("risk_level", &form.risk_level, RiskLevel::from_word),
            risk_note: read.prose("risk_note", &form.risk_note, TEXT_CHARS_MAX),
            sessions_left_said: form.sessions_left_said,
            ending_discussed: form.ending_discussed,
            client_wishes_to_end: form.client_wishes_to_end,
            skipped: None,
        };
        if read.problems.is_empty() { Ok(note) } else { Err(read.problems) }
    }

    /// The same as a form, to show for editing.
    #[must_use]
    pub fn to_form(&self) -> NoteForm {
        let id = |id: Option<String>| id.unwrap_or_default();
        let link = |link: &MoodLink| LinkForm {
            mood: link.mood.to_string(),
            event: link.event.clone(),
            tie: id(link.tie.map(|tie| tie.to_string())),
            life_event: id(link.life_event.map(|event| event.to_string())),
            feelings: link.feelings.clone(),
            direction: link.direction.map_or_else(String::new, |direction| direction.code().to_owned()),
        };
        let technique = |one: &TechniqueUse| TechniqueForm {
            kind: one.kind.code().to_owned(),
            tie: id(one.tie.map(|tie| tie.to_string())),
            what_happened: one.what_happened.clone(),
            outcome: one.outcome.clone(),
        };
        let step = |step: &StepMark| StepForm {
            step: step.step.clone(),
            title: step.title.clone(),
            mark: step.mark.code().to_owned(),
            reason: step.reason.clone(),
        };
        NoteForm {
            mode: self.mode.code().to_owned(),
            place: self.place.clone(),
            emergency_contact: self.emergency_contact.clone(),
            attended: self.attended.clone(),
            agenda: self.agenda.clone(),
            steps: self.steps.iter().map(step).collect(),
            links: self.mood_links.iter().map(link).collect(),
            techniques: self.techniques.iter().map(technique).collect(),
            narrative: self.narrative.clone(),
            risk_level: self.risk_level.map_or_else(String::new, |level| level.as_str().to_owned()),
            risk_note: self.risk_note.clone(),
            sessions_left_said: self.sessions_left_said,
            ending_discussed: self.ending_discussed,
            client_wishes_to_end: self.client_wishes_to_end,
        }
    }
}
