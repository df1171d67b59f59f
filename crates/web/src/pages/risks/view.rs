//! How risk tasks look: calm, with reason, owner and age always in sight.

use crate::kernel::door::Signed;
use crate::kernel::once::once;
use crate::pages::chart::{self, ChartTab};
use crate::pages::sessions::words;
use crate::ui::prelude::*;
use app::content::Content;
use app::course::MayWrite;
use app::risks::{Risk, Risks};
use domain::ids::RiskId;
use domain::risk::{Answer, AnswerForm, Problem, ProblemKind, Reason};
use jiff::Timestamp;
use protocol::RiskLevel;

/// What was typed for one task and could not be taken.
pub struct Draft {
    /// The task.
    pub risk: RiskId,
    /// What was typed.
    pub typed: AnswerForm,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// Whether somebody else answered it first.
    pub answered_meanwhile: Meanwhile,
}

/// Whether somebody else answered a task while it was being answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meanwhile {
    /// Nobody did.
    No,
    /// Somebody did: both texts are shown.
    Yes,
}

/// Which of the open tasks carries the form: one form a page, so that nobody writes into the wrong one.
#[derive(Clone, Copy)]
pub enum Chosen<'a> {
    /// The one that waits longest.
    Oldest,
    /// A given one.
    One(RiskId),
    /// The one for which this was typed.
    Typed(&'a Draft),
}

impl<'a> Chosen<'a> {
    fn draft(self) -> Option<&'a Draft> {
        match self {
            Chosen::Typed(draft) => Some(draft),
            Chosen::Oldest | Chosen::One(_) => None,
        }
    }

    fn task(self, risks: &Risks) -> Option<RiskId> {
        let wanted = match self {
            Chosen::Oldest => None,
            Chosen::One(risk) => Some(risk),
            Chosen::Typed(draft) => Some(draft.risk),
        };
        let open = || risks.open.iter().map(|risk| risk.id);
        open().find(|id| Some(*id) == wanted).or_else(|| open().next())
    }
}

/// The whole page.
pub fn page(signed: &Signed, risks: &Risks, content: &Content, chosen: Chosen<'_>, now: Timestamp) -> Markup {
    let w = signed.words();
    let (draft, task) = (chosen.draft(), chosen.task(risks));
    let mut frame = chart::frame(signed, &risks.head, ChartTab::Measures, w.t("risks-heading"));
    frame.width = Width::Reading;
    frame.lede = Some(html! { (w.t("risks-lede")) });
    frame.actions = Some(print_button(&w.t("measures-print")));
    layout(
        &frame,
        html! {
            (chart::top(w, &risks.head, ChartTab::Measures))
            div.stack.loose {
                @if let Some(draft) = draft.filter(|draft| draft.answered_meanwhile == Meanwhile::Yes) {
                    (meanwhile(w, draft))
                }
                @if risks.open.is_empty() { p { (w.t("risks-none-open")) } }
                @for risk in &risks.open {
                    @let answer = if task == Some(risk.id) {
                        html! { (guidance(w)) (form(w, risks, risk, draft.filter(|draft| draft.risk == risk.id))) }
                    } else {
                        html! { p { (Button::link(&w.t("do-answer-risk"), &risk_path(risks, risk))) } }
                    };
                    @let may_write = risks.head.may_write != MayWrite::No;
                    (open(signed, risk, content, now, may_write.then_some(answer)))
                }
                @if !risks.answered.is_empty() {
                    section.part {
                        div.part-head { h2 { (w.t("risks-answered")) } }
                        @for risk in &risks.answered { (answered(signed, risk, content, now)) }
                    }
                }
            }
        },
    )
}

/// What was typed when somebody else was faster; theirs stands in the list below.
fn meanwhile(w: Words, draft: &Draft) -> Markup {
    let typed = &draft.typed;
    notice(
        Tone::Watch,
        &w.t("risks-meanwhile-title"),
        html! {
            p { (w.t("risks-meanwhile-text")) }
            @for text in [&typed.found, &typed.done, &typed.told].into_iter().filter(|text| !text.is_empty()) {
                p.kept-lines { (text) }
            }
        },
    )
}

/// Why the task is there, in the words of the form the client had before them.
fn reason(w: Words, risk: &Risk, content: &Content) -> Markup {
    let Reason::Item { instrument, item, value, .. } = &risk.body.reason;
    let known = content.instrument(instrument);
    let found = known.and_then(|known| Some((known, known.item(item)?)));
    match found {
        None => {
            html! { p { (w.with("risk-reason-plain", &[("source", risk.body.reason.source().into())])) } }
        }
        Some((known, question)) => {
            let choice = known.choices(question).iter().find(|choice| choice.value == *value);
            html! {
                p { (w.with("risk-reason", &[("item", item.as_str().into()), ("instrument", known.short.as_str().into())])) }
                blockquote {
                    p { (question.text) }
                    p { strong { (choice.map(|choice| choice.text.as_str()).unwrap_or_default()) } }
                }
            }
        }
    }
}

fn when(signed: &Signed, risk: &Risk, now: Timestamp) -> String {
    let w = signed.words();
    let zone = &signed.who.practice_zone;
    let (at, age) = (w.moment(risk.opened_at, zone), w.since(risk.opened_at, now, zone));
    w.with("risk-opened", &[("at", at.into()), ("age", age.into())])
}

fn open(signed: &Signed, risk: &Risk, content: &Content, now: Timestamp, answer: Option<Markup>) -> Markup {
    let w = signed.words();
    let owner = risk.owner_name.clone().unwrap_or_else(|| w.t("risk-no-owner").into_owned());
    let body = html! {
        (reason(w, risk, content))
        (definition_list(&[
            (&w.t("risk-when"), html! { (when(signed, risk, now)) }),
            (&w.t("risk-owner"), html! { bdi { (owner) } }),
        ]))
        @if let Some(answer) = answer { (answer) }
    };
    Card::new(&w.t("risk-open-card"), body).look(CardLook::Toned(Tone::Act)).render()
}

fn risk_path(risks: &Risks, risk: &Risk) -> String {
    chart::path(risks.head.episode, &format!("risks/{}", risk.id))
}

/// What is usual at each level. Suggestions; the judgement is the clinician's.
fn guidance(w: Words) -> Markup {
    disclosure(
        &w.t("risk-guide-title"),
        html! {
            p { (w.t("risk-guide-ask")) }
            ul {
                li { (w.t("risk-guide-low")) }
                li { (w.t("risk-guide-moderate")) }
                li { (w.t("risk-guide-high")) }
            }
            p { (w.t("risk-guide-again")) }
        },
    )
}

fn form(w: Words, risks: &Risks, risk: &Risk, draft: Option<&Draft>) -> Markup {
    let empty = AnswerForm::default();
    let typed = draft.map_or(&empty, |draft| &draft.typed);
    let problems = draft.map_or(&[][..], |draft| &draft.problems);
    let texts: Vec<(&str, String)> =
        problems.iter().map(|problem| (problem.field, problem_words(w, problem.kind))).collect();
    let error = |name: &str| texts.iter().find(|(field, _)| *field == name).map(|(_, text)| text.as_str());
    let links: Vec<ErrorLink<'_>> = texts.iter().map(|(name, text)| ErrorLink { name, text }).collect();
    let levels = LEVELS.map(|level| (level, words::risk(w, level)));
    let choices: Vec<Choice<'_>> = levels
        .iter()
        .map(|(level, (text, hint))| Choice::of(level.as_str(), text, Some(typed.level.as_str())).hint(hint))
        .collect();
    let action = risk_path(risks, risk);
    let optional = w.t("optional");
    html! {
        (error_summary(&w.t("form-errors"), &links))
        form method="post" action=(action) data-guard {
            (once())
            (radios(&Field::new("level", &w.t("risk-level")).error(error("level")), &choices))
            (text_area(&Field::new("found", &w.t("risk-found")).help(&w.t("risk-found-help")).error(error("found")), &typed.found, 4))
            (text_area(&Field::new("done", &w.t("risk-done")).help(&w.t("risk-done-help")).error(error("done")), &typed.done, 3))
            (text_area(&Field::new("told", &w.t("risk-told")).help(&w.t("risk-told-help")).optional(&optional).error(error("told")), &typed.told, 2))
            (date_field(&Field::new("next_check", &w.t("risk-next")).help(&w.t("risk-next-help")).optional(&optional).error(error("next_check")), &typed.next_check))
            (Button::submit(&w.t("risk-save")).primary())
        }
    }
}

const LEVELS: [RiskLevel; 4] = [RiskLevel::None, RiskLevel::Low, RiskLevel::Moderate, RiskLevel::High];

fn answered(signed: &Signed, risk: &Risk, content: &Content, now: Timestamp) -> Markup {
    let w = signed.words();
    let Some(answer) = &risk.body.answer else { return html! {} };
    let by = risk.answered_by.clone().unwrap_or_default();
    let at = risk.answered_at.map(|at| w.moment(at, &signed.who.practice_zone)).unwrap_or_default();
    let title = w.with("risk-answered-title", &[("level", words::risk(w, answer.level).0.into())]);
    Card::new(
        &title,
        html! {
            (reason(w, risk, content))
            p.soft { (when(signed, risk, now)) }
            (found(w, answer))
            p.small.soft { (w.with("risk-answered-by", &[("by", by.into()), ("at", at.into())])) }
        },
    )
    .under_section()
    .render()
}

fn found(w: Words, answer: &Answer) -> Markup {
    let text = |text: &str| html! { span.kept-lines { (text) } };
    let nobody = w.t("risk-told-nobody");
    let told = if answer.told.is_empty() { nobody.as_ref() } else { answer.told.as_str() };
    let next = answer.next_check.map_or_else(|| w.t("risk-next-none").into_owned(), |day| w.date(day));
    definition_list(&[
        (&w.t("risk-found"), text(&answer.found)),
        (&w.t("risk-done"), text(&answer.done)),
        (&w.t("risk-told"), text(told)),
        (&w.t("risk-next"), html! { (next) }),
    ])
}

fn problem_words(w: Words, problem: ProblemKind) -> String {
    match problem {
        ProblemKind::Text(error) => crate::pages::clients::text_problem(w, error),
        ProblemKind::NoLevel => w.t("risk-problem-level").into_owned(),
        ProblemKind::NobodyTold => w.t("risk-problem-told").into_owned(),
        ProblemKind::NoNextCheck => w.t("risk-problem-next").into_owned(),
        ProblemKind::BadDate => w.t("risk-problem-date").into_owned(),
    }
}
