//! Secrets planted in hundreds of introductions, and looked for in every ask (RELIABILITY I26, I27).

use super::fixture::{ask_showing, introduction, party};
use super::*;
use crate::answer::Answer;
use crate::introduction::{Introduction, State};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;

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

fn in_words(digits: &str) -> String {
    const WORDS: [&str; 10] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    let words: Vec<&str> = digits
        .chars()
        .filter_map(|c| WORDS.get(c.to_digit(10)? as usize).copied())
        .collect();
    words.join(" ")
}

fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| {
            char::from_u32(c as u32 + 0xfee0)
                .filter(|_| c.is_ascii_graphic())
                .unwrap_or(c)
        })
        .collect()
}

/// What Jordan's side must not see of Rachel's, or of anybody's, and in which sentence it stands.
fn planted(dice: &mut Dice, name: &str, number: u64) -> (String, Vec<String>) {
    let n = number % 1_000_000;
    let local = format!("{}.q{n:06}", name.to_lowercase());
    let host = format!("h{n:06}.example");
    let (a, b) = (n / 1_000, n % 1_000);
    let phone = match dice.roll(10) {
        0 => format!("+44 (0)20 7{a:03} 4{b:03}"),
        1 => format!("0207{a:03}4{b:03}"),
        2 => format!("(415) 555-{a:03}-4{b:03}"),
        3 => format!("0.2.0.7.{a:03}.4{b:03}"),
        4 => format!("+351–9{a:03}–4{b:03}"),
        5 => in_words(&format!("0207{a:03}4{b:03}")),
        6 => full_width(&format!("+44 207 {a:03} 4{b:03}")),
        7 => format!("tel:+44207{a:03}4{b:03}"),
        8 => format!("0207\u{200b}{a:03}\u{200b}4{b:03}"),
        _ => format!("00 44 7{a:03} 4{b:03}"),
    };
    let tail = format!("{a:03}4{b:03}");
    let address = format!("{local}@{host}");
    let at = match dice.roll(9) {
        0 => address.clone(),
        1 => format!("{local} [at] {host}"),
        2 => format!("{local} at {}", host.replace('.', " dot ")),
        3 => format!("<mailto:{address}>"),
        4 => address.to_uppercase(),
        5 => BASE64.encode(&address),
        6 => address.replace('@', "%40").replace('.', "%2E"),
        7 => full_width(&address),
        _ => format!("{local} @ {host}"),
    };
    let link = format!("https://{host}/p/{n}");
    let handle = format!("@q{n:06}");
    let secret = dice.pick(&[
        "at", "phone", "link", "host", "handle", "street", "profile", "tag",
    ]);
    let detail = match secret {
        "street" => format!("{} Q{n:06} Street", n % 900 + 1),
        "profile" => format!("linkedin.com/in/q{n:06}"),
        "tag" => format!("q{n:06}#4411"),
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

/// Letters and digits alone, forwards and backwards, digit words and wide letters as what they mean,
/// so that no spacing, encoding or direction hides anything.
fn ways_to_read(text: &str) -> [String; 3] {
    let mut text = text.to_lowercase();
    for (digit, word) in [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ]
    .iter()
    .enumerate()
    {
        text = text.replace(&format!("{word} "), &digit.to_string());
    }
    let text: String = text
        .chars()
        .map(|c| match c as u32 {
            wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .collect();
    let text = text.as_str();
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

/// The same in the other languages, each with its own words around the secrets.
#[test]
fn no_canary_sings_in_any_language() {
    const FRAMES: &[(&str, &str, [&str; 4])] = &[
        (
            "es",
            "Hola Rachel y Jordan:\n\n",
            [
                "A NAME la encuentras en DETAIL.",
                "NAME dirige un taller (DETAIL) en Vigo.",
                "NAME, DETAIL, hace muebles.",
                "Escribe a NAME: DETAIL.",
            ],
        ),
        (
            "fr",
            "Salut Rachel, salut Jordan,\n\n",
            [
                "NAME est à DETAIL.",
                "NAME dirige un atelier (DETAIL) à Brest.",
                "NAME, DETAIL, fait des meubles.",
                "Pour NAME : DETAIL.",
            ],
        ),
        (
            "de",
            "Liebe Rachel, lieber Jordan,\n\n",
            [
                "NAME ist unter DETAIL zu finden.",
                "NAME leitet eine Werkstatt (DETAIL) in Kiel.",
                "NAME, DETAIL, baut Möbel.",
                "Zu NAME: DETAIL.",
            ],
        ),
        (
            "pt",
            "Oi Rachel e Jordan,\n\n",
            [
                "NAME está em DETAIL.",
                "NAME dirige uma oficina (DETAIL) em Braga.",
                "NAME, DETAIL, faz móveis.",
                "Para NAME: DETAIL.",
            ],
        ),
        (
            "it",
            "Ciao Rachel, ciao Jordan,\n\n",
            [
                "NAME sta a DETAIL.",
                "NAME dirige una bottega (DETAIL) a Bari.",
                "NAME, DETAIL, fa mobili.",
                "Per NAME: DETAIL.",
            ],
        ),
        (
            "nl",
            "Hoi Rachel, hoi Jordan,\n\n",
            [
                "NAME vind je via DETAIL.",
                "NAME leidt een werkplaats (DETAIL) in Breda.",
                "NAME, DETAIL, maakt meubels.",
                "Voor NAME: DETAIL.",
            ],
        ),
    ];
    for (language, greeting, sentences) in FRAMES {
        for seed in 0..60_u64 {
            let mut dice = Dice(seed + 7_000);
            let mut body = (*greeting).to_owned();
            let mut secrets = [Vec::new(), Vec::new()];
            for (k, name) in ["Rachel", "Jordan"].into_iter().enumerate() {
                for round in 0..2 {
                    let (sentence, hidden) = planted(
                        &mut dice,
                        "\u{1}",
                        seed * 131 + round * 17 + k as u64 * 5 + 200_003,
                    );
                    // The detail alone, in this language's words.
                    let detail = sentence
                        .replace('\u{1}', "")
                        .trim_matches([' ', '.', ':', '-', '\n'])
                        .to_owned();
                    let said = dice
                        .pick(sentences)
                        .replace("NAME", name)
                        .replace("DETAIL", &detail);
                    body.push_str(&said);
                    body.push(' ');
                    secrets[k].extend(hidden);
                }
            }
            body.push_str("\n\nAlex\n");
            let mut i = introduction(&body);
            (*language).clone_into(&mut i.language);
            for reader in [0, 1] {
                let letter = ask_showing(&i, reader, Reveal::Name);
                let everything = format!("{}\n{}", letter.subject, letter.text);
                for secret in &secrets[1 - reader] {
                    let bare: String = secret.chars().filter(|c| c.is_alphanumeric()).collect();
                    for view in ways_to_read(&everything) {
                        assert!(
                            !view.contains(&bare),
                            "{language} {seed}: {secret} in\n{everything}\nof\n{body}"
                        );
                    }
                }
            }
        }
    }
}

/// Two worlds that differ only in what Rachel must not learn: her ask is the same, byte for byte.
#[test]
fn i27_two_worlds_one_ask() {
    const SAID: &[&str] = &[
        "Jordan runs a robotics lab in Porto.",
        "Jordan, who builds gentle hands, is kind.",
        "Jordan: engineer and sailor.",
        "Meet Jordan, a carpenter from Hull.",
        "Jordan is quietly leaving Initech.",
        "You should meet.",
    ];
    for seed in 0..120_u64 {
        let mut dice = Dice(seed);
        let text = format!(
            "Hi Rachel and Jordan,\n\nRachel designs tools. {} {}\n\nBest,\nAlex\n",
            dice.pick(SAID),
            dice.pick(SAID)
        );
        let one = introduction(&text);
        let mut two = one.clone();
        two.parties[1].address =
            Address::new(&format!("x{seed}@far{seed}.example")).expect("an address");
        two.parties[1].also =
            vec![Address::new(&format!("j{seed}@home.example")).expect("an address")];
        two.parties[1].answer = [
            None,
            Some(Answer::No),
            Some(Answer::Never),
            Some(Answer::Yes),
        ][dice.roll(4)];
        two.parties[1].answered_at = Some(two.created);
        two.parties[1].heard = vec![super::fixture::id("secret-answer@far.example")];
        two.parties[1].trouble = Some(crate::introduction::Reason::Unclear);
        two.envelope = vec![Address::new("eve@example.net").expect("an address")];
        two.message_id = super::fixture::id(&format!("other-{seed}@example.org"));
        two.digest = format!("{seed:064}");
        two.subject = format!("Something else {seed}");
        two.id = crate::introduction::Id(format!("abcd{seed:04}"));
        two.why = vec!["other reasons".to_owned()];
        two.state = State::Attention;
        for reveal in [Reveal::Name, Reveal::FirstName, Reveal::Nothing] {
            assert_eq!(
                ask_showing(&one, 0, reveal).bytes,
                ask_showing(&two, 0, reveal).bytes,
                "seed {seed}"
            );
        }
    }
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
