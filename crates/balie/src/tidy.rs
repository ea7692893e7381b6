//! What would only grow: rows that serve a while and that nothing takes away when they have served.

use base::{OrganisationId, Result};
use chat::Chat;
use contact::Contacts;
use db::{Db, idempotency};
use jobs::{Job, Jobs};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Often enough for rows that are kept for a day or longer, and seldom enough to look through whole tables.
const PERIOD: Duration = Duration::from_hours(24);

/// Forgets what has served its time in one organisation. How long that is, each room says.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Tidy;

impl Job for Tidy {
    const KIND: &'static str = "balie.tidy";
}

/// Adds the daily job to the runner.
pub(crate) fn register(jobs: Jobs, db: &Db, contacts: &Contacts, chat: &Chat) -> Jobs {
    let rooms = (db.clone(), contacts.clone(), chat.clone());
    jobs.handle(move |_: Tidy, context| {
        let (db, contacts, chat) = rooms.clone();
        async move { tidy(&db, &contacts, &chat, context.organisation).await }
    })
    .every_organisation(PERIOD, &Tidy)
}

async fn tidy(db: &Db, contacts: &Contacts, chat: &Chat, organisation: OrganisationId) -> Result<()> {
    db.write(organisation, async |tx| idempotency::forget_old(tx).await).await?;
    contacts.forget_unsent_files(organisation).await?;
    chat.forget_tokens(organisation).await
}

#[cfg(test)]
mod tests {
    use crate::app::App;
    use crate::config::Config;
    use base::{Env, OrganisationId};
    use db::idempotency::{IdempotencyKey, Once, once};
    use std::time::Duration;

    const HOUR: Duration = Duration::from_hours(1);

    async fn ask(app: &App, organisation: OrganisationId) -> Once {
        let key = IdempotencyKey::new("key", b"request").unwrap();
        app.db().write(organisation, async move |tx| once(tx, "actor", &key, "made").await).await.unwrap()
    }

    #[tokio::test]
    async fn a_key_of_a_request_is_forgotten_within_two_days_in_every_organisation_that_there_is() {
        let folder = tempfile::tempdir().unwrap();
        let (env, clock) = Env::test(1);
        let app = App::open(&Config::in_folder(folder.path()), env).await.unwrap();
        let (here, gone) = (app.db().env().new_id(), app.db().env().new_id());
        let jobs = app.jobs().organisations(move || async move { Ok(vec![here]) });
        jobs.run_pending().await.unwrap();
        for organisation in [here, gone] {
            assert_eq!(ask(&app, organisation).await, Once::First);
        }
        clock.advance(24 * HOUR);
        jobs.run_pending().await.unwrap();
        assert_eq!(ask(&app, here).await, Once::Repeat("made".into()), "a day is promised");
        clock.advance(24 * HOUR);
        jobs.run_pending().await.unwrap();
        assert_eq!(ask(&app, here).await, Once::First);
        assert_eq!(ask(&app, gone).await, Once::Repeat("made".into()));
        app.close().await;
    }
}
