//! `balie openapi`

#![expect(clippy::print_stdout, reason = "this is what the command is for")]

use crate::app;
use base::Result;

pub(crate) async fn run() -> Result<()> {
    println!("{}", app::openapi().await?);
    Ok(())
}
