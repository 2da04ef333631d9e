use super::*;

const NESTED: &[u8] = b"From: a@a.example\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\n\
pre\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n--x\r\n\
Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner text\r\n--x--\r\nafter\r\n";

#[test]
fn parts_are_slices_of_the_message() {
    let message = Part::read(NESTED);
    let body = |numbers: &[u32]| message.of_message(numbers).map(|p| p.body);
    assert_eq!(body(&[1]), Some(&b"hello"[..]));
    assert_eq!(body(&[2]), Some(&b"Subject: inner\r\n\r\ninner text"[..]));
    assert_eq!(body(&[2, 1]), Some(&b"inner text"[..]));
    assert_eq!(body(&[3]), None);
    assert_eq!(body(&[1, 1]), None);
}

#[test]
fn a_plain_message_has_one_part() {
    let message = Part::read(b"Subject: hi\r\n\r\ntext\r\n");
    assert_eq!(
        message.of_message(&[1]).map(|p| p.body),
        Some(&b"text\r\n"[..])
    );
    assert!(message.of_message(&[2]).is_none());
}

#[test]
fn a_boundary_that_never_comes_leaves_one_part() {
    let message = Part::read(b"Content-Type: multipart/mixed; boundary=q\r\n\r\nnothing\r\n");
    assert!(matches!(message.inside, Inside::Leaf));
    assert!(matches!(
        message.structure(true),
        BodyStructure::Single { .. }
    ));
}

#[test]
fn a_header_without_a_body_is_all_header() {
    assert_eq!(
        cut_header(b"Subject: x\r\n"),
        (&b"Subject: x\r\n"[..], &b""[..])
    );
    assert_eq!(cut_header(b"\r\nbody"), (&b"\r\n"[..], &b"body"[..]));
}
