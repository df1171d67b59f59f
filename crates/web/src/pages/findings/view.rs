//! How the page looks: one card a finding.

use crate::kernel::prelude::*;
use app::nightly::{Finding, KEPT_MAX, Standing};
use domain::finding::Kind;
use domain::ids::FindingId;
use domain::text::TextError;

/// What somebody typed about a finding that could not be taken.
pub struct Typed<'a> {
    pub id: FindingId,
    pub note: &'a str,
    pub wrong: TextError,
}

/// Everything that stands.
pub fn page(signed: &Signed, standing: &Standing, typed: Option<&Typed<'_>>) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("nav-findings"), w.t("findings-heading"));
    frame.here = "/findings";
    frame.width = Width::Reading;
    layout(
        &frame,
        html! {
            div.stack {
                p { (w.t("findings-text")) }
                p.soft { (last(signed, standing)) }
                @if standing.findings.is_empty() {
                    (empty_state(&w.t("findings-none"), &w.t("findings-none-text"), None))
                }
                @for (finding, by) in &standing.findings {
                    (card(signed, finding, by.as_deref(), typed.filter(|typed| typed.id == finding.id)))
                }
            }
        },
    )
}

/// When a check last went through, and how much more it found than is listed.
fn last(signed: &Signed, standing: &Standing) -> String {
    let w = signed.words();
    let Some(look) = standing.last else { return w.t("findings-never").into_owned() };
    let when = [("when", w.moment(look.at, &signed.who.zone).into())];
    let mut text = w.with("findings-last", &when);
    let kept = u64::try_from(KEPT_MAX).unwrap_or(u64::MAX);
    if look.found > kept {
        text.push(' ');
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX).into();
        text += &w.with("findings-more", &[("all", count(look.found)), ("kept", count(kept))]);
    }
    text
}

fn card(signed: &Signed, finding: &Finding, by: Option<&str>, typed: Option<&Typed<'_>>) -> Markup {
    let w = signed.words();
    let kind = Said::of(finding.found.kind);
    let zone = &signed.who.zone;
    let seen = [
        ("first", w.moment(finding.first_at, zone).into()),
        ("last", w.moment(finding.last_at, zone).into()),
    ];
    let facts = [
        (w.t("findings-what"), html! { code { (finding.found.line) } }),
        (w.t("findings-safe"), html! { (w.t(kind.safe)) }),
        (w.t("findings-next"), html! { (w.t(kind.next)) }),
        (w.t("findings-guide"), html! { (w.t("findings-guide-text")) }),
        (w.t("findings-seen"), html! { (w.with("findings-seen-text", &seen)) }),
    ];
    let facts: Vec<(&str, Markup)> = facts.iter().map(|(term, what)| (term.as_ref(), what.clone())).collect();
    let state = match (&finding.answer, finding.gone_at) {
        (None, None) => badge(Tone::Act, &w.t("findings-open")),
        (None, Some(_)) => badge(Tone::Watch, &w.t("findings-gone")),
        (Some(_), _) => badge(Tone::Due, &w.t("findings-still")),
    };
    let body = html! {
        (definition_list(&facts))
        @match &finding.answer {
            Some(answer) => {
                p.soft { (w.with("findings-answered", &[
                    ("who", by.map_or_else(|| w.t("findings-somebody").into_owned(), str::to_owned).into()),
                    ("when", w.moment(answer.at, zone).into()),
                ])) }
                p { bdi { (answer.note) } }
            }
            None => (answer_form(w, finding.id, typed)),
        }
    };
    Card::new(&w.t(kind.title), body).action(state).render()
}

/// The field of a finding's form: every card has one, told apart by the finding's name.
pub fn field_of(id: FindingId) -> String {
    format!("note-{id}")
}

fn answer_form(w: Words, id: FindingId, typed: Option<&Typed<'_>>) -> Markup {
    let (label, help) = (w.t("findings-done"), w.t("findings-done-help"));
    let wrong = typed.map(|typed| match typed.wrong {
        TextError::Empty => w.t("findings-done-empty"),
        TextError::TooLong { .. } | TextError::Forbidden => w.t("findings-done-wrong"),
    });
    let name = field_of(id);
    let field = Field::new(&name, &label).help(&help).error(wrong.as_deref()).required();
    html! {
        form method="post" action=(format!("/findings/{id}/answer")) {
            (text_area(&field, typed.map_or("", |typed| typed.note), 2))
            (Button::submit(&w.t("findings-answer")).primary())
        }
    }
}

/// The keys of a kind's words: what it is called, what is safe, what to do next.
struct Said {
    title: &'static str,
    safe: &'static str,
    next: &'static str,
}

impl Said {
    fn of(kind: Kind) -> Said {
        let of = |title, safe, next| Said { title, safe, next };
        match kind {
            Kind::Database => of("finding-database", "finding-database-safe", "finding-database-next"),
            Kind::Field => of("finding-field", "finding-field-safe", "finding-field-next"),
            Kind::Record => of("finding-record", "finding-record-safe", "finding-record-next"),
            Kind::Trail => of("finding-trail", "finding-trail-safe", "finding-trail-next"),
            Kind::Failed => of("finding-failed", "finding-failed-safe", "finding-failed-next"),
            Kind::Late => of("finding-late", "finding-late-safe", "finding-late-next"),
        }
    }
}
