//! Checks what people type, and says what to do about each wrong field at once.

use base::{Error, ErrorCode, Result};

/// How long things may be, in characters.
pub(crate) const MESSAGE: usize = 4000;
pub(crate) const NAME: usize = 200;
pub(crate) const LINE: usize = 200;
pub(crate) const HANDLE: usize = 254;
pub(crate) const HANDLES: usize = 20;
pub(crate) const ATTACHMENTS: usize = 10;
const CLIENT_REF: usize = 64;

/// Gathers what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Check {
    wrong: Vec<(String, String)>,
}

impl Check {
    /// A wrong field.
    pub(crate) fn complain(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.wrong.push((field.into(), message.into()));
    }

    /// One line of text, without spaces around it.
    pub(crate) fn line(&mut self, field: impl Into<String>, text: &str, longest: usize) -> String {
        let text = text.trim();
        let field = field.into();
        if text.is_empty() {
            self.complain(&field, "fill this in");
        } else if text.chars().count() > longest {
            self.complain(&field, format!("use at most {longest} characters"));
        } else if text.chars().any(|c| c.is_control() || is_direction(c)) {
            self.complain(&field, "take out the invisible characters and line breaks");
        }
        text.to_owned()
    }

    /// Text of several lines. Line ends are spelled one way.
    pub(crate) fn text(&mut self, field: &str, text: &str, longest: usize) -> String {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim_end();
        if text.trim().is_empty() {
            self.complain(field, "write something");
        } else if text.chars().count() > longest {
            self.complain(field, format!("use at most {longest} characters"));
        } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.complain(field, "take out the invisible control characters");
        }
        text.to_owned()
    }

    /// The sender's own name for a message.
    pub(crate) fn client_ref(&mut self, text: &str) {
        if text.is_empty() || text.len() > CLIENT_REF || !text.bytes().all(|b| b.is_ascii_graphic()) {
            self.complain(
                "client_ref",
                format!("give 1 to {CLIENT_REF} printable ASCII characters, new for each message"),
            );
        }
    }

    /// Refuses if anything was wrong, with all of it.
    pub(crate) fn done(self) -> Result<()> {
        let detail = match self.wrong.as_slice() {
            [] => return Ok(()),
            [(_, message)] => message.clone(),
            several => format!("Correct these {} fields and try again.", several.len()),
        };
        let error = Error::new(ErrorCode::Invalid, detail);
        Err(self.wrong.into_iter().fold(error, |error, (field, message)| error.with_field(field, message)))
    }
}

/// Characters that turn the direction of text around and so make one name look like another.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(check: Check) -> Vec<String> {
        let error = check.done().err();
        error.iter().flat_map(Error::fields).map(|field| field.field.to_string()).collect()
    }

    #[test]
    fn all_wrong_fields_are_told_at_once() {
        let mut check = Check::default();
        check.line("name", "  ", NAME);
        check.line("subject", "a\u{0}b", LINE);
        check.text("text", &"é".repeat(MESSAGE + 1), MESSAGE);
        check.client_ref("with space");
        assert_eq!(complaints(check), ["name", "subject", "text", "client_ref"]);
    }

    #[test]
    fn what_people_write_is_let_through() {
        let mut check = Check::default();
        assert_eq!(check.text("text", "Hoi 👩‍👧,\r\n\tdank!\r\n\r\n", MESSAGE), "Hoi 👩‍👧,\n\tdank!");
        assert_eq!(check.line("name", " Şeyma de Vríes-Öztürk ", NAME), "Şeyma de Vríes-Öztürk");
        check.text("text", "<script>alert(1)</script>", MESSAGE);
        check.text("text", &"é".repeat(MESSAGE), MESSAGE);
        check.client_ref("01jx-a.b");
        assert!(complaints(check).is_empty(), "text is text; whoever shows it escapes it");
    }

    #[test]
    fn a_name_that_pretends_to_be_another_is_refused() {
        let mut check = Check::default();
        check.line("name", "Anna\u{202e}annA", NAME);
        assert_eq!(complaints(check), ["name"]);
    }
}
