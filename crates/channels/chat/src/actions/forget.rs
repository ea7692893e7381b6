//! Tokens that open conversations of long ago.

use crate::service::Chat;
use crate::store;
use base::{OrganisationId, Result};
use std::time::Duration;

/// How long after a visitor was last there their browser finds the conversation back: a quarter, so that somebody who
/// waits for a decision of an authority (eight weeks in the Netherlands, Awb 4:13) can still read what was said.
const OPENED_FOR: Duration = Duration::from_hours(90 * 24);
/// What is forgotten in one transaction, so that others do not wait for it.
const AT_ONCE: u32 = 500;

impl Chat {
    /// Forgets the tokens of visitors who have not been there for a quarter. Their browsers are told that there is no
    /// such conversation, and begin another.
    pub async fn forget_tokens(&self, organisation: OrganisationId) -> Result<()> {
        let before = self.env().now() - OPENED_FOR;
        loop {
            let stale =
                store::stale_tokens(&mut self.db().read(organisation).await?, before, AT_ONCE).await?;
            if stale.is_empty() {
                return Ok(());
            }
            let forget = async move |tx: &mut db::Tx| {
                for hash in stale {
                    store::delete_stale_token(tx, &hash, before).await?;
                }
                Ok(())
            };
            self.db().write(organisation, forget).await?;
        }
    }
}
