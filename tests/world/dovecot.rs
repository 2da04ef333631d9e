//! A real Dovecot on loopback: private configuration, free ports, one folder in /tmp, ended with
//! the value. Never the system's own.

use std::fmt::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How the mailboxes look.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Between the levels of a name.
    pub separator: char,
    /// Before every name but INBOX, such as `INBOX.`.
    pub prefix: &'static str,
    pub drafts: &'static str,
    pub sent: &'static str,
    pub trash: &'static str,
    /// Whether the folders are marked (RFC 6154).
    pub special_use: bool,
    /// Extensions that are not offered, such as `MOVE` or `IDLE`.
    pub without: &'static [&'static str],
    /// The port of an authorisation server that is asked whose an access token is.
    pub authority: Option<u16>,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            separator: '/',
            prefix: "",
            drafts: "Drafts",
            sent: "Sent",
            trash: "Trash",
            special_use: true,
            without: &[],
            authority: None,
        }
    }
}

impl Shape {
    /// Everything below `INBOX.`, as Courier and many hosting providers have it.
    pub fn below_inbox() -> Self {
        Self {
            separator: '.',
            prefix: "INBOX.",
            ..Self::default()
        }
    }
    /// Nothing marked, and German names.
    pub fn german() -> Self {
        Self {
            drafts: "Entw&APw-rfe",
            sent: "Gesendete Objekte",
            trash: "Papierkorb",
            special_use: false,
            ..Self::default()
        }
    }
}

/// A running Dovecot. Every user exists; every password is `secret`.
pub struct Dovecot {
    dir: tempfile::TempDir,
    master: Child,
    /// Plain and STARTTLS.
    pub imap_port: u16,
    /// Implicit TLS.
    pub imaps_port: u16,
    /// The authority behind its certificate for `localhost`, PEM.
    pub ca: Vec<u8>,
}

/// Whether there is one to run; prints what is skipped where not.
pub fn is_here() -> bool {
    let here = Path::new("/usr/sbin/dovecot").exists() && is_root();
    if !here {
        eprintln!("skipped: no /usr/sbin/dovecot here, or not run as root");
    }
    here
}

/// Whether its way of checking tokens is one that the tests know (2.4 has other words for it).
pub fn checks_tokens() -> bool {
    let known = is_2_3();
    if !known {
        eprintln!("skipped: only Dovecot 2.3 is set up to check tokens here");
    }
    known
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|m| {
        use std::os::unix::fs::MetadataExt;
        m.uid() == 0
    })
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a free port")
        .port()
}

impl Dovecot {
    /// Starts one and waits until it answers.
    pub fn start(shape: &Shape) -> Self {
        // Ports that are free now may be taken in a moment by another test.
        for _ in 0..5 {
            if let Some(dovecot) = Self::try_start(shape) {
                return dovecot;
            }
        }
        panic!("Dovecot did not start five times");
    }

    fn try_start(shape: &Shape) -> Option<Self> {
        let dir = tempfile::Builder::new()
            .prefix("askfirst-dovecot-")
            .tempdir_in("/tmp")
            .expect("a folder");
        let path = dir.path();
        // Dovecot's own users must reach its sockets and the mail.
        open_to_all(path);
        let mail = path.join("mail");
        std::fs::create_dir(&mail).expect("mail folder");
        run(Command::new("chown").arg("mail:mail").arg(&mail));
        certificates(path);
        let (imap_port, imaps_port) = (free_port(), free_port());
        if let Some(port) = shape.authority {
            let text = format!(
                "tokeninfo_url = http://127.0.0.1:{port}/tokeninfo?access_token=\n\
                 username_attribute = email\nusername_format = %u\n"
            );
            std::fs::write(path.join("oauth2.conf"), text).expect("oauth2.conf");
        }
        let conf = path.join("dovecot.conf");
        std::fs::write(&conf, configuration(path, shape, imap_port, imaps_port)).expect("conf");
        let log = std::fs::File::create(path.join("start.log")).expect("log");
        let master = Command::new("/usr/sbin/dovecot")
            .arg("-F")
            .arg("-c")
            .arg(&conf)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("log"))
            .stderr(log)
            .spawn()
            .expect("dovecot");
        let mut dovecot = Self {
            ca: std::fs::read(path.join("ca.pem")).expect("ca.pem"),
            dir,
            master,
            imap_port,
            imaps_port,
        };
        dovecot.answers().then_some(dovecot)
    }

    fn answers(&mut self) -> bool {
        use std::io::Read;
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            if let Ok(Some(_)) = self.master.try_wait() {
                eprintln!("{}", self.log());
                return false;
            }
            if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.imap_port)) {
                let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
                let mut greeting = [0; 4];
                if stream.read_exact(&mut greeting).is_ok() && &greeting == b"* OK" {
                    return true;
                }
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        eprintln!("{}", self.log());
        false
    }

    /// What it wrote to its log.
    pub fn log(&self) -> String {
        let read = |name| std::fs::read_to_string(self.dir.path().join(name)).unwrap_or_default();
        read("start.log") + &read("dovecot.log")
    }

    /// Its folder: certificates, and the sockets `auth` (logins) and `lmtp` (deliveries) for a mail server.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The Maildir of a user (`alex@example.org`), whether it exists yet or not.
    pub fn maildir(&self, user: &str) -> PathBuf {
        self.dir.path().join("mail").join(user).join("Maildir")
    }

    /// Puts a message into a folder of a user past all IMAP, as a delivery agent does.
    pub fn deliver(&self, user: &str, folder: &str, message: &str) {
        let output = Command::new("/usr/bin/doveadm")
            .arg("-c")
            .arg(self.dir.path().join("dovecot.conf"))
            .args(["save", "-u", user, "-m", folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .and_then(|mut child| {
                use std::io::Write;
                child
                    .stdin
                    .take()
                    .expect("stdin")
                    .write_all(message.as_bytes())?;
                child.wait_with_output()
            })
            .expect("doveadm");
        assert!(
            output.status.success(),
            "doveadm save: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Throws out every connection of a user.
    pub fn kick(&self, user: &str) {
        let _ = Command::new("/usr/bin/doveadm")
            .arg("-c")
            .arg(self.dir.path().join("dovecot.conf"))
            .args(["kick", user])
            .output();
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // SIGTERM to the master; with shutdown_clients all its children go too.
        let _ = Command::new("kill")
            .arg(self.master.id().to_string())
            .status();
        let until = Instant::now() + Duration::from_secs(5);
        while Instant::now() < until {
            if let Ok(Some(_)) = self.master.try_wait() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.master.kill();
        let _ = self.master.wait();
    }
}

fn open_to_all(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("permissions");
}

fn run(command: &mut Command) {
    let output = command.output().expect("a command of the system");
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// `ca.pem`, and `server.pem` with `server.key` for localhost and 127.0.0.1.
pub fn certificates(dir: &Path) {
    let openssl = |arguments: &str| {
        run(Command::new("openssl")
            .current_dir(dir)
            .args(arguments.split(' ')));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    openssl(&format!(
        "req -x509 {key} -keyout ca.key -out ca.pem -days 2 -subj /CN=Test-Authority \
         -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign"
    ));
    openssl(&format!(
        "req {key} -keyout server.key -out server.csr -subj /CN=localhost"
    ));
    std::fs::write(
        dir.join("server.ext"),
        "subjectAltName=DNS:localhost,IP:127.0.0.1\n\
         extendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n",
    )
    .expect("server.ext");
    openssl(
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
         -extfile server.ext -out server.pem",
    );
}

fn configuration(dir: &Path, shape: &Shape, imap_port: u16, imaps_port: u16) -> String {
    let dir = dir.display();
    let mut boxes = String::new();
    for (name, mark) in [
        (shape.drafts, "\\Drafts"),
        (shape.sent, "\\Sent"),
        (shape.trash, "\\Trash"),
        ("Junk", "\\Junk"),
        ("Archive", "\\Archive"),
    ] {
        // The configuration wants UTF-8 where the wire has modified UTF-7.
        let name = name.replace("&APw-", "ü");
        let mark = if shape.special_use {
            format!("special_use = {mark}")
        } else {
            String::new()
        };
        let _ = write!(
            boxes,
            "  mailbox \"{name}\" {{\n    auto = subscribe\n    {mark}\n  }}\n"
        );
    }
    let capability = if shape.without.is_empty() {
        String::new()
    } else {
        let all = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE NAMESPACE LITERAL+ CHILDREN \
                   LIST-EXTENDED LIST-STATUS UIDPLUS MOVE CONDSTORE QRESYNC ESEARCH SPECIAL-USE \
                   UNSELECT NOTIFY";
        let left: Vec<&str> = all
            .split_whitespace()
            .filter(|word| !shape.without.contains(word))
            .collect();
        format!("imap_capability = {}", left.join(" "))
    };
    let (settings, user, reuse) = if is_2_3() {
        (settings_2_3(&dir), "%Lu", "service_count = 0")
    } else {
        let reuse = "restart_request_count = unlimited";
        (settings_2_4(&dir), "%{user|lower}", reuse)
    };
    let (separator, prefix) = (shape.separator, shape.prefix);
    let (mechanisms, tokens) = match shape.authority {
        None => ("", String::new()),
        Some(_) => (
            " xoauth2 oauthbearer",
            format!(
                "passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {dir}/oauth2.conf\n}}\n"
            ),
        ),
    };
    format!(
        r#"{tokens}{settings}
base_dir = {dir}/run
state_dir = {dir}/state
instance_name = askfirst-{imap_port}
log_path = {dir}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
auth_mechanisms = plain login{mechanisms}
auth_failure_delay = 0
auth_username_format = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
lock_method = flock
mail_max_userip_connections = 100
shutdown_clients = yes
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
{boxes}}}
protocol imap {{
  {capability}
}}
protocol lmtp {{
  postmaster_address = postmaster@example.org
}}
service auth {{
  unix_listener {dir}/auth {{
    mode = 0666
  }}
}}
service lmtp {{
  unix_listener {dir}/lmtp {{
    mode = 0666
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  {reuse}
  process_min_avail = 1
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
"#
    )
}

/// Dovecot 2.4 has other words for some settings, and none of the old ones.
fn is_2_3() -> bool {
    let output = Command::new("/usr/sbin/dovecot").arg("--version").output();
    output.is_ok_and(|o| o.stdout.starts_with(b"2.3") || o.stdout.starts_with(b"2.2"))
}

fn settings_2_3(dir: &std::path::Display<'_>) -> String {
    format!(
        "ssl_cert = <{dir}/server.pem
ssl_key = <{dir}/server.key
disable_plaintext_auth = no
mail_location = maildir:~/Maildir:LAYOUT=fs
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={dir}/mail/%Lu
}}"
    )
}

fn settings_2_4(dir: &std::path::Display<'_>) -> String {
    format!(
        "dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
ssl_server_cert_file = {dir}/server.pem
ssl_server_key_file = {dir}/server.key
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = ~/Maildir
mailbox_list_layout = fs
passdb static {{
  password = secret
}}
userdb static {{
  fields {{
    uid = mail
    gid = mail
    home = {dir}/mail/%{{user|lower}}
  }}
}}"
    )
}
