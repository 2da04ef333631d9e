//! Submission to servers that keep to the rules, and to others.

mod world;

use askfirst::config::{Auth, Secret, Security, Server};
use askfirst::edge::Stop;
use askfirst::edge::smtp::{Patience, Smtp};
use askfirst::mail::Address;
use askfirst::port::{Envelope, SendError, Submission};
use proptest::prelude::*;
use std::time::Duration;
use world::submission::{Heard, Script};

const MESSAGE: &[u8] = b"From: Alex <alex@example.org>\r\n\
Subject: Rachel <> Jordan\r\n\
\r\n\
Rachel, meet Jordan.\r\n\
.\r\n\
..dots.\r\n\
Yours truly\r\n";

/// Greeting, EHLO and login.
const IN: &[&str] = &[
    "S: 220 mx.example ESMTP",
    "C: EHLO [127.0.0.1]",
    "S: 250-mx.example\r\n250-8BITMIME\r\n250-SIZE 1000000\r\n250 AUTH PLAIN LOGIN",
    "C: AUTH PLAIN AGFsZXgAc2VjcmV0",
    "S: 235 2.7.0 welcome",
];

/// After [`IN`]: everything up to the 354.
const TO_BOTH: &[&str] = &[
    "C: MAIL FROM:<alex@example.org>",
    "S: 250 2.1.0 ok",
    "C: RCPT TO:<rachel@north.example>",
    "S: 250 2.1.5 ok",
    "C: RCPT TO:<jordan@south.example>",
    "S: 251 2.1.5 will forward",
    "C: DATA",
    "S: 354 go on",
];

fn script(parts: &[&[&'static str]]) -> Vec<&'static str> {
    parts.concat()
}

fn server(port: u16, security: Security) -> Server {
    Server {
        host: "127.0.0.1".to_owned(),
        port,
        security,
        username: "alex".to_owned(),
        auth: Auth::Password,
        secret: Secret::Keyring("unused".into()),
        ca: None,
        authserv_id: None,
    }
}

fn smtp(server: &Server) -> Smtp {
    Smtp::new(server, "secret".into())
        .expect("TLS")
        .with_patience(Patience {
            command: Duration::from_secs(20),
            block: Duration::from_secs(20),
            dot: Duration::from_secs(20),
            parting: Duration::from_secs(20),
        })
}

fn to_both() -> Envelope {
    let address = |text| Address::new(text).expect("an address");
    Envelope {
        from: Some(address("alex@example.org")),
        to: vec![
            address("rachel@north.example"),
            address("jordan@south.example"),
        ],
        mail_options: Vec::new(),
        rcpt_options: Vec::new(),
    }
}

fn send_with(
    script: Script,
    bytes: &[u8],
    before_dot: &mut dyn FnMut(&Script) -> bool,
) -> (Result<String, SendError>, Heard) {
    let server = server(script.port, Security::None);
    let result = smtp(&server).submit(&to_both(), bytes, &mut || before_dot(&script));
    (result, script.heard())
}

fn send(steps: &[&str]) -> (Result<String, SendError>, Heard) {
    send_with(Script::play(steps), MESSAGE, &mut |_| true)
}

fn unreachable(result: &Result<String, SendError>) -> Option<bool> {
    match result {
        Err(SendError::Unreachable { in_doubt, .. }) => Some(*in_doubt),
        _ => None,
    }
}

#[test]
fn a_message_arrives_byte_for_byte() {
    let (result, heard) = send(&script(&[
        IN,
        TO_BOTH,
        &[
            "body",
            "S: 250 2.0.0 queued as 42",
            "C: QUIT",
            "S: 221 bye",
            "rest",
        ],
    ]));
    assert_eq!(result, Ok("250 2.0.0 queued as 42".to_owned()));
    assert_eq!(heard.body.as_deref(), Some(MESSAGE));
    assert_eq!(heard.rest, b"");
    assert_eq!(
        heard.lines[2],
        format!("MAIL FROM:<alex@example.org> SIZE={}", MESSAGE.len())
    );
    // Neither this computer's name nor its address.
    assert_eq!(heard.lines[0], "EHLO [127.0.0.1]");
}

#[test]
fn f29_replies_in_splinters_and_of_many_lines_are_understood() {
    let steps = script(&[
        &["S: 220-mx.example\r\n220-no spam here\r\n220 go on"],
        &IN[1..],
        TO_BOTH,
        &[
            "body",
            "S: 250-2.0.0 queued\r\n250 as 42",
            "C: QUIT",
            "S: 221 bye",
        ],
    ]);
    let (result, _) = send_with(Script::play_in_splinters(&steps), MESSAGE, &mut |_| true);
    assert_eq!(result, Ok("250 2.0.0 queued as 42".to_owned()));
}

#[test]
fn a_body_without_a_line_end_gets_one() {
    let steps = script(&[IN, TO_BOTH, &["body", "S: 250 ok", "C: QUIT", "S: 221 bye"]]);
    let (result, heard) = send_with(Script::play(&steps), b"A: b\r\n\r\nend", &mut |_| true);
    assert!(result.is_ok());
    assert_eq!(heard.body.as_deref(), Some(&b"A: b\r\n\r\nend\r\n"[..]));
}

#[test]
fn bare_line_ends_are_refused_before_anybody_is_called() {
    // Nobody listens there: a call would be `Unreachable`.
    let nowhere = server(9, Security::None);
    for smuggled in [
        &b"A: b\r\n\r\nx\n.\r\nMAIL FROM:<eve@example.net>\r\n"[..],
        b"A: b\r\n\r\nx\r.\r\n",
        b"A: b\r\n\r\nx\r\r\n",
        b"A: b\n\nx\n",
        b"A: b\r\n\r",
        b"\n",
        b"",
    ] {
        let result = smtp(&nowhere).submit(&to_both(), smuggled, &mut || true);
        assert!(
            matches!(result, Err(SendError::Refused { .. })),
            "{result:?}"
        );
    }
}

#[test]
fn the_dot_waits_for_its_word() {
    let steps = script(&[IN, TO_BOTH, &["body until truly", "tell", "rest"]]);
    let mut asked = 0;
    let (result, heard) = send_with(Script::play(&steps), MESSAGE, &mut |script| {
        // Everything else has arrived by now.
        script.told();
        asked += 1;
        false
    });
    assert_eq!(result, Err(SendError::Stopped));
    assert_eq!(asked, 1);
    assert_eq!(heard.rest, b"", "neither a line end nor a dot nor QUIT");
}

#[test]
fn f20_a_cut_before_the_dot_means_certainly_unsent() {
    let whole = script(&[IN, TO_BOTH]);
    // After every single thing the server could say or hear.
    for end in 0..whole.len() {
        let steps = script(&[&whole[..end], &["cut"]]);
        let (result, _) = send(&steps);
        assert_eq!(unreachable(&result), Some(false), "{steps:?}: {result:?}");
    }
    let steps = script(&[&whole, &["body until Jordan.", "cut"]]);
    let (result, _) = send_with(Script::play(&steps), &long_message(), &mut |_| true);
    assert_eq!(unreachable(&result), Some(false), "{result:?}");
}

/// More than any socket buffer holds, so that the cut comes in the middle.
fn long_message() -> Vec<u8> {
    let mut message = MESSAGE.to_vec();
    for _ in 0..400_000 {
        message.extend_from_slice(b"And they lived happily ever after.\r\n");
    }
    message
}

#[test]
fn f20_a_cut_while_the_word_for_the_dot_is_awaited_means_unsent() {
    let steps = script(&[IN, TO_BOTH, &["body until truly", "cut", "tell"]]);
    let (result, _) = send_with(Script::play(&steps), MESSAGE, &mut |script| {
        script.told();
        true
    });
    assert_eq!(unreachable(&result), Some(false), "{result:?}");
}

#[test]
fn f21_f22_a_cut_after_the_dot_is_in_doubt() {
    for reply in [&[][..], &["S: 250-2.0.0 que"], &["S: nonsense"]] {
        let steps = script(&[IN, TO_BOTH, &["body"], reply, &["cut"]]);
        let (result, _) = send(&steps);
        assert_eq!(unreachable(&result), Some(true), "{reply:?}: {result:?}");
    }
}

#[test]
fn f23_silence_after_the_dot_is_in_doubt() {
    let script = Script::play(&script(&[IN, TO_BOTH, &["body", "rest"]]));
    let server = server(script.port, Security::None);
    let mut smtp = smtp(&server).with_patience(Patience {
        dot: Duration::from_millis(100),
        ..Patience::default()
    });
    let result = smtp.submit(&to_both(), MESSAGE, &mut || true);
    assert_eq!(unreachable(&result), Some(true), "{result:?}");
}

#[test]
fn silence_before_the_dot_is_not() {
    let script = Script::play(&script(&[IN, &TO_BOTH[..3], &["rest"]]));
    let server = server(script.port, Security::None);
    let mut smtp = smtp(&server).with_patience(Patience {
        command: Duration::from_millis(200),
        ..Patience::default()
    });
    let result = smtp.submit(&to_both(), MESSAGE, &mut || true);
    assert_eq!(unreachable(&result), Some(false), "{result:?}");
}

#[test]
fn f31_354_as_the_final_reply_is_no_success() {
    for last in [
        "S: 354 go on",
        "S: 251 maybe",
        "S: 220 ready",
        "S: 334 more",
    ] {
        let (result, _) = send(&script(&[IN, TO_BOTH, &["body", last, "rest"]]));
        assert_eq!(unreachable(&result), Some(true), "{last}: {result:?}");
    }
}

#[test]
fn f31_nothing_of_the_body_leaves_without_exactly_354() {
    for odd in ["S: 250 ok", "S: 334 ", "S: 220 hi", "S: 251 ok"] {
        let steps = script(&[IN, &TO_BOTH[..7], &[odd, "rest"]]);
        let (result, heard) = send(&steps);
        assert_eq!(unreachable(&result), Some(false), "{odd}: {result:?}");
        assert_eq!(String::from_utf8_lossy(&heard.rest), "QUIT\r\n", "{odd}");
    }
}

#[test]
fn f30_a_surplus_reply_never_becomes_a_success() {
    let whole = script(&[IN, TO_BOTH, &["body"]]);
    for (at, step) in whole.iter().enumerate() {
        let Some(reply) = step.strip_prefix("S: ") else {
            continue;
        };
        // The same reply twice, in one segment; the message itself would be refused.
        let doubled = format!("{step}\r\n{reply}");
        let mut steps = whole.clone();
        steps[at] = &doubled;
        steps.extend(["S: 554 5.7.1 rejected", "rest"]);
        let script = Script::play(&steps);
        let server = server(script.port, Security::None);
        let result = smtp(&server).submit(&to_both(), MESSAGE, &mut || true);
        assert_eq!(unreachable(&result), Some(false), "{steps:?}: {result:?}");
    }
}

#[test]
fn f30_a_surplus_reply_that_comes_late_never_becomes_a_success() {
    // The spare 250 arrives while the body is on its way, and is believed to be the verdict; the
    // real one stands where the answer to QUIT should be.
    let steps = script(&[
        IN,
        TO_BOTH,
        &[
            "body",
            "S: 250 spare",
            "C: QUIT",
            "S: 554 5.7.1 rejected",
            "rest",
        ],
    ]);
    let (result, _) = send(&steps);
    assert_eq!(unreachable(&result), Some(true), "{result:?}");

    let steps = script(&[
        IN,
        TO_BOTH,
        &["body", "S: 250 spare\r\n554 5.7.1 rejected", "rest"],
    ]);
    let (result, _) = send(&steps);
    assert_eq!(unreachable(&result), Some(true), "{result:?}");
}

#[test]
fn a_server_that_leaves_without_goodbye_has_still_taken_it() {
    for goodbye in [
        &["cut"][..],
        &["C: QUIT", "cut"],
        &["C: QUIT", "S: 421 busy", "cut"],
    ] {
        let (result, _) = send(&script(&[IN, TO_BOTH, &["body", "S: 250 ok"], goodbye]));
        assert_eq!(result, Ok("250 ok".to_owned()), "{goodbye:?}");
    }
}

#[test]
fn an_early_no_in_the_middle_of_the_body_is_heard() {
    let steps = script(&[
        IN,
        TO_BOTH,
        &["body until truly", "S: 552 5.3.4 too big", "tell", "rest"],
    ]);
    let (result, heard) = send_with(Script::play(&steps), MESSAGE, &mut |script| {
        script.told();
        true
    });
    assert!(
        matches!(&result, Err(SendError::Refused { code: 552, .. })),
        "{result:?}"
    );
    assert_eq!(heard.rest, b"", "no dot");
}

#[test]
fn f40_f41_every_no_is_told_apart() {
    let whole = script(&[IN, TO_BOTH, &["body", "S: 250 ok"]]);
    // Where the server answers MAIL, the first and the second RCPT, DATA and the dot.
    for (at, recipient) in [
        (6, None),
        (8, Some("rachel@north.example")),
        (10, Some("jordan@south.example")),
        (12, None),
        (14, None),
    ] {
        let (later, _) = send(&script(&[&whole[..at], &["S: 451 4.7.1 not now", "rest"]]));
        let reply = "451 4.7.1 not now".to_owned();
        assert_eq!(later, Err(SendError::Later { reply }), "{at}");

        let (never, heard) = send(&script(&[&whole[..at], &["S: 550 5.1.1 no", "rest"]]));
        let refused = SendError::Refused {
            code: 550,
            reply: "550 5.1.1 no".to_owned(),
            recipient: recipient.map(|text| Address::new(text).unwrap()),
        };
        assert_eq!(never, Err(refused), "{at}");
        assert_eq!(String::from_utf8_lossy(&heard.rest), "QUIT\r\n", "{at}");
        assert_eq!(heard.body.is_some(), at == 14, "{at}");
    }
}

#[test]
fn f43_one_refused_recipient_means_nobody_gets_it() {
    let steps = script(&[
        IN,
        &TO_BOTH[..5],
        &["S: 550 5.1.1 who?", "C: QUIT", "S: 221 bye", "rest"],
    ]);
    let mut asked = false;
    let (result, heard) = send_with(Script::play(&steps), MESSAGE, &mut |_| {
        asked = true;
        true
    });
    assert!(
        matches!(&result, Err(SendError::Refused { recipient: Some(who), .. })
        if who.as_str() == "jordan@south.example")
    );
    assert!(!asked && heard.body.is_none());
    assert!(!heard.lines.iter().any(|line| line == "DATA"));
}

#[test]
fn f33_a_refused_login_is_one_and_a_busy_server_is_not() {
    let (result, _) = send(&script(&[&IN[..4], &["S: 535 5.7.8 no", "rest"]]));
    let reply = "535 5.7.8 no".to_owned();
    assert_eq!(result, Err(SendError::Login { reply }));
    let (result, _) = send(&script(&[&IN[..4], &["S: 454 4.7.0 later", "rest"]]));
    assert!(matches!(result, Err(SendError::Later { .. })), "{result:?}");
    let (result, _) = send(&script(&[&IN[..4], &["S: 250 ok", "rest"]]));
    assert_eq!(unreachable(&result), Some(false), "{result:?}");
    let greeting = ["S: 554 5.7.1 not from your network", "rest"];
    assert!(matches!(send(&greeting).0, Err(SendError::Later { .. })));
    let kerberos = ["S: 250-mx\r\n250 AUTH GSSAPI", "rest"];
    let (result, heard) = send(&script(&[&IN[..2], &kerberos]));
    assert!(matches!(result, Err(SendError::Login { .. })), "{result:?}");
    assert_eq!(heard.rest, b"QUIT\r\n", "the password was not said");
}

#[test]
fn login_by_question_and_answer() {
    let steps = script(&[
        &IN[..2],
        &[
            "S: 250-mx\r\n250 AUTH LOGIN",
            "C: AUTH LOGIN",
            "S: 334 VXNlcm5hbWU6",
            "C: YWxleA==",
            "S: 334 UGFzc3dvcmQ6",
            "C: c2VjcmV0",
            "S: 235 welcome",
            "C: QUIT",
            "S: 221 bye",
        ],
    ]);
    let script = Script::play(&steps);
    let server = server(script.port, Security::None);
    assert_eq!(smtp(&server).probe(), Ok(()));
    script.heard();
}

#[test]
fn f34_a_token_is_taken_or_its_refusal_told_as_one() {
    let hello = [
        "S: 220 mx",
        "C: EHLO",
        "S: 250-mx\r\n250 AUTH PLAIN XOAUTH2",
    ];
    let token = "C: AUTH XOAUTH2 dXNlcj1hbGV4AWF1dGg9QmVhcmVyIHNlY3JldAEB";
    for (reply, taken) in [
        (&["S: 235 ok", "C: QUIT", "S: 221 bye"][..], true),
        (&["S: 334 eyJzdGF0dXMiOiI0MDAifQ==", "rest"], false),
    ] {
        let script = Script::play(&script(&[&hello, &[token], reply]));
        let mut server = server(script.port, Security::None);
        server.auth = Auth::Oauth2;
        let result = smtp(&server).probe();
        assert_eq!(result.is_ok(), taken, "{result:?}");
        assert!(taken || matches!(result, Err(SendError::Login { .. })));
        script.heard();
    }
}

#[test]
fn f16_stopping_ends_at_once_before_the_dot_and_in_doubt_after_it() {
    for (steps, expected) in [
        (
            script(&[IN, &TO_BOTH[..3], &["tell", "rest"]]),
            Err(SendError::Stopped),
        ),
        (
            script(&[IN, TO_BOTH, &["body", "tell", "rest"]]),
            Err(SendError::Unreachable {
                why: "the daemon stopped before the reply came".to_owned(),
                in_doubt: true,
            }),
        ),
    ] {
        let script = Script::play(&steps);
        let stop = Stop::new().unwrap();
        let server = server(script.port, Security::None);
        let mut smtp = smtp(&server).until(stop.clone()).with_patience(Patience {
            parting: Duration::from_millis(100),
            ..Patience::default()
        });
        let sending = std::thread::spawn(move || smtp.submit(&to_both(), MESSAGE, &mut || true));
        script.told();
        stop.stop();
        assert_eq!(sending.join().unwrap(), expected);
        script.heard();
    }
}

mod tls {
    use super::*;

    /// A certificate for localhost, and the authority behind it.
    fn certificate() -> (native_tls::Identity, Vec<u8>) {
        let dir = tempfile::tempdir().unwrap();
        world::dovecot::certificates(dir.path());
        let read = |name| std::fs::read(dir.path().join(name)).unwrap();
        let identity = native_tls::Identity::from_pkcs8(&read("server.pem"), &read("server.key"));
        (identity.unwrap(), read("ca.pem"))
    }

    fn trusting(port: u16, security: Security, ca: Option<Vec<u8>>) -> Smtp {
        smtp(&Server {
            host: "localhost".to_owned(),
            ca,
            ..server(port, security)
        })
    }

    const REST: &[&str] = &["body", "S: 250 ok", "C: QUIT", "S: 221 bye"];
    const START: &[&str] = &[
        "S: 220 mx.example ESMTP",
        "C: EHLO [127.0.0.1]",
        "S: 250-mx.example\r\n250-STARTTLS\r\n250 AUTH LOGIN",
        "C: STARTTLS",
    ];

    #[test]
    fn implicit_tls_and_starttls_hand_over_the_same() {
        let (identity, ca) = certificate();
        for (security, steps) in [
            (Security::Tls, script(&[&["tls"], IN, TO_BOTH, REST])),
            // No greeting after STARTTLS (RFC 3207 §4.2).
            (
                Security::Starttls,
                script(&[START, &["S: 220 go", "tls"], &IN[1..], TO_BOTH, REST]),
            ),
        ] {
            let script = Script::play_with(&steps, identity.clone());
            let mut smtp = trusting(script.port, security, Some(ca.clone()));
            let result = smtp.submit(&to_both(), MESSAGE, &mut || true);
            assert_eq!(result, Ok("250 ok".to_owned()), "{security:?}");
            assert_eq!(script.heard().body.as_deref(), Some(MESSAGE));
        }
    }

    #[test]
    fn f32_plain_text_before_tls_is_not_taken_for_the_server() {
        let (identity, ca) = certificate();
        let injected = "S: 220 go\r\n250-injected\r\n250 AUTH LOGIN";
        let script = Script::play_with(&script(&[START, &[injected, "rest"]]), identity);
        let mut smtp = trusting(script.port, Security::Starttls, Some(ca));
        let result = smtp.submit(&to_both(), MESSAGE, &mut || true);
        assert_eq!(unreachable(&result), Some(false), "{result:?}");
        assert_eq!(script.heard().rest, b"", "not even a handshake");
    }

    #[test]
    fn f32_without_starttls_on_offer_nothing_is_said() {
        for steps in [
            script(&[&START[..2], &["S: 250-mx\r\n250 AUTH PLAIN LOGIN", "rest"]]),
            script(&[START, &["S: 454 4.7.0 no TLS now", "rest"]]),
            script(&[START, &["S: 500 what?", "rest"]]),
        ] {
            let script = Script::play(&steps);
            let mut smtp = trusting(script.port, Security::Starttls, None);
            let result = smtp.submit(&to_both(), MESSAGE, &mut || true);
            assert!(result.is_err());
            assert!(
                !matches!(result, Err(SendError::Login { .. })),
                "{result:?}"
            );
            assert_eq!(script.heard().rest, b"");
        }
    }

    #[test]
    fn f53_a_certificate_that_nobody_vouches_for_ends_it() {
        let (identity, _) = certificate();
        let (_, other_ca) = certificate();
        for ca in [None, Some(other_ca)] {
            let script =
                Script::play_with(&script(&[START, &["S: 220 go", "tls"]]), identity.clone());
            let mut smtp = trusting(script.port, Security::Starttls, ca);
            let result = smtp.submit(&to_both(), MESSAGE, &mut || true);
            assert_eq!(unreachable(&result), Some(false), "{result:?}");
        }
    }
}

/// Lines of anything but CR and LF, dots in front more often than chance would have it.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let octet = prop_oneof![3 => Just(b'.'), 5 => any::<u8>()]
        .prop_filter("a line end", |b| *b != b'\r' && *b != b'\n');
    let line = proptest::collection::vec(octet, 0..12);
    (proptest::collection::vec(line, 1..12), any::<bool>()).prop_map(|(lines, ended)| {
        let mut body = lines.join(&b"\r\n"[..]);
        if ended || body.is_empty() {
            body.extend_from_slice(b"\r\n");
        }
        body
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// X4: what an independent reader makes of it is what was given.
    #[test]
    fn any_body_arrives_exactly(body in bodies()) {
        let steps = script(&[IN, TO_BOTH, &["body", "S: 250 ok", "C: QUIT", "S: 221 bye"]]);
        let (result, heard) = send_with(Script::play(&steps), &body, &mut |_| true);
        prop_assert_eq!(result, Ok("250 ok".to_owned()));
        let mut expected = body;
        if !expected.ends_with(b"\r\n") {
            expected.extend_from_slice(b"\r\n");
        }
        prop_assert_eq!(heard.body, Some(expected));
    }
}

mod postfix {
    use super::*;
    use world::dovecot::{Dovecot, Shape};
    use world::postfix::{Postfix, is_here};

    fn envelope(to: &[&str], options: &[&str]) -> Envelope {
        Envelope {
            from: Some(Address::new("alex@example.org").unwrap()),
            to: to.iter().map(|text| Address::new(text).unwrap()).collect(),
            mail_options: options.iter().map(|o| (*o).to_owned()).collect(),
            rcpt_options: Vec::new(),
        }
    }

    /// What was delivered to somebody's inbox, without the lines that servers put on top.
    fn delivered(dovecot: &Dovecot, user: &str) -> Option<Vec<u8>> {
        let until = std::time::Instant::now() + Duration::from_secs(20);
        while std::time::Instant::now() < until {
            for folder in ["new", "cur"] {
                let folder = dovecot.maildir(user).join(folder);
                let mut files = std::fs::read_dir(folder).into_iter().flatten().flatten();
                if let Some(file) = files.next() {
                    let text = std::fs::read(file.path()).unwrap();
                    let start = b"From: Alex";
                    let at = text.windows(start.len()).position(|w| w == start)?;
                    return Some(text[at..].to_vec());
                }
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }

    #[test]
    fn a_real_server_gets_exactly_these_bytes_by_every_way() {
        if !is_here() {
            return;
        }
        let dovecot = Dovecot::start(&Shape::default());
        let postfix = Postfix::start(&dovecot);
        // A submission server adds what is missing of these (RFC 6409 §8).
        let mut message = b"From: Alex <alex@example.org>\r\n\
            Date: Tue, 03 Mar 2026 09:00:00 +0100\r\n\
            Message-ID: <intro-1@example.org>\r\n"
            .to_vec();
        message.extend_from_slice(&MESSAGE[b"From: Alex <alex@example.org>\r\n".len()..]);
        message.extend_from_slice("Grüße, 8-bit \t \r\n\r\n.\r\n\r\n".as_bytes());
        // Dovecot keeps LF on disk.
        let kept: Vec<u8> = message.iter().copied().filter(|b| *b != b'\r').collect();
        for (security, port, name) in [
            (Security::Tls, postfix.tls_port, "rachel"),
            (Security::Starttls, postfix.starttls_port, "jordan"),
            (Security::None, postfix.plain_port, "sam"),
        ] {
            let server = Server {
                host: "localhost".to_owned(),
                ca: Some(dovecot.ca.clone()),
                username: "alex@example.org".to_owned(),
                ..server(port, security)
            };
            let to = format!("{name}@north.example");
            let envelope = envelope(&[&to], &["RET=HDRS", "ENVID=QQ314159"]);
            let mut asked = 0;
            let result = smtp(&server).submit(&envelope, &message, &mut || {
                asked += 1;
                true
            });
            let reply = result.unwrap_or_else(|e| panic!("{security:?}: {e}\n{}", postfix.log()));
            assert!(reply.starts_with("250 2.0.0 Ok"), "{reply}");
            assert_eq!(asked, 1);
            let arrived = delivered(&dovecot, &to).unwrap_or_else(|| panic!("{}", postfix.log()));
            assert_eq!(
                String::from_utf8_lossy(&arrived),
                String::from_utf8_lossy(&kept)
            );
        }
    }

    #[test]
    fn a_real_server_says_no_in_its_own_words() {
        if !is_here() {
            return;
        }
        let dovecot = Dovecot::start(&Shape::default());
        let postfix = Postfix::start(&dovecot);
        let server = Server {
            username: "alex@example.org".to_owned(),
            ..server(postfix.plain_port, Security::None)
        };
        let send = |to: &[&str], message: &[u8]| {
            smtp(&server).submit(&envelope(to, &[]), message, &mut || true)
        };
        let nobody = send(&["rachel@north.example", "nobody@south.example"], MESSAGE);
        assert!(
            matches!(&nobody, Err(SendError::Refused { code: 550, reply, recipient: Some(who) })
                if who.as_str() == "nobody@south.example" && reply.contains("No such person")),
            "{nobody:?}"
        );
        let grey = send(&["grey@north.example"], MESSAGE);
        assert!(matches!(grey, Err(SendError::Later { .. })), "{grey:?}");
        let content = send(
            &["rachel@north.example"],
            &[b"X-Refuse: yes\r\n", MESSAGE].concat(),
        );
        assert!(
            matches!(
                &content,
                Err(SendError::Refused {
                    code: 550,
                    recipient: None,
                    ..
                })
            ),
            "{content:?}"
        );
        let stopped = smtp(&server).submit(
            &envelope(&["rachel@north.example"], &[]),
            MESSAGE,
            &mut || false,
        );
        assert_eq!(stopped, Err(SendError::Stopped));
        let wrong = Smtp::new(&server, "wrong".into()).unwrap().probe();
        assert!(matches!(wrong, Err(SendError::Login { .. })), "{wrong:?}");
        assert_eq!(smtp(&server).probe(), Ok(()));
        // Nobody has been sent anything by all this.
        assert!(!dovecot.maildir("rachel@north.example").exists());
    }
}
