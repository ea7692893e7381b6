//! What people do, each a piece of one transaction: rows and the fact that it happened, together. Whoever loses a race
//! is told so, because every change is guarded on the state it starts from. What routing itself decides is written by
//! [`crate::engine`].

mod connections;
mod contacts;
mod offers;
mod presence;
mod setup;

pub use connections::{connect, disconnect};
pub use contacts::{Arrival, Reach, Transfer, enqueue, requeue, transfer};
pub use offers::{accept, decline};
pub use presence::set_presence;
pub use setup::{configure_agent, put_entry_point, put_queue, put_skill};
