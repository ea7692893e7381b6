//! `balie serve`

use crate::{App, Config};
use base::{Env, Error, Result};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// How long each step of stopping may take. What does not end by then (a slow download, a letter to a slow mail server)
/// is cut off, as it would be by a power cut: nothing that was acknowledged is lost.
const GRACE: Duration = Duration::from_secs(10);

pub(crate) async fn run(config: &Config) -> Result<()> {
    for doubt in config.doubts() {
        tracing::warn!("{doubt}");
    }
    let app = App::open(config, Env::system()).await?;
    let listener = listen(config.server.listen).await?;
    tracing::info!(address = %config.server.listen, "serving");
    serve(app, listener).await
}

/// Listens, or says what to do when the port is taken.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let text =
            format!("cannot listen on {address} ({error}); stop what uses it or choose another address");
        Error::invalid("server.listen", text)
    })
}

/// Serves until the program is told to stop, then finishes what was begun.
pub(crate) async fn serve(app: App, listener: TcpListener) -> Result<()> {
    let router = app.router()?;
    serve_with(app, router, listener).await
}

/// The same, with more addresses than the program has of itself.
pub(crate) async fn serve_with(app: App, router: axum::Router, listener: TcpListener) -> Result<()> {
    let background = app.start_background();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let (stopping, mut stopped) = watch::channel(false);
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        told_to_stop().await;
        stopping.send_replace(true);
    });
    let serving = tokio::spawn(serving.into_future());
    // The sender goes away when the server ends by itself.
    let _ = stopped.wait_for(|stopping| *stopping).await;
    let outcome = within_grace("requests", serving).await;
    within_grace("background work", background.stop()).await;
    within_grace("the databases", app.close()).await;
    match outcome {
        Some(ended) => ended.map_err(Error::internal)?.map_err(Error::internal),
        None => Ok(()),
    }
}

async fn within_grace<T>(what: &'static str, ending: impl Future<Output = T>) -> Option<T> {
    let ended = tokio::time::timeout(GRACE, ending).await.ok();
    if ended.is_none() {
        tracing::warn!(what, "did not end in time and is cut off");
    }
    ended
}

async fn told_to_stop() {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("signals cannot be caught; stop the program with SIGKILL, nothing is lost by that");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
}
