//! For tests: that nothing was left undone.

use db::{Db, sql};

/// Panics, naming the kinds, if a job waits, runs or has failed. Put it at the end of a test that should have done
/// all its work.
pub async fn assert_no_job_left(db: &Db) {
    let left = jobs_left(db).await;
    assert!(left.is_empty(), "jobs were left: {}", left.join(", "));
}

/// The kinds and states of the jobs that there are, for a test that expects some.
pub async fn jobs_left(db: &Db) -> Vec<String> {
    let mut conn = db.read_global().await.expect("the database answers");
    conn.all(sql!(global "SELECT kind, state FROM jobs ORDER BY kind, state"), vec![])
        .await
        .expect("the table of jobs is there")
        .iter()
        .map(|row| {
            let (kind, state): (String, String) = (row.get("kind").unwrap(), row.get("state").unwrap());
            format!("{kind} ({state})")
        })
        .collect()
}
