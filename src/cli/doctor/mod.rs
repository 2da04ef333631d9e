//! `doctor`: looks at everything askfirst needs, changes nothing, and names the mend of each finding.

mod account;
mod gateway;
mod machine;
mod report;
mod sending;

use super::args::Doctor;
use super::paint::{Paint, clean, wrap};
use super::{Failure, out};
use crate::config::Config;
use crate::edge::settings;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Good,
    /// Worth knowing; nothing fails for it.
    Note,
    Wrong,
}

/// What was found. `mend` is what a person can do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// By which docs/TROUBLESHOOTING.md tells of it; empty for what is good.
    pub key: &'static str,
    pub level: Level,
    pub what: String,
    pub mend: String,
}

fn good(what: impl Into<String>) -> Finding {
    Finding {
        key: "",
        level: Level::Good,
        what: what.into(),
        mend: String::new(),
    }
}
fn note(key: &'static str, what: impl Into<String>, mend: impl Into<String>) -> Finding {
    Finding {
        key,
        level: Level::Note,
        what: what.into(),
        mend: mend.into(),
    }
}
fn bad(key: &'static str, what: impl Into<String>, mend: impl Into<String>) -> Finding {
    Finding {
        key,
        level: Level::Wrong,
        what: what.into(),
        mend: mend.into(),
    }
}

/// Exit code 0: nothing wrong was found.
///
/// # Errors
/// Wrong for a configuration that cannot be read: nothing else can be looked at then.
pub fn run(path: Option<&Path>, how: &Doctor) -> Result<ExitCode, Failure> {
    let config = settings::load(path).map_err(Failure::Wrong)?;
    let file = settings::locate(path).map_err(Failure::Wrong)?;
    let paint = Paint::of_stdout();
    let silent = how.form.json || how.report;
    let mut all = Vec::new();
    // Told as it is found: a server that hangs takes its time.
    let mut tell = |finding: Finding| -> Result<(), Failure> {
        if !silent {
            out::print(&line(&finding, paint))?;
        }
        all.push(finding);
        Ok(())
    };
    look(&config, &file, &mut tell)?;
    let sound = all.iter().all(|f| f.level != Level::Wrong);
    if how.form.json {
        let list: Vec<_> = all
            .iter()
            .map(|f| {
                json!({
                    "id": (!f.key.is_empty()).then_some(f.key),
                    "level": word(f.level),
                    "what": f.what,
                    "mend": (!f.mend.is_empty()).then_some(&f.mend),
                })
            })
            .collect();
        out::print_json(&json!(list))?;
    } else if how.report {
        out::print(&report::text(&config, &all))?;
    }
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// Everything, in the order in which a person would look.
fn look(
    config: &Config,
    file: &Path,
    tell: &mut dyn FnMut(Finding) -> Result<(), Failure>,
) -> Result<(), Failure> {
    for finding in machine::configuration(config, file) {
        tell(finding)?;
    }
    for finding in machine::state(config) {
        tell(finding)?;
    }
    for finding in machine::daemon(config) {
        tell(finding)?;
    }
    tell(machine::service())?;
    for finding in machine::keyring(config) {
        tell(finding)?;
    }
    for finding in gateway::look(config) {
        tell(finding)?;
    }
    for account in &config.accounts {
        for finding in account::mailbox(config, account) {
            tell(finding)?;
        }
        for finding in sending::look(account) {
            tell(finding)?;
        }
    }
    Ok(())
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Good => "ok",
        Level::Note => "note",
        Level::Wrong => "wrong",
    }
}

fn line(finding: &Finding, paint: Paint) -> String {
    let mark = match finding.level {
        Level::Good => paint.good("ok   "),
        Level::Note => paint.warn("note "),
        Level::Wrong => paint.bad("wrong"),
    };
    let what = wrap(&clean(&finding.what), "       ", 80);
    let mend = wrap(&clean(&finding.mend), "       > ", 80);
    format!("{mark}  {}{mend}", what.trim_start())
}

#[cfg(test)]
mod tests {
    /// Every finding that wants something of a person is told of in docs/TROUBLESHOOTING.md.
    #[test]
    fn every_finding_has_its_line_in_troubleshooting() {
        let page = include_str!("../../../docs/TROUBLESHOOTING.md");
        let sources = [
            include_str!("account.rs"),
            include_str!("gateway.rs"),
            include_str!("machine.rs"),
            include_str!("sending.rs"),
        ];
        let mut keys: Vec<&str> = Vec::new();
        for source in sources {
            for call in ["bad(", "note("] {
                let calls = source.split(call).skip(1);
                keys.extend(
                    calls.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()),
                );
            }
        }
        keys.sort_unstable();
        keys.dedup();
        assert!(keys.len() > 30, "{keys:?}");
        let missing: Vec<_> = keys
            .iter()
            .filter(|k| !page.contains(&format!("`{k}`")))
            .collect();
        assert!(
            missing.is_empty(),
            "not in docs/TROUBLESHOOTING.md: {missing:?}"
        );
        let told = page
            .lines()
            .filter_map(|l| l.strip_prefix("| `")?.split('`').next());
        for key in told {
            assert!(keys.contains(&key), "{key}: nothing finds it any more");
        }
    }
}
