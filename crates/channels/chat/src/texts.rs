//! The words of this room that a visitor or an agent reads, from the message files beside it.

use base::Language;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The words in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    pub(crate) transcript_title: String,
    pub(crate) about: String,
    pub(crate) date: String,
    pub(crate) you: String,
    pub(crate) agent: String,
    pub(crate) file: String,
    pub(crate) erased: String,
    pub(crate) empty: String,
    pub(crate) events: HashMap<String, String>,
    pub(crate) mail_subject: String,
    pub(crate) mail_intro: String,
    pub(crate) visitor_name_note: String,
}

impl Texts {
    /// The words in this language, or in Dutch when we do not have it.
    pub(crate) fn of(language: &Language) -> &'static Self {
        static DUTCH: OnceLock<Texts> = OnceLock::new();
        static ENGLISH: OnceLock<Texts> = OnceLock::new();
        #[expect(clippy::expect_used, reason = "the files are part of the program, and a test reads them")]
        let read = |file: &str| serde_json::from_str(file).expect("the message file is sound");
        match language.interface() {
            "en" => ENGLISH.get_or_init(|| read(include_str!("texts/en.json"))),
            _ => DUTCH.get_or_init(|| read(include_str!("texts/nl.json"))),
        }
    }
}

/// Puts a value in a text that has a place for it.
pub(crate) fn fill(text: &str, name: &str, value: &str) -> String {
    text.replace(&format!("{{{name}}}"), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same_things() {
        let (dutch, english) = (Texts::of(&Language::dutch()), Texts::of(&Language::english()));
        let codes = |texts: &Texts| {
            let mut codes: Vec<_> = texts.events.keys().cloned().collect();
            codes.sort();
            codes
        };
        assert_eq!(codes(dutch), codes(english));
        for code in contact::model::EventCode::ALL {
            assert!(dutch.events.contains_key(code.as_str()), "{code}");
        }
    }
}
