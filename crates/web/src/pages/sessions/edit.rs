//! Today's steps beside the note: the form of an open session.

use super::{read, sections, sign, words};
use crate::kernel::door::Signed;
use crate::pages::chart::{self, ChartTab};
use crate::pages::clients::text_problem;
use crate::ui::prelude::*;
use app::course::MayWrite;
use app::notes::{
    GuideStep, LinkForm, Mark, NoteForm, NoteProblem, SessionNote, SessionPage, StepForm, TherapySession,
};
use domain::session::Problem;

/// What the form shows.
pub struct Shown {
    /// What was typed, or what is on record.
    pub typed: NoteForm,
    /// The version it is based on.
    pub version: i64,
    /// What is wrong with it.
    pub problems: Vec<NoteProblem>,
    /// What somebody else wrote meanwhile.
    pub theirs: Option<NoteForm>,
    /// Whether it is an unsaved draft found again.
    pub is_draft: bool,
}

impl Shown {
    /// The note on record, or the person's draft of it.
    pub fn of(page: &SessionPage) -> Shown {
        let Some(draft) = &page.draft else {
            return Shown::typed(page.session.note.to_form(), page.session.version);
        };
        let shown = Shown { is_draft: true, ..Shown::typed(draft.typed.clone(), draft.base_version) };
        if draft.base_version == page.session.version { shown } else { shown.beside(&page.session) }
    }

    /// What was typed on top of a version.
    pub fn typed(typed: NoteForm, version: i64) -> Shown {
        Shown { typed, version, problems: Vec::new(), theirs: None, is_draft: false }
    }

    /// The same text on top of the note as somebody else left it: saving now is a decision with both in sight.
    pub fn beside(self, current: &TherapySession) -> Shown {
        Shown { version: current.version, theirs: Some(current.note.to_form()), ..self }
    }

    /// What is wrong with a field, in words.
    pub fn error(&self, w: Words, field: &str) -> Option<String> {
        let found = self.problems.iter().find(|problem| problem.field == field)?;
        Some(problem_words(w, found.problem))
    }

    /// What they wrote where it differs from what is typed.
    pub fn their(&self, field: impl Fn(&NoteForm) -> &String) -> Option<&str> {
        let theirs = field(self.theirs.as_ref()?);
        (theirs != field(&self.typed)).then_some(theirs)
    }

    /// Their note to be read, where a whole part of it differs from what is typed.
    pub fn their_part<T: PartialEq>(&self, part: impl Fn(&NoteForm) -> T) -> Option<SessionNote> {
        let theirs = self.theirs.clone()?.trimmed();
        let differs = part(&theirs) != part(&self.typed.clone().trimmed());
        differs.then(|| SessionNote::from_form(&theirs).unwrap_or_default())
    }
}

fn problem_words(w: Words, problem: Problem) -> String {
    match problem {
        Problem::Text(error) => text_problem(w, error),
        Problem::Mood => w.t("problem-mood").into_owned(),
        Problem::Choice => w.t("note-problem-choice").into_owned(),
        Problem::TooMany { max } => w.with("problem-too-many", &[("max", max.into())]),
    }
}

/// The whole page.
pub fn page(signed: &Signed, page: &SessionPage, shown: &Shown) -> Markup {
    let w = signed.words();
    let mut frame = read::frame(signed, page);
    frame.width = Width::Wide;
    let texts: Vec<(&str, String)> = shown
        .problems
        .iter()
        .map(|problem| (problem.field.as_str(), problem_words(w, problem.problem)))
        .collect();
    let errors: Vec<ErrorLink<'_>> = texts.iter().map(|(name, text)| ErrorLink { name, text }).collect();
    layout(
        &frame,
        html! {
            (chart::top(w, &page.head, ChartTab::Sessions))
            (error_summary(&w.t("form-errors"), &errors))
            @if page.open_risks > 0 { (sign::open_risk(w, page)) }
            (brief(w, page))
            (pane_choice(w))
            form.session-form method="post" action=(read::address(page, ""))
                data-autosave=(read::address(page, "draft")) {
                (hidden("version", &shown.version.to_string()))
                // What Enter in a field presses: browsers take the first button of a form.
                input type="submit" name="deed" value="save" hidden;
                (found_again(signed, page, shown))
                div.split.guide-first.panes {
                    (guide(w, page, shown))
                    div.note-pane id="note" {
                        h2.only-heard { (w.t("note-title")) }
                        (sections::all(w, page, shown))
                        (form_end(w, page))
                    }
                }
            }
            (read::versions(w, page, &signed.who.zone))
        },
    )
}

/// That somebody else wrote meanwhile, or that this is an unsaved draft.
fn found_again(signed: &Signed, page: &SessionPage, shown: &Shown) -> Markup {
    let w = signed.words();
    let when = page.draft.as_ref().map(|draft| w.moment(draft.at, &signed.who.zone));
    html! {
        @if shown.theirs.is_some() {
            (notice(Tone::Watch, &w.t("stale-title"), html! { p { (w.t("stale-text")) } }))
        }
        @if shown.is_draft && let Some(when) = when {
            (notice(Tone::Info, &w.t("note-draft-title"), html! {
                p { (w.with("note-draft", &[("when", when.into())])) }
                (Button::submit(&w.t("note-draft-discard")).unchecked().posts_to(&read::address(page, "draft/discard")))
            }))
        }
    }
}

fn form_end(w: Words, page: &SessionPage) -> Markup {
    html! {
        div.form-end {
            (Button::submit(&w.t("note-save-version")).primary().named("deed", "save"))
            @if page.head.may_write == MayWrite::All {
                (Button::submit(&w.t("note-to-sign")).named("deed", "sign").icon(Icon::Lock))
            }
        }
    }
}

/// What to know before the session.
fn brief(w: Words, page: &SessionPage) -> Markup {
    let brief = &page.brief;
    let due = &page.head.summary.due;
    let body = html! {
        div.brief {
            p {
                @match &brief.progress {
                    Some(progress) => (progress_sentence(w, progress)),
                    None => (w.t("brief-no-score")),
                }
            }
            @if !page.labels.ties.is_empty() {
                p.cluster { span.soft { (w.t("brief-people")) } @for (_, name) in &page.labels.ties { bdi.chip { (name) } } }
            }
            @if !due.is_empty() {
                p.cluster {
                    span.soft { (w.t("brief-due")) }
                    @for mark in due {
                        a href=(chart::path(page.head.episode, &format!("tasks/{}", mark.task))) { (mark.title) }
                        @if mark.overdue { (badge(Tone::Watch, &w.t("brief-overdue"))) }
                    }
                }
            }
            @if !brief.homework.is_empty() {
                div {
                    p { a href=(chart::path(page.head.episode, "homework")) { (w.t("brief-homework")) } }
                    ul { @for step in &brief.homework { li { (step.task) " · " (w.date(step.due_on)) } } }
                }
            }
            (gate(w, page))
        }
    };
    html! { details.disclosure.brief-card open { summary { (w.t("brief-title")) } div.disclosure-body { (body) } } }
}

fn gate(w: Words, page: &SessionPage) -> Markup {
    let Some(gate) = &page.brief.next_gate else { return html! {} };
    let clear = gate.blockers.is_empty() && gate.unmet.is_empty();
    let href = chart::path(page.head.episode, &format!("gates/{}", gate.id));
    html! {
        div {
            p { a href=(href) { (w.with("brief-gate", &[("gate", gate.title.as_str().into())])) } }
            @if clear { p.soft { (w.t("brief-gate-clear")) } }
            @else {
                details.step-say {
                    summary { (w.with("brief-gate-needs", &[("count", (gate.blockers.len() + gate.unmet.len()).into())])) }
                    ul {
                        @for blocker in &gate.blockers { li { (blocker.title) ": " (blocker.unmet.join("; ")) } }
                        @for unmet in &gate.unmet { li { (unmet) } }
                    }
                }
            }
        }
    }
}

/// On a tablet guide and note are two tabs that keep their place; the choice is not part of the form.
fn pane_choice(w: Words) -> Markup {
    html! {
        fieldset.pane-choice {
            legend.only-heard { (w.t("pane-choose")) }
            label { input.pane-guide type="radio" name="pane" value="guide" checked; span { (w.t("pane-guide")) } }
            label { input.pane-note type="radio" name="pane" value="note"; span { (w.t("pane-note")) } }
        }
    }
}

/// The steps of today with their marks.
fn guide(w: Words, page: &SessionPage, shown: &Shown) -> Markup {
    html! {
        section.keeps-in-view.guide-pane id="f-guide" {
            (Card::new(&w.t("guide-title"), html! {
                @if page.steps.is_empty() { p.soft { (w.t("guide-none")) } }
                ol.guide { @for one in &page.steps { (step(w, one, shown)) } }
                @if let Some(note) = shown.their_part(|form| form.steps.iter().map(|step| (step.step.clone(), step.mark.clone(), step.reason.clone())).collect::<Vec<_>>()) {
                    div.stale-theirs { p { (w.t("stale-theirs")) } (read::from_steps(w, &note.steps)) }
                }
                p.phone-only { a href="#note" { (w.t("guide-to-note")) } }
            }).look(CardLook::Aside))
        }
    }
}

fn step(w: Words, step: &GuideStep, shown: &Shown) -> Markup {
    let typed = shown.typed.steps.iter().find(|one| one.step == step.id).cloned();
    let typed = typed.unwrap_or_else(|| StepForm { step: step.id.clone(), ..StepForm::default() });
    let open = (String::new(), w.t("step-open").into_owned());
    let marks = Mark::ALL.iter().map(|mark| (mark.code().to_owned(), words::mark(w, *mark)));
    let marks: Vec<(String, String)> = std::iter::once(open).chain(marks).collect();
    let choices: Vec<Choice<'_>> =
        marks.iter().map(|(code, text)| Choice::of(code, text, Some(&typed.mark))).collect();
    let (mark_name, reason_name) = (format!("steps.{}.mark", step.id), format!("steps.{}.reason", step.id));
    let reason_error = shown.error(w, &reason_name);
    let reason_label = w.t("step-reason");
    let reason = Field::new(&reason_name, &reason_label).error(reason_error.as_deref());
    html! {
        li.step {
            div {
                (radios(&Field::new(&mark_name, &step.title), &choices))
                div.step-reason { (text_field(&reason, &Input::text(&typed.reason))) }
                @if !step.sample.is_empty() {
                    details.step-say {
                        summary { (w.t("guide-say")) }
                        p.say { (step.sample) }
                        p.soft.small { (step.why) }
                    }
                }
            }
        }
    }
}

/// The rows of links to show: at least one, since the question is asked every time.
pub fn rows(shown: &Shown) -> Vec<LinkForm> {
    if shown.typed.links.is_empty() { vec![LinkForm::default()] } else { shown.typed.links.clone() }
}
