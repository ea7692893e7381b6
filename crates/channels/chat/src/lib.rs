//! Live chat on websites: the widget's visitors, from their first question to the written-out conversation.
//!
//! A visitor's browser knows a widget's public key and, once a conversation has begun, its token; never an
//! organisation, a contact's number or a journal position. A [conversation](model::Conversation) lives over reloads,
//! tabs and, after an end, over contacts. What is said is stored by `contact`, handed out by `routing` and pushed by
//! the live hub; this room translates, keeps the visitor's own numbering without gaps, notices silence, and guards the
//! door: origins, limits, frames that are no frames.
//!
//! This room never sees who an agent is beyond a display name, never lets an internal note out, and never decides who
//! helps whom.
//!
//! Events in: `contact.*`, for visitors' screens. Events out: `chat.*` (see [`events`]).

mod actions;
mod api;
pub mod events;
pub mod frames;
mod limits;
mod line;
pub mod model;
mod numbers;
mod projector;
mod service;
pub mod silence;
mod socket;
mod store;
mod texts;
mod token;
pub mod transcript;
mod view;

pub use actions::{LookAtConversation, WidgetPatch};
pub use api::routes;
pub use limits::{Limits, Rate};
pub use service::{Chat, Config};
pub use silence::Patience;
pub use view::VisitorView;

/// The tables of this room.
pub const MIGRATIONS: db::Migrations = db::migrations!("chat", ["0001_chat", "0002_beginnings"]);
