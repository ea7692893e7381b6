//! Where the settings put things on the disk.

use base::Env;
use std::io;
use std::path::{Path, PathBuf};

/// The file of an address such as `sqlite:data/balie.db`; `None` if the database is no file.
pub(crate) fn sqlite_file(url: &str) -> Option<&Path> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path).split('?').next()?;
    (!path.is_empty() && path != ":memory:").then(|| Path::new(path))
}

/// Whether two addresses lead to one database, however they are spelled.
pub(crate) fn is_same_database(one: &str, other: &str) -> bool {
    match (sqlite_file(one), sqlite_file(other)) {
        (Some(one), Some(other)) => place(one) == place(other),
        _ => one == other,
    }
}

/// The folder that a file stands in.
pub(crate) fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The one path of a file that need not be there yet.
fn place(file: &Path) -> PathBuf {
    if let Ok(found) = file.canonicalize() {
        return found;
    }
    let folder = folder_of(file);
    match file.file_name() {
        Some(name) => place(folder).join(name),
        // It ends in `..`.
        None if folder != file => place(folder).parent().unwrap_or(Path::new("/")).to_owned(),
        None => file.to_owned(),
    }
}

/// Whether a file could be made here: tried out with a folder that is taken away again.
pub(crate) fn can_be_made(file: &Path, env: &Env) -> io::Result<()> {
    let mut folder = folder_of(file);
    while !folder.exists() {
        folder = folder_of(folder);
    }
    let trial = folder.join(format!(".balie-{:016x}", u64::from_be_bytes(env.random_bytes())));
    std::fs::create_dir(&trial)?;
    std::fs::remove_dir(&trial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_has_many_spellings() {
        let temporary = tempfile::tempdir().unwrap();
        let at = |path: &str| format!("sqlite:{}/{path}", temporary.path().display());
        std::fs::create_dir(temporary.path().join("data")).unwrap();
        std::os::unix::fs::symlink(temporary.path().join("data"), temporary.path().join("link")).unwrap();
        for same in
            ["data/../data/x.db", "data/x.db?mode=rwc", "link/x.db", "./data//x.db", "new/../data/x.db"]
        {
            assert!(is_same_database(&at("data/x.db"), &at(same)), "{same} is not there yet");
        }
        std::fs::write(temporary.path().join("data/x.db"), "").unwrap();
        std::os::unix::fs::symlink(temporary.path().join("data/x.db"), temporary.path().join("y.db"))
            .unwrap();
        for same in ["data/../data/x.db", "link/x.db", "y.db"] {
            assert!(is_same_database(&at("data/x.db"), &at(same)), "{same} is there");
        }
        assert!(!is_same_database(&at("data/x.db"), &at("data/keys.db")));
        assert!(is_same_database("sqlite:x.db", "sqlite:./x.db"));
        assert!(!is_same_database("sqlite::memory:", "postgres://u@h/n"));
    }

    #[test]
    fn trying_out_a_place_leaves_nothing_behind() {
        let temporary = tempfile::tempdir().unwrap();
        can_be_made(&temporary.path().join("deep/below/x.db"), &Env::system()).unwrap();
        assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
        assert!(can_be_made(Path::new("/proc/none/x.db"), &Env::system()).is_err());
    }
}
