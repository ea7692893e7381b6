//! The command line. Each command is a file in `command/`; what they share is in the library beside this.

#![expect(clippy::print_stderr, reason = "this is the command line")]

use balie::command::{self, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match command::run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("balie: {}", command::told(&error));
            for cause in command::causes(&error) {
                eprintln!("  because: {cause}");
            }
            ExitCode::FAILURE
        }
    }
}
