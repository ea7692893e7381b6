//! Stories over the real interfaces, and the rules that hold for the whole house.

mod house;
mod kill;
mod one_question;
mod play;
mod support;
