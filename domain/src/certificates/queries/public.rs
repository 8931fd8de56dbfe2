//! What anybody who was given a certificate's address may see: its page, its files, the keys and the status lists.
//! Needs no sign-in; an id of 128 random bits is what opens it, and nothing finds one by name.

use super::{
    face::{day, face, signed_with},
    find, find_shown, list_of_participant, revoked_places,
};
use crate::{
    Services,
    bookings::queries::find_seat,
    certificates::{
        CertificateState,
        credential::{CLAIMS, Snapshot, UNNAMED, download},
        entity::certificate,
        paper::{self, Face},
        seal,
        signers::{self, Signer, issuer_of_kid, kid_of},
        status_list::{self as lists, StatusList},
        template::service::with_pictures,
        verify::{
            self, MAX_TOKEN, Outcome, Verdict,
            shown::{self, Shown},
        },
    },
    error::{Error, Result},
    events::{self, entity::event},
    organisations::entity::organisation,
    platform::{
        pdf::qr_path,
        signing::{DidDocument, Issuer, jws},
    },
};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// How a certificate stands at the moment it is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its signature is good, and it counts.
    Valid,
    /// Its signature is good, and it was withdrawn.
    Revoked { at: DateTime<Utc>, reason: String },
    /// What is stored does not prove itself, for this reason. Never seen unless somebody meddled, or the site moved.
    Unproven(String),
}

/// Another certificate of the same person for the same event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub public_id: String,
    pub issued_at: DateTime<Utc>,
    pub state: CertificateState,
    pub revoked_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
}

/// Everything on a certificate's page.
#[derive(Clone, Debug)]
pub struct Public {
    /// As it was on the day of issue; the sheet is drawn from it.
    pub snapshot: Snapshot,
    pub face: Face,
    /// Read back from what was signed, not from the database; none where the signature is not good.
    pub shown: Option<Shown>,
    pub standing: Standing,
    /// Issued before it, oldest first.
    pub earlier: Vec<Version>,
    /// Issued after it, oldest first.
    pub later: Vec<Version>,
    /// The address as a QR code: modules a side, and the dark ones as an SVG path.
    pub code: (usize, String),
    pub checked_at: DateTime<Utc>,
    /// As they are now; only for the frame around the certificate.
    pub event: event::Model,
    pub organisation: organisation::Model,
}

/// The certificate at `/certificates/{public_id}`, its signature checked anew.
pub async fn load_public(services: &Services, public_id: &str) -> Result<Public> {
    let db = &services.db.read;
    let row = find_shown(db, public_id).await?;
    let snapshot: Snapshot = serde_json::from_str(&row.snapshot)?;
    let (event, organisation) = events::queries::load(db, row.event_id).await?;
    let mut others = list_of_participant(db, row.participant_id).await?;
    others.retain(|other| other.id != row.id && other.hidden_at.is_none());
    if !others.is_empty()
        && let Some(given) = find_seat(db, row.participant_id).await?.and_then(|seat| seat.place.given_at)
    {
        // Whoever had the place before is somebody else, and neither's page names the other.
        others.retain(|other| (other.issued_at < given) == (row.issued_at < given));
    }
    let (earlier, later) = others.into_iter().partition::<Vec<_>, _>(|other| other.id < row.id);

    let (shown, kid, standing) = match prove(services, &row, &snapshot) {
        Ok((shown, kid)) => (Some(shown), kid, standing(&row)),
        Err(reason) => (None, String::new(), Standing::Unproven(reason)),
    };
    let face = face(&snapshot, &services.site, signed_with(&kid), replaces_words(&snapshot, &earlier));
    Ok(Public {
        code: qr_path(&face.address).map_err(anyhow::Error::from)?,
        face,
        shown,
        standing,
        earlier: earlier.into_iter().map(version).collect(),
        later: later.into_iter().map(version).collect(),
        checked_at: services.clock.now(),
        snapshot,
        event,
        organisation,
    })
}

fn standing(row: &certificate::Model) -> Standing {
    match row.state {
        CertificateState::Valid => Standing::Valid,
        CertificateState::Revoked | CertificateState::Superseded => Standing::Revoked {
            at: row.revoked_at.unwrap_or(row.issued_at),
            reason: row.revoked_reason.clone().unwrap_or_default(),
        },
    }
}

fn version(row: certificate::Model) -> Version {
    Version {
        public_id: row.public_id,
        issued_at: row.issued_at,
        state: row.state,
        revoked_at: row.revoked_at,
        reason: row.revoked_reason,
    }
}

fn replaces_words(snapshot: &Snapshot, earlier: &[certificate::Model]) -> String {
    snapshot
        .replaces
        .as_ref()
        .map_or_else(String::new, |old| match earlier.iter().find(|row| row.public_id == *old) {
            Some(row) => format!("certificate {old} of {}", day(row.issued_at, &snapshot.zone)),
            None => format!("certificate {old}"),
        })
}

/// Checks the signature, and that the snapshot beside it says the same.
fn prove(services: &Services, row: &certificate::Model, snapshot: &Snapshot) -> Result<(Shown, String), String> {
    let issuer = issuer_of_kid(services, &kid_of(&row.jwt)).unwrap_or(Issuer::Host);
    let keys: Vec<_> = match services.keys.ring(&issuer) {
        Ok(ring) => ring
            .map(|ring| ring.did_document(&services.site.signing_as(&issuer)))
            .into_iter()
            .collect(),
        Err(cause) => {
            tracing::error!(cause = %cause, "the keys could not be read");
            return Err("the keys of this site cannot be read at the moment".to_owned());
        }
    };
    let opened = jws::open(&row.jwt, &keys, MAX_TOKEN).map_err(|error| error.to_string())?;
    let kid = opened.kid.clone();
    let shown = shown::parse(opened).map_err(str::to_owned)?.shown;
    if shown.id == row.public_id && says_the_same(&shown, snapshot) {
        Ok((shown, kid))
    } else {
        Err("what is stored and what was signed do not say the same".to_owned())
    }
}

/// Whether what was signed is what the snapshot says.
pub(in crate::certificates) fn says_the_same(shown: &Shown, snapshot: &Snapshot) -> bool {
    shown.id == snapshot.id
        && shown.name == snapshot.name
        && shown.event == snapshot.event_title
        && shown.place.as_deref() == Some(&snapshot.place)
        && shown.organiser == snapshot.organiser.name
        && [
            shown.offered_minutes,
            shown.minutes,
            shown.shown_minutes,
            shown.participatory_minutes,
        ] == [
            snapshot.offered_minutes,
            snapshot.minutes,
            snapshot.shown_minutes,
            snapshot.participatory_minutes,
        ]
        .map(Some)
        && shown
            .sessions
            .iter()
            .map(|session| &session.title)
            .filter(|title| *title != UNNAMED)
            .eq(snapshot.sessions.iter().map(|session| &session.title))
}

/// The certificate as a sealed PDF with the signed token inside, and the name it may be saved under, which tells
/// nothing of the event. The same bytes each time, until the keys change.
pub async fn pdf(services: &Services, public_id: &str) -> Result<(Vec<u8>, String)> {
    sealed(services, find_shown(&services.db.read, public_id).await?).await
}

/// The same for its holder, who has it also where it is not shown.
pub(crate) async fn pdf_of(services: &Services, public_id: &str) -> Result<(Vec<u8>, String)> {
    sealed(services, find(&services.db.read, public_id).await?.ok_or(Error::NotFound)?).await
}

/// The same for a certificate that is at hand.
pub(crate) async fn sealed(services: &Services, row: certificate::Model) -> Result<(Vec<u8>, String)> {
    let snapshot: Snapshot = serde_json::from_str(&row.snapshot)?;
    let earlier = match snapshot.replaces {
        Some(_) => list_of_participant(&services.db.read, row.participant_id).await?,
        None => Vec::new(),
    };
    let kid = kid_of(&row.jwt);
    let face = face(&snapshot, &services.site, signed_with(&kid), replaces_words(&snapshot, &earlier));
    let face = with_pictures(services, face).await?;
    let (jwt, at) = (row.jwt, row.issued_at);
    let drawn = tokio::task::spawn_blocking(move || paper::draw(&face, &jwt, at))
        .await
        .map_err(anyhow::Error::from)?;
    // By whoever signed what is in it, with the key that signs now.
    let signer = Signer::of(services, &issuer_of_kid(services, &kid).unwrap_or(Issuer::Host))?;
    let sealed = seal::seal(drawn.map_err(anyhow::Error::from)?, &snapshot.id, &signer.ring, &signer.site).map_err(anyhow::Error::from)?;
    Ok((sealed, format!("certificate-{}.pdf", snapshot.id)))
}

/// The signed token itself.
pub async fn jwt(services: &Services, public_id: &str) -> Result<String> {
    Ok(find_shown(&services.db.read, public_id).await?.jwt)
}

/// The signed token and, beside it, what it says.
pub async fn json(services: &Services, public_id: &str) -> Result<Value> {
    let jwt = jwt(services, public_id).await?;
    let mut credential = jws::parse(&jwt, MAX_TOKEN).map_err(anyhow::Error::from)?.claimed().clone();
    if let Some(members) = credential.as_object_mut() {
        members.retain(|name, _| !CLAIMS.contains(&name.as_str()));
    }
    Ok(download(&jwt, &credential))
}

/// Status list `number`, signed by the issuer whose certificates are on it; not found if there is no such list.
pub async fn status_list(services: &Services, number: u32) -> Result<String> {
    let db = &services.db.read;
    let wanted = i32::try_from(number).map_err(|_| Error::NotFound)?;
    let issuer = signers::issuer_of_list(db, wanted).await?.ok_or(Error::NotFound)?;
    let list = StatusList::with_revoked(revoked_places(db, wanted).await?).map_err(anyhow::Error::from)?;
    let signer = Signer::of(services, &issuer)?;
    Ok(lists::sign(&list, number, &signer.ring, &signer.site, services.clock.now()))
}

/// Every public key there ever was of this host and the organisations on it, as a did:web document.
pub fn did_document(services: &Services) -> Result<DidDocument> {
    signers::document(services, &Issuer::Host)
}

/// Every public key there ever was of the organisation that signs as `did:web:HOST:o:SLUG`; not found if none does.
pub fn did_document_of(services: &Services, slug: &str) -> Result<DidDocument> {
    signers::document(services, &Issuer::of_slug(slug).ok_or(Error::NotFound)?)
}

/// Checks a file somebody was given: `.pdf`, `.jwt` or `.json`. What is not genuine shows nothing of its content. Asks
/// nobody: what was signed elsewhere is only said to be.
pub async fn verify_upload(services: &Services, bytes: Vec<u8>) -> Result<Verdict> {
    let keys = [did_document(services)?];
    // First without a list: only what is genuine says which list it is on.
    let offline = keys.clone();
    let (verdict, bytes) = tokio::task::spawn_blocking(move || (verify::verify(&bytes, &offline, None), bytes))
        .await
        .map_err(anyhow::Error::from)?;
    let (Outcome::Valid, Some(certificate)) = (verdict.result, &verdict.certificate) else {
        return Ok(verdict);
    };
    let Some(row) = find(&services.db.read, &certificate.id).await? else {
        let reason = Some("It was signed here, but it is not in this site's records, so nobody can say whether it was revoked.".to_owned());
        return Ok(Verdict { reason, ..verdict });
    };
    let list = status_list(services, row.status_list.unsigned_abs()).await?;
    tokio::task::spawn_blocking(move || verify::verify(&bytes, &keys, Some(list.as_bytes())))
        .await
        .map_err(|cause| anyhow::Error::from(cause).into())
}

/// The id in an address or an id as somebody typed it; `None` if it cannot be one of ours.
#[must_use]
pub fn read_address(services: &Services, typed: &str) -> Option<String> {
    let typed = typed.trim();
    let ours = services.url("/certificates/");
    let bare = |address: &str| address.trim_start_matches("https://").trim_start_matches("http://").to_owned();
    let rest = bare(typed)
        .strip_prefix(&bare(&ours))
        .map_or_else(|| typed.trim_start_matches("/certificates/").to_owned(), str::to_owned);
    let id = rest.split(['?', '#', '.', '/']).next().unwrap_or_default();
    crate::certificates::credential::is_id(id).then(|| id.to_owned())
}
