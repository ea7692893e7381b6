//! `balie audit verify`: proves that no entry of the record was changed, removed, moved or slipped in. Whether its end
//! was cut off shows only beside a seal that was kept elsewhere. It changes nothing.

#![expect(clippy::print_stdout, reason = "this is what the command is for")]

use super::Settings;
use crate::Config;
use crate::app::CONTENT_ROOMS;
use crate::inspect;
use base::{Env, Error, ErrorCode, Result};
use clap::{Args, Subcommand};
use db::Db;
use identity::audit::KeptSeal;

/// The record of who did what.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Recompute the whole chain of every organisation and name what does not fit
    Verify(Verify),
}

#[derive(Debug, Args)]
struct Verify {
    #[command(flatten)]
    settings: Settings,
    /// A seal that was kept elsewhere, of any organisation: without one it does not show that the newest entries were
    /// cut off
    #[arg(long = "seal", value_name = "NUMBER:HASH")]
    seals: Vec<KeptSeal>,
}

impl Audit {
    pub(crate) fn settings(&self) -> &Settings {
        let Verb::Verify(verify) = &self.verb;
        &verify.settings
    }

    pub(crate) async fn run(&self, config: &Config) -> Result<()> {
        let Verb::Verify(Verify { seals, .. }) = &self.verb;
        let db = open(config).await?;
        let mut faults = 0;
        let mut missing = seals.clone();
        for organisation in identity::organisations(&db).await? {
            let report = identity::audit::verify(&db, organisation.id).await?;
            println!("{}: {} entries under {} seals", organisation.name, report.entries, report.seals);
            if let Some(head) = &report.head {
                println!("  last seal {}", KeptSeal::of(head));
            }
            for finding in &report.findings {
                println!("  {finding}");
            }
            faults += usize::from(!report.is_whole());
            for seal in seals {
                if identity::audit::stands(&db, organisation.id, seal).await? {
                    println!("  kept seal {seal} stands in this chain");
                    missing.retain(|other| other != seal);
                }
            }
        }
        for seal in &missing {
            println!("kept seal {seal} stands in no chain: what it sealed was cut off or replaced");
        }
        faults += missing.len();
        db.close().await;
        if faults > 0 {
            return Err(Error::new(ErrorCode::Conflict, "the record is not whole, see above"));
        }
        Ok(())
    }
}

/// The database of content as it is. The record is read with the tables of this program, so they must be there.
async fn open(config: &Config) -> Result<Db> {
    let found = inspect::look(&config.database.url, CONTENT_ROOMS, &Env::system()).await?;
    match found {
        Some(found) if found.pending == 0 => Ok(found.db),
        Some(_) => {
            Err(Error::invalid("database.url", "this database is not up to date; run `balie migrate` first"))
        }
        None => Err(Error::invalid("database.url", "there is no database at this path; check it")),
    }
}
