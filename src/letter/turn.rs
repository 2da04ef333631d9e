//! In which order the parties are asked one after the other: first who has more to lose by being
//! told about, then who gains by it, last whose time is wanted (R7).

use super::about;
use super::lexicon::{Lexicon, flat, holds};
use super::picture::Picture;
use super::sentences;
use crate::introduction::Introduction;

/// Words by which a text says that somebody wishes for something.
fn wishes(words: &Lexicon) -> &'static [&'static str] {
    match words.language {
        "de" => &[
            "sucht",
            "möchte",
            "würde gern*",
            "braucht",
            "wünscht",
            "hat mich gefragt",
            "interessiert sich",
            "hofft",
            "will gerne",
            "hätte gern*",
            "bat mich",
            "ist auf der suche",
        ],
        "fr" => &[
            "cherche",
            "recherche",
            "aimerait",
            "voudrait",
            "souhaite*",
            "a besoin",
            "m a demandé",
            "s intéresse",
            "espère",
            "a envie",
            "est à la recherche",
        ],
        "es" => &[
            "busca",
            "quiere",
            "quisiera",
            "le gustaría",
            "necesita",
            "me preguntó",
            "me ha preguntado",
            "me pidió",
            "se interesa",
            "le interesa",
            "desea",
            "espera",
        ],
        "pt" => &[
            "procura",
            "quer",
            "gostaria",
            "precisa",
            "me perguntou",
            "perguntou me",
            "pediu me",
            "me pediu",
            "interessa se",
            "se interessa",
            "deseja",
            "espera",
            "busca",
        ],
        "it" => &[
            "cerca",
            "vorrebbe",
            "vuole",
            "ha bisogno",
            "mi ha chiesto",
            "le piacerebbe",
            "gli piacerebbe",
            "si interessa",
            "desidera",
            "spera",
        ],
        "nl" => &[
            "zoekt",
            "wil graag",
            "zou graag",
            "heeft behoefte",
            "vroeg me",
            "vroeg mij",
            "heeft me gevraagd",
            "is geïnteresseerd",
            "hoopt",
            "is op zoek",
            "heeft hulp nodig",
        ],
        _ => &[
            "looking for",
            "would love",
            "would like",
            "wants to",
            "wants a",
            "wants some*",
            "needs",
            "asked me",
            "asked if",
            "asked whether",
            "asked for",
            "hoping to",
            "hopes to",
            "interested in",
            "keen to",
            "could use",
            "is after",
            "is seeking",
            "seeks",
            "in search of",
            "is trying to",
            "wishes",
            "begged",
        ],
    }
}

/// The parties, first who is asked first. Who has not to be asked stands where they stood.
#[must_use]
pub fn order(introduction: &Introduction) -> Vec<usize> {
    let picture = Picture::of(introduction);
    let words = picture.words();
    let mut gains = vec![0_u8; introduction.parties.len()];
    for sentence in sentences::split(picture.body()) {
        let subject: Vec<&str> = sentence.split(' ').take(3).collect();
        let named = about::mentions(&subject.join(" "), picture.called());
        let mut named = named.iter();
        if let (Some(one), None) = (named.next(), named.next())
            && holds(&flat(&sentence), wishes(words))
            && let Some(slot) = gains.get_mut(*one)
        {
            *slot = 1;
        }
    }
    for (i, slot) in gains.iter_mut().enumerate() {
        if picture.is_delicate(i) {
            *slot += 2;
        }
    }
    let mut order: Vec<usize> = (0..gains.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(gains.get(*i).copied().unwrap_or(0)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::fixture::introduction;

    #[test]
    fn r7_who_gains_by_it_is_asked_first() {
        for (language, text, first) in [
            (
                "en",
                "Hi both,\n\nRachel runs a studio in Leeds. Jordan is looking for somebody who designs handles.",
                1,
            ),
            (
                "en",
                "Hi both,\n\nRachel asked me for an engineer. Jordan runs a lab.",
                0,
            ),
            (
                "en",
                "Hi both,\n\nRachel wants to learn sailing. Jordan is quietly leaving Initech.",
                1,
            ),
            ("en", "Hi both,\n\nRachel designs. Jordan builds.", 0),
            (
                "de",
                "Hallo ihr zwei,\n\nRachel leitet ein Studio. Jordan sucht jemanden für Griffe.",
                1,
            ),
            (
                "fr",
                "Salut Rachel, salut Jordan,\n\nRachel dessine des outils. Jordan cherche quelqu'un pour son atelier.",
                1,
            ),
            (
                "es",
                "Hola Rachel y Jordan:\n\nRachel diseña mangos. Jordan busca a alguien para su taller.",
                1,
            ),
            (
                "pt",
                "Oi Rachel e Jordan,\n\nA Rachel desenha cabos. O Jordan procura alguém para a oficina.",
                1,
            ),
            (
                "it",
                "Ciao Rachel, ciao Jordan,\n\nRachel progetta manici. Jordan cerca qualcuno per la bottega.",
                1,
            ),
            (
                "nl",
                "Hoi Rachel, hoi Jordan,\n\nRachel ontwerpt handvatten. Jordan zoekt iemand voor zijn werkplaats.",
                1,
            ),
        ] {
            let mut i = introduction(text);
            language.clone_into(&mut i.language);
            assert_eq!(order(&i).first(), Some(&first), "{text}");
        }
    }
}
