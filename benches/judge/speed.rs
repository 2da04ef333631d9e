//! Messages a second on one core, parsing included.

use crate::letters;
use askfirst::acquaintance::NoRecords;
use askfirst::detect::{Introducer, Limits, judge};
use askfirst::mail::parse;
use std::path::Path;
use std::time::Instant;

/// The mean length of a message, in octets.
const MEAN: usize = 5_000;
const ROUNDS: usize = 8;

pub fn run(folder: &Path) {
    let raws: Vec<Vec<u8>> = letters::read(folder)
        .iter()
        .enumerate()
        .map(|(number, letter)| padded(letter.sent(0).raw, number))
        .collect();
    let octets: usize = raws.iter().map(Vec::len).sum();
    let mut held = 0usize;
    let began = Clock::now();
    for _ in 0..ROUNDS {
        for raw in &raws {
            let message = parse(raw);
            let verdict = judge(
                &message,
                &Introducer::default(),
                &Limits::default(),
                &NoRecords,
            );
            held += usize::from(verdict.introduction);
        }
    }
    let seconds = began.seconds();
    let began = Clock::now();
    for _ in 0..ROUNDS {
        for raw in &raws {
            held += usize::from(parse(raw).subject.is_empty());
        }
    }
    let parsing = began.seconds();
    #[allow(clippy::cast_precision_loss)]
    let count = (raws.len() * ROUNDS) as f64;
    println!(
        "{:.0} messages a second of one core's time, parsing included ({:.0} parsing alone); {} messages of {} octets in the mean; {held}",
        count / seconds,
        count / parsing,
        raws.len(),
        octets / raws.len()
    );
    hostile();
}

/// HTML that nobody writes by accident: twice as much of it must take twice the time.
fn hostile() {
    const SHAPES: [(&str, &str); 6] = [
        ("open tags", "<a "),
        ("open quotes", "<a x=\"'>"),
        ("comments", "<!-- <p"),
        ("nested styles", "<style><div hidden>"),
        ("block quotes", "<blockquote><br>"),
        ("entities", "&am&amp;"),
    ];
    for (name, shape) in SHAPES {
        let nanoseconds = [128usize, 256, 512].map(|size| {
            let body = shape.repeat((size << 10) / shape.len());
            let raw = format!("From: a@hub.example\nContent-Type: text/html\n\n{body}");
            let began = Clock::now();
            for _ in 0..ROUNDS {
                std::hint::black_box(parse(raw.as_bytes()));
            }
            #[allow(clippy::cast_precision_loss)]
            let per_octet = began.seconds() * 1e9 / (raw.len() * ROUNDS) as f64;
            format!("{per_octet:.1}")
        });
        println!(
            "hostile HTML, {name}: {} nanoseconds an octet at 128, 256 and 512 KiB",
            nanoseconds.join(", ")
        );
    }
}

/// Time of the processor where the system tells it, so that neighbours do not count; else of the wall.
struct Clock(Option<u64>, Instant);

impl Clock {
    fn now() -> Self {
        Self(Self::read(), Instant::now())
    }

    fn read() -> Option<u64> {
        let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
        text.split_whitespace().next()?.parse().ok()
    }

    #[allow(clippy::cast_precision_loss)]
    fn seconds(&self) -> f64 {
        match (self.0, Self::read()) {
            (Some(began), Some(now)) => (now - began) as f64 / 1e9,
            _ => self.1.elapsed().as_secs_f64(),
        }
    }
}

/// With the fields that servers add, and every third one with an old thread quoted below, or in HTML.
fn padded(raw: String, number: usize) -> Vec<u8> {
    let mut out = String::new();
    for hop in 0..6 {
        out.push_str(&format!(
            "Received: from mx{hop}.mail.example (mx{hop}.mail.example [192.0.2.{hop}])\n\tby relay{hop}.mail.example with ESMTPS id {number:08x}{hop}\n\tfor <alex@hub.example>; Tue, 3 Nov 2026 09:00:0{hop} +0000\n"
        ));
    }
    out.push_str(&format!("Message-ID: <{number}@mail.example>\nDate: Tue, 3 Nov 2026 09:00:00 +0000\nMIME-Version: 1.0\n"));
    let html = number % 3 == 2;
    let raw = if html {
        let raw = raw.replace("Content-Type: text/plain", "Content-Type: text/html");
        match raw.split_once("\n\n") {
            Some((head, body)) => format!(
                "{head}\n\n<html><head><style>p {{ margin: 0 }}</style></head><body><p>{}</p>",
                body.replace("\n\n", "</p>\n<p>")
            ),
            None => raw,
        }
    } else {
        raw
    };
    out.push_str(&raw);
    let line = if html {
        "<blockquote><p style=\"margin:0\">the old boat house needs new beams before the winter comes in</p></blockquote>\n"
    } else {
        "> the old boat house needs new beams before the winter comes, and the roof\n"
    };
    if !number.is_multiple_of(3) {
        if !html {
            out.push_str("\nOn Mon, 2 Nov 2026 at 09:12, Kim Baker wrote:\n");
        }
        while out.len() < MEAN + MEAN / 2 {
            out.push_str(line);
        }
    }
    out.into_bytes()
}
