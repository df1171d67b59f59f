//! The summary of a course on paper: who, when, what for, what changed, what comes next.

use crate::kernel::door::Signed;
use crate::pages::chart::{self, ChartTab, exit_words};
use crate::ui::prelude::*;
use crate::worksheet::read;
use app::content::Content;
use app::measures::Track;
use app::summary::CourseSummary;
use jiff::civil::Date;
use protocol::Standing;

/// The whole page.
pub fn page(signed: &Signed, content: &Content, page: &CourseSummary, today: Date) -> Markup {
    let w = signed.words();
    let finished = matches!(page.course.standing, Standing::Ended(_) | Standing::Maintenance);
    let heading = if finished { w.t("summary-heading") } else { w.t("summary-heading-so-far") };
    let mut frame = chart::frame(signed, &page.head, ChartTab::Plans, heading);
    frame.width = Width::Reading;
    frame.crumbs.push(Crumb {
        text: w.t("chart-plans").into_owned(),
        href: chart::path(page.head.episode, "plans").into(),
    });
    frame.actions = Some(html! { (print_button(&w.t("print"))) });
    layout(
        &frame,
        html! {
            div.no-print { (chart::top(w, &page.head, ChartTab::Plans)) }
            (facts(w, page, today))
            (scores(w, content, page))
            (quoted(w, page, &w.t("summary-formulation"), "formulation", &["client_words", "maintaining_pattern", "strengths"]))
            (goals(w, page))
            (quoted(w, page, &w.t("summary-skills"), "skills", &["skills", "proudest"]))
            (quoted(w, page, &w.t("summary-relapse-plan"), "relapse_plan", &["signs", "bad_week", "risky_events", "actions", "people", "rebook", "crisis"]))
            (quoted(w, page, &w.t("summary-next"), "disposition", &["outcome", "decision", "reason", "next_option", "referral", "follow_up_on", "later_follow_ups", "come_back"]))
            (quoted(w, page, &w.t("end-maintenance"), "maintenance_plan", &["every_days", "starts_on", "until", "focus"]))
            (sessions(w, page))
            p.soft.small { (w.with("summary-made", &[("date", w.date(today).into()), ("who", signed.who.name.clone().into())])) }
        },
    )
}

fn facts(w: Words, page: &CourseSummary, today: Date) -> Markup {
    let particulars = &page.client.particulars;
    let course = &page.course;
    let born = particulars.born_on.map_or_else(
        || w.t("not-given").into_owned(),
        |on| {
            let years = particulars.age_years(today).unwrap_or(0);
            w.with("born-age", &[("date", w.date(on).into()), ("years", years.into())])
        },
    );
    let day = |on: Option<Date>| on.map_or_else(|| w.t("not-given").into_owned(), |on| w.date(on));
    let held = w.with(
        "summary-sessions-text",
        &[
            ("held", course.sessions_held.into()),
            ("planned", course.sessions_planned.into()),
            ("missed", course.sessions_missed.into()),
        ],
    );
    let focus = match (&page.focus, &page.second_focus) {
        (Some(first), Some(second)) => {
            w.with("summary-focus-two", &[("first", first.clone().into()), ("second", second.clone().into())])
        }
        (Some(first), None) => first.clone(),
        _ => w.t("summary-focus-none").into_owned(),
    };
    let end = match &course.standing {
        Standing::Ended(exit) => w.with(
            "summary-ended",
            &[
                ("exit", exit_words(w, domain::episode::exit_word(exit)).into()),
                ("date", day(page.ended_on).into()),
            ],
        ),
        _ => w.with(
            "summary-under-way",
            &[
                ("standing", chart::standing(w, &page.head.summary).into()),
                ("end", day(course.ends_on).into()),
            ],
        ),
    };
    definition_list(&[
        (&w.t("client-name"), html! { bdi { (particulars.name) } }),
        (&w.t("client-born"), html! { (born) }),
        (&w.t("summary-therapist"), html! { bdi { (page.therapists.join(", ")) } }),
        (&w.t("summary-treatment"), html! { (page.head.protocol_title) }),
        (&w.t("summary-began"), html! { (day(course.starts_on)) }),
        (&w.t("summary-sessions"), html! { (held) }),
        (&w.t("summary-focus"), html! { (focus) }),
        (&w.t("summary-end"), html! { (end) }),
    ])
}

/// Scores then and now, in words first, with the table of all of them.
fn scores(w: Words, content: &Content, page: &CourseSummary) -> Markup {
    let filled: Vec<&Track> = page.tracks.iter().filter(|track| !track.series.is_empty()).collect();
    html! {
        section.sheet-part {
            h2 { (w.t("summary-scores")) }
            @if filled.is_empty() { p { (w.t("summary-scores-none")) } }
            @for track in filled { (score(w, content, track)) }
        }
    }
}

fn score(w: Words, content: &Content, track: &Track) -> Markup {
    let instrument = content.instrument(&track.instrument);
    let title = instrument.map_or(track.instrument.as_str(), |instrument| instrument.title.as_str());
    let row = |dated: &measure::trend::Dated| {
        let band = instrument.and_then(|instrument| instrument.band(dated.score));
        vec![
            html! { (w.date(dated.on)) },
            html! { (w.figure(dated.score.value())) },
            html! { (band.map_or("", |band| band.label.as_str())) },
        ]
    };
    let rows: Vec<Vec<Markup>> = track.series.iter().map(row).collect();
    let (day, score, words) = (w.t("chart-column-day"), w.t("chart-column-score"), w.t("chart-column-words"));
    html! {
        h3 { (title) }
        @if let Some(progress) = &track.progress { p { (progress_sentence(w, progress)) } }
        (data_table(Caption::Heard(title), &[Column::text(&day), Column::figure(&score), Column::text(&words)], &rows))
    }
}

/// Some answers of a worksheet; nothing where it is not filled in.
fn quoted(w: Words, page: &CourseSummary, title: &str, kind: &str, fields: &[&str]) -> Markup {
    let Some(sheet) = page.sheet(kind) else { return html! {} };
    html! {
        section.sheet-part {
            h2 { (title) }
            (read::some(w, &sheet.worksheet, &sheet.body, &page.labels, fields))
        }
    }
}

/// Goals then and now: as rated in the final review, else in the review half way, else as agreed.
fn goals(w: Words, page: &CourseSummary) -> Markup {
    let title = w.t("summary-goals");
    let reviewed = [
        "symptom_goal",
        "symptom_goal_rating",
        "crisis",
        "crisis_now",
        "life_goal",
        "life_goal_rating",
        "goals",
    ];
    if page.sheet("progress_review").is_some() {
        return quoted(w, page, &title, "progress_review", &reviewed);
    }
    html! {
        (quoted(w, page, &title, "contract", &["crisis", "life_goal", "symptom_goal", "goals"]))
        (quoted(w, page, &w.t("summary-goals-half-way"), "mid_review", &["goals"]))
    }
}

fn sessions(w: Words, page: &CourseSummary) -> Markup {
    let days: Vec<String> =
        page.sessions.iter().map(|(number, on)| format!("{number}: {}", w.date(*on))).collect();
    html! {
        @if !days.is_empty() {
            section.sheet-part {
                h2 { (w.t("summary-dates")) }
                ul.session-days { @for day in &days { li { (day) } } }
            }
        }
    }
}
