//! What a mail is told to be: every shape there is an example of, and whatever can become of one on its way.

use domain::{
    messages::inbox::{
        Trouble, Why,
        read::{Kind, Mail, read},
    },
    networks::Reply,
};
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use tests::{letter, letters};

const FIELDS: [(&str, &str); 6] = [
    ("uid", "kX2v9QmT4bWn7RsL1cYdPg@plenary.test"),
    ("name", "Ama Owusu"),
    ("address", "ama@example.org"),
    ("stamp", "20261120T095800Z"),
    ("token", "0123456789abcdef0123456789abcdef"),
    ("message_id", "<sent-by-us@plenary.test>"),
];

fn told(name: &str) -> Mail {
    read(&letter(name, &FIELDS), true)
}

/// What is told of a mail, in a word or two.
fn words(mail: &Mail) -> String {
    match &mail.kind {
        Kind::Ignored => "ignored".to_owned(),
        Kind::Answer(answer) => format!("answer {}", answer.reply.word()),
        Kind::Report(report) => match &report.trouble {
            Some(failed) => {
                let late = if failed.is_delayed { " delayed" } else { "" };
                format!("report {} {}{late}", failed.kind.word(), failed.status)
            }
            None => "report".to_owned(),
        },
        Kind::Other(why) => why.word().to_owned(),
    }
}

#[test]
fn every_shape_is_told_for_what_it_is() {
    let expected = [
        ("an-event-of-theirs", "mail"),
        ("apple-calendar", "answer accepted"),
        ("apple-mail", "answer accepted"),
        ("broken-base64", "calendar"),
        ("counter", "calendar"),
        ("cut-short", "calendar"),
        ("delegate", "answer accepted"),
        ("delegated", "calendar"),
        ("dsn-delivered", "report"),
        ("dsn-exchange", "report hard 5.1.10"),
        ("dsn-exim", "report hard 5.0.0"),
        ("dsn-exim-old", "report hard "),
        ("dsn-full", "report soft 5.2.2"),
        ("dsn-given-up", "report soft 4.4.1"),
        ("dsn-gmail", "report hard 5.1.1"),
        ("dsn-of-others", "report hard 5.1.1"),
        ("dsn-postfix", "report hard 5.1.1"),
        ("dsn-postfix-delayed", "report soft 4.4.1 delayed"),
        ("exchange-365", "answer tentative"),
        ("folded", "answer accepted"),
        ("forwarded-invite", "answer accepted"),
        ("forwarded-reply", "mail"),
        ("gmail", "answer accepted"),
        ("google-decline-comment", "answer declined"),
        ("html-only", "mail"),
        ("latin1", "answer tentative"),
        ("newsletter", "ignored"),
        ("no-boundary", "mail"),
        ("no-head", "mail"),
        ("out-of-office", "ignored"),
        ("out-of-office-with-calendar", "ignored"),
        ("outlook-desktop", "answer accepted"),
        ("outlook-mobile", "answer declined"),
        ("question", "mail"),
        ("refresh", "calendar"),
        ("thunderbird", "answer accepted"),
        ("two-answers", "calendar"),
        ("two-attendees", "calendar"),
        ("two-senders", "answer accepted"),
    ];
    let found: Vec<(String, String)> = letters().into_iter().map(|name| (name.clone(), words(&told(&name)))).collect();
    let found: Vec<(&str, &str)> = found.iter().map(|(name, words)| (name.as_str(), words.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn an_answer_says_whose_entry_it_is_about_and_when_it_was_given() {
    for name in letters() {
        let mail = told(&name);
        let Kind::Answer(answer) = &mail.kind else { continue };
        assert_eq!(answer.uid, FIELDS[0].1, "{name}");
        assert_eq!(answer.stamp.unwrap().to_rfc3339(), "2026-11-20T09:58:00+00:00", "{name}");
        if !matches!(name.as_str(), "forwarded-invite" | "two-senders") {
            assert_eq!(answer.attendee, "ama@example.org", "{name}");
        }
    }
    let with_comment = told("google-decline-comment");
    assert_eq!(with_comment.text, "I am on leave that week, sorry.");
    assert_eq!(told("latin1").subject, "Accepté");
    // Who it is from is nobody where the head names two.
    assert_eq!(told("two-senders").from_address, "");
    assert_eq!(told("delegate").from_address, "pat@example.org");
}

#[test]
fn what_somebody_writes_is_kept_as_plain_text() {
    let question = told("question");
    assert_eq!(
        (
            question.from_name.as_str(),
            question.from_address.as_str(),
            question.subject.as_str()
        ),
        ("Nia New", "nia@example.org", "May I join?")
    );
    assert_eq!(
        question.text,
        "Hello,\n\nI am a school nurse. May I join the network? https://example.org/me\n\nNia"
    );
    let html = told("html-only").text;
    assert!(html.contains("May I join?") && !html.contains('<'), "{html}");
}

#[test]
fn a_report_says_which_message_came_back() {
    for name in [
        "dsn-postfix",
        "dsn-exim",
        "dsn-exchange",
        "dsn-gmail",
        "dsn-postfix-delayed",
        "dsn-full",
    ] {
        let Kind::Report(report) = told(name).kind else { panic!("{name}") };
        assert_eq!(report.tokens, [FIELDS[4].1], "{name}");
        assert_eq!(report.returned, ["sent-by-us@plenary.test"], "{name}");
    }
    let Kind::Report(report) = told("dsn-postfix").kind else { panic!() };
    let failed = report.trouble.unwrap();
    assert_eq!(failed.kind, Trouble::Hard);
    assert_eq!(
        failed.said,
        "smtp; 550 5.1.1 <ama@example.org>: Recipient address rejected: User unknown in virtual mailbox table"
    );
    let Kind::Report(old) = told("dsn-exim-old").kind else { panic!() };
    assert_eq!((old.tokens.len(), old.returned.len()), (1, 0));
}

#[test]
fn a_mail_that_is_too_large_or_too_deep_is_told_by_its_head_alone() {
    let head = "From: Ama <ama@example.org>\r\nSubject: Large\r\nMessage-ID: <large@example.org>\r\n";
    let large = format!("{head}\r\n{}", "x".repeat(2 << 20));
    let deep = |inner: &str| {
        let parts: String = (0..200)
            .map(|n| format!("Content-Type: {inner}; boundary=\"b{n}\"\r\n\r\n--b{n}\r\n"))
            .collect();
        format!("{head}{parts}Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\n")
    };
    let many = format!(
        "{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--\r\n",
        "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(5_000)
    );
    let nested = format!("{head}{}x", "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n".repeat(20_000));
    for (raw, why) in [
        (large, Why::TooLarge),
        (deep("multipart/mixed"), Why::Broken),
        (deep("multipart/digest"), Why::Broken),
        (nested, Why::Broken),
        (many, Why::Broken),
    ] {
        let mail = read(raw.as_bytes(), true);
        assert_eq!(mail.kind, Kind::Other(why));
        assert_eq!(
            (mail.subject.as_str(), mail.from_address.as_str(), mail.message_id.as_str()),
            ("Large", "ama@example.org", "large@example.org")
        );
        assert_eq!(mail.text, "");
    }
    assert_eq!(read(head.as_bytes(), false).kind, Kind::Other(Why::TooLarge));
}

/// How often each mail is changed in each way.
const TIMES: usize = 60;

/// One change, of the `way`th kind.
fn change(raw: &[u8], way: usize, random: &mut StdRng) -> Vec<u8> {
    let mut out = raw.to_vec();
    let at = random.random_range(0..out.len());
    let lines: Vec<&[u8]> = raw.split_inclusive(|byte| *byte == b'\n').collect();
    let line = random.random_range(0..lines.len());
    match way {
        // Bytes of any value, one or several.
        0 => {
            for _ in 0..random.random_range(1..12) {
                let at = random.random_range(0..out.len());
                out[at] = (random.next_u32() & 0xff) as u8;
            }
        }
        1 => out.truncate(at),
        2 => drop(out.drain(..at)),
        // A line twice, or one less.
        3 => return [&lines[..=line], &lines[line..]].concat().concat(),
        4 => return [&lines[..line], &lines[line + 1..]].concat().concat(),
        // Two lines in each other's place.
        5 => {
            let mut lines = lines;
            let other = random.random_range(0..lines.len());
            lines.swap(line, other);
            return lines.concat();
        }
        // The head of another mail above its own.
        6 => {
            let other = letter("forwarded-invite", &FIELDS);
            let end = other.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 2;
            return [&other[..end], raw].concat();
        }
        // A line without an end.
        7 => {
            let long = vec![b"x=\";:,\\"[random.random_range(0..7)]; 20_000];
            drop(out.splice(at..at, long));
        }
        // A piece of itself, somewhere else.
        8 => {
            let piece = raw[at..(at + 400).min(raw.len())].to_vec();
            let to = random.random_range(0..out.len());
            drop(out.splice(to..to, piece));
        }
        // Within lists of parts, or mails, within one another.
        9 => {
            let depth = random.random_range(1..200);
            let kind = ["multipart/mixed", "multipart/digest", "message/rfc822"][random.random_range(0..3)];
            let wrap: String = (0..depth)
                .map(|n| format!("Content-Type: {kind}; boundary=w{n}\r\n\r\n--w{n}\r\n"))
                .collect();
            return [wrap.as_bytes(), raw].concat();
        }
        _ => unreachable!(),
    }
    out
}

#[test]
fn whatever_becomes_of_a_mail_it_is_read_and_is_nobody_elses_answer() {
    let mut random = StdRng::seed_from_u64(20_261_120);
    let mut read_as_answers = 0;
    for name in letters() {
        let raw = letter(&name, &FIELDS);
        for way in 0..10 {
            for _ in 0..TIMES {
                let mail = read(&change(&raw, way, &mut random), true);
                assert!(mail.text.chars().count() <= 2_000 && mail.subject.chars().count() <= 250 && mail.from_name.chars().count() <= 120);
                // Nothing a database would refuse to keep or to be asked for.
                assert!(!format!("{mail:?}").contains("\\0"), "{name} {way}");
                if let Kind::Answer(answer) = &mail.kind {
                    read_as_answers += 1;
                    // A secret that was not in it cannot come to be in it.
                    assert!(!answer.uid.contains('\n') && answer.uid.len() <= 250, "{name}");
                    assert_ne!(answer.attendee, "kofi@example.org", "{name}");
                    assert!(matches!(answer.reply, Reply::Accepted | Reply::Tentative | Reply::Declined));
                }
            }
        }
    }
    // Most changes leave most mails what they were; otherwise this would show nothing.
    assert!(read_as_answers > 1_000, "{read_as_answers}");
}
