use super::*;
use crate::demo::Person;

/// What the server says to these octets, given one at a time.
fn said(lines: &str) -> (Arc<Store>, String) {
    let people = [
        Person::new("Alex", "alex@a.example", "secret"),
        Person::new("Rachel", "rachel@r.example", "other"),
    ];
    let store = Arc::new(Store::new(&people));
    let mut session = Session::new(Arc::clone(&store));
    for octet in lines.as_bytes() {
        session.hear(&[*octet]);
    }
    (store, String::from_utf8_lossy(&session.out).into_owned())
}

/// `\0alex@a.example\0secret`
const LOGIN: &str = "AUTH PLAIN AGFsZXhAYS5leGFtcGxlAHNlY3JldA==\r\n";

#[test]
fn a_message_arrives_byte_for_byte() {
    let (store, said) = said(&format!(
        "EHLO me\r\n{LOGIN}MAIL FROM:<alex@a.example>\r\nRCPT TO:<Rachel@R.example>\r\n\
             DATA\r\nSubject: dots\r\n\r\n..\r\n \r\nno end\t\r\n.\r\nQUIT\r\n"
    ));
    assert!(
        said.ends_with(
            "354 go on, and end with a dot\r\n250 2.0.0 delivered\r\n221 2.0.0 good bye\r\n"
        ),
        "{said}"
    );
    let mails = store.mails("rachel@r.example", "INBOX");
    assert_eq!(mails.len(), 1);
    assert_eq!(
        String::from_utf8_lossy(as_handed_over(&mails[0].bytes)),
        "Subject: dots\r\n\r\n.\r\n \r\nno end\t\r\n"
    );
    assert!(
        mails[0]
            .text()
            .starts_with("Return-Path: <alex@a.example>\r\nReceived: ")
    );
}

#[test]
fn strangers_and_borrowed_names_are_refused() {
    let (_, said) = said(&format!(
        "EHLO me\r\nMAIL FROM:<alex@a.example>\r\n{LOGIN}MAIL FROM:<rachel@r.example>\r\n\
             MAIL FROM:<alex@a.example>\r\nRCPT TO:<nobody@r.example>\r\nDATA\r\n"
    ));
    for line in [
        "530 5.7.0 log in first",
        "553 5.7.1 that sender is not yours",
        "550 5.1.1 nobody of that name lives here",
        "503 5.5.1 RCPT first",
    ] {
        assert!(said.contains(line), "{line} is missing in {said}");
    }
}

#[test]
fn login_in_two_steps_and_a_wrong_password() {
    let (_, said) = said(
        "EHLO me\r\nAUTH LOGIN\r\nYWxleEBhLmV4YW1wbGU=\r\nd3Jvbmc=\r\n\
             AUTH LOGIN\r\nYWxleEBhLmV4YW1wbGU=\r\nc2VjcmV0\r\n",
    );
    assert!(said.contains("535 5.7.8"), "{said}");
    assert!(said.ends_with("235 2.7.0 welcome\r\n"), "{said}");
}

#[test]
fn noise_is_answered_and_then_the_door_closes() {
    let (_, said) = said(&"nonsense\r\n".repeat(20));
    assert_eq!(said.matches("500 5.5.1").count(), 10, "{said}");
    assert!(said.ends_with("421 4.7.0 too many mistakes, good bye\r\n"));
}
