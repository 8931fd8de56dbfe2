#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::platform::letter::{Block, Letter};

fn outgoing() -> Outgoing {
    Outgoing {
        message_id: "<m42.1@events.example.org>".into(),
        date: "2026-11-22T09:30:00Z".parse().unwrap(),
        from: "Example Training Ltd <events@example.org>".parse().unwrap(),
        reply_to: None,
        to: "Ama Owusu <ama@example.org>".parse().unwrap(),
        bounces_to: None,
        subject: "Your place: study day, 11 March".into(),
        letter: Letter::new("Example Training Ltd", "You have a place").with(Block::Para("Diolch, Siân.".into())),
        calendar: Some((
            Method::Request,
            "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Siân =_mixed\r\nEND:VCALENDAR\r\n".into(),
        )),
        attachments: vec![],
        headers: vec![("Auto-Submitted".into(), "auto-generated".into())],
    }
}

fn text(outgoing: &Outgoing) -> String {
    String::from_utf8(compose(outgoing).unwrap().bytes).unwrap()
}

/// The names of the top headers, folded lines joined, and all of the lines ended by CRLF.
fn header_names(text: &str) -> Vec<String> {
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "bare line break");
    let head = text.split_once("\r\n\r\n").unwrap().0.replace("\r\n ", " ").replace("\r\n\t", " ");
    head.split("\r\n")
        .map(|line| line.split_once(": ").unwrap_or((line, "")).0.to_ascii_lowercase())
        .collect()
}

#[test]
fn an_invite_has_the_tree_mail_programs_look_for() {
    let text = text(&outgoing());
    let structure: Vec<&str> = text
        .lines()
        .filter(|line| {
            ["Content-Type:", "Content-Disposition:", "Content-Transfer-Encoding:", "--=_"]
                .iter()
                .any(|start| line.starts_with(start))
        })
        .collect();
    assert_eq!(
        structure,
        [
            "Content-Type: multipart/mixed; boundary=\"=_mixed_m421eventsexampleorg\"",
            "--=_mixed_m421eventsexampleorg",
            "Content-Type: multipart/alternative;",
            "--=_alternative_m421eventsexampleorg",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "--=_alternative_m421eventsexampleorg",
            "Content-Type: text/html; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "--=_alternative_m421eventsexampleorg",
            "Content-Type: text/calendar; charset=utf-8; method=REQUEST",
            "Content-Transfer-Encoding: quoted-printable",
            "--=_alternative_m421eventsexampleorg--",
            "--=_mixed_m421eventsexampleorg",
            "Content-Disposition: attachment; filename=\"invite.ics\"",
            "Content-Type: application/ics; name=\"invite.ics\"",
            "Content-Transfer-Encoding: base64",
            "--=_mixed_m421eventsexampleorg--",
        ]
    );
    assert_eq!(
        header_names(&text),
        [
            "message-id",
            "date",
            "from",
            "to",
            "subject",
            "auto-submitted",
            "mime-version",
            "content-type"
        ]
    );
    assert!(text.contains("Message-ID: <m42.1@events.example.org>\r\nDate: Sun, 22 Nov 2026 09:30:00 +0000\r\n"));
    assert!(text.is_ascii());
}

#[test]
fn the_same_message_composes_to_the_same_bytes() {
    assert_eq!(compose(&outgoing()).unwrap().bytes, compose(&outgoing()).unwrap().bytes);
}

#[test]
fn a_letter_alone_has_no_level_too_many_and_files_get_safe_names() {
    let plain = text(&Outgoing {
        calendar: None,
        ..outgoing()
    });
    assert!(plain.contains("Content-Type: multipart/alternative;") && !plain.contains("mixed"));
    let attachments = vec![Attachment {
        name: "../Ama's\r\ncertificate.pdf".into(),
        media_type: "application/pdf".into(),
        bytes: vec![0, 255, 13, 10],
    }];
    let with_file = text(&Outgoing {
        calendar: None,
        attachments,
        ..outgoing()
    });
    assert!(with_file.contains("filename=\"Ama-s--certificate.pdf\"\r\n"), "{with_file}");
}

#[test]
fn what_cannot_be_sent_is_refused_in_words() {
    let refused = |change: fn(&mut Outgoing)| {
        let mut outgoing = outgoing();
        change(&mut outgoing);
        compose(&outgoing).unwrap_err()
    };
    for id in ["", "m42", "<m42>", "<a@b>\r\nBcc: x@y", "<a b@c>", "<a@b@c>"] {
        assert_eq!(
            compose(&Outgoing {
                message_id: id.into(),
                ..outgoing()
            })
            .unwrap_err(),
            Uncomposable::MessageId,
            "{id}"
        );
    }
    for header in ["Bcc", "From", "X-A\r\nBcc", "X:", "Content-Type"] {
        assert!(
            matches!(
                compose(&Outgoing {
                    headers: vec![(header.into(), "x".into())],
                    ..outgoing()
                }),
                Err(Uncomposable::Header(_))
            ),
            "{header}"
        );
    }
    assert!(matches!(
        refused(|o| o.to.email = Address::new_dangerous("a\r\nRCPT TO:<evil", "example.org")),
        Uncomposable::Address(_)
    ));
    let attachment = |o: &mut Outgoing| {
        o.attachments = vec![Attachment {
            name: "a".into(),
            media_type: "text/plain\r\nX: y".into(),
            bytes: vec![],
        }]
    };
    assert!(matches!(refused(attachment), Uncomposable::MediaType(_)));
}

#[test]
fn list_headers_come_out_whole() {
    let url = format!(
        "<https://events.example.org/unsubscribe/{}>, <mailto:leave@example.org?subject=leave>",
        "k".repeat(120)
    );
    let headers = vec![
        ("List-Id".into(), "Northern network <north.lists.example.org>".into()),
        ("List-Unsubscribe".into(), url.clone()),
        ("List-Unsubscribe-Post".into(), "List-Unsubscribe=One-Click".into()),
    ];
    let text = text(&Outgoing { headers, ..outgoing() }).replace("\r\n ", " ");
    assert!(text.contains(&format!("List-Unsubscribe: {url}\r\n")), "{text}");
    assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
}

#[tokio::test]
async fn a_folder_keeps_one_private_file_a_message() {
    let folder = std::env::temp_dir().join(format!("plenary-mail-{}", uuid::Uuid::new_v4()));
    let mailer = Mailer::Folder(folder.clone());
    let message = compose(&outgoing()).unwrap();
    assert!(!mailer.delivers());
    mailer.send(&message).await.unwrap();
    let accepted = mailer.send(&message).await.unwrap();
    assert_eq!(accepted.reply, "Kept as m42.1@events.example.org.eml. No mail is being sent.");
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap()).collect();
    assert_eq!(files.len(), 1);
    assert_eq!(std::fs::read(files[0].path()).unwrap(), message.bytes());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    }
    std::fs::remove_dir_all(&folder).unwrap();

    let blocked = Mailer::Folder("/dev/null/mail".into()).send(&message).await.unwrap_err();
    assert!(
        blocked.temporary && !blocked.unknown && !blocked.reply.contains("/dev"),
        "{blocked:?}"
    );
}

fn nasty() -> impl Strategy<Value = String> {
    let bits = prop_oneof![
        Just("\r\nBcc: evil@example.net".to_owned()),
        Just("\n\n<p>body".to_owned()),
        Just("\rX-Evil: 1".to_owned()),
        Just("\u{85}X: 1".to_owned()),
        Just("\u{2028}X: 1".to_owned()),
        Just("=?utf-8?q?=0D=0ABcc:_e@x?=".to_owned()),
        Just("\" <evil@example.net>, \"".to_owned()),
        Just("Siân Llŷr".to_owned()),
        Just("👩🏽‍⚕️ שלום".to_owned()),
        Just("\u{202e}".to_owned()),
        Just("\\".to_owned()),
        "\\PC{0,130}",
        any::<String>(),
    ];
    prop::collection::vec(bits, 0..4).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn nothing_typed_becomes_a_header(subject in nasty(), name in nasty(), sender in nasty(), list in nasty(), body in nasty()) {
        let named = |name: String, email: &str| Mailbox::new(Some(name), email.parse().unwrap());
        let message = compose(&Outgoing {
            subject, to: named(name, "ama@example.org"), from: named(sender, "events@example.org"), headers: vec![("List-Id".into(), list)],
            letter: Letter::new(&body, &body).with(Block::Para(body)), ..outgoing()
        }).unwrap();
        let text = String::from_utf8(message.bytes.clone()).unwrap();
        prop_assert!(text.is_ascii());
        prop_assert!(text.split("\r\n").all(|line| line.len() <= 998));
        prop_assert_eq!(header_names(&text), ["message-id", "date", "from", "to", "subject", "list-id", "mime-version", "content-type"]);
        prop_assert_eq!(message.envelope.to().len(), 1);
        prop_assert_eq!(text.matches("\r\n--=_").count(), 7);
    }
}
