//! What a job is, and the rules of trying again. No input or output.

use base::id::Id;
use base::{ErrorCode, JobId, OrganisationId, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

base::define_ids! {
    /// A program that runs jobs, from its start to its end.
    RunnerId = "run";
}

/// Stands in the place of an organisation for work that belongs to the installation as a whole; no organisation has
/// this id.
pub fn installation() -> OrganisationId {
    OrganisationId::from_raw(0)
}

/// A kind of job. Its fields become JSON: ids and small values, no personal content.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The stable name, of the form `room.what_to_do`.
    const KIND: &'static str;
    /// How often it is tried before it is given up.
    const ATTEMPTS: u32 = 12;
    /// A handler that takes longer is stopped, and the job tried again.
    const TIME_LIMIT: Duration = Duration::from_mins(2);
}

/// A job that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedJob {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// How often it was tried.
    pub attempts: u32,
    /// The code of the last error.
    pub error: String,
    /// When it was given up.
    pub at: Timestamp,
}

/// What a run of all pending jobs did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Jobs that are done.
    pub done: u32,
    /// Jobs that will be tried again.
    pub again: u32,
    /// Jobs that were given up.
    pub failed: u32,
}

const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// How long to wait after this attempt: twice as long each time, at most an hour, of which chance takes off up to
/// half, so that jobs that failed together do not come back together.
pub(crate) fn wait_after(attempt: u32, chance: u16) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let longest = (FIRST_WAIT * 2_u32.pow(doublings)).min(LONGEST_WAIT);
    longest / 2 + longest / 2 * u32::from(chance) / u32::from(u16::MAX)
}

/// Whether time can mend this: a service that is away, a conflict, a fault of ours that the next version may not have.
/// What is wrong with the thing itself stays wrong.
pub(crate) fn worth_repeating(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::Unavailable | ErrorCode::TooManyRequests | ErrorCode::Conflict | ErrorCode::Internal
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn waiting_grows_and_is_bounded(attempt in 1_u32..1000, chance: u16) {
            let wait = wait_after(attempt, chance);
            prop_assert!(wait >= FIRST_WAIT / 2);
            prop_assert!(wait <= LONGEST_WAIT);
            prop_assert!(wait_after(attempt + 1, 0) >= wait_after(attempt, 0));
        }
    }

    #[test]
    fn the_first_repeat_comes_within_two_seconds_and_the_twelfth_within_an_hour() {
        assert_eq!(wait_after(1, u16::MAX), Duration::from_secs(2));
        assert_eq!(wait_after(1, 0), Duration::from_secs(1));
        assert_eq!(wait_after(12, u16::MAX), LONGEST_WAIT);
    }

    #[test]
    fn what_is_wrong_with_the_thing_itself_is_not_tried_again() {
        assert!(worth_repeating(ErrorCode::Unavailable));
        assert!(!worth_repeating(ErrorCode::Erased));
        assert!(!worth_repeating(ErrorCode::Invalid));
    }
}
