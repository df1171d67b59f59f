//! Dates as people remember them: a day, a month, a season, a year, and "around".

use crate::fields::{FieldProblem, Fields, Reading, coded};
use jiff::Span;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The furthest back a remembered date may lie, in years.
pub const YEARS_BACK_MAX: i16 = 120;

coded! {
    /// A quarter of a year as people north of the equator name it; screens name its months beside it.
    Season {
        /// March to May.
        Spring = "spring",
        /// June to August.
        Summer = "summer",
        /// September to November.
        Autumn = "autumn",
        /// December of the year before to February.
        Winter = "winter",
    }
}

/// How exactly a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "precision", rename_all = "snake_case")]
pub enum Grain {
    /// To the day.
    Day {
        /// The day.
        on: Date,
    },
    /// To the month.
    Month {
        /// Year.
        year: i16,
        /// Month, 1 to 12.
        month: i8,
    },
    /// To the season.
    Season {
        /// Year; a winter belongs to the year of its January.
        year: i16,
        /// Which one.
        season: Season,
    },
    /// To the year.
    Year {
        /// Year.
        year: i16,
    },
}

/// A remembered date: an interval with a way to say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FuzzyDate {
    /// How exactly it is known.
    #[serde(flatten)]
    pub grain: Grain,
    /// Whether even that is only about right. Widens the interval: a day by a week on either side, a month or a
    /// season by a month, a year by half a year.
    #[serde(default)]
    pub around: bool,
}

impl From<Date> for FuzzyDate {
    fn from(on: Date) -> FuzzyDate {
        FuzzyDate { grain: Grain::Day { on }, around: false }
    }
}

impl FuzzyDate {
    /// The first day it can mean.
    #[must_use]
    pub fn earliest(&self) -> Date {
        let (first, _) = self.grain.bounds();
        if self.around { first.saturating_sub(self.margin()) } else { first }
    }

    /// The last day it can mean.
    #[must_use]
    pub fn latest(&self) -> Date {
        let (_, last) = self.grain.bounds();
        if self.around { last.saturating_add(self.margin()) } else { last }
    }

    /// The day in the middle, to sort by.
    #[must_use]
    pub fn middle(&self) -> Date {
        let days = days_between(self.earliest(), self.latest());
        self.earliest().saturating_add(Span::new().days(days / 2))
    }

    /// The fewest days that can lie between the two; 0 when they overlap.
    #[must_use]
    pub fn gap_days(&self, other: &FuzzyDate) -> i64 {
        let after = days_between(self.latest(), other.earliest());
        let before = days_between(other.latest(), self.earliest());
        after.max(before).max(0)
    }

    fn margin(&self) -> Span {
        match self.grain {
            Grain::Day { .. } => Span::new().days(7),
            Grain::Month { .. } | Grain::Season { .. } => Span::new().months(1),
            Grain::Year { .. } => Span::new().months(6),
        }
    }

    /// Reads the fields `<name>.year`, `<name>.part` (a month 1 to 12 or a season), `<name>.day`, `<name>.around`.
    /// Nothing typed gives `None`; what is wrong is noted, and a date after `today` is wrong.
    #[must_use]
    pub fn read(reading: &mut Reading<'_>, name: &str, today: Date) -> Option<FuzzyDate> {
        let [year, part, day] = ["year", "part", "day"].map(|part| format!("{name}.{part}"));
        let typed = [&year, &part, &day].map(|field| reading.raw(field));
        if typed.iter().all(|text| text.is_empty()) {
            return None;
        }
        let number = |text: &str| text.parse::<i16>().ok();
        if typed[0].is_empty() {
            reading.note(year, FieldProblem::YearMissing);
            return None;
        }
        let Some(in_year) = number(typed[0]).filter(|year| (1000..=9999).contains(year)) else {
            reading.note(year, FieldProblem::NotADate);
            return None;
        };
        let grain = match (number(typed[1]), typed[2]) {
            (None, "") if typed[1].is_empty() => Some(Grain::Year { year: in_year }),
            (None, "") => season(typed[1]).map(|season| Grain::Season { year: in_year, season }),
            (None, _) => {
                reading.note(part, FieldProblem::MonthMissing);
                return None;
            }
            (Some(month), "") => whole_month(in_year, month),
            (Some(month), on) => exact_day(in_year, month, number(on)),
        };
        let around = reading.ticked(&format!("{name}.around"));
        let Some(found) = grain.map(|grain| FuzzyDate { grain, around }) else {
            reading.note(if typed[2].is_empty() { part } else { day }, FieldProblem::NotADate);
            return None;
        };
        if found.grain.bounds().0 > today {
            reading.note(year, FieldProblem::AfterToday);
        } else if today.year() - in_year > YEARS_BACK_MAX {
            reading.note(year, FieldProblem::TooLongAgo);
        }
        Some(found)
    }

    /// The same as fields.
    pub fn write(&self, fields: &mut Fields, name: &str) {
        let mut put = |part: &str, value: String| fields.put(&format!("{name}.{part}"), value);
        match self.grain {
            Grain::Day { on } => {
                put("year", on.year().to_string());
                put("part", on.month().to_string());
                put("day", on.day().to_string());
            }
            Grain::Month { year, month } => {
                put("year", year.to_string());
                put("part", month.to_string());
            }
            Grain::Season { year, season } => {
                put("year", year.to_string());
                put("part", crate::fields::Coded::code(season).to_owned());
            }
            Grain::Year { year } => put("year", year.to_string()),
        }
        if self.around {
            put("around", "yes".to_owned());
        }
    }
}

impl Grain {
    /// First and last day, without "around".
    fn bounds(self) -> (Date, Date) {
        match self {
            Grain::Day { on } => (on, on),
            Grain::Month { year, month } => (first_of(year, month), first_of(year, month).last_of_month()),
            Grain::Season { year, season } => {
                let (from, to) = match season {
                    Season::Spring => (first_of(year, 3), first_of(year, 5)),
                    Season::Summer => (first_of(year, 6), first_of(year, 8)),
                    Season::Autumn => (first_of(year, 9), first_of(year, 11)),
                    Season::Winter => (first_of(year - 1, 12), first_of(year, 2)),
                };
                (from, to.last_of_month())
            }
            Grain::Year { year } => (first_of(year, 1), first_of(year, 12).last_of_month()),
        }
    }
}

/// Days from one day to another, negative when the second is earlier.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

fn first_of(year: i16, month: i8) -> Date {
    // Years and months are checked where they are read; an impossible one in a document falls back to the epoch.
    Date::new(year, month, 1).unwrap_or(Date::constant(1970, 1, 1))
}

fn season(word: &str) -> Option<Season> {
    crate::fields::Coded::from_code(word)
}

fn whole_month(year: i16, month: i16) -> Option<Grain> {
    let month = i8::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
    Some(Grain::Month { year, month })
}

fn exact_day(year: i16, month: i16, day: Option<i16>) -> Option<Grain> {
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day?).ok()?);
    Date::new(year, month, day).ok().map(|on| Grain::Day { on })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 11, 22);

    fn read(year: &str, part: &str, day: &str, around: &str) -> Result<Option<FuzzyDate>, FieldProblem> {
        let fields = Fields::default()
            .with("when.year", year)
            .with("when.part", part)
            .with("when.day", day)
            .with("when.around", around);
        let mut reading = Reading::of(&fields);
        let found = FuzzyDate::read(&mut reading, "when", TODAY);
        reading.finish(found).map_err(|errors| errors[0].problem)
    }

    #[test]
    fn each_way_to_remember_a_date_has_its_interval() {
        for (typed, earliest, latest) in [
            (("2023", "8", "14", ""), date(2023, 8, 14), date(2023, 8, 14)),
            (("2023", "8", "14", "yes"), date(2023, 8, 7), date(2023, 8, 21)),
            (("2024", "2", "", ""), date(2024, 2, 1), date(2024, 2, 29)),
            (("2024", "2", "", "yes"), date(2024, 1, 1), date(2024, 3, 29)),
            (("2023", "summer", "", ""), date(2023, 6, 1), date(2023, 8, 31)),
            (("2023", "winter", "", ""), date(2022, 12, 1), date(2023, 2, 28)),
            (("2023", "", "", ""), date(2023, 1, 1), date(2023, 12, 31)),
            (("2023", "", "", "yes"), date(2022, 7, 1), date(2024, 6, 30)),
        ] {
            let found = read(typed.0, typed.1, typed.2, typed.3).unwrap().unwrap();
            assert_eq!((found.earliest(), found.latest()), (earliest, latest), "{typed:?}");
        }
        assert_eq!(read("", "", "", "yes"), Ok(None));
    }

    #[test]
    fn impossible_dates_are_refused() {
        for (typed, problem) in [
            (("2027", "", "", ""), FieldProblem::AfterToday),
            (("2026", "12", "", ""), FieldProblem::AfterToday),
            (("2026", "11", "23", ""), FieldProblem::AfterToday),
            (("2025", "2", "29", ""), FieldProblem::NotADate),
            (("2025", "13", "", ""), FieldProblem::NotADate),
            (("2025", "harvest", "", ""), FieldProblem::NotADate),
            (("25", "", "", ""), FieldProblem::NotADate),
            (("", "3", "", ""), FieldProblem::YearMissing),
            (("2025", "", "3", ""), FieldProblem::MonthMissing),
            (("2025", "summer", "3", ""), FieldProblem::MonthMissing),
            (("1905", "", "", ""), FieldProblem::TooLongAgo),
        ] {
            assert_eq!(read(typed.0, typed.1, typed.2, typed.3), Err(problem), "{typed:?}");
        }
        assert!(read("2026", "11", "22", "yes").is_ok(), "today is not after today");
    }

    #[test]
    fn the_gap_is_what_lies_between_at_the_least() {
        let onset = read("2026", "3", "", "").unwrap().unwrap();
        let same_year = read("2026", "", "", "").unwrap().unwrap();
        let before = read("2026", "1", "31", "").unwrap().unwrap();
        assert_eq!(onset.gap_days(&same_year), 0);
        assert_eq!(onset.gap_days(&before), 29);
        assert_eq!(before.gap_days(&onset), 29);
    }

    proptest! {
        #[test]
        fn a_date_comes_back_from_its_own_fields_and_document(
            year in 1910i16..2026, month in 1i8..=12, day in 1i8..=28, which in 0..4, around: bool,
        ) {
            let grain = match which {
                0 => Grain::Day { on: date(year, month, day) },
                1 => Grain::Month { year, month },
                2 => Grain::Season { year, season: Season::Autumn },
                _ => Grain::Year { year },
            };
            let found = FuzzyDate { grain, around };
            prop_assert!(found.earliest() <= found.middle() && found.middle() <= found.latest());
            let mut fields = Fields::default();
            found.write(&mut fields, "when");
            let mut reading = Reading::of(&fields);
            let again = FuzzyDate::read(&mut reading, "when", TODAY);
            prop_assert_eq!(reading.finish(again), Ok(Some(found)));
            let text = serde_json::to_string(&found).unwrap();
            prop_assert_eq!(serde_json::from_str::<FuzzyDate>(&text).unwrap(), found);
        }
    }
}
