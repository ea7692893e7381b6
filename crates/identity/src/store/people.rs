//! People: global, because one person may work for several organisations. Nothing readable stands here.

use base::{Language, MembershipId, OrganisationId, PersonId, Result};
use db::{Conn, Row, Tx, args, sql};

/// A person as stored.
#[derive(Clone)]
pub(crate) struct SealedPerson {
    pub(crate) id: PersonId,
    pub(crate) name: Vec<u8>,
    pub(crate) email: Vec<u8>,
    pub(crate) password: Vec<u8>,
    pub(crate) language: Language,
}

pub(crate) async fn insert(tx: &mut Tx, person: &SealedPerson, email_index: &str) -> Result<()> {
    let now = tx.env().now();
    tx.execute(
        sql!(
            global "INSERT INTO people
                    (id, email_index, email_sealed, name_sealed, password_sealed, language, created_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![person.id, email_index, &person.email, &person.name, &person.password, &person.language, now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn find_by_email<S>(conn: &mut Conn<S>, email_index: &str) -> Result<Option<SealedPerson>> {
    let row = conn
        .optional(
            sql!(
                global "SELECT id, name_sealed, email_sealed, password_sealed, language FROM people
                        WHERE email_index = $1"
            ),
            args![email_index],
        )
        .await?;
    row.as_ref().map(person).transpose()
}

pub(crate) async fn find<S>(conn: &mut Conn<S>, id: PersonId) -> Result<Option<SealedPerson>> {
    let row = conn
        .optional(
            sql!(global "SELECT id, name_sealed, email_sealed, password_sealed, language FROM people WHERE id = $1"),
            args![id],
        )
        .await?;
    row.as_ref().map(person).transpose()
}

pub(crate) fn person(row: &Row) -> Result<SealedPerson> {
    Ok(SealedPerson {
        id: row.get("id")?,
        name: row.get("name_sealed")?,
        email: row.get("email_sealed")?,
        password: row.get("password_sealed")?,
        language: row.get("language")?,
    })
}

pub(crate) async fn set_password<S>(tx: &mut Tx<S>, id: PersonId, password: &[u8]) -> Result<()> {
    tx.execute(sql!(global "UPDATE people SET password_sealed = $2 WHERE id = $1"), args![id, password])
        .await?;
    Ok(())
}

/// Whether this is still the person's password. It cannot be changed before the transaction ends.
pub(crate) async fn hold_password<S>(tx: &mut Tx<S>, id: PersonId, password: &[u8]) -> Result<bool> {
    let held = tx
        .execute(
            sql!(
                global "UPDATE people SET password_sealed = password_sealed
                        WHERE id = $1 AND password_sealed = $2"
            ),
            args![id, password],
        )
        .await?;
    Ok(held == 1)
}

pub(crate) async fn set_language<S>(tx: &mut Tx<S>, id: PersonId, language: &Language) -> Result<()> {
    tx.execute(sql!(global "UPDATE people SET language = $2 WHERE id = $1"), args![id, language]).await?;
    Ok(())
}

/// Notes that a person has, or had, a place in the organisation of the transaction.
pub(crate) async fn insert_organisation(tx: &mut Tx, person: PersonId) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "INSERT INTO person_organisations (person_id, organisation_id) VALUES ($1, $2)
             ON CONFLICT (person_id, organisation_id) DO NOTHING"
        ),
        args![person, organisation],
    )
    .await?;
    Ok(())
}

/// Where a person works now, by the name of the organisation.
pub(crate) async fn workplaces<S>(
    conn: &mut Conn<S>,
    person: PersonId,
) -> Result<Vec<(OrganisationId, String, MembershipId)>> {
    conn.all(
        sql!(
            "SELECT o.id, o.name, m.id AS membership_id
             FROM person_organisations p
             JOIN organisations o ON o.id = p.organisation_id
             JOIN memberships m ON m.organisation_id = p.organisation_id AND m.person_id = p.person_id
             WHERE p.person_id = $1 AND m.ended_at IS NULL
             ORDER BY o.name, o.id"
        ),
        args![person],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("id")?, row.get("name")?, row.get("membership_id")?)))
    .collect()
}
