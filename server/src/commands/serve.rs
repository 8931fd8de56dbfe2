//! Serving, and the worker beside it.

use crate::{
    config::Config,
    router::{self, RouterOptions},
    start,
};
use anyhow::Context;
use axum::{ServiceExt, extract::Request, serve::ListenerExt};
use std::net::SocketAddr;
use tokio::{net::TcpListener, sync::watch};

/// Serves until told to stop; requests and work in hand are finished first.
pub async fn serve(config: &Config, demo: bool, no_worker: bool) -> anyhow::Result<()> {
    let _lock = start::lock(config)?;
    let services = start::services(config).await?;
    if demo {
        super::exchange::demo(&services).await?;
    }
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("{} cannot be listened on", config.listen))?;
    // Without it a streamed page waits for delayed acknowledgements.
    let listener = listener.tap_io(|stream| {
        if let Err(cause) = stream.set_nodelay(true) {
            tracing::debug!(cause = %cause, "TCP_NODELAY could not be set");
        }
    });
    let options = RouterOptions {
        trusted_proxies: config.trusted_proxies.clone(),
        metrics_token: config.metrics_token.clone(),
        ..RouterOptions::default()
    };
    let app = router::build(services.clone(), &options);
    let service = ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(app);

    let (stop, stopping) = watch::channel(false);
    let worker = (!no_worker).then(|| {
        let mut stopping = stopping.clone();
        tokio::spawn(domain::work::forever(services.clone(), async move {
            let _ = stopping.wait_for(|stop| *stop).await;
        }))
    });
    if !services.mailer.delivers() {
        eprintln!(
            "No mail is being sent: set PLENARY_SMTP_URL. Messages are kept under {}.",
            config.data_dir.join("mail").display()
        );
    }
    eprintln!("Serving {} on {}.", services.url("/"), config.listen);
    axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            stopped().await;
            let _ = stop.send(true);
        })
        .await?;
    if let Some(worker) = worker {
        worker.await?;
    }
    services.mailer.close().await;
    Ok(())
}

/// Resolves on Ctrl-C or when the system asks the process to end.
pub async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
}
