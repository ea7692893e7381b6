//! The only writer of this room's tables: a conversation begins, goes on, is spoken in, falls silent and ends.

mod again;
mod begin;
mod forget;
mod look;
mod talk;
mod widgets;

pub use look::LookAtConversation;
pub(crate) use talk::Said;
pub use widgets::WidgetPatch;
