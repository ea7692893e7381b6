//! How content is sealed: each column has a name of its own, so that a value moved to another column does not open.

use base::{ErrorCode, OrganisationId, Result};
use vault::{Sealer, Vault};

pub(crate) const ENTRY: &str = "contact.entry";
pub(crate) const PREVIEW: &str = "contact.preview";
pub(crate) const CUSTOMER_NAME: &str = "contact.customer_name";
pub(crate) const HANDLE: &str = "contact.handle";
pub(crate) const CASE_SUBJECT: &str = "contact.case_subject";
pub(crate) const TASK: &str = "contact.task";
pub(crate) const FILE_NAME: &str = "contact.file_name";

/// How much of the last entry stands in a list.
const PREVIEW_CHARS: usize = 140;

/// A text that is ready to be stored: itself and its first line for lists, both sealed.
#[derive(Clone, Debug)]
pub struct SealedText {
    pub(crate) text: Vec<u8>,
    pub(crate) preview: Vec<u8>,
}

impl SealedText {
    /// Seals a text with the key of its contact.
    pub fn seal(sealer: &Sealer, text: &str) -> Result<Self> {
        Ok(Self {
            text: sealer.seal(ENTRY, text.as_bytes())?,
            preview: sealer.seal(PREVIEW, preview(text).as_bytes())?,
        })
    }
}

/// The beginning of a text, on one line.
fn preview(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if let Some((cut, _)) = line.char_indices().nth(PREVIEW_CHARS) {
            line.truncate(cut);
            line.push('…');
            break;
        }
    }
    line
}

/// Opens a text; `None` when it was erased.
pub(crate) async fn open(
    vault: &Vault,
    organisation: OrganisationId,
    context: &'static str,
    sealed: &[u8],
) -> Result<Option<String>> {
    match vault.open_text(organisation, context, sealed).await {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.code() == ErrorCode::Erased => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_one_short_line() {
        assert_eq!(
            preview("  Goedemorgen,\n\nmijn  container is niet geleegd. "),
            "Goedemorgen, mijn container is niet geleegd."
        );
        assert_eq!(preview(""), "");
        let long = preview(&"é".repeat(500));
        assert_eq!((long.chars().count(), long.ends_with('…')), (PREVIEW_CHARS + 1, true));
    }
}
