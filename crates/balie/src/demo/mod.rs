//! The demo: three fictional organisations with people, customers and a past, their websites, and a world that goes
//! on by itself. Nothing of it runs unless the program was started with `balie demo`.
//!
//! [`content`] reads what was written for it. [`seed`] fills an empty database through the rooms' own actions.
//! [`page`] serves the websites with their widgets, the list of sign-ins and the mailbox. [`traffic`] plays customers
//! and colleagues, who come in through the same public interface as real ones and know nothing of the rooms.

pub(crate) mod content;
pub(crate) mod folder;
pub(crate) mod page;
pub(crate) mod seed;
pub(crate) mod talk;
pub(crate) mod traffic;
