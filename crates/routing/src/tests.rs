//! Stories and random days.

mod days;
mod estimates;
mod ledger;
mod stories;
mod world;
