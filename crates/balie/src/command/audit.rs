//! `balie audit verify`: proves that no entry of the record was changed, removed, moved or slipped in.

#![expect(clippy::print_stdout, reason = "this is what the command is for")]

use super::Settings;
use crate::{App, Config};
use base::{Env, Error, ErrorCode, Result};
use clap::{Args, Subcommand};

/// The record of who did what.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Recompute the whole chain of every organisation and name what does not fit
    Verify(Settings),
}

impl Audit {
    pub(crate) fn settings(&self) -> &Settings {
        let Verb::Verify(settings) = &self.verb;
        settings
    }

    pub(crate) async fn run(&self, config: &Config) -> Result<()> {
        let app = App::open(config, Env::system()).await?;
        let mut broken = 0;
        for organisation in app.organisations().await? {
            let report = identity::audit::verify(app.db(), organisation.id).await?;
            println!("{}: {} entries under {} seals", organisation.name, report.entries, report.seals);
            for finding in &report.findings {
                println!("  {finding}");
            }
            broken += usize::from(!report.is_whole());
        }
        app.close().await;
        if broken > 0 {
            return Err(Error::new(ErrorCode::Conflict, format!("{broken} chains are not whole, see above")));
        }
        Ok(())
    }
}
