//! `kill -9` at any moment, again and again, while introductions are on their way; at the end
//! everything stands as if nothing had been.
//!
//! `ASKFIRST_KILLS=500` kills more often, `ASKFIRST_SEED=…` takes the printed number again.

mod world;

use std::time::{Duration, Instant};
use world::house::{House, Settings};
use world::stories::{Ends, Random, Story, all_end_well, number};

/// Houses in which it happens at the same time.
const HOUSES: u64 = 4;

#[test]
fn killed_at_any_moment_it_asks_once_and_releases_once() {
    let kills = number("ASKFIRST_KILLS").unwrap_or(50);
    let mut random = Random::new();
    let numbers: Vec<u64> = (0..HOUSES).map(|_| random.next()).collect();
    let ends = std::thread::scope(|scope| {
        let houses: Vec<_> = numbers
            .into_iter()
            .map(|n| scope.spawn(move || killed(kills.div_ceil(HOUSES), Random(n))))
            .collect();
        let ends = houses
            .into_iter()
            .map(|h| h.join().expect("a house that stands"));
        ends.collect::<Option<Vec<Ends>>>()
    });
    let Some(ends) = ends else { return };
    let mut sum = Ends::default();
    ends.into_iter().for_each(|e| sum += e);
    println!("{kills} kills: {sum:?}");
}

fn killed(kills: u64, mut random: Random) -> Option<Ends> {
    let settings = Settings {
        variables: vec![
            ("ASKFIRST__ASK__GRACE", "0s"),
            ("ASKFIRST__DETECT__MAX_HOLDS", "100000"),
        ],
        ..Settings::default()
    };
    let mut house = House::build(settings)?;
    // What lies in Drafts at the first start is never taken, so it begins in peace.
    house.start();
    let mut stories: Vec<Story> = Vec::new();
    for kill in 0..kills {
        if kill % 2 == 0 {
            stories.push(Story::begin(&house, &mut random, kill / 2));
        }
        let life = Duration::from_millis(100 + random.below(1500));
        let mut until = Instant::now() + life;
        while Instant::now() < until {
            let mut played = false;
            for story in stories.iter_mut().filter(|s| !s.is_answered()) {
                played |= story.play(&house, &mut random);
            }
            if played && random.below(3) > 0 {
                // Just after an ask arrived or an answer left is the most dangerous moment.
                until = until.min(Instant::now() + Duration::from_millis(random.below(500)));
            }
            let left = until.saturating_duration_since(Instant::now());
            std::thread::sleep(left.min(Duration::from_millis(30)));
        }
        assert!(house.runs(), "it ended by itself:\n{}", house.log());
        house.kill();
        house.spawn();
    }
    let patience = Duration::from_secs(120 + kills);
    Some(all_end_well(
        &mut house,
        &mut stories,
        &mut random,
        patience,
    ))
}
