//! Looking after the keys: listing them, signing with a new one, and what to do when one was stolen.
//!
//! A new key changes nothing for what the old one signed. A stolen one is another matter: nothing it signed can be
//! believed any more, so it is marked in what is published, and every certificate it signed is signed anew, with the same
//! id and the same facts, dated later. Who has an old file downloads the new one at the same address.

use super::{
    credential::{Snapshot, claims, date_anew},
    entity::certificate,
    issue::{SIGNED_ANEW, record},
    queries::public::says_the_same,
    signers::{Signer, issuer_of, kid_of, lists_of, organisation_of},
    verify::{MAX_TOKEN, shown},
};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, Result},
    ids::CertificateId,
    organisations::{self, entity::organisation},
    platform::{
        audit,
        db::begin_write,
        jobs::{self, Job, Lease, Outcome},
        signing::{DidDocument, Issuer, KeyId, KeyRing, jws},
    },
};
use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many certificates are looked through at a time.
const AT_ONCE: u64 = 1000;

/// One key, as `plenary keys list --json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyLine {
    /// Slug of the organisation; none where the host has keys and no organisation yet.
    pub organisation: Option<String>,
    /// The did:web name it signs under.
    pub issuer: String,
    /// The key's own name, such as `k2026-1`.
    pub key: String,
    /// It signs now.
    pub signs: bool,
    /// Its private half is in the key folder.
    pub private_half: bool,
    /// Since when it is known that somebody else may have it.
    pub compromised_at: Option<DateTime<Utc>>,
    /// How many certificates it signed. Of a compromised key: how many still have to be signed anew.
    pub certificates: u64,
    /// Where the public half is published.
    pub document: String,
}

/// A key that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rotated {
    pub issuer: String,
    /// The key that signs from now on.
    pub key: String,
}

/// A key that was marked as stolen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compromised {
    pub issuer: String,
    /// The key that was stolen.
    pub compromised: String,
    pub compromised_at: Option<DateTime<Utc>>,
    /// The key that signs from now on.
    pub key: String,
    /// How many certificates are signed anew.
    pub certificates: u64,
}

/// Whose keys somebody looks after: those of the organisation with this slug, or of the first one.
async fn issuer_for(services: &Services, actor: &Actor, slug: Option<&str>) -> Result<(Issuer, Option<organisation::Model>)> {
    let db = &services.db.read;
    let found = match slug {
        Some(slug) => Some(organisations::service::find_by_slug(db, slug).await?.ok_or(Error::NotFound)?),
        None => organisation_of(db, &Issuer::Host).await?,
    };
    match &found {
        Some(row) => actor.require(Permission::Own, row.id)?,
        None if actor != &Actor::System => return Err(Error::Forbidden),
        None => {}
    }
    let issuer = match &found {
        Some(row) => issuer_of(db, row).await?,
        None => Issuer::Host,
    };
    Ok((issuer, found))
}

/// The keys of the organisation with this slug, or of all of them; each issuer's from the oldest.
pub async fn list(services: &Services, actor: &Actor, slug: Option<&str>) -> Result<Vec<KeyLine>> {
    let issuers = match slug {
        Some(_) => vec![issuer_for(services, actor, slug).await?.0],
        None if actor == &Actor::System => services.keys.issuers().map_err(anyhow::Error::from)?,
        None => return Err(Error::Forbidden),
    };
    let mut lines = Vec::new();
    for issuer in issuers {
        let Some(ring) = services.keys.ring(&issuer).map_err(anyhow::Error::from)? else {
            continue;
        };
        let organisation = organisation_of(&services.db.read, &issuer).await?.map(|row| row.slug);
        let did = services.site.signing_as(&issuer).did().to_owned();
        let signed = count_by_key(&services.db.read, &issuer).await?;
        lines.extend(ring.list().map(|key| KeyLine {
            organisation: organisation.clone(),
            issuer: did.clone(),
            key: key.id.to_string(),
            signs: key.is_active,
            private_half: key.is_private_here,
            compromised_at: key.compromised_at,
            certificates: signed.get(&format!("{did}#{}", key.id)).copied().unwrap_or_default(),
            document: services.url(&issuer.path()),
        }));
    }
    Ok(lines)
}

/// Makes a new key, which signs from now on. What the old one signed stays good.
pub async fn rotate(services: &Services, actor: &Actor, slug: Option<&str>) -> Result<Rotated> {
    let (issuer, organisation) = issuer_for(services, actor, slug).await?;
    let (now, random) = (services.clock.now(), services.random.bytes());
    let tx = begin_write(&services.db).await?;
    let folder = services.keys.folder_of(&issuer);
    let made = match services.keys.ring(&issuer).map_err(anyhow::Error::from)? {
        Some(_) => KeyRing::load(&folder).and_then(|mut ring| ring.rotate(now, random)),
        None => KeyRing::open(&folder, now, random).map(|ring| ring.active()),
    };
    let key = made.map_err(anyhow::Error::from)?;
    log(&tx, actor, now, organisation.as_ref(), "key.made", key).await?;
    tx.commit().await?;
    Ok(Rotated {
        issuer: services.site.signing_as(&issuer).did().to_owned(),
        key: key.to_string(),
    })
}

/// Marks a key as one that somebody else may have: it signs no more, what is published says so, and everything it signed
/// is signed anew by a job. Asked again, what is left is done.
pub async fn compromised(services: &Services, actor: &Actor, slug: Option<&str>, key: KeyId) -> Result<Compromised> {
    let (issuer, organisation) = issuer_for(services, actor, slug).await?;
    let (now, random) = (services.clock.now(), services.random.bytes());
    let tx = begin_write(&services.db).await?;
    let mut ring = KeyRing::load(&services.keys.folder_of(&issuer)).map_err(anyhow::Error::from)?;
    ring.compromise(key, now, random).map_err(anyhow::Error::from)?;
    // Whoever was signing with it has committed once the lists are ours, and whoever comes after sees the mark.
    lists_of(&tx, &issuer, true).await?;
    let job = SignAnew {
        issuer: issuer.word().to_owned(),
        key: key.to_string(),
    };
    jobs::enqueue(&tx, now, &job).await?;
    log(&tx, actor, now, organisation.as_ref(), "key.compromised", key).await?;
    tx.commit().await?;
    services.wake();
    let did = services.site.signing_as(&issuer).did().to_owned();
    let left = signed_with(&services.db.read, &issuer, &format!("{did}#{key}")).await?;
    Ok(Compromised {
        issuer: did,
        compromised: key.to_string(),
        compromised_at: ring.list().find(|facts| facts.id == key).and_then(|facts| facts.compromised_at),
        key: ring.active().to_string(),
        certificates: left.len() as u64,
    })
}

async fn log<C: ConnectionTrait>(
    tx: &C,
    actor: &Actor,
    now: DateTime<Utc>,
    organisation: Option<&organisation::Model>,
    action: &'static str,
    key: KeyId,
) -> Result<()> {
    let entry = audit::Entry {
        chain: organisation.map_or_else(|| "installation".to_owned(), |row| format!("organisation:{}", row.id)),
        action,
        object: "key",
        object_id: organisation.map_or(0, |row| row.id.0),
        detail: Some(&key.to_string()),
    };
    audit::record(tx, actor, now, entry).await
}

/// Signs anew what a stolen key signed.
#[derive(Debug, Serialize, Deserialize)]
pub struct SignAnew {
    /// [`Issuer::word`].
    pub issuer: String,
    /// The stolen key's own name.
    pub key: String,
}

impl Job for SignAnew {
    const KIND: &'static str = "sign_anew";

    async fn run(&self, services: &Services, lease: &Lease) -> anyhow::Result<Outcome> {
        let issuer = Issuer::of_word(&self.issuer).context("the job names no issuer")?;
        let key: KeyId = self.key.parse().map_err(|()| anyhow::anyhow!("the job names no key"))?;
        let kid = format!("{}#{key}", services.site.signing_as(&issuer).did());
        let left = signed_with(&services.db.read, &issuer, &kid).await?;
        // Taken up again after a kill, the bar goes on from where it was.
        let known = lease
            .job
            .total_count
            .and_then(|total| u64::try_from(total).ok())
            .unwrap_or_default();
        let total = known.max(left.len() as u64);
        let (mut done, mut failed) = (total - left.len() as u64, 0_u64);
        lease.progress(done, total).await?;
        for id in left {
            match sign_anew(services, &issuer, key, &kid, id).await {
                Ok(()) => done += 1,
                Err(cause) if cause.downcast_ref::<sea_orm::DbErr>().is_some() => return Err(cause),
                Err(cause) => {
                    failed += 1;
                    tracing::error!(certificate = %id, cause = %format!("{cause:#}"), "a certificate could not be signed anew");
                }
            }
            if done.is_multiple_of(10) || done == total {
                lease.progress(done, total).await?;
            }
        }
        anyhow::ensure!(failed == 0, "{failed} of {total} certificates could not be signed anew");
        Ok(Outcome::Done)
    }
}

/// Signs one certificate anew, whatever became of it; nothing if that was done meanwhile.
async fn sign_anew(services: &Services, issuer: &Issuer, stolen: KeyId, kid: &str, id: CertificateId) -> anyhow::Result<()> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let found = certificate::Entity::find_by_id(id).lock_exclusive().one(&tx).await?;
    let Some(row) = found.filter(|row| kid_of(&row.jwt) == kid) else {
        return Ok(());
    };
    let signer = Signer::of(services, issuer)?;
    anyhow::ensure!(signer.ring.active() != stolen, "the key is not marked as stolen");
    // Only what was whole is signed again: somebody with the key may have been at the database too.
    let public = signer.ring.public(stolen).context("the public half of the stolen key is gone")?;
    let known = DidDocument::new(signer.site.did(), [(stolen.to_string(), public)]);
    let parsed = shown::parse(jws::open(&row.jwt, &[known], MAX_TOKEN)?).map_err(anyhow::Error::msg)?;
    let snapshot: Snapshot = serde_json::from_str(&row.snapshot)?;
    anyhow::ensure!(
        parsed.shown.id == row.public_id && says_the_same(&parsed.shown, &snapshot),
        "what is stored and what was signed do not say the same"
    );
    let before: DateTime<Utc> = parsed.shown.signed_at.parse()?;
    let mut credential = parsed.credential;
    date_anew(&mut credential, now.max(before + TimeDelta::seconds(1)));
    let mut row = row.into_active_model();
    row.jwt = Set(signer.sign(&claims(&credential)));
    let row = row.update(&tx).await?;
    record(&tx, &row, SIGNED_ANEW, None, now).await?;
    let entry = audit::Entry {
        chain: format!("event:{}", row.event_id),
        action: "certificate.signed_anew",
        object: "certificate",
        object_id: row.id.0,
        detail: None,
    };
    audit::record(&tx, &Actor::System, now, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// A certificate and the beginning of its token, which is long enough to hold the header.
#[derive(Debug, FromQueryResult)]
struct Head {
    id: CertificateId,
    head: String,
}

/// Each of the issuer's certificates, whatever became of it, with the full address of the key that signed it; oldest first.
async fn signed<C: ConnectionTrait>(db: &C, issuer: &Issuer) -> Result<Vec<(CertificateId, String)>> {
    let lists = lists_of(db, issuer, false).await?;
    let (mut found, mut last) = (Vec::new(), CertificateId(0));
    loop {
        let some = certificate::Entity::find()
            .select_only()
            .column(certificate::Column::Id)
            .column_as(Expr::cust("SUBSTR(jwt, 1, 1200)"), "head")
            .filter(certificate::Column::StatusList.is_in(lists.iter().copied()))
            .filter(certificate::Column::Id.gt(last))
            .order_by_asc(certificate::Column::Id)
            .limit(AT_ONCE)
            .into_model::<Head>()
            .all(db)
            .await?;
        let Some(end) = some.last() else {
            return Ok(found);
        };
        last = end.id;
        found.extend(some.iter().map(|one| (one.id, kid_of(&one.head))));
    }
}

/// The issuer's certificates that a key signed.
async fn signed_with<C: ConnectionTrait>(db: &C, issuer: &Issuer, kid: &str) -> Result<Vec<CertificateId>> {
    let all = signed(db, issuer).await?.into_iter();
    Ok(all.filter(|(_, by)| by == kid).map(|(id, _)| id).collect())
}

/// How many of the issuer's certificates each key signed, by its full address.
async fn count_by_key<C: ConnectionTrait>(db: &C, issuer: &Issuer) -> Result<BTreeMap<String, u64>> {
    let mut counted = BTreeMap::new();
    for (_, kid) in signed(db, issuer).await? {
        *counted.entry(kid).or_default() += 1;
    }
    Ok(counted)
}
