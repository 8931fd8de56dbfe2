use super::*;

const SOUND: &str = include_str!("../../examples/network.json");

fn said(old: &str, new: &str) -> Vec<Problem> {
    said_of(SOUND, old, new)
}

#[test]
fn members_are_mailboxes_with_a_record_of_consent() {
    assert_eq!(
        said("sian@example.org", "sian@example"),
        [error(
            "/members/0/email",
            4,
            "email",
            "“sian@example” The part after the @ needs a dot, like example.org."
        )]
    );
    assert_eq!(
        said("2026-09-01", "2028-01-11"),
        [error(
            "/members/0/consent/on",
            4,
            "in_the_future",
            "Consent cannot have been given in the future."
        )]
    );
    let message = "There is no record of this member's consent. Invites will be sent to them without one.";
    assert_eq!(
        said(
            "\"consent\":{\"on\":\"2026-09-01\",\"source\":\"asked by e-mail\",\"version\":\"2026-11\"}",
            "\"consent\":null"
        ),
        [warning("/members/0/consent", 4, "no_consent", message)]
    );
    let message = "The address “SIAN@example.org” is already that of /members/0. One mailbox is one member.";
    assert_eq!(
        said(
            "\"members\":[",
            "\"members\":[{\"name\":\"Other\",\"email\":\"sian@example.org\"},\n"
        )
        .len(),
        1
    );
    let twice = SOUND.replace("}}],", "}},\n{\"name\":\"Other\",\"email\":\"SIAN@example.org\"}],");
    assert_eq!(
        import(&twice, &Known::default()),
        Err(vec![error("/members/1/email", 5, "duplicate_member", message)])
    );
}

#[test]
fn meetings_have_times_and_codes_of_their_own() {
    let message = "This must end later than it starts, which is Wednesday 24 February 2027, 9:30am.";
    assert_eq!(
        said("2027-02-24T11:00", "2027-02-24T09:00"),
        [error("/meetings/0/ends", 5, "end_not_after_start", message)]
    );
    let message = "The code “Spring 2027” must be 1 to 80 of the characters a to z, 0 to 9 and hyphen: it becomes part of an address.";
    assert_eq!(said("spring-2027", "Spring 2027"), [error("/meetings/0/code", 5, "code", message)]);
    let message = "There is no 1:30am on Sunday 28 March 2027 in UK time: the clocks go forward from 1am to 2am.";
    assert_eq!(
        said("2027-02-24T09:30", "2027-03-28T01:30"),
        [error("/meetings/0/starts", 5, "no_such_time", message)]
    );
    let message = "This network is sensitive but has no neutral name. Mail subjects and calendars will only say “Meeting”.";
    assert_eq!(
        said("\"neutral_name\":\"North network\",", ""),
        [warning("/network/neutral_name", 2, "no_neutral_name", message)]
    );
}
