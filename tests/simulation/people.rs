//! Whom Alex introduces, and how they answer.

use super::chance::Chance;
use askfirst::mail::{Address, MessageId};
use chrono::TimeDelta;

/// A name, an address, and a line about the person.
type Person = (&'static str, &'static str, &'static str);

const RACHEL: Person = (
    "Rachel Winters",
    "rachel@winters.example",
    "Rachel carves in limewood and has long wished for a piece that moves.",
);
const JORDAN: Person = (
    "Jordan Blake",
    "jordan@boatshed.example",
    "Jordan mends old wooden boats in a shed by the river.",
);
const MIRA: Person = (
    "Mira Castellan",
    "mira@birchtar.example",
    "Mira boils birch tar the way it was done a thousand years ago.",
);
const PRIYA: Person = (
    "Priya Nair",
    "priya@looms.example",
    "Priya weaves sailcloth on a loom that is older than her house.",
);

const GROUPS: [&[Person]; 4] = [
    &[RACHEL, JORDAN],
    &[JORDAN, MIRA],
    &[PRIYA, RACHEL],
    &[MIRA, PRIYA, JORDAN],
];

/// One introduction that Alex writes.
#[derive(Clone, Debug)]
pub struct Draft {
    pub people: Vec<Address>,
    /// Everybody the message goes to.
    pub envelope: Vec<Address>,
    pub bytes: Vec<u8>,
}

/// The `n`th draft: who is in it, with or without a Message-ID, a Bcc, a draft-only field.
pub fn draft(chance: &mut Chance, n: usize) -> Draft {
    let group = GROUPS[n % GROUPS.len()];
    let first = |p: &Person| p.0.split(' ').next().unwrap_or_default().to_owned();
    let to: Vec<String> = group.iter().map(|p| format!("{} <{}>", p.0, p.1)).collect();
    let firsts: Vec<String> = group.iter().map(first).collect();
    let mut envelope: Vec<Address> = group.iter().map(|p| address(p.1)).collect();
    let people = envelope.clone();
    let mut header = format!(
        "From: Alex Rivera <alex@hub.example>\r\nTo: {}\r\nSubject: {}\r\n\
         Date: Mon, 02 Nov 2026 09:00:00 +0100\r\n",
        to.join(", "),
        firsts.join(" <> "),
    );
    if !chance.one_in(5) {
        header.push_str(&format!(
            "Message-ID: <intro-{n}-{}@hub.example>\r\n",
            chance.below(1 << 30)
        ));
    }
    if chance.one_in(3) {
        header.push_str("Bcc: archive@hub.example\r\n");
        envelope.push(address("archive@hub.example"));
    }
    if chance.one_in(3) {
        header.push_str("X-Mozilla-Draft-Info: internal/draft; vcard=0\r\n");
    }
    let greeting: Vec<String> = firsts.iter().map(|f| format!("dear {f}")).collect();
    let about: Vec<&str> = group.iter().map(|p| p.2).collect();
    let text = format!(
        "D{},\r\n\r\nI would love to introduce you to each other.\r\n\r\n{}\r\n\r\n\
         I'll let you take it from here.\r\n\r\nAll the best,\r\nAlex\r\n",
        &greeting.join(", ")[1..],
        about.join("\r\n\r\n"),
    );
    let bytes = format!(
        "{header}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}"
    )
    .into_bytes();
    Draft {
        people,
        envelope,
        bytes,
    }
}

pub fn address(text: &str) -> Address {
    Address::new(text).expect("an address")
}

/// What a word means, by the simulation's own reckoning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    Yes,
    No,
    Question,
    /// Neither: a thank you, a remark.
    Remark,
}

/// A mail by somebody who knows of the ask and pretends to be the one who was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgery {
    /// The own server says that it is forged, and the forger has written a pass below.
    Failed,
    /// Two From fields, the party's last.
    TwoFroms,
    /// From an address of their own.
    OtherAddress,
}

/// The mail that says yes in somebody else's name.
pub fn forged(
    forgery: Forgery,
    from: &Address,
    ask: &MessageId,
    id: &MessageId,
    date: &str,
) -> Vec<u8> {
    let results = |verdict: &str| {
        format!(
            "Authentication-Results: mx.hub.example; dmarc={verdict} header.from={}\r\n",
            from.domain()
        )
    };
    let top = match forgery {
        Forgery::Failed => format!(
            "{}Received: from there by mx.hub.example; {date}\r\n{}From: <{from}>\r\n",
            results("fail"),
            results("pass")
        ),
        Forgery::TwoFroms => format!("From: <mallory@elsewhere.example>\r\nFrom: <{from}>\r\n"),
        Forgery::OtherAddress => "From: <mallory@elsewhere.example>\r\n".to_owned(),
    };
    format!(
        "{top}To: Alex Rivera <alex@hub.example>\r\nSubject: Re: your question\r\nDate: {date}\r\n\
         Message-ID: <{}>\r\nIn-Reply-To: <{}>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         Yes, please do introduce us!\r\n",
        id.as_str(),
        ask.as_str(),
    )
    .into_bytes()
}

impl Word {
    fn text(self, chance: &mut Chance) -> &'static str {
        match self {
            Self::Yes => chance.pick(&[
                "Yes, please do introduce us!",
                "Yes, go ahead.",
                "Yes, I'd be happy to.",
            ]),
            Self::No => chance.pick(&[
                "No, I'd rather not this time.",
                "No, thank you.",
                "Please don't. I have no evening free this term.",
            ]),
            Self::Question => {
                chance.pick(&["What is it about?", "Is this about the regatta in May?"])
            }
            Self::Remark => {
                chance.pick(&["Thank you for thinking of me.", "Greetings from Lisbon."])
            }
        }
    }
}

/// How a person answers: after which time, in which words, each once or in two copies.
#[derive(Clone, Debug)]
pub struct Answer {
    pub after: TimeDelta,
    pub word: Word,
    pub twice: bool,
}

impl Answer {
    pub fn once(word: Word, after: TimeDelta) -> Self {
        Self {
            after,
            word,
            twice: false,
        }
    }
}

pub fn habit(chance: &mut Chance) -> Vec<Answer> {
    let words: &[Word] = match chance.below(18) {
        0..=6 => &[Word::Yes],
        7 | 8 => &[Word::No],
        9 => &[Word::Question],
        10 => &[Word::Question, Word::Yes],
        11 | 12 => &[Word::Yes, Word::No],
        13 => &[Word::No, Word::Yes],
        14 => &[Word::Yes, Word::Yes],
        15 => &[Word::Remark],
        16 => &[Word::Remark, Word::Yes],
        _ => &[],
    };
    let mut after = TimeDelta::zero();
    words
        .iter()
        .map(|word| {
            let longest = chance.pick(&[60, 60, 600, 86_400, 2 * 86_400]);
            after += TimeDelta::milliseconds(chance.between(0, longest * 1000));
            Answer {
                after,
                word: *word,
                twice: chance.one_in(6),
            }
        })
        .collect()
}

/// A reply as a mail program writes it.
pub fn reply(
    chance: &mut Chance,
    from: &Address,
    ask: &MessageId,
    ask_subject: &str,
    id: &MessageId,
    word: Word,
    date: &str,
) -> Vec<u8> {
    let quote = chance.pick(&[
        "",
        "\r\nOn Tue, 3 Nov 2026 Alex Rivera wrote:\r\n> Would you like to be introduced? A plain yes is enough.\r\n> No is fine, too.\r\n",
        "\r\nOn Tue, 3 Nov 2026 Alex Rivera wrote:\r\n> Yes, please do introduce us!\r\n",
    ]);
    let results = if chance.one_in(3) {
        format!(
            "Authentication-Results: mx.hub.example; dmarc=pass header.from={}\r\n",
            from.domain()
        )
    } else {
        String::new()
    };
    format!(
        "{results}From: <{from}>\r\nTo: Alex Rivera <alex@hub.example>\r\nSubject: Re: {ask_subject}\r\n\
         Date: {date}\r\nMessage-ID: <{}>\r\nIn-Reply-To: <{}>\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n{quote}",
        id.as_str(),
        ask.as_str(),
        word.text(chance),
    )
    .into_bytes()
}
