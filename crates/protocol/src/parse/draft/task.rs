//! Tasks and gates.

use super::super::lint::Lint;
use super::super::reader::Word;
use super::F;
use super::condition::criteria;
use super::frame::Bounds;
use crate::ids::{GateId, TaskId};
use crate::model::{Gate, Task, TaskPhase, Timing};
use crate::words::words;
use serde::{Deserialize, Serialize};

pub(super) fn ids<I: From<String>>(f: &mut F<'_, '_, '_>, name: &'static str) -> Vec<I> {
    f.texts(name).into_iter().map(Into::into).collect()
}

/// What cannot be read gets a stand-in, so that the rest of the file is still checked against this task.
pub(super) fn task(f: &mut F<'_, '_, '_>, bounds: &Bounds) -> Task {
    let id = f.text("id");
    let (title, why) = (f.text("title"), f.text("why"));
    let who = f.words_of("who");
    if who.is_empty() {
        f.wrong("who", Lint::MissingField, "say who takes part");
    }
    let phase = f.word("phase").unwrap_or(TaskPhase::Any);
    let (first, last) = bounds.of_task(phase);
    let (from, to) = (f.optional_number("from", 0), f.optional_number("to", 0));
    let timing = timing(f);
    // Whether a name is a task or a gate is decided by `check`, which knows them all; until then by its shape.
    let (after_gates, after_tasks): (Vec<Word>, Vec<Word>) =
        f.words("after").into_iter().partition(|word| word.text.starts_with('G'));
    let opens_when = criteria(f, "opens_when");
    let done_when = criteria(f, "done_when");
    if done_when.is_empty() {
        let message = "a task needs at least one criterion, or nobody could see that it is done";
        f.wrong("done_when", Lint::MissingField, message);
    }
    Task {
        id: id.into(),
        title,
        why,
        who,
        phase,
        from: from.unwrap_or(first),
        to: to.unwrap_or(last),
        timing: timing.unwrap_or(Timing::Window),
        after_tasks: after_tasks.into_iter().map(|word| TaskId::from(word.text)).collect(),
        after_gates: after_gates.into_iter().map(|word| GateId::from(word.text)).collect(),
        opens_when,
        done_when,
        artefacts: f.texts("artefacts"),
    }
}

words! {
    /// When a task falls due, as it is written.
    Due {
        /// From its first session on.
        Window = "window",
        /// In every session of its window.
        EverySession = "every_session",
        /// At half of the planned sessions.
        HalfWay = "half_way",
        /// Never by itself.
        WhenNeeded = "when_needed",
    }
}

fn timing(f: &mut F<'_, '_, '_>) -> Option<Timing> {
    let weeks = f.numbers("due_weeks", 1);
    let word = f.optional_word::<Due>("due");
    if weeks.is_empty() {
        return Some(match word? {
            Due::Window => Timing::Window,
            Due::EverySession => Timing::EverySession,
            Due::HalfWay => Timing::HalfWay,
            Due::WhenNeeded => Timing::WhenNeeded,
        });
    }
    if word.is_some() {
        f.wrong("due_weeks", Lint::BadCondition, "give either `due` or `due_weeks`, not both");
    }
    Some(Timing::Weeks(weeks))
}

pub(super) fn gate(f: &mut F<'_, '_, '_>) -> Gate {
    Gate {
        id: f.text("id").into(),
        title: f.text("title"),
        why: f.text("why"),
        needs: ids(f, "needs"),
        when: criteria(f, "when"),
    }
}
