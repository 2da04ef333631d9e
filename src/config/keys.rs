//! Every key there is, and what may stand behind it. One list for the file and the environment.

/// What may stand behind a key.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Text,
    Flag,
    Port,
    Count(i64),
    /// 0 to 1.
    Fraction,
    Duration,
    Choice(&'static [&'static str]),
    Texts,
    FlagOrTexts,
    Table(&'static [Key]),
    /// `[[…]]`
    Tables(&'static [Key]),
}

/// A key's name and kind.
pub type Key = (&'static str, Kind);

use Kind::{Choice, Count, Flag, FlagOrTexts, Fraction, Port, Table, Tables, Text, Texts};

/// The whole file.
pub const FILE: &[Key] = &[
    ("state_dir", Text),
    ("accounts", Tables(ACCOUNT)),
    ("drafts", Table(DRAFTS)),
    ("sent", Table(SENT)),
    ("gateway", Table(GATEWAY)),
    ("ask", Table(ASK)),
    ("detect", Table(DETECT)),
    ("acquaintance", Table(ACQUAINTANCE)),
    ("notify", Table(NOTIFY)),
];

const ACCOUNT: &[Key] = &[
    ("name", Text),
    ("email", Text),
    ("display_name", Text),
    ("aliases", Texts),
    ("language", Text),
    ("imap", Table(IMAP)),
    ("smtp", Table(SMTP)),
    ("oauth2", Table(OAUTH2)),
    ("folders", Table(FOLDERS)),
];

const SECURITY: Kind = Choice(&["tls", "starttls", "none"]);
const AUTH: Kind = Choice(&["password", "oauth2"]);

const IMAP: &[Key] = &[
    ("host", Text),
    ("port", Port),
    ("security", SECURITY),
    ("username", Text),
    ("auth", AUTH),
    ("password_command", Text),
    ("password_file", Text),
    ("ca_file", Text),
    ("authserv_id", Text),
];

const SMTP: &[Key] = &[
    ("host", Text),
    ("port", Port),
    ("security", SECURITY),
    ("username", Text),
    ("auth", AUTH),
    ("password_command", Text),
    ("password_file", Text),
    ("ca_file", Text),
    ("mode", Choice(&["send", "drafts"])),
];

const OAUTH2: &[Key] = &[
    ("client_id", Text),
    ("client_secret_command", Text),
    ("auth_url", Text),
    ("token_url", Text),
    ("device_url", Text),
    ("scopes", Texts),
];

const FOLDERS: &[Key] = &[
    ("drafts", Text),
    ("sent", Text),
    ("trash", Text),
    ("junk", Text),
    ("ask", Text),
    ("held", Text),
    ("send_now", Text),
    ("give_back", Text),
    ("closed", Text),
    ("memory", Text),
];

const DRAFTS: &[Key] = &[
    ("enabled", Flag),
    ("take", Choice(&["settled", "ask_folder"])),
    ("settle", Kind::Duration),
];

const SENT: &[Key] = &[
    ("enabled", Flag),
    ("notes", Choice(&["each", "weekly", "off"])),
];

const GATEWAY: &[Key] = &[
    ("enabled", Flag),
    ("listen", Text),
    ("tls_listen", Text),
    ("cert_file", Text),
    ("key_file", Text),
    ("password_command", Text),
    ("password_file", Text),
];

const ASK: &[Key] = &[
    ("confirm", Choice(&["first", "always", "never"])),
    ("grace", Kind::Duration),
    ("order", Choice(&["together", "in_turn"])),
    ("reveal", Choice(&["name", "first_name", "nothing"])),
    ("remind", Choice(&["introducer", "party", "off"])),
    ("remind_after", Kind::Duration),
    ("expire_after", Kind::Duration),
    ("max_per_person", Count(1)),
    ("template_dir", Text),
];

const DETECT: &[Key] = &[
    ("threshold", Fraction),
    ("max_holds", Count(1)),
    ("ignore", Texts),
];

const ACQUAINTANCE: &[Key] = &[
    ("same_organisation", FlagOrTexts),
    ("max_visible", Count(0)),
];

const NOTIFY: &[Key] = &[
    ("inbox", Flag),
    ("by", Choice(&["append", "mail"])),
    ("desktop", Flag),
];

/// The path of every key there is, such as `accounts.imap.host`; for the pages that list them.
#[must_use]
pub fn every_key() -> Vec<String> {
    fn below(path: &str, keys: &[Key], all: &mut Vec<String>) {
        for (name, kind) in keys {
            let here = match path {
                "" => (*name).to_owned(),
                path => format!("{path}.{name}"),
            };
            match kind {
                Table(inner) | Tables(inner) => below(&here, inner, all),
                _ => all.push(here),
            }
        }
    }
    let mut all = Vec::new();
    below("", FILE, &mut all);
    all
}

/// A value as it was given, whatever its source.
#[derive(Clone, Debug)]
pub enum Given<'a> {
    Text(&'a str),
    Flag(bool),
    Integer(i64),
    Number(f64),
    Texts,
    /// Something that fits nowhere, by its name in TOML.
    Other(&'static str),
}

impl Given<'_> {
    /// An environment variable is text; what it stands for depends on the key.
    #[must_use]
    pub fn from_variable(kind: Kind, text: &str) -> Given<'_> {
        match kind {
            Flag | FlagOrTexts => text.parse().map_or(Given::Text(text), Given::Flag),
            Port | Count(_) => text.parse().map_or(Given::Text(text), Given::Integer),
            Fraction => text.parse().map_or(Given::Text(text), Given::Number),
            _ => Given::Text(text),
        }
    }
}

/// What stands in the way of this value behind this key; `None` when it fits.
#[must_use]
pub fn fault(kind: Kind, given: &Given<'_>) -> Option<String> {
    let wanted = match (kind, given) {
        (Text, Given::Text(text)) if text.trim().is_empty() => return Some("is empty".to_owned()),
        (Text, Given::Text(_)) => return None,
        (Flag, Given::Flag(_)) | (FlagOrTexts, Given::Flag(_) | Given::Texts) => return None,
        (Texts, Given::Texts) => return None,
        (Port, Given::Integer(1..=65535)) => return None,
        (Count(least), Given::Integer(n)) if (least..=1_000_000).contains(n) => return None,
        // Not a number is in no range.
        (Fraction, Given::Number(n)) if (0.0..=1.0).contains(n) => return None,
        (Fraction, Given::Integer(0 | 1)) => return None,
        (Kind::Duration, Given::Text(text)) if super::duration::parse(text).is_some() => {
            return None;
        }
        (Choice(words), Given::Text(text)) if words.contains(text) => return None,
        (Text, _) => "text in quotation marks".to_owned(),
        (Flag, _) => "true or false".to_owned(),
        (Texts, _) => "a list of texts, such as [\"…\", \"…\"]".to_owned(),
        (FlagOrTexts, _) => "true, false or a list of texts".to_owned(),
        (Port, _) => "a port from 1 to 65535".to_owned(),
        (Count(least), _) => format!("a whole number from {least} to 1000000"),
        (Fraction, _) => "a number from 0 to 1".to_owned(),
        (Kind::Duration, _) => "a duration such as \"90s\", \"5m\" or \"4d\"".to_owned(),
        (Choice(words), _) => format!("one of {}", listed(words)),
        (Table(_), _) => "a section".to_owned(),
        (Tables(_), _) => "a list of sections, each begun with [[…]]".to_owned(),
    };
    let is = match given {
        Given::Text(text) => format!("{:?}", shortened(text)),
        Given::Flag(flag) => flag.to_string(),
        Given::Integer(n) => n.to_string(),
        Given::Number(n) => n.to_string(),
        Given::Texts => "a list".to_owned(),
        Given::Other(name) => format!("of the kind “{name}”"),
    };
    Some(format!("is {is}, but must be {wanted}"))
}

/// `"a", "b" or "c"`.
#[must_use]
pub fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|w| format!("{w:?}")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// At most sixty characters of a value that may be anything.
#[must_use]
pub fn shortened(text: &str) -> String {
    if text.chars().count() <= 60 {
        return text.to_owned();
    }
    let start: String = text.chars().take(59).collect();
    format!("{start}…")
}
