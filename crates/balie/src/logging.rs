//! What is logged. Rooms log ids, codes and durations, never names, addresses or texts; libraries that would log more
//! are kept at warnings.

use crate::config::{Log, LogFormat};
use base::{Error, Result};
use tracing_subscriber::EnvFilter;

/// Libraries whose finer levels may hold personal data or noise.
const QUIET: &[&str] =
    &["sqlx=warn", "hyper=warn", "h2=warn", "tungstenite=warn", "lettre=warn", "rustls=warn"];

/// Starts logging to standard error. Once per process; a second call changes nothing.
pub(crate) fn start(log: &Log) -> Result<()> {
    let mut filter = EnvFilter::try_new(&log.level).map_err(|_| {
        Error::invalid("log.level", "write error, warn, info, debug or a list such as info,routing=debug")
    })?;
    for quiet in QUIET {
        filter = filter.add_directive(quiet.parse().map_err(Error::internal)?);
    }
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Refused when a test has already started logging, which is fine.
    let _ = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    std::panic::set_hook(Box::new(|panic| {
        // The message may hold a value somebody typed; the place says enough.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
    Ok(())
}
