//! `balie doctor`: looks at everything that a running installation needs, and says how to mend what is wrong.

#![expect(clippy::print_stdout, reason = "this is what the command is for")]

use super::{causes, told};
use crate::{App, Config};
use base::{Env, Error, ErrorCode, Result};

pub(crate) async fn run(config: &Config) -> Result<()> {
    let mut faults = 0;
    let mut report = |what: &str, outcome: Result<String>| match outcome {
        Ok(text) => println!("  ok    {what}: {text}"),
        Err(error) => {
            faults += 1;
            println!("  wrong {what}: {}", told(&error));
            for cause in causes(&error) {
                println!("        because: {cause}");
            }
        }
    };
    report("configuration", Ok("read and checked".into()));
    match App::open(config, Env::system()).await {
        Err(error) => report("databases and keys", Err(error)),
        Ok(app) => {
            report("databases and keys", Ok("open, up to date, and the installation key fits".into()));
            report("scanner", app.check_scanner().await);
            report("mail", Ok(app.check_mail()));
            app.close().await;
        }
    }
    if faults > 0 {
        return Err(Error::new(ErrorCode::Unavailable, format!("{faults} to mend, see above")));
    }
    Ok(())
}
