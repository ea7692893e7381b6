//! What the machine tells about this process.

use std::fs;
use std::io::{Error, Result};

/// The names of the threads that play the outside world. All others are the program's.
pub(crate) const OUTSIDE: &str = "outside";

/// The processor time that this process has used, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    /// By the program itself.
    pub(crate) program: f64,
    /// By the threads that play the outside world.
    pub(crate) outside: f64,
}

impl Used {
    /// What was used up to now by the threads that live.
    pub(crate) fn now() -> Result<Self> {
        let mut used = Self::default();
        for thread in fs::read_dir("/proc/self/task")? {
            let folder = thread?.path();
            let (Ok(name), Ok(schedule)) =
                (fs::read_to_string(folder.join("comm")), fs::read_to_string(folder.join("schedstat")))
            else {
                continue;
            };
            let nanoseconds = schedule.split(' ').next().and_then(|first| first.parse::<f64>().ok());
            let seconds = nanoseconds.ok_or_else(|| Error::other("schedstat holds no number"))? / 1e9;
            if name.starts_with(OUTSIDE) {
                used.outside += seconds;
            } else {
                used.program += seconds;
            }
        }
        Ok(used)
    }

    /// What was used since an earlier moment.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self { program: self.program - earlier.program, outside: self.outside - earlier.outside }
    }
}

/// The memory of another process that is in use, in megabytes.
pub(crate) fn rss_mb_of(process: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.map(|kb| kb / 1024.0).ok_or_else(|| Error::other("VmRSS is not there"))
}

/// The value in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
