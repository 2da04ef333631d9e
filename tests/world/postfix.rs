//! A real Postfix on loopback beside a [`Dovecot`]: it takes submissions from Dovecot's users and delivers
//! to them. Private configuration, free ports, one folder in /tmp, ended with the value.

use super::dovecot::{Dovecot, free_port};
use std::io::Read;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running Postfix. Every address of every domain is a user of the Dovecot beside it, but for
/// those whose name begins with
///
/// * `nobody`: refused at RCPT (550 5.1.1);
/// * `full`: refused at RCPT (552 5.2.2);
/// * `grey`: put off at RCPT (451 4.7.1).
///
/// Nobody may send as an address whose name begins with `stranger` (553 5.7.1).
///
/// A message with an `X-Refuse` field is refused after the dot (550 5.7.1). Nothing leaves loopback.
pub struct Postfix {
    dir: tempfile::TempDir,
    master: Child,
    /// Plain, with AUTH.
    pub plain_port: u16,
    pub starttls_port: u16,
    /// Implicit TLS.
    pub tls_port: u16,
}

/// Whether there is one to run; prints what is skipped where not.
pub fn is_here() -> bool {
    let here = Path::new("/usr/sbin/postfix").exists() && super::dovecot::is_here();
    if !here {
        eprintln!("skipped: no /usr/sbin/postfix here, or no Dovecot for it");
    }
    here
}

impl Postfix {
    /// Starts one and waits until it answers.
    pub fn start(dovecot: &Dovecot) -> Self {
        for _ in 0..5 {
            if let Some(postfix) = Self::try_start(dovecot) {
                return postfix;
            }
        }
        panic!("Postfix did not start five times");
    }

    fn try_start(dovecot: &Dovecot) -> Option<Self> {
        let dir = tempfile::Builder::new()
            .prefix("askfirst-postfix-")
            .tempdir_in("/tmp")
            .expect("a folder");
        let path = dir.path();
        let readable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(path, readable).expect("permissions");
        for folder in ["conf", "spool", "data"] {
            std::fs::create_dir(path.join(folder)).expect("a folder");
        }
        let owned = Command::new("chown")
            .arg("postfix")
            .arg(path.join("data"))
            .status();
        assert!(owned.is_ok_and(|status| status.success()), "chown");
        let ports = [free_port(), free_port(), free_port()];
        let write = |name: &str, text: &str| {
            std::fs::write(path.join("conf").join(name), text).expect("configuration");
        };
        write("main.cf", &main_cf(path, dovecot.path()));
        write("master.cf", &master_cf(ports));
        write("all", "/./ OK\n");
        write(
            "recipients",
            "/^nobody/ 550 5.1.1 No such person, says the real server\n\
             /^full/ 552 5.2.2 Mailbox full, says the real server\n\
             /^grey/ 451 4.7.1 Greylisted, says the real server\n",
        );
        write(
            "senders",
            "/^stranger/ 553 5.7.1 Not one of yours, says the real server\n",
        );
        write("headers", "/^X-Refuse:/ REJECT 5.7.1 not such a thing\n");
        let log = std::fs::File::create(path.join("start.log")).expect("log");
        let master = Command::new("/usr/sbin/postfix")
            .arg("-c")
            .arg(path.join("conf"))
            .arg("start-fg")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("log"))
            .stderr(log)
            .spawn()
            .expect("postfix");
        let [plain_port, starttls_port, tls_port] = ports;
        let mut postfix = Self {
            dir,
            master,
            plain_port,
            starttls_port,
            tls_port,
        };
        postfix.answers().then_some(postfix)
    }

    fn answers(&mut self) -> bool {
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            if let Ok(Some(_)) = self.master.try_wait() {
                break;
            }
            if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.plain_port)) {
                let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
                let mut greeting = [0; 4];
                if stream.read_exact(&mut greeting).is_ok() && &greeting == b"220 " {
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
        read("start.log") + &read("postfix.log")
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // The master takes its children with it.
        let pid = std::fs::read_to_string(self.dir.path().join("spool/pid/master.pid"));
        for pid in [pid.unwrap_or_default(), self.master.id().to_string()] {
            if !pid.trim().is_empty() {
                let _ = Command::new("kill")
                    .arg(pid.trim())
                    .stderr(Stdio::null())
                    .status();
            }
        }
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

fn main_cf(dir: &Path, dovecot: &Path) -> String {
    let (dir, dovecot) = (dir.display(), dovecot.display());
    format!(
        "compatibility_level = 3.6
config_directory = {dir}/conf
queue_directory = {dir}/spool
data_directory = {dir}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {dir}/postfix.log
maillog_file_prefixes = /tmp
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example
mydestination =
mynetworks =
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = regexp:{dir}/conf/all
virtual_mailbox_maps = regexp:{dir}/conf/all
virtual_transport = lmtp:unix:{dovecot}/lmtp
default_transport = error:5.1.2 nothing leaves this test
relay_transport = error:5.1.2 nothing leaves this test
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
smtpd_sasl_type = dovecot
smtpd_sasl_path = {dovecot}/auth
smtpd_sasl_security_options = noanonymous
smtpd_tls_cert_file = {dovecot}/server.pem
smtpd_tls_key_file = {dovecot}/server.key
smtpd_forbid_bare_newline = yes
message_size_limit = 25600000
mailbox_size_limit = 0
virtual_mailbox_limit = 0
lmtp_line_length_limit = 0
disable_mime_output_conversion = yes
smtputf8_enable = yes
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
in_flow_delay = 0s
minimal_backoff_time = 1s
maximal_backoff_time = 5s
queue_run_delay = 1s
transport_retry_time = 1s
header_checks = regexp:{dir}/conf/headers
smtpd_delay_reject = yes
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_sender_access regexp:{dir}/conf/senders, check_recipient_access regexp:{dir}/conf/recipients
notify_classes =
"
    )
}

fn master_cf([plain, starttls, tls]: [u16; 3]) -> String {
    let mut services = String::new();
    for (port, how) in [
        (plain, "-o smtpd_tls_security_level=none"),
        (
            starttls,
            "-o smtpd_tls_security_level=encrypt -o smtpd_tls_auth_only=yes",
        ),
        (tls, "-o smtpd_tls_wrappermode=yes"),
    ] {
        services.push_str(&format!(
            "127.0.0.1:{port} inet n - n - - smtpd\n  -o smtpd_sasl_auth_enable=yes {how}\n"
        ));
    }
    services
        + "cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"
}
