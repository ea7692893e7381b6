//! Giving people a place in an organisation, changing it, ending it. An organisation can end a membership; it can
//! never change somebody's address or password.

use super::organisations::known_site;
use super::sessions::end_sessions_of;
use crate::events::{MemberAdded, MemberChanged, MemberEnded};
use crate::model::{MemberChange, Membership, Place};
use crate::store::{members, organisations, people, places};
use crate::{Role, audit};
use base::{Actor, Error, MembershipId, PersonId, Result};
use db::Tx;
use serde_json::json;

/// Gives a person a place in the organisation of this transaction.
pub async fn add_membership(
    tx: &mut Tx,
    actor: Actor,
    person: PersonId,
    place: Place,
) -> Result<MembershipId> {
    let place = checked(tx, place).await?;
    let id = tx.env().new_id();
    members::insert(tx, id, person, &place).await?;
    people::insert_organisation(tx, person).await?;
    tx.record(actor, &MemberAdded { membership: id })?;
    audit::write(tx, actor, "member.added", id, json!({"person": person, "roles": &place.roles})).await?;
    Ok(id)
}

/// Gives somebody who worked here before their place back.
pub async fn reopen_membership(
    tx: &mut Tx,
    actor: Actor,
    id: MembershipId,
    place: Place,
) -> Result<Membership> {
    let found = find(tx, id).await?;
    if found.ended_at.is_none() {
        return Err(Error::conflict("This person works here already."));
    }
    let place = checked(tx, place).await?;
    members::set_ended(tx, id, None).await?;
    members::replace_place(tx, id, &place).await?;
    tx.record(actor, &MemberAdded { membership: id })?;
    audit::write(tx, actor, "member.reopened", id, json!({"roles": &place.roles})).await?;
    find(tx, id).await
}

/// Changes what somebody does and where. It holds from their next request on.
pub async fn change_membership(
    tx: &mut Tx,
    actor: Actor,
    id: MembershipId,
    place: Place,
) -> Result<Membership> {
    organisations::lock(tx).await?;
    let found = find(tx, id).await?;
    if found.ended_at.is_some() {
        return Err(Error::conflict("This person no longer works here. Invite them again first."));
    }
    let place = checked(tx, place).await?;
    members::replace_place(tx, id, &place).await?;
    keep_an_administrator(tx, &found).await?;
    tx.record(actor, &MemberChanged { membership: id })?;
    let detail = json!({"roles": &place.roles, "site": place.site, "teams": &place.teams});
    audit::write(tx, actor, "member.changed", id, detail).await?;
    find(tx, id).await
}

/// Ends a membership and its sessions. The person keeps their sign-in for other organisations.
pub async fn end_membership(tx: &mut Tx, actor: Actor, id: MembershipId) -> Result<Membership> {
    organisations::lock(tx).await?;
    let found = find(tx, id).await?;
    if found.ended_at.is_some() {
        return Ok(found);
    }
    let now = tx.env().now();
    members::set_ended(tx, id, Some(now)).await?;
    keep_an_administrator(tx, &found).await?;
    end_sessions_of(tx, actor, id).await?;
    tx.record(actor, &MemberEnded { membership: id })?;
    audit::write(tx, actor, "member.ended", id, json!({})).await?;
    find(tx, id).await
}

/// Changes what is asked about a membership: its place, its end, or its opening again.
pub async fn update_member(
    tx: &mut Tx,
    actor: Actor,
    id: MembershipId,
    change: MemberChange,
) -> Result<Membership> {
    let found = find(tx, id).await?;
    let asks_place = change.roles.is_some() || change.site.is_some() || change.teams.is_some();
    let place = Place {
        roles: change.roles.unwrap_or_else(|| found.roles.clone()),
        site: change.site.unwrap_or(found.site),
        teams: change.teams.unwrap_or_else(|| found.teams.clone()),
    };
    match (change.ended, found.ended_at.is_some()) {
        (Some(true), _) => end_membership(tx, actor, id).await,
        (Some(false), true) => reopen_membership(tx, actor, id, place).await,
        _ if asks_place => change_membership(tx, actor, id, place).await,
        _ => Ok(found),
    }
}

async fn find(tx: &mut Tx, id: MembershipId) -> Result<Membership> {
    members::find(tx, id).await?.ok_or_else(|| Error::not_found("member"))
}

/// Refuses a change after which nobody could manage the organisation.
async fn keep_an_administrator(tx: &mut Tx, before: &Membership) -> Result<()> {
    if before.roles.contains(&Role::Administrator) && members::administrators(tx).await? == 0 {
        return Err(Error::conflict(
            "This is the only administrator. Make somebody else administrator first.",
        ));
    }
    Ok(())
}

/// Refuses a site or team that is not of this organisation.
async fn checked(tx: &mut Tx, place: Place) -> Result<Place> {
    let place = place.checked()?;
    known_site(tx, place.site).await?;
    for team in &place.teams {
        if places::find_team(tx, *team).await?.is_none() {
            return Err(Error::invalid("team_ids", "there is no such team; choose from the list"));
        }
    }
    Ok(place)
}
