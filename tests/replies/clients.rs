//! How mail programs send a reply: quoting, signatures and MIME shapes, in seven languages.

use std::fmt::Write;

/// What a program writes in one language.
pub struct Tongue {
    pub code: &'static str,
    gmail: &'static str,
    thunderbird: &'static str,
    apple: &'static str,
    labels: [&'static str; 4],
    original: &'static str,
    phone: &'static str,
    outlook_phone: &'static str,
    closing: &'static str,
    notice: &'static str,
    ask: &'static str,
}

pub const TONGUES: [Tongue; 7] = [
    Tongue {
        code: "en",
        gmail: "On Fri, Nov 20, 2026 at 8:02 AM Alex Rivera <alex@hub.example> wrote:",
        thunderbird: "On 20/11/2026 08:02, Alex Rivera wrote:",
        apple: "On Nov 20, 2026, at 8:02 AM, Alex Rivera <alex@hub.example> wrote:",
        labels: ["From", "Sent", "To", "Subject"],
        original: "-----Original Message-----",
        phone: "Sent from my iPhone",
        outlook_phone: "Get Outlook for iOS",
        closing: "Best regards,",
        notice: "This message is confidential and intended for the recipient only. If you are not the intended recipient, please delete it.",
        ask: "Hi Rachel,\n\nJordan Lee restores old looms and would like to hear how you fire your glazes.\n\nMay I introduce the two of you by email? A yes is enough, and a no is just as welcome.\n\nBest,\nAlex",
    },
    Tongue {
        code: "de",
        gmail: "Am Fr., 20. Nov. 2026 um 08:02 Uhr schrieb Alex Rivera <alex@hub.example>:",
        thunderbird: "Am 20.11.2026 um 08:02 schrieb Alex Rivera:",
        apple: "Am 20.11.2026 um 08:02 schrieb Alex Rivera <alex@hub.example>:",
        labels: ["Von", "Gesendet", "An", "Betreff"],
        original: "-----Ursprüngliche Nachricht-----",
        phone: "Von meinem iPhone gesendet",
        outlook_phone: "Outlook für iOS beziehen",
        closing: "Viele Grüße",
        notice: "Diese E-Mail enthält vertrauliche Informationen und ist nur für den Empfänger bestimmt. Bitte löschen Sie sie, wenn Sie nicht der Empfänger sind.",
        ask: "Liebe Rachel,\n\nJordan Lee restauriert alte Webstühle und würde gern hören, wie du deine Glasuren brennst.\n\nDarf ich euch per Mail bekannt machen? Ein Ja genügt, und ein Nein ist genauso willkommen.\n\nHerzlich\nAlex",
    },
    Tongue {
        code: "fr",
        gmail: "Le ven. 20 nov. 2026 à 08:02, Alex Rivera <alex@hub.example> a écrit :",
        thunderbird: "Le 20/11/2026 à 08:02, Alex Rivera a écrit :",
        apple: "Le 20 nov. 2026 à 08:02, Alex Rivera <alex@hub.example> a écrit :",
        labels: ["De", "Envoyé", "À", "Objet"],
        original: "-----Message d'origine-----",
        phone: "Envoyé de mon iPhone",
        outlook_phone: "Obtenir Outlook pour iOS",
        closing: "Bien cordialement,",
        notice: "Ce message est confidentiel et destiné à son seul destinataire. Si vous n'êtes pas le destinataire, merci de le détruire.",
        ask: "Bonjour Rachel,\n\nJordan Lee restaure de vieux métiers à tisser et aimerait savoir comment tu cuis tes émaux.\n\nPuis-je vous mettre en contact par mail ? Un oui suffit, et un non est tout aussi bienvenu.\n\nAmitiés,\nAlex",
    },
    Tongue {
        code: "es",
        gmail: "El vie, 20 nov 2026 a las 8:02, Alex Rivera (<alex@hub.example>) escribió:",
        thunderbird: "El 20/11/26 a las 8:02, Alex Rivera escribió:",
        apple: "El 20 nov 2026, a las 8:02, Alex Rivera <alex@hub.example> escribió:",
        labels: ["De", "Enviado", "Para", "Asunto"],
        original: "-----Mensaje original-----",
        phone: "Enviado desde mi iPhone",
        outlook_phone: "Obtener Outlook para iOS",
        closing: "Saludos,",
        notice: "Este mensaje es confidencial y va dirigido solo a su destinatario. Si no es usted el destinatario, bórrelo.",
        ask: "Hola, Rachel:\n\nJordan Lee restaura telares antiguos y quiere saber cómo cueces tus esmaltes.\n\n¿Puedo presentaros por correo? Con un sí basta, y un no es igual de bienvenido.\n\nUn abrazo,\nAlex",
    },
    Tongue {
        code: "pt",
        gmail: "Em sex., 20 de nov. de 2026 às 08:02, Alex Rivera <alex@hub.example> escreveu:",
        thunderbird: "Em 20/11/2026 08:02, Alex Rivera escreveu:",
        apple: "Em 20 de nov. de 2026, à(s) 08:02, Alex Rivera <alex@hub.example> escreveu:",
        labels: ["De", "Enviado", "Para", "Assunto"],
        original: "-----Mensagem original-----",
        phone: "Enviado do meu iPhone",
        outlook_phone: "Obter o Outlook para iOS",
        closing: "Abraço,",
        notice: "Esta mensagem é confidencial e destina-se apenas ao destinatário. Se não for o destinatário, apague-a.",
        ask: "Olá Rachel,\n\nJordan Lee restaura teares antigos e gostava de saber como cozes os teus vidrados.\n\nPosso apresentar-vos por email? Um sim basta, e um não é igualmente bem-vindo.\n\nAbraço,\nAlex",
    },
    Tongue {
        code: "it",
        gmail: "Il giorno ven 20 nov 2026 alle ore 08:02 Alex Rivera <alex@hub.example> ha scritto:",
        thunderbird: "Il 20/11/2026 08:02, Alex Rivera ha scritto:",
        apple: "Il giorno 20 nov 2026, alle ore 08:02, Alex Rivera <alex@hub.example> ha scritto:",
        labels: ["Da", "Inviato", "A", "Oggetto"],
        original: "-----Messaggio originale-----",
        phone: "Inviato da iPhone",
        outlook_phone: "Scarica Outlook per iOS",
        closing: "Cordiali saluti,",
        notice: "Questo messaggio è riservato e destinato al solo destinatario. Se non siete il destinatario, siete pregati di cancellarlo.",
        ask: "Ciao Rachel,\n\nJordan Lee restaura vecchi telai e vorrebbe sapere come cuoci i tuoi smalti.\n\nPosso presentarvi per mail? Basta un sì, e un no è altrettanto gradito.\n\nUn caro saluto,\nAlex",
    },
    Tongue {
        code: "nl",
        gmail: "Op vr 20 nov 2026 om 08:02 schreef Alex Rivera <alex@hub.example>:",
        thunderbird: "Op 20-11-2026 om 08:02 schreef Alex Rivera:",
        apple: "Op 20 nov. 2026, om 08:02 heeft Alex Rivera <alex@hub.example> het volgende geschreven:",
        labels: ["Van", "Verzonden", "Aan", "Onderwerp"],
        original: "-----Oorspronkelijk bericht-----",
        phone: "Verstuurd vanaf mijn iPhone",
        outlook_phone: "Outlook voor iOS downloaden",
        closing: "Met vriendelijke groet,",
        notice: "Dit bericht is vertrouwelijk en alleen bestemd voor de geadresseerde. Bent u niet de geadresseerde, verwijder het dan.",
        ask: "Hoi Rachel,\n\nJordan Lee restaureert oude weefgetouwen en wil graag horen hoe je je glazuren bakt.\n\nMag ik jullie per mail aan elkaar voorstellen? Een ja is genoeg, en een nee is net zo welkom.\n\nGroet,\nAlex",
    },
];

pub const STYLES: [&str; 26] = [
    "bare",
    "gmail",
    "gmail signed",
    "apple",
    "iphone",
    "thunderbird",
    "outlook",
    "outlook original",
    "outlook rule",
    "outlook phone",
    "exchange phone",
    "yahoo",
    "proton",
    "k-9",
    "mutt",
    "bottom",
    "disclaimer",
    "html gmail",
    "html outlook",
    "html apple",
    "html thunderbird",
    "alternative",
    "base64",
    "quoted-printable",
    "flowed",
    "signed",
];

fn quoted(text: &str) -> String {
    text.lines()
        .map(|l| format!("> {l}").trim_end().to_owned() + "\n")
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn divs(text: &str) -> String {
    text.lines()
        .map(|l| {
            if l.is_empty() {
                "<div><br></div>".to_owned()
            } else {
                format!("<div>{}</div>", escaped(l))
            }
        })
        .collect()
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (n, chunk) in text.as_bytes().chunks(3).enumerate() {
        let all = chunk.iter().fold(0u32, |a, b| a << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            out.push(if i > chunk.len() {
                '='
            } else {
                char::from(LETTERS[(all >> (18 - 6 * i) & 63) as usize])
            });
        }
        if n % 18 == 17 {
            out.push_str("\r\n");
        }
    }
    out
}

fn quoted_printable(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut width = 0;
        for b in line.bytes() {
            if width > 70 {
                out.push_str("=\r\n");
                width = 0;
            }
            if b.is_ascii_graphic() && b != b'=' || b == b' ' {
                out.push(char::from(b));
                width += 1;
            } else {
                write!(out, "={b:02X}").unwrap();
                width += 3;
            }
        }
        out.push_str("\r\n");
    }
    out
}

fn flowed(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut width = 0;
        let words: Vec<&str> = line.split(' ').collect();
        for (i, word) in words.iter().enumerate() {
            if width > 0 && width + word.chars().count() > 40 && !line.starts_with('>') {
                out.push_str("\r\n");
                width = 0;
            }
            out.push_str(word);
            width += word.chars().count() + 1;
            if i + 1 < words.len() {
                out.push(' ');
            }
        }
        out.push_str("\r\n");
    }
    out
}

/// The reply `words` as this style sends it.
pub fn send(tongue: &Tongue, style: &str, words: &str) -> Vec<u8> {
    let t = tongue;
    let ask = t.ask;
    let [from, sent, to, subject] = t.labels;
    let block = format!(
        "{from}: Alex Rivera <alex@hub.example>\n{sent}: 20.11.2026 08:02\n{to}: Rachel Kim\n{subject}: Jordan Lee\n"
    );
    let plain = match style {
        "bare" => words.to_owned(),
        "gmail" | "base64" | "quoted-printable" | "alternative" | "signed" => {
            format!("{words}\n\n{}\n\n{}", t.gmail, quoted(ask))
        }
        "gmail signed" => format!(
            "{words}\n\n{}\n\n{}\n-- \nRachel Kim\nKiln & Co.\n+44 20 7946 0000",
            t.gmail,
            quoted(ask)
        ),
        "apple" => format!("{words}\n\n> {}\n> \n{}", t.apple, quoted(ask)),
        "iphone" => format!(
            "{words}\n\n{}\n\n> {}\n> \n> {}",
            t.phone,
            t.apple,
            quoted(ask).trim_start_matches("> ")
        ),
        "thunderbird" | "flowed" => format!("{words}\n\n{}\n{}", t.thunderbird, quoted(ask)),
        "outlook" => format!("{words}\n\n{}\nRachel Kim\n\n{block}\n{ask}", t.closing),
        "outlook original" => format!("{words}\n\n{}\n{block}\n{ask}", t.original),
        "outlook rule" => format!("{words}\n\n________________________________\n{block}\n{ask}"),
        "outlook phone" => format!(
            "{words}\n\n{} <https://aka.example/o0ukef>\n________________________________\n{block}\n{ask}",
            t.outlook_phone
        ),
        "exchange phone" => format!(
            "{words}\n\n-------- {} --------\n{block}\n{ask}",
            t.original.trim_matches('-')
        ),
        "yahoo" => format!(
            "{words}\n\n    {} \n \n {}",
            t.gmail,
            ask.replace('\n', "\n ")
        ),
        "proton" => format!(
            "{words}\n\nSent with Proton Mail secure email.\n\n{}\n\n{}",
            t.gmail,
            quoted(ask)
        ),
        "k-9" => format!(
            "{words}\n-- \nSent from my Android device with K-9 Mail. Please excuse my brevity.\n\n{}\n{}",
            t.thunderbird,
            quoted(ask)
        ),
        "mutt" => format!("{}\n{}\n{words}\n\n-- \nRachel", t.thunderbird, quoted(ask)),
        "bottom" => format!("{}\n\n{}\n{words}\n", t.gmail, quoted(ask)),
        "disclaimer" => format!(
            "{words}\n\n{}\nRachel\n\n{}\n\n{}\n\n{}",
            t.closing,
            t.notice,
            t.gmail,
            quoted(ask)
        ),
        _ => String::new(),
    };
    let html = match style {
        "html gmail" | "alternative" => format!(
            "<div dir=\"ltr\">{}</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">{}<br></div><blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex\">{}</blockquote></div>",
            divs(words),
            escaped(t.gmail),
            divs(ask)
        ),
        "html outlook" => format!(
            "<html><head><style>p {{color:red}}</style></head><body><div class=\"WordSection1\">{}<p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p><div><div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><p class=\"MsoNormal\"><b>{from}:</b> Alex Rivera &lt;alex@hub.example&gt;<br><b>{sent}:</b> 20.11.2026<br><b>{to}:</b> Rachel Kim<br><b>{subject}:</b> Jordan Lee</p></div></div>{}</div></body></html>",
            words
                .lines()
                .map(|l| format!("<p class=\"MsoNormal\">{}</p>", escaped(l)))
                .collect::<String>(),
            divs(ask)
        ),
        "html apple" => format!(
            "<html><body>{}<br id=\"lineBreakAtBeginningOfSignature\"><div dir=\"ltr\">{}</div><div dir=\"ltr\"><br><blockquote type=\"cite\">{}<br><br></blockquote></div><blockquote type=\"cite\">{}</blockquote></body></html>",
            divs(words),
            escaped(t.phone),
            escaped(t.apple),
            divs(ask)
        ),
        "html thunderbird" => format!(
            "<html><body>{}<div class=\"moz-cite-prefix\">{}<br></div><blockquote type=\"cite\">{}</blockquote></body></html>",
            words
                .lines()
                .map(|l| format!("<p>{}</p>", escaped(l)))
                .collect::<String>(),
            escaped(t.thunderbird),
            divs(ask)
        ),
        _ => String::new(),
    };
    let crlf = |s: &str| s.replace('\n', "\r\n");
    let text = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
    let body = match style {
        "base64" => format!(
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            base64(&crlf(&plain))
        ),
        "quoted-printable" => format!(
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}",
            quoted_printable(&plain)
        ),
        "flowed" => format!(
            "Content-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}",
            flowed(&plain)
        ),
        "signed" => format!(
            "Content-Type: multipart/signed; boundary=\"sig\"; protocol=\"application/pgp-signature\"\r\n\r\n--sig\r\n{text}{}\r\n--sig\r\nContent-Type: application/pgp-signature; name=\"signature.asc\"\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nabc\r\n-----END PGP SIGNATURE-----\r\n--sig--\r\n",
            crlf(&plain)
        ),
        "alternative" => format!(
            "Content-Type: multipart/alternative; boundary=\"alt\"\r\n\r\n--alt\r\n{text}{}\r\n--alt\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{html}\r\n--alt--\r\n",
            crlf(&plain)
        ),
        _ if !html.is_empty() => format!(
            "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{html}\r\n"
        ),
        _ => format!("{text}{}\r\n", crlf(&plain)),
    };
    format!(
        "From: Rachel Kim <rachel@kiln.example>\r\nTo: Alex Rivera <alex@hub.example>\r\nSubject: Re: Jordan Lee\r\nDate: Tue, 24 Nov 2026 09:10:11 +0100\r\nMessage-ID: <reply@kiln.example>\r\nIn-Reply-To: <ask@hub.example>\r\nReferences: <ask@hub.example>\r\nMIME-Version: 1.0\r\n{body}"
    )
    .into_bytes()
}
