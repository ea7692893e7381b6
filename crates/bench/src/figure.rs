//! One measured figure, and how it is printed: a line of JSON.

use serde::Serialize;
use std::io::Write;

/// A figure, beside what it is measured against in the same run.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Figure {
    /// Which benchmark.
    pub(crate) bench: &'static str,
    /// Which situation: `sqlite`, `postgres`, a size.
    pub(crate) case: String,
    /// What is measured.
    pub(crate) metric: &'static str,
    /// How much.
    pub(crate) value: f64,
    /// Of what.
    pub(crate) unit: &'static str,
    /// The same measured on the reference.
    pub(crate) reference: Option<f64>,
    /// The value divided by the reference.
    pub(crate) ratio: Option<f64>,
}

impl Figure {
    /// A figure on its own.
    pub(crate) fn new(
        bench: &'static str,
        case: &str,
        metric: &'static str,
        value: f64,
        unit: &'static str,
    ) -> Self {
        Self { bench, case: case.to_owned(), metric, value, unit, reference: None, ratio: None }
    }

    /// Beside the same measured on the reference.
    pub(crate) fn beside(mut self, reference: f64) -> Self {
        self.reference = Some(reference);
        self.ratio = (reference != 0.0).then(|| self.value / reference);
        self
    }

    /// Writes the line.
    pub(crate) fn print(&self) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        serde_json::to_writer(&mut out, self)?;
        writeln!(out)?;
        out.flush()
    }
}

/// The memory of this process that is in use, in megabytes.
pub(crate) fn rss_mb() -> std::io::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.map(|kb| kb / 1024.0).ok_or_else(|| std::io::Error::other("VmRSS is not in /proc/self/status"))
}

/// The processor time that this thread has used, in seconds.
pub(crate) fn cpu_s() -> std::io::Result<f64> {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = schedule.split(' ').next().and_then(|first| first.parse::<f64>().ok());
    nanoseconds
        .map(|ns| ns / 1e9)
        .ok_or_else(|| std::io::Error::other("/proc/thread-self/schedstat cannot be read"))
}
