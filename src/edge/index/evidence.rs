//! Reading: who is acquainted, and by what.

use super::head::hash;
use super::packed::unpack;
use super::record::{BULK, THE_USER};
use super::{AccountIndex, Index, IndexError};
use crate::Timestamp;
use crate::acquaintance::{Evidence, Kind, Records, Shared, organisation, sentence, weigh};
use crate::mail::{Address, MessageId};
use crate::port::{FolderName, Uid};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::{BTreeSet, HashSet};

/// Pieces of evidence given for one pair; more convince nobody further.
const SHOWN: usize = 10;
/// Shared messages looked at for one pair, newest first.
const LOOKED_AT: i64 = 1000;
/// People named of one thread.
const THREAD_PEOPLE: usize = 1000;

/// One message from somebody, and where it lies (or lay when it was read).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub folder: FolderName,
    pub uid: Uid,
    pub message_id: Option<MessageId>,
    pub date: Option<Timestamp>,
    /// Shortened; empty when there is none.
    pub subject: String,
}

/// The records as they look at one moment.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    pub(super) index: &'a Index,
    pub(super) at: Timestamp,
}

impl Records for Look<'_> {
    fn evidence(&self, a: &Address, b: &Address) -> Vec<Evidence> {
        let rules = self.index.rules();
        let own = &rules.own;
        if a == b || own.has(a) || own.has(b) {
            return Vec::new();
        }
        let mut evidence = self.try_evidence(a, b).unwrap_or_else(|e| unread(&e));
        evidence.sort_by_key(|e| (e.kind, std::cmp::Reverse(e.date), e.message_id.clone()));
        evidence.truncate(SHOWN);
        if let Some(domain) = organisation::shared(a, b, &rules.settings.same_organisation) {
            evidence.push(Evidence {
                kind: Kind::Organisation,
                date: None,
                message_id: None,
                detail: sentence::organisation(&domain),
            });
        }
        evidence
    }

    fn thread_people(&self, ids: &[MessageId]) -> Vec<Address> {
        thread_people(&self.index.reader(), ids).unwrap_or_else(|e| unread(&e.into()))
    }

    fn name_of(&self, address: &Address) -> Option<String> {
        name_of(&self.index.reader(), address.key()).unwrap_or_else(|e| unread(&e.into()))
    }

    fn reach(&self) -> Option<Timestamp> {
        let reader = self.index.reader();
        let oldest = reader
            .prepare_cached("SELECT min(oldest) FROM account")
            .and_then(|mut s| s.query_row([], |row| date(row, 0)));
        oldest.unwrap_or_else(|e| unread(&e.into()))
    }
}

/// Without records everybody is a stranger: more is asked than needed, never less.
fn unread<T: Default>(error: &IndexError) -> T {
    tracing::warn!("{error}");
    T::default()
}

impl Look<'_> {
    /// Evidence of the mailbox and of past introductions, unsorted.
    ///
    /// # Errors
    /// When the index cannot be read; [`Records::evidence`] takes that for no evidence.
    fn try_evidence(&self, a: &Address, b: &Address) -> Result<Vec<Evidence>, IndexError> {
        let reader = self.index.reader();
        let mut names = Names {
            reader: &reader,
            a: label(&reader, a)?,
            b: label(&reader, b)?,
        };
        let mut evidence = introduced(&reader, a, b, &names)?;
        let told: HashSet<MessageId> = evidence
            .iter()
            .filter_map(|e| e.message_id.clone())
            .collect();
        let (Some((a, count_a)), Some((b, count_b))) = (id_of(&reader, a)?, id_of(&reader, b)?)
        else {
            return Ok(evidence);
        };
        // Walk the shorter list, look up in the longer.
        let swapped = count_b < count_a;
        let (few, many) = if swapped { (b, a) } else { (a, b) };
        let mut statement = reader.prepare_cached(
            "SELECT x.role, y.role, m.message_id, m.date, m.sender, m.visible, m.thread, m.subject, m.account
             FROM stood x CROSS JOIN stood y ON y.person = ?2 AND y.message = x.message
             CROSS JOIN message m ON m.id = x.message
             WHERE x.person = ?1 AND m.flags = 0 AND m.visible <= ?3
               AND NOT EXISTS (SELECT 1 FROM barred WHERE barred.hash = m.hash)
             ORDER BY x.message DESC LIMIT ?4",
        )?;
        let max_visible = self.index.rules().settings.max_visible;
        let mut rows = statement.query(params![few, many, max_visible, LOOKED_AT])?;
        let mut seen = HashSet::new();
        while let Some(row) = rows.next()? {
            let mut on = On::of(row)?;
            if swapped {
                std::mem::swap(&mut on.role_a, &mut on.role_b);
            }
            if let Some(id) = &on.message_id
                && !seen.insert(id.clone())
            {
                continue; // the same message in another account
            }
            let one_wrote = on.role_a == 0 || on.role_b == 0;
            let shared = Shared {
                date: on.date,
                visible: on.visible,
                bulk: false,
                barred: false,
                one_wrote,
                wrote_in_thread: if one_wrote {
                    1
                } else {
                    wrote(&reader, on.thread, a, b)?
                },
            };
            let Some(kind) = weigh(&shared, self.at, max_visible) else {
                continue;
            };
            if kind == Kind::Together && on.message_id.as_ref().is_some_and(|id| told.contains(id))
            {
                continue; // the introduction itself is the better word for it
            }
            evidence.push(Evidence {
                kind,
                date: on.date,
                detail: names.tell(kind, &on)?,
                message_id: on.message_id,
            });
        }
        Ok(evidence)
    }
}

/// One message on which both stand.
struct On {
    role_a: i64,
    role_b: i64,
    message_id: Option<MessageId>,
    date: Option<Timestamp>,
    sender: Option<i64>,
    visible: u32,
    thread: i64,
    subject: String,
}

impl On {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            role_a: row.get(0)?,
            role_b: row.get(1)?,
            message_id: row
                .get::<_, Option<String>>(2)?
                .and_then(|id| MessageId::new(&id)),
            date: date(row, 3)?,
            sender: row.get(4)?,
            visible: row.get(5)?,
            thread: row.get(6)?,
            subject: row.get::<_, Option<String>>(7)?.unwrap_or_default(),
        })
    }
}

fn date(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    let seconds: Option<i64> = row.get(column)?;
    Ok(seconds.and_then(|s| Timestamp::from_timestamp(s, 0)))
}

/// What the people of a pair are called.
struct Names<'a> {
    reader: &'a Connection,
    a: String,
    b: String,
}

impl Names<'_> {
    fn tell(&mut self, kind: Kind, on: &On) -> rusqlite::Result<String> {
        let writer = match on.sender {
            Some(THE_USER) => None,
            Some(id) => Some(
                self.reader
                    .prepare_cached("SELECT key FROM person WHERE id = ?")?
                    .query_row([id], |r| r.get::<_, String>(0))
                    .optional()?
                    .map_or_else(
                        || Ok("somebody".to_owned()),
                        |key| label_of(self.reader, &key),
                    )?,
            ),
            None => Some("somebody".to_owned()),
        };
        let a_wrote = on.role_a == 0;
        Ok(sentence::shared(
            kind,
            &sentence::Facts {
                a: &self.a,
                b: &self.b,
                writer: writer.as_deref(),
                a_wrote,
                on_copy: if a_wrote {
                    on.role_b == 2
                } else {
                    on.role_a == 2
                },
                date: on.date,
                subject: &on.subject,
            },
        ))
    }
}

fn label(reader: &Connection, address: &Address) -> rusqlite::Result<String> {
    Ok(name_of(reader, address.key())?.unwrap_or_else(|| address.as_str().to_owned()))
}

fn label_of(reader: &Connection, key: &str) -> rusqlite::Result<String> {
    Ok(name_of(reader, key)?.unwrap_or_else(|| key.to_owned()))
}

/// What they sign with says more than what others call them; then the commoner name.
fn name_of(reader: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    reader
        .prepare_cached(
            "SELECT name FROM name JOIN person ON person.id = name.person WHERE person.key = ?
             ORDER BY signed DESC, given DESC, name LIMIT 1",
        )?
        .query_row([key], |r| r.get(0))
        .optional()
}

/// Id, and on how many messages they stand.
fn id_of(reader: &Connection, address: &Address) -> rusqlite::Result<Option<(i64, i64)>> {
    reader
        .prepare_cached("SELECT id, messages FROM person WHERE key = ?")?
        .query_row([address.key()], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()
}

/// How many of the two have written in this thread.
fn wrote(reader: &Connection, thread: i64, a: i64, b: i64) -> rusqlite::Result<u8> {
    reader
        .prepare_cached(
            "SELECT count(DISTINCT sender) FROM message WHERE thread = ? AND sender IN (?, ?) AND flags = 0",
        )?
        .query_row([thread, a, b], |r| r.get(0))
}

fn introduced(
    reader: &Connection,
    a: &Address,
    b: &Address,
    names: &Names<'_>,
) -> rusqlite::Result<Vec<Evidence>> {
    let (first, second) = if a < b { (a, b) } else { (b, a) };
    let mut statement =
        reader.prepare_cached("SELECT message_id, date FROM introduced WHERE a = ? AND b = ?")?;
    let rows = statement.query_map([first.key(), second.key()], |row| {
        let date = date(row, 1)?;
        Ok(Evidence {
            kind: Kind::Introduced,
            date,
            message_id: row
                .get::<_, Option<String>>(0)?
                .and_then(|id| MessageId::new(&id)),
            detail: sentence::introduced(&names.a, &names.b, date),
        })
    })?;
    rows.collect()
}

/// Held messages are left out: their recipients have not seen each other.
fn thread_people(reader: &Connection, ids: &[MessageId]) -> rusqlite::Result<Vec<Address>> {
    let mut threads = BTreeSet::new();
    for id in ids {
        let mut find = reader.prepare_cached(
            "SELECT thread FROM message WHERE hash = ?1 UNION SELECT thread FROM absent WHERE hash = ?1",
        )?;
        let found = find.query_map([hash(id.as_str())], |r| r.get::<_, i64>(0))?;
        threads.extend(found.collect::<Result<Vec<_>, _>>()?);
    }
    let mut people = BTreeSet::new();
    for thread in threads {
        let mut find = reader.prepare_cached(
            "SELECT people FROM message m WHERE thread = ? AND NOT EXISTS (SELECT 1 FROM barred WHERE barred.hash = m.hash)",
        )?;
        let mut rows = find.query([thread])?;
        while let Some(row) = rows.next()? {
            people.extend(unpack(&row.get::<_, Vec<u8>>(0)?));
            if people.len() > THREAD_PEOPLE {
                break;
            }
        }
    }
    let mut key = reader.prepare_cached("SELECT key FROM person WHERE id = ?")?;
    let mut addresses = Vec::with_capacity(people.len());
    for id in people {
        let text: Option<String> = key.query_row([id], |r| r.get(0)).optional()?;
        addresses.extend(text.and_then(|t| Address::new(&t).ok()));
    }
    Ok(addresses)
}

impl AccountIndex<'_> {
    /// The newest mail that this person wrote since then, newest first: where prior consent may stand.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn mail_from(
        &self,
        address: &Address,
        since: Timestamp,
        most: usize,
    ) -> Result<Vec<Found>, IndexError> {
        let reader = self.index.reader();
        let mut statement = reader.prepare_cached(
            "SELECT f.name, m.uid, m.message_id, m.date, m.subject
             FROM stood s CROSS JOIN message m ON m.id = s.message JOIN folder f ON f.id = m.folder
             WHERE s.person = (SELECT id FROM person WHERE key = ?1) AND s.role = 0 AND m.account = ?2
               AND m.uid IS NOT NULL AND m.date >= ?3 AND m.flags & ?5 = 0
             ORDER BY m.date DESC, m.id DESC LIMIT ?4",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = statement.query_map(
            params![address.key(), self.id, since.timestamp(), most, BULK],
            |r| {
                let folder: String = r.get(0)?;
                Ok(FolderName::new(&folder).ok().map(|folder| {
                    Ok::<_, rusqlite::Error>(Found {
                        folder,
                        uid: Uid(r.get(1)?),
                        message_id: r
                            .get::<_, Option<String>>(2)?
                            .and_then(|id| MessageId::new(&id)),
                        date: date(r, 3)?,
                        subject: r.get::<_, Option<String>>(4)?.unwrap_or_default(),
                    })
                }))
            },
        )?;
        let mut found = Vec::new();
        for row in rows {
            if let Some(one) = row? {
                found.push(one?);
            }
        }
        Ok(found)
    }
}
