//! E-mail: letters that the installation sends, such as a transcript that a visitor asked for.
//!
//! A letter is sealed and put in the outbox in the transaction that makes it necessary; a job hands it to the mail
//! server. It is handed over once. Only if the line breaks, or the program dies (or another one takes its job while the
//! database is away), after the content has left and before the server's answer was stored, nobody can know whether it
//! arrived; then it is sent once more with the same Message-ID, by which the receiver's server can drop the second, and
//! never a third time.
//!
//! What has been sent is forgotten at once but for the address, and that after a month. This room never writes an
//! address, a subject or a server's words in a log or an error: those hold addresses too.
//!
//! Events out: `email.sent`, `email.failed`.

pub mod actions;
mod config;
mod deliver;
pub mod events;
mod handover;
mod html;
mod letter;
pub mod mailbox;
mod model;
mod smtp;
mod store;

mod privacy;

pub use config::{Config, Security};
pub use deliver::{DeliverMail, Email, ForgetMails};
pub use letter::{Author, Letter, NewMail};
pub use model::{Mail, State};
pub use store::{mail, mails_of};

/// The tables of this room.
pub const MIGRATIONS: db::Migrations = db::migrations!("email", ["0001_outgoing_mails"]);
