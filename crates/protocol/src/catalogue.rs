//! What the program around the protocols has, so that a file cannot ask for what nobody can give.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::FactType;

/// The instruments, techniques and artefacts of an installation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Instruments by id.
    pub instruments: BTreeSet<String>,
    /// Techniques by the word of the session note.
    pub techniques: BTreeSet<String>,
    /// Artefacts that a worksheet or a record makes, with the facts it states.
    pub artefacts: BTreeMap<String, BTreeMap<String, FactType>>,
}
