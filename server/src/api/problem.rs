//! Problem details (RFC 9457).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Error, FieldErrors, Refusal, bookings};
use serde::Serialize;

/// One problem, as it goes out.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Field>,
    #[serde(skip)]
    retry_after: Option<u64>,
}

/// One field and what is wrong with it.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    pub pointer: String,
    pub code: String,
    pub message: String,
}

impl Problem {
    pub fn new(status: StatusCode, kind: &str, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Problem");
        Self {
            kind: format!("/problems/{kind}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
        }
    }

    pub fn invalid(errors: Vec<Field>) -> Self {
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Some of what was sent cannot be used.");
        problem.errors = errors;
        problem
    }

    /// What a service refused, with field names turned into pointers by `pointer`.
    pub fn from_error(error: Error, pointer: impl Fn(&str) -> String) -> Self {
        match error {
            Error::NotFound => Self::new(StatusCode::NOT_FOUND, "not-found", "There is nothing at this address."),
            Error::SignInNeeded | Error::Forbidden => Self::new(StatusCode::FORBIDDEN, "forbidden", "This is not for everybody."),
            Error::Invalid(FieldErrors(errors)) => Self::invalid(
                errors
                    .into_iter()
                    .map(|error| Field {
                        pointer: pointer(&error.field),
                        code: error.code,
                        message: error.message,
                    })
                    .collect(),
            ),
            Error::Refused(refusal) => {
                let kind = match &refusal {
                    Refusal::Booking(refusal) => match refusal {
                        bookings::Refusal::Full | bookings::Refusal::TooFew(_) | bookings::Refusal::TicketFull(_) => "full",
                        bookings::Refusal::NotOnSale => "not-on-sale",
                        bookings::Refusal::KeyReused => {
                            return Self::new(
                                StatusCode::UNPROCESSABLE_ENTITY,
                                "key-reused",
                                "This Idempotency-Key was used for another request.",
                            );
                        }
                        _ => "closed",
                    },
                    _ => "refused",
                };
                Self::new(StatusCode::CONFLICT, kind, refusal.to_string())
            }
            Error::TooMany(seconds) => {
                let mut problem = Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "too-many",
                    format!("Too many tries. Wait {seconds} seconds."),
                );
                problem.retry_after = Some(seconds);
                problem
            }
            cause @ (Error::Database(_) | Error::Unexpected(_)) => {
                tracing::error!(cause = %cause, "an API request failed");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "failed",
                    "Something went wrong on our side. Nothing was changed.",
                )
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_else(|_| "{}".to_owned());
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
