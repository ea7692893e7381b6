//! The statements of this room.

pub(crate) mod limits;
pub(crate) mod members;
pub(crate) mod organisations;
pub(crate) mod people;
pub(crate) mod places;
pub(crate) mod sessions;
