//! Tasks and reasons, from outside.

use super::Contacts;
use crate::actions::{self, NewTask, TaskChange};
use crate::check::Check;
use crate::content::TASK;
use crate::model::{TaskKind, TaskState};
use crate::store::tasks::{self, TaskFilter, TaskRow};
use crate::store::{cases, reasons};
use crate::view::{Line, Reason, Task};
use base::{CaseId, ContactId, Error, MembershipId, OrganisationId, Result, TaskId, TeamId, Timestamp};
use db::Tx;
use db::idempotency::{IdempotencyKey, Once, once};
use identity::Access;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};
use vault::Sealer;
use web::Page;

const TASK_TEXT: usize = 1000;

/// Which tasks to list.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TaskList {
    /// In this state; open if absent.
    pub state: Option<TaskState>,
    /// Of this agent.
    pub agent: Option<MembershipId>,
    /// About this contact.
    pub contact: Option<ContactId>,
    /// About this case.
    pub case: Option<CaseId>,
}

/// Work to promise. It is about a contact or a case.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTask)]
pub struct TaskToMake {
    /// What has to be done.
    pub kind: TaskKind,
    /// In words.
    pub text: String,
    /// When it has to be done.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
    /// Who does it.
    #[serde(default)]
    pub agent_id: Option<MembershipId>,
    /// Which team does it.
    #[serde(default)]
    pub team_id: Option<TeamId>,
    /// The contact it came from.
    #[serde(default)]
    pub contact_id: Option<ContactId>,
    /// The case it belongs to.
    #[serde(default)]
    pub case_id: Option<CaseId>,
}

/// What changes in a task; what is absent stays, and `null` takes away.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TaskChange)]
pub struct TaskPatch {
    /// Other words.
    pub text: Option<String>,
    /// Done, or open again.
    pub state: Option<TaskState>,
    /// Another deadline.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Timestamp>)]
    pub due_at: Option<Option<Timestamp>>,
    /// Somebody else.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<MembershipId>)]
    pub agent_id: Option<Option<MembershipId>>,
    /// Another team.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TeamId>)]
    pub team_id: Option<Option<TeamId>>,
}

/// Tells `null` from absent, where `T` is an option itself.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl Contacts {
    /// One task.
    pub async fn task(&self, organisation: OrganisationId, task: TaskId) -> Result<Line<Task>> {
        let mut conn = self.db().read(organisation).await?;
        let row = tasks::get(&mut conn, task).await?;
        drop(conn);
        self.task_lines(organisation, vec![row]).await?.pop().ok_or_else(|| Error::not_found("task"))
    }

    /// A page of tasks, the first deadline first.
    pub async fn tasks(
        &self,
        organisation: OrganisationId,
        list: &TaskList,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Line<Task>>> {
        let wrong = || Error::invalid("after", "use the value of 'next' of the page before, unchanged");
        let (rank, id) = match after {
            None => (i64::MIN, ""),
            Some(key) => {
                let (rank, id) = key.split_once(' ').ok_or_else(wrong)?;
                (rank.parse().map_err(|_| wrong())?, id)
            }
        };
        let filter = TaskFilter {
            state: list.state.unwrap_or(TaskState::Open),
            agent: list.agent,
            contact: list.contact,
            case: list.case,
        };
        let mut conn = self.db().read(organisation).await?;
        let rows = tasks::page(&mut conn, &filter, (rank, id), limit + 1).await?;
        drop(conn);
        let page = Page::of(rows, limit, |row: &TaskRow| format!("{} {}", row.due_rank(), row.id));
        Ok(Page { items: self.task_lines(organisation, page.items).await?, next: page.next })
    }

    /// Promises work; a repeat with the same key finds what it made.
    pub async fn make_task(
        &self,
        access: &Access,
        new: &TaskToMake,
        key: Option<IdempotencyKey>,
    ) -> Result<Line<Task>> {
        let (organisation, actor) = (access.organisation(), access.actor());
        let mut check = Check::default();
        let text = check.text("text", &new.text, TASK_TEXT);
        check.done()?;
        let sealer = self.task_sealer(access, new.contact_id, new.case_id).await?;
        let new = NewTask {
            id: self.db().env().new_id(),
            kind: new.kind,
            text_sealed: sealer.seal(TASK, text.as_bytes())?,
            due_at: new.due_at,
            agent: new.agent_id,
            team: new.team_id,
            contact: new.contact_id,
            case: new.case_id,
        };
        self.check_assignee(organisation, new.agent, new.team).await?;
        let write = async move |tx: &mut Tx| {
            if let Some(key) = key
                && let Once::Repeat(made) = once(tx, &actor.to_string(), &key, &new.id.to_string()).await?
            {
                return made.parse().map_err(Error::internal);
            }
            actions::create_task(tx, actor, &new).await?;
            Ok(new.id)
        };
        let made: TaskId = self.db().write(organisation, write).await?;
        self.task(organisation, made).await
    }

    /// Changes a task.
    pub async fn change_task(&self, access: &Access, task: TaskId, patch: &TaskPatch) -> Result<Line<Task>> {
        let (organisation, actor) = (access.organisation(), access.actor());
        let mut check = Check::default();
        let text = patch.text.as_deref().map(|text| check.text("text", text, TASK_TEXT));
        check.done()?;
        let mut conn = self.db().read(organisation).await?;
        let row = tasks::get(&mut conn, task).await?;
        drop(conn);
        let text_sealed = match text {
            Some(text) => {
                Some(self.task_sealer(access, row.contact, row.case).await?.seal(TASK, text.as_bytes())?)
            }
            None => None,
        };
        self.check_assignee(organisation, patch.agent_id.flatten(), patch.team_id.flatten()).await?;
        let change = TaskChange {
            text_sealed,
            state: patch.state,
            due_at: patch.due_at,
            agent: patch.agent_id,
            team: patch.team_id,
        };
        let write = async move |tx: &mut Tx| actions::change_task(tx, actor, task, change).await;
        self.db().write(organisation, write).await?;
        self.task(organisation, task).await
    }

    async fn task_sealer(
        &self,
        access: &Access,
        contact: Option<ContactId>,
        case: Option<CaseId>,
    ) -> Result<Sealer> {
        match (contact, case) {
            (Some(contact), _) => self.sealer_for(access, contact).await,
            (None, Some(case)) => {
                let mut conn = self.db().read(access.organisation()).await?;
                let row = cases::get(&mut conn, case).await?;
                drop(conn);
                self.case_sealer(access, &row, None).await
            }
            (None, None) => Err(Error::invalid("contact_id", "say which contact or case the task is about")),
        }
    }

    /// The reasons that may be chosen at wrap-up.
    pub async fn reasons(&self, organisation: OrganisationId) -> Result<Vec<Reason>> {
        let mut conn = self.db().read(organisation).await?;
        let rows = reasons::active(&mut conn).await?;
        Ok(rows.into_iter().map(|row| Reason { id: row.id, code: row.code, label: row.label }).collect())
    }
}
