//! The configuration: what is read, what is refused, and that the example tells the truth.

use askfirst::config::{
    self, Auth, Config, Confirm, CourtesyNotes, NotifyBy, SameOrganisation, Secret, Security,
    SmtpMode, Surroundings, Take,
};
use askfirst::introduction::{Order, Remind, Reveal};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

const EXAMPLE: &str = include_str!("../config.example.toml");

const SMALL: &str = r#"
state_dir = "state"

[[accounts]]
name = "work"
email = "alex@example.org"

[accounts.imap]
host = "imap.example.org"
password_command = "pass show mail/work"

[accounts.smtp]
host = "smtp.example.org"

[drafts]
settle = "30m"
"#;

/// A certificate as far as its wrapping goes: the DER inside begins with a SEQUENCE.
const PEM: &str = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n";
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMAMCAQE=\n-----END PRIVATE KEY-----\n";

fn read_with(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let environment: BTreeMap<String, String> = variables
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    config::read(
        "config.toml",
        text,
        &Surroundings {
            folder: Path::new("/home/alex/.config/askfirst"),
            state_dir: Some("/home/alex/.local/state/askfirst".into()),
            environment: &environment,
            file: &|path| match path.file_name().and_then(|n| n.to_str()) {
                Some("ca.pem" | "gateway.pem") => Ok(PEM.into()),
                Some("gateway.key") => Ok(KEY.into()),
                Some("notes.txt") => Ok("-----BEGIN CERTIFICATE-----\nnot base64!\n".into()),
                _ => Err("there is no such file".to_owned()),
            },
        },
    )
}

fn read(text: &str) -> Result<Config, String> {
    read_with(text, &[])
}

/// Refused with one sentence that holds all of `words`.
#[track_caller]
fn refused(text: &str, words: &[&str]) {
    let why = read(text).expect_err("it was taken");
    for word in words {
        assert!(why.contains(word), "no {word:?} in: {why}");
    }
    assert!(!why.trim().contains('\n'), "one sentence, not: {why}");
}

/// [`SMALL`] with one passage replaced.
#[track_caller]
fn small(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "{from} is not in the text");
    SMALL.replacen(from, to, 1)
}

/// The example's lines with each line's key path; commented keys are taken in, but for those in `leave`.
fn example_without(leave: &[&str]) -> Vec<(String, &'static str)> {
    let mut section = String::new();
    let mut lines = Vec::new();
    for line in EXAMPLE.lines() {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        if bare.starts_with('[') {
            let head = bare.split('#').next().unwrap_or_default().trim();
            section = format!("{}.", head.trim_matches(['[', ']']));
            // An empty section of its own would say something: that there is one.
            if bare == line || !leave.contains(&head.trim_matches(['[', ']'])) {
                lines.push((String::new(), bare));
            }
            continue;
        }
        let word = |k: &str| k.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        match bare.split_once(" = ").filter(|(k, _)| word(k)) {
            Some((key, _)) => {
                let path = format!("{section}{key}");
                if bare == line || !leave.contains(&path.as_str()) {
                    lines.push((path, bare));
                }
            }
            None => lines.push((String::new(), line)),
        }
    }
    lines
}

fn joined(lines: &[(String, &str)]) -> String {
    lines.iter().map(|(_, line)| format!("{line}\n")).collect()
}

/// Keys that the example shows with an example, because there is no default to show.
const WITHOUT_DEFAULT: &[&str] = &[
    "state_dir",
    "accounts.display_name",
    "accounts.language",
    "accounts.imap.password_file",
    "accounts.imap.ca_file",
    "accounts.imap.authserv_id",
    "accounts.smtp.password_file",
    "accounts.smtp.ca_file",
    "accounts.oauth2",
    "accounts.oauth2.client_id",
    "accounts.oauth2.client_secret_command",
    "accounts.oauth2.auth_url",
    "accounts.oauth2.token_url",
    "accounts.oauth2.device_url",
    "accounts.oauth2.scopes",
    "accounts.folders.drafts",
    "accounts.folders.sent",
    "accounts.folders.trash",
    "accounts.folders.junk",
    "accounts.folders.ask",
    "accounts.folders.held",
    "accounts.folders.send_now",
    "accounts.folders.give_back",
    "accounts.folders.closed",
    "accounts.folders.memory",
    "drafts.take",
    "gateway.tls_listen",
    "gateway.cert_file",
    "gateway.key_file",
    "gateway.password_command",
    "gateway.password_file",
    "ask.template_dir",
];

#[test]
fn example_as_it_stands_has_every_default() {
    let c = read(EXAMPLE).unwrap();
    assert_eq!(c.state_dir, Path::new("/home/alex/.local/state/askfirst"));
    let [a] = &c.accounts[..] else {
        panic!("{c:?}")
    };
    assert_eq!(a.name, "work");
    assert_eq!(a.email.as_str(), "alex@example.org");
    assert!(a.aliases.is_empty() && a.display_name.is_none() && a.oauth2.is_none());
    assert_eq!(
        (a.imap.host.as_str(), a.imap.port),
        ("imap.example.org", 993)
    );
    assert_eq!(
        (a.smtp.host.as_str(), a.smtp.port),
        ("smtp.example.org", 465)
    );
    for server in [&a.imap, &a.smtp] {
        assert_eq!(server.security, Security::Tls);
        assert_eq!(server.auth, Auth::Password);
        assert_eq!(server.username, "alex@example.org");
        assert_eq!(server.secret, Secret::Command("pass show mail/work".into()));
        assert!(server.ca.is_none());
    }
    assert_eq!(a.smtp_mode, SmtpMode::Send);
    assert!(a.folders.held.is_none());

    let minutes = |n: u64| Duration::from_secs(60 * n);
    assert!(c.drafts.enabled && c.drafts.take.is_none());
    assert_eq!(c.drafts.settle, minutes(30));
    assert!(c.sent.enabled);
    assert_eq!(c.sent.notes, CourtesyNotes::Each);
    assert!(!c.gateway.enabled);
    assert_eq!(c.gateway.listen, "127.0.0.1:1587".parse().unwrap());
    assert_eq!(c.gateway.secret, Secret::Keyring("gateway".into()));
    assert_eq!(c.ask.confirm, Confirm::First);
    assert_eq!(c.ask.grace, minutes(10));
    assert_eq!((c.ask.order, c.ask.reveal), (Order::Together, Reveal::Name));
    assert_eq!(c.ask.remind, Remind::Introducer);
    assert_eq!(c.ask.remind_after, minutes(4 * 24 * 60));
    assert_eq!(c.ask.expire_after, minutes(14 * 24 * 60));
    assert_eq!(c.ask.max_per_person, 2);
    assert!((c.detect.threshold - 0.5).abs() < f64::EPSILON);
    assert_eq!(c.detect.max_holds, 10);
    assert!(c.detect.ignore.is_empty());
    assert_eq!(c.acquaintance.same_organisation, SameOrganisation::Yes);
    assert_eq!(c.acquaintance.max_visible, 10);
    assert!(c.notify.inbox && c.notify.desktop);
    assert_eq!(c.notify.by, NotifyBy::Append);
}

#[test]
fn every_default_that_the_example_shows_is_the_default() {
    let taken_in = example_without(WITHOUT_DEFAULT);
    let shown = read(&joined(&taken_in)).unwrap();
    let silent = read(EXAMPLE).unwrap();
    assert_eq!(format!("{shown:?}"), format!("{silent:?}"));
    // Two readings of the same text would also be equal.
    for (path, line) in [
        ("drafts.settle", "settle = \"30m\""),
        ("notify.inbox", "inbox = true"),
    ] {
        assert!(
            taken_in
                .iter()
                .any(|(p, l)| p == path && l.starts_with(line))
        );
    }
}

#[test]
fn example_shows_every_key_and_each_can_be_taken_in() {
    let shown = example_without(&[]);
    for key in config::every_key() {
        assert!(
            shown.iter().any(|(path, _)| *path == key),
            "config.example.toml does not show {key}"
        );
    }
    let c = read(&joined(&example_without(&[
        "accounts.imap.password_file",
        "accounts.smtp.password_file",
        "gateway.password_file",
    ])))
    .unwrap();
    let account = &c.accounts[0];
    let send_now = account.folders.send_now.as_ref().unwrap();
    assert_eq!(send_now.as_str(), "Askfirst/Send now");
    assert_eq!(account.imap.ca.as_deref(), Some(PEM.as_bytes()));
    assert_eq!(account.oauth2.as_ref().unwrap().scopes, ["mail"]);
    assert_eq!(c.drafts.take, Some(Take::Settled));
    assert_eq!(c.gateway.tls_listen, "127.0.0.1:1465".parse().ok());
}

#[test]
fn relative_paths_begin_at_the_folder_of_the_file() {
    let c = read(&small(
        "password_command = \"pass show mail/work\"",
        "password_file = \"../secret\"",
    ))
    .unwrap();
    assert_eq!(c.state_dir, Path::new("/home/alex/.config/askfirst/state"));
    let secret = Secret::File("/home/alex/.config/askfirst/../secret".into());
    assert_eq!(c.accounts[0].imap.secret, secret);
}

#[test]
fn ports_follow_security_where_none_is_named() {
    for (security, host, port) in [
        ("tls", "imap.example.org", 993),
        ("starttls", "imap.example.org", 143),
        ("none", "localhost", 143),
        ("none", "127.8.9.10", 143),
        ("none", "::1", 143),
    ] {
        let text = small(
            "host = \"imap.example.org\"",
            &format!("host = {host:?}\nsecurity = {security:?}"),
        );
        let read = read(&text).unwrap();
        assert_eq!(read.accounts[0].imap.port, port, "{security} {host}");
    }
}

#[test]
fn account_without_a_sending_route_needs_no_host() {
    let c = read(&small("host = \"smtp.example.org\"", "mode = \"drafts\"")).unwrap();
    assert_eq!(c.accounts[0].smtp_mode, SmtpMode::Drafts);
}

#[test]
fn unknown_key_is_named_with_its_line_and_its_neighbour() {
    let host = "host = \"imap.example.org\"";
    refused(
        &small("[drafts]", "[drafts]\nsetle = \"5m\""),
        &[
            "config.toml, line 16",
            "drafts.setle",
            "did you mean “settle”",
        ],
    );
    refused(
        &format!("colour = 1\n{SMALL}"),
        &["line 1:", "colour", "accounts"],
    );
    refused(
        &format!("{SMALL}\n[gatway]\nenabled = true\n"),
        &["line 18", "gatway", "gateway"],
    );
    refused(
        &small(host, "hots = \"x\""),
        &["line 9", "accounts.imap.hots", "“host”"],
    );
    // A key of the other section.
    refused(&small(host, "mode = \"send\""), &["accounts.imap.mode"]);
    refused(
        &small("email =", "drafts.settle = \"1s\"\nemail ="),
        &["accounts.drafts"],
    );
}

#[test]
fn value_that_cannot_stand_there_is_named_with_its_line() {
    let settle = "settle = \"30m\"";
    let host = "host = \"imap.example.org\"";
    let email = "email = \"alex@example.org\"";
    for (from, to, words) in [
        (
            settle,
            "settle = \"two minutes\"",
            &["line 16", "drafts.settle", "two minutes", "\"90s\""][..],
        ),
        (settle, "settle = 30", &["line 16", "drafts.settle"]),
        (settle, "settle = \"30\"", &["line 16", "drafts.settle"]),
        (settle, "settle = \"-1s\"", &["line 16", "drafts.settle"]),
        (
            settle,
            "enabled = \"yes please\"",
            &["line 16", "drafts.enabled", "true or false"],
        ),
        (
            settle,
            "enabled = \"true\"",
            &["line 16", "drafts.enabled", "true or false"],
        ),
        (
            settle,
            "take = \"all\"",
            &["drafts.take", "\"settled\" or \"ask_folder\""],
        ),
        (host, "host = 5", &["line 9", "accounts.imap.host", "text"]),
        (
            host,
            "host = \"\"",
            &["line 9", "accounts.imap.host", "empty"],
        ),
        (
            host,
            "host = \"imaps://imap.example.org\"",
            &["line 9", "accounts.imap.host"],
        ),
        (
            host,
            "host = \"imap.example.org:993\"",
            &["line 9", "accounts.imap.host"],
        ),
        (
            host,
            "host = \"h.example\"\nport = \"993\"",
            &["line 10", "accounts.imap.port", "65535"],
        ),
        (
            host,
            "host = \"h.example\"\nport = 0",
            &["accounts.imap.port"],
        ),
        (
            host,
            "host = \"h.example\"\nport = 99999",
            &["accounts.imap.port", "99999"],
        ),
        (
            host,
            "host = \"h.example\"\nsecurity = \"ssl3\"",
            &["accounts.imap.security", "starttls"],
        ),
        (
            host,
            "host = \"h.example\"\nauth = \"kerberos\"",
            &["accounts.imap.auth"],
        ),
        (
            "[drafts]",
            "[ask]\nconfirm = \"sometimes\"\n[drafts]",
            &["ask.confirm", "first"],
        ),
        (
            "[drafts]",
            "[ask]\nremind = \"everybody\"\n[drafts]",
            &["ask.remind"],
        ),
        (
            "[drafts]",
            "[ask]\nmax_per_person = 0\n[drafts]",
            &["ask.max_per_person"],
        ),
        (
            "[drafts]",
            "[detect]\nthreshold = 7.5\n[drafts]",
            &["detect.threshold", "0 to 1"],
        ),
        (
            "[drafts]",
            "[detect]\nthreshold = nan\n[drafts]",
            &["detect.threshold"],
        ),
        (
            "[drafts]",
            "[detect]\nignore = \"a@b.example\"\n[drafts]",
            &["detect.ignore", "list"],
        ),
        (
            "[drafts]",
            "[detect]\nignore = [\"nobody\"]\n[drafts]",
            &["detect.ignore", "nobody"],
        ),
        (
            "[drafts]",
            "[acquaintance]\nsame_organisation = 1\n[drafts]",
            &["same_organisation"],
        ),
        (email, "email = \"alex\"", &["line 6", "accounts.email"]),
        (
            email,
            "email = \"alex@a.example\"\naliases = [\"x\"]",
            &["line 7", "accounts.aliases"],
        ),
        (
            email,
            "email = \"alex@a.example\"\nlanguage = \"english\"",
            &["accounts.language"],
        ),
        ("[[accounts]]", "[accounts]", &["accounts"]),
    ] {
        refused(&small(from, to), words);
    }
}

#[test]
fn missing_part_is_named_with_the_line_of_its_section() {
    refused(
        &small("host = \"imap.example.org\"\n", ""),
        &["line 8", "accounts.imap.host", "missing"],
    );
    refused(
        &small("email = \"alex@example.org\"\n", ""),
        &["line 4", "accounts.email", "missing"],
    );
    refused(
        &small("[accounts.smtp]\nhost = \"smtp.example.org\"\n", ""),
        &["line 4", "accounts.smtp", "missing"],
    );
    refused("[drafts]\nenabled = true\n", &["accounts", "missing"]);
    refused("", &["accounts", "missing"]);
}

#[test]
fn password_never_travels_in_the_clear_nor_the_gateway_beyond_this_computer() {
    for host in [
        "imap.example.org",
        "192.168.1.2",
        "0.0.0.0",
        "localhost.example.org",
        "::",
    ] {
        refused(
            &small(
                "host = \"imap.example.org\"",
                &format!("host = {host:?}\nsecurity = \"none\""),
            ),
            &["line 10", "accounts.imap.security", host],
        );
    }
    let gateway = |listen: &str| {
        small(
            "[drafts]",
            &format!("[gateway]\nlisten = {listen:?}\n[drafts]"),
        )
    };
    for listen in [
        "0.0.0.0:1587",
        "192.168.1.2:1587",
        "[::]:1587",
        "mail.example.org:25",
        "127.0.0.1",
        "127.0.0.1:0",
    ] {
        refused(&gateway(listen), &["line 16", "gateway.listen"]);
    }
    for listen in ["127.0.0.1:2525", "[::1]:2525", "localhost:2525"] {
        assert_eq!(read(&gateway(listen)).unwrap().gateway.listen.port(), 2525);
    }
}

#[test]
fn certificate_authority_must_be_readable_pem() {
    let with = |file: &str| {
        small(
            "host = \"imap.example.org\"",
            &format!("host = \"h.example.org\"\nca_file = {file:?}"),
        )
    };
    refused(
        &with("nowhere/x.pem"),
        &["line 10", "accounts.imap.ca_file", "no such file"],
    );
    refused(
        &with("notes.txt"),
        &["line 10", "accounts.imap.ca_file", "CERTIFICATE"],
    );
    refused(
        &with("gateway.key"),
        &["accounts.imap.ca_file", "CERTIFICATE"],
    );
    assert!(read(&with("ca.pem")).is_ok());
}

#[test]
fn two_accounts_are_two() {
    let start = SMALL.find("[[accounts]]").unwrap();
    let account = &SMALL[start..SMALL.find("[drafts]").unwrap()];
    let second = |name: &str, email: &str| {
        let other = account
            .replace("work\"", &format!("{name}\""))
            .replace("alex@example.org", email);
        format!("{SMALL}\n{other}")
    };
    refused(
        &second("work", "sasha@example.org"),
        &["accounts.name", "work", "line 19"],
    );
    refused(
        &second("home", "Alex@example.org"),
        &["accounts.email", "line 20", "work"],
    );
    // An error in the second is told with the second's line.
    refused(&second("home", "sasha"), &["line 20", "accounts.email"]);
    assert_eq!(
        read(&second("home", "sasha@example.org"))
            .unwrap()
            .accounts
            .len(),
        2
    );
}

#[test]
fn folders_and_passwords_that_clash_are_refused() {
    let folders = |keys: &str| {
        small(
            "[accounts.imap]",
            &format!("[accounts.folders]\n{keys}\n[accounts.imap]"),
        )
    };
    refused(
        &folders("held = \"X\"\nask = \"X\""),
        &["line 9", "accounts.folders.held", "“ask”"],
    );
    refused(
        &folders("waiting = \"X\""),
        &["line 9", "accounts.folders.waiting"],
    );
    refused(
        &small(
            "host = \"imap.example.org\"",
            "host = \"h.example.org\"\npassword_file = \"x\"",
        ),
        &["line 10", "accounts.imap.password_file", "password_command"],
    );
}

#[test]
fn slip_in_the_syntax_is_told_by_line_without_repeating_it() {
    let text = small(
        "password_command = \"pass show mail/work\"",
        "password_command = \"hunter2",
    );
    let why = read(&text).expect_err("it was taken");
    assert!(why.contains("line 10") && !why.contains("hunter2"), "{why}");
    refused(&format!("{SMALL}\nthis is not toml\n"), &["line 18"]);
    refused(&format!("{SMALL}settle = \"1m\"\n"), &["line 17"]);
}

#[test]
fn variable_overrides_the_file() {
    let variables = [
        ("ASKFIRST__DRAFTS__SETTLE", "45s"),
        ("ASKFIRST__DRAFTS__ENABLED", "false"),
        ("ASKFIRST__ASK__MAX_PER_PERSON", "7"),
        ("ASKFIRST__DETECT__THRESHOLD", "0.75"),
        ("ASKFIRST__ACQUAINTANCE__SAME_ORGANISATION", "false"),
        ("ASKFIRST__STATE_DIR", "/elsewhere"),
        ("ASKFIRST__NOTIFY__BY", "mail"),
        // Not ours.
        ("ASKFIRSTS", "x"),
        ("ASKFIRST_BIN", "x"),
    ];
    let c = read_with(SMALL, &variables).unwrap();
    assert_eq!(c.drafts.settle, Duration::from_secs(45));
    assert!(!c.drafts.enabled);
    assert_eq!(c.ask.max_per_person, 7);
    assert!((c.detect.threshold - 0.75).abs() < f64::EPSILON);
    assert_eq!(c.acquaintance.same_organisation, SameOrganisation::No);
    assert_eq!(c.state_dir, Path::new("/elsewhere"));
    assert_eq!(c.notify.by, NotifyBy::Mail);
}

#[test]
fn variable_that_cannot_be_is_named() {
    for (name, value, help) in [
        ("ASKFIRST__DRAFTS__SETTLE", "soon", "soon"),
        ("ASKFIRST__DRAFTS__SETTLE", "30", "duration"),
        ("ASKFIRST__DRAFTS__SETLE", "5m", "“settle”"),
        ("ASKFIRST__DRAFTS", "5m", "section"),
        ("ASKFIRST__DRAFTS__SETTLE__NOW", "5m", "settle"),
        ("ASKFIRST__DRAFTS__ENABLED", "maybe", "true or false"),
        ("ASKFIRST__DETECT__IGNORE", "a@example.org", "list"),
        ("ASKFIRST__ACCOUNTS__0__HOST", "x", "list"),
        ("ASKFIRST__GATEWAY__LISTEN", "0.0.0.0:25", "127.0.0.1"),
        ("ASKFIRST__", "x", "drafts"),
    ] {
        let why = read_with(SMALL, &[(name, value)]).expect_err(name);
        assert!(why.contains(name) && why.contains(help), "{why}");
        assert!(!why.contains("line "), "the file is not at fault: {why}");
    }
}

#[test]
fn language_of_notes_is_the_systems_where_none_is_named() {
    let of = |variables: &[(&str, &str)]| {
        let read = read_with(SMALL, variables).unwrap();
        read.accounts[0].language.clone()
    };
    assert_eq!(of(&[]), "en");
    assert_eq!(of(&[("LANG", "C.UTF-8")]), "en");
    assert_eq!(of(&[("LANG", "fr_FR.UTF-8")]), "fr");
    assert_eq!(of(&[("LANG", "fr_FR.UTF-8"), ("LC_ALL", "POSIX")]), "en");
    assert_eq!(of(&[("LANG", "es"), ("LC_ALL", "")]), "es");
}
