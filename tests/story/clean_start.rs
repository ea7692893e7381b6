//! The first minutes of whoever runs the program: what the commands say, and how they say what is wrong.

use crate::play::Program;
use db::{Db, Engine, Options, args, sql};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// Runs the program in a folder with these settings in the environment.
fn balie(folder: &Path, line: &str, settings: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_balie"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BALIE_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).args(line.split_whitespace()).envs(settings.iter().copied());
    let ran = command.output().expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Ran { code: ran.status.code().expect("it ended by itself"), out: text(ran.stdout), err: text(ran.stderr) }
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn help_names_every_command_and_what_it_is_for() {
    let folder = folder();
    let help = balie(folder.path(), "--help", &[]);
    assert_eq!(help.code, 0);
    for verb in ["serve", "demo", "migrate", "doctor", "audit", "openapi"] {
        let line = help.out.lines().find(|line| line.trim_start().starts_with(verb));
        let line = line.unwrap_or_else(|| panic!("{verb}: {}", help.out));
        assert!(line.split_whitespace().count() > 4, "{line}");
        let own = balie(folder.path(), &format!("{verb} --help"), &[]);
        assert!(own.code == 0 && own.out.contains("Usage:"), "{verb}: {}", own.err);
    }
    let nothing = balie(folder.path(), "", &[]);
    assert!(nothing.code == 2 && nothing.err.contains("Usage:"), "{}", nothing.err);
    let unknown = balie(folder.path(), "sevre", &[]);
    assert!(unknown.code == 2 && unknown.err.contains("serve"), "{}", unknown.err);
    assert!(balie(folder.path(), "--version", &[]).out.starts_with("balie 0."));
}

#[test]
fn an_empty_folder_becomes_a_working_installation() {
    let folder = folder();
    let entries = || std::fs::read_dir(folder.path()).unwrap().count();
    let first = balie(folder.path(), "doctor", &[]);
    assert_eq!(first.code, 0, "{} {}", first.out, first.err);
    for line in [
        "ok    configuration",
        "ok    content: data/balie.db is not there yet",
        "ok    keys: keys/keys.db is not there yet",
        "ok    installation key: keys/installation.key is not there yet",
        "ok    attachments",
        "ok    scanner",
        "ok    mail",
    ] {
        assert!(first.out.contains(line), "{line}: {}", first.out);
    }
    let nothing = balie(folder.path(), "audit verify", &[]);
    assert!(nothing.code == 1 && nothing.err.contains("database.url"), "{} {}", nothing.out, nothing.err);
    assert_eq!(entries(), 0, "whoever only looks makes nothing");
    for verb in ["migrate", "migrate", "doctor", "audit verify"] {
        let ran = balie(folder.path(), verb, &[]);
        assert_eq!(ran.code, 0, "{verb}: {} {}", ran.out, ran.err);
    }
    for made in ["data/balie.db", "keys/keys.db", "keys/installation.key"] {
        assert!(folder.path().join(made).exists(), "{made}");
    }
    assert_eq!(entries(), 2, "data and keys stand apart");
    let ready = balie(folder.path(), "doctor", &[]);
    for line in ["content: open and up to date", "keys: open and up to date", "it fits what is stored"] {
        assert!(ready.out.contains(line), "{line}: {}", ready.out);
    }
}

#[test]
fn the_doctor_asks_the_mail_server() {
    let folder = folder();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let settings = [
        ("BALIE_MAIL_HOST", "127.0.0.1"),
        ("BALIE_MAIL_PORT", nobody.as_str()),
        ("BALIE_MAIL_SECURITY", "plain"),
        ("BALIE_MAIL_FROM", "balie@lindedam.example"),
    ];
    let ran = balie(folder.path(), "doctor", &settings);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("wrong mail: mail.host: 127.0.0.1"), "{}", ran.out);
}

/// Settings, and the words that must be in the answer.
type Case = (&'static [(&'static str, &'static str)], &'static [&'static str]);

#[test]
fn a_wrong_setting_is_named_with_its_mend() {
    let folder = folder();
    let cases: &[Case] = &[
        (&[("BALIE_SERVER_PUBLIC_URL", "balie")], &["server.public_url", "https://"]),
        (&[("BALIE_SERVER_LISTEN", "here")], &["server.listen"]),
        (&[("BALIE_DATABSE_URL", "sqlite:x")], &["BALIE_DATABSE_URL", "does not exist"]),
        (&[("BALIE_DATABASE_URL", "mysql://h/n")], &["database.url", "sqlite:"]),
        (&[("BALIE_DATABASE_URL", "postgres://nobody:geheim@127.0.0.1:1/x")], &["database"]),
        (&[("BALIE_DATABASE_URL", "sqlite:/proc/none/x.db")], &["database.url", "/proc/none"]),
        (&[("BALIE_VAULT_KEY", "short")], &["vault.key"]),
        (&[("BALIE_VAULT_KEY_FILE", "/proc/none/key")], &["vault.key_file", "/proc/none/key"]),
        (&[("BALIE_MAIL_HOST", "mail.example")], &["mail.from"]),
        (&[("BALIE_SCANNER_CLAMD", "clamd")], &["scanner", "tcp:"]),
        (&[("BALIE_LOG_LEVEL", "=loud=")], &["log.level", "debug"]),
        (&[("BALIE_CONFIG", "none.toml")], &["none.toml"]),
    ];
    for (settings, words) in cases {
        for verb in ["doctor", "migrate"] {
            let ran = balie(folder.path(), verb, settings);
            let said = format!("{}{}", ran.out, ran.err);
            assert_eq!(ran.code, 1, "{settings:?} {verb}: {said}");
            for word in *words {
                assert!(said.contains(word), "{settings:?} {verb} names {word}: {said}");
            }
            assert!(!said.contains("geheim") && !said.contains("panicked"), "{said}");
        }
    }
    std::fs::write(folder.path().join("balie.toml"), "[server]\nlisen = \"127.0.0.1:1\"\n").unwrap();
    let ran = balie(folder.path(), "doctor --config balie.toml", &[]);
    assert!(ran.code == 1 && ran.err.contains("lisen") && ran.err.contains("listen"), "{}", ran.err);
}

#[test]
fn another_installation_key_does_not_fit() {
    let folder = folder();
    let program = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut program = Program::start(Engine::Sqlite).await;
        program.kill();
        program
    });
    let other = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    let config = program.config();
    let settings = [
        ("BALIE_DATABASE_URL", config.database.url.as_str()),
        ("BALIE_VAULT_DATABASE_URL", config.vault.database_url.as_str()),
        ("BALIE_VAULT_KEY", other),
    ];
    let ran = balie(folder.path(), "doctor", &settings);
    assert_eq!(ran.code, 1, "it says the key fits: {}", ran.out);
    assert!(ran.out.contains("key"), "{}", ran.out);
}

#[test]
fn lost_keys_are_told_and_not_made_anew() {
    let program = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut program = Program::start(Engine::Sqlite).await;
        program.kill();
        program
    });
    let config = program.config();
    let kept = (config.vault.database_url.as_str(), config.vault.key_file.display().to_string());
    let elsewhere = folder();
    let fresh = (
        format!("sqlite:{}", elsewhere.path().join("keys.db").display()),
        elsewhere.path().join("installation.key").display().to_string(),
    );
    let content = config.database.url.as_str();
    let new_content = format!("sqlite:{}", elsewhere.path().join("content/balie.db").display());
    let cases = [
        (content, fresh.0.as_str(), fresh.1.as_str(), "vault.database_url"),
        (content, fresh.0.as_str(), kept.1.as_str(), "vault.database_url"),
        (content, kept.0, fresh.1.as_str(), "vault.key_file"),
        (&new_content, kept.0, fresh.1.as_str(), "vault.key_file"),
    ];
    for (content, keys, key_file, named) in cases {
        let settings = [
            ("BALIE_DATABASE_URL", content),
            ("BALIE_VAULT_DATABASE_URL", keys),
            ("BALIE_VAULT_KEY_FILE", key_file),
            ("BALIE_SERVER_LISTEN", "127.0.0.1:0"),
        ];
        for verb in ["migrate", "doctor"] {
            let ran = balie(elsewhere.path(), verb, &settings);
            let said = format!("{}{}", ran.out, ran.err);
            assert!(ran.code == 1 && said.contains(named), "{verb} names {named}: {} {said}", ran.code);
        }
        for made in [&fresh.1, fresh.0.trim_start_matches("sqlite:")] {
            assert!(!Path::new(made).exists(), "{made} was made in spite of {named}");
        }
    }
    let right = [
        ("BALIE_DATABASE_URL", content),
        ("BALIE_VAULT_DATABASE_URL", kept.0),
        ("BALIE_VAULT_KEY_FILE", kept.1.as_str()),
    ];
    let ran = balie(elsewhere.path(), "migrate", &right);
    assert_eq!(ran.code, 0, "the right keys still fit: {}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_keeps_its_keys_when_its_database_cannot_begin_anew() {
    let mut program = Program::start(Engine::Postgres).await;
    program.kill();
    let url = program.config().database.url;
    let data = program.data().display().to_string();
    let elsewhere = folder();
    for line in [
        format!("demo --reset --data {data} --database {url}"),
        format!("demo --data {}/new --database {url}", elsewhere.path().display()),
    ] {
        let refused = balie(elsewhere.path(), &format!("{line} --listen 127.0.0.1:0"), &[]);
        assert_eq!(refused.code, 1, "{line}: {}", refused.out);
        assert!(refused.err.contains("--database") && refused.err.contains("DROP SCHEMA"), "{}", refused.err);
    }
    assert!(!elsewhere.path().join("new").exists());
    program.start_again().await;
    crate::play::Agent::sign_in(&program, "sem.bakker@lindedam.example").await;
}

#[test]
fn a_postgres_that_forgets_is_refused() {
    let folder = folder();
    let url = db::testing::new_url(Engine::Postgres, folder.path());
    let name = url.rsplit("dbname=").next().unwrap();
    let alter = format!("ALTER DATABASE {name} SET synchronous_commit = off");
    assert!(Command::new("psql").args(["-qX", "-d", &url, "-c", &alter]).status().unwrap().success());
    for verb in ["doctor", "migrate", "serve"] {
        let ran = balie(
            folder.path(),
            verb,
            &[("BALIE_DATABASE_URL", &url), ("BALIE_SERVER_LISTEN", "127.0.0.1:0")],
        );
        let said = format!("{}{}", ran.out, ran.err);
        assert_eq!(ran.code, 1, "{verb}: {said}");
        assert!(said.contains("set synchronous_commit = on"), "{verb}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_whole_until_somebody_changes_it() {
    let mut program = Program::start(Engine::Sqlite).await;
    crate::play::Agent::sign_in(&program, "sem.bakker@lindedam.example").await;
    // Until what happened is sealed.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    program.kill();
    let config = program.config();
    let key_file = config.vault.key_file.display().to_string();
    let settings = [
        ("BALIE_DATABASE_URL", config.database.url.as_str()),
        ("BALIE_VAULT_DATABASE_URL", config.vault.database_url.as_str()),
        ("BALIE_VAULT_KEY_FILE", key_file.as_str()),
    ];
    let whole = balie(&program.data(), "audit verify", &settings);
    assert_eq!(whole.code, 0, "{} {}", whole.out, whole.err);
    assert!(whole.out.contains("Gemeente Lindedam: ") && whole.out.contains("Pedaalrijk: "), "{}", whole.out);

    let kept = whole.out.lines().rev().find_map(|line| line.trim().strip_prefix("last seal ")).unwrap();
    let beside = |seal: &str| balie(&program.data(), &format!("audit verify --seal {seal}"), &settings);
    let stands = beside(kept);
    assert!(stands.code == 0 && stands.out.contains("stands in this chain"), "{}", stands.out);
    let (number, hash) = kept.split_once(':').unwrap();
    let cut = beside(&format!("{}:{hash}", number.parse::<i64>().unwrap() + 1));
    assert!(cut.code == 1 && cut.out.contains("stands in no chain"), "{}", cut.out);
    assert_eq!(beside("12:ab").code, 2, "it is not a seal");

    let db = Db::open(&Options::new(&config.database.url), base::Env::system()).await.unwrap();
    let change = async |tx: &mut db::GlobalTx| {
        tx.execute(
            sql!(global "UPDATE audit_entries SET action = $1 WHERE seal = $2"),
            args!["nothing.happened", 1_i64],
        )
        .await
    };
    assert!(db.write_global(change).await.unwrap() > 0, "there are sealed entries");
    db.close().await;
    let changed = balie(&program.data(), "audit verify", &settings);
    assert_eq!(changed.code, 1, "{}", changed.out);
    assert!(changed.err.contains("not whole"), "{}", changed.err);
    assert!(changed.out.lines().any(|line| line.starts_with("  ")), "it names the entry: {}", changed.out);
}
