//! The statements on jobs, schedules and runners. States: `queued`, `running`, `failed`; a job that is done is gone.

use crate::{FailedJob, RunnerId};
use base::{ErrorCode, JobId, OrganisationId, Result, Timestamp};
use db::{Conn, Global, GlobalTx, Row, Tx, args, sql};

/// A job that this runner has taken.
#[derive(Clone, Debug)]
pub(crate) struct Claimed {
    pub(crate) organisation: OrganisationId,
    pub(crate) id: JobId,
    pub(crate) kind: String,
    pub(crate) payload: String,
    pub(crate) attempt: u32,
    pub(crate) runner: RunnerId,
}

/// What waits in one organisation.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) organisation: OrganisationId,
    /// When its next job is to be done.
    pub(crate) next_at: Option<Timestamp>,
    /// Whether a runner that is no more has left jobs behind.
    pub(crate) orphans: bool,
}

/// The next occurrence of a schedule.
#[derive(Debug)]
pub(crate) struct Occurrence {
    pub(crate) organisation: OrganisationId,
    pub(crate) kind: String,
    pub(crate) next_at: Timestamp,
}

/// Stores a job; gives the id of the one that waited already with the same key, if there is one.
pub(crate) async fn insert(
    tx: &mut Tx,
    id: JobId,
    kind: &str,
    payload: &str,
    key: Option<&str>,
    at: Timestamp,
) -> Result<JobId> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let row = tx
        .one(
            sql!(
                "INSERT INTO jobs (organisation_id, id, kind, payload, once_key, state, run_at, attempt, created_at)
                 VALUES ($1, $2, $3, $4, $5, 'queued', $6, 0, $7)
                 ON CONFLICT (organisation_id, kind, once_key) DO UPDATE
                 SET run_at = CASE WHEN excluded.run_at < jobs.run_at THEN excluded.run_at ELSE jobs.run_at END
                 RETURNING id"
            ),
            args![organisation, id, kind, payload, key, at, now],
        )
        .await?;
    row.get("id")
}

pub(crate) async fn delete_waiting(tx: &mut Tx, kind: &str, key: &str) -> Result<bool> {
    let organisation = tx.organisation();
    let gone = tx
        .execute(
            sql!("DELETE FROM jobs WHERE organisation_id = $1 AND kind = $2 AND once_key = $3"),
            args![organisation, kind, key],
        )
        .await?;
    Ok(gone == 1)
}

/// Per organisation with jobs: when the next one is due and whether some were left behind. One step in the index for
/// each organisation, however many jobs wait.
pub(crate) async fn waiting(conn: &mut Conn<Global>) -> Result<Vec<Waiting>> {
    conn.all(
        sql!(global
            "WITH RECURSIVE owners (organisation_id) AS (
                 SELECT MIN(organisation_id) FROM jobs
                 UNION ALL
                 SELECT (SELECT MIN(j.organisation_id) FROM jobs j WHERE j.organisation_id > o.organisation_id)
                 FROM owners o WHERE o.organisation_id IS NOT NULL
             )
             SELECT o.organisation_id AS organisation_id,
                    (SELECT MIN(j.run_at) FROM jobs j
                     WHERE j.organisation_id = o.organisation_id AND j.state = 'queued') AS next_at,
                    CAST(CASE WHEN EXISTS (
                        SELECT 1 FROM jobs j WHERE j.organisation_id = o.organisation_id AND j.state = 'running'
                        AND j.runner NOT IN (SELECT r.runner FROM job_runners r)
                    ) THEN 1 ELSE 0 END AS BIGINT) AS orphans
             FROM owners o WHERE o.organisation_id IS NOT NULL"
        ),
        vec![],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(Waiting {
            organisation: row.get("organisation_id")?,
            next_at: row.get("next_at")?,
            orphans: row.get::<i64>("orphans")? == 1,
        })
    })
    .collect()
}

/// Takes the jobs that are due, oldest first, for a runner that is registered. Two runners may see the same row; only
/// one of them changes it. From now on the key no longer keeps a second job out.
pub(crate) async fn claim(tx: &mut Tx, runner: RunnerId, limit: u32) -> Result<Vec<Claimed>> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let due = tx
        .all(
            sql!(
                "SELECT id FROM jobs WHERE organisation_id = $1 AND state = 'queued' AND run_at <= $2
                 ORDER BY run_at, id LIMIT $3"
            ),
            args![organisation, now, limit],
        )
        .await?;
    let mut claimed = Vec::with_capacity(due.len());
    for row in due {
        let taken = tx
            .optional(
                sql!(
                    "UPDATE jobs SET state = 'running', runner = $3, attempt = attempt + 1, once_key = NULL
                     WHERE organisation_id = $1 AND id = $2 AND state = 'queued'
                     AND EXISTS (SELECT 1 FROM job_runners r WHERE r.runner = $3)
                     RETURNING id, kind, payload, attempt"
                ),
                args![organisation, row.get::<JobId>("id")?, runner],
            )
            .await?;
        if let Some(row) = taken {
            claimed.push(claimed_row(organisation, runner, &row)?);
        }
    }
    Ok(claimed)
}

fn claimed_row(organisation: OrganisationId, runner: RunnerId, row: &Row) -> Result<Claimed> {
    Ok(Claimed {
        organisation,
        id: row.get("id")?,
        kind: row.get("kind")?,
        payload: row.get("payload")?,
        attempt: row.get("attempt")?,
        runner,
    })
}

/// Removes a job that is done. False: it is no longer this runner's.
pub(crate) async fn delete_done(tx: &mut Tx, job: JobId, runner: RunnerId, attempt: u32) -> Result<bool> {
    let organisation = tx.organisation();
    let gone = tx
        .execute(
            sql!(
                "DELETE FROM jobs WHERE organisation_id = $1 AND id = $2 AND state = 'running' AND runner = $3
                 AND attempt = $4"
            ),
            args![organisation, job, runner, attempt],
        )
        .await?;
    Ok(gone == 1)
}

pub(crate) async fn is_mine(tx: &mut Tx, job: JobId, runner: RunnerId, attempt: u32) -> Result<bool> {
    let organisation = tx.organisation();
    let found = tx
        .optional(
            sql!(
                "SELECT id FROM jobs WHERE organisation_id = $1 AND id = $2 AND state = 'running' AND runner = $3
                 AND attempt = $4"
            ),
            args![organisation, job, runner, attempt],
        )
        .await?;
    Ok(found.is_some())
}

/// Puts a job back, to be tried again; `count` is how many attempts it has had.
pub(crate) async fn put_back(
    tx: &mut Tx,
    job: &Claimed,
    at: Timestamp,
    count: u32,
    error: ErrorCode,
) -> Result<bool> {
    let organisation = tx.organisation();
    let changed = tx
        .execute(
            sql!(
                "UPDATE jobs SET state = 'queued', runner = NULL, run_at = $5, attempt = $6, error = $7
                 WHERE organisation_id = $1 AND id = $2 AND state = 'running' AND runner = $3 AND attempt = $4"
            ),
            args![organisation, job.id, job.runner, job.attempt, at, count, error.code()],
        )
        .await?;
    Ok(changed == 1)
}

/// Gives a job up.
pub(crate) async fn give_up(tx: &mut Tx, job: &Claimed, error: ErrorCode) -> Result<bool> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let changed = tx
        .execute(
            sql!(
                "UPDATE jobs SET state = 'failed', runner = NULL, run_at = $5, error = $6
                 WHERE organisation_id = $1 AND id = $2 AND state = 'running' AND runner = $3 AND attempt = $4"
            ),
            args![organisation, job.id, job.runner, job.attempt, now, error.code()],
        )
        .await?;
    Ok(changed == 1)
}

/// Puts back what runners that are no more have left.
pub(crate) async fn release_orphans(tx: &mut Tx) -> Result<u64> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "UPDATE jobs SET state = 'queued', runner = NULL, run_at = $2
             WHERE organisation_id = $1 AND state = 'running'
             AND runner NOT IN (SELECT r.runner FROM job_runners r)"
        ),
        args![organisation, now],
    )
    .await
}

/// The organisation's failed jobs, the latest first, at most `limit`.
pub async fn failed(conn: &mut Conn, limit: u32) -> Result<Vec<FailedJob>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, kind, attempt, error, run_at FROM jobs
             WHERE organisation_id = $1 AND state = 'failed' ORDER BY run_at DESC, id DESC LIMIT $2"
        ),
        args![organisation, limit],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(FailedJob {
            id: row.get("id")?,
            kind: row.get("kind")?,
            attempts: row.get("attempt")?,
            error: row.get::<Option<String>>("error")?.unwrap_or_default(),
            at: row.get("run_at")?,
        })
    })
    .collect()
}

pub(crate) async fn revive(tx: &mut Tx, job: JobId) -> Result<bool> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let changed = tx
        .execute(
            sql!(
                "UPDATE jobs SET state = 'queued', attempt = 0, run_at = $3
                 WHERE organisation_id = $1 AND id = $2 AND state = 'failed'"
            ),
            args![organisation, job, now],
        )
        .await?;
    Ok(changed == 1)
}

pub(crate) async fn delete_failed(tx: &mut Tx, job: JobId) -> Result<bool> {
    let organisation = tx.organisation();
    let gone = tx
        .execute(
            sql!("DELETE FROM jobs WHERE organisation_id = $1 AND id = $2 AND state = 'failed'"),
            args![organisation, job],
        )
        .await?;
    Ok(gone == 1)
}

pub(crate) async fn forget_failed(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("DELETE FROM jobs WHERE organisation_id = $1 AND state = 'failed' AND run_at < $2"),
        args![organisation, before],
    )
    .await
}

/// How many jobs there are of each kind and state.
pub(crate) async fn counts(conn: &mut Conn<Global>) -> Result<Vec<(String, String, i64)>> {
    conn.all(
        sql!(global "SELECT kind, state, CAST(COUNT(*) AS BIGINT) AS number FROM jobs GROUP BY kind, state"),
        vec![],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("kind")?, row.get("state")?, row.get("number")?)))
    .collect()
}

pub(crate) async fn occurrences(conn: &mut Conn<Global>) -> Result<Vec<Occurrence>> {
    conn.all(sql!(global "SELECT organisation_id, kind, next_at FROM job_schedules"), vec![])
        .await?
        .iter()
        .map(|row| {
            Ok(Occurrence {
                organisation: row.get("organisation_id")?,
                kind: row.get("kind")?,
                next_at: row.get("next_at")?,
            })
        })
        .collect()
}

pub(crate) async fn begin_schedule(tx: &mut Tx, kind: &str, next_at: Timestamp) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "INSERT INTO job_schedules (organisation_id, kind, next_at) VALUES ($1, $2, $3)
             ON CONFLICT (organisation_id, kind) DO NOTHING"
        ),
        args![organisation, kind, next_at],
    )
    .await?;
    Ok(())
}

/// Moves a schedule on. False: another node did.
pub(crate) async fn move_schedule(tx: &mut Tx, kind: &str, from: Timestamp, to: Timestamp) -> Result<bool> {
    let organisation = tx.organisation();
    let changed = tx
        .execute(
            sql!(
                "UPDATE job_schedules SET next_at = $4 WHERE organisation_id = $1 AND kind = $2 AND next_at = $3"
            ),
            args![organisation, kind, from, to],
        )
        .await?;
    Ok(changed == 1)
}

pub(crate) async fn register(tx: &mut GlobalTx, runner: RunnerId) -> Result<()> {
    tx.execute(sql!(global "INSERT INTO job_runners (runner, beat) VALUES ($1, 1)"), args![runner]).await?;
    Ok(())
}

/// Proves that the runner lives. False: another node has taken it for dead.
pub(crate) async fn beat(tx: &mut GlobalTx, runner: RunnerId) -> Result<bool> {
    let changed = tx
        .execute(sql!(global "UPDATE job_runners SET beat = beat + 1 WHERE runner = $1"), args![runner])
        .await?;
    Ok(changed == 1)
}

pub(crate) async fn unregister(tx: &mut GlobalTx, runner: RunnerId) -> Result<()> {
    tx.execute(sql!(global "DELETE FROM job_runners WHERE runner = $1"), args![runner]).await?;
    Ok(())
}

/// Takes a runner for dead whose counter still stands where it stood.
pub(crate) async fn bury(tx: &mut GlobalTx, runner: RunnerId, beat: i64) -> Result<bool> {
    let gone = tx
        .execute(sql!(global "DELETE FROM job_runners WHERE runner = $1 AND beat = $2"), args![runner, beat])
        .await?;
    Ok(gone == 1)
}

pub(crate) async fn runners(conn: &mut Conn<Global>) -> Result<Vec<(RunnerId, i64)>> {
    conn.all(sql!(global "SELECT runner, beat FROM job_runners"), vec![])
        .await?
        .iter()
        .map(|row| Ok((row.get("runner")?, row.get("beat")?)))
        .collect()
}
