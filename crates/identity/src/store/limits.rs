//! How full the buckets of failed sign-ins are.

use crate::limit::Rule;
use base::{Result, Timestamp};
use db::{Conn, Tx, args, sql};

/// A bucket: when it will be empty again, and until when its key is known for having signed in.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bucket {
    pub(crate) level: Timestamp,
    pub(crate) known_until: Timestamp,
}

pub(crate) async fn find<S>(conn: &mut Conn<S>, key: &str) -> Result<Bucket> {
    let row = conn
        .optional(sql!(global "SELECT level, known_until FROM sign_in_failures WHERE key = $1"), args![key])
        .await?;
    let Some(row) = row else { return Ok(Bucket::default()) };
    Ok(Bucket { level: row.get("level")?, known_until: row.get("known_until")? })
}

/// Adds a drop, and tells the level before it.
pub(crate) async fn fill<S>(tx: &mut Tx<S>, key: &str, rule: &Rule, now: Timestamp) -> Result<Timestamp> {
    let filled = now + rule.every;
    let row = tx
        .one(
            sql!(
                global "INSERT INTO sign_in_failures (key, level, known_until, keep_until) VALUES ($1, $2, 0, $2)
                        ON CONFLICT (key) DO UPDATE SET
                          level = CASE WHEN sign_in_failures.level < $3 THEN $2
                                       ELSE sign_in_failures.level + ($2 - $3) END,
                          keep_until = CASE WHEN sign_in_failures.keep_until < $4 THEN $4
                                            ELSE sign_in_failures.keep_until END
                        RETURNING level"
            ),
            args![key, filled, now, now + rule.longest()],
        )
        .await?;
    Ok(row.get::<Timestamp>("level")? - rule.every)
}

/// Takes a drop out again.
pub(crate) async fn drain<S>(tx: &mut Tx<S>, key: &str, rule: &Rule) -> Result<()> {
    let drop = i64::try_from(rule.every.as_micros()).unwrap_or(i64::MAX);
    tx.execute(
        sql!(global "UPDATE sign_in_failures SET level = level - $2 WHERE key = $1"),
        args![key, drop],
    )
    .await?;
    Ok(())
}

/// Empties a bucket and notes that its key has signed in.
pub(crate) async fn succeed<S>(tx: &mut Tx<S>, key: &str, known_until: Timestamp) -> Result<()> {
    tx.execute(
        sql!(
            global "INSERT INTO sign_in_failures (key, level, known_until, keep_until) VALUES ($1, 0, $2, $2)
                    ON CONFLICT (key) DO UPDATE SET
                      level = excluded.level, known_until = excluded.known_until, keep_until = excluded.keep_until"
        ),
        args![key, known_until],
    )
    .await?;
    Ok(())
}

pub(crate) async fn forget_old<S>(tx: &mut Tx<S>, before: Timestamp) -> Result<u64> {
    tx.execute(sql!(global "DELETE FROM sign_in_failures WHERE keep_until < $1"), args![before]).await
}
