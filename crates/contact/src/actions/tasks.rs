//! Work is promised, and done.

use crate::events::TaskChanged;
use crate::model::TaskState;
use crate::store::tasks::{self, NewTask};
use crate::store::{cases, contacts};
use base::{Actor, Error, MembershipId, Result, TaskId, TeamId, Timestamp};
use db::Tx;

/// Promises work. It is about a contact or a case, so that its words belong to somebody.
pub async fn create_task(tx: &mut Tx, actor: Actor, new: &NewTask) -> Result<()> {
    if new.contact.is_none() && new.case.is_none() {
        return Err(Error::invalid("contact_id", "say which contact or case the task is about"));
    }
    if let Some(contact) = new.contact {
        contacts::get(tx, contact).await?;
    }
    if let Some(case) = new.case {
        cases::get(tx, case).await?;
    }
    tasks::insert(tx, new).await?;
    tx.record(actor, &TaskChanged { task: new.id })
}

/// What changes in a task; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct TaskChange {
    pub(crate) text_sealed: Option<Vec<u8>>,
    /// Done, or open again.
    pub state: Option<TaskState>,
    /// Another deadline, or none.
    pub due_at: Option<Option<Timestamp>>,
    /// Somebody else, or nobody in particular.
    pub agent: Option<Option<MembershipId>>,
    /// Another team, or none.
    pub team: Option<Option<TeamId>>,
}

/// Changes a task.
pub async fn change_task(tx: &mut Tx, actor: Actor, task: TaskId, change: TaskChange) -> Result<()> {
    let mut row = tasks::get(tx, task).await?;
    if let Some(text_sealed) = change.text_sealed {
        row.text_sealed = text_sealed;
    }
    if let Some(state) = change.state {
        row.done_at = (state == TaskState::Done).then(|| row.done_at.unwrap_or(tx.env().now()));
        row.state = state;
    }
    row.due_at = change.due_at.unwrap_or(row.due_at);
    row.agent = change.agent.unwrap_or(row.agent);
    row.team = change.team.unwrap_or(row.team);
    tasks::update(tx, &row).await?;
    tx.record(actor, &TaskChanged { task })
}
