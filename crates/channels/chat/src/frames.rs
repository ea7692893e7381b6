//! The frames of the visitor's socket: what may come in, and what goes out. Reading a frame is a pure function that
//! refuses clearly and never panics; what a frame does is for the socket to decide.

use crate::model::{Conversation, FILES_IN_MESSAGE, VisitorEntry, checked_reference, checked_text};
use base::{AttachmentId, Error, ErrorCode, Result, Timestamp};
use serde::{Deserialize, Serialize};

/// The largest frame that is read: 4,000 characters, each written as two escapes of six letters, and some more.
pub const FRAME_BYTES: usize = 56 * 1024;
/// The longest token that is looked at.
const TOKEN_BYTES: usize = 128;

/// What a visitor's browser sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromVisitor {
    /// The first frame: who it is, and the last entry it has.
    Hello {
        /// The token of the conversation.
        token: String,
        /// Entries after this number are wanted.
        #[serde(default)]
        after: i64,
    },
    /// A message.
    Say {
        /// The browser's own name for it. Sent again with the same one, it is stored once.
        #[serde(rename = "ref")]
        reference: String,
        /// What is said; may be empty when there are files.
        text: String,
        /// Files that were uploaded before.
        #[serde(default)]
        attachments: Vec<AttachmentId>,
    },
    /// The visitor types, or stopped.
    Typing {
        /// Whether they do.
        typing: bool,
    },
    /// The visitor has seen everything up to here.
    Read {
        /// The number of the last entry in sight.
        seq: i64,
    },
    /// Yes, I am still there.
    Here {},
    /// The visitor ends the conversation.
    End {},
    /// A sign of life.
    Ping {},
}

/// What goes to a visitor's browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToVisitor {
    /// The answer to hello. The missing entries follow.
    Welcome {
        /// The conversation.
        conversation: Conversation,
    },
    /// A new entry, or one that was missing.
    Entry {
        /// The entry.
        entry: VisitorEntry,
    },
    /// The message with this reference is stored for good.
    Ack {
        /// The browser's own name for it.
        #[serde(rename = "ref")]
        reference: String,
        /// Its number.
        seq: i64,
    },
    /// Something was not done. Without a reference it is about no message.
    Refused {
        /// The message it is about.
        #[serde(rename = "ref")]
        reference: Option<String>,
        /// Why, as a stable code.
        code: String,
        /// What to do about it.
        detail: String,
    },
    /// The conversation changed.
    State {
        /// The conversation.
        conversation: Conversation,
    },
    /// The agent types, or stopped.
    Typing {
        /// Whether they do.
        typing: bool,
    },
    /// The agent has seen everything up to here.
    Read {
        /// The number of the entry.
        seq: i64,
    },
    /// Are you still there?
    StillThere {
        /// When the conversation is closed without an answer.
        until: Timestamp,
        /// The same, in seconds from now.
        seconds: u64,
    },
    /// The answer to a sign of life.
    Pong {
        /// The last entry that there is, as far as is known here: a browser that has less asks again.
        last_seq: i64,
    },
}

/// Why a frame was not done.
#[derive(Debug)]
pub struct Refusal {
    /// The message it is about.
    pub reference: Option<String>,
    /// What is wrong.
    pub error: Error,
}

impl Refusal {
    /// About no message.
    pub fn plain(error: Error) -> Self {
        Self { reference: None, error }
    }

    /// The frame that tells it.
    pub fn frame(self) -> ToVisitor {
        ToVisitor::Refused {
            reference: self.reference,
            code: self.error.code().code().to_owned(),
            detail: self.error.detail().to_owned(),
        }
    }
}

/// Reads a frame of any bytes, as a fuzzer gives them.
pub fn parse_bytes(bytes: &[u8]) -> Result<FromVisitor, Refusal> {
    match std::str::from_utf8(bytes) {
        Ok(text) => parse(text),
        Err(_) => Err(malformed("Send UTF-8 text.")),
    }
}

/// Reads a frame. Texts come out cleaned and within their limits.
pub fn parse(text: &str) -> Result<FromVisitor, Refusal> {
    if text.len() > FRAME_BYTES {
        return Err(Refusal::plain(Error::new(ErrorCode::TooLarge, "Send less in one frame.")));
    }
    let frame = web::extract::parse::<FromVisitor>(text.as_bytes());
    frame.and_then(checked).map_err(|error| Refusal { reference: reference_in(text), error })
}

fn malformed(detail: &'static str) -> Refusal {
    Refusal::plain(Error::new(ErrorCode::Malformed, detail))
}

/// A frame of bytes instead of text.
pub(crate) fn binary() -> Refusal {
    malformed("Send frames of text.")
}

fn checked(frame: FromVisitor) -> Result<FromVisitor> {
    match frame {
        FromVisitor::Hello { token, after } => {
            if token.len() > TOKEN_BYTES || after < 0 {
                return Err(Error::invalid(
                    "hello",
                    "send the token as it was given, and a number of zero or more",
                ));
            }
            Ok(FromVisitor::Hello { token, after })
        }
        FromVisitor::Say { reference, text, attachments } => {
            checked_reference(&reference)?;
            let text = checked_text(&text)?;
            if attachments.len() > FILES_IN_MESSAGE {
                let detail = format!("send at most {FILES_IN_MESSAGE} files in one message");
                return Err(Error::invalid("attachments", detail));
            }
            if text.is_empty() && attachments.is_empty() {
                return Err(Error::invalid("text", "write something first"));
            }
            Ok(FromVisitor::Say { reference, text, attachments })
        }
        FromVisitor::Read { seq } if seq < 0 => Err(Error::invalid("seq", "give a number of zero or more")),
        frame => Ok(frame),
    }
}

/// The reference in a frame that was refused, so that the browser knows which message it is about.
fn reference_in(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Referring {
        #[serde(rename = "ref")]
        reference: String,
    }
    let found: Referring = serde_json::from_str(text).ok()?;
    checked_reference(&found.reference).ok().map(|()| found.reference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TEXT_CHARS;
    use base::id::Id;
    use proptest::prelude::*;

    fn refused(text: &str) -> (Option<String>, &'static str) {
        let refusal = parse(text).unwrap_err();
        (refusal.reference, refusal.error.code().code())
    }

    #[test]
    fn every_frame_of_the_contract_is_read() {
        let id = AttachmentId::from_raw(1);
        for text in [
            r#"{"type":"hello","token":"vis_x","after":3}"#.to_owned(),
            r#"{"type":"hello","token":"vis_x"}"#.to_owned(),
            format!(r#"{{"type":"say","ref":"a1","text":"hoi","attachments":["{id}"]}}"#),
            r#"{"type":"typing","typing":true}"#.to_owned(),
            r#"{"type":"read","seq":4}"#.to_owned(),
            r#"{"type":"here"}"#.to_owned(),
            r#"{"type":"end"}"#.to_owned(),
            r#"{"type":"ping"}"#.to_owned(),
        ] {
            assert!(parse(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_mistake_is_told_with_the_message_it_is_about() {
        assert_eq!(refused(r#"{"type":"say","ref":"a1","text":" "}"#), (Some("a1".into()), "invalid"));
        assert_eq!(refused(r#"{"type":"say","ref":"a1","text":4}"#), (Some("a1".into()), "invalid"));
        assert_eq!(refused(r#"{"type":"shout","ref":"a1"}"#), (Some("a1".into()), "invalid"));
        assert_eq!(refused(r#"{"type":"say","ref":"","text":"x"}"#), (None, "invalid"));
        assert_eq!(refused(r#"{"type":"end","force":true}"#), (None, "invalid"));
        assert_eq!(refused(r#"{"type":"read","seq":-1}"#), (None, "invalid"));
        assert_eq!(refused(r#"{"type":"read","seq":1e99}"#), (None, "invalid"));
        let long = format!(r#"{{"type":"say","ref":"a1","text":"{}"}}"#, "é".repeat(TEXT_CHARS + 1));
        assert_eq!(refused(&long), (Some("a1".into()), "invalid"));
        for broken in ["", "{", "[]", "null", "\"say\"", r#"{"type":"ping"} x"#] {
            assert!(matches!(refused(broken).1, "malformed" | "invalid"), "{broken}");
        }
        assert_eq!(refused(&format!("\"{}\"", "x".repeat(FRAME_BYTES))).1, "too_large");
        assert_eq!(parse_bytes(b"{\"type\":\"\xc3\x28\"}").unwrap_err().error.code(), ErrorCode::Malformed);
    }

    #[test]
    fn the_longest_message_fits_however_it_is_escaped() {
        let text = "\\ud83d\\ude00".repeat(TEXT_CHARS);
        let frame = format!(r#"{{"type":"say","ref":"a1","text":"{text}"}}"#);
        assert!(frame.len() <= FRAME_BYTES);
        assert!(parse(&frame).is_ok());
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let deep = format!(r#"{{"type":"say","ref":"a","text":{}"#, "[".repeat(20_000));
        assert!(parse(&deep).is_err());
    }

    fn frames() -> impl Strategy<Value = FromVisitor> {
        let ids =
            proptest::collection::vec(any::<u128>().prop_map(AttachmentId::from_raw), 1..=FILES_IN_MESSAGE);
        prop_oneof![
            ("[a-z0-9_]{1,80}", 0_i64..).prop_map(|(token, after)| FromVisitor::Hello { token, after }),
            ("[!-~]{1,64}", "\\PC{0,200}", ids).prop_map(|(reference, text, attachments)| FromVisitor::Say {
                reference,
                text,
                attachments
            }),
            any::<bool>().prop_map(|typing| FromVisitor::Typing { typing }),
            (0_i64..).prop_map(|seq| FromVisitor::Read { seq }),
            Just(FromVisitor::Here {}),
            Just(FromVisitor::End {}),
            Just(FromVisitor::Ping {}),
        ]
    }

    proptest! {
        #[test]
        fn what_a_browser_writes_is_read_back(frame in frames()) {
            let text = serde_json::to_string(&frame).unwrap();
            match (parse(&text).unwrap(), frame) {
                (FromVisitor::Say { reference, text, attachments }, FromVisitor::Say { reference: r, text: t, attachments: a }) => {
                    prop_assert_eq!((reference, attachments), (r, a));
                    prop_assert_eq!(text, checked_text(&t).unwrap());
                }
                (read, frame) => prop_assert_eq!(read, frame),
            }
        }

        #[test]
        fn no_bytes_panic_and_each_refusal_is_a_frame(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Err(refusal) = parse_bytes(&bytes) {
                let json = serde_json::to_value(refusal.frame()).unwrap();
                prop_assert_eq!(&json["type"], "refused");
            }
        }

        #[test]
        fn a_frame_cut_off_or_with_a_byte_changed_never_panics(
            frame in frames(), cut in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte: u8,
        ) {
            let mut bytes = serde_json::to_vec(&frame).unwrap();
            let place = at.index(bytes.len());
            bytes[place] = byte;
            let _ = parse_bytes(&bytes);
            bytes.truncate(cut.index(bytes.len()));
            prop_assert!(parse_bytes(&bytes).is_err());
        }
    }
}
