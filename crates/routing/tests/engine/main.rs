//! Routing at work on both engines: what agents and customers rely on, with a clock that the test moves.

mod connections;
mod house;
mod lease;
mod offers;
mod screen;
mod screens;
mod strangers;

const TEST_ROOMS: &[db::Migrations] = house::ROOMS;
