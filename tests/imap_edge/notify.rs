//! One connection that is told of every folder (NOTIFY, RFC 5465), and what becomes of it where
//! the server does not want to, or has too much to tell.

use crate::dovecot::{self, Dovecot, Shape};
use crate::scripted::{Act, Scripted, hear, say, welcome};
use crate::{folder, server};
use askfirst::config::{Security, Server};
use askfirst::edge::Stop;
use askfirst::edge::imap::{WatchNews, Watched, Watcher, connect};
use askfirst::port::{Flags, Mailbox, MailboxError};
use std::sync::mpsc;
use std::time::Duration;

const SELECTED: &str = "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 5] x\r\nTAG OK\r\n";
const ASKED: &str = "NOTIFY SET (selected (MessageNew MessageExpunge FlagChange)) (mailboxes (\"Drafts\" \"Entw&APw-rfe\") (MessageNew MessageExpunge FlagChange)) (personal (MessageNew MessageExpunge))";

/// INBOX, watched with two others.
fn watch(server: Server) -> (Watcher, mpsc::Receiver<WatchNews>) {
    let (tell, news) = mpsc::channel();
    let watched = Watched {
        others: vec![folder("Drafts"), folder("Entwürfe")],
        ..folder("INBOX").into()
    };
    let watcher = Watcher::start(
        watched,
        &Stop::new().unwrap(),
        move |stop| connect(&server, &"secret".into(), stop),
        move |what| {
            let _ = tell.send(what);
        },
    );
    (watcher.unwrap(), news)
}

fn next(news: &mpsc::Receiver<WatchNews>) -> WatchNews {
    news.recv_timeout(Duration::from_secs(30)).expect("news")
}

/// A logged-in connection to a server with NOTIFY, up to the SELECT.
fn notifying(acts: impl IntoIterator<Item = Act>) -> Vec<Act> {
    let mut script = welcome("IDLE NOTIFY");
    script.extend([hear("SELECT \"INBOX\""), say(SELECTED)]);
    script.extend(acts);
    script
}

#[test]
fn news_of_other_folders_ends_an_idle_and_names_them() {
    let scripted = Scripted::play(vec![notifying([
        hear(ASKED),
        // One comes with the answer, one before the `+`, one alone; and one is said twice.
        say(
            "* STATUS \"Drafts\" (MESSAGES 1 UIDNEXT 2)\r\nTAG OK\r\n* STATUS Entw&APw-rfe (MESSAGES 1)\r\n",
        ),
        hear("IDLE"),
        say(
            "* STATUS Drafts (MESSAGES 2 UIDNEXT 3)\r\n* STATUS Drafts (MESSAGES 2 UIDNEXT 3)\r\n+ go\r\n",
        ),
        Act::Line,
        say("TAG OK\r\n"),
        hear("IDLE"),
        say("+ go\r\n* STATUS Entw&APw-rfe (HIGHESTMODSEQ 9 UIDVALIDITY 3)\r\n* 2 EXISTS\r\n"),
        Act::Line,
        say("TAG OK\r\n"),
        hear("IDLE"),
        say("+ go\r\n"),
        Act::Silence,
    ])]);
    let (watcher, news) = watch(scripted.server());
    assert_eq!(next(&news), WatchNews::Connected);
    assert_eq!(next(&news), WatchNews::Changed(folder("Drafts")));
    let rest: Vec<WatchNews> = (0..2).map(|_| next(&news)).collect();
    for name in ["Drafts", "Entwürfe"] {
        assert!(rest.contains(&WatchNews::Changed(folder(name))), "{rest:?}");
    }
    let last: Vec<WatchNews> = (0..2).map(|_| next(&news)).collect();
    assert_eq!(
        last,
        [
            WatchNews::Changed(folder("INBOX")),
            WatchNews::Changed(folder("Entwürfe"))
        ]
    );
    drop(watcher);
    scripted.end();
}

#[test]
fn a_server_that_will_not_tell_of_others_is_watched_for_one() {
    let fewer = "NOTIFY SET (selected (MessageNew MessageExpunge)) (mailboxes (\"Drafts\" \"Entw&APw-rfe\") (MessageNew MessageExpunge)) (personal (MessageNew MessageExpunge))";
    let scripted = Scripted::play(vec![notifying([
        hear(ASKED),
        say("TAG NO [BADEVENT (MessageNew MessageExpunge)] flags?\r\n"),
        hear(fewer),
        say("TAG BAD no\r\n"),
        hear("IDLE"),
        say("+ go\r\n* 2 EXISTS\r\n"),
        Act::Line,
        say("TAG OK\r\n"),
        hear("IDLE"),
        Act::Silence,
    ])]);
    let (watcher, news) = watch(scripted.server());
    assert_eq!(next(&news), WatchNews::Alone);
    assert_eq!(next(&news), WatchNews::Connected);
    assert_eq!(next(&news), WatchNews::Changed(folder("INBOX")));
    drop(watcher);
}

#[test]
fn too_much_to_tell_means_to_look_at_everything() {
    let overflows = notifying([
        hear(ASKED),
        say("TAG OK\r\n"),
        hear("IDLE"),
        say("+ go\r\n* OK [NOTIFICATIONOVERFLOW] too much\r\n"),
        Act::Line,
        say("TAG OK\r\n"),
        Act::HangUp,
    ]);
    let again = notifying([hear(ASKED), say("TAG OK\r\n"), hear("IDLE"), Act::Silence]);
    let scripted = Scripted::play(vec![overflows, again]);
    let (watcher, news) = watch(scripted.server());
    assert_eq!(next(&news), WatchNews::Connected);
    assert!(matches!(
        next(&news),
        WatchNews::Failed(MailboxError::Lost(_))
    ));
    assert_eq!(next(&news), WatchNews::Connected);
    drop(watcher);
}

#[test]
fn dovecot_tells_one_connection_of_what_comes_goes_and_is_flagged_elsewhere() {
    if !dovecot::is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::default());
    let mut server = server(dovecot.imaps_port, Security::Tls);
    server.ca = Some(dovecot.ca.clone());
    let mut other = connect(&server, &"secret".into(), &Stop::new().unwrap()).unwrap();
    other.create(&folder("Entwürfe")).unwrap();
    let (watcher, news) = watch(server);
    assert_eq!(next(&news), WatchNews::Connected);
    let message = b"From: Alex <alex@example.org>\r\nSubject: a\r\n\r\nb\r\n";
    let uid = other
        .append(&folder("Drafts"), message, &Flags::default(), None)
        .unwrap()
        .unwrap();
    assert_eq!(next(&news), WatchNews::Changed(folder("Drafts")));
    other.select(&folder("Drafts")).unwrap();
    let deleted = Flags {
        deleted: true,
        ..Flags::default()
    };
    other.store(uid, &deleted, &Flags::default()).unwrap();
    assert_eq!(next(&news), WatchNews::Changed(folder("Drafts")));
    other.store(uid, &Flags::default(), &deleted).unwrap();
    assert_eq!(next(&news), WatchNews::Changed(folder("Drafts")));
    other.r#move(uid, &folder("Entwürfe")).unwrap();
    let mut both = [next(&news), next(&news)];
    both.sort_by_key(|n| format!("{n:?}"));
    assert_eq!(
        both,
        ["Drafts", "Entwürfe"].map(|name| WatchNews::Changed(folder(name)))
    );
    dovecot.deliver(
        "alex@example.org",
        "INBOX",
        "From: rachel@orchard.example\r\n\r\nyes\r\n",
    );
    assert_eq!(next(&news), WatchNews::Changed(folder("INBOX")));
    drop(watcher);
}
