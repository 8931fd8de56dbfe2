//! The portfolio: what a person sees of their own. Their bookings; and the CPD they have evidence for, with what they add
//! to it, write about it, keep with it and let an appraiser see.
//!
//! What somebody enters and writes is theirs alone. Its tables are named in [`own`] and nowhere else, and nothing there can
//! be read without a [`own::Reader`], which only the person's own sign-in, or a link they gave out themselves, makes.

pub mod advice;
pub mod feed;
pub mod own;
pub mod pack;
pub mod queries;
pub mod totals;

pub use queries::{Booked, Bookings, Certified, MyPlace, Waiting, bookings, own_of};
pub use totals::{Progress, Totals};

use crate::words::words;

words! {
    /// How something was learnt: what the NMC calls the method.
    #[derive(Default)]
    Method {
        Conference = "conference", Course = "course", Workshop = "workshop", Webinar = "webinar", Meeting = "meeting",
        Discussion = "discussion", Supervision = "supervision", Teaching = "teaching", Elearning = "elearning",
        Reading = "reading", Audit = "audit",
        #[default]
        Other = "other",
    }
}
words! {
    /// Where an entry stands with the person's own peer group, as they say themselves. No organiser ever does.
    #[derive(Default)]
    Approval { #[default] None = "none", Waiting = "waiting", Approved = "approved", Declined = "declined" }
}

impl Method {
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Conference => "Conference",
            Self::Course => "Course",
            Self::Workshop => "Workshop",
            Self::Webinar => "Webinar or live online session",
            Self::Meeting => "Network meeting",
            Self::Discussion => "Peer discussion or case review",
            Self::Supervision => "Supervision, coaching or mentoring",
            Self::Teaching => "Teaching or presenting",
            Self::Elearning => "E-learning",
            Self::Reading => "Reading or research",
            Self::Audit => "Audit or quality improvement",
            Self::Other => "Something else",
        }
    }
}

impl Approval {
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "Not put to my peer group",
            Self::Waiting => "Subject to peer group approval",
            Self::Approved => "Approved by my peer group",
            Self::Declined => "Not approved by my peer group",
        }
    }

    /// The same as it stands in a scheme's line; empty where nothing was asked.
    #[must_use]
    pub fn standing(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Waiting => "subject to peer group approval",
            Self::Approved => "approved by peer group",
            Self::Declined => "not approved by peer group",
        }
    }
}
