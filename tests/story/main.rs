//! Stories over the real interfaces, and the rules that hold for the whole house.

#![expect(unreachable_pub, reason = "a test has no outside")]

mod clean_start;
mod erase;
mod faults;
mod house;
mod kill;
mod one_question;
mod play;
mod power;
mod support;
