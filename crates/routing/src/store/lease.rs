//! Who owns an organisation's routing.

use base::Result;
use db::{Conn, Tx, args, sql};

/// A lease as stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct LeaseRow {
    pub(crate) owner: String,
    pub(crate) token: i64,
    pub(crate) beat: i64,
}

pub(crate) async fn find(conn: &mut Conn) -> Result<Option<LeaseRow>> {
    let organisation = conn.organisation();
    conn.optional(
        sql!("SELECT owner, token, beat FROM routing_leases WHERE organisation_id = $1"),
        args![organisation],
    )
    .await?
    .map(|row| Ok(LeaseRow { owner: row.get("owner")?, token: row.get("token")?, beat: row.get("beat")? }))
    .transpose()
}

/// Takes the lease that nobody ever had.
pub(crate) async fn make(tx: &mut Tx, owner: &str) -> Result<bool> {
    let organisation = tx.organisation();
    let made = tx
        .execute(
            sql!(
                "INSERT INTO routing_leases (organisation_id, owner, token, beat) VALUES ($1, $2, 1, 0)
                 ON CONFLICT (organisation_id) DO NOTHING"
            ),
            args![organisation, owner],
        )
        .await?;
    Ok(made == 1)
}

/// Takes the lease over, if it still stands as it was seen.
pub(crate) async fn take(tx: &mut Tx, owner: &str, seen: &LeaseRow) -> Result<bool> {
    let organisation = tx.organisation();
    let taken = tx
        .execute(
            sql!(
                "UPDATE routing_leases SET owner = $2, token = token + 1, beat = 0
                 WHERE organisation_id = $1 AND owner = $3 AND token = $4 AND beat = $5"
            ),
            args![organisation, owner, &seen.owner, seen.token, seen.beat],
        )
        .await?;
    Ok(taken == 1)
}

/// Shows that the owner lives. False: it is no longer the owner. Being an UPDATE, it also keeps a challenger waiting
/// to the end of the transaction, so every write of the owner begins with it.
pub(crate) async fn beat(tx: &mut Tx, owner: &str, token: i64) -> Result<bool> {
    let organisation = tx.organisation();
    let beaten = tx
        .execute(
            sql!(
                "UPDATE routing_leases SET beat = beat + 1
                 WHERE organisation_id = $1 AND owner = $2 AND token = $3"
            ),
            args![organisation, owner, token],
        )
        .await?;
    Ok(beaten == 1)
}

/// Gives the lease up, so that the next owner need not wait.
pub(crate) async fn release(tx: &mut Tx, owner: &str, token: i64) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("UPDATE routing_leases SET owner = '' WHERE organisation_id = $1 AND owner = $2 AND token = $3"),
        args![organisation, owner, token],
    )
    .await?;
    Ok(())
}
