//! Signed mail through the gateway: what was signed verifies where it arrives, by the programs that people use,
//! as ordinary mail and as an introduction that was held and released.

use super::{good, house, run, sendmail};
use crate::world::house::{House, eventually};
use crate::world::people::Person;
use std::path::{Path, PathBuf};

const TEXT: &str = "Dear Rachel, dear Jordan,\r\n\r\nI would like to introduce you to each other. Rachel restores clocks; \
    Jordan has inherited one\r\nthat stopped in 1911. =20 trailing \r\n.a dot\r\n\r\nBest wishes,\r\nAlex\r\n";

/// Signs a whole message with its header, and tells whether a message as it arrived is still as it was signed.
struct Seal {
    name: &'static str,
    sign: fn(&Path, &str) -> Option<Vec<u8>>,
    verify: fn(&Path, &[u8]),
}

const SEALS: &[Seal] = &[
    Seal {
        name: "S/MIME",
        sign: smime,
        verify: smime_verifies,
    },
    Seal {
        name: "OpenPGP",
        sign: pgp,
        verify: pgp_verifies,
    },
    Seal {
        name: "DKIM",
        sign: dkim,
        verify: dkim_verifies,
    },
];

#[test]
fn l17_what_was_signed_verifies_at_the_other_end_passed_or_released() {
    let Some(house) = house() else { return };
    for (n, seal) in SEALS.iter().enumerate() {
        let folder = house.path(&format!("seal{n}"));
        std::fs::create_dir(&folder).expect("a folder");
        let one = house.person("Rachel Winters", "rachel", &format!("north{n}"));
        let other = house.person("Jordan Okafor", "jordan", &format!("south{n}"));
        for (kind, to) in [("ordinary", vec![&one]), ("held", vec![&one, &other])] {
            let id = format!(
                "<{kind}{n}.{}>",
                house.alex.new_id().trim_matches(['<', '>'])
            );
            let Some(raw) = (seal.sign)(&folder, &header(&house, &to, &id)) else {
                break;
            };
            (seal.verify)(&folder, &raw);
            let addresses: Vec<&str> = to.iter().map(|p| p.address.as_str()).collect();
            good(&sendmail(&house, Path::new(""), &addresses, &raw).expect("ours"));
            if kind == "held" {
                release(&house, &id);
            }
            for person in &to {
                let what = format!("{} by {kind} mail", seal.name);
                let got = eventually(&what, || person.mail().with_id("INBOX", &id).pop());
                assert!(
                    got.raw.ends_with(body_of(&raw)),
                    "{what}: the body is no longer what it was"
                );
                (seal.verify)(&folder, &got.raw);
            }
        }
    }
}

fn header(house: &House, to: &[&Person], id: &str) -> String {
    let to: Vec<String> = to.iter().map(|p| p.full()).collect();
    format!(
        "From: {}\r\nTo: {}\r\nSubject: Rachel <> Jordan\r\nMessage-ID: {id}\r\nDate: Mon, 23 Nov 2026 18:04:11 +0100\r\nMIME-Version: 1.0\r\n",
        house.alex.full(),
        to.join(",\r\n ")
    )
}

/// The user's word.
fn release(house: &House, id: &str) {
    let held = eventually("the introduction held", || {
        let all = house.askfirst(&["list", "--all", "--json"]).good().json();
        let mine = all.as_array()?.iter().find(|i| i["message_id"] == id)?;
        Some(mine["id"].as_str()?.to_owned())
    });
    house.askfirst(&["release", &held]).good();
}

fn body_of(raw: &[u8]) -> &[u8] {
    let at = raw.windows(4).position(|w| w == b"\r\n\r\n");
    &raw[at.expect("a body") + 4..]
}

fn crlf(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text).replace("\r\n", "\n");
    text.replace('\n', "\r\n").into_bytes()
}

fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("written");
    path
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn smime(folder: &Path, header: &str) -> Option<Vec<u8>> {
    let (key, cert) = (
        shown(&folder.join("key.pem")),
        shown(&folder.join("cert.pem")),
    );
    if !Path::new(&key).exists() {
        let made = run(
            "openssl",
            &[
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Alex",
                "-keyout", &key, "-out", &cert,
            ],
            b"",
        )?;
        good(&made);
    }
    let part = format!("Content-Type: text/plain; charset=us-ascii\r\n\r\n{TEXT}");
    let part = shown(&file(folder, "part", part.as_bytes()));
    let signed = run(
        "openssl",
        &[
            "smime", "-sign", "-signer", &cert, "-inkey", &key, "-in", &part,
        ],
        b"",
    )?;
    good(&signed);
    let mut raw = header.replace("MIME-Version: 1.0\r\n", "").into_bytes();
    raw.extend(crlf(&signed.stdout));
    Some(raw)
}

fn smime_verifies(folder: &Path, raw: &[u8]) {
    let (got, cert) = (
        shown(&file(folder, "got", raw)),
        shown(&folder.join("cert.pem")),
    );
    let verified = run(
        "openssl",
        &[
            "smime", "-verify", "-in", &got, "-CAfile", &cert, "-purpose", "any",
        ],
        b"",
    );
    let verified = verified.expect("openssl");
    good(&verified);
    assert!(String::from_utf8_lossy(&verified.stdout).contains("inherited one"));
}

const BOUNDARY: &str = "----signed-in-a-test";

fn gpg(folder: &Path, arguments: &[&str]) -> Option<std::process::Output> {
    let home = folder.join("gnupg");
    if !home.exists() {
        std::fs::create_dir(&home).expect("a folder");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&home, std::fs::Permissions::from_mode(0o700))
                .expect("private");
        }
    }
    let home = shown(&home);
    let mut all = vec!["--homedir", &home, "--batch", "--quiet", "--no-tty"];
    all.extend(arguments);
    run("gpg", &all, b"")
}

/// multipart/signed (RFC 3156).
fn pgp(folder: &Path, header: &str) -> Option<Vec<u8>> {
    if !folder.join("gnupg").exists() {
        let made = gpg(
            folder,
            &[
                "--passphrase",
                "",
                "--quick-gen-key",
                "alex@hub.example",
                "rsa2048",
                "sign",
                "1d",
            ],
        )?;
        good(&made);
    }
    let part = format!("Content-Type: text/plain; charset=us-ascii\r\n\r\n{TEXT}");
    let part_file = shown(&file(folder, "part", part.as_bytes()));
    let signature = gpg(
        folder,
        &["--armor", "--detach-sign", "--output", "-", &part_file],
    )?;
    good(&signature);
    let signature = String::from_utf8(crlf(&signature.stdout)).expect("armour");
    let raw = format!(
        "{header}Content-Type: multipart/signed; micalg=pgp-sha512; protocol=\"application/pgp-signature\";\r\n boundary=\"{BOUNDARY}\"\r\n\r\n\
         --{BOUNDARY}\r\n{part}\r\n--{BOUNDARY}\r\nContent-Type: application/pgp-signature; name=\"signature.asc\"\r\n\r\n{signature}\r\n--{BOUNDARY}--\r\n"
    );
    Some(raw.into_bytes())
}

fn pgp_verifies(folder: &Path, raw: &[u8]) {
    let text = String::from_utf8_lossy(raw);
    let parts: Vec<&str> = text.split(&format!("--{BOUNDARY}\r\n")).collect();
    let part = parts[1].strip_suffix("\r\n").expect("a part");
    let part = shown(&file(folder, "got", part.as_bytes()));
    let (_, signature) = parts[2].split_once("\r\n\r\n").expect("a signature");
    let signature = shown(&file(folder, "got.asc", signature.as_bytes()));
    good(&gpg(folder, &["--verify", &signature, &part]).expect("gpg"));
}

/// Debian's own Python, because that is where its dkimpy lies.
fn python(script: &str, arguments: &[&str]) -> Option<std::process::Output> {
    let mut all = vec!["-c", script];
    all.extend(arguments);
    run("/usr/bin/python3", &all, b"")
}

fn dkim(folder: &Path, header: &str) -> Option<Vec<u8>> {
    if !python("import dkim", &[])?.status.success() {
        eprintln!("skipped: there is no dkimpy here (python3-dkim)");
        return None;
    }
    let key = folder.join("key.pem");
    if !key.exists() {
        let made = run(
            "openssl",
            &["genrsa", "-traditional", "-out", &shown(&key), "2048"],
            b"",
        )?;
        good(&made);
        let public = folder.join("public.der");
        let made = run(
            "openssl",
            &[
                "rsa",
                "-in",
                &shown(&key),
                "-pubout",
                "-outform",
                "DER",
                "-out",
                &shown(&public),
            ],
            b"",
        )?;
        good(&made);
    }
    let raw = format!("{header}Content-Type: text/plain; charset=us-ascii\r\n\r\n{TEXT}");
    let plain = file(folder, "plain", raw.as_bytes());
    let script = "import dkim, sys\n\
        key, message = (open(p, 'rb').read() for p in sys.argv[1:])\n\
        sys.stdout.buffer.write(dkim.sign(message, b'test', b'hub.example', key, include_headers=[b'from', b'to', b'subject', b'date', b'message-id', b'mime-version', b'content-type']))\n";
    let signed = python(script, &[&shown(&key), &shown(&plain)])?;
    good(&signed);
    Some([signed.stdout, raw.into_bytes()].concat())
}

fn dkim_verifies(folder: &Path, raw: &[u8]) {
    let got = file(folder, "got", raw);
    let script = "import base64, dkim, sys\n\
        key = base64.b64encode(open(sys.argv[1], 'rb').read())\n\
        record = b'v=DKIM1; k=rsa; p=' + key\n\
        sys.exit(not dkim.verify(open(sys.argv[2], 'rb').read(), dnsfunc=lambda name, timeout=5: record))\n";
    let verified = python(script, &[&shown(&folder.join("public.der")), &shown(&got)]);
    good(&verified.expect("python"));
}
