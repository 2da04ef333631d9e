//! Signs of how the sentences speak of the people: by turns, of each other, or of the writer.

use super::concepts::LEXICON;
use super::grams::{
    ADDRESSED, COLLEAGUE_OF_CC, COLLEAGUE_OF_TO, NUMBER, OF_CC, OF_TO, QUESTION, SPOKEN_TO, Tokens,
};
use super::signs::{Sign, yes};
use crate::detect::weigh::Letter;
use crate::detect::words::{Set, Word};
use std::sync::LazyLock;

/// Tokens beyond the lexicon, from [`SPOKEN_TO`] on.
const BEYOND: usize = 9;
/// More of one notion counts no further.
const MOST: u8 = 4;

/// How often each notion occurs, and after those of the lexicon the parts that mentions play.
pub(super) fn counts(tokens: &Tokens) -> Vec<u8> {
    let known = LEXICON.len();
    let mut counts = vec![0u8; known + BEYOND];
    for (token, _) in tokens.sentences().flat_map(|(_, those)| those) {
        let at = match usize::from(*token) {
            token if token < known => token,
            token => known + token.saturating_sub(usize::from(SPOKEN_TO)),
        };
        if let Some(count) = counts.get_mut(at) {
            *count = (*count + 1).min(MOST);
        }
    }
    counts
}

/// The notions that the signs below ask for.
struct Known {
    i: Vec<u16>,
    we: Vec<u16>,
    you: Vec<u16>,
    he: Vec<u16>,
    together: Vec<u16>,
    one: Vec<u16>,
    other: Vec<u16>,
    have: Vec<u16>,
    need: Vec<u16>,
    when: Vec<u16>,
    wants: Vec<u16>,
    away: Vec<u16>,
    past: Vec<u16>,
    papers: Vec<u16>,
    not: Vec<u16>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let of = |names: &[&str]| names.iter().filter_map(|n| LEXICON.number(n)).collect();
    Known {
        i: of(&["I", "MY", "ME", "MYSELF"]),
        we: of(&["WE"]),
        you: of(&["YOU", "YOUPL"]),
        he: of(&["HESHE"]),
        together: of(&[
            "EACH",
            "BOTH",
            "TWO",
            "EACHOTHER",
            "OTHER",
            "SAME",
            "COMMON",
            "NEITHER",
        ]),
        one: of(&["ONE", "EACH"]),
        other: of(&["OTHER", "EACHOTHER"]),
        have: of(&["HAVE", "KEEP"]),
        need: of(&["SEEK", "WANT", "HELP"]),
        when: of(&["DAY", "SLOT", "MEETING", "NEXT"]),
        wants: of(&["PLEASE", "CAN", "SEND", "REVIEW", "DECIDE", "WHENWHERE"]),
        away: of(&["LEAVE", "REST", "ASIDE", "DIRECTLY"]),
        past: of(&[
            "PAST", "AGAIN", "SEEN", "USUAL", "THANKS", "STATUS", "CANCEL",
        ]),
        papers: of(&["PAPER", "MONEY", "ATTACH", "PROJECT", "SUPPORT", "PRODUCT"]),
        not: of(&["NOT", "NEITHER"]),
    }
});

/// What stands after a mention at the head of a clause.
#[derive(PartialEq, Eq)]
enum After<'a> {
    Mark(&'a str),
    Word(&'a str),
}

pub(super) fn turns(letter: &Letter, tokens: &Tokens, out: &mut Vec<Sign>) {
    mentions(letter, out);
    if tokens.sentences().next().is_none() {
        return;
    }
    persons(tokens, out);
}

/// What needs no lexicon: where in a sentence people are named.
fn mentions(letter: &Letter, out: &mut Vec<Sign>) {
    let mut heads: Vec<(Set, After)> = Vec::new();
    let mut possessed: Set = 0;
    let mut possessive: Vec<Set> = Vec::new();
    let (mut together, mut naming, mut sentences, mut most) = (false, 0usize, 0usize, 0usize);
    for (number, sentence) in letter.sentences.iter().enumerate() {
        let head = letter.shape.heads.get(number).map_or(0, |h| h.1);
        let body = sentence.words.get(head..).unwrap_or_default();
        if body.len() < 2 {
            continue;
        }
        sentences += 1;
        let mut named: Set = 0;
        let mut count = 0;
        for (i, word) in sentence.words.iter().enumerate() {
            let set = word.person();
            if set.count_ones() != 1 {
                continue;
            }
            named |= set;
            count += usize::from(i >= head);
            let next = sentence.words.get(i + 1);
            if next.is_some_and(|w| w.is("'s")) {
                possessed |= set;
                possessive.push(set);
            }
            let begins = i == 0
                || i == head
                || matches!(sentence.words.get(i - 1), Some(Word::Plain(t)) if matches!(t.as_str(), "," | ":" | "-" | "(" | "and" | "und" | "et" | "y" | "e" | "en" | "while" | "but"));
            if begins && let Some(Word::Plain(text)) = next {
                let mark = text.chars().all(|c| !c.is_alphanumeric());
                heads.push((
                    set,
                    if mark {
                        After::Mark(text)
                    } else {
                        After::Word(text)
                    },
                ));
            }
        }
        together |= named.count_ones() >= 2 && head == 0;
        naming += usize::from(count > 0);
        most = most.max(count);
    }
    let all = heads.iter().fold(0, |all, h| all | h.0);
    yes(out, "two head a clause", all.count_ones() >= 2);
    let alike = |word: bool| {
        heads.iter().enumerate().any(|(i, a)| {
            heads
                .iter()
                .skip(i + 1)
                .any(|b| a.0 != b.0 && a.1 == b.1 && matches!(a.1, After::Word(_)) == word)
        })
    };
    yes(out, "two head clauses with one verb", alike(true));
    yes(out, "two head clauses with one mark", alike(false));
    yes(out, "what belongs to two", possessed.count_ones() >= 2);
    yes(out, "what belongs to one", possessed.count_ones() == 1);
    yes(out, "two in one sentence", together);
    yes(out, "a sentence names them often", most >= 3);
    yes(
        out,
        "half the sentences name somebody",
        sentences > 1 && naming * 2 >= sentences,
    );
    yes(out, "one sentence", sentences == 1);
    yes(
        out,
        "two or three sentences",
        sentences == 2 || sentences == 3,
    );
    yes(out, "seven sentences or more", sentences >= 7);
    let body: usize = letter.sentences.iter().map(|s| s.words.len()).sum();
    yes(out, "under 25 words and marks", body < 25);
}

fn persons(tokens: &Tokens, out: &mut Vec<Sign>) {
    let known = &*KNOWN;
    let has = |those: &[(u16, u16)], wanted: &[u16]| those.iter().any(|(t, _)| wanted.contains(t));
    let count = |wanted: &[u16]| {
        tokens
            .sentences()
            .flat_map(|(_, those)| those)
            .filter(|(t, _)| wanted.contains(t))
            .count()
    };
    let mention = [SPOKEN_TO, OF_TO, OF_CC, COLLEAGUE_OF_TO, COLLEAGUE_OF_CC];
    let sentences: Vec<&[(u16, u16)]> = tokens
        .sentences()
        .map(|(_, those)| those)
        .filter(|those| those.len() > 1 && those.iter().any(|(t, _)| *t != ADDRESSED && *t < 908))
        .collect();
    let (i, we, you, he) = (
        count(&known.i),
        count(&known.we),
        count(&known.you),
        count(&known.he),
    );
    yes(out, "no first person", i + we == 0);
    yes(out, "the writer once", i == 1);
    yes(out, "the writer often", i >= 4);
    yes(out, "we, once", we == 1);
    yes(out, "we, often", we >= 2);
    yes(out, "nobody is spoken to as you", you == 0);
    yes(out, "you and he or she", you > 0 && he > 0);
    yes(out, "he or she often", he >= 2);
    let of_them = sentences
        .iter()
        .filter(|s| has(s, &mention) || has(s, &known.you))
        .count();
    let of_writer = sentences
        .iter()
        .filter(|s| has(s, &known.i) || has(s, &known.we))
        .count();
    yes(out, "more of them than of the writer", of_them > of_writer);
    yes(
        out,
        "every sentence is about them",
        of_them == sentences.len() && of_them > 1,
    );
    yes(
        out,
        "no sentence has writer and them",
        !sentences
            .iter()
            .any(|s| has(s, &known.i) && (has(s, &mention) || has(s, &known.you))),
    );
    let togetherness = known.together.iter().filter(|t| count(&[**t]) > 0).count();
    yes(out, "a word of two", togetherness == 1);
    yes(out, "several words of two", togetherness >= 2);
    yes(
        out,
        "one and the other",
        sentences.iter().any(|s| {
            let one = s.iter().position(|(t, _)| known.one.contains(t));
            let other = s.iter().rposition(|(t, _)| known.other.contains(t));
            matches!((one, other), (Some(a), Some(b)) if a < b)
        }),
    );
    yes(
        out,
        "having and needing",
        count(&known.have) > 0 && count(&known.need) > 0,
    );
    yes(out, "having twice", count(&known.have) >= 2);
    let when = count(&known.when);
    yes(out, "a day or an hour", when == 1);
    yes(out, "days or hours", when >= 2);
    let figures = count(&[NUMBER]);
    yes(out, "figures in several places", figures >= 2);
    yes(
        out,
        "asks you for something",
        sentences
            .iter()
            .any(|s| has(s, &known.wants) && (has(s, &known.you) || has(s, &[QUESTION]))),
    );
    yes(
        out,
        "asks you for something for the writer",
        sentences
            .iter()
            .any(|s| has(s, &known.wants) && (has(s, &known.i) || has(s, &known.we))),
    );
    if let Some(last) = sentences.last() {
        yes(
            out,
            "ends with the writer stepping back",
            has(last, &known.away),
        );
        yes(out, "ends with a question", has(last, &[QUESTION]));
        yes(
            out,
            "ends with you",
            has(last, &known.you) && !has(last, &known.i),
        );
        yes(
            out,
            "ends with not I",
            has(last, &known.i) && has(last, &known.not),
        );
    }
    yes(out, "words of what was before", count(&known.past) >= 2);
    yes(out, "words of papers or money", count(&known.papers) >= 2);
}
