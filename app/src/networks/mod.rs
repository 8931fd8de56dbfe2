//! Networks: what anybody may read, asking to join, leaving, answering an invite; and for organisers the requests, the
//! list and the meetings.

pub mod api;

mod confirm_page;
mod desk;
mod edit_page;
mod index_page;
pub mod invite_page;
mod join_page;
mod leave_page;
mod meeting_desk_page;
mod meeting_form;
mod meeting_page;
mod meetings_page;
mod member_page;
mod members_page;
mod network_page;
mod overview_page;
mod requests_page;

use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};

#[component(transparent)]
pub fn NetworkRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/networks") view=index_page::PublicPage ssr=SsrMode::Async/>
        <Route path=path!("/networks/:slug") view=network_page::NetworkPage ssr=SsrMode::Async/>
        <Route path=path!("/networks/:slug/join") view=join_page::JoinPage ssr=SsrMode::Async/>
        <Route path=path!("/networks/:slug/leave") view=leave_page::AskPage ssr=SsrMode::Async/>
        <Route path=path!("/networks/:slug/meetings/:code") view=meeting_page::MeetingPage ssr=SsrMode::Async/>
        <Route path=path!("/join/:token") view=confirm_page::ConfirmPage ssr=SsrMode::Async/>
        <Route path=path!("/unsubscribe/:token") view=leave_page::LeavePage ssr=SsrMode::Async/>
        <Route path=path!("/invites/:token") view=invite_page::InvitePage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}

#[component(transparent)]
pub fn NetworkDeskRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/organise/networks") view=index_page::OwnPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/networks/new") view=edit_page::NewPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/networks/:slug") view=overview_page::OverviewPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/networks/:slug/edit") view=edit_page::EditPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/networks/:slug/requests") view=requests_page::RequestsPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/networks/:slug/members") view=members_page::MembersPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/networks/:slug/members/:member") view=member_page::MemberPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/networks/:slug/meetings") view=meetings_page::MeetingsPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/networks/:slug/meetings/new") view=meeting_form::NewPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/networks/:slug/meetings/year") view=meeting_form::YearPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/networks/:slug/meetings/:code") view=meeting_desk_page::MeetingDeskPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/networks/:slug/meetings/:code/edit") view=meeting_form::EditPage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
