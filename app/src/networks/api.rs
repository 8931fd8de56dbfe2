//! The forms of networks. Each reads what was posted, calls the service and says where to go.

use crate::{error::AppError, forms::Go, ssr};
use domain::{
    Error, FieldErrors,
    access::Permission,
    ids::{InviteId, ItemId, MembershipId},
    messages::inbox::{self, queue},
    networks::{
        NetworkStatus,
        edit::{self, NetworkForm},
        invites,
        join::{self, Decision, JoinForm},
        leave,
        meetings::{self, MeetingForm, YearForm},
        members::{self, MemberForm},
        replies::{self, Holder},
    },
    organisations::service::list_with,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

fn segment(text: &str) -> String {
    ssr::encode(text).replace('/', "%2F")
}

fn public(slug: &str, page: &str) -> String {
    format!("/networks/{}{page}", segment(slug))
}

fn own(slug: &str, page: &str) -> String {
    format!("/organise/networks/{}{page}", segment(slug))
}

fn membership(typed: &str) -> Result<MembershipId, Error> {
    typed.parse().map(MembershipId).map_err(|_| Error::NotFound)
}

/// Asks to join. The page after it is the same for everybody.
#[server(prefix = "/do", endpoint = "networks/join")]
pub async fn join(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: JoinForm,
) -> Result<(), AppError> {
    let back = public(&slug, "/join");
    crate::forms::post(&back, &draft, form, |request, typed: JoinForm| async move {
        join::ask(&request.services, &slug, &typed, &request.asking.address).await?;
        Ok(Go::To(public(&slug, "/join?asked=1")))
    })
    .await
}

/// Confirms a request, which only a person pressing the button does.
#[server(prefix = "/do", endpoint = "networks/confirm")]
pub async fn confirm(#[server(default)] token: String, #[server(default)] draft: String) -> Result<(), AppError> {
    let back = format!("/join/{}", segment(&token));
    crate::forms::post(&back.clone(), &draft, (), |request, (): ()| async move {
        join::confirm(&request.services, &token).await?;
        Ok(Go::To(back))
    })
    .await
}

/// What somebody types who wants the link to leave by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LeaveForm {
    pub email: String,
}

/// Asks for the link to leave by. The page after it is the same for everybody.
#[server(prefix = "/do", endpoint = "networks/ask-to-leave")]
pub async fn ask_to_leave(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: LeaveForm,
) -> Result<(), AppError> {
    let back = public(&slug, "/leave");
    crate::forms::post(&back, &draft, form, |request, typed: LeaveForm| async move {
        leave::ask(&request.services, &slug, &typed.email, &request.asking.address).await?;
        Ok(Go::To(public(&slug, "/leave?asked=1")))
    })
    .await
}

/// Whoever is signed in leaves a list.
#[server(prefix = "/do", endpoint = "networks/leave")]
pub async fn leave(#[server(default)] slug: String, #[server(default)] draft: String) -> Result<(), AppError> {
    let back = public(&slug, "/leave");
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        leave::by_page(&request.services, &request.actor, &slug).await?;
        Ok(Go::To(public(&slug, "/leave?left=1")))
    })
    .await
}

/// Answers an invite: by the link in it, or signed in by its number.
#[server(prefix = "/do", endpoint = "networks/answer")]
pub async fn answer(
    #[server(default)] token: String,
    #[server(default)] invite: String,
    #[server(default)] reply: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = if token.is_empty() {
        "/my".to_owned()
    } else {
        format!("/invites/{}", segment(&token))
    };
    crate::forms::post(&back.clone(), &draft, (), |request, (): ()| async move {
        let holder = if token.is_empty() {
            request.actor.signed_in()?;
            Holder::Actor(&request.actor, InviteId(invite.parse().map_err(|_| Error::NotFound)?))
        } else {
            Holder::Link(&token)
        };
        let reply = reply
            .parse()
            .map_err(|_| FieldErrors::one("", "not_a_choice", "Say whether you will come, may come or cannot come"))?;
        replies::answer(&request.services, &holder, reply).await?;
        Ok(Go::To(format!("{back}?answered=1")))
    })
    .await
}

/// Makes a network.
#[server(prefix = "/do", endpoint = "networks/create")]
pub async fn create(#[server(default)] draft: String, #[server(default)] form: NetworkForm) -> Result<(), AppError> {
    crate::forms::post("/organise/networks/new", &draft, form, |request, typed: NetworkForm| async move {
        request.actor.require_anywhere(Permission::Edit)?;
        let own_organisations = list_with(&request.services, &request.actor, Permission::Edit).await?;
        let organisation = own_organisations
            .iter()
            .find(|row| row.slug == typed.organisation || (typed.organisation.is_empty() && own_organisations.len() == 1))
            .ok_or_else(|| FieldErrors::one("form[organisation]", "missing", "Choose the organisation the network is for"))?;
        let network = edit::create(&request.services, &request.actor, organisation, &typed).await?;
        Ok(Go::To(own(&network.slug, "?saved=1")))
    })
    .await
}

/// Changes a network.
#[server(prefix = "/do", endpoint = "networks/update")]
pub async fn update(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: NetworkForm,
) -> Result<(), AppError> {
    let back = own(&slug, "/edit");
    crate::forms::post(&back, &draft, form, |request, typed: NetworkForm| async move {
        edit::update(&request.services, &request.actor, &slug, &typed).await?;
        Ok(Go::To(own(&slug, "?saved=1")))
    })
    .await
}

/// Writes down a request that came by mail or phone.
#[server(prefix = "/do", endpoint = "networks/add-request")]
pub async fn add_request(
    #[server(default)] slug: String,
    #[server(default)] mail: String,
    #[server(default)] draft: String,
    #[server(default)] form: JoinForm,
) -> Result<(), AppError> {
    let page = own(&slug, "/requests");
    let mail = mail.parse().ok().map(ItemId);
    let back = mail.map_or_else(|| page.clone(), |mail| format!("{page}?mail={mail}"));
    crate::forms::post(&back, &draft, form, |request, typed: JoinForm| async move {
        join::add(&request.services, &request.actor, &slug, &typed).await?;
        // The mail it came by needs nothing more. Whoever was quicker has decided about it.
        if let Some(mail) = mail {
            match queue::decide(&request.services, &request.actor, mail, inbox::Decision::Request).await {
                Ok(()) | Err(Error::Invalid(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(Go::To(format!("{page}?added=1")))
    })
    .await
}

/// Approves or declines a request.
#[server(prefix = "/do", endpoint = "networks/decide")]
pub async fn decide(
    #[server(default)] slug: String,
    #[server(default)] member: String,
    #[server(default)] decision: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = own(&slug, "/requests");
    crate::forms::post(&back.clone(), &draft, (), |request, (): ()| async move {
        let (decision, word) = match decision.as_str() {
            "approve" => (Decision::Approve, "approved"),
            "decline" => (Decision::Decline, "declined"),
            _ => return Err(FieldErrors::one("", "not_a_choice", "A request can be approved or declined").into()),
        };
        let id = membership(&member)?;
        join::decide(&request.services, &request.actor, &slug, id, decision).await?;
        Ok(Go::To(format!("{back}?{word}={id}")))
    })
    .await
}

/// Sends the mail to confirm by once more.
#[server(prefix = "/do", endpoint = "networks/remind")]
pub async fn remind(
    #[server(default)] slug: String,
    #[server(default)] member: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = own(&slug, "/requests");
    crate::forms::post(&back.clone(), &draft, (), |request, (): ()| async move {
        join::remind(&request.services, &request.actor, &slug, membership(&member)?).await?;
        Ok(Go::To(format!("{back}?reminded=1")))
    })
    .await
}

/// Corrects what is known of a member.
#[server(prefix = "/do", endpoint = "networks/member")]
pub async fn change_member(
    #[server(default)] slug: String,
    #[server(default)] member: String,
    #[server(default)] draft: String,
    #[server(default)] form: MemberForm,
) -> Result<(), AppError> {
    let back = own(&slug, &format!("/members/{}", segment(&member)));
    crate::forms::post(&back.clone(), &draft, form, |request, typed: MemberForm| async move {
        members::update(&request.services, &request.actor, &slug, membership(&member)?, &typed).await?;
        Ok(Go::To(format!("{back}?saved=1")))
    })
    .await
}

/// Publishes a network, or takes it back among the drafts.
#[server(prefix = "/do", endpoint = "networks/status")]
pub async fn set_network_status(
    #[server(default)] slug: String,
    #[server(default)] status: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = own(&slug, "");
    crate::forms::post(&back.clone(), &draft, (), |request, (): ()| async move {
        let to: NetworkStatus = status
            .parse()
            .map_err(|_| FieldErrors::one("", "not_a_choice", "A network can be published, or be a draft"))?;
        edit::set_status(&request.services, &request.actor, &slug, to).await?;
        Ok(Go::To(format!("{back}?now={}", to.word())))
    })
    .await
}

/// Pauses a member, who then gets no invites, or lets them get invites again.
#[server(prefix = "/do", endpoint = "networks/pause")]
pub async fn pause(
    #[server(default)] slug: String,
    #[server(default)] member: String,
    #[server(default)] state: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = own(&slug, &format!("/members/{}", segment(&member)));
    crate::forms::post(&back.clone(), &draft, (), |request, (): ()| async move {
        let paused = match state.as_str() {
            "paused" => true,
            "member" => false,
            _ => return Err(FieldErrors::one("", "not_a_choice", "A member can be paused, or get invites again").into()),
        };
        members::set_paused(&request.services, &request.actor, &slug, membership(&member)?, paused).await?;
        Ok(Go::To(format!("{back}?now={state}")))
    })
    .await
}

/// Takes somebody off the list, as they asked.
#[server(prefix = "/do", endpoint = "networks/remove")]
pub async fn remove(
    #[server(default)] slug: String,
    #[server(default)] member: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = own(&slug, &format!("/members/{}", segment(&member)));
    crate::forms::post(&back.clone(), &draft, (), |request, (): ()| async move {
        leave::remove(&request.services, &request.actor, &slug, membership(&member)?).await?;
        Ok(Go::To(own(&slug, "/members?removed=1")))
    })
    .await
}

/// Makes one meeting, a draft.
#[server(prefix = "/do", endpoint = "networks/create-meeting")]
pub async fn create_meeting(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: MeetingForm,
) -> Result<(), AppError> {
    let back = own(&slug, "/meetings/new");
    crate::forms::post(&back, &draft, form, |request, typed: MeetingForm| async move {
        let meeting = meetings::create(&request.services, &request.actor, &slug, &typed).await?;
        Ok(Go::To(own(&slug, &format!("/meetings/{}?saved=1", meeting.code))))
    })
    .await
}

/// Makes a year's meetings in one step, drafts.
#[server(prefix = "/do", endpoint = "networks/create-year")]
pub async fn create_year(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: YearForm,
) -> Result<(), AppError> {
    let back = own(&slug, "/meetings/year");
    crate::forms::post(&back, &draft, form, |request, typed: YearForm| async move {
        meetings::create_year(&request.services, &request.actor, &slug, &typed).await?;
        Ok(Go::To(own(&slug, "/meetings?saved=1")))
    })
    .await
}

/// Changes a meeting.
#[server(prefix = "/do", endpoint = "networks/update-meeting")]
pub async fn update_meeting(
    #[server(default)] slug: String,
    #[server(default)] code: String,
    #[server(default)] draft: String,
    #[server(default)] form: MeetingForm,
) -> Result<(), AppError> {
    let page = own(&slug, &format!("/meetings/{}", segment(&code)));
    let back = format!("{page}/edit");
    crate::forms::post(&back, &draft, form, |request, typed: MeetingForm| async move {
        meetings::update(&request.services, &request.actor, &slug, &code, &typed).await?;
        Ok(Go::To(format!("{page}?saved=1")))
    })
    .await
}

/// Publishes a meeting.
#[server(prefix = "/do", endpoint = "networks/publish-meeting")]
pub async fn publish_meeting(
    #[server(default)] slug: String,
    #[server(default)] code: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = own(&slug, &format!("/meetings/{}", segment(&code)));
    crate::forms::post(&back.clone(), &draft, (), |request, (): ()| async move {
        meetings::publish(&request.services, &request.actor, &slug, &code).await?;
        Ok(Go::To(format!("{back}?published=1")))
    })
    .await
}

/// The number that shows it is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CountForm {
    pub count: String,
}

/// Sends the invites of a meeting.
#[server(prefix = "/do", endpoint = "networks/send")]
pub async fn send_invites(
    #[server(default)] slug: String,
    #[server(default)] code: String,
    #[server(default)] draft: String,
    #[server(default)] form: CountForm,
) -> Result<(), AppError> {
    let back = own(&slug, &format!("/meetings/{}", segment(&code)));
    crate::forms::post(&back.clone(), &draft, form, |request, typed: CountForm| async move {
        invites::send(&request.services, &request.actor, &slug, &code, &typed.count).await?;
        Ok(Go::To(format!("{back}?sent=1")))
    })
    .await
}
