//! With a real mail server, Postfix from Debian, over STARTTLS: it takes our letter and passes it on to the mailbox.
//! Its configuration and queue are in a folder of the test. Runs as root only, because that server does.

use base::{Env, Subject};
use db::testing::TestDb;
use db::{Engine, Migrations};
use email::mailbox::Mailbox;
use email::{Author, Config, Email, Letter, State, actions};
use jobs::Jobs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const ROOMS: &[Migrations] = &[db::MIGRATIONS, jobs::MIGRATIONS, vault::MIGRATIONS, email::MIGRATIONS];
const POSTFIX: &str = "/usr/sbin/postfix";

/// The server with all its processes, which go when it is dropped.
struct Postfix(PathBuf, Child);

impl Drop for Postfix {
    fn drop(&mut self) {
        let _ = Command::new(POSTFIX).arg("-c").arg(&self.0).arg("stop").output();
        let _ = self.1.wait();
    }
}

fn reason_to_skip() -> Option<&'static str> {
    if !Path::new(POSTFIX).exists() {
        return Some("/usr/sbin/postfix is not there; install Debian's package postfix to run this test");
    }
    let user = Command::new("id").arg("-u").output().unwrap();
    (user.stdout.trim_ascii() != b"0").then_some("Postfix needs root")
}

/// An authority of our own, and a certificate that it signs.
fn certificate(folder: &Path) {
    let script =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=Authority \
            -addext basicConstraints=critical,CA:TRUE -keyout ca-key.pem -out ca.pem
        openssl req -newkey rsa:2048 -nodes -subj /CN=localhost \
            -keyout key.pem -out request.pem
        printf 'subjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\n' > extensions
        openssl x509 -req -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 \
            -extfile extensions -out cert.pem
        chmod 600 key.pem";
    let made = Command::new("sh").args(["-ec", script]).current_dir(folder).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn start(folder: &Path, port: u16, onward: u16) -> Postfix {
    let main = format!(
        "compatibility_level = 3.6\nmyhostname = localhost\nmydestination =\ninet_interfaces = loopback-only\n\
         inet_protocols = ipv4\nqueue_directory = {0}/queue\ndata_directory = {0}/data\nmail_owner = postfix\n\
         maillog_file = /dev/stdout\nrelayhost = [127.0.0.1]:{onward}\nmynetworks = 127.0.0.0/8\n\
         smtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = {0}/cert.pem\nsmtpd_tls_key_file = {0}/key.pem\n",
        folder.display()
    );
    let services = format!(
        "127.0.0.1:{port} inet n - n - - smtpd\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n\
         tlsmgr unix - - n 1000? 1 tlsmgr\nrewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\n\
         defer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\nproxymap unix - - n - - proxymap\n\
         smtp unix - - n - - smtp\nrelay unix - - n - - smtp\nanvil unix - - n - 1 anvil\nerror unix - - n - - error\n\
         retry unix - - n - - error\nscache unix - - n - 1 scache\npostlog unix-dgram n - n - 1 postlogd\n"
    );
    std::fs::write(folder.join("main.cf"), main).unwrap();
    std::fs::write(folder.join("master.cf"), services).unwrap();
    let script = "chmod 755 . && mkdir queue data && chown postfix data";
    assert!(Command::new("sh").args(["-ec", script]).current_dir(folder).status().unwrap().success());
    let log = std::fs::File::create(folder.join("log")).unwrap();
    let errors = log.try_clone().unwrap();
    let mut command = Command::new(POSTFIX);
    command.arg("-c").arg(folder).arg("start-fg").stdin(Stdio::null()).stdout(log).stderr(errors);
    let postfix = Postfix(folder.to_owned(), command.spawn().unwrap());
    for _ in 0..200 {
        if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return postfix;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("Postfix did not start: {}", std::fs::read_to_string(folder.join("log")).unwrap_or_default());
}

#[test]
fn a_real_server_takes_a_letter_over_starttls_and_a_wrong_certificate_is_noticed() {
    if let Some(reason) = reason_to_skip() {
        eprintln!("SKIPPED: {reason}");
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let db = TestDb::new(Engine::Sqlite, ROOMS).await;
        let folder = tempfile::tempdir().unwrap();
        certificate(folder.path());
        let mailbox = Mailbox::start("127.0.0.1:0".parse().unwrap(), 10).await.unwrap();
        let port = free_port();
        let _postfix = start(folder.path(), port, mailbox.address().port()).await;
        story(&db, folder.path(), port, &mailbox).await;
        db.close().await;
    });
}

async fn story(db: &TestDb, folder: &Path, port: u16, mailbox: &Mailbox) {
    let vault = vault::testing::vault(db);
    let (organisation, contact) = (db.env().new_id(), db.env().new_id());
    let key = vault.new_key(organisation, Subject::Contact(contact)).await.unwrap();
    let sealer = vault.sealer(organisation, key).await.unwrap();
    let letter = Letter {
        to: "fatma@example.nl".into(),
        sender: "Gemeente Lindedam".into(),
        reply_to: None,
        subject: "Uw gesprek – één kopie".into(),
        text: format!("Beste Fatma,\n\n.punt vooraan\n{}\n\nGroet", "een lange regel ".repeat(200)),
        language: "nl".parse().unwrap(),
        author: Author::Machine,
    };
    // The server really sends onward, and its queue is the machine's: a Message-ID of its own for each run.
    let mail = letter.seal(Env::system().new_id(), Some(contact), &sealer).unwrap();
    let id = db.write(organisation, async move |tx| actions::queue(tx, mail).await).await.unwrap();

    let trusting_nobody = Config {
        host: "localhost".into(),
        port: Some(port),
        from: "noreply@lindedam.example".into(),
        ..Config::default()
    };
    let jobs = |config: &Config| Email::new(db, &vault, Some(config)).unwrap().register(Jobs::new(db));
    jobs(&trusting_nobody).run_pending().await.unwrap();
    let state = async || email::mail(&mut db.read(organisation).await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!(
        state().await.error.as_deref(),
        Some("unreachable"),
        "its certificate is signed by nobody we know"
    );

    db.clock.advance(Duration::from_secs(10));
    let mut arrivals = mailbox.arrivals();
    let trusting = Config { ca_file: Some(folder.join("ca.pem")), ..trusting_nobody };
    jobs(&trusting).run_pending().await.unwrap();
    let log = || std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    assert_eq!(state().await.state, State::Sent, "{:?}\n{}", state().await, log());
    let passed_on =
        tokio::time::timeout(Duration::from_secs(20), arrivals.wait_for(|number| *number > 0)).await;
    assert!(passed_on.is_ok(), "{}", log());
    let arrived = &mailbox.letters()[0];
    assert_eq!(arrived.text.replace("\r\n", "\n").trim_end(), letter.text);
    assert_eq!(arrived.subject, letter.subject);
    assert_eq!(arrived.message_id, format!("{id}@lindedam.example"));
}
