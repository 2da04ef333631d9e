//! What the mailbox remembers: written as things change, and read back where it knows more than this machine.

use super::heard::Question;
use super::weigh::Weighed;
use super::{Desk, Turn, World};
use crate::consent::{ConsentKind, Standing};
use crate::detect::Found;
use crate::introduction::{Effect, Event, Id, Introduction, Notice, Reason, Release, State, Via};
use crate::ledger::{About, Entry, Errand, Note};
use crate::mail::{Message, MessageId};
use crate::mailroom::memory::{Recalled, Record, rebuilt};

impl Desk {
    /// Something changed that the mailbox has to know.
    pub(super) fn mind(&mut self, entry: &Entry) {
        match entry {
            Entry::Step { introduction, .. } | Entry::Recalled { introduction, .. } => {
                self.unminded
                    .insert(About::Introduction(introduction.id.clone()));
            }
            Entry::Stand { .. }
            | Entry::Revoke { .. }
            | Entry::Forgotten { .. }
            | Entry::Standings { .. } => {
                self.unminded.insert(About::Standings);
            }
            Entry::Remembered { of, note: None, .. } => {
                self.unminded.insert(of.clone());
            }
            _ => {}
        }
    }

    /// Notes for all that changed since the last ones, where this machine leads.
    pub(super) fn remember_changes(&mut self, world: &World<'_>, turn: &mut Turn) {
        if self.unminded.is_empty() {
            return;
        }
        let mut later = Vec::new();
        for of in std::mem::take(&mut self.unminded) {
            let accounts: Vec<String> = match &of {
                About::Introduction(id) => {
                    let own = self.books.introductions.get(id);
                    own.map(|i| i.account.clone()).into_iter().collect()
                }
                About::Standings => self.rooms.keys().cloned().collect(),
            };
            let mut waits = false;
            for account in accounts {
                waits |= !self.remember(world, &account, &of, turn);
            }
            if waits {
                later.push(of);
            }
        }
        self.unminded.extend(later);
    }

    /// False when it has to wait: for an earlier note about the same, or for this machine to lead.
    fn remember(&mut self, world: &World<'_>, account: &str, of: &About, turn: &mut Turn) -> bool {
        let Some(room) = self.rooms.get(account) else {
            return true;
        };
        if !room.acts() {
            return false;
        }
        if matches!(of, About::Introduction(id) if room.lead.vanished.contains(id)) {
            return false;
        }
        let note = self.note_of(account, of, world.at);
        let wanted = note.as_ref().map(|n| &n.message_id);
        let mut waiting = self.books.items.values().filter_map(|i| match &i.errand {
            Errand::Remember { of: o, note } if o == of && i.account == account => {
                Some(note.as_ref().map(|n| &n.message_id))
            }
            _ => None,
        });
        if let Some(earlier) = waiting.next() {
            return earlier == wanted;
        }
        drop(waiting);
        let stands = self
            .books
            .accounts
            .get(account)
            .and_then(|a| a.remembered.get(of));
        if stands == wanted {
            return true;
        }
        let of = of.clone();
        let item = self.new_item(account, None, Errand::Remember { of, note }, world.at);
        self.write(Entry::Todo { items: vec![item] }, turn);
        true
    }

    /// What Memory ought to say about it now.
    fn note_of(&self, account: &str, of: &About, at: crate::Timestamp) -> Option<Note> {
        let own = self.config.accounts.iter().find(|a| a.name == account)?;
        let record = match of {
            About::Introduction(id) => {
                let i = self.books.introductions.get(id)?;
                let waits = i.state.is_open() && i.placed && i.via != Via::Sent;
                waits.then(|| Record::of(i))?
            }
            About::Standings if self.books.standings.is_empty() => return None,
            About::Standings => Record::Standings(self.books.standings.clone()),
        };
        Some(record.note(&own.email, at))
    }

    /// Whether the mailbox knows this introduction as it stands. Nothing leaves before it does: an ask whose
    /// id is written nowhere could be asked again.
    pub(super) fn is_remembered(&self, id: &Id) -> bool {
        let Some(own) = self.books.introductions.get(id) else {
            return true;
        };
        let of = About::Introduction(id.clone());
        let note = self.note_of(&own.account, &of, own.created);
        let stands = self
            .books
            .accounts
            .get(&own.account)
            .and_then(|a| a.remembered.get(&of));
        note.as_ref().map(|n| &n.message_id) == stands
    }

    /// A record was read back, with all that the mailbox knows about what it names.
    pub(super) fn recalled(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        note: &MessageId,
        recalled: Recalled,
        turn: &mut Turn,
    ) {
        let leads = self.leads(account);
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        if !room.lead.recalling.remove(note) {
            return;
        }
        match &recalled.record {
            None => {
                room.lead.unreadable.insert(note.clone());
            }
            Some(Record::Standings(standings)) => {
                self.standings_recalled(account, standings, note, turn);
            }
            Some(Record::Introduction { .. }) => {
                self.introduction_recalled(world, account, leads, note, &recalled, turn);
            }
        }
        let all = |r: &super::Room| r.lead.recalling.is_empty();
        if leads && self.rooms.get(account).is_some_and(all) {
            if let Some(room) = self.rooms.get_mut(account) {
                room.lead.missed();
            }
            self.begin_to_lead(world, account, turn);
        }
    }

    /// Refusals are taken from the mailbox. A consent stands only where both say so: a record alone never
    /// consents to anything.
    fn standings_recalled(
        &mut self,
        account: &str,
        noted: &[Standing],
        note: &MessageId,
        turn: &mut Turn,
    ) {
        let known = |s: &Standing| {
            let mut own = self.books.standings.iter();
            own.any(|o| o.kind == s.kind && o.address == s.address && o.about == s.about)
        };
        let refusal = |s: &Standing| matches!(s.kind, ConsentKind::Never | ConsentKind::Declined);
        let standings = noted
            .iter()
            .filter(|s| refusal(s) || known(s))
            .cloned()
            .collect();
        let entry = Entry::Standings {
            account: account.to_owned(),
            standings,
            note: note.clone(),
        };
        self.write(entry, turn);
    }

    fn introduction_recalled(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        leads: bool,
        note: &MessageId,
        recalled: &Recalled,
        turn: &mut Turn,
    ) {
        let Some(Record::Introduction { introduction, .. }) = &recalled.record else {
            return;
        };
        let id = introduction.id.clone();
        let Some(mut back) = rebuilt(recalled, world.at) else {
            // Nothing waits there: it was ended, and only its record is left.
            self.held.remove(&id);
            if self.books.introductions.contains_key(&id) {
                let introduction = id.clone();
                self.write(Entry::EndedElsewhere { introduction }, turn);
            }
            if leads {
                let of = About::Introduction(id);
                let item =
                    self.new_item(account, None, Errand::Remember { of, note: None }, world.at);
                self.write(Entry::Todo { items: vec![item] }, turn);
            } else if let Some(room) = self.rooms.get_mut(account) {
                room.lead.unreadable.insert(note.clone());
            }
            return;
        };
        account.clone_into(&mut back.account);
        if let Some(bytes) = &recalled.held {
            let message = crate::mail::parse(bytes);
            back.text = crate::mail::text::own_words(&message);
            self.ask_whom_else(world, account, &message, &mut back);
            self.held.insert(id.clone(), message);
            turn.files.push((id.clone(), bytes.clone()));
        }
        if !leads {
            // Shown as the other machine has it; nothing is done about it here.
            back.state = introduction.state;
            back.reason = introduction.reason;
            back.release = None;
            for party in &mut back.parties {
                party.trouble = None;
            }
        }
        let has_left = back.release == Some(Release::HandedOver);
        if has_left && recalled.held.is_none() {
            back.release = None;
            back.state = State::Released;
            back.filed = true;
        }
        turn.no_evidence
            .push((account.to_owned(), back.message_id.clone()));
        let (state, reason) = (back.state, back.reason);
        let untold = state == State::Held && back.grace_ends.is_none();
        let mut items = Vec::new();
        if leads && (untold || reason == Some(Reason::InDoubt)) {
            let notice = match (reason, back.confirmed) {
                (Some(Reason::InDoubt), _) => Notice::InDoubt,
                (_, true) => Notice::Held,
                (_, false) => Notice::Unconfirmed,
            };
            items = self.items_for(world, &mut back, vec![Effect::Tell { notice }], turn);
        }
        let entry = Entry::Recalled {
            introduction: Box::new(back),
            note: note.clone(),
        };
        self.write(entry, turn);
        if !items.is_empty() {
            self.write(Entry::Todo { items }, turn);
        }
        if leads && has_left && recalled.held.is_some() {
            self.step(world, &id, &Event::LookedSent, turn);
        }
    }

    /// A record never speaks for anybody: who need not be asked is found out anew. Whoever would have to be
    /// asked now, and was not, is the introducer's to decide about, once others were asked.
    fn ask_whom_else(
        &self,
        world: &World<'_>,
        account: &str,
        message: &Message,
        back: &mut Introduction,
    ) {
        let Some(own) = self.config.accounts.iter().find(|a| a.name == account) else {
            return;
        };
        let mut verdict = self.judge(own, message, world.records);
        let found = |p: &crate::introduction::Party| Found {
            address: p.address.clone(),
            name: p.name.clone(),
            also: p.also.clone(),
        };
        let parties: Vec<Found> = back.parties.iter().map(found).collect();
        let same = |a: &[Found], b: &[Found]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.address == b.address)
        };
        if !same(&verdict.parties, &parties) {
            verdict.same_side.clear();
            verdict.parties = parties;
        }
        let Weighed {
            parties: weighed, ..
        } = self.weigh(own, message, &verdict, world.records, world.at);
        let mut unasked = false;
        for (party, now) in back.parties.iter_mut().zip(weighed) {
            party.evidence = now.evidence;
            if !party.required && now.required {
                party.required = true;
                party.exempt = None;
                unasked |= back.state != State::Held;
                if back.state != State::Held {
                    party.trouble = Some(Reason::Unclear);
                }
            }
        }
        // Recipients are those that stand on the held message itself, but for what only the gateway heard.
        if back.via == Via::Drafts {
            let mut seen = std::collections::BTreeSet::new();
            let people = message.visible().chain(&message.bcc);
            back.envelope = people
                .map(|p| p.address.clone())
                .filter(|a| seen.insert(a.clone()))
                .collect();
        }
        if unasked && back.state == State::Asking {
            back.state = State::Attention;
            back.reason = Some(Reason::Unclear);
        }
    }

    /// Asked again whenever the connection was lost.
    pub(super) fn recall_again(&mut self, account: &str, turn: &mut Turn) {
        let Some(room) = self.rooms.get(account) else {
            return;
        };
        for note in &room.lead.recalling {
            turn.questions.push(Question::Recall {
                account: account.to_owned(),
                note: note.clone(),
            });
        }
    }
}
