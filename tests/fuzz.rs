//! Hostile bytes for whatever reads answers: nothing may panic, hang, or find a consent in noise.
//!
//! Each target runs for two seconds; `ASKFIRST_FUZZ_SECONDS=3600` runs it for an hour. The seed is printed.

use askfirst::answer::{Reading, html, read, results, sender, visible};
use askfirst::mail::{self, Address};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

struct Dice(u64);

impl Dice {
    fn new(target: u64) -> Self {
        let seed: Option<u64> = std::env::var("ASKFIRST_FUZZ_SEED")
            .ok()
            .and_then(|s: String| s.parse().ok());
        let seed = seed.unwrap_or_else(|| std::process::id().into());
        println!("seed {seed}");
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ target | 1)
    }
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides.max(1)
    }
}

fn until() -> Instant {
    let seconds: u64 = std::env::var("ASKFIRST_FUZZ_SECONDS")
        .ok()
        .and_then(|s: String| s.parse().ok())
        .unwrap_or(2);
    Instant::now() + Duration::from_secs(seconds)
}

fn corpus() -> Vec<Vec<u8>> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out)
            } else {
                out.push(path)
            }
        }
    }
    let mut paths = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail"),
        &mut paths,
    );
    paths.sort();
    paths.iter().map(|p| std::fs::read(p).unwrap()).collect()
}

const PIECES: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\xff\xfe",
    b"> ",
    b">>>>",
    b"<div style=\"display:none\">",
    b"</blockquote>",
    b"<!--",
    b"-->",
    b"&#x110000;",
    b"&#0;",
    b"=\r\n",
    b"=?utf-8?b?////?=",
    b"From: ",
    b"(((((",
    b")))",
    b"\"",
    b"\\",
    b";",
    b"=",
    b"@",
    b"<",
    b">",
    b",",
    b"--",
    b"-- \r\n",
    b"wrote:",
    b"Content-Type: multipart/mixed; boundary=x\r\n",
    b"--x\r\n",
    b"\xe2\x80\xae",
    b"\xef\xbb\xbf",
    b"\xf0\x9f\x91\x8d",
    b"dmarc=pass header.from=kiln.example.org",
    b"Authentication-Results: ",
    b"99999999999999999999",
    b"31.02.0000",
    b"until 0 0 0",
];

fn mutate(dice: &mut Dice, mut bytes: Vec<u8>) -> Vec<u8> {
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(bytes.len() + 1);
        match dice.roll(5) {
            0 => drop(bytes.splice(at..at, PIECES[dice.roll(PIECES.len())].iter().copied())),
            1 if at < bytes.len() => bytes[at] = dice.roll(256) as u8,
            2 => bytes.truncate(at),
            3 => {
                let end = (at + dice.roll(40)).min(bytes.len());
                bytes.drain(at.min(end)..end);
            }
            _ => {
                let end = (at + dice.roll(200)).min(bytes.len());
                let part = bytes[at.min(end)..end].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
    bytes
}

fn run(target: u64, mut check: impl FnMut(&mut Dice, Vec<u8>)) {
    let (corpus, end, mut dice, mut rounds) = (corpus(), until(), Dice::new(target), 0u64);
    while Instant::now() < end {
        let seed = corpus[dice.roll(corpus.len())].clone();
        let bytes = mutate(&mut dice, seed);
        let started = Instant::now();
        check(&mut dice, bytes);
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "one input took {:?}",
            started.elapsed()
        );
        rounds += 1;
    }
    println!("{rounds} inputs");
    assert!(rounds > 0);
}

#[test]
fn whole_replies_never_panic() {
    run(1, |_, bytes| {
        let message = mail::parse(&bytes);
        if let Reading::Answer { answer, text, .. } = read(
            &bytes,
            &message,
            &["May I introduce you?\nA yes is enough."],
            Some("Jordan"),
        ) {
            assert!(
                !answer.is_consent() || !text.trim().is_empty(),
                "a consent without words"
            );
        }
    });
}

#[test]
fn trimmer_and_formatted_text_never_panic() {
    run(2, |_, bytes| {
        let text = String::from_utf8_lossy(&bytes);
        let plain = html::plain(&text).text;
        let _ = visible::own_words(&plain, &[], &["rachel".to_owned()]);
        let _ = visible::own_words(&text, &["Hi\n\nMay I?\n"], &[]);
    });
}

#[test]
fn classifier_never_panics() {
    run(3, |_, bytes| {
        let text = String::from_utf8_lossy(&bytes);
        let at = text.len().min(3_000);
        let cut = text.get(..text.floor_char_boundary(at)).unwrap_or("");
        let _ = askfirst::answer::phrases::classify(cut, &["jordan".to_owned()].into(), "");
    });
}

#[test]
fn verdicts_and_addresses_never_panic_and_noise_proves_nothing() {
    let asked = [Address::new("rachel@kiln.example.org").unwrap()];
    run(4, |dice, bytes| {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let from = dice.roll(text.len() + 1);
        let piece: String = text.chars().skip(from).take(400).collect();
        let _ = results::parse(&piece);
        if let Ok(address) = Address::new(&piece) {
            assert!(
                !address.as_str().contains(['\r', '\n', '\0', '<', '>', ',']),
                "{address}"
            );
        }
        let message = mail::parse(&bytes);
        let _ = sender::judge_after(&bytes, &message, &asked, Some("mx.hub.example"), 3);
        let _ = sender::top_authserv_id(&message);
    });
}
