//! The words for what stands in a person's record.

use crate::pages::draft::{fuzzy_words, word};
use crate::ui::prelude::*;
use domain::fields::{Coded, Fields};
use domain::tie::Tie;

pub const ROLES: &[(&str, &str)] = &[
    ("partner", "tie-role-partner"),
    ("parent", "tie-role-parent"),
    ("child", "tie-role-child"),
    ("sibling", "tie-role-sibling"),
    ("kin", "tie-role-kin"),
    ("friend", "tie-role-friend"),
    ("colleague", "tie-role-colleague"),
    ("boss", "tie-role-boss"),
    ("teacher", "tie-role-teacher"),
    ("neighbour", "tie-role-neighbour"),
    ("professional", "tie-role-professional"),
    ("community", "tie-role-community"),
    ("online", "tie-role-online"),
    ("pet", "tie-role-pet"),
    ("other", "tie-role-other"),
];
pub const PRESENCES: &[(&str, &str)] = &[
    ("living", "tie-presence-living"),
    ("deceased", "tie-presence-deceased"),
    ("lost", "tie-presence-lost"),
    ("unknown", "tie-presence-unknown"),
];
pub const RINGS: &[(&str, &str)] =
    &[("1", "tie-ring-inner"), ("2", "tie-ring-middle"), ("3", "tie-ring-outer")];
pub const CONFIDES: &[(&str, &str)] =
    &[("yes", "tie-confides-yes"), ("partly", "tie-confides-partly"), ("no", "tie-confides-no")];
pub const CONFLICTS: &[(&str, &str)] = &[("overt", "tie-conflict-overt"), ("covert", "tie-conflict-covert")];
pub const SUPPORTS: &[(&str, &str)] = &[
    ("emotional", "tie-support-emotional"),
    ("practical", "tie-support-practical"),
    ("informational", "tie-support-informational"),
    ("companionship", "tie-support-companionship"),
    ("financial", "tie-support-financial"),
    ("childcare", "tie-support-childcare"),
    ("crisis", "tie-support-crisis"),
];
pub const CHANGES: &[(&str, &str)] = &[
    ("same", "tie-change-same"),
    ("better", "tie-change-better"),
    ("worse", "tie-change-worse"),
    ("ended", "tie-change-ended"),
    ("new", "tie-change-new"),
];

/// Labels of the fields, in the order of the form.
const LABELS: &[(&str, &str)] = &[
    ("nickname", "tie-nickname"),
    ("role", "tie-role"),
    ("presence", "tie-presence"),
    ("lives_with", "tie-lives-with"),
    ("ring_now", "tie-ring-now"),
    ("ring_before", "tie-ring-before"),
    ("ring_wanted", "tie-ring-wanted"),
    ("contacts_now", "tie-contacts-now"),
    ("contacts_before", "tie-contacts-before"),
    ("satisfaction", "tie-satisfaction"),
    ("satisfaction.rating", "tie-satisfaction-rating"),
    ("disappointment", "tie-disappointment"),
    ("disappointment.rating", "tie-disappointment-rating"),
    ("confides", "tie-confides"),
    ("conflict", "tie-conflict"),
    ("conflict_kind", "tie-conflict-kind"),
    ("receives", "tie-receives"),
    ("gives", "tie-gives"),
    ("expects", "tie-expects"),
    ("expected", "tie-expected"),
    ("fit", "tie-fit"),
    ("change", "tie-change"),
    ("change_cause", "tie-change-cause"),
    ("wanted", "tie-wanted"),
    ("private_note", "tie-private-note"),
    ("died", "tie-died"),
    ("changed", "tie-changed"),
    ("taken_off", "tie-taken-off"),
];

/// The label of a field.
pub fn label(w: Words, name: &str) -> String {
    word(w, LABELS, name)
}

/// A value of a field in words.
pub fn says(w: Words, name: &str, value: &str) -> String {
    let table = match name {
        "role" => ROLES,
        "presence" => PRESENCES,
        "ring_now" | "ring_before" | "ring_wanted" => RINGS,
        "confides" => CONFIDES,
        "conflict_kind" => CONFLICTS,
        "receives" | "gives" => SUPPORTS,
        "change" => CHANGES,
        "lives_with" => return w.t("yes").into_owned(),
        _ if name.ends_with(".part") || name.ends_with(".around") => return value.to_owned(),
        _ => return value.to_owned(),
    };
    word(w, table, value)
}

/// The record as fields to compare in words: dates said, and whether it was taken off.
pub fn comparable(w: Words, tie: &Tie) -> Fields {
    let dateless = Tie { died: None, changed: None, ..tie.clone() };
    let mut fields = dateless.to_fields();
    for (name, date) in [("died", tie.died), ("changed", tie.changed)] {
        fields.put_some(name, date.map(|date| fuzzy_words(w, &date)));
    }
    fields.put_some("taken_off", tie.ended.as_ref().map(|ended| ended.reason.clone()));
    fields
}

/// What a person is to the client and whether they are there: "sister · lives with the client".
pub fn about(w: Words, tie: &Tie) -> String {
    let mut said = Vec::new();
    said.extend(tie.role.map(|role| word(w, ROLES, role.code())));
    if !tie.is_living() {
        said.push(word(w, PRESENCES, tie.presence.code()));
    }
    if tie.lives_with {
        said.push(w.t("tie-lives-with-short").into_owned());
    }
    said.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::tie::{Change, Confides, ConflictKind, Presence, Ring, Role, Support};

    fn covers<T: Coded>(table: &[(&str, &str)]) {
        let codes: Vec<&str> = T::ALL.iter().map(|one| one.code()).collect();
        assert_eq!(table.iter().map(|(code, _)| *code).collect::<Vec<_>>(), codes);
    }

    #[test]
    fn every_code_has_its_word() {
        covers::<Role>(ROLES);
        covers::<Presence>(PRESENCES);
        covers::<Ring>(RINGS);
        covers::<Confides>(CONFIDES);
        covers::<ConflictKind>(CONFLICTS);
        covers::<Support>(SUPPORTS);
        covers::<Change>(CHANGES);
    }
}
