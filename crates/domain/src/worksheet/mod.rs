//! Forms defined as data. One engine draws, checks, versions, compares and prints every worksheet, so that a new
//! artefact costs one file in `content/worksheets/`; the format is described in `docs/worksheets.md`.
//!
//! ```
//! use domain::worksheet::{Prefill, Worksheet};
//!
//! let worksheet = Worksheet::parse(r#"
//!     id = "ending_talk"
//!     format = 1
//!     language = "en"
//!     title = "Talking about the ending"
//!     why = "Endings deserve words."
//!     shown_to = "client"
//!     source = [{ author = "Weissman, Markowitz & Klerman", year = 2018, note = "naming the ending" }]
//!     field = [{ id = "feelings", kind = "text", label = "How is it to end?", required = true }]
//!     fact = [{ name = "feelings_recorded", filled = ["feelings"] }]
//!     case = [{ name = "a word is enough", form = [["feelings", "Odd."]], missing = [] }]
//! "#).expect("a worksheet without mistakes");
//!
//! let reading = worksheet.read_form(&[("feelings".into(), "Sad and proud.".into())]);
//! assert!(reading.errors.is_empty());
//! assert_eq!(reading.body.text("feelings"), Some("Sad and proud."));
//! assert!(worksheet.completeness(&worksheet.blank(&Prefill::default())).len() == 1);
//! ```

mod body;
mod check;
mod compare;
mod definition;
mod display;
mod facts;
mod form;
mod merge;
mod parse;
mod parse_field;
mod prefill;
mod reader;
#[cfg(test)]
mod tests;

pub use body::{Body, NO, Values, YES};
pub use check::{FieldError, FieldErrorKind, Missing, MissingKind};
pub use compare::FieldChange;
pub use definition::{
    Arity, Audience, Case, ChoiceOption, ExpectedFact, FactRule, Field, FieldKind, ROWS_MAX, ReferenceKind,
    Required, Rule, Source, TEXT_CHARS_MAX, Worksheet,
};
pub use display::{Labelled, Labels, Reference, Shown, ShownValue, ShownWord};
pub use form::{FormReading, RowEdit};
pub use merge::{FieldConflict, Merged};
pub use prefill::{MEASURE_FIGURES, PREFILL_NAMES, Prefill, Prefilled};
pub use reader::WorksheetError;
