//! Real mail programs send through the gateway to a real Postfix.

#[path = "gateway/killed.rs"]
mod killed;
#[path = "gateway/restart.rs"]
mod restart;
#[path = "gateway/sealed.rs"]
mod sealed;

use crate::world::house::{House, Settings, eventually, quiet};
use crate::world::people::{Draft, Style};
use crate::world::wire::assert_same;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

fn house() -> Option<House> {
    House::open_with(Settings {
        gateway: true,
        ..Settings::default()
    })
}

/// Runs a program with the message on its standard input.
#[track_caller]
fn run(program: &str, arguments: &[&str], input: &[u8]) -> Option<std::process::Output> {
    let child = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: there is no {program} here");
        return None;
    };
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let feeding = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("its end");
    feeding.join().expect("fed");
    Some(output)
}

#[track_caller]
fn good(output: &std::process::Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    let more = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{more}");
}

/// How a program is told to send these bytes to these people.
type Send = fn(&House, &Path, &[&str], &[u8]) -> Option<std::process::Output>;

fn msmtp(house: &House, _: &Path, to: &[&str], raw: &[u8]) -> Option<std::process::Output> {
    let port = format!("--port={}", house.gateway_port);
    let (user, from) = (
        format!("--user={}", house.alex.address),
        format!("--from={}", house.alex.address),
    );
    let mut arguments = vec![
        "--host=127.0.0.1",
        &port,
        "--auth=plain",
        &user,
        "--passwordeval=echo gwsecret",
        "--tls=off",
        &from,
        "--",
    ];
    arguments.extend(to);
    run("msmtp", &arguments, raw)
}

fn swaks(house: &House, _: &Path, to: &[&str], raw: &[u8]) -> Option<std::process::Output> {
    let server = format!("127.0.0.1:{}", house.gateway_port);
    // As it goes over the wire, because swaks mends nothing then.
    let file = house.path("swaks.eml");
    let mut wire = Vec::new();
    for line in raw.split_inclusive(|b| *b == b'\n') {
        wire.extend(line.first().filter(|b| **b == b'.'));
        wire.extend_from_slice(line);
    }
    wire.extend_from_slice(b".\r\n");
    std::fs::write(&file, wire).expect("written");
    let (to, data) = (to.join(","), format!("@{}", file.display()));
    let from = house.alex.address.as_str();
    run(
        "swaks",
        &[
            "--server",
            &server,
            "--auth",
            "LOGIN",
            "--auth-user",
            from,
            "--auth-password",
            "gwsecret",
            "--from",
            from,
            "--to",
            &to,
            "--data",
            &data,
            "--no-data-fixup",
        ],
        b"",
    )
}

fn curl(house: &House, file: &Path, to: &[&str], _: &[u8]) -> Option<std::process::Output> {
    let url = format!("smtp://127.0.0.1:{}", house.gateway_port);
    let login = format!("{}:gwsecret", house.alex.address);
    let file = file.display().to_string();
    let mut arguments = vec![
        "-sS",
        &url,
        "--user",
        &login,
        "--mail-from",
        &house.alex.address,
        "--upload-file",
        &file,
    ];
    for to in to {
        arguments.extend(["--mail-rcpt", to]);
    }
    run("curl", &arguments, b"")
}

fn smtplib(house: &House, file: &Path, to: &[&str], _: &[u8]) -> Option<std::process::Output> {
    let script = "import smtplib, sys\n\
         port, user, file, *to = sys.argv[1:]\n\
         with smtplib.SMTP('localhost', int(port), timeout=30) as s:\n    \
             s.login(user, 'gwsecret')\n    \
             assert s.sendmail(user, to, open(file, 'rb').read(), ['BODY=8BITMIME']) == {}\n";
    let (port, file) = (house.gateway_port.to_string(), file.display().to_string());
    let mut arguments = vec!["-c", script, &port, &house.alex.address, &file];
    arguments.extend(to);
    run("python3", &arguments, b"")
}

fn sendmail(house: &House, _: &Path, to: &[&str], raw: &[u8]) -> Option<std::process::Output> {
    let config = house.path("config.toml").display().to_string();
    let mut arguments = vec![
        "--config",
        &config,
        "sendmail",
        "-oi",
        "-f",
        &house.alex.address,
        "--",
    ];
    arguments.extend(to);
    run(env!("CARGO_BIN_EXE_askfirst"), &arguments, raw)
}

const PROGRAMS: &[(&str, Send)] = &[
    ("msmtp", msmtp),
    ("swaks", swaks),
    ("curl", curl),
    ("smtplib", smtplib),
    ("sendmail", sendmail),
];

#[test]
fn real_programs_send_ordinary_mail_and_every_byte_arrives() {
    let Some(house) = house() else { return };
    for (name, send) in PROGRAMS {
        let text = format!(
            "Hello,\n\nthe minutes: the roof is paid for, the fence can wait.\n.dot\n..dots\nGr\u{fc}\u{df}e aus {name}\n{}\n",
            "long ".repeat(180)
        );
        let draft = Draft::with_text(&house.alex, &house.rachel, &house.sam, None, &text);
        let file = house.path("mail.eml");
        std::fs::write(&file, &draft.raw).expect("written");
        let to = [house.rachel.address.as_str(), house.sam.address.as_str()];
        let Some(output) = send(&house, &file, &to, &draft.raw) else {
            continue;
        };
        good(&output);
        for person in [&house.rachel, &house.sam] {
            let got = eventually(&format!("the mail by {name}"), || {
                person.mail().with_id("INBOX", &draft.id).pop()
            });
            assert_same(&sent_bytes(&got.raw), &draft.raw, name);
        }
        assert!(house.listed(&draft).is_none());
    }
}

/// Without the trace fields that servers put on top.
fn sent_bytes(raw: &[u8]) -> Vec<u8> {
    let at = raw.windows(6).position(|w| w.starts_with(b"\nX-Moz"));
    raw[at.map_or(0, |at| at + 1)..].to_vec()
}

#[test]
fn l12_real_programs_are_told_250_for_an_introduction_and_nobody_hears_of_it() {
    let Some(house) = house() else { return };
    for (n, (name, send)) in PROGRAMS.iter().enumerate() {
        let ada = house.person("Ada Quist", "ada", &format!("east{n}"));
        let ben = house.person("Ben Holt", "ben", &format!("moor{n}"));
        let text = [
            "Dear Ada and Ben,\n\nyou two should meet: Ada builds drills, and Ben is looking for one. I will leave you to it.\n\nBest,\nAlex\n",
            "Hello Ada, hello Ben,\n\nI would like to introduce you to each other. Ada, Ben runs the museum's workshop. Ben, Ada restores clocks.\n\nYours,\nAlex\n",
            "Hi both,\n\nAda, meet Ben, who sails. Ben, meet Ada, who has a boat and nobody to sail it. Over to you!\n\nCheers,\nAlex\n",
            "Ada, Ben,\n\nconnecting you two as promised to myself: Ada is hiring translators, Ben translates from Finnish.\n\nAlex\n",
            "Dear both,\n\nlet me introduce you: Ada leads the choir in Leeds, Ben writes for choirs and lives round the corner.\n\nWarmly,\nAlex\n",
        ][n];
        let draft = Draft::with_text(&house.alex, &ada, &ben, None, text);
        let file = house.path("mail.eml");
        std::fs::write(&file, &draft.raw).expect("written");
        let Some(output) = send(&house, &file, &[&ada.address, &ben.address], &draft.raw) else {
            continue;
        };
        good(&output);
        let held = eventually(&format!("{name}'s introduction in Held"), || {
            house.alex.mail().with_id("Askfirst/Held", &draft.id).pop()
        });
        assert_same(&held.raw, &draft.raw, name);
        assert_eq!(house.listed(&draft).expect("listed")["via"], "gateway");
        house.ask_to(&ada, &draft);
        assert!(ada.mail().with_id("INBOX", &draft.id).is_empty());
    }
}

#[test]
fn l18_a_follow_up_joins_the_hold_and_leaves_after_it() {
    let Some(house) = house() else { return };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let to = [house.rachel.address.as_str(), house.jordan.address.as_str()];
    good(&sendmail(&house, Path::new(""), &to, &draft.raw).expect("ours"));
    let asks = [
        house.ask_to(&house.rachel, &draft),
        house.ask_to(&house.jordan, &draft),
    ];
    let follow = format!(
        "From: {}\r\nTo: {}, {}\r\nSubject: Re: {}\r\nMessage-ID: <follow-up@hub.example>\r\nIn-Reply-To: {}\r\n\r\n\
         Oh, and here is the deck.\r\n\r\nAlex\r\n",
        house.alex.full(),
        house.rachel.full(),
        house.jordan.full(),
        draft.subject,
        draft.id
    );
    good(&sendmail(&house, Path::new(""), &to, follow.as_bytes()).expect("ours"));
    house.note("askfirst needs you");
    quiet();
    for person in [&house.rachel, &house.jordan] {
        assert!(
            person
                .mail()
                .with_id("INBOX", "<follow-up@hub.example>")
                .is_empty(),
            "it would tell them"
        );
    }
    house.rachel.answer(&asks[0], "Yes, please.", Style::Gmail);
    house.jordan.answer(&asks[1], "Yes, gladly.", Style::Gmail);
    house.until(&draft, "released");
    for person in [&house.rachel, &house.jordan] {
        eventually("the introduction", || {
            person.mail().with_id("INBOX", &draft.id).pop()
        });
        eventually("what answers it", || {
            person
                .mail()
                .with_id("INBOX", "<follow-up@hub.example>")
                .pop()
        });
    }
    eventually("nothing left in Held", || {
        house
            .alex
            .mail()
            .messages("Askfirst/Held")
            .is_empty()
            .then_some(())
    });
}

#[test]
fn y24_an_answer_to_a_note_decides_and_is_not_mailed() {
    let Some(house) = house() else { return };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let to = [house.rachel.address.as_str(), house.jordan.address.as_str()];
    good(&sendmail(&house, Path::new(""), &to, &draft.raw).expect("ours"));
    let note = house.note("Not sent yet");
    let answer = format!(
        "From: {}\r\nTo: {}\r\nSubject: Re: {}\r\nMessage-ID: <answer@hub.example>\r\nIn-Reply-To: {}\r\n\r\nback\r\n",
        house.alex.full(),
        house.alex.full(),
        note.subject(),
        note.field("Message-ID").expect("an id"),
    );
    good(
        &sendmail(
            &house,
            Path::new(""),
            &[&house.alex.address],
            answer.as_bytes(),
        )
        .expect("ours"),
    );
    house.until(&draft, "cancelled");
    eventually("the message in Drafts", || {
        (house.count("Drafts", &draft) == 1).then_some(())
    });
    quiet();
    assert!(
        house
            .alex
            .mail()
            .with_id("INBOX", "<answer@hub.example>")
            .is_empty(),
        "it was mailed"
    );
}

#[test]
fn l14_a_second_sending_of_the_same_introduction_takes_the_place_of_the_first() {
    let Some(house) = house() else { return };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let to = [house.rachel.address.as_str(), house.jordan.address.as_str()];
    good(&sendmail(&house, Path::new(""), &to, &draft.raw).expect("ours"));
    house.until_placed(&draft);
    let again = String::from_utf8(draft.raw.clone()).expect("text");
    let id = draft.id.trim_matches(['<', '>']);
    let again = again.replace(id, &format!("again.{id}"));
    good(&sendmail(&house, Path::new(""), &to, again.as_bytes()).expect("ours"));
    let first = house.until(&draft, "cancelled");
    assert_eq!(first["reason"], "superseded");
    eventually("only the second in Held", || {
        let held = house.alex.mail().messages("Askfirst/Held");
        (held.len() == 1 && held[0].field("Message-ID")?.contains("again.")).then_some(())
    });
    for person in [&house.rachel, &house.jordan] {
        house.ask_to(person, &draft);
        quiet();
        assert_eq!(
            person.letters_from(&house.alex, &draft.id).len(),
            1,
            "asked once"
        );
    }
}

#[test]
fn l13_a_sent_copy_that_comes_late_and_changed_goes() {
    let Some(house) = house() else { return };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let to = [house.rachel.address.as_str(), house.jordan.address.as_str()];
    good(&sendmail(&house, Path::new(""), &to, &draft.raw).expect("ours"));
    house.until_placed(&draft);
    let mut changed = b"X-Client: its own copy\r\n".to_vec();
    changed.extend_from_slice(&draft.raw);
    house.alex.mail().append("Sent", &changed, &["\\Seen"]);
    eventually("the copy gone from Sent", || {
        (house.count("Sent", &draft) == 0).then_some(())
    });
    assert_eq!(house.count("Askfirst/Held", &draft), 1);
    assert!(matches!(
        house.listed(&draft).expect("listed")["state"].as_str(),
        Some("held" | "asking")
    ));
    // And once more after it has left.
    house
        .askfirst(&[
            "release",
            house.listed(&draft).expect("listed")["id"]
                .as_str()
                .expect("an id"),
        ])
        .good();
    house.until(&draft, "released");
    eventually("the record in Sent", || {
        (house.count("Sent", &draft) == 1).then_some(())
    });
    house.alex.mail().append("Sent", &changed, &["\\Seen"]);
    eventually("one copy again", || {
        let sent = house.alex.mail().with_id("Sent", &draft.id);
        (sent.len() == 1 && sent[0].field("X-Client").is_none()).then_some(())
    });
}

#[test]
fn what_answers_sendmail_by_its_exit_code() {
    let Some(mut house) = house() else { return };
    let code = |house: &House, to: &str, extra: &[&str]| {
        let config = house.path("config.toml").display().to_string();
        let mut arguments = vec!["--config", &config, "sendmail"];
        arguments.extend(extra);
        arguments.extend(["--", to]);
        let output = run(
            env!("CARGO_BIN_EXE_askfirst"),
            &arguments,
            b"Subject: x\n\nhello\n",
        )
        .expect("ours");
        output.status.code().unwrap_or(-1)
    };
    let nobody = house.rachel.address.replace("rachel", "nobody");
    let grey = house.rachel.address.replace("rachel", "grey");
    assert_eq!(code(&house, &house.rachel.address, &["-i"]), 0);
    assert_eq!(code(&house, &nobody, &["-i"]), 69);
    assert_eq!(code(&house, &grey, &["-i"]), 75);
    assert_eq!(code(&house, &house.rachel.address, &["-bp"]), 64);
    house.stop();
    assert_eq!(
        code(&house, &house.rachel.address, &["-i"]),
        75,
        "with the daemon down it keeps nothing"
    );
}

#[test]
fn git_send_email_and_neomutt_send_through_it() {
    let Some(house) = house() else { return };
    let config = house.path("config.toml").display().to_string();
    let patch = house.path("0001-x.patch");
    let text = format!(
        "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: {}\nDate: Tue, 24 Nov 2026 09:00:00 +0000\n\
         Subject: [PATCH] mend the fence\n\n---\n fence | 2 +-\n\n-- \n2.39\n",
        house.alex.full()
    );
    std::fs::write(&patch, text).expect("written");
    let command = format!(
        "{} --config {config} sendmail",
        env!("CARGO_BIN_EXE_askfirst")
    );
    let (from, patch) = (house.alex.full(), patch.display().to_string());
    let sent = run(
        "git",
        &[
            "send-email",
            "--confirm=never",
            "--suppress-cc=all",
            "--from",
            &from,
            "--to",
            &house.rachel.address,
            "--sendmail-cmd",
            &command,
            &patch,
        ],
        b"",
    );
    if let Some(output) =
        sent.filter(|o| !String::from_utf8_lossy(&o.stderr).contains("is not a git command"))
    {
        good(&output);
        eventually("the patch", || {
            let inbox = house.rachel.inbox();
            inbox
                .into_iter()
                .find(|m| m.subject() == "[PATCH] mend the fence")
        });
    }
    let muttrc = house.path("muttrc");
    let user = house.alex.address.replace('@', "%40");
    let settings = format!(
        "set smtp_url=\"smtp://{user}:gwsecret@127.0.0.1:{}/\"\nset smtp_authenticators=\"plain\"\nset ssl_starttls=no\n\
         set ssl_force_tls=no\nset from=\"{}\"\nset copy=no\nset use_envelope_from=yes\n",
        house.gateway_port, house.alex.address
    );
    std::fs::write(&muttrc, settings).expect("written");
    let muttrc = muttrc.display().to_string();
    let sent = run(
        "neomutt",
        &[
            "-n",
            "-F",
            &muttrc,
            "-s",
            "by neomutt",
            "-a",
            &patch,
            "--",
            &house.rachel.address,
        ],
        b"hello from neomutt\n.\n",
    );
    if let Some(output) = sent {
        good(&output);
        eventually("neomutt's mail", || {
            let inbox = house.rachel.inbox();
            inbox.into_iter().find(|m| m.subject() == "by neomutt")
        });
    }
}

/// For trying a mail program by hand, or by `tests/thunderbird`: a house with its gateway open, until the file
/// that `ASKFIRST_LIVE_IN` names is taken away; it tells where everything is.
#[test]
#[ignore = "stands until it is told to end"]
fn a_house_to_live_in() {
    let Ok(file) = std::env::var("ASKFIRST_LIVE_IN") else {
        return;
    };
    let Some(house) = house() else { return };
    let facts = format!(
        "gateway={}\nimap={}\nalex={}\nrachel={}\njordan={}\nconfig={}\naskfirst={}\n",
        house.gateway_port,
        house.pair.dovecot.imap_port,
        house.alex.address,
        house.rachel.address,
        house.jordan.address,
        house.path("config.toml").display(),
        env!("CARGO_BIN_EXE_askfirst"),
    );
    std::fs::write(&file, facts).expect("written");
    while Path::new(&file).exists() {
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}
