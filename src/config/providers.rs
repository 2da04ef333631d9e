//! The large providers: their servers, how one logs in there, and what to click.

use super::Security;
use super::Security::{Starttls, Tls};

/// What a provider takes as a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// The account's own.
    Password,
    /// One made for this program.
    AppPassword,
    /// No password at all.
    Oauth,
}

/// Where OAuth 2.0 happens. The client id is the user's own or their organisation's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoints {
    pub auth_url: &'static str,
    pub token_url: &'static str,
    /// `None` where the device flow does not give mail away (Google).
    pub device_url: Option<&'static str>,
    pub scopes: &'static [&'static str],
}

#[derive(Debug, PartialEq, Eq)]
pub struct Provider {
    pub name: &'static str,
    pub domains: &'static [&'static str],
    /// How the names of its mail exchangers end.
    pub exchangers: &'static [&'static str],
    pub imap: (&'static str, u16, Security),
    pub smtp: (&'static str, u16, Security),
    pub login: Login,
    /// One sentence: what to click.
    pub advice: &'static str,
    pub oauth: Option<Endpoints>,
}

pub const GOOGLE: Endpoints = Endpoints {
    auth_url: "https://accounts.google.com/o/oauth2/v2/auth",
    token_url: "https://oauth2.googleapis.com/token",
    device_url: None,
    scopes: &["https://mail.google.com/"],
};

pub const MICROSOFT: Endpoints = Endpoints {
    auth_url: "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
    token_url: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
    device_url: Some("https://login.microsoftonline.com/common/oauth2/v2.0/devicecode"),
    scopes: &[
        "https://outlook.office.com/IMAP.AccessAsUser.All",
        "https://outlook.office.com/SMTP.Send",
        "offline_access",
    ],
};

pub const ALL: &[Provider] = &[
    Provider {
        name: "Gmail",
        domains: &["gmail.com", "googlemail.com"],
        exchangers: &["google.com", "googlemail.com"],
        imap: ("imap.gmail.com", 993, Tls),
        smtp: ("smtp.gmail.com", 465, Tls),
        login: Login::AppPassword,
        advice: "Google wants an app password here: switch on 2-Step Verification at \
                 myaccount.google.com/security, then make one at \
                 myaccount.google.com/apppasswords (sixteen letters; blanks do not matter).",
        oauth: Some(GOOGLE),
    },
    Provider {
        name: "Microsoft 365",
        domains: &[
            "outlook.com",
            "hotmail.com",
            "live.com",
            "msn.com",
            "outlook.de",
            "outlook.fr",
            "hotmail.co.uk",
            "hotmail.fr",
            "hotmail.de",
            "live.nl",
        ],
        exchangers: &[
            "mail.protection.outlook.com",
            "mx.microsoft",
            "olc.protection.outlook.com",
        ],
        imap: ("outlook.office365.com", 993, Tls),
        smtp: ("smtp.office365.com", 587, Starttls),
        login: Login::Oauth,
        advice: "Microsoft takes no passwords from mail programs any more, only a login in the \
                 browser (OAuth 2.0); in a company the administrator must allow it, and switch on \
                 “Authenticated SMTP” for your mailbox.",
        oauth: Some(MICROSOFT),
    },
    Provider {
        name: "iCloud",
        domains: &["icloud.com", "me.com", "mac.com"],
        exchangers: &["mail.icloud.com"],
        imap: ("imap.mail.me.com", 993, Tls),
        smtp: ("smtp.mail.me.com", 587, Starttls),
        login: Login::AppPassword,
        advice: "Apple wants an app-specific password here: account.apple.com, “Sign-In and \
                 Security”, “App-Specific Passwords”.",
        oauth: None,
    },
    Provider {
        name: "Yahoo",
        domains: &[
            "yahoo.com",
            "ymail.com",
            "rocketmail.com",
            "yahoo.co.uk",
            "yahoo.de",
            "yahoo.fr",
            "yahoo.es",
            "yahoo.it",
            "yahoo.com.br",
        ],
        exchangers: &["yahoodns.net"],
        imap: ("imap.mail.yahoo.com", 993, Tls),
        smtp: ("smtp.mail.yahoo.com", 465, Tls),
        login: Login::AppPassword,
        advice: "Yahoo wants an app password here: login.yahoo.com/account/security, “Generate \
                 app password”.",
        oauth: None,
    },
    Provider {
        name: "AOL",
        domains: &["aol.com", "aim.com"],
        exchangers: &[],
        imap: ("imap.aol.com", 993, Tls),
        smtp: ("smtp.aol.com", 465, Tls),
        login: Login::AppPassword,
        advice: "AOL wants an app password here: login.aol.com/account/security, “Generate app \
                 password”.",
        oauth: None,
    },
    Provider {
        name: "Fastmail",
        domains: &["fastmail.com", "fastmail.fm", "fastmail.org", "sent.com"],
        exchangers: &["messagingengine.com"],
        imap: ("imap.fastmail.com", 993, Tls),
        smtp: ("smtp.fastmail.com", 465, Tls),
        login: Login::AppPassword,
        advice: "Fastmail wants an app password here: Settings, “Privacy & Security”, “Manage app \
                 passwords”, with access to Mail (IMAP/SMTP).",
        oauth: None,
    },
    Provider {
        name: "GMX",
        domains: &["gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com"],
        exchangers: &["gmx.net"],
        imap: ("imap.gmx.net", 993, Tls),
        smtp: ("mail.gmx.net", 465, Tls),
        login: Login::Password,
        advice: "GMX takes your usual password once “POP3 & IMAP” is allowed in the settings of \
                 its webmail; with two-factor login it wants an app password.",
        oauth: None,
    },
    Provider {
        name: "web.de",
        domains: &["web.de"],
        exchangers: &["web.de"],
        imap: ("imap.web.de", 993, Tls),
        smtp: ("smtp.web.de", 465, Tls),
        login: Login::Password,
        advice: "web.de takes your usual password once “POP3 & IMAP” is allowed in the settings of \
                 its webmail; with two-factor login it wants an app password.",
        oauth: None,
    },
    Provider {
        name: "mailbox.org",
        domains: &["mailbox.org"],
        exchangers: &["mailbox.org"],
        imap: ("imap.mailbox.org", 993, Tls),
        smtp: ("smtp.mailbox.org", 465, Tls),
        login: Login::Password,
        advice: "mailbox.org takes your usual password, or an app password where you use \
                 two-factor login.",
        oauth: None,
    },
    Provider {
        name: "Posteo",
        domains: &["posteo.de", "posteo.net"],
        exchangers: &["posteo.de"],
        imap: ("posteo.de", 993, Tls),
        smtp: ("posteo.de", 465, Tls),
        login: Login::Password,
        advice: "Posteo takes your usual password.",
        oauth: None,
    },
    Provider {
        name: "Zoho",
        domains: &["zoho.com", "zohomail.com"],
        exchangers: &["zoho.com"],
        imap: ("imap.zoho.com", 993, Tls),
        smtp: ("smtp.zoho.com", 465, Tls),
        login: Login::AppPassword,
        advice: "Zoho wants an app password where two-factor login is on (accounts.zoho.com, \
                 Security), and IMAP switched on in the settings of its webmail.",
        oauth: None,
    },
];

/// The provider of addresses at this domain.
#[must_use]
pub fn of_domain(domain: &str) -> Option<&'static Provider> {
    ALL.iter()
        .find(|p| p.domains.iter().any(|d| d.eq_ignore_ascii_case(domain)))
}

/// The provider behind a mail exchanger.
#[must_use]
pub fn of_exchanger(host: &str) -> Option<&'static Provider> {
    ALL.iter()
        .find(|p| p.exchangers.iter().any(|e| is_below(host, e)))
}

/// The provider whose IMAP or SMTP server this is.
#[must_use]
pub fn of_host(host: &str) -> Option<&'static Provider> {
    ALL.iter().find(|p| {
        [p.imap.0, p.smtp.0]
            .iter()
            .any(|h| h.eq_ignore_ascii_case(host))
    })
}

fn is_below(host: &str, domain: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == domain || host.ends_with(&format!(".{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_are_known_by_domain_exchanger_and_host() {
        let name = |p: Option<&Provider>| p.map(|p| p.name);
        assert_eq!(name(of_domain("GMAIL.com")), Some("Gmail"));
        assert_eq!(name(of_domain("example.org")), None);
        assert_eq!(name(of_exchanger("aspmx.l.google.com.")), Some("Gmail"));
        let tenant = "example-org.mail.protection.outlook.com";
        assert_eq!(name(of_exchanger(tenant)), Some("Microsoft 365"));
        assert_eq!(name(of_exchanger("notgoogle.com")), None);
        assert_eq!(name(of_host("smtp.office365.com")), Some("Microsoft 365"));
    }

    #[test]
    fn no_domain_belongs_to_two() {
        let mut all: Vec<&str> = ALL.iter().flat_map(|p| p.domains).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
