//! What the rooms above rely on: a job that was put in the queue is done, by one runner at a time, until it is done or
//! visibly given up.

use base::{Error, ErrorCode, JobId, OrganisationId, Result};
use db::testing::TestDb;
use db::{Db, Migrations, db_test};
use jobs::testing::{assert_no_job_left, jobs_left};
use jobs::{Job, JobContext, Jobs, Ran};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const TEST_ROOMS: &[Migrations] = &[db::MIGRATIONS, jobs::MIGRATIONS];
const SECOND: Duration = Duration::from_secs(1);

#[derive(Serialize, Deserialize, Clone)]
struct Greet {
    number: u32,
}

impl Job for Greet {
    const KIND: &'static str = "test.greet";
    const ATTEMPTS: u32 = 3;
    const TIME_LIMIT: Duration = Duration::from_secs(10);
}

#[derive(Serialize, Deserialize)]
struct Sweep;

impl Job for Sweep {
    const KIND: &'static str = "test.sweep";
}

/// What handlers saw, in order.
type Seen<T> = Arc<Mutex<Vec<T>>>;

fn organisation(db: &Db) -> OrganisationId {
    db.env().new_id()
}

async fn greet(db: &Db, organisation: OrganisationId, number: u32) -> JobId {
    db.write(organisation, async move |tx| jobs::enqueue(tx, &Greet { number }).await).await.unwrap()
}

fn recorder(db: &Db) -> (Jobs, Seen<u32>) {
    let seen = Seen::default();
    let record = seen.clone();
    let jobs = Jobs::new(db).handle(move |job: Greet, _| {
        record.lock().unwrap().push(job.number);
        async { Ok(()) }
    });
    (jobs, seen)
}

/// A runner whose handler fails in the way given.
fn failing(db: &Db, error: fn() -> Error) -> (Jobs, Seen<(u32, bool)>) {
    let seen = Seen::default();
    let record = seen.clone();
    let jobs = Jobs::new(db).handle(move |_: Greet, context: JobContext| {
        record.lock().unwrap().push((context.attempt, context.last));
        async move { Err(error()) }
    });
    (jobs, seen)
}

fn taken<T: Clone>(seen: &Seen<T>) -> Vec<T> {
    seen.lock().unwrap().clone()
}

#[db_test]
async fn a_job_is_done_once_and_then_gone(db: TestDb) {
    let organisation = organisation(&db);
    let (jobs, seen) = recorder(&db);
    greet(&db, organisation, 7).await;
    assert_eq!(jobs.run_pending().await.unwrap(), Ran { done: 1, ..Ran::default() });
    assert_eq!(jobs.run_pending().await.unwrap(), Ran::default());
    assert_eq!(taken(&seen), [7]);
    assert_no_job_left(&db).await;
}

#[db_test]
async fn a_refused_transaction_leaves_no_job(db: TestDb) {
    let refused = db.write(organisation(&db), async |tx| {
        jobs::enqueue(tx, &Greet { number: 1 }).await?;
        Err::<(), _>(Error::conflict("no"))
    });
    refused.await.unwrap_err();
    assert_no_job_left(&db).await;
}

#[db_test]
async fn a_job_waits_for_its_time(db: TestDb) {
    let organisation = organisation(&db);
    let (jobs, seen) = recorder(&db);
    let at = db.env().now() + 60 * SECOND;
    let put = db.write(organisation, async move |tx| jobs::enqueue_at(tx, &Greet { number: 1 }, at).await);
    put.await.unwrap();
    jobs.run_pending().await.unwrap();
    assert!(taken(&seen).is_empty());
    db.clock.advance(60 * SECOND);
    jobs.run_pending().await.unwrap();
    assert_eq!(taken(&seen), [1]);
}

#[db_test]
async fn a_key_keeps_a_second_waiting_job_out_until_the_first_is_begun(db: TestDb) {
    let organisation = organisation(&db);
    let (jobs, seen) = recorder(&db);
    let put = |number, wait: Duration| {
        let at = db.env().now() + wait;
        let write = db
            .write(organisation, async move |tx| jobs::enqueue_once(tx, &Greet { number }, "key", at).await);
        async { write.await.unwrap() }
    };
    assert!(put(1, 60 * SECOND).await);
    assert!(!put(2, 90 * SECOND).await);
    assert!(!put(3, SECOND).await, "it only brings the first forward");
    db.clock.advance(SECOND);
    jobs.run_pending().await.unwrap();
    assert_eq!(taken(&seen), [1]);
    assert!(put(4, SECOND).await);
    let cancel =
        async || db.write(organisation, async |tx| jobs::cancel::<Greet>(tx, "key").await).await.unwrap();
    assert!(cancel().await);
    assert!(!cancel().await);
    assert_no_job_left(&db).await;
}

#[db_test]
async fn a_job_that_fails_comes_back_later_and_later_and_is_then_given_up(db: TestDb) {
    let organisation = organisation(&db);
    let (jobs, seen) = failing(&db, || Error::unavailable("The mail server does not answer."));
    let id = greet(&db, organisation, 1).await;
    assert_eq!(jobs.run_pending().await.unwrap().again, 1);
    db.clock.advance(Duration::from_millis(900));
    assert_eq!(jobs.run_pending().await.unwrap(), Ran::default(), "not within a second");
    db.clock.advance(Duration::from_millis(1100));
    assert_eq!(jobs.run_pending().await.unwrap().again, 1);
    db.clock.advance(Duration::from_millis(1999));
    assert_eq!(jobs.run_pending().await.unwrap(), Ran::default(), "not within two seconds");
    db.clock.advance(2 * SECOND);
    assert_eq!(jobs.run_pending().await.unwrap().failed, 1);
    assert_eq!(taken(&seen), [(1, false), (2, false), (3, true)]);
    let failed = jobs::failed(&mut db.read(organisation).await.unwrap(), 10).await.unwrap();
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0].id, failed[0].attempts, failed[0].error.as_str()), (id, 3, "unavailable"));
    assert_eq!(jobs_left(&db).await, ["test.greet (failed)"]);
}

#[db_test]
async fn an_error_that_time_cannot_mend_gives_up_at_once_and_an_administrator_can_retry_or_discard(
    db: TestDb,
) {
    let organisation = organisation(&db);
    let (jobs, seen) = failing(&db, || Error::new(ErrorCode::Erased, "It was erased."));
    let id = greet(&db, organisation, 1).await;
    assert_eq!(jobs.run_pending().await.unwrap().failed, 1);
    db.write(organisation, async move |tx| jobs::retry(tx, id).await).await.unwrap();
    assert_eq!(jobs.run_pending().await.unwrap().failed, 1);
    assert_eq!(taken(&seen), [(1, false), (1, false)]);
    db.write(organisation, async move |tx| jobs::discard(tx, id).await).await.unwrap();
    assert_no_job_left(&db).await;
}

#[db_test]
async fn a_panic_is_an_error_and_the_runner_goes_on(db: TestDb) {
    let organisation = organisation(&db);
    let jobs = Jobs::new(&db).handle(async |job: Greet, _| {
        assert!(job.number != 1, "on purpose");
        Ok(())
    });
    greet(&db, organisation, 1).await;
    greet(&db, organisation, 2).await;
    assert_eq!(jobs.run_pending().await.unwrap(), Ran { done: 1, again: 1, failed: 0 });
}

#[db_test]
async fn a_handler_that_hangs_is_stopped(db: TestDb) {
    let organisation = organisation(&db);
    let jobs = Jobs::new(&db).handle(|_: Greet, _| std::future::pending::<Result<()>>());
    greet(&db, organisation, 1).await;
    let run = jobs.run_pending();
    let time = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        db.clock.advance(10 * SECOND);
    };
    assert_eq!(tokio::join!(run, time).0.unwrap().again, 1);
}

#[db_test]
async fn a_job_whose_runner_died_is_done_again_by_another(db: TestDb) {
    let organisation = organisation(&db);
    let hanging = Jobs::new(&db).handle(|_: Greet, _| std::future::pending::<Result<()>>());
    greet(&db, organisation, 5).await;
    // The first runner dies between taking the job and ending it.
    assert!(tokio::time::timeout(Duration::from_millis(500), hanging.run_pending()).await.is_err());
    assert_eq!(jobs_left(&db).await, ["test.greet (running)"]);
    let (jobs, seen) = recorder(&db);
    jobs.run_pending().await.unwrap();
    db.clock.advance(29 * SECOND);
    jobs.run_pending().await.unwrap();
    assert!(taken(&seen).is_empty(), "it may still live");
    db.clock.advance(SECOND);
    assert_eq!(jobs.run_pending().await.unwrap().done, 1);
    assert_eq!(taken(&seen), [5]);
    assert_no_job_left(&db).await;
}

#[db_test]
async fn a_job_at_which_the_program_dies_each_time_is_given_up(db: TestDb) {
    let organisation = organisation(&db);
    greet(&db, organisation, 5).await;
    for _ in 0..3 {
        let hanging = Jobs::new(&db).handle(|_: Greet, _| std::future::pending::<Result<()>>());
        // Each waits until the one before is taken for dead, takes the job, and dies.
        while tokio::time::timeout(Duration::from_millis(500), hanging.run_pending()).await.is_ok() {
            db.clock.advance(30 * SECOND);
        }
    }
    let (jobs, seen) = recorder(&db);
    jobs.run_pending().await.unwrap();
    db.clock.advance(30 * SECOND);
    assert_eq!(jobs.run_pending().await.unwrap().failed, 1);
    assert!(taken(&seen).is_empty());
}

#[db_test]
async fn a_handler_can_end_its_job_in_its_own_transaction(db: TestDb) {
    let organisation = organisation(&db);
    let base = (*db).clone();
    let jobs = Jobs::new(&db).handle(move |job: Greet, context: JobContext| {
        let db = base.clone();
        async move {
            let next = Greet { number: job.number + 1 };
            db.write(context.organisation, async move |tx| {
                if next.number < 5 {
                    jobs::enqueue(tx, &next).await?;
                }
                context.done(tx).await
            })
            .await
        }
    });
    greet(&db, organisation, 1).await;
    assert_eq!(jobs.run_pending().await.unwrap().done, 4);
    assert_no_job_left(&db).await;
}

#[db_test]
async fn two_runners_never_do_the_same_job_at_once_and_do_them_all(db: TestDb) {
    const NUMBER: u32 = 120;
    let organisations = [organisation(&db), organisation(&db), organisation(&db)];
    let other = Db::open(&db.options, db.env().clone()).await.unwrap();
    let (busy, twice) = (Arc::new(Mutex::new(HashSet::new())), Arc::new(AtomicU32::new(0)));
    let count = Arc::new(AtomicU32::new(0));
    let runner = |db: &Db| {
        let (busy, twice, count) = (busy.clone(), twice.clone(), count.clone());
        Jobs::new(db).at_once(8).handle(move |_: Greet, context: JobContext| {
            let (busy, twice, count) = (busy.clone(), twice.clone(), count.clone());
            async move {
                if !busy.lock().unwrap().insert(context.job) {
                    twice.fetch_add(1, Ordering::SeqCst);
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
                busy.lock().unwrap().remove(&context.job);
                count.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
        })
    };
    let (one, two) = (runner(&db), runner(&other));
    for number in 0..NUMBER {
        greet(&db, organisations[number as usize % 3], number).await;
    }
    let stop = tokio::sync::watch::Sender::new(false);
    let stopped = || {
        let mut stop = stop.subscribe();
        async move { drop(stop.wait_for(|stop| *stop).await) }
    };
    let finish = async {
        while !jobs_left(&db).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.send_replace(true);
    };
    tokio::join!(one.run(stopped()), two.run(stopped()), finish);
    assert_eq!(twice.load(Ordering::SeqCst), 0);
    assert_eq!(count.load(Ordering::SeqCst), NUMBER);
    other.close().await;
}

/// Counts how many handlers are busy, also when one is stopped half-way.
struct Busy(Arc<AtomicU32>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[db_test]
async fn a_runner_that_was_asleep_too_long_stops_its_job_before_it_is_done_again(db: TestDb) {
    let organisation = organisation(&db);
    let (begun, busy) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (count, at_once) = (begun.clone(), busy.clone());
    let jobs = Jobs::new(&db).handle(move |_: Greet, _| {
        let first = count.fetch_add(1, Ordering::SeqCst) == 0;
        let others = at_once.fetch_add(1, Ordering::SeqCst);
        let busy = Busy(at_once.clone());
        async move {
            assert_eq!(others, 0, "the same job twice at once");
            if first {
                std::future::pending::<()>().await;
            }
            drop(busy);
            Ok(())
        }
    });
    greet(&db, organisation, 1).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let story = async {
        until(|| begun.load(Ordering::SeqCst) == 1).await;
        // The whole process stood still: its lease is over before it can renew it.
        db.clock.advance(60 * SECOND);
        until(|| begun.load(Ordering::SeqCst) == 2).await;
        until(|| busy.load(Ordering::SeqCst) == 0).await;
        stop.send(()).unwrap();
    };
    tokio::join!(jobs.run(async { drop(stopped.await) }), story);
    assert_no_job_left(&db).await;
}

#[db_test]
async fn a_runner_wakes_at_a_commit_and_at_the_next_jobs_time(db: TestDb) {
    let organisation = organisation(&db);
    let (jobs, seen) = recorder(&db);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let story = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        greet(&db, organisation, 1).await;
        until(|| taken(&seen) == [1]).await;
        let at = db.env().now() + 7 * SECOND;
        let put =
            db.write(organisation, async move |tx| jobs::enqueue_at(tx, &Greet { number: 2 }, at).await);
        put.await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(taken(&seen), [1]);
        db.clock.advance(7 * SECOND);
        until(|| taken(&seen) == [1, 2]).await;
        stop.send(()).unwrap();
    };
    let run = jobs.run(async { drop(stopped.await) });
    tokio::join!(run, story);
    assert_no_job_left(&db).await;
}

#[db_test]
async fn a_stop_lets_a_job_finish_and_leaves_the_rest_for_the_next(db: TestDb) {
    let organisation = organisation(&db);
    let (begun, done) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (count, ended) = (begun.clone(), done.clone());
    let jobs = Jobs::new(&db).handle(move |job: Greet, _| {
        let (count, ended) = (count.clone(), ended.clone());
        async move {
            count.fetch_add(1, Ordering::SeqCst);
            if job.number == 2 {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
            ended.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    });
    greet(&db, organisation, 1).await;
    greet(&db, organisation, 2).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let story = async {
        until(|| begun.load(Ordering::SeqCst) == 2).await;
        stop.send(()).unwrap();
        until(|| done.load(Ordering::SeqCst) == 1).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        db.clock.advance(15 * SECOND);
    };
    tokio::join!(jobs.run(async { drop(stopped.await) }), story);
    assert_eq!(jobs_left(&db).await, ["test.greet (queued)"], "at once, without waiting for a lease");
}

#[db_test]
async fn schedules_come_back_each_period_for_each_organisation(db: TestDb) {
    let owners = Arc::new(Mutex::new(vec![organisation(&db), organisation(&db)]));
    let (list, seen) = (owners.clone(), Seen::default());
    let record = seen.clone();
    let make = || {
        let (list, record) = (list.clone(), record.clone());
        Jobs::new(&db)
            .organisations(move || {
                let list = list.lock().unwrap().clone();
                async { Ok(list) }
            })
            .handle(move |_: Sweep, context: JobContext| {
                record.lock().unwrap().push(context.organisation);
                async { Ok(()) }
            })
    };
    let jobs = make().every_organisation(60 * SECOND, &Sweep);
    assert_eq!(jobs.run_pending().await.unwrap().done, 0);
    db.clock.advance(60 * SECOND);
    assert_eq!(jobs.run_pending().await.unwrap().done, 2);
    assert_eq!(jobs.run_pending().await.unwrap().done, 0);
    owners.lock().unwrap().push(organisation(&db));
    jobs.run_pending().await.unwrap();
    db.clock.advance(600 * SECOND);
    let again = make().every_organisation(60 * SECOND, &Sweep);
    assert_eq!(again.run_pending().await.unwrap().done, 3, "after a restart, missed ones come once");
    assert_eq!(seen.lock().unwrap().len(), 5);
}

#[db_test]
async fn a_schedule_of_the_installation_belongs_to_no_organisation(db: TestDb) {
    let jobs = Jobs::new(&db)
        .handle(async |_: Sweep, context: JobContext| {
            assert_eq!(context.organisation, jobs::installation());
            Ok(())
        })
        .every(60 * SECOND, &Sweep);
    jobs.run_pending().await.unwrap();
    db.clock.advance(60 * SECOND);
    assert_eq!(jobs.run_pending().await.unwrap(), Ran { done: 1, ..Ran::default() });
}

#[db_test]
async fn one_organisation_with_many_jobs_does_not_keep_another_waiting(db: TestDb) {
    let (many, few) = (organisation(&db), organisation(&db));
    let seen = Seen::default();
    let record = seen.clone();
    let jobs = Jobs::new(&db).at_once(2).handle(move |_: Greet, context: JobContext| {
        record.lock().unwrap().push(context.organisation);
        async { Ok(()) }
    });
    for number in 0..50 {
        greet(&db, many, number).await;
    }
    greet(&db, few, 1).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let story = async {
        until(|| seen.lock().unwrap().len() == 51).await;
        stop.send(()).unwrap();
    };
    tokio::join!(jobs.run(async { drop(stopped.await) }), story);
    let place = seen.lock().unwrap().iter().position(|organisation| *organisation == few);
    assert!(place.unwrap() < 5, "it came at place {place:?}");
}

#[db_test]
async fn a_job_without_a_handler_here_waits_and_does_not_hold_up_others(db: TestDb) {
    let organisation = organisation(&db);
    db.write(organisation, async |tx| jobs::enqueue(tx, &Sweep).await).await.unwrap();
    greet(&db, organisation, 1).await;
    let (jobs, seen) = recorder(&db);
    assert_eq!(jobs.run_pending().await.unwrap(), Ran { done: 1, again: 1, failed: 0 });
    assert_eq!(taken(&seen), [1]);
    assert_eq!(jobs_left(&db).await, ["test.sweep (queued)"]);
}

#[db_test]
async fn another_organisation_can_neither_see_nor_change_a_job(db: TestDb) {
    let (mine, theirs) = (organisation(&db), organisation(&db));
    let (jobs, _) = failing(&db, || Error::new(ErrorCode::Invalid, "no"));
    let id = greet(&db, mine, 1).await;
    jobs.run_pending().await.unwrap();
    assert!(jobs::failed(&mut db.read(theirs).await.unwrap(), 10).await.unwrap().is_empty());
    let retry = db.write(theirs, async move |tx| jobs::retry(tx, id).await).await;
    assert_eq!(retry.unwrap_err().code(), ErrorCode::NotFound);
    let discard = db.write(theirs, async move |tx| jobs::discard(tx, id).await).await;
    assert_eq!(discard.unwrap_err().code(), ErrorCode::NotFound);
    let at = db.env().now();
    let put = async |organisation| {
        let write = db.write(organisation, async move |tx| {
            jobs::enqueue_once(tx, &Greet { number: 1 }, "same key", at).await
        });
        write.await.unwrap()
    };
    assert!(put(mine).await && put(theirs).await, "a key of one is no key of the other");
    assert!(db.write(theirs, async |tx| jobs::cancel::<Greet>(tx, "same key").await).await.unwrap());
    assert_eq!(jobs_left(&db).await, ["test.greet (failed)", "test.greet (queued)"]);
}

async fn until(holds: impl Fn() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not happen within five seconds");
}
