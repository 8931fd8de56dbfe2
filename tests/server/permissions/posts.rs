//! Every form, and what each in turn gets.

use super::{
    BOOKING_CHANGE, CHECK_IN, DELEGATE_ONLY, DRAFT, EDIT, EDIT_ANY, EDIT_NAMED,
    Kind::{Allowed, Forbidden, NotFound, SignIn},
    OWN, OWN_NAMED, PUBLIC, Row, SIGNED_IN, World,
    world::Kept,
};
use tests::{Answer, Browser};

/// One form as somebody would post it.
pub(super) struct Post {
    pub path: &'static str,
    pub fields: Vec<(&'static str, String)>,
    pub row: Row,
    /// What it does, the first of those who may has done; otherwise it only looks, or is refused by a rule.
    pub changes: bool,
}

/// Every form. What ends something comes after what needs it.
pub(super) fn posts(world: &World) -> Vec<Post> {
    let post = |path, fields: &[(&'static str, &str)], row, changes| Post {
        path,
        fields: fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        row,
        changes,
    };
    let (asked, correction) = (world.asked.to_string(), world.correction.to_string());
    let (place, linked, today, message, helper) = (
        world.place.to_string(),
        world.linked_place.to_string(),
        world.today.to_string(),
        world.message.to_string(),
        world.helper.to_string(),
    );
    let record = world.records[0].to_string();
    let (item, suspended) = (world.item.to_string(), world.suspended.to_string());
    let chosen = format!("place={place}");
    let seen = domain::platform::random::hash_of(&place)[..16].to_owned();
    let event = [
        ("form[title]", "Another day"),
        ("form[kind]", "conference"),
        ("form[timezone]", "Europe/London"),
        ("form[starts]", "2027-03-12T09:00"),
        ("form[ends]", "2027-03-12T16:00"),
        ("form[attendance_mode]", "venue"),
        // Where it is already: a change of place is looked at first, and changes nothing yet.
        ("form[venue_name]", "Example Hall"),
        ("form[venue_address]", "1 High Street, Oxford"),
        ("form[venue_postcode]", "OX1 1AA"),
    ];
    let with = |more: &[(&'static str, &'static str)]| [more, &event].concat();
    let [delegate, confirmed, requested, removed] = world.members.map(|id| id.to_string());
    let invite = world.invite.to_string();
    let person = [
        ("form[name]", "Nia New"),
        ("form[job_role]", "Teacher"),
        ("form[email]", "nia{who}@example.org"),
    ];
    let phoned = [
        ("form[name]", "Phil Phoned"),
        ("form[job_role]", "Teacher"),
        ("form[email]", "phil{who}@example.org"),
    ];
    let meeting = [
        ("form[title]", "Extra meeting"),
        ("form[starts]", "2027-03-10T09:30"),
        ("form[ends]", "2027-03-10T11:00"),
    ];
    let network = [
        ("form[name]", "Network"),
        ("form[timezone]", "Europe/London"),
        ("form[wording]", "Send me invites."),
    ];
    let networks = vec![
        post(
            "/do/networks/join",
            &[&[("slug", "north"), ("form[consent]", "true")][..], &person].concat(),
            PUBLIC,
            true,
        ),
        post("/do/networks/join", &[("slug", "nowhere")], [NotFound; 7], false),
        post("/do/networks/confirm", &[("token", "nonsense")], [NotFound; 7], false),
        post(
            "/do/networks/ask-to-leave",
            &[("slug", "north"), ("form[email]", "remy@example.org")],
            PUBLIC,
            true,
        ),
        post(
            "/do/networks/answer",
            &[("token", &world.answer), ("reply", "accepted")],
            PUBLIC,
            true,
        ),
        post(
            "/do/networks/answer",
            &[("invite", &invite), ("reply", "tentative")],
            DELEGATE_ONLY,
            true,
        ),
        post(
            "/do/networks/create",
            &[&[("form[slug]", "made-{who}")][..], &network].concat(),
            EDIT_ANY,
            true,
        ),
        post(
            "/do/networks/update",
            &[&[("slug", "north"), ("form[summary]", "Changed")][..], &network].concat(),
            EDIT,
            true,
        ),
        post(
            "/do/networks/add-request",
            &[
                &[("slug", "north"), ("form[source]", "by phone"), ("form[source_on]", "2026-11-19")][..],
                &phoned,
            ]
            .concat(),
            EDIT,
            true,
        ),
        post("/do/networks/remind", &[("slug", "north"), ("member", &requested)], EDIT, true),
        post(
            "/do/networks/decide",
            &[("slug", "north"), ("member", &confirmed), ("decision", "approve")],
            EDIT,
            true,
        ),
        post(
            "/do/networks/member",
            &[("slug", "north"), ("member", &delegate), ("form[name]", "Dana Changed")],
            EDIT,
            true,
        ),
        post("/do/networks/remove", &[("slug", "north"), ("member", &removed)], EDIT, true),
        post(
            "/do/networks/create-meeting",
            &[&[("slug", "north")][..], &meeting].concat(),
            EDIT,
            true,
        ),
        post(
            "/do/networks/create-year",
            &[
                ("slug", "north"),
                ("form[days][1]", "2027-10-06"),
                ("form[from]", "09:30"),
                ("form[to]", "11:00"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/networks/update-meeting",
            &[&[("slug", "north"), ("code", "draft")][..], &meeting].concat(),
            EDIT,
            true,
        ),
        post("/do/networks/publish-meeting", &[("slug", "north"), ("code", "draft")], EDIT, true),
        post(
            "/do/networks/send",
            &[("slug", "north"), ("code", "open"), ("form[count]", "2")],
            EDIT,
            true,
        ),
        post(
            "/do/networks/pause",
            &[("slug", "north"), ("member", &delegate), ("state", "paused")],
            EDIT,
            true,
        ),
        post("/do/networks/leave", &[("slug", "north")], DELEGATE_ONLY, true),
        post("/do/networks/status", &[("slug", "north"), ("status", "draft")], EDIT, true),
        post("/unsubscribe/{token}", &[], PUBLIC, false),
    ];
    let mut all = vec![
        post("/do/people/ask", &[("form[email]", "delegate@example.org")], PUBLIC, true),
        post("/do/people/code", &[("form[code]", "ABCDEFGH")], PUBLIC, false),
        post("/do/people/confirm", &[("token", "nonsense")], PUBLIC, false),
        post("/preferences", &[("contrast", "more"), ("back", "/events")], PUBLIC, false),
        post("/verify/check", &[], PUBLIC, false),
        post("/check-in/{slug}/sync", &[], CHECK_IN, true),
        post("/api/v1/bookings", &[], PUBLIC, false),
        post("/api/v1/events/{slug}/bookings", &[], PUBLIC, false),
        post(
            "/do/bookings/choose",
            &[("slug", "study-day"), ("form[wanted][standard-day]", "1")],
            PUBLIC,
            false,
        ),
        post(
            "/do/bookings/choose",
            &[("slug", "quiet-draft"), ("form[wanted][standard]", "1")],
            DRAFT,
            false,
        ),
        post(
            "/do/bookings/name",
            &[("slug", "study-day"), ("form[name]", "Ama Owusu")],
            PUBLIC,
            false,
        ),
        post(
            "/do/bookings/name",
            &[("slug", "quiet-draft"), ("form[name]", "Ama Owusu")],
            DRAFT,
            false,
        ),
        post("/do/bookings/book", &[("slug", "study-day"), ("key", "k")], PUBLIC, false),
        post("/do/bookings/book", &[("slug", "quiet-draft"), ("key", "k")], DRAFT, false),
        post(
            "/do/bookings/choose-session",
            &[("token", &world.reference), ("place", &place), ("session", "talk"), ("act", "join")],
            BOOKING_CHANGE,
            true,
        ),
        post(
            "/do/bookings/choose-session",
            &[("token", &world.manage), ("place", &linked), ("session", "talk"), ("act", "join")],
            PUBLIC,
            true,
        ),
        post(
            "/do/bookings/choose-session",
            &[("token", &world.manage), ("place", &place), ("session", "talk"), ("act", "join")],
            [NotFound; 7],
            false,
        ),
        post("/do/my/make-feed", &[], SIGNED_IN, true),
        post(
            "/do/certificates/release-at",
            &[("slug", "study-day"), ("form[at]", "2030-01-01T09:00")],
            EDIT,
            true,
        ),
        // And not after all: nothing may be left to be done.
        post(
            "/do/certificates/release-at",
            &[("slug", "study-day"), ("form[at]", "")],
            EDIT,
            true,
        ),
        post(
            "/do/feedback/give",
            &[("slug", "past-day"), ("form[answers][q1]", "4")],
            DELEGATE_ONLY,
            true,
        ),
        post(
            "/do/feedback/give",
            &[("token", &world.feedback), ("form[answers][q1]", "4")],
            PUBLIC,
            true,
        ),
        post("/do/feedback/give", &[("token", "nonsense")], [NotFound; 7], false),
        post(
            "/do/feedback/assess",
            &[("slug", "past-day"), ("form[after][1]", "4")],
            DELEGATE_ONLY,
            true,
        ),
        post(
            "/do/feedback/question",
            &[("slug", "study-day"), ("form[words]", "What else?"), ("form[kind]", "text")],
            EDIT,
            true,
        ),
        post(
            "/do/feedback/delete-question",
            &[("slug", "study-day"), ("key", "q{who}")],
            EDIT,
            true,
        ),
        post(
            "/do/feedback/move-question",
            &[("slug", "study-day"), ("key", "q1"), ("to", "down")],
            EDIT,
            true,
        ),
        post("/do/feedback/state", &[("slug", "study-day"), ("form[state]", "open")], EDIT, true),
        post("/do/feedback/rule", &[("slug", "past-day"), ("form[days]", "0, 3")], EDIT, true),
        post("/do/feedback/ask", &[("slug", "past-day"), ("form[count]", "99")], EDIT, false),
        post("/do/my/stop-feed", &[], SIGNED_IN, true),
        post(
            "/do/bookings/rename",
            &[
                ("token", &world.reference),
                ("place", &place),
                ("form[name]", "Dana Renamed"),
                ("form[email]", "delegate@example.org"),
            ],
            BOOKING_CHANGE,
            true,
        ),
        post(
            "/do/bookings/rename",
            &[
                ("token", &world.manage),
                ("place", &place),
                ("form[name]", "Mallory"),
                ("form[email]", "mallory@example.org"),
            ],
            [NotFound; 7],
            false,
        ),
        post(
            "/do/bookings/rename",
            &[
                ("token", &world.manage),
                ("place", &linked),
                ("form[name]", "Linda Renamed"),
                ("form[email]", "linda@example.org"),
            ],
            PUBLIC,
            true,
        ),
        post(
            "/do/organise/name-place",
            &[
                ("slug", "study-day"),
                ("reference", &world.reference),
                ("place", &place),
                ("naming", "correct"),
                ("form[name]", "Dana D. Delegate"),
                ("form[email]", "delegate@example.org"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/organise/chosen",
            &[("slug", "study-day"), ("task", "send"), ("chosen", &chosen), ("form[seen]", &seen)],
            EDIT,
            true,
        ),
        post(
            "/do/organise/confirm-again",
            &[("slug", "study-day"), ("reference", &world.reference)],
            EDIT,
            true,
        ),
        post(
            "/do/organise/move-ticket",
            &[("slug", "study-day"), ("ticket", "standard-day"), ("way", "down")],
            EDIT,
            true,
        ),
        post(
            "/do/certificates/correct-name",
            &[
                ("slug", "past-day"),
                ("id", &world.certificates[2]),
                ("form[name]", "Pia Thirde"),
                ("form[reason]", "Her name was wrong"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/certificates/hold",
            &[("slug", "today"), ("code", &world.today_code), ("form[reason]", "Being looked at")],
            EDIT,
            true,
        ),
        post(
            "/do/certificates/release",
            &[("slug", "today"), ("code", &world.today_code)],
            EDIT,
            true,
        ),
        post(
            "/do/certificates/reissue",
            &[
                ("slug", "past-day"),
                ("id", &world.certificates[0]),
                ("form[reason]", "Her name was wrong"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/certificates/revoke",
            &[
                ("slug", "past-day"),
                ("id", &world.certificates[1]),
                ("form[reason]", "Was not there"),
            ],
            EDIT,
            true,
        ),
        // Whoever had it is held back by that.
        post(
            "/do/certificates/release",
            &[("slug", "past-day"), ("code", &world.revoked_code)],
            EDIT,
            true,
        ),
        post("/do/certificates/issue", &[("slug", "past-day"), ("count", "1")], EDIT, true),
        post(
            "/do/attendance/record",
            &[("slug", "today"), ("participant", &today), ("action", "arrive")],
            CHECK_IN,
            true,
        ),
        post(
            "/do/attendance/add",
            &[
                ("slug", "past-day"),
                ("person", &world.past_code),
                ("form[action]", "leave"),
                ("form[at]", "2026-10-09T11:00"),
                ("form[reason]", "paper register"),
            ],
            EDIT,
            true,
        ),
        post("/organise/events/{slug}/attendance/upload", &[], EDIT, false),
        post("/do/attendance/import", &[("slug", "past-day"), ("form[count]", "1")], EDIT, false),
        post("/organise/events/{slug}/attendance/online/upload", &[], EDIT, false),
        post("/do/attendance/settle-online", &[("slug", "past-day")], EDIT, false),
        post(
            "/do/attendance/import-online",
            &[("slug", "past-day"), ("form[count]", "1")],
            EDIT,
            false,
        ),
        post(
            "/do/agenda/ask-speaker",
            &[
                ("slug", "study-day"),
                ("speaker", "spare-0"),
                ("form[address]", "speaker@example.org"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/answer",
            &[("token", "nonsense"), ("form[state]", "confirmed")],
            [NotFound; 7],
            false,
        ),
        post(
            "/do/agenda/answer",
            &[("token", &world.speaking), ("form[state]", "")],
            PUBLIC,
            false,
        ),
        post(
            "/do/attendance/walk-in",
            &[("slug", "today"), ("key", "walk-{who}"), ("form[name]", "Wyn Walker")],
            CHECK_IN,
            true,
        ),
        post("/do/attendance/make-kiosk", &[("slug", "today")], CHECK_IN, true),
        post(
            "/do/attendance/make-screen",
            &[("slug", "today"), ("form[session]", "talk")],
            CHECK_IN,
            true,
        ),
        post(
            "/do/attendance/kiosk",
            &[("token", "nonsense"), ("form[code]", "x")],
            [NotFound; 7],
            false,
        ),
        post(
            "/do/attendance/kiosk",
            &[("token", &world.kiosk), ("form[code]", "x")],
            PUBLIC,
            false,
        ),
        post(
            "/do/attendance/here",
            &[("slug", "today"), ("form[code]", "none")],
            [SignIn, Allowed, NotFound, NotFound, NotFound, NotFound, NotFound],
            false,
        ),
        post(
            "/do/attendance/leave",
            &[("slug", "today")],
            [SignIn, Allowed, NotFound, NotFound, NotFound, NotFound, NotFound],
            false,
        ),
        post("/do/attendance/claim", &[("form[code]", "none")], SIGNED_IN, false),
        post(
            "/do/attendance/adjust",
            &[
                ("slug", "past-day"),
                ("person", &world.past_code),
                ("form[adjust_session]", "talk"),
                ("form[minutes]", "-1"),
                ("form[adjust_reason]", "came late"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/attendance/ask",
            &[("place", &world.past_code), ("form[words]", "I stayed until noon.")],
            [SignIn, Allowed, NotFound, NotFound, NotFound, NotFound, NotFound],
            true,
        ),
        post(
            "/do/attendance/decide",
            &[
                ("slug", "past-day"),
                ("person", &world.revoked_code),
                ("correction", &correction),
                ("form[decision]", "declined"),
                ("form[answer]", "You left at eleven."),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/attendance/withdraw",
            &[
                ("slug", "past-day"),
                ("record", &record),
                ("person", &world.past_code),
                ("form[reasons][1]", "a slip"),
                ("form[reasons][2]", "a slip"),
            ],
            CHECK_IN,
            false,
        ),
        post("/do/messages/resend", &[("message", &message)], EDIT, true),
        // It was not sent yet, so there is nothing to copy: see `mail.rs`.
        post("/do/messages/copy", &[("message", &message)], EDIT, false),
        // Everybody sees another number, and this is nobody's.
        post("/do/messages/retry", &[("form[count]", "987654")], EDIT_ANY, false),
        post("/do/messages/decide", &[("item", &item), ("decision", "nothing")], EDIT, true),
        post("/do/messages/use-again", &[("address", &suspended)], EDIT_NAMED, true),
        post(
            "/do/organise/create",
            &with(&[("form[organisation]", "example-training"), ("form[slug]", "made-here")]),
            [SignIn, Forbidden, Forbidden, Forbidden, Allowed, Allowed, Allowed],
            true,
        ),
        post("/do/organise/update", &with(&[("slug", "study-day")]), EDIT, true),
        post(
            "/do/organise/status",
            &[("slug", "quiet-draft"), ("status", "published")],
            EDIT,
            true,
        ),
        post(
            "/do/organise/ticket",
            &[
                ("slug", "study-day"),
                ("form[name]", "Late"),
                ("form[price]", "10"),
                ("form[vat]", "standard"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/organise/show-ticket",
            &[("slug", "study-day"), ("ticket", "late"), ("hidden", "true")],
            EDIT,
            true,
        ),
        post(
            "/do/organise/move-place",
            &[
                ("slug", "study-day"),
                ("reference", &world.reference),
                ("place", &place),
                ("form[to]", "late"),
                // Dearer, it would be looked at first.
                ("form[keep_price]", "true"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/organise/delete-ticket",
            &[("slug", "study-day"), ("ticket", "spare-{who}")],
            EDIT,
            true,
        ),
        post(
            "/do/organise/copy",
            &[
                ("slug", "study-day"),
                ("form[title]", "Study day again"),
                ("form[on]", "2028-03-10"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/session",
            &[
                ("slug", "study-day"),
                ("form[title]", "One more"),
                ("form[kind]", "talk"),
                ("form[starts]", "2027-03-12T12:00"),
                ("form[ends]", "2027-03-12T13:00"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/move",
            &[
                ("slug", "study-day"),
                ("session", "talk"),
                ("form[minutes]", "5"),
                ("form[which]", "one"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/arrange",
            &[
                ("slug", "study-day"),
                ("title", "Drawn"),
                ("kind", "talk"),
                ("day", "2027-03-12"),
                ("from", "720"),
                ("until", "750"),
            ],
            EDIT,
            true,
        ),
        post("/do/agenda/take-back", &[("slug", "study-day"), ("step", "0")], EDIT, false),
        post("/do/agenda/publish", &[("slug", "study-day"), ("form[seen]", "old")], EDIT, false),
        post("/do/agenda/discard", &[("slug", "study-day")], EDIT, false),
        post("/do/agenda/undo", &[("slug", "study-day"), ("step", "0")], EDIT, false),
        post(
            "/do/agenda/session-status",
            &[("slug", "study-day"), ("session", "talk"), ("status", "cancelled")],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/delete-session",
            &[("slug", "study-day"), ("session", "spare-{who}")],
            EDIT,
            true,
        ),
        post("/do/agenda/room", &[("slug", "study-day"), ("form[name]", "Attic")], EDIT, true),
        post(
            "/do/agenda/delete-room",
            &[("slug", "study-day"), ("room", "spare-{who}"), ("sessions", "0")],
            EDIT,
            true,
        ),
        post("/do/agenda/track", &[("slug", "study-day"), ("form[name]", "Schools")], EDIT, true),
        post(
            "/do/agenda/delete-track",
            &[("slug", "study-day"), ("track", "spare-{who}"), ("sessions", "0")],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/speaker",
            &[("slug", "study-day"), ("form[name]", "Dr Ama Owusu")],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/move-speaker",
            &[("slug", "study-day"), ("speaker", "spare-0"), ("to", "down")],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/remove-photo",
            &[("slug", "study-day"), ("speaker", "spare-0")],
            EDIT,
            false,
        ),
        post("/organise/events/{slug}/agenda/speakers/{code}/photo", &[], EDIT, false),
        post("/speaking/{token}/photo", &[("token", &world.speaking)], PUBLIC, false),
        post("/do/agenda/remove-own-photo", &[("token", "nonsense")], [NotFound; 7], false),
        post("/do/agenda/remove-own-photo", &[("token", &world.speaking)], PUBLIC, false),
        post(
            "/do/agenda/delete-speaker",
            &[("slug", "study-day"), ("speaker", "spare-{who}"), ("sessions", "0")],
            EDIT,
            true,
        ),
        post("/do/organise/cancel", &[("slug", "gone-day"), ("people", "0")], EDIT, true),
        post(
            "/do/organise/add-member",
            &[
                ("organisation", "example-training"),
                ("form[name]", "New Person"),
                ("form[email]", "new@example.org"),
                ("form[role]", "viewer"),
            ],
            OWN_NAMED,
            true,
        ),
        post(
            "/do/organise/role",
            &[("organisation", "example-training"), ("person", &helper), ("role", "steward")],
            OWN_NAMED,
            true,
        ),
        post(
            "/do/organise/invite-again",
            &[("organisation", "example-training"), ("person", &asked)],
            OWN_NAMED,
            true,
        ),
        post(
            "/do/organise/remove-member",
            &[("organisation", "example-training"), ("person", &helper)],
            OWN_NAMED,
            true,
        ),
        post(
            "/do/organise/settings",
            &[
                ("organisation", "example-training"),
                ("form[name]", "Renamed Ltd"),
                ("form[email]", "new@example.org"),
            ],
            [SignIn, NotFound, Forbidden, Forbidden, Forbidden, Allowed, NotFound],
            true,
        ),
        post(
            "/do/certificates/approval",
            &[
                ("slug", "study-day"),
                ("form[status]", "applied_for"),
                ("form[body]", "Example College"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/certificates/template",
            &[
                ("organisation", "example-training"),
                ("form[heading]", "Certificate of learning"),
                ("form[status]", "none"),
            ],
            OWN_NAMED,
            true,
        ),
        post(
            "/do/certificates/remove-picture",
            &[("organisation", "example-training"), ("which", "mark")],
            OWN_NAMED,
            false,
        ),
        post("/organise/certificates/pictures/{which}", &[], OWN_NAMED, false),
        post(
            "/do/organise/check-installation",
            &[("organisation", "example-training")],
            OWN_NAMED,
            false,
        ),
        post(
            "/do/bookings/cancel",
            &[("token", &world.reference), ("place", &place)],
            BOOKING_CHANGE,
            true,
        ),
        post(
            "/do/bookings/cancel",
            &[("token", &world.manage), ("place", &place)],
            [NotFound; 7],
            false,
        ),
        post("/do/bookings/cancel", &[("token", &world.manage), ("place", &linked)], PUBLIC, true),
        // It was cancelled above; nothing can be done to it after this.
        post("/do/organise/erase", &[("slug", "gone-day"), ("form[slug]", "gone-day")], OWN, true),
        post("/do/people/sign-out-everywhere", &[], SIGNED_IN, true),
        post("/sign-out", &[], PUBLIC, false),
    ];
    all.extend(networks);
    let Kept { entry, file, link, .. } = &world.portfolio;
    let typed = [("form[title]", "A course"), ("form[on]", "2026-11-03"), ("form[method]", "course")];
    let portfolio = vec![
        post(
            "/do/portfolio/save-entry",
            &[&[("key", "made{who}")][..], &typed].concat(),
            SIGNED_IN,
            true,
        ),
        post(
            "/do/portfolio/save-entry",
            &[&[("of", entry.as_str())][..], &typed].concat(),
            DELEGATE_ONLY,
            true,
        ),
        post(
            "/do/portfolio/reflect",
            &[("of", entry), ("scheme", "nmc"), ("form[answers][learned]", "Much")],
            DELEGATE_ONLY,
            true,
        ),
        post(
            "/do/portfolio/delete-reflection",
            &[("of", entry), ("scheme", "none")],
            DELEGATE_ONLY,
            true,
        ),
        post("/do/portfolio/settings", &[("form[chosen][nmc]", "true")], SIGNED_IN, true),
        post(
            "/do/portfolio/make-link",
            &[("form[from]", "2026-01-01"), ("form[until]", "2026-12-31"), ("form[days]", "7")],
            SIGNED_IN,
            true,
        ),
        post("/do/portfolio/withdraw-link", &[("link", link)], DELEGATE_ONLY, true),
        post("/my/cpd/entries/{of}/files", &[], DELEGATE_ONLY, false),
        post(
            "/do/portfolio/show-certificate",
            &[("of", &world.certificates[0]), ("shown", "no")],
            DELEGATE_ONLY,
            true,
        ),
        post("/do/portfolio/remove-file", &[("file", file)], DELEGATE_ONLY, true),
        post("/do/portfolio/delete-entry", &[("of", entry)], DELEGATE_ONLY, true),
    ];
    // Before everybody signs out.
    portfolio.into_iter().chain(all).collect()
}

impl World {
    /// Where a form is posted to.
    pub(super) fn path_of(&self, post: &Post) -> String {
        let token = if post.path.starts_with("/speaking/") {
            &self.speaking
        } else {
            &self.unsubscribe
        };
        post.path
            .replace("{slug}", "study-day")
            .replace("{code}", "spare-0")
            .replace("{of}", &self.portfolio.entry)
            .replace("{token}", token)
            .replace("{which}", "mark?organisation=example-training")
    }

    /// Posts a form as its page or a program would. `who` tells apart what may be made only once.
    pub(super) async fn send(&self, browser: &Browser, post: &Post, who: usize) -> Answer {
        let path = self.path_of(post);
        if post.path == "/verify/check" {
            return browser.post_file(&path, "file", "empty.pdf", "application/pdf", b"").await;
        }
        if post.path.ends_with("/attendance/upload") {
            return browser
                .post_file(&path, "file", "list.csv", "text/csv", b"Name,In\nDana,9:10\n")
                .await;
        }
        if post.path.ends_with("/online/upload") {
            return browser
                .post_file(&path, "file", "report.csv", "text/csv", b"Name,Join Time\nDana,2026-10-09 9:10\n")
                .await;
        }
        if post.path.ends_with("/sync") {
            let scan = serde_json::json!({"id": format!("a-scan-of-column-{who}"), "code": self.today_code, "action": "arrive", "at": 0});
            let body = serde_json::json!({ "scans": [scan] }).to_string();
            let headers = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
            return browser
                .request(http::Method::POST, &path, &headers, axum::body::Body::from(body))
                .await;
        }
        if post.path.starts_with("/api/") {
            let headers = [("content-type", "application/json"), ("accept", "application/json")];
            return browser
                .request(http::Method::POST, &path, &headers, axum::body::Body::from("{}"))
                .await;
        }
        let fields: Vec<_> = post
            .fields
            .iter()
            .map(|(name, value)| (*name, value.replace("{who}", &who.to_string())))
            .collect();
        browser.post(&path, &fields).await
    }
}
