//! The only writer of this room's tables. Each function is a piece of one transaction: rows and the fact that it
//! happened, together. Rooms above compose them with their own; [`crate::Contacts`] runs them alone.
//!
//! Nothing here seals: content comes in sealed, because a transaction waits for nothing but the database.

mod attachments;
mod cases;
mod customers;
mod life;
mod reasons;
mod tasks;
mod timeline;

pub use crate::store::tasks::NewTask;
pub(crate) use attachments::forget_unsent;
pub use attachments::{NewAttachment, add_attachment, erase_contact, release_files};
pub use cases::{CaseChange, NewCase, change_case, open_case};
pub use customers::{
    CustomerChange, NewCustomer, change_customer, create_customer, erase_customer, link_case, link_customer,
    restrict_customer,
};
pub use life::{NewContact, assign, close, end, receive, set_queue, unassign, wrap_up};
pub use reasons::set_reason;
pub use tasks::{TaskChange, change_task, create_task};
pub use timeline::{Appended, NewEntry, append, read_by_agent, read_by_customer};
