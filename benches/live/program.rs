//! askfirst itself, as it was built, with a configuration and a state folder of its own.

use super::dovecot::Dovecot;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Program {
    dir: tempfile::TempDir,
    pub user: String,
}

impl Program {
    pub fn new(user: &str) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o700))
            .expect("permissions");
        Self {
            dir,
            user: user.to_owned(),
        }
    }

    /// A configuration that goes to the server through this port.
    fn configuration(&self, server: &Dovecot, port: u16) -> PathBuf {
        let (user, dir) = (&self.user, self.dir.path().display());
        std::fs::write(self.dir.path().join("ca.pem"), &server.ca).expect("ca.pem");
        let path = self.dir.path().join("config.toml");
        std::fs::write(
            &path,
            format!(
                r#"state_dir = "{dir}/state"
[[accounts]]
name = "work"
email = "{user}"
display_name = "Alex Rivera"
language = "en"
[accounts.imap]
host = "localhost"
port = {port}
password_command = "echo secret"
ca_file = "ca.pem"
[accounts.smtp]
host = "localhost"
port = 9
password_command = "echo secret"
[drafts]
settle = "0s"
[ask]
confirm = "always"
[detect]
max_holds = 1000
[notify]
desktop = false
"#
            ),
        )
        .expect("a configuration");
        path
    }

    pub fn spawn(&self, command: &str, server: &Dovecot, port: u16) -> Running {
        let configuration = self.configuration(server, port);
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.log_path())
            .expect("a log");
        let child = Command::new(env!("CARGO_BIN_EXE_askfirst"))
            .arg(command)
            .arg("--config")
            .arg(configuration)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("askfirst");
        Running { child }
    }

    fn log_path(&self) -> PathBuf {
        self.dir.path().join("log")
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }
}

/// A process of ours; ended with the value.
pub struct Running {
    child: Child,
}

impl Running {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end; its peak resident memory in kB, and whether all went well.
    pub fn finish(mut self) -> (u64, bool) {
        let mut peak = 0;
        loop {
            peak = peak.max(status(self.id(), "VmHWM").unwrap_or(0));
            if let Some(status) = self.child.try_wait().expect("a child") {
                return (peak, status.success());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(Some(_)) = self.child.try_wait() {
            return;
        }
        let _ = Command::new("kill").arg(self.id().to_string()).status();
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until {
            if let Ok(Some(_)) = self.child.try_wait() {
                return;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A number from `/proc/PID/status`.
pub fn status(pid: u32, name: &str) -> Option<u64> {
    number(&format!("/proc/{pid}/status"), name)
}

/// The first number behind `name:` in a file of `/proc`.
pub fn number(path: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text
        .lines()
        .find_map(|l| l.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}
