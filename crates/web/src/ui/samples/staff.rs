//! Pages as staff see them.

use super::super::prelude::*;
use super::{Sample, staff_frame};

pub(super) fn samples() -> Vec<Sample> {
    vec![caseload(), overview(), session(), empty_caseload()]
}

// tidy: one thought, a page filled in from top to bottom
fn caseload() -> Sample {
    let mut frame = staff_frame("Good morning, Grace", "/caseload");
    frame.lede = Some(html! { "Sunday 22 November. Three sessions today; two people need you first." });
    frame.actions = Some(html! { (Button::link("Add a client", "/clients/new").primary().icon(Icon::Plus)) });
    let row =
        |name, standing, figure: Markup, contact, why: &'static str, tone, action: &'static str| PersonRow {
            name,
            href: "/clients/1",
            standing,
            figure: Some(figure),
            contact,
            why: html! { (why) },
            action: Some(html! { (Button::link(action, "/clients/1").about(name)) }),
            tone,
        };
    let part = |title: &'static str, count: usize, text: &'static str, rows: &[PersonRow<'_>]| {
        html! {
            section.part {
                div.part-head { h2 { (title) } p { (count) " people. " (text) } }
                (people_list(rows))
            }
        }
    };
    let act = [
        row(
            "Daniel Mugisha",
            "Middle phase, session 7 of 14",
            severity_badge(3, "PHQ-9 17, moderately severe"),
            "Seen 4 days ago",
            "Answered item 9 above zero, 2 hours ago. Owner: you.",
            Tone::Act,
            "Open the risk task",
        ),
        row(
            "Ruth Namatovu",
            "Initial phase, session 2 of 16",
            severity_badge(4, "PHQ-9 21, severe"),
            "Missed yesterday",
            "No answer to two calls after a missed session.",
            Tone::Act,
            "Record a contact",
        ),
    ];
    let watch = [row(
        "Joseph Kato",
        "Middle phase, session 9 of 14",
        severity_badge(3, "PHQ-9 16, no reliable change"),
        "Seen 6 days ago",
        "Not on track for four weeks. The mid-course review is open.",
        Tone::Watch,
        "Review",
    )];
    let due = [
        row(
            "Amina Nabwire Okello",
            "Middle phase, session 6 of 14",
            severity_badge(2, "PHQ-9 11, six lower"),
            "Today, 14:00",
            "Session today. Homework to look at: talk with her sister.",
            Tone::Due,
            "Prepare",
        ),
        row(
            "A client with a remarkably long double-barrelled Featherstonehaugh-Cholmondeley name",
            "Ending, session 13 of 16",
            severity_badge(1, "PHQ-9 6, mild"),
            "Today, 16:30",
            "Relapse-prevention plan is missing for the ending gate.",
            Tone::Due,
            "Write the plan",
        ),
    ];
    let well = [row(
        "Peter Ssali",
        "Maintenance, monthly",
        severity_badge(0, "PHQ-9 3, minimal"),
        "Seen 3 weeks ago",
        "Nothing due until 14 Dec.",
        Tone::Well,
        "Open",
    )];
    let content = html! {
        (part("Act today", 2, "Risk and lost contact come first.", &act))
        (part("Not on track", 1, "Scores that do not move as hoped.", &watch))
        (part("Due", 2, "Sessions, measures, reviews and letters.", &due))
        section.part { (disclosure("Going well: 5 people", people_list(&well))) }
    };
    Sample { name: "staff-caseload", frame, content }
}

fn overview() -> Sample {
    let mut frame = staff_frame("Amina Nabwire Okello", "/clients");
    frame.crumbs = vec![Crumb { href: "/clients".into(), text: "Clients".to_owned() }];
    frame.lede = Some(html! { "34 years, nurse. Role dispute with her sister since March." });
    frame.actions = Some(html! {
        (Button::link("Open session 6", "/s").primary().icon(Icon::Pen))
        (print_button("Print"))
    });
    frame.notices = vec![notice(
        Tone::Due,
        "The mid-course review is due",
        html! { p { "Six sessions are held. " a href="/review" { "Start the review" } " together in this session or the next." } },
    )];
    let tab = |href, text, count| Tab { href, text, count };
    let content = html! {
        (tabs("Course", "/o", &[
            tab("/o", "Overview", None), tab("/t", "Timeline", None), tab("/i", "People", Some(9)),
            tab("/f", "Formulation", None), tab("/h", "Homework", Some(2)), tab("/m", "Measures", None),
            tab("/d", "Documents", None),
        ]))
        div.split {
            div.stack.loose {
                (Card::new("Course", course()).action(badge(Tone::Well, "On track")))
                (Card::new("Last two weeks", super::kit::chart_sample("overview")))
                (Card::new("What happened", happened()).foot(html! { a href="/t" { "Whole timeline" } }))
            }
            div.stack.loose {
                (Card::new("Before this session", before()).look(CardLook::Aside))
                (Card::new("Focus", focus()).foot(stamp("Version 2", "12 Oct 2026, 15:10", "Dr Grace Okello")))
                (Card::new("Private notes", html! { p { "Only you read these. They never print with the record." } }).look(CardLook::Private))
            }
        }
    };
    Sample { name: "staff-overview", frame, content }
}

fn course() -> Markup {
    use SessionMark::{Ahead, Held, Now};
    course_strip(
        "Session 6 of 14, 9 left. Ends about 18 Jan 2027.",
        &[
            PhaseStrip { name: "Initial", state: "done", sessions: &[Held, Held, Held] },
            PhaseStrip {
                name: "Middle",
                state: "session 6 is next",
                sessions: &[Held, Held, Now, Ahead, Ahead, Ahead, Ahead, Ahead],
            },
            PhaseStrip { name: "Ending", state: "to come", sessions: &[Ahead, Ahead, Ahead] },
        ],
    )
}

fn before() -> Markup {
    html! {
        ol.guide {
            li.done { div { "Read her message from Thursday" } }
            li { div { "Look at the homework: " strong { "ask Sarah about the house" } } }
            li { div { "Ask for the score of this week" p.soft.small { "Last: 11, moderate" } } }
        }
    }
}

fn focus() -> Markup {
    definition_list(&[
        ("Problem area", html! { "Role dispute " (badge(Tone::Info, "agreed")) }),
        ("With", html! { bdi { "Sarah" } ", sister" }),
        ("Stage", html! { "Renegotiation" }),
        ("Goal", html! { "Agree who looks after their mother on which days" }),
    ])
}

fn happened() -> Markup {
    timeline(&[
        Moment {
            when: "Thu 19 Nov",
            title: "Score 11, six lower than at the start",
            body: None,
            tone: Tone::Well,
        },
        Moment {
            when: "Mon 16 Nov",
            title: "Session 5",
            body: Some(html! { "Communication analysis of the phone call. Task agreed." }),
            tone: Tone::Neutral,
        },
        Moment {
            when: "Sat 14 Nov",
            title: "Quarrel with Sarah about the house",
            body: None,
            tone: Tone::Watch,
        },
    ])
}

fn session() -> Sample {
    let mut frame = staff_frame("Session 6", "/clients");
    frame.width = Width::Wide;
    frame.crumbs = vec![
        Crumb { href: "/clients".into(), text: "Clients".to_owned() },
        Crumb { href: "/clients/1".into(), text: "Amina Nabwire Okello".to_owned() },
    ];
    let step = |title: &'static str, say: &'static str, name: &'static str| {
        html! {
            li {
                div {
                    strong { (title) }
                    p.say { "“" (say) "”" }
                    (radios(&Field::new(name, "How far"), &[
                        Choice::of("done", "Done", Some("done")), Choice::of("partly", "Partly", None),
                        Choice::of("not", "Not today", None),
                    ]))
                }
            }
        }
    };
    let guide = html! {
        ol.guide {
            (step("Ask about the week", "How have things been since we last met?", "s1"))
            (step("Link mood and event", "Your score went up on Saturday. What happened that day?", "s2"))
            (step("Work on the dispute", "What did you want her to understand?", "s3"))
        }
    };
    let note = html! {
        form method="post" data-autosave="/s/6/note" {
            (hidden("version", "4"))
            (text_area(&Field::new("mood", "Mood since the last session").help("In the client's words where you can."), "Better until Saturday, then two bad nights.", 3))
            (text_area(&Field::new("work", "What was worked on"), "", 5))
            div.fields {
                (select(&Field::new("technique", "Technique"), &[Choice::of("ca", "Communication analysis", None), Choice::of("rp", "Role play", None)]))
                (date_field(&Field::new("next", "Next session"), "2026-11-29"))
                (text_field(&Field::new("mins", "Minutes"), &Input { chars: Some(4), ..Input::of(InputKind::Number, "50") }))
            }
            div.form-end {
                (button_row(&[Button::submit("Save").primary(), Button::submit("Sign and lock").icon(Icon::Lock).named("then", "sign")]))
                span.soft.small { "Sent 14:05" }
            }
        }
    };
    let content = html! {
        div.split.guide-first {
            (Card::new("Guide for today", guide).look(CardLook::Aside))
            (Card::new("Note", note).action(badge(Tone::Neutral, "Draft")))
        }
    };
    Sample { name: "staff-session", frame, content }
}

fn empty_caseload() -> Sample {
    let content = Card::new(
        "",
        empty_state(
            "Nobody here yet",
            "When somebody is referred to you or you add a client, they appear here with what is due.",
            Some(&Button::link("Add your first client", "/new").primary()),
        ),
    )
    .render();
    Sample { name: "staff-empty", frame: staff_frame("Caseload", "/caseload"), content }
}
