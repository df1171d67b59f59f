//! Texts in other languages: each stands for one that exists.

use super::Check;
use crate::parse::lint::Lint;
use crate::parse::reader::hint;
use crate::texts;

/// Sections a confidence note may speak about.
const SECTIONS: [&str; 20] = [
    "title",
    "population",
    "summary",
    "sources",
    "evidence",
    "eligibility",
    "delivery",
    "sessions",
    "meetings",
    "phases",
    "artefacts",
    "tasks",
    "gates",
    "discharge",
    "measures",
    "outcome",
    "rules",
    "areas",
    "steps",
    "fidelity",
];

impl Check<'_, '_, '_> {
    pub(super) fn texts(&mut self) {
        let protocol = self.protocol;
        let paths: Vec<String> = texts::paths(protocol).into_iter().map(|(path, _)| path).collect();
        for (language, translated) in &protocol.texts {
            let field = format!("texts.{language}");
            if !is_language(language) {
                let message =
                    format!("`{language}` is no language; write two or three small letters, `de` or `pt-BR`");
                self.wrong(&field, Lint::BadName, message);
            }
            for path in translated.keys() {
                if !paths.contains(path) {
                    let hint = hint(path, paths.iter().map(String::as_str));
                    let message = format!("there is no text `{path}`{hint}");
                    self.wrong(&format!("{field}.{path}"), Lint::UnknownField, message);
                }
            }
            for needed in ["title", "population", "summary"] {
                if !translated.contains_key(needed) {
                    let message = format!("the language has no `{needed}`");
                    self.wrong(&field, Lint::MissingText, message);
                }
            }
        }
        for (index, note) in protocol.confidence.iter().enumerate() {
            let section = note.about.split('.').next().unwrap_or_default();
            if !SECTIONS.contains(&section) {
                let message = format!("`{}` is no part of a protocol{}", note.about, hint(section, SECTIONS));
                self.wrong(&format!("confidence[{index}].about"), Lint::UnknownField, message);
            }
        }
    }
}

fn is_language(word: &str) -> bool {
    let (first, region) = word.split_once('-').map_or((word, None), |(first, region)| (first, Some(region)));
    (2..=3).contains(&first.len())
        && first.bytes().all(|letter| letter.is_ascii_lowercase())
        && region.is_none_or(|region| {
            (2..=4).contains(&region.len()) && region.bytes().all(|letter| letter.is_ascii_alphanumeric())
        })
}
