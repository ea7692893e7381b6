//! The release binary: how soon it answers, on an empty folder and on one that it made before, what it weighs when
//! nothing happens, and how large it is.

use crate::figure::Figure;
use crate::house::Fault;
use crate::machine::{median, rss_mb_of};
use base::Env;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const ROUNDS: usize = 7;
/// After this long it is idle.
const IDLE: Duration = Duration::from_secs(10);
/// It is never this late.
const STUCK: Duration = Duration::from_secs(30);

/// Runs both cases, or one.
pub(crate) fn run(case: Option<&str>) -> Result<Vec<Figure>, Fault> {
    let binary = binary()?;
    let mut figures = Vec::new();
    if case.is_none_or(|case| case == "fresh") {
        let mut took = Vec::new();
        for _ in 0..ROUNDS {
            let folder = tempfile::tempdir()?;
            took.push(Program::start(&binary, folder.path())?.stop()?);
        }
        figures.push(Figure::new("start", "fresh", "first_answer_ms", median(took), "ms"));
    }
    if case.is_none_or(|case| case == "migrated") {
        let folder = tempfile::tempdir()?;
        Program::start(&binary, folder.path())?.stop()?;
        let took =
            (0..ROUNDS).map(|_| Program::start(&binary, folder.path())?.stop()).collect::<Result<_, _>>()?;
        figures.push(Figure::new("start", "migrated", "first_answer_ms", median(took), "ms"));
        let program = Program::start(&binary, folder.path())?;
        std::thread::sleep(IDLE);
        let rss = rss_mb_of(program.process.id())?;
        program.stop()?;
        figures.push(Figure::new("start", "migrated", "idle_rss_mb", rss, "MB"));
    }
    #[expect(clippy::cast_precision_loss, reason = "a binary has no petabytes")]
    let size = fs::metadata(&binary)?.len() as f64 / 1e6;
    figures.push(Figure::new("start", "binary", "binary_mb", size, "MB"));
    Ok(figures)
}

/// The release binary, built now if cargo runs this.
fn binary() -> Result<PathBuf, Fault> {
    if let Ok(cargo) = std::env::var("CARGO") {
        let built = Command::new(cargo).args(["build", "-q", "--release", "-p", "balie"]).status()?;
        if !built.success() {
            return Err("balie cannot be built".into());
        }
    }
    let folder = std::env::current_exe()?;
    let binary = folder.parent().ok_or("a program without a folder")?.join("balie");
    if binary.exists() { Ok(binary) } else { Err(format!("build {} first", binary.display()).into()) }
}

struct Program {
    process: Child,
    first_answer_ms: f64,
}

impl Program {
    /// Starts it in a folder and waits for its first answer.
    fn start(binary: &Path, folder: &Path) -> Result<Self, Fault> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let file = |name: &str| folder.join(name).display().to_string();
        let env = Env::system();
        let begun = env.now();
        let process = Command::new(binary)
            .arg("serve")
            .current_dir(folder)
            .env("BALIE_SERVER_LISTEN", format!("127.0.0.1:{port}"))
            .env("BALIE_DATABASE_URL", format!("sqlite:{}", file("balie.db")))
            .env("BALIE_VAULT_DATABASE_URL", format!("sqlite:{}", file("keys.db")))
            .env("BALIE_VAULT_KEY_FILE", file("installation.key"))
            .env("BALIE_BLOB_FOLDER", file("blobs"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut program = Self { process, first_answer_ms: 0.0 };
        while !answers(port) {
            if env.now() > begun + STUCK || program.process.try_wait()?.is_some() {
                return Err("the program does not answer".into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        program.first_answer_ms = env.now().since(begun).as_secs_f64() * 1000.0;
        Ok(program)
    }

    fn stop(mut self) -> Result<f64, Fault> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(self.first_answer_ms)
    }
}

fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut answer = String::new();
    stream.write_all(b"GET /healthz HTTP/1.0\r\nhost: localhost\r\n\r\n").is_ok()
        && stream.read_to_string(&mut answer).is_ok()
        && answer.lines().next().is_some_and(|line| line.contains("200"))
}
