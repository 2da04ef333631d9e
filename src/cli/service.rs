//! The login service: a systemd user unit of our own writing.
//!
//! The known helper crates neither quote nor escape, so that a path with a blank or a `%` in it
//! gives a broken unit (systemd.syntax(7), systemd.service(5) “COMMAND LINES”).

use super::args::Service;
use super::{Failure, out};
use crate::edge::settings;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

const NAME: &str = "askfirst.service";

/// # Errors
/// A sentence, when the service could not be made, or does not run as asked.
pub fn run(config: Option<&Path>, action: Service) -> Result<ExitCode, Failure> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::CouldNot(
            "a login service can only be installed with systemd on Linux so far; \
             elsewhere, let your system start `askfirst run` when you log in"
                .to_owned(),
        ));
    }
    let unit = place().map_err(Failure::CouldNot)?;
    match action {
        Service::Install => install(config, &unit),
        Service::Uninstall => uninstall(&unit),
        Service::Start => {
            installed(&unit)?;
            systemctl(&["start", NAME]).map_err(Failure::CouldNot)?;
            out::print("askfirst is running\n")
        }
        Service::Stop => {
            installed(&unit)?;
            systemctl(&["stop", NAME]).map_err(Failure::CouldNot)?;
            out::print("askfirst is stopped until you log in again\n")
        }
        Service::Status => status(&unit),
    }
}

fn install(config: Option<&Path>, unit: &Path) -> Result<ExitCode, Failure> {
    // A service that cannot start is no help: the slip is told now, to the person who made it.
    settings::load(config).map_err(Failure::Wrong)?;
    let config = settings::locate(config).map_err(Failure::Wrong)?;
    let program = std::env::current_exe()
        .and_then(|path| path.canonicalize())
        .map_err(|error| {
            Failure::CouldNot(format!("the place of this program is not known: {error}"))
        })?;
    let text = text(&program, &config).map_err(Failure::CouldNot)?;
    write(unit, &text).map_err(|error| {
        Failure::CouldNot(format!("{} cannot be written: {error}", unit.display()))
    })?;
    let started =
        systemctl(&["daemon-reload"]).and_then(|()| systemctl(&["enable", "--now", NAME]));
    started.map_err(|why| {
        Failure::CouldNot(format!(
            "the unit is written to {}, but not started: {why}",
            unit.display()
        ))
    })?;
    out::print(&format!(
        "askfirst runs, and starts with every login ({})\n",
        unit.display()
    ))
}

fn uninstall(unit: &Path) -> Result<ExitCode, Failure> {
    installed(unit)?;
    let stopped = systemctl(&["disable", "--now", NAME]);
    std::fs::remove_file(unit).map_err(|error| {
        Failure::CouldNot(format!("{} cannot be removed: {error}", unit.display()))
    })?;
    stopped
        .and_then(|()| systemctl(&["daemon-reload"]))
        .map_err(|why| {
            Failure::CouldNot(format!(
                "{} is removed, but a running askfirst could not be stopped: {why}",
                unit.display()
            ))
        })?;
    out::print("the service is gone; what askfirst remembers is still there\n")
}

fn status(unit: &Path) -> Result<ExitCode, Failure> {
    installed(unit)?;
    let active = Command::new("systemctl")
        .args(["--user", "is-active", NAME])
        .stderr(Stdio::null())
        .output()
        .map_err(|error| Failure::CouldNot(absent(&error)))?;
    let word = String::from_utf8_lossy(&active.stdout).trim().to_owned();
    if active.status.success() {
        return out::print(&format!("installed ({}) and running\n", unit.display()));
    }
    let word = if word.is_empty() { "unknown" } else { &word };
    Err(Failure::CouldNot(format!(
        "the service is installed ({}) but not running (systemd says: {word}); \
         start it with `askfirst service start`, and see why with `journalctl --user -u askfirst`",
        unit.display()
    )))
}

fn installed(unit: &Path) -> Result<(), Failure> {
    if unit.is_file() {
        return Ok(());
    }
    Err(Failure::CouldNot(format!(
        "the service is not installed (there is no {}); install it with `askfirst service install`",
        unit.display()
    )))
}

/// Where units of the user's own lie (systemd.unit(5)).
fn place() -> Result<PathBuf, String> {
    let dirs = directories::BaseDirs::new()
        .ok_or("this user has no home folder, so there is no place for a service")?;
    Ok(dirs.config_dir().join("systemd").join("user").join(NAME))
}

fn write(unit: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = unit.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let new = unit.with_extension("new");
    std::fs::write(&new, text)?;
    std::fs::rename(&new, unit)
}

fn systemctl(args: &[&str]) -> Result<(), String> {
    let output = Command::new("systemctl")
        .arg("--user")
        .args(args)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| absent(&error))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("it gave no reason").trim();
    Err(format!(
        "`systemctl --user {}` failed: {}",
        args.join(" "),
        super::paint::clean(said)
    ))
}

fn absent(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            "there is no `systemctl` here; without systemd, let your system start `askfirst run` \
             when you log in"
                .to_owned()
        }
        _ => format!("`systemctl` could not be run: {error}"),
    }
}

/// The unit. Only what holds without a user namespace of its own stands in it, so that it works
/// under every user manager, and what a `password_command` needs stays reachable.
///
/// # Errors
/// When a path cannot be written into a unit.
fn text(program: &Path, config: &Path) -> Result<String, String> {
    Ok(format!(
        "\
# Written by `askfirst service install`; `askfirst service uninstall` takes it away.
[Unit]
Description=askfirst, asks both people before an introduction leaves
# A machine without a network at login is no reason to give up.
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart={program} run --config {config}
ExecReload=kill -HUP $MAINPID
Restart=always
RestartSec=5
# A wrong configuration stays wrong until somebody mends it.
RestartPreventExitStatus=2
TimeoutStartSec=90
TimeoutStopSec=20
UMask=0077
MemoryMax=256M
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
# Not ProtectSystem nor PrivateTmp: they would cut a password_command off from its own files.

[Install]
WantedBy=default.target
",
        program = quoted(program, false)?,
        config = quoted(config, true)?,
    ))
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
    }

    #[test]
    fn unit_starts_this_program_with_this_configuration() {
        let unit = text(Path::new("/opt/my tools/askfirst"), Path::new("/c.toml")).unwrap();
        assert!(unit.contains("\nExecStart=\"/opt/my tools/askfirst\" run --config \"/c.toml\"\n"));
        for line in [
            "Type=notify",
            "Restart=always",
            "NoNewPrivileges=yes",
            "WantedBy=default.target",
        ] {
            assert!(unit.lines().any(|l| l == line), "{line}");
        }
    }
}
