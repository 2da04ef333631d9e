//! Secrets planted in hundreds of introductions, and looked for in every ask (RELIABILITY I26, I27).

use super::fixture::{ask_showing, introduction, party};
use super::*;
use crate::answer::Answer;
use crate::introduction::{Introduction, State};

/// A small generator, so that a failing case can be repeated from its number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides as u64).expect("small")
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

/// What Jordan's side must not see of Rachel's, or of anybody's, and in which sentence it stands.
fn planted(dice: &mut Dice, name: &str, number: u64) -> (String, Vec<String>) {
    let n = number % 1_000_000;
    let local = format!("{}.q{n:06}", name.to_lowercase());
    let host = format!("h{n:06}.example");
    let (a, b) = (n / 1_000, n % 1_000);
    let phone = match dice.roll(6) {
        0 => format!("+44 (0)20 7{a:03} 4{b:03}"),
        1 => format!("0207{a:03}4{b:03}"),
        2 => format!("(415) 555-{a:03}-4{b:03}"),
        3 => format!("0.2.0.7.{a:03}.4{b:03}"),
        4 => format!("+351–9{a:03}–4{b:03}"),
        _ => format!("00 44 7{a:03} 4{b:03}"),
    };
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let tail = digits[digits.len() - 7..].to_owned();
    let address = format!("{local}@{host}");
    let at = match dice.roll(6) {
        0 => address.clone(),
        1 => format!("{local} [at] {host}"),
        2 => format!("{local} at {}", host.replace('.', " dot ")),
        3 => format!("<mailto:{address}>"),
        4 => address.to_uppercase(),
        _ => format!("{local} @ {host}"),
    };
    let link = format!("https://{host}/p/{n}");
    let handle = format!("@q{n:06}");
    let secret = dice.pick(&["at", "phone", "link", "host", "handle"]);
    let detail = match secret {
        "at" => at,
        "phone" => phone,
        "link" => link,
        "host" => format!("www.{host}"),
        _ => handle,
    };
    let sentence = match dice.roll(8) {
        0 => format!("{name} can be reached at {detail}."),
        1 => format!("{name} runs a lab ({detail}) in Porto."),
        2 => format!("{name}: {detail}"),
        3 => format!("{name}, who runs a lab in Porto, {detail}, is kind."),
        4 => format!("{detail} is {name}'s."),
        5 => format!("This is {name} - {detail} - a gentle engineer."),
        6 => format!("- {name}, a designer, {detail}"),
        _ => format!("{name} designs tools.\n{detail}\n"),
    };
    (sentence, vec![local, host, format!("q{n:06}"), tail])
}

fn compose(seed: u64) -> (Introduction, [Vec<String>; 2]) {
    let mut dice = Dice(seed);
    let mut secrets = [Vec::new(), Vec::new()];
    let mut body = String::from("Hi Rachel and Jordan,\n\n");
    for round in 0..4 {
        for (i, name) in ["Rachel", "Jordan"].into_iter().enumerate() {
            let (sentence, hidden) = planted(
                &mut dice,
                name,
                seed * 97 + round * 13 + i as u64 * 7 + 100_003,
            );
            body.push_str(&sentence);
            body.push(if dice.roll(3) == 0 { '\n' } else { ' ' });
            secrets[i].extend(hidden);
            body.push_str(&format!(
                "{name} {}. ",
                dice.pick(&["builds gentle hands", "teaches in Leeds", "likes old maps"])
            ));
        }
    }
    // A word for one pair of eyes each.
    body.push_str("\n\nJordan, the word is xylopolist. Rachel, yours is quockerwodger, keep it.\n\nBest,\nAlex\n");
    secrets[1].push("quockerwodger".to_owned());
    secrets[0].push("xylopolist".to_owned());
    let mut i = introduction(&body);
    i.subject = format!("Rachel <> Jordan ({})", secrets[1][0]);
    let own: Vec<String> = (0..2)
        .map(|k| format!("{}@{}", secrets[k][0], secrets[k][1]))
        .collect();
    for (k, name) in ["Rachel Winters", "Jordan Blake"].into_iter().enumerate() {
        let shown = match dice.roll(5) {
            0 => format!("{name} ({})", own[k]),
            1 => format!("{name} <{}>", own[k]),
            2 => own[k].clone(),
            3 => format!("\"{name}\" {}", own[k]),
            _ => name.to_owned(),
        };
        i.parties[k] = party(&shown, &own[k]);
    }
    i.envelope = vec![Address::new("bcc-q777777@crm.example").expect("an address")];
    (i, secrets)
}

/// Letters and digits alone, forwards and backwards, so that no spacing, encoding or direction hides anything.
fn ways_to_read(text: &str) -> [String; 3] {
    let bare: String = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let back = bare.chars().rev().collect();
    [text.to_lowercase(), bare, back]
}

#[test]
fn no_canary_sings_in_five_hundred_introductions() {
    for seed in 0..500_u32 {
        let (i, secrets) = compose(seed.into());
        let reader = usize::from(seed % 2 == 0);
        let reveal = [Reveal::Name, Reveal::FirstName, Reveal::Nothing][seed as usize % 3];
        let letter = ask_showing(&i, reader, reveal);
        let own = i.parties[reader].address.as_str();
        let raw = letter
            .bytes
            .replace(own, "")
            .replace("=\r\n", "")
            .replace("\r\n ", "");
        let (head, _) = raw.split_once("\r\n\r\n").expect("a header");
        let header: String = head
            .lines()
            .filter(|l| !l.starts_with("Date") && !l.starts_with("Message-ID"))
            .collect();
        let everything = format!("{header}\n{}\n{}", letter.subject, letter.text);
        let views = ways_to_read(&everything);
        for secret in secrets[1 - reader].iter().map(String::as_str).chain([
            "bccq777777",
            "crm.example",
            "held-1",
        ]) {
            let bare: String = secret.chars().filter(|c| c.is_alphanumeric()).collect();
            for view in &views {
                assert!(
                    !view.contains(secret) && !view.contains(&bare),
                    "seed {seed}: {secret} in\n{everything}\nof\n{}",
                    i.text
                );
            }
        }
        assert!(!raw.contains("Rachel <> Jordan"), "the held subject");
    }
}

/// The plants would be found if they stood there, and what may be told does get through.
#[test]
fn the_canaries_are_alive_and_the_rest_is_told() {
    let mut told = 0;
    for seed in 0..100 {
        let (i, secrets) = compose(seed);
        assert!(
            secrets[1].iter().any(|s| i.text.to_lowercase().contains(s)),
            "seed {seed}"
        );
        told += usize::from(
            ["gentle hands", "teaches", "old maps"]
                .iter()
                .any(|w| ask_showing(&i, 0, Reveal::Name).text.contains(w)),
        );
    }
    assert!(told > 90, "only {told} of 100 asks say anything");
}

#[test]
fn i27_the_ask_does_not_depend_on_the_others_address_or_answer() {
    let mut one = introduction(super::fixture::CLASSIC);
    let mut two = one.clone();
    two.parties[1].address = Address::new("someone.else.entirely@far.example").expect("an address");
    two.parties[1].also = vec![Address::new("j@home.example").expect("an address")];
    two.parties[1].answer = Some(Answer::No);
    two.parties[1].answered_at = Some(two.created);
    two.envelope = vec![Address::new("eve@example.net").expect("an address")];
    two.message_id = super::fixture::id("another@example.org");
    two.subject = "Something else".to_owned();
    two.state = State::Declined;
    for reveal in [Reveal::Name, Reveal::FirstName, Reveal::Nothing] {
        assert_eq!(
            ask_showing(&one, 0, reveal).bytes,
            ask_showing(&two, 0, reveal).bytes
        );
    }
    one.text
        .push_str("\nPS: Jordan's number is 020 7946 0958.\n");
    assert_eq!(
        ask_showing(&one, 0, Reveal::Name).text,
        ask_showing(&two, 0, Reveal::Name).text
    );
}
