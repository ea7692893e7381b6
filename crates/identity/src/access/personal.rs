//! Personal data in an envelope. Stores return it; only [`Access::open`](super::Access::open) takes it out.

use base::Subject;
use std::fmt;

/// Data about a person, with whose it is. There is no way to the value but an [`Access`](super::Access), which
/// writes down that it was opened.
///
/// ```compile_fail,E0616
/// # fn look(personal: identity::Personal<String>) -> String {
/// personal.value
/// # }
/// ```
///
/// It cannot be put in an answer, and a log shows only whose it is:
///
/// ```compile_fail,E0277
/// # fn answer(personal: identity::Personal<String>) -> String {
/// serde_json::to_string(&personal).unwrap()
/// # }
/// ```
#[must_use]
#[derive(Clone)]
pub struct Personal<T> {
    subject: Subject,
    also: Vec<Subject>,
    restricted: bool,
    value: T,
}

impl<T> Personal<T> {
    /// Puts data about `subject` in an envelope.
    pub fn new(subject: Subject, value: T) -> Self {
        Self { subject, also: Vec::new(), restricted: false, value }
    }

    /// States whether the person restricted the use of their data or objected to it. Then only a purpose that serves
    /// their rights opens it.
    pub fn restricted(mut self, restricted: bool) -> Self {
        self.restricted |= restricted;
        self
    }

    /// States that the data is about this person as well.
    pub fn also(mut self, subject: Subject) -> Self {
        if subject != self.subject && !self.also.contains(&subject) {
            self.also.push(subject);
        }
        self
    }

    /// Changes the value inside the envelope, for a store that builds one thing from another. What `change` returns
    /// stays inside; to show it to somebody, open it.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Personal<U> {
        Personal {
            subject: self.subject,
            also: self.also,
            restricted: self.restricted,
            value: change(self.value),
        }
    }

    /// Puts two envelopes together. The strictest restriction holds, and both persons are concerned.
    pub fn and<U>(self, other: Personal<U>) -> Personal<(T, U)> {
        let restricted = self.restricted || other.restricted;
        let mut both =
            Personal { subject: self.subject, also: self.also, restricted, value: (self.value, other.value) };
        for subject in std::iter::once(other.subject).chain(other.also) {
            both = both.also(subject);
        }
        both
    }

    /// Whose data it is. An id, so nothing is opened by knowing it.
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// Everybody the data is about.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> + '_ {
        std::iter::once(self.subject).chain(self.also.iter().copied())
    }

    /// Whether the person restricted the use of their data.
    pub fn is_restricted(&self) -> bool {
        self.restricted
    }

    pub(super) fn into_value(self) -> T {
        self.value
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Personal({})", self.subject)
    }
}
