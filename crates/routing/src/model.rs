//! What an organisation lays down about routing. Plain values that check themselves when they are made: a level is
//! one to five, rings follow each other in time, a ring admits only groups that exist, no two channels yield to each
//! other. So whoever holds one need not check it again.

mod agent;
mod capacity;
mod queue;
mod skill;
mod waiting;

pub use agent::{AgentProfile, NotReadyReason, Presence};
pub use capacity::{Capacity, CapacityRules, Channel, PerChannel};
pub use queue::{AgentChoice, EntryPoint, Group, GroupNumber, Queue, QueueRules, Relax, RelaxRing, Stage};
pub use skill::{Level, Need, Needs};
pub use waiting::{Order, PassedBy, Preferred, Priority, Seconds, WaitingContact};
