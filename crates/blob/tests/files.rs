//! What the rooms above rely on: an accepted file comes back byte for byte, a refused one leaves nothing, and no file
//! outlives its row.

use base::{BlobId, ErrorCode, OrganisationId, Result, Subject};
use blob::{Blobs, Limits, Store, Stored, keep, release};
use bytes::Bytes;
use db::testing::TestDb;
use db::{Migrations, db_test};
use futures::{StreamExt, TryStreamExt, stream};
use jobs::Jobs;
use jobs::testing::{assert_no_job_left, jobs_left};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use vault::{Sealer, Vault};

const TEST_ROOMS: &[Migrations] = &[db::MIGRATIONS, jobs::MIGRATIONS, vault::MIGRATIONS];
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

struct House {
    db: TestDb,
    vault: Vault,
    blobs: Blobs,
    jobs: Jobs,
    organisation: OrganisationId,
    owner: Subject,
    sealer: Sealer,
}

impl House {
    async fn new(db: TestDb) -> Self {
        let vault = vault::testing::vault(&db);
        let store = Store::local(&db.folder().join("files")).unwrap();
        let blobs = Blobs::open(&db, &vault, store, None);
        let jobs = blobs.register(Jobs::new(&db));
        let (organisation, owner) = (db.env().new_id(), Subject::Contact(db.env().new_id()));
        let key = vault.new_key(organisation, owner).await.unwrap();
        let sealer = vault.sealer(organisation, key).await.unwrap();
        Self { db, vault, blobs, jobs, organisation, owner, sealer }
    }

    async fn put(&self, name: &str, content: &[u8], limits: &Limits) -> Result<Stored> {
        let pieces: Vec<_> = content.chunks(1000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        self.blobs.put(self.organisation, &self.sealer, name, stream::iter(pieces), limits).await
    }

    async fn keep(&self, blob: BlobId) -> Result<()> {
        self.db.write(self.organisation, async move |tx| keep(tx, blob).await).await
    }

    fn files(&self) -> Vec<PathBuf> {
        files(&self.db.folder().join("files"))
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// A "PDF" of this many bytes, without repetition.
fn pdf(length: usize) -> Vec<u8> {
    let mut content = b"%PDF-1.7\n".to_vec();
    content
        .extend((0_u32..).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).take(length));
    content.truncate(length);
    content
}

#[db_test]
async fn a_file_comes_back_byte_for_byte_and_is_unreadable_on_the_disk(db: TestDb) {
    let house = House::new(db).await;
    for length in [9, 65_535, 65_536, 65_537, 131_072, 1_000_000] {
        let content = pdf(length);
        let stored = house.put("Rekening Jansen.pdf", &content, &Limits::default()).await.unwrap();
        assert_eq!((stored.size, stored.media_type), (length as u64, "application/pdf"));
        assert_eq!(stored.name, "Rekening Jansen.pdf");
        assert!(!stored.scanned);
        house.keep(stored.id).await.unwrap();
        assert_eq!(house.blobs.read(house.organisation, stored.id).await.unwrap(), content);
    }
    for file in house.files() {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(4).any(|window| window == b"%PDF"), "{}", file.display());
    }
    assert_no_job_left(&house.db).await;
}

#[db_test]
async fn what_is_too_large_empty_or_of_another_kind_is_refused_and_leaves_nothing(db: TestDb) {
    let house = House::new(db).await;
    let limits = Limits { bytes: 200_000, ..Limits::default() };
    let mut late = "just text\n".repeat(20_000).into_bytes();
    late.truncate(199_000);
    late.push(0);
    let refusals = [
        ("big.pdf", pdf(200_001), ErrorCode::TooLarge),
        ("empty.pdf", Vec::new(), ErrorCode::Invalid),
        ("program.pdf", b"MZ\x90\x00\x03\x00\x00\x00\x04".to_vec(), ErrorCode::UnsupportedType),
        ("page.txt", b"<html><script>alert(1)</script>".to_vec(), ErrorCode::UnsupportedType),
        ("no longer text.txt", late, ErrorCode::UnsupportedType),
    ];
    for (name, content, code) in refusals {
        assert_eq!(house.put(name, &content, &limits).await.unwrap_err().code(), code, "{name}");
    }
    assert_eq!(house.put("fits.pdf", &pdf(200_000), &limits).await.unwrap().size, 200_000);
    assert_eq!(house.files().len(), 1);
    house.db.clock.advance(HOUR);
    house.jobs.run_pending().await.unwrap();
    assert_eq!(house.files().len(), 1);
    assert_eq!(jobs_left(&house.db).await.len(), 1);
}

#[db_test]
async fn what_storage_kept_of_a_file_that_it_could_not_finish_goes_soon(db: TestDb) {
    let house = House::new(db).await;
    // A folder in the place of the file: the last step fails, after all content was written beside it.
    let obstacle = Arc::new(Mutex::new(PathBuf::new()));
    let (folder, made) = (house.db.folder().join("files"), obstacle.clone());
    let rest = async move {
        let half = files(&folder).pop().unwrap().display().to_string();
        let file = PathBuf::from(half.split_once('#').unwrap().0);
        std::fs::create_dir(&file).unwrap();
        *made.lock().unwrap() = file;
        Ok(Bytes::from_static(b"the rest"))
    };
    let content = stream::iter([Ok(Bytes::from(pdf(65_536)))]).chain(stream::once(rest));
    let limits = Limits::default();
    let put = house.blobs.put(house.organisation, &house.sealer, "x.pdf", content, &limits);
    assert_eq!(put.await.unwrap_err().code(), ErrorCode::Unavailable);
    assert_eq!(house.files().len(), 1, "what was written is still there");
    std::fs::remove_dir(&*obstacle.lock().unwrap()).unwrap();
    house.db.clock.advance(HOUR);
    house.jobs.run_pending().await.unwrap();
    assert_eq!(house.files(), Vec::<PathBuf>::new());
    assert_no_job_left(&house.db).await;
}

#[db_test]
async fn an_upload_that_breaks_off_leaves_nothing(db: TestDb) {
    let house = House::new(db).await;
    let limits = Limits::default();
    let broken = stream::iter(vec![Ok(Bytes::from(pdf(100_000))), Err(base::Error::unavailable("gone"))]);
    let put = house.blobs.put(house.organisation, &house.sealer, "x.pdf", broken, &limits);
    assert_eq!(put.await.unwrap_err().code(), ErrorCode::Unavailable);
    let endless = stream::iter(vec![Ok(Bytes::from(pdf(100_000)))]).chain(stream::pending());
    let put = house.blobs.put(house.organisation, &house.sealer, "x.pdf", endless, &limits);
    assert!(tokio::time::timeout(Duration::from_millis(200), put).await.is_err());
    house.db.clock.advance(DAY);
    house.jobs.run_pending().await.unwrap();
    assert_eq!(house.files(), Vec::<PathBuf>::new());
    assert_no_job_left(&house.db).await;
}

#[db_test]
async fn a_file_without_a_row_goes_after_a_day_and_can_then_no_longer_be_kept(db: TestDb) {
    let house = House::new(db).await;
    let loose = house.put("a.pdf", &pdf(10), &Limits::default()).await.unwrap().id;
    let kept = house.put("b.pdf", &pdf(10), &Limits::default()).await.unwrap().id;
    house.keep(kept).await.unwrap();
    assert_eq!(house.keep(kept).await.unwrap_err().code(), ErrorCode::Conflict, "one row for one file");
    house.db.clock.advance(DAY);
    assert_eq!(house.jobs.run_pending().await.unwrap().done, 1);
    assert_eq!(house.keep(loose).await.unwrap_err().code(), ErrorCode::Conflict);
    assert!(house.blobs.read(house.organisation, loose).await.is_err());
    assert_eq!(house.blobs.read(house.organisation, kept).await.unwrap(), pdf(10));
}

#[db_test]
async fn a_crash_while_writing_leaves_a_file_that_goes_too(db: TestDb) {
    let house = House::new(db).await;
    let stored = house.put("a.pdf", &pdf(10), &Limits::default()).await.unwrap();
    let file = house.files().pop().unwrap();
    let half = PathBuf::from(format!("{}#1", file.display()));
    std::fs::rename(&file, &half).unwrap();
    house.db.clock.advance(DAY);
    house.jobs.run_pending().await.unwrap();
    assert_eq!(house.files(), Vec::<PathBuf>::new());
    assert_eq!(
        house.blobs.read(house.organisation, stored.id).await.unwrap_err().code(),
        ErrorCode::NotFound
    );
}

#[db_test]
async fn a_released_file_goes_and_a_refused_release_keeps_it(db: TestDb) {
    let house = House::new(db).await;
    let blob = house.put("a.pdf", &pdf(10), &Limits::default()).await.unwrap().id;
    house.keep(blob).await.unwrap();
    let refused = house.db.write(house.organisation, async move |tx| {
        release(tx, blob).await?;
        Err::<(), _>(base::Error::conflict("no"))
    });
    refused.await.unwrap_err();
    house.jobs.run_pending().await.unwrap();
    assert_eq!(house.files().len(), 1);
    house.db.write(house.organisation, async move |tx| release(tx, blob).await).await.unwrap();
    house.jobs.run_pending().await.unwrap();
    assert_eq!(house.files().len(), 0);
}

#[db_test]
async fn a_file_is_unreadable_when_its_subject_was_erased(db: TestDb) {
    let house = House::new(db).await;
    let blob = house.put("a.pdf", &pdf(10), &Limits::default()).await.unwrap().id;
    house.vault.destroy(house.organisation, house.owner).await.unwrap();
    let gone = house.blobs.get(house.organisation, blob).await.err().unwrap();
    assert_eq!(gone.code(), ErrorCode::Erased);
}

#[db_test]
async fn another_organisation_can_neither_read_nor_keep_nor_release_a_file(db: TestDb) {
    let house = House::new(db).await;
    let other: OrganisationId = house.db.env().new_id();
    let blob = house.put("a.pdf", &pdf(10), &Limits::default()).await.unwrap().id;
    assert_eq!(house.blobs.read(other, blob).await.unwrap_err().code(), ErrorCode::NotFound);
    let keep = house.db.write(other, async move |tx| keep(tx, blob).await).await;
    assert_eq!(keep.unwrap_err().code(), ErrorCode::Conflict);
    house.keep(blob).await.unwrap();
    house.db.write(other, async move |tx| release(tx, blob).await).await.unwrap();
    house.jobs.run_pending().await.unwrap();
    assert_eq!(house.blobs.read(house.organisation, blob).await.unwrap(), pdf(10));

    // Even with the file itself carried over, nothing opens.
    let file = house.files().pop().unwrap();
    let text = file.display().to_string().replace(&house.organisation.to_string(), &other.to_string());
    std::fs::create_dir_all(Path::new(&text).parent().unwrap()).unwrap();
    std::fs::copy(&file, &text).unwrap();
    assert!(house.blobs.read(other, blob).await.is_err());
}

#[db_test]
async fn damage_on_the_disk_is_noticed(db: TestDb) {
    let house = House::new(db).await;
    let one = house.put("a.pdf", &pdf(200_000), &Limits::default()).await.unwrap().id;
    let file = house.files().pop().unwrap();
    let good = std::fs::read(&file).unwrap();
    let frame = 4 + u32::from_be_bytes(good[..4].try_into().unwrap()) as usize;
    let mut flipped = good.clone();
    flipped[100_000] ^= 1;
    let cut = good[..frame].to_vec();
    let swapped = [&good[frame..2 * frame], &good[..frame], &good[2 * frame..]].concat();
    for damaged in [flipped, cut, swapped, Vec::new()] {
        std::fs::write(&file, damaged).unwrap();
        let read = house.blobs.read(house.organisation, one).await;
        assert_eq!(read.unwrap_err().code(), ErrorCode::Internal);
    }
    std::fs::write(&file, good).unwrap();
    let pieces: Vec<Bytes> =
        house.blobs.get(house.organisation, one).await.unwrap().try_collect().await.unwrap();
    assert_eq!(pieces.concat(), pdf(200_000));
}
