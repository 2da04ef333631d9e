//! Random small mailboxes: the index says what a few plain lines over all messages say.

use crate::{Desk, address, at, settings, summary};
use askfirst::config::SameOrganisation;
use askfirst::edge::index::Settings;
use askfirst::mail::MessageId;
use proptest::prelude::*;
use std::collections::BTreeSet;

const PEOPLE: [&str; 6] = [
    "alex@hub.example",
    "rachel@nova.example",
    "jordan@atlas.example",
    "maya@quill.example",
    "sam@harbour.example",
    "kim@mill.example",
];
const MAX_VISIBLE: usize = 4;

#[derive(Clone, Debug)]
struct Mail {
    from: usize,
    to: BTreeSet<usize>,
    cc: BTreeSet<usize>,
    /// An earlier message that this one answers.
    answers: Option<usize>,
    /// Only In-Reply-To, no References.
    short: bool,
    year: i32,
    bulk: bool,
    ours: bool,
    draft: bool,
    barred: bool,
    copies: u8,
}

fn mail() -> impl Strategy<Value = Mail> {
    let some = || prop::collection::btree_set(0..PEOPLE.len(), 0..4);
    let rarely = || prop::bool::weighted(0.1);
    (
        (
            0..PEOPLE.len(),
            some(),
            some(),
            prop::option::of(0..12_usize),
            any::<bool>(),
            2018..2027,
        ),
        (rarely(), rarely(), rarely(), rarely(), 1..3_u8),
    )
        .prop_map(
            |((from, to, cc, answers, short, year), (bulk, ours, draft, barred, copies))| Mail {
                from,
                to,
                cc,
                answers,
                short,
                year,
                bulk,
                ours,
                draft,
                barred,
                copies,
            },
        )
}

impl Mail {
    /// Everybody visible but the user.
    fn people(&self) -> BTreeSet<usize> {
        let all = self.to.iter().chain(&self.cc).chain([&self.from]);
        all.copied().filter(|p| *p != 0).collect()
    }
    fn read(&self) -> bool {
        !self.ours && !self.draft
    }
}

/// The first message named by a full References field.
fn root(mails: &[Mail], mut n: usize) -> usize {
    while let Some(parent) = mails[n].answers {
        n = parent;
    }
    n
}

/// For each message the thread it belongs to: joined by what the messages that are there name.
fn threads(mails: &[Mail]) -> Vec<usize> {
    let mut thread: Vec<usize> = (0..mails.len()).collect();
    for _ in 0..mails.len() {
        for (n, mail) in mails.iter().enumerate().filter(|(_, m)| m.read()) {
            let Some(parent) = mail.answers else { continue };
            let first = if mail.short { parent } else { root(mails, n) };
            for other in [parent, first] {
                let (from, to) = (thread[n].max(thread[other]), thread[n].min(thread[other]));
                thread
                    .iter_mut()
                    .filter(|t| **t == from)
                    .for_each(|t| *t = to);
            }
        }
    }
    thread
}

/// The rules of PRODUCT “Finer rules: Holding”, read off one by one.
fn expected(mails: &[Mail], a: usize, b: usize) -> Vec<&'static str> {
    let (mut kinds, thread) = (Vec::new(), threads(mails));
    for (n, mail) in mails.iter().enumerate() {
        let people = mail.people();
        if !mail.read() || mail.bulk || mail.barred || people.len() > MAX_VISIBLE {
            continue;
        }
        if !people.contains(&a) || !people.contains(&b) {
            continue;
        }
        let spoke = |who: usize| {
            mails.iter().enumerate().any(|(m, other)| {
                other.from == who && other.read() && !other.bulk && thread[m] == thread[n]
            })
        };
        let (one_wrote, either, both) = (
            mail.from == a || mail.from == b,
            spoke(a) || spoke(b),
            spoke(a) && spoke(b),
        );
        if mail.year <= 2021 && !one_wrote && !either {
            continue;
        }
        kinds.push(match (one_wrote, both) {
            (true, _) => "a wrote",
            (_, true) => "b thread",
            _ => "c together",
        });
    }
    kinds.sort_unstable();
    kinds.truncate(10);
    kinds
}

fn header(mails: &[Mail], n: usize) -> String {
    let mail = &mails[n];
    let list = |of: &BTreeSet<usize>| of.iter().map(|p| PEOPLE[*p]).collect::<Vec<_>>().join(", ");
    let mut header = format!(
        "From: {}\nTo: {}\nCc: {}\nMessage-ID: <m{n}@mail.example>\nDate: 3 May {} 12:00:00 +0000\nSubject: number {n}",
        PEOPLE[mail.from],
        list(&mail.to),
        list(&mail.cc),
        mail.year
    );
    if let Some(parent) = mail.answers {
        header.push_str(&format!("\nIn-Reply-To: <m{parent}@mail.example>"));
        if !mail.short {
            let mut line = vec![format!("<m{parent}@mail.example>")];
            let mut up = parent;
            while let Some(next) = mails[up].answers {
                line.push(format!("<m{next}@mail.example>"));
                up = next;
            }
            line.reverse();
            header.push_str(&format!("\nReferences: {}", line.join("\n ")));
        }
    }
    if mail.bulk {
        header.push_str("\nPrecedence: bulk");
    }
    if mail.ours {
        header.push_str("\nX-Askfirst: note");
    }
    header
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_knows_what_the_rules_say(
        mut mails in prop::collection::vec(mail(), 1..12),
        order in prop::collection::vec(any::<u32>(), 24),
        late_bar in any::<bool>(),
    ) {
        for (n, mail) in mails.iter_mut().enumerate() {
            // Only answers to earlier mail, which need not be there to be read.
            mail.answers = mail.answers.filter(|parent| *parent < n);
        }
        let desk = Desk::with(Settings {
            same_organisation: SameOrganisation::No,
            max_visible: u32::try_from(MAX_VISIBLE).expect("small"),
            ..settings()
        });
        let bar = || for (n, _) in mails.iter().enumerate().filter(|(_, m)| m.barred) {
            let id = MessageId::new(&format!("m{n}@mail.example")).expect("an id");
            desk.index.never_evidence(&id).expect("barred");
        };
        if !late_bar {
            bar();
        }
        // All copies, in any order, in two folders.
        let mut copies: Vec<usize> =
            (0..mails.len()).flat_map(|n| std::iter::repeat_n(n, mails[n].copies.into())).collect();
        copies.sort_by_key(|n| order[*n % order.len()]);
        for (uid, n) in (1..).zip(copies) {
            let mut one = summary(uid, &header(&mails, n));
            one.flags.draft = mails[n].draft;
            desk.record(if uid % 3 == 0 { "Sent" } else { "INBOX" }, &[one]);
        }
        if late_bar {
            bar();
        }
        let look = desk.index.look(at("2026-11-24T12:00:00Z"));
        for (a, one) in PEOPLE.iter().enumerate().skip(1) {
            for (b, other) in PEOPLE.iter().enumerate().skip(1) {
                use askfirst::acquaintance::{Kind, Records};
                let kinds: Vec<&str> = look
                    .evidence(&address(one), &address(other))
                    .iter()
                    .map(|e| match e.kind {
                        Kind::Wrote => "a wrote",
                        Kind::Thread => "b thread",
                        Kind::Together => "c together",
                        other => panic!("{other:?}"),
                    })
                    .collect();
                let wanted = if a == b { Vec::new() } else { expected(&mails, a, b) };
                prop_assert_eq!(&kinds, &wanted, "{} {}", PEOPLE[a], PEOPLE[b]);
            }
        }
    }
}
