//! Every component on one page.

use jiff::ToSpan;
use jiff::civil::date;
use measure::Score;
use measure::chart::{Mark, Series};
use measure::trend::Dated;

use super::super::prelude::*;
use super::{Sample, client_frame, staff_frame};

pub(super) fn samples() -> Vec<Sample> {
    vec![
        Sample {
            name: "kit-staff",
            frame: staff_frame("Everything in the box", "/practice"),
            content: kit(),
        },
        Sample { name: "kit-client", frame: client_frame("Everything in the box", "/line"), content: kit() },
    ]
}

/// Seven scores with a gap, two phases and two events.
pub(super) fn chart_sample(id: &str) -> Markup {
    let text = include_str!("../../../../../content/instruments/phq-9.json");
    let instrument = measure::Instrument::parse(text).unwrap();
    let scores = [(0, 17), (7, 18), (14, 15), (21, 14), (28, 12), (63, 11), (70, 8)];
    let start = date(2026, 9, 14);
    let points: Vec<Dated> = scores
        .into_iter()
        .map(|(days, total)| Dated { on: start.saturating_add(days.days()), score: Score::from(total) })
        .collect();
    let mark =
        |days: i64, label: &str| Mark { on: start.saturating_add(days.days()), label: label.to_owned() };
    let series = Series {
        points: &points,
        marks: &[mark(0, "Initial phase"), mark(21, "Middle phase")],
        until: Some(start.saturating_add(98.days())),
    };
    let view = ProgressChart {
        id,
        title: "PHQ-9 since 14 Sep 2026",
        sentence: "Score 8, mild. Nine lower than at the start, more than measurement error (5). On the expected path for week 10.",
        instrument: &instrument,
        series: &series,
        pins: &[
            Pin { on: start.saturating_add(9.days()), text: "Quarrel with Sarah" },
            Pin { on: start.saturating_add(40.days()), text: "Away with family" },
        ],
        layers: Layers::All,
        table: None,
    };
    progress_chart(Words::english(), &view)
}

fn kit() -> Markup {
    html! {
        div.stack.loose {
            (Card::new("Buttons and states", pressing()))
            (Card::new("Messages", messages()))
            (Card::new("Fields", fields()))
            (Card::new("Scores", scores()).action(Button::link("Add a score", "/x").icon(Icon::Plus)))
            (Card::new("Versions and deeds", deeds()).foot(stamp("Version 3", "3 Nov 2026, 14:05", "Dr Grace Okello")))
            (Card::new("Chart", chart_sample("kit")))
            (Card::new("Icons", html! {
                div.icon-grid { @for icon in Icon::ALL { div { (icon) div { (format!("{icon:?}")) } } } }
            }))
        }
    }
}

fn pressing() -> Markup {
    html! {
        (button_row(&[
            Button::submit("Save").primary(),
            Button::submit("Save a draft").unchecked(),
            Button::link("Open the plan", "/p").icon(Icon::Note),
            Button::submit("Take back").danger(),
            Button::submit("Not now").plain(),
        ]))
        p.cluster {
            (badge(Tone::Neutral, "Not begun")) (badge(Tone::Well, "On track")) (badge(Tone::Due, "Review due"))
            (badge(Tone::Watch, "Not on track")) (badge(Tone::Act, "Act today")) (badge(Tone::Info, "Agreed"))
        }
        p.cluster {
            @for (i, word) in ["Minimal", "Mild", "Moderate", "Moderately severe", "Severe"].iter().enumerate() {
                (severity_badge(u8::try_from(i).unwrap(), word))
            }
        }
        (person("Amina Nabwire Okello", "Middle phase, session 6 of 14"))
    }
}

fn messages() -> Markup {
    html! {
        div.stack {
            (notice(Tone::Well, "Saved", html! { p { "Version 3 of the formulation is kept." } }))
            (notice(Tone::Info, "", html! { p { "This text was filled in from the guide. Change what does not fit." } }))
            (notice(Tone::Due, "The review is due", html! { p { "Six sessions are held." } }))
            (notice(Tone::Watch, "Somebody changed this page", html! { p { "Both texts are below. Nothing is lost." } }))
            (notice(Tone::Act, "A risk answer is open", html! { p { "Answered 2 hours ago. Owner: Dr Okello. " a href="/r" { "Open it" } } }))
        }
    }
}

fn fields() -> Markup {
    let who = Field::new("rows.0.who", "Who").help("A first name or a nickname is enough.");
    let day = Field::new("since", "Since").error(Some("Give a day in the past, for example 3 Nov 2026"));
    let mail = Field::new("mail", "E-mail").optional("optional");
    html! {
        form method="post" {
            (fieldset("A person", html! {
                div.fields {
                    (text_field(&who, &Input::text("Sarah")))
                    (text_field(&mail, &Input { autocomplete: Some("email"), ..Input::of(InputKind::Email, "") }))
                    (date_field(&day, "2027-11-03"))
                }
                (radios(&Field::new("ring", "Ring"), &[
                    Choice::of("1", "Closest", Some("1")), Choice::of("2", "Close", None), Choice::of("3", "Further out", None),
                ]))
                (text_area(&Field::new("about", "What is good, what is hard").optional("optional"), "", 3))
                (check_box(&Field::new("agreed", "Agreed"), &Choice::of("yes", "The client agrees with this text", None)))
                (answer_buttons(&Field::new("a", "How often?"), &[
                    Choice::of("0", "Not at all", None), Choice::of("1", "Several days", Some("1")),
                ]))
            }))
            (button_row(&[Button::submit("Save").primary()]))
        }
    }
}

fn scores() -> Markup {
    let row = |day: &str, phq: &str, gad: &str, badge: Markup| {
        vec![html! { (day) }, html! { (phq) }, html! { (gad) }, badge]
    };
    html! {
        (data_table(
            Caption::Heard("Scores by date"),
            &[Column::text("Day"), Column::figure("PHQ-9"), Column::figure("GAD-7"), Column::text("In words")],
            &[
                row("3 Nov 2026", "17", "12", severity_badge(3, "Moderately severe")),
                row("10 Nov 2026", "14", "10", severity_badge(2, "Moderate")),
                row("17 Nov 2026", "11", "8", severity_badge(2, "Moderate")),
            ],
        ))
        (pager("Pages of scores", "1 to 3 of 12", None, Some(PageStep { href: "/2", text: "Later" })))
    }
}

fn deeds() -> Markup {
    html! {
        (disclosure("What changed since version 2", html! {
            div.versions { div.was { "Sarah does not listen." } div.is { "Amina and Sarah want different things for their mother." } }
        }))
        (confirm("Take this version back", "The version stays in the record, marked as taken back. Version 2 becomes current.",
            "/x", &[("version", "3")], &Button::submit("Take back version 3").danger()))
        (timeline(&[
            Moment { when: "3 Nov 2026, 14:05", title: "Version 3 by Dr Okello", body: None, tone: Tone::Neutral },
            Moment { when: "12 Oct 2026, 15:10", title: "Version 2 by Dr Okello", body: Some(html! { "Focus chosen." }), tone: Tone::Well },
        ]))
    }
}
