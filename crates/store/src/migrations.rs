//! The steps of the schema. A step that was released never changes; what is new comes after it.

use crate::Migration;

/// Every step, in order: number and file.
pub const MIGRATIONS: &[Migration] = crate::migrations![
    1 "0001_foundation",
    2 "0002_one_practice_per_file",
    3 "0003_step_up",
    4 "0004_relations",
    5 "0005_audit_chain",
    6 "0006_psychotherapy_notes",
    7 "0007_erasure",
    8 "0008_guesses",
    9 "0009_emergencies",
    10 "0010_form_keys",
    11 "0011_marks",
    12 "0012_final_entries",
    13 "0013_account_notices",
    14 "0014_protocol_versions",
    15 "0015_passkeys",
    16 "0016_findings",
];
