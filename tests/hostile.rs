//! Hostile bytes for everything that reads what others wrote, but for answers (`fuzz.rs`): servers that say
//! anything at all, mails, configuration, the ledger. Nothing may panic, hang, grow, or let bytes through that
//! mean something else further on.
//!
//! Each target runs for two seconds; `ASKFIRST_FUZZ_SECONDS=3600` runs it for an hour, and
//! `ASKFIRST_FUZZ_SEED` takes a printed seed again.

use askfirst::config::{Auth, Secret, Security, Server, Surroundings};
use askfirst::edge::Stop;
use askfirst::edge::imap::{Limits, connect_within};
use askfirst::edge::smtp::Smtp;
use askfirst::edge::{imap, smtp};
use askfirst::ledger::{self, Entry};
use askfirst::mail::{self, Address, MessageId};
use askfirst::mailroom::{Identity, memory};
use askfirst::port::{Envelope, Flags, FolderName, Mailbox, SendError, Submission, Uid};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The most memory that the process may ever have had, in KiB: 128 MiB.
const MOST: u64 = 128 << 10;

struct Dice(u64);

impl Dice {
    fn new() -> Self {
        let given = std::env::var("ASKFIRST_FUZZ_SEED")
            .ok()
            .and_then(|s| s.parse().ok());
        let seed = given.unwrap_or_else(|| std::process::id().into());
        println!("seed {seed}");
        Self(seed)
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn roll(&mut self, sides: usize) -> usize {
        (self.next() % sides.max(1) as u64) as usize
    }
    fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.roll(among.len())]
    }
}

fn until() -> Instant {
    let given = std::env::var("ASKFIRST_FUZZ_SECONDS")
        .ok()
        .and_then(|s| s.parse().ok());
    Instant::now() + Duration::from_secs(given.unwrap_or(2))
}

/// Changes a few places by chance, or puts one of `pieces` there.
fn mutate(dice: &mut Dice, mut bytes: Vec<u8>, pieces: &[&[u8]]) -> Vec<u8> {
    for _ in 0..=dice.roll(5) {
        let at = dice.roll(bytes.len() + 1);
        let end = (at + dice.roll(60)).min(bytes.len());
        match dice.roll(5) {
            0 => drop(bytes.splice(at..at, dice.pick(pieces).iter().copied())),
            1 if at < bytes.len() => bytes[at] = dice.roll(256) as u8,
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..end)),
            _ => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
    bytes
}

#[track_caller]
fn memory_is_bounded() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let peak: u64 = peak
        .and_then(|p| p.trim().strip_suffix(" kB")?.parse().ok())
        .unwrap_or(0);
    println!("peak {peak} KiB");
    assert!(peak < MOST, "{peak} KiB of memory");
}

fn server(port: u16) -> Server {
    Server {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        username: "alex".to_owned(),
        auth: Auth::Password,
        secret: Secret::Command("true".to_owned()),
        ca: None,
        authserv_id: None,
    }
}

// --- A hostile IMAP server -----------------------------------------------------------------------

const IMAP_LINES: &[&str] = &[
    "* 3 EXISTS\r\n",
    "* 4294967295 EXISTS\r\n",
    "* 0 RECENT\r\n",
    "* OK [UIDVALIDITY 7] ok\r\n",
    "* OK [UIDNEXT 4294967295] ok\r\n",
    "* OK [HIGHESTMODSEQ 18446744073709551615] ok\r\n",
    "* NO [ALERT] the disk is full\r\n",
    "* BAD what\r\n",
    "* BYE enough\r\n",
    "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $MDNSent)\r\n",
    "* OK [PERMANENTFLAGS (\\Deleted \\*)] ok\r\n",
    "* LIST (\\HasNoChildren \\Drafts) \"/\" Drafts\r\n",
    "* LIST (\\HasNoChildren) \"/\" \"../../etc/passwd\"\r\n",
    "* LIST (\\HasNoChildren) \"/\" {8}\r\na\r\nA1 OK\r\n",
    "* LIST (\\Noselect) NIL \"He\\\"ld\"\r\n",
    "* LIST () \"/\" \"&AOk-&-é\"\r\n",
    "* STATUS Drafts (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 7 HIGHESTMODSEQ 9)\r\n",
    "* STATUS \"x\" (SIZE 99999999999999999999 MAILBOXID (x))\r\n",
    "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n",
    "* NAMESPACE ((\"INBOX.\" \".\")(\"x\" NIL)) NIL ((\"Public/\" \"/\"))\r\n",
    "* SEARCH 1 2 3\r\n",
    "* SEARCH\r\n",
    "* ESEARCH (TAG \"A1\") UID ALL 1:3\r\n",
    "* 1 FETCH (UID 1 FLAGS (\\Seen) RFC822.SIZE 20 INTERNALDATE \"02-Nov-2026 09:00:00 +0000\" BODY[] {5}\r\nhello)\r\n",
    "* 2 FETCH (UID 99 FLAGS ())\r\n",
    "* 1 FETCH (INTERNALDATE NIL)\r\n",
    "* 1 FETCH (UID 1 ENVELOPE (NIL NIL ((NIL NIL \"a\" \"b\")) NIL NIL NIL NIL NIL NIL \"<x@y>\"))\r\n",
    "* 1 FETCH (UID 1 BODYSTRUCTURE ((\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1) \"mixed\"))\r\n",
    "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (MESSAGE-ID)] {4294967290}\r\n",
    "* 1 FETCH (UID 1 BODY[] {9}\r\n",
    "* 1 FETCH (UID 1 BODY[] ~{3+}\r\nabc)\r\n",
    "* 4 EXPUNGE\r\n",
    "* VANISHED (EARLIER) 1:4294967295\r\n",
    "* CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS NOTIFY CONDSTORE\r\n",
    "* 1 FETCH (((((((((((((((((((((((((((((((((((((\r\n",
    "+ go on\r\n",
    "A9999 OK another tag\r\n",
    "\r\n",
    "\0\0\0\r\n",
    "* 1 FETCH (X-GM-MSGID 18446744073709551615 X-GM-LABELS (\"\\\\Sent\" {3}\r\na\"b) UID 3)\r\n",
];

const ENDS: &[&str] = &[
    "TAG OK done\r\n",
    "TAG OK [APPENDUID 7 4] done\r\n",
    "TAG OK [COPYUID 7 1 4294967295] done\r\n",
    "TAG NO [TRYCREATE] no\r\n",
    "TAG NO [OVERQUOTA\r\n",
    "TAG BAD bad\r\n",
    "TAG PREAUTH what\r\n",
    "TAG OK [CAPABILITY IMAP4rev1] done\n",
];

/// Speaks on one connection, and looks at what it hears: tagged commands that we know, and nothing else.
fn speak_imap(
    stream: &TcpStream,
    dice: &mut Dice,
    odd: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(3)))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    writer.write_all(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n")?;
    let mut commands = 0;
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        let mut words = text.split(' ');
        let (tag, verb) = (
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        );
        let verb = if verb == "UID" {
            words.next().unwrap_or_default()
        } else {
            verb
        };
        let known = [
            "AUTHENTICATE",
            "CAPABILITY",
            "NOOP",
            "LIST",
            "NAMESPACE",
            "ID",
            "SELECT",
            "EXAMINE",
            "STATUS",
            "FETCH",
            "SEARCH",
            "APPEND",
            "COPY",
            "MOVE",
            "STORE",
            "EXPUNGE",
            "CREATE",
            "ENABLE",
            "LOGOUT",
            "IDLE",
            "DONE",
        ];
        if !known.contains(&verb) && tag != "DONE" && !text.is_empty() {
            odd.lock()
                .expect("no thread panics here")
                .push(text.clone());
        }
        if verb == "AUTHENTICATE" {
            writer.write_all(b"+ \r\n")?;
            let mut secret = Vec::new();
            reader.read_until(b'\n', &mut secret)?;
            let end =
                "TAG OK [CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS NAMESPACE LIST-STATUS] in\r\n";
            writer.write_all(end.replace("TAG", tag).as_bytes())?;
            continue;
        }
        if verb == "APPEND" && dice.roll(3) > 0 {
            writer.write_all(b"+ go on\r\n")?;
            let size = text
                .rsplit('{')
                .next()
                .and_then(|n| n.trim_end_matches(['}', '+']).parse().ok());
            let mut text = vec![0; size.unwrap_or(0) + 2];
            reader.read_exact(&mut text)?;
        }
        commands += 1;
        let mut said = Vec::new();
        for _ in 0..dice.roll(6) {
            let piece = dice.pick(IMAP_LINES).as_bytes().to_vec();
            said.extend(if dice.roll(3) == 0 {
                mutate(
                    dice,
                    piece,
                    &[
                        b"{4294967295}\r\n",
                        b"((((((((",
                        b"\"",
                        b"\r\n",
                        b"\0",
                        b"\xff",
                        b"NIL",
                    ],
                )
            } else {
                piece
            });
        }
        match dice.roll(40) {
            0 => return Ok(()),
            1 => said.extend(b"* 1 FETCH (".iter().chain(&[b'('; 20_000])),
            2 => said
                .extend(std::iter::repeat_n(*b"* 1 FETCH (UID 1 FLAGS ())\r\n", 20_000).flatten()),
            3 => said.extend(std::iter::repeat_n(b'x', 300_000)),
            _ => {}
        }
        if dice.roll(12) > 0 {
            let end = dice.pick(ENDS).replace("TAG", tag).into_bytes();
            said.extend(if dice.roll(10) == 0 {
                mutate(dice, end, &[b" ", b"\r\n"])
            } else {
                end
            });
        }
        writer.write_all(&said)?;
        if commands > 40 {
            return Ok(());
        }
    }
}

/// Everything that we ever ask of a mailbox, whatever is answered.
fn use_mailbox(mailbox: &mut dyn Mailbox, dice: &mut Dice) {
    let names: Vec<FolderName> = mailbox
        .folders()
        .map(|all| all.into_iter().map(|f| f.name).collect())
        .unwrap_or_default();
    for name in &names {
        assert!(!name.as_str().contains(['\r', '\n', '\0']), "{name:?}");
    }
    let inbox = FolderName::new("INBOX").expect("a name");
    let id = MessageId::new("x@example.org").expect("an id");
    let flags = Flags {
        seen: true,
        ..Flags::default()
    };
    for _ in 0..12 {
        let folder = names
            .get(dice.roll(names.len() + 1))
            .unwrap_or(&inbox)
            .clone();
        let uid = Uid(dice.next() as u32);
        let done = match dice.roll(12) {
            0 => mailbox.select(&folder).map(drop),
            1 => mailbox.status(&folder).map(drop),
            2 => mailbox.summaries(Uid(1), None, &["message-id"], &mut |_| true),
            3 => mailbox.fetch(uid).map(drop),
            4 => mailbox.with_message_id(&id).map(drop),
            5 => mailbox
                .append(&folder, b"From: a@b.example\r\n\r\nhi\r\n", &flags, None)
                .map(drop),
            6 => mailbox.copy(uid, &folder).map(drop),
            7 => mailbox.r#move(uid, &folder).map(drop),
            8 => mailbox.store(uid, &flags, &Flags::default()),
            9 => mailbox.expunge(uid),
            10 => mailbox.statuses().map(drop),
            _ => mailbox.own_folder("Askfirst/Held").map(drop),
        };
        if matches!(done, Err(askfirst::port::MailboxError::Lost(_))) {
            return;
        }
    }
}

#[test]
fn a_hostile_imap_server_breaks_and_injects_nothing() {
    let (mut dice, end, mut rounds) = (Dice::new(), until(), 0);
    let ear = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = ear.local_addr().expect("its number").port();
    let odd = Arc::new(Mutex::new(Vec::new()));
    let (heard, mut own) = (odd.clone(), Dice(dice.next()));
    std::thread::spawn(move || {
        for stream in ear.incoming().flatten() {
            let _ = speak_imap(&stream, &mut own, &heard);
        }
    });
    let brief = Duration::from_millis(150);
    let patience = imap::Patience {
        brief,
        silence: brief,
        whole: Duration::from_secs(3),
    };
    // What limits are for is tried in small: the daemon's own are larger.
    let limits = Limits {
        line: 256 << 10,
        literal: 1 << 20,
        response: 4 << 20,
        ..Limits::default()
    };
    let stop = Stop::new().expect("a pipe");
    while Instant::now() < end {
        let began = Instant::now();
        if let Ok(mut account) =
            connect_within(&server(port), &"secret".into(), &stop, limits, patience)
        {
            use_mailbox(&mut account, &mut dice);
        }
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "it hung for {:?}",
            began.elapsed()
        );
        rounds += 1;
    }
    println!("{rounds} connections");
    assert!(rounds > 0);
    let odd = odd.lock().expect("no thread panics here");
    assert!(odd.is_empty(), "heard: {odd:?}");
    memory_is_bounded();
}

// --- A hostile submission server -------------------------------------------------------------------

const SMTP_LINES: &[&str] = &[
    "220 mx ESMTP\r\n",
    "250 ok\r\n",
    "250-mx\r\n250-SIZE 99999999999999999999\r\n250 AUTH PLAIN LOGIN\r\n",
    "250-mx\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n",
    "235 welcome\r\n",
    "334 \r\n",
    "354 go on\r\n",
    "421 4.3.2 later\r\n",
    "450 4.2.1 later\r\n",
    "535 no\r\n",
    "550 5.1.1 nobody\r\n",
    "554 5.7.1 no\r\n",
    "250-without end\r\n",
    "2500 ok\r\n",
    "999 what\r\n",
    "250\r\n",
    "250 ok\n250 ok\n",
    "\r\n",
    "\0\r\n",
];

/// Says anything; `true` when a 250 was among what it said behind a final dot.
fn speak_smtp(stream: &TcpStream, dice: &mut Dice) -> std::io::Result<bool> {
    stream.set_read_timeout(Some(Duration::from_secs(3)))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    let polite = dice.roll(10);
    writer.write_all(b"220 mx ESMTP\r\n")?;
    let (mut in_body, mut taken) = (false, false);
    for n in 0..80 {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(taken);
        }
        let text = String::from_utf8_lossy(&line).to_uppercase();
        if in_body && text != ".\r\n" {
            continue;
        }
        let dot = std::mem::take(&mut in_body);
        let expected = match text.split(' ').next().unwrap_or_default().trim_end() {
            "EHLO" => "250-mx\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n",
            "AUTH" => "235 welcome\r\n",
            "DATA" => "354 go on\r\n",
            "QUIT" => "221 bye\r\n",
            _ => "250 ok\r\n",
        };
        let mut said = if n < polite || dice.roll(4) > 0 {
            expected.as_bytes().to_vec()
        } else {
            let piece = dice.pick(SMTP_LINES).as_bytes().to_vec();
            match dice.roll(3) {
                0 => mutate(dice, piece, &[b"\r\n", b"250 ok\r\n", b"-", b"\0", b"\xff"]),
                _ => piece,
            }
        };
        match dice.roll(60) {
            0 => return Ok(taken),
            1 => said.extend(std::iter::repeat_n(b'x', 100_000)),
            2 => said.extend(std::iter::repeat_n(*b"250-more\r\n", 10_000).flatten()),
            _ => {}
        }
        in_body = text.starts_with("DATA") && said.starts_with(b"354");
        taken |= dot && said.windows(3).any(|w| w == b"250");
        writer.write_all(&said)?;
    }
    Ok(taken)
}

#[test]
fn a_hostile_submission_server_never_makes_a_success_of_what_is_none() {
    let (mut dice, end, mut rounds, mut sent) = (Dice::new(), until(), 0, 0);
    let ear = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = ear.local_addr().expect("its number").port();
    let address = |text| Address::new(text).expect("an address");
    let envelope = Envelope {
        from: Some(address("alex@example.org")),
        to: vec![
            address("rachel@north.example"),
            address("jordan@south.example"),
        ],
        mail_options: Vec::new(),
        rcpt_options: Vec::new(),
    };
    let brief = Duration::from_millis(150);
    let patience = smtp::Patience {
        command: brief,
        block: brief,
        dot: brief,
        parting: brief,
    };
    while Instant::now() < end {
        let mut own = Dice(dice.next());
        let began = Instant::now();
        let result = std::thread::scope(|scope| {
            let speaks = scope.spawn(|| {
                let (stream, _) = ear.accept().expect("a client");
                speak_smtp(&stream, &mut own).unwrap_or(true)
            });
            let mut server = Smtp::new(&server(port), "secret".into())
                .expect("no TLS")
                .with_patience(patience);
            let mut dots = 0;
            let result = server.submit(
                &envelope,
                b"From: a@b.example\r\n\r\nhi\r\n.\r\n",
                &mut || {
                    dots += 1;
                    true
                },
            );
            assert!(dots <= 1, "asked {dots} times for one dot");
            assert!(
                dots == 1 || result.is_err(),
                "sent without a dot: {result:?}"
            );
            let in_doubt = matches!(&result, Err(SendError::Unreachable { in_doubt: true, .. }));
            assert!(dots == 1 || !in_doubt, "in doubt without a dot");
            (result, speaks.join().expect("it only speaks"))
        });
        assert!(began.elapsed() < Duration::from_secs(30), "it hung");
        if let (Ok(reply), taken) = &result {
            assert!(*taken && reply.contains("250"), "{reply:?} counts as sent");
            sent += 1;
        }
        rounds += 1;
    }
    println!("{rounds} conversations, {sent} sent");
    assert!(rounds > 0);
    memory_is_bounded();
}

// --- Files -----------------------------------------------------------------------------------------

#[test]
fn a_hostile_configuration_is_refused_with_a_sentence() {
    let (mut dice, end, mut rounds) = (Dice::new(), until(), 0);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.toml");
    let example = std::fs::read(path).expect("the example");
    let pieces: [&[u8]; 9] = [
        b"[[accounts]]\n",
        b"[",
        b"=",
        b"\"\"\"",
        b"99999999999999999999d",
        b"\0",
        b"\xff",
        b"{a={a={a=",
        b"'",
    ];
    while Instant::now() < end {
        let bytes = mutate(&mut dice, example.clone(), &pieces);
        let text = String::from_utf8_lossy(&bytes);
        let around = Surroundings {
            folder: Path::new("/nowhere"),
            state_dir: Some("/nowhere/state".into()),
            environment: &BTreeMap::new(),
            file: &|_| Err("there are no files here".to_owned()),
        };
        if let Err(why) = askfirst::config::read("mutated", &text, &around) {
            assert!(!why.trim().is_empty());
        }
        rounds += 1;
    }
    println!("{rounds} configurations");
    memory_is_bounded();
}

fn entries() -> Vec<Entry> {
    let mut entries: Vec<Entry> = (0..20)
        .map(|n| Entry::Told {
            account: "work".to_owned(),
            key: format!("key {n}"),
        })
        .collect();
    entries.push(Entry::LeaveAlone {
        account: "work".to_owned(),
        digest: "0".repeat(64),
    });
    entries
}

/// Whatever happens to it, a ledger says what it said up to some line, or nothing.
#[test]
fn a_damaged_ledger_is_never_read_as_something_else() {
    let (mut dice, end) = (Dice::new(), until());
    let (mut whole, mut prefixes) = (String::new(), vec![ledger::Books::default()]);
    for (n, entry) in entries().iter().enumerate() {
        whole += &ledger::line(n as u64, entry);
        prefixes.push(ledger::read(whole.as_bytes()).expect("good").books);
    }
    let lines: Vec<usize> = whole
        .bytes()
        .enumerate()
        .filter(|(_, b)| *b == b'\n')
        .map(|(at, _)| at)
        .collect();
    // Each octet changed, and each length.
    for at in 0..whole.len() {
        let mut bytes = whole.clone().into_bytes();
        bytes[at] ^= 1;
        let read = ledger::read(&bytes);
        match read {
            // Without its end it is what a crash within the write leaves.
            Ok(read) => {
                assert_eq!(at, whole.len() - 1, "octet {at} is not missed");
                assert_eq!(read.books, prefixes[prefixes.len() - 2]);
            }
            Err(why) => assert!(why.contains("damaged"), "octet {at}: {why}"),
        }
        let read = ledger::read(&whole.as_bytes()[..at]).expect("torn is no damage");
        let complete = lines.iter().filter(|end| **end < at).count();
        assert_eq!(read.books, prefixes[complete], "length {at}");
    }
    let (mut rounds, mut refused) = (0, 0);
    while Instant::now() < end {
        let bytes = mutate(
            &mut dice,
            whole.clone().into_bytes(),
            &[b"\n", b"0 ", b"{", b"\0"],
        );
        match ledger::read(&bytes) {
            Ok(read) => assert!(
                prefixes.contains(&read.books),
                "{}",
                String::from_utf8_lossy(&bytes)
            ),
            Err(_) => refused += 1,
        }
        rounds += 1;
    }
    println!("{rounds} ledgers, {refused} refused");
}

// --- Mail ------------------------------------------------------------------------------------------

fn corpus() -> Vec<Vec<u8>> {
    fn walk(folder: &Path, out: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, out)
            } else {
                out.push(path)
            }
        }
    }
    let mut paths = Vec::new();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail");
    walk(&tests.join("introduction"), &mut paths);
    walk(&tests.join("ordinary"), &mut paths);
    paths.sort();
    paths.iter().filter_map(|p| std::fs::read(p).ok()).collect()
}

const MAIL_PIECES: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\xff\xfe",
    b"From: ",
    b"Bcc: x@y.example\r\n",
    b"Date: never\r\n",
    b"Message-ID: <",
    b">",
    b"=?utf-8?b?////?=",
    b"=?utf-8?q?=0D=0A?=",
    b"=?x?x?x?=",
    b"<@r1,@r2:e@f>",
    b"group: a@b, c@d;",
    b"\"unclosed",
    b"(((((((",
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
    b"--x--",
    b"Content-Type: text/plain; charset*0*=utf-8''%ff; charset*1=x\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"begin 644 x\r\n",
    b"\xe2\x80\xae",
    b"@",
    b",",
    b";",
    b"-----askfirst memory 1-----\r\n",
];

#[test]
fn hostile_mail_is_read_and_edited_without_harm() {
    let (mut dice, end, corpus, mut rounds) = (Dice::new(), until(), corpus(), 0);
    let at = chrono::DateTime::from_timestamp(1_795_000_000, 0).expect("a moment");
    let id = MessageId::new("ours@example.org").expect("an id");
    while Instant::now() < end {
        let bytes = {
            let one = dice.pick(&corpus).clone();
            mutate(&mut dice, one, MAIL_PIECES)
        };
        let began = Instant::now();
        let message = mail::parse(&bytes);
        let people = message.from.iter().chain(&message.to).chain(&message.cc);
        for person in people {
            let address = person.address.as_str();
            assert!(
                !address.contains(['\r', '\n', '\0', '<', '>', ' ']),
                "{address:?}"
            );
            assert!(address.len() <= 320, "{address:?}");
        }
        if let Some(id) = &message.message_id {
            assert!(!id.as_str().contains(['\r', '\n', '<', '>', ' ']), "{id:?}");
        }
        let body = |bytes: &[u8]| {
            let end = bytes.windows(4).position(|w| w == b"\r\n\r\n");
            end.map(|at| bytes[at..].to_vec())
        };
        let released = mail::edit::for_release(&bytes, at, &id);
        if !bytes.windows(2).any(|w| w[1] == b'\n' && w[0] != b'\r') && !bytes.starts_with(b"\r\n")
        {
            let written = body(&bytes);
            assert!(
                written.is_none() || body(&released) == written,
                "the body is changed"
            );
        }
        let _ = mail::edit::for_sent(&released, &bytes);
        let _ = mail::text::own_words(&message);
        let _ = Identity::of(&bytes);
        let _ = memory::Record::read(&bytes);
        let took = began.elapsed();
        assert!(took < Duration::from_secs(2), "one mail took {took:?}");
        rounds += 1;
    }
    println!("{rounds} mails");
    assert!(rounds > 0);
    memory_is_bounded();
}

#[test]
fn mail_without_measure_is_read_in_bounded_time_and_memory() {
    let nested = |depth: usize| {
        let mut text = "From: a@b.example\r\nTo: c@d.example\r\n".to_owned();
        for n in 0..depth {
            text += &format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n");
        }
        text + "\r\nhello\r\n"
    };
    let forwards = "Content-Type: message/rfc822\r\n\r\n".repeat(5_000);
    let parts = format!(
        "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n{}--x--\r\n",
        "--x\r\nContent-Type: text/plain\r\n\r\nhi\r\n".repeat(20_000)
    );
    let addresses = format!(
        "From: a@b.example\r\nTo: {}\r\n\r\nhi\r\n",
        "Name <x@y.example>, ".repeat(50_000)
    );
    let fields = format!("{}\r\nhi\r\n", "X-Field: value\r\n".repeat(100_000));
    let folded = format!(
        "Subject: {}\r\n\r\nhi\r\n",
        "=?utf-8?q?a?=\r\n ".repeat(50_000)
    );
    let parameters = format!(
        "Content-Type: text/plain{}\r\n\r\nhi\r\n",
        "; a*0*=utf-8''%41".repeat(20_000)
    );
    let brackets = format!("From: {}a@b.example\r\n\r\nhi\r\n", "(".repeat(200_000));
    let html = format!(
        "Content-Type: text/html\r\n\r\n{}",
        "<div><b>".repeat(50_000)
    );
    let line = format!("From: a@b.example\r\n\r\n{}", "x".repeat(5 << 20));
    for (name, text) in [
        ("nested parts", nested(20_000)),
        ("forwards within forwards", forwards),
        ("parts", parts),
        ("addresses", addresses),
        ("fields", fields),
        ("encoded words", folded),
        ("parameters", parameters),
        ("comments", brackets),
        ("HTML", html),
        ("a line without end", line),
    ] {
        let began = Instant::now();
        let message = mail::parse(text.as_bytes());
        let _ = mail::text::own_words(&message);
        let took = began.elapsed();
        println!("{name}: {took:?}");
        assert!(took < Duration::from_secs(20), "{name}: {took:?}");
    }
    memory_is_bounded();
}
