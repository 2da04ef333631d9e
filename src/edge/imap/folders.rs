//! Which folder is which: what LIST and NAMESPACE say, what SPECIAL-USE marks (RFC 6154), and
//! else the usual names. No socket.

#[path = "usual_names.rs"]
mod usual_names;

use super::utf7;
use super::value::Value;
use crate::config;
use crate::port::{Folder, FolderName, Place, Places};

/// Where the user's own folders lie (RFC 2342).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Namespace {
    /// Such as `INBOX.`, or nothing.
    pub prefix: String,
    pub delimiter: Option<char>,
    /// Prefixes of other people's and of shared folders.
    pub foreign: Vec<String>,
}

impl Namespace {
    /// Reads `NAMESPACE ((prefix delimiter)) … …`. The first personal one counts.
    #[must_use]
    pub fn read(values: &[Value]) -> Self {
        let pairs = |at: usize| values.get(at).map_or(&[][..], Value::list).iter();
        let prefix = |pair: &Value| pair.list().first()?.bytes().and_then(utf7::decode);
        let mut namespace = Self::default();
        if let Some(own) = pairs(1).next() {
            namespace.prefix = prefix(own).unwrap_or_default();
            namespace.delimiter = own.list().get(1).and_then(delimiter);
        }
        namespace.foreign = pairs(2)
            .chain(pairs(3))
            .filter_map(prefix)
            .filter(|p| !p.is_empty() && *p != namespace.prefix)
            .collect();
        namespace
    }

    /// What the folders themselves suggest where the server cannot say.
    #[must_use]
    pub fn guess(folders: &[Folder]) -> Self {
        let delimiter = folders.iter().find_map(|f| f.delimiter);
        let below = delimiter.map(|d| format!("INBOX{d}"));
        let mut others = folders.iter().filter(|f| !f.name.is_inbox()).peekable();
        let prefix = match below {
            Some(below)
                if others.peek().is_some()
                    && others.all(|f| f.name.as_str().starts_with(&below)) =>
            {
                below
            }
            _ => String::new(),
        };
        Self {
            prefix,
            delimiter,
            foreign: Vec::new(),
        }
    }

    /// The server's name for `Askfirst/Held`, `/` standing for its delimiter. A name that is
    /// already written in the server's way stays.
    ///
    /// # Errors
    /// A sentence, when no folder can be called so.
    pub fn own(&self, name: &str) -> Result<FolderName, String> {
        if !self.prefix.is_empty() && name.starts_with(&self.prefix) {
            return FolderName::new(name);
        }
        let name = match self.delimiter {
            Some(delimiter) => name.replace('/', delimiter.encode_utf8(&mut [0; 4])),
            // A server without levels.
            None => name.replace('/', "-"),
        };
        if !self.prefix.is_empty() && name.starts_with(&self.prefix) {
            return FolderName::new(&name);
        }
        FolderName::new(&format!("{}{name}", self.prefix))
    }

    #[must_use]
    pub fn is_personal(&self, name: &FolderName) -> bool {
        !self
            .foreign
            .iter()
            .any(|prefix| name.as_str().starts_with(prefix.as_str()))
    }
}

fn delimiter(value: &Value) -> Option<char> {
    let mut chars = value.text()?.chars();
    chars
        .next()
        .filter(|c| chars.next().is_none() && c.is_ascii() && !c.is_control())
}

/// A folder's name as the server writes it; `NIL` may be one, too.
pub fn name_of(value: &Value) -> Option<FolderName> {
    let name = match value {
        Value::Atom(bytes) | Value::Text(bytes) => utf7::decode(bytes)?,
        Value::List(_) => return None,
    };
    FolderName::new(&name).ok()
}

/// One LIST line. `None` when its name could not be spoken of to the server.
#[must_use]
pub fn listed(values: &[Value]) -> Option<Folder> {
    let [_, attributes, delimited, name, ..] = values else {
        return None;
    };
    let has = |word: &str| attributes.list().iter().any(|a| a.is(word));
    let special_use = [
        ("\\Drafts", Place::Drafts),
        ("\\Sent", Place::Sent),
        ("\\Trash", Place::Trash),
        ("\\Junk", Place::Junk),
        ("\\All", Place::All),
        // Gmail's own word, from before RFC 6154.
        ("\\AllMail", Place::All),
        ("\\Spam", Place::Junk),
    ]
    .into_iter()
    .find(|(word, _)| has(word));
    Some(Folder {
        name: name_of(name)?,
        delimiter: delimiter(delimited),
        selectable: !has("\\Noselect") && !has("\\NonExistent"),
        special_use: special_use.map(|(_, place)| place),
    })
}

/// Finds the places of an account: names set by hand, then SPECIAL-USE, then usual names.
///
/// Our own folders are not among them (the server's names for them come from
/// [`crate::port::Mailbox::own_folder`]), nor among the others.
#[must_use]
pub fn resolve(folders: &[Folder], config: &config::Folders) -> Places {
    let mut places = Places::default();
    let selectable = || folders.iter().filter(|f| f.selectable);
    if let Some(inbox) = selectable().find(|f| f.name.is_inbox()) {
        places.set(Place::Inbox, inbox.name.clone());
    }
    for (place, by_hand, usual) in [
        (Place::Drafts, &config.drafts, usual_names::DRAFTS),
        (Place::Sent, &config.sent, usual_names::SENT),
        (Place::Trash, &config.trash, usual_names::TRASH),
        (Place::Junk, &config.junk, usual_names::JUNK),
        (Place::All, &None, &[]),
    ] {
        let taken = |f: &&Folder| places.place_of(&f.name).is_none();
        let rank = |f: &&Folder| usual_rank(f, usual).unwrap_or(usize::MAX);
        let found = match by_hand {
            Some(name) => Some(
                selectable()
                    .find(|f| is_called(f, name))
                    .map_or_else(|| name.clone(), |f| f.name.clone()),
            ),
            None => selectable()
                .filter(taken)
                .filter(|f| f.special_use == Some(place))
                // Of several marked ones the usual name; else the first.
                .min_by_key(rank)
                .or_else(|| {
                    selectable()
                        .filter(taken)
                        .filter(|f| f.special_use.is_none() && rank(f) != usize::MAX)
                        .min_by_key(rank)
                })
                .map(|f| f.name.clone()),
        };
        if let Some(name) = found {
            places.set(place, name);
        }
    }
    for folder in selectable().filter(|f| !is_ours(f, config)) {
        places.add_other(folder.name.clone());
    }
    places
}

/// Whether this is the folder that the configuration means: its name as the server writes it,
/// or with `/` for the delimiter, with or without `INBOX.` before it.
fn is_called(folder: &Folder, name: &FolderName) -> bool {
    let (theirs, ours) = (folder.name.as_str(), name.as_str());
    let Some(delimiter) = folder.delimiter else {
        return theirs == ours;
    };
    let ours = ours.replace('/', delimiter.encode_utf8(&mut [0; 4]));
    theirs == name.as_str()
        || theirs == ours
        || theirs
            .strip_prefix("INBOX")
            .and_then(|t| t.strip_prefix(delimiter))
            == Some(ours.as_str())
}

/// Ours by the configuration, or below `Askfirst`.
fn is_ours(folder: &Folder, config: &config::Folders) -> bool {
    let by_hand = [
        &config.ask,
        &config.held,
        &config.send_now,
        &config.give_back,
        &config.closed,
        &config.memory,
    ];
    let name = folder.name.as_str();
    let levels: Vec<&str> = match folder.delimiter {
        Some(delimiter) => name.split(delimiter).collect(),
        None => name.split('-').collect(),
    };
    let own = match levels.as_slice() {
        ["INBOX", own, ..] | [own, ..] => *own,
        [] => "",
    };
    own == "Askfirst"
        || by_hand
            .iter()
            .any(|n| n.as_ref().is_some_and(|n| is_called(folder, n)))
}

/// Where the folder stands in the list of usual names: only at the top, below INBOX or below
/// `[Gmail]`, because `Projects/Sent` is something else.
fn usual_rank(folder: &Folder, usual: &[&str]) -> Option<usize> {
    let mut levels: Vec<&str> = match folder.delimiter {
        Some(delimiter) => folder.name.as_str().split(delimiter).collect(),
        None => vec![folder.name.as_str()],
    };
    let last = levels.pop()?.to_lowercase();
    let at_the_top = match levels.as_slice() {
        [] => true,
        [above] => ["inbox", "[gmail]", "[google mail]"].contains(&above.to_lowercase().as_str()),
        _ => false,
    };
    at_the_top
        .then(|| usual.iter().position(|name| name.to_lowercase() == last))
        .flatten()
}

#[cfg(test)]
#[path = "folders_tests.rs"]
mod tests;
