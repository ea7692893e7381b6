//! What visitors' browsers get and send over HTTP, and what goes inside the frames of the socket.

use base::{AttachmentId, ContactId, ConversationId, EntryPointId, Error, Language, Result, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The longest text of a message.
pub const TEXT_CHARS: usize = 4000;
/// The longest name a visitor can give.
pub const NAME_CHARS: usize = 80;
/// The most files in one message.
pub const FILES_IN_MESSAGE: usize = 5;

/// The kinds of files that a visitor can send.
pub const FILE_TYPES: &[&str] =
    &["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"];

/// What the widget's page needs to know to draw itself.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WidgetConfig {
    /// The organisation's name.
    pub organisation: String,
    /// What stands above the conversation.
    pub title: String,
    /// The languages that can be chosen.
    pub languages: Vec<Language>,
    /// What can be asked about.
    pub topics: Vec<WidgetConfigTopic>,
    /// The house style: token to value.
    pub theme: BTreeMap<String, String>,
    /// What can be sent.
    pub limits: WidgetLimits,
    /// Where the organisation explains what it does with personal data.
    pub privacy_url: Option<String>,
}

/// One thing that can be asked about.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WidgetConfigTopic {
    /// Its id.
    pub id: EntryPointId,
    /// Its name.
    pub name: String,
    /// A line below it.
    pub description: Option<String>,
    /// How long visitors wait now, if that can be told.
    pub estimate_seconds: Option<u64>,
    /// Whether a conversation about it can be begun now.
    pub open: bool,
}

/// What can be sent.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WidgetLimits {
    /// Characters in a message.
    pub text: usize,
    /// Bytes in a file.
    pub file_bytes: u64,
    /// Kinds of files.
    pub file_types: Vec<String>,
}

/// A visitor asks something.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginConversation {
    /// One of the widget's topics.
    pub topic_id: EntryPointId,
    /// The visitor's language.
    pub language: Language,
    /// How the visitor wants to be called.
    #[serde(default)]
    pub name: Option<String>,
    /// The question.
    pub text: String,
    /// A reference that nobody can guess: sent again with the same one, the conversation begins once, and the answer
    /// opens it. Keep it to yourself. The entry has its SHA-256 as `ref`, in hexadecimal digits.
    pub client_ref: String,
}

/// The visitor's own conversation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BegunConversation {
    /// Opens the conversation, for whoever has it. Shown once.
    pub token: String,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The contact that now waits.
    pub contact_id: ContactId,
}

/// A visitor asks something more after the end.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskAgain {
    /// The question.
    pub text: String,
    /// Another topic than before.
    #[serde(default)]
    pub topic_id: Option<EntryPointId>,
    /// A reference that nobody can guess: sent again with the same one, it is asked once. The entry has its SHA-256 as
    /// `ref`, in hexadecimal digits.
    pub client_ref: String,
}

/// Where the written conversation goes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailTranscript {
    /// The visitor's e-mail address.
    pub email: String,
}

/// How a conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversationState {
    /// The visitor waits for an agent.
    Waiting,
    /// An agent has it.
    Active,
    /// It is over; the visitor can ask again.
    Ended,
}

/// A conversation as its visitor sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Conversation {
    /// The conversation.
    pub id: ConversationId,
    /// The contact that it is now.
    pub contact_id: ContactId,
    /// How it is.
    pub state: ConversationState,
    /// The place in the queue while waiting; 1 is next.
    pub place: Option<u64>,
    /// How long the wait will be, if that can be told.
    pub estimate_seconds: Option<u64>,
    /// Who helps.
    pub agent_name: Option<String>,
    /// Who ended it: `customer`, `agent` or `system`.
    pub ended_by: Option<String>,
    /// The number of the last entry.
    pub last_seq: i64,
    /// The last entry that the agent has seen.
    pub read_by_agent: i64,
    /// The last entry that the visitor has seen.
    pub read_by_customer: i64,
    /// What it is about.
    pub topic: String,
    /// Its language.
    pub language: Language,
    /// Until when the visitor can answer the question whether they are still there.
    pub still_there_until: Option<Timestamp>,
}

/// Who wrote an entry, as its visitor sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitorAuthor {
    /// The visitor.
    You,
    /// An agent.
    Agent,
    /// Nobody: it happened.
    System,
}

/// An entry as its visitor sees it. The numbers are 1, 2, 3 … without gaps over the whole conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VisitorEntry {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who wrote it.
    pub author: VisitorAuthor,
    /// The agent's display name.
    pub name: Option<String>,
    /// What was said; absent for an event, and when it was erased.
    pub text: Option<String>,
    /// What happened.
    pub event: Option<VisitorEvent>,
    /// Files.
    pub attachments: Vec<VisitorAttachment>,
    /// The visitor's own reference of a message of theirs; of a question that began a contact, its SHA-256.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VisitorEvent {
    /// What, as a word: `assigned`, `ended` …
    pub code: String,
    /// Small values to tell it with, such as the agent's display name.
    pub params: BTreeMap<String, String>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VisitorAttachment {
    /// Its id.
    pub id: AttachmentId,
    /// Its name.
    pub name: String,
    /// What kind of file it is.
    pub media_type: String,
    /// How large.
    pub size: u64,
}

/// What a visitor wrote: line ends of one kind, no control characters, no space around it. Empty is for the caller to
/// judge.
pub fn checked_text(text: &str) -> Result<String> {
    let text: String = text
        .replace("\r\n", "\n")
        .chars()
        .map(|c| if c == '\r' { '\n' } else { c })
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    let text = text.trim();
    if text.chars().count() > TEXT_CHARS {
        return Err(Error::invalid("text", format!("write at most {TEXT_CHARS} characters in one message")));
    }
    Ok(text.to_owned())
}

/// The same, of a question that cannot be empty.
pub(crate) fn checked_question(text: &str) -> Result<String> {
    let text = checked_text(text)?;
    if text.is_empty() { Err(Error::invalid("text", "write your question first")) } else { Ok(text) }
}

/// How the visitor wants to be called, if at all.
pub(crate) fn checked_visitor_name(name: Option<&str>) -> Result<Option<String>> {
    let name = name.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    if name.chars().count() > NAME_CHARS {
        return Err(Error::invalid("name", format!("use at most {NAME_CHARS} characters")));
    }
    Ok(Some(name).filter(|name| !name.is_empty()))
}

/// A reference that a browser chose: 1 to 64 visible characters.
pub fn checked_reference(reference: &str) -> Result<()> {
    if (1..=64).contains(&reference.len()) && reference.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(Error::invalid("ref", "use 1 to 64 visible ASCII characters"))
}

/// A reference that stands for a whole conversation, so that it must not be guessed: at least 16 characters.
pub(crate) fn checked_beginning(reference: &str) -> Result<()> {
    checked_reference(reference)?;
    if reference.len() >= 16 {
        return Ok(());
    }
    Err(Error::invalid("client_ref", "use at least 16 random characters"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_cleaned_and_never_cut() {
        assert_eq!(checked_text(" a\r\nb\rc\0\u{7}\td \n").unwrap(), "a\nb\nc\td");
        assert_eq!(checked_text(&"é".repeat(TEXT_CHARS)).unwrap().chars().count(), TEXT_CHARS);
        assert!(checked_text(&"é".repeat(TEXT_CHARS + 1)).is_err());
        assert!(checked_question(" \n ").is_err());
    }

    #[test]
    fn a_name_is_one_line_or_nothing() {
        assert_eq!(
            checked_visitor_name(Some("  Fatma \n El Idrissi ")).unwrap().unwrap(),
            "Fatma El Idrissi"
        );
        assert_eq!(checked_visitor_name(Some(" ")).unwrap(), None);
        assert!(checked_visitor_name(Some(&"x".repeat(81))).is_err());
    }

    proptest! {
        #[test]
        fn a_cleaned_text_stays_as_it_is(text in "\\PC{0,50}|[\\x00-\\x7f]{0,50}") {
            let once = checked_text(&text).unwrap();
            prop_assert_eq!(checked_text(&once).unwrap(), once);
        }
    }
}
