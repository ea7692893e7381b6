//! The statements of the looks.

use super::{Look, read_subjects};
use crate::audit::entry::{Content, EntryRef, Sealable};
use crate::audit::store::SEAL_SIZE;
use base::{LookId, OrganisationId, Result, Subject};
use db::{Conn, Row, Tx, args, sql};
use std::collections::{BTreeMap, BTreeSet};

/// Looks that are listed per person in one transaction.
const SPREAD: u32 = 500;

pub(crate) async fn insert(tx: &mut Tx, look: &Look, content: &Content) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "INSERT INTO looks (organisation_id, id, at, membership_id, permission, purpose, activity_id, route,
                                subjects, salt, content_hash, seal, spread)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, FALSE)"
        ),
        args![
            organisation,
            look.id,
            look.at,
            look.membership,
            look.permission,
            look.purpose,
            look.activity,
            &look.route,
            content.parts.concat(),
            &content.salt,
            content.hash().to_vec()
        ],
    )
    .await?;
    Ok(())
}

/// Puts what is not sealed under this seal.
pub(crate) async fn take_unsealed(tx: &mut Tx, number: i64) -> Result<Vec<Sealable>> {
    let organisation = tx.organisation();
    tx.all(
        sql!(
            "UPDATE looks SET seal = $2
             WHERE organisation_id = $1 AND seal IS NULL AND id IN (
                 SELECT id FROM looks WHERE organisation_id = $1 AND seal IS NULL ORDER BY id LIMIT $3)
             RETURNING id, at, membership_id, permission, purpose, activity_id, route, subjects, salt, content_hash"
        ),
        args![organisation, number, SEAL_SIZE],
    )
    .await?
    .iter()
    .map(sealable)
    .collect()
}

/// The looks that are not sealed yet.
pub(crate) async fn unsealed(conn: &mut Conn) -> Result<Vec<Sealable>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, at, membership_id, permission, purpose, activity_id, route, subjects, salt, content_hash
             FROM looks WHERE organisation_id = $1 AND seal IS NULL ORDER BY id"
        ),
        args![organisation],
    )
    .await?
    .iter()
    .map(sealable)
    .collect()
}

/// The looks under these seals, with their seal.
pub(crate) async fn sealed(conn: &mut Conn, from: i64, to: i64) -> Result<Vec<(i64, Sealable)>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, at, membership_id, permission, purpose, activity_id, route, subjects, salt, content_hash, seal
             FROM looks WHERE organisation_id = $1 AND seal >= $2 AND seal <= $3 ORDER BY seal, id"
        ),
        args![organisation, from, to],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("seal")?, sealable(row)?)))
    .collect()
}

fn sealable(row: &Row) -> Result<Sealable> {
    let (subjects, salt): (Option<String>, Option<Vec<u8>>) = (row.get("subjects")?, row.get("salt")?);
    // With a part missing it is not erased but broken, and its hash will not fit.
    let content = (subjects.is_some() || salt.is_some())
        .then(|| Content { salt: salt.unwrap_or_default(), parts: subjects.into_iter().collect() });
    Ok(Sealable {
        id: EntryRef::Look(row.get("id")?),
        at: row.get("at")?,
        envelope: vec![
            row.get("membership_id")?,
            row.get("permission")?,
            row.get("purpose")?,
            row.get("activity_id")?,
            row.get("route")?,
        ],
        content,
        content_hash: row.get("content_hash")?,
    })
}

/// The number of the seal of a look, if there is such a look and it is sealed.
pub(crate) async fn seal_of(conn: &mut Conn, id: LookId) -> Result<Option<Option<i64>>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!("SELECT seal FROM looks WHERE organisation_id = $1 AND id = $2"),
            args![organisation, id],
        )
        .await?;
    row.map(|row| row.get("seal")).transpose()
}

/// The organisations with looks that are not listed per person yet.
pub(crate) async fn organisations_due<S>(conn: &mut Conn<S>) -> Result<Vec<OrganisationId>> {
    conn.all(
        sql!(
            "SELECT o.id FROM organisations o
             WHERE EXISTS (SELECT 1 FROM looks l WHERE l.organisation_id = o.id AND l.spread = FALSE) ORDER BY o.id"
        ),
        args![],
    )
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}

/// Looks that are not listed per person yet, with the persons as text.
pub(crate) async fn unspread(conn: &mut Conn) -> Result<Vec<(LookId, String)>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, COALESCE(subjects, '') AS subjects FROM looks
             WHERE organisation_id = $1 AND spread = FALSE ORDER BY id LIMIT $2"
        ),
        args![organisation, SPREAD],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("id")?, row.get("subjects")?)))
    .collect()
}

pub(crate) async fn insert_person(tx: &mut Tx, look: LookId, subject: Subject) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "INSERT INTO looks_persons (organisation_id, subject, look_id) VALUES ($1, $2, $3)
             ON CONFLICT (organisation_id, subject, look_id) DO NOTHING"
        ),
        args![organisation, subject, look],
    )
    .await?;
    Ok(())
}

pub(crate) async fn set_spread(tx: &mut Tx, look: LookId) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("UPDATE looks SET spread = TRUE WHERE organisation_id = $1 AND id = $2"),
        args![organisation, look],
    )
    .await?;
    Ok(())
}

/// Looks before an id, newest first.
pub(crate) async fn list(conn: &mut Conn, before: Option<LookId>, limit: u32) -> Result<Vec<Look>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, at, membership_id, permission, purpose, activity_id, route, subjects FROM looks
             WHERE organisation_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"
        ),
        args![organisation, before, limit],
    )
    .await?
    .iter()
    .map(look)
    .collect()
}

/// Looks at one person before an id, newest first.
pub(crate) async fn list_of(
    conn: &mut Conn,
    subject: Subject,
    before: Option<LookId>,
    limit: u32,
) -> Result<Vec<Look>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT l.id, l.at, l.membership_id, l.permission, l.purpose, l.activity_id, l.route, l.subjects
             FROM looks_persons p
             JOIN looks l ON l.organisation_id = p.organisation_id AND l.id = p.look_id
             WHERE p.organisation_id = $1 AND p.subject = $2 AND (CAST($3 AS TEXT) IS NULL OR p.look_id < $3)
             ORDER BY p.look_id DESC LIMIT $4"
        ),
        args![organisation, subject, before, limit],
    )
    .await?
    .iter()
    .map(look)
    .collect()
}

fn look(row: &Row) -> Result<Look> {
    let subjects: Option<String> = row.get("subjects")?;
    Ok(Look {
        id: row.get("id")?,
        at: row.get("at")?,
        membership: row.get("membership_id")?,
        permission: row.parse("permission")?,
        purpose: row.parse("purpose")?,
        activity: row.get("activity_id")?,
        route: row.get("route")?,
        subjects: subjects.as_deref().map(read_subjects).transpose()?,
    })
}

/// The looks at one person.
pub(crate) async fn looks_at(conn: &mut Conn, subject: Subject) -> Result<Vec<LookId>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT look_id FROM looks_persons WHERE organisation_id = $1 AND subject = $2 ORDER BY look_id"
        ),
        args![organisation, subject],
    )
    .await?
    .iter()
    .map(|row| row.get("look_id"))
    .collect()
}

pub(crate) async fn delete_person(tx: &mut Tx, subject: Subject) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("DELETE FROM looks_persons WHERE organisation_id = $1 AND subject = $2"),
        args![organisation, subject],
    )
    .await?;
    Ok(())
}

/// Removes whom a look concerned, and the salt.
pub(crate) async fn erase(tx: &mut Tx, id: LookId) -> Result<bool> {
    let organisation = tx.organisation();
    let erased = tx
        .execute(
            sql!(
                "UPDATE looks SET subjects = NULL, salt = NULL
                 WHERE organisation_id = $1 AND id = $2 AND salt IS NOT NULL"
            ),
            args![organisation, id],
        )
        .await?;
    Ok(erased == 1)
}

/// Looks whose list per person is not what the look says.
pub(crate) async fn wrongly_spread(conn: &mut Conn) -> Result<Vec<LookId>> {
    const PAGE: u32 = 1000;
    let organisation = conn.organisation();
    let mut wrong = Vec::new();
    let mut after = String::new();
    loop {
        let rows = conn
            .all(
                sql!(
                    "SELECT id, subjects, spread FROM looks WHERE organisation_id = $1 AND id > $2 ORDER BY id LIMIT $3"
                ),
                args![organisation, &after, PAGE],
            )
            .await?;
        let Some(last) = rows.last() else { return Ok(wrong) };
        let last: String = last.get("id")?;
        let listed = persons_between(conn, &after, &last).await?;
        for row in &rows {
            let (id, subjects): (LookId, Option<String>) = (row.get("id")?, row.get("subjects")?);
            let spread: bool = row.get("spread")?;
            let found = listed.get(&id).cloned().unwrap_or_default();
            // What was erased for one person may still be listed for the others.
            let Some(subjects) = subjects else { continue };
            let expected = read_subjects(&subjects).unwrap_or_default();
            if !found.is_subset(&expected) || (spread && found != expected) {
                wrong.push(id);
            }
        }
        after = last;
    }
}

async fn persons_between(
    conn: &mut Conn,
    after: &str,
    last: &str,
) -> Result<BTreeMap<LookId, BTreeSet<Subject>>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!(
                "SELECT look_id, subject FROM looks_persons
                 WHERE organisation_id = $1 AND look_id > $2 AND look_id <= $3"
            ),
            args![organisation, after, last],
        )
        .await?;
    let mut persons = BTreeMap::<LookId, BTreeSet<Subject>>::new();
    for row in rows {
        persons.entry(row.get("look_id")?).or_default().insert(row.get("subject")?);
    }
    Ok(persons)
}
