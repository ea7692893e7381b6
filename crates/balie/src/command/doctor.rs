//! `balie doctor`: looks at everything that a running installation needs, and says how to mend what is wrong. It
//! changes nothing: what is not there yet is made by `balie serve`.

#![expect(clippy::print_stdout, reason = "this is what the command is for")]

use super::{causes, told};
use crate::app::{CONTENT_ROOMS, KEY_ROOMS};
use crate::inspect::{self, Found};
use crate::{Config, files, keys, settings};
use base::{Env, Error, ErrorCode, OrganisationId, Result};
use db::Migrations;
use std::path::Path;
use vault::Vault;

pub(crate) async fn run(config: &Config) -> Result<()> {
    let env = Env::system();
    let mut report = Report::default();
    report.line("configuration", Ok("read and checked".into()));
    for doubt in config.doubts() {
        println!("  doubt {doubt}");
    }
    let content = database(&config.database.url, "database.url", CONTENT_ROOMS, &env).await;
    let content = report.opened("content", content);
    let stored = database(&config.vault.database_url, "vault.database_url", KEY_ROOMS, &env).await;
    let stored = report.opened("keys", stored);
    if let (Some(content), Some(stored)) = (content, stored) {
        report.line("installation key", installation_key(config, content, stored, &env).await);
    }
    report.line("attachments", attachments(&config.blob.folder, &env));
    report.line("scanner", scanner(config).await);
    report.line("mail", mail(config).await);
    report.end()
}

/// Prints what was found, and counts what is wrong.
#[derive(Default)]
struct Report {
    faults: usize,
}

impl Report {
    fn line(&mut self, what: &str, outcome: Result<String>) {
        match outcome {
            Ok(text) => println!("  ok    {what}: {text}"),
            Err(error) => {
                self.faults += 1;
                println!("  wrong {what}: {}", told(&error));
                for cause in causes(&error) {
                    println!("        because: {cause}");
                }
            }
        }
    }

    fn opened<T>(&mut self, what: &str, outcome: Result<(String, T)>) -> Option<T> {
        let (outcome, opened) = match outcome {
            Ok((text, opened)) => (Ok(text), Some(opened)),
            Err(error) => (Err(error), None),
        };
        self.line(what, outcome);
        opened
    }

    fn end(self) -> Result<()> {
        match self.faults {
            0 => Ok(()),
            faults => Err(Error::new(ErrorCode::Unavailable, format!("{faults} to mend, see above"))),
        }
    }
}

async fn database(
    url: &str,
    setting: &'static str,
    rooms: &[Migrations],
    env: &Env,
) -> Result<(String, Option<Found>)> {
    let Some(found) = inspect::look(url, rooms, env).await? else {
        let file = files::sqlite_file(url).unwrap_or(Path::new(""));
        files::can_be_made(file, env).map_err(|error| cannot_be_made(setting, file, &error))?;
        return Ok((format!("{} is not there yet; `balie serve` makes it", file.display()), None));
    };
    let text = match found.pending {
        _ if found.is_empty() => "open and empty; `balie serve` makes the tables".into(),
        0 => "open and up to date".into(),
        1 => "open; `balie serve` makes 1 change to the tables".into(),
        pending => format!("open; `balie serve` makes {pending} changes to the tables"),
    };
    Ok((text, Some(found)))
}

fn cannot_be_made(setting: &'static str, path: &Path, error: &std::io::Error) -> Error {
    let text = format!("{} cannot be made ({error}); check the path and its rights", path.display());
    Error::invalid(setting, text)
}

/// Whether the key is there and opens what is stored, or can be made where nothing is stored yet.
async fn installation_key(
    config: &Config,
    content: Option<Found>,
    stored: Option<Found>,
    env: &Env,
) -> Result<String> {
    let organisations: Vec<OrganisationId> = match content.filter(|found| found.has("organisations")) {
        Some(found) => identity::organisation_ids(&found.db).await?,
        None => Vec::new(),
    };
    let stored = stored.filter(|found| found.has("vault_organisation_keys"));
    let holds_keys = match &stored {
        Some(found) => vault::holds_keys(&found.db).await?,
        None => false,
    };
    let path = &config.vault.key_file;
    let Some(key) = keys::find(config, &organisations, holds_keys)? else {
        files::can_be_made(path, env).map_err(|error| keys::cannot_be_written(path, &error))?;
        return Ok(format!("{} is not there yet; `balie serve` makes it", path.display()));
    };
    if let Some(found) = stored {
        Vault::open(found.db, &key).check(&organisations).await?;
    }
    Ok("there, and it fits what is stored".into())
}

fn attachments(folder: &Path, env: &Env) -> Result<String> {
    files::can_be_made(&folder.join("new"), env)
        .map_err(|error| cannot_be_made("blob.folder", folder, &error))?;
    Ok(format!("{} can be written", folder.display()))
}

async fn scanner(config: &Config) -> Result<String> {
    match settings::scanner(config)? {
        None => Ok("none; attachments are marked as not scanned".into()),
        Some(scanner) => scanner.check().await.map(|()| "answers".into()),
    }
}

async fn mail(config: &Config) -> Result<String> {
    match settings::email(config)? {
        None => Ok("not set up; written conversations cannot be mailed".into()),
        Some(mail) => mail.try_out().await.map(|()| "the server answers and lets us in".into()),
    }
}
