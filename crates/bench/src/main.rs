//! Benchmarks: `bench NAME` prints one line of JSON for each figure, with its reference beside it. `bench NAME CASE`
//! does so for one of its cases.

mod chat;
mod figure;
mod house;
mod live;
mod machine;
mod routing;
mod sockets;
mod start;
mod store;

use figure::Figure;
use std::process::ExitCode;

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    let case = std::env::args().nth(2);
    let figures = match name.as_str() {
        "routing" => routing::run(case.as_deref()),
        "chat" => chat::run(case.as_deref()).map_err(std::io::Error::other),
        "live" => live::run(case.as_deref()).map_err(std::io::Error::other),
        live::OTHER_ENDS => {
            live::other_ends(case.as_deref()).map(|()| Vec::new()).map_err(std::io::Error::other)
        }
        "start" => start::run(case.as_deref()).map_err(std::io::Error::other),
        _ => Err(std::io::Error::other("name a benchmark: routing, chat, live, start")),
    };
    let printed = figures.and_then(|figures| figures.iter().try_for_each(Figure::print));
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
