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
    serving: Option<(JoinHandle<()>, watch::Sender<()>)>,
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
        let (alive, told) = watch::channel(());
        let socket = self.socket.clone();
        let serving = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, socket.clone(), told.clone()));
            }
        });
        self.serving = Some((serving, alive));
    }
}

async fn carry(mut near: TcpStream, socket: Arc<str>, mut told: watch::Receiver<()>) {
    let Ok(mut far) = UnixStream::connect(&*socket).await else { return };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
        // The line was cut.
        _ = told.changed() => {}
    }
}
