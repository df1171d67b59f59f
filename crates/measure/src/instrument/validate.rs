//! Checks that the parts of an instrument fit together.

use std::collections::BTreeSet;

use super::{Band, Choice, CutoffUse, Direction, Instrument, Item, ItemId, Method, SCHEMA};
use crate::change::rci_points;

/// One thing that is wrong, at a field.
pub(super) struct Problem {
    pub(super) field: String,
    pub(super) message: String,
}

type Check = Result<(), Problem>;

fn problem(field: impl Into<String>, message: impl Into<String>) -> Check {
    Err(Problem { field: field.into(), message: message.into() })
}

/// Returns the first problem, in the order of the file.
pub(super) fn first_problem(instrument: &Instrument) -> Option<Problem> {
    let checks = [
        identity,
        options,
        items,
        conditions,
        scored_items,
        subscales,
        range,
        bands,
        cutoffs,
        change,
        codes,
        cases,
    ];
    checks.iter().find_map(|check| check(instrument).err())
}

fn identity(instrument: &Instrument) -> Check {
    if instrument.schema != SCHEMA {
        return problem("schema", format!("this version reads `{SCHEMA}`, not `{}`", instrument.schema));
    }
    let texts = [
        ("version", &instrument.version),
        ("title", &instrument.title),
        ("short", &instrument.short),
        ("citation", &instrument.citation),
        ("licence.kind", &instrument.licence.kind),
        ("licence.text", &instrument.licence.text),
    ];
    match texts.iter().find(|(_, text)| text.trim().is_empty()) {
        Some((field, _)) => problem(*field, "must not be empty"),
        None => Ok(()),
    }
}

fn options(instrument: &Instrument) -> Check {
    choices("options", &instrument.options)?;
    for (i, item) in instrument.items.iter().enumerate() {
        match &item.options {
            Some(own) if own.is_empty() => {
                return problem(format!("items[{i}].options"), "needs at least one option");
            }
            Some(own) => choices(&format!("items[{i}].options"), own)?,
            None if instrument.options.is_empty() => {
                return problem(
                    "options",
                    format!("is empty, and item `{}` brings no options of its own", item.id),
                );
            }
            None => {}
        }
    }
    Ok(())
}

fn choices(field: &str, choices: &[Choice]) -> Check {
    let mut seen = BTreeSet::new();
    for (i, choice) in choices.iter().enumerate() {
        if choice.text.trim().is_empty() {
            return problem(format!("{field}[{i}].text"), "must not be empty");
        }
        if !seen.insert(choice.value) {
            return problem(
                format!("{field}[{i}].value"),
                format!("value {} is offered twice", choice.value),
            );
        }
    }
    Ok(())
}

fn items(instrument: &Instrument) -> Check {
    if instrument.items.is_empty() {
        return problem("items", "needs at least one item");
    }
    let mut seen = BTreeSet::new();
    for (i, item) in instrument.items.iter().enumerate() {
        if !seen.insert(&item.id) {
            return problem(format!("items[{i}].id"), format!("item `{}` stands here twice", item.id));
        }
        if instrument.distribution.includes_wording() && item.text.trim().is_empty() {
            return problem(format!("items[{i}].text"), "must not be empty where the wording is included");
        }
        risk(instrument, i, item)?;
    }
    Ok(())
}

fn risk(instrument: &Instrument, i: usize, item: &Item) -> Check {
    let Some(kind) = &item.risk else {
        return Ok(());
    };
    let field = format!("items[{i}].risk");
    if kind.trim().is_empty() {
        return problem(field, "names the kind of risk");
    }
    if item.reverse {
        return problem(field, "a risk item cannot be reversed: risk is any answer above 0");
    }
    if !instrument.choices(item).iter().any(|choice| choice.value > 0) {
        return problem(field, "no option of this item is above 0, so it could never flag");
    }
    Ok(())
}

fn conditions(instrument: &Instrument) -> Check {
    for (i, item) in instrument.items.iter().enumerate() {
        if let Some(condition) = &item.ask_if {
            known(instrument, &format!("items[{i}].ask_if.any_of"), &condition.any_of)?;
        }
    }
    if instrument.risk_rule.is_some() && !instrument.items.iter().any(|item| item.risk.is_some()) {
        return problem("risk_rule", "speaks of risk, but no item carries `risk`");
    }
    Ok(())
}

fn known(instrument: &Instrument, field: &str, ids: &[ItemId]) -> Check {
    if ids.is_empty() {
        return problem(field, "names at least one item");
    }
    let mut seen = BTreeSet::new();
    for (i, id) in ids.iter().enumerate() {
        if instrument.item(id).is_none() {
            return problem(format!("{field}[{i}]"), format!("there is no item `{id}`"));
        }
        if !seen.insert(id) {
            return problem(format!("{field}[{i}]"), format!("item `{id}` is named twice"));
        }
    }
    Ok(())
}

fn scored_items(instrument: &Instrument) -> Check {
    let scoring = &instrument.scoring;
    known(instrument, "scoring.items", &scoring.items)?;
    for (i, item) in instrument.items.iter().enumerate() {
        if item.scored != scoring.items.contains(&item.id) {
            let message = if item.scored {
                format!("item `{}` counts, but `scoring.items` does not name it", item.id)
            } else {
                format!("`scoring.items` names item `{}`, which does not count", item.id)
            };
            return problem(format!("items[{i}].scored"), message);
        }
    }
    if scoring.missing.max_missing() >= scoring.items.len() {
        return problem("scoring.missing.max_missing", "leaves nothing to score: allow fewer than all items");
    }
    Ok(())
}

fn subscales(instrument: &Instrument) -> Check {
    let mut seen = BTreeSet::new();
    for (i, subscale) in instrument.scoring.subscales.iter().enumerate() {
        let field = format!("scoring.subscales[{i}]");
        if !seen.insert(&subscale.id) {
            return problem(format!("{field}.id"), format!("subscale `{}` stands here twice", subscale.id));
        }
        known(instrument, &format!("{field}.items"), &subscale.items)?;
        same_range(
            &format!("{field}.range"),
            subscale.range,
            reachable(instrument, subscale.method, &subscale.items),
        )?;
    }
    Ok(())
}

fn range(instrument: &Instrument) -> Check {
    let scoring = &instrument.scoring;
    same_range("scoring.range", scoring.range, reachable(instrument, scoring.method, &scoring.items))
}

fn same_range(field: &str, stated: (f64, f64), reachable: (f64, f64)) -> Check {
    if close(stated.0, reachable.0) && close(stated.1, reachable.1) {
        return Ok(());
    }
    problem(field, format!("the options reach from {} to {}", reachable.0, reachable.1))
}

/// Lowest and highest score that the options of the items can give.
fn reachable(instrument: &Instrument, method: Method, ids: &[ItemId]) -> (f64, f64) {
    let (mut lowest, mut highest) = (0.0, 0.0);
    for item in ids.iter().filter_map(|id| instrument.item(id)) {
        let offered = || instrument.choices(item).iter().map(|choice| f64::from(choice.value));
        lowest += offered().fold(f64::INFINITY, f64::min);
        highest += offered().fold(f64::NEG_INFINITY, f64::max);
    }
    let factor = match method {
        Method::Sum => 1.0,
        Method::SumTimes4 => 4.0,
        Method::Mean => 1.0 / ids.len() as f64,
    };
    (lowest * factor, highest * factor)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

fn bands(instrument: &Instrument) -> Check {
    let (Some(first), Some(last)) = (instrument.bands.first(), instrument.bands.last()) else {
        return Ok(());
    };
    let (lowest, highest) = instrument.scoring.range;
    let last_index = instrument.bands.len() - 1;
    if !close(first.min, lowest) || first.min_exclusive {
        return problem("bands[0].min", format!("the lowest band starts at the lowest total, {lowest}"));
    }
    for (i, band) in instrument.bands.iter().enumerate() {
        if band.max < band.min {
            return problem(
                format!("bands[{i}].max"),
                format!("{} is below the band's own start, {}", band.max, band.min),
            );
        }
        if instrument.bands[..i].iter().any(|earlier| earlier.label == band.label) {
            return problem(format!("bands[{i}].label"), format!("`{}` names two bands", band.label));
        }
    }
    for (i, pair) in instrument.bands.windows(2).enumerate() {
        joined(instrument.scoring.method, i + 1, &pair[0], &pair[1])?;
    }
    if !close(last.max, highest) || last.max_exclusive {
        return problem(
            format!("bands[{last_index}].max"),
            format!("the highest band ends at the highest total, {highest}"),
        );
    }
    Ok(())
}

/// Sums move in whole points, so the next band starts one higher; means need one band to own the edge.
fn joined(method: Method, i: usize, lower: &Band, upper: &Band) -> Check {
    let expected = if method == Method::Mean { lower.max } else { lower.max + 1.0 };
    let field = format!("bands[{i}].min");
    if upper.min > expected {
        return problem(field, format!("gap between bands: this one should start at {expected}"));
    }
    if upper.min < expected {
        return problem(field, format!("bands overlap: this one should start at {expected}"));
    }
    let owners = [!lower.max_exclusive, !upper.min_exclusive].iter().filter(|owns| **owns).count();
    match (method, owners) {
        (Method::Mean, 1) => Ok(()),
        (Method::Mean, 0) => problem(field, format!("gap between bands: neither holds {expected} itself")),
        (Method::Mean, _) => {
            problem(field, format!("bands overlap: both hold {expected}; mark one edge exclusive"))
        }
        (_, 2) => Ok(()),
        _ => problem(field, "exclusive edges are for means; whole points need none"),
    }
}

fn cutoffs(instrument: &Instrument) -> Check {
    let (lowest, highest) = instrument.scoring.range;
    let mut caseness_seen = false;
    for (i, cutoff) in instrument.cutoffs.iter().enumerate() {
        if !(lowest..=highest).contains(&cutoff.value) {
            return problem(
                format!("cutoffs[{i}].value"),
                format!("lies outside the range {lowest} to {highest}"),
            );
        }
        if cutoff.purpose == CutoffUse::Caseness && std::mem::replace(&mut caseness_seen, true) {
            return problem(format!("cutoffs[{i}].use"), "only one cut-off can decide who is a case");
        }
    }
    Ok(())
}

fn change(instrument: &Instrument) -> Check {
    let rules = &instrument.change;
    if let Some(rci) = &rules.rci {
        let Some(points) = rci_points(rci.sd, rci.reliability) else {
            return problem("change.rci", "`sd` must be above 0 and `reliability` between 0 and 1");
        };
        if (points - rci.points_95).abs() > 0.01 {
            return problem(
                "change.rci.points_95",
                format!("1.96 x sd x sqrt(2 (1 - reliability)) gives {points:.2}"),
            );
        }
    }
    let early = rules.early_response.as_ref();
    let points = [
        ("change.published.points", rules.published.as_ref().map(|published| published.points)),
        ("change.mcid.points", rules.mcid.as_ref().map(|mcid| mcid.points)),
        ("change.response_percent", rules.response_percent),
        ("change.early_response.adequate_drop", early.map(|early| early.adequate_drop)),
        ("change.deterioration.points", rules.deterioration.as_ref().map(|worse| worse.points)),
    ];
    if let Some((field, _)) = points.iter().find(|(_, points)| points.is_some_and(|points| points <= 0.0)) {
        return problem(*field, "must be above 0");
    }
    if rules.remission_below.is_some() && instrument.scoring.direction == Direction::HigherIsBetter {
        return problem("change.remission_below", "only makes sense where higher is worse");
    }
    match early {
        Some(early) if early.inadequate_drop >= early.adequate_drop => {
            problem("change.early_response.inadequate_drop", "must lie below `adequate_drop`")
        }
        Some(early) if early.from_week > early.to_week => {
            problem("change.early_response.to_week", "lies before `from_week`")
        }
        _ => Ok(()),
    }
}

fn codes(instrument: &Instrument) -> Check {
    let mut codes = vec![
        ("loinc.panel".to_owned(), &instrument.loinc.panel),
        ("loinc.total".to_owned(), &instrument.loinc.total),
    ];
    codes.extend(
        instrument.items.iter().enumerate().map(|(i, item)| (format!("items[{i}].loinc"), &item.loinc)),
    );
    for (field, code) in codes {
        if let Some(code) = code.as_deref().filter(|code| !is_loinc(code)) {
            return problem(field, format!("`{code}` is no LOINC code: its check digit does not fit"));
        }
    }
    Ok(())
}

/// LOINC codes are digits, a hyphen and a Mod 10 (Luhn) check digit.
fn is_loinc(code: &str) -> bool {
    let Some((number, check)) = code.split_once('-') else {
        return false;
    };
    let digits: Option<Vec<u32>> = number.chars().rev().map(|c| c.to_digit(10)).collect();
    let (Some(digits), Ok(check)) = (digits, check.parse::<u32>()) else {
        return false;
    };
    let sum: u32 = digits
        .iter()
        .enumerate()
        .map(|(i, digit)| if i % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { *digit })
        .sum();
    !digits.is_empty() && (10 - sum % 10) % 10 == check
}

fn cases(instrument: &Instrument) -> Check {
    let mut seen = BTreeSet::new();
    for (i, case) in instrument.cases.iter().enumerate() {
        if !seen.insert(&case.name) {
            return problem(format!("cases[{i}].name"), format!("`{}` names two cases", case.name));
        }
        for (id, _) in case.answers.iter() {
            if instrument.item(id).is_none() {
                return problem(format!("cases[{i}].answers.{id}"), format!("there is no item `{id}`"));
            }
        }
    }
    Ok(())
}
