//! Storing and reading files.

use crate::kind::{COMMON_TYPES, is_text, sniff};
use crate::scanner::{Scan, Scanner};
use crate::sweep::{DropBlob, SETTLES, WAITS};
use crate::{clean_name, frame};
use base::{BlobId, Error, ErrorCode, OrganisationId, Result};
use bytes::{Bytes, BytesMut};
use db::Db;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use std::fmt;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use vault::{Sealer, Vault};

/// The content of a file, piece by piece.
pub type Content = BoxStream<'static, Result<Bytes>>;

/// Parts that are on their way to storage at the same time.
const IN_FLIGHT: usize = 2;

/// What is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest file.
    pub bytes: u64,
    /// The media types.
    pub types: Vec<String>,
}

impl Default for Limits {
    /// Twenty megabytes of what people commonly send.
    fn default() -> Self {
        Self { bytes: 20_000_000, types: COMMON_TYPES.iter().map(|&kind| kind.to_owned()).collect() }
    }
}

/// A file that was stored. It is deleted within a day unless [`keep`](crate::keep) is called for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub id: BlobId,
    /// Its name, cleaned. Personal: seal it.
    pub name: String,
    /// What its bytes are.
    pub media_type: &'static str,
    /// How many bytes the file has.
    pub size: u64,
    /// Whether a virus scanner has looked at it.
    pub scanned: bool,
}

/// Files of all organisations. Cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    db: Db,
    vault: Vault,
    store: Store,
    scanner: Option<Scanner>,
}

impl fmt::Debug for Blobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blobs({})", self.store.objects)
    }
}

/// Where files are kept.
#[derive(Clone, Debug)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    folder: Option<PathBuf>,
}

impl Store {
    /// A folder, which is made if it is not there. What it acknowledges is on the disk.
    pub fn local(folder: &std::path::Path) -> Result<Self> {
        let wrong = |source: Box<dyn std::error::Error + Send + Sync>| {
            Error::invalid("blob.folder", "name a folder that Balie may make and write in")
                .with_source(source)
        };
        std::fs::create_dir_all(folder).map_err(|error| wrong(error.into()))?;
        let objects = LocalFileSystem::new_with_prefix(folder).map_err(|error| wrong(error.into()))?;
        Ok(Self { objects: Arc::new(objects.with_fsync(true)), folder: Some(folder.to_owned()) })
    }

    /// Any other storage that `object_store` speaks with.
    pub fn other(objects: Arc<dyn ObjectStore>) -> Self {
        Self { objects, folder: None }
    }

    /// Removes what a crash left of files that were half written: beside the file, with `#` and a number.
    async fn delete_half_written(&self, place: &Path) -> std::io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let file = folder.join(place.as_ref());
        let (Some(parent), Some(name)) = (file.parent(), place.filename()) else { return Ok(()) };
        let half = format!("{name}#");
        let mut entries = match tokio::fs::read_dir(parent).await {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        while let Some(entry) = entries.next_entry().await? {
            if entry.file_name().to_string_lossy().starts_with(&half) {
                tokio::fs::remove_file(entry.path()).await?;
            }
        }
        Ok(())
    }
}

impl Blobs {
    /// Files in this storage, scanned by this scanner if there is one.
    pub fn open(db: &Db, vault: &Vault, store: Store, scanner: Option<Scanner>) -> Self {
        Self { db: db.clone(), vault: vault.clone(), store, scanner }
    }

    /// Checks, seals and stores a file. It never holds more than a few pieces of it.
    pub async fn put(
        &self,
        organisation: OrganisationId,
        sealer: &Sealer,
        name: &str,
        content: impl Stream<Item = Result<Bytes>> + Send,
        limits: &Limits,
    ) -> Result<Stored> {
        let mut content = pin!(Pieces::new(content, limits.bytes).into_stream());
        let head = content
            .try_next()
            .await?
            .ok_or_else(|| Error::invalid("file", "This file is empty; choose another."))?;
        let media_type = sniff(&head, name);
        if !limits.types.iter().any(|accepted| accepted == media_type) {
            return Err(unsupported());
        }
        let checks = Checks { text: media_type.starts_with("text/"), scan: self.begin_scan().await? };
        let blob: BlobId = self.db.env().new_id();
        let due = self.db.env().now() + WAITS;
        self.db.write(organisation, async move |tx| DropBlob::at(tx, blob, due).await).await?;
        let content = futures::stream::iter([Ok(head)]).chain(content);
        match self.write(&place(organisation, blob), blob, sealer, content, checks).await {
            Ok(size) => {
                let name = clean_name(name, media_type);
                Ok(Stored { id: blob, name, media_type, size, scanned: self.scanner.is_some() })
            }
            Err(error) => {
                let soon = self.db.env().now() + SETTLES;
                // If this fails too, what was stored goes when the job was due anyway.
                let _ = self.db.write(organisation, async move |tx| DropBlob::at(tx, blob, soon).await).await;
                Err(error)
            }
        }
    }

    async fn begin_scan(&self) -> Result<Option<Scan>> {
        match &self.scanner {
            Some(scanner) => scanner.scan().await.map(Some),
            None => Ok(None),
        }
    }

    async fn write(
        &self,
        place: &Path,
        blob: BlobId,
        sealer: &Sealer,
        content: impl Stream<Item = Result<Bytes>> + Send,
        checks: Checks,
    ) -> Result<u64> {
        let mut scan = checks.scan;
        let mut upload = WriteMultipart::new(self.store.objects.put_multipart(place).await.map_err(storage)?);
        let passed = pass(&mut upload, blob, sealer, content, checks.text, scan.as_mut()).await;
        let verdict = match (passed, scan) {
            (Ok(size), Some(scan)) => scan.verdict().await.map(|()| size),
            (passed, _) => passed,
        };
        match verdict {
            Ok(size) => {
                upload.finish().await.map_err(storage)?;
                Ok(size)
            }
            Err(error) => {
                if let Err(error) = upload.abort().await {
                    tracing::warn!(?error, "what was stored of a refused file could not be removed");
                }
                Err(error)
            }
        }
    }

    /// The content of a file. Its first piece has been read and opened when this returns, so what is missing or
    /// erased is known before an answer begins.
    pub async fn get(&self, organisation: OrganisationId, blob: BlobId) -> Result<Content> {
        let stored = self.store.objects.get(&place(organisation, blob)).await.map_err(storage)?;
        let reader = Reader {
            vault: self.vault.clone(),
            organisation,
            blob,
            stored: stored.into_stream(),
            read: BytesMut::new(),
            index: 0,
            ended: false,
        };
        let mut content = futures::stream::try_unfold(reader, Reader::next).boxed();
        let first = content.try_next().await?;
        Ok(futures::stream::iter(first.map(Ok)).chain(content).boxed())
    }

    /// The whole content of a file, for those that are known to be small.
    pub async fn read(&self, organisation: OrganisationId, blob: BlobId) -> Result<Vec<u8>> {
        let content = self.get(organisation, blob).await?;
        content
            .try_fold(Vec::new(), async |mut all, piece| {
                all.extend(piece);
                Ok(all)
            })
            .await
    }

    /// Deletes a file now. One that is not there is no error. Rooms call [`release`](crate::release) instead.
    pub async fn delete(&self, organisation: OrganisationId, blob: BlobId) -> Result<()> {
        let place = place(organisation, blob);
        self.store.delete_half_written(&place).await.map_err(away)?;
        match self.store.objects.delete(&place).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(storage(error)),
        }
    }
}

/// What is looked at while a file passes.
struct Checks {
    text: bool,
    scan: Option<Scan>,
}

/// Seals the pieces and sends them to storage and to the scanner; tells the size of the file.
async fn pass(
    upload: &mut WriteMultipart,
    blob: BlobId,
    sealer: &Sealer,
    content: impl Stream<Item = Result<Bytes>> + Send,
    text: bool,
    mut scan: Option<&mut Scan>,
) -> Result<u64> {
    let mut content = pin!(content.peekable());
    let (mut index, mut size) = (0_u32, 0_u64);
    while let Some(piece) = content.try_next().await? {
        if text && !is_text(&piece) {
            return Err(unsupported());
        }
        if let Some(scan) = scan.as_mut() {
            scan.push(&piece).await?;
        }
        let last = content.as_mut().peek().await.is_none();
        let sealed = sealer.seal(frame::CONTEXT, &frame::wrap(blob, index, last, &piece))?;
        upload.wait_for_capacity(IN_FLIGHT).await.map_err(storage)?;
        upload.put(frame::frame(&sealed)?.into());
        size += piece.len() as u64;
        index += 1;
    }
    Ok(size)
}

/// Cuts a stream in pieces of one size, the last one smaller, and stops it at the limit.
struct Pieces<S> {
    content: std::pin::Pin<Box<S>>,
    waiting: BytesMut,
    left: u64,
    limit: u64,
}

impl<S: Stream<Item = Result<Bytes>>> Pieces<S> {
    fn new(content: S, limit: u64) -> Self {
        Self { content: Box::pin(content), waiting: BytesMut::new(), left: limit, limit }
    }

    fn into_stream(self) -> impl Stream<Item = Result<Bytes>> {
        futures::stream::try_unfold(self, Self::next)
    }

    async fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        while self.waiting.len() < frame::PIECE {
            let Some(more) = self.content.try_next().await? else { break };
            let length = more.len() as u64;
            self.left = self.left.checked_sub(length).ok_or_else(|| too_large(self.limit))?;
            self.waiting.extend_from_slice(&more);
        }
        if self.waiting.is_empty() {
            return Ok(None);
        }
        let piece = self.waiting.split_to(self.waiting.len().min(frame::PIECE)).freeze();
        Ok(Some((piece, self)))
    }
}

/// Reads frames and opens them.
struct Reader {
    vault: Vault,
    organisation: OrganisationId,
    blob: BlobId,
    stored: BoxStream<'static, object_store::Result<Bytes>>,
    read: BytesMut,
    index: u32,
    ended: bool,
}

impl Reader {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        if self.ended {
            return Ok(None);
        }
        loop {
            if let Some((sealed, length)) = frame::first(&self.read)? {
                let piece = self.vault.open_sealed(self.organisation, frame::CONTEXT, sealed).await?;
                let (content, last) = frame::unwrap(self.blob, self.index, piece)?;
                drop(self.read.split_to(length));
                self.index += 1;
                self.ended = last;
                return Ok(Some((content.into(), self)));
            }
            match self.stored.try_next().await.map_err(storage)? {
                Some(more) => self.read.extend_from_slice(&more),
                None => return Err(frame::damaged()),
            }
        }
    }
}

/// `organisation/xy/blob`, with the last two letters of the id, so that no folder grows too large.
fn place(organisation: OrganisationId, blob: BlobId) -> Path {
    let blob = blob.to_string();
    let fan = blob[blob.len() - 2..].to_owned();
    Path::from_iter([organisation.to_string(), fan, blob])
}

fn unsupported() -> Error {
    let detail =
        "This kind of file is not accepted here. Send a picture, a PDF, an office document or plain text.";
    Error::new(ErrorCode::UnsupportedType, detail)
}

fn too_large(limit: u64) -> Error {
    let detail = format!("This file is larger than {} MB. Send a smaller one.", limit / 1_000_000);
    Error::new(ErrorCode::TooLarge, detail)
}

fn storage(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { .. } => Error::not_found("file"),
        error => away(error),
    }
}

fn away(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::unavailable("The storage of files does not answer. Nothing was stored; try again in a moment.")
        .with_source(source)
}
