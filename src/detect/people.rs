//! The recipients as people: who is the user, who is no person, who is twice on the message, and
//! by which names the text may call them.

use super::names::{NO_NAMES, WORDS_TOO, parts_of, plain_name, same_first_name};
pub(super) use super::roles::is_public_host as is_public;
use super::roles::{is_public_host, is_role};
use super::words::{Set, is_title, split_line};
use super::{Introducer, Limits};
use crate::acquaintance::Records;
use crate::mail::{Address, Message};

/// One recipient who is neither the user nor a role.
#[derive(Clone, Debug)]
pub(super) struct Human {
    pub address: Address,
    pub also: Vec<Address>,
    /// As a person would write it: “Rachel Winters”.
    pub name: Option<String>,
    /// Lower case, without titles; the first is what friends call them.
    parts: Vec<String>,
    /// On To (else only on Cc).
    pub to: bool,
}

/// Everybody the message visibly goes to, sorted out.
#[derive(Clone, Debug, Default)]
pub(super) struct People {
    pub humans: Vec<Human>,
    /// Lists, role addresses and ignored ones.
    pub roles: usize,
    /// The text has no capital letters, so names have none either.
    all_lower: bool,
}

/// More recipients than fit a [`Set`].
pub(super) const MOST: usize = 60;

/// Who stands on To and Cc beside the user.
pub(super) fn people(
    message: &Message,
    text: &str,
    introducer: &Introducer,
    limits: &Limits,
    records: &dyn Records,
) -> People {
    let mut out = People {
        all_lower: !text.chars().any(char::is_uppercase),
        ..People::default()
    };
    let selves: Vec<&Address> = message
        .from
        .iter()
        .chain(&message.sender)
        .map(|p| &p.address)
        .collect();
    let everybody = message
        .to
        .iter()
        .map(|p| (p, true))
        .chain(message.cc.iter().map(|p| (p, false)));
    for (person, to) in everybody {
        let address = &person.address;
        if introducer.owns(address) || selves.contains(&address) {
            continue;
        }
        if let Some(known) = out
            .humans
            .iter_mut()
            .find(|h| h.address == *address || h.also.contains(address))
        {
            known.to |= to;
            continue;
        }
        if is_role(address) || limits.ignore.iter().any(|p| p.matches(address)) {
            out.roles += 1;
            continue;
        }
        let name = person
            .name
            .as_deref()
            .and_then(|n| plain_name(n, address))
            .or_else(|| {
                records
                    .name_of(address)
                    .and_then(|n| plain_name(&n, address))
            });
        out.humans.push(Human {
            address: address.clone(),
            also: Vec::new(),
            parts: name.as_deref().map(parts_of).unwrap_or_default(),
            name,
            to,
        });
    }
    out.humans.truncate(MOST);
    out.name_the_nameless(text);
    out.merge(text);
    out
}

impl People {
    /// One person alone, for texts that are no letter to them.
    pub fn alone(address: &Address, name: Option<&str>, text: &str) -> Self {
        let name = name.and_then(|n| plain_name(n, address));
        Self {
            all_lower: !text.chars().any(char::is_uppercase),
            roles: 0,
            humans: vec![Human {
                address: address.clone(),
                also: Vec::new(),
                parts: name.as_deref().map(parts_of).unwrap_or_default(),
                name,
                to: true,
            }],
        }
    }

    /// Whom this word names; `lower` is it in lower case and without a possessive.
    pub fn named(&self, lower: &str, written: &str, begins_sentence: bool) -> Set {
        let capital = written.chars().next().is_some_and(char::is_uppercase);
        if lower.chars().count() < 2 || (!capital && !self.all_lower) {
            return 0;
        }
        // “Will you …” and “May I …” name nobody, and neither does a word that is one, in small letters.
        if WORDS_TOO.contains(&lower)
            && (begins_sentence && !matches!(lower, "mark" | "rob" | "bill") || !capital)
        {
            return 0;
        }
        let mut set = 0;
        for (i, human) in self.humans.iter().enumerate() {
            let first = human
                .parts
                .first()
                .is_some_and(|p| same_first_name(p, lower));
            let last = human.parts.len() > 1
                && human
                    .parts
                    .iter()
                    .skip(1)
                    .any(|p| p == lower && p.len() > 1);
            if first || last {
                set |= 1 << i;
            }
        }
        // A first name in full is nearer than a short form or a surname.
        let exact = self
            .humans
            .iter()
            .enumerate()
            .filter(|(_, h)| h.parts.first().is_some_and(|p| p == lower))
            .fold(0, |s, (i, _)| s | 1 << i);
        if exact == 0 { set } else { exact }
    }

    /// Who has this as any part of the name.
    pub fn any_part(&self, lower: &str) -> Set {
        self.humans
            .iter()
            .enumerate()
            .filter(|(_, h)| h.parts.iter().any(|p| p == lower))
            .fold(0, |s, (i, _)| s | 1 << i)
    }

    /// Whose address this is.
    pub fn addressed(&self, word: &str) -> Set {
        let Ok(address) = Address::new(word) else {
            return 0;
        };
        self.humans
            .iter()
            .position(|h| h.address == address || h.also.contains(&address))
            .map_or(0, |i| 1 << i)
    }

    pub fn all(&self) -> Set {
        self.humans
            .iter()
            .enumerate()
            .fold(0, |s, (i, _)| s | 1 << i)
    }

    pub fn on_to(&self) -> Set {
        self.humans
            .iter()
            .enumerate()
            .filter(|(_, h)| h.to)
            .fold(0, |s, (i, _)| s | 1 << i)
    }

    /// What to call them in a reason.
    pub fn call(&self, set: Set) -> String {
        let names: Vec<&str> = self
            .humans
            .iter()
            .enumerate()
            .filter(|(i, _)| set & (1 << i) != 0)
            .map(|(_, h)| {
                h.name
                    .as_deref()
                    .and_then(|n| n.split_whitespace().next())
                    .unwrap_or(h.address.as_str())
            })
            .collect();
        match names.as_slice() {
            [] => "nobody".to_owned(),
            [one] => (*one).to_owned(),
            [most @ .., last] => format!("{} and {last}", most.join(", ")),
        }
    }

    /// Finds names for bare addresses in the text, where the address itself vouches for them.
    fn name_the_nameless(&mut self, text: &str) {
        if self.humans.iter().all(|h| h.name.is_some()) {
            return;
        }
        let words: Vec<_> = text.lines().take(400).flat_map(split_line).collect();
        let taken: Vec<String> = self
            .humans
            .iter()
            .filter_map(|h| h.parts.first().cloned())
            .collect();
        for human in self.humans.iter_mut().filter(|h| h.name.is_none()) {
            let local = human.address.local().to_lowercase();
            let local = local.split('+').next().unwrap_or_default();
            let pieces: Vec<&str> = local
                .split(|c: char| !c.is_alphabetic())
                .filter(|p| p.chars().count() > 2)
                .collect();
            let is_capital = |w: &str| w.chars().next().is_some_and(char::is_uppercase);
            let vouched = |lower: &str| {
                pieces.contains(&lower)
                    || (lower.chars().count() >= 4
                        && pieces
                            .iter()
                            .any(|p| p.starts_with(lower) || p.ends_with(lower)))
            };
            for (i, word) in words.iter().enumerate() {
                let bare = word.text.strip_suffix("'s").unwrap_or(&word.text);
                let lower = bare.to_lowercase();
                if !is_capital(bare)
                    || lower.chars().count() < 3
                    || !vouched(&lower)
                    || NO_NAMES.contains(&lower.as_str())
                {
                    continue;
                }
                let before = i.checked_sub(1).and_then(|i| words.get(i));
                let after = words.get(i + 1);
                let name = match (before, after) {
                    // jokafor@…: “Jordan Okafor”
                    (Some(b), _)
                        if is_capital(&b.text)
                            && !is_title(&b.lower)
                            && !NO_NAMES.contains(&&*b.lower)
                            && !taken.iter().any(|t| *t == b.lower)
                            && local.ends_with(&lower)
                            && b.text.chars().all(char::is_alphabetic)
                            && local.starts_with(b.lower.chars().next().unwrap_or('?')) =>
                    {
                        format!("{} {bare}", b.text)
                    }
                    (_, Some(a))
                        if is_capital(&a.text)
                            && local.ends_with(a.lower.trim_end_matches("'s"))
                            && a.lower.len() > 2 =>
                    {
                        format!("{bare} {}", a.text.trim_end_matches("'s"))
                    }
                    _ => bare.to_owned(),
                };
                human.parts = parts_of(&name);
                human.name = Some(name);
                break;
            }
        }
        self.name_the_last_one(text);
    }

    /// “Hi Rachel and Jordan,” to rachel@… and jo77@…: with everybody else named, the one name
    /// that is left belongs to the one address that is left.
    fn name_the_last_one(&mut self, text: &str) {
        let nameless: Vec<usize> = self
            .humans
            .iter()
            .enumerate()
            .filter(|(_, h)| h.name.is_none())
            .map(|(i, _)| i)
            .collect();
        let ([left], 2..=4) = (nameless.as_slice(), self.humans.len()) else {
            return;
        };
        let Some(greeting) = text.lines().find(|l| !l.trim().is_empty()) else {
            return;
        };
        if greeting.split_whitespace().count() > 9 {
            return;
        }
        let names: Vec<_> = split_line(greeting)
            .into_iter()
            .filter(|w| {
                w.text.chars().next().is_some_and(char::is_uppercase)
                    && w.text.chars().all(char::is_alphabetic)
                    && w.lower.chars().count() > 2
                    && !NO_NAMES.contains(&&*w.lower)
                    && !is_title(&w.lower)
            })
            .collect();
        let strange: Vec<_> = names
            .iter()
            .filter(|w| {
                !self
                    .humans
                    .iter()
                    .any(|h| h.parts.iter().any(|p| same_first_name(p, &w.lower)))
            })
            .collect();
        if names.len() == self.humans.len()
            && let [one] = strange.as_slice()
            && let Some(human) = self.humans.get_mut(*left)
        {
            human.parts = vec![one.lower.clone().into_owned()];
            human.name = Some(one.text.clone().into_owned());
        }
    }

    /// One person with two addresses on one message becomes one (K3). A name alone is no ground
    /// (K4): the addresses must say the name too, or be at one house.
    fn merge(&mut self, text: &str) {
        let mut at = 1;
        while at < self.humans.len() {
            let same = (0..at).find(|&earlier| {
                matches!((self.humans.get(earlier), self.humans.get(at)), (Some(a), Some(b)) if is_one_person(a, b, text))
            });
            match same {
                Some(earlier) => {
                    let twin = self.humans.remove(at);
                    if let Some(first) = self.humans.get_mut(earlier) {
                        first.also.push(twin.address);
                        first.to |= twin.to;
                        if first.name.is_none() {
                            first.name = twin.name;
                            first.parts = twin.parts;
                        }
                    }
                }
                None => at += 1,
            }
        }
    }
}

fn is_one_person(a: &Human, b: &Human, text: &str) -> bool {
    let full = |h: &Human| h.parts.len() > 1;
    let letters = |h: &Human| -> String {
        h.address
            .local()
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphabetic())
            .collect()
    };
    let says_name = |h: &Human, parts: &[String]| {
        let local = letters(h);
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
            return false;
        };
        let initial = first.chars().next().map(String::from).unwrap_or_default();
        local == format!("{first}{last}")
            || local == format!("{last}{first}")
            || local == format!("{initial}{last}")
            || local == *first
            || local == *last
    };
    if a.parts.is_empty() || b.parts.is_empty() {
        // A nameless address that spells the other's whole name.
        let (named, bare) = if a.parts.is_empty() { (b, a) } else { (a, b) };
        return full(named)
            && letters(bare) == named.parts.concat()
            && letters(named) == letters(bare);
    }
    if !full(a)
        || !full(b)
        || a.parts.first() != b.parts.first()
        || a.parts.last() != b.parts.last()
    {
        return false;
    }
    // “Alex and Alex”, “your namesake”: the text itself says that they are two.
    let first = a.parts.first().cloned().unwrap_or_default();
    let text = text.to_lowercase();
    if text.contains(&format!("{first} and {first}"))
        || text.contains(&format!("{first}, {first}"))
        || text.contains("namesake")
    {
        return false;
    }
    says_name(a, &b.parts)
        && says_name(b, &a.parts)
        && (is_public_host(&a.address) || is_public_host(&b.address) || letters(a) == letters(b))
}
