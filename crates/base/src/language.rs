//! Language tags (BCP 47), as far as we need them: two or three letters, with an optional region.

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::str::FromStr;

/// A language such as `nl`, `en` or `pt-BR`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize)]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    /// Dutch.
    pub fn dutch() -> Self {
        Self("nl".into())
    }

    /// English.
    pub fn english() -> Self {
        Self("en".into())
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language that the interface has texts for: English when asked, Dutch otherwise.
    pub fn interface(&self) -> &'static str {
        if self.0.starts_with("en") { "en" } else { "nl" }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Language {
    type Err = crate::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (language, region) = text.split_once('-').map_or((text, None), |(l, r)| (l, Some(r)));
        let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
        let language_ok = (2..=3).contains(&language.len()) && letters(language);
        let region_ok =
            region.is_none_or(|r| (2..=8).contains(&r.len()) && r.bytes().all(|b| b.is_ascii_alphanumeric()));
        if !(language_ok && region_ok) {
            return Err(crate::Error::invalid("language", "give a language tag such as nl, en or pt-BR"));
        }
        let mut tag = language.to_ascii_lowercase();
        if let Some(region) = region {
            tag.push('-');
            tag.push_str(&if region.len() == 2 { region.to_ascii_uppercase() } else { region.to_owned() });
        }
        Ok(Self(tag))
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(|error: crate::Error| serde::de::Error::custom(error.detail()))
    }
}

impl utoipa::PartialSchema for Language {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("Language tag (BCP 47)"))
            .examples(["nl"])
            .into()
    }
}

impl utoipa::ToSchema for Language {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_and_spelled_one_way() {
        assert_eq!("NL".parse::<Language>().unwrap().as_str(), "nl");
        assert_eq!("pt-br".parse::<Language>().unwrap().as_str(), "pt-BR");
        for wrong in ["", "n", "nederlands", "nl-", "n1", "nl_NL", "en-<b>"] {
            assert!(wrong.parse::<Language>().is_err(), "{wrong}");
        }
    }
}
