//! How the demo is told: 80 columns, colour where the terminal can, every line as it happens.

use super::Stopped;
use crate::cli::out;
use crate::cli::paint::{self, Paint};
use crate::demo::people;
use std::time::{Duration, Instant};

const WIDTH: usize = 80;
/// What stands before every line of a letter.
const EDGE: &str = "    │ ";

/// Tells, and counts what was seen.
pub struct Teller {
    paint: Paint,
    seen: usize,
    since: Instant,
}

impl Teller {
    #[must_use]
    pub fn new(paint: Paint) -> Self {
        Self {
            paint,
            seen: 0,
            since: Instant::now(),
        }
    }

    fn say(&self, text: &str) -> Result<(), Stopped> {
        Ok(out::write(text.as_bytes())?)
    }

    pub fn opening(&mut self) -> Result<(), Stopped> {
        self.say(&format!(
            "{}\n\n{}",
            self.paint
                .bold("askfirst: asking both people before your introduction leaves"),
            paint::wrap(
                "A small world inside this program: four people's mailboxes, an IMAP and an SMTP \
                 server on 127.0.0.1, and the real daemon, looking after Alex's mail. Nothing \
                 leaves this computer. Only the waiting is cut short: a draft counts as finished \
                 after one second instead of thirty minutes, and the questions go out after one \
                 more second instead of ten minutes.",
                "",
                WIDTH,
            )
        ))
    }

    /// A new story begins.
    pub fn title(&mut self, text: &str) -> Result<(), Stopped> {
        self.say(&format!("\n{}\n", self.paint.bold(text)))
    }

    /// What somebody does.
    pub fn act(&mut self, text: &str) -> Result<(), Stopped> {
        self.since = Instant::now();
        self.say(&format!("\n{}", paint::wrap(text, "    ", WIDTH)))
    }

    /// What was observed to be true, and how long it took.
    pub fn seen(&mut self, text: &str) -> Result<(), Stopped> {
        self.seen += 1;
        let took = self.since.elapsed();
        let took = if took < Duration::from_millis(500) {
            String::new()
        } else {
            format!("({:.1} s)", took.as_secs_f32())
        };
        let lines = paint::wrap(&format!("{text} {took}"), "    ", WIDTH);
        let lines = lines.strip_prefix("    ").unwrap_or(&lines);
        let lines = match lines.trim_end().strip_suffix(&took) {
            Some(words) if !took.is_empty() => format!("{words}{}\n", self.paint.dim(&took)),
            _ => lines.to_owned(),
        };
        self.since = Instant::now();
        self.say(&format!("\n  {} {lines}", self.paint.good("✓")))
    }

    /// A letter, or a part of one, as its reader sees it.
    pub fn letter(&mut self, fields: &[(&str, &str)], text: &str) -> Result<(), Stopped> {
        let mut page = String::from("\n");
        let edge = self.paint.dim(EDGE.trim_end());
        for (name, value) in fields {
            let value = paint::clean(value);
            let lines = paint::wrap(
                &value,
                &" ".repeat(EDGE.chars().count() + name.len() + 2),
                WIDTH,
            );
            for (number, line) in lines.lines().enumerate() {
                if number == 0 {
                    let name = self.paint.dim(&format!("{name}:"));
                    page.push_str(&format!("{edge} {name} {}\n", line.trim_start()));
                } else {
                    let indent = " ".repeat(name.len() + 2);
                    page.push_str(&format!("{edge} {indent}{}\n", line.trim_start()));
                }
            }
        }
        if !fields.is_empty() && !text.is_empty() {
            page.push_str(&format!("{edge}\n"));
        }
        let text = paint::clean_lines(&text.replace("\r\n", "\n"));
        for line in text.trim_end().lines() {
            if line.trim().is_empty() {
                page.push_str(&format!("{edge}\n"));
            } else if line.starts_with('>') {
                let line = paint::fit(line, WIDTH - EDGE.chars().count());
                page.push_str(&format!("{edge} {}\n", self.paint.dim(&line)));
            } else {
                for part in paint::wrap(line, "", WIDTH - EDGE.chars().count()).lines() {
                    page.push_str(&format!("{edge} {part}\n"));
                }
            }
        }
        self.say(&page)
    }

    pub fn closing(&mut self, took: Duration) -> Result<(), Stopped> {
        self.say(&format!(
            "\n{}\n",
            self.paint.bold(&format!(
                "All {} observations were true, in {:.1} seconds.",
                self.seen,
                took.as_secs_f32()
            ))
        ))
    }

    /// Where the user's own mail program finds this world.
    pub fn doors(&mut self, world: &crate::demo::World) -> Result<(), Stopped> {
        let (imap, smtp) = (world.imap(), world.smtp());
        let mut page = format!(
            "\n{}\n    Incoming (IMAP)   host {}   port {}   no encryption\n    \
             Outgoing (SMTP)   host {}   port {}   no encryption\n\n    \
             {:<24}{}\n",
            paint::wrap(
                "The world stays open. Any mail program on this computer can log in, with a \
                 normal password:",
                "",
                WIDTH
            ),
            imap.ip(),
            imap.port(),
            smtp.ip(),
            smtp.port(),
            "user",
            "password",
        );
        for person in people::everybody() {
            page.push_str(&format!("    {:<24}{}\n", person.address, person.password));
        }
        page.push('\n');
        page.push_str(&paint::wrap(
            "Nobody answers by themselves now, and both waits are twenty seconds. Write a draft \
             as Alex that brings Rachel and Mira together, close its window, and wait; or move it \
             into Askfirst/Ask, which says that it is finished. Then answer as Rachel and as \
             Mira. A message in Askfirst/Held can be moved back to Drafts, or into Askfirst/Send \
             now.",
            "",
            WIDTH,
        ));
        page.push_str("\nCtrl-C ends it, and leaves nothing behind.\n");
        self.say(&page)
    }
}
