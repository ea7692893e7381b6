//! Contacts.

use super::Place;
use crate::model::{Assigned, Author, Channel, Closed, CustomerKind, Life, State, Waiting, WrappingUp};
use base::{
    CaseId, ContactId, CustomerId, EntryPointId, Error, KeyId, Language, MembershipId, QueueId, ReasonId,
    Result, Subject, Timestamp,
};
use db::{Conn, Row, Sql, Tx, args, sql};

/// A contact with what is shown beside it, sealed.
#[derive(Clone, Debug)]
pub(crate) struct ContactRow {
    pub(crate) id: ContactId,
    pub(crate) channel: Channel,
    pub(crate) topic: String,
    pub(crate) language: Language,
    pub(crate) entry_point: (EntryPointId, String),
    pub(crate) queue: Option<(QueueId, String)>,
    pub(crate) key: KeyId,
    pub(crate) life: Life,
    pub(crate) last_seq: i64,
    pub(crate) read_by_agent: i64,
    pub(crate) read_by_customer: i64,
    pub(crate) preview: Option<PreviewRow>,
    pub(crate) customer: Option<CustomerOfContact>,
    pub(crate) case: Option<CaseOfContact>,
}

#[derive(Clone, Debug)]
pub(crate) struct PreviewRow {
    pub(crate) seq: i64,
    pub(crate) at: Timestamp,
    pub(crate) author: Author,
    pub(crate) sealed: Option<Vec<u8>>,
}

#[derive(Clone, Debug)]
pub(crate) struct CustomerOfContact {
    pub(crate) id: CustomerId,
    pub(crate) kind: CustomerKind,
    pub(crate) name_sealed: Option<Vec<u8>>,
    pub(crate) restricted: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct CaseOfContact {
    pub(crate) id: CaseId,
    pub(crate) number: String,
    pub(crate) subject_sealed: Option<Vec<u8>>,
}

impl ContactRow {
    /// Whose data its content is.
    pub(crate) fn subject(&self) -> Subject {
        self.customer.as_ref().map_or(Subject::Contact(self.id), |customer| Subject::Customer(customer.id))
    }

    /// Whether that person restricted the use of their data.
    pub(crate) fn restricted(&self) -> bool {
        self.customer.as_ref().is_some_and(|customer| customer.restricted)
    }
}

/// A statement for [`ContactRow`]s: what is given stands after `WHERE c.organisation_id = $1 AND`. What stands beside a
/// contact is looked up row by row, not joined: a planner without fresh statistics could otherwise read all customers
/// for a page of fifty contacts.
macro_rules! contact_rows {
    ($($rest:expr),+) => {{
        const CHECKED: Sql = Sql::scoped(concat!(
            "SELECT c.id, c.channel, c.topic, c.language, c.entry_point_id, c.entry_point_name, c.queue_id,
                    c.queue_name, c.key_id, c.state, c.agent_id, c.started_at, c.assigned_at, c.ended_at, c.ended_by,
                    c.closed_at, c.closing, c.last_seq, c.read_by_agent, c.read_by_customer, c.preview_seq,
                    c.preview_at, c.preview_author, c.preview_sealed, c.customer_id, c.case_id,
                    (SELECT u.kind FROM customers u WHERE u.organisation_id = $1 AND u.id = c.customer_id)
                        AS customer_kind,
                    (SELECT u.name_sealed FROM customers u WHERE u.organisation_id = $1 AND u.id = c.customer_id)
                        AS name_sealed,
                    (SELECT u.restricted FROM customers u WHERE u.organisation_id = $1 AND u.id = c.customer_id)
                        AS restricted,
                    (SELECT s.number FROM cases s WHERE s.organisation_id = $1 AND s.id = c.case_id) AS case_number,
                    (SELECT s.subject_sealed FROM cases s WHERE s.organisation_id = $1 AND s.id = c.case_id)
                        AS subject_sealed
             FROM contacts c WHERE c.organisation_id = $1 AND ",
            $($rest),+
        ));
        CHECKED
    }};
}

/// A page of contacts, newest first. `carried` is what the index carries in front of the time; the other filters are
/// tested on each row.
macro_rules! contact_page {
    ($carried:literal) => {
        contact_rows!(
            $carried,
            "(CAST($5 AS TEXT) IS NULL OR c.state = $5) AND (CAST($6 AS TEXT) IS NULL OR c.queue_id = $6)
             AND (CAST($7 AS TEXT) IS NULL OR c.agent_id = $7) AND (CAST($8 AS TEXT) IS NULL OR c.customer_id = $8)
             AND (CAST($9 AS TEXT) IS NULL OR c.case_id = $9) AND (c.started_at, c.id) < ($2, $3)
             ORDER BY c.started_at DESC, c.id DESC LIMIT $4"
        )
    };
}

/// Which contacts to list.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ContactFilter {
    pub(crate) state: Option<State>,
    pub(crate) queue: Option<QueueId>,
    pub(crate) agent: Option<MembershipId>,
    pub(crate) customer: Option<CustomerId>,
    pub(crate) case: Option<CaseId>,
}

impl ContactFilter {
    /// The statement whose index carries this filter, so that the millionth contact costs no more than the first.
    const fn statement(&self) -> Sql {
        match self {
            Self { customer: Some(_), .. } => contact_page!("c.customer_id = $8 AND "),
            Self { case: Some(_), .. } => contact_page!("c.case_id = $9 AND "),
            Self { agent: Some(_), state: Some(_), .. } => {
                contact_page!("c.agent_id = $7 AND c.state = $5 AND ")
            }
            Self { agent: Some(_), .. } => contact_page!("c.agent_id = $7 AND "),
            Self { queue: Some(_), state: Some(_), .. } => {
                contact_page!("c.queue_id = $6 AND c.state = $5 AND ")
            }
            Self { queue: Some(_), .. } => contact_page!("c.queue_id = $6 AND "),
            Self { state: Some(_), .. } => contact_page!("c.state = $5 AND "),
            _ => contact_page!(""),
        }
    }
}

/// One contact.
pub(crate) async fn find(conn: &mut Conn, id: ContactId) -> Result<Option<ContactRow>> {
    let organisation = conn.organisation();
    let row = conn.optional(contact_rows!("c.id = $2"), args![organisation, id]).await?;
    row.map(|row| contact(&row)).transpose()
}

/// One contact; its absence is told to the caller.
pub(crate) async fn get(conn: &mut Conn, id: ContactId) -> Result<ContactRow> {
    find(conn, id).await?.ok_or_else(|| Error::not_found("contact"))
}

/// A page, newest first.
pub(crate) async fn page(
    conn: &mut Conn,
    filter: &ContactFilter,
    place: &Place,
    limit: u32,
) -> Result<Vec<ContactRow>> {
    let organisation = conn.organisation();
    let ContactFilter { state, queue, agent, customer, case } = *filter;
    conn.all(
        filter.statement(),
        args![organisation, place.at, &place.id, limit, state, queue, agent, customer, case],
    )
    .await?
    .iter()
    .map(contact)
    .collect()
}

fn contact(row: &Row) -> Result<ContactRow> {
    Ok(ContactRow {
        id: row.get("id")?,
        channel: row.parse("channel")?,
        topic: row.get("topic")?,
        language: row.get("language")?,
        entry_point: (row.get("entry_point_id")?, row.get("entry_point_name")?),
        queue: row
            .get::<Option<QueueId>>("queue_id")?
            .map(|id| Ok::<_, Error>((id, row.get::<Option<String>>("queue_name")?.unwrap_or_default())))
            .transpose()?,
        key: row.get("key_id")?,
        life: life(row)?,
        last_seq: row.get("last_seq")?,
        read_by_agent: row.get("read_by_agent")?,
        read_by_customer: row.get("read_by_customer")?,
        preview: row.get::<Option<i64>>("preview_seq")?.map(|seq| preview(row, seq)).transpose()?,
        customer: row.get::<Option<CustomerId>>("customer_id")?.map(|id| customer(row, id)).transpose()?,
        case: row.get::<Option<CaseId>>("case_id")?.map(|id| case(row, id)).transpose()?,
    })
}

fn preview(row: &Row, seq: i64) -> Result<PreviewRow> {
    Ok(PreviewRow {
        seq,
        at: row.get("preview_at")?,
        author: row.get("preview_author")?,
        sealed: row.get("preview_sealed")?,
    })
}

fn customer(row: &Row, id: CustomerId) -> Result<CustomerOfContact> {
    Ok(CustomerOfContact {
        id,
        kind: row.parse("customer_kind")?,
        name_sealed: row.get("name_sealed")?,
        restricted: row.get("restricted")?,
    })
}

fn case(row: &Row, id: CaseId) -> Result<CaseOfContact> {
    Ok(CaseOfContact { id, number: row.get("case_number")?, subject_sealed: row.get("subject_sealed")? })
}

/// The state as it stands in the columns. A row that no transition could have made is an error of ours.
fn life(row: &Row) -> Result<Life> {
    let started_at = row.get("started_at")?;
    let assigned = || -> Result<Assigned> {
        Ok(Assigned { started_at, assigned_at: row.get("assigned_at")?, agent: row.get("agent_id")? })
    };
    Ok(match row.parse("state")? {
        State::Waiting => Life::Waiting(Waiting { started_at }),
        State::Assigned => Life::Assigned(assigned()?),
        State::WrappingUp => Life::WrappingUp(WrappingUp {
            assigned: assigned()?,
            ended_at: row.get("ended_at")?,
            ended_by: row.parse("ended_by")?,
        }),
        State::Closed => Life::Closed(Closed {
            started_at,
            assigned: row
                .get::<Option<MembershipId>>("agent_id")?
                .map(|agent| Ok::<_, Error>((agent, row.get("assigned_at")?)))
                .transpose()?,
            ended_at: row.get("ended_at")?,
            ended_by: row.parse("ended_by")?,
            closed_at: row.get("closed_at")?,
            closing: row.parse("closing")?,
        }),
    })
}

/// The state of a contact and the number of its transitions so far.
pub(crate) async fn find_life(conn: &mut Conn, id: ContactId) -> Result<Option<(Life, i64)>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT state, turn, agent_id, started_at, assigned_at, ended_at, ended_by, closed_at, closing
                 FROM contacts WHERE organisation_id = $1 AND id = $2"
            ),
            args![organisation, id],
        )
        .await?;
    row.map(|row| Ok((life(&row)?, row.get("turn")?))).transpose()
}

/// A new contact.
pub(crate) struct ContactInsert<'a> {
    pub(crate) id: ContactId,
    pub(crate) channel: Channel,
    pub(crate) topic: &'a str,
    pub(crate) language: &'a Language,
    pub(crate) entry_point: (EntryPointId, &'a str),
    pub(crate) customer: Option<CustomerId>,
    pub(crate) key: KeyId,
    pub(crate) started_at: Timestamp,
}

pub(crate) async fn insert(tx: &mut Tx, new: &ContactInsert<'_>) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "INSERT INTO contacts (organisation_id, id, channel, topic, language, entry_point_id, entry_point_name,
                                   customer_id, key_id, state, turn, started_at, last_seq, read_by_agent,
                                   read_by_customer)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', 0, $10, 0, 0, 0)"
        ),
        args![
            organisation,
            new.id,
            new.channel,
            new.topic,
            new.language,
            new.entry_point.0,
            new.entry_point.1,
            new.customer,
            new.key,
            new.started_at
        ],
    )
    .await?;
    Ok(())
}

/// Stores a transition, if nobody made another one since `turn` was read.
pub(crate) async fn update_life(tx: &mut Tx, id: ContactId, turn: i64, life: &Life) -> Result<bool> {
    let organisation = tx.organisation();
    let (agent, assigned_at) = life.assigned().unzip();
    let (ended_at, ended_by) = life.ended().unzip();
    let (closed_at, closing) = life.closed().unzip();
    let changed = tx
        .execute(
            sql!(
                "UPDATE contacts SET turn = turn + 1, state = $4, agent_id = $5, assigned_at = $6, ended_at = $7,
                                     ended_by = $8, closed_at = $9, closing = $10
                 WHERE organisation_id = $1 AND id = $2 AND turn = $3"
            ),
            args![
                organisation,
                id,
                turn,
                life.state(),
                agent,
                assigned_at,
                ended_at,
                ended_by,
                closed_at,
                closing
            ],
        )
        .await?;
    Ok(changed == 1)
}

pub(crate) async fn update_queue(tx: &mut Tx, id: ContactId, queue: QueueId, name: &str) -> Result<bool> {
    let organisation = tx.organisation();
    let changed = tx
        .execute(
            sql!("UPDATE contacts SET queue_id = $3, queue_name = $4 WHERE organisation_id = $1 AND id = $2"),
            args![organisation, id, queue, name],
        )
        .await?;
    Ok(changed == 1)
}

pub(crate) async fn update_reason(tx: &mut Tx, id: ContactId, reason: ReasonId) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("UPDATE contacts SET reason_id = $3 WHERE organisation_id = $1 AND id = $2"),
        args![organisation, id, reason],
    )
    .await?;
    Ok(())
}

/// Gives a contact to a customer, or to nobody, if it still belongs to whom it did before.
pub(crate) async fn update_customer(
    tx: &mut Tx,
    id: ContactId,
    before: Option<CustomerId>,
    customer: Option<CustomerId>,
) -> Result<bool> {
    let organisation = tx.organisation();
    let changed = tx
        .execute(
            sql!(
                "UPDATE contacts SET customer_id = $3 WHERE organisation_id = $1 AND id = $2
                 AND COALESCE(customer_id, '') = COALESCE(CAST($4 AS TEXT), '')"
            ),
            args![organisation, id, customer, before],
        )
        .await?;
    Ok(changed == 1)
}

pub(crate) async fn update_case(tx: &mut Tx, id: ContactId, case: Option<CaseId>) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("UPDATE contacts SET case_id = $3 WHERE organisation_id = $1 AND id = $2"),
        args![organisation, id, case],
    )
    .await?;
    Ok(())
}

/// Moves a read mark forward, never back and never past the last entry; tells who has the contact, or nothing
/// when it did not move.
pub(crate) async fn read_by_customer(
    tx: &mut Tx,
    id: ContactId,
    seq: i64,
) -> Result<Option<Option<MembershipId>>> {
    let organisation = tx.organisation();
    let row = tx
        .optional(
            sql!(
                "UPDATE contacts SET read_by_customer = $3
                 WHERE organisation_id = $1 AND id = $2 AND read_by_customer < $3 AND last_seq >= $3
                 RETURNING agent_id"
            ),
            args![organisation, id, seq],
        )
        .await?;
    row.map(|row| row.get("agent_id")).transpose()
}

/// The same for the agent who has the contact; a look by somebody else moves nothing.
pub(crate) async fn read_by_agent(tx: &mut Tx, id: ContactId, agent: MembershipId, seq: i64) -> Result<bool> {
    let organisation = tx.organisation();
    let moved = tx
        .execute(
            sql!(
                "UPDATE contacts SET read_by_agent = $4
                 WHERE organisation_id = $1 AND id = $2 AND agent_id = $3 AND read_by_agent < $4 AND last_seq >= $4"
            ),
            args![organisation, id, agent, seq],
        )
        .await?;
    Ok(moved == 1)
}

/// The keys of all contacts of a customer, for erasure.
pub(crate) async fn keys_of_customer(conn: &mut Conn, customer: CustomerId) -> Result<Vec<KeyId>> {
    let organisation = conn.organisation();
    conn.all(
        sql!("SELECT key_id FROM contacts WHERE organisation_id = $1 AND customer_id = $2 ORDER BY key_id"),
        args![organisation, customer],
    )
    .await?
    .iter()
    .map(|row| row.get("key_id"))
    .collect()
}

/// All contacts of a customer, for erasure.
pub(crate) async fn ids_of_customer(conn: &mut Conn, customer: CustomerId) -> Result<Vec<ContactId>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id FROM contacts WHERE organisation_id = $1 AND customer_id = $2 ORDER BY started_at, id"
        ),
        args![organisation, customer],
    )
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}

/// Who had the customer's last contact that is over.
pub(crate) async fn last_agent(conn: &mut Conn, customer: CustomerId) -> Result<Option<MembershipId>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT agent_id FROM contacts
                 WHERE organisation_id = $1 AND customer_id = $2 AND state = 'closed' AND agent_id IS NOT NULL
                 ORDER BY started_at DESC, id DESC LIMIT 1"
            ),
            args![organisation, customer],
        )
        .await?;
    row.map(|row| row.get("agent_id")).transpose()
}

/// The contacts whose talk is over and that are not recorded yet.
pub(crate) async fn wrapping_up_ids(conn: &mut Conn) -> Result<Vec<ContactId>> {
    let organisation = conn.organisation();
    conn.all(
        sql!("SELECT id FROM contacts WHERE organisation_id = $1 AND state = 'wrapping_up'"),
        args![organisation],
    )
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}

/// All contacts that are not over, oldest first.
pub(crate) async fn open_ids(conn: &mut Conn) -> Result<Vec<ContactId>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id FROM contacts
             WHERE organisation_id = $1 AND state IN ('waiting', 'assigned', 'wrapping_up') ORDER BY started_at, id"
        ),
        args![organisation],
    )
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}
