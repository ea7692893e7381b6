//! What is shown, as it stands in answers. Made by [`crate::Contacts`] and handed out as [`identity::Personal`].

mod case;
mod contact;
mod customer;
mod entry;
mod task;

pub use case::Case;
pub use contact::{Contact, ContactCase, ContactCustomer, LastEntry};
pub use customer::{Customer, Handle};
pub use entry::{Attachment, AuthorKind, Entry, EntryAuthor, EntryEvent, TimelineContact, TimelineEntry};
pub use task::{Reason, Task};

use base::Result;
use identity::{Access, Personal};

/// A line in a list. Of somebody who restricted the use of their data it shows only what the work needs to go on.
#[derive(Clone, Debug)]
pub struct Line<T> {
    pub(crate) full: Personal<T>,
    pub(crate) bare: T,
}

impl<T> Line<T> {
    /// What this access may see of it.
    pub fn show(self, access: &Access) -> Result<T> {
        Ok(access.open_unless_restricted(self.full)?.unwrap_or(self.bare))
    }

    /// The whole, for a screen of its own.
    pub fn full(self) -> Personal<T> {
        self.full
    }
}

/// What this access may see of each line.
pub fn show_all<T>(lines: Vec<Line<T>>, access: &Access) -> Result<Vec<T>> {
    lines.into_iter().map(|line| line.show(access)).collect()
}
