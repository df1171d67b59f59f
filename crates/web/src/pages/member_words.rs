//! What is wrong with a field about a person, an account or the practice, in words.

use crate::kernel::prelude::*;
use crate::pages::clients::form::text_problem;
use app::joining::MemberProblem;
use domain::password::{MOST_BYTES, PasswordProblem};

/// Problems of a form by field, in words.
pub fn in_words(w: Words, problems: &[(&'static str, MemberProblem)]) -> Vec<(&'static str, String)> {
    problems.iter().map(|(field, problem)| (*field, member_problem(w, problem))).collect()
}

/// The words for one field, if something is wrong with it.
pub fn of<'a>(problems: &'a [(&'static str, String)], field: &str) -> Option<&'a str> {
    problems.iter().find(|(name, _)| *name == field).map(|(_, text)| text.as_str())
}

/// All problems on top of a form, each a link to its field.
pub fn summary(w: Words, problems: &[(&'static str, String)]) -> Markup {
    let links: Vec<ErrorLink<'_>> = problems.iter().map(|(name, text)| ErrorLink { name, text }).collect();
    error_summary(&w.t("form-errors"), &links)
}

fn member_problem(w: Words, problem: &MemberProblem) -> String {
    match problem {
        MemberProblem::Text(error) => text_problem(w, *error),
        MemberProblem::NotAnEmail => w.t("problem-email").into_owned(),
        MemberProblem::UnknownZone => w.t("problem-zone").into_owned(),
        MemberProblem::Roles => w.t("problem-roles").into_owned(),
        MemberProblem::Password(problem) => password_problem(w, *problem),
    }
}

/// What is wrong with a password.
pub fn password_problem(w: Words, problem: PasswordProblem) -> String {
    match problem {
        PasswordProblem::TooShort { least } => w.with("password-too-short", &[("least", least.into())]),
        PasswordProblem::TooLong => w.with("password-too-long", &[("most", MOST_BYTES.into())]),
        PasswordProblem::Common => w.t("password-common").into_owned(),
        PasswordProblem::AboutYou => w.t("password-about").into_owned(),
    }
}

/// The field for a password that is chosen now.
pub fn new_password(w: Words, least: usize, error: Option<&str>) -> Markup {
    let (label, help) = (w.t("password-new"), w.with("password-help", &[("least", least.into())]));
    let field = Field::new("password", &label).help(&help).error(error).required();
    text_field(&field, &Input { autocomplete: Some("new-password"), ..Input::of(InputKind::Password, "") })
}
