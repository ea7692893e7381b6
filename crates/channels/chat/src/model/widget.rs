//! A widget: what an administrator sets, and what a browser gets of it.

use super::AllowedOrigin;
use base::{EntryPointId, Error, Language, Result, WidgetId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

const LONGEST_NAME: usize = 120;
const LONGEST_DESCRIPTION: usize = 300;
const MOST_TOPICS: usize = 30;
const MOST_ORIGINS: usize = 50;
const MOST_LANGUAGES: usize = 10;

/// What of the house style can be set. The page of the widget draws with these and with nothing else.
pub const TOKENS: &[&str] = &["accent", "accent-dark", "on-accent", "radius", "font"];

/// A text in several languages: language tag to text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct LocalText(pub BTreeMap<String, String>);

impl LocalText {
    /// The text in this language; else in our own of the two, else the first there is.
    pub fn pick(&self, language: &Language) -> Option<&str> {
        let texts = &self.0;
        texts
            .get(language.as_str())
            .or_else(|| texts.get(language.interface()))
            .or_else(|| texts.values().next())
            .map(String::as_str)
    }

    fn check(&self, field: &'static str, longest: usize, needed: bool) -> Result<()> {
        if needed && !self.0.values().any(|text| !text.trim().is_empty()) {
            return Err(Error::invalid(field, "give this in at least one language"));
        }
        for (language, text) in &self.0 {
            language.parse::<Language>()?;
            if text.chars().count() > longest || text.chars().any(char::is_control) {
                return Err(Error::invalid(field, format!("use one line of at most {longest} characters")));
            }
        }
        Ok(())
    }
}

/// An entry point that visitors can choose, in their words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WidgetTopic)]
pub struct Topic {
    /// Where the contact comes in.
    pub entry_point_id: EntryPointId,
    /// What the visitor reads.
    pub name: LocalText,
    /// A line below it.
    #[serde(default)]
    pub description: LocalText,
}

/// What an administrator sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WidgetSettings)]
pub struct Settings {
    /// What stands above the conversation.
    pub title: LocalText,
    /// The languages that the visitor can choose from.
    pub languages: Vec<Language>,
    /// The websites that may show it.
    pub origins: Vec<AllowedOrigin>,
    /// The house style: token to value.
    #[serde(default)]
    pub theme: BTreeMap<String, String>,
    /// Where the organisation explains what it does with personal data.
    #[serde(default)]
    pub privacy_url: Option<String>,
    /// What visitors can ask about.
    pub topics: Vec<Topic>,
}

impl Settings {
    /// Refuses what would not work or not be safe. Theme tokens may be written with or without `--balie-`.
    pub fn checked(mut self) -> Result<Self> {
        self.title.check("title", LONGEST_NAME, true)?;
        if self.languages.is_empty() || self.languages.len() > MOST_LANGUAGES {
            return Err(Error::invalid("languages", format!("choose 1 to {MOST_LANGUAGES} languages")));
        }
        if self.origins.len() > MOST_ORIGINS {
            return Err(Error::invalid("origins", format!("name at most {MOST_ORIGINS} websites")));
        }
        if self.topics.is_empty() || self.topics.len() > MOST_TOPICS {
            return Err(Error::invalid("topics", format!("give 1 to {MOST_TOPICS} topics")));
        }
        for topic in &self.topics {
            topic.name.check("topics.name", LONGEST_NAME, true)?;
            topic.description.check("topics.description", LONGEST_DESCRIPTION, false)?;
        }
        if let Some(url) = &self.privacy_url
            && !(url.starts_with("https://")
                && url.len() <= 500
                && url.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            return Err(Error::invalid("privacy_url", "give an address that begins with https://"));
        }
        self.theme = std::mem::take(&mut self.theme).into_iter().map(token).collect::<Result<_>>()?;
        Ok(self)
    }

    /// The topic, if the widget offers it.
    pub fn topic(&self, entry_point: EntryPointId) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.entry_point_id == entry_point)
    }

    /// The language to speak: the one that was asked for if the widget has it, or the first it has.
    pub fn language(&self, asked: Option<&Language>) -> Language {
        let known = |asked: &&Language| self.languages.contains(asked);
        asked.filter(known).or(self.languages.first()).cloned().unwrap_or_else(Language::dutch)
    }
}

/// A token and its value, both of a known kind.
fn token((name, value): (String, String)) -> Result<(String, String)> {
    let plain = name.strip_prefix("--balie-").or_else(|| name.strip_prefix("--")).unwrap_or(&name).to_owned();
    let value = value.trim().to_owned();
    let fits = match plain.as_str() {
        "accent" | "accent-dark" | "on-accent" => is_colour(&value),
        "radius" => {
            value.strip_suffix("px").and_then(|size| size.parse::<u8>().ok()).is_some_and(|size| size <= 40)
        }
        "font" => is_font(&value),
        _ => return Err(Error::invalid("theme", format!("use these tokens: {}", TOKENS.join(", ")))),
    };
    if fits {
        return Ok((plain, value));
    }
    Err(Error::invalid(
        "theme",
        "write a colour as #0b5d66, the radius as 8px, the font as names with commas",
    ))
}

fn is_colour(value: &str) -> bool {
    let digits = value.strip_prefix('#');
    digits.is_some_and(|digits| {
        matches!(digits.len(), 3 | 6) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

fn is_font(value: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | ',' | '"' | '\'' | '-' | '_');
    (1..=120).contains(&value.len()) && value.chars().all(fits)
}

/// A name for the administrator's own list.
pub(crate) fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", format!("give a name of 1 to {LONGEST_NAME} characters")));
    }
    Ok(name.to_owned())
}

/// A widget as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Widget {
    /// Its id.
    pub id: WidgetId,
    /// What stands in the script tag. Public, and unguessable so that widgets cannot be listed.
    pub key: String,
    /// A name for the administrator's own list.
    pub name: String,
    /// Whether visitors can use it.
    pub active: bool,
    /// The rest.
    pub settings: Settings,
}

impl Widget {
    /// The `frame-ancestors` of the page in the iframe: only these websites can show it.
    pub fn frame_ancestors(&self) -> String {
        let origins = self.settings.origins.iter().map(ToString::to_string);
        std::iter::once("'self'".to_owned()).chain(origins).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use base::id::Id;

    pub(crate) fn settings() -> Settings {
        let text = |text: &str| LocalText([("nl".to_owned(), text.to_owned())].into());
        Settings {
            title: text("Gemeente Lindedam"),
            languages: vec![Language::dutch(), Language::english()],
            origins: vec!["https://www.lindedam.example".parse().unwrap()],
            theme: [("--balie-accent".to_owned(), " #0b5d66 ".to_owned())].into(),
            privacy_url: Some("https://www.lindedam.example/privacy".into()),
            topics: vec![Topic {
                entry_point_id: EntryPointId::from_raw(1),
                name: text("Afval"),
                description: LocalText::default(),
            }],
        }
    }

    #[test]
    fn a_good_setting_is_kept_in_one_spelling() {
        let kept = settings().checked().unwrap();
        assert_eq!(kept.theme["accent"], "#0b5d66");
        assert_eq!(
            kept.title.pick(&Language::english()),
            Some("Gemeente Lindedam"),
            "better Dutch than nothing"
        );
    }

    #[test]
    fn a_style_cannot_carry_anything_else() {
        for (name, value) in [
            ("accent", "red;} body{display:none"),
            ("accent", "url(https://evil.example)"),
            ("font", "x; background: url(//evil)"),
            ("font", "</style><script>"),
            ("radius", "9999px"),
            ("background-image", "none"),
        ] {
            let theme = [(name.to_owned(), value.to_owned())].into();
            assert_eq!(
                Settings { theme, ..settings() }.checked().unwrap_err().fields()[0].field,
                "theme",
                "{value}"
            );
        }
    }

    #[test]
    fn a_privacy_page_is_a_page() {
        for wrong in ["javascript:alert(1)", "http://x.example", "https://x.example/ y"] {
            let privacy_url = Some(wrong.to_owned());
            assert!(Settings { privacy_url, ..settings() }.checked().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_language_is_one_that_the_widget_speaks() {
        let settings = settings();
        assert_eq!(settings.language(Some(&Language::english())), Language::english());
        assert_eq!(settings.language(Some(&"fr".parse().unwrap())), Language::dutch());
        assert_eq!(settings.language(None), Language::dutch());
    }
}
