//! Speakers by private link: asked, they say whether they come, tell about themselves, declare their interests, and choose
//! how they are shown. Whoever speaks of their own experience may be shown under another name, or not at all.

use super::{
    Shown, SpeakingState,
    edit::{SpeakerForm, save_speaker},
    entity::{speaker, speaking},
    queries::Agenda,
};
use crate::{
    Services,
    access::{Actor, Permission},
    bookings::order::read_email,
    error::{Error, FieldErrors, Result},
    events::{self, entity::event, service::load_for},
    ids::{EventId, SpeakerId},
    messages::{about::About, link_placeholder, outbox},
    organisations::entity::organisation,
    people::name::{is_control, person_name},
    platform::{
        audit,
        db::begin_write,
        letter::Block,
        links::{self, Link},
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The most characters a declaration may have.
pub const DECLARATION_LIMIT: usize = 1_000;

/// Asks a speaker, by mail to `address`; asked again, they get a new link and the old one ends. For organisers.
pub async fn invite(services: &Services, actor: &Actor, slug: &str, code: &str, address: &str) -> Result<()> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let mut errors = FieldErrors::default();
    let address = read_email(
        &mut errors,
        "form[address]",
        address,
        "Enter their email address",
        "the email address",
    );
    errors.finish(())?;
    let address = address.unwrap_or_default();
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let speaker = speaker::Entity::find()
        .filter(speaker::Column::EventId.eq(event.id))
        .filter(speaker::Column::Code.eq(code))
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let row = match find(&tx, speaker.id).await? {
        Some(row) => {
            let mut row = row.into_active_model();
            row.address = Set(address.clone());
            row.invited_at = Set(now);
            row.update(&tx).await?
        }
        None => {
            let row = speaking::ActiveModel {
                event_id: Set(event.id),
                speaker_id: Set(speaker.id),
                address: Set(address.clone()),
                state: Set(SpeakingState::Invited),
                shown: Set(Shown::Named),
                invited_at: Set(now),
                ..Default::default()
            };
            row.insert(&tx).await?
        }
    };
    let link = Link::Speaking(speaker.id.0);
    links::revoke(&tx, now, link).await?;
    log(&tx, actor, &row, "speaker.invited", now).await?;
    let about = About::load(&tx, event.id).await?;
    let letter = about
        .letter(format!("You are asked to speak at {}", about.shown_title()))
        .with(Block::Para(format!("Dear {},", speaker.name)))
        .with(Block::Para(format!(
            "{} asks you to speak at {}, {}.",
            about.organisation.name,
            about.shown_title(),
            about.when()
        )))
        .with(Block::Para(
            "On the page below you say whether you come, tell about yourself, declare any interests, and choose how you are shown. You can come back and change it.".to_owned(),
        ))
        .with(Block::Action {
            label: "Answer".to_owned(),
            url: link_placeholder(0),
        })
        .with(Block::Para("The link is yours alone: whoever has it can answer for you.".to_owned()));
    let subject = format!("Speaking at {}", about.shown_title());
    let key = format!("speaking/{}/{}", row.id, services.random.public_id());
    let content = about.content(letter, vec![link], None);
    let to = about.addressed(&speaker.name, &address);
    outbox::add(&tx, services, &key, "speaking", to, &subject, &content).await?;
    tx.commit().await?;
    services.wake();
    Ok(())
}

/// What a speaker's link opens.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub speaker: speaker::Model,
    pub row: speaking::Model,
    /// Titles of their sessions, with when they begin.
    pub sessions: Vec<super::entity::session::Model>,
}

/// The speaker whose link this is.
pub async fn open(services: &Services, token: &str) -> Result<Opened> {
    let db = &services.db.read;
    let Some((_, Link::Speaking(id))) = links::find(db, services.clock.now(), token).await? else {
        return Err(Error::NotFound);
    };
    let row = find(db, SpeakerId(id)).await?.ok_or(Error::NotFound)?;
    let (event, organisation) = events::queries::load(db, row.event_id).await?;
    let board = super::edit::Working::load(db, event.id).await?.board;
    let speaker = board
        .speakers
        .iter()
        .find(|speaker| speaker.id == row.speaker_id)
        .cloned()
        .ok_or(Error::NotFound)?;
    Ok(Opened {
        sessions: board.sessions_of(speaker.id).cloned().collect(),
        event,
        organisation,
        speaker,
        row,
    })
}

/// What a speaker types.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    /// "confirmed" or "declined".
    pub state: String,
    pub name: String,
    pub role: String,
    pub organisation: String,
    /// Markdown.
    pub bio: String,
    /// "named", "other" or "hidden".
    pub shown: String,
    pub shown_name: String,
    pub declaration: String,
}

impl AnswerForm {
    /// The form as it stands.
    #[must_use]
    pub fn of(opened: &Opened) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            state: match opened.row.state {
                SpeakingState::Invited => String::new(),
                state => state.word().to_owned(),
            },
            name: opened.speaker.name.clone(),
            role: text(&opened.speaker.role),
            organisation: text(&opened.speaker.organisation),
            bio: text(&opened.speaker.bio),
            shown: opened.row.shown.word().to_owned(),
            shown_name: text(&opened.row.shown_name),
            declaration: text(&opened.row.declaration),
        }
    }
}

/// Keeps what a speaker says, for whoever holds their link. What they tell about themselves goes into the agenda as an
/// organiser's change does: of an event that is out it waits to be published. How they are shown holds at once.
pub async fn answer(services: &Services, token: &str, typed: &AnswerForm) -> Result<()> {
    let opened = open(services, token).await?;
    let now = services.clock.now();
    let mut errors = FieldErrors::default();
    let state = match typed.state.as_str() {
        "confirmed" => Some(SpeakingState::Confirmed),
        "declined" => Some(SpeakingState::Declined),
        _ => {
            errors.add("form[state]", "missing", "Say whether you come");
            None
        }
    };
    let shown = errors.take("form[shown]", typed.shown.parse::<Shown>());
    let shown_name = match shown {
        Some(Shown::Other) if typed.shown_name.trim().is_empty() => {
            errors.add("form[shown_name]", "missing", "Enter the name to show in place of yours");
            None
        }
        Some(Shown::Other) => errors.take(
            "form[shown_name]",
            person_name(&typed.shown_name).map_err(|cause| cause.to_string()),
        ),
        _ => None,
    };
    let declaration = typed.declaration.replace("\r\n", "\n");
    let declaration = declaration.trim();
    if declaration.chars().count() > DECLARATION_LIMIT {
        let words = format!("A declaration can have at most {DECLARATION_LIMIT} characters");
        errors.add("form[declaration]", "too_long", words);
    } else if declaration.chars().any(|c| c != '\n' && is_control(c)) {
        errors.add("form[declaration]", "control", "A declaration cannot contain control characters");
    }
    errors.finish(())?;
    let (Some(state), Some(shown)) = (state, shown) else {
        return Err(Error::NotFound);
    };
    if state == SpeakingState::Confirmed {
        let form = SpeakerForm {
            name: typed.name.clone(),
            role: typed.role.clone(),
            organisation: typed.organisation.clone(),
            bio: typed.bio.clone(),
        };
        save_speaker(services, &Actor::System, &opened.event.slug, Some(&opened.speaker.code), &form).await?;
    }
    let tx = begin_write(&services.db).await?;
    let mut row = opened.row.into_active_model();
    row.state = Set(state);
    row.shown = Set(shown);
    row.shown_name = Set(shown_name);
    row.declaration = Set(Some(declaration.to_owned()).filter(|text| !text.is_empty()));
    row.answered_at = Set(Some(now));
    let row = row.update(&tx).await?;
    // A page kept as it was drawn is drawn anew: how a speaker is shown is part of it.
    let mut event = opened.event.into_active_model();
    event.updated_at = Set(now);
    event.update(&tx).await?;
    let action = match state {
        SpeakingState::Declined => "speaker.declined",
        _ => "speaker.confirmed",
    };
    log(&tx, &Actor::System, &row, action, now).await?;
    tx.commit().await?;
    Ok(())
}

async fn log(tx: &DatabaseTransaction, actor: &Actor, row: &speaking::Model, action: &'static str, now: DateTime<Utc>) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("event:{}", row.event_id),
        action,
        object: "speaker",
        object_id: row.speaker_id.0,
        detail: None,
    };
    audit::record(tx, actor, now, entry).await
}

async fn find<C: ConnectionTrait>(db: &C, speaker: SpeakerId) -> Result<Option<speaking::Model>> {
    Ok(speaking::Entity::find()
        .filter(speaking::Column::SpeakerId.eq(speaker))
        .one(db)
        .await?)
}

/// What the speakers of an event said, by speaker.
pub async fn list<C: ConnectionTrait>(db: &C, event: EventId) -> Result<HashMap<SpeakerId, speaking::Model>> {
    let rows = speaking::Entity::find().filter(speaking::Column::EventId.eq(event)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.speaker_id, row)).collect())
}

/// The agenda as anybody may see it: whoever is shown under another name has that name and no photo, and whoever is not
/// shown is nowhere.
pub fn veil(agenda: &mut Agenda, said: &HashMap<SpeakerId, speaking::Model>) {
    let hidden = |id: &SpeakerId| said.get(id).is_some_and(|row| row.shown == Shown::Hidden);
    agenda.speakers.retain(|speaker| !hidden(&speaker.id));
    for item in &mut agenda.items {
        item.speakers.retain(|id| !hidden(id));
    }
    for speaker in &mut agenda.speakers {
        if let Some(row) = said.get(&speaker.id).filter(|row| row.shown == Shown::Other) {
            speaker.name = row.shown_name.clone().unwrap_or_default();
            speaker.photo = None;
            // Where they work, with their role, would name them.
            speaker.organisation = None;
        }
    }
}
