//! Routing: which waiting contact is offered to which agent, when, and why.
//!
//! [`model`] holds the rules an organisation sets: queues, skills, rings, capacity, presence. [`decide`] is the pure
//! step that turns a fact into offers; it does no I/O and knows no clock, so a day can be played in a second.
//! [`estimate`] tells how long a contact will wait. [`actions`] are what people do; [`Routing::run`] owns an
//! organisation's routing by lease, follows the journal and makes true what is decided. This room hands out contacts;
//! it never reads what is in them.
//!
//! Events in: `contact.ended`, `contact.closed`, `identity.member_added`, `identity.member_ended` and its own. Events out: [`events`].

pub mod actions;
pub mod api;
mod board;
pub mod decide;
mod engine;
pub mod estimate;
pub mod events;
mod live;
pub mod model;
#[cfg(any(test, feature = "reference"))]
pub mod reference;
mod screens;
mod service;
mod store;
#[cfg(test)]
mod tests;
pub mod view;

pub use api::routes;
pub use board::Outlook;
pub use engine::TERM;
pub use live::RoutingProjector;
pub use screens::OpenScreen;
pub use service::Routing;

/// The tables of this room.
pub const MIGRATIONS: db::Migrations = db::migrations!("routing", ["0001_routing"]);
