//! Organisations: who runs events and networks, and the people who help them, each with one role.

pub mod entity;
pub mod service;
pub mod settings;
pub mod team;

use sea_orm::{DeriveActiveEnum, EnumIter};

/// What a person is in an organisation. [`crate::access::Permission`] says what each is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Owner,
    Organiser,
    Steward,
    Viewer,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Owner, Self::Organiser, Self::Steward, Self::Viewer];

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Organiser => "organiser",
            Self::Steward => "steward",
            Self::Viewer => "viewer",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|role| role.word() == word)
            .ok_or_else(|| format!("There is no role \"{word}\". Use owner, organiser, steward or viewer."))
    }
}
