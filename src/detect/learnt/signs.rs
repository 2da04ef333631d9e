//! The signs that a person can read: envelope, build of the letter, wordings found, subject.

use super::grams::Sides;
use crate::detect::cues::Kind;
use crate::detect::hash::Table;
use crate::detect::hits::Hit;
use crate::detect::people::is_public;
use crate::detect::roles::same_house;
use crate::detect::weigh::Letter;
use crate::detect::words::Set;
use crate::mail::Message;
use std::sync::LazyLock;

/// A sign and how strongly it shows, mostly 0 to 1.
pub(in crate::detect) type Sign = (&'static str, f32);

/// Where the people of a message belong, as far as addresses tell.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Houses {
    colleagues: Set,
    /// Somebody who shares a house, not the writer's, with another recipient.
    paired: Set,
}

impl Houses {
    pub fn of(letter: &Letter) -> Self {
        let humans = &letter.people.humans;
        let mut houses = Self::default();
        for (i, human) in humans.iter().enumerate().take(12) {
            if letter.is_colleague(&human.address) {
                houses.colleagues |= 1 << i;
            }
            for (j, other) in humans.iter().enumerate().take(i) {
                if same_house(&human.address, &other.address) {
                    houses.paired |= 1 << i | 1 << j;
                }
            }
        }
        houses
    }

    pub fn sides(self, letter: &Letter) -> Sides {
        let all = letter.people.all();
        let envelope = match () {
            () if all & !self.colleagues == 0 => 1,
            () if all & self.colleagues != 0 => 2,
            () if all & !self.paired == 0 => 3,
            () if all.count_ones() > 3 => 4,
            () => 0,
        };
        Sides {
            on_to: letter.people.on_to(),
            colleagues: self.colleagues,
            envelope,
        }
    }
}

/// Everything named that the message shows.
///
/// `by_hand` is what the hand-made weighing of wordings makes of it, 0 to 1.
pub(super) fn signs(letter: &Letter, message: &Message, houses: Houses, by_hand: f64) -> Vec<Sign> {
    let mut out = Vec::with_capacity(48);
    #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
    out.push(("wordings weighed by hand", by_hand as f32));
    yes(&mut out, "wordings enough by hand", by_hand >= 0.5);
    envelope(letter, message, houses, &mut out);
    build(letter, houses, &mut out);
    wordings(letter, &mut out);
    subject(letter, &mut out);
    kind_of_letter(letter, message, &mut out);
    out
}

pub(super) fn yes(out: &mut Vec<Sign>, name: &'static str, holds: bool) {
    if holds {
        out.push((name, 1.0));
    }
}

fn envelope(letter: &Letter, message: &Message, houses: Houses, out: &mut Vec<Sign>) {
    let people = &letter.people;
    let all = people.all();
    let count = all.count_ones();
    let on_cc = all & !people.on_to();
    yes(out, "two recipients", count == 2);
    yes(out, "three recipients", count == 3);
    yes(out, "four recipients", count == 4);
    yes(out, "five to seven recipients", (5..=7).contains(&count));
    yes(out, "eight recipients or more", count >= 8);
    yes(out, "a list or office among them", people.roles > 0);
    yes(out, "all on To", on_cc == 0);
    yes(
        out,
        "one on To, one on Cc",
        count == 2 && on_cc.count_ones() == 1,
    );
    yes(
        out,
        "all are the writer's colleagues",
        all & !houses.colleagues == 0,
    );
    yes(
        out,
        "colleague and outsider",
        all & houses.colleagues != 0 && all & !houses.colleagues != 0,
    );
    yes(out, "a colleague on Cc", on_cc & houses.colleagues != 0);
    yes(
        out,
        "all of one other house",
        houses.colleagues == 0 && all & !houses.paired == 0,
    );
    yes(
        out,
        "two of another house",
        houses.paired & !houses.colleagues != 0,
    );
    yes(
        out,
        "outsiders of different houses",
        (all & !houses.colleagues & !houses.paired).count_ones() >= 2,
    );
    yes(
        out,
        "private addresses",
        people
            .humans
            .iter()
            .filter(|h| is_public(&h.address))
            .count()
            >= 2,
    );
    yes(out, "Bcc", !message.bcc.is_empty());
    yes(
        out,
        "a recipient without a name",
        people.humans.iter().any(|h| h.name.is_none()),
    );
}

fn build(letter: &Letter, houses: Houses, out: &mut Vec<Sign>) {
    let shape = &letter.shape;
    let people = &letter.people;
    let all = people.all();
    let on_cc = all & !people.on_to();
    let outside = !houses.colleagues;
    let addressed = shape.greeted | shape.spoken_to;
    yes(out, "greets one", shape.greeted.count_ones() == 1);
    yes(out, "greets two", shape.greeted.count_ones() == 2);
    yes(out, "greets three or more", shape.greeted.count_ones() >= 3);
    yes(out, "greets all together", shape.greets_all);
    yes(
        out,
        "greets everybody it goes to",
        shape.greeted == all && all.count_ones() <= 4,
    );
    yes(
        out,
        "speaks to one by name",
        shape.spoken_to.count_ones() == 1,
    );
    yes(
        out,
        "speaks to two by name",
        shape.spoken_to.count_ones() >= 2,
    );
    yes(
        out,
        "each is told who the other is",
        shape.mutual().is_some(),
    );
    yes(out, "one is told about the other", !shape.told.is_empty());
    yes(out, "describes one", shape.described.count_ones() == 1);
    yes(out, "describes two", shape.described.count_ones() >= 2);
    yes(out, "describes an outsider", shape.described & outside != 0);
    yes(
        out,
        "describes an outsider on Cc",
        shape.described & outside & on_cc != 0,
    );
    yes(
        out,
        "describes a colleague",
        shape.described & houses.colleagues != 0,
    );
    let named = shape.named;
    yes(out, "names nobody", named == 0);
    yes(out, "names one", named.count_ones() == 1);
    yes(out, "names two", named.count_ones() == 2);
    yes(
        out,
        "names everybody",
        named == all && all.count_ones() <= 4,
    );
    let told_of = named & !addressed;
    yes(out, "speaks of somebody it does not speak to", told_of != 0);
    yes(
        out,
        "speaks of an outsider on Cc",
        told_of & on_cc & outside != 0,
    );
    yes(
        out,
        "speaks of a colleague on Cc",
        told_of & on_cc & houses.colleagues != 0,
    );
    yes(out, "somebody on Cc goes unnamed", on_cc & !named != 0);
    yes(
        out,
        "greets one and names the other",
        shape.greeted.count_ones() == 1 && told_of.count_ones() == 1,
    );
    yes(
        out,
        "greets one and no other occurs",
        shape.greeted.count_ones() == 1 && named == shape.greeted,
    );
}

/// The hand-written wordings: the strongest of each kind.
fn wordings(letter: &Letter, out: &mut Vec<Sign>) {
    let strongest = |kind: Kind| {
        letter
            .of(kind)
            .max_by(|a: &&Hit, b: &&Hit| a.weight.total_cmp(&b.weight))
            .map_or(0.0, |h| h.weight)
    };
    let mildest = |kind: Kind| {
        letter
            .of(kind)
            .map(|h| h.weight)
            .min_by(f64::total_cmp)
            .map_or(0.0, |w| 1.0 - w)
    };
    let join = strongest(Kind::Join);
    let mut push = |name: &'static str, value: f64| {
        if value > 0.0 {
            #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
            out.push((name, value as f32));
        }
    };
    push("words of introducing", join);
    push("strong words of introducing", (join - 0.7).max(0.0) * 3.3);
    let sentences: std::collections::BTreeSet<usize> =
        letter.of(Kind::Join).map(|h| h.sentence).collect();
    push(
        "several such sentences",
        if sentences.len() > 1 { 1.0 } else { 0.0 },
    );
    push("sends one to the other", strongest(Kind::Refer));
    push(
        "several such hints",
        (letter.of(Kind::Refer).map(|h| h.weight).sum::<f64>() - 0.4).clamp(0.0, 1.0),
    );
    push("thanks for an introduction", mildest(Kind::Thanks));
    push("presents the writer", mildest(Kind::Myself));
    push("asks for an introduction", mildest(Kind::Request));
    push("news for a group", mildest(Kind::Announce));
    push("passes a matter on", mildest(Kind::Handover));
    push("somebody is kept informed", strongest(Kind::Aside));
    push("they have met", mildest(Kind::Acquainted));
    push("the introduction is elsewhere", mildest(Kind::Elsewhere));
    push(
        "they agreed",
        strongest(Kind::AllAgreed).max(strongest(Kind::OneAgreed)),
    );
}

fn subject(letter: &Letter, out: &mut Vec<Sign>) {
    let subject = &letter.subject;
    let both = subject.named.count_ones() >= 2;
    yes(
        out,
        "the subject joins two",
        subject.joins && both && !subject.is_answer,
    );
    yes(
        out,
        "the subject joins two over no text",
        subject.joins && both && !subject.is_answer && letter.text.trim().chars().count() < 20,
    );
    yes(out, "the subject names two", both);
    yes(
        out,
        "the subject calls it an introduction",
        subject.says_intro,
    );
    yes(out, "the subject is an ordinary one", subject.recurring);
    yes(out, "the subject is an answer", subject.is_answer);
}

fn kind_of_letter(letter: &Letter, message: &Message, out: &mut Vec<Sign>) {
    let text = letter.text.as_str();
    let words = text.split_whitespace().count();
    yes(out, "no words of its own", words < 4);
    yes(out, "120 to 250 words", (120..250).contains(&words));
    yes(out, "over 250 words", words >= 250);
    let questions = text.matches('?').count();
    yes(out, "a question", questions == 1);
    yes(out, "several questions", questions > 1);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    yes(out, "some digits", (1..8).contains(&digits));
    yes(out, "many digits", digits >= 8);
    yes(
        out,
        "a web address",
        text.contains("://") || text.contains("www."),
    );
    yes(
        out,
        "bullet points",
        text.lines()
            .filter(|l| {
                l.trim_start().starts_with(['-', '*', '•', '·'])
                    || l.trim_start().starts_with(|c: char| c.is_ascii_digit())
            })
            .count()
            > 1,
    );
    yes(out, "a file", message.attachments.iter().any(|a| !a.inline));
    yes(out, "a reply", letter.is_reply);
    let quoted = message.text.len().saturating_sub(text.len()) > 200;
    yes(out, "a quoted thread", quoted);
    yes(
        out,
        "asked for in the thread",
        asked_in_thread(letter, message),
    );
    yes(
        out,
        "somebody new in the thread",
        quoted && somebody_new(letter, message),
    );
}

/// Words that ask for a person; each begins with a letter.
const ASKS: &[&str] = &[
    "introduce me",
    "introduce us",
    "introduction",
    "an intro",
    "put me in touch",
    "put us in touch",
    "connect me",
    "know anyone",
    "know anybody",
    "know someone",
    "know somebody",
    "knew of someone",
    "someone i could",
    "someone i can",
    "who should i",
    "whom should i",
    "who i could talk",
    "talk to someone",
    "presentarme",
    "presentarnos",
    "ponerme en contacto",
    "conoces a alguien",
    "conoce a alguien",
    "conoces a algún",
    "me présenter",
    "mettre en contact",
    "mettre en relation",
    "connais quelqu'un",
    "connaissez-vous",
    "connaîtrais",
    "kennst du jemand",
    "kennen sie jemand",
    "mich vorstellen",
    "kontakt bringen",
    "kennst du eine",
    "kontakt herstellen",
    "me apresentar",
    "apresentar-me",
    "conhece alguém",
    "conheces alguém",
    "pôr em contacto",
    "colocar em contato",
    "presentarmi",
    "mettermi in contatto",
    "conosci qualcuno",
    "conosce qualcuno",
    "conosci un",
    "conosci una",
    "voorstellen aan",
    "in contact brengen",
    "ken je iemand",
    "kent u iemand",
    "ken jij iemand",
];

/// Whether what is quoted asks for a person: “could you introduce me”, “do you know anybody who”.
fn asked_in_thread(letter: &Letter, message: &Message) -> bool {
    if message.text.len() <= letter.text.len() + 20 {
        return false;
    }
    let mut end = message.text.len().min(letter.text.len() + 3000);
    while !message.text.is_char_boundary(end) {
        end -= 1;
    }
    let start = message
        .text
        .get(..end)
        .and_then(|t| {
            t.find("\n>")
                .or_else(|| t.find("From:"))
                .or_else(|| t.find("To:"))
        })
        .unwrap_or_default();
    let quoted = plainer(message.text.get(start..end).unwrap_or_default());
    // Looked for after a blank, by the first two octets.
    memchr::memchr2_iter(b' ', b'\n', quoted.as_bytes()).any(|blank| {
        let rest = quoted
            .get(blank + 1..)
            .unwrap_or_default()
            .trim_start_matches(|c: char| !c.is_alphanumeric());
        rest.as_bytes()
            .first_chunk()
            .and_then(|head: &[u8; 2]| ASKS_BY_HEAD.get(head))
            .is_some_and(|those| those.iter().any(|ask| rest.starts_with(ask)))
    })
}

static ASKS_BY_HEAD: LazyLock<Table<[u8; 2], Vec<&'static str>>> = LazyLock::new(|| {
    let mut table: Table<[u8; 2], Vec<&'static str>> = Table::default();
    for ask in ASKS {
        if let Some(head) = ask.as_bytes().first_chunk() {
            table.entry(*head).or_default().push(ask);
        }
    }
    table
});

/// In small letters, without the marks of a quotation, apostrophes straightened.
fn plainer(quoted: &str) -> String {
    let mut out = String::with_capacity(quoted.len());
    for line in quoted.split_inclusive('\n') {
        let line = if out.ends_with('\n') && line.starts_with("> ") {
            out.pop();
            line.get(1..).unwrap_or_default()
        } else {
            line
        };
        if line.is_ascii() {
            let from = out.len();
            out.push_str(line);
            if let Some(line) = out.get_mut(from..) {
                line.make_ascii_lowercase();
            }
        } else {
            out.push_str(&line.to_lowercase().replace('’', "'"));
        }
    }
    out
}

/// Whether a recipient's name occurs nowhere in what is quoted.
fn somebody_new(letter: &Letter, message: &Message) -> bool {
    let from = message.text.floor_char_boundary(letter.text.len());
    let quoted = message.text.get(from..).unwrap_or_default();
    let quoted = if quoted.is_ascii() {
        quoted.to_ascii_lowercase()
    } else {
        quoted.to_lowercase()
    };
    letter.people.humans.iter().any(|h| {
        !quoted.contains(&h.address.local().to_lowercase())
            && h.name
                .as_deref()
                .and_then(|n| n.split_whitespace().last())
                .is_some_and(|last| !quoted.contains(&last.to_lowercase()))
    })
}

/// What a plain wording is given back: among the letters every other one that holds it introduces nobody.
const WORDED: f32 = 2.0;
/// What is taken from the sum of every letter that no wording speaks for.
const UNWORDED: f32 = -1.0;

/// How much rarer introductions are in life than among the written letters, where the letter has no
/// wording of one and nobody asked for it: everywhere, and more so in answers, among colleagues, in
/// long mails, and in mail to many. Nothing of it can be learnt from letters that are half
/// introductions, and a plain wording does not pay for it.
#[must_use]
pub fn rare(signs: &[Sign]) -> f32 {
    let value = |name: &str| signs.iter().find(|s| s.0 == name).map(|s| s.1);
    let any = |names: &[&str]| names.iter().any(|n| value(n).is_some());
    let weighed = value("wordings weighed by hand").unwrap_or_default();
    let asked = any(&["asked for in the thread"]) && !any(&["no words of its own"]);
    if any(&["wordings enough by hand"]) {
        return WORDED;
    }
    if weighed >= 0.5 || asked {
        return 0.0;
    }
    [
        any(&["a reply", "a quoted thread"]),
        any(&["all are the writer's colleagues", "colleague and outsider"]),
        any(&[
            "120 to 250 words",
            "over 250 words",
            "seven sentences or more",
        ]),
        any(&[
            "four recipients",
            "five to seven recipients",
            "eight recipients or more",
        ]),
    ]
    .into_iter()
    .map(|holds| if holds { -1.0 } else { 0.0 })
    .fold(UNWORDED, |all, one| all + one)
}
