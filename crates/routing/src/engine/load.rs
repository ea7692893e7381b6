//! The state as it stands in the rows, with the place in the journal up to which it goes.

use super::lease::Lease;
use crate::Routing;
use crate::decide::{AgentSnapshot, Configuration, ContactSnapshot, Snapshot, State, Status};
use crate::model::Queue;
use crate::store::{self, agents, contacts, setup};
use base::{Error, ErrorCode, Position, Result};
use db::{Tx, journal};
use std::collections::HashSet;

/// What to think of the agents' connections.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Connections {
    /// The program that had them is gone. Everybody has to come back, but for those who have a screen here already.
    Lost,
    /// As they stand.
    Kept,
    /// As they stand, but nobody could come back for a while.
    OutOfReach,
}

struct Loaded {
    queues: Vec<setup::Stored<Queue>>,
    agents: Vec<AgentSnapshot>,
    contacts: Vec<ContactSnapshot>,
    position: Position,
}

/// Reads everything in one transaction that holds the journal, so that no fact is missed or counted twice.
pub(crate) async fn load(
    routing: &Routing,
    lease: &Lease,
    connections: Connections,
) -> Result<(State, Position)> {
    let (owner, token) = (lease.owner.clone(), lease.token);
    let (node, organisation) = (routing.clone(), lease.organisation);
    let read = async move |tx: &mut Tx| {
        if !store::lease::beat(tx, &owner, token).await? {
            return Err(Error::new(ErrorCode::Conflict, "another node owns this organisation now"));
        }
        let position = journal::hold(tx).await?;
        match connections {
            Connections::Kept => {}
            Connections::OutOfReach => agents::wait_anew(tx).await?,
            Connections::Lost => {
                agents::lose_all(tx).await?;
                // Asked only now: a screen that came just before has written already that it is there.
                for member in node.screens().connected(organisation) {
                    agents::set_lost(tx, member, None).await?;
                }
            }
        }
        let queues = setup::queues(tx).await?;
        let agents = agents::all(tx).await?;
        let contacts = open_contacts(tx).await?;
        Ok(Loaded { queues, agents, contacts, position })
    };
    let loaded = routing.db().write(lease.organisation, read).await?;
    let queues = loaded.queues.into_iter().map(|stored| stored.value).collect();
    let configuration = Configuration { queues, ..Configuration::default() };
    let snapshot = Snapshot { configuration, agents: loaded.agents, contacts: loaded.contacts };
    Ok((State::restore(snapshot, routing.db().env().now()), loaded.position))
}

/// The contacts that are not over. One that was closed while nobody owned routing leaves it now.
async fn open_contacts(tx: &mut Tx) -> Result<Vec<ContactSnapshot>> {
    let open: HashSet<_> = contact::facts::open(tx).await?.into_iter().collect();
    let ended: HashSet<_> = contact::facts::wrapping_up(tx).await?.into_iter().collect();
    let mut snapshots = Vec::new();
    for row in contacts::all(tx).await? {
        let ContactSnapshot { waiting, mut status } = row.snapshot;
        let id = waiting.contact;
        if !open.contains(&id) {
            super::commands::leave(tx, id).await?;
            continue;
        }
        if let (Status::Assigned { agent }, true) = (status, ended.contains(&id)) {
            status = Status::WrappingUp { agent };
        }
        snapshots.push(ContactSnapshot { waiting, status });
    }
    Ok(snapshots)
}
