//! What must hold after every step, by the simulation's own reckoning of what was written, said and done.

use super::people::{Draft, Word};
use askfirst::introduction::{Id, Introduction, State};
use askfirst::ledger::{Books, Errand, Item};
use askfirst::mail::{Address, MessageId};
use askfirst::mailroom::Identity;
use askfirst::port::Envelope;
use std::collections::{BTreeMap, BTreeSet};

/// One mail in which a person said something.
#[derive(Clone, Debug)]
pub struct Said {
    pub who: Address,
    pub word: Word,
    /// The mail; `None` when the user answered for them.
    pub id: Option<MessageId>,
    /// To which introduction it was said.
    pub introduction: Id,
    /// When it stood in the inbox; `None` while it only stands elsewhere.
    pub stood: Option<u64>,
    /// When the desk had written it down.
    pub heard: Option<u64>,
    /// Found in Junk: it is shown to the user and counts for nothing.
    pub doubtful: bool,
}

/// One introduction of Alex's, through all its versions and all its holds.
#[derive(Debug)]
pub struct Story {
    pub people: Vec<Address>,
    pub envelope: BTreeSet<Address>,
    /// Newest last, with their digests.
    versions: Vec<(Vec<u8>, String)>,
    pub written: bool,
    /// The user took it out of our folders, or put it into Sent.
    pub withdrawn: Option<u64>,
    /// The user has destroyed it: no copy need stand.
    pub destroyed: bool,
    /// The user has left a copy in Drafts of what was on its way or over already.
    pub zombie: bool,
    /// The user has saved it again while it was held: where it leaves before that is noticed, the
    /// saved draft is left alone (D12).
    pub saved_again: bool,
    /// It left by another way: Sent shows it.
    pub sent_elsewhere: bool,
    /// When the user said send.
    pub sends: Vec<u64>,
    pub said: Vec<Said>,
    looked: BTreeMap<Id, u64>,
    released: Vec<u64>,
}

impl Story {
    pub fn newest(&self) -> &[u8] {
        self.versions.last().map_or(&[], |(bytes, _)| bytes)
    }
    pub fn changed(&mut self, bytes: Vec<u8>) {
        let digest = Identity::of(&bytes).digest;
        self.versions.push((bytes, digest));
    }
    /// A release of it was accepted.
    pub fn is_out(&self) -> bool {
        !self.released.is_empty()
    }
    /// Whether these bytes are this message in any version, held, released or filed.
    pub fn is(&self, bytes: &[u8]) -> bool {
        self.versions.iter().any(|(v, _)| body(v) == body(bytes))
    }
}

#[derive(Debug, Default)]
pub struct Oracle {
    pub stories: Vec<Story>,
    /// Whether what was sent can be seen in Sent at once.
    pub honest: bool,
    /// Whose books are looked at just now, and how often state folders were lost.
    pub machine: usize,
    states: BTreeMap<(usize, Id), State>,
    /// Mail of the user's that is no introduction: where it stands, and whether it is marked as deleted.
    pub bystanders: Vec<(&'static str, Vec<u8>, bool)>,
    granted: BTreeMap<(usize, u64), u64>,
    asked: BTreeMap<(Id, Address, bool), Vec<Vec<u8>>>,
    /// Whom an ask about a story has reached.
    reached: BTreeSet<(usize, Address)>,
    pub asks: usize,
    pub releases: usize,
}

pub type Verdict = Result<(), String>;

fn must(holds: bool, what: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(what()) }
}

impl Oracle {
    pub fn write(&mut self, draft: Draft) {
        self.stories.push(Story {
            people: draft.people,
            envelope: draft.envelope.into_iter().collect(),
            versions: Vec::new(),
            written: false,
            withdrawn: None,
            destroyed: false,
            zombie: false,
            saved_again: false,
            sent_elsewhere: false,
            sends: Vec::new(),
            said: Vec::new(),
            looked: BTreeMap::new(),
            released: Vec::new(),
        });
        if let Some(story) = self.stories.last_mut() {
            story.changed(draft.bytes);
        }
    }

    pub fn story_of(&self, introduction: &Introduction) -> Option<usize> {
        let is = |v: &(Vec<u8>, String)| v.1 == introduction.digest;
        self.stories.iter().position(|s| s.versions.iter().any(is))
    }

    /// The state folder knows nothing any more, or less.
    pub fn begin_anew(&mut self) {
        let machine = self.machine;
        self.states.retain(|(m, _), _| *m != machine);
        self.granted.retain(|(m, _), _| *m != machine);
    }

    /// These mails have been heard, and what follows from them is on the disk.
    pub fn heard(&mut self, id: &MessageId, junk: bool, step: u64) {
        for story in &mut self.stories {
            for said in &mut story.said {
                if said.id.as_ref() == Some(id) && said.heard.is_none() {
                    said.heard = Some(step);
                    said.doubtful = junk;
                }
            }
        }
    }

    pub fn looked(&mut self, introduction: &Introduction, step: u64) {
        if let Some(story) = self.story_of(introduction) {
            self.stories[story]
                .looked
                .insert(introduction.id.clone(), step);
        }
    }

    /// After every change on the disk.
    pub fn books(&mut self, books: &Books) -> Verdict {
        let mut open: BTreeMap<usize, &Id> = BTreeMap::new();
        for introduction in books.introductions.values() {
            let (id, state) = (&introduction.id, introduction.state);
            let story = self.story_of(introduction);
            let sent_by_hand = story.is_some_and(|s| !self.stories[s].sends.is_empty());
            if let Some(before) = self.states.insert((self.machine, id.clone()), state)
                && before != state
                && !before.is_open()
            {
                let reopened = matches!(before, State::Declined | State::Expired) && sent_by_hand;
                must(reopened, || {
                    format!("I5: {id} was {before:?} and is {state:?} now")
                })?;
            }
            if let Some(story) = story {
                self.proven(introduction, story)?;
            }
            if let Some(story) = story
                && introduction.placed
                && state.is_open()
                && let Some(other) = open.insert(story, id)
            {
                return Err(format!("one message is held twice, as {other} and as {id}"));
            }
        }
        Ok(())
    }

    /// I10: what the books call sent was taken by the outgoing server, or stood in Sent.
    fn proven(&self, introduction: &Introduction, story: usize) -> Verdict {
        let id = &introduction.id;
        let left = self.stories[story].is_out() || self.stories[story].sent_elsewhere;
        must(introduction.state != State::Released || left, || {
            format!("I10: {id} counts as released, and no server has it")
        })?;
        for party in &introduction.parties {
            // Asks carry over to a newer version.
            let key = (story, party.address.clone());
            let sent = party.asked.as_ref().is_some_and(|a| a.sent.is_some());
            must(!sent || self.reached.contains(&key), || {
                format!(
                    "I10: {} counts as asked about {id}, and no server has it",
                    party.address
                )
            })?;
        }
        Ok(())
    }

    /// The final dot of this item may go out.
    pub fn granted(&mut self, item: &Item, books: &Books, step: u64) -> Verdict {
        self.granted.insert((self.machine, item.id), step);
        let Some((introduction, story)) = self.about(item, books) else {
            return Err(format!("item {} belongs to no story", item.id));
        };
        if item.errand == Errand::Release && story.sends.is_empty() {
            self.consent(introduction, story, step)?;
        }
        // A no that came after the user said send, and before the dot, stops that, too.
        if let (Errand::Release, Some(send)) = (&item.errand, story.sends.last()) {
            let no = story.said.iter().find(|s| {
                let heard = s.heard.is_some_and(|h| h > *send && h < step);
                s.word == Word::No && !s.doubtful && heard && s.introduction == introduction.id
            });
            return must(no.is_none(), || {
                format!("{} leaves against {no:?}", introduction.id)
            });
        }
        Ok(())
    }

    /// I1: everybody's latest word was a yes, of all that was heard, and of all that stood in the
    /// inbox when the last look began.
    fn consent(&self, introduction: &Introduction, story: &Story, step: u64) -> Verdict {
        let looked = story.looked.get(&introduction.id).copied();
        let Some(looked) = looked else {
            return Err(format!(
                "I1: {} leaves without a look before it",
                introduction.id
            ));
        };
        must(story.withdrawn.is_none_or(|w| w >= looked), || {
            format!(
                "{} leaves although the user took it away before the look",
                introduction.id
            )
        })?;
        for who in &story.people {
            let words = || story.said.iter().filter(|s| s.who == *who && !s.doubtful);
            let heard = words()
                .filter(|s| s.heard.is_some_and(|h| h < step))
                .max_by_key(|s| s.heard);
            must(heard.is_some_and(|s| s.word == Word::Yes), || {
                format!(
                    "I1: {} leaves, and the latest word of {who} is {heard:?}",
                    introduction.id
                )
            })?;
            let stood = words()
                .filter(|s| s.stood.is_some_and(|s| s < looked))
                .max_by_key(|s| s.stood);
            must(stood.is_none_or(|s| s.word == Word::Yes), || {
                format!(
                    "I1: {} leaves, and {stood:?} stood in the inbox before the look",
                    introduction.id
                )
            })?;
        }
        Ok(())
    }

    /// The outgoing server took it: it is with the people now.
    pub fn accepted(
        &mut self,
        item: &Item,
        books: &Books,
        envelope: &Envelope,
        bytes: &[u8],
        step: u64,
    ) -> Verdict {
        let Some(granted) = self.granted.get(&(self.machine, item.id)).copied() else {
            return Err(format!("item {} left without leave", item.id));
        };
        let Some((introduction, story)) = self.about(item, books) else {
            return Err(format!("item {} belongs to no story", item.id));
        };
        let id = introduction.id.clone();
        match &item.errand {
            Errand::Send {
                party,
                reminder,
                letter,
            } => {
                must(letter.bytes.as_bytes() == bytes, || {
                    "I10: what left is not what was written down".to_owned()
                })?;
                let who = introduction.parties[*party].address.clone();
                must(envelope.to == [who.clone()], || {
                    format!("an ask to {who} went to {:?}", envelope.to)
                })?;
                let text = String::from_utf8_lossy(bytes).to_lowercase();
                for other in story.people.iter().filter(|p| **p != who) {
                    must(!text.contains(other.as_str()), || {
                        format!("the ask to {who} tells the address of {other}")
                    })?;
                }
                let refused = story.said.iter().find(|s| {
                    s.introduction == id
                        && s.word == Word::No
                        && !s.doubtful
                        && s.heard.is_some_and(|h| h < granted)
                });
                must(refused.is_none() || !story.sends.is_empty(), || {
                    format!("{who} is written to about {id} after {refused:?}")
                })?;
                let reached = self.story_of(introduction).map(|s| (s, who.clone()));
                let limit = if self.honest { 1 } else { 2 };
                let key = (id.clone(), who.clone(), *reminder);
                let before = self.asked.entry(key).or_default();
                before.push(bytes.to_vec());
                must(before.len() <= limit, || {
                    format!("I7: {who} was asked {} times about {id}", before.len())
                })?;
                must(before.iter().all(|b| *b == bytes), || {
                    format!("I7: {who} got two different asks about {id}")
                })?;
                self.asks += 1;
                self.reached.extend(reached);
            }
            Errand::Release => {
                let to: BTreeSet<Address> = envelope.to.iter().cloned().collect();
                must(
                    to == story.envelope && to.len() == envelope.to.len(),
                    || format!("I11: {id} went to {to:?} and not to {:?}", story.envelope),
                )?;
                let first = story.released.first().copied();
                let again = first.is_none_or(|f| story.sends.iter().any(|s| *s > f));
                must(again, || format!("I8: {id} was released twice"))?;
                let held = story
                    .versions
                    .iter()
                    .find(|(_, digest)| *digest == introduction.digest);
                same_but_for_the_listed_fields(held.map_or(&[], |(held, _)| held), bytes)?;
                let left_as = askfirst::mailroom::message_id_of(bytes);
                must(left_as.as_ref() == Some(&introduction.message_id), || {
                    format!("I10: {id} left as {left_as:?}")
                })?;
                if let Some(story) = self.story_of(introduction) {
                    self.stories[story].released.push(step);
                }
                self.releases += 1;
            }
            other => return Err(format!("{other:?} went out by mail")),
        }
        Ok(())
    }

    fn about<'a>(&'a self, item: &Item, books: &'a Books) -> Option<(&'a Introduction, &'a Story)> {
        let introduction = books.introductions.get(item.introduction.as_ref()?)?;
        Some((introduction, &self.stories[self.story_of(introduction)?]))
    }
}

pub fn body(bytes: &[u8]) -> &[u8] {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n");
    end.map_or(bytes, |at| &bytes[at..])
}

/// I14: the body to the last octet, and all fields in their order but for those that a release
/// renews, takes out or puts in.
fn same_but_for_the_listed_fields(held: &[u8], left: &[u8]) -> Verdict {
    must(body(held) == body(left), || {
        "I14: the body is not as it was written".to_owned()
    })?;
    let fields = |bytes: &[u8]| {
        let header = &bytes[..bytes.len() - body(bytes).len()];
        let header = String::from_utf8_lossy(header).into_owned();
        let own = ["date:", "bcc:", "x-mozilla-draft-info:"];
        header
            .split("\r\n")
            .filter(|line| !own.iter().any(|f| line.to_lowercase().starts_with(f)))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (before, mut after) = (fields(held), fields(left));
    let is_id = |line: &String| line.to_lowercase().starts_with("message-id:");
    if !before.iter().any(is_id) {
        after.retain(|line| !is_id(line));
    }
    let left = String::from_utf8_lossy(left).to_lowercase();
    must(before == after && !left.contains("\r\nbcc:"), || {
        format!("I14: {before:?} left as {after:?}")
    })
}
