//! The names of colleagues and teams, for what is shown.

use super::Contacts;
use base::{Error, MembershipId, OrganisationId, Result, TeamId};
use identity::Named;
use identity::directory::MemberName;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Names of colleagues. Who never worked here has none.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<MembershipId, Arc<MemberName>>);

impl Names {
    pub(super) fn get(&self, member: MembershipId) -> Option<String> {
        self.0.get(&member).map(|found| found.name.clone())
    }

    pub(super) fn named(&self, member: MembershipId) -> Named {
        Named::new(member, self.get(member).unwrap_or_default())
    }
}

impl Contacts {
    pub(super) async fn names(
        &self,
        organisation: OrganisationId,
        members: impl IntoIterator<Item = MembershipId>,
    ) -> Result<Names> {
        let members: HashSet<MembershipId> = members.into_iter().collect();
        if members.is_empty() {
            return Ok(Names::default());
        }
        self.identity().member_names(organisation, members).await.map(Names)
    }

    pub(super) async fn team_names(
        &self,
        organisation: OrganisationId,
        teams: impl IntoIterator<Item = TeamId>,
    ) -> Result<HashMap<TeamId, String>> {
        if teams.into_iter().next().is_none() {
            return Ok(HashMap::new());
        }
        let teams = self.identity().teams(organisation).await?;
        Ok(teams.into_iter().map(|team| (team.id, team.name)).collect())
    }

    /// Refuses work for somebody who does not work here, or for a team that is not there.
    pub(super) async fn check_assignee(
        &self,
        organisation: OrganisationId,
        agent: Option<MembershipId>,
        team: Option<TeamId>,
    ) -> Result<()> {
        if let Some(agent) = agent {
            let found = self.identity().membership(organisation, agent).await?;
            if found.is_none_or(|member| member.ended_at.is_some()) {
                return Err(Error::invalid("agent_id", "choose somebody who works here"));
            }
        }
        if let Some(team) = team
            && !self.identity().teams(organisation).await?.iter().any(|found| found.id == team)
        {
            return Err(Error::invalid("team_id", "choose one of the teams in the list"));
        }
        Ok(())
    }
}
