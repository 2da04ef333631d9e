//! What a person's words mean: phrases to cues, cues to sentences, sentences to one answer.
//!
//! The worst error is to read anything else as a yes. So a yes is read only when every word
//! around it is accounted for; whatever is left over makes the answer unclear, and a person looks.

use super::Answer;
use super::lexicon::{ALL, Cue, Lexicon};
use super::words::{fold_word, is_disguised, is_invisible};
use std::collections::BTreeSet;

/// Longer answers are letters; nobody says a plain yes in so many words.
const MAX_WORDS: usize = 400;

/// An answer and what spoke for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub answer: Answer,
    pub reasons: Vec<String>,
    /// The language it was read in (ISO 639-1).
    pub language: &'static str,
}

/// One word, comparable, and how it was written.
#[derive(Clone, Debug)]
struct Word {
    folded: String,
    is_name: bool,
    capital: bool,
}

/// Words between two commas.
type Clause = Vec<Word>;

#[derive(Clone, Debug, Default)]
struct Sentence {
    clauses: Vec<Clause>,
    question: bool,
}

/// What stands in one clause or sentence.
#[derive(Clone, Debug, Default)]
struct Found {
    cues: Vec<(Cue, String, usize)>,
    unknown: Vec<String>,
    words: usize,
    names: BTreeSet<String>,
}

impl Found {
    fn has(&self, cue: Cue) -> bool {
        self.cues.iter().any(|(c, ..)| *c == cue)
    }
    fn any(&self, cues: &[Cue]) -> bool {
        cues.iter().any(|c| self.has(*c))
    }
    fn yes(&self) -> bool {
        self.any(&[Cue::Yes, Cue::Go, Cue::Always])
    }
    fn first(&self, cue: Cue) -> Option<&str> {
        self.cues
            .iter()
            .find(|(c, ..)| *c == cue)
            .map(|(_, p, _)| p.as_str())
    }
    fn add(&mut self, other: Found) {
        self.cues.extend(other.cues);
        self.unknown.extend(other.unknown);
        self.words += other.words;
        self.names.extend(other.names);
    }
}

/// Everything but a yes that a word can say.
const BLOCKS: &[Cue] = &[
    Cue::No,
    Cue::Never,
    Cue::Not,
    Cue::Later,
    Cue::Again,
    Cue::Cond,
    Cue::Ask,
    Cue::Hand,
    Cue::Hedge,
];

/// What `text` says. `names` are folded names that may stand in an answer (the other person's);
/// `context` is our own letter or the quoted mail, which shows the language to expect.
#[must_use]
pub fn classify(text: &str, names: &BTreeSet<String>, context: &str) -> Verdict {
    let sentences = sentences(text, names);
    let total: usize = sentences
        .iter()
        .flat_map(|s| &s.clauses)
        .map(Vec::len)
        .sum();
    if total == 0 {
        return Verdict {
            answer: Answer::Unclear,
            reasons: vec!["no words of their own".to_owned()],
            language: "en",
        };
    }
    let context_sentences = self::sentences(context, &BTreeSet::new());
    let mut best: Option<((usize, bool, usize, bool), Verdict)> = None;
    for lexicon in ALL.iter() {
        let found: Vec<(Vec<Found>, bool)> = sentences
            .iter()
            .map(|s| (looked(lexicon, s), s.question))
            .collect();
        let all = found.iter().flat_map(|(f, _)| f);
        let known = total - all.clone().map(|f| f.unknown.len()).sum::<usize>();
        let says = all
            .clone()
            .any(|f| f.cues.iter().any(|(c, ..)| *c != Cue::Soft));
        let expected: usize = context_sentences
            .iter()
            .flat_map(|s| &s.clauses)
            .take(60)
            .map(|c| c.len() - look(lexicon, c).unknown.len())
            .sum();
        let mut verdict = decide(&found);
        verdict.language = lexicon.code;
        // Of two languages that read it equally well, the one of the ask counts, then the more careful reading.
        let rank = (known, says, expected, !verdict.answer.is_consent());
        if best.as_ref().is_none_or(|(r, _)| rank > *r) {
            best = Some((rank, verdict));
        }
    }
    let mut verdict = best.map(|(_, v)| v).unwrap_or(Verdict {
        answer: Answer::Unclear,
        reasons: Vec::new(),
        language: "en",
    });
    if verdict.answer.is_consent() && total > MAX_WORDS {
        verdict.answer = Answer::Unclear;
        verdict.reasons.push("too long for a plain yes".to_owned());
    }
    if verdict.answer.is_consent() && is_disguised(text) {
        verdict.answer = Answer::Unclear;
        verdict
            .reasons
            .push("it holds letters that only look like others".to_owned());
    }
    verdict
}

/// The phrases in each clause of a sentence.
fn looked(lexicon: &Lexicon, sentence: &Sentence) -> Vec<Found> {
    let mut clauses: Vec<Found> = sentence.clauses.iter().map(|c| look(lexicon, c)).collect();
    // "Yeah, right": doubt and irony do not stop at a comma.
    let words: Vec<&str> = sentence
        .clauses
        .iter()
        .flatten()
        .map(|w| w.folded.as_str())
        .collect();
    for at in 0..words.len() {
        if let Some((Cue::Hedge, length @ 2..)) = lexicon.longest(&words[at..])
            && let Some(first) = clauses.first_mut()
        {
            first
                .cues
                .push((Cue::Hedge, words[at..at + length].join(" "), length));
        }
    }
    clauses
}

/// The phrases in one clause.
fn look(lexicon: &Lexicon, clause: &Clause) -> Found {
    let words: Vec<&str> = clause.iter().map(|w| w.folded.as_str()).collect();
    let mut found = Found {
        words: words.len(),
        ..Found::default()
    };
    let mut at = 0;
    while at < words.len() {
        // "si" for "sí", as people type it: alone, or before "por favor", "claro", "gracias".
        let lone_si = words[at] == "si"
            && lexicon.code == "es"
            && at == 0
            && matches!(
                words.get(1),
                None | Some(
                    &("por" | "claro" | "gracias" | "si" | "porfa" | "adelante" | "quiero")
                )
            );
        if let Some(cue) = sign(words[at]).or(lone_si.then_some(Cue::Yes)) {
            found.cues.push((cue, words[at].to_owned(), 1));
            at += 1;
        } else if matches!(words[at..], ["dont"] | ["do", "not"]) && lexicon.code == "en" {
            // "Please don't." says no; "don't share my number" says what not to do.
            found.cues.push((Cue::No, words[at..].join(" "), 2));
            at = words.len();
        } else if let Some((cue, length)) = lexicon.longest(&words[at..]) {
            found
                .cues
                .push((cue, words[at..at + length].join(" "), length));
            at += length;
        } else {
            if clause[at].is_name {
                found.names.insert(words[at].to_owned());
            } else {
                found.unknown.push(words[at].to_owned());
            }
            at += 1;
        }
    }
    for word in clause.iter().filter(|w| w.is_name) {
        found.names.insert(word.folded.clone());
    }
    // "I know Jordan" is one thing, "I know it is late" another.
    for (at, pair) in words.windows(3).enumerate() {
        if pair[0] == "i" && pair[1] == "know" && clause.get(at + 2).is_some_and(|w| w.is_name) {
            found.cues.push((Cue::Known, "i know".to_owned(), 2));
        }
    }
    found
}

/// Signs that mean the same in every language.
fn sign(word: &str) -> Option<Cue> {
    Some(match word {
        "👍" | "✅" | "👌" | "✔" | "☑" | "+1" => Cue::Yes,
        "👎" | "❌" | "🚫" | "⛔" | "🛑" | "✖" | "-1" | "🙅" => Cue::No,
        "🤔" | "🙄" | "🙃" | "😬" | "😕" | "😐" | "🤷" | "😒" | "😏" | "❓" | "❔" | ":("
        | "🤨" | "😑" | "😡" | "🤬" | "💩" | "🤡" => Cue::Hedge,
        "<emoji>" => Cue::Soft,
        "<address>" => Cue::Hand,
        "<link>" => Cue::Hedge,
        _ => return None,
    })
}

fn decide(sentences: &[(Vec<Found>, bool)]) -> Verdict {
    let mut all = Found::default();
    let mut parts: Vec<Part> = Vec::new();
    for (clauses, question) in sentences {
        let part = Part::new(clauses, *question);
        all.add(part.found.clone());
        parts.push(part);
    }
    let say = |answer, reason: String| Verdict {
        answer,
        reasons: vec![reason],
        language: "en",
    };
    let quoted = |cue: Cue| {
        all.first(cue)
            .map_or_else(String::new, |p| format!("“{p}”"))
    };
    let no = all.has(Cue::No);
    let yes = all.yes();

    if let Some(never) = parts.iter().find_map(Part::never) {
        return if all.any(&[Cue::Go, Cue::Always]) {
            say(Answer::Unclear, format!("says “{never}”, and yes as well"))
        } else {
            say(Answer::Never, format!("“{never}”"))
        };
    }
    if all.has(Cue::Hand) {
        let apart = parts
            .iter()
            .any(|p| p.found.has(Cue::Hand) && !p.found.has(Cue::No));
        if apart || !no {
            return say(
                Answer::Delegate,
                format!("somebody else: {}", quoted(Cue::Hand)),
            );
        }
    }
    if let Some(part) = parts.iter().find(|p| p.asks()) {
        return if part.found.any(&[Cue::Again]) {
            say(
                Answer::Later,
                format!(
                    "another time: “{}”",
                    part.found.first(Cue::Again).unwrap_or("")
                ),
            )
        } else {
            say(
                Answer::Question,
                format!(
                    "asks back: “{}”",
                    part.found
                        .first(Cue::Ask)
                        .or(part.found.first(Cue::Cond))
                        .unwrap_or("?")
                ),
            )
        };
    }
    if all.has(Cue::Again) {
        return say(
            Answer::Later,
            format!("another time: {}", quoted(Cue::Again)),
        );
    }
    if parts.iter().any(|p| p.odd_question()) {
        return say(Answer::Unclear, "a question of its own".to_owned());
    }
    if all.has(Cue::Known) && !yes {
        return say(
            Answer::Unclear,
            format!("says that they know each other: {}", quoted(Cue::Known)),
        );
    }
    if yes && parts.iter().any(Part::conditional) {
        return say(
            Answer::Conditional,
            format!("a yes with a condition: {}", quoted(Cue::Cond)),
        );
    }
    if no && yes {
        return both(&parts, &all, say);
    }
    if no {
        return say(Answer::No, quoted(Cue::No));
    }
    if yes {
        return affirmative(&parts, &all, say);
    }
    if all.cues.iter().any(|(c, _, n)| *c == Cue::Hedge && *n >= 2) {
        return say(
            Answer::Unclear,
            format!("undecided: {}", quoted(Cue::Hedge)),
        );
    }
    if all.has(Cue::Later) {
        return say(Answer::Later, format!("not now: {}", quoted(Cue::Later)));
    }
    if all.has(Cue::Cond) {
        return say(
            Answer::Conditional,
            format!("with a condition: {}", quoted(Cue::Cond)),
        );
    }
    if all.has(Cue::Hedge) {
        return say(
            Answer::Unclear,
            format!("undecided: {}", quoted(Cue::Hedge)),
        );
    }
    if all.has(Cue::Not)
        && all.cues.iter().filter(|(c, ..)| *c == Cue::Not).count() <= 2
        && negates(&all)
    {
        return say(Answer::No, quoted(Cue::Not));
    }
    say(Answer::Unclear, "neither a yes nor a no in it".to_owned())
}

/// "I don't want that" says no; "sorry" or "nothing" alone says nothing.
fn negates(all: &Found) -> bool {
    all.words >= 3
        && all.words <= 25
        && all.cues.iter().any(|(c, p, _)| {
            *c == Cue::Not
                && matches!(
                    p.as_str(),
                    "not"
                        | "dont"
                        | "wont"
                        | "cant"
                        | "cannot"
                        | "wouldnt"
                        | "nicht"
                        | "kein"
                        | "keine"
                        | "keinen"
                        | "pas"
                        | "ne"
                        | "non"
                        | "niet"
                        | "geen"
                        | "nao"
                        | "nem"
                        | "ni"
                )
        })
}

/// Yes and no in one answer: the last word counts where there is one, else nobody can tell.
fn both(parts: &[Part], all: &Found, say: impl Fn(Answer, String) -> Verdict) -> Verdict {
    let unclear = || say(Answer::Unclear, "says yes and no".to_owned());
    if all.names.len() >= 2 {
        return unclear();
    }
    let last = parts
        .iter()
        .rev()
        .find(|p| p.found.yes() || p.found.has(Cue::No));
    match last {
        Some(p)
            if p.after_but
                .as_ref()
                .is_some_and(|a| a.has(Cue::No) && !a.yes()) =>
        {
            say(
                Answer::No,
                format!("“{}” after a “but”", p.found.first(Cue::No).unwrap_or("no")),
            )
        }
        Some(p)
            if p.found.has(Cue::No)
                && !p.found.yes()
                && p.found.unknown.is_empty()
                && p.found.names.is_empty()
                && !p.found.has(Cue::Hedge) =>
        {
            say(
                Answer::No,
                format!("“{}” in the end", p.found.first(Cue::No).unwrap_or("no")),
            )
        }
        _ => unclear(),
    }
}

/// A yes is in it: is it plain, and what else is there?
fn affirmative(parts: &[Part], all: &Found, say: impl Fn(Answer, String) -> Verdict) -> Verdict {
    let quoted = |cue: Cue| {
        all.first(cue)
            .map_or_else(String::new, |p| format!("“{p}”"))
    };
    if let Some(p) = parts.iter().find(|p| p.before_yes && p.after_but.is_some()) {
        let after = p.after_but.as_ref();
        if after.is_some_and(|a| {
            a.has(Cue::Not) && !a.any(&[Cue::Cond, Cue::Later]) && !a.yes() && a.unknown.is_empty()
        }) {
            return say(
                Answer::No,
                "a yes that is taken back after a “but”".to_owned(),
            );
        }
        return say(
            Answer::Conditional,
            format!("a yes with a {}", quoted(Cue::But)),
        );
    }
    if all.has(Cue::Hedge) {
        return say(
            Answer::Unclear,
            format!("a yes in doubt: {}", quoted(Cue::Hedge)),
        );
    }
    for (cue, why) in [
        (Cue::Cond, "a yes with a condition"),
        (Cue::Later, "a yes for another time"),
    ] {
        if all.has(cue) {
            return say(Answer::Conditional, format!("{why}: {}", quoted(cue)));
        }
    }
    if all.has(Cue::Not) {
        return say(
            Answer::Unclear,
            format!("a yes beside {}", quoted(Cue::Not)),
        );
    }
    let explicit = parts.iter().any(|p| p.plain() && p.found.has(Cue::Go));
    for part in parts {
        let fine =
            part.plain() || (explicit && part.harmless()) || part.clauses_plain_or_harmless();
        if !fine {
            let what = part
                .found
                .unknown
                .first()
                .map_or("something", String::as_str);
            return say(
                Answer::Unclear,
                format!("a yes beside other matters: “{what}”"),
            );
        }
    }
    let why = [Cue::Go, Cue::Yes, Cue::Always]
        .into_iter()
        .find_map(|c| all.first(c))
        .unwrap_or("yes");
    if standing(parts, all) {
        return say(Answer::Always, quoted(Cue::Always));
    }
    say(Answer::Yes, format!("“{why}”, and nothing that limits it"))
}

/// Whether "always" means all introductions and not only good manners.
fn standing(parts: &[Part], all: &Found) -> bool {
    all.cues.iter().any(|(c, p, n)| {
        *c == Cue::Always && (*n >= 3 || p == "without asking" || p == "carte blanche")
    }) || (all.has(Cue::Always)
        && all.words <= 3
        && all.first(Cue::Always).is_some_and(|p| {
            ![
                "time",
                "whenever",
                "happy",
                "welcome",
                "open",
                "gern",
                "volontiers",
            ]
            .iter()
            .any(|w| p.contains(w))
        }))
        || parts.iter().any(|p| {
            p.found.has(Cue::Always)
                && p.found.cues.iter().any(|(_, p, _)| {
                    ["intro", "vorstell", "present", "introduc"]
                        .iter()
                        .any(|w| p.contains(w))
                })
        })
}

/// One sentence, judged.
struct Part {
    found: Found,
    clauses: Vec<Found>,
    question: bool,
    /// What follows a "but".
    after_but: Option<Found>,
    /// A yes stands before the "but".
    before_yes: bool,
    /// "Not my habit, but yes": what stands before the "but" was let go.
    conceded: bool,
}

impl Part {
    fn new(clauses: &[Found], question: bool) -> Self {
        let mut found = Found::default();
        for clause in clauses {
            found.add(clause.clone());
        }
        let mut part = Part {
            found,
            clauses: clauses.to_vec(),
            question,
            after_but: None,
            before_yes: false,
            conceded: false,
        };
        let Some(at) = part.found.cues.iter().position(|(c, ..)| *c == Cue::But) else {
            return part;
        };
        let before = Found {
            cues: part.found.cues[..at].to_vec(),
            ..Found::default()
        };
        let after = Found {
            cues: part.found.cues[at + 1..].to_vec(),
            unknown: after_unknown(clauses),
            ..Found::default()
        };
        part.before_yes = before.yes();
        if !question
            && !before.yes()
            && after.yes()
            && !after.any(BLOCKS)
            && after.unknown.is_empty()
            && !before.any(&[
                Cue::Cond,
                Cue::Later,
                Cue::Again,
                Cue::Ask,
                Cue::Hand,
                Cue::Never,
                Cue::Hedge,
            ])
        {
            part.conceded = true;
            part.found = Found {
                words: part.found.words,
                ..after
            };
            part.clauses = vec![part.found.clone()];
        } else if at > 0 && before.cues.iter().any(|(c, ..)| *c != Cue::Soft) {
            part.after_but = Some(after);
        }
        part
    }

    /// The word that asks to be left alone, unless it stands in a long sentence about other things.
    fn never(&self) -> Option<&str> {
        self.found
            .cues
            .iter()
            .find(|(c, _, n)| {
                *c == Cue::Never
                    && (*n >= 2 || (self.found.unknown.len() <= 1 && self.found.words <= 8))
            })
            .map(|(_, p, _)| p.as_str())
    }

    /// "OK provided there is no fee": the no belongs to the condition.
    fn conditional(&self) -> bool {
        self.found.has(Cue::Cond)
            && self.found.has(Cue::No)
            && self.found.yes()
            && !self.after_but.as_ref().is_some_and(|a| a.has(Cue::No))
    }

    /// Whether something is asked that only the introducer can answer.
    fn asks(&self) -> bool {
        let asked = |(c, _, n): &&(Cue, String, usize)| *c == Cue::Ask && *n >= 2;
        let opens = self
            .clauses
            .iter()
            .any(|c| matches!(c.cues.first(), Some((Cue::Ask, ..))) && c.words >= 2);
        if self.question {
            self.found.any(&[Cue::Ask, Cue::Again])
                || (self.found.has(Cue::Cond) && !self.found.yes())
        } else {
            self.found.cues.iter().find(asked).is_some()
                || (opens
                    && self.found.words <= 12
                    && !self.found.any(&[Cue::Yes, Cue::Go, Cue::No]))
        }
    }

    /// A question that is neither about the introduction nor good manners.
    fn odd_question(&self) -> bool {
        if !self.question || self.asks() {
            return false;
        }
        let idiom = self.clauses.last().is_some_and(|c| {
            c.unknown.is_empty()
                && c.cues.iter().any(|(c, p, _)| {
                    *c == Cue::Rhetorical
                        || (*c == Cue::Yes
                            && [
                                "why",
                                "who",
                                "how",
                                "por que",
                                "porque",
                                "pourquoi",
                                "comment",
                                "warum",
                                "wieso",
                                "waarom",
                                "perche",
                                "como",
                                "come",
                                "e por",
                                "y por",
                                "et pourquoi",
                                "e perche",
                            ]
                            .iter()
                            .any(|w| p.starts_with(w)))
                })
        });
        !idiom
    }

    /// Every word is accounted for, and nothing speaks against.
    fn plain(&self) -> bool {
        self.found.unknown.is_empty() && !self.found.any(BLOCKS) && !self.found.has(Cue::But)
            || self.conceded && self.found.unknown.is_empty() && !self.found.any(BLOCKS)
            || self.leading_but()
    }

    /// "Aber gern!", "Mais oui": a but that opposes nothing.
    fn leading_but(&self) -> bool {
        self.after_but.is_none() && self.found.unknown.is_empty() && !self.found.any(BLOCKS)
    }

    /// Words that say nothing about the matter.
    fn harmless(&self) -> bool {
        !self.question
            && !self.found.any(BLOCKS)
            && !self.found.has(Cue::But)
            && self.found.unknown.len() <= 25
    }

    /// "Please introduce us, her pots are famous": the clause with the yes is plain, the others harmless.
    fn clauses_plain_or_harmless(&self) -> bool {
        let explicit = self
            .clauses
            .iter()
            .any(|c| c.has(Cue::Go) && c.unknown.is_empty() && !c.any(BLOCKS));
        explicit
            && self.harmless()
            && self.found.unknown.len() <= 8
            && self
                .clauses
                .iter()
                .all(|c| c.unknown.is_empty() || !c.yes())
    }
}

/// Unknown words after the first "but" of a sentence; a clause that holds the "but" counts whole.
fn after_unknown(clauses: &[Found]) -> Vec<String> {
    clauses
        .iter()
        .skip_while(|c| !c.has(Cue::But))
        .flat_map(|c| c.unknown.iter().cloned())
        .collect()
}

/// Sentences, clauses, words. Lines that a client wrapped are joined again.
fn sentences(text: &str, names: &BTreeSet<String>) -> Vec<Sentence> {
    let mut out = Vec::new();
    let mut sentence = Sentence::default();
    let mut clause: Clause = Vec::new();
    let chars: Vec<char> = joined(text)
        .chars()
        .filter(|c| !is_invisible(*c))
        .take(40_000)
        .collect();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        if c.is_alphanumeric() || (c == '+' && chars.get(at + 1) == Some(&'1')) {
            let start = at;
            at += 1;
            while at < chars.len() && (chars[at].is_alphanumeric() || in_word(&chars, at)) {
                at += 1;
            }
            let raw: String = chars[start..at].iter().collect();
            clause.push(word(&raw, names));
            continue;
        }
        at += 1;
        match c {
            '.' | '!' | '?' | '…' | '\n' | '。' | '！' | '？' | '⁉' | '‽' => {
                let question = matches!(c, '?' | '？' | '⁉' | '‽');
                if !clause.is_empty() {
                    sentence.clauses.push(std::mem::take(&mut clause));
                }
                if sentence.clauses.is_empty() {
                    // "Yes...?" and "What?!": the mark belongs to what stands before it.
                    if question && let Some(last) = out.last_mut() {
                        let last: &mut Sentence = last;
                        last.question = true;
                    }
                } else {
                    sentence.question = question;
                    out.push(std::mem::take(&mut sentence));
                }
            }
            ',' | ';' | ':' | '(' | ')' | '–' | '—' | '/' | '"' | '“' | '”' | '«' | '»' | '|' =>
            {
                if c == ':' && chars.get(at) == Some(&'(') {
                    clause.push(Word {
                        folded: ":(".to_owned(),
                        is_name: false,
                        capital: false,
                    });
                } else if matches!(c, ':' | ';')
                    && chars
                        .get(at)
                        .is_some_and(|n| matches!(n, ')' | 'D' | 'P' | 'p'))
                    && !chars.get(at + 1).is_some_and(|n| n.is_alphanumeric())
                {
                    at += 1;
                }
                if !clause.is_empty() {
                    sentence.clauses.push(std::mem::take(&mut clause));
                }
            }
            '-' if clause_dash(&chars, at - 1) && !clause.is_empty() => {
                sentence.clauses.push(std::mem::take(&mut clause));
            }
            c if is_emoji(c) => {
                let folded = c.to_string();
                let folded = if sign(&folded).is_some() {
                    folded
                } else {
                    "<emoji>".to_owned()
                };
                clause.push(Word {
                    folded,
                    is_name: false,
                    capital: false,
                });
            }
            _ => {}
        }
    }
    if !clause.is_empty() {
        sentence.clauses.push(clause);
    }
    if !sentence.clauses.is_empty() {
        out.push(sentence);
    }
    greet(&mut out);
    out
}

/// "Liebe Anna," and "Hi Sam!" name whoever is written to.
fn greet(sentences: &mut [Sentence]) {
    const GREETINGS: &[&str] = &[
        "hi",
        "hello",
        "hey",
        "dear",
        "hiya",
        "morning",
        "hallo",
        "liebe",
        "lieber",
        "moin",
        "servus",
        "guten",
        "hola",
        "querida",
        "querido",
        "estimada",
        "estimado",
        "buenas",
        "buenos",
        "bonjour",
        "salut",
        "coucou",
        "cher",
        "chere",
        "bonsoir",
        "oi",
        "ola",
        "cara",
        "caro",
        "prezado",
        "prezada",
        "ciao",
        "buongiorno",
        "gentile",
        "salve",
        "hoi",
        "dag",
        "beste",
        "lieve",
        "thanks",
        "danke",
        "gracias",
        "merci",
        "obrigado",
        "obrigada",
        "grazie",
        "bedankt",
    ];
    for clause in sentences.iter_mut().flat_map(|s| s.clauses.iter_mut()) {
        let greets = clause
            .first()
            .is_some_and(|w| GREETINGS.contains(&w.folded.as_str()));
        if greets && clause.len() <= 4 {
            for word in clause.iter_mut().skip(1).filter(|w| w.capital) {
                word.is_name = true;
            }
        }
    }
}

/// Apostrophes, and the points and slashes of addresses, belong to the word they stand in.
fn in_word(chars: &[char], at: usize) -> bool {
    let next = chars.get(at + 1).is_some_and(|c| c.is_alphanumeric());
    match chars[at] {
        '\'' | '’' | '‘' | '`' | '´' | 'ʼ' => next,
        '@' | '_' => next,
        '.' => {
            next && chars
                .get(at + 1)
                .is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())
        }
        ':' => chars.get(at + 1) == Some(&'/') && chars.get(at + 2) == Some(&'/'),
        '/' => at > 0 && (chars[at - 1] == ':' || chars[at - 1] == '/'),
        c => (0x300..=0x36F).contains(&u32::from(c)),
    }
}

fn clause_dash(chars: &[char], at: usize) -> bool {
    at == 0
        || chars.get(at - 1).is_some_and(|c| c.is_whitespace())
        || chars.get(at + 1).is_none_or(|c| c.is_whitespace())
}

fn is_emoji(c: char) -> bool {
    let code = u32::from(c);
    matches!(code, 0x2190..=0x21FF | 0x2300..=0x27BF | 0x2900..=0x297F | 0x2B00..=0x2BFF | 0x1F000..=0x1FAFF)
        && !matches!(code, 0x1F3FB..=0x1F3FF)
}

fn word(raw: &str, names: &BTreeSet<String>) -> Word {
    let folded = if raw.contains('@') && raw.contains('.') {
        "<address>".to_owned()
    } else if raw.contains("://") || raw.to_lowercase().starts_with("www.") {
        "<link>".to_owned()
    } else {
        let folded = fold_word(raw);
        // "Jordan's"
        match folded.strip_suffix('s') {
            Some(stem) if names.contains(stem) => stem.to_owned(),
            _ => stretched(&folded),
        }
    };
    Word {
        is_name: names.contains(&folded),
        capital: raw.chars().next().is_some_and(char::is_uppercase),
        folded,
    }
}

/// "yesssss" is "yesss": a letter repeated more than three times counts three times.
fn stretched(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut run = 0;
    let mut before = None;
    for c in word.chars() {
        run = if before == Some(c) { run + 1 } else { 1 };
        before = Some(c);
        if run <= 3 {
            out.push(c);
        }
    }
    out
}

/// Lines that were only wrapped, made one: the first is long, or the next begins small.
fn joined(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len());
    for (i, line) in lines.iter().enumerate() {
        out.push_str(line);
        let small = lines
            .get(i + 1)
            .and_then(|n| n.trim_start().chars().next())
            .is_some_and(char::is_lowercase);
        let long = line.chars().count() >= 60;
        let open = !line.trim_end().ends_with(['.', '!', '?', ':', '…']);
        out.push(
            if open && (small || (long && lines.get(i + 1).is_some_and(|n| !n.trim().is_empty()))) {
                ' '
            } else {
                '\n'
            },
        );
    }
    out
}

#[cfg(test)]
#[path = "phrases_tests.rs"]
mod tests;
