//! Rules that hold for every room.

mod interface;
mod schema;
mod statements;
