//! A line to the PostgreSQL of the tests that can be cut and mended.

use db::Engine;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A line from a port of this machine to a new, empty database.
pub struct Line {
    address: SocketAddr,
    database: String,
    socket: Arc<str>,
    serving: Option<(JoinHandle<()>, watch::Sender<State>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Mute,
}

impl Line {
    /// Makes the database and lays the line.
    pub async fn lay() -> Self {
        let url = db::testing::new_url(Engine::Postgres, std::path::Path::new("."));
        let part = |name: &str| {
            let parts = url.split(['?', '&']).filter_map(|part| part.split_once('='));
            parts.into_iter().find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
        };
        let host = part("host").expect("a host");
        let socket = format!("{host}/.s.PGSQL.{}", part("port").unwrap_or_else(|| "5432".into()));
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = free.local_addr().expect("its address");
        drop(free);
        let database = part("dbname").expect("a name");
        let mut line = Self { address, database, socket: socket.into(), serving: None };
        line.mend().await;
        line
    }

    /// The address of the database over this line.
    pub fn url(&self) -> String {
        format!("postgres://balie@{}/{}", self.address, self.database)
    }

    /// Carries nothing more and tells nobody, as when a machine between falls over.
    pub fn mute(&mut self) {
        if let Some((_, told)) = &self.serving {
            told.send_replace(State::Mute);
        }
    }

    /// Cuts what is connected and refuses what comes.
    pub async fn cut(&mut self) {
        let Some((serving, alive)) = self.serving.take() else { return };
        serving.abort();
        // The port is free once the task is gone.
        let _ = serving.await;
        drop(alive);
    }

    /// Lets connections through again.
    pub async fn mend(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the port is still free");
        let (alive, told) = watch::channel(State::Open);
        let socket = self.socket.clone();
        let serving = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, socket.clone(), told.clone()));
            }
        });
        self.serving = Some((serving, alive));
    }
}

async fn carry(mut near: TcpStream, socket: Arc<str>, mut told: watch::Receiver<State>) {
    let Ok(mut far) = UnixStream::connect(&*socket).await else { return };
    if *told.borrow_and_update() == State::Open {
        tokio::select! {
            _ = tokio::io::copy_bidirectional(&mut near, &mut far) => return,
            _ = told.changed() => {}
        }
    }
    // Mute: what is connected stays so until the line is cut.
    if *told.borrow() == State::Mute {
        while told.changed().await.is_ok() {}
    }
}
