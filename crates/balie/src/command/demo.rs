//! `balie demo`: makes the demo organisations if they are not there yet, and serves them with a world that goes on by
//! itself.

#![expect(clippy::print_stdout, reason = "this is what the command is for")]

use super::serve::{listen, serve_with};
use crate::config::LogFormat;
use crate::demo::content::World;
use crate::demo::folder::{Folder, Made};
use crate::demo::page::{Pages, roles};
use crate::demo::seed::{self, PastClock};
use crate::demo::traffic::{Address, Options, Traffic};
use crate::{App, Config, inspect};
use base::{Env, Error, Result};
use clap::Args;
use email::mailbox::Mailbox;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

/// How many letters the mailbox keeps.
const LETTERS: usize = 200;

/// What can be said about the demo.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Begin anew: delete what an earlier demo made in this folder
    #[arg(long)]
    reset: bool,
    /// The seed of the past and of the traffic
    #[arg(long, value_name = "NUMBER", default_value_t = 2026)]
    seed: u64,
    /// How much faster than life customers and colleagues are
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = factor)]
    speed: f64,
    /// How many customers come in the busiest hour, over all three organisations
    #[arg(long, value_name = "NUMBER", default_value_t = 240.0, value_parser = factor)]
    customers_per_hour: f64,
    /// Nobody comes by themselves, and nobody answers by themselves
    #[arg(long)]
    no_traffic: bool,
    /// The demo's own folder
    #[arg(long, value_name = "DIR", default_value = ".balie/demo")]
    data: PathBuf,
    /// An empty PostgreSQL database to use in place of a file: `postgres://user:password@host/name`
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Does not wait for the disk, so that a power cut loses messages: for the test that has to see that
    #[arg(long, hide = true)]
    no_sync: bool,
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// What is logged: error, warn, info, debug
    #[arg(long, value_name = "LEVEL", default_value = "warn")]
    log: String,
}

fn factor(text: &str) -> std::result::Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "write a number such as 2 or 0.5".to_owned())?;
    if (0.01..=100_000.0).contains(&number) { Ok(number) } else { Err("choose from 0.01 to 100000".into()) }
}

impl Demo {
    pub(crate) fn config(&self) -> Result<Config> {
        let mut config = Config::in_folder(&self.data);
        if let Some(url) = &self.database {
            if !url.starts_with("postgres") {
                return Err(Error::invalid("--database", "write it like postgres://user:password@host/name"));
            }
            config.database.url.clone_from(url);
        }
        config.database.durable = !self.no_sync;
        config.server.listen = self.listen;
        config.log.level.clone_from(&self.log);
        config.log.format = LogFormat::Text;
        Ok(config)
    }

    pub(crate) async fn run(self, config: &Config) -> Result<()> {
        // The port first: whoever has it may be using the folder.
        let listener = listen(self.listen).await?;
        let address = listener.local_addr().map_err(Error::internal)?;
        let env = Env::system();
        if let Some(url) = &self.database
            && Folder::begins_anew(&self.data, self.reset)?
        {
            refuse_what_is_not_empty(url, &env).await?;
        }
        let mut folder = Folder::take(&self.data, self.database.as_deref(), self.reset)?;
        let world = Arc::new(World::load()?);
        let mut config = config.clone();
        config.server.public_url = public_url(address);
        if folder.made().is_none() {
            println!("Making the demo in {} …", folder.path().display());
            let made = self.make(&world, &config, &env).await?;
            folder.complete(made)?;
        }
        let made = folder.made().ok_or_else(|| Error::internal("the demo was not made"))?;
        let mailbox = Mailbox::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), LETTERS).await;
        let mailbox = mailbox.map_err(Error::internal)?;
        config.mail.host = Some(mailbox.address().ip().to_string());
        config.mail.port = Some(mailbox.address().port());
        config.mail.security = email::Security::Plain;
        config.mail.from = Some("noreply@demo.example".into());
        let app = App::open(&config, env.clone()).await?;
        let pages = Pages::new(world.clone(), made, mailbox).routes();
        let router = web::layers::around(app.inner_router()?.merge(pages), env.clone());
        let traffic = if self.no_traffic {
            None
        } else {
            Some(Traffic::start(env, world.clone(), made, &self.options(address, &config))?)
        };
        println!("{}", welcome(&world, &config.server.public_url, traffic.is_some()));
        serve_with(app, router, listener).await
    }

    /// Fills the empty databases, on a clock that goes from long ago to now.
    async fn make(&self, world: &World, config: &Config, present: &Env) -> Result<Vec<Made>> {
        let (clock, past) = PastClock::before(present);
        let app = App::open(config, past).await?;
        let made = seed::all(world, &app.rooms(), &clock, present.now(), self.seed).await;
        app.close().await;
        made
    }

    fn options(&self, address: SocketAddr, config: &Config) -> Options {
        let host = SocketAddr::new(reachable(address.ip()), address.port()).to_string();
        Options {
            address: Address { host, origin: config.server.public_url.clone() },
            seed: self.seed,
            speed: self.speed,
            customers_per_hour: self.customers_per_hour,
        }
    }
}

/// A demo is made in an empty database only, and this is said before the keys to another one are deleted.
async fn refuse_what_is_not_empty(url: &str, env: &Env) -> Result<()> {
    if inspect::look(url, &[], env).await?.is_none_or(|found| found.is_empty()) {
        return Ok(());
    }
    let text = "this database is not empty, and the demo deletes nothing that is not in its own folder; give an empty \
                database, or empty this one with: DROP SCHEMA public CASCADE; CREATE SCHEMA public;";
    Err(Error::invalid("--database", text))
}

/// An address of this machine at which the listener can be reached.
fn reachable(ip: IpAddr) -> IpAddr {
    if ip.is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { ip }
}

fn public_url(address: SocketAddr) -> String {
    let ip = reachable(address.ip());
    if ip.is_loopback() {
        return format!("http://localhost:{}", address.port());
    }
    format!("http://{}", SocketAddr::new(ip, address.port()))
}

/// What a person needs to begin.
fn welcome(world: &World, url: &str, traffic: bool) -> String {
    let mut lines = vec![
        String::new(),
        format!("Balie runs on {url}"),
        String::new(),
        format!("  the desk      {url}/"),
        format!("  all sign-ins  {url}/demo/"),
        format!("  sent mail     {url}/demo/mailbox"),
    ];
    for organisation in &world.organisations {
        let setup = &organisation.setup;
        lines.push(String::new());
        lines.push(format!("{}   {url}/demo/{}/   password: {}", setup.name, setup.slug, setup.password));
        for person in organisation.people.iter().filter(|person| person.play) {
            lines.push(format!("  {:<18} {:<36} {}", person.name, person.email, roles(person, "en")));
        }
    }
    lines.push(String::new());
    let hint = if traffic {
        "Customers come by themselves. Go ready at the desk to get one."
    } else {
        "Nobody comes by themselves. Open a website to be a customer."
    };
    lines.extend([hint.to_owned(), "Stop with Ctrl-C.".to_owned()]);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        demo: Demo,
    }

    fn demo(line: &str) -> std::result::Result<Demo, clap::Error> {
        Line::try_parse_from(["demo"].into_iter().chain(line.split_whitespace())).map(|line| line.demo)
    }

    #[test]
    fn everything_stands_in_the_folder_unless_a_database_is_given() {
        let config = demo("--data /tmp/x").unwrap().config().unwrap();
        assert_eq!(config.database.url, "sqlite:/tmp/x/balie.db");
        let config = demo("--data /tmp/x --database postgres://u:p@h/n").unwrap().config().unwrap();
        assert_eq!(config.database.url, "postgres://u:p@h/n");
        assert_eq!(config.vault.database_url, "sqlite:/tmp/x/keys.db");
        assert!(demo("--database mysql://h/n").unwrap().config().is_err());
    }

    #[test]
    fn a_speed_is_a_sensible_number() {
        assert!(demo("--speed 60 --customers-per-hour 1000").is_ok());
        for wrong in ["--speed 0", "--speed -1", "--speed nan", "--speed fast", "--customers-per-hour inf"] {
            assert!(demo(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn people_get_an_address_that_they_can_open() {
        assert_eq!(public_url("127.0.0.1:8080".parse().unwrap()), "http://localhost:8080");
        assert_eq!(public_url("0.0.0.0:80".parse().unwrap()), "http://localhost:80");
        assert_eq!(public_url("192.0.2.7:8080".parse().unwrap()), "http://192.0.2.7:8080");
    }

    #[test]
    fn the_terminal_tells_what_is_needed_to_begin() {
        let text = welcome(&World::load().unwrap(), "http://localhost:8080", true);
        for needed in ["http://localhost:8080/demo/lindedam/", "sem.bakker@lindedam.example", "lindedam-demo"]
        {
            assert!(text.contains(needed), "{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}
