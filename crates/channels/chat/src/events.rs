//! What this room puts in the journal: ids only. What is said, comes and goes is told by `contact`.

use base::{ContactId, ConversationId, Event, WidgetId};
use serde::{Deserialize, Serialize};

/// A visitor began a conversation on a widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationBegun {
    /// The conversation.
    pub conversation: ConversationId,
    /// Its first contact.
    pub contact: ContactId,
    /// The widget.
    pub widget: WidgetId,
}

/// A visitor asked again after an end: the conversation goes on with another contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationContinued {
    /// The conversation.
    pub conversation: ConversationId,
    /// The contact that had ended.
    pub from: ContactId,
    /// The contact that it is now.
    pub to: ContactId,
}

/// A silent visitor was asked whether they are still there, or gave a sign of life after that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilenceChanged {
    /// The conversation.
    pub conversation: ConversationId,
    /// The contact that it is now.
    pub contact: ContactId,
    /// Whether the question is open.
    pub asked: bool,
}

/// A widget was made or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WidgetChanged {
    /// The widget.
    pub widget: WidgetId,
}

impl Event for ConversationBegun {
    const KIND: &'static str = "chat.conversation_begun";
    fn subject(&self) -> String {
        self.conversation.to_string()
    }
}

impl Event for ConversationContinued {
    const KIND: &'static str = "chat.conversation_continued";
    fn subject(&self) -> String {
        self.conversation.to_string()
    }
}

impl Event for SilenceChanged {
    const KIND: &'static str = "chat.silence_changed";
    fn subject(&self) -> String {
        self.conversation.to_string()
    }
}

impl Event for WidgetChanged {
    const KIND: &'static str = "chat.widget_changed";
    fn subject(&self) -> String {
        self.widget.to_string()
    }
}
