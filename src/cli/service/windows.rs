//! A task of the Windows task scheduler (Task Scheduler Schema 1.2), run as the logged-on user.

use super::{Manager, Start, last_lines, tool, utf8, xml};
use std::path::{Path, PathBuf};

const NAME: &str = "askfirst";

pub struct Task;

impl Manager for Task {
    /// The scheduler keeps its own copy; ours says what was installed.
    fn place(&self) -> Result<PathBuf, String> {
        let dirs = directories::BaseDirs::new()
            .ok_or("this user has no home folder, so there is no place for a service")?;
        Ok(dirs.data_local_dir().join("askfirst").join("task.xml"))
    }

    /// UTF-16 with its mark, which is what `schtasks /XML` reads.
    fn text(&self, start: &Start) -> Result<Vec<u8>, String> {
        let user = match (std::env::var("USERDOMAIN"), std::env::var("USERNAME")) {
            (Ok(domain), Ok(name)) => format!("{domain}\\{name}"),
            (_, Ok(name)) => name,
            _ => String::new(),
        };
        let text = task(start, &user)?;
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        Ok(units.flat_map(u16::to_le_bytes).collect())
    }

    fn enable(&self, place: &Path, changed: bool) -> Result<(), String> {
        if changed {
            let _ = tool("schtasks", &["/End", "/TN", NAME]);
        }
        tool(
            "schtasks",
            &["/Create", "/F", "/TN", NAME, "/XML", utf8(place)?],
        )?;
        tool("schtasks", &["/Run", "/TN", NAME]).map(|_| ())
    }

    fn disable(&self, _: &Path) -> Result<(), String> {
        let _ = tool("schtasks", &["/End", "/TN", NAME]);
        tool("schtasks", &["/Delete", "/F", "/TN", NAME]).map(|_| ())
    }

    fn forgotten(&self) -> Result<(), String> {
        Ok(())
    }

    fn start(&self, _: &Path) -> Result<(), String> {
        tool("schtasks", &["/Run", "/TN", NAME]).map(|_| ())
    }

    fn stop(&self, _: &Path) -> Result<(), String> {
        tool("schtasks", &["/End", "/TN", NAME]).map(|_| ())
    }

    fn status(&self, place: &Path) -> Result<String, String> {
        let log = place.with_file_name("log");
        let log = last_lines(&log);
        // By number: the words are translated.
        let asked = format!(
            "if ((Get-ScheduledTask -TaskName {NAME}).State -eq 4) {{ exit 0 }} else {{ exit 1 }}"
        );
        let arguments = ["-NoProfile", "-NonInteractive", "-Command", &asked];
        let place = place.display();
        match tool("powershell", &arguments) {
            Ok(_) => Ok(format!("installed ({place}) and running\n{log}")),
            Err(_) => Err(format!(
                "the task is installed ({place}) but not running; start it with `askfirst service \
                 start`\n{log}"
            )),
        }
    }

    fn advice(&self) -> String {
        String::new()
    }
}

/// On battery too, without a time limit, started again when it fails, with no console window
/// (`conhost --headless`, since Windows 10 1809).
fn task(start: &Start, user: &str) -> Result<String, String> {
    let arguments = format!(
        "--headless {} run --config {} --log-file {}",
        quoted(utf8(&start.program)?),
        quoted(utf8(&start.config)?),
        quoted(utf8(&start.log)?),
    );
    Ok(format!(
        "\
<?xml version=\"1.0\" encoding=\"UTF-16\"?>
<!-- Written by `askfirst service install`; `askfirst service uninstall` takes it away. -->
<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">
  <RegistrationInfo><Description>askfirst, asks both people before an introduction leaves</Description></RegistrationInfo>
  <Triggers><LogonTrigger><Enabled>true</Enabled><UserId>{user}</UserId></LogonTrigger></Triggers>
  <Principals><Principal id=\"Author\"><UserId>{user}</UserId><LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel></Principal></Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>255</Count></RestartOnFailure>
    <Hidden>true</Hidden>
  </Settings>
  <Actions Context=\"Author\"><Exec><Command>conhost.exe</Command><Arguments>{arguments}</Arguments></Exec></Actions>
</Task>
",
        user = xml(user)?,
        arguments = xml(&arguments)?,
    ))
}

/// One argument as `CommandLineToArgvW` reads it: backslashes count double before a quote.
fn quoted(text: &str) -> String {
    let mut word = String::from("\"");
    let mut slashes = 0;
    for c in text.chars() {
        match c {
            '\\' => slashes += 1,
            '"' => {
                word.push_str(&"\\".repeat(2 * slashes + 1));
                slashes = 0;
                word.push('"');
            }
            c => {
                word.push_str(&"\\".repeat(slashes));
                slashes = 0;
                word.push(c);
            }
        }
    }
    word.push_str(&"\\".repeat(2 * slashes));
    word.push('"');
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_stay_one_word_each() {
        assert_eq!(quoted(r"C:\a b\c.exe"), r#""C:\a b\c.exe""#);
        assert_eq!(quoted(r"C:\a b\"), r#""C:\a b\\""#);
        assert_eq!(quoted(r#"a\"b"#), r#""a\\\"b""#);
    }

    #[test]
    fn task_runs_on_battery_without_limit_and_without_a_window() {
        let start = Start {
            program: r"C:\R&D\askfirst.exe".into(),
            config: r"C:\Users\Al R\c.toml".into(),
            log: r"C:\l".into(),
        };
        let text = task(&start, r"HOME\Al & Co").unwrap();
        for part in [
            "<ExecutionTimeLimit>PT0S<",
            "<StopIfGoingOnBatteries>false<",
            "<UserId>HOME\\Al &amp; Co<",
            "--headless &quot;C:\\R&amp;D\\askfirst.exe&quot; run --config &quot;C:\\Users\\Al R\\c.toml&quot;",
        ] {
            assert!(text.contains(part), "{part}:\n{text}");
        }
    }
}
