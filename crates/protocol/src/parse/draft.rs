//! Parsing: from TOML to the model. Form only; whether the parts fit together is `check`'s question.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::reader::{Fields, Reader, Word, integer, nearest};
use crate::cases::{Case, Expectation};
use crate::condition::{Condition, Criterion, Test};
use crate::event::ProblemArea;
use crate::fact::{Fact, Facts};
use crate::ids::{GateId, TaskId};
use crate::model::{
    Area, Artefact, Discharge, DropUnit, Exclusion, FactType, Gate, Measure, Outcome, Phase, PhaseSpan,
    Protocol, Rule, Sessions, Step, Task, TaskPhase, Timing, Who,
};

const FORMAT: u16 = 1;

const PHASES: [(&str, Phase); 3] =
    [("initial", Phase::Initial), ("middle", Phase::Middle), ("ending", Phase::Ending)];
const TASK_PHASES: [(&str, TaskPhase); 5] = [
    ("before", TaskPhase::Before),
    ("initial", TaskPhase::Initial),
    ("middle", TaskPhase::Middle),
    ("ending", TaskPhase::Ending),
    ("any", TaskPhase::Any),
];
const WHO: [(&str, Who); 6] = [
    ("therapist", Who::Therapist),
    ("client", Who::Client),
    ("guardian", Who::Guardian),
    ("supervisor", Who::Supervisor),
    ("prescriber", Who::Prescriber),
    ("system", Who::System),
];
const FACT_TYPES: [(&str, FactType); 3] =
    [("flag", FactType::Flag), ("count", FactType::Count), ("text", FactType::Text)];
const AREAS: [(&str, ProblemArea); 4] = [
    ("grief", ProblemArea::Grief),
    ("disputes", ProblemArea::Disputes),
    ("transitions", ProblemArea::Transitions),
    ("deficits", ProblemArea::Deficits),
];

/// Reads the whole file; `None` when the frame (phases, gates, sessions) is too broken to check the rest.
pub(super) fn protocol(reader: &mut Reader<'_>, file: &Spanned<DeTable<'_>>) -> Option<Protocol> {
    let mut fields = Fields::new(reader, String::new(), 0, file.get_ref());
    let f = &mut fields;
    let format = f.number("format", 1);
    if f.has("format") && format != FORMAT {
        f.wrong(
            "format",
            format!("this program reads format {FORMAT}, the file is written in format {format}"),
        );
    }
    let id = f.text("id");
    let version = f.text("version");
    let title = f.text("title");
    let population = f.text("population");
    let summary = f.text("summary");
    let sources = texts(f, "sources");
    if sources.is_empty() {
        f.wrong("sources", "name at least one publication the protocol rests on");
    }
    let exclusions = f.tables("exclusions", |f| Exclusion {
        criterion: f.text("criterion"),
        action: f.text("action"),
        source: f.text("source"),
    });
    let sessions = f.table("sessions", sessions);
    let phases = f.tables("phases", phase_span);
    let artefacts = f.entries("artefacts", artefact);
    let tasks = f.tables("tasks", task);
    let gates = f.tables("gates", gate);
    let discharge = f.table("discharge", |f| Discharge { needs: ids(f, "needs") });
    let measures = f.tables("measures", |f| {
        let instrument = f.text("instrument");
        Measure { why: f.text("why"), fact: format!("scored.{instrument}"), instrument }
    });
    let outcome = f.table("outcome", |f| Outcome {
        instrument: f.text("instrument"),
        response_drop_percent: f.number("response_drop_percent", 1),
        remission_below_points: f.number("remission_below_points", 1),
    });
    let rules = f.tables("rules", rule);
    let areas = f.tables("areas", area);
    let steps = f.tables("steps", step);
    let cases = f.tables("cases", case);
    f.nothing_left();
    let phases = three(f, "phases", "initial, middle, ending", phases);
    let gates = three(f, "gates", "into the middle, into the ending, out of the course", gates);
    Some(Protocol {
        id: id.into(),
        version,
        title,
        population,
        summary,
        sources,
        sessions: sessions?,
        exclusions,
        phases: phases?.map(|span| span.unwrap_or_else(no_span)),
        artefacts: artefacts.into_iter().map(|(name, artefact)| (name.text, artefact)).collect(),
        tasks,
        gates: gates?,
        discharge: discharge?,
        measures,
        outcome: outcome?,
        rules,
        areas: areas.into_iter().flatten().collect(),
        steps: steps.into_iter().flatten().collect(),
        cases,
    })
}

/// Stands in for a phase whose name could not be read; the mistake is already noted.
fn no_span() -> PhaseSpan {
    PhaseSpan { phase: Phase::Initial, from: 0, to: 0, title: String::new(), aim: String::new() }
}

fn three<T>(f: &mut Fields<'_, '_, '_>, name: &'static str, which: &str, found: Vec<T>) -> Option<[T; 3]> {
    let count = found.len();
    let three = <[T; 3]>::try_from(found).ok();
    if three.is_none() {
        f.wrong(name, format!("a protocol has three of these ({which}); found {count}"));
    }
    three
}

fn texts(f: &mut Fields<'_, '_, '_>, name: &'static str) -> Vec<String> {
    f.words(name).into_iter().map(|word| word.text).collect()
}

fn ids<I: From<String>>(f: &mut Fields<'_, '_, '_>, name: &'static str) -> Vec<I> {
    f.words(name).into_iter().map(|word| word.text.into()).collect()
}

/// One of a fixed set of words.
fn one_of<T: Copy>(f: &mut Fields<'_, '_, '_>, word: &Word, known: &[(&str, T)]) -> Option<T> {
    let found = known.iter().find(|(name, _)| *name == word.text).map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        f.reader.wrong(&word.field, format!("`{}` is not one of: {}", word.text, names.join(", ")));
    }
    found
}

fn needed_one_of<T: Copy>(f: &mut Fields<'_, '_, '_>, name: &'static str, known: &[(&str, T)]) -> Option<T> {
    let Some(word) = f.optional_text(name) else {
        if !f.has(name) {
            f.wrong(name, "this field is missing");
        }
        return None;
    };
    one_of(f, &word, known)
}

fn all_of<T: Copy>(f: &mut Fields<'_, '_, '_>, name: &'static str, known: &[(&str, T)]) -> Vec<T> {
    let words = f.words(name);
    words.iter().filter_map(|word| one_of(f, word, known)).collect()
}

fn sessions(f: &mut Fields<'_, '_, '_>) -> Sessions {
    Sessions {
        count: f.number("count", 3),
        fewest: f.number("fewest", 1),
        most: f.number("most", 1),
        cadence_days: f.number("cadence_days", 1),
        minutes_min: f.number("minutes_min", 1),
        minutes_max: f.number("minutes_max", 1),
    }
}

fn phase_span(f: &mut Fields<'_, '_, '_>) -> Option<PhaseSpan> {
    let phase = needed_one_of(f, "phase", &PHASES);
    let (from, to) = (f.number("from", 1), f.number("to", 1));
    let (title, aim) = (f.text("title"), f.text("aim"));
    Some(PhaseSpan { phase: phase?, from, to, title, aim })
}

fn artefact(f: &mut Fields<'_, '_, '_>, _name: &str) -> Artefact {
    let title = f.text("title");
    let mut facts = BTreeMap::new();
    for (name, value) in f.values("facts") {
        let word = Word { text: value.as_str().unwrap_or("?").to_owned(), field: name.field };
        // A type that cannot be read still leaves the name known, or every use of it would look like a mistake.
        facts.insert(name.text, one_of(f, &word, &FACT_TYPES).unwrap_or(FactType::Flag));
    }
    Artefact { title, facts }
}

/// What cannot be read gets a stand-in, so that the rest of the file is still checked against this task.
fn task(f: &mut Fields<'_, '_, '_>) -> Task {
    let id = f.text("id");
    let (title, why) = (f.text("title"), f.text("why"));
    let who = all_of(f, "who", &WHO);
    if who.is_empty() {
        f.wrong("who", "say who takes part");
    }
    let phase = needed_one_of(f, "phase", &TASK_PHASES);
    let (from, to) = (f.number("from", 0), f.number("to", 0));
    let timing = timing(f);
    // Whether a name is a task or a gate is decided by `check`, which knows them all; until then by its shape.
    let (after_gates, after_tasks): (Vec<Word>, Vec<Word>) =
        f.words("after").into_iter().partition(|word| word.text.starts_with('G'));
    let opens_when = criteria(f, "opens_when");
    let done_when = criteria(f, "done_when");
    if done_when.is_empty() {
        f.wrong("done_when", "a task needs at least one criterion, or nobody could see that it is done");
    }
    Task {
        id: id.into(),
        title,
        why,
        who,
        phase: phase.unwrap_or(TaskPhase::Any),
        from,
        to,
        timing: timing.unwrap_or(Timing::Window),
        after_tasks: after_tasks.into_iter().map(|word| TaskId::from(word.text)).collect(),
        after_gates: after_gates.into_iter().map(|word| GateId::from(word.text)).collect(),
        opens_when,
        done_when,
        artefacts: texts(f, "artefacts"),
    }
}

fn timing(f: &mut Fields<'_, '_, '_>) -> Option<Timing> {
    let weeks = f.numbers("due_weeks", 1);
    let word = f.optional_text("due");
    match (word, weeks.is_empty()) {
        (None, true) => Some(Timing::Window),
        (None, false) => Some(Timing::Weeks(weeks)),
        (Some(_), false) => {
            f.wrong("due_weeks", "give either `due` or `due_weeks`, not both");
            None
        }
        (Some(word), true) => {
            let known = [("window", 0), ("every_session", 1), ("half_way", 2), ("when_needed", 3)];
            one_of(f, &word, &known).map(|which| match which {
                0 => Timing::Window,
                1 => Timing::EverySession,
                2 => Timing::HalfWay,
                _ => Timing::WhenNeeded,
            })
        }
    }
}

fn gate(f: &mut Fields<'_, '_, '_>) -> Gate {
    Gate {
        id: f.text("id").into(),
        title: f.text("title"),
        why: f.text("why"),
        needs: ids(f, "needs"),
        when: criteria(f, "when"),
    }
}

fn criteria(f: &mut Fields<'_, '_, '_>, name: &'static str) -> Vec<Criterion> {
    let read = |f: &mut Fields<'_, '_, '_>| {
        let says = f.text("says");
        Criterion { says, condition: condition(f) }
    };
    f.tables(name, read)
}

fn condition(f: &mut Fields<'_, '_, '_>) -> Condition {
    let any = f.tables("any", condition);
    let all = f.tables("all", condition);
    // Stands in for a condition that could not be read; the mistake is noted, the places of the others stay right.
    let unreadable = Condition::All(Vec::new());
    let name = f.optional_text("fact");
    let test = test(f);
    match (name, any.is_empty(), all.is_empty()) {
        (Some(name), true, true) => {
            let Some(test) = test else {
                let field = f.path.clone();
                f.reader.wrong(
                    &field,
                    "say what the fact has to be: `is`, `at_least`, `at_least_fact`, `at_most`, `one_of` or `none_of`",
                );
                return unreadable;
            };
            Condition::Fact { name: name.text, test }
        }
        (None, false, true) => Condition::Any(any),
        (None, true, false) => Condition::All(all),
        _ => {
            let field = f.path.clone();
            f.reader.wrong(&field, "a condition is exactly one of `fact`, `any`, `all`");
            unreadable
        }
    }
}

fn test(f: &mut Fields<'_, '_, '_>) -> Option<Test> {
    let tests = [
        f.optional_flag("is").map(Test::Is),
        f.optional_integer("at_least").map(Test::AtLeast),
        f.optional_text("at_least_fact").map(|other| Test::AtLeastFact(other.text)),
        f.optional_integer("at_most").map(Test::AtMost),
        Some(texts(f, "one_of")).filter(|words| !words.is_empty()).map(Test::OneOf),
        Some(texts(f, "none_of")).filter(|words| !words.is_empty()).map(Test::NoneOf),
    ];
    let mut found = tests.into_iter().flatten();
    let first = found.next();
    if found.next().is_some() {
        let field = f.path.clone();
        f.reader.wrong(
            &field,
            "give only one of `is`, `at_least`, `at_least_fact`, `at_most`, `one_of`, `none_of`",
        );
    }
    first
}

fn rule(f: &mut Fields<'_, '_, '_>) -> Rule {
    let unit = needed_one_of(f, "unit", &[("points", DropUnit::Points), ("percent", DropUnit::Percent)]);
    let rule = Rule {
        id: f.text("id"),
        instrument: f.text("instrument"),
        from_week: f.number("from_week", 0),
        before_week: f.optional_number("before_week", 1),
        unit: unit.unwrap_or(DropUnit::Points),
        drop_at_least: f.optional_integer("drop_at_least"),
        drop_below: f.optional_integer("drop_below"),
        says: f.text("says"),
        source: f.text("source"),
    };
    if rule.drop_at_least.is_none() && rule.drop_below.is_none() {
        let field = f.path.clone();
        f.reader.wrong(&field, "give `drop_at_least`, `drop_below` or both");
    }
    rule
}

fn area(f: &mut Fields<'_, '_, '_>) -> Option<Area> {
    let area = needed_one_of(f, "area", &AREAS);
    let title = f.text("title");
    let explanation = f.text("explanation");
    let (goals, progress, pitfalls) = (texts(f, "goals"), texts(f, "progress"), texts(f, "pitfalls"));
    let steps = f.tables("steps", strategy_step);
    if steps.is_empty() {
        f.wrong("steps", "a problem area needs the steps of its strategy");
    }
    Some(Area { area: area?, title, explanation, goals, progress, pitfalls, steps })
}

fn strategy_step(f: &mut Fields<'_, '_, '_>) -> Step {
    Step {
        id: f.text("id").into(),
        title: f.text("title"),
        sample: f.text("sample"),
        why: f.text("why"),
        phase: Phase::Middle,
        from: 0,
        to: u16::MAX,
        areas: Vec::new(),
    }
}

fn step(f: &mut Fields<'_, '_, '_>) -> Option<Step> {
    let phase = needed_one_of(f, "phase", &PHASES);
    let from = f.optional_number("from", 1);
    let to = f.optional_number("to", 1);
    let areas = all_of(f, "areas", &AREAS);
    let (id, title, sample, why) = (f.text("id"), f.text("title"), f.text("sample"), f.text("why"));
    // Left out, the window is the whole phase: `check` fills it in nowhere, so wide bounds stand for it.
    Some(Step {
        id: id.into(),
        title,
        sample,
        why,
        phase: phase?,
        from: from.unwrap_or(0),
        to: to.unwrap_or(u16::MAX),
        areas,
    })
}

fn case(f: &mut Fields<'_, '_, '_>) -> Case {
    let mut case = Case {
        name: f.text("name"),
        day: f.optional_number("day", 0),
        sessions_held: f.optional_number("sessions_held", 0).unwrap_or(0),
        open_session: f.optional_number("open_session", 1),
        sessions_planned: f.optional_number("sessions_planned", 1),
        gates_passed: ids(f, "gates_passed"),
        risks_open: f.optional_number("risks_open", 0).unwrap_or(0),
        focus: f.optional_text("focus").and_then(|word| one_of(f, &word, &AREAS)),
        focus_agreed: f.optional_flag("focus_agreed").unwrap_or(true),
        facts: facts(f),
        scores: BTreeMap::new(),
        expect: Expectation::default(),
    };
    for (name, value) in f.values("scores") {
        let Some(totals) = value.as_array() else {
            f.reader.wrong(&name.field, "expected a list of totals, one per session");
            continue;
        };
        let totals: Vec<i64> = totals.iter().filter_map(|total| integer(total.get_ref())).collect();
        case.scores.insert(name.text, totals);
    }
    case.expect = f.table("expect", expectation).unwrap_or_default();
    case
}

fn facts(f: &mut Fields<'_, '_, '_>) -> Facts {
    let mut facts = Facts::new();
    for (name, value) in f.values("facts") {
        let fact = match value {
            DeValue::Boolean(flag) => Some(Fact::Flag(*flag)),
            DeValue::String(text) => Some(Fact::Text(text.to_string())),
            other => integer(other).map(Fact::Count),
        };
        match fact {
            Some(fact) => facts.set(&name.text, fact),
            None => f.reader.wrong(&name.field, "a fact is `true` or `false`, a whole number or a word"),
        }
    }
    facts
}

fn expectation(f: &mut Fields<'_, '_, '_>) -> Expectation {
    let phase = f.optional_text("phase");
    let mut blocked = BTreeMap::new();
    for (name, value) in f.values("blocked") {
        let Some(tasks) = value.as_array() else {
            f.reader.wrong(&name.field, "expected a list of tasks, for example `G1 = [\"I5\"]`");
            continue;
        };
        let tasks = tasks.iter().filter_map(|task| task.get_ref().as_str()).map(TaskId::from).collect();
        blocked.insert(GateId::from(name.text), tasks);
    }
    Expectation {
        phase: phase.and_then(|word| one_of(f, &word, &PHASES)),
        ready: f.optional_text("ready").map(|word| word.text.into()),
        blocked,
        due: ids(f, "due"),
        overdue: ids(f, "overdue"),
        not_due: ids(f, "not_due"),
        sessions_left: f.optional_number("sessions_left", 0),
        measures_due: f.has("measures_due").then(|| texts(f, "measures_due")),
        overrun: f.optional_flag("overrun"),
        steps: ids(f, "steps"),
    }
}

/// A hint for a mistyped name.
pub(super) fn hint<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    nearest(name, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}
