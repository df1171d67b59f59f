//! Rules: what a change suggests.

use super::super::lint::Lint;
use super::F;
use super::condition::criteria;
use crate::model::{DropUnit, Rule, RuleKind, RuleTime, ScoreTest, Shows};

pub(super) fn rule(f: &mut F<'_, '_, '_>) -> Option<Rule> {
    let id = f.text("id");
    let kind = f.word::<RuleKind>("kind");
    let time = f.optional_word("time").unwrap_or(RuleTime::Course);
    let (from_week, before_week) =
        (f.optional_number("from_week", 0).unwrap_or(0), f.optional_number("before_week", 1));
    let score = score_test(f);
    let when = criteria(f, "when");
    if score.is_none() && when.is_empty() && from_week == 0 {
        let message = "say what the rule looks at: an `instrument` and what it shows, `when`, or `from_week`";
        f.wrong_here(Lint::BadRule, message);
    }
    let (says, options, source) = (f.text("says"), f.texts("options"), f.text("source"));
    Some(Rule { id, kind: kind?, time, from_week, before_week, score, when, says, options, source })
}

fn score_test(f: &mut F<'_, '_, '_>) -> Option<ScoreTest> {
    let instrument = f.optional_text("instrument");
    let unit = f.optional_word("unit");
    let (at_least, below) = (f.optional_integer("drop_at_least"), f.optional_integer("drop_below"));
    let rise = f.optional_number("rise_at_least", 1);
    let in_a_row = f.optional_number("rises_in_a_row", 1);
    let (total_below, total_at_least) =
        (f.optional_number("total_below", 1), f.optional_number("total_at_least", 1));
    let times = f.optional_number("times", 1).unwrap_or(1);
    let drop = (at_least.is_some() || below.is_some()).then_some(Shows::Drop {
        unit: unit.unwrap_or(DropUnit::Points),
        at_least,
        below,
    });
    let shows: Vec<Shows> = [
        drop,
        rise.map(|points| Shows::RiseFromBest { points }),
        in_a_row.map(|times| Shows::RisesInARow { times }),
        total_below.map(|points| Shows::Below { points, times }),
        total_at_least.map(|points| Shows::AtLeast { points, times }),
    ]
    .into_iter()
    .flatten()
    .collect();
    let Some(instrument) = instrument else {
        if !shows.is_empty() {
            f.wrong("instrument", Lint::BadRule, "say whose scores are meant");
        }
        return None;
    };
    match <[Shows; 1]>::try_from(shows) {
        Ok([shows]) => Some(ScoreTest { instrument: instrument.text, shows }),
        Err(_) => {
            f.wrong_here(
                Lint::BadRule,
                "say one thing the scores have to show: a drop (`drop_at_least`, `drop_below`), `rise_at_least`, `rises_in_a_row`, `total_below` or `total_at_least`",
            );
            None
        }
    }
}
