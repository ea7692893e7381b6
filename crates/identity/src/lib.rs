//! Organisations, the people who work for them, and who may do what.
//!
//! People are global, and a membership gives roles, teams and a site in one organisation. Whoever is signed in gets an
//! [`Access`] from a [gate](Identity::gate): it names who, where, what they may do and why. Only an access opens
//! [`Personal`] data, and what it opened stands in the log of looks before the answer leaves. Looks and the audit
//! chain are sealed each second, so that nothing can be changed afterwards without showing.
//!
//! This room knows no customer and no contact, only their ids. It never changes somebody's address or password on
//! behalf of an organisation, and it never tells whether an address exists.
//!
//! Events out: [`events`]. Events in: none.

pub mod access;
pub mod actions;
pub mod api;
pub mod audit;
mod client;
pub mod directory;
pub mod events;
mod hex;
mod limit;
pub mod looks;
mod members;
pub mod model;
pub mod password;
mod service;
pub mod session;
mod sign_in;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod words;

pub use access::{Access, MethodRouter, Permission, Personal, Purpose, Role};
pub use api::routes;
pub use directory::MemberName;
pub use model::Named;
pub use service::{Config, Identity, organisation_ids, organisations};
pub use sign_in::{SignIn, SignedIn};

/// The tables of this room.
pub const MIGRATIONS: db::Migrations = db::migrations!("identity", ["0001_identity", "0002_accountability"]);
