//! Dates, times and numbers as a person reads them, in their own zone and language.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Words;

const WEEKDAYS: [&str; 7] =
    ["weekday-mon", "weekday-tue", "weekday-wed", "weekday-thu", "weekday-fri", "weekday-sat", "weekday-sun"];

const MONTHS: [&str; 12] = [
    "month-jan",
    "month-feb",
    "month-mar",
    "month-apr",
    "month-may",
    "month-jun",
    "month-jul",
    "month-aug",
    "month-sep",
    "month-oct",
    "month-nov",
    "month-dec",
];

impl Words {
    /// `3 Nov 2026`.
    #[must_use]
    pub fn date(&self, date: Date) -> String {
        self.with(
            "date",
            &[("day", date.day().into()), ("month", self.month(date).into()), ("year", date.year().into())],
        )
    }

    /// `Tue 3 Nov 2026`.
    #[must_use]
    pub fn weekday_date(&self, date: Date) -> String {
        let index = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        let weekday = WEEKDAYS.get(index).map(|key| self.t(key)).unwrap_or_default();
        self.with("weekday-date", &[("weekday", weekday.into()), ("date", self.date(date).into())])
    }

    /// `3 Nov`, for axes and tight rows where the year is plain from what stands around it.
    #[must_use]
    pub fn short_date(&self, date: Date) -> String {
        self.with("short-date", &[("day", date.day().into()), ("month", self.month(date).into())])
    }

    /// `Tue 3 Nov 2026, 14:00 (Kampala)`: an instant in a person's zone, the zone in words.
    #[must_use]
    pub fn moment(&self, at: Timestamp, zone: &TimeZone) -> String {
        let local = at.to_zoned(zone.clone());
        self.with(
            "moment",
            &[
                ("date", self.weekday_date(local.date()).into()),
                ("time", self.clock(at, zone).into()),
                ("place", zone_place(zone).into()),
            ],
        )
    }

    /// `3 Nov 2026, 14:00`: for stamps in lists where the zone is said once elsewhere.
    #[must_use]
    pub fn short_moment(&self, at: Timestamp, zone: &TimeZone) -> String {
        let date = self.date(at.to_zoned(zone.clone()).date());
        self.with("short-moment", &[("date", date.into()), ("time", self.clock(at, zone).into())])
    }

    /// `14:00` in a person's zone.
    #[must_use]
    pub fn clock(&self, at: Timestamp, zone: &TimeZone) -> String {
        let local = at.to_zoned(zone.clone());
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// How far a day is from today: `today`, `yesterday`, `3 days ago`, `5 weeks ago`, `in 3 days`.
    /// Days up to two weeks, weeks up to eleven, then months of 30.4 days, then years.
    #[must_use]
    pub fn days_apart(&self, day: Date, today: Date) -> String {
        let days = (day - today).get_days();
        let key = match days {
            0 => return self.t("day-today").into_owned(),
            -1 => return self.t("day-yesterday").into_owned(),
            1 => return self.t("day-tomorrow").into_owned(),
            ..=-2 => ["days-ago", "weeks-ago", "months-ago", "years-ago"],
            2.. => ["days-ahead", "weeks-ahead", "months-ahead", "years-ahead"],
        };
        let (unit, count) = match days.unsigned_abs() {
            n @ ..14 => (key[0], n),
            n @ 14..77 => (key[1], (n + 3) / 7),
            n @ 77..700 => (key[2], (n * 10 + 152) / 304),
            n => (key[3], (n + 182) / 365),
        };
        self.with(unit, &[("count", count.into())])
    }

    /// How long ago an instant was: `just now`, `12 minutes ago`, `3 hours ago`, then days as
    /// [`Words::days_apart`] counts them in the zone. An instant in the future reads `just now`.
    #[must_use]
    pub fn since(&self, at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
        match now.duration_since(at).as_secs() {
            ..60 => self.t("just-now").into_owned(),
            seconds @ 60..3_600 => self.with("minutes-ago", &[("count", (seconds / 60).into())]),
            seconds @ 3_600..43_200 => self.with("hours-ago", &[("count", (seconds / 3_600).into())]),
            _ => {
                let day = at.to_zoned(zone.clone()).date();
                self.days_apart(day, now.to_zoned(zone.clone()).date())
            }
        }
    }

    /// A count with its thousands apart: `12,400`.
    #[must_use]
    pub fn count(&self, n: i64) -> String {
        let digits = n.unsigned_abs().to_string();
        let mut out = String::from(if n < 0 { "\u{2212}" } else { "" });
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push_str(&self.t("thousands-mark"));
            }
            out.push(digit);
        }
        out
    }

    /// A figure with at most one decimal and none when it is whole: `11`, `4.5`.
    #[must_use]
    pub fn figure(&self, n: f64) -> String {
        // Adding zero turns a negative zero into a plain one.
        let rounded = (n * 10.0).round() / 10.0 + 0.0;
        if rounded.fract() == 0.0 {
            format!("{rounded:.0}")
        } else {
            format!("{rounded:.1}").replace('.', &self.t("decimal-mark"))
        }
    }

    fn month(&self, date: Date) -> String {
        self.month_name(date.month())
    }

    /// The short name of a month, 1 to 12: `Nov`.
    #[must_use]
    pub fn month_name(&self, month: i8) -> String {
        let index = usize::try_from(month - 1).unwrap_or(0);
        MONTHS.get(index).map(|key| self.t(key).into_owned()).unwrap_or_default()
    }
}

/// `Africa/Kampala` reads `Kampala`; a zone without a name reads as its offset would, `UTC`.
fn zone_place(zone: &TimeZone) -> String {
    zone.iana_name().and_then(|name| name.rsplit('/').next()).unwrap_or("UTC").replace('_', " ")
}
