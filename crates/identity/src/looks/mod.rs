//! Looks: who saw whose data, when and why. One durable row per request, before the answer leaves; sealed with the
//! audit chain; listed per person afterwards, so that a customer can be told who looked.

pub(crate) mod store;

use crate::access::Access;
use crate::audit;
use crate::audit::entry::Content;
use crate::{Identity, Permission, Personal, Purpose};
use base::{ActivityId, Actor, Error, LookId, MembershipId, Result, Subject, Timestamp};
use db::{Db, Tx};
use std::collections::BTreeSet;

/// A look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Which.
    pub id: LookId,
    /// When.
    pub at: Timestamp,
    /// Who looked.
    pub membership: MembershipId,
    /// With which permission.
    pub permission: Permission,
    /// Why.
    pub purpose: Purpose,
    /// Under which registered processing activity.
    pub activity: ActivityId,
    /// By which route: its pattern, never the address.
    pub route: String,
    /// Whose data it was; absent once erased.
    pub subjects: Option<BTreeSet<Subject>>,
}

/// Stores what was opened with this access as one look. Nothing can be opened with it afterwards.
pub(crate) async fn store_look(db: &Db, access: &Access, route: &str) -> Result<()> {
    let subjects = access.close();
    if subjects.is_empty() {
        return Ok(());
    }
    let env = db.env();
    let unasked = || Error::internal("personal data was opened without a permission");
    let look = Look {
        id: env.new_id(),
        at: env.now(),
        membership: access.membership()?,
        permission: access.permission().ok_or_else(unasked)?,
        purpose: access.purpose(),
        activity: access.activity().ok_or_else(unasked)?,
        route: route.to_owned(),
        subjects: None,
    };
    let content = Content { salt: env.random_bytes::<16>().to_vec(), parts: vec![write_subjects(&subjects)] };
    db.write(access.organisation(), async move |tx| store::insert(tx, &look, &content).await).await
}

impl Identity {
    /// Opens personal data for a screen that is pushed to, and stores that as a look of its own before giving it.
    /// `route` says where it is shown, such as `live watch`. For what a request answers, [`Access::open`] is enough.
    pub async fn open_logged<T>(
        &self,
        access: &Access,
        route: &'static str,
        personal: Personal<T>,
    ) -> Result<T> {
        let once = access.again()?;
        let value = once.open(personal)?;
        store_look(self.db(), &once, route).await?;
        Ok(value)
    }
}

fn write_subjects(subjects: &BTreeSet<Subject>) -> String {
    subjects.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn read_subjects(text: &str) -> Result<BTreeSet<Subject>> {
    text.split_whitespace().map(|one| one.parse().map_err(Error::internal)).collect()
}

/// Lists each new look under everybody it concerned, and tells how many looks that were. To be called every few
/// seconds; calling it twice does no harm.
pub async fn spread_due(db: &Db) -> Result<usize> {
    let due = store::organisations_due(&mut db.read_global().await?).await?;
    let mut count = 0;
    for organisation in due {
        count += db.write(organisation, async move |tx| spread(tx).await).await?;
    }
    Ok(count)
}

async fn spread(tx: &mut Tx) -> Result<usize> {
    let looks = store::unspread(tx).await?;
    for (look, subjects) in &looks {
        for subject in read_subjects(subjects)? {
            store::insert_person(tx, *look, subject).await?;
        }
        store::set_spread(tx, *look).await?;
    }
    Ok(looks.len())
}

/// Forgets that this person's data was looked at. The looks stay as proof that somebody looked, without at whom; each
/// erasure is recorded in the audit chain.
pub async fn erase(tx: &mut Tx, actor: Actor, subject: Subject) -> Result<usize> {
    while spread(tx).await? > 0 {}
    let looks = store::looks_at(tx, subject).await?;
    store::delete_person(tx, subject).await?;
    for look in &looks {
        if store::erase(tx, *look).await? {
            audit::write(tx, actor, audit::ERASED, look, serde_json::json!({})).await?;
        }
    }
    Ok(looks.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::id::Id;
    use base::{ContactId, CustomerId};

    #[test]
    fn the_list_of_persons_reads_back() {
        let subjects: BTreeSet<_> =
            [Subject::Customer(CustomerId::from_raw(1)), Subject::Contact(ContactId::from_raw(2))].into();
        assert_eq!(read_subjects(&write_subjects(&subjects)).unwrap(), subjects);
        assert!(read_subjects("").unwrap().is_empty());
        assert!(read_subjects("somebody").is_err());
    }
}
