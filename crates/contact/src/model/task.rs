//! Work that someone still owes.

use super::words::words;

words! {
    /// What has to be done.
    TaskKind {
        /// Something to find out or arrange.
        FollowUp = "follow_up",
        /// A customer was promised a call.
        CallBack = "call_back",
    }

    /// Whether it was done.
    TaskState {
        /// Not yet.
        Open = "open",
        /// It was.
        Done = "done",
    }
}
