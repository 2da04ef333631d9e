//! The same over a real socket, from a real Dovecot.

use crate::dovecot::{Dovecot, Shape, is_here};
use crate::{Desk, folder};
use askfirst::config::{Auth, Folders, Secret, Security, Server};
use askfirst::edge::Stop;
use askfirst::edge::imap;
use askfirst::mailroom::indexing::{folders_to_read, read_mailbox};
use askfirst::mailroom::open_places;
use askfirst::port::{Mailbox, Uid};

const USER: &str = "alex@hub.example";

fn connect(dovecot: &Dovecot) -> imap::Account {
    let server = Server {
        host: "localhost".to_owned(),
        port: dovecot.imaps_port,
        security: Security::Tls,
        username: USER.to_owned(),
        auth: Auth::Password,
        secret: Secret::Keyring("unused".into()),
        ca: Some(dovecot.ca.clone()),
        authserv_id: None,
    };
    imap::connect(&server, &"secret".into(), &Stop::new().expect("a stop")).expect("logged in")
}

#[test]
fn a_real_mailbox_is_read_once_and_only_what_is_new_after_that() {
    if !is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::german());
    let letter = |n: u32, more: &str| {
        format!(
            "From: =?utf-8?q?J=C3=B6rn?= {n} <p{n}@nova{n}.example>\r\nTo: Q <q{n}@atlas{n}.example>,\r\n alex@hub.example\r\n\
             Subject: number {n}\r\nMessage-ID: <{n}@nova.example>\r\nDate: Sun, 3 May 2026 12:00:00 +0000\r\n{more}\r\nHello.\r\n"
        )
    };
    let mut inside = connect(&dovecot);
    let year = folder("Archiv 2026");
    inside.create(&year).expect("created");
    for n in 0..40 {
        inside
            .append(&year, letter(n, "").as_bytes(), &Default::default(), None)
            .expect("appended");
    }
    for (n, place) in [
        (100, "INBOX"),
        (101, "Papierkorb"),
        (102, "Junk"),
        (103, "Entwürfe"),
        (104, "Gesendete Objekte"),
    ] {
        inside
            .append(
                &folder(place),
                letter(n, "").as_bytes(),
                &Default::default(),
                None,
            )
            .expect("appended");
    }
    inside
        .append(
            &folder("INBOX"),
            letter(105, "X-Askfirst: note\r\n").as_bytes(),
            &Default::default(),
            None,
        )
        .expect("appended");

    let desk = Desk::new();
    let account = desk.index.account("work").expect("an account");
    let mut mailbox = connect(&dovecot);
    let places = open_places(&mut mailbox, &Folders::default()).expect("places");
    let folders = folders_to_read(&places, mailbox.capabilities().gmail);
    let mut read = || {
        account
            .writing_behind(|recorder| {
                read_mailbox(&mut mailbox, recorder, &folders, &mut |_, _| true)
            })
            .expect("written")
            .expect("read")
    };
    assert_eq!(read().read, 43);
    assert_eq!(read().read, 0);
    for (n, expected) in [
        (0, "wrote"),
        (39, "wrote"),
        (100, "wrote"),
        (101, ""),
        (102, ""),
        (103, ""),
        (104, "wrote"),
        (105, ""),
    ] {
        let (p, q) = (
            format!("p{n}@nova{n}.example"),
            format!("q{n}@atlas{n}.example"),
        );
        assert_eq!(desk.kinds(&p, &q), expected, "{n}");
    }
    assert_eq!(
        desk.evidence("p7@nova7.example", "q7@atlas7.example")[0].detail,
        "Jörn 7 wrote to Q on 3 May 2026: “number 7”"
    );
    dovecot.deliver(USER, "INBOX", &letter(200, ""));
    assert_eq!(read().read, 1);
    assert_eq!(
        desk.kinds("p200@nova200.example", "q200@atlas200.example"),
        "wrote"
    );
    let extent = account.extent().expect("read");
    assert_eq!(
        (extent.indexed, extent.to_index, extent.complete),
        (44, 44, true)
    );
    inside.select(&folder("INBOX")).expect("selected");
    let mut seen = Vec::new();
    inside
        .summaries(Uid(1), None, &["Subject"], &mut |chunk| {
            seen.extend(chunk.iter().map(|s| s.flags.seen));
            true
        })
        .expect("listed");
    assert_eq!(seen, [false; 3], "unread mail stays unread");
}

#[test]
fn the_program_itself_reads_and_knows() {
    if !is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::default());
    dovecot.deliver(
        USER,
        "Archive",
        "From: Rachel Winters <rachel@nova.example>\r\nTo: Jordan Lee <jordan@atlas.example>\r\nCc: alex@hub.example\r\n\
         Subject: Dinner at eight\r\nMessage-ID: <dinner@nova.example>\r\nDate: Sun, 3 May 2026 12:00:00 +0000\r\n\r\nSee you.\r\n",
    );
    let dir = tempfile::tempdir().expect("a folder");
    let (config, ca) = (dir.path().join("config.toml"), dir.path().join("ca.pem"));
    std::fs::write(&ca, &dovecot.ca).expect("written");
    let text = format!(
        "state_dir = {:?}\n[[accounts]]\nname = \"work\"\nemail = \"{USER}\"\n\
         [accounts.imap]\nhost = \"localhost\"\nport = {}\nsecurity = \"tls\"\nca_file = {ca:?}\npassword_command = \"echo secret\"\n\
         [accounts.smtp]\nhost = \"localhost\"\nport = 1\nca_file = {ca:?}\npassword_command = \"echo secret\"\n",
        dir.path().join("state"),
        dovecot.imaps_port
    );
    std::fs::write(&config, text).expect("written");
    let askfirst = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_askfirst"))
            .arg("--config")
            .arg(&config)
            .args(arguments)
            .output()
            .expect("run");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {told}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert_eq!(
        askfirst(&["index"]),
        "work: 1 message read now, 1 in all, back to 3 May 2026\n"
    );
    assert!(
        askfirst(&["knows", "rachel@nova.example", "jordan@atlas.example"])
            .contains("Rachel Winters wrote to Jordan Lee on 3 May 2026: “Dinner at eight”")
    );
    let json = askfirst(&[
        "knows",
        "rachel@nova.example",
        "sam@harbour.example",
        "--json",
    ]);
    assert_eq!(json, "{\"acquainted\":false,\"evidence\":[]}\n");
    assert!(
        askfirst(&["index", "--rebuild"]).starts_with("work: 1 message read now"),
        "read from the beginning"
    );
}
