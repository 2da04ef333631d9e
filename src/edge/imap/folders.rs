//! What LIST and NAMESPACE say of folders, and how they are marked (RFC 6154). No socket.

use super::utf7;
use super::value::Value;
use crate::port::{Folder, FolderName, Place};

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

#[cfg(test)]
#[path = "folders_tests.rs"]
mod tests;
