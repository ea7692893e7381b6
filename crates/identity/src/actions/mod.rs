//! The only writers of this room. Each does its whole work in the transaction it is given: rows, journal and audit.

mod members;
mod organisations;
pub(crate) mod people;
pub(crate) mod sessions;

pub use members::{add_membership, change_membership, end_membership, reopen_membership, update_member};
pub use organisations::{
    create_organisation, create_site, create_team, rename_site, set_activity_active, update_team,
};
pub use people::{PreparedPerson, create_person};
