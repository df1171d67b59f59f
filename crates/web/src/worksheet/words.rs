//! Mistakes, gaps and fixed words of worksheets, in the reader's language.

use crate::ui::prelude::*;
use domain::worksheet::{
    FieldConflict, FieldError, FieldErrorKind, Missing, MissingKind, ShownWord, Worksheet,
};

/// What is wrong with a value and how to put it right.
pub fn error(w: Words, error: &FieldErrorKind) -> String {
    let limit = || error.limit().map_or_else(String::new, |limit| w.figure(limit));
    let plain = |key: &str| w.t(key).into_owned();
    match error {
        FieldErrorKind::TooLong { .. } => w.with("ws-too-long", &[("max", limit().into())]),
        FieldErrorKind::ControlCharacters => plain("ws-control-characters"),
        FieldErrorKind::NotADate => plain("ws-not-a-date"),
        FieldErrorKind::NotANumber => plain("ws-not-a-number"),
        FieldErrorKind::NotWhole => plain("ws-not-whole"),
        FieldErrorKind::TooSmall { .. } => w.with("ws-too-small", &[("min", limit().into())]),
        FieldErrorKind::TooLarge { .. } => w.with("ws-too-large", &[("max", limit().into())]),
        FieldErrorKind::OffStep { .. } => w.with("ws-off-step", &[("step", limit().into())]),
        FieldErrorKind::NotAnOption => plain("ws-not-an-option"),
        FieldErrorKind::NotAReference => plain("ws-not-a-reference"),
        FieldErrorKind::TooManyRows { .. } => w.with("ws-too-many-rows", &[("max", limit().into())]),
    }
}

/// All mistakes of a form: the field's address and the label with the sentence.
pub fn errors(w: Words, worksheet: &Worksheet, errors: &[FieldError]) -> Vec<(String, String)> {
    let line = |found: &FieldError| {
        let label = worksheet.label(&found.path);
        let text = error(w, &found.kind);
        (found.path.clone(), w.with("ws-error-line", &[("label", label.into()), ("error", text.into())]))
    };
    errors.iter().map(line).collect()
}

/// What a complete form still needs.
pub fn missing(w: Words, missing: &Missing) -> String {
    let label = missing.label.clone();
    match &missing.kind {
        MissingKind::Empty => label,
        MissingKind::TooFewRows { rows_min } => {
            w.with("ws-too-few-rows", &[("label", label.into()), ("min", (*rows_min).into())])
        }
        MissingKind::Invalid(kind) => {
            w.with("ws-error-line", &[("label", label.into()), ("error", error(w, kind).into())])
        }
    }
}

/// A fixed word of an answer.
pub fn shown(w: Words, word: ShownWord) -> String {
    let text = match word {
        ShownWord::Yes => w.t("ws-yes"),
        ShownWord::No => w.t("ws-no"),
        ShownWord::Acknowledged => w.t("ws-acknowledged"),
        ShownWord::Gone => w.t("ws-gone"),
    };
    text.into_owned()
}

/// Conflicts as lines of a list on top of the form: the field's address and its label.
pub fn conflicts(conflicts: &[FieldConflict]) -> Vec<(String, String)> {
    conflicts.iter().map(|one| (one.path.clone(), one.label.clone())).collect()
}
