//! What visitors, their browsers and administrators rely on, over a real port and on both engines.

mod access;
mod conversation;
mod forget;
mod house;
mod limits;
mod silence;
mod weather;

const TEST_ROOMS: &[db::Migrations] = house::ROOMS;
