//! The demo's own folder, with a file in it that says so and what was made. Only a folder with that file is ever
//! deleted.

use base::{Error, ErrorCode, OrganisationId, Result};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

const MARKER: &str = "demo.toml";

/// What was made, as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// Which database, without its password.
    pub(crate) database: String,
    /// The organisations; empty until all of them are there.
    #[serde(default)]
    pub(crate) organisations: Vec<Made>,
}

/// An organisation that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Made {
    pub(crate) slug: String,
    pub(crate) id: OrganisationId,
    /// What stands in the script tag of its website.
    pub(crate) widget_key: String,
}

/// The folder, ready to be used.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    record: Record,
}

impl Folder {
    /// Whether taking the folder begins anew, so that what an earlier start made there is deleted.
    pub(crate) fn begins_anew(path: &Path, reset: bool) -> Result<bool> {
        let folder = Self {
            path: path.to_owned(),
            record: Record { database: String::new(), organisations: Vec::new() },
        };
        Ok(reset || folder.read()?.is_none_or(|found| found.organisations.is_empty()))
    }

    /// Takes the folder into use: a new one, or one that this demo made. With `reset`, and when an earlier start broke
    /// off before everything was there, it is emptied first. `database` is the address of a database elsewhere.
    pub(crate) fn take(path: &Path, database: Option<&str>, reset: bool) -> Result<Self> {
        let record = Record { database: without_password(database), organisations: Vec::new() };
        let fresh = Self { path: path.to_owned(), record };
        let Some(found) = fresh.read()? else {
            fresh.refuse_what_is_not_ours()?;
            std::fs::create_dir_all(path).map_err(|error| fresh.unusable(&error))?;
            fresh.write()?;
            return Ok(fresh);
        };
        if found.database != fresh.record.database && !reset {
            let text = format!(
                "this folder belongs to a demo on {}; choose another --data, or --reset",
                found.database
            );
            return Err(Error::invalid("--database", text));
        }
        if reset || found.organisations.is_empty() {
            std::fs::remove_dir_all(path).map_err(|error| fresh.unusable(&error))?;
            std::fs::create_dir_all(path).map_err(|error| fresh.unusable(&error))?;
            fresh.write()?;
            return Ok(fresh);
        }
        Ok(Self { record: found, ..fresh })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The organisations that are there; `None` before they were made.
    pub(crate) fn made(&self) -> Option<&[Made]> {
        Some(self.record.organisations.as_slice()).filter(|made| !made.is_empty())
    }

    /// Writes down that everything is there.
    pub(crate) fn complete(&mut self, organisations: Vec<Made>) -> Result<()> {
        self.record.organisations = organisations;
        self.write()
    }

    fn read(&self) -> Result<Option<Record>> {
        let text = match std::fs::read_to_string(self.path.join(MARKER)) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.unusable(&error)),
        };
        let record = toml::from_str(&text).map_err(|_| {
            let text =
                format!("{MARKER} in {} was changed by hand; choose another folder", self.path.display());
            Error::invalid("--data", text)
        })?;
        Ok(Some(record))
    }

    /// Written beside and moved, so that it is there whole or not at all.
    fn write(&self) -> Result<()> {
        let text = toml::to_string(&self.record).map_err(Error::internal)?;
        let text = format!(
            "# Made by `balie demo`. With this file here, `balie demo --reset` deletes the folder.\n{text}"
        );
        let beside = self.path.join("demo.toml.new");
        let mut file = File::create(&beside).map_err(|error| self.unusable(&error))?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|error| self.unusable(&error))?;
        std::fs::rename(&beside, self.path.join(MARKER)).map_err(|error| self.unusable(&error))
    }

    fn refuse_what_is_not_ours(&self) -> Result<()> {
        let is_empty = match std::fs::read_dir(&self.path) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
            Err(error) => return Err(self.unusable(&error)),
        };
        if is_empty {
            return Ok(());
        }
        let text =
            format!("{} holds files that the demo did not make; choose another folder", self.path.display());
        Err(Error::invalid("--data", text))
    }

    fn unusable(&self, error: &std::io::Error) -> Error {
        let text = format!("{} cannot be used ({error}); choose another folder", self.path.display());
        Error::new(ErrorCode::Invalid, text)
    }
}

fn without_password(database: Option<&str>) -> String {
    match database {
        None => "sqlite".into(),
        Some(url) => url.rsplit_once('@').map_or(url, |(_, place)| place).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Env;

    fn made() -> Vec<Made> {
        let (env, _) = Env::test(1);
        vec![Made { slug: "lindedam".into(), id: env.new_id(), widget_key: "wgt_x".into() }]
    }

    #[test]
    fn a_demo_that_is_started_again_finds_what_it_made() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("deep/demo");
        let mut folder = Folder::take(&path, None, false).unwrap();
        assert_eq!(folder.made(), None);
        folder.complete(made()).unwrap();
        assert_eq!(Folder::take(&path, None, false).unwrap().made(), Some(made().as_slice()));
    }

    #[test]
    fn a_reset_and_a_broken_off_start_begin_anew() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("demo");
        let mut folder = Folder::take(&path, None, false).unwrap();
        std::fs::write(path.join("half"), "x").unwrap();
        folder = Folder::take(folder.path(), None, false).unwrap();
        assert!(!path.join("half").exists());
        folder.complete(made()).unwrap();
        std::fs::write(path.join("balie.db"), "x").unwrap();
        assert_eq!(Folder::take(&path, None, true).unwrap().made(), None);
        assert!(!path.join("balie.db").exists());
    }

    #[test]
    fn a_folder_that_is_not_ours_is_never_touched() {
        let temporary = tempfile::tempdir().unwrap();
        std::fs::write(temporary.path().join("thesis.txt"), "years of work").unwrap();
        for reset in [false, true] {
            let refused = Folder::take(temporary.path(), None, reset).unwrap_err();
            assert_eq!(refused.fields()[0].field, "--data");
        }
        assert!(temporary.path().join("thesis.txt").exists());
    }

    #[test]
    fn a_folder_of_another_database_is_refused_and_no_password_is_kept() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("demo");
        let url = Some("postgres://balie:secret@localhost/balie");
        Folder::take(&path, url, false).unwrap().complete(made()).unwrap();
        assert!(!std::fs::read_to_string(path.join(MARKER)).unwrap().contains("secret"));
        assert_eq!(Folder::take(&path, None, false).unwrap_err().fields()[0].field, "--database");
        assert!(Folder::take(&path, url, false).unwrap().made().is_some());
    }
}
