//! The first index over IMAP, from a real Dovecot, beside the two things it stands on: the `imap`
//! crate fetching the same fields and dropping them, and SQLite taking the same rows. Needs Dovecot
//! and root (it runs one of its own); prints figures:
//!
//! ```text
//! cargo bench --bench survey           # 100,000 messages
//! cargo bench --bench survey -- 20000
//! ```

#[allow(dead_code)]
#[path = "../tests/world/dovecot.rs"]
mod dovecot;

use askfirst::config::{Auth, SameOrganisation, Secret, Security, Server};
use askfirst::edge::Stop;
use askfirst::edge::imap;
use askfirst::edge::index::{FIELDS, Index, Settings};
use askfirst::mail::AddressPattern;
use askfirst::mailroom::indexing::read_mailbox;
use askfirst::port::{FolderName, Mailbox, Uid};
use dovecot::{Dovecot, Shape};
use std::fmt::Write as _;
use std::time::Instant;

fn main() {
    let count: u32 = std::env::args()
        .filter_map(|a| a.parse().ok())
        .next()
        .unwrap_or(100_000);
    if !dovecot::is_here() {
        return;
    }
    let server = Dovecot::start(&Shape::default());
    for user in ["ours@hub.example", "bare@hub.example"] {
        fill(&server, user, count);
    }
    let inbox = FolderName::new("INBOX").expect("a name");
    let dir = tempfile::tempdir().expect("a folder");
    let settings = Settings {
        own: vec![AddressPattern::new("ours@hub.example").expect("a pattern")],
        same_organisation: SameOrganisation::Yes,
        max_visible: 10,
    };
    let index = Index::open(dir.path(), settings).expect("an index");
    let account = index.account("work").expect("an account");
    let mut rate = 0.0;
    for cache in ["cold", "warm"] {
        index.empty().expect("emptied");
        let mut mailbox = connect(&server, "ours@hub.example");
        let before = memory();
        let start = Instant::now();
        let reading = account
            .writing_behind(|recorder| {
                read_mailbox(
                    &mut mailbox,
                    recorder,
                    std::slice::from_ref(&inbox),
                    &mut |_, _| true,
                )
            })
            .expect("written")
            .expect("read");
        rate = tell(
            &format!("index, server's cache {cache}"),
            reading.read,
            start,
        );
        println!("  memory: peak {} kB (before: {before} kB)", memory());
    }
    let start = Instant::now();
    let mut mailbox = connect(&server, "ours@hub.example");
    let reading = read_mailbox(
        &mut mailbox,
        &account,
        std::slice::from_ref(&inbox),
        &mut |_, _| true,
    );
    assert_eq!(reading.expect("read").read, 0);
    println!(
        "nothing new, login included: {:.1} ms",
        start.elapsed().as_secs_f64() * 1e3
    );
    for cache in ["cold", "warm"] {
        let mut mailbox = connect(&server, "bare@hub.example");
        mailbox.select(&inbox).expect("selected");
        let (start, mut read) = (Instant::now(), 0);
        mailbox
            .summaries(Uid(1), None, FIELDS, &mut |chunk| {
                read += chunk.len() as u64;
                true
            })
            .expect("fetched");
        tell(
            &format!("fetched and dropped, server's cache {cache}"),
            read,
            start,
        );
    }
    let fetched = crate_alone(&server, "bare@hub.example", count);
    println!("the imap crate alone, server's cache warm: {fetched:.0} a second");
    let taken = rows_alone(&dir.path().join("index.sqlite"));
    println!("SQLite alone, the same rows: {taken:.0} a second");
    println!(
        "the index, server's cache warm, does {:.2} of the slower of these two",
        rate / fetched.min(taken)
    );
}

/// Messages a second that the `imap` crate fetches and drops, over TLS, in the same chunks.
fn crate_alone(server: &Dovecot, user: &str, count: u32) -> f64 {
    let tcp = std::net::TcpStream::connect(("127.0.0.1", server.imaps_port)).expect("TCP");
    tcp.set_nodelay(true).expect("a socket");
    let authority = native_tls::Certificate::from_pem(&server.ca).expect("an authority");
    let tls = native_tls::TlsConnector::builder()
        .add_root_certificate(authority)
        .build()
        .expect("TLS");
    let mut client = ::imap::Client::new(tls.connect("localhost", tcp).expect("TLS"));
    client.read_greeting().expect("a greeting");
    let mut session = client.login(user, "secret").map_err(|e| e.0).expect("in");
    session.select("INBOX").expect("INBOX");
    let query = format!(
        "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({})])",
        FIELDS.join(" ")
    );
    let (start, mut read) = (Instant::now(), 0);
    for first in (1..=count).step_by(1000) {
        let set = format!("{first}:{}", first + 999);
        read += session.uid_fetch(set, &query).expect("fetched").len();
    }
    assert_eq!(read, count as usize);
    read as f64 / start.elapsed().as_secs_f64()
}

/// Messages a second that SQLite takes: the rows of this index and its own tables and settings,
/// in the order of the messages, ten thousand a transaction, and nothing asked or looked up.
fn rows_alone(index: &std::path::Path) -> f64 {
    use rusqlite::types::Value;
    let rows = |sql: &str| -> Vec<Vec<Value>> {
        let from = rusqlite::Connection::open(index).expect("the index");
        let mut statement = from.prepare(sql).expect("a query");
        let width = statement.column_count();
        let row = |r: &rusqlite::Row<'_>| (0..width).map(|i| r.get(i)).collect();
        let all = statement.query_map([], row).expect("rows");
        all.collect::<Result<_, _>>().expect("rows")
    };
    let tables: Vec<Vec<Value>> =
        rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC");
    let messages = rows("SELECT * FROM message ORDER BY id");
    let mut stood = rows("SELECT person, message, role FROM stood ORDER BY message").into_iter();
    let people = rows("SELECT * FROM person ORDER BY id");
    let dir = tempfile::tempdir().expect("a folder");
    let mut to = rusqlite::Connection::open(dir.path().join("rows")).expect("a file");
    for (setting, value) in [("journal_mode", "WAL"), ("synchronous", "NORMAL")] {
        to.pragma_update(None, setting, value).expect("set");
    }
    to.pragma_update(None, "cache_size", -16_000).expect("set");
    to.pragma_update(None, "wal_autocheckpoint", 4000)
        .expect("set");
    for table in &tables {
        let Value::Text(sql) = &table[0] else {
            continue;
        };
        to.execute_batch(sql).expect("a table");
    }
    let insert = |table: &str, width: usize| {
        format!(
            "INSERT INTO {table} VALUES ({})",
            vec!["?"; width].join(", ")
        )
    };
    let start = Instant::now();
    let mut next = stood.next();
    for (i, together) in messages.chunks(10_000).enumerate() {
        let transaction = to.transaction().expect("a transaction");
        {
            if i == 0 {
                let sql = insert("person", people[0].len());
                let mut one = transaction.prepare(&sql).expect("prepared");
                for person in &people {
                    one.execute(rusqlite::params_from_iter(person)).expect("in");
                }
            }
            let sql = insert("message", messages[0].len());
            let mut one = transaction.prepare(&sql).expect("prepared");
            let mut stands = transaction.prepare(&insert("stood", 3)).expect("prepared");
            for message in together {
                one.execute(rusqlite::params_from_iter(message))
                    .expect("in");
                while let Some(row) = next.take_if(|row| row[1] == message[0]) {
                    stands
                        .execute(rusqlite::params_from_iter(&row))
                        .expect("in");
                    next = stood.next();
                }
            }
        }
        transaction.commit().expect("committed");
    }
    assert!(next.is_none(), "every row was taken");
    messages.len() as f64 / start.elapsed().as_secs_f64()
}

fn tell(what: &str, messages: u64, start: Instant) -> f64 {
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{what}: {messages} messages in {seconds:.2} s, {:.0} a second",
        messages as f64 / seconds
    );
    messages as f64 / seconds
}

fn connect(server: &Dovecot, user: &str) -> imap::Account {
    let server = Server {
        host: "localhost".to_owned(),
        port: server.imaps_port,
        security: Security::Tls,
        username: user.to_owned(),
        auth: Auth::Password,
        secret: Secret::Keyring("unused".into()),
        ca: Some(server.ca.clone()),
        authserv_id: None,
    };
    imap::connect(&server, &"secret".into(), &Stop::new().expect("a stop")).expect("logged in")
}

/// Messages of about 2 kB, put straight into the Maildir.
fn fill(server: &Dovecot, user: &str, count: u32) {
    let maildir = server.maildir(user);
    for sub in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(maildir.join(sub)).expect("a Maildir");
    }
    let body = "The minutes are below, with a few remarks of my own.\r\n".repeat(20);
    let mut message = String::new();
    for n in 0..count {
        let (a, b, c) = (n * 7 % 997, n * 13 % 4999, n * 31 % 9973);
        message.clear();
        let _ = write!(
            message,
            "Return-Path: <person{a}@firm{a}.example>\r\nReceived: from mx.firm{a}.example by hub.example; Sun, 3 May 2026 12:00:00 +0000\r\n\
             Message-ID: <{n:08x}.{a}@mail.firm{a}.example>\r\nFrom: Person Number {a} <person{a}@firm{a}.example>\r\n\
             To: Person Number {b} <person{b}@firm{b}.example>, {user}\r\nCc: person{c}@firm{c}.example\r\n\
             Date: Sun, 3 May 2026 12:00:00 +0000\r\nSubject: =?utf-8?q?The_minutes_of_week_{}?=\r\n",
            n % 52
        );
        if n > 10 && n % 3 == 0 {
            let (back, one) = (n - n % 9, (n - n % 9) * 7 % 997);
            let _ = write!(
                message,
                "In-Reply-To: <{back:08x}.{one}@mail.firm{one}.example>\r\nReferences: <{back:08x}.{one}@mail.firm{one}.example>\r\n"
            );
        }
        let _ = write!(
            message,
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}"
        );
        let name = format!("{}.M{n}.hub:2,S", 1_770_000_000 + n);
        std::fs::write(maildir.join("cur").join(name), &message).expect("a message");
    }
    let owner = std::process::Command::new("chown")
        .args(["-R", "mail:mail"])
        .arg(maildir.parent().expect("a home"))
        .status();
    assert!(owner.is_ok_and(|s| s.success()), "chown");
}

/// Peak resident memory in kB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
