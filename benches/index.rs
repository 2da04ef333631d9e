//! How fast headers become records, and how long a question takes. Prints figures:
//!
//! ```text
//! cargo bench --bench index            # 100,000 messages
//! cargo bench --bench index -- 1000000
//! ```

use askfirst::Timestamp;
use askfirst::acquaintance::Records;
use askfirst::config::SameOrganisation;
use askfirst::edge::index::{Index, Settings};
use askfirst::mail::{Address, AddressPattern};
use askfirst::mailroom::Cursor;
use askfirst::port::{Flags, FolderName, Summary, Uid, UidValidity};
use std::time::Instant;

/// As many as are written together while a mailbox is read for the first time.
const CHUNK: u32 = 3000;
const PEOPLE: u64 = 50_000;

/// SplitMix64: the same mailbox at every run.
struct Dice(u64);

impl Dice {
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
    /// Few people write much, many write little.
    fn person(&mut self, people: u64) -> u64 {
        let most = self.below(people) + 1;
        self.below(most)
    }
}

fn main() {
    let count: u32 = std::env::args()
        .filter_map(|a| a.parse().ok())
        .next()
        .unwrap_or(100_000);
    let people = PEOPLE.min(u64::from(count) / 10).max(10);
    let dir = tempfile::tempdir().expect("a folder");
    let settings = Settings {
        own: vec![AddressPattern::new("alex@hub.example").expect("a pattern")],
        same_organisation: SameOrganisation::Yes,
        max_visible: 10,
    };
    let index = Index::open(dir.path(), settings).expect("an index");
    let account = index.account("work").expect("an account");
    let folder = FolderName::new("INBOX").expect("a name");
    let mut dice = Dice(1);

    // Making the messages is not timed: they come from a server.
    let (mut uid, mut wall, mut worked) = (1, std::time::Duration::ZERO, 0.0);
    let before = memory();
    while uid <= count {
        let to = count.min(uid + CHUNK - 1);
        let batch: Vec<Summary> = (uid..=to).map(|n| message(n, people, &mut dice)).collect();
        let cursor = Cursor {
            uid_validity: UidValidity(1),
            next: Uid(to + 1),
        };
        let (start, before) = (Instant::now(), cpu());
        use askfirst::mailroom::indexing::Recorder;
        account.record(&folder, cursor, &batch).expect("recorded");
        wall += start.elapsed();
        worked += cpu() - before;
        uid = to + 1;
    }
    let peak = memory();
    index.rest();
    let count_f = f64::from(count);
    println!(
        "recorded {count} messages, {people} people: {:.2} s, {:.0} messages a second; of processor time {worked:.2} s, {:.0} a second on one core",
        wall.as_secs_f64(),
        count_f / wall.as_secs_f64(),
        count_f / worked.max(0.01)
    );
    println!("memory: peak {peak} kB (before: {before} kB)");
    let size = std::fs::metadata(dir.path().join("index.sqlite"))
        .expect("there")
        .len();
    println!(
        "disk: {:.1} MB, {:.0} octets a message",
        size as f64 / 1e6,
        size as f64 / f64::from(count)
    );

    let at: Timestamp = "2026-11-24T12:00:00Z".parse().expect("a moment");
    let look = index.look(at);
    for (what, among) in [("random people", people), ("the fifty busiest", 50)] {
        let mut times: Vec<f64> = (0..2000)
            .map(|_| {
                let (a, b) = (address(dice.below(among)), address(dice.below(among)));
                let start = Instant::now();
                std::hint::black_box(look.evidence(&a, &b));
                start.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!(
            "evidence of a pair, {what}: median {:.0} µs, 99th of 100 {:.0} µs",
            times[1000], times[1980]
        );
    }
    let start = Instant::now();
    let settings = Settings {
        own: Vec::new(),
        same_organisation: SameOrganisation::Yes,
        max_visible: 10,
    };
    let again = Index::open(dir.path(), settings).expect("an index");
    std::hint::black_box(again.look(at).evidence(&address(1), &address(2)));
    println!(
        "open and ask once: {:.2} ms",
        start.elapsed().as_secs_f64() * 1e3
    );
}

fn address(n: u64) -> Address {
    Address::new(&format!("person{n}@firm{}.example", n / 7)).expect("an address")
}

/// About what a mailbox holds: 3.5 people a message, a third of it answers, a fifth bulk.
fn message(n: u32, people: u64, dice: &mut Dice) -> Summary {
    let mut mailbox = || {
        let n = dice.person(people);
        format!("\"Person Number {n}\" <person{n}@firm{}.example>", n / 7)
    };
    let (from, to, cc) = (
        mailbox(),
        mailbox(),
        format!("{}, {}", mailbox(), mailbox()),
    );
    let mut header = format!(
        "Message-ID: <{:016x}.{n}@mail.firm{}.example>\r\nFrom: {from}\r\nTo: {to}, Alex <alex@hub.example>\r\n",
        dice.next(),
        dice.below(1000),
    );
    if dice.below(4) > 0 {
        header.push_str(&format!("Cc: {cc}\r\n"));
    }
    header.push_str(&format!(
        "Date: {}, {} May {} {:02}:{:02}:00 +0200\r\nSubject: =?utf-8?q?The_minutes_of_week_{}_=E2=80=93_a_few_remarks?=\r\n",
        ["Mon", "Tue", "Wed"][dice.below(3) as usize],
        dice.below(30) + 1,
        2006 + u64::from(n) * 20 / 1_000_000,
        dice.below(24),
        dice.below(60),
        dice.below(52),
    ));
    if n > 100 && dice.below(3) == 0 {
        let back = u64::from(n) - dice.below(90) - 1;
        header.push_str(&format!(
            "In-Reply-To: <{back}@threads.example>\r\nReferences: <{}@threads.example>\r\n <{back}@threads.example>\r\n",
            back / 5 * 5
        ));
    }
    if dice.below(5) == 0 {
        header.push_str("List-Unsubscribe: <mailto:leave@lists.example>\r\n");
    }
    header.push_str("Content-Type: multipart/alternative; boundary=\"b1_4711\"\r\n\r\n");
    Summary {
        uid: Uid(n),
        flags: Flags::default(),
        internal_date: Timestamp::from_timestamp(1_790_000_000, 0),
        size: 5000,
        header: header.into_bytes(),
    }
}

/// Peak resident memory in kB, where the system tells.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

/// Seconds of processor time so far (other programs on this machine do not count); zero where the
/// system does not tell.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: f64 = stat
        .split_whitespace()
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or(0.0);
    nanoseconds / 1e9
}
