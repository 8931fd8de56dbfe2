//! Who is asking, and what they may do. Every service takes an [`Actor`] and asks it before it tells or changes anything.

use crate::{
    error::{Error, Result},
    ids::{EventId, OrganisationId, PersonId},
    organisations::Role,
};

/// Whoever asks for something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody has signed in.
    Nobody,
    /// A person who proved their mailbox.
    Person(SignedIn),
    /// A command on the machine itself, or a job: whoever starts those may do anything.
    System,
}

/// A signed-in person, with their role in each organisation they help to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub id: PersonId,
    pub address: String,
    pub name: Option<String>,
    /// Roles that hold everywhere in an organisation.
    pub roles: Vec<(OrganisationId, Role)>,
    /// Events of which they are a steward and no more.
    pub stewards: Vec<(OrganisationId, EventId)>,
}

impl SignedIn {
    /// Whether they help to run anything at all.
    #[must_use]
    pub fn helps(&self) -> bool {
        !self.roles.is_empty() || !self.stewards.is_empty()
    }
}

/// What a role is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Look at what organisers look at.
    See,
    /// Change events, bookings, certificates.
    Edit,
    /// Check people in.
    CheckIn,
    /// Decide who is in the team.
    Own,
}

impl Permission {
    #[must_use]
    pub fn is_held_by(self, role: Role) -> bool {
        match self {
            Self::See => matches!(role, Role::Owner | Role::Organiser | Role::Viewer),
            Self::Edit => matches!(role, Role::Owner | Role::Organiser),
            Self::CheckIn => matches!(role, Role::Owner | Role::Organiser | Role::Steward),
            Self::Own => matches!(role, Role::Owner),
        }
    }
}

impl Actor {
    #[must_use]
    pub fn person(&self) -> Option<&SignedIn> {
        match self {
            Self::Person(person) => Some(person),
            _ => None,
        }
    }

    #[must_use]
    pub fn person_id(&self) -> Option<PersonId> {
        self.person().map(|person| person.id)
    }

    /// The signed-in person, or the request to sign in.
    pub fn signed_in(&self) -> Result<&SignedIn> {
        self.person().ok_or(Error::SignInNeeded)
    }

    #[must_use]
    pub fn role_in(&self, organisation: OrganisationId) -> Option<Role> {
        self.person()?
            .roles
            .iter()
            .find(|(id, _)| *id == organisation)
            .map(|(_, role)| *role)
    }

    #[must_use]
    pub fn may(&self, permission: Permission, organisation: OrganisationId) -> bool {
        matches!(self, Self::System) || self.role_in(organisation).is_some_and(|role| permission.is_held_by(role))
    }

    /// Refuses who may not: with the way to sign in for nobody, with 404 for strangers to the organisation (who learn
    /// nothing of it), with 403 for the wrong role in it.
    pub fn require(&self, permission: Permission, organisation: OrganisationId) -> Result<()> {
        match self {
            Self::System => Ok(()),
            Self::Nobody => Err(Error::SignInNeeded),
            Self::Person(_) => match self.role_in(organisation) {
                Some(role) if permission.is_held_by(role) => Ok(()),
                Some(_) => Err(Error::Forbidden),
                None if self.stewards().iter().any(|(id, _)| *id == organisation) => Err(Error::Forbidden),
                None => Err(Error::NotFound),
            },
        }
    }

    /// Whether this actor holds `permission` at one event, which may be less than in all of its organisation.
    #[must_use]
    pub fn may_at(&self, permission: Permission, organisation: OrganisationId, event: EventId) -> bool {
        self.may(permission, organisation) || (permission.is_held_by(Role::Steward) && self.stewards().contains(&(organisation, event)))
    }

    /// The same as [`Self::require`], about one event.
    pub fn require_at(&self, permission: Permission, organisation: OrganisationId, event: EventId) -> Result<()> {
        if self.may_at(permission, organisation, event) {
            Ok(())
        } else {
            self.require(permission, organisation)
        }
    }

    /// The events of which this person is a steward and no more.
    #[must_use]
    pub fn stewards(&self) -> &[(OrganisationId, EventId)] {
        self.person().map_or(&[], |person| person.stewards.as_slice())
    }

    /// Refuses who helps to run nothing at all in a way that carries `permission`.
    pub fn require_anywhere(&self, permission: Permission) -> Result<()> {
        match self {
            Self::System => Ok(()),
            Self::Nobody => Err(Error::SignInNeeded),
            Self::Person(person) if person.roles.iter().any(|(_, role)| permission.is_held_by(*role)) => Ok(()),
            Self::Person(person) if permission.is_held_by(Role::Steward) && !person.stewards.is_empty() => Ok(()),
            Self::Person(_) => Err(Error::Forbidden),
        }
    }

    /// The organisations in all of which this actor holds `permission`.
    #[must_use]
    pub fn organisations_with(&self, permission: Permission) -> Vec<OrganisationId> {
        self.person()
            .map(|person| {
                person
                    .roles
                    .iter()
                    .filter(|(_, role)| permission.is_held_by(*role))
                    .map(|(id, _)| *id)
                    .collect()
            })
            .unwrap_or_default()
    }

    /// A word for the audit trail.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Person(_) => "person",
            Self::System => "system",
        }
    }
}
