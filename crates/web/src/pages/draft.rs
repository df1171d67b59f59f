//! Forms of versioned records: what was typed, what is wrong with it, and what somebody else wrote meanwhile.
//!
//! A page fills a [`Draft`] from the record or from what was sent and draws its fields through a [`Sheet`].

use crate::kernel::prelude::*;
use crate::pages::clients::text_problem;
use crate::pages::refusal;
use app::course::CourseError;
use domain::fields::{FieldError, FieldProblem, Fields};
use domain::fuzzy::{FuzzyDate, Grain, Season};
use protocol::Refusal;

/// A form as it is shown.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// What is in the fields.
    pub fields: Fields,
    /// The version it is based on; 0 for something new.
    pub version: i64,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What somebody else wrote meanwhile.
    pub theirs: Option<Fields>,
    /// Why the course does not take it now.
    pub refusal: Option<Refusal>,
}

impl Draft {
    /// The form of a record.
    pub fn of(fields: Fields, version: i64) -> Draft {
        Draft { fields, version, ..Draft::default() }
    }

    /// What was sent, with the version it says it is based on.
    pub fn sent(form: &Form) -> Draft {
        Draft::of(Fields::new(form.pairs.clone()), form.parse("version").unwrap_or(0))
    }

    /// With what is wrong.
    pub fn wrong(self, errors: Vec<FieldError>) -> Draft {
        Draft { errors, ..self }
    }

    /// On top of the record as somebody else left it.
    pub fn beside(self, theirs: Fields, version: i64) -> Draft {
        Draft { theirs: Some(theirs), version, ..self }
    }

    /// With the reason why the course does not take it; other failures of the course stay failures.
    pub fn refused(self, error: CourseError) -> Result<Draft, WebError> {
        match error {
            CourseError::NotNow(refusal) => Ok(Draft { refusal: Some(refusal), ..self }),
            other => Err(Refused::Verb(other).into()),
        }
    }

    /// The status its page is sent with.
    pub fn status(&self) -> StatusCode {
        if !self.errors.is_empty() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else if self.theirs.is_some() || self.refusal.is_some() {
            StatusCode::CONFLICT
        } else {
            StatusCode::OK
        }
    }
}

/// Says the value of a field in words, for what somebody else wrote and for histories.
pub type Says<'a> = &'a dyn Fn(&str, &str) -> String;

/// Draws the fields of a draft.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    /// The texts.
    pub w: Words,
    /// What is shown.
    pub draft: &'a Draft,
    /// Values in words.
    pub says: Says<'a>,
}

impl Sheet<'_> {
    /// What stands above the form: errors, somebody else's change, a refusal of the course.
    pub fn top(&self) -> Markup {
        let w = self.w;
        let texts: Vec<(&str, String)> =
            self.draft.errors.iter().map(|error| (error.field.as_str(), problem(w, error.problem))).collect();
        let links: Vec<ErrorLink<'_>> = texts.iter().map(|(name, text)| ErrorLink { name, text }).collect();
        html! {
            (error_summary(&w.t("form-errors"), &links))
            @if self.draft.theirs.is_some() {
                (notice(Tone::Watch, &w.t("stale-title"), html! { p { (w.t("stale-text")) } }))
            }
            @if let Some(refusal) = &self.draft.refusal {
                (notice(Tone::Watch, &w.t("record-refused"), html! { p { (refusal::words(w, refusal)) } }))
            }
        }
    }

    /// The version the form is based on, sent with it.
    pub fn version(&self) -> Markup {
        hidden("version", &self.draft.version.to_string())
    }

    /// A line that must be filled.
    pub fn line(&self, name: &str, label: &str, help: Option<&str>) -> Markup {
        let field = Field { required: true, help, ..Field::new(name, label) };
        self.around(&field, |field| text_field(field, &Input::text(self.draft.fields.text(name))))
    }

    /// A line that may stay empty.
    pub fn optional_line(&self, name: &str, label: &str, help: Option<&str>) -> Markup {
        let field = Field { help, ..Field::new(name, label) };
        self.around(&field, |field| text_field(field, &Input::text(self.draft.fields.text(name))))
    }

    /// A text of several lines.
    pub fn prose(&self, name: &str, label: &str, help: Option<&str>) -> Markup {
        let field = Field { help, ..Field::new(name, label) };
        self.around(&field, |field| text_area(field, self.draft.fields.text(name), 2))
    }

    /// A whole number.
    pub fn number(&self, name: &str, label: &str, range: (i64, i64)) -> Markup {
        let input = Input {
            kind: InputKind::Number,
            value: self.draft.fields.text(name),
            chars: Some(4),
            range: Some(range),
            ..Input::default()
        };
        self.around(&Field::new(name, label), |field| text_field(field, &input))
    }

    /// A rating from 0 to 10.
    pub fn rating(&self, name: &str, label: &str) -> Markup {
        self.number(name, label, (0, 10))
    }

    /// A day, as the browser's own control.
    pub fn day(&self, name: &str, label: &str) -> Markup {
        self.around(&Field::new(name, label).required(), |field| {
            date_field(field, self.draft.fields.text(name))
        })
    }

    /// One answer from a list, or none.
    pub fn choice(&self, name: &str, label: &str, options: &[(String, String)]) -> Markup {
        let none =
            Choice { value: "", text: "—", hint: None, chosen: self.draft.fields.text(name).is_empty() };
        let choices: Vec<Choice<'_>> = std::iter::once(none).chain(self.offered(name, options)).collect();
        self.around(&Field::new(name, label), |field| select(field, &choices))
    }

    /// One answer out of a few in sight.
    pub fn radios(&self, name: &str, label: &str, options: &[(String, String)]) -> Markup {
        let choices: Vec<Choice<'_>> = self.offered(name, options).collect();
        self.around(&Field::new(name, label), |field| radios(field, &choices))
    }

    /// Any number of answers.
    pub fn many(&self, name: &str, label: &str, options: &[(String, String)]) -> Markup {
        let choices: Vec<Choice<'_>> = self.offered(name, options).collect();
        self.around(&Field::new(name, label), |field| check_boxes(field, &choices))
    }

    /// A box to tick.
    pub fn tick(&self, name: &str, label: &str) -> Markup {
        let choice = Choice::of("yes", label, Some(self.draft.fields.text(name)));
        self.around(&Field::new(name, label), |field| check_box(field, &choice))
    }

    /// A remembered date: year, month or season, day, "around".
    pub fn fuzzy(&self, name: &str, legend: &str) -> Markup {
        let w = self.w;
        let part = |part: &str| format!("{name}.{part}");
        let parts: Vec<(String, String)> = (1..=12)
            .map(|month: i8| (month.to_string(), w.month_name(month)))
            .chain(SEASONS.map(|(code, key)| (code.to_owned(), w.t(key).into_owned())))
            .collect();
        html! {
            fieldset.fuzzy {
                legend { (legend) }
                div.fields {
                    (self.number(&part("year"), &w.t("fuzzy-year"), (1900, 2200)))
                    (self.choice(&part("part"), &w.t("fuzzy-part"), &parts))
                    (self.number(&part("day"), &w.t("fuzzy-day"), (1, 31)))
                }
                (self.tick(&part("around"), &w.t("fuzzy-around")))
            }
        }
    }

    fn offered<'b>(
        &'b self,
        name: &'b str,
        options: &'b [(String, String)],
    ) -> impl Iterator<Item = Choice<'b>> {
        options.iter().map(move |(value, text)| Choice {
            value,
            text,
            hint: None,
            chosen: self.draft.fields.holds(name, value),
        })
    }

    /// The control with its error and, where it differs, what somebody else wrote.
    fn around(&self, field: &Field<'_>, control: impl FnOnce(&Field<'_>) -> Markup) -> Markup {
        let error = self.draft.errors.iter().find(|error| error.field == field.name);
        let error = error.map(|error| problem(self.w, error.problem));
        html! {
            (control(&Field { error: error.as_deref(), ..*field }))
            @if let Some(theirs) = self.draft.theirs.as_ref().filter(|theirs| differs(theirs, &self.draft.fields, field.name)) {
                p.stale-theirs { (self.w.t("stale-theirs")) " " bdi { (said(theirs, field.name, self.says)) } }
            }
        }
    }
}

const SEASONS: [(&str, &str); 4] = [
    ("spring", "fuzzy-spring"),
    ("summer", "fuzzy-summer"),
    ("autumn", "fuzzy-autumn"),
    ("winter", "fuzzy-winter"),
];

fn differs(left: &Fields, right: &Fields, name: &str) -> bool {
    !left.all(name).eq(right.all(name))
}

/// The values of a field in words; a dash when there are none.
pub fn said(fields: &Fields, name: &str, says: Says<'_>) -> String {
    let values: Vec<String> = fields.all(name).map(|value| says(name, value)).collect();
    if values.is_empty() { "—".to_owned() } else { values.join(", ") }
}

/// Two versions field by field: what changed, from what, to what. `label` gives no label for fields not shown.
pub fn changes(old: &Fields, new: &Fields, label: &dyn Fn(&str) -> String, says: Says<'_>) -> Markup {
    let names = old.differing(new);
    html! {
        dl.changes {
            @for name in &names {
                dt { (label(name)) }
                dd { div.versions {
                    del.was { bdi { (said(old, name, says)) } }
                    ins.is { bdi { (said(new, name, says)) } }
                } }
            }
        }
    }
}

/// Options of a table of codes, in words.
pub fn options(w: Words, table: &[(&str, &str)]) -> Vec<(String, String)> {
    table.iter().map(|(code, key)| ((*code).to_owned(), w.t(key).into_owned())).collect()
}

/// The words of a code in a table; the code itself when it is not in it.
pub fn word(w: Words, table: &[(&str, &str)], code: &str) -> String {
    table
        .iter()
        .find(|(known, _)| *known == code)
        .map_or_else(|| code.to_owned(), |(_, key)| w.t(key).into_owned())
}

/// A remembered date in words: `around summer 2023`.
pub fn fuzzy_words(w: Words, date: &FuzzyDate) -> String {
    let said = match date.grain {
        Grain::Day { on } => w.date(on),
        Grain::Month { year, month } => {
            w.with("fuzzy-in-month", &[("month", w.month_name(month).into()), ("year", year.into())])
        }
        Grain::Season { year, season } => {
            let season = match season {
                Season::Spring => w.t("season-spring"),
                Season::Summer => w.t("season-summer"),
                Season::Autumn => w.t("season-autumn"),
                Season::Winter => w.t("season-winter"),
            };
            w.with("fuzzy-in-season", &[("season", season.into()), ("year", year.to_string().into())])
        }
        Grain::Year { year } => year.to_string(),
    };
    if date.around { w.with("fuzzy-said-around", &[("date", said.into())]) } else { said }
}

/// What is wrong with a field and how to put it right.
pub fn problem(w: Words, problem: FieldProblem) -> String {
    match problem {
        FieldProblem::Text(error) => text_problem(w, error),
        FieldProblem::NotANumber { least, most } => {
            w.with("problem-number", &[("least", least.into()), ("most", most.into())])
        }
        FieldProblem::NotAChoice => w.t("problem-choice").into_owned(),
        FieldProblem::NotADate => w.t("problem-no-such-date").into_owned(),
        FieldProblem::YearMissing => w.t("problem-year-missing").into_owned(),
        FieldProblem::MonthMissing => w.t("problem-month-missing").into_owned(),
        FieldProblem::AfterToday => w.t("problem-after-today").into_owned(),
        FieldProblem::TooLongAgo => w.t("problem-too-long-ago").into_owned(),
        FieldProblem::BeforeToday => w.t("problem-before-today").into_owned(),
        FieldProblem::Unknown => w.t("problem-unknown-record").into_owned(),
        FieldProblem::SameTwice => w.t("problem-same-twice").into_owned(),
        FieldProblem::NeedsDeath => w.t("problem-needs-death").into_owned(),
    }
}
