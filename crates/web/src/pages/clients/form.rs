//! The form for who a client is and how to reach them: new, corrected, or side by side after two people changed it.

use crate::kernel::door::Signed;
use crate::kernel::once::once;
use crate::ui::prelude::*;
use app::clients::Client;
use domain::account::Role;
use domain::client::{FieldProblem, ParticularsForm, Problem};
use domain::ids::ClientId;
use domain::text::TextError;

/// What the form shows.
pub struct Draft {
    /// What was typed, or what is on record.
    pub form: ParticularsForm,
    /// What is wrong with it.
    pub problems: Vec<FieldProblem>,
    /// The client and the version this is based on; none for a new client.
    pub saved: Option<(ClientId, i64)>,
    /// What somebody else wrote meanwhile.
    pub theirs: Option<ParticularsForm>,
}

impl Draft {
    /// A form for a new client.
    pub fn new(form: ParticularsForm) -> Draft {
        Draft { form, problems: Vec::new(), saved: None, theirs: None }
    }

    /// The form of a client on record.
    pub fn of(client: &Client) -> Draft {
        Draft { saved: Some((client.id, client.version)), ..Draft::new(client.particulars.to_form()) }
    }

    /// The same typed text on top of the record as somebody else left it: saving now is a decision with both in sight.
    pub fn beside(self, current: &Client) -> Draft {
        Draft {
            saved: Some((current.id, current.version)),
            theirs: Some(current.particulars.to_form()),
            ..self
        }
    }
}

/// The whole page.
pub fn page(signed: &Signed, draft: &Draft) -> Markup {
    let w = signed.words();
    let heading = if draft.saved.is_some() { w.t("client-particulars") } else { w.t("client-new") };
    let mut frame = signed.frame(w.t("nav-clients"), heading);
    frame.width = Width::Reading;
    frame.here = "/clients";
    frame.crumbs = vec![Crumb { href: "/clients".into(), text: w.t("nav-clients").into_owned() }];
    if signed.is(Role::FrontDesk) {
        // The front desk comes from the register and opens no chart.
        frame.here = "/register";
        frame.crumbs = vec![Crumb { href: "/register".into(), text: w.t("nav-register").into_owned() }];
    } else if let Some((client, _)) = draft.saved {
        let back =
            Crumb { href: format!("/clients/{client}").into(), text: w.t("chart-overview").into_owned() };
        frame.crumbs.push(back);
    }
    let texts: Vec<(&str, String)> =
        draft.problems.iter().map(|problem| (problem.field, problem_words(w, &problem.problem))).collect();
    let links: Vec<ErrorLink<'_>> = texts.iter().map(|(name, text)| ErrorLink { name, text }).collect();
    layout(
        &frame,
        html! {
            (error_summary(&w.t("form-errors"), &links))
            @if draft.theirs.is_some() {
                (notice(Tone::Watch, &w.t("stale-title"), html! { p { (w.t("stale-text")) } }))
            }
            form method="post" data-guard {
                (once())
                @if let Some((_, version)) = draft.saved { (hidden("version", &version.to_string())) }
                (fields(w, draft, &texts))
                (Button::submit(&w.t("save")).primary())
            }
        },
    )
}

fn fields(w: Words, draft: &Draft, errors: &[(&str, String)]) -> Markup {
    let form = &draft.form;
    let line = |name: &'static str,
                label: &str,
                help: Option<&str>,
                kind: InputKind,
                value: &str,
                other: fn(&ParticularsForm) -> &str| {
        let error = errors.iter().find(|(field, _)| *field == name).map(|(_, text)| text.as_str());
        let mut field = Field::new(name, label).error(error);
        if let Some(help) = help {
            field = field.help(help);
        }
        let optional = w.t("optional");
        let field = if name == "name" { field.required() } else { field.optional(&optional) };
        html! {
            (text_field(&field, &Input::of(kind, value)))
            @if let Some(theirs) = draft.theirs.as_ref().map(other).filter(|theirs| *theirs != value) {
                p.stale-theirs { (w.t("stale-theirs")) " " bdi { (if theirs.is_empty() { "—" } else { theirs }) } }
            }
        }
    };
    html! {
        (line("name", &w.t("client-name"), Some(&w.t("client-name-help")), InputKind::Text, &form.name, |f| &f.name))
        (line("called", &w.t("client-called"), None, InputKind::Text, &form.called, |f| &f.called))
        (line("born_on", &w.t("client-born"), Some(&w.t("date-help")), InputKind::Text, &form.born_on, |f| &f.born_on))
        (line("phone", &w.t("client-phone"), None, InputKind::Tel, &form.phone, |f| &f.phone))
        (line("email", &w.t("client-email"), None, InputKind::Email, &form.email, |f| &f.email))
        (line("zone", &w.t("client-zone"), Some(&w.t("client-zone-help")), InputKind::Text, &form.zone, |f| &f.zone))
        (line("emergency_contact", &w.t("client-emergency"), Some(&w.t("client-emergency-help")), InputKind::Text, &form.emergency_contact, |f| &f.emergency_contact))
    }
}

/// What is wrong with a field and how to put it right.
fn problem_words(w: Words, problem: &Problem) -> String {
    match problem {
        Problem::Text(error) => text_problem(w, *error),
        Problem::NotADate => w.t("problem-date").into_owned(),
        Problem::ImpossibleDate => w.t("problem-impossible-date").into_owned(),
        Problem::UnknownZone => w.t("problem-zone").into_owned(),
        Problem::NotAnEmail => w.t("problem-email").into_owned(),
        Problem::Guardians => w.t("problem-guardians-address").into_owned(),
    }
}

/// What is wrong with a text.
pub fn text_problem(w: Words, error: TextError) -> String {
    match error {
        TextError::Empty => w.t("problem-empty").into_owned(),
        TextError::TooLong { max } => w.with("problem-too-long", &[("max", max.into())]),
        TextError::Forbidden => w.t("problem-forbidden").into_owned(),
    }
}
