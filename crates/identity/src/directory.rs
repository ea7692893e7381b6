//! Names of colleagues, for screens. A colleague's name and team are shown to all who work together, so no look is
//! written for them; their address is personal and is not here.

use crate::Identity;
use crate::actions::people::NAME;
use crate::model::{Membership, Named, Person, Site, Team};
use crate::store::{members, people, places};
use crate::{Access, Personal};
use base::{Error, MembershipId, OrganisationId, Result, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// How a member of staff is shown to colleagues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberName {
    /// The name.
    pub name: String,
    /// The first of their teams.
    pub team: Option<String>,
}

/// A name that was read, and when.
pub(crate) type Cached = (Timestamp, Arc<MemberName>);

/// A cached name is read again after this long, because a team may have changed.
const TRUSTED: Duration = Duration::from_mins(1);

impl Identity {
    /// The names of these members of an organisation. Whoever does not work (and never worked) there is absent.
    pub async fn member_names(
        &self,
        organisation: OrganisationId,
        ids: impl IntoIterator<Item = MembershipId>,
    ) -> Result<HashMap<MembershipId, Arc<MemberName>>> {
        let now = self.now();
        let mut names = HashMap::new();
        let mut unread = Vec::new();
        for id in ids {
            match self.names().get(&(organisation, id)) {
                Some((read, name)) if now.since(read) < TRUSTED => {
                    names.insert(id, name);
                }
                _ => unread.push(id),
            }
        }
        if unread.is_empty() {
            return Ok(names);
        }
        let mut sealed = Vec::new();
        let mut conn = self.db().read(organisation).await?;
        for id in unread {
            if let Some(found) = members::name(&mut conn, id).await? {
                sealed.push((id, found));
            }
        }
        drop(conn);
        for (id, (name, team)) in sealed {
            let name = self.vault().open_text(vault::installation_scope(), NAME, &name).await?;
            let name = Arc::new(MemberName { name, team });
            self.names().insert((organisation, id), (now, name.clone()));
            names.insert(id, name);
        }
        Ok(names)
    }

    /// The name of one member, for a screen.
    pub async fn member_named(
        &self,
        organisation: OrganisationId,
        id: MembershipId,
    ) -> Result<Option<Named>> {
        let names = self.member_names(organisation, [id]).await?;
        Ok(names.get(&id).map(|found| Named::new(id, &found.name)))
    }

    /// Members after an id, in order; one more than `limit` when there is more.
    pub async fn members(
        &self,
        access: &Access,
        after: &str,
        limit: u32,
        with_ended: bool,
    ) -> Result<Vec<(Membership, Personal<Person>)>> {
        let mut conn = self.db().read(access.organisation()).await?;
        let rows = members::list(&mut conn, after, limit + 1, with_ended).await?;
        drop(conn);
        let mut all = Vec::with_capacity(rows.len());
        for (membership, sealed) in rows {
            all.push((membership, self.open_person(&sealed).await?));
        }
        Ok(all)
    }

    /// One member.
    pub async fn member(&self, access: &Access, id: MembershipId) -> Result<(Membership, Personal<Person>)> {
        let mut conn = self.db().read(access.organisation()).await?;
        let membership = members::find(&mut conn, id).await?.ok_or_else(|| Error::not_found("member"))?;
        let sealed = people::find(&mut conn, membership.person).await?;
        drop(conn);
        let sealed = sealed.ok_or_else(|| Error::internal("a member without a person"))?;
        Ok((membership, self.open_person(&sealed).await?))
    }

    /// A member's place, without their name: for rules that look at roles and teams.
    pub async fn membership(
        &self,
        organisation: OrganisationId,
        id: MembershipId,
    ) -> Result<Option<Membership>> {
        members::find(&mut self.db().read(organisation).await?, id).await
    }

    /// The sites of an organisation, by name.
    pub async fn sites(&self, organisation: OrganisationId) -> Result<Vec<Site>> {
        places::sites(&mut self.db().read(organisation).await?).await
    }

    /// The teams of an organisation, by name.
    pub async fn teams(&self, organisation: OrganisationId) -> Result<Vec<Team>> {
        places::teams(&mut self.db().read(organisation).await?).await
    }
}
