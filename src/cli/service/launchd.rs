//! A launchd agent (launchd.plist(5)).

use super::{Manager, Start, last_lines, tool, utf8, xml};
use std::path::{Path, PathBuf};

const LABEL: &str = "org.askfirst.askfirst";

pub struct Launchd;

impl Manager for Launchd {
    fn place(&self) -> Result<PathBuf, String> {
        let dirs = directories::BaseDirs::new()
            .ok_or("this user has no home folder, so there is no place for a service")?;
        let agents = dirs.home_dir().join("Library").join("LaunchAgents");
        Ok(agents.join(format!("{LABEL}.plist")))
    }

    fn text(&self, start: &Start) -> Result<Vec<u8>, String> {
        agent(start).map(String::into_bytes)
    }

    fn enable(&self, place: &Path, changed: bool) -> Result<(), String> {
        let domain = domain();
        if changed {
            // An old one is forgotten first; where there is none, that fails and does not matter.
            let _ = tool("launchctl", &["bootout", &service()]);
        }
        let known = tool("launchctl", &["print", &service()]).is_ok();
        if !known {
            tool("launchctl", &["bootstrap", &domain, utf8(place)?])?;
        }
        tool("launchctl", &["enable", &service()]).map(|_| ())
    }

    fn disable(&self, _: &Path) -> Result<(), String> {
        tool("launchctl", &["bootout", &service()]).map(|_| ())
    }

    fn forgotten(&self) -> Result<(), String> {
        Ok(())
    }

    fn start(&self, place: &Path) -> Result<(), String> {
        if tool("launchctl", &["print", &service()]).is_err() {
            return tool("launchctl", &["bootstrap", &domain(), utf8(place)?]).map(|_| ());
        }
        tool("launchctl", &["kickstart", &service()]).map(|_| ())
    }

    /// Forgotten until the next login: otherwise launchd would start it anew at once.
    fn stop(&self, _: &Path) -> Result<(), String> {
        tool("launchctl", &["bootout", &service()]).map(|_| ())
    }

    fn status(&self, place: &Path) -> Result<String, String> {
        let log = last_lines(&log_of(place).unwrap_or_default());
        let place = place.display();
        let said = tool("launchctl", &["print", &service()]).unwrap_or_default();
        if said.lines().any(|line| line.trim() == "state = running") {
            return Ok(format!("installed ({place}) and running\n{log}"));
        }
        Err(format!(
            "the service is installed ({place}) but not running; start it with `askfirst service \
             start`\n{log}"
        ))
    }

    fn advice(&self) -> String {
        "macOS lists it under System Settings, General, Login Items.\n".to_owned()
    }
}

/// The graphical session of this user.
fn domain() -> String {
    #[cfg(unix)]
    let id = rustix::process::getuid().as_raw();
    #[cfg(not(unix))]
    let id = 0;
    format!("gui/{id}")
}

fn service() -> String {
    format!("{}/{LABEL}", domain())
}

/// As it stands behind `--log-file` in the agent.
fn log_of(place: &Path) -> Option<PathBuf> {
    let text = std::fs::read_to_string(place).ok()?;
    let (_, after) = text.split_once("<string>--log-file</string>")?;
    let path = after.split("<string>").nth(1)?.split("</string>").next()?;
    let plain = path
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    Some(PathBuf::from(plain))
}

fn agent(start: &Start) -> Result<String, String> {
    Ok(format!(
        "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">
<!-- Written by `askfirst service install`; `askfirst service uninstall` takes it away. -->
<plist version=\"1.0\">
<dict>
  <key>Label</key><string>{LABEL}</string>
  <key>ProgramArguments</key>
  <array>
    <string>{program}</string>
    <string>run</string>
    <string>--config</string>
    <string>{config}</string>
    <string>--log-file</string>
    <string>{log}</string>
  </array>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>ThrottleInterval</key><integer>30</integer>
  <key>ProcessType</key><string>Background</string>
  <key>Umask</key><integer>63</integer>
</dict>
</plist>
",
        program = xml(utf8(&start.program)?)?,
        config = xml(utf8(&start.config)?)?,
        log = xml(utf8(&start.log)?)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_paths_stay_whole() {
        let start = Start {
            program: "/Applications/R&D <x>/askfirst".into(),
            config: "/Users/a b/c.toml".into(),
            log: "/Users/a \"b\"/log".into(),
        };
        let text = agent(&start).unwrap();
        assert!(text.contains("<string>/Applications/R&amp;D &lt;x&gt;/askfirst</string>"));
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.plist");
        std::fs::write(&place, text).unwrap();
        assert_eq!(log_of(&place), Some(start.log));
        let odd = Start {
            program: "/a\nb".into(),
            ..start_of("/c")
        };
        assert!(agent(&odd).is_err());
    }

    fn start_of(path: &str) -> Start {
        Start {
            program: path.into(),
            config: path.into(),
            log: path.into(),
        }
    }
}
