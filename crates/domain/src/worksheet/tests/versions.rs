//! Two versions side by side, and two people at one form.

use super::super::*;
use super::{body, visit};

fn changes(old: &[(&str, &str)], new: &[(&str, &str)]) -> String {
    let changes = visit().compare(&body(old), &body(new), &Labels::default());
    let line = |change: &FieldChange| {
        format!("{} ({}): {} -> {}", change.path, change.label, words(&change.before), words(&change.after))
    };
    changes.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn words(value: &ShownValue) -> String {
    match value {
        ShownValue::Nothing => "nothing".into(),
        ShownValue::Text(text) => text.clone(),
        ShownValue::Date(date) => date.to_string(),
        ShownValue::Word(word) => format!("{word:?}"),
        ShownValue::List(list) => list.join(", "),
        ShownValue::Table { rows, .. } => {
            let row = |cells: &Vec<ShownValue>| cells.iter().map(words).collect::<Vec<_>>().join(" | ");
            rows.iter().map(row).collect::<Vec<_>>().join(" / ")
        }
    }
}

#[test]
fn changes_are_named_by_field() {
    let old = [("on", "2026-03-02"), ("note", "calm"), ("mood", "4")];
    let new = [("on", "2026-03-03"), ("note", "calm"), ("weight", "1")];
    insta::assert_snapshot!(changes(&old, &new), @r"
    on (Day): 2026-03-02 -> 2026-03-03
    mood (Mood): 4 / 10 -> nothing
    weight (Weight): nothing -> 1
    ");
    assert_eq!(changes(&old, &old), "");
}

#[test]
fn rows_are_matched_by_what_they_say() {
    let old = [("gifts.0.gift", "pen"), ("gifts.0.kept", "no"), ("gifts.1.gift", "cup")];
    let put_in_front =
        [("gifts.0.gift", "hat"), ("gifts.1.gift", "pen"), ("gifts.1.kept", "yes"), ("gifts.2.gift", "cup")];
    insta::assert_snapshot!(changes(&old, &put_in_front), @r"
    gifts.0 (Gifts, 1): nothing -> hat | nothing
    gifts.1.kept (Gifts, 2: Kept): No -> Yes
    ");
    let taken_out = [("gifts.0.gift", "cup")];
    insta::assert_snapshot!(changes(&old, &taken_out), @"gifts.0 (Gifts, 1): pen | No -> nothing");
    let moved = [("gifts.0.gift", "cup"), ("gifts.1.gift", "pen"), ("gifts.1.kept", "no")];
    assert_eq!(changes(&old, &moved), "");
    let reworded = [("gifts.0.gift", "fountain pen"), ("gifts.0.kept", "no"), ("gifts.1.gift", "cup")];
    insta::assert_snapshot!(changes(&old, &reworded), @"gifts.0.gift (Gifts, 1: Gift): pen -> fountain pen");
}

fn merged(base: &[(&str, &str)], mine: &[(&str, &str)], theirs: &[(&str, &str)]) -> String {
    let merged = visit().merge(&body(base), &body(mine), &body(theirs), &Labels::default());
    let mut lines: Vec<String> =
        visit().to_form(&merged.body).iter().map(|(name, value)| format!("{name} = {value}")).collect();
    for conflict in &merged.conflicts {
        let [base, mine, theirs] = [&conflict.base, &conflict.mine, &conflict.theirs].map(words);
        lines.push(format!(
            "conflict at {} ({}): {base} -> {mine} or {theirs}",
            conflict.path, conflict.label
        ));
    }
    lines.join("\n")
}

#[test]
fn two_tabs_lose_nothing() {
    let base = [("on", "2026-03-02"), ("note", "calm")];
    let mine = [("on", "2026-03-02"), ("note", "calm, tired"), ("mood", "4")];
    let theirs = [("on", "2026-03-04"), ("note", "calm, hopeful")];
    insta::assert_snapshot!(merged(&base, &mine, &theirs), @r"
    on = 2026-03-04
    mood = 4
    note = calm, tired
    conflict at note (Note): calm -> calm, tired or calm, hopeful
    ");
}

#[test]
fn rows_of_both_tabs_are_kept() {
    let base = [("gifts.0.gift", "pen"), ("gifts.1.gift", "cup")];
    let mine =
        [("gifts.0.gift", "pen"), ("gifts.0.kept", "yes"), ("gifts.1.gift", "cup"), ("gifts.2.gift", "hat")];
    let theirs = [("gifts.0.gift", "pen"), ("gifts.0.kept", "no"), ("gifts.1.gift", "book")];
    insta::assert_snapshot!(merged(&base, &mine, &theirs), @r"
    gifts.0.gift = pen
    gifts.0.kept = yes
    gifts.1.gift = book
    gifts.2.gift = hat
    conflict at gifts.0.kept (Gifts, 1: Kept): nothing -> Yes or No
    ");
}

#[test]
fn a_row_one_took_out_and_the_other_changed_is_asked_about() {
    let base = [("gifts.0.gift", "pen"), ("gifts.1.gift", "cup")];
    let changed = [("gifts.0.gift", "pen"), ("gifts.0.kept", "yes"), ("gifts.1.gift", "cup")];
    let taken_out = [("gifts.0.gift", "cup")];
    insta::assert_snapshot!(merged(&base, &changed, &taken_out), @r"
    gifts.0.gift = pen
    gifts.0.kept = yes
    gifts.1.gift = cup
    conflict at gifts.0 (Gifts, 1): pen | nothing -> pen | Yes or nothing
    ");
    insta::assert_snapshot!(merged(&base, &taken_out, &changed), @r"
    gifts.0.gift = cup
    gifts.1.gift = pen
    gifts.1.kept = yes
    conflict at gifts.1 (Gifts, 2): pen | nothing -> nothing or pen | Yes
    ");
    insta::assert_snapshot!(merged(&base, &base, &taken_out), @"gifts.0.gift = cup");
}
