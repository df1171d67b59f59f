//! Everything that states facts to a protocol: the records of the program and the worksheets.

use crate::session::Technique;
use crate::worksheet::{Rule, Worksheet};
use protocol::{Catalogue, FactType};
use std::collections::BTreeMap;

/// The facts that the program's own records state: timeline, inventory, session notes, homework.
const RECORDS: [(&str, &str, FactType); 14] = [
    ("timeline", "onset_set", FactType::Flag),
    ("timeline", "events_near_onset", FactType::Count),
    ("timeline", "none_found", FactType::Flag),
    ("inventory", "ties", FactType::Count),
    ("inventory", "described", FactType::Count),
    ("inventory", "none", FactType::Flag),
    ("note", "mood_links", FactType::Count),
    ("note", "techniques", FactType::Count),
    ("note", "risk_level", FactType::Text),
    ("note", "ending_discussed", FactType::Flag),
    ("note", "sessions_left_said", FactType::Flag),
    ("note", "client_wishes_to_end", FactType::Flag),
    ("homework", "agreed", FactType::Count),
    ("homework", "unreviewed", FactType::Count),
];

/// What a protocol may ask for in an installation with these instruments and worksheets.
pub fn catalogue<'w>(
    instruments: impl IntoIterator<Item = String>,
    worksheets: impl IntoIterator<Item = &'w Worksheet>,
) -> Catalogue {
    let mut artefacts: BTreeMap<String, BTreeMap<String, FactType>> = BTreeMap::new();
    for (artefact, fact, kind) in RECORDS {
        artefacts.entry(artefact.to_owned()).or_default().insert(fact.to_owned(), kind);
    }
    for worksheet in worksheets {
        let facts = artefacts.entry(worksheet.id.clone()).or_default();
        facts.extend(worksheet.facts.iter().map(|fact| (fact.name.clone(), kind(&fact.rule))));
    }
    Catalogue {
        instruments: instruments.into_iter().collect(),
        techniques: Technique::ALL.iter().map(|technique| technique.code().to_owned()).collect(),
        artefacts,
    }
}

const fn kind(rule: &Rule) -> FactType {
    match rule {
        Rule::Filled(_) | Rule::AnyFilled(_) | Rule::Equals { .. } | Rule::Complete => FactType::Flag,
        Rule::Count { .. } => FactType::Count,
        Rule::Text(_) => FactType::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::life_event::Onset;
    use crate::session::SessionNote;
    use jiff::civil::date;
    use protocol::{Fact, Facts, RiskLevel};
    use std::collections::BTreeSet;

    fn stated(facts: &Facts) -> BTreeSet<(String, &'static str)> {
        let word = |fact: &Fact| match fact {
            Fact::Flag(_) => "flag",
            Fact::Count(_) => "count",
            Fact::Text(_) => "text",
        };
        facts.iter().map(|(name, fact)| (name.to_owned(), word(fact))).collect()
    }

    #[test]
    fn the_list_of_facts_is_what_the_records_state() {
        let note = SessionNote { risk_level: Some(RiskLevel::None), ..SessionNote::default() };
        let mut all = stated(&crate::session::facts(&note));
        all.extend(stated(&crate::life_event::facts(&Onset::default(), [])));
        all.extend(stated(&crate::tie::facts([], true)));
        all.extend(stated(&crate::homework::facts([], date(2026, 3, 1))));
        let listed: BTreeSet<(String, &str)> = RECORDS
            .iter()
            .map(|(artefact, fact, kind)| (format!("{artefact}.{fact}"), kind.as_str()))
            .collect();
        assert_eq!(all, listed);
    }
}
