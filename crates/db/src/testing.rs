//! The test kit: a fresh database per test, on either engine.
//!
//! PostgreSQL comes from Debian's package. The first test that needs it starts one server for this user, in the
//! folder that holds the build; later tests and later runs find it there. `BALIE_TEST_POSTGRES` names another one.

use crate::conn::Raw;
use crate::{Db, Engine, Migrations, Options};
use base::{Env, TestClock};
use fs4::FileExt;
use sqlx::{Executor, SqlSafeStr};
use std::fs::{self, File};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// A database for one test, with a clock that the test moves. Everything goes when it is dropped.
#[derive(Debug)]
pub struct TestDb {
    db: Db,
    /// The clock.
    pub clock: Arc<TestClock>,
    /// How to open the same database once more.
    pub options: Options,
    folder: tempfile::TempDir,
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    /// A folder for files that belong to the test.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Makes a database with the tables of these rooms.
    pub async fn new(engine: Engine, rooms: &[Migrations]) -> Self {
        let (env, clock) = Env::test(42);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let options = Options { readers: 4, writers: 2, ..Options::new(new_url(engine, folder.path())) };
        let db = Db::open(&options, env).await.expect("the test database opens");
        db.migrate(rooms).await.expect("the migrations run");
        Self { db, clock, options, folder }
    }
}

/// Lets the engine check a statement without running it.
pub async fn prepare(db: &Db, statement: &str) -> base::Result<()> {
    let mut conn = db.read_global().await?;
    let statement = sqlx::AssertSqlSafe(statement.to_owned());
    match &mut conn.raw {
        Raw::Sqlite(conn) => conn.prepare(statement.into_sql_str()).await.map(drop),
        Raw::Postgres(conn) => conn.prepare(statement.into_sql_str()).await.map(drop),
    }
    .map_err(crate::error::translate)
}

/// Runs a test on an engine. Used by `#[db_test]`.
pub fn run<F: AsyncFnOnce(TestDb)>(engine: Engine, rooms: &[Migrations], story: F) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let db = TestDb::new(engine, rooms).await;
        let (open, url) = (db.db.clone(), db.options.url.clone());
        story(db).await;
        open.close().await;
        drop_database(&url);
    });
}

/// The address of a new, empty database.
pub fn new_url(engine: Engine, folder: &Path) -> String {
    match engine {
        Engine::Sqlite => format!("sqlite:{}", folder.join("test.db").display()),
        Engine::Postgres => {
            let server = server();
            let random = Env::system().random_bytes::<8>();
            let name = format!("t{:016x}", u64::from_be_bytes(random));
            let made = psql(&server, &format!("CREATE DATABASE {name}"));
            assert!(made, "PostgreSQL makes a database; its log is in {}", home().display());
            format!("{server}&dbname={name}")
        }
    }
}

/// After a test that passed; what one that failed has left can be looked at until the server stops.
fn drop_database(url: &str) {
    if let Some((server, name)) = url.split_once("&dbname=") {
        psql(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
    }
}

/// The address of the server, without a database; starts it if it does not run.
fn server() -> String {
    if let Ok(address) = std::env::var("BALIE_TEST_POSTGRES") {
        return address;
    }
    let home = home();
    fs::create_dir_all(&home).expect("a folder for PostgreSQL");
    let lock = File::create(home.join("lock")).expect("a lock file");
    FileExt::lock(&lock).expect("the lock");
    let address = format!("postgres:///?host={}&user=balie", home.display());
    if !psql(&address, "SELECT 1") {
        start(&home);
        assert!(psql(&address, "SELECT 1"), "PostgreSQL answers; its log is in {}", home.display());
    }
    address
}

/// A short path, because the name of a Unix socket may have 107 bytes at most.
fn home() -> PathBuf {
    let user = Command::new("id").arg("-u").output().expect("id runs");
    PathBuf::from(format!("/tmp/balie-test-postgres-{}", String::from_utf8_lossy(&user.stdout).trim()))
}

fn psql(server: &str, statement: &str) -> bool {
    let address = format!("{server}&dbname=postgres");
    let run = Command::new("psql").args(["-qX", "-d", &address, "-c", statement]).output();
    run.expect("psql of Debian's package postgresql is installed").status.success()
}

fn start(home: &Path) {
    let tools = fs::read_dir("/usr/lib/postgresql")
        .expect("Debian's package postgresql is installed")
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .max()
        .expect("a version of PostgreSQL");
    let data = home.join("data");
    // What a server that stopped has left is of no use, and to recover it can take minutes.
    if data.exists() {
        fs::remove_dir_all(&data).expect("the folder of an earlier PostgreSQL goes");
    }
    own(home);
    let made = as_postgres(&tools.join("initdb"))
        .args(["-U", "balie", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-D"])
        .arg(&data)
        .output()
        .expect("initdb runs");
    assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
    let options =
        format!("-c listen_addresses= -c unix_socket_directories={} -c max_connections=400", home.display());
    let started = as_postgres(&tools.join("pg_ctl"))
        .args(["start", "-w", "-o", &options, "-l"])
        .arg(home.join("log"))
        .arg("-D")
        .arg(&data)
        .status()
        .expect("pg_ctl runs");
    assert!(started.success(), "PostgreSQL starts; its log is in {}", home.display());
}

/// PostgreSQL refuses to run as root; then Debian's user postgres runs it.
fn as_postgres(tool: &Path) -> Command {
    if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(tool).current_dir("/");
        return command;
    }
    Command::new(tool)
}

fn own(home: &Path) {
    if is_root() {
        let owned = Command::new("chown").arg("-R").arg("postgres").arg(home).status().expect("chown runs");
        assert!(owned.success(), "postgres owns its folder");
    }
}

fn is_root() -> bool {
    home().to_string_lossy().ends_with("-0")
}
