//! Tasks.

use crate::model::{TaskKind, TaskState};
use base::{CaseId, ContactId, CustomerId, Error, MembershipId, Result, Subject, TaskId, TeamId, Timestamp};
use db::{Conn, Row, Sql, Tx, args, sql};

/// A task, sealed.
#[derive(Clone, Debug)]
pub(crate) struct TaskRow {
    pub(crate) id: TaskId,
    pub(crate) kind: TaskKind,
    pub(crate) text_sealed: Vec<u8>,
    pub(crate) state: TaskState,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) agent: Option<MembershipId>,
    pub(crate) team: Option<TeamId>,
    pub(crate) contact: Option<ContactId>,
    pub(crate) case: Option<CaseId>,
    pub(crate) done_at: Option<Timestamp>,
    /// Whose data its text is.
    pub(crate) subject: Subject,
    pub(crate) restricted: bool,
}

impl TaskRow {
    /// Its place in the order of deadlines.
    pub(crate) fn due_rank(&self) -> i64 {
        due_rank(self.due_at)
    }
}

fn due_rank(due_at: Option<Timestamp>) -> i64 {
    due_at.map_or(i64::MAX, Timestamp::micros)
}

/// Which tasks to list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TaskFilter {
    pub(crate) state: TaskState,
    pub(crate) agent: Option<MembershipId>,
    pub(crate) contact: Option<ContactId>,
    pub(crate) case: Option<CaseId>,
}

/// A statement for [`TaskRow`]s: what is given stands after `WHERE t.organisation_id = $1 AND`. Whom a task is about is
/// found by its contact, or else by its case.
macro_rules! task_rows {
    ($($rest:literal),+) => {{
        const CHECKED: Sql = Sql::scoped(concat!(
            "SELECT t.id, t.kind, t.text_sealed, t.state, t.due_at, t.agent_id, t.team_id, t.contact_id, t.case_id,
                    t.done_at,
                    (SELECT c.customer_id FROM contacts c WHERE c.organisation_id = $1 AND c.id = t.contact_id)
                        AS contact_customer_id,
                    (SELECT s.customer_id FROM cases s WHERE s.organisation_id = $1 AND s.id = t.case_id)
                        AS case_customer_id,
                    (SELECT s.opened_from FROM cases s WHERE s.organisation_id = $1 AND s.id = t.case_id)
                        AS opened_from,
                    (SELECT u.restricted FROM customers u WHERE u.organisation_id = $1 AND u.id = COALESCE(
                        (SELECT c.customer_id FROM contacts c WHERE c.organisation_id = $1 AND c.id = t.contact_id),
                        (SELECT s.customer_id FROM cases s WHERE s.organisation_id = $1 AND s.id = t.case_id)))
                        AS restricted
             FROM tasks t WHERE t.organisation_id = $1 AND ",
            $($rest),+
        ));
        CHECKED
    }};
}

/// A page of tasks, the first deadline first; `carried` is what the index carries before the state.
macro_rules! task_page {
    ($carried:literal) => {
        task_rows!(
            $carried,
            "t.state = $5 AND (CAST($6 AS TEXT) IS NULL OR t.agent_id = $6)
             AND (CAST($7 AS TEXT) IS NULL OR t.contact_id = $7) AND (CAST($8 AS TEXT) IS NULL OR t.case_id = $8)
             AND (t.due_rank, t.id) > ($2, $3) ORDER BY t.due_rank, t.id LIMIT $4"
        )
    };
}

fn task(row: &Row) -> Result<TaskRow> {
    let contact: Option<ContactId> = row.get("contact_id")?;
    let of_contact: Option<CustomerId> = row.get("contact_customer_id")?;
    let customer = of_contact.or(row.get("case_customer_id")?);
    let opened_from: Option<ContactId> = row.get("opened_from")?;
    let subject = customer.map(Subject::Customer).or(contact.or(opened_from).map(Subject::Contact));
    Ok(TaskRow {
        id: row.get("id")?,
        kind: row.parse("kind")?,
        text_sealed: row.get("text_sealed")?,
        state: row.parse("state")?,
        due_at: row.get("due_at")?,
        agent: row.get("agent_id")?,
        team: row.get("team_id")?,
        contact,
        case: row.get("case_id")?,
        done_at: row.get("done_at")?,
        subject: subject.ok_or_else(|| Error::internal("a task that is about nobody"))?,
        restricted: row.get::<Option<bool>>("restricted")?.unwrap_or_default(),
    })
}

/// One task; its absence is told to the caller.
pub(crate) async fn get(conn: &mut Conn, id: TaskId) -> Result<TaskRow> {
    let organisation = conn.organisation();
    let row = conn.optional(task_rows!("t.id = $2"), args![organisation, id]).await?;
    row.as_ref().map(task).transpose()?.ok_or_else(|| Error::not_found("task"))
}

/// A page after a deadline and an id, the first deadline first.
pub(crate) async fn page(
    conn: &mut Conn,
    filter: &TaskFilter,
    after: (i64, &str),
    limit: u32,
) -> Result<Vec<TaskRow>> {
    let organisation = conn.organisation();
    let TaskFilter { state, agent, contact, case } = *filter;
    let statement = match filter {
        TaskFilter { contact: Some(_), .. } => task_page!("t.contact_id = $7 AND "),
        TaskFilter { case: Some(_), .. } => task_page!("t.case_id = $8 AND "),
        TaskFilter { agent: Some(_), .. } => task_page!("t.agent_id = $6 AND "),
        _ => task_page!(""),
    };
    conn.all(statement, args![organisation, after.0, after.1, limit, state, agent, contact, case])
        .await?
        .iter()
        .map(task)
        .collect()
}

/// A new task.
#[derive(Clone, Debug)]
pub struct NewTask {
    /// Its id.
    pub id: TaskId,
    /// What has to be done.
    pub kind: TaskKind,
    /// In words, sealed.
    pub(crate) text_sealed: Vec<u8>,
    /// When it has to be done.
    pub due_at: Option<Timestamp>,
    /// Who does it.
    pub agent: Option<MembershipId>,
    /// Which team does it.
    pub team: Option<TeamId>,
    /// The contact it came from.
    pub contact: Option<ContactId>,
    /// The case it belongs to.
    pub case: Option<CaseId>,
}

pub(crate) async fn insert(tx: &mut Tx, new: &NewTask) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "INSERT INTO tasks (organisation_id, id, kind, text_sealed, state, due_at, due_rank, agent_id, team_id,
                                contact_id, case_id, created_at)
             VALUES ($1, $2, $3, $4, 'open', $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            organisation,
            new.id,
            new.kind,
            &new.text_sealed,
            new.due_at,
            due_rank(new.due_at),
            new.agent,
            new.team,
            new.contact,
            new.case,
            now
        ],
    )
    .await?;
    Ok(())
}

pub(crate) async fn update(tx: &mut Tx, changed: &TaskRow) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "UPDATE tasks SET text_sealed = $3, state = $4, due_at = $5, due_rank = $6, agent_id = $7, team_id = $8,
                              done_at = $9
             WHERE organisation_id = $1 AND id = $2"
        ),
        args![
            organisation,
            changed.id,
            &changed.text_sealed,
            changed.state,
            changed.due_at,
            changed.due_rank(),
            changed.agent,
            changed.team,
            changed.done_at
        ],
    )
    .await?;
    Ok(())
}

/// All tasks about one contact, for its person's rights.
pub(crate) async fn of_contact(conn: &mut Conn, contact: ContactId) -> Result<Vec<TaskRow>> {
    let organisation = conn.organisation();
    conn.all(task_rows!("t.contact_id = $2 ORDER BY t.created_at, t.id"), args![organisation, contact])
        .await?
        .iter()
        .map(task)
        .collect()
}

/// All tasks about one case and no contact, for its person's rights.
pub(crate) async fn of_case(conn: &mut Conn, case: CaseId) -> Result<Vec<TaskRow>> {
    let organisation = conn.organisation();
    conn.all(
        task_rows!("t.case_id = $2 AND t.contact_id IS NULL ORDER BY t.created_at, t.id"),
        args![organisation, case],
    )
    .await?
    .iter()
    .map(task)
    .collect()
}
