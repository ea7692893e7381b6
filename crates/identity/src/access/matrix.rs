//! Who may do what: the one table from role to permission. Everything that asks, asks here; the interface and the
//! documents print it.

use crate::words::words;

words! {
    /// What somebody does in an organisation. A member has one or more roles.
    Role {
        /// Helps customers.
        Agent = "agent",
        /// Watches over queues and helps agents.
        TeamLead = "team_lead",
        /// Sets up the organisation. Does not see customers by virtue of this role.
        Administrator = "administrator",
    }
}

words! {
    /// One thing that somebody may do.
    Permission {
        /// See contacts and their timeline.
        ReadContacts = "read_contacts",
        /// Write to the customer of a contact, add notes, wrap up.
        AnswerContacts = "answer_contacts",
        /// Hand a contact to a queue or a colleague.
        TransferContacts = "transfer_contacts",
        /// Find and see customers.
        ReadCustomers = "read_customers",
        /// Make and change customers.
        WriteCustomers = "write_customers",
        /// See cases.
        ReadCases = "read_cases",
        /// Make and change cases.
        WriteCases = "write_cases",
        /// See tasks.
        ReadTasks = "read_tasks",
        /// Make, change and finish tasks.
        WriteTasks = "write_tasks",
        /// Say whether one is ready for work; accept and decline offers.
        OwnPresence = "own_presence",
        /// See queues and how long they are.
        ReadQueues = "read_queues",
        /// See colleagues, teams, sites and who is ready.
        ReadColleagues = "read_colleagues",
        /// See why routing chose whom.
        ReadDecisions = "read_decisions",
        /// Watch over queues, and move contacts that wait.
        SuperviseQueues = "supervise_queues",
        /// Invite members, change their roles and teams, end memberships.
        ManagePeople = "manage_people",
        /// Make and change sites and teams.
        ManageSites = "manage_sites",
        /// Set up entry points, queues and skills.
        ManageRouting = "manage_routing",
        /// Set up chat widgets.
        ManageWidgets = "manage_widgets",
        /// See and switch registered processing activities.
        ManageActivities = "manage_activities",
        /// See the audit chain.
        ReadAudit = "read_audit",
        /// See who looked at whose data.
        ReadLooks = "read_looks",
        /// See this table.
        ReadAccessMatrix = "read_access_matrix",
    }
}

use Permission as P;

const AGENT: &[Permission] = &[
    P::ReadContacts,
    P::AnswerContacts,
    P::TransferContacts,
    P::ReadCustomers,
    P::WriteCustomers,
    P::ReadCases,
    P::WriteCases,
    P::ReadTasks,
    P::WriteTasks,
    P::OwnPresence,
    P::ReadQueues,
    P::ReadColleagues,
    P::ReadAccessMatrix,
];

const TEAM_LEAD: &[Permission] = &[
    P::ReadContacts,
    P::AnswerContacts,
    P::TransferContacts,
    P::ReadCustomers,
    P::WriteCustomers,
    P::ReadCases,
    P::WriteCases,
    P::ReadTasks,
    P::WriteTasks,
    P::OwnPresence,
    P::ReadQueues,
    P::ReadColleagues,
    P::ReadDecisions,
    P::SuperviseQueues,
    P::ReadAccessMatrix,
];

const ADMINISTRATOR: &[Permission] = &[
    P::ReadQueues,
    P::ReadColleagues,
    P::ManagePeople,
    P::ManageSites,
    P::ManageRouting,
    P::ManageWidgets,
    P::ManageActivities,
    P::ReadAudit,
    P::ReadLooks,
    P::ReadAccessMatrix,
];

impl Role {
    /// What this role may do.
    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::Agent => AGENT,
            Self::TeamLead => TEAM_LEAD,
            Self::Administrator => ADMINISTRATOR,
        }
    }

    /// Whether this role may do it.
    pub fn allows(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }
}

/// What somebody with these roles may do, in the order of the table.
pub fn permissions_of(roles: &[Role]) -> Vec<Permission> {
    P::ALL.iter().copied().filter(|permission| roles.iter().any(|role| role.allows(*permission))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_spelled_the_same_in_json_and_in_the_database() {
        for permission in P::ALL {
            assert_eq!(serde_json::to_value(permission).unwrap(), permission.word());
            assert_eq!(permission.word().parse::<Permission>().unwrap(), *permission);
        }
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.word());
        }
    }

    #[test]
    fn an_administrator_sees_no_customer() {
        for permission in [P::ReadContacts, P::ReadCustomers, P::ReadCases, P::AnswerContacts] {
            assert!(!Role::Administrator.allows(permission), "{permission}");
        }
    }

    #[test]
    fn only_an_administrator_manages_and_audits() {
        for permission in [P::ManagePeople, P::ManageRouting, P::ManageWidgets, P::ReadAudit, P::ReadLooks] {
            assert!(!Role::Agent.allows(permission) && !Role::TeamLead.allows(permission), "{permission}");
        }
    }

    #[test]
    fn a_team_lead_can_do_what_an_agent_can() {
        assert!(AGENT.iter().all(|permission| Role::TeamLead.allows(*permission)));
    }

    #[test]
    fn every_permission_belongs_to_somebody() {
        assert_eq!(permissions_of(Role::ALL), P::ALL);
    }
}
