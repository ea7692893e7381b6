//! A letter: what is said to whom, and how that becomes a message (RFC 5322) and is sealed. No input or output.

use crate::html;
use base::{ContactId, Error, Language, MailId, Result, Timestamp};
use lettre::Address;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use serde::{Deserialize, Serialize};
use std::time::{Duration, UNIX_EPOCH};
use vault::Sealer;

pub(crate) const RECIPIENT: &str = "email.recipient";
pub(crate) const SUBJECT: &str = "email.subject";
pub(crate) const BODY: &str = "email.body";

const LONGEST_NAME: usize = 100;
const LONGEST_SUBJECT: usize = 200;
const LARGEST_TEXT: usize = 2_000_000;

/// Who wrote a letter. Machines answer a machine's letter with silence (RFC 3834).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The installation, by itself or because somebody pressed a button.
    Machine,
    /// A member of staff.
    Person,
}

/// A letter, not yet sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The address it goes to.
    pub to: String,
    /// In whose name it is sent: the organisation's.
    pub sender: String,
    /// Where an answer goes, if not to the address it comes from.
    pub reply_to: Option<String>,
    /// What it is about.
    pub subject: String,
    /// What it says, in plain text; paragraphs are parted by an empty line.
    pub text: String,
    /// Its language.
    pub language: Language,
    /// Who wrote it.
    pub author: Author,
}

/// What is sealed beside the recipient and the subject.
#[derive(Debug, Serialize, Deserialize)]
struct Body {
    sender: String,
    reply_to: Option<String>,
    text: String,
    language: String,
    author: Author,
}

/// A letter that was checked and sealed, ready for the outbox.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// Its id, which also makes its Message-ID.
    pub id: MailId,
    /// The contact it belongs to.
    pub contact: Option<ContactId>,
    pub(crate) recipient: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) body: Vec<u8>,
}

impl Letter {
    /// Checks the letter and seals it with the key of the person it is about.
    pub fn seal(&self, id: MailId, contact: Option<ContactId>, sealer: &Sealer) -> Result<NewMail> {
        self.check()?;
        let body = Body {
            sender: self.sender.clone(),
            reply_to: self.reply_to.clone(),
            text: self.text.clone(),
            language: self.language.to_string(),
            author: self.author,
        };
        let body = serde_json::to_vec(&body).map_err(Error::internal)?;
        Ok(NewMail {
            id,
            contact,
            recipient: sealer.seal(RECIPIENT, self.to.as_bytes())?,
            subject: sealer.seal(SUBJECT, self.subject.as_bytes())?,
            body: sealer.seal(BODY, &body)?,
        })
    }

    /// Puts an opened letter together again.
    pub(crate) fn from_parts(to: String, subject: String, body: &[u8]) -> Result<Self> {
        let body: Body = serde_json::from_slice(body).map_err(Error::internal)?;
        Ok(Self {
            to,
            subject,
            sender: body.sender,
            reply_to: body.reply_to,
            text: body.text,
            language: body.language.parse()?,
            author: body.author,
        })
    }

    fn check(&self) -> Result<()> {
        address("email", &self.to)?;
        if let Some(reply_to) = &self.reply_to {
            address("reply_to", reply_to)?;
        }
        if self.text.len() > LARGEST_TEXT {
            return Err(Error::new(
                base::ErrorCode::TooLarge,
                "This is too long for a mail. Download it instead.",
            ));
        }
        Ok(())
    }

    /// The message as it goes over the line. The same letter gives the same bytes each time.
    pub(crate) fn message(&self, id: MailId, from: &Address, at: Timestamp) -> Result<(Address, Vec<u8>)> {
        let to = address("email", &self.to)?;
        let sender = one_line(&self.sender, LONGEST_NAME);
        let subject = one_line(&self.subject, LONGEST_SUBJECT);
        let micros = u64::try_from(at.micros()).unwrap_or_default();
        let mut message = Message::builder()
            .from(Mailbox::new((!sender.is_empty()).then_some(sender), from.clone()))
            .to(Mailbox::new(None, to.clone()))
            .subject(&subject)
            .date(UNIX_EPOCH + Duration::from_micros(micros))
            .message_id(Some(message_id(id, from)))
            .header(raw::<ContentLanguage>(self.language.to_string()));
        if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(Mailbox::new(None, address("reply_to", reply_to)?));
        }
        if self.author == Author::Machine {
            message = message.header(raw::<AutoSubmitted>("auto-generated".to_owned())).header(raw::<
                AutoResponseSuppress,
            >(
                "All".to_owned(),
            ));
        }
        let language = self.language.to_string();
        let parts = MultiPart::builder()
            .kind(lettre::message::MultiPartKind::Alternative)
            .boundary(format!("=_{id}"))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(self.text.clone()))
            .singlepart(
                SinglePart::builder()
                    .header(ContentType::TEXT_HTML)
                    .body(html::page(&language, &subject, &self.text)),
            );
        let message = message.multipart(parts).map_err(Error::internal)?;
        Ok((to, message.formatted()))
    }
}

/// `<mai_…@example.org>`: the same for every attempt, so that a receiver can drop a second one.
pub(crate) fn message_id(id: MailId, from: &Address) -> String {
    format!("<{id}@{}>", from.domain())
}

/// An address that a mail server of any age takes.
fn address(field: &'static str, text: &str) -> Result<Address> {
    let mend = "give an e-mail address such as naam@example.nl, in plain letters";
    let address: Address = text.trim().parse().map_err(|_| Error::invalid(field, mend))?;
    let plain = text.trim().bytes().all(|byte| byte.is_ascii_graphic());
    if plain && text.len() <= 254 { Ok(address) } else { Err(Error::invalid(field, mend)) }
}

/// One line of visible characters: what stands in a header can never begin another.
fn one_line(text: &str, longest: usize) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect();
    let words: Vec<_> = visible.split_whitespace().collect();
    words.join(" ").chars().take(longest).collect()
}

macro_rules! headers {
    ($($type:ident = $name:literal;)+) => {$(
        #[derive(Clone)]
        struct $type(String);

        impl From<String> for $type {
            fn from(value: String) -> Self {
                Self(value)
            }
        }

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }
            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }
            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    )+};
}

headers! {
    AutoSubmitted = "Auto-Submitted";
    AutoResponseSuppress = "X-Auto-Response-Suppress";
    ContentLanguage = "Content-Language";
}

fn raw<H: From<String>>(value: String) -> H {
    value.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Env;
    use mail_parser::MessageParser;
    use proptest::prelude::*;

    fn letter() -> Letter {
        Letter {
            to: "fatma@example.nl".into(),
            sender: "Gemeente Lindedam".into(),
            reply_to: None,
            subject: "Uw gesprek – één kopie".into(),
            text: "Beste Fatma,\n\nHier is uw gesprek: één vraag over afval.\n.\nGroet".into(),
            language: "nl".parse().unwrap(),
            author: Author::Machine,
        }
    }

    fn message(letter: &Letter) -> Vec<u8> {
        let (env, _) = Env::test(1);
        let from = "contact@lindedam.example".parse().unwrap();
        letter.message(env.new_id(), &from, env.now()).unwrap().1
    }

    #[test]
    fn a_letter_is_text_and_html_and_says_that_a_machine_wrote_it() {
        let bytes = message(&letter());
        assert!(bytes.is_ascii(), "any server takes it");
        let parsed = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(parsed.subject(), Some("Uw gesprek – één kopie"));
        assert_eq!(parsed.from().unwrap().first().unwrap().name(), Some("Gemeente Lindedam"));
        assert!(parsed.message_id().unwrap().starts_with("mai_"));
        assert!(parsed.message_id().unwrap().ends_with("@lindedam.example"));
        assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), letter().text);
        assert!(parsed.body_html(0).unwrap().contains("<p>Beste Fatma,</p>"));
        assert_eq!(parsed.header("Auto-Submitted").unwrap().as_text(), Some("auto-generated"));
        assert!(parsed.date().is_some());
        assert_eq!(bytes, message(&letter()), "a repeat is the same");
    }

    #[test]
    fn a_letter_of_a_person_may_be_answered_by_a_machine() {
        let bytes = message(&Letter { author: Author::Person, ..letter() });
        let parsed = MessageParser::default().parse(&bytes).unwrap();
        assert!(parsed.header("Auto-Submitted").is_none());
    }

    #[test]
    fn an_address_that_is_none_is_refused_before_it_is_sealed() {
        let long = format!("{}@example.nl", "a".repeat(250));
        let wrong =
            ["", "fatma", "fatma@", "a@b@c", "fatma@example.nl\r\nBcc: x@y.nl", "fàtma@example.nl", &long];
        for wrong in wrong {
            let error = Letter { to: wrong.into(), ..letter() }.check().unwrap_err();
            assert_eq!(error.fields()[0].field, "email", "{wrong}");
            assert!(
                wrong.is_empty() || !format!("{error:?}").contains(wrong),
                "an error never repeats an address"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_in_a_letter_adds_a_header_or_a_recipient(subject: String, sender: String, text: String) {
            let inject = "\r\nBcc: thief@example.org\r\n\r\n";
            let odd = Letter { subject: subject + inject, sender: sender + inject, text: text + inject, ..letter() };
            let bytes = message(&odd);
            let head = String::from_utf8_lossy(&bytes).split("\r\n\r\n").next().unwrap().to_owned();
            let names: Vec<_> = head
                .split("\r\n")
                .filter(|line| !line.starts_with([' ', '\t']))
                .map(|line| line.split(':').next().unwrap().to_owned())
                .collect();
            let expected = ["From", "To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted",
                "X-Auto-Response-Suppress", "MIME-Version", "Content-Type"];
            prop_assert!(names.iter().all(|name| expected.contains(&name.as_str())), "{names:?}");
            prop_assert!(!head.contains('\n') || head.split("\r\n").all(|line| !line.contains('\n')));
        }
    }
}
