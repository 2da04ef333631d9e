//! `check`: what askfirst would make of messages, without touching anything.

use super::args::Check;
use super::mailbox::{self, Stored};
use super::paint::{Paint, clean, clean_lines, wrap};
use super::{Failure, out};
use crate::acquaintance::{NoRecords, Records};
use crate::answer::{self, Reading};
use crate::config::Config;
use crate::detect::{self, Found, Introducer, Limits, Verdict};
use crate::edge::index::{Index, Settings};
use crate::edge::settings;
use crate::mail::{self, AddressPattern, Message};
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

/// Judges everything at the paths; goes on past what cannot be read, and says so at the end.
///
/// # Errors
/// A configuration that is there but wrong.
pub fn run(config: Option<&Path>, check: &Check) -> Result<ExitCode, Failure> {
    let judging = Judging::new(config)?;
    let paint = Paint::of_stdout();
    let mut unreadable = false;
    let mut lost = None;
    let mut summary = Summary {
        whole: check.explain,
        ..Summary::default()
    };
    for path in &check.paths {
        let read = mailbox::read(path, &mut |stored| {
            let text = match (check.reply, check.form.json) {
                (false, true) => line(&judging.verdict(&stored)),
                (false, false) => {
                    let verdict = judging.verdict(&stored);
                    let mut text = summary.count(&verdict, paint);
                    if check.explain {
                        text.push_str(&judging.explained(&stored));
                    }
                    text
                }
                (true, true) => line(&reply(&stored)),
                (true, false) => reply_text(&reply(&stored), paint),
            };
            if lost.is_none() && !text.is_empty() {
                lost = out::write(text.as_bytes()).err();
            }
        });
        if let Err(why) = read {
            unreadable = true;
            out::complain(&why);
        }
    }
    if lost.is_none() && !check.reply && !check.form.json {
        lost = out::write(summary.text(paint).as_bytes()).err();
    }
    match lost {
        // A reader that has seen enough (`| head`) is no failure.
        Some(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(out::failed(&error)),
        _ if unreadable => Ok(ExitCode::from(2)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// What a whole mailbox came to. A single message is shown in full whatever the verdict; of many,
/// what would be held as it is found, and at the end how many there were.
#[derive(Default)]
struct Summary {
    /// Every message is shown as it is read.
    whole: bool,
    read: usize,
    held: usize,
    /// Introductions among people who all know each other, or agreed.
    passed: usize,
    /// The first message where it passes: told only if it stays the only one.
    first: Option<String>,
}

impl Summary {
    /// Counts a verdict, and gives what is to be shown of it at once.
    fn count(&mut self, verdict: &Value, paint: Paint) -> String {
        self.read += 1;
        let hold = verdict["decision"] == "hold";
        self.held += usize::from(hold);
        self.passed += usize::from(!hold && verdict["introduction"] == true);
        if self.whole {
            return verdict_text(verdict, paint);
        }
        if !hold && self.read == 1 {
            self.first = Some(verdict_text(verdict, paint));
            return String::new();
        }
        if hold {
            verdict_text(verdict, paint)
        } else {
            String::new()
        }
    }

    fn text(mut self, paint: Paint) -> String {
        if self.read <= 1 {
            return self.first.take().unwrap_or_default();
        }
        let messages = format!("{} messages read", self.read);
        let would = match self.held {
            0 => "none would be held".to_owned(),
            1 => "1 would be held, above".to_owned(),
            n => format!("{n} would be held, above"),
        };
        let known = match self.passed {
            0 => String::new(),
            1 => "; 1 more is an introduction of people who know each other or agreed, and passes"
                .to_owned(),
            n => format!(
                "; {n} more are introductions of people who know each other or agreed, and pass"
            ),
        };
        format!("{}\n", paint.bold(&format!("{messages}: {would}{known}.")))
    }
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}

/// Whose mail it is, and what is known of the world.
pub(super) struct Judging {
    config: Option<Config>,
    index: Option<Index>,
}

impl Judging {
    /// Works with no configuration; one that is named must be there, one that is there must be good.
    pub(super) fn new(path: Option<&Path>) -> Result<Self, Failure> {
        let there = settings::locate(path).is_ok_and(|found| found.exists());
        if path.is_none() && !there {
            return Ok(Self {
                config: None,
                index: None,
            });
        }
        let config = settings::load(path).map_err(Failure::Wrong)?;
        // Only looked at where there is one: opening it would make it.
        let index = config.state_dir.join("index.sqlite").exists().then(|| {
            Index::open(&config.state_dir, Settings::of(&config))
                .map_err(|error| Failure::CouldNot(error.to_string()))
        });
        Ok(Self {
            index: index.transpose()?,
            config: Some(config),
        })
    }

    pub(super) fn verdict(&self, stored: &Stored) -> Value {
        let message = mail::parse(&stored.bytes);
        let account = self.introducer(&message);
        let none = NoRecords;
        let look = match (&account, &self.index) {
            (Some(_), Some(index)) => Some(index.look(chrono::Utc::now())),
            _ => None,
        };
        let records: &dyn Records = match &look {
            Some(look) => look,
            None => &none,
        };
        let introducer = account.unwrap_or_else(|| from_header(&message));
        let limits = self.limits();
        let verdict = detect::judge(&message, &introducer, &limits, records);
        let hold = verdict.introduction && somebody_needs_asking(&verdict, records);
        json!({
            "path": stored.path.to_string_lossy(),
            "index": stored.index,
            "introduction": verdict.introduction,
            "score": verdict.score,
            "decision": if hold { "hold" } else { "pass" },
            "parties": verdict.parties.iter().map(|p| json!({
                "address": p.address,
                "name": p.name,
            })).collect::<Vec<_>>(),
            "reasons": verdict.reasons,
            "language": verdict.language,
        })
    }

    /// Every sign and sentence with what it adds to the sum, strongest first.
    fn explained(&self, stored: &Stored) -> String {
        let message = mail::parse(&stored.bytes);
        let introducer = self
            .introducer(&message)
            .unwrap_or_else(|| from_header(&message));
        let lines = detect::explain(&message, &introducer, &self.limits(), &NoRecords);
        lines
            .iter()
            .map(|(what, weight)| format!("  {weight:+.2}  {}\n", clean(what)))
            .collect()
    }

    fn limits(&self) -> Limits {
        self.config
            .as_ref()
            .map_or_else(Limits::default, |c| Limits {
                threshold: c.detect.threshold,
                ignore: c.detect.ignore.clone(),
            })
    }

    /// The account whose mail this is, by its From.
    fn introducer(&self, message: &Message) -> Option<Introducer> {
        let accounts = self.config.iter().flat_map(|c| &c.accounts);
        accounts
            .map(|account| Introducer {
                addresses: AddressPattern::new(account.email.as_str())
                    .into_iter()
                    .chain(account.aliases.iter().cloned())
                    .collect(),
                name: account.display_name.clone(),
            })
            .find(|introducer| message.from.iter().any(|p| introducer.owns(&p.address)))
    }
}

/// Without an account whoever the message is from.
fn from_header(message: &Message) -> Introducer {
    Introducer {
        addresses: message
            .from
            .iter()
            .filter_map(|p| AddressPattern::new(p.address.as_str()).ok())
            .collect(),
        name: message.from.first().and_then(|p| p.name.clone()),
    }
}

/// Whether there is a stranger to another party who has not agreed in the text itself.
fn somebody_needs_asking(verdict: &Verdict, records: &dyn Records) -> bool {
    let parties = &verdict.parties;
    let strangers = |i: usize, j: usize| {
        !verdict
            .same_side
            .iter()
            .any(|pair| *pair == (i, j) || *pair == (j, i))
            && match (parties.get(i), parties.get(j)) {
                (Some(a), Some(b)) => !acquainted(a, b, records),
                _ => false,
            }
    };
    parties.iter().enumerate().any(|(i, party)| {
        !verdict.agreed.contains(&party.address)
            && (0..parties.len()).any(|j| j != i && strangers(i, j))
    })
}

fn acquainted(a: &Found, b: &Found, records: &dyn Records) -> bool {
    let all = |p: &Found| -> Vec<mail::Address> {
        std::iter::once(p.address.clone())
            .chain(p.also.iter().cloned())
            .collect()
    };
    all(a)
        .iter()
        .any(|x| all(b).iter().any(|y| !records.evidence(x, y).is_empty()))
}

fn reply(stored: &Stored) -> Value {
    let message = mail::parse(&stored.bytes);
    let (kind, answer, text, reasons) = match answer::read(&stored.bytes, &message, &[], None) {
        Reading::Answer {
            answer,
            text,
            reasons,
            ..
        } => ("answer", Some(answer), Some(text), reasons),
        Reading::Automatic { text, reasons, .. } => ("auto_reply", None, Some(text), reasons),
        Reading::Bounce { failed, text, .. } => {
            let why = if failed {
                "a final failure of delivery"
            } else {
                "a delay, or no failure"
            };
            ("bounce", None, Some(text), vec![why.to_owned()])
        }
        Reading::Other { reasons } => ("other", None, None, reasons),
    };
    json!({
        "path": stored.path.to_string_lossy(),
        "index": stored.index,
        "kind": kind,
        "answer": answer,
        "text": text,
        "reasons": reasons,
    })
}

fn verdict_text(verdict: &Value, paint: Paint) -> String {
    let score = verdict["score"].as_f64().unwrap_or_default();
    let decision = match verdict["decision"].as_str() {
        Some("hold") => paint.warn("hold"),
        _ => paint.good("pass"),
    };
    let mut text = format!(
        "{}: {decision} (score {score:.2})\n",
        heading(verdict, paint)
    );
    let parties: Vec<String> = list(&verdict["parties"])
        .map(|party| {
            let address = clean(party["address"].as_str().unwrap_or_default());
            match party["name"].as_str() {
                Some(name) => format!("{} <{address}>", clean(name)),
                None => address,
            }
        })
        .collect();
    if !parties.is_empty() {
        text.push_str(&wrap(&parties.join(", "), "  ", 80));
    }
    text + &reasons(verdict)
}

fn reply_text(reply: &Value, paint: Paint) -> String {
    let what = match (reply["kind"].as_str(), reply["answer"].as_str()) {
        (_, Some(answer)) => paint.bold(answer),
        (Some("auto_reply"), _) => "a machine’s reply".to_owned(),
        (Some("bounce"), _) => "a bounce".to_owned(),
        _ => "no answer".to_owned(),
    };
    let mut text = format!("{}: {what}\n", heading(reply, paint));
    for line in clean_lines(reply["text"].as_str().unwrap_or_default())
        .lines()
        .take(20)
    {
        text.push_str(&format!("  | {line}\n"));
    }
    text + &reasons(reply)
}

/// The path, and within an mbox which message.
fn heading(value: &Value, paint: Paint) -> String {
    let path = paint.bold(&clean(value["path"].as_str().unwrap_or_default()));
    match value["index"].as_u64() {
        Some(index) if index > 0 => format!("{path} #{index}"),
        _ => path,
    }
}

fn reasons(value: &Value) -> String {
    list(&value["reasons"])
        .filter_map(Value::as_str)
        .map(|reason| {
            let wrapped = wrap(&clean(reason), "    ", 80);
            format!("  -{}", wrapped.get(3..).unwrap_or_default())
        })
        .collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
