//! Two kinds of load: as fast as it goes, and at a steady rate.

use crate::{http::Connection, process::Server};
use anyhow::{Result, bail};
use futures::future::try_join_all;
use std::{
    future::Future,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// What a server did at saturation.
#[derive(Clone, Copy, Debug)]
pub struct Saturation {
    pub per_second: f64,
    /// Its processor time a request, in milliseconds.
    pub cpu_ms: f64,
}

/// Gets `path` so many times over so many connections, each asking again as soon as it is answered; with this cookie, if
/// it is not empty.
pub async fn saturate(
    server: &Server,
    path: &'static str,
    cookie: &'static str,
    connections: usize,
    requests: usize,
) -> Result<Saturation> {
    let (address, next) = (server.address, Arc::new(AtomicUsize::new(0)));
    let (cpu, begun) = (server.cpu()?, Instant::now());
    all(connections, |_| {
        let next = next.clone();
        async move {
            let mut connection = Connection::open(address).await?.signed_in(cookie);
            while next.fetch_add(1, Ordering::Relaxed) < requests {
                connection.get(path).await?.expect(200)?;
            }
            Ok(())
        }
    })
    .await?;
    let (took, used) = (begun.elapsed().as_secs_f64(), server.cpu()? - cpu);
    let count = requests as f64;
    Ok(Saturation {
        per_second: count / took,
        cpu_ms: used * 1000.0 / count,
    })
}

/// Gets `path` at this rate, spread evenly over the connections, and gives how long each answer took, shortest first.
/// One asked late because the answer before was late counts from when it was due.
pub async fn steady(
    address: SocketAddr,
    path: &'static str,
    connections: usize,
    per_second: f64,
    requests: usize,
) -> Result<Vec<Duration>> {
    let begun = Instant::now() + Duration::from_millis(50);
    let took = all(connections, |lane| async move {
        let mut connection = Connection::open(address).await?;
        let mut took = Vec::new();
        for request in (lane..requests).step_by(connections) {
            let due = begun + Duration::from_secs_f64(request as f64 / per_second);
            let late = Instant::now() > due;
            tokio::time::sleep_until(due.into()).await;
            let asked = if late { due } else { Instant::now() };
            connection.get(path).await?.expect(200)?;
            took.push(asked.elapsed());
        }
        Ok(took)
    })
    .await?;
    let mut took: Vec<Duration> = took.into_iter().flatten().collect();
    took.sort_unstable();
    Ok(took)
}

/// Runs one task a connection, all at once, and gives what each came to.
pub async fn all<T, F>(connections: usize, task: impl Fn(usize) -> F) -> Result<Vec<T>>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let tasks: Vec<_> = (0..connections).map(|number| tokio::spawn(task(number))).collect();
    try_join_all(tasks).await?.into_iter().collect()
}

/// The value that so many of a hundred do not exceed, in milliseconds.
pub fn percentile(sorted: &[Duration], of_100: usize) -> Result<f64> {
    let rank = (sorted.len() * of_100).div_ceil(100);
    match sorted.get(rank.saturating_sub(1)) {
        Some(value) => Ok(value.as_secs_f64() * 1000.0),
        None => bail!("nothing was measured"),
    }
}
