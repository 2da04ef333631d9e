//! Connections that are lost at any line and within any line of what is said with real servers; and faults
//! that last, in which nothing may run hot.
//!
//! `ASKFIRST_CUTS=2000` cuts more often; with `ASKFIRST_CUT_BY=octet` behind any octet instead of any line.

mod world;

use std::time::Duration;
use world::house::{House, Pair, Settings};
use world::postfix;
use world::proxy::{At, Manner, Passed, Proxy, Way};
use world::stories::{Ends, Random, Story, all_end_well, number};

/// Houses in which it happens at the same time.
const HOUSES: u64 = 6;

fn fast() -> Vec<(&'static str, &'static str)> {
    vec![
        ("ASKFIRST__DRAFTS__SETTLE", "0s"),
        ("ASKFIRST__ASK__GRACE", "0s"),
        ("ASKFIRST__DETECT__MAX_HOLDS", "100000"),
    ]
}

/// A house behind two proxies: IMAP and submission.
fn house() -> Option<(House, [Proxy; 2])> {
    if !postfix::is_here() {
        return None;
    }
    let pair = Pair::join();
    let proxies = [
        Proxy::before(pair.dovecot.imap_port),
        Proxy::before(pair.postfix.plain_port),
    ];
    let settings = Settings {
        imap_through: Some(proxies[0].port),
        smtp_through: Some(proxies[1].port),
        variables: fast(),
        ..Settings::default()
    };
    Some((House::build(settings)?, proxies))
}

#[test]
fn wherever_a_connection_is_lost_nothing_is_lost_or_sent_twice() {
    let cuts = number("ASKFIRST_CUTS").unwrap_or(60);
    let mut random = Random::new();
    let numbers: Vec<u64> = (0..HOUSES).map(|_| random.next()).collect();
    let done = std::thread::scope(|scope| {
        let houses: Vec<_> = numbers
            .into_iter()
            .enumerate()
            .map(|(n, seed)| {
                scope.spawn(move || cut(n as u64, cuts.div_ceil(HOUSES), Random(seed)))
            })
            .collect();
        let done = houses
            .into_iter()
            .map(|h| h.join().expect("a house that stands"));
        done.collect::<Option<Vec<(u64, Ends)>>>()
    });
    let Some(done) = done else { return };
    let mut sum = Ends::default();
    let mut lost = 0;
    for (cuts, ends) in done {
        lost += cuts;
        sum += ends;
    }
    println!("{lost} connections lost: {sum:?}");
    // A cut that is never reached cuts nothing: a few may be beyond the end of a shorter conversation.
    assert!(
        lost >= cuts * 2 / 3,
        "only {lost} of {cuts} cuts came to pass"
    );
}

/// Where the `k`th of `all` cuts of this house is: spread over what was said when nothing was cut, the houses
/// between each other's places.
fn place(house: u64, k: u64, all: u64, said: &[Passed; 2]) -> (usize, Way, At) {
    let by_octet = std::env::var("ASKFIRST_CUT_BY").is_ok_and(|by| by == "octet");
    let lengths = |p: &Passed| match by_octet {
        true => [p.octets_up, p.octets_down],
        false => [p.lines_up, p.lines_down],
    };
    // Half of the cuts go to each server: the outgoing one says far less.
    let server = (k % 2) as usize;
    let [up, down] = lengths(&said[server]).map(|n| n as u64);
    let (k, all) = (k / 2, all.div_ceil(2));
    let at = (k * HOUSES + house) * (up + down) / (all * HOUSES);
    let (way, at) = if at < up {
        (Way::ToServer, at)
    } else {
        (Way::ToClient, at - up)
    };
    let at = at as usize + 1;
    let at = match (by_octet, k % 3) {
        (true, _) => At::Octet(at),
        (false, 0) => At::WithinLine(at),
        (false, _) => At::Line(at),
    };
    (server, way, at)
}

fn cut(number: u64, cuts: u64, mut random: Random) -> Option<(u64, Ends)> {
    let (mut house, proxies) = house()?;
    house.start();
    // The first story goes undisturbed, and shows how much is said.
    let mut stories = vec![Story::begin(&house, &mut random, 0)];
    for proxy in &proxies {
        proxy.passed();
    }
    let over = stories[0].play_for(&house, &mut random, Duration::from_secs(90));
    assert!(over, "an undisturbed story did not end:\n{}", house.log());
    let said = [proxies[0].passed(), proxies[1].passed()];
    assert!(said.iter().all(|s| s.lines_up > 10), "{said:?}");
    let mut lost = 0;
    for k in 0..cuts {
        let (server, way, at) = place(number, k, cuts, &said);
        proxies[server].cut(way, at);
        let mut story = Story::begin(&house, &mut random, k + 1);
        // What is in doubt takes a minute: the next one begins meanwhile.
        for _ in 0..4 {
            let over = story.play_for(&house, &mut random, Duration::from_secs(5));
            if over || !proxies[server].waits_to_cut() {
                break;
            }
        }
        lost += u64::from(!proxies[server].give_up_cut());
        stories.push(story);
        assert!(house.runs(), "it ended by itself:\n{}", house.log());
    }
    let patience = Duration::from_secs(180 + cuts);
    let ends = all_end_well(&mut house, &mut stories, &mut random, patience);
    Some((lost, ends))
}

/// A fault that lasts.
#[derive(Clone, Copy, Debug)]
enum Lasting {
    Imap(Manner),
    Smtp(Manner),
    WrongPassword,
}

#[test]
fn no_fault_makes_it_run_hot() {
    let faults = [
        Lasting::Imap(Manner::Close),
        Lasting::Imap(Manner::Farewell("* BYE too busy, try again later\r\n")),
        Lasting::Imap(Manner::Silence),
        Lasting::Imap(Manner::Short(12)),
        Lasting::Smtp(Manner::Close),
        Lasting::Smtp(Manner::Farewell("421 4.3.2 too busy\r\n")),
        Lasting::Smtp(Manner::Silence),
        Lasting::WrongPassword,
    ];
    let seconds = number("ASKFIRST_LASTING").unwrap_or(75);
    let broken: Vec<String> = std::thread::scope(|scope| {
        let faults: Vec<_> = faults
            .into_iter()
            .map(|fault| scope.spawn(move || last(fault, Duration::from_secs(seconds))))
            .collect();
        faults
            .into_iter()
            .filter_map(|f| f.join().expect("a house that stands"))
            .collect()
    });
    assert!(broken.is_empty(), "{broken:#?}");
}

/// What was wrong while this fault lasted.
fn last(fault: Lasting, long: Duration) -> Option<String> {
    let (mut house, proxies) = house()?;
    let mut random = Random(7);
    let (imap, smtp) = (&proxies[0], &proxies[1]);
    let mut stories = Vec::new();
    match fault {
        Lasting::WrongPassword => {
            house.settings.imap_password = "forgotten";
            house.configure();
            house.spawn();
        }
        Lasting::Imap(manner) => {
            house.start();
            imap.behave(manner);
            imap.count_anew();
            imap.sever();
        }
        Lasting::Smtp(manner) => {
            house.start();
            smtp.behave(manner);
            smtp.count_anew();
            stories.push(Story::begin(&house, &mut random, 0));
        }
    }
    std::thread::sleep(long);
    let minute = Duration::from_secs(60);
    let (connections, commands) = match fault {
        Lasting::Smtp(_) => smtp.busiest(minute),
        _ => imap.busiest(minute),
    };
    println!("{fault:?}: {connections} connections and {commands} commands in a minute");
    if connections > 6 || commands > 60 {
        return Some(format!(
            "{fault:?}: {connections} connections and {commands} commands in a minute"
        ));
    }
    if connections == 0 {
        return Some(format!("{fault:?}: nothing is tried any more"));
    }
    if !house.runs() {
        return Some(format!("{fault:?}: it ended by itself"));
    }
    // One note for each trouble, and not one for each attempt.
    let notes: Vec<String> = house.notes("").iter().map(|n| n.subject()).collect();
    let distinct: std::collections::BTreeSet<_> = notes.iter().collect();
    (distinct.len() != notes.len()).then(|| format!("{fault:?}: told twice: {notes:?}"))
}
