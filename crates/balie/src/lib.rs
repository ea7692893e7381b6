//! The program: command line, configuration and wiring. It puts the rooms together and does nothing of its own.

pub mod app;
mod assets;
pub mod command;
pub mod config;
mod demo;
mod errors;
mod files;
mod health;
mod inspect;
mod keys;
mod logging;
mod settings;
mod tidy;

pub use app::App;
pub use config::Config;
