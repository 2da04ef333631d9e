//! The findings for a bug report: what the program and the system are, and nobody's name.

use super::{Finding, word};
use crate::cli::paint::clean;
use crate::config::{Config, providers};

/// The whole report.
#[must_use]
pub fn text(config: &Config, findings: &[Finding]) -> String {
    let mut text = format!(
        "askfirst {} on {} {} (features: {})\n{} accounts, gateway {}\n\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        if cfg!(feature = "keyring") {
            "keyring"
        } else {
            "none"
        },
        config.accounts.len(),
        if config.gateway.enabled { "on" } else { "off" },
    );
    let words = names(config);
    for finding in findings {
        text.push_str(&format!(
            "{:5}  {}\n",
            word(finding.level),
            redacted(&clean(&finding.what), &words)
        ));
    }
    text
}

/// What must not stand in it, and what stands there instead; the longest first.
fn names(config: &Config) -> Vec<(String, String)> {
    let mut words = Vec::new();
    for (n, account) in config.accounts.iter().enumerate() {
        let n = n + 1;
        let mut hide = |text: &str, what: &str| {
            if text.len() > 1 {
                words.push((text.to_owned(), format!("<{what} {n}>")));
            }
        };
        hide(account.email.as_str(), "address");
        hide(account.email.domain(), "domain");
        hide(&account.imap.username, "user");
        hide(&account.smtp.username, "user");
        hide(&account.name, "account");
        for (server, what) in [(&account.imap, "imap host"), (&account.smtp, "smtp host")] {
            if providers::of_host(&server.host).is_none() {
                hide(&server.host, what);
            }
        }
        if let Some(name) = &account.display_name {
            hide(name, "name");
        }
    }
    if let Some(dirs) = directories::BaseDirs::new() {
        words.push((dirs.home_dir().display().to_string(), "~".to_owned()));
    }
    words.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
    words
}

fn redacted(text: &str, words: &[(String, String)]) -> String {
    let mut text = text.to_owned();
    for (word, instead) in words {
        text = text.replace(word.as_str(), instead);
    }
    // Other people's addresses, in whatever a server said.
    text.split(' ')
        .map(|word| match word.contains('@') {
            true => "<an address>",
            false => word,
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_named() {
        let words = [
            ("alex@example.org".to_owned(), "<address 1>".to_owned()),
            ("example.org".to_owned(), "<domain 1>".to_owned()),
        ];
        let said = "no login of alex@example.org at mail.example.org: ask rachel@example.net.";
        assert_eq!(
            redacted(said, &words),
            "no login of <address 1> at mail.<domain 1>: ask <an address>"
        );
    }
}
