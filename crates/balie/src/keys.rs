//! The installation key, and whether the keys that are there belong to the content that is there. Keys are made only
//! where nothing is stored yet: beside content that was sealed under others they would look like a working
//! installation in which nothing can be read.

use crate::app::KEY_ROOMS;
use crate::config::Config;
use crate::files::{folder_of, sqlite_file};
use base::{Env, Error, OrganisationId, Result};
use db::{Db, Options};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use vault::{InstallationKey, Vault};

/// Opens the database of keys and the vault over it. `content` is up to date.
pub(crate) async fn open(config: &Config, env: &Env, content: &Db) -> Result<(Db, Vault)> {
    let organisations = identity::organisation_ids(content).await?;
    let is_gone = sqlite_file(&config.vault.database_url).is_some_and(|file| !file.exists());
    if is_gone && !organisations.is_empty() {
        return Err(vault::lost_keys());
    }
    let keys = Db::open(&Options::new(&config.vault.database_url), env.clone()).await?;
    keys.migrate(KEY_ROOMS).await?;
    let installation = match find(config, &organisations, vault::holds_keys(&keys).await?)? {
        Some(key) => key,
        None => make(&config.vault.key_file, env)?,
    };
    let vault = Vault::open(keys.clone(), &installation);
    vault.check(&organisations).await?;
    // From now on another installation key is refused.
    vault.begin(vault::installation_scope()).await?;
    Ok((keys, vault))
}

/// The installation key: from the setting, or from its file. `None` where nothing is stored yet and one can be made.
/// `stored` is whether the database of keys holds any.
pub(crate) fn find(
    config: &Config,
    organisations: &[OrganisationId],
    stored: bool,
) -> Result<Option<InstallationKey>> {
    if !stored && !organisations.is_empty() {
        return Err(vault::lost_keys());
    }
    if let Some(key) = &config.vault.key {
        return InstallationKey::parse(key.reveal()).map(Some);
    }
    let path = &config.vault.key_file;
    match std::fs::read_to_string(path) {
        Ok(text) => InstallationKey::parse(&text).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound && stored => Err(lost(path)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let text = format!("{} cannot be read ({error}); check the path and its rights", path.display());
            Err(Error::invalid("vault.key_file", text))
        }
    }
}

fn lost(path: &Path) -> Error {
    let text = format!(
        "{} is not there, and the keys that are stored open with it only; put back the copy that was kept, or name \
         the file with its whole path",
        path.display()
    );
    Error::invalid("vault.key_file", text)
}

fn make(path: &Path, env: &Env) -> Result<InstallationKey> {
    let key = InstallationKey::generate(env);
    put(path, &key.to_text(), env).map_err(|error| cannot_be_written(path, &error))?;
    tracing::info!(file = %path.display(), "made a new installation key; keep a copy in a safe place");
    Ok(key)
}

/// The key file cannot be made where the setting says.
pub(crate) fn cannot_be_written(path: &Path, error: &io::Error) -> Error {
    let text = format!("{} cannot be written ({error}); check the folder and its rights", path.display());
    Error::invalid("vault.key_file", text)
}

/// For the owner's eyes only, there whole or not at all, and on the disk before anything is sealed with it. A key that
/// another start just made stays.
fn put(path: &Path, text: &str, env: &Env) -> io::Result<()> {
    let folder = folder_of(path);
    std::fs::create_dir_all(folder)?;
    let beside = folder.join(format!(".key-{:016x}", u64::from_be_bytes(env.random_bytes())));
    let placed = write_private(&beside, text).and_then(|()| match std::fs::hard_link(&beside, path) {
        // Some file systems have no links.
        Err(error) if error.kind() != ErrorKind::AlreadyExists => std::fs::rename(&beside, path),
        linked => linked,
    });
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => placed?,
    }
    File::open(folder)?.sync_all()?;
    File::open(folder_of(folder))?.sync_all()
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_file_is_there_whole_private_and_for_good() {
        let temporary = tempfile::tempdir().unwrap();
        let (folder, env) = (temporary.path().join("keys"), Env::system());
        let path = folder.join("installation.key");
        let key = make(&path, &env).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), *key.to_text());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(make(&path, &env).unwrap_err().fields()[0].field, "vault.key_file");
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            *key.to_text(),
            "another start does not replace it"
        );
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
    }
}
