//! What a protocol says about itself.

use std::collections::BTreeMap;

use super::super::lint::Lint;
use super::super::shape::Shape;
use super::{F, FORMAT};
use crate::ids::ProtocolId;
use crate::model::{
    Confidence, Delivery, Eligibility, Evidence, Exclusion, Family, Format, Inclusion, Mode, Related, Role,
    Severity, Weight, Who,
};

/// What a file says first: who it is, whom it is for, what it rests on.
pub(super) struct Head {
    pub id: ProtocolId,
    pub version: String,
    pub extends: Option<ProtocolId>,
    pub family: Family,
    pub language: String,
    pub title: String,
    pub also_called: Vec<String>,
    pub population: String,
    pub summary: String,
    pub sources: Vec<String>,
    pub evidence: Vec<Evidence>,
    pub confidence: Vec<Confidence>,
    pub eligibility: Eligibility,
}

pub(super) fn head(f: &mut F<'_, '_, '_>) -> Head {
    let format = f.number("format", 1);
    if f.has("format") && format != FORMAT {
        let message = format!("this program reads format {FORMAT}, the file is written in format {format}");
        f.wrong("format", Lint::FormatVersion, message);
    }
    let id = f.text("id");
    let version = f.text("version");
    let extends = f.optional_text("extends").map(|word| word.text.into());
    let family = f.optional_word("family").unwrap_or(Family::Ipt);
    let language = f.optional_text("language").map_or_else(|| "en".to_owned(), |word| word.text);
    let title = f.text("title");
    let also_called = f.texts("also_called");
    let population = f.text("population");
    let summary = f.text("summary");
    let sources = f.texts("sources");
    if sources.is_empty() {
        f.wrong("sources", Lint::MissingText, "name at least one publication the protocol rests on");
    }
    Head {
        id: id.into(),
        version,
        extends,
        family,
        language,
        title,
        also_called,
        population,
        summary,
        sources,
        evidence: f.tables("evidence", evidence).into_iter().flatten().collect(),
        confidence: f.tables("confidence", confidence).into_iter().flatten().collect(),
        eligibility: f.optional_table("eligibility", eligibility).unwrap_or_default(),
    }
}

fn evidence(f: &mut F<'_, '_, '_>) -> Option<Evidence> {
    let (indication, grade) = (f.word("indication"), f.word("grade"));
    let (says, sources) = (f.text("says"), f.texts("sources"));
    if sources.is_empty() {
        f.wrong("sources", Lint::MissingText, "name the publication this rests on");
    }
    Some(Evidence { indication: indication?, grade: grade?, says, sources })
}

fn confidence(f: &mut F<'_, '_, '_>) -> Option<Confidence> {
    let (about, certainty, says) = (f.text("about"), f.word("certainty"), f.text("says"));
    Some(Confidence { about, certainty: certainty?, says })
}

fn eligibility(f: &mut F<'_, '_, '_>) -> Eligibility {
    Eligibility {
        age_from: f.optional_number("age_from", 0),
        age_to: f.optional_number("age_to", 0),
        severity: f.tables("severity", severity),
        inclusions: f.tables("inclusions", |f| Inclusion {
            id: f.text("id"),
            criterion: f.text("criterion"),
            source: f.text("source"),
        }),
        exclusions: f.tables("exclusions", |f| Exclusion {
            id: f.text("id"),
            criterion: f.text("criterion"),
            weight: f.optional_word("weight").unwrap_or(Weight::ReferFirst),
            action: f.text("action"),
            source: f.text("source"),
        }),
    }
}

fn severity(f: &mut F<'_, '_, '_>) -> Severity {
    let severity = Severity {
        instrument: f.text("instrument"),
        from: f.optional_number("from", 0),
        to: f.optional_number("to", 0),
        says: f.text("says"),
        source: f.text("source"),
    };
    if severity.from.is_none() && severity.to.is_none() {
        f.wrong_here(Lint::BadFigure, "give `from`, `to` or both");
    }
    severity
}

pub(super) fn delivery(f: &mut F<'_, '_, '_>) -> Delivery {
    let format = f.word("format").unwrap_or(Format::Individual);
    let modes = f.words_of("modes");
    Delivery {
        format,
        modes: if modes.is_empty() { vec![Mode::InPerson] } else { modes },
        members_min: f.optional_number("members_min", 2),
        members_max: f.optional_number("members_max", 2),
        roles: f.tables("roles", role),
    }
}

fn role(f: &mut F<'_, '_, '_>) -> Role {
    let who = f.word("who").unwrap_or(Who::Therapist);
    Role { who, required: f.optional_flag("required").unwrap_or(true), asks: f.text("asks") }
}

pub(super) fn related(f: &mut F<'_, '_, '_>) -> Option<Related> {
    // Called `id` so that an entry goes by the name of the protocol it points at.
    let (protocol, kinship, says) = (f.text("id"), f.word("kinship"), f.text("says"));
    Some(Related { protocol: protocol.into(), kinship: kinship?, says })
}

/// Texts in other languages: by language, then by the path of the text they stand for.
pub(super) fn translations(f: &mut F<'_, '_, '_>) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut languages = BTreeMap::new();
    for (language, node) in f.values("texts", || Shape::map(Shape::Text)) {
        let Some(table) = node.as_table() else {
            f.reader.wrong(&language.field, Lint::WrongKind, "expected a table: path = \"text\"");
            continue;
        };
        let mut texts = BTreeMap::new();
        for (path, place, node) in table.entries() {
            match node.as_text().filter(|text| !text.trim().is_empty()) {
                Some(text) => {
                    texts.insert(path.to_owned(), text.to_owned());
                }
                None => {
                    let field = format!("{}.{path}", language.field);
                    f.reader.wrong_at(place, &field, Lint::EmptyText, "expected a text that says something");
                }
            }
        }
        languages.insert(language.text, texts);
    }
    languages
}
