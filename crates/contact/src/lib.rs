//! The spine: customers, contacts, cases, tasks and the timeline.
//!
//! This room alone writes its tables. It knows no queue's rules, no chat and no screen: rooms above compose
//! [`actions`] in their transactions and follow what it puts in the journal ([`events`]). Content is sealed before it
//! comes into a transaction and opened only into [`identity::Personal`], which yields it to a permission and a purpose.
//!
//! Events in: none. Events out: all `contact.*`, `customer.*`, `case.*` and `task.*`.

pub mod actions;
pub mod api;
mod check;
mod content;
pub mod events;
pub mod facts;
mod keys;
mod live;
pub mod model;
pub mod privacy;
mod service;
mod store;
pub mod view;

pub use api::routes;
pub use content::SealedText;
pub use keys::{DestroyKeys, GiveKey};
pub use live::ContactProjector;
pub use service::*;

/// The tables of this room.
pub const MIGRATIONS: db::Migrations = db::migrations!("contact", ["0001_contact", "0002_beginnings"]);
