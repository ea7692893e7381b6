//! The power is cut under load: what the program wrote and did not sync is gone. What was acknowledged is there all the
//! same; and with a SQLite that does not sync it is not, so the test can see it.

use crate::kill::{UnderLoad, kills};
use crate::play::{Program, Started};
use db::Engine;
use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A disk that forgets what was not synced.
struct Disk {
    folder: TempDir,
}

impl Disk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let disk = Self { folder };
        fs::create_dir(disk.undo()).expect("a folder for what is kept");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/story/power/shim.c");
        let compiler =
            Command::new("cc").args(["-O1", "-shared", "-fPIC", "-o"]).arg(disk.shim()).arg(source).status();
        assert!(compiler.expect("a C compiler").success(), "the shim compiles");
        disk
    }

    fn shim(&self) -> PathBuf {
        self.folder.path().join("shim.so")
    }

    fn undo(&self) -> PathBuf {
        self.folder.path().join("undo")
    }

    /// What a shell runs before it starts a program on this disk.
    fn mount(&self) -> String {
        format!("export POWER_UNDO={} LD_PRELOAD={}", self.undo().display(), self.shim().display())
    }

    /// Puts back, in all files of a folder, what was there at their last sync.
    fn cut(&self, data: &Path) -> usize {
        let mut files = HashMap::new();
        by_inode(data, &mut files);
        let mut undone = 0;
        for kept in fs::read_dir(self.undo()).expect("what was kept") {
            let kept = kept.expect("an entry").path();
            let inode =
                kept.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<u64>().ok());
            if let Some(file) = inode.and_then(|inode| files.get(&inode)) {
                undone += undo(file, &fs::read(&kept).expect("what was kept"));
            }
            fs::remove_file(kept).expect("it is used once");
        }
        undone
    }
}

fn by_inode(folder: &Path, found: &mut HashMap<u64, PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let about = path.metadata().expect("what it is");
        if about.is_dir() {
            by_inode(&path, found);
        } else {
            found.insert(about.ino(), path);
        }
    }
}

/// A write as the shim kept it.
struct Kept<'a> {
    offset: u64,
    old: &'a [u8],
    size: u64,
}

/// The writes in their order; one that the kill broke off has not taken place.
fn writes(mut kept: &[u8]) -> Vec<Kept<'_>> {
    let mut writes = Vec::new();
    while let Some((head, rest)) = kept.split_at_checked(24) {
        let number = |at: usize| u64::from_ne_bytes(head[at..at + 8].try_into().expect("eight bytes"));
        let length = usize::try_from(number(8)).expect("a length");
        let Some((old, next)) = rest.split_at_checked(length) else { break };
        writes.push(Kept { offset: number(0), old, size: number(16) });
        kept = next;
    }
    writes
}

fn undo(file: &Path, kept: &[u8]) -> usize {
    let file = OpenOptions::new().write(true).open(file).expect("the file");
    let writes = writes(kept);
    for write in writes.iter().rev() {
        file.write_all_at(write.old, write.offset).expect("what was there");
        file.set_len(write.size).expect("as long as it was");
    }
    writes.len()
}

/// Cuts the power some times; gives how many messages were acknowledged, and which of them are not there once.
async fn power_cuts(sync: bool, times: u32) -> (usize, Vec<String>) {
    let disk = Disk::new();
    let mut program = Program::start_limited(Engine::Sqlite, Some(&disk.mount())).await;
    let mut started = Vec::new();
    for number in 0..4 {
        started.push(Started::ask(&program, &format!("vraag {number}")).await);
    }
    // What was there before stays, so that a loss is one of messages and not of everything.
    program.kill();
    disk.cut(&program.data());
    program.sync(sync);
    program.start_again().await;
    let load = UnderLoad::go_on(program, started);
    let mut undone = 0;
    for _ in 0..times {
        load.cut(|program| undone += disk.cut(&program.data())).await;
    }
    assert!(undone > 0, "something was not synced at some moment");
    load.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_outlives_a_power_cut() {
    let (total, wrong) = power_cuts(true, kills()).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(total > 20, "there was load: {total} messages");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_sync_a_power_cut_loses_what_was_acknowledged() {
    let (total, wrong) = power_cuts(false, 3).await;
    assert!(!wrong.is_empty(), "{total} messages, none lost: this test cannot see a loss");
}
