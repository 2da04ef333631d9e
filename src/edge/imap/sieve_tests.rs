use super::*;

/// Sends `command`, lets the server say `said` in splinters, and gives what the crate sees.
fn heard(command: &str, said: &[u8], splinter: usize) -> (String, Sieve) {
    let mut sieve = Sieve::new(Limits::default(), true);
    sieve.logged_in();
    assert!(sieve.sent(command.as_bytes()));
    for piece in said.chunks(splinter) {
        if sieve.received(piece).is_err() {
            break;
        }
    }
    let mut out = [0; 4096];
    let n = sieve.take(&mut out);
    (String::from_utf8_lossy(&out[..n]).into_owned(), sieve)
}

/// The same in one piece and byte by byte.
fn seen(command: &str, said: &[u8]) -> (String, Sieve) {
    let (whole, _) = heard(command, said, usize::MAX);
    let (splinters, sieve) = heard(command, said, 1);
    assert_eq!(whole, splinters);
    (whole, sieve)
}

#[test]
fn advice_in_the_middle_of_a_select_is_no_panic() {
    let (out, sieve) = seen(
        "a1 SELECT \"INBOX\"\r\n",
        b"* NO [ALERT] almost full\r\n* 3 EXISTS\r\n* BAD hm\r\na1 OK [READ-WRITE] there\r\n",
    );
    assert_eq!(
        out,
        "* OK [ALERT] almost full\r\n* 3 EXISTS\r\n* OK hm\r\na1 OK done\r\n"
    );
    assert_eq!(sieve.codes[0].name, "ALERT");
    assert_eq!(sieve.verdict.unwrap().code.unwrap().name, "READ-WRITE");
}

#[test]
fn a_bye_ends_the_stream_and_keeps_its_words() {
    let (out, sieve) = seen(
        "a1 NOOP\r\n",
        b"* BYE [UNAVAILABLE] off for the night\r\na1 OK\r\n",
    );
    assert_eq!(out, "");
    assert!(sieve.ended());
    assert_eq!(sieve.bye.as_deref(), Some("off for the night"));
}

#[test]
fn news_before_the_plus_waits_for_it() {
    let (out, sieve) = seen(
        "a1 IDLE\r\n",
        b"* 5 EXISTS\r\n* OK hurry\r\n+ idling\r\n* 6 EXISTS\r\n",
    );
    assert_eq!(out, "+ go\r\n* 5 EXISTS\r\n* 6 EXISTS\r\n");
    assert!(sieve.changed);
    let (out, sieve) = seen(
        "a1 APPEND \"x\" () {3}\r\n",
        b"* 5 EXISTS\r\n* 2 FETCH (FLAGS ())\r\n+\r\na1 OK [APPENDUID 9 77] ok\r\n",
    );
    assert_eq!(out, "+ go\r\na1 OK done\r\n");
    assert_eq!(sieve.verdict.unwrap().code.unwrap().rest, "9 77");
}

#[test]
fn ok_where_a_plus_was_due_is_a_no() {
    let (out, sieve) = seen("a1 IDLE\r\n", b"* 5 EXISTS\r\na1 OK whatever\r\n");
    assert_eq!(out, "a1 NO done\r\n");
    assert!(sieve.changed, "the news in it is not lost");
}

#[test]
fn a_refused_append_keeps_its_reason() {
    let (_, sieve) = seen(
        "a1 APPEND \"x\" () {3}\r\n",
        b"a1 NO [OVERQUOTA] box full\r\n",
    );
    let verdict = sieve.verdict.unwrap();
    assert!(!verdict.ok);
    assert_eq!(verdict.code.unwrap().name, "OVERQUOTA");
    assert_eq!(verdict.text, "box full");
}

#[test]
fn what_nobody_can_read_is_dropped_and_counted() {
    let (out, sieve) = seen(
        "a1 UID FETCH 1:2 (UID)\r\n",
        b"* 1 FETCH (UID 4 EMAILID (M1))\r\n* 2 FETCH (UID 5)\r\n* \0\r\na1 OK\r\n",
    );
    assert_eq!(out, "* 2 FETCH (UID 5)\r\na1 OK done\r\n");
    assert_eq!(sieve.dropped, 2);
    assert_eq!(sieve.aside.len(), 2);
}

#[test]
fn a_message_without_a_date_is_no_panic() {
    let (out, sieve) = seen(
        "a1 UID FETCH 1 (UID)\r\n",
        b"* 1 FETCH (UID 4 INTERNALDATE NIL)\r\na1 OK x\r\n",
    );
    assert!(out.contains("1970"), "{out}");
    assert_eq!(sieve.dropped, 0);
}

#[test]
fn folder_lists_are_ours_to_read_whatever_bytes_they_hold() {
    let (out, sieve) = seen(
        "a1 LIST \"\" \"*\"\r\n",
        b"* LIST () \"/\" \"caf\xe9\"\r\n* LIST () \"/\" {4}\r\na\"b\\\r\na1 OK x\r\n",
    );
    assert_eq!(out, "a1 OK done\r\n");
    assert_eq!(sieve.aside.len(), 2);
}

#[test]
fn a_wrong_tag_ends_it() {
    let (out, sieve) = seen("a7 NOOP\r\n", b"a6 OK late\r\n");
    assert_eq!(out, "");
    assert!(sieve.broken.unwrap().contains("not asked"));
}

#[test]
fn an_answer_that_nobody_can_read_still_answers() {
    let (out, _) = seen("a1 NOOP\r\n", b"a1 OK [X \0\xff] \xff\n");
    assert_eq!(out, "a1 OK done\r\n");
    let (_, sieve) = seen("a1 NOOP\r\n", b"a1 MAYBE\r\n");
    assert!(sieve.broken.is_some());
}

#[test]
fn a_login_dialogue_is_put_right_and_ends() {
    let (out, _) = seen(
        "a1 AUTHENTICATE PLAIN\r\n",
        b"* OK patience\r\n+ Ready\r\na1 OK in\r\n",
    );
    assert_eq!(out, "+ \r\na1 OK done\r\n");
    let endless = b"+ \r\n".repeat(50);
    let (_, sieve) = seen("a1 AUTHENTICATE PLAIN\r\n", &endless);
    assert!(sieve.broken.is_some());
}

#[test]
fn before_the_login_no_data_gets_through() {
    let mut sieve = Sieve::new(Limits::default(), true);
    sieve.sent(b"a1 CAPABILITY\r\n");
    let said = b"* 5 EXISTS\r\n* CAPABILITY IMAP4rev1 auth=plain\r\na1 OK\r\n";
    sieve.received(said).unwrap();
    let mut out = [0; 100];
    let n = sieve.take(&mut out);
    assert_eq!(&out[..n], b"a1 OK done\r\n");
    assert_eq!(sieve.capabilities, ["IMAP4REV1", "AUTH=PLAIN"]);
}

#[test]
fn an_endless_answer_ends() {
    let mut sieve = Sieve::new(
        Limits {
            response: 10_000,
            ..Limits::default()
        },
        true,
    );
    sieve.sent(b"a1 NOOP\r\n");
    let flood = b"* OK x\r\n".repeat(100);
    let broke = (0..100).any(|_| sieve.received(&flood).is_err());
    assert!(broke);
}

#[test]
fn a_command_sent_ahead_is_answered_when_it_is_run() {
    let first = b"a7 UID FETCH 1:2 (UID)\r\n";
    let said = b"* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 2)\r\na7 OK done\r\n\
        * 3 FETCH (UID 3)\r\na8 OK [X] done\r\n";
    for splinter in [1, 7, 30, 50, 1000] {
        let mut sieve = Sieve::new(Limits::default(), true);
        sieve.logged_in();
        sieve.keep_fetched = true;
        sieve.ahead = Some("UID FETCH 3:4 (UID)".to_owned());
        assert!(sieve.sent(first));
        let line = sieve.go_ahead().expect("a second line");
        assert_eq!(line, b"a8 UID FETCH 3:4 (UID)\r\n");
        assert!(sieve.go_ahead().is_none());
        for piece in said.chunks(splinter) {
            sieve.received(piece).expect("nothing wrong");
        }
        assert_eq!(sieve.fetched.len(), 2, "{splinter}");
        let mut out = [0; 4096];
        let n = sieve.take(&mut out);
        assert_eq!(&out[..n], b"a7 OK done\r\n");
        assert_eq!(sieve.outstanding().as_deref(), Some("UID FETCH 3:4 (UID)"));

        sieve.begin();
        assert_eq!(sieve.swallows(&line[..5]), Some(Swallowed { begun: false }));
        assert_eq!(sieve.swallows(&line[5..]), Some(Swallowed { begun: true }));
        assert_eq!(sieve.outstanding(), None);
        assert_eq!(sieve.fetched.len(), 1);
        let n = sieve.take(&mut out);
        assert_eq!(&out[..n], b"a8 OK done\r\n");
        assert_eq!(sieve.verdict.unwrap().code.unwrap().name, "X");
        assert!(sieve.broken.is_none());
    }
}

#[test]
fn another_command_than_the_one_sent_ahead_ends_the_connection() {
    let mut sieve = Sieve::new(Limits::default(), true);
    sieve.logged_in();
    sieve.ahead = Some("UID FETCH 3:4 (UID)".to_owned());
    sieve.sent(b"a1 NOOP\r\n");
    sieve.go_ahead().expect("a second line");
    sieve.received(b"a1 OK done\r\n").expect("an answer");
    assert!(sieve.swallows(b"a2 EXPUNGE\r\n").is_some());
    assert!(sieve.broken.is_some());
}
