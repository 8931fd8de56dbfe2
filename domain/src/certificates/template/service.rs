//! Reading and changing an organisation's template. For its owners.

use super::{Design, Kept, Template, TemplateForm, Which};
use crate::{
    Services,
    access::Actor,
    certificates::{entity::certificate_template, paper::Face},
    error::{Error, FieldErrors, Result},
    ids::OrganisationId,
    organisations::{entity::organisation, settings},
    platform::{
        audit,
        db::begin_write,
        limits,
        pictures::{self, Within},
    },
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};

/// The folder among the kept files.
const UNDER: &str = "certificates";
/// The mark at two hundred dots an inch, as large as it gets on paper; a certificate with all it carries stays below 60 KB.
const MARK: Within = Within {
    width: 488,
    height: 134,
    bytes: 7_000,
};
const SIGNATURE: Within = Within {
    width: 394,
    height: 94,
    bytes: 4_000,
};

/// What the certificates of an organisation look like now.
pub async fn load<C: ConnectionTrait>(db: &C, organisation: OrganisationId) -> Result<Template> {
    Ok(find(db, organisation).await?.map_or_else(Template::default, |row| Template {
        design: row.design,
        accreditation: row.accreditation,
    }))
}

async fn find<C: ConnectionTrait>(db: &C, organisation: OrganisationId) -> Result<Option<certificate_template::Model>> {
    let query = certificate_template::Entity::find().filter(certificate_template::Column::OrganisationId.eq(organisation));
    Ok(query.one(db).await?)
}

/// The organisation with this slug, or an owner's first, and its template.
pub async fn load_own(services: &Services, actor: &Actor, slug: &str) -> Result<(organisation::Model, Template)> {
    let organisation = settings::load_own(services, actor, slug).await?;
    let template = load(&services.db.read, organisation.id).await?;
    Ok((organisation, template))
}

/// Saves what was typed. Certificates issued before stay as they are.
pub async fn save(services: &Services, actor: &Actor, slug: &str, typed: &TemplateForm) -> Result<()> {
    let organisation = settings::load_own(services, actor, slug).await?;
    change(services, actor, organisation.id, |before| typed.parse(&before.design)).await
}

/// Puts a picture on certificates to come, in place of any other. What was handed in is checked and written anew.
pub async fn set_picture(services: &Services, actor: &Actor, slug: &str, which: Which, bytes: Vec<u8>) -> Result<()> {
    let organisation = settings::load_own(services, actor, slug).await?;
    let whom = actor.person_id().map(|id| id.to_string()).unwrap_or_default();
    limits::count_upload(services, &whom).await?;
    let within = match which {
        Which::Mark => MARK,
        Which::Signature => SIGNATURE,
    };
    let made = tokio::task::spawn_blocking(move || pictures::within(&bytes, within)).await;
    let (bytes, width, height) = made
        .map_err(|cause| anyhow::anyhow!("a picture could not be read: {cause}"))?
        .map_err(|refusal| FieldErrors::one(which.word(), "not_taken", refusal.words("picture")))?;
    let name = services.files.keep(UNDER, bytes).await?;
    put(services, actor, organisation.id, which, Some(Kept { name, width, height })).await
}

/// Leaves a picture off certificates to come. Having none is fine.
pub async fn remove_picture(services: &Services, actor: &Actor, slug: &str, which: Which) -> Result<()> {
    let organisation = settings::load_own(services, actor, slug).await?;
    put(services, actor, organisation.id, which, None).await
}

async fn put(services: &Services, actor: &Actor, organisation: OrganisationId, which: Which, kept: Option<Kept>) -> Result<()> {
    change(services, actor, organisation, |before| {
        let mut template = before.clone();
        match which {
            Which::Mark => template.design.mark = kept,
            Which::Signature => template.design.signature = kept,
        }
        Ok(template)
    })
    .await
}

async fn change(
    services: &Services,
    actor: &Actor,
    organisation: OrganisationId,
    to: impl FnOnce(&Template) -> Result<Template>,
) -> Result<()> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    // Held, so that two changes of one template follow each other.
    organisation::Entity::find_by_id(organisation)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let row = find(&tx, organisation).await?;
    let before = load(&tx, organisation).await?;
    let after = to(&before)?;
    if after == before {
        return Ok(());
    }
    let changed = what_changed(&before, &after);
    let Template { design, accreditation } = after;
    match row {
        Some(row) => {
            let mut row = row.into_active_model();
            row.design = Set(design);
            row.accreditation = Set(accreditation);
            row.updated_at = Set(now);
            row.update(&tx).await?;
        }
        None => {
            let row = certificate_template::ActiveModel {
                organisation_id: Set(organisation),
                design: Set(design),
                accreditation: Set(accreditation),
                updated_at: Set(now),
                ..Default::default()
            };
            row.insert(&tx).await?;
        }
    }
    let entry = audit::Entry {
        chain: format!("organisation:{organisation}"),
        action: "certificates.template_changed",
        object: "organisation",
        object_id: organisation.0,
        detail: Some(&changed.join(",")),
    };
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    Ok(())
}

fn what_changed(before: &Template, after: &Template) -> Vec<&'static str> {
    let words = |design: &Design| {
        (
            design.heading.clone(),
            design.introduction.clone(),
            design.closing.clone(),
            design.signatory.clone(),
            design.signatory_role.clone(),
        )
    };
    [
        ("words", words(&before.design) != words(&after.design)),
        ("colour", before.design.colour != after.design.colour),
        ("mark", before.design.mark != after.design.mark),
        ("signature", before.design.signature != after.design.signature),
        ("accreditation", before.accreditation != after.accreditation),
    ]
    .into_iter()
    .filter_map(|(what, differs)| differs.then_some(what))
    .collect()
}

/// The picture called `name`, a PNG or JPEG. Whoever knows the name of a picture has seen a certificate with it, or made it.
pub async fn load_picture(services: &Services, name: &str) -> Result<Vec<u8>> {
    if name.len() != 32 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Error::NotFound);
    }
    services.files.find(UNDER, name).await?.ok_or(Error::NotFound)
}

/// A face with the files of its pictures, to be drawn. One that was lost is left off: what the certificate says stands
/// without it.
pub async fn with_pictures(services: &Services, mut face: Face) -> Result<Face> {
    for slot in [&mut face.mark, &mut face.signature] {
        let Some(picture) = slot else { continue };
        match services.files.find(UNDER, &picture.name).await? {
            Some(bytes) => picture.bytes = bytes.into(),
            None => {
                tracing::error!(picture = %picture.name, "a picture on a certificate is not among the kept files");
                *slot = None;
            }
        }
    }
    Ok(face)
}
