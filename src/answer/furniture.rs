//! What mail clients and companies put around a person's words, in many languages.

use super::words::fold_line;

#[rustfmt::skip]
const WROTE: &[&str] = &[
    "wrote", "writes", "schrieb", "geschrieben", "escribió", "escribio", "escribe", "écrit", "ecrit", "a écrit",
    "escreveu", "ha scritto", "scrive", "scritto", "schreef", "geschreven", "skrev", "kirjoitti", "napisał",
    "napisała", "napisal", "napsal", "написал", "написала", "пише", "写道", "のメール", "yazdı", "yazmış", "írta",
    "a scris", "έγραψε", "כתב", "كتب", "va escriure", "escrigué", "said",
];

#[rustfmt::skip]
const OPENERS: &[&str] = &[
    "on ", "le ", "el ", "am ", "em ", "il ", "op ", "den ", "dne ", "dnia ", "w dniu ", "pe ", "a ", "no dia ",
    "at ", "in data ", "da ", "von ", "de ", "il giorno ", "po ", "ons", "tor", "fre", "data ", "date ",
    "quoting ", "zitat von ", "citando ", "citation ", "citeren ",
];

/// Whether a (possibly wrapped) attribution ends with this line: "On … Maya <m@…> wrote:".
pub(super) fn is_attribution_end(line: &str) -> bool {
    let folded = fold_line(line);
    let folded = folded.trim_end_matches(['*', '_']);
    if folded.chars().count() > 400 || !folded.ends_with([':', '：']) {
        return false;
    }
    let wrote = WROTE.iter().any(|w| folded.contains(w));
    let dated = folded.chars().any(|c| c.is_ascii_digit());
    let addressed = folded.contains('@');
    let opened = OPENERS.iter().any(|o| folded.starts_with(o)) || starts_with_date(folded);
    (wrote && (dated || addressed))
        || (addressed && (opened && dated || folded.contains(">:")))
        || (wrote && folded.split(' ').count() <= 6 && folded.ends_with("wrote:"))
        || (wrote && folded.split(' ').count() <= 3)
        || (opened && dated && wrote)
        || (folded.starts_with("begin forwarded message")
            || folded.starts_with("anfang der weitergeleiteten"))
        || folded.starts_with("início da mensagem reencaminhada")
        || folded.starts_with("inizio messaggio inoltrato")
        || folded.starts_with("début du message réexpédié")
        || folded.starts_with("inicio del mensaje reenviado")
        || folded.starts_with("begin doorgestuurd bericht")
}

fn starts_with_date(folded: &str) -> bool {
    folded.chars().take(4).filter(char::is_ascii_digit).count() >= 2
}

/// Whether an attribution begins here: an opening word and a date, or a date.
pub(super) fn is_attribution_start(line: &str) -> bool {
    let folded = fold_line(line);
    (OPENERS.iter().any(|o| folded.starts_with(o)) || starts_with_date(&folded))
        && folded.chars().any(|c| c.is_ascii_digit())
}

#[rustfmt::skip]
const LABELS: &[&str] = &[
    "from", "sent", "date", "to", "cc", "bcc", "subject", "reply-to", "importance", "attachments", "von",
    "gesendet", "datum", "an", "betreff", "cc:", "kopie", "de", "enviado", "enviado el", "enviada em", "enviada",
    "enviado em", "fecha", "para", "asunto", "assunto", "data", "envoyé", "envoyé le", "à", "a", "objet", "cci",
    "da", "inviato", "oggetto", "per", "ccn", "van", "verzonden", "verstuurd", "aan", "onderwerp", "från",
    "skickat", "till", "ämne", "fra", "sendt", "til", "emne", "lähettäjä", "lähetetty", "vastaanottaja", "aihe",
    "od", "wysłano", "do", "temat", "odesláno", "komu", "předmět", "от", "отправлено", "кому", "тема", "дата",
    "发件人", "发送时间", "收件人", "主题", "差出人", "送信日時", "宛先", "件名", "gönderen", "kime", "konu", "remitente",
    "destinatario", "expéditeur", "destinataire", "mittente", "absender", "empfänger", "sujet", "data/hora",
];

/// `From: …` as a line of text, in the languages of mail clients, bold or not.
pub(super) fn is_header_label(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['*', '>', '|', ' ']);
    let Some((label, value)) = line.split_once([':', '：']) else {
        return false;
    };
    let label = fold_line(label.trim_end_matches(['*', ' ', '\u{a0}']));
    label.chars().count() <= 18
        && LABELS.contains(&label.as_str())
        && (!value.trim().is_empty() || matches!(label.as_str(), "cc" | "to" | "subject"))
}

/// `-----Original Message-----`, `-------- Mensaje original --------`, a drawn rule.
pub(super) fn is_separator(line: &str) -> bool {
    let line = line.trim();
    let inner = line.trim_matches(['-', '_', '=', '—', '─', '*']);
    let drawn = line.chars().count() - inner.chars().count();
    (inner.is_empty() && drawn >= 10 && line.starts_with(['_', '-', '=', '─']))
        || (drawn >= 6
            && line.starts_with("---")
            && line.ends_with("---")
            && inner.chars().count() <= 60
            && inner.split_whitespace().count() >= 2)
}

#[rustfmt::skip]
const DEVICE: &[&str] = &[
    "sent from my ", "sent from mobile", "sent from outlook", "sent from yahoo", "sent from mail for",
    "sent from a mobile", "sent from the ", "sent via ", "sent with ", "sent using ", "sent on the go",
    "get outlook for", "sent through ", "sent while ", "typed on my", "written on my phone", "excuse typos",
    "please excuse typos", "please excuse any typos", "please excuse brevity", "please excuse the brevity",
    "please excuse my brevity", "excuse brevity", "excuse my brevity", "enviado desde ", "enviado con ",
    "enviado mediante ", "obtener outlook", "obtén outlook", "envoyé de mon ", "envoyé depuis ",
    "envoyé à partir d", "envoyé avec ", "obtenez outlook", "obtenir outlook", "télécharger outlook",
    "von meinem iphone", "von meinem ipad", "von meinem handy", "von meinem smartphone", "von meinem mobil",
    "von meinem android", "von meinem samsung", "von meinem huawei", "von meinem galaxy", "von meinem telefon",
    "von unterwegs", "gesendet von ", "gesendet mit ", "gesendet über ", "diese nachricht wurde von meinem",
    "diese e-mail wurde von meinem", "holen sie sich outlook", "outlook für ", "enviado do meu ", "enviado do ",
    "enviado pelo ", "enviado a partir ", "enviado através", "enviado de meu", "enviado com ", "obter o outlook",
    "obtenha o outlook", "baixe o outlook", "inviato da ", "inviato dal ", "inviato con ", "inviato tramite ",
    "scarica outlook", "ottieni outlook", "outlook per ", "verstuurd vanaf ", "verzonden vanaf ",
    "verzonden met ", "verstuurd met ", "verzonden via ", "verstuurd vanuit ", "outlook voor ",
    "download outlook", "outlook voor android", "skickat från ", "sendt fra ", "wysłane z ", "отправлено с ",
    "yahoo mail", "virus-free", "virenfrei", "libre de virus", "sans virus", "avast",
    "this email has been checked for viruses", "envoyé via ", "enviado via ",
];

/// "Sent from my iPhone" and its kin; never anything a person says about the introduction.
pub(super) fn is_device_line(line: &str) -> bool {
    let folded = fold_line(line);
    let folded = folded.trim_start_matches(['-', '—', '[', '*', '_', ' ', '<', '(']);
    folded.chars().count() <= 160
        && DEVICE.iter().any(|d| folded.starts_with(d))
        && folded.split(' ').count() <= 16
}

#[rustfmt::skip]
const DISCLAIMER: &[&str] = &[
    "disclaimer", "aviso", "confidentiality", "confidential", "privileged", "avertissement", "haftungsausschluss",
    "vertraulichkeit", "rechtlicher hinweis", "avvertenza", "avviso", "informativa", "legal notice",
    "this message is confidential", "this e-mail is confidential", "this email is confidential",
    "this message and any", "this email and any", "this e-mail and any", "this email may contain",
    "this message may contain", "this e-mail may contain", "the information contained", "the information in this",
    "the contents of this", "if you are not the intended", "this communication", "this email is intended",
    "this message is intended", "please consider the environment", "think before you print",
    "ce message est confidentiel", "ce message et", "ce courriel", "cet e-mail",
    "si vous n'êtes pas le destinataire", "pensez à l'environnement", "diese e-mail ist vertraulich",
    "diese e-mail enthält", "diese e-mail kann", "diese nachricht ist vertraulich", "diese nachricht enthält",
    "diese mail", "der inhalt dieser", "este mensaje es confidencial", "este mensaje y", "este correo",
    "antes de imprimir", "la información contenida", "si no es usted el destinatario",
    "esta mensagem é confidencial", "esta mensagem e", "esta mensagem pode", "este e-mail", "este email",
    "esta mensagem contém", "questo messaggio è", "questo messaggio e", "questa e-mail", "questa email",
    "le informazioni contenute", "il presente messaggio", "ai sensi", "dit bericht is", "dit bericht en",
    "dit bericht kan", "deze e-mail", "deze email", "de informatie in dit", "denk aan het milieu",
    "registered office", "registered in england", "geschäftsführer", "handelsregister", "sitz der gesellschaft",
    "amtsgericht", "hrb ", "caution: external", "external email", "[external", "unsubscribe:",
    "you received this message because",
];

/// A legal notice speaks of at least one of these.
#[rustfmt::skip]
const LEGAL: &[&str] = &[
    "confiden", "vertraulich", "vertrouwelijk", "riservat", "recipient", "destinat", "empfänger", "geadresseerde",
    "ontvanger", "print", "drucken", "ausdruck", "imprim", "stampare", "afdrukken", "privileged", "liable",
    "liability", "reliance", "haft", "responsab", "aansprakelijk", "registered", "amtsgericht", "hrb", "gdpr",
    "rgpd", "dsgvo", "sensitive", "caution", "attachments", "click links", "unsubscribe", "environment",
    "privacy", "personenbezogen", "copia", "copied", "copy", "law",
];

/// The first line of a legal notice.
pub(super) fn is_disclaimer(line: &str) -> bool {
    let folded = fold_line(line);
    let folded = folded.trim_start_matches(['*', '-', '_', ' ', '[', '(']);
    let legal = folded.split(' ').count() >= 6 && LEGAL.iter().any(|l| folded.contains(l));
    legal && DISCLAIMER.iter().any(|d| folded.starts_with(d))
        || matches!(
            folded.trim_end_matches([':', '.', '!']),
            "disclaimer" | "aviso legal" | "confidential"
        )
}

#[rustfmt::skip]
const CLOSING: &[&str] = &[
    "best", "best regards", "best wishes", "kind regards", "kindest regards", "kindest", "regards",
    "warm regards", "warmest regards", "warmly", "warmest", "cheers", "sincerely", "yours sincerely",
    "yours faithfully", "yours truly", "yours", "all the best", "love", "xx", "xxx", "x", "br", "rgds",
    "take care", "with best wishes", "with kind regards", "very best", "many greetings", "greetings", "saludos",
    "un saludo", "saludos cordiales", "un cordial saludo", "cordialmente", "atentamente", "un abrazo", "abrazos",
    "besos", "un beso", "cordiales saludos", "muchos saludos", "cordialement", "bien cordialement", "bien à toi",
    "bien à vous", "bises", "bisous", "amicalement", "à bientôt", "a bientôt", "amitiés", "bien amicalement",
    "salutations", "sincères salutations", "cdlt", "belle journée", "bonne journée", "viele grüße",
    "viele grüsse", "viele gruesse", "liebe grüße", "liebe grüsse", "lieben gruß", "mit freundlichen grüßen",
    "mit freundlichen grüssen", "mit freundlichem gruß", "freundliche grüße", "freundliche grüsse",
    "mit besten grüßen", "mit herzlichen grüßen", "mfg", "lg", "vg", "gruß", "gruss", "grüße", "grüsse",
    "beste grüße", "besten gruß", "schöne grüße", "herzliche grüße", "herzlichen gruß", "herzlich", "ihr", "ihre",
    "dein", "deine", "abraços", "abraço", "um abraço", "att", "atenciosamente", "cumprimentos",
    "com os melhores cumprimentos", "melhores cumprimentos", "beijos", "bjs", "beijinhos", "saudações",
    "cordiali saluti", "un caro saluto", "un saluto", "saluti", "cari saluti", "distinti saluti", "a presto",
    "un abbraccio", "buona giornata", "met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet",
    "vriendelijke groeten", "met hartelijke groet", "hartelijke groet", "hartelijke groeten", "groet", "groeten",
    "groetjes", "mvg", "met groet", "liefs", "warme groet", "beste groeten", "hartelijks",
];

#[rustfmt::skip]
const THANKS: &[&str] = &[
    "thanks", "thank you", "many thanks", "thanks again", "thx", "ta", "thanks so much", "thank you so much",
    "thanks a lot", "with thanks", "gracias", "muchas gracias", "merci", "merci beaucoup", "merci d'avance",
    "danke", "vielen dank", "besten dank", "danke dir", "obrigado", "obrigada", "muito obrigado",
    "muito obrigada", "grazie", "grazie mille", "bedankt", "dank je", "dank je wel", "dankjewel", "dank u",
    "alvast bedankt", "met dank", "thanks and regards", "thanks & regards", "ciao",
];

fn wordy(line: &str) -> String {
    fold_line(line)
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_owned()
}

/// "Kind regards," and its kin, alone on a line.
pub(super) fn is_closing(line: &str) -> bool {
    CLOSING.contains(&wordy(line).as_str())
}

/// "Thanks," alone on a line: a closing only above a name.
pub(super) fn is_thanks(line: &str) -> bool {
    THANKS.contains(&wordy(line).as_str())
}

/// "Best, Tess" on one line; `names` are how the sender signs.
pub(super) fn is_closing_with_name(line: &str, names: &[String]) -> bool {
    let folded = wordy(line);
    CLOSING.iter().chain(THANKS).any(|c| {
        folded.strip_prefix(c).is_some_and(|rest| {
            rest.starts_with([' ', ',']) && {
                let rest = wordy(rest);
                names.contains(&rest)
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributions_of_many_clients_are_seen() {
        for line in [
            "On Fri, Nov 20, 2026 at 8:02 AM Alex Rivera <alex@hub.example> wrote:",
            "alex@hub.example> wrote:",
            "Am 20.11.2026 um 08:02 schrieb Alex Rivera:",
            "Le ven. 20 nov. 2026 à 08:02, Alex Rivera <alex@hub.example> a écrit :",
            "El vie, 20 nov 2026 a las 8:02, Alex Rivera (<alex@hub.example>) escribió:",
            "Em sex., 20 de nov. de 2026 às 08:02, Alex Rivera <alex@hub.example> escreveu:",
            "Il giorno ven 20 nov 2026 alle ore 08:02 Alex Rivera <alex@hub.example> ha scritto:",
            "Op vr 20 nov 2026 om 08:02 schreef Alex Rivera <alex@hub.example>:",
            "2026年11月20日(金) 8:02 Alex Rivera <alex@hub.example>:",
            "pt., 20 lis 2026 o 08:02 Alex Rivera <alex@hub.example> napisał(a):",
        ] {
            assert!(is_attribution_end(line), "{line}");
        }
        for line in [
            "Yes, with one wish:",
            "My answer is this:",
            "No.",
            "Two things, 1 and 2:",
        ] {
            assert!(!is_attribution_end(line), "{line}");
        }
    }

    #[test]
    fn header_labels_are_seen_bold_or_not() {
        for line in [
            "From: A <a@b.example>",
            "*Von:* A",
            "**Enviado:** martes",
            "À : B",
            "Da: C",
        ] {
            assert!(is_header_label(line), "{line}");
        }
        assert!(!is_header_label("Yes: please"));
        assert!(!is_header_label("Answer: yes"));
    }
}
