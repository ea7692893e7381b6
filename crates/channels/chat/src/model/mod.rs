//! What a widget, a conversation and an entry are to a visitor. Rules only; nothing here reads or writes.

mod origin;
mod widget;
mod wire;

pub use origin::{AllowedOrigin, Origin};
pub(crate) use widget::checked_name;
pub use widget::{LocalText, Settings, TOKENS, Topic, Widget};
pub use wire::{
    AskAgain, BeginConversation, BegunConversation, Conversation, ConversationState, FILE_TYPES,
    FILES_IN_MESSAGE, MailTranscript, NAME_CHARS, TEXT_CHARS, VisitorAttachment, VisitorAuthor, VisitorEntry,
    VisitorEvent, WidgetConfig, WidgetConfigTopic, WidgetLimits, checked_reference, checked_text,
};
pub(crate) use wire::{checked_beginning, checked_question, checked_visitor_name};
