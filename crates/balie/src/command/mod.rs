//! The commands.

mod audit;
mod demo;
mod doctor;
mod migrate;
mod openapi;
mod serve;

use crate::{Config, logging};
use base::{Error, Result};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// An open-source contact centre in one program.
#[derive(Debug, Parser)]
#[command(name = "balie", version, about, arg_required_else_help = true)]
pub struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Serve the desk, the widget and the API, and do the background work
    Serve(Settings),
    /// Serve the demo organisations, with customers who come by themselves
    Demo(demo::Demo),
    /// Bring the databases up to date and stop
    Migrate(Settings),
    /// Check the configuration, the databases, the keys and what else is needed, and say how to mend it
    Doctor(Settings),
    /// Prove that the record of who did what is whole
    Audit(audit::Audit),
    /// Print the description of the API (OpenAPI 3.1)
    Openapi,
}

/// Where the settings come from.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// The configuration file (TOML). Each key can also be set in the environment: database.url as `BALIE_DATABASE_URL`
    #[arg(long, short, value_name = "FILE", env = "BALIE_CONFIG")]
    config: Option<PathBuf>,
}

impl Settings {
    pub(crate) fn load(&self) -> Result<Config> {
        // Not a setting of its own: it names the file.
        let environment = std::env::vars().filter(|(name, _)| name != "BALIE_CONFIG").collect();
        Config::load(self.config.as_deref(), &environment)
    }
}

/// Runs a command to its end.
pub fn run(command: Command) -> Result<()> {
    match command.verb {
        Verb::Serve(settings) => with_runtime(&settings.load()?, serve::run),
        Verb::Demo(demo) => with_runtime(&demo.config()?, async |config| demo.run(config).await),
        Verb::Migrate(settings) => with_runtime(&settings.load()?, migrate::run),
        Verb::Doctor(settings) => with_runtime(&settings.load()?, doctor::run),
        Verb::Audit(audit) => with_runtime(&audit.settings().load()?, async |config| audit.run(config).await),
        Verb::Openapi => with_runtime(&Config::default(), async |_| openapi::run().await),
    }
}

/// An error for the person at the terminal: the setting it is about, if it is about one, and how to mend it.
pub fn told(error: &Error) -> String {
    match error.fields() {
        [field] if !error.detail().starts_with(&*field.field) => {
            format!("{}: {}", field.field, error.detail())
        }
        _ => error.detail().to_owned(),
    }
}

/// What lies behind an error, for the person at the terminal.
pub fn causes(error: &Error) -> Vec<String> {
    let mut causes = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes
}

fn with_runtime(config: &Config, work: impl AsyncFnOnce(&Config) -> Result<()>) -> Result<()> {
    logging::start(&config.log)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::internal)?;
    runtime.block_on(work(config))
}
