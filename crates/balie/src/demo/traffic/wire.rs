//! What the desk's interface says, as far as a simulated colleague listens. Written down here and not taken from the
//! rooms, so that the simulation notices when the public interface changes.

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct Session {
    pub(super) membership: Identified,
}

#[derive(Deserialize)]
pub(super) struct Identified {
    pub(super) id: String,
}

#[derive(Deserialize)]
pub(super) struct Items<T> {
    pub(super) items: Vec<T>,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Reason {
    pub(super) id: String,
    pub(super) code: String,
}

#[derive(Deserialize)]
pub(super) struct Work {
    pub(super) presence: Presence,
    pub(super) offers: Vec<Offer>,
    pub(super) contacts: Vec<Contact>,
}

#[derive(Deserialize)]
pub(super) struct Presence {
    pub(super) state: String,
}

#[derive(Deserialize)]
pub(super) struct Offer {
    pub(super) id: String,
    pub(super) preview: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Contact {
    pub(super) id: String,
    pub(super) state: String,
    pub(super) language: String,
    pub(super) agent: Option<Identified>,
    pub(super) customer: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct Entry {
    pub(super) contact_id: String,
    pub(super) seq: i64,
    pub(super) kind: String,
    pub(super) author: Author,
    pub(super) text: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Author {
    pub(super) kind: String,
}

#[derive(Deserialize)]
pub(super) struct Colleague {
    pub(super) name: String,
    pub(super) state: String,
    pub(super) chat: Room,
}

#[derive(Deserialize)]
pub(super) struct Room {
    pub(super) used: u8,
    pub(super) total: u8,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum FromServer {
    Changed {
        kind: String,
        object: Value,
    },
    Resync {},
    SignedOut {},
    #[serde(other)]
    Other,
}
