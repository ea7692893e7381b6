//! The players of a story: the program itself, visitors and agents, over the same interfaces that real ones use.

mod agent;
mod program;
mod proxy;
mod screen;
mod visitor;

pub use agent::Agent;
pub use program::Program;
pub use proxy::Line;
pub use screen::Screen;
pub use visitor::{Started, Visitor};

use serde_json::Value;
use std::time::Duration;

/// How long a player waits for something before the story fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for a future; the story fails when it takes too long.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(elapsed) => panic!("{what} did not happen within {PATIENCE:?}: {elapsed}"),
    }
}

/// The text of a field.
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("{pointer} is a text in {value:#}"))
}
