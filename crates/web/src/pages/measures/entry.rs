//! The staff's form: all questions on one page, answered together or typed in from paper.

use crate::kernel::door::Signed;
use crate::pages::chart::{self, ChartTab};
use crate::pages::questionnaire::view::{self as form, Sheet};
use crate::pages::questionnaire::{Gaps, Reading};
use crate::ui::prelude::*;
use app::course::Head;
use domain::response::Mode;
use jiff::civil::Date;
use measure::Instrument;

/// What was typed.
pub struct Typed {
    /// The answers.
    pub reading: Reading,
    /// Together or from paper.
    pub mode: Mode,
    /// The day of the paper form, as typed.
    pub on: String,
    /// What is wrong apart from single answers.
    pub fault: Option<EntryFault>,
}

/// What can be wrong with the form as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryFault {
    /// No item was answered.
    Nothing,
    /// The day is none.
    NotADate,
    /// The day lies ahead or too far back.
    DayOutOfRange {
        /// First day that is taken.
        earliest: Date,
        /// Last day that is taken.
        latest: Date,
    },
}

impl Typed {
    /// An empty form.
    pub fn new(today: Date) -> Typed {
        Typed { reading: Reading::default(), mode: Mode::InSession, on: today.to_string(), fault: None }
    }

    /// The same with what is wrong.
    pub fn wrong(self, fault: EntryFault) -> Typed {
        Typed { fault: Some(fault), ..self }
    }
}

/// The whole page.
pub fn page(signed: &Signed, head: &Head, instrument: &Instrument, typed: &Typed) -> Markup {
    let w = signed.words();
    let heading = w.with("entry-heading", &[("instrument", instrument.short.as_str().into())]);
    let mut frame = chart::frame(signed, head, ChartTab::Measures, heading);
    let back = chart::path(head.episode, "measures");
    frame.crumbs.push(Crumb { href: back.into(), text: w.t("chart-measures").into_owned() });
    let fault = typed.fault.map(|fault| fault_words(w, fault));
    let of_day = !matches!(typed.fault, None | Some(EntryFault::Nothing));
    let sheet = Sheet {
        instrument,
        reading: &typed.reading,
        gaps: Gaps::Kept,
        kept_as: None,
        before: how(w, typed, fault.as_deref().filter(|_| of_day)),
        after: html! { p.soft { (w.t("entry-gaps")) } },
    };
    layout(
        &frame,
        html! {
            @if let Some(fault) = fault.as_deref().filter(|_| !of_day) {
                (notice(Tone::Watch, fault, html! {}))
            }
            (form::form(w, &sheet))
        },
    )
}

fn how(w: Words, typed: &Typed, fault: Option<&str>) -> Markup {
    let (together, paper) = (w.t("mode-in-session"), w.t("mode-paper"));
    let current = Some(typed.mode.code());
    let choices = [
        Choice::of(Mode::InSession.code(), &together, current),
        Choice::of(Mode::Paper.code(), &paper, current),
    ];
    html! {
        div.fields {
            (radios(&Field::new("mode", &w.t("entry-mode")), &choices))
            (date_field(&Field::new("on", &w.t("entry-day")).help(&w.t("entry-day-help")).error(fault), &typed.on))
        }
    }
}

fn fault_words(w: Words, fault: EntryFault) -> String {
    match fault {
        EntryFault::Nothing => w.t("entry-nothing").into_owned(),
        EntryFault::NotADate => w.t("problem-date").into_owned(),
        EntryFault::DayOutOfRange { earliest, latest } => w.with(
            "entry-day-range",
            &[("earliest", w.date(earliest).into()), ("latest", w.date(latest).into())],
        ),
    }
}
