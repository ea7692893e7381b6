//! Cases and their numbers.

use super::Place;
use crate::model::CaseState;
use base::{CaseId, ContactId, CustomerId, Error, Result, Subject, Timestamp};
use db::{Conn, Row, Sql, Tx, args, sql};

/// A case, sealed.
#[derive(Clone, Debug)]
pub(crate) struct CaseRow {
    pub(crate) id: CaseId,
    pub(crate) number: String,
    pub(crate) subject_sealed: Option<Vec<u8>>,
    pub(crate) state: CaseState,
    pub(crate) customer: Option<CustomerId>,
    pub(crate) opened_from: Option<ContactId>,
    pub(crate) opened_at: Timestamp,
    pub(crate) closed_at: Option<Timestamp>,
    pub(crate) version: i64,
    pub(crate) restricted: bool,
    pub(crate) contacts: i64,
}

impl CaseRow {
    /// Whose question it is: the customer's, or of whoever is at the other side of the contact it was opened from.
    pub(crate) fn subject(&self) -> Result<Subject> {
        self.customer
            .map(Subject::Customer)
            .or(self.opened_from.map(Subject::Contact))
            .ok_or_else(|| Error::internal("a case that is nobody's"))
    }
}

fn case(row: &Row) -> Result<CaseRow> {
    Ok(CaseRow {
        id: row.get("id")?,
        number: row.get("number")?,
        subject_sealed: row.get("subject_sealed")?,
        state: row.parse("state")?,
        customer: row.get("customer_id")?,
        opened_from: row.get("opened_from")?,
        opened_at: row.get("opened_at")?,
        closed_at: row.get("closed_at")?,
        version: row.get("version")?,
        restricted: row.get::<Option<bool>>("restricted")?.unwrap_or_default(),
        contacts: row.get("contacts")?,
    })
}

/// A statement for [`CaseRow`]s: what is given stands after `WHERE s.organisation_id = $1 AND`.
macro_rules! case_rows {
    ($($rest:literal),+) => {{
        const CHECKED: Sql = Sql::scoped(concat!(
            "SELECT s.id, s.number, s.subject_sealed, s.state, s.customer_id, s.opened_from, s.opened_at, s.closed_at,
                    s.version,
                    (SELECT u.restricted FROM customers u WHERE u.organisation_id = $1 AND u.id = s.customer_id)
                        AS restricted,
                    (SELECT COUNT(*) FROM contacts c WHERE c.organisation_id = $1 AND c.case_id = s.id) AS contacts
             FROM cases s WHERE s.organisation_id = $1 AND ",
            $($rest),+
        ));
        CHECKED
    }};
}

/// A page of cases, newest first; `carried` is what the index carries in front of the time.
macro_rules! case_page {
    ($carried:literal) => {
        case_rows!(
            $carried,
            "(CAST($5 AS TEXT) IS NULL OR s.state = $5) AND (CAST($6 AS TEXT) IS NULL OR s.customer_id = $6)
             AND (s.opened_at, s.id) < ($2, $3) ORDER BY s.opened_at DESC, s.id DESC LIMIT $4"
        )
    };
}

pub(crate) async fn find(conn: &mut Conn, id: CaseId) -> Result<Option<CaseRow>> {
    let organisation = conn.organisation();
    let row = conn.optional(case_rows!("s.id = $2"), args![organisation, id]).await?;
    row.as_ref().map(case).transpose()
}

/// One case; its absence is told to the caller.
pub(crate) async fn get(conn: &mut Conn, id: CaseId) -> Result<CaseRow> {
    find(conn, id).await?.ok_or_else(|| Error::not_found("case"))
}

pub(crate) async fn page(
    conn: &mut Conn,
    state: Option<CaseState>,
    customer: Option<CustomerId>,
    place: &Place,
    limit: u32,
) -> Result<Vec<CaseRow>> {
    let organisation = conn.organisation();
    let statement = match (customer, state) {
        (Some(_), _) => case_page!("s.customer_id = $6 AND "),
        (None, Some(_)) => case_page!("s.state = $5 AND "),
        (None, None) => case_page!(""),
    };
    conn.all(statement, args![organisation, place.at, &place.id, limit, state, customer])
        .await?
        .iter()
        .map(case)
        .collect()
}

/// The next rank in a year.
pub(crate) async fn next_rank(tx: &mut Tx, year: i64) -> Result<i64> {
    let organisation = tx.organisation();
    tx.one(
        sql!(
            "INSERT INTO case_numbers (organisation_id, year, last) VALUES ($1, $2, 1)
             ON CONFLICT (organisation_id, year) DO UPDATE SET last = case_numbers.last + 1 RETURNING last"
        ),
        args![organisation, year],
    )
    .await?
    .get("last")
}

pub(crate) async fn insert(
    tx: &mut Tx,
    id: CaseId,
    number: &str,
    subject_sealed: &[u8],
    customer: Option<CustomerId>,
    opened_from: Option<ContactId>,
) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "INSERT INTO cases (organisation_id, id, number, subject_sealed, state, customer_id, opened_from, opened_at,
                                version)
             VALUES ($1, $2, $3, $4, 'open', $5, $6, $7, 1)"
        ),
        args![organisation, id, number, subject_sealed, customer, opened_from, now],
    )
    .await?;
    Ok(())
}

/// Stores a changed case, if it is still at this version.
pub(crate) async fn update(tx: &mut Tx, changed: &CaseRow) -> Result<bool> {
    let organisation = tx.organisation();
    let updated = tx
        .execute(
            sql!(
                "UPDATE cases SET subject_sealed = $4, state = $5, customer_id = $6, closed_at = $7, version = version + 1
                 WHERE organisation_id = $1 AND id = $2 AND version = $3"
            ),
            args![
                organisation,
                changed.id,
                changed.version,
                changed.subject_sealed.clone(),
                changed.state,
                changed.customer,
                changed.closed_at
            ],
        )
        .await?;
    Ok(updated == 1)
}

/// A case that was opened from a contact without a customer gets the customer that the contact got.
pub(crate) async fn follow_customer(
    tx: &mut Tx,
    opened_from: ContactId,
    customer: CustomerId,
) -> Result<Vec<CaseId>> {
    let organisation = tx.organisation();
    tx.all(
        sql!(
            "UPDATE cases SET customer_id = $3, version = version + 1
             WHERE organisation_id = $1 AND opened_from = $2 AND customer_id IS NULL RETURNING id"
        ),
        args![organisation, opened_from, customer],
    )
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}

/// All cases of a customer, for their rights.
pub(crate) async fn ids_of_customer(conn: &mut Conn, customer: CustomerId) -> Result<Vec<CaseId>> {
    let organisation = conn.organisation();
    conn.all(
        sql!("SELECT id FROM cases WHERE organisation_id = $1 AND customer_id = $2 ORDER BY opened_at, id"),
        args![organisation, customer],
    )
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}

/// Takes away the words of a customer's cases.
pub(crate) async fn erase_of_customer(tx: &mut Tx, customer: CustomerId) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "UPDATE cases SET subject_sealed = NULL, version = version + 1
             WHERE organisation_id = $1 AND customer_id = $2"
        ),
        args![organisation, customer],
    )
    .await?;
    Ok(())
}
