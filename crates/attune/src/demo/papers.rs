//! What is written on the worksheets of a made-up course: field and value, as a form would send them.

use super::cast::{Person, Shape};
use jiff::civil::Date;

/// Fields of one worksheet, typed over what the program has filled in by itself.
pub type Fields = Vec<(String, String)>;

/// What a paper may refer to.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// The day it is written.
    pub on: Date,
    /// The planned last day of the course.
    pub ends_on: Date,
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The fields of a worksheet, or none when the play has nothing to write on it.
pub fn write(kind: &str, person: &Person, day: Day) -> Fields {
    let on = day.on.to_string();
    match kind {
        "eligibility" => eligibility(person, &on),
        "diagnosis" => diagnosis(person, &on),
        "medication_decision" => fields(&[
            ("preference", "Would like to try without medicine first."),
            ("decision", "none"),
            ("reason", "Moderate severity, no medicine in earlier episodes, and a clear wish."),
            ("look_again_session", "4"),
        ]),
        "sick_role" => fields(&[
            ("duties_reduced.0.duty", "Guests at the weekend"),
            ("duties_reduced.0.how", "Not for the next four weeks"),
            ("duties_kept.0.duty", "Getting up at the usual hour"),
            ("duties_kept.1.duty", "Coming here every week"),
            ("support_asked_from.0.name", support(person)),
            ("support_asked_from.0.request", "Take over the errands on Tuesdays"),
            ("review_session", "4"),
            ("acknowledged", "yes"),
            ("acknowledged_on", &on),
        ]),
        "formulation" => formulation(person, &on),
        "contract" => contract(person, day),
        "mid_review" => mid_review(person),
        "progress_check" => {
            fields(&[("view", if person.course == Shape::Flat { "not_on_track" } else { "on_track" })])
        }
        "ending_talk" => fields(&[
            (
                "feelings",
                "Some worry about standing alone, and pride. Thinks of the weeks without an appointment.",
            ),
            ("feeling_words", "worried"),
            ("feeling_words", "proud"),
            (
                "sad_or_ill",
                "Sadness about the ending comes in waves and passes; sleep and appetite stay as they are.",
            ),
            ("spacing", "as_before"),
        ]),
        "progress_review" => progress_review(person),
        "skills" => fields(&[
            ("skills.0.skill", "Say what I want before I am angry"),
            ("skills.0.improvement", "Talks end with a plan more often than with silence"),
            ("skills.0.confidence", "7"),
            ("skills.1.skill", "Ring somebody when the evening turns dark"),
            ("skills.1.improvement", "Two people know how I am"),
            ("skills.1.confidence", "8"),
        ]),
        "relapse_plan" => relapse_plan(person, &on),
        "disposition" => disposition(person, day),
        "maintenance_plan" => maintenance_plan(day),
        _ => Fields::new(),
    }
}

/// The living person closest to the client.
fn support(person: &Person) -> &str {
    person.ties.iter().find(|tie| tie.died_months.is_none()).map_or("a neighbour", |tie| &tie.name)
}

fn eligibility(person: &Person, on: &str) -> Fields {
    let minor = person.age.is_some();
    let mut typed = fields(&[
        ("decision", "start"),
        ("consent_version", "2026-1"),
        ("consent_signed", "yes"),
        ("consent_signed_on", on),
        ("is_minor", if minor { "yes" } else { "no" }),
        ("mode", "in_person"),
        ("emergency_location", "At home, address as in the particulars"),
    ]);
    for asked in ["psychosis", "mania", "acute_danger", "substance", "violence", "cognition", "medical_cause"]
    {
        typed.push((asked.to_owned(), "no".to_owned()));
    }
    if minor {
        typed.extend(fields(&[
            ("guardian_permission", "Mother, in writing"),
            ("guardian_permission_on", on),
            ("assent", "yes"),
            ("private_between_us", "What is said stays here unless somebody is in danger."),
        ]));
    }
    typed
}

fn diagnosis(person: &Person, on: &str) -> Fields {
    let scale = if person.age.is_some() { "PHQ-9A" } else { "PHQ-9" };
    fields(&[
        ("system", "icd_11"),
        ("code", "6A70.1"),
        ("label", "Single episode depressive disorder, moderate, without psychotic symptoms"),
        ("certainty", "confirmed"),
        ("assessor_role", "psychotherapist"),
        ("criteria_met.0.criterion", "Low mood most of the day"),
        ("criteria_met.0.example", "Cries without knowing why"),
        ("criteria_met.1.criterion", "Loss of interest"),
        ("target_scale", scale),
        ("told_on", on),
        (
            "told_words",
            "What you have is a depression. It has a name, it is not your fault, and it can be treated.",
        ),
    ])
}

fn formulation(person: &Person, on: &str) -> Fields {
    fields(&[
        ("symptoms", "Low mood, little joy, broken sleep, self-reproach."),
        ("onset_link", &person.link),
        ("problem_area", &person.area),
        ("area_link", &person.link),
        ("maintaining_pattern", &person.pattern),
        ("strengths", &person.strengths),
        ("aim", &person.life_goal),
        ("client_words", &person.words),
        ("accepted", "yes"),
        ("accepted_on", on),
    ])
}

fn contract(person: &Person, day: Day) -> Fields {
    let on = day.on.to_string();
    let mut typed = fields(&[
        ("cadence", "weekly"),
        ("mode", "in_person"),
        ("planned_end", &day.ends_on.to_string()),
        ("crisis", &person.link),
        ("life_goal", &person.life_goal),
        ("symptom_goal", &person.symptom_goal),
        ("goals.0.text", &person.life_goal),
        ("goals.0.measure", "Rating from 0 to 10"),
        ("goals.0.baseline", "2"),
        ("goals.0.target", "7"),
        ("goals.1.text", &person.symptom_goal),
        ("goals.1.measure", "Days a week"),
        ("goals.1.baseline", "0"),
        ("goals.1.target", "4"),
        ("therapist_role", "Keeps us on the focus, asks, offers ways to try, says what is seen."),
        (
            "client_role",
            "Says what matters most today, tries things out between sessions, says when something is off.",
        ),
        ("homework_agreed", "yes"),
        ("confidentiality", "What is said here stays here, unless somebody is in danger."),
        ("is_minor", if person.age.is_some() { "yes" } else { "no" }),
        ("cancellation", "A day before, by phone."),
        ("crisis_plan", "Call the practice; at night the emergency number."),
        ("client_signed", "yes"),
        ("client_signed_on", &on),
        ("therapist_signed", "yes"),
        ("therapist_signed_on", &on),
    ]);
    if person.age.is_some() {
        typed.extend(fields(&[
            ("confidentiality_minor", "Parents hear about danger and about dates, not about what is said."),
            ("guardian_signed_on", &on),
        ]));
    }
    typed
}

fn mid_review(person: &Person) -> Fields {
    let flat = person.course == Shape::Flat;
    fields(&[
        ("response", if flat { "none" } else { "partial" }),
        ("helps", "Looking at one talk word by word."),
        ("hinders", "Weeks in which nothing is tried out at home."),
        ("alliance", "8"),
        ("focus_status", if flat { "stuck" } else { "fits" }),
        ("decision", if flat { "revise" } else { "keep" }),
        ("what_changes", if flat { "One talk a week that is prepared here and looked at here." } else { "" }),
        (
            "reason",
            if flat {
                "The score has not moved more than chance."
            } else {
                "Scores and goals move the right way."
            },
        ),
    ])
}

fn progress_review(person: &Person) -> Fields {
    let well = person.course == Shape::Remitting;
    fields(&[
        ("comparison", if well { "remission" } else { "partial" }),
        ("symptom_goal_rating", "8"),
        ("crisis_now", "Still there at the edge, no longer in the middle."),
        ("life_goal_rating", "7"),
        ("goals.0.goal", &person.life_goal),
        ("goals.0.then", "2"),
        ("goals.0.now", "7"),
        ("goals.0.rating", "7"),
        ("goals.0.own_part", "Asked first, and stayed in the talk."),
        ("goals.1.goal", &person.symptom_goal),
        ("goals.1.then", "0"),
        ("goals.1.now", "5"),
        ("goals.1.rating", "8"),
        ("focus_status", "better"),
        ("alliance", "9"),
    ])
}

fn relapse_plan(person: &Person, on: &str) -> Fields {
    fields(&[
        ("signs.0.sign", "Answering messages days later"),
        ("signs.0.noticed", "The phone stays in the other room"),
        ("signs.0.by_whom", support(person)),
        ("signs.1.sign", "Waking at four for more than a week"),
        ("risky_events.0.event", "The anniversary of what happened"),
        ("risky_events.0.plan", "Not be alone that day"),
        ("actions.0.level", "early"),
        ("actions.0.action", "Ring one of the two people on the list"),
        ("actions.1.level", "building"),
        ("actions.1.action", "Book a booster session"),
        ("actions.2.level", "severe"),
        ("actions.2.action", "Call the practice the same day"),
        ("people.0.name", support(person)),
        ("people.0.reach", "by phone, any evening"),
        ("people.1.name", "The practice"),
        ("people.1.reach", "+256 700 000 000"),
        ("rebook", "When two signs last longer than two weeks."),
        ("crisis", "In danger: the emergency number, then the practice."),
        ("made_on", on),
    ])
}

fn disposition(person: &Person, day: Day) -> Fields {
    let maintained = person.stands == super::cast::Stands::Maintenance;
    let follow_up = day.on.saturating_add(jiff::Span::new().days(30)).to_string();
    fields(&[
        ("outcome", if person.course == Shape::Remitting { "remission" } else { "partial" }),
        ("decision", if maintained { "maintenance" } else { "discharge" }),
        ("reason", "Few symptoms left for weeks, and a plan that has been tried."),
        ("next_option", "Booster sessions here"),
        ("client_wish", "To stand alone and be able to come back."),
        ("follow_up_on", &follow_up),
        ("come_back", "Ring or write; a first appointment within two weeks."),
    ])
}

fn maintenance_plan(day: Day) -> Fields {
    let on = day.on.to_string();
    let from = day.on.saturating_add(jiff::Span::new().days(28)).to_string();
    let until = day.on.saturating_add(jiff::Span::new().years(2)).to_string();
    fields(&[
        ("every_days", "28"),
        ("starts_on", &from),
        ("until", &until),
        ("focus", "Keep the ties that came back, and the anniversary."),
        ("thresholds.0.what", "PHQ-9"),
        ("thresholds.0.limit", "10 or more"),
        ("thresholds.0.then", "Meet within a week"),
        ("monitored_by", "The therapist"),
        ("agreed", "yes"),
        ("agreed_on", &on),
    ])
}
