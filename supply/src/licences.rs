//! The licence of everything we build on, against the list in `deny.toml`.

use crate::Said;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
struct Deny {
    licenses: Licences,
}

#[derive(Deserialize)]
struct Licences {
    allow: BTreeSet<String>,
}

/// Each package's licence, as its author wrote it, must allow at least one choice of ours.
///
/// # Errors
/// The list or cargo's answer cannot be read.
pub fn check(metadata: &serde_json::Value, deny: &str) -> Result<Said, String> {
    let deny: Deny = toml::from_str(deny).map_err(|wrong| format!("deny.toml: {wrong}"))?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
    let mut said = Said::default();
    for package in packages {
        let name = format!("{} {}", text(&package["name"]), text(&package["version"]));
        match package["license"].as_str() {
            None => said.failures.push(format!("{name} names no licence")),
            Some(licence) if !allows(licence, &deny.licenses.allow) => {
                said.failures.push(format!("{name} is under {licence}, which deny.toml does not allow"));
            }
            Some(_) => {}
        }
    }
    said.notes.push(format!("licences: {} packages read", packages.len()));
    Ok(said)
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or("?")
}

/// Whether an SPDX expression (`A OR B`, `A AND (B OR C)`, the old `A/B`, `A WITH EXCEPTION`) leaves a choice that is
/// allowed. What cannot be read allows nothing.
fn allows(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, allowed };
    let verdict = reader.either();
    verdict == Some(true) && reader.words.is_empty()
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a BTreeSet<String>,
}

impl<'a> Reader<'a> {
    fn take(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn take_if(&mut self, word: &str) -> bool {
        let there = self.words.first().is_some_and(|first| first.eq_ignore_ascii_case(word));
        if there {
            self.take();
        }
        there
    }

    fn either(&mut self) -> Option<bool> {
        let mut verdict = self.both()?;
        while self.take_if("OR") {
            verdict |= self.both()?;
        }
        Some(verdict)
    }

    fn both(&mut self) -> Option<bool> {
        let mut verdict = self.one()?;
        while self.take_if("AND") {
            verdict &= self.one()?;
        }
        Some(verdict)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take_if("(") {
            let verdict = self.either()?;
            return self.take_if(")").then_some(verdict);
        }
        let name = self.take()?;
        if self.take_if("WITH") {
            let exception = self.take()?;
            return Some(self.allowed.contains(&format!("{name} WITH {exception}")));
        }
        Some(self.allowed.contains(name))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn d1_a_licence_that_is_not_on_the_list_is_found() {
        let deny = "[licenses]\nallow = [\"MIT\", \"Apache-2.0\", \"Unicode-3.0\"]\n";
        let packages = serde_json::json!({ "packages": [
            { "name": "fine", "version": "1.0.0", "license": "MIT OR GPL-3.0" },
            { "name": "strict", "version": "1.0.0", "license": "GPL-3.0-or-later" },
            { "name": "silent", "version": "1.0.0", "license": null },
        ]});
        let said = check(&packages, deny).unwrap();
        assert_eq!(
            said.failures,
            [
                "strict 1.0.0 is under GPL-3.0-or-later, which deny.toml does not allow",
                "silent 1.0.0 names no licence"
            ]
        );
    }

    #[test]
    fn d1_expressions_are_read_as_their_authors_meant_them() {
        let allowed =
            ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"].map(String::from).into();
        for (expression, expected) in [
            ("MIT", true),
            ("MIT/Apache-2.0", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("MIT AND GPL-2.0", false),
            ("GPL-2.0 OR MIT AND Apache-2.0", true),
            ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", true),
            ("Apache-2.0 WITH Another", false),
            ("(MIT", false),
            ("MIT MIT", false),
            ("", false),
        ] {
            assert_eq!(allows(expression, &allowed), expected, "{expression}");
        }
    }
}
