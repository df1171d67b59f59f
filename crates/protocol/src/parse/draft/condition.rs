//! Conditions over facts.

use super::super::lint::Lint;
use super::F;
use crate::condition::{Condition, Criterion, Test};

pub(super) fn criteria(f: &mut F<'_, '_, '_>, name: &'static str) -> Vec<Criterion> {
    f.tables(name, |f| {
        let says = f.text("says");
        Criterion { says, condition: condition(f) }
    })
}

fn condition(f: &mut F<'_, '_, '_>) -> Condition {
    let any = f.tables("any", condition);
    let all = f.tables("all", condition);
    // Stands in for a condition that could not be read; the mistake is noted, the places of the others stay right.
    let unreadable = Condition::All(Vec::new());
    let name = f.optional_text("fact");
    let test = test(f);
    match (name, any.is_empty(), all.is_empty()) {
        (Some(name), true, true) => {
            let Some(test) = test else {
                f.wrong_here(
                    Lint::BadCondition,
                    "say what the fact has to be: `is`, `at_least`, `at_least_fact`, `at_most`, `one_of` or `none_of`",
                );
                return unreadable;
            };
            Condition::Fact { name: name.text, test }
        }
        (None, false, true) => Condition::Any(any),
        (None, true, false) => Condition::All(all),
        _ => {
            f.wrong_here(Lint::BadCondition, "a condition is exactly one of `fact`, `any`, `all`");
            unreadable
        }
    }
}

fn test(f: &mut F<'_, '_, '_>) -> Option<Test> {
    let tests = [
        f.optional_flag("is").map(Test::Is),
        f.optional_integer("at_least").map(Test::AtLeast),
        f.optional_text("at_least_fact").map(|other| Test::AtLeastFact(other.text)),
        f.optional_integer("at_most").map(Test::AtMost),
        Some(f.texts("one_of")).filter(|words| !words.is_empty()).map(Test::OneOf),
        Some(f.texts("none_of")).filter(|words| !words.is_empty()).map(Test::NoneOf),
    ];
    let mut found = tests.into_iter().flatten();
    let first = found.next();
    if found.next().is_some() {
        f.wrong_here(
            Lint::BadCondition,
            "give only one of `is`, `at_least`, `at_least_fact`, `at_most`, `one_of`, `none_of`",
        );
    }
    first
}
