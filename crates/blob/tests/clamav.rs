//! With a real clamd of Debian's package clamav-daemon, which gets a signature database of one line: the EICAR test
//! file, which is no virus and which every scanner calls one.

use base::{ErrorCode, OrganisationId, Result, Subject};
use blob::{Blobs, Limits, Scanner, Store, Stored};
use bytes::Bytes;
use db::testing::TestDb;
use db::{Migrations, db_test};
use futures::stream;
use jobs::Jobs;
use jobs::testing::assert_no_job_left;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use vault::Sealer;

const TEST_ROOMS: &[Migrations] = &[db::MIGRATIONS, jobs::MIGRATIONS, vault::MIGRATIONS];
const CLAMD: &str = "/usr/sbin/clamd";

/// In two parts, so that a scanner on a developer's machine leaves this file alone.
fn eicar() -> Vec<u8> {
    [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat().into_bytes()
}

/// A clamd that goes when it is dropped.
struct Clamd(Child, PathBuf);

impl Drop for Clamd {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Clamd {
    async fn start(folder: &Path, largest: &str) -> Option<Self> {
        if !Path::new(CLAMD).exists() {
            eprintln!(
                "SKIPPED: {CLAMD} is not there; install Debian's package clamav-daemon to run this test"
            );
            return None;
        }
        let signatures = folder.join("signatures");
        std::fs::create_dir_all(&signatures).unwrap();
        let text: String = eicar()
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect();
        std::fs::write(signatures.join("test.ndb"), format!("Eicar-Test-Signature:0:*:{text}\n")).unwrap();
        let socket = folder.join("clamd.sock");
        let config = folder.join("clamd.conf");
        let lines = format!(
            "LocalSocket {}\nDatabaseDirectory {}\nForeground yes\nStreamMaxLength {largest}\n\
             MaxThreads 2\nConcurrentDatabaseReload no\n",
            socket.display(),
            signatures.display(),
        );
        std::fs::write(&config, lines).unwrap();
        let child = Command::new(CLAMD)
            .arg("--config-file")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let clamd = Self(child, socket);
        for _ in 0..300 {
            if clamd.scanner().check().await.is_ok() {
                return Some(clamd);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("clamd did not start within thirty seconds");
    }

    fn scanner(&self) -> Scanner {
        Scanner::Unix(self.1.clone())
    }
}

struct Files {
    blobs: Blobs,
    organisation: OrganisationId,
    sealer: Sealer,
}

impl Files {
    async fn new(db: &TestDb, scanner: Scanner) -> Self {
        let vault = vault::testing::vault(db);
        let blobs = Blobs::open(db, &vault, Store::local(&db.folder().join("files")).unwrap(), Some(scanner));
        let organisation = db.env().new_id();
        let key = vault.new_key(organisation, Subject::Contact(db.env().new_id())).await.unwrap();
        let sealer = vault.sealer(organisation, key).await.unwrap();
        Self { blobs, organisation, sealer }
    }

    async fn put(&self, content: Vec<u8>) -> Result<Stored> {
        let content = stream::iter([Ok(Bytes::from(content))]);
        self.blobs.put(self.organisation, &self.sealer, "note.txt", content, &Limits::default()).await
    }

    /// Nothing of a refused file is on the disk, nor, soon, a job for it.
    async fn assert_nothing_left(&self, db: &TestDb) {
        assert!(is_empty(&db.folder().join("files")));
        db.clock.advance(Duration::from_hours(1));
        self.blobs.register(Jobs::new(db)).run_pending().await.unwrap();
        assert_no_job_left(db).await;
    }
}

/// Whether there are no files in a folder nor in those that it holds.
fn is_empty(folder: &Path) -> bool {
    let mut entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.all(|path| path.is_dir() && is_empty(&path))
}

#[db_test]
async fn a_clean_file_is_kept_and_an_infected_one_is_not(db: TestDb) {
    let Some(clamd) = Clamd::start(db.folder(), "25M").await else { return };
    let files = Files::new(&db, clamd.scanner()).await;
    let refused = files.put(eicar()).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Infected);
    let hidden = ["harmless text\n".repeat(20_000).into_bytes(), eicar()].concat();
    assert_eq!(files.put(hidden).await.unwrap_err().code(), ErrorCode::Infected);
    files.assert_nothing_left(&db).await;
    let clean = files.put(b"harmless text\n".repeat(20_000)).await.unwrap();
    assert!(clean.scanned);
    let read = files.blobs.read(files.organisation, clean.id).await.unwrap();
    assert_eq!(read, b"harmless text\n".repeat(20_000));
}

#[db_test]
async fn what_the_scanner_does_not_look_at_whole_is_not_kept(db: TestDb) {
    let Some(clamd) = Clamd::start(db.folder(), "100K").await else { return };
    let files = Files::new(&db, clamd.scanner()).await;
    let refused = files.put(b"harmless text\n".repeat(200_000)).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Unavailable);
    files.assert_nothing_left(&db).await;
}

#[db_test]
async fn nothing_is_accepted_while_the_scanner_is_away(db: TestDb) {
    let files = Files::new(&db, Scanner::Unix(db.folder().join("nobody"))).await;
    assert_eq!(files.put(b"harmless".to_vec()).await.unwrap_err().code(), ErrorCode::Unavailable);
    let files = Files::new(&db, Scanner::Tcp("127.0.0.1:1".into())).await;
    assert_eq!(files.put(b"harmless".to_vec()).await.unwrap_err().code(), ErrorCode::Unavailable);
    assert_no_job_left(&db).await;
}
