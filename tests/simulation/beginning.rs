//! How a run begins: what is configured, who is introduced, what is going to go wrong.

use super::chance::Chance;
use super::disk::Disk;
use super::hands::Hand;
use super::mailbox::{Personality, Server};
use super::oracle::Oracle;
use super::people;
use super::run::{Happening, Run};
use askfirst::config::{Config, Surroundings};
use askfirst::letter::Templates;
use askfirst::port::Flags;
use chrono::{TimeDelta, TimeZone, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// Everything as it usually is, and nothing by chance.
pub fn plain_config() -> Config {
    configured(["30s", "never", "10s", "together", "introducer"])
}

fn config(chance: &mut Chance) -> Config {
    let settle = chance.pick(&["0s", "30s", "2m"]);
    let confirm = chance.pick(&["never", "never", "first"]);
    let grace = chance.pick(&["10s", "10m"]);
    let order = chance.pick(&["together", "in_turn"]);
    let remind = chance.pick(&["introducer", "party", "off"]);
    configured([settle, confirm, grace, order, remind])
}

fn configured([settle, confirm, grace, order, remind]: [&str; 5]) -> Config {
    let text = format!(
        "[[accounts]]\nname = \"work\"\nemail = \"alex@hub.example\"\ndisplay_name = \"Alex Rivera\"\nlanguage = \"en\"\n\
         [accounts.imap]\nhost = \"imap.hub.example\"\npassword_command = \"true\"\nauthserv_id = \"mx.hub.example\"\n\
         [accounts.smtp]\nhost = \"smtp.hub.example\"\npassword_command = \"true\"\n\
         [drafts]\nsettle = \"{settle}\"\n\
         [ask]\nconfirm = \"{confirm}\"\ngrace = \"{grace}\"\norder = \"{order}\"\nremind = \"{remind}\"\nremind_after = \"1d\"\nexpire_after = \"2d\"\n",
    );
    let around = Surroundings {
        folder: Path::new("/nowhere"),
        state_dir: Some("/nowhere/state".into()),
        environment: &BTreeMap::new(),
        file: &|_| Err("there are no files here".to_owned()),
    };
    askfirst::config::read("simulated", &text, &around).expect("a good configuration")
}

impl Run {
    pub fn new(seed: u64, templates: &Arc<Templates>) -> Self {
        let mut chance = Chance::new(seed);
        let config = Arc::new(config(&mut chance));
        let personality = chance.pick(&Personality::all());
        let begin = Utc
            .with_ymd_and_hms(2026, 11, 2, 8, 0, 0)
            .single()
            .expect("a moment");
        let files_sent = chance.one_in(2);
        let mut run = Self {
            now: begin,
            begin,
            step: 0,
            telling: false,
            story: Vec::new(),
            disk: Disk::default(),
            server: Server::new(personality),
            config,
            templates: templates.clone(),
            process: None,
            start_at: begin,
            machine: 0,
            asleep: begin,
            other: None,
            backup: None,
            trial: 0,
            forgets: false,
            agenda: BTreeMap::new(),
            oracle: Oracle::default(),
            known: super::known::Known::default(),
            faults: true,
            crashes: chance.pick(&[usize::MAX, 400, 120, 40]),
            cuts: chance.pick(&[usize::MAX, 40, 12, 6]),
            losses: chance.pick(&[usize::MAX, 6, 3, 2]),
            sleeps: chance.one_in(4),
            files_sent,
            doomed: false,
            pulses: BTreeMap::new(),
            crashed: 0,
            cut: 0,
            planted: None,
            sudden: false,
            forging: false,
            remarking: false,
            long: TimeDelta::days(7),
            single: None,
            passed: Vec::new(),
            handed_over: 0,
            tried: BTreeSet::new(),
            words: Vec::new(),
            chance,
        };
        run.oracle.honest = files_sent;
        run.server.deliver(
            "Lists",
            b"From: list@lists.example\r\nMessage-ID: <first@lists.example>\r\n\r\nWelcome.\r\n",
            Flags::default(),
        );
        run.bystanders();
        run.trials();
        let shift = run.chance.below(4);
        for n in 0..1 + run.chance.below(2) {
            let draft = people::draft(&mut run.chance, shift + n);
            run.oracle.write(draft);
            let after = TimeDelta::seconds(run.chance.between(20, 7200));
            run.plan(after, Happening::Written(n));
            for _ in 0..run.chance.pick(&[0, 0, 1, 2]) {
                let longest = run.chance.pick(&[120, 900, 2 * 86_400]);
                let later =
                    after + TimeDelta::milliseconds(run.chance.between(1000, longest * 1000));
                let mut hand = Hand::any(&mut run.chance);
                let told = matches!(hand, Hand::AnswerYes | Hand::AnswerNo);
                if told && (run.forgets || run.other.is_some()) {
                    // What was said on the command line is known to one machine only, for as long as
                    // nothing of it shows in the mailbox.
                    hand = Hand::Remind;
                }
                run.plan(later, Happening::Hand(n, hand));
            }
            // Whoever has to confirm does so some day.
            if run.config.ask.confirm != askfirst::config::Confirm::Never {
                let later = after + TimeDelta::seconds(run.chance.between(600, 40_000));
                run.plan(later, Happening::Hand(n, Hand::Ask));
            }
        }
        for _ in 0..run.chance.pick(&[0, 0, 1, 2]) {
            let at = TimeDelta::seconds(run.chance.between(30, 10_000));
            run.plan(at, Happening::Hand(usize::MAX, Hand::ServerRefuses));
        }
        if run.chance.one_in(4) {
            for _ in 0..run.chance.pick(&[1, 1, 2]) {
                let folder =
                    run.chance
                        .pick(&["INBOX", "INBOX", "Sent", "Drafts", "Askfirst/Held"]);
                let at = TimeDelta::seconds(run.chance.between(30, 90_000));
                run.plan(at, Happening::Renumbered(folder));
            }
        }
        run.plan(TimeDelta::days(3), Happening::Calm);
        run
    }

    /// Mail that is none of our business, some of it marked as deleted: it stays as it is.
    pub fn bystanders(&mut self) {
        for (n, (folder, deleted)) in [
            ("INBOX", false),
            ("INBOX", true),
            ("Drafts", true),
            ("Sent", true),
            ("Askfirst/Held", true),
            ("Askfirst/Memory", true),
        ]
        .into_iter()
        .enumerate()
        {
            let bytes = format!(
                "From: Alex Rivera <alex@hub.example>\r\nTo: files@hub.example\r\nSubject: Number {n}\r\n\
                 Message-ID: <bystander-{n}@hub.example>\r\n\r\nNothing to see here.\r\n"
            )
            .into_bytes();
            let flags = Flags {
                deleted,
                seen: true,
                ..Flags::default()
            };
            self.server.deliver(folder, &bytes, flags);
            self.oracle.bystanders.push((folder, bytes, deleted));
        }
    }

    /// In one run of three the state folder is lost or set back, or two machines look after the mailbox.
    fn trials(&mut self) {
        self.trial = self.chance.below(9);
        match self.trial {
            0 => {
                self.forgets = true;
                for _ in 0..self.chance.pick(&[1, 1, 2]) {
                    let at = TimeDelta::seconds(self.chance.between(300, 90_000));
                    self.plan(at, Happening::StateLost);
                }
            }
            1 => {
                self.forgets = true;
                let at = TimeDelta::seconds(self.chance.between(0, 40_000));
                let later = at + TimeDelta::seconds(self.chance.between(60, 90_000));
                self.plan(at, Happening::BackedUp);
                self.plan(later, Happening::Restored);
            }
            2 => {
                self.other = Some(Box::new(super::run::Slot {
                    disk: Disk::default(),
                    process: None,
                    start_at: self.begin + TimeDelta::seconds(self.chance.between(0, 9000)),
                    asleep: self.begin,
                    machine: 1,
                }));
                let off = TimeDelta::seconds(self.chance.between(3000, 30_000));
                self.plan(off, Happening::Off);
                for _ in 0..self.chance.between(0, 4) {
                    let at = TimeDelta::seconds(self.chance.between(60, 25_000));
                    let long = self.chance.pick(&[30, 400, 1200, 3600, 7200]);
                    self.plan(at, Happening::Sleep(long));
                }
            }
            _ => {}
        }
    }
}
