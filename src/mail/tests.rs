use super::*;
use chrono::{TimeZone, Utc};

const PLAIN: &str = "From: Alex Rivera <alex@hub.example>\r\n\
To: Rachel Winters <rachel@folio.example>,\r\n \"Jordan Okafor, PhD\" <jordan@lab.example>\r\n\
Cc: =?utf-8?q?J=C3=B6rg?= <joerg@hub.example>\r\n\
Subject: =?utf-8?b?UmFjaGVsIDw+IEpvcmRhbg==?=\r\n\
Date: Mon, 2 Nov 2026 09:00:00 +0530\r\n\
Message-ID:\r\n <one@hub.example>\r\n\
References: <a@x.example> <b@y.example>\r\n\
\r\n\
Hello\r\n";

fn addresses(people: &[Person]) -> Vec<&str> {
    people.iter().map(|p| p.address.as_str()).collect()
}

#[test]
fn an_ordinary_message_is_read() {
    let m = parse(PLAIN.as_bytes());
    assert_eq!(m.odd, vec![]);
    assert_eq!(
        addresses(&m.to),
        ["rachel@folio.example", "jordan@lab.example"]
    );
    assert_eq!(m.to[1].name.as_deref(), Some("Jordan Okafor, PhD"));
    assert_eq!(m.cc[0].name.as_deref(), Some("Jörg"));
    assert_eq!(m.subject, "Rachel <> Jordan");
    assert_eq!(m.message_id.unwrap().as_str(), "one@hub.example");
    assert_eq!(m.references.len(), 2);
    assert_eq!(m.utc_offset, Some(19_800));
    assert_eq!(
        m.date,
        Some(Utc.with_ymd_and_hms(2026, 11, 2, 3, 30, 0).unwrap())
    );
    assert_eq!(m.text, "Hello\n");
    assert_eq!(m.content_type, "text/plain");
}

#[test]
fn every_from_field_and_every_mailbox_in_it_counts() {
    let m = parse(b"From: a@x.example\r\nFrom : b@y.example, c@z.example\r\n\r\n");
    assert_eq!(
        addresses(&m.from),
        ["a@x.example", "b@y.example", "c@z.example"]
    );
    assert!(m.odd.contains(&Oddity::Repeated("From".to_owned())));
}

#[test]
fn addresses_that_could_be_read_in_two_ways_are_left_out() {
    for from in [
        "<a@x.example> <b@y.example>",
        "a@x.example\0b@y.example",
        "<@relay.example:a@x.example>",
        "r@x.example Jordan j@x.example",
    ] {
        let m = parse(format!("From: {from}\r\n\r\n").as_bytes());
        assert_eq!(m.from, vec![], "{from:?}");
        assert!(
            m.odd.iter().any(|o| matches!(o, Oddity::BadAddress(_))),
            "{from:?} {:?}",
            m.odd
        );
    }
}

#[test]
fn an_address_is_never_a_name() {
    let m = parse(b"From: \"boss@x.example\" <thief@y.example>\r\n\r\n");
    assert_eq!(m.from[0].name, None);
    assert_eq!(m.from[0].address.as_str(), "thief@y.example");
}

#[test]
fn members_of_a_group_are_people_and_an_empty_group_is_nobody() {
    let m = parse(b"To: Crew: Ann <ann@x.example>, bo@y.example;, cy@z.example\r\nCc: undisclosed-recipients:;\r\n\r\n");
    assert_eq!(
        addresses(&m.to),
        ["ann@x.example", "bo@y.example", "cy@z.example"]
    );
    assert_eq!(m.cc, vec![]);
}

#[test]
fn plain_text_is_taken_before_html_and_html_before_nothing() {
    let both = "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\
Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Other</p>\r\n--b--\r\n";
    let m = parse(both.as_bytes());
    assert_eq!(m.text.trim(), "Grüße");
    assert_eq!(m.html.as_deref().map(str::trim), Some("<p>Other</p>"));
    assert_eq!(m.attachments, vec![]);
    let m = parse(both.replace("Gr=C3=BC=C3=9Fe", "").as_bytes());
    assert_eq!(m.text.trim(), "Other");
}

#[test]
fn files_invitations_and_forwarded_mails_are_attachments() {
    let m = parse(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee below.\r\n--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n\
--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=cv.pdf\r\n\r\nx\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\
Subject: inner\r\n\r\nMay I introduce you?\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\n\r\nx\r\n--b--\r\n",
    );
    assert_eq!(m.text.trim(), "See below.");
    let kinds: Vec<_> = m
        .attachments
        .iter()
        .map(|a| (a.content_type.as_str(), a.inline))
        .collect();
    assert_eq!(
        kinds,
        [
            ("text/calendar", false),
            ("application/pdf", false),
            ("message/rfc822", false),
            ("image/png", true)
        ]
    );
    assert_eq!(m.attachments[1].name.as_deref(), Some("cv.pdf"));
}

#[test]
fn l5_what_is_encrypted_says_so() {
    for (kind, body) in [
        (
            "multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b",
            "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b--\r\n",
        ),
        ("application/pkcs7-mime; smime-type=enveloped-data", "MIIB"),
        (
            "text/plain",
            "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEM\r\n-----END PGP MESSAGE-----\r\n",
        ),
    ] {
        let m = parse(format!("Content-Type: {kind}\r\n\r\n{body}").as_bytes());
        assert!(m.encrypted, "{kind}");
    }
    assert!(!parse(PLAIN.as_bytes()).encrypted);
}

#[test]
fn html_becomes_lines_with_quotes_marked_and_nothing_hidden() {
    let m = parse(
        "Content-Type: text/html; charset=utf-8\r\n\r\n<html><head><title>t</title><style>p{}</style></head><body>\
<div>Hi Rachel,<br>one&nbsp;two &amp; three</div><p>Next <b>line</b></p><div style=\"display: none\">yes</div><!-- > no -->\
<img src=\"x>y\"><ul><li>first</li></ul><blockquote>old <blockquote>older</blockquote></blockquote><p>a < b</p></body></html>"
            .as_bytes(),
    );
    assert_eq!(
        m.text,
        "Hi Rachel,\none two & three\n\nNext line\n\n- first\n> \n> old\n> > \n> > older\n\na < b\n"
    );
}

#[test]
fn garbage_gives_an_empty_message() {
    for bytes in [
        &b""[..],
        b"\r\n",
        b"\xff\xfe\0",
        b":",
        b" folded\r\n",
        b"no colon here",
        b"\n\n\n",
    ] {
        let m = parse(bytes);
        assert_eq!(m.from, vec![]);
        assert_eq!(m.message_id, None);
    }
}

#[test]
fn deep_and_wide_messages_are_read_in_a_moment() {
    let mut deep = String::new();
    for i in 0..5_000 {
        deep.push_str(&format!(
            "Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n"
        ));
    }
    let m = parse(deep.as_bytes());
    assert!(m.odd.iter().any(|o| matches!(o, Oddity::Malformed(_))));
    let wide = format!("To: {}\r\n\r\nx", "a@x.example, ".repeat(5_000));
    assert_eq!(parse(wide.as_bytes()).to.len(), 1000);
}
