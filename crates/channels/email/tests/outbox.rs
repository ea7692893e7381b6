//! What the rooms above rely on: a letter in the outbox reaches the mail server once, whatever breaks in between, or is
//! visibly given up.

use base::{ContactId, ErrorCode, JournalEntry, MailId, OrganisationId, Position, Subject};
use db::testing::TestDb;
use db::{Db, Migrations, args, db_test, journal, sql};
use email::mailbox::{Fault, Mailbox};
use email::{Author, Config, Email, Letter, Mail, Security, State, actions};
use jobs::Jobs;
use jobs::testing::assert_no_job_left;
use std::time::Duration;
use vault::{InstallationKey, Sealer, Vault};

const TEST_ROOMS: &[Migrations] = &[db::MIGRATIONS, jobs::MIGRATIONS, vault::MIGRATIONS, email::MIGRATIONS];
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const LONGER_THAN_A_LEASE: Duration = Duration::from_mins(1);
const A_MOMENT: Duration = Duration::from_millis(10);

struct House {
    db: TestDb,
    key: InstallationKey,
    vault: Vault,
    mailbox: Mailbox,
    jobs: Jobs,
    organisation: OrganisationId,
    contact: ContactId,
    sealer: Sealer,
}

fn letter() -> Letter {
    Letter {
        to: "fatma@example.nl".into(),
        sender: "Gemeente Lindedam".into(),
        reply_to: Some("klantcontact@lindedam.example".into()),
        subject: "Uw gesprek – één kopie".into(),
        text: "Beste Fatma,\n\nHier is uw gesprek.\n.\n..\nGroet, https://lindedam.example".into(),
        language: "nl".parse().unwrap(),
        author: Author::Machine,
    }
}

impl House {
    async fn new(db: TestDb) -> Self {
        let mailbox = Mailbox::start("127.0.0.1:0".parse().unwrap(), 10).await.unwrap();
        let port = mailbox.address().port();
        Self::with(db, mailbox, port).await
    }

    async fn with(db: TestDb, mailbox: Mailbox, port: u16) -> Self {
        let config = config(port);
        let key = InstallationKey::generate(db.env());
        let vault = Vault::open(db.clone(), &key);
        let jobs = Email::new(&db, &vault, Some(&config)).unwrap().register(Jobs::new(&db));
        let (organisation, contact) = (db.env().new_id(), db.env().new_id());
        let subject_key = vault.new_key(organisation, Subject::Contact(contact)).await.unwrap();
        let sealer = vault.sealer(organisation, subject_key).await.unwrap();
        Self { db, key, vault, mailbox, jobs, organisation, contact, sealer }
    }

    async fn queue(&self, letter: Letter) -> MailId {
        let mail = letter.seal(self.db.env().new_id(), Some(self.contact), &self.sealer).unwrap();
        self.db.write(self.organisation, async move |tx| actions::queue(tx, mail).await).await.unwrap()
    }

    async fn mail(&self, id: MailId) -> Mail {
        email::mail(&mut self.db.read(self.organisation).await.unwrap(), id).await.unwrap().unwrap()
    }

    async fn events(&self) -> Vec<String> {
        let mut conn = self.db.read(self.organisation).await.unwrap();
        let entries = journal::after(&mut conn, Position(0), 100).await.unwrap();
        entries.into_iter().map(|JournalEntry { kind, .. }| kind).collect()
    }

    async fn arrival(&self) {
        self.mailbox.arrivals().wait_for(|arrived| *arrived > 0).await.unwrap();
    }

    /// Takes the table of mails away, as if the database were.
    async fn take_away(&self) {
        let statement = sql!(global "ALTER TABLE outgoing_mails RENAME TO away");
        self.db.write_global(async move |tx| tx.execute(statement, vec![]).await).await.unwrap();
    }

    async fn bring_back(&self) {
        let statement = sql!(global "ALTER TABLE away RENAME TO outgoing_mails");
        self.db.write_global(async move |tx| tx.execute(statement, vec![]).await).await.unwrap();
    }

    /// Until the job of a mail has been taken once more.
    async fn second_attempt(&self) {
        let again =
            sql!("SELECT id FROM jobs WHERE organisation_id = $1 AND state = 'running' AND attempt = 2");
        loop {
            let mut conn = self.db.read(self.organisation).await.unwrap();
            if conn.optional(again, args![self.organisation]).await.unwrap().is_some() {
                return;
            }
            drop(conn);
            self.a_moment().await;
        }
    }

    async fn wait_until_sent(&self, id: MailId) {
        while self.mail(id).await.state != State::Sent {
            self.a_moment().await;
        }
    }

    /// A second for the house, and a moment for the test.
    async fn a_moment(&self) {
        self.db.clock.advance(Duration::from_secs(1));
        tokio::time::sleep(A_MOMENT).await;
    }

    /// Runs jobs in a runtime of their own and drops it after a while, with all that its tasks were doing and knew:
    /// that is what a kill does. Tells whether it came before the end.
    async fn run_and_kill(&self, after: Duration) -> bool {
        let (options, env) = (self.db.options.clone(), self.db.env().clone());
        let (key, config) = (self.key.clone(), config(self.mailbox.address().port()));
        let life = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let killed = runtime.block_on(async {
                let db = Db::open(&options, env).await.unwrap();
                let email = Email::new(&db, &Vault::open(db.clone(), &key), Some(&config)).unwrap();
                let jobs = email.register(Jobs::new(&db));
                tokio::time::timeout(after, jobs.run_pending()).await.is_err()
            });
            runtime.shutdown_background();
            killed
        };
        tokio::task::spawn_blocking(life).await.unwrap()
    }

    /// Runs jobs until the story has ended, which it must within a minute.
    async fn run_during(&self, story: impl Future<Output = ()>) {
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let story = async {
            tokio::time::timeout(Duration::from_mins(1), story).await.expect("the story ends");
            stop.send(()).unwrap();
        };
        tokio::join!(Box::pin(self.jobs.run(async { drop(stopped.await) })), Box::pin(story));
    }

    /// Deliveries until nothing is left, with the waits between them.
    async fn deliver_at_last(&self) {
        for _ in 0..60 {
            self.jobs.run_pending().await.unwrap();
            self.db.clock.advance(HOUR);
        }
        assert_no_job_left(&self.db).await;
    }
}

#[db_test]
async fn a_letter_arrives_as_it_was_written_and_is_then_forgotten(db: TestDb) {
    let house = House::new(db).await;
    let id = house.queue(letter()).await;
    assert_eq!(house.mail(id).await.state, State::Queued);
    house.jobs.run_pending().await.unwrap();
    let [arrived] = house.mailbox.letters().try_into().unwrap();
    assert_eq!(arrived.to, ["fatma@example.nl"]);
    assert_eq!(arrived.from, "Gemeente Lindedam <noreply@lindedam.example>");
    assert_eq!(arrived.subject, letter().subject);
    assert_eq!(arrived.text.replace("\r\n", "\n").trim_end(), letter().text);
    assert!(arrived.html.contains("<a href=\"https://lindedam.example\">"));
    assert_eq!(arrived.message_id, format!("{id}@lindedam.example"));
    assert!(arrived.raw.contains("Reply-To: klantcontact@lindedam.example"));
    assert!(arrived.raw.contains("Auto-Submitted: auto-generated"));
    assert_eq!(house.mail(id).await.state, State::Sent);
    assert_eq!(house.events().await, ["email.sent"]);
    assert_no_job_left(&house.db).await;

    let organisation = house.organisation;
    let mut conn = house.db.read(organisation).await.unwrap();
    let empty = sql!(
        "SELECT id FROM outgoing_mails WHERE organisation_id = $1 AND subject_sealed IS NULL AND body_sealed IS NULL"
    );
    assert_eq!(conn.all(empty, args![organisation]).await.unwrap().len(), 1);
}

#[db_test]
async fn nothing_personal_stands_in_the_database_in_plain(db: TestDb) {
    let house = House::new(db).await;
    house.queue(letter()).await;
    let organisation = house.organisation;
    let mut conn = house.db.read(organisation).await.unwrap();
    let rows = conn
        .all(
            sql!("SELECT recipient_sealed, subject_sealed, body_sealed FROM outgoing_mails WHERE organisation_id = $1"),
            args![organisation],
        )
        .await
        .unwrap();
    for column in ["recipient_sealed", "subject_sealed", "body_sealed"] {
        let bytes: Vec<u8> = rows[0].get(column).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("atma") && !text.contains("gesprek"), "{column}");
    }
}

#[db_test]
async fn a_refusal_for_now_is_tried_again_and_one_for_good_is_given_up(db: TestDb) {
    let house = House::new(db).await;
    let id = house.queue(letter()).await;
    house.mailbox.fault(Fault::AtRecipient("451 4.7.1 greylisted, come back".into()));
    house.mailbox.fault(Fault::AtContent("452 4.3.1 full".into()));
    house.jobs.run_pending().await.unwrap();
    let waits = house.mail(id).await;
    assert_eq!(
        (waits.state, waits.error.as_deref(), waits.reply_code),
        (State::Queued, Some("later"), Some(451))
    );
    house.deliver_at_last().await;
    assert_eq!(house.mail(id).await.state, State::Sent);
    assert_eq!(house.mailbox.letters()[0].times, 1);

    let refused = house.queue(letter()).await;
    house.mailbox.fault(Fault::AtRecipient("550 5.1.1 no such fatma@example.nl".into()));
    house.jobs.run_pending().await.unwrap();
    let failed = house.mail(refused).await;
    assert_eq!(
        (failed.state, failed.error.as_deref(), failed.reply_code),
        (State::Failed, Some("refused"), Some(550))
    );
    assert_no_job_left(&house.db).await;
    assert_eq!(house.events().await, ["email.sent", "email.failed"]);

    let organisation = house.organisation;
    house.db.write(organisation, async move |tx| actions::retry(tx, refused).await).await.unwrap();
    house.jobs.run_pending().await.unwrap();
    assert_eq!(house.mail(refused).await.state, State::Sent);
}

#[db_test]
async fn a_server_that_stays_away_is_given_up_after_more_than_a_day(db: TestDb) {
    let mailbox = Mailbox::start("127.0.0.1:0".parse().unwrap(), 10).await.unwrap();
    let house = House::with(db, mailbox, 1).await;
    let id = house.queue(letter()).await;
    for _ in 0..26 {
        house.jobs.run_pending().await.unwrap();
        house.db.clock.advance(HOUR);
    }
    let waits = house.mail(id).await;
    assert_eq!((waits.state, waits.error.as_deref()), (State::Queued, Some("unreachable")));
    house.deliver_at_last().await;
    let failed = house.mail(id).await;
    assert_eq!((failed.state, failed.error.as_deref()), (State::Failed, Some("unreachable")));
}

#[db_test]
async fn a_line_that_breaks_before_the_answer_gives_one_repeat_with_the_same_message_id(db: TestDb) {
    let house = House::new(db).await;
    let id = house.queue(letter()).await;
    house.mailbox.fault(Fault::AfterContent);
    house.jobs.run_pending().await.unwrap();
    assert_eq!(house.mail(id).await.state, State::Sending, "nobody knows");
    // A refusal of the repeat leaves it unknown what became of the first.
    house.mailbox.fault(Fault::AtRecipient("451 4.7.1 later".into()));
    house.db.clock.advance(HOUR);
    house.jobs.run_pending().await.unwrap();
    assert_eq!(house.mail(id).await.state, State::Sending);
    house.deliver_at_last().await;
    assert_eq!(house.mail(id).await.state, State::Sent);
    let [arrived] = house.mailbox.letters().try_into().unwrap();
    assert_eq!(arrived.times, 2);
}

#[db_test]
async fn a_letter_that_was_taken_while_the_database_was_away_is_not_sent_again(db: TestDb) {
    let house = House::new(db).await;
    let id = house.queue(letter()).await;
    house.mailbox.fault(Fault::HeldAnswer);
    let story = async {
        house.arrival().await;
        house.take_away().await;
        house.mailbox.let_answer();
        for _ in 0..LONGER_THAN_A_LEASE.as_secs() {
            house.a_moment().await;
        }
        house.bring_back().await;
        house.wait_until_sent(id).await;
    };
    Box::pin(house.run_during(story)).await;
    assert_eq!(house.mailbox.letters()[0].times, 1);
    assert_eq!(house.events().await, ["email.sent"]);
}

#[db_test]
async fn a_server_that_answers_after_the_lease_was_lost_is_not_given_the_letter_again(db: TestDb) {
    let house = House::new(db).await;
    let id = house.queue(letter()).await;
    house.mailbox.fault(Fault::HeldAnswer);
    let story = async {
        house.arrival().await;
        house.db.clock.advance(LONGER_THAN_A_LEASE);
        house.second_attempt().await;
        house.mailbox.let_answer();
        house.wait_until_sent(id).await;
    };
    Box::pin(house.run_during(story)).await;
    assert_eq!(house.mailbox.letters()[0].times, 1);
    assert_no_job_left(&house.db).await;
}

#[db_test]
async fn a_letter_is_never_sent_a_third_time(db: TestDb) {
    let house = House::new(db).await;
    let id = house.queue(letter()).await;
    for _ in 0..5 {
        house.mailbox.fault(Fault::AfterContent);
    }
    house.deliver_at_last().await;
    let failed = house.mail(id).await;
    assert_eq!((failed.state, failed.error.as_deref()), (State::Failed, Some("outcome_unknown")));
    assert_eq!(house.mailbox.letters()[0].times, 2);
}

#[db_test]
async fn a_program_that_dies_at_any_moment_delivers_once_or_twice_and_never_loses(db: TestDb) {
    let house = House::new(db).await;
    let mut arrivals = house.mailbox.arrivals();
    for wait in [0, 1, 2, 4, 8, 16, 32, 64] {
        let id = house.queue(letter()).await;
        let died = house.run_and_kill(Duration::from_millis(wait)).await;
        // What was handed to the database or the line before the kill still gets there.
        tokio::time::sleep(Duration::from_millis(100)).await;
        for _ in 0..4 {
            house.jobs.run_pending().await.unwrap();
            house.db.clock.advance(Duration::from_secs(31));
        }
        assert_eq!(house.mail(id).await.state, State::Sent, "after {wait} ms; died: {died}");
        let wanted = format!("{id}@lindedam.example");
        let letters = house.mailbox.letters();
        let times = letters.iter().find(|letter| letter.message_id == wanted).unwrap().times;
        assert!((1..=2).contains(&times), "after {wait} ms it arrived {times} times");
    }
    assert!(*arrivals.borrow_and_update() >= 8);
    assert_no_job_left(&house.db).await;
}

fn config(port: u16) -> Config {
    Config {
        host: "127.0.0.1".into(),
        port: Some(port),
        security: Security::Plain,
        from: "noreply@lindedam.example".into(),
        ..Config::default()
    }
}

#[db_test]
async fn an_erased_letter_is_not_sent(db: TestDb) {
    let house = House::new(db).await;
    let id = house.queue(letter()).await;
    house.vault.destroy(house.organisation, Subject::Contact(house.contact)).await.unwrap();
    house.jobs.run_pending().await.unwrap();
    assert_eq!(house.mail(id).await.error.as_deref(), Some("erased"));
    assert!(house.mailbox.letters().is_empty());
    assert_no_job_left(&house.db).await;
}

#[db_test]
async fn without_a_server_a_letter_is_given_up_and_screens_can_know_before(db: TestDb) {
    let house = House::new(db).await;
    let none = Email::new(&house.db, &house.vault, None).unwrap();
    assert!(!none.can_send());
    let id = house.queue(letter()).await;
    none.register(Jobs::new(&house.db)).run_pending().await.unwrap();
    assert_eq!(house.mail(id).await.error.as_deref(), Some("not_configured"));
}

#[db_test]
async fn mails_of_a_month_ago_are_forgotten_and_ones_without_a_job_are_given_up(db: TestDb) {
    let house = House::new(db).await;
    let organisation = house.organisation;
    let jobs = Email::new(&house.db, &house.vault, Some(&config(house.mailbox.address().port())))
        .unwrap()
        .register(Jobs::new(&house.db));
    let jobs = jobs.organisations(move || async move { Ok(vec![organisation]) });
    let old = house.queue(letter()).await;
    jobs.run_pending().await.unwrap();
    house.db.clock.advance(31 * DAY);
    jobs.run_pending().await.unwrap();
    let gone = email::mail(&mut house.db.read(organisation).await.unwrap(), old).await.unwrap();
    assert_eq!(gone, None);

    let lost = house.queue(letter()).await;
    let drop_job = sql!("DELETE FROM jobs WHERE organisation_id = $1 AND kind = 'email.deliver'");
    house
        .db
        .write(organisation, async move |tx| tx.execute(drop_job, args![organisation]).await)
        .await
        .unwrap();
    house.db.clock.advance(6 * DAY);
    jobs.run_pending().await.unwrap();
    assert_eq!(house.mail(lost).await.error.as_deref(), Some("given_up"));
}

#[db_test]
async fn another_organisation_can_neither_see_nor_resend_a_mail(db: TestDb) {
    let house = House::new(db).await;
    let other: OrganisationId = house.db.env().new_id();
    let id = house.queue(letter()).await;
    house.mailbox.fault(Fault::AtRecipient("550 5.1.1 no".into()));
    house.jobs.run_pending().await.unwrap();
    let contact = house.contact;
    let mut conn = house.db.read(other).await.unwrap();
    assert_eq!(email::mail(&mut conn, id).await.unwrap(), None);
    assert!(email::mails_of(&mut conn, contact).await.unwrap().is_empty());
    let retry = house.db.write(other, async move |tx| actions::retry(tx, id).await).await;
    assert_eq!(retry.unwrap_err().code(), ErrorCode::NotFound);
    let mut conn = house.db.read(house.organisation).await.unwrap();
    assert_eq!(email::mails_of(&mut conn, contact).await.unwrap().len(), 1);
}
