//! The program, started as a user starts it, with the demo's organisations and no traffic.

use db::Engine;
use reqwest::Client;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A running program with its own folder and database.
pub struct Program {
    child: Option<Child>,
    folder: TempDir,
    port: u16,
    database: Option<String>,
    limits: Option<String>,
    level: &'static str,
    sync: bool,
}

impl Program {
    /// Starts it on a fresh database.
    pub async fn start(engine: Engine) -> Self {
        Self::start_limited(engine, None).await
    }

    /// Starts it from a shell that first runs `limits`, for example to make the disk small.
    pub async fn start_limited(engine: Engine, limits: Option<&str>) -> Self {
        let mut program = Self::new(engine);
        program.limits = limits.map(str::to_owned);
        program.start_again().await;
        program
    }

    /// Starts it so that it logs all it has to say.
    pub async fn start_talkative(engine: Engine) -> Self {
        let mut program = Self::new(engine);
        program.level = "debug";
        program.start_again().await;
        program
    }

    /// Starts it on this PostgreSQL.
    pub async fn start_on(database: String) -> Self {
        let mut program = Self::new(Engine::Sqlite);
        program.database = Some(database);
        program.start_again().await;
        program
    }

    fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database =
            (engine == Engine::Postgres).then(|| db::testing::new_url(Engine::Postgres, folder.path()));
        Self { child: None, folder, port: free_port(), database, limits: None, level: "warn", sync: true }
    }

    /// Starts it on the data that is there, and waits until it is ready.
    pub async fn start_again(&mut self) {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log()).expect("a log file");
        let mut command = match &self.limits {
            None => Command::new(env!("CARGO_BIN_EXE_balie")),
            Some(limits) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("{limits}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_balie")]);
                shell
            }
        };
        command.args([
            "demo",
            "--no-traffic",
            "--log",
            self.level,
            "--listen",
            &format!("127.0.0.1:{}", self.port),
            "--data",
        ]);
        command.arg(self.data());
        if let Some(url) = &self.database {
            command.args(["--database", url]);
        }
        if !self.sync {
            command.arg("--no-sync");
        }
        let child =
            command.stdout(Stdio::null()).stderr(Stdio::from(log)).spawn().expect("the program starts");
        self.child = Some(child);
        self.wait_until_ready().await;
    }

    async fn wait_until_ready(&mut self) {
        let client = Client::new();
        for _ in 0..600 {
            let answer = client.get(self.url("/readyz")).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            let ended = self.child.as_mut().expect("a child").try_wait().expect("its state");
            assert!(ended.is_none(), "the program ended: {}", self.logged());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the program is not ready after a minute: {}", self.logged());
    }

    /// Kills it as a power cut would (SIGKILL).
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it can be killed");
            child.wait().expect("it is gone");
        }
    }

    /// Whether SQLite waits for the disk from the next start on.
    pub fn sync(&mut self, sync: bool) {
        self.sync = sync;
    }

    /// Tells it to stop, as a service manager does, and waits until it has. Tells whether it ended well.
    pub async fn stop(&mut self) -> bool {
        let mut child = self.child.take().expect("a child");
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        assert!(told.expect("kill runs").success());
        for _ in 0..600 {
            if let Some(status) = child.try_wait().expect("its state") {
                return status.success();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        child.kill().expect("it can be killed");
        panic!("it does not stop: {}", self.logged());
    }

    /// Whether the same process still runs.
    pub fn runs(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().expect("its state").is_none())
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.as_ref().expect("a child").id()
    }

    /// The folder with all it keeps.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("demo")
    }

    /// Its settings, for another program that works with the same data.
    pub fn config(&self) -> balie::Config {
        let mut config = balie::Config::in_folder(&self.data());
        if let Some(url) = &self.database {
            config.database.url.clone_from(url);
        }
        config
    }

    /// An address of it.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// An address of a socket of it.
    pub fn socket_url(&self, path: &str) -> String {
        format!("ws://127.0.0.1:{}{path}", self.port)
    }

    /// The key of the widget on the page of Lindedam.
    pub async fn widget_key(&self) -> String {
        self.widget_key_of("lindedam").await
    }

    /// The key of the widget on the page of an organisation.
    pub async fn widget_key_of(&self, slug: &str) -> String {
        let page = Client::new().get(self.url(&format!("/demo/{slug}/"))).send().await.expect("their page");
        let page = page.text().await.expect("a page");
        let key = page.split("data-key=\"").nth(1).and_then(|rest| rest.split('"').next());
        key.expect("the page shows the widget").to_owned()
    }

    /// What it logged.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}
