use super::*;

/// Plays a transcript: `C:` the client, `S:` askfirst to the client, `U:` askfirst to the real server, `R:` the real
/// server's answer, `M:` the message as it is passed on. A login is right when its password is “good”.
#[track_caller]
fn play(transcript: &str) {
    let offer = Offer::of(["mx.example", "PIPELINING", "SIZE 1000000", "8BITMIME"]);
    let mut session = Session::new("localhost ESMTP askfirst", Offer::default());
    let mut lines = transcript
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .peekable();
    let (mut said, mut asked, mut passed) = (String::new(), String::new(), String::new());
    let text = |bytes: &mut Vec<u8>| String::from_utf8(std::mem::take(bytes)).unwrap();
    loop {
        let act = session.act();
        let waits = matches!(act, Act::Read | Act::Await | Act::Close | Act::Spoiled);
        said.push_str(&text(&mut session.out));
        asked.push_str(&text(&mut session.up));
        if waits {
            // What was said is compared where the conversation rests.
            while let Some(line) = lines.next_if(|l| l.starts_with(['S', 'U', 'M'])) {
                let heard = match &line[..2] {
                    "S:" => &mut said,
                    "U:" => &mut asked,
                    _ => &mut passed,
                };
                let (first, rest) = heard
                    .split_once("\r\n")
                    .unwrap_or_else(|| panic!("“{line}” was not said"));
                let wanted = line[2..].trim();
                assert!(
                    first.trim_end() == wanted
                        || wanted
                            .strip_suffix('…')
                            .is_some_and(|w| first.starts_with(w)),
                    "{first:?} instead of {wanted:?}"
                );
                *heard = rest.to_owned();
            }
            if !matches!(act, Act::Await) {
                assert_eq!(
                    (said.as_str(), asked.as_str()),
                    ("", ""),
                    "said too much before {:?}",
                    lines.peek()
                );
            }
        }
        match act {
            Act::Read => {
                let mut more = false;
                while let Some(line) = lines.next_if(|l| l.starts_with("C:")) {
                    more = true;
                    let line = line[2..].trim().replace("␍", "\r").replace("␊", "\n");
                    session.buffer().extend_from_slice(line.as_bytes());
                    if !line.ends_with('\n') {
                        session.buffer().extend_from_slice(b"\r\n");
                    }
                }
                if !more {
                    assert_eq!(lines.next(), None, "it waits for the client");
                    return;
                }
            }
            Act::Login { user, password } => match password.as_slice() {
                b"good" if user == "alex@hub.example" => session.logged_in(offer.clone()),
                _ => session.not_logged_in(),
            },
            Act::Dial => match lines.next_if(|l| l.starts_with("R: away ")) {
                Some(line) => session.refuse_mail(format!("{}\r\n", &line[8..]).as_bytes()),
                None => session.connected(true),
            },
            Act::Await => {
                let line = lines.next().expect("the real server answers");
                let reply = line
                    .strip_prefix("R: ")
                    .unwrap_or_else(|| panic!("{line:?} instead of its answer"));
                session.verdict(
                    reply[..3].parse().unwrap(),
                    format!("{reply}\r\n").as_bytes(),
                );
            }
            Act::Begin => session.begin(),
            Act::Body { length, end } => {
                passed.push_str(std::str::from_utf8(&session.input()[..length]).unwrap());
                session.took(length, end);
                if end {
                    session.finish(b"250 2.0.0 queued\r\n");
                }
            }
            Act::Close | Act::Spoiled => {
                assert_eq!(lines.next(), None, "it is over");
                return;
            }
        }
    }
}

/// Greeting and login.
const IN: &str = "
    S: 220 localhost ESMTP askfirst
    C: EHLO client.example
    S: 250-localhost
    S: 250 AUTH PLAIN LOGIN
    C: AUTH PLAIN AGFsZXhAaHViLmV4YW1wbGUAZ29vZA==
    S: 235 2.7.0 Welcome
";

#[track_caller]
fn play_logged_in(transcript: &str) {
    play(&format!("{IN}{transcript}"));
}

#[test]
fn an_ordinary_mail_goes_through_with_the_real_servers_words() {
    play_logged_in(
        "C: MAIL FROM:<alex@hub.example> BODY=8BITMIME
         U: MAIL FROM:<alex@hub.example> BODY=8BITMIME
         R: 250 2.1.0 mx likes you
         S: 250 2.1.0 mx likes you
         C: RCPT TO:<rachel@north.example>
         U: RCPT TO:<rachel@north.example>
         R: 250 2.1.5 mx knows her
         S: 250 2.1.5 mx knows her
         C: DATA
         S: 354 Go ahead
         C: Subject: hello
         C: ␍␊
         C: ..dot
         C: .
         M: Subject: hello
         M:
         M: ..dot
         S: 250 2.0.0 queued
         C: QUIT
         S: 221 2.0.0 Goodbye",
    );
}

#[test]
fn pipelined_commands_go_on_together_and_verdicts_come_in_order() {
    play_logged_in(
        "C: MAIL FROM:<alex@hub.example>
         C: RCPT TO:<rachel@north.example>
         C: RCPT TO:<nobody@north.example>
         C: DATA
         R: 250 2.1.0 ok
         U: MAIL FROM:<alex@hub.example>
         R: 250 2.1.5 ok
         U: RCPT TO:<rachel@north.example>
         U: RCPT TO:<nobody@north.example>
         R: 550 5.1.1 nobody
         S: 250 2.1.0 ok
         S: 250 2.1.5 ok
         S: 550 5.1.1 nobody
         S: 354 Go ahead
         C: ␍␊
         C: .
         M:
         S: 250 2.0.0 queued",
    );
}

#[test]
fn a_refused_sender_ends_the_transaction() {
    play_logged_in(
        "C: MAIL FROM:<eve@evil.example>
         U: MAIL FROM:<eve@evil.example>
         R: 553 5.7.1 not yours
         S: 553 5.7.1 not yours
         C: RCPT TO:<rachel@north.example>
         S: 503 5.5.1 MAIL first
         C: DATA
         S: 503 5.5.1 MAIL and RCPT first",
    );
}

#[test]
fn l20_with_the_real_server_away_nothing_is_taken() {
    play_logged_in(
        "C: MAIL FROM:<alex@hub.example>
         R: away 451 4.4.1 away
         S: 451 4.4.1 away
         C: RCPT TO:<rachel@north.example>
         S: 503 5.5.1 MAIL first",
    );
}

#[test]
fn nobody_sends_without_a_login() {
    play(
        "S: 220 localhost ESMTP askfirst
         C: MAIL FROM:<alex@hub.example>
         S: 530 5.7.0 Log in first…
         C: EHLO client.example
         S: 250-localhost
         S: 250 AUTH PLAIN LOGIN
         C: MAIL FROM:<alex@hub.example>
         S: 530 5.7.0 Log in first…
         C: STARTTLS
         S: 502 5.5.1 Not here",
    );
}

#[test]
fn both_ways_to_log_in_with_and_without_an_initial_response() {
    let hello = "S: 220 localhost ESMTP askfirst
         C: EHLO client.example
         S: 250-localhost
         S: 250 AUTH PLAIN LOGIN
         ";
    for login in [
        "C: AUTH PLAIN
         S: 334
         C: AGFsZXhAaHViLmV4YW1wbGUAZ29vZA==
         S: 235 2.7.0 Welcome",
        "C: AUTH LOGIN
         S: 334 VXNlcm5hbWU6
         C: YWxleEBodWIuZXhhbXBsZQ==
         S: 334 UGFzc3dvcmQ6
         C: Z29vZA==
         S: 235 2.7.0 Welcome",
        "C: auth login YWxleEBodWIuZXhhbXBsZQ==
         S: 334 UGFzc3dvcmQ6
         C: Z29vZA==
         S: 235 2.7.0 Welcome
         C: AUTH PLAIN AGFsZXhAaHViLmV4YW1wbGUAZ29vZA==
         S: 503 5.5.1 You are logged in already",
        "C: AUTH PLAIN
         S: 334
         C: *
         S: 501 5.5.2 No login
         C: AUTH CRAM-MD5
         S: 504 5.5.4 AUTH PLAIN…",
    ] {
        play(&format!("{hello}{login}"));
    }
}

#[test]
fn f93_three_refused_logins_are_enough() {
    play(
        "S: 220 localhost ESMTP askfirst
         C: EHLO client.example
         S: 250-localhost
         S: 250 AUTH PLAIN LOGIN
         C: AUTH PLAIN AGFsZXhAaHViLmV4YW1wbGUAYmFk
         S: 535 5.7.8 Not the address…
         C: AUTH PLAIN AGV2ZUBldmlsLmV4YW1wbGUAZ29vZA==
         S: 535 5.7.8 Not the address…
         C: AUTH PLAIN AGFsZXhAaHViLmV4YW1wbGUAYmFk
         S: 535 5.7.8 Not the address…
         S: 421 4.7.0 Too many logins…",
    );
}

#[test]
fn f93_a_browser_is_sent_away() {
    for verb in ["GET / HTTP/1.1", "POST /x HTTP/1.1", "CONNECT a:1 HTTP/1.1"] {
        play(&format!(
            "S: 220 localhost ESMTP askfirst
             C: {verb}
             C: Host: localhost:1587
             S: 221 2.7.0 This is a mail server"
        ));
    }
}

#[test]
fn f93_what_is_not_understood_is_counted() {
    let mut transcript = "S: 220 localhost ESMTP askfirst\n".to_owned();
    for _ in 0..10 {
        transcript.push_str("C: XYZZY\nS: 500 5.5.1 Not a command…\n");
    }
    transcript.push_str("C: XYZZY\nS: 500 5.5.1 Not a command…\nS: 421 4.7.0 Too many errors");
    play(&transcript);
}

#[test]
fn f94_an_endless_line_ends_the_conversation() {
    let long = "x".repeat(command::LONGEST);
    play(&format!(
        "S: 220 localhost ESMTP askfirst\nC: {long}\nS: 500 5.5.2 That line…"
    ));
}

#[test]
fn f95_chunks_would_be_read_as_commands() {
    play_logged_in(
        "C: BDAT 80 LAST\nC: MAIL FROM:<eve@evil.example>\nS: 502 5.5.1 Not offered here",
    );
}

#[test]
fn x1_a_bare_line_end_spoils_the_message() {
    play_logged_in(
        "C: MAIL FROM:<alex@hub.example>
         U: MAIL FROM:<alex@hub.example>
         R: 250 ok
         S: 250 ok
         C: RCPT TO:<rachel@north.example>
         U: RCPT TO:<rachel@north.example>
         R: 250 ok
         S: 250 ok
         C: DATA
         S: 354 Go ahead
         C: one␍␊␊.␊
         C: MAIL FROM:<eve@evil.example>
         S: 554 5.6.0 The message holds a bare…",
    );
}

#[test]
fn a_transaction_is_forgotten_by_rset_and_by_ehlo() {
    play_logged_in(
        "C: MAIL FROM:<alex@hub.example>
         U: MAIL FROM:<alex@hub.example>
         R: 250 ok
         S: 250 ok
         C: RSET
         U: RSET
         R: 250 flushed
         S: 250 2.0.0 Forgotten
         C: RCPT TO:<rachel@north.example>
         S: 503 5.5.1 MAIL first
         C: NOOP
         S: 250 2.0.0 Here",
    );
}
