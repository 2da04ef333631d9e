//! What servers do, well or badly, and what becomes of it.

use crate::folder;
use crate::scripted::{Act, Scripted, hear, say, welcome};
use askfirst::config::Auth;
use askfirst::edge::Stop;
use askfirst::edge::imap::{Account, Limits, Patience, WatchNews, Watcher, connect_within};
use askfirst::mail::{Address, MessageId};
use askfirst::port::{Flags, FolderName, Mailbox, MailboxError, Uid};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

const MANY: &str = "IDLE UIDPLUS MOVE NAMESPACE";

/// A logged-in account whose server then goes on with `acts`.
fn account(acts: Vec<Act>) -> (Account, Scripted) {
    let mut script = welcome(MANY);
    script.extend(acts);
    let scripted = Scripted::play(vec![script]);
    let account = scripted.connect().expect("a login");
    (account, scripted)
}

const SELECTED: &str = "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 5] x\r\nTAG OK\r\n";

/// As [`account`], with INBOX selected.
fn in_inbox(acts: Vec<Act>) -> (Account, Scripted) {
    let mut all = vec![hear("SELECT \"INBOX\""), say(SELECTED)];
    all.extend(acts);
    let (mut account, scripted) = account(all);
    account.select(&folder("INBOX")).expect("INBOX");
    (account, scripted)
}

/// Waits until the server has heard this last.
fn until_heard(heard: &Mutex<Vec<String>>, words: &str) {
    while heard.lock().unwrap().last().map(String::as_str) != Some(words) {
        std::thread::yield_now();
    }
}

fn lost(error: &MailboxError, why: &str) {
    assert!(
        matches!(error, MailboxError::Lost(text) if text.contains(why)),
        "not lost for {why:?}: {error:?}"
    );
}

#[test]
fn capabilities_that_were_told_are_not_asked_for() {
    let scripted = Scripted::play(vec![vec![
        say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN UIDPLUS] hello\r\n"),
        hear("AUTHENTICATE PLAIN"),
        say("+ \r\n"),
        Act::Line,
        say("* CAPABILITY IMAP4rev1 IDLE MOVE\r\nTAG OK in\r\n"),
        hear("NOOP"),
        say("TAG OK\r\n"),
    ]]);
    let mut account = scripted.connect().expect("a login");
    let offers = account.capabilities();
    assert!(offers.r#move && offers.idle);
    assert!(!offers.uid_plus, "what held before the login holds no more");
    account.noop().expect("in step");
}

// --- Before the login --------------------------------------------------------------------------

#[test]
fn a_greeting_that_sends_us_away_says_so() {
    for (greeting, words) in [
        ("* BYE too many connections\r\n", "too many connections"),
        ("* PREAUTH welcome back\r\n", "PREAUTH"),
        ("220 smtp.example ESMTP\r\n", "port"),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "port"),
    ] {
        let scripted = Scripted::play(vec![vec![say(greeting), Act::HangUp]]);
        let error = scripted.connect().err().expect("no login");
        assert!(matches!(error, MailboxError::Unreachable(_)), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    let scripted = Scripted::play(vec![vec![Act::Silence]]);
    let patience = Patience {
        brief: Duration::from_millis(200),
        silence: Duration::from_millis(200),
        whole: Duration::from_millis(200),
    };
    let began = Instant::now();
    let error = connect_within(
        &scripted.server(),
        &"secret".into(),
        &Stop::new().unwrap(),
        Limits::default(),
        patience,
    )
    .err()
    .expect("no login");
    assert!(matches!(error, MailboxError::Unreachable(_)), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_refused_login_is_told_from_a_server_in_trouble() {
    let refused = |answer: &str| {
        let mut script = welcome("");
        script.pop();
        script.push(say(answer));
        Scripted::play(vec![script])
            .connect()
            .err()
            .expect("no login")
    };
    let error = refused("TAG NO [AUTHENTICATIONFAILED] wrong password\r\n");
    assert_eq!(error, MailboxError::Login("wrong password".to_owned()));
    let error = refused("TAG NO [WEBALERT https://mail.example/x] use a browser\r\n");
    assert_eq!(
        error,
        MailboxError::Login("use a browser (https://mail.example/x)".to_owned())
    );
    let error = refused("TAG NO LOGIN failed\r\n");
    assert_eq!(error, MailboxError::Login("LOGIN failed".to_owned()));
    let error = refused("TAG NO [UNAVAILABLE] try later\r\n");
    assert!(
        matches!(&error, MailboxError::Unreachable(why) if why.contains("try later")),
        "{error:?}"
    );
    let error = refused("* BYE [LIMIT] enough\r\n");
    assert!(
        matches!(&error, MailboxError::Unreachable(why) if why.contains("enough")),
        "{error:?}"
    );
}

#[test]
fn an_oauth_refusal_ends_its_dialogue() {
    let scripted = Scripted::play(vec![vec![
        say("* OK ready\r\n"),
        hear("CAPABILITY"),
        say("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\nTAG OK\r\n"),
        hear("AUTHENTICATE XOAUTH2"),
        say("+ \r\n"),
        Act::Line,
        say("+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"),
        Act::Line,
        say("TAG NO token expired\r\n"),
    ]]);
    let mut server = scripted.server();
    server.auth = Auth::Oauth2;
    let error = connect_within(
        &server,
        &"tok".into(),
        &Stop::new().unwrap(),
        Limits::default(),
        Patience::default(),
    )
    .err()
    .expect("no login");
    assert_eq!(error, MailboxError::Login("token expired".to_owned()));
    let heard = scripted.heard.lock().unwrap().clone();
    // user=alex@example.org ^A auth=Bearer tok ^A ^A
    assert_eq!(
        heard[2],
        "dXNlcj1hbGV4QGV4YW1wbGUub3JnAWF1dGg9QmVhcmVyIHRvawEB"
    );
    assert_eq!(heard[3], "", "nothing more is said");
}

#[test]
fn a_server_that_takes_no_password_without_tls_is_named() {
    let scripted = Scripted::play(vec![vec![
        say("* OK ready\r\n"),
        hear("CAPABILITY"),
        say("* CAPABILITY IMAP4rev1 LOGINDISABLED\r\nTAG OK\r\n"),
    ]]);
    let error = scripted.connect().err().expect("no login");
    assert!(error.to_string().contains("TLS"), "{error}");
    assert_eq!(
        scripted.heard.lock().unwrap().len(),
        1,
        "no password left us"
    );
}

#[test]
fn words_smuggled_in_before_tls_are_refused() {
    let starttls = |acts: Vec<Act>| {
        let scripted = Scripted::play(vec![acts]);
        let mut server = scripted.server();
        server.security = askfirst::config::Security::Starttls;
        connect_within(
            &server,
            &"secret".into(),
            &Stop::new().unwrap(),
            Limits::default(),
            Patience::default(),
        )
        .err()
        .expect("no login")
        .to_string()
    };
    let error = starttls(vec![
        say("* OK ready\r\n"),
        hear("STARTTLS"),
        say("TAG OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"),
    ]);
    assert!(error.contains("in between"), "{error}");
    let error = starttls(vec![
        say("* OK ready\r\n"),
        hear("STARTTLS"),
        say("TAG BAD unknown command\r\n"),
    ]);
    assert!(error.contains("offers no STARTTLS"), "{error}");
    let error = starttls(vec![say("* PREAUTH logged in\r\n")]);
    assert!(error.contains("PREAUTH"), "{error}");
}

#[test]
fn a_stop_ends_a_login_that_hangs() {
    let scripted = Scripted::play(vec![vec![
        say("* OK ready\r\n"),
        hear("CAPABILITY"),
        Act::Silence,
    ]]);
    let stop = Stop::new().unwrap();
    let ending = stop.clone();
    let heard = scripted.heard.clone();
    let connecting = std::thread::spawn(move || scripted.connect_until(&stop).err());
    until_heard(&heard, "CAPABILITY");
    ending.stop();
    let error = connecting.join().unwrap();
    assert_eq!(error, Some(MailboxError::Interrupted));
}

// --- Commands ----------------------------------------------------------------------------------

#[test]
fn advice_and_farewells_during_a_select_are_no_panic() {
    let (mut account, scripted) = account(vec![
        hear("SELECT \"INBOX\""),
        say("* NO [ALERT] nearly full\r\n* BAD hm\r\n"),
        say(SELECTED),
        hear("SELECT \"Sent\""),
        say("* BYE going down for the night\r\n"),
        Act::HangUp,
    ]);
    let selected = account.select(&folder("INBOX")).unwrap();
    assert_eq!((selected.exists, selected.uid_validity.0), (1, 7));
    let error = account.select(&folder("Sent")).unwrap_err();
    lost(&error, "going down for the night");
    let again = account.noop().unwrap_err();
    lost(&again, "going down for the night");
    scripted.end();
}

#[test]
fn a_bomb_of_parentheses_ends_one_connection_and_nothing_else() {
    let bomb = format!("* 1 FETCH (UID 1 BODYSTRUCTURE {}", "(".repeat(200_000));
    let (mut account, _scripted) = in_inbox(vec![hear("UID FETCH 1 …"), say(bomb)]);
    lost(&account.fetch(Uid(1)).unwrap_err(), "nested");
}

#[test]
fn nobody_announces_more_than_we_take() {
    let (mut account, _scripted) = in_inbox(vec![
        hear("UID FETCH 1 …"),
        say("* 1 FETCH (UID 1 BODY[] {4294967295}\r\nabc"),
    ]);
    lost(&account.fetch(Uid(1)).unwrap_err(), "octets");
}

#[test]
fn a_line_without_end_ends() {
    let scripted = {
        let mut script = welcome(MANY);
        script.extend([
            hear("SELECT \"INBOX\""),
            say(SELECTED),
            hear("UID SEARCH …"),
            say("* SEARCH ".to_owned() + &"1 ".repeat(100_000)),
        ]);
        Scripted::play(vec![script])
    };
    let limits = Limits {
        line: 50_000,
        ..Limits::default()
    };
    let mut account = connect_within(
        &scripted.server(),
        &"secret".into(),
        &Stop::new().unwrap(),
        limits,
        Patience::default(),
    )
    .unwrap();
    account.select(&folder("INBOX")).unwrap();
    let alex = Address::new("alex@example.org").unwrap();
    let since = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    lost(
        &account.from_since(&alex, since).unwrap_err(),
        "without end",
    );
}

#[test]
fn a_message_among_the_news_of_others_is_told_apart() {
    let (mut account, scripted) = in_inbox(vec![
        hear("UID FETCH 4 (UID FLAGS INTERNALDATE BODY.PEEK[])"),
        say("* 2 FETCH (UID 3 FLAGS (\\Seen))\r\n\
             * 9 EXISTS\r\n\
             * 3 FETCH (UID 4 FLAGS (\\Draft $x) INTERNALDATE \" 7-Feb-2026 21:52:25 +0100\" BODY[] {5}\r\nhello)\r\n\
             * 5 FETCH (UID 6 BODY[] {5}\r\nother)\r\n\
             TAG OK\r\n"),
    ]);
    let fetched = account.fetch(Uid(4)).unwrap().unwrap();
    assert_eq!(fetched.bytes, b"hello");
    assert!(fetched.flags.draft && fetched.flags.keywords == ["$x"]);
    assert_eq!(
        fetched.internal_date.unwrap().to_rfc3339(),
        "2026-02-07T20:52:25+00:00"
    );
    drop(account);
    scripted.end();
}

#[test]
fn a_message_that_cannot_be_read_is_not_taken_for_gone() {
    let (mut account, _scripted) = in_inbox(vec![
        hear("UID FETCH 4 …"),
        say("* 3 FETCH (UID 4 EMAILID (M5) BODY[] {5}\r\nhello)\r\nTAG OK\r\n"),
        hear("UID FETCH 4 …"),
        say("* 3 FETCH (UID 4 FLAGS (\\Seen) \0 BODY[] {5}\r\nhello\r\nTAG OK\r\n"),
        hear("UID FETCH 4 …"),
        say("* 3 FETCH (UID 4 BODY[] NIL)\r\nTAG OK\r\n"),
        hear("UID FETCH 4 …"),
        say("TAG OK\r\n"),
    ]);
    let odd = account
        .fetch(Uid(4))
        .unwrap()
        .expect("an attribute more is no harm");
    assert_eq!(odd.bytes, b"hello");
    let error = account.fetch(Uid(4)).unwrap_err();
    assert!(matches!(error, MailboxError::Refused { .. }), "{error:?}");
    let error = account.fetch(Uid(4)).unwrap_err();
    assert!(matches!(error, MailboxError::Refused { .. }), "{error:?}");
    assert_eq!(account.fetch(Uid(4)).unwrap(), None, "now it is gone");
}

#[test]
fn two_messages_with_one_number_end_it() {
    let (mut account, _scripted) = in_inbox(vec![
        hear("UID SEARCH UID 1:*"),
        say("* SEARCH 3 4\r\nTAG OK\r\n"),
        hear("UID FETCH 3:4 …"),
        say("* 1 FETCH (UID 3 RFC822.SIZE 10)\r\n* 2 FETCH (UID 3 RFC822.SIZE 11)\r\nTAG OK\r\n"),
    ]);
    let error = account
        .summaries(Uid(1), None, &["To"], &mut |_| true)
        .unwrap_err();
    lost(&error, "same number");
}

#[test]
fn the_answer_to_another_question_ends_it() {
    let (mut account, _scripted) = in_inbox(vec![hear("NOOP"), say("a99 OK done\r\n")]);
    lost(&account.noop().unwrap_err(), "not asked");
}

#[test]
fn bare_line_feeds_and_single_octets_are_understood() {
    let (mut account, scripted) = account(vec![
        hear("SELECT \"INBOX\""),
        Act::Drip(b"* 3 EXISTS\n* OK [UIDVALIDITY 9] x\nTAG OK done\n".to_vec()),
    ]);
    let selected = account.select(&folder("INBOX")).unwrap();
    assert_eq!((selected.exists, selected.uid_validity.0), (3, 9));
    drop(account);
    scripted.end();
}

#[test]
fn zeros_and_raw_octets_in_lines_are_dropped() {
    let (mut account, _scripted) = account(vec![
        hear("NAMESPACE"),
        say("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\nTAG OK\r\n"),
        hear("LIST \"\" \"*\""),
        say(
            b"* LIST () \"/\" INBOX\r\n* LIST () \"/\" \"caf\xe9\"\r\n* \0\0\r\n\
              * LIST () \"/\" \"Gr\xc3\xbc\xc3\x9fe\"\r\n* LIST () \"/\" {5}\r\nPlans\r\nTAG OK [X \0] \xff\r\n",
        ),
    ]);
    let names: Vec<String> = account
        .folders()
        .unwrap()
        .into_iter()
        .map(|f| f.name.to_string())
        .collect();
    assert_eq!(names, ["INBOX", "Plans"]);
}

#[test]
fn a_refused_append_says_why_and_leaves_the_dialogue_in_step() {
    let (mut account, scripted) = account(vec![
        hear("APPEND \"Sent\" (\\Seen) {5}"),
        say("* 4 EXISTS\r\nTAG NO [OVERQUOTA] box full\r\n"),
        hear("APPEND \"Sent\" () \"05-Jan-2026 07:08:09 +0000\" {5}"),
        say("* 4 EXISTS\r\n* 1 FETCH (FLAGS (\\Seen))\r\n+ go\r\n"),
        Act::Octets(7),
        say("* 5 EXISTS\r\n* 2 FETCH (FLAGS ())\r\nTAG OK [APPENDUID 7 12] done\r\n"),
        hear("NOOP"),
        say("TAG OK\r\n"),
    ]);
    let seen = Flags {
        seen: true,
        ..Flags::default()
    };
    let sent = folder("Sent");
    assert_eq!(
        account.append(&sent, b"hello", &seen, None),
        Err(MailboxError::Refused {
            code: Some("OVERQUOTA".to_owned()),
            text: "box full".to_owned(),
        })
    );
    let date = chrono::DateTime::parse_from_rfc3339("2026-01-05T07:08:09Z")
        .unwrap()
        .to_utc();
    let uid = account.append(&sent, b"hello", &Flags::default(), Some(date));
    assert_eq!(uid, Ok(Some(Uid(12))));
    account.noop().unwrap();
    drop(account);
    scripted.end();
}

#[test]
fn only_the_number_of_the_very_message_is_believed() {
    let (mut account, _scripted) = in_inbox(vec![
        hear("UID MOVE 4 \"Sent\""),
        say("* OK [COPYUID 7 4 31] moved\r\n* 2 EXPUNGE\r\nTAG OK\r\n"),
        hear("UID COPY 4 \"Sent\""),
        say("TAG OK [COPYUID 7 5 32] copied\r\n"),
        hear("UID COPY 4 \"Sent\""),
        say("TAG OK [COPYUID 7 4:5 32:33] copied\r\n"),
        hear("UID COPY 4 \"Sent\""),
        say("TAG OK copied\r\n"),
    ]);
    let sent = folder("Sent");
    assert_eq!(account.r#move(Uid(4), &sent), Ok(Some(Uid(31))));
    for _ in 0..3 {
        assert_eq!(account.copy(Uid(4), &sent), Ok(None));
    }
}

#[test]
fn a_folder_that_is_there_already_is_created() {
    let (mut account, scripted) = account(vec![
        hear("CREATE \"Askfirst/Held\""),
        say("TAG NO [ALREADYEXISTS] there\r\n"),
        hear("SUBSCRIBE \"Askfirst/Held\""),
        say("TAG NO not here\r\n"),
        hear("CREATE \"Askfirst/Ask\""),
        say("TAG NO it exists, in words only\r\n"),
        hear("STATUS \"Askfirst/Ask\" …"),
        say("* STATUS Askfirst/Ask (MESSAGES 0 SIZE 5 MAILBOXID (x))\r\nTAG OK\r\n"),
        hear("SUBSCRIBE \"Askfirst/Ask\""),
        say("TAG OK\r\n"),
        hear("CREATE \"Askfirst/Closed\""),
        say("TAG NO [CANNOT] no\r\n"),
        hear("STATUS \"Askfirst/Closed\" …"),
        say("TAG NO no such\r\n"),
    ]);
    account.create(&folder("Askfirst/Held")).unwrap();
    account.create(&folder("Askfirst/Ask")).unwrap();
    let error = account.create(&folder("Askfirst/Closed")).unwrap_err();
    assert!(
        matches!(&error, MailboxError::Refused { code: Some(c), .. } if c == "CANNOT"),
        "{error:?}"
    );
    drop(account);
    scripted.end();
}

#[test]
fn nothing_that_is_said_begins_a_second_command() {
    assert!(FolderName::new("x\r\na9 DELETE INBOX").is_err());
    assert!(FolderName::new("x\0").is_err());
    let (mut account, scripted) = in_inbox(vec![
        hear("UID SEARCH HEADER MESSAGE-ID \"a\\\"b\\\\c{3}@x\""),
        say("* SEARCH\r\nTAG OK\r\n"),
        hear("UID SEARCH UID 1:*"),
        say("* SEARCH\r\nTAG OK\r\n"),
        hear("UID STORE 4 +FLAGS.SILENT (\\Deleted $ok)"),
        say("TAG OK\r\n"),
        hear("SELECT \"a\\\"b\\\\c {5}\""),
        say(SELECTED),
    ]);
    let id = MessageId::new("<a\"b\\c{3}@x\r\n>").unwrap();
    assert_eq!(account.with_message_id(&id).unwrap(), []);
    let flags = Flags {
        deleted: true,
        keywords: vec!["$ok".to_owned(), "x)\r\na9 LOGOUT".to_owned()],
        ..Flags::default()
    };
    account.store(Uid(4), &flags, &Flags::default()).unwrap();
    account.select(&folder("a\"b\\c {5}")).unwrap();
    drop(account);
    scripted.end();
}

#[test]
fn a_search_that_finds_nothing_is_put_to_the_test() {
    let header = |n: u32, uid: u32| {
        let text = format!("Message-ID: <m{uid}@x>\r\n\r\n");
        format!(
            "* {n} FETCH (UID {uid} RFC822.SIZE 9 BODY[HEADER.FIELDS (MESSAGE-ID)] {{{}}}\r\n{text})\r\n",
            text.len()
        )
    };
    let (mut account, scripted) = in_inbox(vec![
        hear("UID SEARCH HEADER MESSAGE-ID \"m8@x\""),
        say("* SEARCH\r\nTAG OK\r\n"),
        hear("UID SEARCH UID 1:*"),
        say("* SEARCH 8 9\r\nTAG OK\r\n"),
        hear("UID FETCH 8:9 …"),
        say(format!("{}{}TAG OK\r\n", header(1, 8), header(2, 9))),
        // It does not even find what we have just seen, so it is not asked to decide.
        hear("UID SEARCH HEADER MESSAGE-ID \"m9@x\""),
        say("* SEARCH\r\nTAG OK\r\n"),
        hear("UID FETCH 8:9 …"),
        say(format!("{}{}TAG OK\r\n", header(1, 8), header(2, 9))),
    ]);
    let id = MessageId::new("m8@x").unwrap();
    assert_eq!(account.with_message_id(&id).unwrap(), [Uid(8)]);
    drop(account);
    scripted.end();
}

#[test]
fn silence_in_the_middle_of_a_command_ends_it() {
    let scripted = {
        let mut script = welcome(MANY);
        script.extend([hear("NOOP"), say("* OK wait"), Act::Silence]);
        Scripted::play(vec![script])
    };
    let patience = Patience {
        silence: Duration::from_millis(150),
        ..Patience::default()
    };
    let mut account = connect_within(
        &scripted.server(),
        &"secret".into(),
        &Stop::new().unwrap(),
        Limits::default(),
        patience,
    )
    .unwrap();
    lost(&account.noop().unwrap_err(), "silent");
}

// --- IDLE --------------------------------------------------------------------------------------

#[test]
fn news_before_the_plus_and_after_done_is_not_lost() {
    let (mut account, scripted) = in_inbox(vec![
        hear("IDLE"),
        say("* 2 EXISTS\r\n+ idling\r\n"),
        Act::Line,
        say("* 3 EXISTS\r\nTAG OK\r\n"),
        hear("IDLE"),
        say("* OK Still here\r\n+ idling\r\n* OK Still here\r\n"),
        Act::Line,
        // Said after DONE, where the crate no longer listens.
        say("* 4 EXISTS\r\nTAG OK\r\n"),
    ]);
    let second = Duration::from_secs(1);
    assert_eq!(account.idle(10 * second), Ok(true));
    assert_eq!(account.idle(second / 5), Ok(true), "said after DONE");
    drop(account);
    scripted.end();
    let (mut account, scripted) = in_inbox(vec![
        hear("IDLE"),
        say("+ idling\r\n* OK Still here\r\n* FLAGS (\\Seen)\r\n* 0 RECENT\r\n"),
        Act::Line,
        say("TAG OK\r\n"),
    ]);
    assert_eq!(account.idle(second / 5), Ok(false), "none of that is news");
    drop(account);
    scripted.end();
}

#[test]
fn a_chatty_server_does_not_put_off_the_end_of_an_idle() {
    let (mut account, _scripted) = in_inbox(vec![
        hear("IDLE"),
        say("+ idling\r\n"),
        // Half a line when the time is over, the other half after it.
        Act::Drip(b"* OK Still here\r\n".repeat(2_000)),
        say("* 2 EXI"),
        Act::Line,
        say("STS\r\nTAG OK\r\n"),
        hear("NOOP"),
        say("TAG OK\r\n"),
    ]);
    let began = Instant::now();
    assert_eq!(account.idle(Duration::from_millis(300)), Ok(true));
    assert!(began.elapsed() < Duration::from_secs(4));
    account.noop().expect("in step");
}

#[test]
fn an_idle_that_is_refused_is_no_panic() {
    for answer in [
        "TAG OK as you like\r\n",
        "TAG NO not now\r\n",
        "TAG BAD what\r\n",
    ] {
        let (mut account, _scripted) = in_inbox(vec![
            hear("IDLE"),
            say(format!("* OK hm\r\n{answer}")),
            hear("NOOP"),
            say("TAG OK\r\n"),
        ]);
        let error = account.idle(Duration::from_secs(5)).unwrap_err();
        assert!(matches!(error, MailboxError::Refused { .. }), "{error:?}");
        account.noop().expect("in step");
    }
}

#[test]
fn a_stop_ends_an_idle_at_once() {
    let (mut account, _scripted) = {
        let mut script = welcome(MANY);
        script.extend([
            hear("SELECT \"INBOX\""),
            say(SELECTED),
            hear("IDLE"),
            say("+ idling\r\n"),
            Act::Silence,
        ]);
        let scripted = Scripted::play(vec![script]);
        let stop = Stop::new().unwrap();
        let account = scripted.connect_until(&stop).unwrap();
        std::thread::spawn({
            let heard = scripted.heard.clone();
            move || {
                until_heard(&heard, "IDLE");
                stop.stop();
            }
        });
        (account, scripted)
    };
    account.select(&folder("INBOX")).unwrap();
    let began = Instant::now();
    assert_eq!(
        account.idle(Duration::from_secs(600)),
        Err(MailboxError::Interrupted)
    );
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_watcher_reconnects_and_tells_of_a_refused_login() {
    let mut first = welcome(MANY);
    first.extend([
        hear("SELECT \"INBOX\""),
        say(SELECTED),
        hear("IDLE"),
        say("+ idling\r\n* 2 EXISTS\r\n"),
        Act::Line,
        say("TAG OK\r\n"),
        hear("IDLE"),
        say("+ idling\r\n* BYE restarting\r\n"),
        Act::HangUp,
    ]);
    let mut second = welcome(MANY);
    second.pop();
    second.push(say("TAG NO [AUTHENTICATIONFAILED] no\r\n"));
    let scripted = Scripted::play(vec![first, second]);
    let server = scripted.server();
    let (tell, news) = mpsc::channel();
    let stop = Stop::new().unwrap();
    let _watcher = Watcher::start(
        folder("INBOX"),
        &stop,
        move |stop| askfirst::edge::imap::connect(&server, &"secret".into(), stop),
        move |what| {
            let _ = tell.send(what);
        },
    )
    .unwrap();
    let next = || news.recv_timeout(Duration::from_secs(20)).expect("news");
    assert_eq!(next(), WatchNews::Connected);
    assert_eq!(next(), WatchNews::Changed(folder("INBOX")));
    let WatchNews::Failed(error) = next() else {
        panic!("it was thrown out");
    };
    lost(&error, "restarting");
    assert_eq!(
        next(),
        WatchNews::Failed(MailboxError::Login("no".to_owned()))
    );
}
