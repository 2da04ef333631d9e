//! FETCH.

use super::session::{Answer, Session};
use super::structure::{Part, fields};
use crate::demo::store::Mail;
use imap_codec::ResponseCodec;
use imap_codec::encode::Encoder;
use imap_codec::imap_types::command::FetchModifier;
use imap_codec::imap_types::core::{AString, Literal, NString, Vec1};
use imap_codec::imap_types::datetime::DateTime;
use imap_codec::imap_types::fetch::{
    MacroOrMessageDataItemNames, MessageDataItem, MessageDataItemName, Part as Numbers, Section,
};
use imap_codec::imap_types::flag::{Flag, FlagFetch};
use imap_codec::imap_types::response::{Data, Response};
use imap_codec::imap_types::sequence::SequenceSet;
use std::borrow::Cow;
use std::num::{NonZeroU32, NonZeroU64};

type Names<'a> = [MessageDataItemName<'a>];

impl Session {
    pub(super) fn fetch(
        &mut self,
        set: &SequenceSet,
        items: &MacroOrMessageDataItemNames<'_>,
        uid: bool,
        modifiers: &[FetchModifier],
    ) -> Answer {
        let mut names = match items {
            MacroOrMessageDataItemNames::Macro(name) => name.expand(),
            MacroOrMessageDataItemNames::MessageDataItemNames(names) => names.clone(),
        };
        if uid && !names.contains(&MessageDataItemName::Uid) {
            names.insert(0, MessageDataItemName::Uid);
        }
        let mut since = 0;
        for modifier in modifiers {
            match modifier {
                FetchModifier::ChangedSince(modseq) => since = modseq.get(),
                FetchModifier::Vanished => return Answer::bad("QRESYNC is not offered"),
            }
        }
        self.condstore |= since > 0 || names.contains(&MessageDataItemName::ModSeq);
        if since > 0 && !names.contains(&MessageDataItemName::ModSeq) {
            names.push(MessageDataItemName::ModSeq);
        }
        if names.iter().any(|n| {
            matches!(
                n,
                MessageDataItemName::Binary { .. } | MessageDataItemName::BinarySize { .. }
            )
        }) {
            return Answer::bad("BINARY is not offered");
        }
        let (Some(who), Some(view)) = (&self.who, &mut self.view) else {
            return Answer::bad("select a folder first");
        };
        let wanted = view.resolve(set, uid);
        let mut mails = self
            .store
            .read(who, |account| {
                let folder = view.folder(account)?;
                let with = |(number, uid): (u32, u32)| Some((number, folder.mail(uid)?.clone()));
                Some(wanted.into_iter().filter_map(with).collect::<Vec<_>>())
            })
            .flatten()
            .unwrap_or_default();
        mails.retain(|(_, mail)| mail.modseq > since);
        if reads(&names) && !view.read_only {
            let unseen: Vec<u32> = mails
                .iter()
                .filter(|(_, mail)| !mail.has("\\Seen"))
                .map(|(_, mail)| mail.uid)
                .collect();
            if !unseen.is_empty() {
                if !names.contains(&MessageDataItemName::Flags) {
                    names.push(MessageDataItemName::Flags);
                }
                let name = &view.folder;
                self.store.change(who, |account| {
                    let Some(folder) = account.folder_mut(name) else {
                        return;
                    };
                    for uid in unseen {
                        let mut flags = folder
                            .mail(uid)
                            .map_or_else(Default::default, |m| m.flags.clone());
                        flags.insert("\\Seen".to_owned());
                        folder.set_flags(uid, flags);
                    }
                    for (_, mail) in &mut mails {
                        if let Some(now) = folder.mail(mail.uid) {
                            *mail = now.clone();
                        }
                    }
                });
            }
        }
        for (number, mail) in &mails {
            if names.contains(&MessageDataItemName::Flags) {
                view.told(mail);
            }
            let line = response(*number, mail, &names);
            self.out.extend_from_slice(&line);
        }
        Answer::ok("that is all")
    }
}

/// Whether fetching this marks a message as seen.
fn reads(names: &Names<'_>) -> bool {
    names.iter().any(|n| {
        matches!(
            n,
            MessageDataItemName::BodyExt { peek: false, .. }
                | MessageDataItemName::Rfc822
                | MessageDataItemName::Rfc822Text
        )
    })
}

fn response(number: u32, mail: &Mail, names: &Names<'_>) -> Vec<u8> {
    let message = Part::read(&mail.bytes);
    let items: Vec<_> = names
        .iter()
        .filter_map(|name| item(name, mail, &message))
        .collect();
    match (NonZeroU32::new(number), Vec1::try_from(items)) {
        (Some(seq), Ok(items)) => ResponseCodec::default()
            .encode(&Response::Data(Data::Fetch { seq, items }))
            .dump(),
        _ => Vec::new(),
    }
}

fn item(
    name: &MessageDataItemName<'_>,
    mail: &Mail,
    message: &Part<'_>,
) -> Option<MessageDataItem<'static>> {
    use MessageDataItemName as Name;
    Some(match name {
        Name::Uid => MessageDataItem::Uid(NonZeroU32::new(mail.uid)?),
        Name::Flags => MessageDataItem::Flags(
            mail.flags
                .iter()
                .filter_map(|f| {
                    let flag = Flag::try_from(f.as_str()).ok()?;
                    Some(FlagFetch::Flag(bounded(flag)))
                })
                .collect(),
        ),
        Name::InternalDate => MessageDataItem::InternalDate(whole_seconds(mail)?),
        Name::Rfc822Size => {
            MessageDataItem::Rfc822Size(u32::try_from(mail.bytes.len()).unwrap_or(u32::MAX))
        }
        Name::ModSeq => MessageDataItem::ModSeq(NonZeroU64::new(mail.modseq)?),
        Name::Envelope => MessageDataItem::Envelope(message.envelope()),
        Name::Body => MessageDataItem::Body(message.structure(false)),
        Name::BodyStructure => MessageDataItem::BodyStructure(message.structure(true)),
        Name::Rfc822 => MessageDataItem::Rfc822(literal(&mail.bytes)),
        Name::Rfc822Header => MessageDataItem::Rfc822Header(literal(message.header)),
        Name::Rfc822Text => MessageDataItem::Rfc822Text(literal(message.body)),
        Name::BodyExt {
            section, partial, ..
        } => {
            let bytes = match section {
                None => Some(Cow::Borrowed(&mail.bytes[..])),
                Some(section) => cut(message, section),
            };
            let data = bytes.map_or(NString(None), |bytes| match partial {
                None => literal(&bytes),
                Some((from, length)) => {
                    let from = usize::try_from(*from)
                        .unwrap_or(usize::MAX)
                        .min(bytes.len());
                    let length = usize::try_from(length.get()).unwrap_or(usize::MAX);
                    let to = from.saturating_add(length).min(bytes.len());
                    literal(bytes.get(from..to).unwrap_or_default())
                }
            });
            MessageDataItem::BodyExt {
                section: section.clone().map(bounded),
                origin: partial.map(|(from, _)| from),
                data,
            }
        }
        _ => return None,
    })
}

fn bounded<T: imap_codec::imap_types::IntoStatic>(value: T) -> T::Static {
    value.into_static()
}

fn whole_seconds(mail: &Mail) -> Option<DateTime> {
    use chrono::Timelike;
    DateTime::try_from(mail.date.with_nanosecond(0)?).ok()
}

/// NIL only for what cannot be a literal (NUL), which no door lets in.
fn literal(bytes: &[u8]) -> NString<'static> {
    Literal::try_from(bytes.to_vec()).map_or(NString(None), NString::from)
}

/// A section's bytes; `None` when there is no such part.
fn cut<'a>(message: &'a Part<'a>, section: &Section<'_>) -> Option<Cow<'a, [u8]>> {
    // HEADER and TEXT of a numbered part are those of the message within it.
    let inner = |numbers: &Option<Numbers>| -> Option<&'a Part<'a>> {
        match numbers {
            None => Some(message),
            Some(numbers) => match &message.of_message(&plain(numbers))?.inside {
                super::structure::Inside::Message(inner) => Some(inner),
                _ => None,
            },
        }
    };
    Some(match section {
        Section::Part(numbers) => Cow::Borrowed(message.of_message(&plain(numbers))?.body),
        Section::Mime(numbers) => Cow::Borrowed(message.of_message(&plain(numbers))?.header),
        Section::Header(numbers) => Cow::Borrowed(inner(numbers)?.header),
        Section::Text(numbers) => Cow::Borrowed(inner(numbers)?.body),
        Section::HeaderFields(numbers, names) => {
            Cow::Owned(only(inner(numbers)?.header, names.as_ref(), true))
        }
        Section::HeaderFieldsNot(numbers, names) => {
            Cow::Owned(only(inner(numbers)?.header, names.as_ref(), false))
        }
    })
}

fn plain(numbers: &Numbers) -> Vec<u32> {
    numbers.0.as_ref().iter().map(|n| n.get()).collect()
}

fn only(header: &[u8], names: &[AString<'_>], named: bool) -> Vec<u8> {
    let mut kept = Vec::new();
    for (name, lines) in fields(header) {
        let listed = names
            .iter()
            .any(|n| n.as_ref().eq_ignore_ascii_case(name.as_bytes()));
        if listed == named {
            kept.extend_from_slice(lines);
        }
    }
    kept.extend_from_slice(b"\r\n");
    kept
}
