//! What a customer, contact, case, task and timeline entry are. Rules only; nothing here reads or writes.

mod case;
mod customer;
mod entry;
mod life;
mod task;
mod words;

pub use case::CaseState;
pub(crate) use case::{number as case_number, year};
pub(crate) use customer::name_words;
pub use customer::{CustomerKind, HandleKind};
pub use entry::{Author, EntryKind, EventCode, Visibility};
pub use life::{
    Assigned, Channel, Closed, Closing, EndedBy, Life, State, UnassignReason, Waiting, WrappingUp,
};
pub use task::{TaskKind, TaskState};
