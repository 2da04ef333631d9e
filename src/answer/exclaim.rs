//! What stands around a plain yes without limiting it: delight (“What a lovely thought!”), and a
//! sentence of praise after it (“The boat deserves a face.”).
//!
//! Only what is praise through and through is let pass; a sentence that could hold a wish, a
//! limit or a joke stays what it was, and a person looks.

use super::part::Found;

struct Delight {
    code: &'static str,
    /// “What a …”, “How …”; a phrase each.
    openers: &'static str,
    /// At least one of these has to follow.
    qualities: &'static str,
    /// What may be called so.
    matters: &'static str,
    /// What may follow: “… of you”.
    tails: &'static str,
    /// A yes with one of these words in it is meant.
    willing: &'static str,
    /// How a sentence of praise may begin, besides with the other person's name.
    starters: &'static str,
    praise: &'static str,
    /// Words that no sentence of praise holds.
    wary: &'static str,
}

const DELIGHTS: [Delight; 7] = [
    Delight {
        code: "en",
        openers: "what a;what an;how;what;such a",
        qualities: "lovely nice great good kind wonderful fantastic brilliant excellent beautiful delightful charming generous thoughtful sweet exciting pleasure treat joy delight marvellous splendid superb fabulous touching",
        matters: "idea thought gesture offer suggestion introduction opportunity and very really truly message mail",
        tails: "of you;of you to ask;of you to ask first;of you to ask me first;of you to think of me;to think of me;from you;to hear from you;to hear this;that is;this is",
        willing: "gladly happily pleasure delighted happy glad love please thrilled honoured absolutely",
        starters: "the a her his their she he they i",
        praise: "deserves deserve lovely wonderful fantastic brilliant fascinating famous love loves adore admire admired legendary gorgeous beautiful inspiring impressive perfect marvellous excellent amazing favourite favorite",
        wary: "you your yours my mine our me being would could should will shall must may might can let was were because since so then than stay stays remain remains keep keeps mail mails spam stranger strangers fee fees price paid pay pays money cost costs free sarcasm sarcastic irony ironic opposite contrary reverse lie liar trap forwarded wrote original alone private secret quiet catch board committee time timing calendar dead death idiot idiots trouble drama chaos waste wasting bother bothered interrupted silence peace yes first agree agrees sign signs approve approves decide rest by via through phone call calls what when where who which that more another how idea question answer here this",
    },
    Delight {
        code: "de",
        openers: "was fuer eine;was fuer ein;wie;welch;welch ein;welch eine;so eine;das ist aber",
        qualities: "schoene schoener schoenes schoen nette netter nett liebe lieber lieb tolle toller toll gute guter gut grossartige grossartig wunderbare wunderbarer wunderbar freundlich aufmerksam spannend freude vergnuegen reizend entzueckend hervorragende",
        matters: "idee gedanke gedanken geste vorschlag angebot sehr und einfall",
        tails: "von dir;von ihnen;dass du fragst;dass du vorher fragst;dass sie fragen;dass sie vorher fragen",
        willing: "gern gerne freude freue freuen vergnuegen bitte unbedingt herzlich",
        starters: "der die das ein eine ihr ihre sein seine er sie ich",
        praise: "verdient grossartig wunderbar wunderschoen faszinierend beruehmt liebe bewundere herrlich beeindruckend fantastisch traumhaft genial hervorragend",
        wary: "du dein deine mein meine mich mir unser soll muss darf kann wuerde waere war weil dann bleibt bleiben mail mails werbung fremde geld preis kostet zahlt gratis ironie sarkasmus gegenteil luege falle weitergeleitet schrieb allein privat geheim still haken vorstand zeit termin tot idiot aerger ruhe ja zuerst stimmt unterschreibt genehmigt rest per durch telefon was wer wie wenn als mehr ob sowas",
    },
    Delight {
        code: "fr",
        openers: "quelle;quel;comme cest;cest;que cest;voila une;comme",
        qualities: "bonne belle bon beau gentil gentille aimable excellente excellent charmante charmant merveilleuse merveilleux formidable superbe plaisir joie magnifique adorable genial geniale delicate",
        matters: "idee pensee attention geste proposition tres et vraiment bien",
        tails: "de ta part;de votre part;de demander;de me demander;davoir demande;de penser a moi;davoir pense a moi",
        willing: "plaisir volontiers enchante enchantee ravi ravie bonheur joie",
        starters: "le la les un une son sa ses il elle ils jadore jaime jadmire",
        praise: "merite meritent magnifique merveilleux merveilleuse formidable fascinant fascinante celebre adore jadore jaime admire jadmire superbe genial geniale extraordinaire passionnant passionnante",
        wary: "tu ton ta tes vous votre mon ma mes moi nous doit doivent peut faut etait parce alors reste restent mail mails pub inconnus argent prix paie gratuit ironie sarcasme contraire mensonge piege transfere ecrit seul prive secret silence conseil temps agenda mort idiot ennuis oui dabord accepte signe approuve par telephone quoi quand qui que si plus etre",
    },
    Delight {
        code: "es",
        openers: "que;una;es una;pero que",
        qualities: "buena bonita linda gran excelente hermosa bonito amable lindo estupenda maravillosa maravilloso fantastica genial gentil ilusion alegria gusto placer",
        matters: "idea pensamiento detalle gesto propuesta mas tan y muy",
        tails: "por tu parte;de tu parte;de su parte;por su parte;que preguntes;pensar en mi",
        willing: "gusto encantado encantada encantaria placer alegria favor ilusion",
        starters: "el la los las un una su sus ella ellos adoro admiro me",
        praise: "merece merecen maravilloso maravillosa fantastico fantastica fascinante fascina famoso famosa adoro admiro magnifico magnifica precioso preciosa estupendo estupenda impresionante",
        wary: "tu tus usted mi mis yo nuestro debe deben puede tiene seria era porque entonces queda quedan correo correos desconocidos dinero precio paga gratis ironia sarcasmo contrario mentira trampa reenviado escribio solo sola privado secreto silencio junta tiempo agenda muerto muerta idiota problemas primero acepta firma aprueba por telefono quien cuando que mas ser recibir",
    },
    Delight {
        code: "pt",
        openers: "que;uma;e uma;mas que",
        qualities: "boa bela bonito bonita linda otima excelente gentil amavel querida querido maravilhosa maravilhoso fantastica simpatico simpatica alegria prazer delicia bom lindo",
        matters: "ideia pensamento gesto atencao proposta mais tao e muito",
        tails: "da tua parte;da sua parte;de tua parte;de sua parte;pensar em mim;por perguntar",
        willing: "prazer gosto adoraria favor alegria feliz contente",
        starters: "o a os as um uma ele ela eles adoro admiro",
        praise: "merece merecem maravilhoso maravilhosa fantastico fantastica fascinante famoso famosa adoro admiro magnifico magnifica incrivel impressionante",
        wary: "tu teu tua voce seu meu minha meus eu nosso deve devem pode tem seria era porque entao fica ficam mail mails email desconhecidos dinheiro preco paga gratis ironia sarcasmo contrario mentira armadilha reencaminhado escreveu sozinho sozinha privado segredo silencio conselho tempo agenda morto morta idiota problemas sim primeiro aceita assina aprova por telefone quem quando que mais ser receber",
    },
    Delight {
        code: "it",
        openers: "che;una;e una;ma che",
        qualities: "bella bello buona ottima gentile carino carina splendida splendido meravigliosa meraviglioso magnifica fantastica piacere gioia cara",
        matters: "idea pensiero gesto proposta e molto davvero",
        tails: "da parte tua;da parte sua;a chiedere;a chiedermelo;pensare a me",
        willing: "piacere volentieri gioia lieto lieta felice favore",
        starters: "il la lo le gli i un una suo sua lui lei adoro ammiro",
        praise: "merita meritano meraviglioso meravigliosa fantastico fantastica affascinante famoso famosa adoro ammiro magnifico magnifica splendido splendida straordinario straordinaria",
        wary: "tu tuo tua mio mia miei io nostro deve devono puo sarebbe era perche allora resta restano mail email sconosciuti soldi prezzo paga gratis ironia sarcasmo contrario bugia trappola inoltrato scritto solo sola privato segreto silenzio consiglio tempo agenda morto morta idiota guai si prima accetta firma approva per telefono chi quando che se piu essere ricevere",
    },
    Delight {
        code: "nl",
        openers: "wat een;wat;hoe;een",
        qualities: "leuk leuke lief lieve aardig aardige goed goede mooi mooie fijn fijne geweldig geweldige attent prachtig prachtige plezier heerlijk",
        matters: "idee gedachte gebaar voorstel heel en erg bericht",
        tails: "van je;van jou;van u;dat je het vraagt;dat u het vraagt;dat je aan me denkt",
        willing: "graag plezier genoegen blij leuk alsjeblieft alstublieft",
        starters: "de het een haar zijn hij zij ze ik",
        praise: "verdient verdienen geweldig prachtig fantastisch fascinerend beroemd bewonder schitterend indrukwekkend geniaal",
        wary: "je jij jouw u uw mijn mij me ons moet moeten mag kan zou was omdat dan blijft blijven mail mails vreemden geld prijs betaalt gratis ironie sarcasme tegendeel leugen val doorgestuurd schreef alleen prive geheim stil bestuur tijd agenda dood idioot problemen ja eerst tekent per telefoon wat wie wanneer als meer worden",
    },
];

fn of(code: &str) -> Option<&'static Delight> {
    DELIGHTS.iter().find(|d| d.code == code)
}

fn holds(list: &str, word: &str) -> bool {
    list.split(' ').any(|w| w == word)
}

/// Whether the whole clause is nothing but delight, so that its “what” or “how” asks nothing.
pub(super) fn is_delight(code: &str, clause: &[&str]) -> bool {
    let Some(delight) = of(code) else {
        return false;
    };
    let without = |list: &'static str, at_end: bool| {
        list.split(';').filter_map(move |phrase| {
            let phrase: Vec<&str> = phrase.split(' ').collect();
            if at_end {
                clause.strip_suffix(phrase.as_slice())
            } else {
                clause.strip_prefix(phrase.as_slice())
            }
            .map(<[&str]>::len)
        })
    };
    let tails: Vec<usize> = without(delight.tails, true).chain([clause.len()]).collect();
    without(delight.openers, false).any(|left| {
        let start = clause.len() - left;
        tails.iter().any(|end| {
            clause.get(start..*end).is_some_and(|core| {
                core.iter().any(|w| holds(delight.qualities, w))
                    && core
                        .iter()
                        .all(|w| holds(delight.qualities, w) || holds(delight.matters, w))
            })
        })
    }) || is_longed_for(code, clause)
}

/// “Robotics is exactly what I need right now”: one thing, named, and wanted. “More mail is
/// exactly what I need” means the opposite, and has more than a name before the verb.
fn is_longed_for(code: &str, clause: &[&str]) -> bool {
    const WANTED: &[(&str, &str)] = &[
        (
            "en",
            "is exactly what i need;is just what i need;is exactly what i am looking for;is exactly what im looking for;is exactly what i need right now;is just what i need right now;is exactly what im looking for right now",
        ),
        (
            "de",
            "ist genau was ich brauche;ist genau das was ich brauche;ist genau das was ich gerade brauche;ist genau was ich gerade brauche;ist genau mein thema;ist genau mein ding",
        ),
        (
            "fr",
            "est exactement ce quil me faut;est exactement ce que je cherche;est exactement ce dont jai besoin;est exactement ce dont jai besoin en ce moment",
        ),
        (
            "es",
            "es justo lo que necesito;es exactamente lo que necesito;es justo lo que necesito ahora;es exactamente lo que busco;es justo lo que busco",
        ),
        (
            "pt",
            "e exatamente o que preciso;e exatamente o que eu preciso;e mesmo o que preciso;e exatamente o que procuro;e exatamente o que preciso agora",
        ),
        (
            "it",
            "e proprio quello che mi serve;e esattamente quello che cerco;e proprio quello che cerco;e proprio quello che mi serve adesso",
        ),
        (
            "nl",
            "is precies wat ik nodig heb;is precies wat ik zoek;is precies wat ik nu nodig heb",
        ),
    ];
    const NOT_LONGED_FOR: &[&str] = &[
        "this", "that", "it", "more", "spam", "work", "mail", "email", "mails", "stress", "drama",
        "chaos", "trouble", "noise", "debt", "das", "dies", "es", "arbeit", "aerger", "cela", "ca",
        "ceci", "eso", "esto", "isso", "isto", "questo", "quello", "dit", "dat", "homework",
        "nothing", "none", "silence", "rest", "peace", "sleep", "ruhe", "schlaf", "rust",
        "silencio", "paix", "pace", "paz",
    ];
    let [subject, rest @ ..] = clause else {
        return false;
    };
    let rest = rest.join(" ");
    subject.chars().count() > 3
        && subject.chars().all(char::is_alphabetic)
        && !NOT_LONGED_FOR.contains(subject)
        && WANTED
            .iter()
            .any(|(c, phrases)| *c == code && phrases.split(';').any(|p| p == rest))
}

/// Whether a plain yes is said with a will: “Yes, gladly”, not “Fine.”
pub(super) fn is_willing(code: &str, found: &Found) -> bool {
    of(code).is_some_and(|d| {
        found
            .cues
            .iter()
            .flat_map(|(_, phrase, _)| phrase.split(' '))
            .any(|w| holds(d.willing, w))
    })
}

/// Whether a sentence that means nothing else is praise through and through.
pub(super) fn is_praise(code: &str, words: &[&str], begins_with_name: bool) -> bool {
    let Some(d) = of(code) else { return false };
    let Some(first) = words.first() else {
        return false;
    };
    (3..=14).contains(&words.len())
        && (begins_with_name || holds(d.starters, first))
        && words.iter().any(|w| holds(d.praise, w))
        && words.iter().all(|w| {
            (holds(d.starters, w) && w == first || !holds(d.wary, w))
                && w.chars().all(char::is_alphabetic)
        })
}
