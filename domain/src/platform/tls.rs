//! Whom this machine trusts, and what can be wrong with a certificate, in words.

use rustls::{CertificateError, ClientConfig, Error, RootCertStore, crypto::ring};
use std::{io, sync::Arc};

/// What is needed to speak TLS to others: the certificates this machine trusts, or those of the file in `SSL_CERT_FILE`.
pub fn trust() -> io::Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// The fault behind an error of the network, if it was about TLS: a word for machines and a sentence about `whose`
/// certificate or connection.
pub fn fault(cause: &io::Error, whose: &str) -> Option<(&'static str, String)> {
    let error = cause.get_ref()?.downcast_ref::<Error>()?;
    let Error::InvalidCertificate(certificate) = error else {
        return Some((
            "tls_failed",
            format!("No secure connection to {whose} came about: {error}. It may speak no TLS at this port, or only an old version."),
        ));
    };
    Some(match certificate {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            "tls_expired",
            format!(
                "The certificate of {whose} has run out. Whoever runs it has to renew it; if it is new, this machine's clock is wrong."
            ),
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => (
            "tls_not_yet",
            format!("The certificate of {whose} is not valid yet, which mostly means that this machine's clock is behind."),
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            "tls_name",
            format!("The certificate of {whose} is for another name. Use the name that is in the certificate."),
        ),
        CertificateError::Revoked => (
            "tls_revoked",
            format!("The certificate of {whose} was revoked. Whoever runs it has to replace it."),
        ),
        _ => (
            "tls_untrusted",
            format!(
                "Nobody this machine trusts vouches for the certificate of {whose}. If it is your own, name the authority's file in SSL_CERT_FILE; else install ca-certificates, or ask whoever runs it."
            ),
        ),
    })
}
