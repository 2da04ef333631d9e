//! The written letters of `tests/mail/judge`, made into messages.
//!
//! One letter a line: label, scene, style, envelope, greeting, marks, text.
//!
//! ```text
//! + kiln w A/b>A ^ [Subject] I promised … ¶ next paragraph << quoted request
//! ```
//!
//! `+` is an introduction and `-` none; `h` after it marks the hard ones. The style stands for the
//! writer. In the envelope `/` parts To from Cc; a capital is an outsider, a small letter a colleague
//! of the writer, `#` a list. After `>` come those who are greeted, or `*` for “both”. `^` makes it a
//! reply, `[…]` gives the subject, `!AB` at the end names the parties where they are not all of them.
//! `@A` is the first name of A, `@A+` the whole one, `@A!` the name with a title. A, C and E are women.

use crate::names::{self, Cast};
use askfirst::mail::{Message, parse};
use std::path::Path;

pub const LANGUAGES: [&str; 7] = ["en", "es", "fr", "de", "pt", "it", "nl"];

pub struct Letter {
    pub introduction: bool,
    pub hard: bool,
    pub scene: String,
    pub style: String,
    pub language: &'static str,
    to: String,
    cc: String,
    greeted: String,
    reply: bool,
    subject: Option<String>,
    text: String,
    quoted: Option<String>,
    parties: Option<String>,
    /// Texts of ordinary letters of its language, for the long draws.
    more: Vec<String>,
}

/// From this draw on a letter is a long one.
pub const LONG: u64 = 3;

/// All of them, in the order of the files.
pub fn read(folder: &Path) -> Vec<Letter> {
    let mut letters = Vec::new();
    for language in LANGUAGES {
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .expect("the folder of letters")
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| {
                path.file_name()
                    .is_some_and(|n| n.to_string_lossy().starts_with(&format!("{language}-")))
            })
            .collect();
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file).expect("a readable file");
            for (number, line) in text.lines().enumerate() {
                if line.trim().is_empty() {
                    continue;
                }
                letters.push(letter(line, language).unwrap_or_else(|| {
                    panic!("{}:{} is no letter: {line}", file.display(), number + 1)
                }));
            }
        }
    }
    beside(&mut letters);
    letters
}

fn letter(line: &str, language: &'static str) -> Option<Letter> {
    let (label, rest) = line.split_once(' ')?;
    let (scene, rest) = rest.split_once(' ')?;
    let (style, rest) = rest.split_once(' ')?;
    let (envelope, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let (boxes, greeted) = envelope.split_once('>')?;
    let (to, cc) = boxes.split_once('/').unwrap_or((boxes, ""));
    let mut rest = rest.trim();
    let reply = rest.starts_with("^ ");
    rest = rest.trim_start_matches("^ ");
    let mut subject = None;
    if let Some(found) = rest.strip_prefix('[') {
        let (inside, after) = found.split_once(']')?;
        subject = Some(inside.to_owned());
        rest = after.trim();
    }
    let (text, quoted) = match rest.split_once(" << ") {
        Some((text, quoted)) => (text, Some(quoted.to_owned())),
        None => (rest, None),
    };
    let (text, parties) = match text.rsplit_once(" !") {
        Some((text, parties))
            if parties.len() < 6
                && !parties.is_empty()
                && parties.chars().all(|c| c.is_ascii_alphabetic()) =>
        {
            (text, Some(parties.to_owned()))
        }
        _ => (text, None),
    };
    let introduction = label.starts_with('+');
    (introduction || label.starts_with('-')).then(|| Letter {
        introduction,
        hard: label.ends_with('h'),
        scene: scene.to_owned(),
        style: style.to_owned(),
        language,
        to: to.to_owned(),
        cc: cc.to_owned(),
        greeted: greeted.to_owned(),
        reply,
        subject,
        text: text.to_owned(),
        quoted,
        parties,
        more: Vec::new(),
    })
}

/// Gives each letter what may stand beside it in a long mail: other things that people write.
fn beside(letters: &mut [Letter]) {
    for language in LANGUAGES {
        let texts: Vec<String> = letters
            .iter()
            .filter(|l| !l.introduction && !l.hard && l.language == language)
            .map(|l| l.text.clone())
            .collect();
        for letter in letters.iter_mut().filter(|l| l.language == language) {
            let mut dice = names::Dice::new(17, &letter.key());
            letter.more = (0..12)
                .filter(|_| !texts.is_empty())
                .map(|_| texts[dice.below(texts.len())].clone())
                .collect();
        }
    }
}

/// One way of sending a letter: who plays in it, and how it is dressed.
pub struct Sent {
    pub message: Message,
    pub raw: String,
    /// The addresses that are to be found as parties.
    pub parties: Vec<String>,
}

impl Letter {
    pub fn key(&self) -> String {
        format!("{} {} {}", self.language, self.scene, self.style)
    }

    /// The letter with the names, houses and furniture that `draw` gives.
    pub fn sent(&self, draw: u64) -> Sent {
        let mut dice = names::Dice::new(draw, &self.key());
        let cast = Cast::draw(self.language, &mut dice);
        let own = cast.own.clone();
        // Ordinary mail is as ordinary among colleagues, and with more people on it.
        let inside = !self.introduction && !self.hard && dice.one_in(3);
        let mut to = self.to.clone();
        let mut cc = self.cc.clone();
        if inside {
            to = to.to_ascii_lowercase();
            cc = cc.to_ascii_lowercase();
        }
        if !self.introduction && draw > 0 && dice.one_in(if draw >= LONG { 2 } else { 5 }) {
            cc.push_str(["f", "F", "fg", "FGH"][dice.below(4)]);
        }
        let bare = dice.one_in(7);
        let mut header = format!("From: Alex Rivera <alex@{own}>\n");
        let boxes =
            |letters: &str| -> Vec<String> { letters.chars().map(|c| cast.mailbox(c)).collect() };
        header.push_str(&format!("To: {}\n", boxes(&to).join(", ")));
        if !cc.is_empty() {
            header.push_str(&format!("Cc: {}\n", boxes(&cc).join(", ")));
        }
        let subject = match &self.subject {
            Some(subject) => cast.fill(subject),
            None => cast.subject(
                self.introduction && !self.hard,
                &self.to,
                &self.cc,
                &mut dice,
            ),
        };
        let re = if self.reply { "Re: " } else { "" };
        header.push_str(&format!("Subject: {re}{subject}\n"));
        if self.reply {
            header.push_str("In-Reply-To: <q1@mail.example>\nReferences: <q1@mail.example>\n");
        }
        let mut body = String::new();
        let greeting = cast.greeting(&self.greeted, &self.style, &mut dice);
        if !greeting.is_empty() && !bare {
            body.push_str(&greeting);
            body.push_str(if dice.one_in(6) { " " } else { "\n\n" });
        }
        body.push_str(
            &cast
                .fill(&self.text)
                .replace(" ¶", "\n\n")
                .replace('¶', "\n\n"),
        );
        if draw >= LONG {
            // A mail about several things, some of them in a list.
            let most = if self.introduction { 2 } else { 8 };
            let count = 1 + dice.below(most);
            let listed = dice.one_in(3);
            let breaks = ["\n\n", " ", "\n"][dice.below(3)];
            for (number, text) in self.more.iter().take(count).enumerate() {
                body.push_str(breaks);
                if listed && breaks == "\n" {
                    body.push_str(&format!("{}. ", number + 1));
                }
                body.push_str(&cast.fill(text).replace('¶', " "));
            }
        }
        body.push_str("\n\n");
        body.push_str(cast.closing(&self.style, &mut dice));
        if self.style == "p" && draw % 2 == 1 {
            body = body.to_lowercase();
        }
        if let Some(quoted) = &self.quoted {
            let writer = cast.whole('A');
            body.push_str(&format!(
                "\n\nOn Mon, 2 Nov 2026 at 09:12, {writer} wrote:\n> {}\n",
                cast.fill(quoted)
            ));
        }
        let parties: Vec<String> = match &self.parties {
            Some(named) => named.chars().map(|c| cast.address(c)).collect(),
            None => self
                .to
                .chars()
                .chain(self.cc.chars())
                .filter(|c| *c != '#')
                .map(|c| cast.address(c))
                .collect(),
        };
        let raw = format!("{header}Content-Type: text/plain; charset=utf-8\n\n{body}\n");
        Sent {
            message: parse(raw.as_bytes()),
            raw,
            parties,
        }
    }
}
