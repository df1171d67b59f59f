//! The codes of the audit trail in plain words.

use crate::locale::Words;

/// Deeds by code, with the key of their words. The first ones are what a search is offered.
const DEEDS: &[(&str, &str)] = &[
    ("read_chart", "deed-read-chart"),
    ("write_chart", "deed-write-chart"),
    ("sign_chart", "deed-sign-chart"),
    ("read_identity", "deed-read-identity"),
    ("write_identity", "deed-write-identity"),
    ("create_client", "deed-create-client"),
    ("read_caseload", "deed-read-caseload"),
    ("read_shared", "deed-read-shared"),
    ("write_shared", "deed-write-shared"),
    ("answer_measures", "deed-answer-measures"),
    ("read_private_notes", "deed-read-private-notes"),
    ("write_private_notes", "deed-write-private-notes"),
    ("read_erasures", "deed-read-erasures"),
    ("manage_retention", "deed-manage-retention"),
    ("erase_client", "deed-erase-client"),
    ("manage_care", "deed-manage-care"),
    ("cosign_chart", "deed-cosign-chart"),
    ("read_register", "deed-read-register"),
    ("break_glass", "deed-break-glass"),
    ("review_break_glass", "deed-review-break-glass"),
    ("read_notices", "deed-read-notices"),
    ("read_findings", "deed-read-findings"),
    ("nightly_look", "deed-nightly-look"),
    ("read_own_history", "deed-read-own-history"),
    ("read_audit", "deed-read-audit"),
    ("read_staff_audit", "deed-read-staff-audit"),
    ("checkpoint", "deed-checkpoint"),
    ("export", "deed-export"),
    ("own_account", "deed-own-account"),
    ("read_people", "deed-read-people"),
    ("write_people", "deed-write-people"),
    ("write_practice", "deed-write-practice"),
    ("read_protocols", "deed-read-protocols"),
    ("write_protocols", "deed-write-protocols"),
    ("operate", "deed-operate"),
    ("sign_in", "deed-sign-in"),
    ("first_factor", "deed-first-factor"),
    ("second_factor", "deed-second-factor"),
    ("sign_out", "deed-sign-out"),
    ("set_up", "deed-set-up"),
    ("invitation", "deed-invitation"),
    ("reset", "deed-reset"),
    ("link_issued", "deed-link-issued"),
    ("open_link", "deed-open-link"),
    ("factor_set", "deed-factor-set"),
    ("change_factors", "deed-change-factors"),
    ("verify", "deed-verify"),
    ("change_password", "deed-change-password"),
];

const CLASSES: &[(&str, &str)] = &[
    ("K1", "class-k1"),
    ("K2", "class-k2"),
    ("K3", "class-k3"),
    ("K4", "class-k4"),
    ("K5", "class-k5"),
    ("K8", "class-k8"),
    ("K9", "class-k9"),
    ("K10", "class-k10"),
];

const OUTCOMES: &[(&str, &str)] =
    &[("done", "outcome-done"), ("refused", "outcome-refused"), ("denied", "outcome-denied")];

const REASONS: &[(&str, &str)] = &[
    ("own", "rule-own"),
    ("password", "rule-password"),
    ("code", "rule-code"),
    ("totp", "rule-code"),
    ("recovery_code", "rule-recovery-code"),
    ("waiting", "rule-waiting"),
    ("passkey", "rule-passkey"),
    ("passkey_challenge", "rule-passkey-challenge"),
    ("passkey_unknown", "rule-passkey-unknown"),
    ("passkey_known", "rule-passkey-known"),
    ("passkey_site", "rule-passkey-site"),
    ("passkey_unverified", "rule-passkey-unverified"),
    ("passkey_form", "rule-passkey-form"),
    ("passkey_signature", "rule-passkey-signature"),
    ("passkey_count", "rule-passkey-count"),
    ("link", "rule-link"),
    ("operator", "rule-operator"),
    ("administrator", "role-administrator"),
    ("therapist", "role-therapist"),
    ("supervisor", "role-supervisor"),
    ("privacy_officer", "role-privacy-officer"),
    ("treats", "why-treats"),
    ("covers", "why-covers"),
    ("supervises", "why-supervises"),
    ("trainee_on", "why-trainee-on"),
    ("guardian_of", "why-guardian-of"),
    ("aftercare", "why-aftercare"),
    ("break_glass", "why-break-glass"),
    ("conflict", "why-conflict"),
    ("restricted", "why-restricted"),
    ("disabled", "why-disabled"),
    ("not_confirmed", "why-not-confirmed"),
    ("trainee", "role-trainee"),
    ("front_desk", "role-front-desk"),
    ("no_rule", "why-no-rule"),
    ("no_client", "why-no-client"),
    ("erased", "why-erased"),
    ("not_fresh", "why-not-fresh"),
    ("link_ended", "why-link-ended"),
    ("second_factor_missing", "why-second-factor-missing"),
];

/// The words of a code; the code itself, without its lines, where nobody has worded it yet.
fn worded(w: Words, table: &[(&str, &str)], code: &str) -> String {
    match table.iter().find(|(known, _)| *known == code) {
        Some((_, key)) => w.t(key).into_owned(),
        None => code.replace('_', " "),
    }
}

/// What was done.
pub fn deed(w: Words, action: &str) -> String {
    worded(w, DEEDS, action)
}

/// What kind of record it was.
pub fn class(w: Words, class: &str) -> String {
    worded(w, CLASSES, class)
}

/// How it ended.
pub fn outcome(w: Words, outcome: &str) -> String {
    worded(w, OUTCOMES, outcome)
}

/// Why it was allowed or not.
pub fn reason(w: Words, rule: &str) -> String {
    worded(w, REASONS, rule)
}

/// Every code of a table with its words, for a choice.
fn choices(w: Words, table: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    table.iter().map(|(code, key)| (*code, w.t(key).into_owned())).collect()
}

/// The deeds a search can be narrowed to.
pub fn deeds(w: Words) -> Vec<(&'static str, String)> {
    choices(w, DEEDS)
}

/// The kinds of records a search can be narrowed to.
pub fn classes(w: Words) -> Vec<(&'static str, String)> {
    choices(w, CLASSES)
}

/// The results a search can be narrowed to.
pub fn outcomes(w: Words) -> Vec<(&'static str, String)> {
    choices(w, OUTCOMES)
}
