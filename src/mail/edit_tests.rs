use super::edit::{for_release, for_sent};
use super::{MessageId, parse};
use crate::Timestamp;
use chrono::{TimeZone, Utc};
use proptest::prelude::*;

fn noon() -> Timestamp {
    Utc.with_ymd_and_hms(2026, 11, 24, 12, 0, 0).unwrap()
}

fn id() -> MessageId {
    MessageId::new("ours@hub.example").unwrap()
}

fn released(original: &str) -> String {
    String::from_utf8(for_release(original.as_bytes(), noon(), &id())).unwrap()
}

#[test]
fn l7_the_date_is_renewed_in_its_own_zone_and_nothing_else_moves() {
    assert_eq!(
        released(
            "From: a@x.example\r\nDate: Mon, 2 Nov 2026 09:00:00 +0530\r\nmessage-id: <1@x.example>\r\nSubject:  two  blanks\r\n folded\r\n\r\nBody \r\n"
        ),
        "From: a@x.example\r\nDate: Tue, 24 Nov 2026 17:30:00 +0530\r\nmessage-id: <1@x.example>\r\nSubject:  two  blanks\r\n folded\r\n\r\nBody \r\n"
    );
}

#[test]
fn l6_bcc_and_draft_fields_go_with_their_folded_lines() {
    let original = "X-Mozilla-Draft-Info: internal/draft; vcard=0;\r\n\treceipt=0\r\nBCC: boss@x.example,\r\n crm@y.example\r\nFrom: a@x.example\r\nX-Mutt-References: <1@x>\r\n\
FCC: imap://x/Sent\r\nX-Apple-Mail-Plain-Text-Draft: yes\r\nX-Mozilla-News-Host: kept\r\nX-Applet: kept\r\nDate: Mon, 2 Nov 2026 09:00:00 +0000\r\nMessage-ID: <1@x.example>\r\n\r\nBcc: in the body\r\n";
    assert_eq!(
        released(original),
        "From: a@x.example\r\nX-Mozilla-News-Host: kept\r\nX-Applet: kept\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@x.example>\r\n\r\nBcc: in the body\r\n"
    );
}

#[test]
fn l4_a_sealed_message_keeps_its_date() {
    for field in [
        "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b",
        "Content-Type: multipart/encrypted; boundary=b",
        "Content-Type: application/pkcs7-mime; smime-type=signed-data",
        "CONTENT-TYPE: Application/X-PKCS7-Mime",
        "Content-Type:\r\n multipart/signed; boundary=b",
        "DKIM-Signature: v=1; a=rsa-sha256; d=x.example",
    ] {
        let original = format!(
            "{field}\r\nDate: Mon, 2 Nov 2026 09:00:00 +0100\r\nBcc: c@x.example\r\nMessage-ID: <1@x.example>\r\n\r\nx\r\n"
        );
        assert_eq!(
            released(&original),
            original.replace("Bcc: c@x.example\r\n", ""),
            "{field}"
        );
    }
}

#[test]
fn what_is_missing_is_added_and_two_dates_become_one() {
    assert_eq!(
        released("From: a@x.example\r\n\r\nx\r\n"),
        "From: a@x.example\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\nMessage-ID: <ours@hub.example>\r\n\r\nx\r\n"
    );
    assert_eq!(
        released(
            "Date: Mon, 2 Nov 2026 09:00:00 -0800\nDate: nonsense\nMessage-ID: <1@x.example>\n\nx\n"
        ),
        "Date: Tue, 24 Nov 2026 04:00:00 -0800\nMessage-ID: <1@x.example>\n\nx\n"
    );
    assert_eq!(
        released("Date: who knows\r\nMessage-ID: <1@x.example>\r\n\r\n"),
        "Date: Tue, 24 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@x.example>\r\n\r\n"
    );
}

#[test]
fn the_users_own_record_has_its_bcc_again() {
    let original = "From: a@x.example\r\nBcc: boss@x.example,\r\n crm@y.example\r\nDate: Mon, 2 Nov 2026 09:00:00 +0000\r\nMessage-ID: <1@x.example>\r\n\r\nx\r\n";
    let released = for_release(original.as_bytes(), noon(), &id());
    let sent = for_sent(&released, original.as_bytes());
    assert_eq!(
        String::from_utf8(sent.clone()).unwrap(),
        "From: a@x.example\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@x.example>\r\nBcc: boss@x.example,\r\n crm@y.example\r\n\r\nx\r\n"
    );
    assert_eq!(for_sent(&sent, original.as_bytes()), sent);
    let none = b"From: a@x.example\r\n\r\nx";
    assert_eq!(for_sent(none, none), none);
}

/// A field of a message that a property makes up: some to stay, some to go.
fn field() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("From".to_owned()),
        Just("Bcc".to_owned()),
        Just("bCC".to_owned()),
        Just("X-Mozilla-Status2".to_owned()),
        Just("X-Send-Later-At".to_owned()),
        Just("Received".to_owned()),
        Just("Reply-To".to_owned()),
        "[A-Za-z-]{1,12}",
    ];
    (name, "[ -~]{0,30}", prop::option::of("[ \t][ -~]{1,20}")).prop_map(|(name, value, fold)| {
        match fold {
            Some(fold) => format!("{name}: {value}\r\n{fold}\r\n"),
            None => format!("{name}: {value}\r\n"),
        }
    })
}

/// Reads a header apart in another way than the editor does.
fn apart(bytes: &[u8]) -> (Vec<Vec<u8>>, Vec<u8>) {
    let at = bytes
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .map_or(bytes.len(), |i| i + 2);
    let (head, body) = bytes.split_at(at);
    let mut fields: Vec<Vec<u8>> = Vec::new();
    for line in head.split_inclusive(|b| *b == b'\n') {
        match fields.last_mut() {
            Some(last) if line.starts_with(b" ") || line.starts_with(b"\t") => {
                last.extend_from_slice(line)
            }
            _ => fields.push(line.to_vec()),
        }
    }
    (fields, body.to_vec())
}

fn goes(field: &[u8]) -> bool {
    let name = String::from_utf8_lossy(field.split(|b| *b == b':').next().unwrap_or_default())
        .trim()
        .to_ascii_lowercase();
    ["bcc", "date", "fcc", "x-unsent", "x-mozilla-status2"].contains(&name.as_str())
        || name.starts_with("x-send-later-")
}

proptest! {
    #[test]
    fn a_release_keeps_the_body_and_all_other_fields_in_order(fields in prop::collection::vec(field(), 1..12), body in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut original = fields.concat().into_bytes();
        original.extend_from_slice(b"Message-ID: <1@x.example>\r\nDate: Mon, 2 Nov 2026 09:00:00 +0200\r\n\r\n");
        original.extend_from_slice(&body);
        let out = for_release(&original, noon(), &id());
        let ((before, old_body), (after, new_body)) = (apart(&original), apart(&out));
        prop_assert_eq!(old_body, new_body);
        let left: Vec<_> = before.into_iter().filter(|f| !goes(f)).collect();
        let kept: Vec<_> = after.into_iter().filter(|f| !f.starts_with(b"Date:")).collect();
        prop_assert_eq!(left, kept);
        prop_assert_eq!(parse(&out).date, Some(noon()));
        prop_assert_eq!(for_release(&out, noon(), &id()), out);
    }

    #[test]
    fn anything_at_all_can_be_edited_and_twice_is_once(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let once = for_release(&bytes, noon(), &id());
        prop_assert_eq!(for_release(&once, noon(), &id()), once.clone());
        let sent = for_sent(&once, &bytes);
        prop_assert_eq!(for_sent(&sent, &bytes), sent);
    }
}
