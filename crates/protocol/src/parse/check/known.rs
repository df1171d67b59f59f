//! Whether the installation has what the file asks for.

use super::Check;
use crate::catalogue::Catalogue;
use crate::parse::lint::Lint;
use crate::parse::reader::hint;

impl Check<'_, '_, '_> {
    pub(super) fn known(&mut self, catalogue: &Catalogue) {
        self.known_instruments(catalogue);
        self.known_techniques(catalogue);
        self.known_artefacts(catalogue);
    }

    fn known_instruments(&mut self, catalogue: &Catalogue) {
        let protocol = self.protocol;
        let measures =
            protocol.measures.iter().map(|one| (format!("measures.{}", one.instrument), &one.instrument));
        let severity = protocol.eligibility.severity.iter();
        let severity =
            severity.map(|one| (format!("eligibility.severity.{}", one.instrument), &one.instrument));
        for (field, instrument) in measures.chain(severity) {
            if !catalogue.instruments.contains(instrument) {
                let known = catalogue.instruments.iter().map(String::as_str);
                let message =
                    format!("the program has no instrument `{instrument}`{}", hint(instrument, known));
                self.wrong(&format!("{field}.instrument"), Lint::UnknownInstrument, message);
            }
        }
    }

    fn known_techniques(&mut self, catalogue: &Catalogue) {
        for (index, technique) in self.protocol.techniques.iter().enumerate() {
            if !catalogue.techniques.contains(technique) {
                let known = catalogue.techniques.iter().map(String::as_str);
                let message =
                    format!("the session note has no technique `{technique}`{}", hint(technique, known));
                self.wrong(&format!("techniques[{index}]"), Lint::UnknownTechnique, message);
            }
        }
    }

    fn known_artefacts(&mut self, catalogue: &Catalogue) {
        for (name, artefact) in &self.protocol.artefacts {
            let field = format!("artefacts.{name}");
            let Some(made) = catalogue.artefacts.get(name) else {
                let known = catalogue.artefacts.keys().map(String::as_str);
                let message = format!("no worksheet and no record makes `{name}`{}", hint(name, known));
                self.wrong(&field, Lint::UnknownArtefact, message);
                continue;
            };
            for (fact, kind) in &artefact.facts {
                let field = format!("{field}.facts.{fact}");
                match made.get(fact) {
                    None => {
                        let known = made.keys().map(String::as_str);
                        let message = format!("`{name}` states no fact `{fact}`{}", hint(fact, known));
                        self.wrong(&field, Lint::UnknownFact, message);
                    }
                    Some(stated) if stated != kind => {
                        let message = format!("`{name}.{fact}` is stated as a {}", stated.as_str());
                        self.wrong(&field, Lint::FactType, message);
                    }
                    Some(_) => {}
                }
            }
        }
    }
}
