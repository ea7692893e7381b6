//! Making and changing an organisation, its sites, teams and processing activities.

use crate::Purpose;
use crate::audit;
use crate::model::{
    self, Activity, NewOrganisation, Organisation, Site, Team, address_part, first_activities,
};
use crate::store::{organisations, places};
use base::{ActivityId, Actor, Error, ErrorCode, Result, SiteId, TeamId};
use db::Tx;
use serde_json::json;

/// Makes the organisation of this transaction, with one processing activity for each purpose.
pub async fn create_organisation(tx: &mut Tx, actor: Actor, new: NewOrganisation) -> Result<Organisation> {
    address_part("slug", &new.slug, false)?;
    let organisation = Organisation {
        id: tx.organisation(),
        slug: new.slug,
        name: model::name("name", &new.name)?,
        kind: new.kind,
        language: new.language,
    };
    organisations::insert(tx, &organisation).await.map_err(|error| taken(error, "slug"))?;
    for host in &new.hosts {
        address_part("hosts", host, true)?;
        organisations::insert_host(tx, host).await.map_err(|error| taken(error, "hosts"))?;
    }
    for (purpose, [name, legal_basis, retention]) in
        first_activities(organisation.kind, &organisation.language)
    {
        let activity = Activity {
            id: tx.env().new_id(),
            purpose,
            name: name.into(),
            legal_basis: legal_basis.into(),
            retention: retention.into(),
            active: true,
        };
        organisations::insert_activity(tx, &activity).await?;
    }
    let detail = json!({"slug": &organisation.slug, "kind": organisation.kind});
    audit::write(tx, actor, "organisation.created", organisation.id, detail).await?;
    Ok(organisation)
}

/// A name that somebody else has already.
fn taken(error: Error, field: &'static str) -> Error {
    if error.code() != ErrorCode::Conflict {
        return error;
    }
    Error::conflict("This name is taken. Choose another one.")
        .with_field(field, "this is taken; choose another")
        .with_source(error)
}

/// Makes a site.
pub async fn create_site(tx: &mut Tx, actor: Actor, name: &str) -> Result<Site> {
    let site = Site { id: tx.env().new_id(), name: model::name("name", name)? };
    places::insert_site(tx, &site).await.map_err(|error| taken(error, "name"))?;
    audit::write(tx, actor, "site.created", site.id, json!({"name": &site.name})).await?;
    Ok(site)
}

/// Gives a site another name.
pub async fn rename_site(tx: &mut Tx, actor: Actor, id: SiteId, name: &str) -> Result<Site> {
    let site = Site { id, name: model::name("name", name)? };
    if !places::rename_site(tx, &site).await.map_err(|error| taken(error, "name"))? {
        return Err(Error::not_found("site"));
    }
    audit::write(tx, actor, "site.renamed", id, json!({"name": &site.name})).await?;
    Ok(site)
}

/// Makes a team.
pub async fn create_team(tx: &mut Tx, actor: Actor, name: &str, site: Option<SiteId>) -> Result<Team> {
    let team = Team { id: tx.env().new_id(), name: model::name("name", name)?, site };
    known_site(tx, site).await?;
    places::insert_team(tx, &team).await.map_err(|error| taken(error, "name"))?;
    audit::write(tx, actor, "team.created", team.id, json!({"name": &team.name, "site": site})).await?;
    Ok(team)
}

/// Changes a team's name or site; what is absent stays.
pub async fn update_team(
    tx: &mut Tx,
    actor: Actor,
    id: TeamId,
    name: Option<&str>,
    site: Option<Option<SiteId>>,
) -> Result<Team> {
    let mut team = places::find_team(tx, id).await?.ok_or_else(|| Error::not_found("team"))?;
    if let Some(name) = name {
        team.name = model::name("name", name)?;
    }
    if let Some(site) = site {
        known_site(tx, site).await?;
        team.site = site;
    }
    places::update_team(tx, &team).await.map_err(|error| taken(error, "name"))?;
    audit::write(tx, actor, "team.changed", id, json!({"name": &team.name, "site": team.site})).await?;
    Ok(team)
}

/// Refuses a site that is not of this organisation.
pub(super) async fn known_site(tx: &mut Tx, site: Option<SiteId>) -> Result<()> {
    if let Some(site) = site
        && places::find_site(tx, site).await?.is_none()
    {
        return Err(Error::invalid("site_id", "there is no such site; choose one from the list"));
    }
    Ok(())
}

/// Switches a processing activity on or off. Those that are needed to switch it back on, and to account for it, stay.
pub async fn set_activity_active(
    tx: &mut Tx,
    actor: Actor,
    id: ActivityId,
    active: bool,
) -> Result<Activity> {
    let found = organisations::find_activity(tx, id).await?.ok_or_else(|| Error::not_found("activity"))?;
    let needed = matches!(found.purpose, Purpose::Administration | Purpose::Accountability);
    if needed && !active {
        return Err(Error::conflict(
            "Without this activity nobody could manage or account for anything, so it stays on.",
        ));
    }
    if found.active != active {
        organisations::set_active(tx, id, active).await?;
        let detail = json!({"purpose": found.purpose, "active": active});
        audit::write(tx, actor, "activity.switched", id, detail).await?;
    }
    Ok(Activity { active, ..found })
}
