//! A systemd user unit (systemd.service(5), systemd.syntax(7)).

use super::{Manager, Start, indented, tool};
use std::path::{Path, PathBuf};

const NAME: &str = "askfirst.service";

pub struct Systemd;

impl Manager for Systemd {
    /// Where units of the user's own lie (systemd.unit(5)).
    fn place(&self) -> Result<PathBuf, String> {
        let dirs = directories::BaseDirs::new()
            .ok_or("this user has no home folder, so there is no place for a service")?;
        Ok(dirs.config_dir().join("systemd").join("user").join(NAME))
    }

    fn text(&self, start: &Start) -> Result<Vec<u8>, String> {
        unit(start).map(String::into_bytes)
    }

    fn enable(&self, _: &Path, changed: bool) -> Result<(), String> {
        systemctl(&["daemon-reload"])?;
        if !changed {
            return systemctl(&["enable", "--now", NAME]);
        }
        // One that runs already runs the old program.
        systemctl(&["enable", NAME])?;
        systemctl(&["restart", NAME])
    }

    fn disable(&self, _: &Path) -> Result<(), String> {
        systemctl(&["disable", "--now", NAME])
    }

    fn forgotten(&self) -> Result<(), String> {
        systemctl(&["daemon-reload"])
    }

    fn start(&self, _: &Path) -> Result<(), String> {
        systemctl(&["start", NAME])
    }

    fn stop(&self, _: &Path) -> Result<(), String> {
        systemctl(&["stop", NAME])
    }

    fn status(&self, place: &Path) -> Result<String, String> {
        let journal = [
            "--user",
            "-u",
            NAME,
            "-n",
            "5",
            "-o",
            "short",
            "--no-pager",
            "-q",
        ];
        let log = tool("journalctl", &journal).unwrap_or_default();
        let log = indented(&log.lines().collect::<Vec<_>>());
        let place = place.display();
        match systemctl(&["is-active", NAME]) {
            Ok(()) => Ok(format!("installed ({place}) and running\n{log}")),
            Err(why) => Err(format!(
                "the service is installed ({place}) but not running ({why}); start it with \
                 `askfirst service start`, and see why with `journalctl --user -u askfirst`\n{log}"
            )),
        }
    }

    fn advice(&self) -> String {
        "It ends when you log out; `loginctl enable-linger` lets it go on (for a machine that is \
         always on).\n"
            .to_owned()
    }
}

fn systemctl(args: &[&str]) -> Result<(), String> {
    let args: Vec<&str> = std::iter::once("--user")
        .chain(args.iter().copied())
        .collect();
    tool("systemctl", &args).map(|_| ())
}

/// As a package installs it: of every user, with the configuration at its usual place.
#[must_use]
pub fn for_packages() -> String {
    of(
        "From the package; each user starts it with: systemctl --user enable --now askfirst",
        "/usr/bin/askfirst run",
    )
}

/// The unit of this user. Only what holds without a user namespace of its own stands in it, so that it works
/// under every user manager, and what a `password_command` needs stays reachable.
///
/// # Errors
/// When a path cannot be written into a unit.
fn unit(start: &Start) -> Result<String, String> {
    Ok(of(
        "Written by `askfirst service install`; `askfirst service uninstall` takes it away.",
        &format!(
            "{} run --config {}",
            program(&start.program)?,
            quoted(&start.config, true)?
        ),
    ))
}

fn of(remark: &str, command: &str) -> String {
    format!(
        "\
# {remark}
[Unit]
Description=askfirst, asks both people before an introduction leaves
Documentation=man:askfirst(1)
# A machine without a network at login is no reason to give up.
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart={command}
ExecReload=kill -HUP $MAINPID
Restart=always
RestartSec=5
# A wrong configuration stays wrong until somebody mends it.
RestartPreventExitStatus=2
TimeoutStartSec=90
TimeoutStopSec=20
# The main loop says every five minutes that it still turns.
WatchdogSec=10min
UMask=0077
MemoryMax=256M
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap
SystemCallErrorNumber=EPERM
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
# Not ProtectSystem nor PrivateTmp: they would cut a password_command off from its own files.

[Install]
WantedBy=default.target
"
    )
}

/// The program as first word. systemd refuses one with a quote, a backslash or a control character in its
/// name (“contains special characters”), however it is quoted: a shell starts that, and is gone.
fn program(path: &Path) -> Result<String, String> {
    let text = path.to_string_lossy();
    let special = |c: char| "\"'\\".contains(c) || c.is_ascii_control();
    Ok(match text.contains(special) {
        true => format!(
            r#"/bin/sh -c "exec \"$$0\" \"$$@\"" {}"#,
            quoted(path, true)?
        ),
        false => quoted(path, false)?,
    })
}

/// One word of a command line (systemd.service(5)). `$` means a variable in arguments only.
fn quoted(path: &Path, is_argument: bool) -> Result<String, String> {
    let text = path
        .to_str()
        .ok_or_else(|| format!("{} is not UTF-8, which a unit cannot hold", path.display()))?;
    let mut word = String::from("\"");
    for c in text.chars() {
        match c {
            '%' => word.push_str("%%"),
            '$' if is_argument => word.push_str("$$"),
            '"' => word.push_str("\\\""),
            '\\' => word.push_str("\\\\"),
            c if c.is_ascii_control() => word.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => word.push(c),
        }
    }
    word.push('"');
    Ok(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_paths_stay_one_word() {
        let of = |path: &str, argument| quoted(Path::new(path), argument).unwrap();
        assert_eq!(of("/home/a b/askfirst", false), r#""/home/a b/askfirst""#);
        assert_eq!(of("/100%/$x", true), r#""/100%%/$$x""#);
        assert_eq!(of("/100%/$x", false), r#""/100%%/$x""#);
        assert_eq!(of("/a\"b\\c\nd", true), r#""/a\"b\\c\x0ad""#);
        let started = program(Path::new("/a \"b\"/$x")).unwrap();
        assert!(
            started.starts_with("/bin/sh -c ") && started.ends_with(r#" "/a \"b\"/$$x""#),
            "{started}"
        );
        assert_eq!(program(Path::new("/a b/$x")).unwrap(), r#""/a b/$x""#);
    }

    #[test]
    fn unit_starts_this_program_with_this_configuration() {
        let unit = unit(&Start {
            program: "/opt/my tools/askfirst".into(),
            config: "/c.toml".into(),
            log: "/l".into(),
        })
        .unwrap();
        assert!(unit.contains("\nExecStart=\"/opt/my tools/askfirst\" run --config \"/c.toml\"\n"));
        for line in [
            "Type=notify",
            "Restart=always",
            "WatchdogSec=10min",
            "NoNewPrivileges=yes",
            "WantedBy=default.target",
        ] {
            assert!(unit.lines().any(|l| l == line), "{line}");
        }
    }
}
