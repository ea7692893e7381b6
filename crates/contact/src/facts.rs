//! What the rooms above may know of a contact in their own transactions: ids, states and numbers, no content.

use crate::model::{Author, Channel, Life};
use crate::store::{contacts, entries};
use base::{CaseId, ContactId, CustomerId, EntryPointId, KeyId, Language, MembershipId, QueueId, Result};
use db::Conn;

/// A contact without its content.
#[derive(Clone, Debug)]
pub struct ContactFacts {
    /// The contact.
    pub id: ContactId,
    /// Over which channel.
    pub channel: Channel,
    /// In which language.
    pub language: Language,
    /// Where the customer came in.
    pub entry_point: EntryPointId,
    /// In which queue it stands or stood.
    pub queue: Option<QueueId>,
    /// Who it is from.
    pub customer: Option<CustomerId>,
    /// What it belongs to.
    pub case: Option<CaseId>,
    /// The topic that was chosen.
    pub topic: String,
    /// The key that seals its content.
    pub key: KeyId,
    /// Where it is in its life.
    pub life: Life,
    /// The last place in its timeline.
    pub last_seq: i64,
    /// Up to where the agent has read.
    pub read_by_agent: i64,
    /// Up to where the customer has read.
    pub read_by_customer: i64,
    /// Whether its person restricted the use of their data.
    pub restricted: bool,
}

/// A contact, if there is one.
pub async fn contact(conn: &mut Conn, id: ContactId) -> Result<Option<ContactFacts>> {
    let row = contacts::find(conn, id).await?;
    Ok(row.map(|row| ContactFacts {
        id: row.id,
        channel: row.channel,
        language: row.language.clone(),
        entry_point: row.entry_point.0,
        queue: row.queue.as_ref().map(|(id, _)| *id),
        customer: row.customer.as_ref().map(|customer| customer.id),
        case: row.case.as_ref().map(|case| case.id),
        topic: row.topic.clone(),
        key: row.key,
        life: row.life,
        last_seq: row.last_seq,
        read_by_agent: row.read_by_agent,
        read_by_customer: row.read_by_customer,
        restricted: row.restricted(),
    }))
}

/// Where a contact is in its life, if there is one.
pub async fn life(conn: &mut Conn, id: ContactId) -> Result<Option<Life>> {
    Ok(contacts::find_life(conn, id).await?.map(|(life, _)| life))
}

/// The place of what an author sent to a contact under this reference, if they did.
pub async fn sent_under(
    conn: &mut Conn,
    contact: ContactId,
    author: Author,
    reference: &str,
) -> Result<Option<i64>> {
    Ok(entries::find_by_ref(conn, contact, author, reference).await?.map(|(_, seq, _)| seq))
}

/// Who last had a contact of this customer that is over: the agent they know.
pub async fn last_agent(conn: &mut Conn, customer: CustomerId) -> Result<Option<MembershipId>> {
    contacts::last_agent(conn, customer).await
}

/// All contacts that are not over, oldest first: with what routing rebuilds itself at its start.
pub async fn open(conn: &mut Conn) -> Result<Vec<ContactId>> {
    contacts::open_ids(conn).await
}

/// The contacts whose talk is over and that are not recorded yet.
pub async fn wrapping_up(conn: &mut Conn) -> Result<Vec<ContactId>> {
    contacts::wrapping_up_ids(conn).await
}

/// The contacts from this customer.
pub async fn of_customer(conn: &mut Conn, customer: CustomerId) -> Result<Vec<ContactId>> {
    contacts::ids_of_customer(conn, customer).await
}
