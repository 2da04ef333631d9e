//! Against a real Dovecot.

use crate::dovecot::{self, Dovecot, Shape};
use crate::{folder, server};
use askfirst::config::{Folders, Security};
use askfirst::demo::{Person, World};
use askfirst::edge::Stop;
use askfirst::edge::imap::{Account, WatchNews, Watcher, connect};
use askfirst::mail::{Address, MessageId};
use askfirst::mailroom::{open_places, resolve};
use askfirst::port::{Flags, Mailbox, MailboxError, Place, Uid};
use chrono::{NaiveDate, TimeZone, Utc};
use std::sync::mpsc;
use std::time::{Duration, Instant};

const MESSAGE: &str = "From: Alex Rivera <alex@example.org>\r\n\
    To: Rachel Chen <rachel@orchard.example>, Jordan Bell <jordan@harbour.example>\r\n\
    Subject: Rachel <> Jordan\r\n\
    Message-ID: <first@example.org>\r\n\
    Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n\
    \r\n\
    Rachel, meet Jordan.\r\n";

fn log_in(dovecot: &Dovecot) -> Account {
    let mut server = server(dovecot.imaps_port, Security::Tls);
    server.ca = Some(dovecot.ca.clone());
    connect(&server, &"secret".into(), &Stop::new().unwrap()).expect("a login")
}

fn draft() -> Flags {
    Flags {
        draft: true,
        seen: true,
        keywords: vec!["$Tried".to_owned()],
        ..Flags::default()
    }
}

#[test]
fn a_message_goes_through_every_command_and_stays_itself() {
    if !dovecot::is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::default());
    every_command(log_in(&dovecot));
}

#[test]
fn the_same_on_the_demo_server() {
    every_command(log_in_to_demo(&demo()));
}

fn demo() -> World {
    World::start(&[Person::new("Alex Rivera", "alex@example.org", "secret")]).expect("a demo")
}

fn log_in_to_demo(world: &World) -> Account {
    let mut server = server(world.imap().port(), Security::None);
    server.host = "127.0.0.1".to_owned();
    connect(&server, &"secret".into(), &Stop::new().unwrap()).expect("a login")
}

fn every_command(mut account: Account) {
    let offers = account.capabilities();
    assert!(offers.uid_plus && offers.r#move && offers.idle && offers.condstore);
    assert!(offers.namespace && offers.special_use && !offers.gmail && !offers.exchange);

    let held = account.own_folder("Askfirst/Held").unwrap();
    assert_eq!(held.as_str(), "Askfirst/Held");
    account.create(&held).unwrap();
    account
        .create(&held)
        .expect("a folder that is there already is fine");

    let drafts = folder("Drafts");
    let date = Utc.with_ymd_and_hms(2026, 11, 23, 10, 0, 0).unwrap();
    let uid = account
        .append(&drafts, MESSAGE.as_bytes(), &draft(), Some(date))
        .unwrap()
        .expect("APPENDUID");
    let selected = account.select(&drafts).unwrap();
    assert_eq!(
        (selected.exists, selected.uid_next),
        (1, Some(Uid(uid.0 + 1)))
    );
    assert!(selected.highest_modseq.is_some());

    let fetched = account.fetch(uid).unwrap().expect("it is there");
    assert_eq!(fetched.bytes, MESSAGE.as_bytes());
    assert_eq!(fetched.flags, draft());
    assert_eq!(fetched.internal_date, Some(date));
    assert_eq!(account.fetch(Uid(uid.0 + 5)).unwrap(), None);

    let moved = account.r#move(uid, &held).unwrap().expect("COPYUID");
    assert_eq!(account.fetch(uid).unwrap(), None);
    account.select(&held).unwrap();
    let cleared = Flags {
        draft: true,
        ..Flags::default()
    };
    let flagged = Flags {
        flagged: true,
        ..Flags::default()
    };
    account.store(moved, &flagged, &cleared).unwrap();
    let flags = account.fetch(moved).unwrap().unwrap().flags;
    assert!(flags.flagged && flags.seen && !flags.draft);

    let copy = account.copy(moved, &drafts).unwrap().expect("COPYUID");
    let deleted = Flags {
        deleted: true,
        ..Flags::default()
    };
    account.store(moved, &deleted, &Flags::default()).unwrap();
    account.expunge(moved).unwrap();
    assert_eq!(account.fetch(moved).unwrap(), None);

    let status = account.status(&drafts).unwrap();
    assert_eq!(status.messages, 1);
    assert_eq!(status.uid_next, Some(copy.0 + 1));
    assert!(status.uid_validity.is_some() && status.highest_modseq.is_some());
    account.noop().unwrap();
}

#[test]
fn refusals_say_why_and_the_connection_goes_on() {
    if !dovecot::is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::default());
    let mut account = log_in(&dovecot);
    let nowhere = folder("No/Such Folder");
    let refused = account.append(&nowhere, MESSAGE.as_bytes(), &Flags::default(), None);
    assert!(
        matches!(&refused, Err(MailboxError::Refused { code: Some(c), .. }) if c == "TRYCREATE"),
        "{refused:?}"
    );
    let refused = account.select(&nowhere);
    assert!(
        matches!(&refused, Err(MailboxError::Refused { text, .. }) if text.contains("exist")),
        "{refused:?}"
    );
    account.select(&folder("INBOX")).unwrap();
    assert!(matches!(
        account.copy(Uid(1), &nowhere),
        Err(MailboxError::Refused { .. }) | Ok(None)
    ));
    account.noop().expect("still there");
}

#[test]
fn names_with_every_kind_of_sign_come_back() {
    if !dovecot::is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::default());
    let mut account = log_in(&dovecot);
    let names = [
        "He\"ld \\ x",
        "Tom & Jerry",
        "Entwürfe",
        "台北 🙂",
        "(a) {5} %b",
        "nil",
        "A]B[C",
    ];
    for name in names {
        account
            .create(&folder(name))
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        account
            .append(&folder(name), MESSAGE.as_bytes(), &Flags::default(), None)
            .unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    let listed: Vec<String> = account
        .folders()
        .unwrap()
        .into_iter()
        .map(|f| f.name.as_str().to_owned())
        .collect();
    for name in names {
        assert!(listed.iter().any(|l| l == name), "{name} not in {listed:?}");
        assert_eq!(account.status(&folder(name)).unwrap().messages, 1, "{name}");
    }
}

#[test]
fn places_are_found_marked_or_by_name_or_below_inbox() {
    if !dovecot::is_here() {
        return;
    }
    for (shape, drafts, sent, held) in [
        (Shape::default(), "Drafts", "Sent", "Askfirst/Held"),
        (
            Shape::german(),
            "Entwürfe",
            "Gesendete Objekte",
            "Askfirst/Held",
        ),
        (
            Shape::below_inbox(),
            "INBOX.Drafts",
            "INBOX.Sent",
            "INBOX.Askfirst.Held",
        ),
    ] {
        let dovecot = Dovecot::start(&shape);
        let mut account = log_in(&dovecot);
        let own = account.own_folder("Askfirst/Held").unwrap();
        assert_eq!(own.as_str(), held);
        let places = open_places(&mut account, &Folders::default()).unwrap();
        let name = |place| places.get(place).map(|n| n.as_str().to_owned());
        assert_eq!(name(Place::Held).as_deref(), Some(held));
        assert_eq!(name(Place::Drafts).as_deref(), Some(drafts));
        assert_eq!(name(Place::Sent).as_deref(), Some(sent));
        assert_eq!(name(Place::Inbox).as_deref(), Some("INBOX"));
        assert!(name(Place::Trash).is_some() && name(Place::Junk).is_some());
        assert!(!places.for_answers().contains(&own));
        account.select(&own).expect("the name is the server's");
        account
            .select(places.get(Place::Drafts).unwrap())
            .expect("so is this");
    }
}

#[test]
fn starttls_and_plain_and_a_wrong_authority() {
    if !dovecot::is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::default());
    let stop = Stop::new().unwrap();
    let mut starttls = server(dovecot.imap_port, Security::Starttls);
    starttls.ca = Some(dovecot.ca.clone());
    connect(&starttls, &"secret".into(), &stop).expect("STARTTLS");
    let plain = server(dovecot.imap_port, Security::None);
    connect(&plain, &"secret".into(), &stop).expect("loopback without TLS");

    let error = connect(
        &server(dovecot.imaps_port, Security::Tls),
        &"secret".into(),
        &stop,
    )
    .err()
    .expect("an unknown authority");
    assert!(matches!(error, MailboxError::Unreachable(_)), "{error}");
    assert!(error.to_string().contains("ca_file"), "{error}");
    let error = connect(&plain, &"wrong".into(), &stop).err().unwrap();
    assert!(matches!(error, MailboxError::Login(_)), "{error}");
}

#[test]
fn a_password_may_hold_any_sign() {
    if !dovecot::is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::default());
    let stop = Stop::new().unwrap();
    let plain = server(dovecot.imap_port, Security::None);
    // All of these are wrong, and a refusal is the proof that they arrived as one word.
    for password in ["a\"b\\c {3}", "grün 🙂", "x) LOGOUT (", ""] {
        let error = connect(&plain, &password.into(), &stop).err().unwrap();
        assert!(
            matches!(error, MailboxError::Login(_)),
            "{password}: {error}"
        );
    }
    let error = connect(&plain, &"x\r\na2 LOGOUT".into(), &stop)
        .err()
        .unwrap();
    assert!(error.to_string().contains("line end"), "{error}");
}

#[test]
fn summaries_come_in_chunks_and_may_be_stopped() {
    if !dovecot::is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::default());
    let mut account = log_in(&dovecot);
    let archive = folder("Archive");
    for n in 1..=30 {
        let message = MESSAGE.replace("first@", &format!("m{n}@"));
        account
            .append(&archive, message.as_bytes(), &Flags::default(), None)
            .unwrap();
    }
    account.select(&archive).unwrap();
    let mut seen = Vec::new();
    account
        .summaries(
            Uid(11),
            Some(Uid(20)),
            &["Message-ID", "To"],
            &mut |chunk| {
                seen.extend(chunk);
                true
            },
        )
        .unwrap();
    let uids: Vec<u32> = seen.iter().map(|s| s.uid.0).collect();
    assert_eq!(uids, (11..=20).collect::<Vec<_>>());
    let first = &seen[0];
    assert_eq!(
        first.size,
        MESSAGE.len() as u64 + "m11".len() as u64 - "first".len() as u64
    );
    let header = String::from_utf8(first.header.clone()).unwrap();
    assert!(
        header.contains("Message-ID: <m11@example.org>\r\n"),
        "{header}"
    );
    assert!(
        header.contains("To: ") && !header.contains("Subject"),
        "{header}"
    );
    assert!(header.ends_with("\r\n\r\n"), "the empty line is part of it");

    let mut calls = 0;
    account
        .summaries(Uid(1), None, &["To"], &mut |_| {
            calls += 1;
            false
        })
        .unwrap();
    assert_eq!(calls, 1);
    account
        .summaries(Uid(500), None, &["To"], &mut |_| {
            panic!("there are no UIDs from 500 on, whatever 500:* finds")
        })
        .unwrap();
}

#[test]
fn a_message_id_is_found_whole_or_not_at_all() {
    if !dovecot::is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::default());
    let mut account = log_in(&dovecot);
    let archive = folder("Archive");
    for id in ["one@example.org", "xone@example.org", "o\"n\\e@example.org"] {
        let message = MESSAGE.replace("first@example.org", id);
        account
            .append(&archive, message.as_bytes(), &Flags::default(), None)
            .unwrap();
    }
    account.select(&archive).unwrap();
    let mut find = |id: &str| {
        account
            .with_message_id(&MessageId::new(id).unwrap())
            .unwrap()
            .len()
    };
    assert_eq!(
        find("one@example.org"),
        1,
        "the longer one holds it, and is not it"
    );
    assert_eq!(find("o\"n\\e@example.org"), 1);
    assert_eq!(find("ne@example.org"), 0);
    assert_eq!(find("none@example.org"), 0);

    let since = NaiveDate::from_ymd_opt(2020, 1, 5).unwrap();
    let alex = Address::new("alex@example.org").unwrap();
    assert_eq!(account.from_since(&alex, since).unwrap().len(), 3);
    let other = Address::new("rachel@orchard.example").unwrap();
    assert_eq!(account.from_since(&other, since).unwrap().len(), 0);
}

#[test]
fn bytes_that_are_no_text_are_kept() {
    if !dovecot::is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::default());
    let mut account = log_in(&dovecot);
    let mut message = MESSAGE.as_bytes().to_vec();
    message.extend((1..=255_u8).filter(|b| !b"\r\n".contains(b)));
    message.extend_from_slice(b"\r\n) {5}\r\na1 OK no\r\n* BYE\r\n");
    message.extend(std::iter::repeat_n(b'x', 300_000));
    let uid = account
        .append(&folder("INBOX"), &message, &Flags::default(), None)
        .unwrap()
        .unwrap();
    account.select(&folder("inbox")).unwrap();
    let fetched = account.fetch(uid).unwrap().unwrap();
    assert!(fetched.bytes == message, "changed on the way");
}

#[test]
fn the_demo_server_pushes_news_too() {
    let world = demo();
    let mut account = log_in_to_demo(&world);
    account.select(&folder("INBOX")).unwrap();
    assert_eq!(account.idle(Duration::from_millis(100)), Ok(false));
    world
        .store()
        .append("alex@example.org", "INBOX", MESSAGE.as_bytes(), &[]);
    assert_eq!(account.idle(Duration::from_secs(20)), Ok(true));
    let drafts = resolve(&account.folders().unwrap(), Place::Drafts);
    assert_eq!(drafts, Some(folder("Drafts")));
}

/// How often threads of this name have gone to sleep so far.
#[cfg(target_os = "linux")]
fn sleeps(name: &str) -> u64 {
    let mut sum = 0;
    for task in std::fs::read_dir("/proc/self/task")
        .expect("tasks")
        .flatten()
    {
        let read = |file| std::fs::read_to_string(task.path().join(file)).unwrap_or_default();
        if read("comm").trim() == name {
            sum += read("status")
                .lines()
                .find_map(|l| l.strip_prefix("voluntary_ctxt_switches:"))
                .and_then(|n| n.trim().parse::<u64>().ok())
                .unwrap_or_default();
        }
    }
    sum
}

/// A resting connection rests: whoever looked up now and then would be seen within a second.
#[cfg(target_os = "linux")]
#[test]
fn an_idle_costs_no_wakeups() {
    let world = demo();
    let mut account = log_in_to_demo(&world);
    account.select(&folder("INBOX")).unwrap();
    let thread = std::thread::Builder::new()
        .name("resting".to_owned())
        .spawn(move || account.idle(Duration::from_secs(3)))
        .unwrap();
    // It rests when the count has stood still for half a second; then a second is measured.
    let still = |for_how_long| {
        let before = sleeps("resting");
        std::thread::sleep(Duration::from_millis(for_how_long));
        sleeps("resting") - before
    };
    while still(500) > 0 {}
    assert_eq!(still(1_000), 0);
    assert_eq!(thread.join().unwrap(), Ok(false));
}

/// Waits for one piece of news.
fn next(news: &mpsc::Receiver<WatchNews>) -> WatchNews {
    news.recv_timeout(Duration::from_secs(30)).expect("news")
}

#[test]
fn a_watcher_tells_of_a_delivery_and_comes_back_when_thrown_out() {
    if !dovecot::is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::default());
    let mut dial_server = server(dovecot.imaps_port, Security::Tls);
    dial_server.ca = Some(dovecot.ca.clone());
    let (tell, news) = mpsc::channel();
    let stop = Stop::new().unwrap();
    let watcher = Watcher::start(
        folder("INBOX"),
        &stop,
        move |stop| connect(&dial_server, &"secret".into(), stop),
        move |what| {
            let _ = tell.send(what);
        },
    )
    .unwrap();
    assert_eq!(next(&news), WatchNews::Connected);
    dovecot.deliver("alex@example.org", "INBOX", MESSAGE);
    assert_eq!(next(&news), WatchNews::Changed(folder("INBOX")));
    dovecot.kick("alex@example.org");
    let failed = next(&news);
    assert!(
        matches!(&failed, WatchNews::Failed(MailboxError::Lost(_))),
        "{failed:?}"
    );
    assert_eq!(next(&news), WatchNews::Connected);

    let began = Instant::now();
    drop(watcher);
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "an IDLE ends at once"
    );
}

#[test]
fn one_stop_ends_every_watcher() {
    if !dovecot::is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::default());
    let stop = Stop::new().unwrap();
    let (tell, news) = mpsc::channel();
    let watchers: Vec<Watcher> = ["INBOX", "Drafts", "Sent"]
        .iter()
        .map(|name| {
            let server = server(dovecot.imap_port, Security::None);
            let tell = tell.clone();
            Watcher::start(
                folder(name),
                &stop,
                move |stop| connect(&server, &"secret".into(), stop),
                move |what| {
                    let _ = tell.send(what);
                },
            )
            .unwrap()
        })
        .collect();
    drop(tell);
    for _ in &watchers {
        assert_eq!(next(&news), WatchNews::Connected);
    }
    stop.stop();
    // The channel closes when the last thread has gone.
    let ended = news.recv_timeout(Duration::from_secs(10));
    assert_eq!(ended, Err(mpsc::RecvTimeoutError::Disconnected));
}

#[test]
fn what_dovecot_does_not_offer_is_said() {
    if !dovecot::is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape {
        without: &["MOVE", "UIDPLUS", "IDLE", "NAMESPACE", "SPECIAL-USE"],
        ..Shape::below_inbox()
    });
    let mut account = log_in(&dovecot);
    account.select(&folder("INBOX")).unwrap();
    assert_eq!(
        account.r#move(Uid(1), &folder("INBOX.Sent")),
        Err(MailboxError::Unsupported("MOVE"))
    );
    assert_eq!(
        account.expunge(Uid(1)),
        Err(MailboxError::Unsupported("UIDPLUS"))
    );
    assert_eq!(
        account.idle(Duration::from_secs(1)),
        Err(MailboxError::Unsupported("IDLE"))
    );
    // The prefix is guessed from the folders.
    let held = account.own_folder("Askfirst/Held").unwrap();
    assert_eq!(held.as_str(), "INBOX.Askfirst.Held");
    assert!(!account.poll().unwrap(), "its own SELECT is no news");
    dovecot.deliver("alex@example.org", "INBOX", MESSAGE);
    assert!(account.poll().unwrap());
    assert!(!account.poll().unwrap());
}

#[test]
fn thousands_of_summaries_come_in_order_and_what_was_asked_ahead_disturbs_nothing() {
    if !dovecot::is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::default());
    let mut account = log_in(&dovecot);
    let inbox = folder("INBOX");
    account.select(&inbox).unwrap();
    let cur = dovecot.maildir("alex@example.org").join("cur");
    for n in 1..=2500 {
        let message = MESSAGE.replace("first@", &format!("m{n}@"));
        let name = format!("{}.M{}P7.hub:2,", 1_770_000_000 + n, n * 7919 % 1_000_000);
        std::fs::write(cur.join(name), message).unwrap();
    }
    account.select(&inbox).unwrap();
    let fields = ["Message-ID"];
    for chunks in [usize::MAX, 1, 2] {
        let mut seen = Vec::new();
        let mut calls = 0;
        let mut each = |chunk: Vec<_>| {
            seen.extend(chunk);
            calls += 1;
            calls < chunks
        };
        account.summaries(Uid(1), None, &fields, &mut each).unwrap();
        assert_eq!(seen.len(), chunks.saturating_mul(1000).min(2500));
        for (n, summary) in (1..).zip(&seen) {
            assert_eq!(summary.uid, Uid(n));
            let header = String::from_utf8_lossy(&summary.header);
            assert!(header.contains(&format!("<m{n}@")), "{n}: {header}");
        }
        // The next command gets its own answer.
        let one = account.fetch(Uid(7)).unwrap().expect("the seventh");
        assert!(String::from_utf8_lossy(&one.bytes).contains("<m7@"));
        assert_eq!(account.status(&folder("Archive")).unwrap().messages, 0);
    }
}
