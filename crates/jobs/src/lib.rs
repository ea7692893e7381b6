//! The durable queue: work that has to be done after a transaction, at its time, until it is done or given up.
//!
//! A job is put in the queue in the transaction that makes it necessary, so there is never one without the other. A
//! [runner](Jobs) takes it, calls the [handler](Jobs::handle) of its kind and removes it. A handler that fails is
//! called again, later and later; after [`Job::ATTEMPTS`] the job stays as failed, with the code of its last error,
//! for an administrator to see. A runner that dies loses its jobs to the others: so a handler may be called twice for
//! one job, though never twice at once. One that cannot bear it ends its job in its own transaction, with
//! [`JobContext::done`].
//!
//! This room never polls in a hurry: it wakes at a commit that put a job in the queue, at the next job's time, and
//! every ten seconds for what other nodes left. It never holds personal content: a payload is ids and small values.
//!
//! Several nodes may run jobs of one database. Each proves that it lives with a counter; one that stands still for a
//! term of another's own clock is taken for dead, so that clocks which disagree do no harm.

mod actions;
mod lease;
mod model;
mod runner;
mod schedule;
mod store;
mod task;
#[cfg(feature = "testing")]
pub mod testing;

pub use actions::{cancel, discard, enqueue, enqueue_at, enqueue_once, retry};
pub use model::{FailedJob, Job, Ran, RunnerId, installation};
pub use runner::Jobs;
pub use store::failed;
pub use task::JobContext;

/// The tables of this room.
pub const MIGRATIONS: db::Migrations = db::migrations!("jobs", ["0001_jobs"]);
