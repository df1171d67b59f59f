//! Stands in for the protocol crate's facts until they land.

use std::collections::BTreeMap;

/// One fact about an artefact.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// True or false.
    Flag(bool),
    /// A number of things.
    Count(i64),
    /// A stored value.
    Text(String),
}

/// Facts by name, `sick_role.acknowledged`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts(pub BTreeMap<String, Fact>);
