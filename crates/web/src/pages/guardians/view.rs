//! How these pages look.

use crate::kernel::once::once;
use crate::kernel::prelude::*;
use crate::pages::member_words::{of, summary};
use app::guardians::{GuardianForm, Ward};
use domain::guardian::Basis;
use domain::ids::ClientId;

/// What a guardian sees: contact details, and nothing of what is said or written in the therapy.
pub fn own(signed: &Signed, wards: &[Ward]) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("nav-guardian"), w.t("guardian-heading"));
    frame.here = "/guardian";
    frame.width = Width::Reading;
    frame.lede = Some(html! { (w.t("guardian-lede")) });
    layout(
        &frame,
        html! {
            @if wards.is_empty() {
                (empty_state(&w.t("guardian-none-title"), &w.t("guardian-none-text"), None))
            }
            div.stack { @for ward in wards { (one(signed, ward)) } }
        },
    )
}

fn one(signed: &Signed, ward: &Ward) -> Markup {
    let w = signed.words();
    let (phone, email, emergency) = (w.t("guardian-phone"), w.t("sign-in-email"), w.t("guardian-emergency"));
    let mut facts: Vec<(&str, Markup)> = Vec::new();
    for (term, value) in [(&phone, &ward.phone), (&email, &ward.email), (&emergency, &ward.emergency_contact)]
    {
        if let Some(value) = value {
            facts.push((term.as_ref(), html! { bdi { (value) } }));
        }
    }
    let until = ward.ends_at.map(|end| {
        let last = end.saturating_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(end);
        w.date(last.to_zoned(signed.who.practice_zone.clone()).date())
    });
    let body = html! {
        @if facts.is_empty() { p { (w.t("guardian-no-contact")) } } @else { (definition_list(&facts)) }
        @if let Some(until) = until { p.soft { (w.with("guardian-until-day", &[("until", until.into())])) } }
    };
    Card::new(&ward.name, body).render()
}

/// The form with which a therapist adds a guardian.
pub fn ask(
    signed: &Signed,
    client: ClientId,
    typed: &GuardianForm,
    problems: &[(&'static str, String)],
) -> Markup {
    let w = signed.words();
    let mut frame = signed.frame(w.t("chart-tab-title"), w.t("guardian-add"));
    frame.width = Width::Reading;
    frame.here = "/clients";
    frame.crumbs = vec![
        Crumb { href: "/clients".into(), text: w.t("nav-clients").into_owned() },
        Crumb { href: format!("/clients/{client}/care").into(), text: w.t("client-staff").into_owned() },
    ];
    let words = |basis: Basis| match basis {
        Basis::Parent => w.t("guardian-parent"),
        Basis::Court => w.t("guardian-court"),
        Basis::Document => w.t("guardian-document"),
    };
    let bases = Basis::ALL.map(|basis| (basis.code(), words(basis)));
    let chosen = typed.basis.map(Basis::code);
    let choices: Vec<Choice<'_>> = bases.iter().map(|(code, text)| Choice::of(code, text, chosen)).collect();
    let (name, email, basis, until) =
        (w.t("people-name"), w.t("sign-in-email"), w.t("guardian-basis"), w.t("care-until"));
    let (help, until_help, optional) =
        (w.t("guardian-email-help"), w.t("guardian-until-help"), w.t("optional"));
    let off = |kind, value| Input { autocomplete: Some("off"), ..Input::of(kind, value) };
    let field = |id, label| Field::new(id, label).error(of(problems, id));
    layout(
        &frame,
        html! {
            (summary(w, problems))
            p { (w.t("guardian-add-text")) }
            form method="post" data-guard {
                (once())
                (text_field(&field("name", &name).required(), &off(InputKind::Text, &typed.name)))
                (text_field(&field("email", &email).help(&help).required(), &off(InputKind::Email, &typed.email)))
                (radios(&field("basis", &basis).required(), &choices))
                (date_field(&field("until", &until).help(&until_help).optional(&optional), &typed.until))
                (Button::submit(&w.t("people-make-link")).primary())
            }
        },
    )
}
