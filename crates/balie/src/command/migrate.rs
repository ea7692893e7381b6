//! `balie migrate`

use crate::{App, Config};
use base::{Env, Result};

pub(crate) async fn run(config: &Config) -> Result<()> {
    let app = App::open(config, Env::system()).await?;
    app.close().await;
    tracing::info!("the databases are up to date");
    Ok(())
}
