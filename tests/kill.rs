//! `kill -9` at any moment, again and again, while introductions are on their way; at the end
//! everything stands as if nothing had been.
//!
//! `ASKFIRST_KILLS=500` kills more often, `ASKFIRST_SEED=…` replays a printed run.

mod world;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use world::house::{House, Settings, eventually, party, within};
use world::people::{Draft, Person, Style};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
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

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// One introduction under way.
struct Story {
    draft: Draft,
    people: [Person; 2],
    answered: BTreeSet<String>,
}

impl Story {
    /// Whoever has an ask answers it, once. Whether anybody did.
    fn play(&mut self, house: &House, random: &mut Random) -> bool {
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

    fn is_over(&self, house: &House) -> bool {
        house.listed(&self.draft).is_some_and(|i| {
            i["state"] == "released" || i["state"] == "attention" && i["reason"] == "in_doubt"
        })
    }
}

#[test]
fn killed_at_any_moment_it_asks_once_and_releases_once() {
    let kills = number("ASKFIRST_KILLS").unwrap_or(16);
    let seed = number("ASKFIRST_SEED").unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(1, |d| d.as_nanos() as u64)
    });
    let settings = Settings {
        variables: vec![
            ("ASKFIRST__ASK__GRACE", "0s"),
            ("ASKFIRST__DETECT__MAX_HOLDS", "100000"),
        ],
        ..Settings::default()
    };
    let Some(mut house) = House::build(settings) else {
        return;
    };
    println!("ASKFIRST_KILLS={kills} ASKFIRST_SEED={seed}");
    let mut random = Random(seed);
    // What lies in Drafts at the first start is never taken, so it begins in peace.
    house.start();
    let mut stories: Vec<Story> = Vec::new();
    for kill in 0..kills {
        if kill % 2 == 0 {
            let n = kill / 2;
            let people = [
                house.person("Rachel Winters", "rachel", &format!("north{n}")),
                house.person("Jordan Okafor", "jordan", &format!("south{n}")),
            ];
            let text = text(&mut random, &people[0], &people[1]);
            let draft = Draft::with_text(&house.alex, &people[0], &people[1], None, &text);
            house.alex.mail().draft(&draft.raw);
            stories.push(Story {
                draft,
                people,
                answered: BTreeSet::new(),
            });
        }
        let life = Duration::from_millis(100 + random.below(1500));
        let mut until = Instant::now() + life;
        while Instant::now() < until {
            let mut played = false;
            for story in stories.iter_mut().filter(|s| s.answered.len() < 2) {
                played |= story.play(&house, &mut random);
            }
            if played && random.below(3) > 0 {
                // Just after an ask arrived or an answer left is the most dangerous moment.
                until = until.min(Instant::now() + Duration::from_millis(random.below(500)));
            }
            let left = until.saturating_duration_since(Instant::now());
            std::thread::sleep(left.min(Duration::from_millis(15)));
        }
        assert!(house.runs(), "it ended by itself:\n{}", house.log());
        house.kill();
        house.spawn();
    }
    // A release in doubt is looked for in Sent for a minute before it is the user's to decide.
    let patience = Duration::from_secs(90 + kills / 2);
    within(patience, "the end of every introduction", || {
        for story in stories.iter_mut().filter(|s| s.answered.len() < 2) {
            story.play(&house, &mut random);
        }
        stories.iter().all(|s| s.is_over(&house)).then_some(())
    });
    let (mut doubts, mut repeats) = (0, 0);
    for story in &stories {
        let (draft, id) = (&story.draft, &story.draft.id);
        let end = house.listed(draft).expect("listed");
        let doubtful = end["state"] == "attention";
        doubts += usize::from(doubtful);
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
            let texts: BTreeSet<_> = asks.iter().map(|m| world::wire::untraced(&m.raw)).collect();
            assert_eq!(texts.len(), 1, "not the same ask");
            repeats += asks.len() - 1;
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
        ("Sent:", stories.len() - doubts),
        ("Please look:", doubts),
        ("askfirst is watching now", 1),
    ] {
        let notes = house.notes(words);
        let found = notes.iter().filter(|n| n.subject().starts_with(words));
        assert_eq!(found.count(), wanted, "notes “{words}”");
    }
    println!(
        "{kills} kills, {} introductions: {doubts} in doubt, {repeats} asks repeated",
        stories.len()
    );
}
