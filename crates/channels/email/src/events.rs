//! What this room tells the journal.

use base::{ContactId, Event, MailId};
use serde::{Deserialize, Serialize};

/// The mail server has taken a letter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MailSent {
    /// The letter.
    pub mail: MailId,
    /// The contact it belongs to.
    pub contact: Option<ContactId>,
}

impl Event for MailSent {
    const KIND: &'static str = "email.sent";
    fn subject(&self) -> String {
        self.mail.to_string()
    }
}

/// A letter was given up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MailFailed {
    /// The letter.
    pub mail: MailId,
    /// The contact it belongs to.
    pub contact: Option<ContactId>,
    /// Why, as in [`Mail::error`](crate::Mail::error).
    pub error: String,
}

impl Event for MailFailed {
    const KIND: &'static str = "email.failed";
    fn subject(&self) -> String {
        self.mail.to_string()
    }
}
