//! What mails about a network say. Each mail to the list ends with the way to leave it.

use super::{
    Reply,
    entity::{meeting, membership, network},
};
use crate::{
    Services,
    attendance::queries::Attendee,
    error::Result,
    events::{
        EventStatus,
        calendar::{Day, location},
        entity::event,
    },
    ids::{InviteId, MembershipId},
    messages::{
        Content, ListHeaders,
        about::{About, with_support},
        calendars::{Letters, News},
        link_placeholder,
        outbox::{self, Addressed},
    },
    organisations::entity::organisation,
    platform::{
        letter::{Block, Letter},
        links::Link,
        zones,
    },
};
use sea_orm::DatabaseTransaction;

/// What every mail about a network needs.
pub(super) struct Post<'a> {
    pub services: &'a Services,
    pub network: &'a network::Model,
    pub organisation: &'a organisation::Model,
}

impl Post<'_> {
    fn contact(&self) -> &str {
        self.network.contact_email.as_deref().unwrap_or(&self.organisation.email)
    }

    /// A letter about the network itself.
    pub(super) fn letter(&self, title: impl Into<String>) -> Letter {
        let letter = Letter::new(&self.organisation.name, title);
        let letter = if self.network.sensitive {
            with_support(letter, &self.network.support)
        } else {
            letter
        };
        letter.ending(Block::Para(format!("Questions? Answer this mail, or write to {}.", self.contact())))
    }

    /// Puts a letter to one person in the outbox.
    #[expect(clippy::too_many_arguments, reason = "one message from everything it is made of")]
    pub(super) async fn add(
        &self,
        tx: &DatabaseTransaction,
        key: &str,
        kind: &str,
        (name, address): (&str, &str),
        subject: &str,
        letter: Letter,
        links: Vec<Link>,
    ) -> Result<()> {
        let content = Content {
            letter,
            was: Vec::new(),
            list: links
                .iter()
                .any(|link| matches!(link, Link::Unsubscribe(_)))
                .then(|| ListHeaders::of(self.network)),
            links,
            calendar: None,
            from_name: self.organisation.name.clone(),
            reply_to: Some(self.contact().to_owned()),
        };
        let to = Addressed {
            organisation: Some(self.organisation.id),
            event: None,
            network: Some(self.network.id),
            name,
            address,
        };
        outbox::add(tx, self.services, key, kind, to, subject, &content).await
    }

    /// To prove that the mailbox is theirs.
    pub(super) fn to_confirm(&self, membership: &membership::Model, wording: &str) -> Letter {
        let asked = match (&membership.source, membership.source_on) {
            (Some(source), Some(on)) => format!(
                "{} has your request to join this network: {source}, {}. Confirm that it was you, and that this is your mailbox.",
                self.organisation.name,
                zones::date(on)
            ),
            _ => "Somebody, most likely you, asked to join this network with this address. Confirm that it was you.".to_owned(),
        };
        self.letter("Confirm your request")
            .with(Block::Para(asked))
            .with(Block::Facts(facts(self.network, membership)))
            .with(Block::Para(format!("You agree to this: {wording}")))
            .with(Block::Action {
                label: "Confirm your request".to_owned(),
                url: link_placeholder(0),
            })
            .with(Block::Para(
                "The link works for seven days. An organiser then decides, and you hear by mail.".to_owned(),
            ))
            .ending(Block::Para(
                "If it was not you, do nothing. Nothing more will be sent to this address.".to_owned(),
            ))
    }

    /// To somebody who asked although their request is already waiting.
    pub(super) fn waiting(&self, membership: &membership::Model) -> Letter {
        self.letter("We have your request")
            .with(Block::Para(
                "Somebody, most likely you, asked again to join this network. Your request is confirmed and an organiser will decide. There is nothing more to do."
                    .to_owned(),
            ))
            .with(Block::Facts(facts(self.network, membership)))
    }

    /// To somebody who asked although they are on the list.
    pub(super) fn on_it_already(&self, membership: &membership::Model) -> Letter {
        self.letter("You are on the list already")
            .with(Block::Para(
                "Somebody, most likely you, asked to join this network. You are on its list, and nothing was changed.".to_owned(),
            ))
            .with(Block::Facts(facts(self.network, membership)))
            .with(Block::Para(
                "To change your name or job role, answer this mail. If you do not want to be on the list, leave it:".to_owned(),
            ))
            .with(leave_link(0))
    }

    /// To somebody who was taken on the list.
    pub(super) fn welcome(&self, membership: &membership::Model, meetings: &[(meeting::Model, event::Model)]) -> Letter {
        let mut letter = self
            .letter("You are on the list")
            .with(Block::Facts(facts(self.network, membership)));
        letter = if meetings.is_empty() {
            letter.with(Block::Para(
                "The next meeting has no date yet. You will get an invite for your calendar when it has.".to_owned(),
            ))
        } else {
            letter
                .with(Block::Para(
                    "The next meetings. An entry for your calendar comes for each.".to_owned(),
                ))
                .with(Block::List(
                    meetings
                        .iter()
                        .map(|(_, event)| format!("{}: {}", event.title, zones::span(event.starts_wall, event.ends_wall)))
                        .collect(),
                ))
        };
        letter
            .with(Block::Link {
                label: "Read about the network".to_owned(),
                url: self.services.url(&format!("/networks/{}", self.network.slug)),
            })
            .ending(leave_link(0))
    }

    /// To somebody whose request was declined.
    pub(super) fn declined(&self) -> Letter {
        self.letter("Your request to join").with(Block::Para(format!(
            "Thank you for asking to join {}. The organisers have decided not to add you to the list. If you think that is a mistake, answer this mail.",
            self.network.name
        )))
    }

    /// To the network's own contact: somebody waits.
    pub(super) fn somebody_waits(&self, membership: &membership::Model) -> Letter {
        let mut facts = facts(self.network, membership);
        if let Some(source) = &membership.source {
            facts.push(("How they asked".to_owned(), source.clone()));
        }
        Letter::new(&self.organisation.name, "Somebody asks to join")
            .with(Block::Para(
                "They have confirmed that the mailbox is theirs. It is for you to decide.".to_owned(),
            ))
            .with(Block::Facts(facts))
            .with(Block::Action {
                label: "Approve or decline".to_owned(),
                url: self.services.url(&format!("/organise/networks/{}/requests", self.network.slug)),
            })
    }

    /// With the link to leave by, for somebody who asked for it.
    pub(super) fn to_leave(&self) -> Letter {
        self.letter("Leave this list")
            .with(Block::Para(format!(
                "Somebody, most likely you, asked to take this address off the list of {}.",
                self.network.name
            )))
            .with(Block::Action {
                label: "Leave the list".to_owned(),
                url: link_placeholder(0),
            })
            .with(Block::Para("If it was not you, do nothing and you stay on the list.".to_owned()))
    }

    /// To somebody who asked to leave a list they are not on.
    pub(super) fn nothing_to_leave(&self) -> Letter {
        self.letter("This address is not on the list").with(Block::Para(format!(
            "Somebody, most likely you, asked to take this address off the list of {}. It is not on it. If mail still reaches you, it is sent to another address of yours: look at its To line.",
            self.network.name
        )))
    }
}

fn leave_link(n: usize) -> Block {
    Block::Link {
        label: "Leave this list".to_owned(),
        url: link_placeholder(n),
    }
}

fn facts(network: &network::Model, membership: &membership::Model) -> Vec<(String, String)> {
    let mut facts = vec![
        ("Network".to_owned(), network.name.clone()),
        ("Name".to_owned(), membership.name.clone()),
    ];
    for (label, value) in [("Job role", &membership.job_role), ("Where you work", &membership.agency)] {
        if let Some(value) = value {
            facts.push((label.to_owned(), value.clone()));
        }
    }
    facts
}

/// The letters about one invite.
pub(super) struct InviteLetters {
    pub invite: InviteId,
    pub membership: MembershipId,
}

impl InviteLetters {
    fn links(&self) -> Vec<Link> {
        vec![Link::Invite(self.invite.0), Link::Unsubscribe(self.membership.0)]
    }
}

impl Letters for InviteLetters {
    fn subject(&self, is_new: bool) -> &'static str {
        if is_new { "Invite" } else { "Changed" }
    }

    fn invitation(&self, about: &About, who: &Attendee, news: &News, _: usize, _: Day) -> (Letter, Vec<Link>) {
        let title = if news.is_new { "You are invited" } else { "Something has changed" };
        let letter = news.tell(about.letter(title));
        let mut facts = Vec::new();
        if let Some((_, network)) = &about.meeting {
            facts.push(("Network".to_owned(), network.name.clone()));
        }
        facts.extend([
            ("Meeting".to_owned(), about.event.title.clone()),
            ("When".to_owned(), about.when()),
            ("Where".to_owned(), location(&about.event)),
        ]);
        if let Some(url) = &about.event.online_url {
            facts.push(("Join online".to_owned(), url.clone()));
        }
        facts.push(("Your code at the door".to_owned(), who.code.clone()));
        let answer = |reply: Reply, label: &str| Block::Link {
            label: label.to_owned(),
            url: format!("{}?answer={}", link_placeholder(0), reply.word()),
        };
        let letter = letter
            .with(Block::Facts(facts))
            .with(Block::Para("Will you come? Answer from your calendar, or here:".to_owned()))
            .with(answer(Reply::Accepted, "I will come"))
            .with(answer(Reply::Tentative, "I may come"))
            .with(answer(Reply::Declined, "I cannot come"))
            .ending(Block::Para(
                about
                    .meeting
                    .as_ref()
                    .map(|(_, network)| format!("You get this because you are on the list of {}.", network.name))
                    .unwrap_or_default(),
            ))
            .ending(leave_link(1));
        (letter, self.links())
    }

    fn called_off(&self, about: &About, _: &Attendee, day: Day) -> (Letter, Vec<Link>) {
        let (title, words) = if about.event.status == EventStatus::Cancelled {
            ("The meeting is cancelled", format!("{} will not take place.", about.event.title))
        } else {
            (
                "You are no longer invited",
                format!("You have left the list, so {} is taken out of your calendar.", about.event.title),
            )
        };
        let letter = about
            .letter(title)
            .with(Block::Notice(words))
            .with(Block::Facts(vec![("Was".to_owned(), zones::span(day.starts, day.ends))]))
            .with(Block::Para("The entry is taken out of your calendar.".to_owned()))
            .ending(leave_link(1));
        (letter, self.links())
    }
}
