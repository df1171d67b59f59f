//! The words on the screen: one Fluent file per language and area under `content/locales`.
//!
//! A [`Words`] handle is cheap to copy and belongs to one language. Texts that a language lacks are taken
//! from English; a key that English lacks too is shown in brackets and logged once, so that a screen with a
//! missing text is still usable and the fault is seen.
//!
//! Isolating marks (U+2068, U+2069) around inserted values are switched **off**: they would end up in
//! attributes, e-mails and copied text. Where a name of unknown direction is put into a page, views wrap it in
//! `<bdi>`, which does the same job visibly.

mod when;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentMessage, FluentResource};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

/// A value that is put into a text: `5.into()`, `name.into()`.
pub type Value<'a> = fluent_bundle::FluentValue<'a>;

type Bundle = FluentBundle<FluentResource>;

/// The language every text exists in.
pub const SOURCE_LANGUAGE: &str = "en";

#[derive(RustEmbed)]
#[folder = "../../content/locales"]
struct LocaleFiles;

static LANGUAGES: LazyLock<BTreeMap<String, Bundle>> = LazyLock::new(load_languages);
static REPORTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The texts of one language.
#[derive(Clone, Copy)]
pub struct Words {
    tag: &'static str,
    bundle: Option<&'static Bundle>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Words({})", self.tag)
    }
}

impl Words {
    /// English, the language every text exists in.
    #[must_use]
    pub fn english() -> Words {
        Words::exactly(SOURCE_LANGUAGE).unwrap_or(Words { tag: SOURCE_LANGUAGE, bundle: None })
    }

    /// The best language we have for a person's wish: a tag (`sw-KE`) or a whole `Accept-Language` header.
    /// Falls back from `sw-KE` to `sw`, then to the next wish, then to English.
    #[must_use]
    pub fn preferred(wish: &str) -> Words {
        wish.split(',')
            .filter_map(|part| part.split(';').next())
            .map(str::trim)
            .find_map(|tag| Words::exactly(tag).or_else(|| tag.split('-').next().and_then(Words::exactly)))
            .unwrap_or_else(Words::english)
    }

    fn exactly(tag: &str) -> Option<Words> {
        let (tag, bundle) = LANGUAGES.get_key_value(tag)?;
        Some(Words { tag, bundle: Some(bundle) })
    }

    /// The language tag for `<html lang>`.
    #[must_use]
    pub fn tag(&self) -> &'static str {
        self.tag
    }

    /// `ltr` or `rtl`, for `<html dir>`.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        let language = self.tag.split('-').next().unwrap_or_default();
        if matches!(language, "ar" | "fa" | "he" | "ku" | "ps" | "ur") { "rtl" } else { "ltr" }
    }

    /// The text of a key.
    #[must_use]
    pub fn t(&self, key: &str) -> Cow<'static, str> {
        let Some((bundle, message)) = self.find(key) else { return Cow::Owned(missing(self.tag, key)) };
        let Some(pattern) = message.value() else { return Cow::Borrowed("") };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, None, &mut errors);
        report(key, &errors);
        text
    }

    /// The text of a key with values put in: `w.with("people-count", &[("count", 3.into())])`.
    #[must_use]
    pub fn with(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        let Some((bundle, message)) = self.find(key) else { return missing(self.tag, key) };
        let Some(pattern) = message.value() else { return String::new() };
        let args: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, value.clone())).collect();
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        report(key, &errors);
        text
    }

    fn find(&self, key: &str) -> Option<(&'static Bundle, FluentMessage<'static>)> {
        let english = LANGUAGES.get(SOURCE_LANGUAGE);
        [self.bundle, english]
            .into_iter()
            .flatten()
            .find_map(|bundle| Some((bundle, bundle.get_message(key)?)))
    }
}

fn report(key: &str, errors: &[FluentError]) {
    if !errors.is_empty() && first_report(key) {
        tracing::warn!(key, ?errors, "a text could not be filled in completely");
    }
}

fn missing(tag: &str, key: &str) -> String {
    if first_report(key) {
        tracing::warn!(language = tag, key, "a text is missing");
    }
    format!("[{key}]")
}

fn first_report(key: &str) -> bool {
    REPORTED.lock().map(|mut seen| seen.insert(key.to_owned())).unwrap_or(false)
}

fn load_languages() -> BTreeMap<String, Bundle> {
    let mut languages: BTreeMap<String, Bundle> = BTreeMap::new();
    for path in LocaleFiles::iter().filter(|path| path.ends_with(".ftl")) {
        let Some((tag, _)) = path.split_once('/') else { continue };
        let Some(file) = LocaleFiles::get(&path) else { continue };
        let text = String::from_utf8_lossy(&file.data).into_owned();
        let bundle = languages.entry(tag.to_owned()).or_insert_with(|| empty_bundle(tag));
        let resource = FluentResource::try_new(text).unwrap_or_else(|(readable, errors)| {
            tracing::error!(%path, ?errors, "a locale file has lines that cannot be read");
            readable
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(%path, ?errors, "a locale file repeats a key");
        }
    }
    languages
}

fn empty_bundle(tag: &str) -> Bundle {
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    bundle
}

#[cfg(test)]
mod tests;
