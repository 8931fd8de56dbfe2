//! Whether mail can leave: a conversation with the mail server, step by step, that ends before a message is handed over.

use super::{Check, Installation, PATIENCE, site};
use crate::platform::{
    letter::plain::one_line,
    mail::{Security, Server, failure},
    tls,
};
use lettre::{
    Address,
    transport::smtp::{
        Error as SmtpError,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Mail, Rcpt},
        extension::ClientId,
    },
};
use std::error::Error as _;
use tokio::{net::TcpStream, time::timeout};

/// What the mail server makes of us.
pub async fn examine(of: &Installation) -> Vec<Check> {
    let server = match &of.mail {
        Ok(Some(server)) => server,
        Ok(None) => {
            let words = "No mail is being sent: no mail server is set. Set PLENARY_SMTP_URL, like smtps://user:password@mail.example.org.";
            return vec![Check::fault("mail", "not_set", words)];
        }
        Err(cause) => {
            return vec![Check::fault(
                "mail",
                "wrong_url",
                format!("PLENARY_SMTP_URL cannot be used: {cause}."),
            )];
        }
    };
    let Ok(from) = of.mail_from.parse::<Address>() else {
        let words = "PLENARY_MAIL_FROM is no email address, so no mail can be sent in its name.";
        return vec![Check::fault("mail", "wrong_sender", words)];
    };
    let to = match of.mail_to.as_deref().map(str::parse::<Address>) {
        Some(Err(_)) => {
            return vec![Check::fault(
                "mail",
                "wrong_recipient",
                "The address to send to is no email address.",
            )];
        }
        Some(Ok(to)) => Some(to),
        None => None,
    };
    let mut checks = Vec::new();
    if let Err(fault) = converse(server, &from, to.as_ref(), &mut checks).await {
        checks.push(fault);
    }
    checks
}

/// Goes as far as it can; what went well is noted, and the step that did not is the error.
async fn converse(server: &Server, from: &Address, to: Option<&Address>, done: &mut Vec<Check>) -> Result<(), Check> {
    let (host, port) = (server.host.as_str(), server.port);
    if host.parse::<std::net::IpAddr>().is_err() {
        let check = site::name("mail-dns", host, "Look at PLENARY_SMTP_URL").await;
        if check.is_fault() {
            return Err(check);
        }
        done.push(check);
    }
    let stream = match timeout(PATIENCE, TcpStream::connect((host, port))).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(cause)) if cause.kind() == std::io::ErrorKind::ConnectionRefused => {
            let words = format!(
                "Nothing answers at port {port} of the mail server: the connection was refused. Look at the port in PLENARY_SMTP_URL: 465 for smtps://, 587 for smtp://."
            );
            return Err(Check::fault("mail-connection", "refused", words));
        }
        Ok(Err(_)) | Err(_) => {
            let words =
                format!("The mail server cannot be reached at port {port}. A firewall may be in between; many providers close port 25.");
            return Err(Check::fault("mail-connection", "not_reached", words));
        }
    };
    let hello = server.hello.clone().map_or_else(ClientId::default, ClientId::Domain);
    let mut connection = open(server, stream, &hello).await?;
    done.push(Check::well("mail-connection", "The mail server answers."));
    secure(server, &mut connection, &hello).await?;
    if server.security != Security::Clear {
        done.push(Check::well("mail-tls", "The connection is secure, and the certificate is right."));
    }
    if let Some((user, password)) = &server.credentials {
        let credentials = Credentials::new(user.clone(), password.clone());
        let signing_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
        within("mail-sign-in", signing_in).await?.map_err(|cause| sign_in(server, &cause))?;
        done.push(Check::well("mail-sign-in", "It takes our user and password."));
    }
    let naming = connection.command(Mail::new(Some(from.clone()), Vec::new()));
    within("mail-sender", naming).await?.map_err(|cause| sender(server, from, &cause))?;
    done.push(Check::well("mail-sender", format!("It takes mail from {from}.")));
    if let Some(to) = to {
        let naming = connection.command(Rcpt::new(to.clone(), Vec::new()));
        within("mail-recipient", naming).await?.map_err(|cause| recipient(server, &cause))?;
        done.push(Check::well("mail-recipient", "It takes mail for the address asked about."));
    }
    let _ = timeout(PATIENCE, connection.quit()).await;
    Ok(())
}

async fn within<T>(step: &str, work: impl Future<Output = T>) -> Result<T, Check> {
    timeout(PATIENCE, work).await.map_err(|_| {
        Check::fault(
            step,
            "silent",
            "The mail server answered, and then fell silent. Try again; if it goes on, ask whoever runs it.",
        )
    })
}

async fn open(server: &Server, stream: TcpStream, hello: &ClientId) -> Result<AsyncSmtpConnection, Check> {
    let opened = if server.security == Security::Tls {
        // TLS begins before the first word, so lettre makes a connection of its own.
        drop(stream);
        let trust = trust(server)?;
        let place = (server.host.as_str(), server.port);
        within(
            "mail-tls",
            AsyncSmtpConnection::connect_tokio1(place, Some(PATIENCE), hello, Some(trust), None),
        )
        .await?
    } else {
        within(
            "mail-connection",
            AsyncSmtpConnection::connect_with_transport(Box::new(stream), hello),
        )
        .await?
    };
    opened.map_err(|cause| {
        if let Some(fault) = of_tls(&cause) {
            return fault;
        }
        let said = said(server, &cause);
        let words = if cause.status().is_some() {
            format!("The mail server does not want to talk to this machine: {said}. Ask whoever runs it to let it in.")
        } else {
            format!("What answers there does not speak as a mail server does. Look at the port and at smtp:// or smtps:// in PLENARY_SMTP_URL. {said}")
        };
        Check::fault("mail-connection", "not_smtp", words)
    })
}

async fn secure(server: &Server, connection: &mut AsyncSmtpConnection, hello: &ClientId) -> Result<(), Check> {
    if server.security != Security::StartTls {
        return Ok(());
    }
    if !connection.can_starttls() {
        let words = "The mail server does not offer STARTTLS, and mail is not sent in the clear. Use smtps:// if it has port 465, or another server.";
        return Err(Check::fault("mail-tls", "no_starttls", words));
    }
    let trust = trust(server)?;
    within("mail-tls", connection.starttls(trust, hello)).await?.map_err(|cause| {
        of_tls(&cause).unwrap_or_else(|| {
            Check::fault(
                "mail-tls",
                "tls_failed",
                format!("No secure connection came about: {}.", said(server, &cause)),
            )
        })
    })
}

fn trust(server: &Server) -> Result<TlsParameters, Check> {
    TlsParameters::new(server.host.clone()).map_err(|_| {
        Check::fault(
            "mail-tls",
            "tls_failed",
            "This machine's trusted certificates could not be read. Install ca-certificates.",
        )
    })
}

/// The fault of a certificate, if that is what ended the conversation.
fn of_tls(cause: &SmtpError) -> Option<Check> {
    let mut source = cause.source();
    while let Some(inner) = source {
        if let Some((code, words)) = inner.downcast_ref().and_then(|network| tls::fault(network, "the mail server")) {
            return Some(Check::fault("mail-tls", code, words));
        }
        source = inner.source();
    }
    None
}

/// The server's own words, with our user and password taken out.
fn said(server: &Server, cause: &SmtpError) -> String {
    let words = failure::hide(&one_line(&failure::of_smtp(cause)), server.credentials.as_ref());
    words.chars().take(300).collect::<String>().trim_end_matches('.').to_owned()
}

fn code(cause: &SmtpError) -> Option<u16> {
    cause.status().map(u16::from)
}

fn sign_in(server: &Server, cause: &SmtpError) -> Check {
    const STEP: &str = "mail-sign-in";
    let said = said(server, cause);
    match code(cause) {
        Some(535) => Check::fault(
            STEP,
            "auth_refused",
            format!(
                "The mail server does not take our user and password: {said}. Set them anew in PLENARY_SMTP_URL, percent-encoded; some providers want a password of its own for each program."
            ),
        ),
        Some(534 | 538) => Check::fault(
            STEP,
            "auth_way",
            format!("The mail server wants to be signed in to in another way: {said}. Ask its provider for a password for programs."),
        ),
        Some(400..=499) => Check::fault(
            STEP,
            "auth_later",
            format!("The mail server cannot check passwords just now: {said}. Mail waits and is tried again."),
        ),
        Some(_) => Check::fault(STEP, "auth_refused", format!("The mail server did not let us sign in: {said}.")),
        None => Check::fault(
            STEP,
            "auth_not_offered",
            "The mail server takes no user and password here. Leave them out of PLENARY_SMTP_URL, or use the port meant for sending (587 or 465).",
        ),
    }
}

fn sender(server: &Server, from: &Address, cause: &SmtpError) -> Check {
    const STEP: &str = "mail-sender";
    let said = said(server, cause);
    match code(cause) {
        Some(530) => sign_in_first(STEP, &said),
        Some(400..=499) => Check::fault(
            STEP,
            "later",
            format!("The mail server asks to come back later: {said}. Mail waits and is tried again."),
        ),
        Some(_) => Check::fault(
            STEP,
            "sender_refused",
            format!(
                "The mail server does not let us send as {from}: {said}. Set PLENARY_MAIL_FROM to an address it lets this user send from."
            ),
        ),
        None => broke(STEP, &said),
    }
}

fn sign_in_first(step: &str, said: &str) -> Check {
    let words = format!("The mail server wants us to sign in first: {said}. Put the user and password into PLENARY_SMTP_URL.");
    Check::fault(step, "auth_needed", words)
}

fn broke(step: &str, said: &str) -> Check {
    Check::fault(step, "broke_off", format!("The conversation ended in the middle. {said}."))
}

fn recipient(server: &Server, cause: &SmtpError) -> Check {
    const STEP: &str = "mail-recipient";
    let said = said(server, cause);
    let is_relay = said.contains("5.7.1") || said.to_ascii_lowercase().contains("relay");
    match code(cause) {
        Some(530) => sign_in_first(STEP, &said),
        Some(400..=499) => Check::fault(
            STEP,
            "later",
            format!(
                "The mail server asks to come back later: {said}. Many do so with a sender they do not know yet. Mail waits and is tried again."
            ),
        ),
        Some(_) if is_relay => Check::fault(
            STEP,
            "relay_refused",
            format!(
                "The mail server does not pass our mail on to others: {said}. Sign in with a user and password in PLENARY_SMTP_URL, or ask whoever runs it to let this machine relay."
            ),
        ),
        Some(_) => Check::fault(
            STEP,
            "recipient_refused",
            format!("The mail server does not take mail for this address: {said}. See that it is right."),
        ),
        None => broke(STEP, &said),
    }
}
