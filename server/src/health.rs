//! Whether the program lives, whether it can do its work, and figures for whoever watches it.

use axum::{
    extract::{ConnectInfo, Extension, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Services, platform::jobs};
use sea_orm::{ConnectionTrait, Statement};
use std::{fmt::Write as _, net::SocketAddr, sync::Arc};

/// The process answers.
pub async fn live() -> &'static str {
    "live\n"
}

/// The database answers and has this release's tables.
pub async fn ready(State(services): State<Arc<Services>>) -> Response {
    let reached = services.db.is_migrated().await;
    match reached {
        Ok(true) => "ready\n".into_response(),
        Ok(false) => (StatusCode::SERVICE_UNAVAILABLE, "the database is not migrated\n").into_response(),
        Err(cause) => {
            tracing::error!(cause = %cause, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

/// The bearer that opens `/metrics` to others than this machine.
#[derive(Clone, Debug, Default)]
pub struct MetricsToken(pub Option<Arc<str>>);

/// Counts of messages and jobs by state, in the Prometheus text format; to loopback or the bearer only.
pub async fn metrics(
    State((services, token)): State<(Arc<Services>, MetricsToken)>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let right = token.0.as_deref().is_some_and(|token| {
        bearer.is_some_and(|bearer| domain::platform::random::hash_of(bearer) == domain::platform::random::hash_of(token))
    });
    let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
    let local = peer.is_some_and(|Extension(peer)| peer.0.ip().is_loopback()) && !forwarded;
    if !right && !local {
        return (
            StatusCode::FORBIDDEN,
            "metrics are for this machine, or for whoever has the token\n",
        )
            .into_response();
    }
    let mut text = String::new();
    for (table, help) in [("message", "Messages by state"), ("job", "Jobs by state")] {
        let _ = writeln!(text, "# HELP plenary_{table}s {help}.\n# TYPE plenary_{table}s gauge");
        let sql = format!("SELECT state, COUNT(*) AS count FROM {table} GROUP BY state ORDER BY state");
        let statement = Statement::from_string(services.db.read.get_database_backend(), sql);
        match services.db.read.query_all_raw(statement).await {
            Ok(rows) => {
                for row in rows {
                    let (state, count): (String, i64) = (
                        row.try_get("", "state").unwrap_or_default(),
                        row.try_get("", "count").unwrap_or_default(),
                    );
                    let _ = writeln!(text, "plenary_{table}s{{state=\"{state}\"}} {count}");
                }
            }
            Err(cause) => {
                tracing::error!(cause = %cause, "metrics could not be read");
                return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response();
            }
        }
    }
    let open = jobs::count_open(&services.db).await.unwrap_or_default();
    let _ = writeln!(
        text,
        "# HELP plenary_jobs_open Jobs due or running.\n# TYPE plenary_jobs_open gauge\nplenary_jobs_open {open}"
    );
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
