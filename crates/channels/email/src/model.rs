//! The life of an outgoing mail: queued → sending → sent, or failed. *Sending* means that the content may have left.

use base::{ContactId, MailId, Timestamp};
use std::fmt;
use std::str::FromStr;

/// Where a mail is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits, and no server has taken it.
    Queued,
    /// Its content may have left; whether a server took it is not stored.
    Sending,
    /// A server took it.
    Sent,
    /// It was given up.
    Failed,
}

impl State {
    const ALL: [Self; 4] = [Self::Queued, Self::Sending, Self::Sent, Self::Failed];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for State {
    type Err = base::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|state| state.word() == text);
        found.ok_or_else(|| base::Error::internal("an unknown state of a mail"))
    }
}

/// How often a mail of which nobody knows whether it arrived is sent again.
const REPEATS: u32 = 1;

/// What is to be done with a mail that a delivery finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Hand it over; this is repeat number so many.
    Send { repeats: u32 },
    /// Nobody knows whether it arrived, and it was repeated already.
    GiveUp,
    /// It is done.
    Nothing,
}

pub(crate) const fn next(state: State, repeats: u32) -> Next {
    match state {
        State::Queued => Next::Send { repeats },
        State::Sending if repeats < REPEATS => Next::Send { repeats: repeats + 1 },
        State::Sending => Next::GiveUp,
        State::Sent | State::Failed => Next::Nothing,
    }
}

/// An outgoing mail as an administrator sees it: without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its id.
    pub id: MailId,
    /// The contact it belongs to.
    pub contact: Option<ContactId>,
    /// Where it is.
    pub state: State,
    /// Why it was not sent yet, or never will be: `refused`, `unreachable`, `later`, `outcome_unknown`, `erased`,
    /// `not_configured`, `given_up`, `invalid`.
    pub error: Option<String>,
    /// The mail server's reply code that goes with it.
    pub reply_code: Option<u16>,
    /// When it was put in the outbox.
    pub queued_at: Timestamp,
    /// When its state last changed.
    pub changed_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_of_which_nobody_knows_whether_it_arrived_is_sent_once_more_and_no_more() {
        assert_eq!(next(State::Queued, 0), Next::Send { repeats: 0 });
        assert_eq!(next(State::Sending, 0), Next::Send { repeats: 1 });
        assert_eq!(next(State::Sending, 1), Next::GiveUp);
        assert_eq!(next(State::Queued, 1), Next::Send { repeats: 1 }, "a refusal in between is an answer");
        assert_eq!(next(State::Sent, 0), Next::Nothing);
        assert_eq!(next(State::Failed, 0), Next::Nothing);
    }

    #[test]
    fn words_are_read_back() {
        for state in State::ALL {
            assert_eq!(state.word().parse::<State>().unwrap(), state);
        }
    }
}
