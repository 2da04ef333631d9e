//! Introductions under way in a house where things break, and how each of them has to end.

use super::house::{House, eventually, party, within};
use super::people::{Draft, Person, Style};
use super::wire;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    /// From `ASKFIRST_SEED`, or the clock.
    pub fn new() -> Self {
        let given = number("ASKFIRST_SEED");
        let seed = given.unwrap_or_else(|| {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            now.map_or(1, |d| d.as_nanos() as u64)
        });
        println!("ASKFIRST_SEED={seed}");
        Self(seed)
    }
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

pub fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

const WORDS: &str = "amber anchor apple arch atlas bamboo barley basalt basket beacon birch boiler bottle branch brick \
    bridge bronze brook brush bucket cabin cable candle canvas carbon castle cedar chalk cherry clay clover coal cobalt \
    copper coral cork cotton crane creek crystal dune ember engine falcon fern field flint forest fossil fountain garden \
    ginger glacier glass granite gravel grove harbour hazel hedge heron hinge honey ivory jasmine kettle ladder lantern \
    larch lemon lentil lilac linen lock loom magnet maple marble meadow mill mint mirror mortar moss nettle nickel oak \
    olive onyx orchard otter oven paddle paper pebble pepper pine pipe planet plaster plum pond poplar pulley quarry \
    quartz rail reed river robin rope saddle saffron sail salt sand satin shelf silk silver slate smoke snow spruce \
    stone straw sugar teak thistle thread tile timber tin turbine valley velvet vine violet walnut water wheat willow wool";

/// A text like no other: near-identical ones would be a mail-merge.
fn text(random: &mut Random, one: &Person, other: &Person) -> String {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut some = |n: usize| {
        let picked = (0..n).map(|_| words[random.below(words.len() as u64) as usize]);
        picked.collect::<Vec<_>>().join(" ")
    };
    let (a, b) = (one.first(), other.first());
    format!(
        "Hi {a} and {b},\n\nI would like to introduce you two to each other. {a} works on {}.\n{b} knows all about {}.\n\n\
         You could talk about {}.\n\nBest wishes,\nAlex\n",
        some(12),
        some(14),
        some(30)
    )
}

/// One introduction under way.
pub struct Story {
    pub draft: Draft,
    pub people: [Person; 2],
    answered: BTreeSet<String>,
}

impl Story {
    /// The `n`th of this house: its draft lies in Drafts now.
    pub fn begin(house: &House, random: &mut Random, n: u64) -> Self {
        let people = [
            house.person("Rachel Winters", "rachel", &format!("north{n}")),
            house.person("Jordan Okafor", "jordan", &format!("south{n}")),
        ];
        let text = text(random, &people[0], &people[1]);
        let draft = Draft::with_text(&house.alex, &people[0], &people[1], None, &text);
        house.alex.mail().draft(&draft.raw);
        Self {
            draft,
            people,
            answered: BTreeSet::new(),
        }
    }

    /// Both have answered.
    pub fn is_answered(&self) -> bool {
        self.answered.len() == 2
    }

    /// Whoever has an ask answers it, once. Whether anybody did.
    pub fn play(&mut self, house: &House, random: &mut Random) -> bool {
        let before = self.answered.len();
        for person in &self.people {
            if self.answered.contains(&person.address) {
                continue;
            }
            if let Some(ask) = person.letters_from(&house.alex, &self.draft.id).first() {
                let style = [Style::Gmail, Style::Outlook, Style::Below, Style::Phone];
                let style = style[random.below(4) as usize];
                person.answer(ask, "Yes, please.", style);
                self.answered.insert(person.address.clone());
            }
        }
        self.answered.len() > before
    }

    /// Plays it until it has left or the time is over; whether it has left.
    pub fn play_for(&mut self, house: &House, random: &mut Random, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            self.play(house, random);
            if self.is_answered() && house.count("Sent", &self.draft) == 1 {
                return true;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        false
    }
}

fn is_over(listed: &Value, draft: &Draft) -> bool {
    let all = listed.as_array().into_iter().flatten();
    let mut of_it = all.filter(|i| i["message_id"] == draft.id);
    of_it
        .any(|i| i["state"] == "released" || i["state"] == "attention" && i["reason"] == "in_doubt")
}

/// How all of them ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ends {
    pub stories: usize,
    /// Releases of which nobody knows whether they arrived: the user decides.
    pub doubts: usize,
    /// Asks that came twice, byte for byte, because the first was cut off behind its final dot.
    pub repeats: usize,
}

impl std::ops::AddAssign for Ends {
    fn add_assign(&mut self, other: Self) {
        self.stories += other.stories;
        self.doubts += other.doubts;
        self.repeats += other.repeats;
    }
}

/// Everybody was asked once and got the message once, or its user decides; it stands in one place; one note of
/// each kind, and nothing else in the books.
#[track_caller]
pub fn all_end_well(
    house: &mut House,
    stories: &mut [Story],
    random: &mut Random,
    patience: Duration,
) -> Ends {
    // A release in doubt is looked for in Sent for a minute before it is the user's to decide.
    within(patience, "the end of every introduction", || {
        for story in stories.iter_mut().filter(|s| !s.is_answered()) {
            story.play(house, random);
        }
        let listed = house.askfirst(&["list", "--all", "--json"]).good().json();
        stories
            .iter()
            .all(|s| is_over(&listed, &s.draft))
            .then_some(())
    });
    let mut ends = Ends {
        stories: stories.len(),
        ..Ends::default()
    };
    for story in stories.iter() {
        let (draft, id) = (&story.draft, &story.draft.id);
        let end = house.listed(draft).expect("listed");
        let doubtful = end["state"] == "attention";
        ends.doubts += usize::from(doubtful);
        let copies =
            || ["Drafts", "Askfirst/Held", "Sent"].map(|folder| house.count(folder, draft));
        let wanted = if doubtful { [0, 1, 0] } else { [0, 0, 1] };
        eventually("one copy, in the right place", || {
            (copies() == wanted).then_some(())
        });
        for person in &story.people {
            assert_eq!(party(&end, person)["asked"], true, "{end:#}");
            let asks = person.letters_from(&house.alex, id);
            let ids: BTreeSet<_> = asks.iter().map(|m| m.field("Message-ID")).collect();
            assert_eq!(ids.len(), 1, "asked once: {}", person.address);
            // Cut off behind the final dot it may come again, once and byte for byte.
            assert!(asks.len() <= 2, "{} asks to {}", asks.len(), person.address);
            let texts: BTreeSet<_> = asks.iter().map(|m| wire::untraced(&m.raw)).collect();
            assert_eq!(texts.len(), 1, "not the same ask");
            ends.repeats += asks.len() - 1;
            let arrived = person.mail().with_id("INBOX", id).len();
            if doubtful {
                assert!(arrived <= 1, "{arrived} copies to {}", person.address);
            } else {
                assert_eq!(arrived, 1, "copies to {}", person.address);
            }
            let filed = ids.into_iter().next().flatten().expect("an id");
            eventually("the ask filed in Sent once", || {
                (house.alex.mail().with_id("Sent", &filed).len() == 1).then_some(())
            });
        }
    }
    house.stop();
    let all = house.askfirst(&["list", "--all", "--json"]).good().json();
    assert_eq!(all.as_array().map(Vec::len), Some(stories.len()), "{all:#}");
    for (words, wanted) in [
        ("Not sent yet:", stories.len()),
        ("Sent:", stories.len() - ends.doubts),
        ("Please look:", ends.doubts),
        ("askfirst is watching now", 1),
    ] {
        let notes = house.notes(words);
        let found = notes.iter().filter(|n| n.subject().starts_with(words));
        assert_eq!(found.count(), wanted, "notes “{words}”");
    }
    ends
}
