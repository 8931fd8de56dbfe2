//! Who signs what: the organisation that was there first signs under the name of the host, each further one under a name
//! of its own below it, with keys of its own. A certificate stays with whoever signed it.

use super::entity::status_list;
use crate::{
    Services,
    error::{Error, Result},
    organisations::entity::organisation,
    platform::signing::{DidDocument, Issuer, KeyRing, Site, strict},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use std::sync::Arc;

/// An issuer ready to sign.
#[derive(Debug)]
pub struct Signer {
    /// The site, under the name it signs with here.
    pub site: Site,
    pub ring: Arc<KeyRing>,
}

impl Signer {
    /// Whoever `issuer` is, with the keys it has at this moment; makes its first key.
    pub fn of(services: &Services, issuer: &Issuer) -> Result<Self> {
        let ring = match services.keys.ring(issuer).map_err(anyhow::Error::from)? {
            Some(ring) => ring,
            None => services
                .keys
                .ring_or_make(issuer, services.clock.now(), services.random.bytes())
                .map_err(anyhow::Error::from)?,
        };
        Ok(Self {
            site: services.site.signing_as(issuer),
            ring,
        })
    }

    /// Signs one payload as this issuer.
    #[must_use]
    pub fn sign(&self, payload: &Value) -> String {
        self.ring.sign(&self.site, payload)
    }
}

/// Who signs for an organisation. Neither its slug nor which organisation was first ever changes.
pub async fn issuer_of<C: ConnectionTrait>(db: &C, organisation: &organisation::Model) -> Result<Issuer> {
    let first = organisation::Entity::find().order_by_asc(organisation::Column::Id).one(db).await?;
    if first.is_some_and(|first| first.id == organisation.id) {
        return Ok(Issuer::Host);
    }
    let issuer = Issuer::of_slug(&organisation.slug);
    issuer.ok_or_else(|| anyhow::anyhow!("{} cannot be part of a did:web name", organisation.slug).into())
}

/// The organisation an issuer signs for, if there is one yet.
pub async fn organisation_of<C: ConnectionTrait>(db: &C, issuer: &Issuer) -> Result<Option<organisation::Model>> {
    let query = organisation::Entity::find().order_by_asc(organisation::Column::Id);
    Ok(match issuer {
        Issuer::Host => query.one(db).await?,
        Issuer::Organisation(slug) => query.filter(organisation::Column::Slug.eq(slug)).one(db).await?,
    })
}

/// The numbers of an issuer's status lists, oldest first. With `held` nobody signs for it until the transaction ends.
pub(super) async fn lists_of<C: ConnectionTrait>(db: &C, issuer: &Issuer, held: bool) -> Result<Vec<i32>> {
    let mut query = status_list::Entity::find()
        .filter(status_list::Column::Issuer.eq(issuer.word()))
        .order_by_asc(status_list::Column::Number);
    if held {
        query = query.lock_exclusive();
    }
    Ok(query.all(db).await?.into_iter().map(|list| list.number).collect())
}

/// Whose list this is; none if there is no such list.
pub(super) async fn issuer_of_list<C: ConnectionTrait>(db: &C, number: i32) -> Result<Option<Issuer>> {
    let list = status_list::Entity::find_by_id(number).one(db).await?;
    Ok(list.and_then(|list| Issuer::of_word(&list.issuer)))
}

/// What `issuer` publishes; not found if it has never signed.
pub fn document(services: &Services, issuer: &Issuer) -> Result<DidDocument> {
    let document = services.keys.document(issuer, &services.site).map_err(anyhow::Error::from)?;
    document.ok_or(Error::NotFound)
}

/// The full address of the key a token names in its header, not to be believed before its signature is; empty if none.
pub(super) fn kid_of(jwt: &str) -> String {
    let header = jwt.split('.').next().and_then(strict::decode);
    let header: Value = header.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    header["kid"].as_str().unwrap_or_default().to_owned()
}

/// The issuer a key address names, where it is one of this installation.
pub(super) fn issuer_of_kid(services: &Services, kid: &str) -> Option<Issuer> {
    let (did, _) = kid.split_once('#')?;
    Issuer::of_did(did, &services.site)
}
