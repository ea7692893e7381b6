//! What the stories share.

use db::Migrations;
use std::fs;
use std::path::{Path, PathBuf};

/// The top of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

/// All rooms with tables, in one database for a test.
pub fn rooms() -> Vec<Migrations> {
    [balie::app::CONTENT_ROOMS, &[vault::MIGRATIONS]].concat()
}

/// All source files of the rooms, without their tests: path and text.
pub fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&root().join("crates"), &mut found);
    found
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !["tests", "target"].contains(&name.as_str()) {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).expect("a source file")));
        }
    }
}
