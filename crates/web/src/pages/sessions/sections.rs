//! The sections of the note's form.

use super::edit::{Shown, rows};
use super::{read, sign, words};
use crate::ui::prelude::*;
use app::notes::{Direction, LinkForm, Mode, NoteForm, SessionPage, Technique, TechniqueForm};
use domain::session::NARRATIVE_CHARS_MAX;
use protocol::RiskLevel;

const TALK: &[Technique] = &[
    Technique::Exploration,
    Technique::Affect,
    Technique::Psychoeducation,
    Technique::TherapeuticRelationship,
];
const WORK: &[Technique] = &[
    Technique::CommunicationAnalysis,
    Technique::Incident,
    Technique::DecisionAnalysis,
    Technique::ProblemSolving,
    Technique::GriefReview,
    Technique::Directive,
];
const PRACTISE: &[Technique] =
    &[Technique::RolePlay, Technique::CommunicationSkills, Technique::Homework, Technique::JointSession];
const SHEETS: &[Technique] = &[
    Technique::ClosenessCircle,
    Technique::Timeline,
    Technique::Expectations,
    Technique::OldNewRole,
    Technique::RelationshipChecklist,
];

/// All sections in the order of a session.
pub fn all(w: Words, page: &SessionPage, shown: &Shown) -> Markup {
    html! {
        (beginning(w, shown))
        (links(w, page, shown))
        (techniques(w, page, shown))
        (narrative(w, page, shown))
        (risk(w, page, shown))
        (ending(w, page, shown))
    }
}

/// What they wrote below a field, where it differs.
fn theirs(w: Words, text: Option<&str>) -> Markup {
    html! {
        @if let Some(text) = text {
            p.stale-theirs { (w.t("stale-theirs")) " " bdi.kept-lines { (if text.is_empty() { "—" } else { text }) } }
        }
    }
}

/// A text of the note: field, error, and what they wrote.
struct Text<'a> {
    name: &'a str,
    label: &'a str,
    help: Option<&'a str>,
    get: fn(&NoteForm) -> &String,
}

impl Text<'_> {
    fn area(&self, w: Words, shown: &Shown, lines: u8) -> Markup {
        self.field(w, shown, |field, value| text_area(field, value, lines))
    }

    fn line(&self, w: Words, shown: &Shown) -> Markup {
        self.field(w, shown, |field, value| text_field(field, &Input::text(value)))
    }

    fn field(&self, w: Words, shown: &Shown, draw: impl Fn(&Field<'_>, &str) -> Markup) -> Markup {
        let error = shown.error(w, self.name);
        let mut field = Field::new(self.name, self.label).error(error.as_deref());
        if let Some(help) = self.help {
            field = field.help(help);
        }
        html! { (draw(&field, (self.get)(&shown.typed))) (theirs(w, shown.their(self.get))) }
    }
}

fn beginning(w: Words, shown: &Shown) -> Markup {
    let modes: Vec<(&str, String)> =
        Mode::ALL.iter().map(|mode| (mode.code(), words::mode(w, *mode))).collect();
    let choices: Vec<Choice<'_>> =
        modes.iter().map(|(code, text)| Choice::of(code, text, Some(&shown.typed.mode))).collect();
    let agenda = Text {
        name: "agenda",
        label: &w.t("note-agenda"),
        help: Some(&w.t("note-agenda-help")),
        get: |form| &form.agenda,
    };
    let attended =
        Text { name: "attended", label: &w.t("note-attended"), help: None, get: |form| &form.attended };
    let place = Text {
        name: "place",
        label: &w.t("note-place"),
        help: Some(&w.t("note-place-help")),
        get: |form| &form.place,
    };
    let emergency = Text {
        name: "emergency_contact",
        label: &w.t("note-emergency"),
        help: None,
        get: |form| &form.emergency_contact,
    };
    let word = |code: &str| Mode::from_code(code).map_or_else(String::new, |mode| words::mode(w, mode));
    let their_mode = shown.their(|form| &form.mode).map(word);
    let body = html! {
        div.note-start {
            div.fields {
                (radios(&Field::new("mode", &w.t("sessions-mode")), &choices))
                (attended.line(w, shown))
            }
            (theirs(w, their_mode.as_deref()))
            div.fields.remote { (place.line(w, shown)) (emergency.line(w, shown)) }
            (agenda.area(w, shown, 2))
        }
    };
    Card::new("", body).render()
}

/// Pickers offer nobody where the inventory is empty.
fn picker(name: &str, label: &str, none: &str, entries: &[(String, String)], current: &str) -> Markup {
    let mut choices = vec![Choice::of("", none, Some(current))];
    choices.extend(entries.iter().map(|(id, text)| Choice::of(id, text, Some(current))));
    html! { @if !entries.is_empty() { (select(&Field::new(name, label), &choices)) } }
}

/// The people to choose from: those of the inventory, and whoever is chosen already.
fn people(page: &SessionPage, current: &str) -> Vec<(String, String)> {
    let mut people = ids(&page.labels.ties);
    if people.iter().all(|(id, _)| id != current)
        && let Some(name) = current.parse().ok().and_then(|id| page.labels.tie(id))
    {
        people.push((current.to_owned(), name.to_owned()));
    }
    people
}

fn ids<T: ToString>(labels: &[(T, String)]) -> Vec<(String, String)> {
    labels.iter().map(|(id, name)| (id.to_string(), name.clone())).collect()
}

fn links(w: Words, page: &SessionPage, shown: &Shown) -> Markup {
    let rows = rows(shown);
    let body = html! {
        p.field-help { (w.t("note-links-help")) }
        div.rows data-rows="links" {
            @for (index, row) in rows.iter().enumerate() { (link(w, page, shown, (index, row))) }
            p { (Button::submit(&w.t("note-link-add")).named("edit", "add:links").unchecked().icon(Icon::Plus)) }
        }
        @if let Some(note) = shown.their_part(|form| form.links.clone()) {
            div.stale-theirs {
                p { (w.t("stale-theirs")) }
                @for link in &note.mood_links { (read::mood_link(w, link, &page.labels)) }
                @if note.mood_links.is_empty() { p { "—" } }
            }
        }
    };
    Card::new(&w.t("note-links"), body).render()
}

fn link(w: Words, page: &SessionPage, shown: &Shown, (index, row): (usize, &LinkForm)) -> Markup {
    let name = |part: &str| format!("links.{index}.{part}");
    let (mood_name, event_name, feelings_name) = (name("mood"), name("event"), name("feelings"));
    let (mood_error, event_error) = (shown.error(w, &mood_name), shown.error(w, &event_name));
    let feelings_error = shown.error(w, &feelings_name);
    let (mood_label, event_label) = (w.t("note-link-mood"), w.t("note-link-event"));
    let feelings_label = w.t("note-link-feelings");
    let mood = Field::new(&mood_name, &mood_label).error(mood_error.as_deref());
    let event = Field::new(&event_name, &event_label).error(event_error.as_deref());
    let feelings = Field::new(&feelings_name, &feelings_label).error(feelings_error.as_deref());
    let number = Input { range: Some((0, 10)), chars: Some(4), ..Input::of(InputKind::Number, &row.mood) };
    let directions: Vec<(String, String)> = Direction::ALL
        .iter()
        .map(|direction| (direction.code().to_owned(), words::direction(w, *direction)))
        .collect();
    let none = w.t("not-chosen");
    let remove = format!("remove:links.{index}");
    html! {
        div.row {
            div {
                div.mood-row { (text_field(&mood, &number)) (text_area(&event, &row.event, 2)) }
                div.fields {
                    (picker(&name("tie"), &w.t("note-link-tie"), &none, &people(page, &row.tie), &row.tie))
                    (text_field(&feelings, &Input::text(&row.feelings)))
                    (picker(&name("direction"), &w.t("note-link-direction"), &none, &directions, &row.direction))
                    (picker(&name("life_event"), &w.t("note-link-life-event"), &none, &ids(&page.labels.events), &row.life_event))
                }
            }
            @let about = (index + 1).to_string();
            (Button::submit(&w.t("note-link-remove")).plain().named("edit", &remove).about(&about).unchecked())
        }
    }
}

fn techniques(w: Words, page: &SessionPage, shown: &Shown) -> Markup {
    let groups = [
        (w.t("techniques-talk"), TALK),
        (w.t("techniques-work"), WORK),
        (w.t("techniques-practise"), PRACTISE),
        (w.t("techniques-sheets"), SHEETS),
    ];
    let body = html! {
        p.field-help id=(field_id("techniques")) tabindex="-1" { (w.t("note-techniques-help")) }
        @for (title, group) in &groups {
            fieldset.technique-group {
                legend { (title) }
                @for kind in *group { (technique(w, *kind, page, shown)) }
            }
        }
        @if let Some(note) = shown.their_part(|form| form.techniques.clone()) {
            div.stale-theirs {
                p { (w.t("stale-theirs")) }
                @for one in &note.techniques { (read::technique(w, one, &page.labels)) }
                @if note.techniques.is_empty() { p { "—" } }
            }
        }
    };
    Card::new(&w.t("note-techniques"), body).render()
}

fn technique(w: Words, kind: Technique, page: &SessionPage, shown: &Shown) -> Markup {
    let name = |part: &str| format!("techniques.{}.{part}", kind.code());
    let found = shown.typed.techniques.iter().find(|one| one.kind == kind.code());
    let empty = TechniqueForm::default();
    let typed = found.unwrap_or(&empty);
    let text = words::technique(w, kind);
    let (use_name, happened_name, outcome_name) = (name("use"), name("what_happened"), name("outcome"));
    let (happened_error, outcome_error) = (shown.error(w, &happened_name), shown.error(w, &outcome_name));
    let (happened_label, outcome_label) = (w.t("note-technique-happened"), w.t("note-technique-outcome"));
    let happened = Field::new(&happened_name, &happened_label).error(happened_error.as_deref());
    let outcome = Field::new(&outcome_name, &outcome_label).error(outcome_error.as_deref());
    html! {
        div.technique {
            (check_box(&Field::new(&use_name, &text), &Choice::of("1", &text, found.map(|_| "1"))))
            div.technique-more {
                (picker(&name("tie"), &w.t("note-technique-about"), &w.t("not-chosen"), &people(page, &typed.tie), &typed.tie))
                (text_area(&happened, &typed.what_happened, 2))
                (text_area(&outcome, &typed.outcome, 1))
            }
        }
    }
}

fn narrative(w: Words, page: &SessionPage, shown: &Shown) -> Markup {
    let help = w.with("note-narrative-help", &[("max", w.count(NARRATIVE_CHARS_MAX as i64).into())]);
    let text = Text {
        name: "narrative",
        label: &w.t("note-narrative"),
        help: Some(&help),
        get: |form| &form.narrative,
    };
    let steps = &page.session.note.steps;
    let body = html! {
        @if !steps.is_empty() {
            div.generated {
                p.generated-title { (w.t("note-from-steps")) }
                (read::from_steps(w, steps))
                p.soft.small { (w.t("note-from-steps-help")) }
            }
        }
        (text.area(w, shown, 10))
    };
    Card::new("", body).render()
}

fn risk(w: Words, page: &SessionPage, shown: &Shown) -> Markup {
    let levels = [RiskLevel::None, RiskLevel::Low, RiskLevel::Moderate, RiskLevel::High];
    let texts: Vec<(&str, (String, String))> =
        levels.iter().map(|level| (level.as_str(), words::risk(w, *level))).collect();
    let choices: Vec<Choice<'_>> = texts
        .iter()
        .map(|(code, (text, hint))| Choice::of(code, text, Some(&shown.typed.risk_level)).hint(hint))
        .collect();
    let (label, help) = (w.t("note-risk-level"), w.t("note-risk-help"));
    let error = shown.error(w, "risk_level");
    let field = Field::new("risk_level", &label).help(&help).error(error.as_deref());
    let note =
        Text { name: "risk_note", label: &w.t("note-risk-note"), help: None, get: |form| &form.risk_note };
    let word =
        |code: &str| RiskLevel::from_word(code).map_or_else(String::new, |level| words::risk(w, level).0);
    let their_level = shown.their(|form| &form.risk_level).map(word);
    let body = html! {
        @if page.open_risks > 0 { (sign::open_risk(w, page)) }
        (radios(&field, &choices))
        (theirs(w, their_level.as_deref()))
        (note.area(w, shown, 2))
    };
    Card::new(&w.t("note-risk"), body).render()
}

fn ending(w: Words, page: &SessionPage, shown: &Shown) -> Markup {
    let typed = &shown.typed;
    let tick = |name: &str, text: &str, get: fn(&NoteForm) -> bool| {
        let chosen = get(typed).then_some("1");
        let differing = shown.theirs.as_ref().map(get).filter(|theirs| *theirs != get(typed));
        let word = differing.map(|ticked| if ticked { w.t("tick-set") } else { w.t("tick-not-set") });
        html! {
            (check_box(&Field::new(name, text), &Choice::of("1", text, chosen)))
            (theirs(w, word.as_deref()))
        }
    };
    let left = w.with("session-left-after", &[("left", page.brief.left_after.into())]);
    let body = html! {
        p.soft { (left) }
        (tick("sessions_left_said", &w.t("note-sessions-left-said"), |form| form.sessions_left_said))
        (tick("ending_discussed", &w.t("note-ending-discussed"), |form| form.ending_discussed))
        (tick("client_wishes_to_end", &w.t("note-client-wishes-to-end"), |form| form.client_wishes_to_end))
    };
    Card::new(&w.t("note-ending"), body).render()
}
