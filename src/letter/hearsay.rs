//! What the introducer tells of a talk: “I told Jordan: she mends boats”. Whom such words are
//! about nobody can say, so they are left out (A4).

use super::about::{Called, mentions};
use super::lexicon::{Lexicon, flat, holds};
use super::names;

struct Telling {
    language: &'static str,
    /// The introducer told, asked or wrote somebody something.
    first: &'static [&'static str],
    /// The introducer, where the verb stands elsewhere in the sentence.
    me: &'static [&'static str],
    /// Told, asked, wrote.
    verbs: &'static [&'static str],
    /// He and she.
    third: &'static [&'static str],
    /// Words that point back to a sentence which the reader does not see.
    pointing: &'static [&'static str],
    /// What hangs on to a name without saying anything (“Rachel will understand”).
    empty: &'static [&'static str],
}

const TELLING: [Telling; 7] = [
    Telling {
        language: "en",
        first: &[
            "i told",
            "i said",
            "i wrote",
            "i asked",
            "i mentioned",
            "i ve told",
            "i have told",
            "i talked",
            "i spoke",
            "i promised",
            "i explained",
            "i suggested",
            "i recommended",
            "i was telling",
            "i tell",
            "i have written",
            "i ve written",
            "i have asked",
            "i ve asked",
            "we told",
            "we asked",
            "we spoke",
            "we talked",
        ],
        me: &[],
        verbs: &[
            "told",
            "said",
            "asked",
            "wrote to",
            "mentioned",
            "tells",
            "says",
            "asks",
        ],
        third: &["he", "she", "him", "her", "his", "hers"],
        pointing: &["it", "there", "then", "that one", "those", "these"],
        empty: &[
            "will understand",
            "understands this",
            "knows about this",
            "knows all about it",
            "knows that",
        ],
    },
    Telling {
        language: "de",
        first: &[],
        me: &["ich", "wir"],
        verbs: &[
            "erzählt",
            "gesagt",
            "geschrieben",
            "gefragt",
            "berichtet",
            "erzählte",
            "sagte",
            "schrieb",
            "fragte",
            "versprochen",
            "versprach",
        ],
        third: &["er", "sie", "ihn", "ihm", "ihr", "sein", "seine", "ihre"],
        pointing: &["es", "dort", "dann", "damit", "dafür", "davon"],
        empty: &[
            "weiß bescheid",
            "wird verstehen",
            "versteht das",
            "weiß schon",
        ],
    },
    Telling {
        language: "fr",
        first: &[
            "j ai dit",
            "j ai raconté",
            "j ai écrit",
            "j ai demandé",
            "j ai parlé",
            "je disais",
            "j avais dit",
            "j ai promis",
            "j ai expliqué",
            "nous avons parlé",
            "j ai déjà parlé",
        ],
        me: &[],
        verbs: &["dit", "raconté", "écrit à", "demandé", "parlé"],
        third: &["il", "elle", "lui"],
        pointing: &["y", "ça", "cela", "ensuite", "là"],
        empty: &["comprendra", "est au courant", "sait tout"],
    },
    Telling {
        language: "es",
        first: &[
            "dije",
            "le dije",
            "conté",
            "escribí",
            "pregunté",
            "hablé",
            "he dicho",
            "he contado",
            "he preguntado",
            "he hablado",
            "comenté",
            "prometí",
            "hablamos",
        ],
        me: &[],
        verbs: &["dijo", "contó", "preguntó", "escribió a"],
        third: &["él", "ella", "le"],
        pointing: &["eso", "allí", "luego", "lo"],
        empty: &["entenderá", "lo sabe", "está al tanto"],
    },
    Telling {
        language: "pt",
        first: &[
            "eu disse",
            "disse ao",
            "disse à",
            "contei",
            "escrevi",
            "perguntei",
            "falei",
            "prometi",
            "expliquei",
            "tenho falado",
            "comentei",
        ],
        me: &[],
        verbs: &["disse", "contou", "perguntou", "escreveu a"],
        third: &["ele", "ela", "lhe"],
        pointing: &["isso", "lá", "depois"],
        empty: &["vai entender", "entenderá", "vai perceber", "está a par"],
    },
    Telling {
        language: "it",
        first: &[
            "ho detto",
            "ho raccontato",
            "ho scritto",
            "ho chiesto",
            "ho parlato",
            "dicevo",
            "ho promesso",
            "ho spiegato",
            "gli ho detto",
            "le ho detto",
        ],
        me: &[],
        verbs: &["detto", "raccontato", "chiesto", "scritto a"],
        third: &["lui", "lei", "gli", "le"],
        pointing: &["ciò", "lì", "poi", "questo"],
        empty: &["capirà", "lo sa", "è al corrente"],
    },
    Telling {
        language: "nl",
        first: &[
            "ik zei",
            "ik vertelde",
            "ik schreef",
            "ik vroeg",
            "zei ik",
            "vertelde ik",
            "vroeg ik",
            "schreef ik",
        ],
        me: &["ik", "wij", "we"],
        verbs: &[
            "gezegd",
            "verteld",
            "geschreven",
            "gevraagd",
            "beloofd",
            "vertelde",
            "zei",
            "vroeg",
        ],
        third: &["hij", "zij", "ze", "hem", "haar"],
        pointing: &["het", "daar", "dan", "daarmee", "ervan"],
        empty: &["begrijpt het", "weet het", "weet ervan"],
    },
];

fn of(words: &Lexicon) -> Option<&'static Telling> {
    TELLING.iter().find(|t| t.language == words.language)
}

/// Whether a sentence tells of a talk, so that its “she” may be anybody.
pub(super) fn is_hearsay(part: &str, called: &Called, words: &Lexicon) -> bool {
    let Some(telling) = of(words) else {
        return false;
    };
    let text = flat(part);
    if holds(&text, telling.first) || holds(&text, telling.empty) {
        return true;
    }
    if !holds(&text, telling.verbs) {
        return false;
    }
    let begins: Vec<&str> = names::words_of(part).take(2).collect();
    let subject = !mentions(&begins.join(" "), called).is_empty();
    if holds(&text, telling.me) {
        // “Jordan habe ich erzählt …”: a name first is no subject beside an “ich” of one's own.
        return !subject || holds(&flat_head(part, 4), telling.me);
    }
    !subject && holds(&text, telling.third)
}

/// Whether a sentence leans on the one before it, which the reader may not see.
pub(super) fn points_back(part: &str, words: &Lexicon) -> bool {
    of(words).is_some_and(|t| holds(&flat(part), t.pointing))
}

fn flat_head(part: &str, count: usize) -> String {
    flat(
        &part
            .split_whitespace()
            .take(count)
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// “Rachel (cc'd)”, “Jordan (also copied here)”, “Kim, in CC,”: such a remark says nothing of the
/// person, and is taken out.
pub(super) fn without_copy_remarks(text: &str) -> String {
    const COPY: &[&str] = &[
        "cc",
        "ccd",
        "cc d",
        "cc ed",
        "copied",
        "in copy",
        "on copy",
        "kopie",
        "copie",
        "copia",
        "cópia",
        "conocimiento",
        "conoscenza",
    ];
    let is_remark = |inside: &str| {
        inside.split_whitespace().count() <= 5
            && holds(&flat(inside), COPY)
            && !inside.contains(['.', '\n'])
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('(') {
        let (before, from) = rest.split_at(open);
        match from.find(')') {
            Some(close) if is_remark(from.get(1..close).unwrap_or_default()) => {
                out.push_str(before.trim_end_matches(' '));
                rest = from.get(close + 1..).unwrap_or_default();
            }
            _ => {
                out.push_str(before);
                out.push('(');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    // “Rachel, in CC, designs …” loses both commas.
    let pieces: Vec<&str> = out.split(", ").collect();
    let mut joined = String::with_capacity(out.len());
    let mut skipped = false;
    for (i, piece) in pieces.iter().enumerate() {
        if i > 0 && i + 1 < pieces.len() && is_remark(piece) {
            skipped = true;
            continue;
        }
        if i > 0 {
            joined.push_str(if skipped { " " } else { ", " });
        }
        joined.push_str(piece);
        skipped = false;
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::lexicon;
    use std::collections::BTreeSet;

    fn hearsay(language: &str, text: &str) -> bool {
        let called = vec![
            BTreeSet::from(["rachel".to_owned()]),
            BTreeSet::from(["jordan".to_owned()]),
        ];
        is_hearsay(text, &called, lexicon::of(language))
    }

    #[test]
    fn a4_what_was_told_to_one_may_be_about_anybody() {
        for (language, text) in [
            ("en", "I told Jordan: she mends boats like nobody else."),
            ("en", "I've asked Jordan about the river."),
            ("en", "A friend told Jordan that she restores organs."),
            ("de", "Ich habe Jordan erzählt, sie repariert Boote."),
            ("de", "Jordan habe ich gesagt: sie repariert Boote."),
            ("fr", "J'ai dit à Jordan : elle répare les bateaux."),
            ("es", "Le dije a Jordan: ella repara barcos."),
            ("pt", "Eu disse ao Jordan: ela conserta barcos."),
            ("it", "Ho detto a Jordan: lei ripara barche."),
            ("nl", "Ik heb Jordan verteld dat zij boten repareert."),
            ("en", "Rachel will understand."),
        ] {
            assert!(hearsay(language, text), "{text}");
        }
        for (language, text) in [
            (
                "en",
                "Rachel asked me whether I know somebody who casts bronze.",
            ),
            ("en", "Jordan wrote to every harbour in Europe."),
            ("de", "Rachel schrieb drei Romane über Werften."),
            ("nl", "Dit is gereedschap dat Rachel maakt."),
            ("en", "I met Rachel at university."),
        ] {
            assert!(!hearsay(language, text), "{text}");
        }
    }

    #[test]
    fn who_is_copied_is_no_news_of_them() {
        for (said, left) in [
            ("Rachel (cc'd) is a designer.", "Rachel is a designer."),
            (
                "Rachel (also copied here) is a designer (and a cook).",
                "Rachel is a designer (and a cook).",
            ),
            (
                "Rachel, in Kopie, gestaltet Werkzeuge, Griffe, Messer.",
                "Rachel gestaltet Werkzeuge, Griffe, Messer.",
            ),
            (
                "Jordan (anche lui in copia) dirige un laboratorio.",
                "Jordan dirige un laboratorio.",
            ),
            (
                "Rachel (the one with the (old) boat",
                "Rachel (the one with the (old) boat",
            ),
        ] {
            assert_eq!(without_copy_remarks(said), left);
        }
    }
}
